"""The extreme equilibria of a two-player game, all of them, from the signs of minors.

A player's mixed strategies, with the payoff that they allow the opponent, form a polyhedron. A vertex of it is a
strategy with support I that makes the actions J of the opponent, as many as I has, equally good and all others no
better. By Cramer's rule its probabilities and the opponent's losses elsewhere are minors of the opponent's payoffs with
a row of ones added, over a common denominator. So signs of minors decide which (I, J) give vertices, and two vertices
are an equilibrium if every action of both players is unused or a best response (Mangasarian).

All minors come from smaller ones by expansion along a row. First they are computed in floats with a bound of the
rounding error; where a sign that matters is not certain, in whole numbers, where a zero is a zero. So it is proved, not
assumed, that the list is complete, and whether the game is degenerate.

Mangasarian, O. L. (1964). Equilibrium points of bimatrix games. Journal of SIAM 12(4), 778–780.
Avis, D., Rosenberg, G. D., Savani, R., & von Stengel, B. (2010). Enumeration of Nash equilibria for two-player games.
Economic Theory 42(1), 9–37.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..game import BoolArray, FloatArray
from .small_vertices import MOST, Plan, SmallVertices, centred, small_equilibria, small_vertices
from .wholes import whole_numbers

LARGEST = 200_000
"""The most minors that are computed for one player: enough for 10 × 10 actions."""

_UNIT = float(np.finfo(np.float64).eps) / 2
_EXACT_FLOATS = 2**53
_DWARFED = 1e-6

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Vertices:
    """The vertices of one player's polyhedron.

    Attributes
    ----------
    strategies : ndarray, shape (V, own actions)
    missing : ndarray of bool, shape (V, own actions + opponent's actions)
        True for own actions that are used and for actions of the opponent that are worse than its best.
    simple : bool
        Whether each vertex makes just as many actions of the opponent best as the strategy uses.
    """

    strategies: FloatArray
    missing: BoolArray
    simple: bool


@dataclass(frozen=True, eq=False)
class ExtremeEquilibria:
    """All extreme equilibria of a two-player game.

    Attributes
    ----------
    first, second : ndarray, shapes (V, A_1) and (W, A_2)
        The vertices of the two players that occur.
    pairs : ndarray of int, shape (equilibria, 2)
        Which two make an equilibrium.
    degenerate : bool
        Whether some mixed strategy has more pure best responses than it has actions in use. If not, these are all
        equilibria; if so, all equilibria are mixtures of these within the maximal Nash subsets.
    """

    first: FloatArray
    second: FloatArray
    pairs: Indices
    degenerate: bool


def feasible_size(first: int, second: int) -> bool:
    """Return whether the minors of a game of this size are few enough to compute."""
    return max(comb(first + second, first + 1), comb(first + second, second + 1)) <= LARGEST


def extreme_equilibria(first: NDArray[Any], second: NDArray[Any], exact: bool = False) -> ExtremeEquilibria:
    """Return all extreme equilibria of a two-player game.

    Parameters
    ----------
    first, second : ndarray, shape (A_1, A_2)
        The players' payoffs: floats, integers, or fractions (dtype object).
    exact : bool
        Compute in whole numbers even where floats would decide.

    Examples
    --------
    >>> pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> found = extreme_equilibria(pennies, -pennies)
    >>> found.first[found.pairs[:, 0]], found.second[found.pairs[:, 1]], found.degenerate
    (array([[0.5, 0.5]]), array([[0.5, 0.5]]), False)
    """
    if comb(sum(first.shape), first.shape[0]) <= MOST + 1:
        return _small(first, second, exact)
    own, other = _vertices(second, exact), _vertices(first.T, exact)
    # Labels in one order: the first player's actions, then the second's.
    theirs = np.concatenate([other.missing[:, first.shape[1] :], other.missing[:, : first.shape[1]]], axis=1)
    # In bits: a matrix product would call on threads, and they on each other, for numbers of one bit.
    first_bits, second_bits = (np.packbits(missing, axis=1).T for missing in (own.missing, theirs))
    common = np.zeros((len(own.missing), len(theirs)), dtype=np.uint8)
    for mine, yours in zip(first_bits, second_bits, strict=True):
        common |= mine[:, None] & yours
    pairs = np.argwhere(common == 0)
    return ExtremeEquilibria(own.strategies, other.strategies, pairs, not (own.simple and other.simple))


def _small(first: NDArray[Any], second: NDArray[Any], exact: bool) -> ExtremeEquilibria:
    """Return the extreme equilibria of a game of a few actions."""
    own, other = _few_vertices(second, exact), _few_vertices(first.T, exact)
    found = small_equilibria(own, other)
    mine, theirs = ({missing: k for k, missing in enumerate(dict.fromkeys(side))} for side in zip(*found, strict=True))
    pairs = np.array([(mine[a], theirs[b]) for a, b in found], dtype=np.intp)
    firsts, seconds = (np.array([own.strategy(k) for k in mine]), np.array([other.strategy(k) for k in theirs]))
    return ExtremeEquilibria(firsts, seconds, pairs, not (own.simple and other.simple))


def _few_vertices(payoffs: NDArray[Any], exact: bool) -> SmallVertices:
    """Return the vertices as `_vertices` does."""
    minors = _minors_of(*payoffs.shape)
    if not exact and payoffs.dtype.kind == "f":
        values = centred(payoffs.ravel().tolist(), _DWARFED)
        found = small_vertices(minors.plan, values, minors.rounding) if values else None
        if found is not None:
            return found
    found = small_vertices(minors.plan, whole_numbers(payoffs).ravel().tolist(), 0)
    assert found is not None
    return found


def _vertices(payoffs: NDArray[Any], exact: bool) -> Vertices:
    """Return the vertices for the player who chooses the rows, given the payoffs of the one who chooses the columns."""
    minors = _minors_of(*payoffs.shape)
    # Where a large constant dwarfs the differences, which of them are rounding is for whole numbers to say.
    if not exact and payoffs.dtype.kind == "f" and np.ptp(payoffs) >= _DWARFED * np.abs(payoffs).max():
        found = _decide(minors, _centred(payoffs), minors.rounding)
        if found is not None:
            return found
    numbers = whole_numbers(payoffs)
    top = int(numbers.max())
    # Whole numbers of this size are added and multiplied by floats without rounding.
    matrix = numbers.astype(np.float64) if minors.fits_floats(top) else numbers
    found = _decide(minors, matrix, 0.0)
    assert found is not None
    return found


def _centred(payoffs: FloatArray) -> FloatArray:
    """Return the payoffs shifted and scaled into [-1, 1], each with a relative rounding error of one unit at most."""
    low, high = payoffs.min(), payoffs.max()
    centred = payoffs - (low + (high - low) / 2)
    top = np.abs(centred).max()
    return np.asarray(np.ldexp(centred, -int(np.frexp(top)[1])) if top > 0 else centred)


@dataclass(frozen=True, eq=False)
class _Minors:
    """Where each minor, and each label's number at each basis, is found, for one size of matrix.

    ``levels[r]`` serves the minors of the row of ones with r more rows: the minors that they come from, their rows, and
    their columns (in the matrix followed by its negative, so that alternating signs are columns as well). ``where``
    likewise points into all minors followed by their negatives; ``varies`` is False where a number is zero because the
    action is out of the support or in the set of those equally good; ``decisive`` holds the places of the others, as
    many at every basis, (columns, bases). ``rounding`` bounds the error of any minor if the
    payoffs lie in [-1, 1].
    """

    rows: int
    columns: int
    levels: tuple[tuple[Indices, Indices], ...]
    where: Indices
    varies: BoolArray
    decisive: Indices
    rounding: float

    @cached_property
    def plan(self) -> Plan:
        """The same for numbers one by one."""
        levels = tuple(
            tuple(tuple(zip(*rule, strict=True)) for rule in zip(_rows(smaller), _rows(entries), strict=True))
            for smaller, entries in self.levels
        )
        labels = np.nonzero(self.varies.T)[1].reshape(-1, self.columns)
        bases = tuple(
            (tuple(own), tuple(places), sum(1 << label for label in own))
            for own, places in zip(labels.tolist(), self.decisive.T.tolist(), strict=True)
        )
        return Plan(self.rows, self.columns, levels, bases)

    def fits_floats(self, top: int) -> bool:
        """Return whether all minors of whole numbers up to ``top`` are exact in floats, and all sums on the way."""
        order = len(self.levels) + 1
        largest: int = factorial(order) * max(1, top) ** (order - 1) * max(self.rows, 2)
        return largest < _EXACT_FLOATS

    def all(self, matrix: NDArray[Any]) -> NDArray[Any]:
        """Return all minors and a zero, followed by their negatives."""
        signed = np.concatenate([matrix.ravel(), -matrix.ravel()])
        level = np.ones(self.columns, dtype=matrix.dtype)
        found = [level]
        for smaller, entries in self.levels:
            level = (signed[entries] * level[smaller]).sum(axis=-1).ravel()
            found.append(level)
        found.append(np.zeros(1, dtype=matrix.dtype))
        minors = np.concatenate(found)
        return np.concatenate([minors, -minors])

    def feasible(self, signed: NDArray[Any], bound: float) -> Indices:
        """Return the bases at which no two numbers have opposite signs beyond the bound."""
        # Few survive the first numbers, so the later ones are looked up for those alone.
        left = np.arange(self.decisive.shape[1])
        low = high = signed[self.decisive[0]]
        for places in self.decisive[1:]:
            here = signed[places[left]]
            low, high = np.minimum(low, here), np.maximum(high, here)
            kept = np.flatnonzero((low >= -bound) | (high <= bound))
            left, low, high = left[kept], low[kept], high[kept]
        return left


def _decide(minors: _Minors, matrix: NDArray[Any], bound: float) -> Vertices | None:
    """Return the vertices, or None if a rounding error within the bound leaves one in doubt."""
    signed = minors.all(matrix)
    # At a vertex all numbers have the sign of the denominator, or are zero.
    feasible = minors.feasible(signed, bound)
    values, varies = signed[minors.where[:, feasible]], minors.varies[:, feasible]
    nonzero = np.abs(values) > bound
    if bound and not (nonzero == varies).all():
        return None
    # If all probabilities are zero, so is the denominator, and it is no vertex.
    proper = nonzero[: minors.rows].any(axis=0)
    if not proper.all():
        values, varies, nonzero = values[:, proper], varies[:, proper], nonzero[:, proper]
    missing = nonzero.T
    simple = bool((nonzero == varies).all())
    if not simple:
        missing, first = np.unique(missing, axis=0, return_index=True)
        values = values[:, first]
    numbers = values[: minors.rows].T
    # Adding 0 turns -0 into 0.
    strategies = (numbers / numbers.sum(axis=1, keepdims=True)).astype(np.float64) + 0.0
    return Vertices(strategies, missing, simple)


# --- where the minors are ---------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _minors_of(rows: int, columns: int) -> _Minors:
    deepest = min(rows, columns - 1)
    offsets = np.cumsum([0, *(comb(rows, r) * comb(columns, r + 1) for r in range(deepest + 1))])
    levels = []
    for depth in range(1, deepest + 1):
        few, many = _subsets(rows, depth), _subsets(columns, depth + 1)
        smaller = _rank(few[:, :-1])[:, None, None] * comb(columns, depth) + _without_each(many)[None]
        column = many + rows * columns * ((depth + np.arange(depth + 1)) % 2)
        entries = few[:, -1][:, None, None] * columns + column[None]
        levels.append((smaller, entries))
    nowhere = int(offsets[-1])
    where, sign = _tables(rows, columns, offsets, nowhere)
    # A minor of this order is a sum of as many products as its factorial says, none above 1.
    order = deepest + 1
    rounding = (order + 3.0) ** 2 * _UNIT * factorial(order)
    # The bases vary fastest in memory: reductions over the labels are then vectorised.
    where = np.ascontiguousarray(where + (nowhere + 1) * (sign < 0))
    varies = np.ascontiguousarray(sign != 0)
    decisive = np.ascontiguousarray(where.T[varies.T].reshape(-1, columns).T)
    return _Minors(rows, columns, tuple(levels), where, varies, decisive, rounding)


def _tables(rows: int, columns: int, offsets: Indices, nowhere: int) -> tuple[Indices, FloatArray]:
    """Return for each label and each basis (I, J) the minor that decides it, and its sign."""
    parts: list[tuple[Indices, FloatArray]] = []
    for size in range(1, min(rows, columns) + 1):
        supports, answers = _subsets(rows, size), _subsets(columns, size)
        shape = (len(supports), len(answers))
        here = np.full((*shape, rows + columns), nowhere, dtype=np.intp)
        mark = np.zeros((*shape, rows + columns))
        # The probability of I's p-th action: without its row, the matrix of the row of ones and I against J.
        fewer = _without_each(supports)[:, None, :] * comb(columns, size)
        index = offsets[size - 1] + fewer + np.arange(shape[1])[:, None]
        along = np.broadcast_to(supports[:, None, :], index.shape)
        np.put_along_axis(here, along, index, axis=2)
        np.put_along_axis(mark, along, np.broadcast_to((-1.0) ** (1 + np.arange(size)), index.shape), axis=2)
        if size < columns:
            more, place, other = _with_each(answers, columns)
            index = offsets[size] + np.arange(shape[0])[:, None, None] * comb(columns, size + 1) + more[None]
            along = np.broadcast_to(rows + other[None], index.shape)
            np.put_along_axis(here, along, index, axis=2)
            np.put_along_axis(mark, along, np.broadcast_to(-((-1.0) ** place)[None], index.shape), axis=2)
        flat = (-1, rows + columns)
        parts.append((here.reshape(flat).T, mark.reshape(flat).T))
    where, sign = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return where, sign


def _rows(indices: Indices) -> list[list[int]]:
    found: list[list[int]] = indices.reshape(-1, indices.shape[-1]).tolist()
    return found


def _subsets(count: int, size: int) -> Indices:
    """Return all subsets as ascending rows, in the order of their ranks."""
    found = np.array(list(combinations(range(count), size)), dtype=np.intp).reshape(-1, size)
    return found[np.argsort(_rank(found))]


def _rank(subsets: Indices) -> Indices:
    """Return the place of subsets (ascending along the last axis) among those of their size."""
    size = subsets.shape[-1]
    top = int(subsets.max(initial=0)) + 1
    table = np.array([[comb(member, k + 1) for k in range(size)] for member in range(top)], dtype=np.intp)
    table = table.reshape(top, size)
    return np.asarray(table[subsets, np.arange(size)].sum(axis=-1), dtype=np.intp)


def _without_each(subsets: Indices) -> Indices:
    """Return the ranks of each subset without its first, second, … member; shape as the subsets."""
    size = subsets.shape[1]
    return np.stack([_rank(np.delete(subsets, k, axis=1)) for k in range(size)], axis=1)


def _with_each(subsets: Indices, count: int) -> tuple[Indices, Indices, Indices]:
    """Return for each subset and each element not in it: the rank of both together, its place there, the element."""
    member = np.zeros((len(subsets), count), dtype=bool)
    np.put_along_axis(member, subsets, True, axis=1)
    other = np.nonzero(~member)[1].reshape(len(subsets), -1)
    both = np.concatenate(
        [np.broadcast_to(subsets[:, None, :], (*other.shape, subsets.shape[1])), other[..., None]], axis=2
    )
    place = (subsets[:, None, :] < other[..., None]).sum(axis=2)
    return _rank(np.sort(both, axis=2)), place, other
