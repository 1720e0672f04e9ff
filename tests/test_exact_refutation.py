"""Counterexamples written by hand: a point refutes where the comparison fails with what is stable there, or nothing."""

import json
from dataclasses import replace

import pytest

import triangle as tri
from exact_toys import leading, mark, refused, saying, turning
from triangle.exact import Certificate, Refused, certify, check_certificate
from triangle.exact.certificate import written_statement
from triangle.exact.point import Judge
from triangle.scenario import as_scenario
from triangle.statement import Comparison, Setting, Statement, Value

TURNING = turning(-1.0, 0.0, 1.0)
FAILS = {">": (-1, 0), ">=": (-1,), "<": (0, 1), "<=": (1,), "==": (-1, 1)}
"""By how much the left side may exceed the right where a comparison fails."""


def counterexample(model, statement, point, refutes):
    return {
        "format": 1,
        "model": {"digest": model.digest},
        "concept": "nash",
        "statement": written_statement(model, statement),
        "box": {"ranges": {"w": ["-1", "1"]}},
        "point": point,
        "refutes": refutes,
    }


@pytest.mark.parametrize("relation", FAILS)
@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_a_comparison_is_refuted_where_it_fails_and_nowhere_else(relation, excess):
    """Where w is 1/2 a is played: its mark is 0."""
    statement = saying(TURNING, mark(relation, offset=float(-excess)))
    refutes = {"comparison": 0, "profiles": {"now": 0}, "tie": False}
    written = counterexample(TURNING, statement, {"w": "1/2"}, refutes)
    if excess in FAILS[relation]:
        assert check_certificate(TURNING, written, statement)
    else:
        refused(TURNING, written, "the comparison holds")


def test_at_a_tie_both_profiles_refute_as_a_tie_alone():
    statement = saying(TURNING, mark("==", offset=1.0))
    refutes = {"comparison": 0, "profiles": {"now": 0}, "tie": True}
    assert check_certificate(TURNING, counterexample(TURNING, statement, {"w": "0"}, refutes))
    refused(TURNING, counterexample(TURNING, statement, {"w": "0"}, refutes | {"tie": False}), "not stable")
    refused(TURNING, counterexample(TURNING, statement, {"w": "-1/2"}, refutes), "not stable")


def test_a_counterexample_is_no_certificate_whatever_is_added_to_it(tmp_path):
    statement = saying(TURNING, mark("==", offset=1.0))
    found = certify(TURNING, None, statement)
    written = found.to_dict() | {"proof": {}, "existence": {}}
    written["box"] = written["box"] | {"factor": "1"}
    (tmp_path / "forged.json").write_text(json.dumps(written))
    loaded = Certificate.load(tmp_path / "forged.json")
    with pytest.raises(Refused, match="proves nothing on a box"):
        check_certificate(TURNING, loaded, statement)


@pytest.mark.parametrize(
    ("best", "profile", "tie", "accepted"),
    [
        (2, 3, False, True), (2, 0, False, False), (2, 0, True, False), (2, 2, True, False),
        (1, 0, False, True), (1, 3, False, True), (1, 1, False, False),
        ("tied", 0, False, False), ("tied", 3, False, False), ("tied", 0, True, True), ("tied", 3, True, True),
    ],
)  # fmt: skip
def test_only_what_a_leader_may_choose_refutes(best, profile, tie, accepted):
    """``tied`` gives the leader w from a and 1 from b, which is the same where w is 1, and not always the same."""
    model = leading(best=0 if best == "tied" else best)
    if best == "tied":
        model = model.add(tri.Term("one", "", {"L": [[0, 0], [0, 1]]}))
    here = Setting("now", as_scenario(model, None))
    statement = Statement("never", (here,), (Comparison(Value("worth", "now"), "<", offset=-9.0),))
    refutes = {"comparison": 0, "profiles": {"now": profile}, "tie": tie}
    written = counterexample(model, statement, {}, refutes) | {"concept": "commitment"}
    if accepted:
        assert check_certificate(model, written, statement)
    else:
        refused(model, written, "not stable")


def test_an_action_with_nothing_but_ties_in_its_subgame_is_sure_all_the_same():
    """Where w is 1 the follower does not care about what it does after b, and the leader gets more from either."""
    model = leading(best=0).add(
        tri.Term("more", "", {"L": [[0, 0], [5, 5]]}), tri.Term("tie", "", {"F": [[0, 0], [1, 0]]})
    )  # fmt: skip
    here = Setting("now", as_scenario(model, None))
    statement = Statement("never", (here,), (Comparison(Value("worth", "now"), "<", offset=-9.0),))
    for profile, tie in ((0, False), (0, True), (2, False), (3, False)):
        refutes = {"comparison": 0, "profiles": {"now": profile}, "tie": tie}
        written = counterexample(model, statement, {}, refutes) | {"concept": "commitment"}
        refused(model, written, "not stable")


def test_what_a_leader_is_held_to_is_not_its_choice():
    model = leading()
    here = replace(as_scenario(model, None), held={"L": "a"})
    statement = Statement("never", (Setting("now", here),), (Comparison(Value("worth", "now"), "<", offset=-9.0),))
    written = counterexample(model, statement, {}, {"comparison": 0, "profiles": {"now": 0}, "tie": False})
    assert check_certificate(model, written | {"concept": "commitment"}, statement)
    other = written | {"refutes": written["refutes"] | {"profiles": {"now": 3}}}
    refused(model, other | {"concept": "commitment"}, "not open to now")


def test_where_nothing_is_stable_a_statement_fails_and_so_does_existence():
    form = tri.GameForm((tri.Player("Row", ["H", "T"]), tri.Player("Column", ["H", "T"])))
    pennies = tri.Term("pennies", "", {"Row": [[1, -1], [-1, 1]], "Column": [[-1, 1], [1, -1]]})
    worth = tri.Measure("mark", ("payoff_Row",), lambda quantity: 1 * quantity)
    game = tri.GameFamily(form, terms=(pennies,), measures=(worth,))
    statement = saying(game, mark(">=", offset=-1.0))
    truth = Judge(game, statement).truth({})
    assert not truth.holds
    assert truth.failure.comparison == "existence"
    assert check_certificate(game, certify(game, None, statement), statement)
