"""Populations that adapt: the replicator of one population, the replicator in generations, and best-response dynamics.

Besides `triangle.solvers.replicator`, which follows one population per player in continuous time. A rest point need be
no equilibrium; the regret at the end of a path tells.

Taylor, P. D. and Jonker, L. B. (1978). Evolutionary stable strategies and game dynamics. Mathematical Biosciences
40(1–2), 145–156. Hofbauer, J. and Sigmund, K. (1998). Evolutionary Games and Population Dynamics. Cambridge University
Press. Gilboa, I. and Matsui, A. (1991). Social stability and equilibrium. Econometrica 59(3), 859–867.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import LARGEST, FloatArray, as_payoffs
from .arrays import Games, action_payoffs, best_responses, mixed_strategies, read

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
        ``"failed"``: the integrator gave up before the last time, and the path ends where it did.
    """

    times: FloatArray
    strategies: tuple[FloatArray, ...]
    regret: FloatArray
    status: Status


@checked
def replicator_symmetric(matrix: ArrayLike, start: ArrayLike, times: ArrayLike) -> AdaptationPath:
    """Follow the replicator dynamics of one population whose members meet at random.

    Parameters
    ----------
    matrix : array_like, shape (*batch, K, K)
        ``matrix[..., a, b]``: what a gets on meeting b.
    start : array_like, shape (*batch, K)
        A share of zero stays zero.
    times : array_like, shape (T,)
        Ascending, in units of one over payoff; the first is that of the start.

    Returns
    -------
    AdaptationPath
        With one population.

    Raises
    ------
    ValueError
        A matrix that is not square or not finite, a start that is no mixed strategy, or times that do not ascend.

    Notes
    -----
    The logarithms of the shares are integrated, so shares stay positive and sum to one however small they get. A batch
    is integrated with common steps.

    Examples
    --------
    Hawks and doves with a prize of 2 and a cost of 4: half of the population fights.

    >>> replicator_symmetric([[-1, 2], [0, 1]], [0.9, 0.1], [0, 50]).strategies[0][-1].round(6)
    array([0.5, 0.5])
    """
    table = as_payoffs(matrix, "matrix")
    if table.ndim < 2 or table.shape[-1] != table.shape[-2] or not table.shape[-1]:
        raise ValueError(f"matrix must have shape (*batch, K, K), got {table.shape}")
    # Only the shape matters here: one player, whose mixed strategy is the population's state.
    form = Games(np.zeros((*table.shape[:-2], 1, table.shape[-1])), table.shape[:-2])
    return _integrate(table, _start(form, [start])[0], times)


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
            f"background: fitness must be positive, so more than {-float(games.payoffs.min())}; got {background}"
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


def _start(games: Games, start: Sequence[ArrayLike]) -> Strategies:
    """Return the start as strategies of the batch's shape."""
    checked = mixed_strategies(games, start, "start")
    try:
        return [
            np.array(np.broadcast_to(share, (*games.batch, count)))
            for share, count in zip(checked, games.shape, strict=True)
        ]
    except ValueError:
        shapes = ", ".join(str(share.shape) for share in checked)
        raise ValueError(f"start: shapes {shapes} do not fit the batch of shape {games.batch}") from None


def _integrate(table: FloatArray, share: FloatArray, times: ArrayLike) -> AdaptationPath:
    """Integrate the logarithms of shares, which grow by payoff less mean payoff."""
    from scipy.integrate import solve_ivp

    moments = as_payoffs(times, "times")
    if moments.ndim != 1 or not len(moments) or (np.diff(moments) <= 0).any():
        raise ValueError(f"times must be a list of ascending numbers, got shape {moments.shape}")
    present = share > 0

    def worth(now: FloatArray) -> FloatArray:
        return np.asarray((table @ now[..., None])[..., 0])

    def share_of(logs: FloatArray) -> FloatArray:
        alive = np.where(present, logs.reshape(share.shape), -np.inf)
        grown = np.exp(alive - alive.max(axis=-1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=-1, keepdims=True))

    def growth(_: float, logs: FloatArray) -> FloatArray:
        now = share_of(logs)
        fitness = worth(now)
        return np.asarray(np.where(present, fitness - (fitness * now).sum(axis=-1, keepdims=True), 0.0).ravel())

    first = np.log(np.where(present, share, 1.0)).ravel()
    logs, done = np.repeat(first[:, None], len(moments), axis=1), True
    if len(moments) > 1 and len(first):
        ends = (moments[0], moments[-1])
        solved = solve_ivp(growth, ends, first, method="DOP853", t_eval=moments, rtol=1e-9, atol=1e-9)
        done = bool(solved.success)
        logs = solved.y if len(solved.t) else first[:, None]
    path = [share_of(column) for column in logs.T]
    regret = _regret([worth(path[-1])], [path[-1]])
    status: Status = "done" if done else "failed"
    return AdaptationPath(moments[: len(path)], (np.stack(path, axis=share.ndim - 1),), regret, status)


def _iterate(
    games: Games, start: Sequence[ArrayLike], steps: int, step: Callable[[Strategies, int], Strategies]
) -> AdaptationPath:
    """Repeat a step, and keep the whole path."""
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, got {steps}")
    now = _start(games, start)
    entries = (steps + 1) * sum(share.size for share in now)
    if entries > LONGEST:
        raise ValueError(f"steps: a path of {steps} steps has {entries} shares; at most {LONGEST} are kept")
    path = [np.empty((steps + 1, *share.shape)) for share in now]
    for k in range(steps + 1):
        for kept, share in zip(path, now, strict=True):
            kept[k] = share
        if k < steps:
            now = step(now, k)
    strategies = tuple(np.moveaxis(kept, 0, len(games.batch)) for kept in path)
    return AdaptationPath(np.arange(steps + 1.0), strategies, _regret(action_payoffs(games, now), now), "done")


def _toward_best(games: Games, now: Strategies, part: float) -> Strategies:
    best = best_responses(games, now)
    replies = [marked / marked.sum(axis=-1, keepdims=True) for marked in best]
    return [share + part * (reply - share) for share, reply in zip(now, replies, strict=True)]


def _regret(worth: Strategies, now: Strategies) -> FloatArray:
    gains = [w.max(axis=-1) - (w * share).sum(axis=-1) for w, share in zip(worth, now, strict=True)]
    return np.asarray(np.maximum(np.stack(gains, axis=-1), 0.0))
