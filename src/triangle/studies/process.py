"""The process through the years of a timeline: what every year's game is, and which parameters move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..chapter.form import FORM
from ..chapter.states import StateEquation
from ..conditions import IntArray
from ..family import GameFamily
from ..game import FloatArray
from ..kernel import Kernel, compile_kernel, solve_batch
from ..parts import Measure
from ..timeline import Timeline
from .design import Sobol
from .revision import Units, units

BLOCK = 1024
"""Runs that are carried together; the random numbers and the bits of a run depend on its block alone."""

Numbers = NDArray[Any]
FEEDBACK = ("gap", "next_gap")
"""Measures whose difference is what feedback adds to the gap in a period."""


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
        measures = [*self.measures, *(self.model.measure(name) for name in FEEDBACK if self.feedback)]
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
    return compile_kernel(model, held=dict(held), measures=FEEDBACK)


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
