"""A logit equilibrium as a table."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from ..studies.quantal import QuantalOutcome


def quantal_table(outcome: QuantalOutcome) -> Table:
    """Return strategies and expectations, likely labels first."""
    held = "".join(f"; {player} held to {action}" for player, action in outcome.scenario.held.items())
    caption = f"{outcome.status}, logit_qre at precision {outcome.precision:g} per unit of payoff{held}"
    table = Table(title=outcome.scenario.title, caption=caption, title_justify="left", caption_justify="left")
    table.add_column("")
    table.add_column("probability, or expected value", overflow="fold")
    for player, strategy in outcome.strategies.items():
        table.add_row(player, _ordered(strategy))
    for measure in outcome.model.measures:
        found = outcome.measures[measure.name]
        if isinstance(found, Mapping):
            told = _ordered(found)
        else:
            chance = outcome.defined[measure.name]
            told = _number(found) + (f" (defined with probability {chance:.1%})" if chance < 1.0 else "")
        table.add_row(measure.long_name or measure.name, told)
    return table


def _ordered(labels: Mapping[str, float]) -> str:
    if any(value != value for value in labels.values()):
        return _number(float("nan"))
    return ", ".join(f"{label} {value:.1%}" for label, value in sorted(labels.items(), key=lambda item: -item[1]))


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.3f}"
