"""Conflict analysis for coalitions: Nash, metarational and sequential stability of states against joint moves.

A coalition improves by any sequence of its members' moves (nobody twice running) that ends where every member is
better off; single steps may cost a member. It is deterred if the others can move on to a state that some member does
not prefer to where they began. A state is coalitionally stable if it is stable for every coalition, single players
among them; a state that is stable for each single player and not for some pair is one that the pair can leave together.

Kilgour, D. M., Hipel, K. W., Fang, L., & Peng, X. (2001). Coalition analysis in group decision support. Group Decision
and Negotiation 10(2), 159–175. Inohara, T., & Hipel, K. W. (2008). Coalition analysis in the graph model for conflict
resolution. Systems Engineering 11(4), 343–359.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import BoolArray
from ..names import unknown
from .conflict import CONCEPTS, preference_ranks, reach, read_moves, stable_states


@dataclass(frozen=True, eq=False)
class CoalitionConflictResult(Mapping[str, BoolArray]):
    """Which states are stable for which coalition; indexed by concept, it gives a bool array of shape (C, S).

    Attributes
    ----------
    coalitions : tuple of tuple of int
        The coalitions in the order of the arrays' first axis.
    nash, gmr, smr, seq : ndarray of bool, shape (C, S)
    """

    coalitions: tuple[tuple[int, ...], ...]
    nash: BoolArray
    gmr: BoolArray
    smr: BoolArray
    seq: BoolArray

    def __getitem__(self, concept: str) -> BoolArray:
        if concept not in CONCEPTS:
            raise KeyError(unknown("concept", concept, CONCEPTS))
        return np.asarray(getattr(self, concept))

    def __iter__(self) -> Iterator[str]:
        return iter(CONCEPTS)

    def __len__(self) -> int:
        return len(CONCEPTS)

    @property
    def stable(self) -> dict[str, BoolArray]:
        """The states that are stable for every coalition under each concept, bool (S,)."""
        return {concept: np.asarray(self[concept].all(axis=0)) for concept in CONCEPTS}


@checked
def coalition_conflict_stability(
    utilities: ArrayLike, moves: ArrayLike, coalitions: Iterable[Sequence[int]] | None = None
) -> CoalitionConflictResult:
    """Find the states that are stable for each coalition under each of four concepts.

    Parameters
    ----------
    utilities, moves : array_like
        As `triangle.solvers.conflict_stability` takes them.
    coalitions : iterable of sequence of int, optional
        The coalitions that may form; every nonempty one if not given. Under ``"seq"`` the others answer with any
        sequence of improvements by those of these coalitions that have no member in common with the mover, no
        coalition twice running; with single players they need not be listed to be able to answer.

    Returns
    -------
    CoalitionConflictResult

    Raises
    ------
    ValueError
        As `conflict_stability`; a coalition that is empty, names a player that does not exist or one player twice.

    Notes
    -----
    For a single player, Nash, GMR and SMR are those of `conflict_stability`. SEQ can be stronger a deterrent here,
    since the others may answer jointly.

    Examples
    --------
    In the prisoners' dilemma mutual defection is stable for each, but the pair leaves it.

    >>> from triangle.solvers.conflict import own_moves
    >>> result = coalition_conflict_stability([[3, 1, 4, 2], [3, 4, 1, 2]], own_moves((2, 2)))
    >>> result.coalitions, result["nash"][:, 3].tolist()
    (((0,), (1,), (0, 1)), [True, True, False])
    >>> result.stable["seq"].tolist()
    [True, False, False, False]
    """
    ranks = preference_ranks(utilities)
    graph = read_moves(moves, *ranks.shape)
    players = range(len(ranks))
    chosen = _read_coalitions(coalitions, len(ranks))
    answering = sorted({*chosen, *((i,) for i in players)}, key=lambda c: (len(c), c))
    joint = {members: reach(graph[list(members)]) for members in answering}
    prefers = {members: _all_prefer(ranks, members) for members in answering}
    found: dict[str, list[BoolArray]] = {concept: [] for concept in CONCEPTS}
    for members in chosen:
        others = [k for k in players if k not in members]
        apart = [other for other in answering if not set(other) & set(members)]
        improvements = np.array([joint[other] & prefers[other] for other in apart]).reshape(-1, *graph.shape[1:])
        stable = stable_states(
            joint[members] & prefers[members],
            joint[members],
            prefers[members],
            reach(graph[others]),
            reach(improvements.astype(bool)),
        )
        for concept in CONCEPTS:
            found[concept].append(stable[concept])
    arrays = {concept: np.array(rows, dtype=bool).reshape(-1, graph.shape[1]) for concept, rows in found.items()}
    return CoalitionConflictResult(chosen, **arrays)


def _all_prefer(ranks: NDArray[np.intp], members: Sequence[int]) -> BoolArray:
    """Return where every member prefers the second state to the first, bool (S, S)."""
    own = ranks[list(members)]
    return np.asarray((own[:, None, :] > own[:, :, None]).all(axis=0))


def _read_coalitions(coalitions: Iterable[Sequence[int]] | None, players: int) -> tuple[tuple[int, ...], ...]:
    if coalitions is None:
        sizes = range(1, players + 1)
        return tuple(members for size in sizes for members in combinations(range(players), size))
    out = []
    for k, members in enumerate(coalitions):
        chosen = tuple(sorted(int(i) for i in members))
        if not chosen or len(set(chosen)) < len(chosen) or not set(chosen) <= set(range(players)):
            raise ValueError(
                f"coalitions[{k}] must name some of the players 0–{players - 1}, each once, got {tuple(members)}"
            )
        out.append(chosen)
    return tuple(out)
