"""Certificates written by hand: those that say something false are refused, those that do not are accepted."""

import copy
import json
from dataclasses import replace
from fractions import Fraction as F

import pytest

from exact_toys import leading, mark, refused, saying, turning
from triangle.exact import Certificate, Refused, certify, check_certificate
from triangle.exact.certificate import written_setting, written_statement
from triangle.exact.checker import check_outcome, digest, outcome_digest, semantics
from triangle.exact.checker.game import Setting as Displaced
from triangle.exact.outcome import Outcome, OutcomeProver, proved
from triangle.scenario import as_scenario
from triangle.statement import Comparison, Setting, Statement, Value

TERMS = ["terms"]


def certificate(model, statement, proof, ranges, existence=None, concept="nash"):
    """A certificate with a proof of one's own; ``ranges`` are of w: all of it, and what is kept."""
    whole, kept = ([str(end) for end in ends] for ends in ranges)
    return {
        "format": 1,
        "model": {"name": model.name, "digest": model.digest},
        "concept": concept,
        "semantics": semantics(concept),
        "statement": written_statement(model, statement),
        "box": {"factor": None, "ranges": {"w": whole}, "kept": {"w": kept}, "origins": {"w": "0"}},
        "proof": proof,
        "existence": existence,
    }


TURNING = turning(-1.0, 0.0, 1.0)
SAME = saying(TURNING, mark("==", Value("mark", "later")))


@pytest.fixture(scope="module")
def same():
    """In both settings the same is played: other pairs clash, and a profile that exists turns on a pivot."""
    found = certify(TURNING, None, SAME)
    assert isinstance(found, Certificate)
    assert found.exists
    assert check_certificate(TURNING, found, SAME)
    return found.to_dict()


def test_the_order_of_keys_changes_nothing(same):
    assert check_certificate(TURNING, json.loads(json.dumps(same, sort_keys=True)), SAME)


def test_two_conditions_that_vanish_clash_with_nothing(same):
    """Where the player does not care, everything is played in both settings."""
    indifferent = turning(-1.0, 0.0, 1.0, loss=0)
    refused(indifferent, same | {"model": {"digest": indifferent.digest}}, "clashes with nothing")


def test_conditions_that_do_not_clash_are_not_taken_for_it(same):
    written = copy.deepcopy(same)
    for entry in written["proof"]["shown"]:
        if entry[2] == "clash":
            entry[4][1] = entry[4][0]
    refused(TURNING, written, "no move")
    half = replace(
        SAME, settings=tuple(replace(s, changes={"w": ("plus", 0.5)}) if s.label == "now" else s for s in SAME.settings)
    )
    box = {"factor": None, "ranges": {"w": ["-1", "1/2"]}, "kept": {"w": ["-1", "1/2"]}, "origins": {"w": "0"}}
    refused(TURNING, same | {"box": box, "statement": written_statement(TURNING, half)}, "not shown to clash", half)


def one_profile(witness):
    witness["profiles"].pop()


def three_profiles(witness):
    witness["profiles"].append(witness["profiles"][0])


def no_pivot(witness):
    witness["pivot"] = None


def other_sign(witness):
    witness["profiles"].reverse()


def all_zero(witness):
    for _, proofs in witness["profiles"]:
        for proof in proofs:
            proof[2] = "zero"


def other_kind(witness):
    witness["profiles"][1][1][0][2] = "less"


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (one_profile, "for two profiles"), (three_profiles, "for two profiles"), (no_pivot, "need a pivot"),
        (other_sign, "no move|not shown"), (all_zero, "not shown"), (other_kind, "compared with 'less'"),
    ],
)  # fmt: skip
def test_existence_is_not_shown_by_half_a_witness(same, tamper, reason):
    written = copy.deepcopy(same)
    tamper(written["existence"]["witness"]["now"])
    refused(TURNING, written, reason)


def test_existence_is_shown_in_every_setting(same):
    written = copy.deepcopy(same)
    del written["existence"]["witness"]["later"]
    refused(TURNING, written, "without an equilibrium")


# --- an end of the box that stands for more than itself ---------------------------------------------------------------

ENDING = turning(-1.0, -0.5, 0.0)
WIDE = (F(-1, 2), F(1)), (F(-1, 2), F(1, 2))
"""Displacements of w, which is cut at 0 from 1/2 on: there, all along, the player does not care."""
OUT = {"out": {"now": [[0, 1, "F", TERMS]]}, "shown": [[0, [1], "ratio", [], [TERMS]]]}
EITHER = {"shown": [[0, [profile], "ratio", [], [TERMS]] for profile in (0, 1)]}


def test_a_condition_that_vanishes_where_the_box_was_cut_puts_no_profile_out():
    always_b = saying(ENDING, mark(">=", offset=1.0))
    refused(ENDING, certificate(ENDING, always_b, OUT, WIDE), "that vanishes puts no profile out")
    narrow = certificate(ENDING, always_b, OUT, (WIDE[1], WIDE[1]))
    assert check_certificate(ENDING, narrow, always_b)
    for short in (EITHER, OUT, {}):
        refused(ENDING, certificate(ENDING, always_b, {"face": ["w", "+", short, OUT]}, WIDE), "shown|vanishes")


def test_an_end_that_was_cut_may_be_shown_apart():
    never_less = saying(ENDING, mark(">=", offset=-1.0))
    assert check_certificate(ENDING, certificate(ENDING, never_less, EITHER, WIDE))
    apart = {"face": ["w", "+", EITHER, OUT]}
    assert check_certificate(ENDING, certificate(ENDING, never_less, apart, WIDE))
    for sign, reason in (("-", "nothing was cut off"), ("x", "broken")):
        refused(ENDING, certificate(ENDING, never_less, {"face": ["w", sign, EITHER, OUT]}, WIDE), reason)
    for parts in ([EITHER], [EITHER, OUT, OUT]):
        refused(ENDING, certificate(ENDING, never_less, {"face": ["w", "+", *parts]}, WIDE), "broken")
    twice = apart | {"split": ["w", "0", EITHER, EITHER]}
    refused(ENDING, certificate(ENDING, never_less, twice, WIDE), "divided twice")


@pytest.mark.parametrize(
    ("ranges", "reason"),
    [
        (((F(-1, 2), F(1)), (F(-1, 2), F(1, 4))), "what was cut of w matters"),
        (((F(-1, 2), F(1)), (F(0), F(1, 2))), "what was cut of w matters"),
        (((F(-1, 2), F(1)), (F(-1, 2), F(2))), "not in the range"),
        (((F(-1, 2), F(1)), (F(-1), F(1, 2))), "not in the range"),
        (((F(-1, 2), F(1)), (F(1, 2), F(-1, 2))), "not in the range"),
        (((F(1), F(-1, 2)), (F(-1, 2), F(1, 2))), "in the wrong order"),
        (((F(-1, 2), F(1)), (F(-1, 2), F(3, 4))), "bends inside"),
    ],
)  # fmt: skip
def test_what_is_kept_of_a_range_is_all_that_matters_of_it(ranges, reason):
    never_less = saying(ENDING, mark(">=", offset=-1.0))
    refused(ENDING, certificate(ENDING, never_less, EITHER, ranges), reason)


def test_a_parameter_left_out_of_the_box_must_not_matter():
    never_less = saying(ENDING, mark(">=", offset=-1.0))
    written = certificate(ENDING, never_less, EITHER, WIDE)
    written["box"]["kept"] = {}
    refused(ENDING, written, "w was left out and matters")
    written["box"]["ranges"]["w"] = ["1/2", "1"]
    assert check_certificate(ENDING, written)
    written["box"]["ranges"]["v"] = ["0", "0"]
    refused(ENDING, written, "no parameter 'v'")
    written["box"] |= {"ranges": {}, "kept": {"w": ["-1/2", "1/2"]}}
    refused(ENDING, written, "a part kept of no range")


def other_changes(setting):
    setting["changes"] = {"v": ["plus", "0"]}


def other_operation(setting):
    setting["changes"] = {"w": ["minus", "0"]}


def other_values(setting):
    setting["values"]["v"] = "0"


def no_values(setting):
    setting["values"] = {}


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (other_changes, "change of an unknown parameter"), (other_operation, "no such change"),
        (other_values, "missing or unknown"), (no_values, "missing or unknown"),
    ],
)  # fmt: skip
def test_a_setting_is_about_the_parameters_of_the_family(tamper, reason):
    written = certificate(ENDING, saying(ENDING, mark(">=", offset=-1.0)), EITHER, WIDE)
    tamper(written["statement"]["settings"][0])
    written["statement"]["digest"] = digest(written["statement"])
    refused(ENDING, written, reason)


def test_nobody_commits_itself_in_a_family_without_a_leader():
    never_less = saying(ENDING, mark(">=", offset=-1.0))
    refused(ENDING, certificate(ENDING, never_less, EITHER, WIDE, concept="commitment"), "no leader")


@pytest.mark.parametrize(
    ("how", "number", "low", "high", "straight"),
    [
        ("plus", "0", "0", "2", False), ("plus", "0", "-1/2", "1/2", True), ("plus", "0", "1/2", "2", True),
        ("plus", "0", "-1", "1", False), ("plus", "1/4", "0", "1/2", False), ("plus", "1/4", "0", "1/4", True),
        ("plus", "1/4", "-1/2", "0", True), ("plus", "-1/4", "-1/2", "0", False), ("times", "2", "-1/2", "0", True),
        ("times", "2", "-1/2", "1/2", False), ("times", "1/2", "-1/2", "1/2", True), ("times", "0", "-2", "2", True),
        ("times", "-1", "-1/2", "1/2", True), ("set", "1/3", "-2", "2", True), ("set", "7", "-2", "2", True),
    ],
)  # fmt: skip
def test_a_parameter_is_a_line_only_where_it_does_not_bend(how, number, low, high, straight):
    """w is 1/2, displaced and cut to [0, 1], then changed and cut again."""
    model = turning(0.0, 0.5, 1.0)
    setting = Displaced(model, {"label": "now", "held": {}, "values": {"w": "1/2"}, "changes": {"w": (how, number)}})
    low, high = F(low), F(high)
    if not straight:
        with pytest.raises(Refused, match="bends inside"):
            setting.line("w", low, high)
        assert not setting.still("w", low, high)
        return
    start, slope = setting.line("w", low, high)
    for k in range(9):
        moved = low + (high - low) * F(k, 8)
        assert setting.value("w", moved) == start + slope * moved
    assert setting.still("w", low, high) == (slope == 0)


# --- leaders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concept", ["nash", "pairwise"])
def test_nothing_is_put_aside_for_a_leader_where_nobody_commits_itself(concept):
    """Both (a, a) and (b, b) are equilibria; that the leader would rather have the second is no reason."""
    model = leading()
    here = as_scenario(model, None)
    statement = Statement("b", (Setting("now", here),), (Comparison(Value("worth", "now"), ">", offset=0.75),))
    found = certify(model, None, statement, concept="commitment")
    assert isinstance(found, Certificate)
    assert "(commitment)" in str(found)
    written = copy.deepcopy(found.to_dict()) | {"concept": concept, "semantics": semantics(concept), "existence": None}
    ((_, witness),) = written["proof"]["sure"]["now"]
    witness["profiles"][0][1].append([1, "L", "zero", TERMS])
    refused(model, written, "nobody leads", statement)


@pytest.mark.parametrize(("best", "stays", "stays_out"), [(1, (0, 3), ()), (2, (3,), (0, 1, 2))])
def test_what_a_leader_chooses_stays_also_where_another_action_gives_it_as_much(best, stays, stays_out):
    model = leading(best)
    prover = OutcomeProver(Outcome(model, as_scenario(model, None), "commitment", stays, stays_out), 1)
    written = proved(prover, prover.tree(8))
    assert written is not None
    check_outcome(model, json.loads(json.dumps(written, sort_keys=True)))
    more = written | {"stays": [*stays, 1]}
    with pytest.raises(Refused, match="not shown to stay an equilibrium"):
        check_outcome(model, more | {"digest": outcome_digest(more)})


def test_a_profile_that_the_leader_would_leave_does_not_stay():
    model = leading()
    written = {
        "format": 1,
        "model": {"name": model.name, "digest": model.digest},
        "concept": "commitment",
        "setting": written_setting(model, Setting("now", as_scenario(model, None))),
        "stays": [0],
        "stays_out": [],
        "box": {"factor": "0", "ranges": {"w": ["0", "0"]}, "kept": {}, "origins": {}},
        "proof": {"keeps": [[0, [[1, "F", TERMS]], [[1, 3, [[2, "F", TERMS]], TERMS]]]]},
    }
    written["digest"] = outcome_digest(written)
    with pytest.raises(Refused, match="profile 3 may give the leader more than 0"):
        check_outcome(model, written)
    without = copy.deepcopy(written)
    without["proof"]["keeps"][0][1].pop()
    with pytest.raises(Refused, match="a condition of profile 0 is left out"):
        check_outcome(model, without)
    written["proof"]["keeps"][0][2][0][1] = 2
    with pytest.raises(Refused, match="a condition of profile 2"):
        check_outcome(model, written)
    written["proof"]["keeps"][0][2][0][1] = 1
    with pytest.raises(Refused, match="not of action 1"):
        check_outcome(model, written)
