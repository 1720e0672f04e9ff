"""Values of coalitional games: Shapley, Banzhaf, and Myerson's for players linked by a graph.

A game is an array of ``2**n`` worths indexed by bit mask: bit i of the index says whether player i belongs to the
coalition. Entry 0, the empty coalition's, is zero. Batch axes lead.

Shapley, L. S. (1953). A value for n-person games. In Contributions to the Theory of Games II (Annals of Mathematics
Studies 28). Princeton University Press. Banzhaf, J. F. (1965). Weighted voting doesn't work: a mathematical analysis.
Rutgers Law Review 19, 317–343. Dubey, P., & Shapley, L. S. (1979). Mathematical properties of the Banzhaf power index.
Mathematics of Operations Research 4(2), 99–131. Myerson, R. B. (1977). Graphs and cooperation in games. Mathematics of
Operations Research 2(3), 225–229.
"""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import TOLERANCE, FloatArray, as_payoffs
from .arrays import scale_of


@checked
def shapley(worth: ArrayLike) -> FloatArray:
    """Return the Shapley value: what each player adds on average when they join in random order.

    Parameters
    ----------
    worth : array_like, shape (*batch, 2**n)
        Indexed by coalition bit mask, 0 for the empty coalition.

    Returns
    -------
    ndarray, shape (*batch, n)
        The players' values sum to the worth of the coalition of all.

    Raises
    ------
    ValueError
        Not finite, not a power of two, or an empty coalition worth something.

    Examples
    --------
    Players 0 and 1 have a left glove each, player 2 a right one; a pair is worth 1.

    >>> gloves = [0, 0, 0, 0, 0, 1, 1, 1]
    >>> shapley(gloves).round(4)
    array([0.1667, 0.1667, 0.6667])
    """
    array = read_worth(worth)
    n = players_of(array)
    weights = np.array([1.0 / (n * comb(n - 1, size)) for size in range(n)])
    return _weighted_marginals(array, weights)


@checked
def banzhaf(worth: ArrayLike, normalised: bool = False) -> FloatArray:
    """Return the Banzhaf value: what each player adds on average when every coalition of the others is as likely.

    Parameters
    ----------
    worth : array_like, shape (*batch, 2**n)
        As for `shapley`.
    normalised : bool
        If true, the values are multiplied so that they sum to the worth of the coalition of all: in a simple game
        that is the Banzhaf index. NaN where they sum to zero.

    Returns
    -------
    ndarray, shape (*batch, n)

    Raises
    ------
    ValueError
        As `shapley`.

    Examples
    --------
    A majority of 3 of the 4 votes 2, 1 and 1.

    >>> majority = [0, 0, 0, 1, 0, 1, 0, 1]
    >>> banzhaf(majority), banzhaf(majority, normalised=True)
    (array([0.75, 0.25, 0.25]), array([0.6, 0.2, 0.2]))
    """
    array = read_worth(worth)
    n = players_of(array)
    values = _weighted_marginals(array, np.full(n, 0.5 ** (n - 1)))
    if not normalised:
        return values
    total = values.sum(axis=-1, keepdims=True)
    nothing = np.abs(total) <= TOLERANCE * scale_of(array, (-1,))
    return np.where(nothing, np.nan, values * array[..., -1:] / np.where(nothing, 1.0, total))


@checked
def myerson(worth: ArrayLike, graph: ArrayLike) -> FloatArray:
    """Return the Myerson value: the Shapley value when only players linked to each other can cooperate.

    Parameters
    ----------
    worth : array_like, shape (*batch, 2**n)
        As for `shapley`.
    graph : array_like of bool, shape (n, n)
        Symmetric; who is linked with whom. The diagonal is ignored.

    Returns
    -------
    ndarray, shape (*batch, n)

    Raises
    ------
    ValueError
        As `shapley`, or a graph that is not symmetric or not of this shape.

    Examples
    --------
    All coalitions of two or more are worth 1, and player 1 is the only link between the others.

    >>> line = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    >>> myerson([0, 0, 0, 1, 0, 1, 1, 1], line).round(4)
    array([0.1667, 0.6667, 0.1667])
    """
    return shapley(graph_restricted(worth, graph))


@checked
def graph_restricted(worth: ArrayLike, graph: ArrayLike) -> FloatArray:
    """Return Myerson's restricted game: a coalition is worth the sum over its parts that the graph holds together.

    Parameters, returns and errors are those of `myerson`, with worths in place of values.

    Examples
    --------
    >>> graph_restricted([0, 0, 0, 1, 0, 1, 1, 1], [[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    array([0., 0., 0., 1., 0., 0., 0., 1.])
    """
    array = read_worth(worth)
    n = players_of(array)
    links = np.asarray(graph)
    if links.shape != (n, n) or not np.isin(links, (0, 1)).all() or (links != links.T).any():
        raise ValueError(f"graph must be a symmetric bool array of shape {(n, n)}, got {links.dtype} {links.shape}")
    coalitions = np.arange(1 << n)
    near = np.zeros(1 << n, dtype=np.intp)
    for i in range(n):
        mask = sum(1 << j for j in range(n) if links[i, j])
        near = np.where(coalitions >> i & 1, near | mask, near)
    part = coalitions & -coalitions
    for _ in range(n):
        part = part | (near[part] & coalitions)
    # The rest of a coalition has a smaller index, so it is already done when its turn comes.
    out = np.zeros_like(array)
    for coalition in range(1, 1 << n):
        out[..., coalition] = array[..., part[coalition]] + out[..., coalition & ~part[coalition]]
    return out


@checked
def imputations(worth: ArrayLike) -> FloatArray:
    """Return the corners of the set of imputations: all get what they are worth alone, and one the rest besides.

    Parameters
    ----------
    worth : array_like, shape (2**n,)

    Returns
    -------
    ndarray, shape (n, n), or (0, n) if the players are worth less together than each alone
        One corner a row; row i gives the rest to player i.

    Raises
    ------
    ValueError
        As `shapley`, or a batch.

    Examples
    --------
    >>> imputations([0, 1, 2, 6])
    array([[4., 2.],
           [1., 5.]])
    """
    array = read_one_worth(worth)
    n = players_of(array)
    alone = array[1 << np.arange(n)]
    rest = array[-1] - alone.sum()
    if rest < -TOLERANCE * float(scale_of(array, (-1,))[0]):
        return np.zeros((0, n))
    return np.asarray(alone + np.eye(n) * max(rest, 0.0))


def read_worth(worth: ArrayLike) -> FloatArray:
    """Return worths as finite floats, or say what is wrong with them; see `shapley`."""
    array = as_payoffs(worth, "worth")
    size = array.shape[-1] if array.ndim else 0
    if size < 2 or size & (size - 1):
        raise ValueError(f"worth must have 2**n entries for n players, n at least 1; got shape {array.shape}")
    if array[..., 0].any():
        raise ValueError(f"worth: the empty coalition, entry 0, must be worth 0, got {array[..., 0].ravel().max()}")
    return array


def read_one_worth(worth: ArrayLike) -> FloatArray:
    """Check the worths of a single game: as `read_worth`, with ``ValueError`` for a batch."""
    array = read_worth(worth)
    if array.ndim > 1:
        raise ValueError(f"worth must be one game of shape (2**n,), got {array.shape}")
    return array


def players_of(worth: FloatArray) -> int:
    """Return the number of players of an array of worths."""
    return int(worth.shape[-1]).bit_length() - 1


def members_of(coalition: int) -> tuple[int, ...]:
    """Return the players of a coalition given by its bit mask.

    Examples
    --------
    >>> members_of(0b101)
    (0, 2)
    """
    return tuple(i for i in range(coalition.bit_length()) if coalition >> i & 1)


def coalition_sums(amounts: NDArray[Any]) -> NDArray[Any]:
    """Return the sum over each coalition's members, indexed by bit mask, shape (2**n,).

    Examples
    --------
    >>> coalition_sums(np.array([1, 10, 100]))
    array([  0,   1,  10,  11, 100, 101, 110, 111])
    """
    sums = np.zeros(1, dtype=amounts.dtype)
    for amount in amounts:
        sums = np.concatenate([sums, sums + amount])
    return sums


def _weighted_marginals(worth: FloatArray, weights: FloatArray) -> FloatArray:
    """Sum what each player adds to each coalition of the others, weighted by that coalition's size."""
    n = players_of(worth)
    sizes = np.bitwise_count(np.arange(1 << (n - 1)))
    values = np.empty((*worth.shape[:-1], n))
    for i in range(n):
        split = worth.reshape(*worth.shape[:-1], 1 << (n - 1 - i), 2, 1 << i)
        added = (split[..., 1, :] - split[..., 0, :]).reshape(*worth.shape[:-1], 1 << (n - 1))
        values[..., i] = added @ weights[sizes]
    return values
