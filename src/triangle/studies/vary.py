"""Read what a sweep is to vary, and refuse before any work what cannot be swept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import numpy as np

from ..family import GameFamily
from ..names import unknown
from ..scenario import Scenario
from .design import DESIGNS, MOST_SOBOL, Grid, LatinHypercube, Range, Sobol

MOST_AXIS = 20_000_000
MOST_SEED = 2**63 - 1


def design_for(
    model: GameFamily, setting: Scenario, vary: object, samples: object, design: str, seed: object
) -> Grid | Sobol | LatinHypercube:
    """Return the design that the arguments of `sweep` ask for.

    Raises
    ------
    ValueError
        An unknown name or one varied twice, an empty range, NaN, a value out of range, no points.
    """
    if design not in DESIGNS:
        raise ValueError(unknown("design", design, DESIGNS))
    if not whole(seed) or not 0 <= seed <= MOST_SEED:
        raise ValueError(f"seed is a whole number from 0 to {MOST_SEED:,}, got {seed!r}")
    if design == "grid":
        return _grid(model, vary, samples)
    return _sampled(model, setting, vary, samples, design, int(seed))


def _grid(model: GameFamily, vary: object, samples: object) -> Grid:
    if samples is not None:
        raise ValueError("samples belongs to design='sobol' or 'lhs'; a grid's size is in vary")
    if not isinstance(vary, Mapping) or not vary:
        raise ValueError("a grid needs vary={name: (low, high, n)} or arrays of values")
    axes, spacing = {}, {}
    for name, given in vary.items():
        model.parameter(name)
        if isinstance(given, tuple) and len(given) == 3 and whole(given[2]):
            low, high, count = _number(name, given[0]), _number(name, given[1]), int(given[2])
            if count < 1:
                raise ValueError(f"vary {name!r}: n must be at least 1, got {count}")
            if count > MOST_AXIS:
                raise ValueError(
                    f"vary {name!r}: {count:,} points are {size_in_words(8 * count)} for the values of one axis alone; "
                    f"an axis has at most {MOST_AXIS:,}: sample with design='sobol' and samples="
                )
            _check_ends(model, {name: (low, high)})
            spacing[name] = (low, high, count)
            axes[name] = np.linspace(low, high, count)
        elif given is None:
            raise ValueError(f"vary {name!r}: a grid needs (low, high, n) or a list of values; a name alone is sampled")
        else:
            axes[name] = np.atleast_1d(model.resolve({name: given})[name]).astype(np.float64)
        if axes[name].ndim != 1 or not 1 <= len(axes[name]) <= MOST_AXIS:
            raise ValueError(f"vary {name!r}: give (low, high, n) or a list of values, got {given!r}")
        model.resolve({name: axes[name]})
    return Grid(axes, spacing)


def _sampled(
    model: GameFamily, setting: Scenario, vary: object, samples: object, design: str, seed: int
) -> Sobol | LatinHypercube:
    if not whole(samples) or samples < 1:
        raise ValueError(f"design={design!r} needs samples, a whole number from 1, got {samples!r}")
    if design == "sobol" and samples & (samples - 1):
        power = 1 << (samples - 1).bit_length()
        raise ValueError(f"Sobol points are balanced at powers of two only; got samples={samples}, try {power}")
    if samples > MOST_SOBOL:
        raise ValueError(f"a sweep has at most 2^52 points, not {samples:,}")
    ranges: dict[str, Range] = {}
    given = vary if isinstance(vary, Mapping) else dict.fromkeys(_names(model, vary))
    if not given:
        raise ValueError("vary is empty: give names, or {name: (low, high)}; None is all that have a range")
    for name, ends in given.items():
        parameter = model.parameter(name)
        low, high = parameter.range_at(setting.values[name]) if ends is None else _pair(name, ends)
        ranges[name] = (float(low), float(high))
    _check_ends(model, ranges)
    return (Sobol if design == "sobol" else LatinHypercube)(ranges, int(samples), seed)


def _names(model: GameFamily, vary: object) -> list[str]:
    if vary is None:
        return [parameter.name for parameter in model.parameters if parameter.low < parameter.high]
    if isinstance(vary, str) or not isinstance(vary, Sequence) or not vary:
        raise ValueError(f"vary takes names, or a mapping from names to ranges, got {vary!r}")
    repeated = sorted({name for name in vary if list(vary).count(name) > 1})
    if repeated:
        raise ValueError(f"varied twice: {', '.join(repeated)}")
    return list(vary)


def _pair(name: str, ends: object) -> Range:
    if not isinstance(ends, list | tuple) or len(ends) != 2:
        raise ValueError(f"vary {name!r}: a sampled design takes (low, high), got {ends!r}")
    return _number(name, ends[0]), _number(name, ends[1])


def _number(name: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # what is no number is told below
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"vary {name!r}: the ends of a range are numbers, got {value!r}") from None


def _check_ends(model: GameFamily, ranges: Mapping[str, Range]) -> None:
    model.resolve({name: list(ends) for name, ends in ranges.items()})
    for name, (low, high) in ranges.items():
        if not low < high:
            raise ValueError(f"vary {name!r}: the range from {low:g} to {high:g} is empty")


def whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is a whole number of Python or NumPy; true and false are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def size_in_words(count: float) -> str:
    """Return a number of bytes in the unit that suits it.

    Examples
    --------
    >>> size_in_words(8.1e9)
    '8.1 GB'
    """
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000 or unit == "PB":
            break
        count /= 1000
    return f"{count:,.3g} {unit}" if count < 1000 else f"{count:,.0f} {unit}"
