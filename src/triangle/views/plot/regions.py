"""Which combinations of categories occur over a grid, and what tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

_MOST = 2**22
RARE = 0.005


@dataclass(frozen=True, eq=False)
class Regions:
    """The outcomes over several grids, numbered.

    Attributes
    ----------
    title : str
        What the labels name, if it is one measure.
    labels : tuple of str
    others : int
        How many outcomes have no number of their own, the rarest.
    rare : float
        The share of the points that these take.
    index : tuple of ndarray of int
        For each grid the number of the outcome; -2 for the others, -1 (the last) where there is no equilibrium.
    """

    EMPTY: ClassVar[int] = -1
    OTHER: ClassVar[int] = -2

    title: str
    labels: tuple[str, ...]
    others: int
    rare: float
    index: tuple[NDArray[np.intp], ...]


def regions(grids: Sequence[xr.Dataset], measures: Sequence[str], most: int) -> Regions:
    """Give a number to each combination of categories that occurs.

    Parameters
    ----------
    grids : sequence of xarray.Dataset
    measures : sequence of str
        Measures with categories.
    most : int
        How many combinations get a number of their own, apart from those that take less than `RARE` of one grid; if
        there is but one left over, it gets one as well.

    Returns
    -------
    Regions
        A combination is the least and the greatest category of every measure over the equilibria. Labels name only
        the measures that are needed to tell the combinations apart.
    """
    names = [f"{measure}_{end}" for measure in measures for end in ("min", "max")]
    layers = [np.concatenate([np.asarray(grid[name]).ravel() for grid in grids]) for name in names]
    numbers = np.concatenate([np.asarray(grid["equilibria"]).ravel() for grid in grids])
    keys = _joined(layers)
    counts = np.bincount(keys)
    first = np.zeros(len(counts), dtype=np.intp)
    first[keys] = np.arange(len(keys))
    equilibria = np.zeros(len(counts), dtype=np.intp)
    np.maximum.at(equilibria, keys, numbers.astype(np.intp))
    codes = np.array([layer[first] for layer in layers]).T.reshape(len(first), len(measures), 2)
    there = [k for k in range(len(first)) if equilibria[k]]
    ranked = sorted(there, key=lambda k: (-counts[k], tuple(codes[k].ravel())))
    common = [k for k in ranked if counts[k] >= RARE * len(keys) / len(grids)][:most]
    kept = ranked if len(ranked) <= min(most, len(common) + 1) else common
    kept = sorted(kept, key=lambda k: tuple(codes[k].ravel()))
    number = np.full(len(first), Regions.OTHER, dtype=np.intp)
    number[equilibria == 0] = Regions.EMPTY
    number[kept] = np.arange(len(kept))
    telling = _telling(codes[kept])
    flags = {measure: _flags(grids[0][f"{measure}_min"].attrs) for measure in measures}
    long_names = [_long_name(grids[0], measure) for measure in measures]

    def label(k: int) -> str:
        parts = [_label(codes[k, m], flags[measures[m]], int(equilibria[k])) for m in telling]
        if len(telling) == 1:
            return parts[0]
        return "\n".join(f"{long_names[m]}: {part}" for m, part in zip(telling, parts, strict=True))

    sizes = np.cumsum([grid["equilibria"].size for grid in grids])[:-1]
    parts = np.split(number[keys], sizes)
    return Regions(
        title=long_names[telling[0]] if len(telling) == 1 else "",
        labels=tuple(map(label, kept)),
        others=len(there) - len(kept),
        rare=float(counts[[k for k in there if k not in kept]].sum()) / len(keys),
        index=tuple(part.reshape(grid["equilibria"].shape) for part, grid in zip(parts, grids, strict=True)),
    )


def _joined(layers: Sequence[NDArray[Any]]) -> NDArray[np.intp]:
    """Return for each point the rank of its combination of small whole numbers among those that occur.

    Combinations are counted in a table, which is packed before it grows large: that is faster than sorting.
    """
    keys = np.zeros(len(layers[0]), dtype=np.intp)
    size = 1
    for before, layer in zip((None, *layers), layers, strict=False):
        if before is not None and np.array_equal(before, layer):
            continue
        base = int(layer.max()) + 2
        if size * base > _MOST:
            keys, size = _packed(keys, size)
        keys *= base
        keys += layer
        keys += 1
        size *= base
    return _packed(keys, size)[0]


def _packed(keys: NDArray[np.intp], size: int) -> tuple[NDArray[np.intp], int]:
    there = np.zeros(size, dtype=bool)
    there[keys] = True
    return (np.cumsum(there) - 1)[keys], int(there.sum())


def _telling(codes: NDArray[Any]) -> list[int]:
    """Return measures that tell all combinations apart, none of them for nothing; the first if one or none is."""

    def parts(chosen: list[int]) -> int:
        return len(np.unique(codes[:, chosen].reshape(len(codes), -1), axis=0)) if chosen else 1

    if not len(codes):
        return [0]
    chosen: list[int] = []
    for m in range(codes.shape[1]):
        if parts([*chosen, m]) > parts(chosen):
            chosen = [*chosen, m]
    for m in list(chosen):
        rest = [other for other in chosen if other != m]
        if parts(rest) == len(codes):
            chosen = rest
    return chosen or [0]


def _flags(attrs: dict[str, Any]) -> dict[int, str]:
    meanings = str(attrs["flag_meanings"]).split()
    return {int(value): text.replace("_", " ") for value, text in zip(attrs["flag_values"], meanings, strict=True)}


def _label(ends: NDArray[Any], flags: dict[int, str], equilibria: int) -> str:
    """Return one category, or the two ends; what lies between them is not known if there may be a third equilibrium."""
    low, high = int(ends[0]), int(ends[1])
    if low == high:
        return flags[low]
    return f"{flags[low]} {'or' if equilibria == 2 or high == low + 1 else 'to'} {flags[high]}"


def _long_name(grid: xr.Dataset, measure: str) -> str:
    return str(grid[f"{measure}_min"].attrs.get("long_name", measure)).split(", minimum over")[0]
