"""Whether statements hold where players err: expected values in logit quantal response equilibria.

Every player chooses better actions more often, not always (McKelvey and Palfrey 1995). Nobody moves jointly, so this
belongs beside ``nash`` rather than ``pairwise``. A precision is told relative to the stakes of a setting, the largest
difference that a player's own action makes to its payoff: that difference multiplies the odds by e to the precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from ..conditions import conditions
from ..family import GameFamily
from ..game import FloatArray
from ..solvers.qre import logit_qre
from ..statement import Comparison, Loss, Setting, Statement, Value

PRECISIONS = (5.0, 20.0, 80.0)
"""Players that err often, now and then, and hardly ever."""


@dataclass(frozen=True)
class Noisy:
    """A statement at one precision.

    Attributes
    ----------
    precision : float
        Relative to the stakes of each setting.
    holds : bool or None
        None where the principal branch could not be followed to the end in some setting.
    expected : mapping of Comparison to (float, float)
        The two sides of each comparison: expected values; of a measure with categories the likeliest.
    """

    precision: float
    holds: bool | None
    expected: Mapping[Comparison, tuple[float, float]]


def noisy(model: GameFamily, statement: Statement, precision: float) -> Noisy:
    """Say whether a statement holds of expected values on the principal branch, at the settings' own parameters.

    Parameters
    ----------
    model : GameFamily
    statement : Statement
    precision : float
        Relative to the stakes, from 0 on.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = noisy(tri.chapter_model(), claim("C01").statement, 20.0)
    >>> found.holds
    True
    """
    fitted = statement.fitted(model)
    played = {setting.label: _Play(model, setting, precision) for setting in fitted.settings}
    expected = {}
    for comparison in fitted.comparisons:
        sides = [played[side.setting].value(side) for side in comparison.sides]
        expected[comparison] = (sides[0], sides[1] if len(sides) > 1 else 0.0)
    holds = [bool(c.holds(np.array(left), np.array(right))) for c, (left, right) in expected.items()]
    reached = all(each.reached for each in played.values())
    return Noisy(precision, all(holds) if reached else None, expected)


class _Play:
    """Logit play of one setting, with those held at their action."""

    def __init__(self, model: GameFamily, setting: Setting, precision: float) -> None:
        self.model, self.setting = model, setting
        self.arrays = model.evaluate({name: float(v) for name, v in setting.values(model).items()})
        form = model.form
        self.payoffs = np.stack([self.arrays[f"payoff_{name}"] for name in form.names])
        held = {form.index(name): form.player(name).action(a) for name, a in setting.scenario.held.items()}
        kept = tuple(slice(held[i], held[i] + 1) if i in held else slice(None) for i in range(len(form.shape)))
        game = self.payoffs[(slice(None), *kept)]
        stakes = _stakes(game, [i for i in range(len(form.shape)) if i not in held])
        found = logit_qre(game, precision / stakes if stakes else 0.0)
        self.reached = bool(found.converged)
        strategies = []
        for i, (part, count) in enumerate(zip(found.strategies, form.shape, strict=True)):
            whole = np.zeros(count)
            whole[kept[i]] = part
            strategies.append(whole)
        self.weights: FloatArray = reduce(np.multiply.outer, strategies)

    def value(self, side: Value | Loss) -> float:
        """Return an expected value where it is defined, or the likeliest category."""
        if isinstance(side, Loss):
            return float((self._loss(side) * self.weights.ravel()).sum())
        values = np.broadcast_to(self.arrays[side.measure], self.weights.shape)
        defined = np.isfinite(values)
        if self.model.measure(side.measure).categories:
            return float(np.bincount(values[defined].astype(int), self.weights[defined]).argmax())
        mass = self.weights[defined].sum()
        return float((values[defined] * self.weights[defined]).sum() / mass) if mass > 0 else float("nan")

    def _loss(self, loss: Loss) -> FloatArray:
        """Return what a move costs its movers at every profile."""
        compiled = conditions(self.model, "pairwise", self.setting.scenario.held)
        members = [self.model.form.index(n) for n in compiled.members[compiled.movers.index(loss.mover)]]
        total = self.payoffs[members].sum(axis=0).ravel()
        targets = [loss.target(self.model, profile) for profile in range(total.size)]
        return np.asarray(total - total[targets])


def _stakes(game: FloatArray, free: list[int]) -> float:
    """Return the largest difference that a player's own action makes to its payoff."""
    return float(max((np.ptp(game[i], axis=i).max() for i in free), default=0.0))
