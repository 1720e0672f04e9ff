"""Conflict analysis on a graph of moves: Nash, general and symmetric metarational, and sequential stability.

States are nodes; each player has its own moves between them, which need not be reversible, and prefers states by its
utilities, of which only the order counts. A state is stable for a player who has no improving move that goes
unpunished:

- Nash: there is no improving move;
- GMR (Howard): after each one the others can move to a state that the player does not prefer to where it began;
- SMR (Howard): they can, and the player cannot move on from there to a state that it prefers;
- SEQ (Fraser and Hipel): they can, every step of theirs being an improvement for whoever takes it.

The others answer with any sequence of moves in which nobody moves twice running.

Howard, N. (1971). Paradoxes of Rationality. MIT Press. Fraser, N. M., & Hipel, K. W. (1984). Conflict Analysis: Models
and Resolutions. North-Holland. Fang, L., Hipel, K. W., & Kilgour, D. M. (1993). Interactive Decision Making: The Graph
Model for Conflict Resolution. Wiley.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked, shown
from ..game import TOLERANCE, BoolArray, as_payoffs
from ..names import unknown
from .arrays import scale_of

CONCEPTS = ("nash", "gmr", "smr", "seq")

Step = tuple[int, int, int]
"""A move as (player, from, to)."""


MOST_PLAYERS = 63
MOST_STATES = 2**13


@dataclass(frozen=True)
class Sanction:
    """How the others punish an improvement.

    Attributes
    ----------
    state : int
        Where they end, a state that the player does not prefer to the one it left.
    path : tuple of (player, from, to)
        A shortest sequence of their moves that leads there.
    """

    state: int
    path: tuple[Step, ...]


@dataclass(frozen=True)
class Improvement:
    """One improving move of a player, and the sanction against it under each concept (``None``: there is none).

    Attributes
    ----------
    target : int
        The state that the player would move to.
    sanctions : dict of str to Sanction or None
        Keys ``"gmr"``, ``"smr"`` and ``"seq"``; ``"nash"`` knows no sanctions and is not among them.
    """

    target: int
    sanctions: Mapping[str, Sanction | None]


@dataclass(frozen=True)
class Explanation:
    """Why a state is stable or not for a player: its improving moves, each with what deters it.

    Attributes
    ----------
    player, state : int
    improvements : tuple of Improvement
        Empty exactly where the state is Nash stable.
    """

    player: int
    state: int
    improvements: tuple[Improvement, ...]

    def unsanctioned(self, concept: str) -> tuple[int, ...]:
        """Return the states that the player can better itself by moving to, with impunity under a concept."""
        if concept not in CONCEPTS:
            raise ValueError(unknown("concept", concept, CONCEPTS))
        return tuple(move.target for move in self.improvements if move.sanctions.get(concept) is None)


@dataclass(frozen=True, eq=False)
class ConflictResult(Mapping[str, BoolArray]):
    """Which states are stable for whom; indexed by concept, it gives a bool array of shape (N, S).

    Attributes
    ----------
    nash, gmr, smr, seq : ndarray of bool, shape (N, S)
    ranks : ndarray of int, shape (N, S)
        Each player's preferences as whole numbers, ties equal, 0 for the worst.
    moves : ndarray of bool, shape (N, S, S)
    """

    nash: BoolArray
    gmr: BoolArray
    smr: BoolArray
    seq: BoolArray
    ranks: NDArray[np.intp] = field(repr=False)
    moves: BoolArray = field(repr=False)

    def __getitem__(self, concept: str) -> BoolArray:
        if concept not in CONCEPTS:
            raise KeyError(unknown("concept", concept, CONCEPTS))
        return np.asarray(getattr(self, concept))

    def __iter__(self) -> Iterator[str]:
        return iter(CONCEPTS)

    def __len__(self) -> int:
        return len(CONCEPTS)

    @property
    def equilibria(self) -> dict[str, BoolArray]:
        """The states that are stable for every player under each concept, bool (S,)."""
        return {concept: np.asarray(self[concept].all(axis=0)) for concept in CONCEPTS}

    def explain(self, player: int, state: int) -> Explanation:
        """Return each improving move of a player at a state, with a shortest sanction under each concept.

        Raises
        ------
        ValueError
            The player or the state does not exist.

        Examples
        --------
        >>> dilemma = conflict_stability([[3, 1, 4, 2], [3, 4, 1, 2]], own_moves((2, 2)))
        >>> dilemma.explain(0, 0).improvements[0].sanctions["seq"]
        Sanction(state=3, path=((1, 2, 3),))
        """
        players, states = self.ranks.shape
        _inside("player", player, players)
        _inside("state", state, states)
        own = self.ranks[player]
        others = [k for k in range(players) if k != player]
        better = own > own[state]
        safe = ~better & ~(self.moves[player] & better).any(axis=1)
        answers = {"gmr": (self.moves, ~better), "smr": (self.moves, safe), "seq": (self.improving, ~better)}
        found = [
            Improvement(int(s), {c: _shortest(m, others, int(s), goal, own) for c, (m, goal) in answers.items()})
            for s in np.flatnonzero(self.moves[player, state] & better)
        ]
        return Explanation(player, state, tuple(found))

    @property
    def improving(self) -> BoolArray:
        """Each player's moves to states that it prefers, bool (N, S, S)."""
        return improving_moves(self.ranks, self.moves)


@checked
def conflict_stability(utilities: ArrayLike, moves: ArrayLike) -> ConflictResult:
    """Find the states that are stable for each player under each of four concepts.

    Parameters
    ----------
    utilities : array_like, shape (N, S)
        Only each player's order of the states counts; ties are allowed.
    moves : array_like of bool, shape (N, S, S)
        ``moves[i][s, q]``: player i can move from s to q. An irreversible move has no entry for the way back. The
        diagonal is ignored: to stay is no move.

    Returns
    -------
    ConflictResult
        ``result["gmr"]`` is a bool array of shape (N, S), and so for ``"nash"``, ``"smr"`` and ``"seq"``.

    Raises
    ------
    ValueError
        Not finite, not of these shapes, no player or no state, or moves that are neither bool nor 0 and 1.

    Notes
    -----
    Nash implies SMR and SEQ, and each of these GMR. For one player alone all four agree.

    Examples
    --------
    Mutual cooperation in the prisoners' dilemma is held by foresight: whoever defects is answered in kind.

    >>> result = conflict_stability([[3, 1, 4, 2], [3, 4, 1, 2]], own_moves((2, 2)))
    >>> result.equilibria["nash"].tolist(), result.equilibria["seq"].tolist()
    ([False, False, False, True], [True, False, False, True])
    """
    ranks = preference_ranks(utilities)
    graph = read_moves(moves, *ranks.shape)
    better = improving_moves(ranks, graph)
    found: dict[str, list[BoolArray]] = {concept: [] for concept in CONCEPTS}
    for i, own in enumerate(ranks):
        others = [k for k in range(len(ranks)) if k != i]
        prefers = own[None, :] > own[:, None]
        stable = stable_states(better[i], graph[i], prefers, reach(graph[others]), reach(better[others]))
        for concept in CONCEPTS:
            found[concept].append(stable[concept])
    arrays = {concept: np.array(rows, dtype=bool) for concept, rows in found.items()}
    return ConflictResult(**arrays, ranks=ranks, moves=graph)


@checked
def own_moves(shape: Sequence[int]) -> BoolArray:
    """Return the moves of a game in normal form: each player changes its own action, and can change it back.

    Parameters
    ----------
    shape : sequence of int
        The number of actions of each player; states are the flat indices (C order) of the profiles.

    Returns
    -------
    ndarray of bool, shape (N, S, S)
        Delete entries to make moves irreversible.

    Examples
    --------
    >>> own_moves((2, 2))[0].astype(int)
    array([[0, 0, 1, 0],
           [0, 0, 0, 1],
           [1, 0, 0, 0],
           [0, 1, 0, 0]])
    """
    if not len(shape) or any(int(count) < 1 for count in shape):
        raise ValueError(f"shape: each player needs an action at least, got {tuple(shape)}")
    states = prod(map(int, shape))
    if len(shape) > MOST_PLAYERS or states > MOST_STATES:
        raise ValueError(f"shape: at most {MOST_PLAYERS} players and {MOST_STATES} states, got {shown(tuple(shape))}")
    where = np.stack(np.unravel_index(np.arange(states), tuple(shape)))
    same = where[:, :, None] == where[:, None, :]
    off = ~np.eye(states, dtype=bool)
    return np.stack([np.delete(same, i, axis=0).all(axis=0) & off for i in range(len(shape))])


@checked
def utilities_of_rankings(rankings: Iterable[Iterable[int | Iterable[int]]]) -> NDArray[np.float64]:
    """Return utilities from each player's ranking of the states, best first; tied states stand in a group.

    Raises
    ------
    ValueError
        A ranking leaves out a state or names one twice, or the rankings are of different length.

    Examples
    --------
    >>> utilities_of_rankings([[2, 0, 3, 1], [1, (0, 3), 2]])
    array([[2., 0., 3., 1.],
           [1., 2., 0., 1.]])
    """
    groups = [[[g] if isinstance(g, int | np.integer) else list(g) for g in ranking] for ranking in rankings]
    states = sum(map(len, groups[0])) if groups else 0
    out = np.zeros((len(groups), states))
    for i, ranking in enumerate(groups):
        flat = [state for group in ranking for state in group]
        if sorted(flat) != list(range(states)):
            raise ValueError(f"rankings[{i}] must name each of the states 0–{states - 1} once, got {flat}")
        for level, group in enumerate(reversed(ranking)):
            out[i, group] = level
    return out


def preference_ranks(utilities: ArrayLike) -> NDArray[np.intp]:
    """Return each player's utilities as whole numbers, equal where they are tied; see `conflict_stability`."""
    array = as_payoffs(utilities, "utilities")
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"utilities must have shape (players, states), at least one of each, got {array.shape}")
    order = np.argsort(array, axis=1, kind="stable")
    sorted_ = np.take_along_axis(array, order, axis=1)
    steps = np.diff(sorted_, axis=1) > TOLERANCE * scale_of(array, (1,))
    level = np.concatenate([np.zeros((len(array), 1), dtype=np.intp), np.cumsum(steps, axis=1)], axis=1)
    ranks = np.empty_like(level)
    np.put_along_axis(ranks, order, level, axis=1)
    return ranks


def read_moves(moves: ArrayLike, players: int, states: int) -> BoolArray:
    """Return moves as a bool array of shape (N, S, S) without those that lead nowhere; see `conflict_stability`."""
    try:
        array = np.asarray(moves)
    except ValueError:
        raise ValueError("moves must hold one square array per player, all of one size") from None
    if array.shape != (players, states, states):
        raise ValueError(f"moves must have shape {(players, states, states)} to fit the utilities, got {array.shape}")
    if array.dtype != bool and not np.isin(array, (0, 1)).all():
        raise ValueError("moves must be bool, or 0 and 1")
    return array.astype(bool) & ~np.eye(states, dtype=bool)


def improving_moves(ranks: NDArray[np.intp], moves: BoolArray) -> BoolArray:
    """Return the moves to a state that the mover prefers, bool (N, S, S)."""
    return np.asarray(moves & (ranks[:, None, :] > ranks[:, :, None]))


def reach(moves: BoolArray) -> BoolArray:
    """Return which state some movers can reach from which, by one move or more, none of them moving twice running.

    Parameters
    ----------
    moves : ndarray of bool, shape (M, S, S)

    Returns
    -------
    ndarray of bool, shape (S, S)

    Examples
    --------
    One mover alone has but one move; with another's step between, it can move again.

    >>> line = own_moves((3,))[0] & np.tri(3, k=1, dtype=bool) & ~np.tri(3, dtype=bool)
    >>> reach(line[None]).astype(int)[0].tolist(), reach(np.stack([line, line])).astype(int)[0].tolist()
    ([0, 1, 0], [0, 1, 1])
    """
    states = moves.shape[-1]
    arrived = moves.copy()
    while True:
        total = arrived.sum(axis=0)
        before = [compose((total - last) > 0, own) for last, own in zip(arrived, moves, strict=True)]
        grown = arrived | np.array(before, dtype=bool).reshape(-1, states, states)
        if (grown == arrived).all():
            return np.asarray(arrived.any(axis=0))
        arrived = grown


def compose(first: BoolArray, second: BoolArray) -> BoolArray:
    """Return which state is reached by a step of the one relation and then one of the other."""
    return np.asarray(first.astype(np.float32) @ second.astype(np.float32) > 0.5)


def stable_states(
    improving: BoolArray, moves: BoolArray, prefers: BoolArray, answers: BoolArray, improving_answers: BoolArray
) -> dict[str, BoolArray]:
    """Return the states stable for one mover (a player or a coalition) under each concept, bool (S,).

    Parameters
    ----------
    improving, moves : ndarray of bool, shape (S, S)
        The mover's improving moves, and all of its moves.
    prefers : ndarray of bool, shape (S, S)
        ``prefers[s, q]``: q would not deter a mover who began at s.
    answers, improving_answers : ndarray of bool, shape (S, S)
        Where the others can go from each state, and where by improvements alone.
    """
    safe = ~prefers & ~compose(prefers, moves.T)
    deterred = {
        "nash": np.zeros_like(improving),
        "gmr": compose(~prefers, answers.T),
        "smr": compose(safe, answers.T),
        "seq": compose(~prefers, improving_answers.T),
    }
    return {concept: np.asarray((~improving | punished).all(axis=1)) for concept, punished in deterred.items()}


def _shortest(
    moves: BoolArray, movers: Sequence[int], start: int, goal: BoolArray, own: NDArray[np.intp]
) -> Sanction | None:
    """Return a shortest sanction; among several of one length one that the player likes least."""
    before: dict[tuple[int, int], tuple[int, int] | None] = {(start, -1): None}
    layer = [(start, -1)]
    while layer:
        following = []
        for state, last in layer:
            for mover in movers:
                for to in np.flatnonzero(moves[mover, state]) if mover != last else ():
                    if (int(to), mover) not in before:
                        before[int(to), mover] = (state, last)
                        following.append((int(to), mover))
        hits = [node for node in following if goal[node[0]]]
        if hits:
            return _traced(before, min(hits, key=lambda node: (own[node[0]], node)))
        layer = following
    return None


def _traced(before: Mapping[tuple[int, int], tuple[int, int] | None], end: tuple[int, int]) -> Sanction:
    path: list[Step] = []
    node = end
    while (previous := before[node]) is not None:
        path.append((node[1], previous[0], node[0]))
        node = previous
    return Sanction(end[0], tuple(reversed(path)))


def _inside(kind: str, index: int, count: int) -> None:
    if not 0 <= index < count:
        raise ValueError(f"{kind} {index} is outside 0–{count - 1}")
