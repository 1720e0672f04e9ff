"""Players that learn: fictitious play.

Brown, G. W. (1951). Iterative solution of games by fictitious play. In Activity Analysis of Production and Allocation,
374–376. Wiley.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import check_count, checked, shown
from ..game import TOLERANCE, FloatArray
from .arrays import action_payoffs, best_responses, margin_factor, read, shortfall

MOST_ROUNDS = 10**9


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
    return FictitiousPlay(frequencies, shortfall(action_payoffs(games, frequencies), frequencies), rounds)


def _drawn(allowed: np.ndarray, rng: np.random.Generator) -> FloatArray:
    """Return one of the allowed actions at random, as a pure strategy."""
    pick = np.where(allowed, rng.random(allowed.shape), -1.0).argmax(axis=-1)
    return np.asarray(np.arange(allowed.shape[-1]) == pick[..., None], dtype=np.float64)
