"""Commitment: what a leader can get by moving first and being held to its move.

von Stackelberg, H. (1934). Marktform und Gleichgewicht. Springer.
Conitzer, V. and Sandholm, T. (2006). Computing the optimal strategy to commit to. Proceedings of the 7th ACM Conference
on Electronic Commerce, 82–90.
von Stengel, B. and Zamir, S. (2010). Leadership games with convex strategy sets. Games and Economic Behavior 69(2),
446–457.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, FloatArray
from ..names import unknown
from .arrays import margin_factor, read
from .coalitions import Blocking, stable_mask
from .moves import Coalitions, Moves, movers
from .sequential import not_bettered

Concept = Literal["nash", "pairwise", "strong"]


@dataclass(frozen=True, eq=False)
class CommitmentResult:
    """What each commitment of the leader leads to, and which is best.

    Attributes
    ----------
    leader : int
    subgame : ndarray of bool, shape (*batch, A_1, …, A_N)
        The profiles that are stable among the followers once the leader is held to its action.
    guaranteed, hoped : ndarray, shape (*batch, A_leader)
        The leader's payoff from each action at the worst and at the best outcome of the subgame; NaN where the subgame
        has no outcome under the concept, so that nothing can be said of it.
    pessimistic, optimistic : ndarray of bool, shape (*batch, A_leader)
        The commitments with the largest ``guaranteed`` and the largest ``hoped`` payoff, ties included. None where no
        subgame has an outcome.
    pessimistic_value, optimistic_value : ndarray, shape (*batch,)
        What these give; NaN where there is none.
    outcomes : ndarray of bool, shape (*batch, A_1, …, A_N)
        The subgame outcomes that give the leader no less than every other commitment guarantees: those that can occur
        if the leader knows which outcome would follow each commitment.
    """

    leader: int
    subgame: BoolArray
    guaranteed: FloatArray
    hoped: FloatArray
    pessimistic: BoolArray
    optimistic: BoolArray
    pessimistic_value: FloatArray
    optimistic_value: FloatArray
    outcomes: BoolArray


@checked
def commitment(
    payoffs: ArrayLike,
    leader: int,
    concept: Concept = "nash",
    coalitions: Coalitions | None = None,
    transferable: bool = False,
    moves: Moves | None = None,
    *,
    blocking: Blocking = "every",
    players: int | None = None,
    tolerance: float = TOLERANCE,
) -> CommitmentResult:
    """Return the leader's best pure commitments and the outcomes of every subgame.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    leader : int
    concept : {"nash", "pairwise", "strong"}
        What the followers play once the leader is held to its action: a pure Nash equilibrium, one that is also
        stable against pairs of followers, or against all coalitions of them.
    coalitions : iterable of iterables of int, optional
        Under ``"pairwise"`` and ``"strong"`` the coalitions that count, instead of those; see `coalition_stable`.
        Coalitions that the leader belongs to do not form.
    transferable, moves, blocking
        As in `coalition_stable`.
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float

    Returns
    -------
    CommitmentResult

    Raises
    ------
    ValueError
        Unsound payoffs, coalitions or moves; a leader that does not exist; an unknown concept; coalitions under
        ``"nash"``.

    Examples
    --------
    A leader who moves first in a game of chicken drives straight on, and wins.

    >>> chicken = [[[0, -1], [1, -10]], [[0, 1], [-1, -10]]]
    >>> found = commitment(chicken, leader=0)
    >>> found.pessimistic.tolist(), float(found.pessimistic_value)
    ([False, True], 1.0)
    """
    games = read(payoffs, players)
    factor = margin_factor(tolerance)
    if concept not in get_args(Concept):
        raise ValueError(unknown("concept", concept, get_args(Concept)))
    if leader not in range(games.players):
        raise ValueError(f"leader must be one of the players 0–{games.players - 1}, got {leader!r}")
    if concept == "nash" and (coalitions is not None or moves is not None):
        raise ValueError("concept 'nash' has no coalitions and no moves; choose 'pairwise' or 'strong'")
    usual: dict[str, Coalitions] = {"nash": (), "pairwise": "pairs", "strong": "all"}
    listed = movers(games.shape, usual[concept] if coalitions is None else coalitions, moves)
    together = [mover for mover in listed if leader not in mover.members]
    alone = tuple(player for player in range(games.players) if player != leader)
    subgame = stable_mask(games, alone, together, transferable, blocking, tolerance)

    own, axis = games.own(leader), games.axis(leader)
    rest = tuple(games.axis(player) for player in alone)
    margin = factor * games.own_scale(leader)
    guaranteed = np.where(subgame, own, np.inf).min(axis=rest) if rest else np.where(subgame, own, np.inf)
    hoped = np.where(subgame, own, -np.inf).max(axis=rest) if rest else np.where(subgame, own, -np.inf)
    known = np.isfinite(guaranteed)
    width = margin.reshape(*games.batch, 1)
    pessimistic, low = _largest(np.where(known, guaranteed, -np.inf), width)
    optimistic, high = _largest(hoped, width)
    return CommitmentResult(
        leader=int(leader),
        subgame=subgame,
        guaranteed=np.where(known, guaranteed, np.nan),
        hoped=np.where(known, hoped, np.nan),
        pessimistic=pessimistic,
        optimistic=optimistic,
        pessimistic_value=low,
        optimistic_value=high,
        outcomes=subgame & not_bettered(own, subgame, axis, rest, margin),
    )


def _largest(values: FloatArray, margin: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Return which values along the last axis are largest, and the largest; none and NaN where all are -inf."""
    best = values.max(axis=-1, keepdims=True)
    exists = np.isfinite(best)
    return exists & (values >= best - margin), np.where(exists, best, np.nan)[..., 0]
