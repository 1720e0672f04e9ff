"""The batch solver: stable profiles and measures of many games at once, on the rows of the conditions.

A kernel is compiled for a box of parameters. Inside it most conditions are decided once and for all
(`triangle.pruning`), and the rows that remain take one matrix product in single precision for a block of games
(`triangle.blocks`). Whatever that cannot decide beyond doubt is solved again with all conditions in double precision,
so the stable profiles are those of `Conditions.stable`, whatever the box and the precision.

Blocks start at multiples of `BLOCK` and each is solved on its own, so the result has the same bits on any number of
threads, and in chunks of any multiple of `BLOCK`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .blas import one_blas_thread
from .blocks import Filter, Reader, Worker, open_conditions
from .conditions import Conditions, IntArray, conditions
from .contraction import Contraction
from .family import GameFamily
from .game import FloatArray
from .names import unknown
from .parts import Measure
from .polynomial import Monomial
from .products import Products

FloatType = Literal["float64", "float32"]
FLOAT_TYPES: tuple[str, ...] = get_args(FloatType)

BLOCK = 32_768
"""Games in a block, which one thread solves; a multiple of 8, so that blocks end between two bytes of packed bits."""
THOROUGH = 131_072
"""From how many games on it pays to look for implied conditions."""


@dataclass(frozen=True, eq=False)
class Kernel:
    """Conditions and measures of a family, ready to be evaluated over arrays of the varying parameters.

    Attributes
    ----------
    family : GameFamily
    compiled : Conditions
    varying : tuple of str
        The parameters that `solve_batch` takes arrays of; all others are contracted into the coefficients.
    low, high : ndarray, shape (varying,)
        The box for which the kernel is fast; outside it is right as well.
    monomials : tuple of Monomial
        Products of varying parameters.
    rows, scale : ndarray, shape (rows, monomials) and (movers, monomials)
    leader_payoff : ndarray, shape (profiles, monomials), or None
    leader_scale : ndarray, shape (monomials,), or None
    measures : tuple of Measure
    quantities : ndarray, shape (profiles, quantities, monomials)
    quantity_names : tuple of str
    dtype : {"float64", "float32"}
        Of the measures.
    games : int
        How many games are expected in all.
    """

    family: GameFamily
    compiled: Conditions
    varying: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    monomials: tuple[Monomial, ...]
    rows: FloatArray
    scale: FloatArray
    leader_payoff: FloatArray | None
    leader_scale: FloatArray | None
    measures: tuple[Measure, ...]
    quantities: FloatArray
    quantity_names: tuple[str, ...]
    dtype: FloatType = "float64"
    games: int = 0

    @cached_property
    def checks(self) -> dict[int, IntArray]:
        """For each profile that may be stable, its conditions: row ``r`` as ``r``, its negation as ``r + rows``."""
        entry = self.compiled
        codes = np.where(entry.entry_sign > 0, entry.entry_row, entry.entry_row + len(self.rows))
        order = np.lexsort((codes, entry.entry_profile))
        profiles, codes = entry.entry_profile[order], codes[order]
        ends = np.searchsorted(profiles, [np.arange(entry.form.size), np.arange(1, entry.form.size + 1)])
        return {int(p): np.unique(codes[ends[0, p] : ends[1, p]]) for p in np.flatnonzero(entry.allowed)}

    @cached_property
    def flat_checks(self) -> tuple[list[int], IntArray, IntArray]:
        """The profiles that have conditions, these one after another, and where each profile's begin."""
        there = {p: codes for p, codes in self.checks.items() if len(codes)}
        codes = np.concatenate([*there.values(), np.zeros(0, dtype=np.intp)])
        return list(there), codes, np.cumsum([0, *map(len, there.values())])[:-1]

    @cached_property
    def exact(self) -> Products:
        """The monomials of everything that is decided in double precision."""
        return Products(self.monomials)

    @cached_property
    def order(self) -> IntArray:
        """The place of each of ``monomials`` among the lines of ``exact``."""
        return np.array([self.exact.monomials.index(product) for product in self.monomials], dtype=np.intp)

    @cached_property
    def quick(self) -> Filter:
        """The open conditions of the box, for batches that are soon done."""
        return open_conditions(self, thorough=False)

    @cached_property
    def thorough(self) -> Filter:
        """The open conditions of the box without those that others imply, for large batches."""
        return open_conditions(self, thorough=True) if len(self.quick.pruned.rows) > 1 else self.quick

    @cached_property
    def readers(self) -> dict[int, Reader]:
        """How to evaluate the measures at each profile that has been stable somewhere; filled as they turn up."""
        return {}


@dataclass(frozen=True, eq=False)
class BatchResult:
    """The solutions of a batch of games.

    Attributes
    ----------
    bits : ndarray of uint8, shape (profiles, ceil(games / 8))
        For each profile the games in which it is stable, packed.
    count : ndarray of int16, shape (games,)
        How many profiles are stable.
    low, high : dict of str to ndarray, shape (games,)
        Every measure's least and greatest value over the equilibria: floats, NaN where there is none; codes of
        categories are int8, -1 where there is none. Where no game has several equilibria both are the
        same arrays.
    """

    bits: NDArray[np.uint8]
    count: NDArray[np.int16]
    low: dict[str, NDArray[Any]]
    high: dict[str, NDArray[Any]]

    @cached_property
    def stable(self) -> NDArray[np.uint8]:
        """The stable profiles of each game, packed, shape (games, ceil(profiles / 8)).

        ``numpy.unpackbits(stable, axis=1, count=profiles)`` gives them one by one.
        """
        games, profiles = len(self.count), len(self.bits)
        out = np.zeros((games, -(-profiles // 8)), dtype=np.uint8)
        for p in np.flatnonzero(self.bits.any(axis=1)):
            found = np.unpackbits(self.bits[p], count=games)
            out[:, p >> 3] |= found << np.uint8(7 - (p & 7))
        return out


def compile_kernel(
    family: GameFamily,
    concept: str = "pairwise",
    held: Mapping[str, str] | None = None,
    fixed: Mapping[str, float] | None = None,
    varying: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    dtype: FloatType = "float64",
    games: int = 0,
) -> Kernel:
    """Compile a family's conditions and measures for arrays of some of its parameters.

    Parameters
    ----------
    family : GameFamily
    concept : {"pairwise", "nash", "commitment"}
    held : mapping of str to str, optional
        Players held to an action.
    fixed : mapping of str to float, optional
        Values of parameters that do not vary; defaults where none is given.
    varying : sequence of str, optional
        All parameters if not given.
    measures : sequence of str, optional
        All if not given; an empty sequence leaves stability alone.
    ranges : mapping of str to (low, high), optional
        Where the varying parameters will be; all that is admissible where none is given. A narrow box is faster.
        Values outside are solved all the same.
    dtype : {"float64", "float32"}
        Of the measures. Which profiles are stable does not depend on it.
    games : int
        How many games will be solved in all, if they come in several batches: for many it pays to prune thoroughly.

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        An unknown concept, player, action, parameter, measure or dtype.

    Examples
    --------
    >>> import triangle as tri
    >>> kernel = compile_kernel(tri.chapter_model(), varying=["sanctions", "power_gap"])
    >>> kernel.monomials[:3]
    ((), (('power_gap', 1),), (('power_gap', 1), ('sanctions', 1)))
    """
    if dtype not in FLOAT_TYPES:
        raise ValueError(unknown("dtype", dtype, FLOAT_TYPES))
    names = tuple(varying) if varying is not None else tuple(parameter.name for parameter in family.parameters)
    box = [family.parameter(name).admissible for name in names]
    for name, ends in (ranges or {}).items():
        family.parameter(name)
        if name in names:
            box[names.index(name)] = (float(ends[0]), float(ends[1]))
    constant = {name: float(value) for name, value in family.resolve(fixed).items()}
    compiled = conditions(family, concept, held)
    wanted = family.measures if measures is None else tuple(map(family.measure, measures))
    quantity_names = tuple(dict.fromkeys(name for measure in wanted for name in measure.quantities))

    contract = Contraction(family.polynomials.monomials, set(names), constant)
    flat = [contract(family.quantity(name).reshape(-1, family.form.size).T) for name in quantity_names]
    payoff = None if compiled.leader_payoff is None else compiled.leader_payoff.T
    return Kernel(
        family=family,
        compiled=compiled,
        varying=names,
        low=np.array([low for low, _ in box], dtype=np.float64),
        high=np.array([high for _, high in box], dtype=np.float64),
        monomials=contract.kept,
        rows=contract(compiled.rows),
        scale=contract(compiled.scale_rows, absolute=True),
        leader_payoff=None if payoff is None else contract(payoff),
        leader_scale=None if payoff is None else contract(np.abs(payoff).max(axis=0, keepdims=True), absolute=True)[0],
        measures=wanted,
        quantities=np.stack(flat, axis=1) if flat else np.zeros((family.form.size, 0, len(contract.kept))),
        quantity_names=quantity_names,
        dtype=dtype,
        games=games,
    )


def solve_batch(kernel: Kernel, values: Mapping[str, ArrayLike], threads: int | None = None) -> BatchResult:
    """Solve every game of a batch.

    Parameters
    ----------
    kernel : Kernel
    values : mapping of str to array_like, shape (games,)
        One array for each varying parameter. Values are not checked against ranges: see `GameFamily.resolve`.
    threads : int, optional
        As many as there are processors if not given. The result does not depend on it.

    Returns
    -------
    BatchResult

    Raises
    ------
    ValueError
        A varying parameter is missing or another is given, or the arrays are not of one length.

    Examples
    --------
    >>> import triangle as tri
    >>> kernel = compile_kernel(tri.chapter_model(), varying=["ambition"])
    >>> found = solve_batch(kernel, {"ambition": [0.1, 0.5]})
    >>> found.count, found.low["relation_West_China"]
    (array([1, 1], dtype=int16), array([2, 1], dtype=int8))
    """
    _same_names(kernel, values)
    arrays = {name: np.ascontiguousarray(values[name], dtype=np.float64) for name in kernel.varying}
    shapes = {array.shape for array in arrays.values()} or {(1,)}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        told = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"the arrays must have one dimension and one length: {told}")
    (games,) = shapes.pop()
    return _solve(kernel, _Arrays(arrays), games, threads)


def solve_grid(kernel: Kernel, axes: Mapping[str, ArrayLike], threads: int | None = None) -> BatchResult:
    """Solve every combination of values of the varying parameters, the last axis fastest.

    Parameters
    ----------
    kernel : Kernel
    axes : mapping of str to array_like, shape (n,)
        The values of each varying parameter, in the order of the axes.
    threads : int, optional

    Returns
    -------
    BatchResult
        Flat; ``reshape`` by the lengths of the axes.

    Raises
    ------
    ValueError
        A varying parameter is missing or another is given, or an axis does not have one dimension.

    Examples
    --------
    >>> import triangle as tri
    >>> kernel = compile_kernel(tri.chapter_model(), varying=["sanctions", "ambition"], measures=[])
    >>> solve_grid(kernel, {"sanctions": [0.1, 0.2], "ambition": [0.1, 0.2, 0.3]}).count.reshape(2, 3)
    array([[1, 1, 1],
           [1, 1, 1]], dtype=int16)
    """
    _same_names(kernel, axes)
    arrays = {name: np.ascontiguousarray(values, dtype=np.float64) for name, values in axes.items()}
    for name, array in arrays.items():
        if array.ndim != 1:
            raise ValueError(f"axis {name!r} must have one dimension, got shape {array.shape}")
    return _solve(kernel, _Grid(arrays), int(np.prod([len(array) for array in arrays.values()])), threads)


def _same_names(kernel: Kernel, values: Mapping[str, ArrayLike]) -> None:
    if set(values) != set(kernel.varying):
        raise ValueError(
            f"the kernel varies {', '.join(kernel.varying)}; got arrays of {', '.join(values) or 'nothing'}"
        )


class _Arrays:
    """The parameters of a batch, as they are given."""

    def __init__(self, arrays: Mapping[str, FloatArray]) -> None:
        self._arrays = arrays

    def part(self, start: int, stop: int) -> dict[str, FloatArray]:
        return {name: array[start:stop] for name, array in self._arrays.items()}


class _Grid:
    """The parameters of a grid, made part by part."""

    def __init__(self, axes: Mapping[str, FloatArray]) -> None:
        self._axes = axes

    def part(self, start: int, stop: int) -> dict[str, FloatArray]:
        left = np.arange(start, stop)
        found = {}
        for name, axis in reversed(list(self._axes.items())):
            left, place = np.divmod(left, len(axis))
            found[name] = axis[place]
        return found


def _solve(kernel: Kernel, source: _Arrays | _Grid, games: int, threads: int | None) -> BatchResult:
    held = kernel.thorough if max(games, kernel.games) >= THOROUGH else kernel.quick
    kinds = {m.name: np.dtype(np.int8 if m.categories else kernel.dtype) for m in kernel.measures}
    result = BatchResult(
        bits=np.zeros((kernel.family.form.size, -(-games // 8)), dtype=np.uint8),
        count=np.zeros(games, dtype=np.int16),
        low={name: np.empty(games, kind) for name, kind in kinds.items()},
        high={name: np.empty(games, kind) for name, kind in kinds.items()},
    )
    starts = range(0, games, BLOCK)
    local = threading.local()

    def block(start: int) -> bool:
        if not hasattr(local, "worker"):
            local.worker = Worker(kernel, held, result)
        stop = min(start + BLOCK, games)
        return bool(local.worker.solve(source.part(start, stop), start, stop))

    workers = max(1, min(threads or os.cpu_count() or 1, len(starts)))
    with one_blas_thread:
        if workers == 1:
            several = [block(start) for start in starts]
        else:
            with ThreadPoolExecutor(workers) as pool:
                several = list(pool.map(block, starts))
    if not any(several):
        result.high.update(result.low)
    else:
        for start, more in zip(starts, several, strict=True):
            for name in result.low if not more else ():
                result.high[name][start : start + BLOCK] = result.low[name][start : start + BLOCK]
    return result
