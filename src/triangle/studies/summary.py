"""The shares and ranges of a sweep in few numbers, read piece by piece: a stored sweep need not fit in memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .dataset import COUNT, NO_EQUILIBRIUM

if TYPE_CHECKING:
    import xarray as xr

_PIECE = 1 << 22


def summary(found: xr.Dataset) -> dict[str, Any]:
    """Return what a sweep found, as plain data.

    Parameters
    ----------
    found : Dataset
        Of `sweep`.

    Returns
    -------
    dict
        ``shape`` (length of each dimension), ``points``, ``equilibria`` (how many points have how many),
        ``categories`` (for each measure, the share of all points where each label is the only one; where several
        equilibria differ it is ``several``, and ``no_equilibrium`` where there is none), ``numbers`` (for each
        measure its least and greatest value, the means of its minimum and maximum over the points where it is
        defined, and the share of points where it is).

    Examples
    --------
    >>> import triangle as tri
    >>> found = tri.sweep(tri.chapter_model(), "us_russia_reset", {"detente": (0, 1, 5)}, measures=["depth"])
    >>> summary(found)["equilibria"], summary(found)["categories"]
    ({1: 5}, {'depth': {'partnership': 1.0}})
    """
    names = [str(name).removesuffix("_min") for name in found.data_vars if str(name).endswith("_min")]
    names = [name for name in names if f"{name}_max" in found]
    coded = [name for name in names if "flag_meanings" in found[f"{name}_min"].attrs]
    return {
        "shape": {str(name): int(length) for name, length in found.sizes.items()},
        "points": math.prod(found[COUNT].shape),
        "equilibria": _counts(found),
        "categories": {name: _shares(found, name) for name in coded},
        "numbers": {name: _range(found, name) for name in names if name not in coded},
    }


def _pieces(found: xr.Dataset, *names: str) -> Iterator[tuple[NDArray[Any], ...]]:
    """Yield some variables piece by piece along their longest dimension."""
    sizes = found[names[0]].sizes
    longest = max(sizes, key=lambda dim: sizes[dim], default=None)
    length = sizes[longest] if longest is not None else 1
    step = max(1, _PIECE * length // max(1, found[names[0]].size))
    for start in range(0, length, step):
        part = {} if longest is None else {longest: slice(start, start + step)}
        yield tuple(found[name].isel(part).values for name in names)


def _counts(found: xr.Dataset) -> dict[int, int]:
    total = np.zeros(1, dtype=np.int64)
    for (counts,) in _pieces(found, COUNT):
        more = np.bincount(counts.reshape(-1))
        total = np.pad(total, (0, max(0, len(more) - len(total))))
        total[: len(more)] += more
    return {count: int(points) for count, points in enumerate(total) if points}


def _shares(found: xr.Dataset, name: str) -> dict[str, float]:
    attrs = found[f"{name}_min"].attrs
    labels = dict(zip((int(flag) for flag in attrs["flag_values"]), attrs["flag_meanings"].split(), strict=True))
    several = max(labels) + 1
    total, points = np.zeros(several + 2, dtype=np.int64), 0
    for low, high in _pieces(found, f"{name}_min", f"{name}_max"):
        codes = np.where(low == high, low, several).reshape(-1).astype(np.intp) - NO_EQUILIBRIUM
        total += np.bincount(codes, minlength=len(total))
        points += codes.size
    named = {**labels, several: "several"}
    return {named[k + NO_EQUILIBRIUM]: float(count / points) for k, count in enumerate(total) if count}


def _range(found: xr.Dataset, name: str) -> dict[str, float | None]:
    least, most, sums, defined, points = math.inf, -math.inf, [0.0, 0.0], 0, 0
    for low, high in _pieces(found, f"{name}_min", f"{name}_max"):
        there = ~np.isnan(low)
        points += low.size
        if there.any():
            defined += int(there.sum())
            least, most = min(least, float(np.nanmin(low))), max(most, float(np.nanmax(high)))
            sums = [sums[0] + float(np.nansum(low)), sums[1] + float(np.nansum(high))]
    means = [total / defined if defined else None for total in sums]
    return {
        "min": least if defined else None,
        "max": most if defined else None,
        "mean_min": means[0],
        "mean_max": means[1],
        "defined": defined / points if points else None,
    }
