"""Backward induction: subgame-perfect outcomes when players move one after another and see all earlier moves.

Kuhn, H. W. (1953). Extensive games and the problem of information. In Contributions to the Theory of Games II (Annals
of Mathematics Studies 28), 193–216. Princeton University Press.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, BoolArray
from .arrays import margin_factor, read


@checked
def backward_induction(
    payoffs: ArrayLike, order: Sequence[int], players: int | None = None, tolerance: float = TOLERANCE
) -> BoolArray:
    """Return the outcomes of all subgame-perfect equilibria in pure strategies.

    With ties there are several equilibria. A subgame then has a set of outcomes, and an earlier mover may expect any
    one of them in each subgame: an outcome is reached in some equilibrium exactly if its payoff to the mover is at
    least what every other action of the mover guarantees.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    order : sequence of int
        Every player once, the first mover first.
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float
        Differences up to this share of a player's payoff scale in the game are ties.

    Returns
    -------
    ndarray of bool, shape (*batch, A_1, …, A_N)
        The axes stay those of the players, whatever the order. Every game has at least one outcome.

    Raises
    ------
    ValueError
        Unsound payoffs; an order that does not name every player once.

    Examples
    --------
    The first to move in a battle of the sexes goes where it prefers, and is followed.

    >>> battle = [[[2, 0], [0, 1]], [[1, 0], [0, 2]]]
    >>> backward_induction(battle, order=[0, 1]).tolist(), backward_induction(battle, order=[1, 0]).tolist()
    ([[True, False], [False, False]], [[False, False], [False, True]])
    """
    games = read(payoffs, players)
    factor = margin_factor(tolerance)
    if sorted(order) != list(range(games.players)):
        raise ValueError(f"order must name each of the players 0–{games.players - 1} once, got {list(order)}")
    outcomes = np.ones((*games.batch, *games.shape), dtype=bool)
    for place in reversed(range(games.players)):
        mover = order[place]
        margin = factor * games.own_scale(mover)
        later = tuple(games.axis(player) for player in order[place + 1 :])
        outcomes &= not_bettered(games.own(mover), outcomes, games.axis(mover), later, margin)
    return outcomes


def not_bettered(
    own: np.ndarray, outcomes: BoolArray, axis: int, later: tuple[int, ...], margin: np.ndarray | float
) -> BoolArray:
    """Return where a mover gets at least what each of its actions guarantees, from outcomes of the subgames after it.

    Subgames without an outcome guarantee nothing and are passed over.
    """
    sure = np.where(outcomes, own, np.inf).min(axis=later, keepdims=True) if later else np.where(outcomes, own, np.inf)
    most = np.where(np.isfinite(sure), sure, -np.inf).max(axis=axis, keepdims=True)
    return np.asarray(own >= most - margin)
