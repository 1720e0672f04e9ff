"""One measure, or its change between two scenarios, as numbers at many points: what sensitivity studies work on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np

from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..kernel import Kernel, compile_kernel, solve_batch
from ..parts import Measure
from ..scenario import Scenario, Source, as_scenario
from .design import Range
from .ranges import Vary, ranges

_UNDEFINED = "undefined"
_SHOWN = 6


class UndefinedMeasureError(ValueError):
    """A measure without a value at some points: there is no equilibrium, or one in which it does not apply.

    Attributes
    ----------
    points, undefined, without_equilibrium : int
        How many points there are, how many have no value, and how many of these have no equilibrium.
    example : mapping of str to float
        The varied parameters at the first such point.
    """

    def __init__(
        self, measure: str, scenario: str, points: int, undefined: int, without: int, example: Mapping[str, float]
    ) -> None:
        self._given = (measure, scenario, points, undefined, without, dict(example))
        self.points, self.undefined, self.without_equilibrium = points, undefined, without
        self.example = dict(example)
        parts = [f"{name}={value:.6g}" for name, value in list(example.items())[:_SHOWN]]
        rest = len(example) - len(parts)
        told = ", ".join(parts) + (f" and {rest} more (see .example)" if rest else "")
        super().__init__(
            f"measure {measure!r} has no value at {undefined:,} of {points:,} points of scenario {scenario!r} "
            f"({without:,} without an equilibrium, {undefined - without:,} with one in which it does not apply), "
            f"for example at {told}; narrow the ranges or take another measure"
        )

    def __reduce__(self) -> tuple[type[UndefinedMeasureError], tuple[object, ...]]:
        """Pickle by construction, so that the error can leave the process in which it was raised."""
        return type(self), self._given


@dataclass(frozen=True, eq=False)
class Probe:
    """A measure of a scenario, or its change from another one, ready to be evaluated.

    A measure with categories becomes one indicator for each: its least value over the equilibria is 1 where every
    equilibrium is in the category, its greatest where some equilibrium is.

    Attributes
    ----------
    model : GameFamily
        With the outputs as its measures.
    measure : Measure
        The one that was asked for.
    settings : tuple of Scenario
        The scenario, and the one against which its change is taken.
    concept : str
    ranges : mapping of str to (float, float)
    kernels : tuple of Kernel
        One for each setting.
    """

    model: GameFamily
    measure: Measure
    settings: tuple[Scenario, ...]
    concept: str
    ranges: Mapping[str, Range]
    kernels: tuple[Kernel, ...]

    @classmethod
    def of(
        cls, model: GameFamily, scenario: Source, measure: str, vary: Vary, concept: str, against: Source = None
    ) -> Self:
        """Compile what is asked; ``ValueError`` if a name is unknown or a range faulty."""
        wanted = model.measure(measure)
        setting = as_scenario(model, scenario)
        settings = (setting,) if against is None else (setting, as_scenario(model, against))
        varied = ranges(model, setting, vary)
        probed = replace(model, measures=_outputs(wanted))
        kernels = [compile_kernel(probed, concept, each.held, each.values, list(varied)) for each in settings]
        return cls(probed, wanted, settings, concept, varied, tuple(kernels))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the outputs: the measure, or its categories."""
        return self.measure.categories or (self.measure.name,)

    @property
    def long_name(self) -> str:
        """The measure in words, as a change if it is one."""
        told = self.measure.long_name or self.measure.name
        return f"change of {told}" if len(self.settings) > 1 else told

    def at(self, unit: FloatArray, threads: int | None = None) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Evaluate the outputs at points of the unit cube.

        Parameters
        ----------
        unit : ndarray, shape (points, parameters)
            0 is the low end of a parameter's range, 1 the high end.
        threads : int, optional

        Returns
        -------
        ends : ndarray, shape (2, outputs, points)
            The least and the greatest value over the equilibria; of a change, over every combination of them.
        scale : ndarray, shape (outputs,)
            The largest number that went into them.
        undefined : ndarray of bool, shape (settings, 2, points)
            For each setting, where there is no equilibrium, and where an equilibrium has no value.
        """
        return self.at_values(self.values_at(unit), threads)

    def values_at(self, unit: FloatArray) -> FloatArray:
        """Return the parameters' values at points of the unit cube."""
        low, high = np.array(list(self.ranges.values())).T
        return np.asarray(low + unit * (high - low))

    def at_values(self, values: FloatArray, threads: int | None = None) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Evaluate the outputs where the scenario's parameters have these values, shape (points, parameters)."""
        found, undefined = [], []
        names = [measure.name for measure in self.model.measures if measure.name != _UNDEFINED]
        for setting, kernel in zip(self.settings, self.kernels, strict=True):
            points = {name: self._moved(setting, name, values[:, k]) for k, name in enumerate(self.ranges)}
            result = solve_batch(kernel, points, threads)
            found.append(np.array([[end[name] for name in names] for end in (result.low, result.high)]))
            undefined.append([result.count == 0, (result.count > 0) & (result.high[_UNDEFINED] > 0)])
        ends = found[0] if len(found) == 1 else found[0] - found[1][::-1]
        scale = np.nan_to_num(np.abs(found)).max(axis=(0, 1, 3), initial=0.0)
        return ends, scale, np.array(undefined)

    def _moved(self, setting: Scenario, name: str, values: FloatArray) -> FloatArray:
        """Displace another scenario's parameter as far as the first's, cut at the admissible bounds."""
        here, there = self.settings[0].values[name], setting.values[name]
        return values if here == there else np.clip(there + (values - here), *self.model.parameter(name).admissible)

    def provenance(self) -> dict[str, Any]:
        """Return the attributes that say where numbers come from, under the names that sweeps use."""
        from .. import __version__

        return {
            "title": " against ".join(setting.title for setting in self.settings),
            "source": f"triangle {__version__}, model {self.model.name}",
            "model_digest": self.model.digest,
            "model_options": json.dumps(dict(self.model.options)),
            "scenarios": json.dumps([setting.name for setting in self.settings]),
            "held": json.dumps([dict(setting.held) for setting in self.settings]),
            "parameters": json.dumps([dict(setting.values) for setting in self.settings]),
            "concept": self.concept,
            "varied": json.dumps(list(self.ranges)),
            "measure": self.measure.name,
            "measure_long_name": self.long_name,
            "measure_units": self.measure.unit,
        }

    def coordinates(self) -> dict[str, Any]:
        """Return the coordinates of Datasets over the varied parameters."""
        parameters = [self.model.parameter(name) for name in self.ranges]
        numbers = {
            "low": ("low end of the range", [low for low, _ in self.ranges.values()]),
            "high": ("high end of the range", [high for _, high in self.ranges.values()]),
            "scenario_value": ("value in the scenario", [float(self.settings[0].values[name]) for name in self.ranges]),
            "meaning": ("what the parameter means", [p.meaning or p.name for p in parameters]),
            "units": ("unit of the parameter", [p.unit for p in parameters]),
        }
        coords: dict[str, Any] = {"parameter": ("parameter", list(self.ranges), {"long_name": "varied parameter"})}
        coords |= {name: ("parameter", values, {"long_name": told}) for name, (told, values) in numbers.items()}
        if self.measure.categories:
            told = {"long_name": self.measure.long_name or self.measure.name}
            coords["category"] = ("category", list(self.measure.categories), told)
        return coords


def _outputs(measure: Measure) -> tuple[Measure, ...]:
    undefined = Measure(_UNDEFINED, measure.quantities, partial(_without_value, measure.function))
    if not measure.categories:
        # A name of its own, should the measure be called as the indicator is.
        return replace(measure, name="value"), undefined
    indicators = (
        Measure(f"category_{code}", measure.quantities, partial(_in_category, measure.function, code))
        for code in range(len(measure.categories))
    )
    return *indicators, undefined


def _in_category(function: Callable[..., FloatArray], code: int, *quantities: FloatArray) -> FloatArray:
    return np.asarray(function(*quantities) == code, dtype=np.float64)


def _without_value(function: Callable[..., FloatArray], *quantities: FloatArray) -> FloatArray:
    return np.asarray(~np.isfinite(function(*quantities)), dtype=np.float64)
