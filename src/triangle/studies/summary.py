"""The shares and ranges of a sweep in few numbers, read piece by piece: a stored sweep need not fit in memory."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..blocks import NO_EQUILIBRIUM
from .logit import STATUS
from .stable import COUNT

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
        ``shape`` (length of each dimension of the points), ``points``, ``equilibria`` (how many points have how many),
        ``categories`` (for each measure, the share of all points where each label is the only one; where several
        equilibria differ it is ``several``, and ``no_equilibrium`` where there is none), ``numbers`` (for each
        measure its least and greatest value, the means of its minimum and maximum over the points where it is
        defined, and the share of points where it is).

        Under ``logit_qre``: ``status`` in place of ``equilibria``, ``strategies`` and ``categories`` (the mean
        probability of each action and label over the points that converged), ``numbers`` (of the expected value; the
        least, the greatest and the mean, and the mean probability that the measure is defined).

    Examples
    --------
    >>> import triangle as tri
    >>> found = tri.sweep(tri.chapter_model(), "us_russia_reset", {"detente": (0, 1, 5)}, measures=["depth"])
    >>> summary(found)["equilibria"], summary(found)["categories"]
    ({1: 5}, {'depth': {'partnership': 1.0}})
    """
    told, first = (_equilibria(found), COUNT) if COUNT in found else (_logit(found), STATUS)
    return {
        "shape": {str(name): int(length) for name, length in found[first].sizes.items()},
        "points": math.prod(found[first].shape),
        **told,
    }


def _equilibria(found: xr.Dataset) -> dict[str, Any]:
    names = _named(found, "_min")
    coded = [name for name in names if "flag_meanings" in found[f"{name}_min"].attrs]
    return {
        "equilibria": _counts(found),
        "categories": {name: _shares(found, name) for name in coded},
        "numbers": {name: _range(found, name) for name in names if name not in coded},
    }


def _logit(found: xr.Dataset) -> dict[str, Any]:
    return {
        "status": _statuses(found),
        "strategies": {name: _means(found, f"strategy_{name}") for name in json.loads(found.attrs["players"])},
        "categories": {name: _means(found, f"{name}_probability") for name in _named(found, "_probability")},
        "numbers": {name: _expected(found, name) for name in _named(found, "_mean")},
    }


def _named(found: xr.Dataset, ending: str) -> list[str]:
    return [str(name).removesuffix(ending) for name in found.data_vars if str(name).endswith(ending)]


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


def _statuses(found: xr.Dataset) -> dict[str, int]:
    words = found[STATUS].attrs["flag_meanings"].split()
    total = np.zeros(len(words), dtype=np.int64)
    for (codes,) in _pieces(found, STATUS):
        total += np.bincount(codes.reshape(-1), minlength=len(words))
    return {word: int(points) for word, points in zip(words, total, strict=True) if points}


def _means(found: xr.Dataset, name: str) -> dict[str, float | None]:
    """Return the mean of each column of a variable over the points where it is a number."""
    (dim,) = set(found[name].dims) - set(found[STATUS].dims)
    total, points = np.zeros(found.sizes[dim]), 0
    for (values,) in _pieces(found, name):
        there = values.reshape(-1, len(total))
        there = there[~np.isnan(there[:, 0])]
        total, points = total + there.sum(axis=0), points + len(there)
    labels = [str(label) for label in found[dim].values]
    return {label: float(x / points) if points else None for label, x in zip(labels, total, strict=True)}


def _expected(found: xr.Dataset, name: str) -> dict[str, float | None]:
    least, most, total, defined, points, reached = math.inf, -math.inf, 0.0, 0.0, 0, 0
    for values, chance in _pieces(found, f"{name}_mean", f"{name}_defined"):
        there, known = values[~np.isnan(values)], chance[~np.isnan(chance)]
        points, reached = points + len(there), reached + len(known)
        total, defined = total + float(there.sum()), defined + float(known.sum())
        if len(there):
            least, most = min(least, float(there.min())), max(most, float(there.max()))
    return {
        "min": least if points else None,
        "mean": total / points if points else None,
        "max": most if points else None,
        "defined": defined / reached if reached else None,
    }


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
