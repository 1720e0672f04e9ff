"""Margins of statements at points, and how steeply they change with each parameter.

Points are displacements in half-widths of the parameters' plausible ranges, so that slopes of different parameters can
be compared. Beside the margins of the statements' comparisons there are margins for each setting: the least loss from
any move at its equilibria, which says how far they are from switching, and measures that are cut at zero, for a
statement may fail where the cut begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..conditions import conditions
from ..evaluation import Solutions
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..statement import Box, Setting, Statement

STEP = 1e-4
CUT_AT_ZERO = ("share",)


class Slopes:
    """Margins of statements and their slopes under a model.

    Attributes
    ----------
    names : list of str
        The parameters that are uncertain.
    widths : ndarray, shape (parameters,)
        Half the width of each one's plausible range.
    """

    def __init__(self, model: GameFamily, statements: Sequence[Statement], concept: str = "pairwise") -> None:
        self.model = model
        self.statements = statements
        self.concept = concept
        box = Box.plausible(model)
        self.names = list(box.ranges)
        self.widths = np.array([(high - low) / 2 for low, high in box.ranges.values()])
        self.settings = list({s.key: s for statement in statements for s in statement.settings}.values())

    def displacement(self, point: FloatArray) -> dict[str, float]:
        """Return a point as a displacement in the parameters' own units."""
        return {name: float(move) for name, move in zip(self.names, point * self.widths, strict=True)}

    def _solved(self, points: FloatArray) -> Solutions:
        moved = points * self.widths
        solved = Solutions(self.model, {name: moved[:, k] for k, name in enumerate(self.names)}, self.concept)
        solved.prepare(self.settings)
        return solved

    def hold(self, points: FloatArray) -> BoolArray:
        """Return at which points, shape (points, parameters), every statement holds."""
        solved = self._solved(points)
        holds = [solved.evaluate(statement).holds for statement in self.statements]
        return np.asarray(np.logical_and.reduce(holds))

    def linear(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return margins, shape (points, m), and slopes, shape (points, m, parameters), by central differences."""
        count = len(self.names)
        moves = STEP * np.vstack([np.zeros((1, count)), np.eye(count), -np.eye(count)])
        margins = self._margins((points[:, None] + moves).reshape(-1, count)).T.reshape(len(points), len(moves), -1)
        slopes = (margins[:, 1 : count + 1] - margins[:, count + 1 :]) / (2 * STEP)
        return margins[:, 0], slopes.swapaxes(1, 2)

    def _margins(self, points: FloatArray) -> FloatArray:
        solved = self._solved(points)
        of_statements = [solved.evaluate(statement).margins for statement in self.statements]
        of_equilibria = [_slack(self.model, solved, setting)[None] for setting in self.settings]
        return np.concatenate([*of_statements, *of_equilibria, *self._cut(solved)])

    def _cut(self, solved: Solutions) -> Iterator[FloatArray]:
        """Yield the least value over the equilibria of each measure that is cut at zero, shape (1, points)."""
        for name in CUT_AT_ZERO:
            if any(measure.name == name for measure in self.model.measures):
                for setting in self.settings:
                    found = solved.of(setting)
                    values = np.where(found.stable, found.measure(name), np.inf)
                    yield values.min(axis=0, initial=np.inf)[None]


def _slack(model: GameFamily, solved: Solutions, setting: Setting) -> FloatArray:
    """Return the least loss from any move at an equilibrium, the least over the equilibria, shape (points,)."""
    found = solved.of(setting)
    compiled = conditions(model, solved.concept, setting.scenario.held)
    slack = np.array([compiled.slack(found.weights, int(profile)) for profile in found.profiles])
    return np.asarray(np.where(found.stable, slack, np.inf).min(axis=0, initial=np.inf))
