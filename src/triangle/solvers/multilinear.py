"""Advantages of actions and how they change with the others' strategies, for many games at once, games last in memory.

The payoff of an action is linear in each opponent's strategy. The quantal-response and the polynomial solvers need, at
one strategy profile per game, the advantage of every action over the player's first and its slope in every opponent's
strategy: sums over the profiles of the rest, done by `numpy.einsum` along the axis of games, where it is fastest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..game import FloatArray

Selection = NDArray[np.intp] | NDArray[np.bool_]

_LETTERS = "abcdefhijklmnopqrstuvwxyz"


@dataclass(frozen=True, eq=False)
class Advantages:
    """What each player gains by playing another action than its first, in G games.

    Attributes
    ----------
    shape : tuple of int
        The number of actions of each player.
    tables : tuple of ndarray
        Player i's, of shape (A_1, …, A_i - 1, …, A_N, G): the payoff of actions 1, 2, … less that of action 0.
    """

    shape: tuple[int, ...]
    tables: tuple[FloatArray, ...]

    @classmethod
    def of(cls, payoffs: FloatArray) -> Advantages:
        """Return the advantages in games of shape (G, N, A_1, …, A_N)."""
        last = np.ascontiguousarray(np.moveaxis(payoffs, 0, -1))
        tables = []
        for player, own in enumerate(last):
            first, rest = np.split(own, [1], axis=player)
            tables.append(np.ascontiguousarray(rest - first))
        return cls(payoffs.shape[2:], tuple(tables))

    @classmethod
    def joined(cls, parts: Sequence[Advantages]) -> Advantages:
        """Return the games of several batches in one."""
        tables = zip(*(part.tables for part in parts), strict=True)
        return cls(parts[0].shape, tuple(np.concatenate(table, axis=-1) for table in tables))

    @property
    def games(self) -> int:
        """The number of games G."""
        return int(self.tables[0].shape[-1])

    @cached_property
    def blocks(self) -> tuple[slice, ...]:
        """Where each player's advantages stand among all of them."""
        ends = np.cumsum([0, *(count - 1 for count in self.shape)])
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))

    @property
    def size(self) -> int:
        """The number of advantages: all actions but the first of each player."""
        return sum(self.shape) - len(self.shape)

    def widest(self) -> FloatArray:
        """Return the largest difference that its own action can make to each player, shape (N, G)."""
        found = np.empty((len(self.shape), self.games))
        for player, table in enumerate(self.tables):
            gap = table.max(axis=player, initial=0.0) - table.min(axis=player, initial=0.0)
            found[player] = gap.reshape(-1, self.games).max(axis=0)
        return found

    def scaled(self, factor: FloatArray) -> Advantages:
        """Return the advantages multiplied by a number per game."""
        return Advantages(self.shape, tuple(table * factor for table in self.tables))

    def take(self, games: Selection) -> Advantages:
        """Return some of the games, by index or mask."""
        places = np.flatnonzero(games) if games.dtype == bool else games
        return Advantages(self.shape, tuple(np.take(table, places, axis=-1) for table in self.tables))

    def rebased(self, swap: Sequence[NDArray[np.intp]]) -> Advantages:
        """Return the advantages after player i's action ``swap[i]`` (one per game) traded places with its first."""
        tables = []
        for player, table in enumerate(self.tables):
            none = np.zeros((*table.shape[:player], 1, *table.shape[player + 1 :]))
            full = np.concatenate([none, table], axis=player)
            for axis, other in enumerate(swap):
                order = swapped(self.shape[axis], other)
                shape = [1] * len(self.shape)
                shape[axis] = self.shape[axis]
                full = np.take_along_axis(full, order.reshape(*shape, -1), axis=axis)
            first, rest = np.split(full, [1], axis=player)
            tables.append(np.ascontiguousarray(rest - first))
        return Advantages(self.shape, tuple(tables))

    def repeat(self, times: int) -> Advantages:
        """Return one game ``times`` times over, without copying it."""
        tables = tuple(np.broadcast_to(table, (*table.shape[:-1], times)) for table in self.tables)
        return Advantages(self.shape, tables)

    def values(self, strategies: Sequence[FloatArray]) -> FloatArray:
        """Return all advantages under strategies (one per player, of shape (A_i, G)), shape (size, G)."""
        out = np.empty((self.size, self.games))
        for player, table in enumerate(self.tables):
            out[self.blocks[player]] = self._sum_out(table, player, None, strategies)
        return out

    def values_and_slopes(
        self, strategies: Sequence[FloatArray]
    ) -> tuple[FloatArray, dict[tuple[int, int], FloatArray]]:
        """Return all advantages, and for players i and j the slopes of i's in j's probabilities, (A_i - 1, A_j, G)."""
        out = np.empty((self.size, self.games))
        slopes = {}
        for player, table in enumerate(self.tables):
            others = [other for other in range(len(self.shape)) if other != player]
            for other in others:
                slopes[player, other] = self._sum_out(table, player, other, strategies)
            if others:
                near = others[-1]
                out[self.blocks[player]] = np.einsum("abg,bg->ag", slopes[player, near], strategies[near])
            else:
                out[self.blocks[player]] = table
        return out, slopes

    def _sum_out(
        self, table: FloatArray, player: int, keep: int | None, strategies: Sequence[FloatArray]
    ) -> FloatArray:
        """Average over the strategies of all but two players; own axis first in what is returned."""
        axes = _LETTERS[: len(self.shape)]
        for other in reversed(range(len(self.shape))):
            if other in (player, keep):
                continue
            left = axes.replace(_LETTERS[other], "")
            table = np.einsum(f"{axes}g,{_LETTERS[other]}g->{left}g", table, strategies[other])
            axes = left
        if keep is not None and keep < player:
            table = np.swapaxes(table, 0, 1)
        return table


def swapped(count: int, other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each game the order of ``count`` actions in which ``other`` and 0 trade places, (count, G)."""
    order = np.repeat(np.arange(count)[:, None], len(other), axis=1)
    order[0] = other
    order[other, np.arange(len(other))] = 0
    return order
