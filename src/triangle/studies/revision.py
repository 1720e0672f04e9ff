"""Who may revise what: the units of a family, their alternatives, and one step of asynchronous logit revision.

A unit is a player or a coalition; a player's alternatives are all its actions, a coalition's the joint moves within
the stances that it may change. In a slot of a year one unit is drawn and chooses an alternative ``a`` with weight
``exp(precision · v(a))``, where ``v`` is the payoff of the unit: a member's, or the mean of its members' (Blume 1993
for players; a coalition's mean puts one precision on all). At infinite precision it chooses among its best
alternatives with equal chance, so that a profile absorbs if and only if it is stable and no move ties with staying.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..conditions import Conditions, IntArray, conditions
from ..family import GameFamily
from ..game import BoolArray, FloatArray, GameForm
from ..parts import Coalition

Array32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a family in which players may be held to an action.

    A row is one choice: a unit with the alternatives open to it. Profiles between which a unit can move share a row.

    Attributes
    ----------
    compiled : Conditions
        The pairwise conditions under the same commitment, whose movers are the units that are not idle.
    names : tuple of str
        All players, then all coalitions; a unit with a held member is idle and keeps its share of the slots.
    places : ndarray of int, shape (p,)
        The profiles in which held players are at their actions. Positions among them are called local.
    local : ndarray of int, shape (P,)
        For every profile the local position once held players are put at their actions.
    targets : ndarray of int, shape (rows, alternatives)
        Local profiles; a row with fewer alternatives repeats its first.
    open : ndarray of bool, shape (rows, alternatives)
    row_unit : ndarray of int, shape (rows,)
    row_at : ndarray of int, shape (units, p)
        The row of a unit at a profile; ``rows`` if it is idle.
    """

    compiled: Conditions
    names: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    places: IntArray
    local: IntArray
    targets: IntArray
    open: BoolArray
    row_unit: IntArray
    row_at: IntArray

    @property
    def active(self) -> tuple[int, ...]:
        """The units that are not idle."""
        return tuple(int(unit) for unit in np.unique(self.row_unit))

    def slots(self, revision: float) -> tuple[int, float]:
        """Return the number of slots in a year, and the chance with which a slot falls to a given unit."""
        count = max(12, int(np.ceil(len(self.names) * revision)))
        return count, revision / count

    def unit_payoffs(self, payoffs: Mapping[int, FloatArray]) -> dict[int, FloatArray]:
        """Return each active unit's payoff at the local profiles, shape (p, columns), from its members'."""
        found = {}
        for unit in self.active:
            members = self.members[unit]
            total = payoffs[members[0]]
            for member in members[1:]:
                total = total + payoffs[member]
            found[unit] = total / len(members) if len(members) > 1 else total
        return found

    def margins(self, tolerances: FloatArray) -> dict[int, FloatArray]:
        """Return from the conditions' tolerances, shape (columns, movers), each active unit's, shape (columns,)."""
        movers = self.compiled.movers
        return {u: tolerances[:, movers.index(self.names[u])] / len(self.members[u]) for u in self.active}

    def choices(
        self, payoffs: Mapping[int, FloatArray], precision: float, margins: Mapping[int, FloatArray]
    ) -> FloatArray:
        """Return the probability of every alternative, shape (alternatives, rows, columns).

        Parameters
        ----------
        payoffs : mapping of int to ndarray, shape (p, columns)
            Of the units, from `unit_payoffs`.
        precision : float
            Infinite for best responses.
        margins : mapping of int to ndarray, shape (columns,)
            What counts as a tie, for each unit; used at infinite precision alone.
        """
        columns = next(iter(payoffs.values())).shape[-1]
        out = np.zeros((self.targets.shape[1], len(self.targets), columns))
        for unit in self.active:
            rows = np.flatnonzero(self.row_unit == unit)
            count = int(self.open[rows[0]].sum())
            values = payoffs[unit][self.targets[rows, :count].T]
            gaps = values - values.max(axis=0)
            best = np.isinf(precision)
            weights = (gaps >= -margins[unit]).astype(np.float64) if best else np.exp(precision * gaps)
            out[:count, rows] = weights / weights.sum(axis=0)
        return out

    def spread(self, law: FloatArray, choices: FloatArray, slots: int, chance: float) -> FloatArray:
        """Return the law of the local profile after some slots, shape (p, columns)."""
        gather, scatter = self._incidence
        stay = 1.0 - chance * len(self.active)
        for _ in range(slots):
            moved = choices * (gather @ law)
            law = stay * law + chance * (scatter @ moved.reshape(-1, moved.shape[-1]))
        return law

    def kernel(self, choices: FloatArray, slots: int, chance: float) -> FloatArray:
        """Return the chance to be at each local profile after some slots, from each, shape (columns, from p, to p).

        Examples
        --------
        >>> import numpy as np
        >>> import triangle as tri
        >>> found = units(tri.chapter_model(), {"West": "pressure/engage"})
        >>> even = np.where(found.open.T, 1 / found.open.sum(axis=1), 0.0)[:, :, None]
        >>> bool(np.allclose(found.kernel(even, 12, 0.25).sum(axis=2), 1))
        True
        """
        at = np.arange(len(self.places))
        slot = np.zeros((choices.shape[-1], len(at), len(at)))
        slot[:, at, at] = 1.0 - chance * len(self.active)
        for unit in self.active:
            rows = self.row_at[unit]
            for k in range(int(self.open[rows[0]].sum())):
                slot[:, at, self.targets[rows, k]] += chance * choices[k, rows].T
        return np.asarray(np.linalg.matrix_power(slot, slots))

    @cached_property
    def _incidence(self) -> tuple[FloatArray, FloatArray]:
        """Which profiles a row gathers, and to which its alternatives lead."""
        rows, alternatives = self.targets.shape
        gather = np.zeros((rows, len(self.places)))
        for unit in self.active:
            gather[self.row_at[unit], np.arange(len(self.places))] = 1.0
        scatter = np.zeros((len(self.places), alternatives, rows))
        for k in range(alternatives):
            scatter[self.targets[:, k], k, np.arange(rows)] = self.open[:, k]
        return gather, scatter.reshape(len(self.places), -1)

    def step_table(self, choices: FloatArray) -> Array32:
        """Return cumulative probabilities for `steps`, shape (alternatives - 1, rows + 1, columns); 1 where idle."""
        total = np.cumsum(choices, axis=0)
        last = total[-1].copy()
        total /= last
        # Rounding must not leave a sliver above the last alternative that has weight.
        total[total >= 1.0 - 1e-12] = 1.0
        table = np.ones((len(choices) - 1, len(self.targets) + 1, choices.shape[-1]), dtype=np.float32)
        table[:, :-1] = total[:-1]
        return table

    def steps(
        self, local: IntArray, table: Array32, who: Array32, what: Array32, chance: float, column: IntArray
    ) -> IntArray:
        """Return local profiles after one slot for each row of ``who`` and ``what``, both of shape (slots, runs)."""
        lookup, following = self._walks
        units, alternatives = len(self.names), self.targets.shape[1]
        drawn = np.minimum((who / np.float32(chance)).astype(np.intp), units) * len(self.places)
        flat = table.reshape(len(table), -1)
        for slot in range(len(who)):
            at = drawn[slot] + local
            place = lookup[at] * table.shape[-1] + column
            chosen = at * alternatives
            for bound in flat:
                chosen += what[slot] >= bound[place]
            local = following[chosen]
        return local

    @cached_property
    def _walks(self) -> tuple[IntArray, IntArray]:
        """The row, and every alternative's target, by unit and profile; one unit more stands for nobody."""
        units, count, alternatives = len(self.names), len(self.places), self.targets.shape[1]
        lookup = np.full((units + 1, count), len(self.targets), dtype=np.intp)
        lookup[:units] = self.row_at
        following = np.repeat(np.tile(np.arange(count), units + 1)[:, None], alternatives, axis=1)
        real = lookup.ravel() < len(self.targets)
        following[real] = self.targets[lookup.ravel()[real]]
        return lookup.ravel(), following.ravel()

    def settled(self, choices: FloatArray, chance: float, slots: int, most: int = 200) -> FloatArray:
        """Return the law to which equal chances for all profiles converge under the choices, shape (p, columns)."""
        law = np.full((len(self.places), choices.shape[-1]), 1.0 / len(self.places))
        for _ in range(most):
            after = self.spread(law, choices, slots, chance)
            if np.abs(after - law).max() < 1e-14:
                return after
            law = after
        return law


@lru_cache(maxsize=32)
def _units(family: GameFamily, held: tuple[tuple[str, str], ...]) -> Units:
    form = family.form
    compiled = conditions(family, "pairwise", dict(held))
    places = np.flatnonzero(compiled.allowed)
    where = np.stack(np.unravel_index(np.arange(form.size), form.shape))
    for player, action in held:
        where[form.index(player)] = form.player(player).action(action)
    position = np.full(form.size, -1, dtype=np.intp)
    position[places] = np.arange(len(places))
    local = position[np.ravel_multi_index(tuple(where), form.shape)]

    keys = [_key(form, (k,)) for k in range(len(form.players))]
    keys += [_joint_key(form, coalition) for coalition in family.coalitions]
    names = (*form.names, *(coalition.name for coalition in family.coalitions))
    members = tuple((k,) for k in range(len(form.players))) + tuple(
        tuple(form.index(name) for name in coalition.members) for coalition in family.coalitions
    )
    rows: list[IntArray] = []
    row_unit: list[int] = []
    row_at = np.full((len(names), len(places)), -1, dtype=np.intp)
    for unit, key in enumerate(keys):
        if names[unit] in compiled.movers:
            _, group = np.unique(key[places], return_inverse=True)
            row_at[unit] = group.reshape(-1) + len(rows)
            rows += [np.flatnonzero(group.reshape(-1) == g) for g in range(int(group.max()) + 1)]
            row_unit += [unit] * (int(group.max()) + 1)
    row_at[row_at < 0] = len(rows)
    widest = max(map(len, rows), default=1)
    targets = np.array([np.concatenate([row, np.full(widest - len(row), row[0])]) for row in rows], dtype=np.intp)
    open_ = np.array([np.arange(widest) < len(row) for row in rows])
    return Units(compiled, names, members, places, local, targets, open_, np.array(row_unit), row_at)


def units(family: GameFamily, held: Mapping[str, str] | None = None) -> Units:
    """Return the units of a family, some players held to an action.

    Raises
    ------
    ValueError
        An unknown player or action, or nobody is left to move.

    Examples
    --------
    >>> import triangle as tri
    >>> found = units(tri.chapter_model(), {"West": "pressure/engage"})
    >>> found.names, found.targets.shape, len(found.places)
    (('West', 'Russia', 'China', 'Russia–China'), (16, 9), 36)
    """
    listed = tuple(sorted((held or {}).items()))
    if len(listed) == len(family.form.players):
        raise ValueError("every player is held to an action; nobody is left to revise")
    return _units(family, listed)


def _key(form: GameForm, free: tuple[int, ...]) -> IntArray:
    """Return a number for every profile, equal where only the free players' actions differ."""
    where = np.stack(np.unravel_index(np.arange(form.size), form.shape))
    where[list(free)] = 0
    return np.asarray(np.ravel_multi_index(tuple(where), form.shape))


def _joint_key(form: GameForm, coalition: Coalition) -> IntArray:
    """Return a number for every profile, equal where only the stances that the coalition may change differ."""
    keys = [_key(form, tuple(form.index(name) for name in coalition.members))]
    where = np.unravel_index(np.arange(form.size), form.shape)
    for name, stances in coalition.moves:
        player = form.player(name)
        fixed = [k for k, (toward, _) in enumerate(player.stances) if toward not in stances]
        left = [tuple(choice[k] for k in fixed) for choice in player.choices]
        number = np.array([left.index(key) for key in left])
        keys.append(number[where[form.index(name)]])
    _, group = np.unique(np.stack(keys), axis=1, return_inverse=True)
    return np.asarray(group.reshape(-1))
