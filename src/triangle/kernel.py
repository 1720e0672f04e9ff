"""The batch solver: stable profiles and measures of many games at once, on the rows of the conditions.

Games are solved in blocks of `BLOCK`. A block takes one matrix product on a few *killer* rows, chosen when the kernel
is compiled because each excludes many profiles; the profiles that survive somewhere in the block are then checked
against all their rows. Profiles that a killer excludes in every game of the block are never looked at again, so the
cost follows the profiles that matter, and the answer is that of `Conditions.stable` whatever the parameters are.

Blocks start at fixed places and each is solved on its own, so the result has the same bits on any number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits

from .conditions import Conditions, IntArray, conditions
from .family import GameFamily
from .game import TOLERANCE, BoolArray, FloatArray
from .parts import Measure
from .polynomial import Monomial

BLOCK = 8192
_SAMPLE = 512


@dataclass(frozen=True, eq=False)
class Kernel:
    """Conditions and measures of a family, ready to be evaluated over arrays of the varying parameters.

    Attributes
    ----------
    family : GameFamily
    compiled : Conditions
    varying : tuple of str
        The parameters that `solve_batch` takes arrays of; all others are contracted into the coefficients.
    monomials : tuple of Monomial
        Products of varying parameters.
    rows, scale : ndarray, shape (rows, monomials) and (movers, monomials)
    leader_payoff : ndarray, shape (profiles, monomials), or None
    leader_scale : ndarray, shape (monomials,), or None
    measures : tuple of Measure
    quantities : ndarray, shape (profiles, quantities, monomials)
    quantity_names : tuple of str
    """

    family: GameFamily
    compiled: Conditions
    varying: tuple[str, ...]
    monomials: tuple[Monomial, ...]
    rows: FloatArray
    scale: FloatArray
    leader_payoff: FloatArray | None
    leader_scale: FloatArray | None
    measures: tuple[Measure, ...]
    quantities: FloatArray
    quantity_names: tuple[str, ...]

    @cached_property
    def checks(self) -> dict[int, IntArray]:
        """For each profile that may be stable, its conditions: row ``r`` as ``r``, its negation as ``r + rows``."""
        entry = self.compiled
        codes = np.where(entry.entry_sign > 0, entry.entry_row, entry.entry_row + len(self.rows))
        return {int(p): np.unique(codes[entry.entry_profile == p]) for p in np.flatnonzero(entry.allowed)}

    @cached_property
    def killers(self) -> tuple[IntArray, dict[int, int]]:
        """The conditions to look at first, and for each profile the position of its own among them.

        They are chosen to fail most often at points drawn from the admissible ranges; the choice decides only how
        soon a profile is dropped, never whether.
        """
        rng = np.random.default_rng(0)
        points = {n: rng.uniform(*self.family.parameter(n).admissible, _SAMPLE) for n in self.varying}
        weights = _weights(self.monomials, points, _SAMPLE)
        every = np.unique(np.concatenate([*self.checks.values(), np.zeros(0, dtype=np.intp)]))
        fails = (~_fits(self, weights, _margins(self, weights), every)).sum(axis=1)
        best = {
            p: int(codes[fails[np.searchsorted(every, codes)].argmax()])
            for p, codes in self.checks.items()
            if len(codes)
        }
        first = np.unique(np.array(list(best.values()), dtype=np.intp))
        return first, {p: int(np.searchsorted(first, code)) for p, code in best.items()}


@dataclass(frozen=True, eq=False)
class BatchResult:
    """The solutions of a batch of games.

    Attributes
    ----------
    stable : ndarray of uint8, shape (games, ceil(profiles / 8))
        The stable profiles of each game as packed bits (``numpy.unpackbits(stable, axis=1, count=profiles)``).
    count : ndarray of int16, shape (games,)
    low, high : dict of str to ndarray, shape (games,)
        Every measure's least and greatest value over the equilibria; NaN where there is none.
    """

    stable: NDArray[np.uint8]
    count: NDArray[np.int16]
    low: dict[str, FloatArray]
    high: dict[str, FloatArray]


def compile_kernel(
    family: GameFamily,
    concept: str = "pairwise",
    held: Mapping[str, str] | None = None,
    fixed: Mapping[str, float] | None = None,
    varying: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
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

    Returns
    -------
    Kernel

    Raises
    ------
    ValueError
        An unknown concept, player, action, parameter or measure.

    Examples
    --------
    >>> import triangle as tri
    >>> kernel = compile_kernel(tri.chapter_model(), varying=["sanctions", "power_gap"])
    >>> kernel.monomials[:3]
    ((), (('power_gap', 1),), (('power_gap', 1), ('sanctions', 1)))
    """
    names = tuple(varying) if varying is not None else tuple(parameter.name for parameter in family.parameters)
    for name in names:
        family.parameter(name)
    constant = {name: float(value) for name, value in family.resolve(fixed).items()}
    compiled = conditions(family, concept, held)
    wanted = family.measures if measures is None else tuple(map(family.measure, measures))
    quantity_names = tuple(dict.fromkeys(name for measure in wanted for name in measure.quantities))

    contract = _Contraction(family.polynomials.monomials, set(names), constant)
    flat = [contract(family.quantity(name).reshape(-1, family.form.size).T) for name in quantity_names]
    payoff = None if compiled.leader_payoff is None else compiled.leader_payoff.T
    return Kernel(
        family=family,
        compiled=compiled,
        varying=names,
        monomials=contract.kept,
        rows=contract(compiled.rows),
        scale=contract(compiled.scale_rows, absolute=True),
        leader_payoff=None if payoff is None else contract(payoff),
        leader_scale=None if payoff is None else contract(np.abs(payoff).max(axis=0, keepdims=True), absolute=True)[0],
        measures=wanted,
        quantities=np.stack(flat, axis=1) if flat else np.zeros((family.form.size, 0, len(contract.kept))),
        quantity_names=quantity_names,
    )


class _Contraction:
    """Multiplies fixed parameters into coefficients, leaving products of varying ones."""

    def __init__(self, monomials: Sequence[Monomial], varying: set[str], constant: Mapping[str, float]) -> None:
        split = [tuple(factor for factor in product if factor[0] in varying) for product in monomials]
        self.kept = tuple(sorted(set(split)))
        self.place = np.array([self.kept.index(product) for product in split], dtype=np.intp)
        factors = [
            np.prod([constant[name] ** power for name, power in product if name not in varying])
            for product in monomials
        ]
        self.factor = np.array(factors, dtype=np.float64)

    def __call__(self, coefficients: FloatArray, absolute: bool = False) -> FloatArray:
        out = np.zeros((len(coefficients), len(self.kept)))
        factor = np.abs(self.factor) if absolute else self.factor
        for column, place in zip((coefficients * factor).T, self.place, strict=True):
            out[:, place] += column
        return out


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
    (array([1, 1], dtype=int16), array([2., 1.]))
    """
    if set(values) != set(kernel.varying):
        raise ValueError(
            f"the kernel varies {', '.join(kernel.varying)}; got arrays of {', '.join(values) or 'nothing'}"
        )
    arrays = {name: np.ascontiguousarray(values[name], dtype=np.float64) for name in kernel.varying}
    shapes = {array.shape for array in arrays.values()} or {(1,)}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        told = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"the arrays must have one dimension and one length: {told}")
    (games,) = shapes.pop()
    result = BatchResult(
        stable=np.zeros((games, -(-kernel.family.form.size // 8)), dtype=np.uint8),
        count=np.zeros(games, dtype=np.int16),
        low={measure.name: np.full(games, np.inf) for measure in kernel.measures},
        high={measure.name: np.full(games, -np.inf) for measure in kernel.measures},
    )
    _ = kernel.killers
    starts = range(0, games, BLOCK)
    workers = max(1, min(threads or os.cpu_count() or 1, len(starts) or 1))
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda start: _solve_block(kernel, arrays, start, result), starts):
            pass
    return result


def _solve_block(kernel: Kernel, arrays: Mapping[str, FloatArray], start: int, result: BatchResult) -> None:
    """Solve one block and write it to its place in the result."""
    games = slice(start, min(start + BLOCK, len(result.count)))
    weights = _weights(kernel.monomials, {k: v[games] for k, v in arrays.items()}, games.stop - games.start)
    alive, bits = _stable(kernel, weights)
    if kernel.leader_payoff is not None:
        bits = _chosen(kernel, weights, alive, bits)
    result.count[games] = bits.sum(axis=0)
    for p, found in zip(alive, bits, strict=True):
        result.stable[games, p >> 3] |= found.astype(np.uint8) << np.uint8(7 - (p & 7))
        where = np.flatnonzero(found)
        if kernel.measures and len(where):
            _measure(kernel, weights, int(p), where, start, result)
    for ends in (result.low, result.high):
        for values in ends.values():
            part = values[games]
            part[np.isinf(part)] = np.nan


def _measure(
    kernel: Kernel, weights: FloatArray, profile: int, where: IntArray, start: int, result: BatchResult
) -> None:
    """Evaluate the measures of one profile where it is stable, and widen the ranges of those games."""
    coefficients = kernel.quantities[profile]
    used = np.flatnonzero(coefficients.any(axis=0))
    columns = weights[used] if len(where) == weights.shape[1] else weights[np.ix_(used, where)]
    at = coefficients[:, used] @ columns
    quantity = dict(zip(kernel.quantity_names, at, strict=True))
    places = start + where
    for measure in kernel.measures:
        found = measure.function(*(quantity[name] for name in measure.quantities))
        low, high = result.low[measure.name], result.high[measure.name]
        low[places] = np.fmin(low[places], found)
        high[places] = np.fmax(high[places], found)


def _weights(monomials: Sequence[Monomial], arrays: Mapping[str, FloatArray], games: int) -> FloatArray:
    """Return every monomial in every game, shape (monomials, games)."""
    out = np.empty((len(monomials), games))
    for row, product in zip(out, monomials, strict=True):
        factors = [arrays[name] for name, power in product for _ in range(power)]
        row[:] = factors[0] if factors else 1.0
        for factor in factors[1:]:
            row *= factor
    return out


def _fits(kernel: Kernel, weights: FloatArray, margins: FloatArray, codes: IntArray) -> BoolArray:
    """Return which of some conditions hold in which games, shape (conditions, games)."""
    count = len(kernel.rows)
    rows = np.unique(codes % count) if count else codes
    used = np.flatnonzero(kernel.rows[rows].any(axis=0))
    values = kernel.rows[np.ix_(rows, used)] @ weights[used]
    out = np.empty((len(codes), weights.shape[1]), dtype=bool)
    for k, (code, row) in enumerate(zip(codes, np.searchsorted(rows, codes % max(count, 1)), strict=True)):
        margin = margins[kernel.compiled.row_mover[code % count]]
        if code < count:
            np.greater_equal(values[row], -margin, out=out[k])
        else:
            np.less_equal(values[row], margin, out=out[k])
    return out


def _margins(kernel: Kernel, weights: FloatArray) -> FloatArray:
    """Return the tolerance of every mover in every game, shape (movers, games)."""
    used = np.flatnonzero(kernel.scale.any(axis=0))
    return TOLERANCE * (kernel.scale[:, used] @ np.abs(weights[used]))


def _stable(kernel: Kernel, weights: FloatArray) -> tuple[IntArray, BoolArray]:
    """Return the profiles that are stable somewhere, and where, shape (profiles, games)."""
    first, chosen = kernel.killers
    margins = _margins(kernel, weights)
    passed = np.asarray(_fits(kernel, weights, margins, first).any(axis=1))
    alive = [p for p in kernel.checks if p not in chosen or passed[chosen[p]]]
    needed = np.unique(np.concatenate([kernel.checks[p] for p in alive] or [np.zeros(0, dtype=np.intp)]))
    fits = _fits(kernel, weights, margins, needed)
    found, where = [], []
    for p in alive:
        every = fits[np.searchsorted(needed, kernel.checks[p])].all(axis=0)
        if every.any():
            found.append(p)
            where.append(every)
    bits = np.array(where, dtype=bool).reshape(len(found), weights.shape[1])
    return np.array(found, dtype=np.intp), bits


def _chosen(kernel: Kernel, weights: FloatArray, alive: IntArray, bits: BoolArray) -> BoolArray:
    """Keep the subgame outcomes that no other move of the leader is sure to better."""
    actions = kernel.compiled.leader_action
    assert actions is not None
    assert kernel.leader_payoff is not None
    assert kernel.leader_scale is not None
    payoff = kernel.leader_payoff[alive] @ weights
    margin = TOLERANCE * (kernel.leader_scale @ np.abs(weights))
    out = bits.copy()
    for action in range(int(actions.max()) + 1):
        sure = np.where(bits & (actions[alive] == action)[:, None], payoff, np.inf).min(axis=0, initial=np.inf)
        out &= (payoff >= sure - margin) | ~np.isfinite(sure)
    return out
