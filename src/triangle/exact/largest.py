"""How far round its scenarios a statement is proved, and where it fails first."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..arguments import MOST_BOXES, check_count, checked
from ..family import GameFamily
from ..statement import Statement
from .certificate import Certificate, Counterexample
from .certify import certify
from .displaced import Point
from .failures import Found
from .problem import Problem, distance
from .rational import Number, check_search, exact
from .tree import Tree


@dataclass(frozen=True)
class LargestBox:
    """How far round its scenarios a statement is proved, and where it fails first.

    Attributes
    ----------
    statement : str
    proved : Fraction
        The largest multiple of the plausible ranges on which it was proved; 0 is the scenarios alone.
    certificate : Certificate or None
        The proof; None if the statement is not proved even at the scenarios.
    fails : Fraction or None
        The smallest multiple on which it was refuted; None if it was proved on the largest box tried.
    counterexample : Counterexample or None
    undecided : Fraction or None
        The smallest multiple above ``proved`` that was tried and left open.
    """

    statement: str
    proved: Fraction
    certificate: Certificate | None
    fails: Fraction | None
    counterexample: Counterexample | None
    undecided: Fraction | None

    def __str__(self) -> str:
        fails = "not refuted" if self.fails is None else f"fails at {float(self.fails):.4g}"
        return f"{self.statement}: proved up to {float(self.proved):.4g} times the plausible ranges, {fails}"


@checked
def largest_box(
    model: GameFamily,
    statement: Statement,
    most: Number = 2.0,
    precision: Number = Fraction(1, 64),
    budget: int = 64,
    concept: str = "pairwise",
    seed: int = 0,
) -> LargestBox:
    """Return the largest multiple of the plausible ranges on which a statement is proved, and the least that refutes.

    Parameters
    ----------
    most : number
        The largest multiple to try.
    precision : number
        Stop when proof and refutation are as close as that.
    budget : int
        Boxes for each attempt.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = largest_box(tri.chapter_model(), claim("C12").statement)
    >>> 0.15 < found.proved < found.fails < 0.18
    True
    """
    check_count("budget", budget, 0, MOST_BOXES)
    check_search(most, precision)
    low, high, step = Fraction(0), exact(most), exact(precision)
    fails, opened = None, None
    refuted: Found | None = None
    tried_near: Fraction | None = None
    attempt = min(Fraction(1), high)
    if _attempt(model, statement, Fraction(0), budget, concept, seed) is not True:
        found = certify(model, None, statement, 0, budget, concept, seed)
        bad = found if isinstance(found, Counterexample) else None
        return LargestBox(statement.name, low, None, low if bad else None, bad, None if bad else low)
    while True:
        told = _attempt(model, statement, attempt, budget, concept, seed)
        if told is True:
            low = attempt
        elif told is None:
            opened = attempt
        else:
            refuted, fails = told, min(attempt, _cover(model, told.displacement))
        ceiling = min((x for x in (fails, opened) if x is not None), default=None)
        if low == high or (ceiling is not None and ceiling - low <= step):
            break
        if ceiling is None:
            attempt = high
        elif ceiling == fails != tried_near:
            # Just short of a failure the proof often succeeds, which ends the search; otherwise halve.
            tried_near, attempt = fails, max(ceiling - step, (low + ceiling) / 2)
        else:
            attempt = (low + ceiling) / 2
    proof = certify(model, None, statement, low, budget, concept, seed)
    bad = None
    if refuted is not None and fails is not None:
        bad = Problem.of(model, None, statement, fails, concept).counterexample(refuted)
    opened = None if opened is not None and opened <= low else opened
    return LargestBox(statement.name, low, proof if isinstance(proof, Certificate) else None, fails, bad, opened)


def largest_proof(
    model: GameFamily,
    statement: Statement,
    most: Number,
    precision: Number = Fraction(1, 64),
    budget: int = 64,
    concept: str = "pairwise",
) -> Certificate | None:
    """Return a proof on nearly the largest box that can be proved, where a failure is known just beyond ``most``.

    No failures are looked for. The boxes tried go down from ``most`` in steps that double, then up again by halving.

    Parameters
    ----------
    most, precision, budget
        As for `largest_box`.
    """
    high, step = exact(most), exact(precision)
    low, ceiling, down = Fraction(0), high, step
    attempt = high
    best: tuple[Problem, Tree] | None = None
    while True:
        problem = Problem.of(model, None, statement, attempt, concept)
        tree = problem.proof(budget, None)
        if not tree.left:
            low, best = attempt, (problem, tree)
        else:
            ceiling = attempt
        if low == high or ceiling - low <= step:
            break
        if best is None:
            attempt, down = max(ceiling - down, ceiling / 2), 2 * down
        else:
            attempt = (low + ceiling) / 2
    if best is None:
        return None
    problem, tree = best
    found = problem.certificate(tree, problem.existence(budget), None)
    return found if isinstance(found, Certificate) else None


def _attempt(
    model: GameFamily, statement: Statement, factor: Fraction, budget: int, concept: str, seed: int
) -> Found | Literal[True] | None:
    """Return a failure in a box, True if the search proves there is none, None if it comes to no end.

    Existence and the checker wait for the box that is reported in the end.
    """
    problem = Problem.of(model, None, statement, factor, concept)
    tree, found = problem.settle(budget, problem.failures(seed), thorough=False)
    return found or (None if tree.left else True)


def _cover(model: GameFamily, displacement: Point) -> Fraction:
    """Return the smallest multiple of the plausible ranges that holds a counterexample, rounded up a little."""
    return Fraction(int(distance(model, displacement) * 2**20) + 1, 2**20)
