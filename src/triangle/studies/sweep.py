"""Sweep parameters: solve a scenario at every point of a grid or of a sampled box, as one labelled Dataset."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from ..family import GameFamily
from ..game import FloatArray
from ..kernel import BatchResult, compile_kernel, solve_batch
from ..names import unknown
from ..parts import Measure
from ..scenario import Scenario
from .solve import Source, as_scenario

if TYPE_CHECKING:
    import xarray as xr

Design = Literal["grid", "sobol", "lhs"]
DESIGNS: tuple[str, ...] = get_args(Design)
MOST_POINTS = 20_000_000
NO_EQUILIBRIUM = -1


@dataclass(frozen=True)
class Plan:
    """The points of a sweep.

    Attributes
    ----------
    axes : tuple of str
        The dimensions: each varied parameter of a grid, or ``point``.
    values : mapping of str to ndarray
        Each varied parameter along its own axis of a grid, or along ``point``.
    """

    axes: tuple[str, ...]
    values: Mapping[str, FloatArray]

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(len(self.values[axis]) if axis in self.values else self.points for axis in self.axes)

    @property
    def points(self) -> int:
        """How many points there are."""
        lengths = [len(values) for values in self.values.values()]
        return lengths[0] if self.axes == ("point",) else math.prod(lengths)

    def flat(self) -> dict[str, FloatArray]:
        """Return every varied parameter at every point, each of shape (points,)."""
        if self.axes == ("point",):
            return dict(self.values)
        grid = np.meshgrid(*self.values.values(), indexing="ij")
        return {name: values.ravel() for name, values in zip(self.values, grid, strict=True)}


def sweep(
    model: GameFamily,
    scenario: Source | Sequence[Source] = None,
    vary: Mapping[str, ArrayLike] | Sequence[str] | None = None,
    samples: int | None = None,
    design: Design = "grid",
    concept: str = "pairwise",
    measures: Sequence[str] | None = None,
    seed: int = 0,
    threads: int | None = None,
) -> xr.Dataset:
    """Solve one or several scenarios at many parameter points.

    Parameters
    ----------
    model : GameFamily
    scenario : scenario or sequence of scenarios, optional
        Several become the first dimension, ``scenario``; all are solved at the same points.
    vary : mapping or sequence of str, optional
        For a grid ``{name: (low, high, n)}`` with a whole number n, or an array (or list) of the values themselves.
        For a sampled design ``{name: (low, high)}``, or names alone, which are sampled over their plausible range
        round the first scenario's value; if nothing is given, all parameters that are not levers.
    samples : int, optional
        How many points a sampled design has; a power of two for Sobol points.
    design : {"grid", "sobol", "lhs"}
        Every combination, scrambled Sobol points, or a Latin hypercube (scipy.stats.qmc).
    concept : {"pairwise", "nash", "commitment"}
    measures : sequence of str, optional
        All if not given.
    seed : int
        Of a sampled design; 0 is a seed like any other.
    threads : int, optional
        As many as there are processors if not given; the result does not depend on it.

    Returns
    -------
    xarray.Dataset
        ``equilibria`` counts the equilibria at each point. A measure has ``<name>_min`` and ``<name>_max`` over them,
        NaN where there is none. Categories are int8 codes with CF ``flag_values`` and ``flag_meanings``; -1 is no
        equilibrium.

    Raises
    ------
    ValueError
        Before any work: an unknown name, an empty range, NaN, a value out of range, no points, or too many.

    Examples
    --------
    >>> import triangle as tri
    >>> found = tri.sweep(tri.chapter_model(), "us_russia_reset", {"detente": (0, 1, 5)}, measures=["share"])
    >>> found.equilibria.values
    array([1, 1, 1, 1, 1], dtype=int16)
    """
    several = isinstance(scenario, list | tuple)
    sources: Sequence[Any] = scenario if isinstance(scenario, list | tuple) else [scenario]
    settings = [as_scenario(model, each) for each in sources]
    if not settings:
        raise ValueError("a sweep needs at least one scenario")
    wanted = tuple(model.measure(name) for name in measures) if measures is not None else model.measures
    plan = (
        _grid(model, vary, samples) if design == "grid" else _sampled(model, settings[0], vary, samples, design, seed)
    )
    if not 1 <= plan.points * len(settings) <= MOST_POINTS:
        size = f"{plan.points * len(settings):,} points"
        raise ValueError(f"a sweep has from 1 to {MOST_POINTS:,} points, not {size}; sample with design='sobol'")
    model.resolve(plan.values if plan.axes == ("point",) else {k: v.max() for k, v in plan.values.items()})
    points = plan.flat()
    results = []
    for setting in settings:
        kernel = compile_kernel(model, concept, setting.held, setting.values, list(points), [m.name for m in wanted])
        results.append(solve_batch(kernel, points, threads))
    described = {"concept": concept, "design": design, "seed": seed, "varied": list(points)}
    return _dataset(model, settings, plan, results, wanted, several, described)


def _grid(model: GameFamily, vary: object, samples: int | None) -> Plan:
    if samples is not None:
        raise ValueError("samples belongs to design='sobol' or 'lhs'; a grid's size is in vary")
    if not isinstance(vary, Mapping) or not vary:
        raise ValueError("a grid needs vary={name: (low, high, n)} or arrays of values")
    values = {}
    for name, given in vary.items():
        model.parameter(name)
        if isinstance(given, tuple) and len(given) == 3 and isinstance(given[2], int):
            low, high, count = given
            if count < 1:
                raise ValueError(f"vary {name!r}: n must be at least 1, got {count}")
            if count * 1.0 > MOST_POINTS:
                raise ValueError(f"vary {name!r}: {count:,} points; a sweep has at most {MOST_POINTS:,}")
            _ends(model, name, low, high)
            values[name] = np.linspace(low, high, count)
        else:
            values[name] = np.atleast_1d(model.resolve({name: given})[name]).astype(np.float64)
        if values[name].ndim != 1 or not len(values[name]):
            raise ValueError(f"vary {name!r}: give (low, high, n) or a list of values, got {given!r}")
        model.resolve({name: values[name]})
    return Plan(tuple(values), values)


def _sampled(model: GameFamily, setting: Scenario, vary: object, samples: int | None, design: str, seed: int) -> Plan:
    from scipy.stats import qmc

    if design not in DESIGNS:
        raise ValueError(unknown("design", design, DESIGNS))
    if not isinstance(samples, int) or samples < 1:
        raise ValueError(f"design={design!r} needs samples, a whole number from 1, got {samples!r}")
    if design == "sobol" and samples & (samples - 1):
        raise ValueError(
            f"Sobol points are balanced at powers of two only; got samples={samples}, try {_power(samples)}"
        )
    if samples > MOST_POINTS:
        raise ValueError(f"a sweep has at most {MOST_POINTS:,} points, not {samples:,}")
    ranges: dict[str, tuple[float, float]] = {}
    given = vary if isinstance(vary, Mapping) else dict.fromkeys(_names(model, vary))
    for name, ends in given.items():
        parameter = model.parameter(name)
        low, high = parameter.range_at(setting.values[name]) if ends is None else _pair(name, ends)
        _ends(model, name, low, high)
        ranges[name] = (low, high)
    engine = qmc.Sobol(len(ranges), rng=seed) if design == "sobol" else qmc.LatinHypercube(len(ranges), rng=seed)
    low, high = np.array(list(ranges.values())).T
    drawn = low + engine.random(samples) * (high - low)
    return Plan(("point",), {name: np.ascontiguousarray(drawn[:, k]) for k, name in enumerate(ranges)})


def _names(model: GameFamily, vary: object) -> list[str]:
    if vary is None:
        return [parameter.name for parameter in model.parameters if parameter.low < parameter.high]
    if isinstance(vary, str) or not isinstance(vary, Sequence) or not vary:
        raise ValueError(f"vary takes names, or a mapping from names to ranges, got {vary!r}")
    repeated = sorted({name for name in vary if list(vary).count(name) > 1})
    if repeated:
        raise ValueError(f"varied twice: {', '.join(repeated)}")
    return list(vary)


def _pair(name: str, ends: object) -> tuple[float, float]:
    if not isinstance(ends, list | tuple) or len(ends) != 2:
        raise ValueError(f"vary {name!r}: a sampled design takes (low, high), got {ends!r}")
    return ends[0], ends[1]


def _ends(model: GameFamily, name: str, low: float, high: float) -> None:
    model.resolve({name: [low, high]})
    if not low < high:
        raise ValueError(f"vary {name!r}: the range from {low} to {high} is empty")


def _power(samples: int) -> int:
    return 1 << (samples - 1).bit_length()


def _dataset(
    model: GameFamily,
    settings: Sequence[Scenario],
    plan: Plan,
    results: Sequence[BatchResult],
    wanted: Sequence[Measure],
    several: bool,
    described: Mapping[str, Any],
) -> xr.Dataset:
    """Label the results; one scenario needs no dimension of its own."""
    import xarray as xr

    from .. import __version__

    dims = ("scenario", *plan.axes) if several else plan.axes
    shape = (len(settings), *plan.shape) if several else plan.shape

    def joined(parts: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        return np.concatenate(parts).reshape(shape)

    counted = {"long_name": "number of equilibria", "units": "1"}
    variables: dict[str, Any] = {"equilibria": (dims, joined([result.count for result in results]), counted)}
    for measure in wanted:
        for end, which in (("min", "low"), ("max", "high")):
            values = joined([getattr(result, which)[measure.name] for result in results])
            variables[f"{measure.name}_{end}"] = (dims, *_labelled(measure, values, end))
    coords: dict[str, Any] = {"scenario": [setting.name for setting in settings]} if several else {}
    for name, values in plan.values.items():
        parameter = model.parameter(name)
        attrs = {"long_name": parameter.meaning or name, "units": parameter.unit}
        coords[name] = (("point",) if plan.axes == ("point",) else (name,), values, attrs)
    provenance: dict[str, Any] = {
        "title": "; ".join(setting.title for setting in settings),
        "source": f"triangle {__version__}, model {model.name}",
        "model_digest": model.digest,
        "model_options": json.dumps(dict(model.options)),
        "scenarios": json.dumps([s.name for s in settings]),
        "held": json.dumps([dict(s.held) for s in settings]),
        "parameters": json.dumps([dict(s.values) for s in settings]),
        **{key: value if isinstance(value, str | int) else json.dumps(value) for key, value in described.items()},
    }
    return xr.Dataset(variables, coords, provenance)


def _labelled(measure: Measure, values: FloatArray, end: str) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    attrs: dict[str, Any] = {"long_name": f"{measure.long_name or measure.name}, {end}imum over the equilibria"}
    if not measure.categories:
        return values, attrs | {"units": measure.unit}
    codes = np.where(np.isnan(values), NO_EQUILIBRIUM, values).astype(np.int8)
    labels = ["no_equilibrium", *(label.replace(",", "").replace(" ", "_") for label in measure.categories)]
    flags = np.arange(NO_EQUILIBRIUM, len(measure.categories), dtype=np.int8)
    return codes, attrs | {"flag_values": flags, "flag_meanings": " ".join(labels)}
