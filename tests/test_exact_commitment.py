"""Proofs about what a leader commits itself to, where nobody holds it."""

import copy
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given

import triangle as tri
from exact_oracle import equilibria
from strategies import families
from triangle.exact import (
    Certificate,
    Counterexample,
    Refused,
    certify,
    check_certificate,
    largest_box,
    thresholds,
)
from triangle.exact.checker import semantics
from triangle.exact.point import Judge, equilibria_at
from triangle.exact.rational import exact
from triangle.statement import Comparison, Setting, Statement, Value

MODEL = tri.chapter_model()
NOW = Setting("now", tri.scenario("baseline_2016"))
PRESSES_AND_ENGAGES = Statement(
    "the West presses Russia and engages China",
    (NOW,),
    (
        Comparison(Value("relation_West_Russia", "now"), "==", offset=0.0),
        Comparison(Value("relation_West_China", "now"), "==", offset=2.0),
    ),
)


@pytest.fixture(scope="module")
def certificate():
    return certify(MODEL, None, PRESSES_AND_ENGAGES, 0.4, concept="commitment")


@given(families())
def test_outcomes_at_a_rational_point_are_those_by_the_definition(drawn):
    family, values, _ = drawn
    for k in range(2):
        at = {name: exact(float(array[k])) for name, array in values.items()}
        found = equilibria_at(family, at, "commitment")
        assert set(found.all) == equilibria(family, at, "commitment")
        assert set(found.strict) <= set(found.all)


def test_what_the_west_commits_itself_to_is_proved_as_far_as_it_goes():
    """Pressure and engagement stop being the best at 0.4336 to 0.4355 half-widths, by an independent search."""
    found = largest_box(MODEL, PRESSES_AND_ENGAGES, concept="commitment")
    assert 0.41 < float(found.proved) < 0.4355
    assert 0.4336 < float(found.fails) < 0.45
    assert check_certificate(MODEL, found.certificate, PRESSES_AND_ENGAGES)
    assert check_certificate(MODEL, found.counterexample, PRESSES_AND_ENGAGES)
    assert not Judge(MODEL, PRESSES_AND_ENGAGES, "commitment").truth(found.counterexample.displacement).holds


def test_a_proof_holds_at_points_solved_exactly(certificate):
    assert isinstance(certificate, Certificate)
    assert certificate.exists
    judge = Judge(MODEL, PRESSES_AND_ENGAGES, "commitment")
    rng = np.random.default_rng(5)
    ranges = {name: tuple(map(F, ends)) for name, ends in certificate.written["box"]["ranges"].items()}
    for _ in range(12):
        moved = {n: low + F(int(rng.integers(0, 2**20)), 2**20) * (high - low) for n, (low, high) in ranges.items()}
        assert judge.truth(moved).holds


def test_a_proof_along_one_parameter_ends_where_the_thresholds_say():
    found = thresholds(MODEL, "baseline_2016", "norm_cost", concept="commitment")
    default = exact(MODEL.defaults["norm_cost"])
    (switch,) = (t.value for t in found.switches if "West as leader" in "; ".join(t.reasons))
    inside, beyond = (float(switch - default) + step for step in (1e-3, -1e-3))
    proved = certify(MODEL, None, PRESSES_AND_ENGAGES, {"norm_cost": (inside, 0.0)}, concept="commitment")
    refuted = certify(MODEL, None, PRESSES_AND_ENGAGES, {"norm_cost": (beyond, 0.0)}, concept="commitment")
    assert isinstance(proved, Certificate)
    assert isinstance(refuted, Counterexample)
    assert default + refuted.displacement["norm_cost"] < switch


def test_a_proof_is_kept_as_json(certificate, tmp_path):
    certificate.save(tmp_path / "best.json")
    loaded = Certificate.load(tmp_path / "best.json")
    assert loaded.written == certificate.written
    assert check_certificate(MODEL, loaded)


def drop_better(written):
    written["proof"]["bettered"]["now"].pop()


def drop_rival(written):
    entry = next(e for e in written["proof"]["bettered"]["now"] if e[2])
    entry[2].pop()


def drop_sure(written):
    del written["proof"]["sure"]


def other_action(written):
    """A witness for one action is taken for another."""
    written["proof"]["sure"]["now"][0][0] = 3


def better_than_itself(written):
    entry = written["proof"]["bettered"]["now"][0]
    shape = MODEL.form.shape
    entry[0] = entry[1] * shape[1] * shape[2]


def best_is_bettered(written):
    """The outcome itself is said to be bettered by an action that is not as good."""
    best = MODEL.form.flat(("pressure/engage", "confront/partner", "cooperate/partner"))
    entry = copy.deepcopy(written["proof"]["bettered"]["now"][0])
    written["proof"]["bettered"]["now"].append([best, 0, entry[2]])


def other_concept(written):
    written |= {"concept": "pairwise", "semantics": semantics("pairwise")}


def wider(written):
    written["box"]["factor"] = None
    for kind in ("ranges", "kept"):
        for name, (low, high) in written["box"][kind].items():
            written["box"][kind][name] = [str(2 * F(low)), str(2 * F(high))]


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (drop_better, "is not shown for profiles"), (drop_rival, "may give the leader less"),
        (drop_sure, "not shown to be sure"), (other_action, "another action of the leader"),
        (better_than_itself, "no action betters itself"), (best_is_bettered, "not shown to be sure|may"),
        (other_concept, "nobody leads"), (wider, "not|may|bends"),
    ],
)  # fmt: skip
def test_a_tampered_proof_is_refused(certificate, tamper, reason):
    written = copy.deepcopy(certificate.to_dict())
    tamper(written)
    with pytest.raises(Refused, match=reason):
        check_certificate(MODEL, written)


@pytest.fixture(scope="module")
def refutation():
    return certify(MODEL, None, PRESSES_AND_ENGAGES, 1.0, concept="commitment")


def stable_but_not_best(written):
    """Another action's own outcome, stable in its subgame."""
    written["refutes"]["profiles"]["now"] = MODEL.form.flat(
        ("pressure/contain", "confront/partner", "cooperate/partner")
    )


@pytest.mark.parametrize("tamper", [stable_but_not_best, other_concept])
def test_a_tampered_refutation_is_refused(refutation, tamper):
    assert check_certificate(MODEL, refutation, PRESSES_AND_ENGAGES)
    written = copy.deepcopy(refutation.to_dict())
    tamper(written)
    with pytest.raises(Refused, match="not stable"):
        check_certificate(MODEL, written)


def test_with_the_leader_held_a_proof_is_that_of_the_others_game():
    held = replace(NOW.scenario, held={"West": "pressure/engage"})
    statement = Statement(
        "the West held", (replace(NOW, scenario=held),), (Comparison(Value("intensity", "now"), ">", offset=1.0),)
    )
    found = certify(MODEL, None, statement, 0.5, concept="commitment")
    assert isinstance(found, Certificate)
    assert "bettered" not in found.written["proof"]


def test_a_family_without_a_leader_is_refused():
    with pytest.raises(ValueError, match="needs a leader"):
        certify(replace(MODEL, leader=None), None, PRESSES_AND_ENGAGES, 0.1, concept="commitment")
