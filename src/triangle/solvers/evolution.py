"""Populations that adapt in steps: the replicator in generations, and best-response dynamics.

In continuous time see `triangle.solvers.replicator`. A rest point need be no equilibrium; the regret at the end of a
path tells.

Hofbauer, J. and Sigmund, K. (1998). Evolutionary Games and Population Dynamics. Cambridge University
Press. Gilboa, I. and Matsui, A. (1991). Social stability and equilibrium. Econometrica 59(3), 859–867.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import LARGEST, FloatArray
from .arrays import Games, action_payoffs, best_responses, mixed_strategies, read, shortfall

LONGEST = 2**28
"""How many shares a path may keep."""

Strategies = list[FloatArray]
Status = Literal["done", "failed"]


@dataclass(frozen=True, eq=False)
class AdaptationPath:
    """A path of mixed strategies.

    Attributes
    ----------
    times : ndarray, shape (T,)
    strategies : tuple of N ndarrays, player i's of shape (*batch, T, A_i)
    regret : ndarray, shape (*batch, N)
        What each player could still gain at the end of the path; zero for all at a Nash equilibrium.
    status : {"done", "failed"}
        ``"failed"``: continuous time could not be followed to the end, and the path ends early.
    """

    times: FloatArray
    strategies: tuple[FloatArray, ...]
    regret: FloatArray
    status: Status


@checked
def replicator_discrete(
    payoffs: ArrayLike,
    start: Sequence[ArrayLike],
    steps: int,
    background: float = 0.0,
    players: int | None = None,
) -> AdaptationPath:
    """Follow the replicator in generations: a share is multiplied by its fitness over its population's mean fitness.

    Parameters
    ----------
    payoffs, start, players
        As for `best_response_dynamics`.
    steps : int
    background : float
        Fitness is payoff plus this, and must be positive. The larger it is, the slower selection.

    Returns
    -------
    AdaptationPath
        With ``steps + 1`` times.

    Raises
    ------
    ValueError
        Unsound payoffs or strategies, steps below 0, or a fitness that is not positive.

    Examples
    --------
    >>> coordination = [[[2, 0], [0, 1]], [[2, 0], [0, 1]]]
    >>> replicator_discrete(coordination, ([0.5, 0.5], [0.5, 0.5]), 50, background=1).strategies[1][-1].round(6)
    array([1., 0.])
    """
    games = read(payoffs, players)
    if not abs(background) <= LARGEST:
        raise ValueError(f"background must not exceed {LARGEST:g} in absolute value, got {background!r}")
    if games.payoffs.size and not games.payoffs.min() + background > 0:
        raise ValueError(
            f"background: fitness must be positive, so more than {0.0 - games.payoffs.min()}; got {background}"
        )

    def grown(now: Strategies, _: int) -> Strategies:
        fitness = [worth + background for worth in action_payoffs(games, now)]
        return [share * f / (share * f).sum(axis=-1, keepdims=True) for share, f in zip(now, fitness, strict=True)]

    return _iterate(games, start, steps, grown)


@checked
def best_response_dynamics(
    payoffs: ArrayLike,
    start: Sequence[ArrayLike],
    steps: int,
    rate: float = 0.1,
    players: int | None = None,
) -> AdaptationPath:
    """Let part of each population go over to a best response, again and again.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    start : sequence of N array_like, player i's of shape (*batch, A_i)
        One game may be followed from a batch of starts, or a batch of games from one.
    steps : int
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    rate : float
        The part that revises in a step, above 0 and at most 1; small, it follows the continuous dynamics of Gilboa and
        Matsui (1991) with ``times`` in steps × rate. At 1 all reply at once.

    Returns
    -------
    AdaptationPath
        Among several best responses those who revise are spread evenly.

    Raises
    ------
    ValueError
        Unsound payoffs or strategies, steps below 0, or a rate outside its range.

    Examples
    --------
    >>> dilemma = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    >>> best_response_dynamics(dilemma, ([1, 0], [1, 0]), 3, rate=0.5).strategies[0][:, 1]
    array([0.   , 0.5  , 0.75 , 0.875])
    """
    games = read(payoffs, players)
    if not 0 < rate <= 1:
        raise ValueError(f"rate must be above 0 and at most 1, got {rate}")
    path = _iterate(games, start, steps, lambda now, _: _toward_best(games, now, rate))
    return AdaptationPath(path.times * rate, path.strategies, path.regret, path.status)


def first_strategies(games: Games, start: Sequence[ArrayLike]) -> Strategies:
    """Return the start as strategies of one batch shape, that of the games and the start together."""
    checked = mixed_strategies(games, start, "start")
    try:
        batch = np.broadcast_shapes(games.batch, *(share.shape[:-1] for share in checked))
    except ValueError:
        shapes = ", ".join(str(share.shape) for share in checked)
        raise ValueError(f"start: shapes {shapes} do not fit the batch of shape {games.batch}") from None
    return [np.array(np.broadcast_to(share, (*batch, share.shape[-1]))) for share in checked]


def _iterate(
    games: Games, start: Sequence[ArrayLike], steps: int, step: Callable[[Strategies, int], Strategies]
) -> AdaptationPath:
    """Repeat a step, and keep the whole path."""
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, got {steps}")
    now = first_strategies(games, start)
    entries = (steps + 1) * sum(share.size for share in now)
    if entries > LONGEST:
        raise ValueError(f"steps: a path of {steps} steps has {entries} shares; at most {LONGEST} are kept")
    path = [np.empty((steps + 1, *share.shape)) for share in now]
    for k in range(steps + 1):
        for kept, share in zip(path, now, strict=True):
            kept[k] = share
        if k < steps:
            now = step(now, k)
    strategies = tuple(np.moveaxis(kept, 0, -2) for kept in path)
    return AdaptationPath(np.arange(steps + 1.0), strategies, shortfall(action_payoffs(games, now), now), "done")


def _toward_best(games: Games, now: Strategies, part: float) -> Strategies:
    best = best_responses(games, now)
    replies = [marked / marked.sum(axis=-1, keepdims=True) for marked in best]
    return [share + part * (reply - share) for share, reply in zip(now, replies, strict=True)]
