"""Coalitions and the joint moves open to them: who may move together, from which profile to which.

A coalition is a set of players, given as any iterable of their numbers. Unrestricted, its members may go from any
profile to any other that differs in nothing but their own actions. Restrictions are given per coalition, as

- a mapping from members to bool arrays of shape ``(A_i, A_i)``: ``reach[a, b]`` says whether the member may go from
  ``a`` to ``b`` in a move of this coalition. The coalition may make every combination of what its members may do; a
  member may stay where it is, whatever the diagonal says, and a member left out of the mapping is free to go anywhere;
- or one bool array of shape ``(P, P)`` over the profiles in C order, for moves that are no such combination.

Moves need not be reversible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from types import EllipsisType
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..game import BoolArray
from ..names import unknown

Members = tuple[int, ...]
Coalitions = Literal["all", "pairs"] | Iterable[int | Iterable[int]]
Restriction = Mapping[int, ArrayLike] | ArrayLike
Moves = Mapping[Any, Restriction | None] | Sequence[Restriction | None]


@dataclass(frozen=True, eq=False)
class Mover:
    """A coalition with its moves.

    Attributes
    ----------
    members : tuple of int
        In ascending order.
    reach : tuple of ndarray of bool, shape (A_i, A_i) each, or None
        For each member where it may go from where; ``None`` if all are free.
    table : ndarray of bool, shape (P, P), or None
        Moves between profiles that are not combinations of the members' own.
    """

    members: Members
    reach: tuple[BoolArray, ...] | None = None
    table: BoolArray | None = None

    def joint_actions(self, shape: tuple[int, ...]) -> Iterator[Members]:
        """Return every combination of the members' actions."""
        return product(*(range(shape[member]) for member in self.members))

    def allowed_from(self, shape: tuple[int, ...], actions: Members) -> BoolArray | None:
        """Return the profiles from which the members may go to ``actions``; ``None`` if from all.

        The array broadcasts to ``shape``.
        """
        if self.table is not None:
            here = np.arange(np.prod(shape, dtype=np.intp)).reshape(shape)
            there = np.broadcast_to(here[self.target(shape, actions)], shape)
            return np.asarray(self.table[here, there])
        if self.reach is None:
            return None
        allowed: BoolArray = np.ones((1,) * len(shape), dtype=bool)
        for member, action, reach in zip(self.members, actions, self.reach, strict=True):
            along = reach[:, action].reshape(tuple(-1 if k == member else 1 for k in range(len(shape))))
            allowed = allowed & along
        return allowed

    def target(self, shape: tuple[int, ...], actions: Members) -> tuple[EllipsisType | slice, ...]:
        """Return the index that sets the members' axes to ``actions`` and keeps all axes, those of a batch too."""
        where = dict(zip(self.members, actions, strict=True))
        return (..., *(slice(where[k], where[k] + 1) if k in where else slice(None) for k in range(len(shape))))

    def pairs(self, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Return every move as two arrays of flat profiles, from where and to where; staying is no move."""
        here = np.arange(np.prod(shape, dtype=np.intp)).reshape(shape)
        sources, targets = [], []
        for actions in self.joint_actions(shape):
            there = np.broadcast_to(here[self.target(shape, actions)], shape)
            allowed = self.allowed_from(shape, actions)
            real = (there != here) if allowed is None else (there != here) & allowed
            sources.append(here[real])
            targets.append(there[real])
        return np.concatenate(sources), np.concatenate(targets)


def movers(shape: tuple[int, ...], coalitions: Coalitions, moves: Moves | None = None) -> list[Mover]:
    """Return coalitions with their moves, checked, each once and in the order given.

    Parameters
    ----------
    shape : tuple of int
        The number of actions of each player.
    coalitions : {"all", "pairs"} or iterable of iterables of int
        ``"all"`` are those of two players or more.
    moves : mapping from coalition to restriction, or sequence of restrictions, optional
        See the module. Coalitions without a restriction (or with ``None``) are free; a sequence goes along with
        ``coalitions``. A single player's moves may be restricted too, under the key ``(i,)`` or ``i``.

    Raises
    ------
    ValueError
        A coalition that is empty or names a player twice or one that does not exist; a restriction for a coalition
        that is not listed, of the wrong shape, or that moves a player outside the coalition.

    Examples
    --------
    >>> stay_or_rise = np.array([[True, True], [False, True]])
    >>> [mover] = movers((2, 2), [(0, 1)], {(0, 1): {0: stay_or_rise}})
    >>> source, target = mover.pairs((2, 2))
    >>> sorted(zip(source.tolist(), target.tolist()))
    [(0, 1), (0, 2), (0, 3), (1, 0), (1, 2), (1, 3), (2, 3), (3, 2)]
    """
    listed = [_members(shape, coalition) for coalition in _listed(len(shape), coalitions)]
    restrictions = _restrictions(shape, listed, moves)
    return [_mover(shape, members, restrictions.get(members)) for members in dict.fromkeys([*listed, *restrictions])]


def _listed(players: int, coalitions: Coalitions) -> list[int | Iterable[int]]:
    if isinstance(coalitions, str):
        if coalitions not in ("all", "pairs"):
            raise ValueError(unknown("coalitions", coalitions, ("all", "pairs")))
        sizes = range(2, players + 1) if coalitions == "all" else range(2, min(2, players) + 1)
        return [members for size in sizes for members in combinations(range(players), size)]
    return list(coalitions)


def _members(shape: tuple[int, ...], coalition: object) -> Members:
    members = [coalition] if isinstance(coalition, int | np.integer) else coalition
    if isinstance(members, str) or not isinstance(members, Iterable):
        raise ValueError(f"coalitions: each is a collection of players, got {coalition!r}")
    found = list(members)
    wrong = [m for m in found if not isinstance(m, int | np.integer) or not 0 <= m < len(shape)]
    if wrong or not found or len(set(found)) < len(found):
        raise ValueError(f"coalitions: each names players among 0–{len(shape) - 1}, each once; got {coalition!r}")
    return tuple(sorted(int(m) for m in found))


def _restrictions(shape: tuple[int, ...], listed: list[Members], moves: Moves | None) -> dict[Members, Restriction]:
    if moves is None:
        return {}
    named: dict[Members, Restriction | None]
    if isinstance(moves, Mapping):
        named = {_members(shape, key): value for key, value in moves.items()}
    elif len(moves) == len(listed):
        named = dict(zip(listed, moves, strict=True))
    else:
        raise ValueError(f"moves: one restriction per coalition, so {len(listed)}; got {len(moves)}")
    for members in named:
        if members not in listed and len(members) > 1:
            raise ValueError(f"moves: coalition {members} is not among the coalitions {listed}")
    return {members: value for members, value in named.items() if value is not None}


def _mover(shape: tuple[int, ...], members: Members, restriction: Restriction | None) -> Mover:
    if restriction is None:
        return Mover(members)
    if not isinstance(restriction, Mapping):
        return Mover(members, table=_table(shape, members, restriction))
    strangers = [key for key in restriction if key not in members]
    if strangers:
        raise ValueError(f"moves: coalition {members} has no member {strangers[0]!r}")
    reach = []
    for member in members:
        count = shape[member]
        given = restriction.get(member, np.ones((count, count), dtype=bool))
        reach.append(_square(given, count, f"moves: coalition {members}, player {member}") | np.eye(count, dtype=bool))
    return Mover(members, reach=tuple(reach))


def _table(shape: tuple[int, ...], members: Members, restriction: ArrayLike) -> BoolArray:
    size = int(np.prod(shape, dtype=np.intp))
    table = _square(restriction, size, f"moves: coalition {members}")
    source, target = np.nonzero(table)
    here, there = np.unravel_index(source, shape), np.unravel_index(target, shape)
    for player in range(len(shape)):
        strays = np.flatnonzero(here[player] != there[player])
        if player not in members and len(strays):
            move = (int(source[strays[0]]), int(target[strays[0]]))
            raise ValueError(f"moves: coalition {members}: the move {move} changes the action of player {player}")
    return table


def _square(given: ArrayLike, count: int, what: str) -> BoolArray:
    array = np.asarray(given)
    if array.shape != (count, count) or array.dtype.kind not in "buif" or not np.isin(array, (0, 1)).all():
        raise ValueError(f"{what}: need a bool array of shape {(count, count)}, got {array.dtype} {array.shape}")
    return array.astype(bool)
