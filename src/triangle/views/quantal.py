"""Logit equilibria as a table, a column for each."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from ..studies.quantal import QuantalOutcome

RARE = 1e-3
"""Labels less likely than this are added up."""


def quantal_table(*outcomes: QuantalOutcome) -> Table:
    """Return strategies and expectations of one model's outcomes side by side, likely labels first."""
    first = outcomes[0]
    single = len(outcomes) == 1
    told = dict.fromkeys(_solved(outcome, "" if single else f"{outcome.scenario.name}: ") for outcome in outcomes)
    title = " | ".join(outcome.scenario.title for outcome in outcomes)
    table = Table(title=title, caption="\n".join(told), title_justify="left", caption_justify="left")
    table.add_column("")
    for outcome in outcomes:
        table.add_column("probability, or expected value" if single else outcome.scenario.name, overflow="fold")
    for player in first.strategies:
        table.add_row(player, *(_ordered(outcome.strategies[player]) for outcome in outcomes))
    for measure in first.model.measures:
        label = measure.long_name or measure.name
        table.add_row(label, *(_expected(outcome, measure.name) for outcome in outcomes))
    return table


def _solved(outcome: QuantalOutcome, whose: str) -> str:
    held = "".join(f"; {player} held to {action}" for player, action in outcome.scenario.held.items())
    return f"{whose}{outcome.status}, logit_qre at precision {outcome.precision:g} per unit of payoff{held}"


def _expected(outcome: QuantalOutcome, measure: str) -> str:
    found = outcome.measures[measure]
    if isinstance(found, Mapping):
        return _ordered(found)
    chance = outcome.defined[measure]
    return _number(found) + (f" (defined with probability {_percent(chance)})" if chance < 1.0 else "")


def _ordered(labels: Mapping[str, float]) -> str:
    if any(value != value for value in labels.values()):
        return _number(float("nan"))
    ordered = sorted(labels.items(), key=lambda item: -item[1])
    told = [f"{label} {_percent(value)}" for label, value in ordered if value >= RARE]
    rest = {label: value for label, value in ordered if 0.0 < value < RARE}
    if rest:
        told.append(f"{next(iter(rest)) if len(rest) == 1 else 'others'} {_percent(sum(rest.values()))}")
    return ", ".join(told)


def _percent(chance: float) -> str:
    if RARE <= chance < 1.0 - RARE or chance in (0.0, 1.0):
        return f"{chance:.1%}"
    return "<0.1%" if chance < RARE else ">99.9%"


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.3f}"
