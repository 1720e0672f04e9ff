"""What proves that a correlated equilibrium is the best one: multipliers, and the check of them.

Multiply the gain from every disobedience by a number that is not negative and subtract it from the measure: at an
equilibrium, whose gains are none, that does not lower the measure's expectation. So the largest value of the adjusted
measure at a profile bounds the measure at every equilibrium (weak duality). The bound is sharp if the multipliers of
unattractive disobediences, and the probabilities of profiles below the bound, are zero (complementary slackness).

Nau, R. F., & McCardle, K. F. (1990). Coherent behavior in noncooperative games. Journal of Economic Theory 50(2),
424–444. Myerson, R. B. (1991). Game Theory: Analysis of Conflict (ch. 6). Harvard University Press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import FloatArray, as_payoffs
from ..names import unknown
from .arrays import Games, read_one

KINDS = ("correlated", "coarse")
SENSES = ("max", "min")

CERTAIN = 1e-7
"""The largest gap and violation of complementary slackness, in units of the measure's range, and the largest regret, in
units of a player's, that count as none."""


@dataclass(frozen=True, eq=False)
class CorrelatedCertificate:
    """Why a distribution is a best equilibrium: that nobody disobeys, and multipliers of the incentive constraints.

    Attributes
    ----------
    multipliers : tuple of N ndarrays
        Not negative, in units of the measure over the player's payoff; player i's of shape (A_i, A_i), for playing the
        second action when told the first. For coarse equilibria of shape (A_i,), for settling on the action.
    bound : float
        What the multipliers prove: every equilibrium's measure is at most (for ``"min"``: at least) this.
    gap : float
        How far the distribution is from the bound, in units of the range of the measure.
    slackness : float
        The sum of the products of multipliers and slacks, and of probabilities and distances from the bound, in the
        same units.
    regret : float
        The most that a player gains by disobeying the distribution, in units of the range of its payoffs.
    """

    multipliers: tuple[FloatArray, ...] = field(repr=False)
    bound: float
    gap: float
    slackness: float
    regret: float

    @property
    def holds(self) -> bool:
        """Whether gap, slackness and regret are negligible."""
        return bool(abs(self.gap) <= CERTAIN and self.slackness <= CERTAIN and self.regret <= CERTAIN)


@checked
def check_correlated(
    payoffs: ArrayLike,
    distribution: ArrayLike,
    multipliers: Sequence[ArrayLike],
    objective: str | int | ArrayLike = "welfare",
    sense: str = "max",
    kind: str = "correlated",
    players: int | None = None,
) -> CorrelatedCertificate:
    """Return what multipliers prove of a distribution, computed from the payoffs alone.

    Parameters
    ----------
    payoffs, objective, sense, kind, players
        As in `triangle.solvers.correlated.correlated_equilibrium`.
    distribution : array_like, shape (A_1, …, A_N)
    multipliers : sequence of N array_like
        As in `CorrelatedCertificate`; negative ones count as zero.

    Raises
    ------
    ValueError
        What `correlated_equilibrium` raises; multipliers or a distribution of the wrong shape; a distribution that is
        none.

    Examples
    --------
    >>> chicken = [[[6, 2], [7, 0]], [[6, 7], [2, 0]]]
    >>> check_correlated(chicken, [[0.5, 0.25], [0.25, 0]], [[[0, 0.75], [0, 0]]] * 2).bound
    10.5
    """
    games = read_one(payoffs, players)
    check_choice(sense, kind)
    measure = measure_of(games, objective)
    shaped = as_payoffs(distribution, "distribution")
    if shaped.shape != games.shape:
        raise ValueError(f"distribution: the profiles have shape {games.shape}, got {shaped.shape}")
    if (shaped < -CERTAIN).any() or abs(shaped.sum() - 1.0) > 1e-6:
        raise ValueError("distribution: the profiles' probabilities must not be negative and must sum to 1")
    if len(multipliers) != games.players:
        raise ValueError(f"multipliers: one array per player, so {games.players}; got {len(multipliers)}")
    weights = []
    for player, (given, count) in enumerate(zip(multipliers, games.shape, strict=True)):
        array = np.maximum(as_payoffs(given, f"multipliers[{player}]"), 0.0)
        wanted = (count, count) if kind == "correlated" else (count,)
        if array.shape != wanted:
            raise ValueError(f"multipliers[{player}]: shape {wanted}, got {array.shape}")
        weights.append(array)
    return certificate_of(games, shaped, tuple(weights), measure, sense, kind)


def check_choice(sense: str, kind: str) -> None:
    """Raise ``ValueError`` unless sense and kind are known."""
    if sense not in SENSES:
        raise ValueError(unknown("sense", sense, SENSES))
    if kind not in KINDS:
        raise ValueError(unknown("kind", kind, KINDS))


def measure_of(games: Games, objective: str | int | ArrayLike) -> FloatArray:
    """Return an objective as an array over the profiles; ``ValueError`` if it is none."""
    if isinstance(objective, str):
        if objective != "welfare":
            raise ValueError(unknown("objective", objective, ["welfare"]) + "; or a player's number, or an array")
        return np.asarray(games.payoffs.sum(axis=0))
    if isinstance(objective, int | np.integer) and not isinstance(objective, bool):
        if not 0 <= objective < games.players:
            raise ValueError(f"objective: player {objective} is outside 0–{games.players - 1}")
        return games.own(int(objective))
    measure = as_payoffs(objective, "objective")
    if measure.shape != games.shape:
        raise ValueError(f"objective: a measure has the shape of the profiles, {games.shape}; got {measure.shape}")
    return measure


def disobedience(games: Games, distribution: FloatArray, kind: str) -> list[FloatArray]:
    """Return what each player gains by every disobedience, in the shapes of the multipliers."""
    gains = []
    for player in range(games.players):
        worth, chance = _by_own_action(games.own(player), player), _by_own_action(distribution, player)
        gain = chance @ worth.T - (chance * worth).sum(axis=1, keepdims=True)
        gains.append(gain if kind == "correlated" else gain.sum(axis=0))
    return gains


def regrets_of(gains: list[FloatArray]) -> FloatArray:
    """Return what each player gains by disobeying as best it can, given what every disobedience gains."""
    return np.array([float(gain.max(axis=-1).clip(min=0.0).sum()) for gain in gains])


def certificate_of(
    games: Games,
    distribution: FloatArray,
    multipliers: tuple[FloatArray, ...],
    measure: FloatArray,
    sense: str,
    kind: str,
) -> CorrelatedCertificate:
    """Return what multipliers that are not negative prove of a distribution."""
    sign = 1.0 if sense == "max" else -1.0
    adjusted = sign * measure
    for player, weight in enumerate(multipliers):
        worth = _by_own_action(games.own(player), player)
        told = weight if kind == "correlated" else np.broadcast_to(weight, (len(weight), len(weight)))
        gain = told @ worth - told.sum(axis=1, keepdims=True) * worth
        shape = [games.shape[player], *(n for i, n in enumerate(games.shape) if i != player)]
        adjusted = adjusted - np.moveaxis(gain.reshape(shape), 0, player)
    bound = float(adjusted.max())
    unit = float(np.ptp(measure)) or 1.0
    gap = (bound - sign * float((distribution * measure).sum())) / unit
    gains = disobedience(games, distribution, kind)
    idle = sum(float((weight * -gain).clip(min=0.0).sum()) for weight, gain in zip(multipliers, gains, strict=True))
    below = float((distribution * (bound - adjusted)).sum())
    regret = float((regrets_of(gains) / np.where(games.scale > 0, games.scale, 1.0).reshape(-1)).max())
    return CorrelatedCertificate(multipliers, sign * bound, gap, (idle + below) / unit, regret)


def _by_own_action(values: FloatArray, player: int) -> FloatArray:
    count = values.shape[player]
    return np.moveaxis(values, player, 0).reshape(count, prod(values.shape) // count)
