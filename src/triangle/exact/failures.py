"""The search for points of a box at which a statement fails.

Floats look for candidates: the corner that the slopes of a margin, or of what a move costs, point to, then the corner
that the slopes there point to, and so on; Sobol points; the way from a failing point to the middle. Fractions decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ..evaluation import Solutions
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..statement import Statement
from .boxes import Ends
from .displaced import Point
from .family import exact_conditions
from .point import Judge, Truth

TURNS = 3
STARTS = 3
MOST_TESTED = 24
STEPS = 64
NEAR = 1e-4


@dataclass(frozen=True)
class Found:
    """A point at which the statement fails, and what is the case there."""

    displacement: Point
    truth: Truth


class Failures:
    """Looks for failures of one statement in a box of displacements.

    Parameters
    ----------
    model : GameFamily
    statement : Statement
    ranges : mapping of str to (Fraction, Fraction)
    concept : {"pairwise", "nash", "commitment"}
    seed : int
    points : int
        Sobol points, a power of two.
    """

    def __init__(
        self,
        model: GameFamily,
        statement: Statement,
        ranges: Ends,
        concept: str = "pairwise",
        seed: int = 0,
        points: int = 256,
    ) -> None:
        self.model, self.statement, self.concept = model, statement, concept
        self.names = [name for name, (low, high) in ranges.items() if low < high]
        self.fixed = {name: low for name, (low, high) in ranges.items() if low == high}
        self.exact_ends = [ranges[name] for name in self.names]
        self.low, self.high = np.array([[float(e) for e in ends] for ends in self.exact_ends]).reshape(-1, 2).T
        self.judge = Judge(model, statement, concept)
        self.seed, self.points = seed, points
        self.tie: Found | None = None
        self._tested: set[tuple[Fraction, ...]] = set()

    def search(self) -> Found | None:
        """Return a failure with strict equilibria, or None; `tie` then says if one at a tie was met."""
        home = np.clip(np.zeros(len(self.names)), self.low, self.high)
        found = self._first([self._exactly(home)])
        if found is not None or not self.names:
            return found
        starts = np.concatenate([home[None], self._sample()])
        holds, margins = self._evaluated(starts)
        found = self._first(self._exactly(point) for point in starts[~holds][:MOST_TESTED])
        if found is None:
            found = self._climb(starts, margins)
        return None if found is None else self._drawn_in(found, self._exactly(home))

    def among(self, points: Iterable[Point]) -> Found | None:
        """Return a failure with strict equilibria among displacements, drawn in towards the middle; or None."""
        home = self._exactly(np.clip(np.zeros(len(self.names)), self.low, self.high))
        rows = [tuple(point.get(name, Fraction(0)) for name in self.names) for point in points]
        rows = [row for row in dict.fromkeys(rows) if row not in self._tested]
        if not rows:
            return None
        holds, _ = self._evaluated(np.array([[float(value) for value in row] for row in rows]))
        found = self._first(rows[k] for k in np.flatnonzero(~holds)[:MOST_TESTED])
        return None if found is None else self._drawn_in(found, home)

    def _sample(self) -> FloatArray:
        from scipy.stats import qmc

        drawn = qmc.Sobol(len(self.names), rng=self.seed).random(self.points)
        return np.asarray(self.low + drawn * (self.high - self.low))

    def _exactly(self, point: FloatArray) -> tuple[Fraction, ...]:
        """Return a rational point close by: an end of the range where the point is at one."""
        out = []
        for value, (low, high) in zip(point, self.exact_ends, strict=True):
            near = Fraction(float(value)).limit_denominator(10**6)
            out.append(low if value <= float(low) else high if value >= float(high) else min(max(near, low), high))
        return tuple(out)

    def _displacement(self, point: tuple[Fraction, ...]) -> dict[str, Fraction]:
        return {**self.fixed, **dict(zip(self.names, point, strict=True))}

    def _first(self, candidates: Iterable[tuple[Fraction, ...]]) -> Found | None:
        """Return the first candidate that fails with strict equilibria, decided exactly."""
        for point in candidates:
            if point in self._tested:
                continue
            self._tested.add(point)
            displacement = self._displacement(point)
            truth = self.judge.truth(displacement)
            if not truth.holds:
                found = Found(displacement, truth)
                if not truth.tie:
                    return found
                self.tie = self.tie or found
        return None

    def _evaluated(self, points: FloatArray) -> tuple[BoolArray, FloatArray]:
        """Return where the statement holds, and the margins, shape (comparisons, points)."""
        found = self._solutions(points).evaluate(self.statement)
        return found.holds, found.margins

    def _solutions(self, points: FloatArray) -> Solutions:
        moved = {name: points[:, k] for k, name in enumerate(self.names)}
        moved |= {name: np.full(len(points), float(value)) for name, value in self.fixed.items()}
        return Solutions(self.model, moved, self.concept)

    def _climb(self, starts: FloatArray, margins: FloatArray) -> Found | None:
        """Follow slopes from corner to corner."""
        order = np.argsort(np.nan_to_num(margins, nan=np.inf), axis=1)[:, :STARTS]
        points = starts[np.unique(np.append(order.ravel(), 0))]
        seen: set[bytes] = set()
        for _ in range(TURNS):
            corners = [c for c in self._downhill(points) if c.tobytes() not in seen]
            if not corners:
                return None
            seen |= {corner.tobytes() for corner in corners}
            points = np.array(corners)
            holds, margins = self._evaluated(points)
            failing = np.flatnonzero(~holds)
            found = self._first(self._exactly(points[k]) for k in failing[:MOST_TESTED])
            if found is not None:
                return found
            rank = np.argsort(np.nan_to_num(margins, nan=np.inf).min(axis=0), kind="stable")
            points = points[rank[: 2 * STARTS]]
        return None

    def _downhill(self, points: FloatArray) -> Iterator[FloatArray]:
        """Yield the corners to which margins, and the losses from moves at equilibria, fall from some points."""
        steps = (self.high - self.low) * NEAR
        count = len(self.names)
        inward = np.where(points + steps > self.high, -1.0, 1.0)
        around = points[:, None] + np.eye(count)[None] * (steps * inward)[:, None]
        whole = np.concatenate([points[:, None], around], axis=1).reshape(-1, count)
        solutions = self._solutions(whole)
        values = [solutions.evaluate(self.statement).margins, *self._losses(solutions, len(points), count)]
        for row in np.concatenate(values):
            table = row.reshape(len(points), count + 1)
            slopes = (table[:, 1:] - table[:, :1]) * inward
            for point, slope in zip(points, slopes, strict=True):
                if np.isfinite(slope).all() and slope.any():
                    yield np.where(slope > 0, self.low, np.where(slope < 0, self.high, point))

    def _losses(self, solutions: Solutions, points: int, count: int) -> Iterator[FloatArray]:
        """Yield what every move from the equilibria at the first points costs, at all points, shape (rows, all)."""
        for setting in self.statement.settings:
            solved = solutions.of(setting)
            exactly = exact_conditions(self.model, self.concept, setting.scenario.held)
            compiled, weights = exactly.compiled, solved.weights
            chosen = [int(p) for k, p in enumerate(solved.profiles) if solved.stable[k, :: count + 1].any()]
            for profile in chosen:
                entries = exactly.entries[profile]
                rows = compiled.rows[compiled.entry_row[entries]] * compiled.entry_sign[entries, None]
                yield rows @ weights.T
            if compiled.leader_payoff is not None:
                subgames = replace(compiled, leader_action=None).stable(weights[:: count + 1]).any(axis=0)
                payoff = compiled.leader_payoff
                yield from ((payoff[:, [p]] - payoff[:, subgames]).T @ weights.T for p in chosen)

    def _drawn_in(self, found: Found, home: tuple[Fraction, ...]) -> Found:
        """Move a failing point towards the middle as far as it goes on failing."""
        far = tuple(found.displacement[name] for name in self.names)
        parts = [Fraction(k, STEPS) for k in range(1, STEPS)]
        line = [tuple(h + part * (f - h) for h, f in zip(home, far, strict=True)) for part in parts]
        holds, _ = self._evaluated(np.array([[float(value) for value in point] for point in line]))
        nearer = self._first(line[k] for k in np.flatnonzero(~holds)[:2])
        return nearer or found
