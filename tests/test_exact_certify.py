"""Proofs over boxes and points that refute, against the definition and on the chapter's claims."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from exact_questions import failures, questions
from triangle.chapter.claims import claim
from triangle.chapter.form import COMMITMENTS
from triangle.conditions import CONCEPTS
from triangle.exact import Certificate, Counterexample, Undecided, certify, check_certificate, largest_box
from triangle.exact.point import Judge
from triangle.exact.rational import exact
from triangle.statement import Box, Comparison, Loss, Setting, Statement

MODEL = tri.chapter_model()


@given(questions(), st.sampled_from(CONCEPTS), st.integers(0, 2**32 - 1))
def test_what_is_certified_holds_and_what_is_refuted_fails_by_the_definition(question, concept, seed):
    family, statement, ranges = question
    found = certify(family, None, statement, ranges, budget=48, concept=concept)
    if isinstance(found, Undecided):
        assert 0 < found.share_left <= 1
        assert found.reason == "the budget is spent"
        return
    assert check_certificate(family, found, statement)
    if isinstance(found, Counterexample):
        bad, exists = failures(family, statement, found.displacement, concept)
        assert not exists if found.fails == "existence" else found.fails in [name for name, _ in bad]
        assert not found.tie
        return
    rng = np.random.default_rng(seed)
    for _ in range(12):  # points at which nothing is a tie unless it is one all around
        moved = {
            n: exact(low) + F(int(rng.integers(1, 9973)), 9973) * (exact(high) - exact(low))
            for n, (low, high) in ranges.items()
        }
        bad, exists = failures(family, statement, moved, concept)
        assert not bad
        assert exists or not found.exists


@pytest.mark.parametrize("key", ["C05", "C08", "C10", "C18", "C70", "C84", "C102"])
def test_claims_proved_on_the_default_box(key):
    found = certify(MODEL, None, claim(key).statement)
    assert isinstance(found, Certificate)
    assert found.exists
    assert check_certificate(MODEL, found, claim(key).statement)
    assert (found.tie is not None) == (key == "C70")


@pytest.mark.parametrize(
    ("key", "fails"),
    [
        ("C03", {"intensity[pressed_crisis] > intensity[pressed]"}), ("C12", {"intensity[after] > intensity[before]"}),
        ("C88", {"relation_West_Russia[after] == 2", "intensity[after] > intensity[before]"}),
        ("C89", {"share[more] < share[less]"}),
    ],
)  # fmt: skip
def test_claims_refuted_on_the_default_box_by_a_rational_point(key, fails):
    """Sampling finds no failure of C03, C88 and C89 in 2¹³ points; SciPy decides which of C88."""
    statement = claim(key).statement
    found = certify(MODEL, None, statement)
    assert isinstance(found, Counterexample)
    assert found.fails in fails
    assert not found.tie
    assert 0 < found.distance <= 1
    assert check_certificate(MODEL, found, statement)
    assert not Judge(MODEL, statement).truth(found.displacement).holds


@pytest.mark.parametrize(("key", "proved", "fails"), [("C12", 0.15, 0.18), ("C06", 0.10, 0.13), ("C26", 0.42, 0.46)])
def test_the_largest_box_of_a_claim_is_the_known_one(key, proved, fails):
    found = largest_box(MODEL, claim(key).statement, precision=1 / 32)
    assert proved - 0.03 < float(found.proved) < float(found.fails) < fails + 0.03
    assert found.certificate.factor == found.proved
    assert check_certificate(MODEL, found.certificate)
    assert check_certificate(MODEL, found.counterexample)


def test_the_failure_of_no_alliance_at_a_corner_is_a_tie():
    found = certify(MODEL, None, claim("C17").statement)
    assert isinstance(found, Certificate)
    assert found.tie.tie
    assert found.tie.fails == "depth[PC] == 1"
    moved = {name: float(abs(found.tie.displacement[name])) for name in ("primacy", "threat", "autonomy")}
    assert moved == {"primacy": 0.2, "threat": 0.2, "autonomy": 0.1}
    assert check_certificate(MODEL, found.tie)


def test_a_claim_can_be_certified_from_another_scenario():
    found = certify(MODEL, "baseline_2008", claim("C10").statement, 0.5)
    assert isinstance(found, Certificate)
    assert found.written["statement"]["settings"][0]["values"]["energy"] == "1/4"


def test_without_a_budget_it_says_what_is_left():
    found = certify(MODEL, None, claim("C86").statement, budget=5)
    assert isinstance(found, Undecided)
    assert 0 < found.share_left <= 1
    assert "of the box left" in str(found)


def test_what_cannot_be_bounded_is_told_apart_from_a_spent_budget():
    """The gap after feedback has a root with a polynomial before it, and another on the other side."""
    found = certify(MODEL, None, claim("C47G").statement, 0.01, budget=3)
    assert isinstance(found, Undecided)
    assert "no inequality is known that shows next_gap" in found.reason


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ({"sanction": (0, 1)}, "did you mean 'sanctions'"),
        ({"sanctions": (1, 0)}, "lower end first"),
        (-1, "must not be negative"),
    ],
)
def test_faulty_boxes_are_refused(box, message):
    with pytest.raises(ValueError, match=message):
        certify(MODEL, None, claim("C10").statement, box)


def test_a_box_may_be_given_by_its_ranges():
    box = Box({"territory": (-0.1, 0.1), "crisis": (0.0, 0.05)}, "by hand")
    found = certify(MODEL, None, claim("C10").statement, box)
    assert found.factor is None
    assert set(found.written["box"]["ranges"]) == {"territory", "crisis"}


def test_a_loss_of_a_move_can_be_certified():
    leaving = Loss("leaving", "Russia", (("Russia", "China", "distance"),), "now")
    statement = Statement(
        "Russia would lose by leaving",
        (Setting("now", replace(tri.scenario("baseline_2016"), held={"West": COMMITMENTS["PE"]})),),
        (Comparison(leaving, ">", offset=0.25),),
    )
    found = certify(MODEL, None, statement, 0.5)
    assert isinstance(found, Certificate)
    assert check_certificate(MODEL, found)
