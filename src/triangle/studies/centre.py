"""The point at which statements hold with the most room: sequential linear programming on their margins.

The room of a margin is the margin over the sum of its slopes, each per half-width of a parameter: to first order, how
many half-widths all parameters may be wrong at once, in the worst direction, before it is lost. The same is asked of
every equilibrium, through the least loss of any move, so that outcomes do not switch. The least room is maximised
within the box of plausible ranges; then parameters that bind nothing are drawn back to their defaults. The search is
local and the room an approximation: the statements are evaluated again at the point found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..statement import Statement
from .slopes import Slopes

TRUST = 0.5
LEAST_TRUST = 1e-3
ROUNDS = 40
FLAT = 1e-9
KEPT = 0.99


@dataclass(frozen=True)
class Centre:
    """A point, and how much room statements have there.

    Attributes
    ----------
    displacement : mapping of str to float
        From the scenarios' own values.
    room : float
        The least room over all margins, in half-widths (to first order).
    start : float
        The same at the default.
    holds : bool
        Every statement holds at the point.
    """

    displacement: Mapping[str, float]
    room: float
    start: float
    holds: bool


def centre(model: GameFamily, statements: Sequence[Statement]) -> Centre:
    """Return the point with the most room for all statements, searched from the default.

    Parameters
    ----------
    model : GameFamily
    statements : sequence of Statement
        They should hold at the default.

    Returns
    -------
    Centre

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = centre(tri.chapter_model(), [claim("C12").statement])
    >>> found.holds, found.room > found.start
    (True, True)
    """
    search = _Search(model, statements)
    here = np.zeros(len(search.of.names))
    margins, slopes = search.linear(here)
    start = room = search.room(margins, slopes)
    trust = TRUST
    for _ in range(ROUNDS):
        if trust < LEAST_TRUST:
            break
        there = search.better(here, margins, slopes, trust)
        found = search.linear(there)
        reached = search.room(*found)
        if reached > room and search.holds(there):
            trust = trust if reached - room > 0.01 * abs(room) else trust / 2
            here, (margins, slopes), room = there, found, reached
        else:
            trust /= 2
    here, room = search.drawn_back(here, room)
    return Centre(search.of.displacement(here), room, start, search.holds(here))


class _Search:
    """The search for the point with the most room."""

    def __init__(self, model: GameFamily, statements: Sequence[Statement]) -> None:
        self.of = Slopes(model, statements)

    def holds(self, point: FloatArray) -> bool:
        return bool(self.of.hold(point[None])[0])

    def linear(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        margins, slopes = self.of.linear(point[None])
        return margins[0], slopes[0]

    def room(self, margins: FloatArray, slopes: FloatArray) -> float:
        steep = self._steep(margins, slopes)
        return float((margins[steep] / np.abs(slopes[steep]).sum(axis=1)).min())

    def _steep(self, margins: FloatArray, slopes: FloatArray) -> BoolArray:
        """Leave out margins that no parameter moves: codes of stances, and equalities."""
        known = np.isfinite(margins) & np.isfinite(slopes).all(axis=1)
        return np.asarray(known & (np.abs(np.where(known[:, None], slopes, 0.0)).sum(axis=1) > FLAT))

    def better(self, point: FloatArray, margins: FloatArray, slopes: FloatArray, trust: float) -> FloatArray:
        """Maximise the least room to first order, within the trust region and the box."""
        from scipy.optimize import linprog

        steep = self._steep(margins, slopes)
        size = np.abs(slopes[steep]).sum(axis=1)
        # margin + slope·(x − point) ≥ room·size, with x and the room as unknowns
        rows = np.hstack([-slopes[steep], size[:, None]])
        right = margins[steep] - slopes[steep] @ point
        bounds = [(max(-1.0, u - trust), min(1.0, u + trust)) for u in point]
        cost = np.append(np.zeros(len(point)), -1.0)
        found = linprog(cost, rows, right, bounds=[*bounds, (None, None)])
        return np.asarray(found.x[:-1]) if found.success else point

    def drawn_back(self, point: FloatArray, room: float) -> tuple[FloatArray, float]:
        """Put parameters that bind nothing back to their default, as long as hardly any room is lost."""
        moved = np.flatnonzero(point)
        if not len(moved):
            return point, room
        one_back = np.repeat(point[None], len(moved), axis=0)
        one_back[np.arange(len(moved)), moved] = 0.0
        rooms = [self.room(*each) for each in zip(*self.of.linear(one_back), strict=True)]
        idle = moved[np.array(rooms) >= KEPT * room]
        cheapest = idle[np.argsort([-rooms[list(moved).index(k)] for k in idle])]
        for count in range(len(cheapest), 0, -max(1, len(cheapest) // 8)):
            back = point.copy()
            back[cheapest[:count]] = 0.0
            reached = self.room(*self.linear(back))
            if reached >= KEPT * room and self.holds(back):
                return back, reached
        return point, room
