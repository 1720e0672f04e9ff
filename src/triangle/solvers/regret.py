"""Regret: what each player could still gain by moving alone; zero for all players exactly at a Nash equilibrium.

Every solver's answer is judged by it, computed anew from the payoffs. Nash, J. (1951). Non-cooperative games. Annals
of Mathematics 54(2), 286–295.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked, shown
from ..game import FloatArray
from .arrays import Games, action_payoffs, mixed_strategies, read, shortfall


@checked
def regret(payoffs: ArrayLike, strategies: Sequence[ArrayLike] | ArrayLike, players: int | None = None) -> FloatArray:
    """Return what each player could still gain by moving alone.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    strategies : sequence of N array_like, or integers
        One mixed strategy per player, player i's of shape ``(*batch, A_i)``; or a pure profile: N integers, or an
        array of integers of shape ``(*batch, N)``. Batches broadcast against the games'.
    players : int, optional
        Where the shape of the payoffs leaves it open; see `triangle.solvers.arrays`.

    Returns
    -------
    ndarray, shape (*batch, N)
        Not negative, in units of the payoffs.

    Raises
    ------
    ValueError
        Unsound payoffs (see `triangle.solvers.arrays.read`); not one strategy per player; an action that does not
        exist; probabilities that do not fit the actions or do not sum to 1 within 1e-6 (what passes is normalised);
        batches that do not broadcast.

    Examples
    --------
    >>> dilemma = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    >>> regret(dilemma, (0, 0)), regret(dilemma, (1, 1))
    (array([2., 2.]), array([0., 0.]))
    >>> regret(dilemma, ([0.5, 0.5], [0.0, 1.0]))
    array([0.5, 0. ])
    """
    games = read(payoffs, players)
    pure = _pure_profiles(games, strategies)
    if pure is not None:
        chosen = [_unit(pure[..., player], count) for player, count in enumerate(games.shape)]
    else:
        if not isinstance(strategies, Sequence | np.ndarray) or getattr(strategies, "ndim", 1) == 0:
            raise ValueError(f"strategies: one per player, so {games.players}; got {shown(strategies)}")
        chosen = mixed_strategies(games, list(strategies))
        batches = [games.batch, *(strategy.shape[:-1] for strategy in chosen)]
        try:
            np.broadcast_shapes(*batches)
        except ValueError:
            told = ", ".join(map(str, batches))
            raise ValueError(f"strategies: batches of payoffs and strategies do not broadcast: {told}") from None
    return shortfall(action_payoffs(games, chosen), chosen)


def profile_regrets(games: Games) -> FloatArray:
    """Return each player's regret at every pure profile, in the shape of the payoffs."""
    gains = [games.own(i).max(axis=games.axis(i), keepdims=True) - games.own(i) for i in range(games.players)]
    return np.stack(gains, axis=len(games.batch))


def _pure_profiles(games: Games, strategies: object) -> np.ndarray | None:
    """Return the strategies as an array of actions, shape (*batch, N), if that is what they are."""
    try:
        array = np.asarray(strategies)
    except ValueError:
        return None
    shapes = ((games.players,), (*games.batch, games.players))
    if array.dtype.kind not in "iu" or array.shape not in shapes:
        return None
    for player, count in enumerate(games.shape):
        own = array[..., player]
        if ((own < 0) | (own >= count)).any():
            bad = int(own[(own < 0) | (own >= count)].flat[0])
            raise ValueError(f"strategies: player {player} has actions 0–{count - 1}, got {bad}")
    return array


def _unit(actions: np.ndarray, count: int) -> FloatArray:
    return np.asarray(np.arange(count) == actions[..., None], dtype=np.float64)
