"""The principal branch of one game, traced point by point, so that events on it can be found between the points.

For high precisions the branch is traced in stages: at the start of each, the action that is played most becomes every
player's first, since log odds against an action that is hardly played blur those between the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from ..game import BoolArray, FloatArray
from .elimination import solve
from .multilinear import Advantages, swapped
from .qre_path import Path, equations, odds_against, polish, softmax

STAGE = 300.0
"""By how much the precision (in units of one over the largest difference of payoffs) may grow in one stage."""

END_REGRET = 1e-6
"""A branch without a precision to reach ends when no player could gain more, in units of that difference."""

END_AT_LEAST = 100.0
"""But not before this precision: play may be in equilibrium from the start and other paths cross later."""

END_PRECISION = 1e7
"""Nor is it followed further than this precision in those units: an equilibrium at which it ends in mixtures with ties
may only be reached so slowly."""

_FINE = 0.3
_MOST_STEPS = 20_000

Swaps = tuple[tuple[int, ...], ...]
Quantity = Callable[["Stage", FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Stage:
    """A stretch of the branch in one choice of first actions.

    Attributes
    ----------
    advantages : Advantages
        Of one game, scaled so that the widest is 1.
    swaps : tuple of tuple of int
        Which actions have traded places with the first, in turn.
    points, tangents : ndarray, shape (size + 1, P)
        Log odds and, last, the precision; unit tangents.
    crossed : ndarray of bool, shape (P,)
        Whether another path crosses just before the point.
    """

    advantages: Advantages
    swaps: Swaps
    points: FloatArray
    tangents: FloatArray
    crossed: BoolArray

    def strategies(self, points: FloatArray) -> list[FloatArray]:
        """Return every player's strategy at points, (A_i, P) each, its actions in their own order."""
        found = softmax(points[:-1], self.advantages)
        for swap in reversed(self.swaps):
            found = [part[_order(len(part), action)] for part, action in zip(found, swap, strict=True)]
        return found

    def reordered(self, vectors: list[FloatArray]) -> list[FloatArray]:
        """Return vectors over each player's actions in the order of this stage."""
        for swap in self.swaps:
            vectors = [part[_order(len(part), action)] for part, action in zip(vectors, swap, strict=True)]
        return vectors

    def polished(self, points: FloatArray, directions: FloatArray | None = None) -> FloatArray:
        """Return points brought onto the branch: across the directions, or at their precision."""
        return polish(self.advantages.repeat(points.shape[1]), points, directions)

    def tangents_at(self, points: FloatArray, like: FloatArray) -> FloatArray:
        """Return unit tangents, each pointing the same way as the given vector does."""
        _, matrix = equations(self.advantages.repeat(points.shape[1]), points)
        matrix[-1] = like
        right = np.zeros((len(points), 1, points.shape[1]))
        right[-1] = 1.0
        tangents = solve(matrix, right)[0][:, 0]
        return np.asarray(tangents / np.sqrt((tangents**2).sum(axis=0)))

    def inserted(self, after: list[int], points: list[FloatArray], tangents: list[FloatArray]) -> Stage:
        """Return the stage with further points of the branch, each after the point of that number; one per gap."""
        order = np.argsort([*range(self.points.shape[1]), *(k + 0.5 for k in after)])
        return Stage(
            self.advantages,
            self.swaps,
            np.concatenate([self.points, *points], axis=1)[:, order],
            np.concatenate([self.tangents, *tangents], axis=1)[:, order],
            np.concatenate([self.crossed, np.zeros(len(after), dtype=bool)])[order],
        )

    def root(self, k: int, quantity: Quantity) -> tuple[FloatArray, FloatArray]:
        """Return the point and tangent between points k and k + 1 where a quantity changes its sign."""
        from scipy.optimize import brentq

        start, chord = self.points[:, [k]], self.points[:, [k + 1]] - self.points[:, [k]]

        def at(share: float) -> tuple[FloatArray, FloatArray]:
            point = self.polished(start + share * chord, chord / np.sqrt((chord**2).sum()))
            return point, self.tangents_at(point, chord)

        ends = [float(quantity(self, self.points[:, [p]], self.tangents[:, [p]])[0]) for p in (k, k + 1)]
        if ends[0] * ends[1] >= 0.0:
            return at(0.0 if ends[0] == 0.0 else 1.0)
        known = {0.0: ends[0], 1.0: ends[1]}
        share = brentq(lambda s: known[s] if s in known else float(quantity(self, *at(s))[0]), 0.0, 1.0, xtol=1e-13)
        return at(float(share))


@dataclass(frozen=True, eq=False)
class Trace:
    """The principal branch of one game from zero precision on.

    Attributes
    ----------
    stages : tuple of Stage
    scale : float
        Precisions in the stages are this times those in units of one over the payoffs'.
    ended : {"reached", "nash", "lost"}
    """

    stages: tuple[Stage, ...]
    scale: float
    ended: str

    def refined(self, quantity: Quantity) -> Trace:
        """Return the trace with the points put in at which a quantity changes its sign."""
        stages = []
        for stage in self.stages:
            after, points, tangents = [], [], []
            for _, k, point, tangent in Trace((stage,), self.scale, self.ended).roots(quantity):
                after.append(k)
                points.append(point)
                tangents.append(tangent)
            stages.append(stage.inserted(after, points, tangents))
        return Trace(tuple(stages), self.scale, self.ended)

    def roots(self, quantity: Quantity, falling: bool = False) -> Iterator[tuple[Stage, int, FloatArray, FloatArray]]:
        """Yield stage, place, point and tangent wherever a quantity changes its sign (or only falls through zero)."""
        for stage in self.stages:
            values = quantity(stage, stage.points, stage.tangents)
            change = (values[:-1] > 0) & (values[1:] <= 0)
            if not falling:
                change |= (values[:-1] < 0) & (values[1:] >= 0)
            for k in np.flatnonzero(change):
                yield stage, int(k), *stage.root(int(k), quantity)


def trace(payoffs: FloatArray, precision: float | None) -> Trace:
    """Follow the principal branch of a game of shape (N, A_1, …, A_N) to a precision, or to its end if None."""
    raw = Advantages.of(payoffs[None])
    scale = float(raw.widest().max()) or 1.0
    advantages = raw.scaled(np.array([1.0 / scale]))
    stop = END_PRECISION if precision is None else precision * scale
    stages: list[Stage] = []
    swaps: Swaps = ()
    begin = None
    reach = STAGE
    while True:
        near = min(reach, stop)
        stage, ended = _follow(advantages, swaps, near, begin, END_REGRET if precision is None else -inf)
        stages.append(stage)
        if ended != "reached" or near >= stop:
            return Trace(tuple(stages), scale, ended)
        best = [part[:, -1:].argmax(axis=0) for part in softmax(stage.points[:-1, -1:], advantages)]
        begin = np.vstack([odds_against(stage.points[:-1, -1:], advantages, best), [[near]]])
        advantages = advantages.rebased(best)
        swaps = (*swaps, tuple(int(action[0]) for action in best))
        reach *= STAGE


def regrets(advantages: Advantages, points: FloatArray) -> FloatArray:
    """Return the largest gain of a player from moving alone, in units of the widest difference of payoffs."""
    games = advantages.repeat(points.shape[1])
    strategies = softmax(points[:-1], games)
    values = games.values(strategies)
    largest = np.zeros(points.shape[1])
    for block, own in zip(games.blocks, strategies, strict=True):
        worth = np.concatenate([np.zeros((1, len(largest))), values[block]])
        largest = np.maximum(largest, ((worth.max(axis=0) - worth) * own).sum(axis=0))
    return largest


def _order(count: int, action: int) -> NDArray[np.intp]:
    return swapped(count, np.array([action]))[:, 0]


def _follow(
    advantages: Advantages, swaps: Swaps, target: float, begin: FloatArray | None, end_regret: float
) -> tuple[Stage, str]:
    """Return one stage, and how it ended."""
    path = Path.start(advantages, np.array([target]), _FINE, begin)
    points, tangents, crossed = [path.point], [path.tangent], [False]
    ended = "lost"
    for _ in range(_MOST_STEPS):
        moved = path.advance()[0]
        if path.landed[0] or moved:
            points.append(path.ahead if path.landed[0] else path.point)
            tangents.append(path.tangent)
            crossed.append(bool(path.crossed[0]))
        if path.landed[0]:
            ended = "reached"
            break
        if moved and path.point[-1, 0] >= END_AT_LEAST and regrets(advantages, path.point)[0] <= end_regret:
            ended = "nash"
            break
        if path.stuck[0]:
            break
    far = np.array(crossed)
    rough = Stage(advantages, swaps, np.concatenate(points, axis=1), np.concatenate(tangents, axis=1), far)
    inner = rough.polished(rough.points, rough.tangents)
    # The first and the last point keep their precision.
    inner[:, 0] = rough.points[:, 0]
    if ended == "reached":
        inner[:, -1] = rough.polished(rough.points[:, -1:])[:, 0]
    return Stage(advantages, swaps, inner, rough.tangents_at(inner, rough.tangents), rough.crossed), ended
