"""Solve one scenario for its logit quantal response equilibrium: play that errs, and what is to be expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..family import GameFamily
from ..scenario import Scenario
from .logit import STATUSES, LogitGames
from .solve import what_was_solved

CONCEPT = "logit_qre"


@dataclass(frozen=True, eq=False)
class QuantalOutcome:
    """The logit equilibrium of one scenario on the principal branch.

    Attributes
    ----------
    model : GameFamily
    scenario : Scenario
    precision : float
        In units of one over the payoffs'.
    status : {"converged", "inexact", "lost"}
        Whether the equilibrium was reached (see `triangle.solvers.QREResult`). If not, all numbers but the residual
        are NaN.
    residual : float
        The largest change of a probability under the logit response.
    strategies : mapping of str to mapping of str to float
        For each player the probability of each action.
    measures : mapping of str to float, or to mapping of str to float
        Over the product distribution of the strategies: a number's expected value, given that it is defined; the
        probability of each category.
    defined : mapping of str to float
        For each number the probability that it is defined.
    """

    model: GameFamily = field(repr=False)
    scenario: Scenario = field(repr=False)
    precision: float
    status: str
    residual: float
    strategies: Mapping[str, Mapping[str, float]]
    measures: Mapping[str, float | Mapping[str, float]]
    defined: Mapping[str, float]

    @property
    def concept(self) -> str:
        """The name of the concept, ``"logit_qre"``."""
        return CONCEPT

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data, ready for JSON; NaN becomes None."""
        return {
            **what_was_solved(self.model, self.scenario, self.concept),
            "precision": self.precision,
            "status": self.status,
            "residual": self.residual,
            "strategies": _plain(self.strategies),
            "measures": _plain(self.measures),
            "defined": _plain(self.defined),
        }

    def __str__(self) -> str:
        from ..views.quantal import quantal_table
        from ..views.tables import as_text

        return as_text(quantal_table(self))

    def _repr_html_(self) -> str:
        from ..views.quantal import quantal_table
        from ..views.tables import as_html

        return as_html(quantal_table(self))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return None if value != value else value


def quantal(model: GameFamily, setting: Scenario, precision: float) -> QuantalOutcome:
    """Return the logit equilibrium of a scenario; see `triangle.solve`."""
    games = LogitGames(model, model.measures, precision, setting.held, setting.values, ())
    games.check_reach({})
    played = games.play({}, 1)
    reached = bool(played.reached[0])

    def number(value: Any) -> float:
        return float(value) if reached else float("nan")

    expected = {name: found[:, 0] for name, found in played.expected.items()}
    return QuantalOutcome(
        model,
        setting,
        precision,
        STATUSES[int(played.status[0])],
        float(played.residual[0]),
        {
            player.name: dict(zip(player.actions, map(number, strategy[:, 0]), strict=True))
            for player, strategy in zip(model.form.players, played.strategies, strict=True)
        },
        {
            measure.name: dict(zip(measure.categories, map(number, expected[measure.name]), strict=True))
            if measure.categories
            else number(expected[measure.name][0])
            for measure in model.measures
        },
        {measure.name: number(expected[measure.name][1]) for measure in model.measures if not measure.categories},
    )
