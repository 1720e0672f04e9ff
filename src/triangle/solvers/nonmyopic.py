"""The theory of moves on 2 × 2 games: where play that starts at a state ends, if both look ahead.

From an initial state one player moves (it changes its action), then the other, in strict turn; whoever stays ends the
game, and only the state where it ends pays. The rules, after Brams:

1. Backward induction. Four moves lead back to the initial state and end there. At each state on the way the player
   whose turn it is moves on if it prefers where that leads, and stays otherwise. What survives is the outcome that the
   first mover can bring about.
2. A player does not make a first move that leads to no better outcome for it, or back to the start.
3. Precedence. If one player moves and the other stays, the move counts.
4. Two-sidedness. A player who would stay, though the other is about to move, moves first after all if its own move
   leads to an outcome that both prefer to the one that the other's would bring about.
5. If both would move and to different outcomes, the one that both prefer is taken; if there is none, either may result:
   it depends on who moves first (order power).

The nonmyopic equilibria are the outcomes from all initial states. Rule 5's first half is our reading of two-sidedness
for a case in which it is silent. Brams has strict preferences; here a player moves only if it strictly gains, so one
who is indifferent stays, and "both prefer" means strictly.

Of the 57 strict ordinal games without a state that is best for both, 31 have one equilibrium by these rules, 23 two and
3 three. Brams's own count is remembered as 31, 24 and 2, which could not be confirmed. One game makes the difference,
with the states (1, 1), (3, 2), (4, 3) and (2, 4) in the order of play if the second player moves first: (3, 2) is an
outcome from (1, 1), as the first player would move on to (4, 3) but for the second, who goes on from there to (2, 4).
Were two-sidedness to count in the course of play as well, so that the second stayed at (4, 3), which both prefer to
(3, 2), the counts would be those remembered.

Brams, S. J. (1994). Theory of Moves. Cambridge University Press.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import TOLERANCE, BoolArray
from .arrays import Games, read

_STATES = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
_NEXT = np.array([[2, 3, 0, 1], [1, 0, 3, 2]])
"""The state that player 0 or 1 moves to from each of the four states (flat, C order)."""


@dataclass(frozen=True, eq=False)
class NonmyopicResult:
    """Where play ends from each initial state.

    Attributes
    ----------
    outcomes : ndarray of bool, shape (*batch, 2, 2, 2, 2)
        ``outcomes[..., r, c, :, :]`` marks the states in which play from ``(r, c)`` may end: one, or two where the
        order of moves decides.
    equilibria : ndarray of bool, shape (*batch, 2, 2)
        The nonmyopic equilibria: the states in which play from some initial state may end.
    survivors : ndarray of int, shape (*batch, 2, 2, 2, 2)
        ``survivors[..., i, r, c, :]`` is the (row, column) that results if player i moves first from ``(r, c)`` and
        both then look ahead, whether or not that pays player i; the initial state itself where play would return.
    moves : ndarray of bool, shape (*batch, 2, 2, 2)
        ``moves[..., i, r, c]``: it pays player i to move first from ``(r, c)``, two-sidedness left aside.
    """

    outcomes: BoolArray
    equilibria: BoolArray
    survivors: NDArray[np.intp]
    moves: BoolArray


@checked
def nonmyopic(payoffs: ArrayLike) -> NonmyopicResult:
    """Find the outcomes of the theory of moves from each initial state of 2 × 2 games.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, 2, 2, 2)
        Only each player's order of the four states counts. Ties are allowed; see the module for what they mean.

    Returns
    -------
    NonmyopicResult

    Raises
    ------
    ValueError
        Unsound payoffs (see `triangle.solvers.arrays.read`), or not two players with two actions each.

    Examples
    --------
    In the prisoners' dilemma (actions: cooperate, defect) play ends in cooperation unless it starts where both defect.

    >>> result = nonmyopic([[[3, 1], [4, 2]], [[3, 4], [1, 2]]])
    >>> result.outcomes[0, 1].astype(int)
    array([[1, 0],
           [0, 0]])
    >>> result.equilibria
    array([[ True, False],
           [False,  True]])
    """
    games = read(payoffs, players=2)
    if games.shape != (2, 2):
        raise ValueError(f"payoffs: the theory of moves is for two players with two actions, got actions {games.shape}")
    prefers = _preferences(games)
    end = np.stack([_survivors(prefers, first) for first in (0, 1)], axis=1)
    start = np.arange(4)
    moves = np.stack([_at(prefers[:, i], start, end[:, i]) for i in (0, 1)], axis=1)
    outcomes = _outcomes(prefers, end, moves)
    shape = games.batch
    return NonmyopicResult(
        outcomes=outcomes.reshape(*shape, 2, 2, 2, 2),
        equilibria=outcomes.any(axis=1).reshape(*shape, 2, 2),
        survivors=_STATES[end].reshape(*shape, 2, 2, 2, 2),
        moves=moves.reshape(*shape, 2, 2, 2),
    )


def _preferences(games: Games) -> BoolArray:
    """Return whether player i prefers the second state to the first, shape (games, 2, 4, 4)."""
    flat = games.flat()
    margin = TOLERANCE * games.scale.reshape(*flat.shape[:2], 1, 1)
    return np.asarray(flat[:, :, None, :] - flat[:, :, :, None] > margin)


def _survivors(prefers: BoolArray, first: int) -> NDArray[np.intp]:
    """Return where play ends once a player has moved from each initial state, shape (games, 4)."""
    path = [np.arange(4)]
    turns = [first, 1 - first, first, 1 - first]
    for mover in turns:
        path.append(_NEXT[mover][path[-1]])
    end = np.broadcast_to(path[4], (len(prefers), 4))
    for mover, here in reversed(list(zip(turns[1:], path[1:4], strict=True))):
        end = np.where(_at(prefers[:, mover], here, end), end, here)
    return end


def _at(relation: BoolArray, first: NDArray[np.intp], second: NDArray[np.intp]) -> BoolArray:
    """Look up a relation between states, shape (games, 4, 4), at pairs of shape (games, 4)."""
    game = np.arange(len(relation))[:, None]
    return np.asarray(relation[game, first, second])


def _outcomes(prefers: BoolArray, end: NDArray[np.intp], moves: BoolArray) -> BoolArray:
    """Apply precedence and two-sidedness: the outcomes from each initial state, bool (games, 4, 4)."""
    both = np.asarray(prefers.all(axis=1))
    out = np.zeros((len(prefers), 4, 4), dtype=bool)
    staying = np.asarray(~moves.any(axis=1))
    out |= staying[:, :, None] & np.eye(4, dtype=bool)
    for i in (0, 1):
        own, other = end[:, i], end[:, 1 - i]
        # Where player i moves, its outcome counts unless both prefer what the other's first move would lead to.
        counts = moves[:, i] & ~_at(both, own, other)
        yields = moves[:, 1 - i] & ~moves[:, i] & _at(both, other, own)
        out |= (counts | yields)[:, :, None] & (own[:, :, None] == np.arange(4))
    return out
