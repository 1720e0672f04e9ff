"""The inverse question of conflict analysis: the preferences that would make a given state stable.

For one player, given the moves (and under sequential stability the others' preferences), only one thing matters: which
states it prefers to the given one. The fewer, the better for stability. So the answer is a list of alternatives: each
a smallest set of states of which the player must prefer none, and the state is stable for it exactly if one of the
alternatives holds.

Kinsara, R. A., Kilgour, D. M., & Hipel, K. W. (2015). Inverse approach to the graph model for conflict resolution. IEEE
Transactions on Systems, Man, and Cybernetics: Systems 45(5), 734–742.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import BoolArray
from ..names import unknown
from .conflict import CONCEPTS, conflict_stability, improving_moves, preference_ranks, reach, read_moves

MOST_ALTERNATIVES = 5_000
MOST_COUNTED = 16
"""Shares are counted over the subsets of the states that matter; beyond this many the count is left out."""

Alternatives = tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Requirement:
    """What a player's preferences must satisfy for a state to be stable for it.

    Attributes
    ----------
    player, state : int
    concept : str
    alternatives : tuple of frozenset of int
        Each is a minimal set of states none of which the player may prefer to ``state``; one of them must hold. One
        empty set: stable whatever the player wants. None at all cannot happen.
    share : Fraction or None
        The part of all strict orders of the states under which ``state`` is stable; ``None`` if more than
        `MOST_COUNTED` states matter.
    """

    player: int
    state: int
    concept: str
    alternatives: Alternatives
    share: Fraction | None

    def holds(self, utilities: ArrayLike) -> bool:
        """Return whether the player's utilities of the states, shape (S,), satisfy the requirement."""
        own = preference_ranks(np.asarray(utilities)[None])[0]
        return any(all(own[q] <= own[self.state] for q in states) for states in self.alternatives)


@checked
def required_preferences(
    moves: ArrayLike, state: int, concept: str = "nash", utilities: ArrayLike | None = None
) -> tuple[Requirement, ...]:
    """Find, for each player, the preferences under which a state is stable.

    Parameters
    ----------
    moves : array_like of bool, shape (N, S, S)
        As `triangle.solvers.conflict_stability` takes them.
    state : int
    concept : {"nash", "gmr", "smr", "seq"}
    utilities : array_like, shape (N, S), optional
        Needed under ``"seq"`` alone, where a player's stability depends on what the others prefer: each player's
        requirement holds for the others' preferences as given. The others' are not looked at elsewhere, so there the
        state is an equilibrium exactly if all requirements hold at once.

    Returns
    -------
    tuple of N Requirement

    Raises
    ------
    ValueError
        An unknown concept or state, unsound moves or utilities, no utilities under ``"seq"``, or more than
        `MOST_ALTERNATIVES` alternatives.

    Examples
    --------
    For mutual cooperation (state 0) in a 2 × 2 game to be metarational for the row player, it must not prefer to
    defect (state 2), or not like what the other can answer with (state 3).

    >>> from triangle.solvers.conflict import own_moves
    >>> row, column = required_preferences(own_moves((2, 2)), 0, "gmr")
    >>> [sorted(states) for states in row.alternatives], row.share
    ([[2], [3]], Fraction(2, 3))
    >>> row.holds([3, 1, 4, 2]), row.holds([3, 1, 5, 4])
    (True, False)
    """
    if concept not in CONCEPTS:
        raise ValueError(unknown("concept", concept, CONCEPTS))
    ranks = None if utilities is None else preference_ranks(utilities)
    players, states = _size(moves) if ranks is None else ranks.shape
    graph = read_moves(moves, players, states)
    if not 0 <= state < states:
        raise ValueError(f"state {state} is outside 0–{states - 1}")
    if concept == "seq" and ranks is None:
        raise ValueError("utilities: sequential stability depends on the others' preferences, so they must be given")
    answers = graph if ranks is None or concept != "seq" else improving_moves(ranks, graph)
    return tuple(_requirement(graph, answers, player, state, concept) for player in range(players))


@checked
def equilibrium_orders(
    moves: ArrayLike, state: int, concept: str = "nash", most: int = 100_000
) -> Iterator[NDArray[np.intp]]:
    """Go through all strict preference orders of all players under which a state is an equilibrium.

    Parameters
    ----------
    moves : array_like of bool, shape (N, S, S)
    state : int
    concept : {"nash", "gmr", "smr", "seq"}
    most : int
        The largest number ``(S!) ** N`` of joint orders to go through.

    Returns
    -------
    iterator of ndarray of int, shape (N, S)
        Ranks, 0 for each player's worst state.

    Raises
    ------
    ValueError
        As `required_preferences`, or more joint orders than ``most``.

    Examples
    --------
    >>> from triangle.solvers.conflict import own_moves
    >>> sum(1 for _ in equilibrium_orders(own_moves((2, 2)), 0, "nash")), 24 * 24
    (144, 576)
    """
    # Nothing is sequentially stable that is not metarational, and that can be told player by player.
    weaker = required_preferences(moves, state, "gmr" if concept == "seq" else concept)
    states = np.asarray(moves).shape[-1]
    total = factorial(states) ** len(weaker)
    if total > most:
        raise ValueError(f"{total} joint orders of {states} states are more than most={most}")
    orders = [np.array(order, dtype=np.intp) for order in permutations(range(states))]
    candidates = [[order for order in orders if needed.holds(order)] for needed in weaker]
    joint = (np.stack(ranks) for ranks in product(*candidates))
    if concept != "seq":
        return joint
    return (ranks for ranks in joint if conflict_stability(ranks, moves)["seq"][:, state].all())


def _requirement(moves: BoolArray, answers: BoolArray, player: int, state: int, concept: str) -> Requirement:
    """Build a player's requirement: for each of its moves, not to want it, or to be deterred from it."""
    others = [k for k in range(len(moves)) if k != player]
    reached = reach(answers[others])
    alternatives = [0]
    for target in np.flatnonzero(moves[player, state]):
        ways = [_mask([int(target)])]
        if concept != "nash":
            for end in np.flatnonzero(reached[target]):
                escapes = np.flatnonzero(moves[player, end]) if concept == "smr" else ()
                ways.append(_mask([int(end), *map(int, escapes)]))
        own = ~_mask([state])
        alternatives = _minimal({taken | (way & own) for taken in alternatives for way in _minimal(set(ways))})
        if len(alternatives) > MOST_ALTERNATIVES:
            raise ValueError(f"player {player}: more than {MOST_ALTERNATIVES} alternative sets of preferences")
    sets = tuple(frozenset(q for q in range(moves.shape[1]) if mask >> q & 1) for mask in alternatives)
    return Requirement(player, state, concept, sets, _share(alternatives))


def _size(moves: ArrayLike) -> tuple[int, int]:
    """Return the numbers of players and states that the shape of the moves tells."""
    try:
        shape = np.shape(moves)
    except ValueError:
        raise ValueError("moves must hold one square array per player, all of one size") from None
    if len(shape) != 3 or 0 in shape:
        raise ValueError(f"moves must have shape (players, states, states), at least one of each, got {shape}")
    return shape[0], shape[1]


def _mask(states: Iterable[int]) -> int:
    return sum(1 << q for q in set(states))


def _minimal(masks: set[int]) -> list[int]:
    """Return the sets that contain no other, smallest first."""
    kept: list[int] = []
    for mask in sorted(masks, key=lambda m: (m.bit_count(), m)):
        if all(small & mask != small for small in kept):
            kept.append(mask)
    return kept


def _share(alternatives: list[int]) -> Fraction | None:
    """Return the part of all strict orders in which all of some alternative stands below the state.

    In a random order each set of k of the r states that matter is the one above the state with probability
    k! (r − k)! / (r + 1)!.
    """
    union = _mask(q for mask in alternatives for q in range(mask.bit_length()) if mask >> q & 1)
    matter = [q for q in range(union.bit_length()) if union >> q & 1]
    count = len(matter)
    if count > MOST_COUNTED:
        return None
    above = np.arange(1 << count)
    stable = np.zeros(len(above), dtype=bool)
    for mask in alternatives:
        stable |= above & _mask(k for k, q in enumerate(matter) if mask >> q & 1) == 0
    sizes = np.bincount(np.bitwise_count(above[stable]), minlength=count + 1)
    ways = sum(int(number) * factorial(k) * factorial(count - k) for k, number in enumerate(sizes))
    return Fraction(ways, factorial(count + 1))
