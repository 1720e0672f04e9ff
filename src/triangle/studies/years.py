"""Take runs, or a law, through the years of a process: one engine for both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..chapter.form import EVENTS
from ..chapter.states import Entering, Leaving
from ..game import TOLERANCE, FloatArray
from ..polynomial import values_of
from .carriers import Carrier
from .process import FEEDBACK, Numbers, Process, YearGame


@dataclass(frozen=True, eq=False)
class YearEnd:
    """The end of a year: every measure, and the parameters that states drive."""

    y: int
    measures: Mapping[str, Numbers]
    driven: Mapping[str, Numbers]


def follow(process: Process, carrier: Carrier) -> Iterator[YearEnd]:
    """Take a carrier through the years of a process."""
    equations = process.equations
    ones = np.ones(carrier.columns)
    states: dict[str, Numbers] = {e.name: ones * e.begin(process.dated[0]) for e in equations}
    nothing = np.zeros(carrier.columns)
    tie, detente, late = nothing, nothing, nothing
    timeline = process.timeline
    for y, game in enumerate(process.games):
        if y == 0:
            carrier.begin(process, _choices(process, game, _weights(process, carrier, process.values(0, carrier.draw))))
            if equations:
                tie, detente = (carrier.mean(carrier.event(e.ravel())) for e in (EVENTS.tie, EVENTS.detente))
        carrier.enter(game.units)
        broken = late
        if y and equations and game.held:
            broken = late + detente * carrier.mean(carrier.event(EVENTS.pressure.ravel()))
        before = process.dated[max(y - 1, 0)]
        news = {name: years[timeline.years[y]] for name, years in timeline.news.items() if timeline.years[y] in years}
        entering = Entering(process.dated[y], before, news, tie, broken)
        driven: dict[str, Numbers] = {}
        for equation in equations:
            states[equation.name], driven[equation.parameter] = equation.enter(states[equation.name], entering)
        values = process.values(y, carrier.draw, driven)
        weights = _weights(process, carrier, values)
        carrier.revise(game, _choices(process, game, weights), timeline.years[y])
        measures, gain = _measured(process, carrier.quantities(game, weights))
        yield YearEnd(
            y, measures, {e.parameter: np.broadcast_to(values[e.parameter], nothing.shape) for e in equations}
        )
        if not equations:
            continue
        pressure, standing = carrier.event(EVENTS.pressure.ravel()), carrier.event(EVENTS.tie.ravel())
        expected = process.reference[y][carrier.draw]
        leaving = Leaving(values, standing, pressure, gain, np.where(np.isnan(expected), gain, expected))
        for equation in equations:
            states[equation.name] = carrier.mean(equation.leave(states[equation.name], leaving))
        late = nothing if game.held else detente * carrier.mean(pressure)
        tie, detente = carrier.mean(standing), carrier.mean(carrier.event(EVENTS.detente.ravel()))


def _weights(process: Process, carrier: Carrier, values: Mapping[str, Any]) -> FloatArray:
    columns = {name: np.broadcast_to(values[name], (carrier.columns,)) for name in process.varying}
    return values_of(process.kept, columns, (carrier.columns,))


def _choices(process: Process, game: YearGame, weights: FloatArray) -> FloatArray:
    moving = game.units
    members = sorted({member for unit in moving.active for member in moving.members[unit]})
    payoffs = {member: game.payoffs[member].T @ weights.T for member in members}
    margins = moving.margins(TOLERANCE * (np.abs(weights) @ game.scale)) if np.isinf(process.precision) else {}
    return moving.choices(moving.unit_payoffs(payoffs), process.precision, margins)


def _measured(process: Process, quantities: Numbers) -> tuple[dict[str, Numbers], Numbers]:
    at = dict(zip(process.needed, quantities, strict=True))
    found = {m.name: m.function(*(at[q] for q in m.quantities)) for m in process.measures}
    if not process.feedback:
        return found, np.zeros(1)
    gap, after = (m.function(*(at[q] for q in m.quantities)) for m in map(process.model.measure, FEEDBACK))
    return found, np.asarray(after - gap)
