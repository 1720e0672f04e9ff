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

from ..conditions import conditions
from ..evaluation import Solutions
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..statement import Box, Setting, Statement

STEP = 1e-4
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
    here = np.zeros(len(search.names))
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
    displacement = {name: float(u * width) for name, u, width in zip(search.names, here, search.widths, strict=True)}
    return Centre(displacement, room, start, search.holds(here))


class _Search:
    """Margins of statements and their slopes, in displacements scaled by half-widths."""

    def __init__(self, model: GameFamily, statements: Sequence[Statement]) -> None:
        self.model = model
        self.statements = statements
        box = Box.plausible(model)
        self.names = list(box.ranges)
        self.widths = np.array([(high - low) / 2 for low, high in box.ranges.values()])
        settings = {s.key: s for statement in statements for s in statement.settings}
        self.settings = list(settings.values())

    def _solved(self, points: FloatArray) -> Solutions:
        moved = points * self.widths
        return Solutions(self.model, {name: moved[:, k] for k, name in enumerate(self.names)})

    def holds(self, point: FloatArray) -> bool:
        solved = self._solved(point[None])
        return all(bool(solved.evaluate(statement).holds[0]) for statement in self.statements)

    def linear(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return all margins at a point, shape (m,), and their slopes, shape (m, parameters)."""
        margins, slopes = self._linear(point[None])
        return margins[0], slopes[0]

    def _linear(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return margins and slopes at several points by central differences."""
        count = len(self.names)
        moves = STEP * np.vstack([np.zeros((1, count)), np.eye(count), -np.eye(count)])
        margins = self._margins((points[:, None] + moves).reshape(-1, count)).T.reshape(len(points), len(moves), -1)
        slopes = (margins[:, 1 : count + 1] - margins[:, count + 1 :]) / (2 * STEP)
        return margins[:, 0], slopes.swapaxes(1, 2)

    def _margins(self, points: FloatArray) -> FloatArray:
        solved = self._solved(points)
        solved.prepare(self.settings)
        of_statements = [solved.evaluate(statement).margins for statement in self.statements]
        of_equilibria = [_slack(self.model, solved, setting)[None] for setting in self.settings]
        return np.concatenate([*of_statements, *of_equilibria])

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
        rooms = [self.room(*each) for each in zip(*self._linear(one_back), strict=True)]
        idle = moved[np.array(rooms) >= KEPT * room]
        cheapest = idle[np.argsort([-rooms[list(moved).index(k)] for k in idle])]
        for count in range(len(cheapest), 0, -max(1, len(cheapest) // 8)):
            back = point.copy()
            back[cheapest[:count]] = 0.0
            reached = self.room(*self.linear(back))
            if reached >= KEPT * room and self.holds(back):
                return back, reached
        return point, room


def _slack(model: GameFamily, solved: Solutions, setting: Setting) -> FloatArray:
    """Return the least loss from any move at an equilibrium, the least over the equilibria, shape (points,)."""
    found = solved.of(setting)
    compiled = conditions(model, solved.concept, setting.scenario.held)
    slack = np.array([compiled.slack(found.weights, int(profile)) for profile in found.profiles])
    return np.asarray(np.where(found.stable, slack, np.inf).min(axis=0, initial=np.inf))
