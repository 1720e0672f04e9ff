"""Pure-strategy Nash equilibria of one game or a batch.

Nash, J. (1951). Non-cooperative games. Annals of Mathematics 54(2), 286–295.
"""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, FloatArray
from .arrays import Games, margin_factor, read, scale_of

BLOCK = 2**17
"""Payoffs in one block of games: enough to fill long vectors, few enough to stay in a core's cache."""


@checked
def pure_nash(payoffs: ArrayLike, players: int | None = None, tolerance: float = TOLERANCE) -> BoolArray:
    """Return the profiles from which no player gains by moving alone.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float
        Gains up to this share of a player's payoff scale in the game are none, so that ties are equilibria.

    Returns
    -------
    ndarray of bool, shape (*batch, A_1, …, A_N)
        Empty for an empty batch. A player with one action never gains; in a game of zeros every profile is stable.

    Raises
    ------
    ValueError
        Unsound payoffs (see `triangle.solvers.arrays.read`); a tolerance that is negative or not finite.

    Examples
    --------
    >>> stag_hunt = [[[4, 0], [3, 3]], [[4, 3], [0, 3]]]
    >>> pure_nash(stag_hunt)
    array([[ True, False],
           [False,  True]])
    >>> pure_nash(np.zeros((1000, 3, 4, 6, 6))).shape
    (1000, 4, 6, 6)
    """
    games = read(payoffs, players)
    return nash_mask(games, tuple(range(games.players)), tolerance)


def nash_mask(games: Games, movers: tuple[int, ...], tolerance: float = TOLERANCE) -> BoolArray:
    """Return the profiles from which none of ``movers`` gains by moving alone, shape (*batch, A_1, …, A_N)."""
    factor = margin_factor(tolerance)
    flat = games.flat()
    out = np.ones((len(flat), games.size), dtype=bool)
    step = max(1, BLOCK // max(1, games.players * games.size))
    for start in range(0, len(flat) if movers else 0, step):
        # Games last: every operation then runs along whole vectors of games.
        block = np.ascontiguousarray(flat[start : start + step].transpose(1, 2, 0))
        out[start : start + step] = _stable(block, games.shape, movers, factor).T
    return out.reshape(*games.batch, *games.shape)


def _stable(block: FloatArray, shape: tuple[int, ...], movers: tuple[int, ...], factor: float) -> BoolArray:
    """Return the mask (profiles, games) for payoffs (N, profiles, games)."""
    count = block.shape[-1]
    stable = np.ones((*shape, count), dtype=bool)
    for player in movers:
        own = block[player].reshape(*shape, count)
        margin = factor * scale_of(block[player], (0,))
        stable &= own >= own.max(axis=player, keepdims=True) - margin.reshape(*(1,) * len(shape), count)
    return stable.reshape(prod(shape), count)
