"""One block of games on one thread: which profiles are stable, and the measures there.

A row closer to zero than its margin, which covers the rounding of single precision and the tolerance, decides nothing:
such games, and blocks that leave the kernel's box, are looked at again with all conditions in double precision.
Measures are evaluated profile by profile, for the games in which the profile is stable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .conditions import IntArray
from .game import TOLERANCE, BoolArray
from .products import Lines, Products
from .pruning import Box, Pruned, prune

if TYPE_CHECKING:
    from .kernel import BatchResult, Kernel

Values = Mapping[str, NDArray[np.floating[Any]]]

PART = 8192
"""Games whose work arrays stay in the processor's cache together."""
NO_EQUILIBRIUM = -1
"""The code of a category where there is no equilibrium."""

_SINGLE = float(np.finfo(np.float32).eps)
_REACH = 1e-6


@dataclass(frozen=True, eq=False)
class Filter:
    """The open conditions of a box, as a matrix for one product in single precision.

    Parameters are divided by ``unit`` first, and every row by what its terms could reach in sum, so that no number
    leaves the range of single precision. ``margin`` is in units of the row. The rows of ``pruned.rows`` come first;
    those after them are the killers, with the sign in which they are never clearly positive, that are not clearly
    negative in the whole box.
    """

    pruned: Pruned
    products: Products
    unit: dict[str, float]
    rows: NDArray[np.float32]
    margin: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Reader:
    """The quantities of one profile: those that vary as rows over the lines of their monomials, and the others."""

    products: Products
    names: tuple[str, ...]
    rows: Lines
    constant: dict[str, float]


def open_conditions(kernel: Kernel, thorough: bool) -> Filter:
    """Prune the conditions for the kernel's box, a little widened, and lay out what is left."""
    reach = _REACH * np.maximum(np.abs(kernel.low), np.abs(kernel.high))
    box = Box(kernel.monomials, kernel.varying, kernel.low - reach * (kernel.low != 0), kernel.high + reach)
    size = np.abs(kernel.rows) @ box.size
    terms = (kernel.rows != 0).sum(axis=1) + box.slots + 8
    margins = 2 * TOLERANCE * (kernel.scale @ box.size)[kernel.compiled.row_mover] + terms * _SINGLE * size
    pruned = prune(box, kernel.rows, margins, kernel.checks, thorough)
    watched = _watched(kernel, pruned.killers, box)
    chosen = np.concatenate([pruned.rows, watched % len(kernel.rows)]) if len(watched) else pruned.rows
    sign = np.concatenate([np.ones(len(pruned.rows)), np.where(watched < len(kernel.rows), 1.0, -1.0)])
    rows, reached = kernel.rows[chosen] * sign[:, None], np.maximum(size[chosen], np.finfo(float).tiny)
    rows = rows * (box.size > 0)  # a product that is zero in the whole box has no reach to be scaled by
    used = np.flatnonzero(rows.any(axis=0))
    monomials = [kernel.monomials[m] for m in used]
    products = Products(monomials)
    most = dict(zip(kernel.varying, np.maximum(np.abs(box.low), np.abs(box.high))[:-1], strict=True))
    unit = {name: 1.0 if 1e-3 < most[name] < 1e3 else float(most[name] or 1.0) for name in products.names}
    units = np.array([np.prod([unit[name] ** power for name, power in product]) for product in monomials])
    scaled = rows[:, used] * units / reached[:, None]
    return Filter(
        pruned,
        products,
        unit,
        products.spread(scaled, monomials).astype(np.float32),
        # a row that is zero everywhere is a tie everywhere: its margin is as wide as single precision goes
        np.minimum(margins[chosen] / reached, np.finfo(np.float32).max).astype(np.float32)[:, None],
    )


def _watched(kernel: Kernel, codes: IntArray, box: Box) -> IntArray:
    """Return the killers that are not below their tolerance in the whole box."""
    if not len(codes):
        return codes
    rows = kernel.rows[codes % len(kernel.rows)] * np.where(codes < len(kernel.rows), 1.0, -1.0)[:, None]
    margin = 2 * TOLERANCE * (kernel.scale @ box.size)[kernel.compiled.row_mover[codes % len(kernel.rows)]]
    kept: IntArray = codes[box.interval(rows)[1] >= -margin]
    return kept


def reader_of(kernel: Kernel, profile: int) -> Reader:
    """Lay out the quantities of a profile."""
    coefficients = kernel.quantities[profile]
    one = np.array([product == () for product in kernel.monomials], dtype=bool)
    varies = coefficients[:, ~one].any(axis=1)
    used = np.flatnonzero(coefficients[varies].any(axis=0))
    monomials = [kernel.monomials[m] for m in used]
    products = Products(monomials)
    rows = products.spread(coefficients[varies][:, used], monomials).astype(kernel.dtype)
    constant = {
        name: float(coefficients[k, one].sum()) for k, name in enumerate(kernel.quantity_names) if not varies[k]
    }
    names = tuple(name for name, moves in zip(kernel.quantity_names, varies, strict=True) if moves)
    return Reader(products, names, rows, constant)


class Worker:
    """One thread's work arrays, and what it does with them."""

    def __init__(self, kernel: Kernel, held: Filter, result: BatchResult) -> None:
        self.kernel, self.filter, self.result = kernel, held, result
        self.work = held.products.work(PART, np.float32)
        self.values = np.empty((len(held.rows), PART), dtype=np.float32)
        self.above = np.empty((len(held.pruned.rows), PART), dtype=bool)
        self.below = np.empty((len(held.rows), PART), dtype=bool)
        self.buffers: dict[int, Lines] = {}

    def solve(self, values: Values, start: int, stop: int) -> bool:
        """Solve one block and write it to its place; return whether some game has several equilibria."""
        stable = self._stable(values, stop - start)
        if self.kernel.leader_payoff is not None:
            stable = _chosen(self.kernel, values, stable)
        count = self.result.count[start:stop]
        for p, found in stable.items():
            self.result.bits[p, start >> 3 : (stop + 7) >> 3] = np.packbits(found)
            count += found
        if self.kernel.measures:
            self._measures(values, stable, start, stop)
        return bool(count.max(initial=0) > 1)

    # --- which profiles are stable ----------------------------------------------------------------------------

    def _stable(self, values: Values, games: int) -> dict[int, BoolArray]:
        """Return for each profile that is stable somewhere in the block, where."""
        kernel = self.kernel
        low, high = (
            np.array([end.reduce(values[name]) for name in kernel.varying]) for end in (np.minimum, np.maximum)
        )
        if not ((kernel.low <= low).all() and (high <= kernel.high).all()):
            return _reference(kernel, values, games)
        live = self.filter.pruned.live
        stable = {p: np.ones(games, dtype=bool) for p in live}
        doubtful = np.zeros(games, dtype=bool)
        if len(self.filter.rows):
            for start in range(0, games, PART):
                part = slice(start, min(start + PART, games))
                doubtful[part] = self._decide({k: v[part] for k, v in values.items()}, part, stable)
        again = np.flatnonzero(doubtful)
        if len(again):
            redone = _reference(self.kernel, {k: v[again] for k, v in values.items()}, len(again))
            for p in {*stable, *redone}:
                found = stable.setdefault(p, np.zeros(games, dtype=bool))
                found[again] = redone.get(p, False)
        return {p: found for p, found in sorted(stable.items()) if found.any()}

    def _decide(self, values: Values, part: slice, stable: dict[int, BoolArray]) -> BoolArray:
        """Decide one part by the open conditions; return the games in which a row is too close to zero.

        That is also a killer that is not clearly negative: a profile that it rules out may be stable there.
        """
        held, games = self.filter, part.stop - part.start
        work, rows = self.work[:, :games], len(held.pruned.rows)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            scaled = {n: values[n] if u == 1.0 else values[n] / u for n, u in held.unit.items()}
            held.products.fill(work, scaled)
            found = np.matmul(held.rows, work[held.products.first :], out=self.values[:, :games])
            above = np.greater(found[:rows], held.margin[:rows], out=self.above[:, :games])
            below = np.less(found, -held.margin, out=self.below[:, :games])
        bits = np.concatenate([np.packbits(above, axis=1), np.packbits(below, axis=1)])
        for p, codes in held.pruned.live.items():
            if len(codes):
                every = np.bitwise_and.reduce(bits[codes], axis=0)
                stable[p][part] = np.unpackbits(every, count=games)
        bits[rows : 2 * rows] |= bits[:rows]
        clear = np.bitwise_and.reduce(bits[rows:], axis=0)
        return np.unpackbits(~clear, count=games).astype(bool)

    # --- measures ---------------------------------------------------------------------------------------------

    def _measures(self, values: Values, stable: dict[int, BoolArray], start: int, stop: int) -> None:
        """Write every measure's range over the equilibria."""
        count = self.result.count[start:stop]
        least, most = int(count.min(initial=1)), int(count.max(initial=1))
        low = {name: array[start:stop] for name, array in self.result.low.items()}
        high = {name: array[start:stop] for name, array in self.result.high.items()}
        if least < 1 or most > 1:
            for ends in (low, high) if most > 1 else (low,):
                for array in ends.values():
                    array[:] = NO_EQUILIBRIUM if array.dtype == np.int8 else np.nan
        alone = count == 1
        for p, found in stable.items():
            for place in _parts(found & alone):
                for name, at in self._at(p, values, place):
                    low[name][place] = at
                    if most > 1:
                        high[name][place] = at
            for place in _parts(found & ~alone) if most > 1 else ():
                for name, at in self._at(p, values, place):
                    _widen(low[name], high[name], place, at)

    def _at(self, profile: int, values: Values, place: slice | IntArray) -> Iterator[tuple[str, NDArray[Any]]]:
        """Yield every measure of one profile in some games."""
        reader = self.kernel.readers.get(profile)
        if reader is None:
            reader = self.kernel.readers[profile] = reader_of(self.kernel, profile)
        games = len(place) if not isinstance(place, slice) else place.stop - place.start
        if profile not in self.buffers:
            self.buffers[profile] = reader.products.work(PART, np.dtype(self.kernel.dtype).type)
        work = self.buffers[profile][:, :games]
        reader.products.fill(work, {name: values[name][place] for name in reader.products.names})
        quantity: dict[str, Any] = dict(zip(reader.names, reader.rows @ work[reader.products.first :], strict=True))
        for name, value in reader.constant.items():
            quantity[name] = np.full(games, value, dtype=self.kernel.dtype)
        for measure in self.kernel.measures:
            yield measure.name, measure.function(*(quantity[name] for name in measure.quantities))


def _parts(chosen: BoolArray) -> Iterator[slice | IntArray]:
    """Yield the chosen games in parts that fit the work arrays: as slices if they are all of them."""
    if chosen.all():
        yield from (slice(start, min(start + PART, len(chosen))) for start in range(0, len(chosen), PART))
        return
    where = np.flatnonzero(chosen)
    yield from (where[start : start + PART] for start in range(0, len(where), PART))


def _widen(low: NDArray[Any], high: NDArray[Any], place: slice | IntArray, at: NDArray[Any]) -> None:
    """Take further values into the ranges; a code below zero, like NaN, is no value yet."""
    if low.dtype == np.int8:
        before = low[place]
        low[place] = np.where(before < 0, at, np.minimum(before, at))
        high[place] = np.maximum(high[place], at)
    else:
        low[place] = np.fmin(low[place], at)
        high[place] = np.fmax(high[place], at)


def _full(kernel: Kernel, values: Values) -> Lines:
    """Return every monomial in every game in double precision, in the order of ``kernel.monomials``."""
    games = len(next(iter(values.values()))) if values else 1
    work = kernel.exact.work(games, np.float64)
    kernel.exact.fill(work, values)
    return work[kernel.exact.first :][kernel.order]


def _reference(kernel: Kernel, values: Values, games: int) -> dict[int, BoolArray]:
    """Decide games by all conditions in double precision, as `Conditions.stable` does."""
    profiles, codes, ends = kernel.flat_checks
    out = {p: np.ones(games, dtype=bool) for p, checks in kernel.checks.items() if not len(checks)}
    if not profiles:
        return out
    found = np.zeros((len(profiles), games), dtype=bool)
    step = max(1, (1 << 22) // len(codes))
    for start in range(0, games, step):
        weights = _full(kernel, {k: v[start : start + step] for k, v in values.items()})
        losses = kernel.rows @ weights
        margin = (TOLERANCE * (kernel.scale @ np.abs(weights)))[kernel.compiled.row_mover]
        fits = np.concatenate([losses >= -margin, losses <= margin])
        found[:, start : start + step] = np.logical_and.reduceat(fits[codes], ends, axis=0)
    return out | {profiles[k]: found[k] for k in np.flatnonzero(found.any(axis=1))}


def _chosen(kernel: Kernel, values: Values, stable: dict[int, BoolArray]) -> dict[int, BoolArray]:
    """Keep the subgame outcomes that no other move of the leader is sure to better."""
    actions = kernel.compiled.leader_action
    assert actions is not None
    assert kernel.leader_payoff is not None
    assert kernel.leader_scale is not None
    if not stable:
        return stable
    weights = _full(kernel, values)
    margin = TOLERANCE * (kernel.leader_scale @ np.abs(weights))
    payoff = {p: kernel.leader_payoff[p] @ weights for p in stable}
    out = {p: found.copy() for p, found in stable.items()}
    for action in range(int(actions.max()) + 1):
        own = [np.where(stable[p], payoff[p], np.inf) for p in stable if actions[p] == action]
        if own:
            sure = np.minimum.reduce(own)
            for p, found in out.items():
                found &= (payoff[p] >= sure - margin) | ~np.isfinite(sure)
    return {p: found for p, found in out.items() if found.any()}
