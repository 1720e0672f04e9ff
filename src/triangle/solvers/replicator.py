"""The replicator equation: populations in which an action spreads at the rate by which it does better than average.

Taylor, P. D. and Jonker, L. B. (1978). Evolutionary stable strategies and game dynamics. Mathematical Biosciences
40(1–2), 145–156.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import FloatArray, as_payoffs
from .arrays import Games, action_payoffs, read, shortfall
from .evolution import LONGEST, AdaptationPath, Strategies, first_strategies

FINEST = 3e-14
"""The smallest error that a step in double precision can be held to."""

MOST_STEPS = 100_000


@checked
def replicator(
    payoffs: ArrayLike,
    start: Sequence[ArrayLike],
    times: ArrayLike,
    precision: float = 1e-9,
    players: int | None = None,
) -> AdaptationPath:
    """Follow the replicator equation, one population per player (Taylor and Jonker 1978).

    The share of an action grows at the rate by which its payoff exceeds the population's average. A single population
    that plays a symmetric game against itself is two populations that start alike, or `replicator_symmetric`.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    start : sequence of N array_like, player i's of shape (*batch, A_i)
        A share of zero stays zero. One game may be followed from a batch of starts, or a batch of games from one.
    times : array_like, shape (T,)
        Ascending, in units of one over payoff; the first is that of the start.
    precision : float
        Relative and absolute error of the logarithms of a game's shares that a step may make, from 1e-13 to 1.
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.

    Returns
    -------
    AdaptationPath

    Raises
    ------
    ValueError
        Unsound payoffs; a start that is no mixed strategy of every player; times that do not ascend.

    Notes
    -----
    The logarithms of the shares are integrated, so shares stay positive and sum to one however small they get. A batch
    takes common steps, held to the error that each of its games would be held to alone. Payoffs that drive the shares
    round very often between the first and the last time end in the status ``"failed"`` after 100,000 steps.

    Examples
    --------
    Defection spreads in the prisoners' dilemma.

    >>> path = replicator([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], [[0.9, 0.1], [0.9, 0.1]], [0, 5, 10])
    >>> path.strategies[0][:, 1].round(2)
    array([0.1 , 0.99, 1.  ])
    """
    games = read(payoffs, players)
    return _follow(lambda now: action_payoffs(games, now), first_strategies(games, start), times, precision)


@checked
def replicator_symmetric(
    matrix: ArrayLike, start: ArrayLike, times: ArrayLike, precision: float = 1e-9
) -> AdaptationPath:
    """Follow the replicator dynamics of one population whose members meet at random.

    Parameters
    ----------
    matrix : array_like, shape (*batch, K, K)
        ``matrix[..., a, b]``: what a gets on meeting b.
    start : array_like, shape (*batch, K)
    times, precision
        As for `replicator`.

    Returns
    -------
    AdaptationPath
        With one population.

    Raises
    ------
    ValueError
        A matrix that is not square or not finite, a start that is no mixed strategy, or times that do not ascend.

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
    return _follow(
        lambda now: [np.asarray((table @ now[0][..., None])[..., 0])], first_strategies(form, [start]), times, precision
    )


def _follow(
    worth: Callable[[Strategies], Strategies], start: Strategies, times: ArrayLike, precision: float
) -> AdaptationPath:
    """Integrate the logarithms of shares, which grow by payoff less mean payoff."""
    if not 1e-13 <= precision <= 1:
        raise ValueError(f"precision must be from 1e-13 to 1, got {precision!r}")
    moments = as_payoffs(times, "times")
    if moments.ndim != 1 or not len(moments):
        raise ValueError(f"times must be a list of ascending numbers, got shape {moments.shape}")
    late = np.flatnonzero(np.diff(moments) <= 0) + 1
    if len(late):
        raise ValueError(f"times must ascend; entry {late[0]} is {moments[late[0]]} after {moments[late[0] - 1]}")
    shares = np.concatenate(start, axis=-1)
    if shares.size * len(moments) > LONGEST:
        raise ValueError(
            f"times: a path of {len(moments)} times has {shares.size * len(moments)} shares; at most {LONGEST} are kept"
        )
    cuts = np.cumsum([share.shape[-1] for share in start])[:-1]
    present = shares > 0

    def shares_of(logs: FloatArray) -> Strategies:
        alive = np.split(np.where(present, logs.reshape(shares.shape), -np.inf), cuts, axis=-1)
        grown = [np.exp(part - part.max(axis=-1, keepdims=True)) for part in alive]
        return [part / part.sum(axis=-1, keepdims=True) for part in grown]

    def growth(_: float, logs: FloatArray) -> FloatArray:
        now = shares_of(logs)
        ahead = [w - (w * share).sum(axis=-1, keepdims=True) for w, share in zip(worth(now), now, strict=True)]
        return np.asarray(np.where(present, np.concatenate(ahead, axis=-1), 0.0).ravel())

    first = np.log(np.where(present, shares, 1.0)).ravel()
    # The integrator holds the mean square over all games to the square of the error; so no game alone exceeds its own.
    error = max(precision / max(1, present[..., 0].size) ** 0.5, FINEST)
    path = [shares_of(logs) for logs in _solutions(growth, first, moments, error)]
    strategies = tuple(np.stack(population, axis=shares.ndim - 1) for population in zip(*path, strict=True))
    regret = shortfall(worth(path[-1]), path[-1])
    return AdaptationPath(moments[: len(path)], strategies, regret, "done" if len(path) == len(moments) else "failed")


def _solutions(
    growth: Callable[[float, FloatArray], FloatArray], first: FloatArray, moments: FloatArray, error: float
) -> list[FloatArray]:
    """Return the state at each moment, fewer if the integrator gives up or takes too many steps."""
    from scipy.integrate import DOP853

    kept = [first]
    if not first.size or len(moments) == 1:
        return kept * len(moments)
    solver = DOP853(growth, moments[0], first, moments[-1], rtol=error, atol=error)
    for _ in range(MOST_STEPS):
        if len(kept) == len(moments):
            break
        solver.step()
        if solver.status == "failed":
            break
        reached = moments[len(kept) : int(np.searchsorted(moments, solver.t, side="right"))]
        if len(reached):
            between = solver.dense_output()
            kept.extend(between(moment) for moment in reached)
    return kept
