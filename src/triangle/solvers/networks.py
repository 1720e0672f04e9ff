"""Which networks of links are stable, with and without transfers, and which are efficient.

A network among ``n`` players is a number: bit ``k`` says whether link ``k`` of `links` is there. What each network is
worth to each player is an array of shape ``(*batch, 2**L, n)`` with ``L = n (n - 1) / 2``.

Jackson, M. O. and Wolinsky, A. (1996). A strategic model of social and economic networks. Journal of Economic Theory
71(1), 44–74.
Bloch, F. and Jackson, M. O. (2006). Definitions of equilibrium in network formation games. International Journal of
Game Theory 34(3), 305–318.
Bloch, F. and Jackson, M. O. (2007). The formation of networks with transfers among players. Journal of Economic Theory
133(1), 83–110.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, FloatArray, as_payoffs
from .arrays import margin_factor, scale_of, scale_of_sum

MOST_PLAYERS = 6
"""Six players have 2**15 networks; seven would have two million."""


def links(players: int) -> tuple[tuple[int, int], ...]:
    """Return all links in the order of their bits.

    Raises
    ------
    ValueError
        Fewer than one or more than `MOST_PLAYERS` players.

    Examples
    --------
    >>> links(3)
    ((0, 1), (0, 2), (1, 2))
    """
    if players not in range(1, MOST_PLAYERS + 1):
        raise ValueError(f"players must be 1–{MOST_PLAYERS}, got {players!r}")
    return tuple(combinations(range(players), 2))


def adjacency(players: int) -> BoolArray:
    """Return the adjacency matrices of all networks, shape (2**L, n, n).

    Examples
    --------
    >>> adjacency(3)[0b101].astype(int).tolist()
    [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    """
    pairs = links(players)
    networks = np.arange(2 ** len(pairs))
    out = np.zeros((len(networks), players, players), dtype=bool)
    for bit, (i, j) in enumerate(pairs):
        out[:, i, j] = out[:, j, i] = networks >> bit & 1
    return out


@checked
def network_utilities(utility: Callable[[BoolArray], ArrayLike], players: int) -> FloatArray:
    """Return what a function says that each network is worth to each player, shape (2**L, n).

    Parameters
    ----------
    utility : callable
        Takes a bool adjacency matrix of shape (n, n), returns n numbers.
    players : int

    Raises
    ------
    ValueError
        Too many players; an answer that is not n finite numbers.

    Examples
    --------
    >>> network_utilities(lambda linked: linked.sum(axis=1), 3)[0b101]
    array([1., 2., 1.])
    """
    rows = [np.asarray(utility(network), dtype=np.float64) for network in adjacency(players)]
    wrong = next((row.shape for row in rows if row.shape != (players,)), None)
    if wrong is not None:
        raise ValueError(f"utility must return {players} numbers, one per player; got shape {wrong}")
    return as_payoffs(np.stack(rows), "utility")


@checked
def pairwise_stable_networks(
    utilities: ArrayLike, transferable: bool = False, tolerance: float = TOLERANCE
) -> BoolArray:
    """Return the networks that no player leaves by cutting a link and no pair by adding one.

    Parameters
    ----------
    utilities : array_like, shape (*batch, 2**L, n)
    transferable : bool
        Without transfers (Jackson and Wolinsky 1996) a link is kept if neither end gains by cutting it, and added if
        one end gains and the other does not lose. With them (Bloch and Jackson 2006, 2007) a link is there if and
        only if the two ends do not lose by it in sum.
    tolerance : float
        Differences up to this share of a player's range of utilities are none.

    Returns
    -------
    ndarray of bool, shape (*batch, 2**L)
        There may be none, as networks can improve in circles.

    Raises
    ------
    ValueError
        Not finite numbers, or a shape that is not that of a value for every network and player.

    Examples
    --------
    Three players, a link worth 1 to both ends if it is the only one and nothing otherwise:

    >>> alone = network_utilities(lambda linked: linked.sum(axis=1) * (linked.sum() == 2), 3)
    >>> np.flatnonzero(pairwise_stable_networks(alone)).tolist()
    [1, 2, 4, 7]
    """
    array, players = _read(utilities)
    factor = margin_factor(tolerance)
    networks = np.arange(array.shape[-2])
    margins = [factor * scale_of(array[..., i], (-1,)) for i in range(players)]
    stable = np.ones(array.shape[:-1], dtype=bool)
    for bit, (i, j) in enumerate(links(players)):
        linked = (networks >> bit & 1).astype(bool)
        gain = array[..., networks | 1 << bit, :] - array[..., networks & ~(1 << bit), :]
        if transferable:
            margin = factor * scale_of_sum([array[..., i], array[..., j]], (-1,))
            total = gain[..., i] + gain[..., j]
            stable &= np.where(linked, total >= -margin, total <= margin)
        else:
            gains_i, gains_j = gain[..., i] > margins[i], gain[..., j] > margins[j]
            keeps_i, keeps_j = gain[..., i] >= -margins[i], gain[..., j] >= -margins[j]
            added = (gains_i & keeps_j) | (gains_j & keeps_i)
            stable &= np.where(linked, keeps_i & keeps_j, ~added)
    return stable


@checked
def efficient_networks(utilities: ArrayLike, tolerance: float = TOLERANCE) -> BoolArray:
    """Return the strongly efficient networks: those with the greatest sum of utilities, ties included.

    Parameters
    ----------
    utilities : array_like, shape (*batch, 2**L, n)
    tolerance : float

    Returns
    -------
    ndarray of bool, shape (*batch, 2**L)

    Examples
    --------
    >>> np.flatnonzero(efficient_networks(connections_utilities(3, delta=0.5, cost=0.4))).tolist()
    [3, 5, 6]
    """
    array, players = _read(utilities)
    margin = margin_factor(tolerance) * scale_of_sum([array[..., i] for i in range(players)], (-1,))
    total = array.sum(axis=-1)
    return np.asarray(total >= total.max(axis=-1, keepdims=True) - margin)


@checked
def connections_utilities(
    players: int, delta: ArrayLike, cost: ArrayLike, worth: ArrayLike | None = None
) -> FloatArray:
    """Return the utilities of the connections model of Jackson and Wolinsky (1996).

    Player ``i`` gets ``delta**t * worth[i, j]`` from every player ``j`` that is ``t`` links away (nothing if there is
    no path) and pays ``cost`` for each of its links.

    Parameters
    ----------
    players : int
    delta, cost : array_like
        In [0, 1) and at least 0; they broadcast to the batch.
    worth : array_like, shape (n, n), optional
        1 if not given.

    Returns
    -------
    ndarray, shape (*batch, 2**L, n)

    Raises
    ------
    ValueError
        A number out of its range, or worths that are not of that shape.

    Examples
    --------
    >>> connections_utilities(3, delta=0.5, cost=0.25)[0b011].tolist()
    [0.5, 0.5, 0.5]
    """
    decay, price = np.broadcast_arrays(as_payoffs(delta, "delta"), as_payoffs(cost, "cost"))
    if ((decay < 0) | (decay >= 1)).any() or (price < 0).any():
        raise ValueError("delta must be in [0, 1) and cost 0 or more")
    value = np.ones((players, players)) if worth is None else as_payoffs(worth, "worth")
    if value.shape != (players, players):
        raise ValueError(f"worth must have shape {(players, players)}, got {value.shape}")
    linked = adjacency(players)
    steps = _distances(linked)
    reach = np.where(steps > 0, value, 0.0)
    benefit = (decay[..., None, None, None] ** np.maximum(steps, 0) * reach).sum(axis=-1)
    return np.asarray(benefit - price[..., None, None] * linked.sum(axis=-1))


@checked
def coauthor_utilities(players: int) -> FloatArray:
    """Return the utilities of the co-author model of Jackson and Wolinsky (1996), shape (2**L, n).

    With ``n_i`` projects, player ``i`` gets ``1/n_i + 1/n_j + 1/(n_i n_j)`` from one with ``j``.

    Parameters
    ----------
    players : int

    Returns
    -------
    ndarray, shape (2**L, n)

    Examples
    --------
    >>> coauthor_utilities(3)[[0b001, 0b011]].tolist()
    [[3.0, 3.0, 0.0], [4.0, 2.0, 2.0]]
    """
    linked = adjacency(players)
    share = 1.0 / np.maximum(linked.sum(axis=-1), 1)
    own, other = share[:, :, None], share[:, None, :]
    return np.asarray((linked * (own + other + own * other)).sum(axis=-1))


def _distances(linked: BoolArray) -> NDArray[np.int64]:
    """Return the number of links on a shortest path between players, 0 where there is none."""
    players = linked.shape[-1]
    steps = np.zeros(linked.shape, dtype=np.int64)
    reached = np.broadcast_to(np.eye(players, dtype=bool), linked.shape)
    for step in range(1, players):
        further = (reached[..., :, :, None] & linked[..., None, :, :]).any(axis=-2)
        steps[further & ~reached] = step
        reached = reached | further
    return steps


def _read(utilities: ArrayLike) -> tuple[FloatArray, int]:
    array = as_payoffs(utilities, "utilities")
    players = array.shape[-1] if array.ndim >= 2 else 0
    if players not in range(1, MOST_PLAYERS + 1) or array.shape[-2] != 2 ** len(links(players)):
        raise ValueError(
            f"utilities must have shape (*batch, 2**(n*(n-1)/2), n) with n players, at most {MOST_PLAYERS}; "
            f"got {array.shape}"
        )
    return array, players
