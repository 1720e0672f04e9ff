"""The process through the years of a timeline: what every year's game is, and how runs or a law go through it.

One engine (`follow`) serves both. `Runs` carries a profile for each run, drawn with random numbers that depend on the
seed, the block of runs and the year alone. `Law` carries the probability of every profile; a real-valued state then is
its mean, so that the law is exact where no state runs along and a closure where one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..chapter.form import EVENTS, FORM
from ..chapter.states import Entering, Leaving, StateEquation
from ..conditions import IntArray
from ..family import GameFamily
from ..game import TOLERANCE, FloatArray
from ..kernel import Kernel, compile_kernel, solve_batch
from ..parts import Measure
from ..polynomial import values_of
from ..timeline import Timeline
from .design import Sobol
from .revision import Units, units

BLOCK = 1024
"""Runs that are carried together; the random numbers and the bits of a run depend on its block alone."""

Numbers = NDArray[Any]
_FEEDBACK = ("gap", "next_gap")


@dataclass(frozen=True, eq=False)
class YearGame:
    """One year's game with everything that does not vary between columns multiplied in.

    Attributes
    ----------
    payoffs : ndarray, shape (N, kept, p)
    scale : ndarray, shape (kept, movers)
    quantities : ndarray, shape (P, Q, kept)
    """

    held: bool
    units: Units
    slots: int
    chance: float
    payoffs: FloatArray
    scale: FloatArray
    quantities: FloatArray


@dataclass(frozen=True, eq=False)
class Process:
    """What is to be followed: a model along a timeline.

    Attributes
    ----------
    shifts : mapping of str to ndarray, shape (draws,)
        By how much each draw moves a parameter in every year; empty without draws.
    start : int or None
        The profile before the first year; None draws it from the law to which the first year's revision converges.
    """

    model: GameFamily
    timeline: Timeline
    precision: float
    revision: float
    equations: tuple[StateEquation, ...]
    measures: tuple[Measure, ...]
    shifts: Mapping[str, FloatArray]
    start: int | None = None

    @property
    def draws(self) -> int:
        """The number of parameter draws; 1 without."""
        return len(next(iter(self.shifts.values()))) if self.shifts else 1

    @cached_property
    def varying(self) -> tuple[str, ...]:
        """The parameters that differ between columns."""
        states = [equation.parameter for equation in self.equations]
        return tuple(dict.fromkeys([*self.shifts, *states]))

    @cached_property
    def dated(self) -> tuple[dict[str, float], ...]:
        """Every year's values of the model's parameters, as they are dated."""
        years = range(len(self.timeline.years))
        values = self.timeline.values
        return tuple(
            {n: float(values[n][y]) if n in values else default for n, default in self.model.defaults.items()}
            for y in years
        )

    @cached_property
    def kept(self) -> tuple[Any, ...]:
        """The distinct products of varying parameters."""
        varying = set(self.varying)
        return tuple(sorted({tuple(f for f in m if f[0] in varying) for m in self.model.polynomials.monomials}))

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The quantities from which the measures and the feedback are computed."""
        measures = [*self.measures, *(self.model.measure(name) for name in _FEEDBACK if self.feedback)]
        return tuple(dict.fromkeys(name for measure in measures for name in measure.quantities))

    @property
    def feedback(self) -> bool:
        """Whether the gap's feedback runs along."""
        return any(equation.name == "gap_feedback" for equation in self.equations)

    @cached_property
    def games(self) -> tuple[YearGame, ...]:
        """Every year's game; years that are alike share one."""
        made: dict[Any, YearGame] = {}
        found = []
        for y, values in enumerate(self.dated):
            key = (self.timeline.commitments[y], *(v for n, v in values.items() if n not in self.varying))
            if key not in made:
                made[key] = self._game(y)
            found.append(made[key])
        return tuple(found)

    def _game(self, y: int) -> YearGame:
        model, action = self.model, self.timeline.commitments[y]
        held = {model.leader: action} if model.leader is not None and action is not None else {}
        moving = units(model, held)
        slots, chance = moving.slots(self.revision)
        monomials, varying, dated = model.polynomials.monomials, set(self.varying), self.dated[y]
        contract = np.zeros((len(self.kept), len(monomials)))
        for column, product in enumerate(monomials):
            place = self.kept.index(tuple(factor for factor in product if factor[0] in varying))
            contract[place, column] = np.prod([dated[n] ** power for n, power in product if n not in varying])
        flat = model.polynomials.payoffs.reshape(len(monomials), len(model.form.players), model.form.size)
        payoffs = np.tensordot(contract, flat[:, :, moving.places], axes=1).transpose(1, 0, 2)
        quantities = np.zeros((model.form.size, len(self.needed), len(self.kept)))
        for q, name in enumerate(self.needed):
            quantities[:, q] = (contract @ model.quantity(name).reshape(len(monomials), -1)).T
        scale = np.abs(contract) @ moving.compiled.scale_rows.T
        return YearGame(bool(held), moving, slots, chance, np.ascontiguousarray(payoffs), scale, quantities)

    @cached_property
    def reference(self) -> FloatArray:
        """What feedback adds to the gap on the reference path, shape (years, draws); zeros if it does not run along.

        The path is history's: its values and commitments under each draw, at the pairwise stable profile, no state
        running along. Where that does not exist the entry is NaN and the gap stays as it is dated.
        """
        years = self.timeline.years
        if not self.feedback:
            return np.zeros((len(years), self.draws))
        root = Process(self.model, self.timeline.root, 1.0, 1.0, (), (), self.shifts)
        found = np.empty((len(years), self.draws))
        names = [parameter.name for parameter in self.model.parameters]
        for action in dict.fromkeys(root.timeline.commitments):
            held = {self.model.leader: action} if self.model.leader is not None and action is not None else {}
            chosen = [y for y, each in enumerate(root.timeline.commitments) if each == action]
            years_values = [root.values(y, slice(None)) for y in chosen]
            arrays = {
                n: np.concatenate([np.broadcast_to(values[n], self.draws) for values in years_values]) for n in names
            }
            low = solve_batch(_feedback_kernel(self.model, tuple(held.items())), arrays).low
            found[chosen] = (low["next_gap"] - low["gap"]).reshape(len(chosen), -1)
        return found

    def values(self, y: int, columns: slice | IntArray, states: Mapping[str, Numbers] | None = None) -> dict[str, Any]:
        """Return the year's parameters: dated, or driven by a state, and moved by each column's draw."""
        found: dict[str, Any] = dict(self.dated[y])
        found.update(states or {})
        for name in self.varying:
            least, most = self.model.parameter(name).admissible
            shift = self.shifts[name][columns] if name in self.shifts else 0.0
            found[name] = np.clip(found[name] + shift, least, most)
        return found


@lru_cache(maxsize=8)
def _feedback_kernel(model: GameFamily, held: tuple[tuple[str, str], ...]) -> Kernel:
    return compile_kernel(model, held=dict(held), measures=_FEEDBACK)


class Carrier(Protocol):
    """What goes through the years: runs, or a law."""

    columns: int
    draw: slice | IntArray

    def begin(self, process: Process, choices: FloatArray) -> None:
        """Take the profile, or the law, before the first year."""

    def enter(self, moving: Units) -> None:
        """Put held players at their actions."""

    def revise(self, game: YearGame, choices: FloatArray, year: int) -> None:
        """Go through the slots of a year."""

    def event(self, indicator: FloatArray) -> Numbers:
        """Return an event over the profiles where the carrier is: for each run, or for each profile."""

    def mean(self, values: Numbers) -> Numbers:
        """Return what a state is after the year: a run's own value, or the mean under the law."""

    def quantities(self, game: YearGame, weights: FloatArray) -> Numbers:
        """Return the quantities where the carrier is, the first axis along them."""


class Runs:
    """Runs of one block, each at a profile.

    Parameters
    ----------
    seed, block : int
        The key of the random numbers.
    several : bool
        Whether parameters differ between the runs.
    draws : int
        Run ``r`` has the draw ``r`` modulo this number.
    """

    def __init__(self, seed: int, block: int, several: bool, draws: int) -> None:
        self.key = np.array([seed, block], dtype=np.uint64)
        self.columns = BLOCK if several else 1
        self.draw: slice | IntArray = np.arange(block * BLOCK, (block + 1) * BLOCK) % draws if several else slice(0, 1)
        self._column = np.arange(BLOCK) if several else np.zeros(BLOCK, dtype=np.intp)
        self.codes = np.zeros(BLOCK, dtype=np.intp)

    def _random(self, stream: int, year: int) -> np.random.Generator:
        counter = np.array([0, 0, stream, year % 2**64], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self.key, counter=counter))

    def begin(self, process: Process, choices: FloatArray) -> None:
        """Draw the profile before the first year, or take the one that is given."""
        if process.start is not None:
            self.codes[:] = process.start
            return
        game = process.games[0]
        alike = choices if process.shifts else choices[..., :1]
        law = game.units.settled(alike, game.chance, game.slots)
        edges = np.cumsum(law, axis=0)
        edges /= edges[-1].copy()
        drawn = (self._random(1, 0).random(BLOCK) >= edges[:-1]).sum(axis=0)
        self.codes = game.units.places[drawn]

    def enter(self, moving: Units) -> None:
        """Put held players at their actions."""
        self.codes = moving.places[moving.local[self.codes]]

    def revise(self, game: YearGame, choices: FloatArray, year: int) -> None:
        """Draw a unit and its choice in every slot."""
        who, what = self._random(0, year).random((2, game.slots, BLOCK), dtype=np.float32)
        table = game.units.step_table(choices)
        local = game.units.local[self.codes]
        self.codes = game.units.places[game.units.steps(local, table, who, what, game.chance, self._column)]

    def event(self, indicator: FloatArray) -> Numbers:
        """Return whether the event is the case in each run."""
        return np.asarray(indicator[self.codes])

    def mean(self, values: Numbers) -> Numbers:
        """Return each run's own value."""
        return values

    def quantities(self, game: YearGame, weights: FloatArray) -> Numbers:
        """Return the quantities at each run's profile, shape (Q, runs)."""
        if self.columns == 1:
            return np.asarray((game.quantities @ weights[0]).T[:, self.codes])
        return np.asarray(np.einsum("rqk,rk->qr", game.quantities[self.codes], weights))


class Law:
    """The probability of every profile, shape (P, draws).

    Attributes
    ----------
    places : ndarray of int, shape (p,)
        The profiles that can have any; events, means and quantities are over these.
    """

    def __init__(self, draw: slice, columns: int, size: int) -> None:
        self.draw: slice | IntArray = draw
        self.columns = columns
        self.law = np.zeros((size, columns))
        self.places: IntArray = np.arange(size)

    def begin(self, process: Process, choices: FloatArray) -> None:
        """Take the law to which the first year's revision converges, or the one profile that is given."""
        if process.start is not None:
            self.law[process.start] = 1.0
            return
        game = process.games[0]
        self.law[game.units.places] = game.units.settled(choices, game.chance, game.slots)

    def enter(self, moving: Units) -> None:
        """Put held players at their actions."""
        if self.places is moving.places:
            return
        before, self.law = self.law[self.places], np.zeros_like(self.law)
        np.add.at(self.law, moving.places[moving.local[self.places]], before)
        self.places = moving.places

    def revise(self, game: YearGame, choices: FloatArray, year: int) -> None:
        """Spread the law over the slots of the year."""
        self.law[self.places] = game.units.spread(self.law[self.places], choices, game.slots, game.chance)

    def event(self, indicator: FloatArray) -> Numbers:
        """Return the event over the profiles, shape (p, 1)."""
        return np.asarray(indicator[self.places, None])

    def mean(self, values: Numbers) -> Numbers:
        """Return the mean under the law, shape (draws,)."""
        return np.asarray((self.law[self.places] * values).sum(axis=0))

    def quantities(self, game: YearGame, weights: FloatArray) -> Numbers:
        """Return the quantities at the profiles, shape (Q, p, draws)."""
        return np.asarray((game.quantities[self.places] @ weights.T).transpose(1, 0, 2))


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
    gap, after = (m.function(*(at[q] for q in m.quantities)) for m in map(process.model.measure, _FEEDBACK))
    return found, np.asarray(after - gap)


def drawn_shifts(model: GameFamily, draws: int | None, seed: int) -> dict[str, FloatArray]:
    """Return by how much each of some Sobol points of the parameters' plausible ranges departs from the default."""
    if draws is None:
        return {}
    used = {name for product in model.polynomials.monomials for name, _ in product}
    ranges = {p.name: (p.low - p.default, p.high - p.default) for p in model.parameters if p.low < p.high}
    ranges = {name: ends for name, ends in ranges.items() if name in used}
    return Sobol(ranges, draws, seed).points(0, draws) if ranges else {}


def fits_equations(model: GameFamily) -> bool:
    """Whether a model has the chapter's players and stances, on which the state equations rest."""
    return model.form == FORM
