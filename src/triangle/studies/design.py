"""The points of a sweep: grids, Sobol points and Latin hypercubes, each readable from any place.

A design gives the points from ``start`` to ``stop`` without those before, so that a sweep can be cut into chunks and
the chunks solved anywhere and in any order. Where the cuts are makes no difference to the points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from ..game import FloatArray
from ..pickling import PickledByFields

Kind = Literal["grid", "sobol", "lhs"]
DESIGNS: tuple[str, ...] = get_args(Kind)
MOST_SOBOL = 2**52
MOST_LHS_BYTES = 2**30

_BITS = 52
_LOG_TILE = 13
_ONE = np.float64(1.0).view(np.uint64)  # with 52 random bits below it, a float64 from 1 up to 2, exactly
_CHECKED = 64

Range = tuple[float, float]


class Design(Protocol):
    """Points in the box of the varied parameters, in a fixed order.

    `Grid`, `Sobol` and `LatinHypercube` are the three there are.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The varied parameters."""
        ...

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions of the result: each varied parameter of a grid, or ``point``."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each dimension."""
        ...

    @property
    def size(self) -> int:
        """How many points there are."""
        ...

    @property
    def bounds(self) -> Mapping[str, Range]:
        """The least and the greatest value of each varied parameter."""
        ...

    def points(self, start: int, stop: int, names: Sequence[str] | None = None) -> dict[str, FloatArray]:
        """Return the points from ``start`` up to ``stop``: an array for each name (all if not given)."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return plain data from which the same points can be made."""
        ...


@dataclass(frozen=True, eq=False)
class Grid(PickledByFields):
    """Every combination of values along axes, the last axis fastest.

    Parameters
    ----------
    axes : mapping of str to ndarray, each of one dimension
    spacing : mapping of str to (low, high, n)
        For axes that are evenly spaced, what they were made from.

    Examples
    --------
    >>> grid = Grid({"x": np.array([0.0, 1.0]), "y": np.array([5.0, 6.0, 7.0])})
    >>> grid.size, grid.points(2, 5)
    (6, {'x': array([0., 1., 1.]), 'y': array([7., 5., 6.])})
    """

    axes: Mapping[str, FloatArray]
    spacing: Mapping[str, tuple[float, float, int]] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The varied parameters, in the order of the dimensions."""
        return tuple(self.axes)

    @property
    def dims(self) -> tuple[str, ...]:
        """One dimension for each parameter."""
        return tuple(self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def size(self) -> int:
        """The number of combinations."""
        return math.prod(self.shape)

    @property
    def bounds(self) -> Mapping[str, Range]:
        """The least and the greatest value along each axis."""
        return {name: (float(values.min()), float(values.max())) for name, values in self.axes.items()}

    def points(self, start: int, stop: int, names: Sequence[str] | None = None) -> dict[str, FloatArray]:
        """Return a stretch of the combinations, each parameter's values of shape (stop - start,)."""
        index = np.arange(start, stop)
        found, stride = {}, self.size
        for name, values in self.axes.items():
            stride //= len(values)
            if names is None or name in names:
                found[name] = values[index // stride % len(values)]
        return found

    def describe(self) -> dict[str, Any]:
        """Return kind and axes: low, high and n of an evenly spaced one, or the values."""
        spacing = self.spacing or {}
        axes: dict[str, Any] = {
            name: dict(zip(("low", "high", "n"), spacing[name], strict=True)) if name in spacing else values.tolist()
            for name, values in self.axes.items()
        }
        return {"kind": "grid", "names": list(self.names), "axes": axes}


@dataclass(frozen=True, eq=False)
class _Sampled(PickledByFields):
    """What the designs along one dimension ``point`` share."""

    ranges: Mapping[str, Range]
    size: int
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The varied parameters."""
        return tuple(self.ranges)

    @property
    def dims(self) -> tuple[str, ...]:
        """One dimension: ``point``."""
        return ("point",)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of points."""
        return (self.size,)

    @property
    def bounds(self) -> Mapping[str, Range]:
        """The box that is sampled."""
        return self.ranges

    def _described(self, kind: str) -> dict[str, Any]:
        ranges = {name: list(ends) for name, ends in self.ranges.items()}
        sampled = {"ranges": ranges, "samples": self.size, "seed": self.seed}
        return {"kind": kind, "names": list(self.names), **sampled}


@dataclass(frozen=True, eq=False)
class Sobol(_Sampled):
    """Scrambled Sobol points: those of `scipy.stats.qmc.Sobol` with 52 bits, to the bit.

    A point is the exclusive or of direction numbers, one for each bit of its number in Gray code [1]_. That code is
    linear over bits, so all stretches of 2^13 points that start at a multiple of 2^13 are one tile, shifted: a point
    at any place costs one exclusive or and the scaling to its range.

    Parameters
    ----------
    ranges : mapping of str to (float, float)
    size : int
    seed : int

    Raises
    ------
    RuntimeError
        The installed SciPy keeps its direction numbers otherwise than this reads them.

    References
    ----------
    .. [1] I. A. Antonov and V. M. Saleev, "An economic method of computing LPτ-sequences", USSR Computational
       Mathematics and Mathematical Physics 19(1), 1979.

    Examples
    --------
    >>> design = Sobol({"x": (0.0, 1.0), "y": (2.0, 4.0)}, size=2**40, seed=1)
    >>> far = design.points(2**39, 2**39 + 4)["y"]
    >>> far.shape, bool(far.min() >= 2 and far.max() < 4)
    ((4,), True)
    """

    @cached_property
    def _directions(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """The scrambled direction numbers, shape (parameters, bits), and the first point, shape (parameters,)."""
        from scipy.stats import qmc

        engine = qmc.Sobol(len(self.ranges), bits=_BITS, rng=self.seed)
        directions, first = engine._sv.copy(), engine._shift.copy()
        tile = _tile(directions, 6) ^ first[:, None]
        if not np.array_equal(_unit(tile | _ONE).T, engine.random(_CHECKED)):
            raise RuntimeError(
                "this SciPy keeps the direction numbers of Sobol points in another way; use 1.15 to 1.17"
            )
        return directions, first

    @cached_property
    def _tiles(self) -> NDArray[np.uint64]:
        """The points 0 … 2^13 - 1 before the shift, shape (parameters, 2^13)."""
        return _tile(self._directions[0], min(_LOG_TILE, max(0, self.size - 1).bit_length()))

    def points(self, start: int, stop: int, names: Sequence[str] | None = None) -> dict[str, FloatArray]:
        """Return the points from ``start`` up to ``stop``, each parameter's values of shape (stop - start,)."""
        width = self._tiles.shape[1]
        first, last = start // width, -(-stop // width)
        inside = slice(start - first * width, stop - first * width)
        bases = self._at(np.arange(first, last) * width)
        found = {}
        for k, (name, (low, high)) in enumerate(self.ranges.items()):
            if names is None or name in names:
                bits = (bases[k][:, None] ^ self._tiles[k]).reshape(-1)[inside]
                found[name] = _scaled(bits, low, high)
        return found

    def at(self, name: str, index: NDArray[np.intp]) -> FloatArray:
        """Return one parameter's values at points of any numbers, in any order."""
        k = self.names.index(name)
        return _scaled(self._at(np.asarray(index), slice(k, k + 1))[0], *self.ranges[name])

    def _at(self, index: NDArray[np.intp], which: slice = slice(None)) -> NDArray[np.uint64]:
        """Return points by their numbers as bits of floats from 1 to 2, shape (parameters, len(index))."""
        directions, first = self._directions
        gray = index ^ (index >> 1)
        out = np.repeat((first[which] | _ONE)[:, None], len(index), axis=1)
        for bit in range(int(index.max(initial=0)).bit_length()):
            out[:, (gray >> bit) & 1 == 1] ^= directions[which, bit, None]
        return out

    def describe(self) -> dict[str, Any]:
        """Return kind, ranges, number of points and seed."""
        return self._described("sobol")


def _tile(directions: NDArray[np.uint64], log: int) -> NDArray[np.uint64]:
    """Return the first 2^log points before the shift: each half is the half before it, shifted."""
    tile = np.zeros((len(directions), 1), dtype=np.uint64)
    for bit in range(log):
        step = directions[:, bit] ^ (directions[:, bit - 1] if bit else np.uint64(0))
        tile = np.concatenate([tile, tile ^ step[:, None]], axis=1)
    return tile


def _unit(bits: NDArray[np.uint64]) -> FloatArray:
    """Return numbers from 0 to 1, in place."""
    values = bits.view(np.float64)
    values -= 1.0
    return values


def _scaled(bits: NDArray[np.uint64], low: float, high: float) -> FloatArray:
    values = _unit(np.ascontiguousarray(bits))
    values *= high - low
    values += low
    return values


@dataclass(frozen=True, eq=False)
class LatinHypercube(_Sampled):
    """A Latin hypercube (`scipy.stats.qmc.LatinHypercube`), which can only be drawn whole.

    Examples
    --------
    >>> sorted(int(x) for x in LatinHypercube({"x": (0.0, 4.0)}, size=4, seed=0).points(0, 4)["x"])
    [0, 1, 2, 3]
    """

    def __post_init__(self) -> None:
        size = 8 * self.size * len(self.ranges)
        if size > MOST_LHS_BYTES:
            raise ValueError(
                f"a Latin hypercube is drawn whole, at most {MOST_LHS_BYTES / 2**30:g} GiB of it: "
                f"{self.size:,} points in {len(self.ranges)} parameters are {size / 2**30:,.1f} GiB; use design='sobol'"
            )

    @cached_property
    def _drawn(self) -> FloatArray:
        from scipy.stats import qmc

        low, high = np.array(list(self.ranges.values())).T
        drawn = low + qmc.LatinHypercube(len(self.ranges), rng=self.seed).random(self.size) * (high - low)
        return np.ascontiguousarray(drawn.T)

    def points(self, start: int, stop: int, names: Sequence[str] | None = None) -> dict[str, FloatArray]:
        """Return the points from ``start`` up to ``stop``, each parameter's values of shape (stop - start,)."""
        wanted = self.names if names is None else names
        return {name: self._drawn[self.names.index(name), start:stop] for name in wanted}

    def at(self, name: str, index: NDArray[np.intp]) -> FloatArray:
        """Return one parameter's values at points of any numbers, in any order."""
        return np.asarray(self._drawn[self.names.index(name)][index])

    def describe(self) -> dict[str, Any]:
        """Return kind, ranges, number of points and seed."""
        return self._described("lhs")


def design_from(described: Mapping[str, Any]) -> Grid | Sobol | LatinHypercube:
    """Return the design that `describe` described.

    Examples
    --------
    >>> first = Grid({"x": np.linspace(0, 1, 5)}, {"x": (0.0, 1.0, 5)})
    >>> bool((design_from(first.describe()).points(0, 5)["x"] == first.points(0, 5)["x"]).all())
    True
    """
    if described["kind"] == "grid":
        axes, spacing = {}, {}
        for name in described["names"]:
            axis = described["axes"][name]
            if isinstance(axis, Mapping):
                spacing[name] = (axis["low"], axis["high"], axis["n"])
                axes[name] = np.linspace(*spacing[name])
            else:
                axes[name] = np.array(axis, dtype=np.float64)
        return Grid(axes, spacing)
    ranges = {name: (low, high) for name in described["names"] for low, high in [described["ranges"][name]]}
    made = Sobol if described["kind"] == "sobol" else LatinHypercube
    return made(ranges, described["samples"], described["seed"])
