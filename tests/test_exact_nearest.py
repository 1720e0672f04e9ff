"""The smallest change of the parameters that flips an outcome."""

import copy
from dataclasses import replace
from fractions import Fraction as F

import pytest

import triangle as tri
import triangle.exact.checker
from triangle.chapter.claims import claim
from triangle.chapter.form import COMMITMENTS
from triangle.exact import Refused, largest_box, nearest_change
from triangle.exact.checker.game import Game
from triangle.exact.checker.outcome import outcome_digest
from triangle.exact.point import Judge
from triangle.scenario import as_scenario
from triangle.statement import Comparison, Setting, Statement, Value

MODEL = tri.chapter_model()


def held(code):
    return replace(tri.scenario("baseline_2016"), held={"West": COMMITMENTS[code]})


def test_the_nearest_change_of_the_equilibria_is_proved_and_solved_on_both_sides():
    found = nearest_change(MODEL, held("AE"), most=2, precision=1 / 16)
    assert 0.4 < float(found.proved) < float(found.flips) < 0.62
    assert found.before["now"] != found.after["now"]
    here = found.before["now"][0]
    assert here == ("accommodate/engage", "cooperate/partner", "cooperate/partner")
    statement = Statement(
        "turns", (Setting("now", held("AE")),), (Comparison(Value("relation_West_Russia", "now"), "==", offset=2.0),)
    )
    assert not Judge(MODEL, statement).truth(found.point).holds
    single = {change.parameter: change for change in found.singles}
    assert single["detente"].value == F(337, 1129)
    assert float(single["assertion"].value) == 0.5775
    assert [change.half_widths for change in found.singles] == sorted(change.half_widths for change in found.singles)


def test_a_proof_that_an_outcome_stays_is_refused_on_a_wider_box():
    found = nearest_change(MODEL, held("AE"), most=0.25)
    assert found.flips is None
    assert found.proved == F(1, 4)
    triangle.exact.checker.check_outcome(MODEL, found.proof)
    written = copy.deepcopy(found.proof)
    with pytest.raises(Refused, match="not 1/2 times the plausible ranges"):
        triangle.exact.checker.check_outcome(MODEL, {**written, "box": {**written["box"], "factor": "1/2"}})
    written["box"]["factor"] = None
    for kind in ("ranges", "kept"):
        for name, (low, high) in written["box"][kind].items():
            written["box"][kind][name] = [str(3 * F(low)), str(3 * F(high))]
    with pytest.raises(Refused):
        triangle.exact.checker.check_outcome(MODEL, written)
    written = copy.deepcopy(found.proof)
    written["stays_out"].pop()
    with pytest.raises(Refused, match="was changed"):
        triangle.exact.checker.check_outcome(MODEL, written)


def test_what_never_flips_is_followed_for_four_half_widths():
    form = tri.GameForm((tri.Player("one", ["a", "b"]),))
    game = tri.GameFamily(
        form,
        (tri.Parameter("w", 0.5, 0.4, 0.6, bounds=(0.25, 9.0)),),
        (tri.Term("t", "w", {"one": [1, 0]}),),
        measures=(tri.Measure("worth", ("payoff_one",), lambda x: x * 1),),
    )
    found = nearest_change(game, None)
    assert (found.proved, found.flips, found.singles) == (4, None, ())
    positive = Statement(
        "positive", (Setting("now", as_scenario(game, None)),), (Comparison(Value("worth", "now"), ">"),)
    )
    assert largest_box(game, positive).proved == 2


def test_the_nearest_change_of_a_profile_is_where_it_ceases_to_be_stable():
    profile = ("accommodate/engage", "cooperate/partner", "cooperate/partner")
    found = nearest_change(MODEL, held("AE"), profile, most=1, precision=1 / 8)
    assert profile in found.before["now"]
    assert profile not in found.after["now"]
    confront = ("accommodate/engage", "confront/partner", "cooperate/partner")
    there = nearest_change(MODEL, held("AE"), confront, most=1, precision=1 / 8)
    assert confront not in there.before["now"]
    assert confront in there.after["now"]


def test_a_single_parameter_flips_a_statement_at_the_known_values():
    statement = claim("C12").statement
    only = replace(statement, comparisons=statement.comparisons[:1])
    found = nearest_change(MODEL, None, only, most=0.25, precision=1 / 16)
    near = {change.parameter: float(change.value) for change in found.singles[:4]}
    known = {"isolation": 0.2494, "sensitivity": 0.3507, "offset": 0.5616, "lock_in": 0.0297}
    assert near == pytest.approx(known, abs=6e-5)
    assert 0.1 < float(found.proved) < float(found.flips) < 0.25


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("equilibrium", "did you mean 'equilibria'"),
        (("pressure/engage", "confront/partner", "cooperate/partner"), "does not fit"),
    ],
)
def test_an_outcome_that_cannot_be_asked_about_is_refused(until, message):
    with pytest.raises(ValueError, match=message):
        nearest_change(MODEL, held("AE"), until)


def test_a_statement_that_does_not_hold_has_no_nearest_end():
    statement = Statement(
        "false", (Setting("now", held("AE")),), (Comparison(Value("depth", "now"), "==", offset=2.0),)
    )
    with pytest.raises(ValueError, match="does not hold to begin with"):
        nearest_change(MODEL, None, statement)


def test_the_nearest_change_of_what_a_leader_commits_itself_to():
    """The West stops pressing Russia at 0.4355 half-widths at the latest, by an independent search."""
    found = nearest_change(MODEL, "baseline_2016", concept="commitment", most=0.5, precision=1 / 8)
    assert 0.3 < float(found.proved) < 0.4355
    assert 0.4336 < float(found.flips) <= 0.5
    assert found.before["now"] == (("pressure/engage", "confront/partner", "cooperate/partner"),)
    assert found.after["now"] == (("accommodate/engage", "cooperate/partner", "cooperate/partner"),)
    triangle.exact.checker.check_outcome(MODEL, found.proof)
    for tamper, reason in ((_uncap, "may be sure to give more"), (_out_at_once, "not shown to stay none")):
        written = copy.deepcopy(found.proof)
        tamper(written)
        with pytest.raises(Refused, match=reason):
            triangle.exact.checker.check_outcome(MODEL, written)


def _parts(node):
    yield node
    for part in node.get("split", node.get("face", ()))[2:]:
        yield from _parts(part)


def _uncap(written):
    keeping = next(node for node in _parts(written["proof"]) if "keeps" in node)
    keeping["keeps"][0][2].pop()


def _out_at_once(written):
    for node in _parts(written["proof"]):
        node.pop("bettered", None)


def test_a_profile_that_does_not_stay_is_refused_with_a_step_for_each_of_its_conditions():
    written = copy.deepcopy(nearest_change(MODEL, held("AE"), most=0.25).proof)
    game, kept = Game(MODEL), written["setting"]["held"]
    other = next(p for p in game.allowed(kept) if p not in written["stays"])
    steps = [[target, mover, ["terms"]] for target, mover, _ in game.moves(other, kept, written["concept"])]
    written["stays"] = [other]
    written["digest"] = outcome_digest(written)
    for node in _parts(written["proof"]):
        if "keeps" in node:
            node["keeps"] = [[other, steps, []]]
    with pytest.raises(Refused, match=r"a condition of profile .* is not shown"):
        triangle.exact.checker.check_outcome(MODEL, written)
