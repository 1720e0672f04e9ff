"""Which parameters an outcome depends on: Sobol indices over the ranges, and one parameter at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from ..arguments import check_count, checked
from ..family import GameFamily
from ..game import TOLERANCE, BoolArray, FloatArray
from ..names import unknown
from ..scenario import Source
from .probe import Probe, UndefinedMeasureError
from .ranges import Vary
from .sobol import STATUSES, SobolIndices, check_samples, design, sobol_indices

if TYPE_CHECKING:
    import xarray as xr

End = Literal["min", "max", "both"]
ENDS: tuple[str, ...] = get_args(End)


@checked
def sensitivity(
    model: GameFamily,
    scenario: Source,
    measure: str,
    samples: int = 2**13,
    vary: Vary = None,
    concept: str = "pairwise",
    seed: int = 0,
    against: Source = None,
    threads: int | None = None,
    confidence: float = 0.95,
    end: End | None = None,
) -> xr.Dataset:
    """Say how much of a measure's variance each parameter accounts for, alone and with all others.

    The parameters are independent and uniform over their ranges. The first-order index is the part of the variance
    that goes when the parameter is known; the total index is what is left when all others are known. Their difference
    is interaction. Each estimate costs ``samples × (parameters + 2)`` solutions.

    Parameters
    ----------
    model : GameFamily
    scenario : scenario
    measure : str
        One with categories is taken apart into an indicator for each (dimension ``category``).
    samples : int
        Rows of the design, a power of two.
    vary : mapping of str to (low, high), or sequence of str, optional
        Ranges; or names, whose plausible range is moved to the scenario's values. All that have one if not given.
    concept : {"pairwise", "nash", "commitment"}
    seed : int
        Of the Sobol points and of the bootstrap.
    against : scenario, optional
        Take the change of the measure from this scenario, every parameter displaced as far from this scenario's own
        value as from the other's (and cut at the admissible bounds): ``measure(scenario) - measure(against)``.
    threads : int, optional
        The result does not depend on it.
    confidence : float
        Of the bootstrap intervals.
    end : {"min", "max", "both"}, optional
        Where there are several equilibria: the least value over them, the greatest, or both (dimension ``end``). If
        not given, both, unless they coincide at every point (then ``end`` is the scalar coordinate "unique"). Of a
        category the least says that every equilibrium is in it, the greatest that some equilibrium is.

    Returns
    -------
    xarray.Dataset
        ``first_order`` and ``total_order`` over ``parameter``, each with ``_low`` and ``_high`` of its interval;
        ``output_mean`` and ``output_variance``; ``status``, int8 with flag meanings: ``constant`` has no variance and
        NaN indices, ``too_rare`` varies at so few points that there is no interval (NaN).

    Raises
    ------
    UndefinedMeasureError
        There is no equilibrium somewhere, or the measure has no value in one. It is a ``ValueError``.
    ValueError
        An unknown name, an empty range, ``samples`` not a power of two, a confidence not between 0 and 1.

    Examples
    --------
    >>> import triangle as tri
    >>> found = sensitivity(tri.chapter_model(), "us_russia_reset", "share", samples=256, against="baseline_2016")
    >>> found.total_order.idxmax().item()
    'isolation'
    """
    if end is not None and end not in ENDS:
        raise ValueError(unknown("end", end, ENDS))
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, got {confidence}")
    check_samples(samples)
    check_count("seed", seed, 0)
    probe = Probe.of(model, scenario, measure, vary, concept, against)
    values, scale = _evaluated(probe, samples, seed, threads)
    chosen, label = _ends(values, scale, end)
    indices = [
        [
            sobol_indices(f[0], f[1], f[2:], confidence, seed=seed, scale=float(size))
            for f, size in zip(part, scale, strict=True)
        ]
        for part in chosen
    ]
    attrs = probe.provenance() | {
        "study": "sensitivity",
        "seed": seed,
        "samples": int(samples),
        "evaluations": int(samples) * (len(probe.ranges) + 2),
        "confidence": confidence,
        "estimators": "Saltelli et al. (2010) for first order, Jansen (1999) for total",
    }
    return _dataset(probe, label, _index_variables(probe, indices), attrs)


@checked
def one_at_a_time(
    model: GameFamily,
    scenario: Source,
    measure: str,
    vary: Vary = None,
    concept: str = "pairwise",
    against: Source = None,
    threads: int | None = None,
    end: End | None = None,
) -> xr.Dataset:
    """Set each parameter to the low and to the high end of its range, all others as in the scenario.

    It shows direction and size, which Sobol indices do not, and sees neither interaction nor what happens inside a
    range.

    Parameters
    ----------
    model, scenario, measure, vary, concept, against, threads, end
        As in `sensitivity`.

    Returns
    -------
    xarray.Dataset
        ``value`` over ``parameter`` and ``side`` ("low", "high"), and ``base``, the measure in the scenario itself.
        NaN at a side without an equilibrium, or with one in which the measure does not apply.

    Raises
    ------
    UndefinedMeasureError
        The measure has no value in the scenario itself. It is a ``ValueError``.
    ValueError
        An unknown name or an empty range.

    Examples
    --------
    >>> import triangle as tri
    >>> found = one_at_a_time(tri.chapter_model(), "us_russia_reset", "share", vary=["power_gap"])
    >>> found.base.round(3).item(), found.value.sel(parameter="power_gap").values.round(3)
    (0.324, array([0.357, 0.292]))
    """
    if end is not None and end not in ENDS:
        raise ValueError(unknown("end", end, ENDS))
    probe = Probe.of(model, scenario, measure, vary, concept, against)
    count = len(probe.ranges)
    base = np.array([probe.settings[0].values[name] for name in probe.ranges])
    points = np.tile(base, (2 * count + 1, 1))
    points[np.arange(1, 2 * count + 1), np.repeat(np.arange(count), 2)] = np.ravel(list(probe.ranges.values()))
    values, scale, undefined = probe.at_values(points, threads)
    _require(probe, undefined[:, :, :1], points[:1])
    values[:, :, undefined.any(axis=(0, 1))] = np.nan
    chosen, label = _ends(values, scale, end)
    told = {"long_name": probe.long_name, "units": probe.measure.unit}
    dims = _output_dims(probe)
    shape = (len(chosen), len(probe.outputs), count, 2)
    variables = {
        "value": ((*dims, "parameter", "side"), chosen[..., 1:].reshape(shape), told),
        "base": (dims, chosen[..., 0], told | {"long_name": f"{told['long_name']} in the scenario"}),
    }
    attrs = probe.provenance() | {"study": "one_at_a_time"}
    found = _dataset(probe, label, variables, attrs)
    return found.assign_coords(side=("side", ["low", "high"], {"long_name": "end of the parameter's range"}))


def _evaluated(probe: Probe, samples: int, seed: int, threads: int | None) -> tuple[FloatArray, FloatArray]:
    """Evaluate the probe over the design: values (2, outputs, parameters + 2, samples) and their scale (outputs,)."""
    count = len(probe.ranges)
    # Indicators are 0 and 1, and their changes -1: a byte holds them.
    kind = np.int8 if probe.measure.categories else np.float64
    parts = design(samples, count, seed)
    values = np.empty((2, len(probe.outputs), count + 2, samples), dtype=kind)
    scale = np.zeros(len(probe.outputs))
    faults = []
    for k, unit in enumerate(parts):
        found, size, undefined = probe.at(unit, threads)
        bad = undefined.any(axis=1).any(axis=0)
        values[:, :, k] = np.where(bad, 0, found)
        scale = np.maximum(scale, size)
        faults.append((unit[bad], undefined[:, :, bad]))
    _require(
        probe,
        np.concatenate([undefined for _, undefined in faults], axis=2),
        probe.values_at(np.concatenate([unit for unit, _ in faults])),
        samples * (count + 2),
    )
    return values, scale


def _require(probe: Probe, undefined: BoolArray, points: FloatArray, total: int | None = None) -> None:
    """Raise if the measure is undefined somewhere; ``undefined`` is (settings, 2, points), points (points, names)."""
    for setting, (without, other) in zip(probe.settings, undefined, strict=True):
        bad = without | other
        if bad.any():
            example = dict(zip(probe.ranges, map(float, points[bad.argmax()]), strict=True))
            counts = (len(bad) if total is None else total, int(bad.sum()), int(without.sum()))
            raise UndefinedMeasureError(probe.measure.name, setting.name, *counts, example)


def _ends(values: FloatArray, scale: FloatArray, end: End | None) -> tuple[FloatArray, str]:
    """Choose among the least and the greatest value over the equilibria (first axis), and say what was chosen."""
    if end in ("min", "max"):
        return values[["min", "max"].index(end)][None], str(end)
    if end is None:
        with np.errstate(invalid="ignore"):
            gap = np.abs(np.subtract(values[1], values[0], dtype=np.float64))
        tie = (TOLERANCE * scale).reshape(-1, *[1] * (gap.ndim - 1))
        if not (gap > tie).any():
            return values[:1], "unique"
    return values, "both"


def _index_variables(probe: Probe, indices: list[list[SobolIndices]]) -> dict[str, Any]:
    dims = _output_dims(probe)

    def stacked(attribute: str) -> FloatArray:
        return np.array([[getattr(found, attribute) for found in row] for row in indices])

    variables: dict[str, Any] = {}
    for order, name in (("first", "first_order"), ("total", "total_order")):
        told = {"long_name": f"{'first-order' if order == 'first' else 'total'} Sobol index", "units": "1"}
        low, high = np.moveaxis(stacked(f"{order}_interval"), 2, 0)
        variables[name] = ((*dims, "parameter"), stacked(order), told)
        for side, part in (("low", low), ("high", high)):
            ends = told | {"long_name": f"{told['long_name']}, {side} end of the interval"}
            variables[f"{name}_{side}"] = ((*dims, "parameter"), part, ends)
    unit = probe.measure.unit if not probe.measure.categories else "1"
    variables["output_mean"] = (dims, stacked("mean"), {"long_name": f"mean of the {probe.long_name}", "units": unit})
    squared = unit if unit == "1" else f"({unit})²"
    variables["output_variance"] = (dims, stacked("variance"), {"long_name": "variance", "units": squared})
    flags = {"flag_values": np.arange(len(STATUSES), dtype=np.int8), "flag_meanings": " ".join(STATUSES)}
    variables["status"] = (dims, stacked("status").astype(np.int8), {"long_name": "status of the indices", **flags})
    return variables


def _output_dims(probe: Probe) -> tuple[str, str]:
    return "end", "category" if probe.measure.categories else "output"


def _dataset(probe: Probe, label: str, variables: dict[str, Any], attrs: dict[str, Any]) -> xr.Dataset:
    """Label the variables; one output needs no dimension of its own, nor does one end."""
    import xarray as xr

    found = xr.Dataset(variables, probe.coordinates(), attrs)
    told = {"long_name": "which equilibrium, where there are several"}
    found = found.assign_coords(end=("end", ["min", "max"] if label == "both" else [label], told))
    if label != "both":
        found = found.squeeze("end")
    return found if probe.measure.categories else found.squeeze("output")
