"""A solver asked about what bounds leave open: its answers are checked, or are no certificates."""

import sys
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triangle as tri
from exact_questions import failures, questions
from triangle.chapter.claims import claim
from triangle.exact import (
    Certificate,
    Counterexample,
    Refused,
    SolverAnswer,
    Undecided,
    certify,
    check_certificate,
)
from triangle.exact.rational import exact
from triangle.scenario import Scenario
from triangle.statement import Comparison, Setting, Statement, Value

MODEL = tri.chapter_model()


@pytest.fixture
def z3():
    return pytest.importorskip("z3")


def squared_distance(x, y):
    return x * x - x * y * 2 + y * y


def near_a_point(x, y):
    """Negative only within 3e-4 of (0.3, 0.7)."""
    return (x - 0.3) * (x - 0.3) + (y - 0.7) * (y - 0.7) - 1e-7


FORM = tri.GameForm((tri.Player("X", ["here"]), tri.Player("Y", ["here"])))
FAMILY = tri.GameFamily(
    FORM,
    (tri.Parameter("x", 0.5, 0.0, 1.0), tri.Parameter("y", 0.5, 0.0, 1.0)),
    (tri.Term("x", "x", {"X": [[1.0]]}), tri.Term("y", "y", {"Y": [[1.0]]})),
    (),
    measures=tuple(tri.Measure(f.__name__, ("payoff_X", "payoff_Y"), f) for f in (squared_distance, near_a_point)),
)


def about(measure, relation):
    """A statement about nothing but a polynomial of x and y: everybody has one action."""
    base = Setting("here", Scenario("here", "", "", {"x": 0.5, "y": 0.5}))
    return Statement(measure, (base,), (Comparison(Value(measure, "here"), relation),))


def test_where_bounds_never_end_the_solver_finds_no_failure_and_that_is_no_certificate(z3):
    """Zero on the whole diagonal: every box that meets it has a bound below zero."""
    statement = about("squared_distance", ">=")
    assert isinstance(certify(FAMILY, None, statement, budget=40), Undecided)
    found = certify(FAMILY, None, statement, budget=40, solver="z3")
    assert isinstance(found, SolverAnswer)
    assert not isinstance(found, Certificate)
    assert found.solver == f"z3 {z3.get_version_string()}"
    assert 0 < found.share_left < 1
    assert found.boxes == len(found.questions) > 0
    assert "decided by a solver, not certified" in str(found)
    with pytest.raises(Refused, match="without a proof"):
        check_certificate(FAMILY, found)


def test_the_questions_are_kept_and_answered_the_same_again(z3):
    found = certify(FAMILY, None, about("squared_distance", ">="), budget=8, solver="z3").to_dict()
    assert found["decided_by"].startswith("z3 ")
    for text in found["questions"]:
        solver = z3.Solver()
        solver.from_string(text)
        assert solver.check() == z3.unsat


def test_a_point_that_the_solver_finds_is_decided_in_fractions(z3):
    statement = about("near_a_point", ">")
    assert isinstance(certify(FAMILY, None, statement, budget=3), Undecided)
    found = certify(FAMILY, None, statement, budget=3, solver="z3")
    assert isinstance(found, Counterexample)
    assert check_certificate(FAMILY, found, statement)
    x, y = (found.values["here"][name] for name in "xy")
    assert (x - F(3, 10)) ** 2 + (y - F(7, 10)) ** 2 <= F(1, 10**7)


def test_what_bounds_settle_is_not_asked(z3, monkeypatch):
    monkeypatch.setattr(z3, "SolverFor", None)
    found = certify(MODEL, None, claim("C10").statement, solver="z3")
    assert isinstance(found, Certificate)


def test_a_timeout_leaves_it_open(z3):
    found = certify(MODEL, None, claim("C86").statement, budget=5, solver="z3", timeout=0.2)
    assert isinstance(found, Undecided)
    assert found.reason.startswith("the budget is spent, and z3")


@settings(max_examples=25)
@given(questions(), st.sampled_from(["nash", "pairwise", "commitment"]), st.integers(0, 2**32 - 1))
def test_with_a_solver_nothing_is_decided_otherwise_than_by_the_definition(question, concept, seed):
    pytest.importorskip("z3")
    family, statement, ranges = question
    found = certify(family, None, statement, ranges, budget=0, concept=concept, solver="z3", timeout=2)
    if isinstance(found, Counterexample):
        bad, exists = failures(family, statement, found.displacement, concept)
        assert not exists if found.fails == "existence" else found.fails in [name for name, _ in bad]
    elif isinstance(found, SolverAnswer):
        rng = np.random.default_rng(seed)
        for _ in range(8):
            moved = {
                n: exact(low) + F(int(rng.integers(1, 9973)), 9973) * (exact(high) - exact(low))
                for n, (low, high) in ranges.items()
            }
            assert not failures(family, statement, moved, concept)[0]


def test_an_unknown_solver_is_refused():
    with pytest.raises(ValueError, match="unknown solver"):
        certify(MODEL, None, claim("C10").statement, solver="cvc5")


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(ImportError, match=r"triangle\[proofs\]"):
        certify(MODEL, None, claim("C10").statement, solver="z3")
