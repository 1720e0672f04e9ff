"""Repetition: how patient players must be to keep a promise, and what two patient players can get.

Payoffs of the repeated game are averages, ``(1 − δ) Σ δ^t u_t``, so that they compare with those of one round.

Abreu, D. (1986). Extremal equilibria of oligopolistic supergames. Journal of Economic Theory 39(1), 191–225.
Friedman, J. W. (1971). A non-cooperative equilibrium for supergames. Review of Economic Studies 38(1), 1–12.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import check_count, checked
from ..game import TOLERANCE, FloatArray
from .arrays import Games, margin_factor, read
from .regret import profile_regrets

_HALVINGS = 52


@checked
def critical_discount(
    payoffs: ArrayLike,
    cooperate: Sequence[int],
    punish: Sequence[int],
    players: int | None = None,
    tolerance: float = TOLERANCE,
) -> FloatArray:
    """Return how patient each player must be to cooperate under a grim trigger (Friedman 1971).

    All cooperate until someone deviates, and from then on play the punishment for ever. With best deviation ``d``,
    cooperation ``c`` and punishment ``p`` a player keeps to it if ``c >= (1 - δ) d + δ p``: from
    ``δ = (d - c) / (d - p)`` on.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    cooperate, punish : sequence of N int
        The profile promised and the profile threatened. The threat is taken at its word. It is credible at every
        discount factor if it is an equilibrium of the single round: see `triangle.solvers.regret`.
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float
        Gains and losses up to this share of a player's payoff scale are none.

    Returns
    -------
    ndarray, shape (*batch, N)
        The smallest discount factor at which the player cooperates: 0 where no deviation pays even in the round it is
        made, infinite where one does and no discount factor below 1 suffices, since the punishment is no worse than
        cooperation. All cooperate from the largest of them on, unless one likes the punishment better than
        cooperation and is so patient that it invites it.

    Raises
    ------
    ValueError
        Unsound payoffs (see `triangle.solvers.arrays.read`); a profile that does not name an action of every player.

    Examples
    --------
    >>> dilemma = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    >>> critical_discount(dilemma, cooperate=(0, 0), punish=(1, 1))
    array([0.5, 0.5])
    >>> critical_discount(dilemma, cooperate=(0, 1), punish=(1, 1))
    array([inf,  0.])
    """
    games = read(payoffs, players)
    gain, loss, margin = _stakes(games, cooperate, punish, tolerance)
    return _ratio(gain, gain + loss, (gain <= margin), (loss <= margin))


@checked
def stick_and_carrot(
    payoffs: ArrayLike,
    cooperate: Sequence[int],
    punish: Sequence[int],
    players: int | None = None,
    tolerance: float = TOLERANCE,
    rounds: int = 1,
) -> FloatArray:
    """Return how patient each player must be for some rounds of punishment, then forgiveness, to hold (Abreu 1986).

    After a deviation, from cooperation or from the punishment itself, all play the punishment for T rounds and then
    cooperate again. A player keeps to the promise if what it could gain is at most ``(δ + … + δ^T) (c - p)``, and to
    the punishment if what it could gain in its first round, where it is hardest, is at most ``δ^T (c - p)``.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    cooperate, punish : sequence of N int
        The profile promised (the carrot) and the one played for a round after a deviation (the stick). It need be no
        equilibrium.
    players : int, optional
    tolerance : float
        As for `critical_discount`.
    rounds : int
        The number T of rounds of punishment.

    Returns
    -------
    ndarray, shape (*batch, N)
        The smallest discount factor at which the player keeps to both: 0 where no deviation pays even at once,
        infinite where one does and no discount factor below 1 suffices. If all are finite and nobody likes the
        punishment better than cooperation, it is a subgame-perfect equilibrium from the largest of them on.

    Raises
    ------
    ValueError
        As for `critical_discount`; a number of rounds that is not a whole number from 1 on.

    Examples
    --------
    In the prisoners' dilemma one round of mutual defection loses 2, as much as defecting gains: only just too little.

    >>> stick_and_carrot([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], cooperate=(0, 0), punish=(1, 1))
    array([inf, inf])
    >>> stick_and_carrot([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], cooperate=(0, 0), punish=(1, 1), rounds=2)
    array([0.618..., 0.618...])
    >>> stick_and_carrot([[[4, 0], [5, 1]], [[4, 5], [0, 1]]], cooperate=(0, 0), punish=(1, 1))
    array([0.333..., 0.333...])
    """
    games = read(payoffs, players)
    check_count("rounds", rounds, 1, 10**9)
    gain, loss, margin = _stakes(games, cooperate, punish, tolerance)
    escape = _at(games, profile_regrets(games), punish, "punish")
    promise = _ratio(gain, loss, gain <= margin, rounds * loss - gain <= margin)
    stick = _ratio(escape, loss, escape <= margin, loss - escape <= margin)
    return np.maximum(_discount_of_sum(promise, int(rounds)), stick ** (1.0 / rounds))


def _stakes(
    games: Games, cooperate: Sequence[int], punish: Sequence[int], tolerance: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each player's gain from deviating, loss from the punishment, and what counts as none: (*batch, N)."""
    gain = _at(games, profile_regrets(games), cooperate, "cooperate")
    loss = _at(games, games.payoffs, cooperate, "cooperate") - _at(games, games.payoffs, punish, "punish")
    margin = margin_factor(tolerance) * games.scale.reshape(*games.batch, games.players)
    return gain, loss, margin


def _at(games: Games, values: FloatArray, profile: Sequence[int], name: str) -> FloatArray:
    """Return the values at a profile, shape (*batch, N)."""
    actions = np.asarray(profile)
    if actions.shape != (games.players,) or actions.dtype.kind not in "iu":
        raise ValueError(f"{name} must name an action of each of the {games.players} players, got {profile!r}")
    if ((actions < 0) | (actions >= games.shape)).any():
        raise ValueError(f"{name}: the players have {games.shape} actions, counted from 0; got {profile!r}")
    return np.asarray(values[(..., *actions.tolist())])


def _discount_of_sum(wanted: FloatArray, rounds: int) -> FloatArray:
    """Return the discount factor whose first powers, ``rounds`` of them, add up to what is wanted; infinity stays."""
    low, high = np.zeros(wanted.shape), np.ones(wanted.shape)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        enough = -middle * np.expm1(rounds * np.log(middle)) / (1.0 - middle) >= wanted
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(np.isinf(wanted), np.inf, np.where(wanted == 0.0, 0.0, wanted if rounds == 1 else high))


def _ratio(part: FloatArray, whole: FloatArray, needless: np.ndarray, hopeless: np.ndarray) -> FloatArray:
    sound = ~(needless | hopeless)
    found = np.divide(part, whole, out=np.full(part.shape, np.inf), where=sound)
    return np.where(needless, 0.0, found)
