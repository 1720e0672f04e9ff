"""A statement and a box together: proofs, failures, and what is written of either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..conditions import check_concept
from ..family import GameFamily
from ..scenario import Source, as_scenario
from ..statement import Statement
from .boxes import Coordinates, Ends, Ranges, ranges_of
from .certificate import SPENT, Certificate, Counterexample, Undecided, written_statement
from .checker import Refused, check, semantics
from .displaced import Point, setting_values
from .existence import Existence
from .failures import Failures, Found
from .prover import Prover
from .rational import exact
from .tree import PAUSE, Tree, grow

FIRST = 3
MOST_SUSPECTS = 128


@dataclass(frozen=True)
class Problem:
    """A statement and a box, ready for the search."""

    model: GameFamily
    statement: Statement
    concept: str
    ranges: Ends
    factor: Fraction | None
    prover: Prover

    @classmethod
    def of(cls, model: GameFamily, scenario: Source, statement: Statement, box: Ranges, concept: str) -> Problem:
        """Prepare a statement and a box."""
        check_concept(concept)
        fitted = statement.fitted(model)
        if scenario is not None:
            base = as_scenario(model, scenario)
            settings = (replace(s, scenario=replace(s.scenario, values=base.values)) for s in fitted.settings)
            fitted = replace(fitted, settings=tuple(settings))
        ranges, factor = ranges_of(model, box)
        coordinates = Coordinates.of(model, fitted.settings, ranges)
        return cls(model, fitted, concept, ranges, factor, Prover(model, fitted, coordinates, concept))

    def settle(self, budget: int, failures: Failures, thorough: bool) -> tuple[Tree, Found | None]:
        """Look for a proof and for a failure, a little of each first.

        Parameters
        ----------
        thorough : bool
            Look for failures even where the proof is found at once: some may be at ties.
        """
        tree = self.proof(min(FIRST, budget), None)
        found = failures.among(self.suspects())
        if found is None and (thorough or tree.left):
            found = failures.search()
        if found is not None or not tree.left or budget <= FIRST:
            return tree, found
        caught: list[Found] = []

        def stop() -> bool:
            caught.extend(filter(None, [failures.among(self.suspects())]))
            return bool(caught)

        tree = self.proof(budget, stop)
        if not caught and tree.left:
            caught.extend(filter(None, [failures.among([*self.suspects(), *self.middles(tree)])]))
        return tree, caught[0] if caught else None

    def proof(self, budget: int, stop: Callable[[], bool] | None) -> Tree:
        """Look for a proof of the comparisons."""
        return grow(self.prover, self.prover, self.prover.root(), budget, stop)

    def suspects(self) -> list[Point]:
        """Return where the proof had trouble since this was asked last, some of it if that is often."""
        distinct = list({point.tobytes(): point for point in self.prover.suspects}.values())
        self.prover.suspects.clear()
        chosen = distinct[:: 1 + len(distinct) // MOST_SUSPECTS]
        return [self._displaced(dict(zip(self.prover.variables, map(_near, point), strict=True))) for point in chosen]

    def middles(self, tree: Tree) -> list[Point]:
        """Return the middles of some boxes that were not settled."""
        return [
            self._displaced({name: (low + high) / 2 for name, (low, high) in node.ends.items()})
            for node in tree.left[:PAUSE]
        ]

    def why_left(self, tree: Tree) -> str:
        """Return why boxes are left: a comparison for which no sufficient inequality is known, or the budget."""
        for node in tree.left[:1]:
            attempt = self.prover.attempt(node)
            for k, pair in self.prover.open(node):
                if next(attempt.routes(k, pair), None) is None:
                    comparison = self.statement.comparisons[self.prover.atoms[k].comparison]
                    return f"no inequality is known that shows {comparison} on a box"
        return SPENT

    def _displaced(self, point: Point) -> Point:
        """Return the displacement at coordinates, within the box."""
        ends = self.prover.coordinates.ends
        inside = {name: min(max(value, ends[name][0]), ends[name][1]) for name, value in point.items()}
        return self.prover.coordinates.displacement(inside)

    def existence(self, budget: int) -> Tree:
        """Look for a proof that every setting has an equilibrium everywhere on the box."""
        root = self.prover.root()
        root.out.clear()
        return grow(self.prover, Existence(self.prover), root, budget)

    def failures(self, seed: int) -> Failures:
        """Return the search for failures in the box."""
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
        """Return the box as certificates write it."""
        return self.prover.coordinates.written(self.ranges, self.factor)

    def certificate(self, proof: Tree, existence: Tree, tie: Counterexample | None) -> Certificate | Undecided:
        """Return a certificate if the checker accepts it."""
        written = {
            **self.head(),
            "semantics": semantics(self.concept),
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
        """Return a failure as a counterexample."""
        failure = found.truth.failure
        assert failure is not None
        profile = self.model.form.profile
        moved = {name: move for name, move in found.displacement.items() if move}
        values = {s.label: setting_values(self.model, s, moved) for s in self.statement.settings}
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


def _near(value: float) -> Fraction:
    return Fraction(float(value)).limit_denominator(10**6)


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
