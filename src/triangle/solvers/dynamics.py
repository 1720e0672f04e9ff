"""Populations and players that learn: the replicator equation and fictitious play.

Brown, G. W. (1951). Iterative solution of games by fictitious play. In Activity Analysis of Production and Allocation,
374–376. Wiley.
Taylor, P. D. and Jonker, L. B. (1978). Evolutionary stable strategies and game dynamics. Mathematical Biosciences
40(1–2), 145–156.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import check_count, checked, shown
from ..game import TOLERANCE, FloatArray, as_payoffs
from .arrays import Games, action_payoffs, best_responses, margin_factor, mixed_strategies, read, read_one

MOST_ROUNDS = 10**9


@dataclass(frozen=True, eq=False)
class ReplicatorPath:
    """Shares of the actions over time.

    Attributes
    ----------
    time : ndarray, shape (T,)
    strategies : tuple of ndarray, shape (T, A_i) each
        One per population.
    completed : bool
        Whether the integration reached the last time; if not, the path ends early.
    """

    time: FloatArray
    strategies: tuple[FloatArray, ...]
    completed: bool


@checked
def replicator(
    payoffs: ArrayLike, start: Sequence[ArrayLike], time: ArrayLike, precision: float = 1e-9
) -> ReplicatorPath:
    """Follow the replicator equation, one population per player (Taylor and Jonker 1978).

    The share of an action grows at the rate by which its payoff exceeds the population's average. Shares are followed
    as logarithms, so that none becomes negative and an action that is absent stays so. A single population that plays a
    symmetric game against itself is two populations that start alike.

    Parameters
    ----------
    payoffs : array_like, shape (N, A_1, …, A_N)
        One game.
    start : sequence of N array_like, shape (A_i,) each
    time : array_like, shape (T,)
        Increasing; the first is the time of the start. In units of one over payoff.
    precision : float
        Relative and absolute error of the logarithms that a step may make.

    Returns
    -------
    ReplicatorPath

    Raises
    ------
    ValueError
        Unsound payoffs, or a batch; a start that is no mixed strategy of every player; times that do not increase.

    Examples
    --------
    Defection spreads in the prisoners' dilemma.

    >>> path = replicator([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], [[0.9, 0.1], [0.9, 0.1]], [0, 5, 10])
    >>> path.strategies[0][:, 1].round(2)
    array([0.1 , 0.99, 1.  ])
    """
    from scipy.integrate import solve_ivp

    if not 1e-13 <= precision <= 1:
        raise ValueError(f"precision must be from 1e-13 to 1, got {precision!r}")
    games = read_one(payoffs)
    shares = mixed_strategies(games, start, "start")
    when = as_payoffs(time, "time")
    if when.ndim != 1 or len(when) < 2 or (np.diff(when) <= 0).any():
        raise ValueError(f"time must be two or more increasing numbers, got shape {when.shape}")
    if any(share.ndim != 1 for share in shares):
        raise ValueError("start must be one mixed strategy per player, not a batch")
    cuts = np.cumsum(games.shape)[:-1]
    absent = np.concatenate(shares) == 0
    logs = np.log(np.where(absent, 1.0, np.concatenate(shares)))

    def present(state: FloatArray) -> list[FloatArray]:
        parts = np.split(np.where(absent, -np.inf, state), cuts)
        weights = [np.exp(part - part.max()) for part in parts]
        return [weight / weight.sum() for weight in weights]

    def growth(_: float, state: FloatArray) -> FloatArray:
        now = present(state)
        worth = action_payoffs(games, now)
        return np.where(absent, 0.0, np.concatenate([w - w @ x for w, x in zip(worth, now, strict=True)]))

    found = solve_ivp(growth, (when[0], when[-1]), logs, "DOP853", when, rtol=precision, atol=precision)
    states = [present(state) for state in found.y.T]
    strategies = tuple(np.array([state[i] for state in states]) for i in range(games.players))
    return ReplicatorPath(np.asarray(found.t), strategies, bool(found.success))


@dataclass(frozen=True, eq=False)
class FictitiousPlay:
    """What was played, and how often.

    Attributes
    ----------
    frequencies : tuple of ndarray, shape (*batch, A_i) each
        The share of rounds in which each action was played.
    regret : ndarray, shape (*batch, N)
        What a player could gain against these shares; near zero where they are near an equilibrium.
    rounds : int
    """

    frequencies: tuple[FloatArray, ...]
    regret: FloatArray
    rounds: int


@checked
def fictitious_play(
    payoffs: ArrayLike, rounds: int, seed: int = 0, players: int | None = None, tolerance: float = TOLERANCE
) -> FictitiousPlay:
    """Let players best respond to how often the others have played what (Brown 1951).

    All move at once; the first actions and ties are drawn at random. Frequencies come near the equilibria of zero-sum
    and some other games, but need not converge: the regret says how far off they are.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    rounds : int
        At least 1.
    seed : int
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float
        Differences up to this share of a player's payoff scale are ties.

    Returns
    -------
    FictitiousPlay

    Raises
    ------
    ValueError
        Unsound payoffs; no round.

    Examples
    --------
    >>> pennies = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
    >>> bool((abs(fictitious_play(pennies, 2000).frequencies[0] - 0.5) < 0.05).all())
    True
    """
    games = read(payoffs, players)
    if not 1 <= rounds <= MOST_ROUNDS:
        raise ValueError(f"rounds must be 1 or more and at most {MOST_ROUNDS}, got {shown(rounds)}")
    margin_factor(tolerance)
    rng = np.random.default_rng(check_count("seed", seed, 0))
    counts = [_drawn(np.ones((*games.batch, n), dtype=bool), rng) for n in games.shape]
    for done in range(1, rounds):
        best = best_responses(games, [count / done for count in counts], tolerance)
        counts = [count + _drawn(mask, rng) for count, mask in zip(counts, best, strict=True)]
    frequencies = tuple(count / rounds for count in counts)
    return FictitiousPlay(frequencies, _regret(games, frequencies), rounds)


def _drawn(allowed: np.ndarray, rng: np.random.Generator) -> FloatArray:
    """Return one of the allowed actions at random, as a pure strategy."""
    pick = np.where(allowed, rng.random(allowed.shape), -1.0).argmax(axis=-1)
    return np.asarray(np.arange(allowed.shape[-1]) == pick[..., None], dtype=np.float64)


def _regret(games: Games, strategies: Sequence[FloatArray]) -> FloatArray:
    worth = action_payoffs(games, strategies)
    gains = [w.max(axis=-1) - (w * x).sum(axis=-1) for w, x in zip(worth, strategies, strict=True)]
    return np.asarray(np.maximum(np.stack(gains, axis=-1), 0.0))
