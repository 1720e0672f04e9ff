"""Prove a statement for every point of a box, or find a point at which it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..conditions import CONCEPTS
from ..family import GameFamily
from ..names import unknown
from ..statement import Statement
from .boxes import Coordinates, Ends, Ranges, ranges_of
from .certificate import SEMANTICS, Certificate, Counterexample, Undecided, written_statement
from .checker import Refused, check
from .displaced import Point
from .existence import Existence
from .failures import Failures, Found
from .prover import Prover
from .rational import Number, exact
from .thresholds import Source, as_scenario
from .tree import PAUSE, Tree, grow

PROVED = ("pairwise", "nash")
BUDGET = 400
FIRST = 3


def certify(
    model: GameFamily,
    scenario: Source,
    statement: Statement,
    box: Ranges = 1.0,
    budget: int = BUDGET,
    concept: str = "pairwise",
    seed: int = 0,
) -> Certificate | Counterexample | Undecided:
    """Prove a statement on a whole box, or return a point at which it fails.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path, Scenario or None
        Values to start from in place of those of the statement's settings, whose commitments and changes stay; None
        leaves the settings as they are.
    statement : Statement
    box : number, Box, or mapping of str to (number, number)
        The plausible ranges times a number, or ranges of displacements.
    budget : int
        The most boxes to look at.
    concept : {"pairwise", "nash"}
        Commitments are settings that hold the leader to them.
    seed : int
        Of the Sobol points among which failures are looked for.

    Returns
    -------
    Certificate, Counterexample or Undecided
        A certificate has passed the independent checker. A counterexample was decided in fractions, with its
        equilibria. Undecided says what share of the box is left.

    Raises
    ------
    ValueError
        An unknown name, a measure without an exact form, a faulty box, the concept ``commitment``.

    Notes
    -----
    The proof is about strict equilibria: those at which no condition is zero, identically vanishing ones apart. With
    ties counted as equilibria, strict comparisons fail where a player is indifferent, on a set of measure zero; a
    failure of that kind that the search meets is reported with the certificate and refutes nothing.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> model = tri.chapter_model()
    >>> print(certify(model, None, claim("C96").statement))
    C96 holds on 1 times the plausible ranges: proved in 1 box
    >>> refuted = certify(model, None, claim("C12").statement)
    >>> refuted.fails, refuted.distance < 1
    ('intensity[after] > intensity[before]', True)
    """
    problem = _Problem.of(model, scenario, statement, box, concept)
    failures = problem.failures(seed)
    tree = problem.proof(min(FIRST, budget), None)
    found = failures.among(problem.suspects()) or failures.search()
    if found is None and tree.left and budget > FIRST:
        caught: list[Found] = []

        def stop() -> bool:
            caught.extend(filter(None, [failures.among(problem.suspects())]))
            return bool(caught)

        tree = problem.proof(budget, stop)
        found = caught[0] if caught else failures.among([*problem.suspects(), *problem.middles(tree)])
    if found is not None:
        return problem.counterexample(found)
    if tree.left:
        return Undecided(statement.name, problem.factor, tree.boxes, tree.share_left)
    tie = None if failures.tie is None else problem.counterexample(failures.tie)
    return problem.certificate(tree, problem.existence(budget), tie)


@dataclass(frozen=True)
class _Problem:
    """A statement and a box, ready for the search."""

    model: GameFamily
    statement: Statement
    concept: str
    ranges: Ends
    factor: Fraction | None
    prover: Prover

    @classmethod
    def of(cls, model: GameFamily, scenario: Source, statement: Statement, box: Ranges, concept: str) -> _Problem:
        if concept not in CONCEPTS:
            raise ValueError(unknown("concept", concept, CONCEPTS))
        if concept not in PROVED:
            raise ValueError(
                f"concept {concept!r} cannot be certified: state each commitment as a setting that holds the leader to "
                "it, and compare the leader's payoffs"
            )
        fitted = statement.fitted(model)
        if scenario is not None:
            base = as_scenario(model, scenario)
            settings = (replace(s, scenario=replace(s.scenario, values=base.values)) for s in fitted.settings)
            fitted = replace(fitted, settings=tuple(settings))
        ranges, factor = ranges_of(model, box)
        coordinates = Coordinates.of(model, fitted.settings, ranges)
        return cls(model, fitted, concept, ranges, factor, Prover(model, fitted, coordinates, concept))

    def proof(self, budget: int, stop: Callable[[], bool] | None) -> Tree:
        return grow(self.prover, self.prover, self.prover.root(), budget, stop)

    def suspects(self) -> list[Point]:
        """Return where the proof had trouble since this was asked last."""
        points, self.prover.suspects[:] = list(self.prover.suspects), []
        return [self._displaced(dict(zip(self.prover.variables, map(_near, point), strict=True))) for point in points]

    def middles(self, tree: Tree) -> list[Point]:
        """Return the middles of some boxes that were not settled."""
        return [
            self._displaced({name: (low + high) / 2 for name, (low, high) in node.ends.items()})
            for node in tree.left[:PAUSE]
        ]

    def _displaced(self, point: Point) -> Point:
        """Return the displacement at coordinates, within the box."""
        ends = self.prover.coordinates.ends
        inside = {name: min(max(value, ends[name][0]), ends[name][1]) for name, value in point.items()}
        return self.prover.coordinates.displacement(inside)

    def existence(self, budget: int) -> Tree:
        root = self.prover.root()
        root.out.clear()
        return grow(self.prover, Existence(self.prover), root, budget)

    def failures(self, seed: int) -> Failures:
        return Failures(self.model, self.statement, self.ranges, self.concept, seed)

    def head(self) -> dict[str, Any]:
        """Return what certificates and counterexamples begin with."""
        return {
            "format": 1,
            "model": {"name": self.model.name, "digest": self.model.digest},
            "concept": self.concept,
            "statement": written_statement(self.model, self.statement),
        }

    def box(self) -> dict[str, Any]:
        coordinates = self.prover.coordinates

        def ends(ranges: Ends, shift: Mapping[str, Fraction]) -> dict[str, list[str]]:
            return {name: [str(end - shift.get(name, 0)) for end in pair] for name, pair in ranges.items()}

        return {
            "factor": None if self.factor is None else str(self.factor),
            "ranges": ends(self.ranges, {}),
            "kept": ends(coordinates.ends, coordinates.origins),
            "origins": {name: str(origin) for name, origin in coordinates.origins.items()},
        }

    def certificate(self, proof: Tree, existence: Tree, tie: Counterexample | None) -> Certificate | Undecided:
        written = {
            **self.head(),
            "semantics": SEMANTICS,
            "box": self.box(),
            "proof": proof.record,
            "existence": None if existence.left else existence.record,
            "tie": None if tie is None else tie.to_dict(),
        }
        try:
            check(self.model, written)
        except Refused as refusal:
            return Undecided(self.statement.name, self.factor, proof.boxes, 1.0, f"the checker refused: {refusal}")
        return Certificate.of(written, tie)

    def counterexample(self, found: Found) -> Counterexample:
        failure = found.truth.failure
        assert failure is not None
        profile = self.model.form.profile
        moved = {name: move for name, move in found.displacement.items() if move}
        values = Failures(self.model, self.statement, self.ranges, self.concept).judge.values(moved)
        places = {str(comparison): k for k, comparison in enumerate(self.statement.comparisons)}
        written = {
            **self.head(),
            "box": {"ranges": self.box()["ranges"]},
            "point": {name: str(move) for name, move in moved.items()},
            "refutes": {
                "comparison": places.get(failure.comparison),
                "profiles": dict(failure.equilibria),
                "tie": found.truth.tie,
            },
        }
        return Counterexample(
            statement=self.statement.name,
            displacement=moved,
            distance=distance(self.model, moved),
            values=values,
            equilibria={s: tuple(map(profile, each.all)) for s, each in found.truth.equilibria.items()},
            fails=failure.comparison,
            with_profiles={s: profile(p) for s, p in failure.equilibria.items() if p >= 0},
            compared=failure.values,
            tie=found.truth.tie,
            written=written,
        )


def distance(model: GameFamily, displacement: Point) -> float:
    """Return the largest displacement in half-widths of the plausible ranges; infinite if a lever moves."""
    return float(max((_halves(model, name, move) for name, move in displacement.items()), default=0))


def _halves(model: GameFamily, name: str, move: Fraction) -> Fraction | float:
    parameter = model.parameter(name)
    width = (
        exact(parameter.high) - exact(parameter.default)
        if move > 0
        else exact(parameter.default) - exact(parameter.low)
    )
    if not width:
        return float("inf") if move else 0.0
    return abs(move) / width


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


def largest_box(
    model: GameFamily,
    statement: Statement,
    most: Number = 2.0,
    precision: Number = Fraction(1, 64),
    budget: int = 100,
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
    low, high = Fraction(0), exact(most)
    step = exact(precision)
    start = certify(model, None, statement, 0, 1, concept, seed)
    if not isinstance(start, Certificate):
        bad = start if isinstance(start, Counterexample) else None
        return LargestBox(statement.name, Fraction(0), None, Fraction(0) if bad else None, bad, None)
    proof: Certificate = start
    refuted, opened = None, None
    attempt, trial = high, high
    while True:
        found = certify(model, None, statement, attempt, budget, concept, seed)
        if isinstance(found, Certificate):
            low, proof = attempt, found
        elif isinstance(found, Counterexample):
            refuted = found
            trial = min(attempt, _cover(found))
        else:
            opened = attempt if opened is None else min(opened, attempt)
        ceiling = min(x for x in (trial, opened) if x is not None)
        if ceiling - low <= step or low == high:
            break
        attempt = (low + ceiling) / 2
    return LargestBox(
        statement.name,
        low,
        proof,
        trial if refuted is not None else None,
        refuted,
        opened if opened is not None and opened > low else None,
    )


def _near(value: float) -> Fraction:
    return Fraction(float(value)).limit_denominator(10**6)


def _cover(found: Counterexample) -> Fraction:
    """Return the smallest multiple of the plausible ranges that holds a counterexample, rounded up a little."""
    return Fraction(int(found.distance * 2**20) + 1, 2**20)
