"""The stability conditions of a family, as rows of one polynomial inequality each.

Payoffs are polynomials in the parameters, so what a move costs its mover is one polynomial, and the move tempts nobody
while that is not negative. All conditions of a concept are compiled once into rows over the family's monomials.
Solving, slack, the batch kernel and explanations read the same rows; the conditions are written down nowhere else.

Concepts
--------
``nash``
    No player gains by a move of its own (Nash 1951).
``pairwise``
    ``nash``, and no coalition gains in sum by a joint move within the stances it may change: pairwise stability with
    transfers (Jackson and Wolinsky 1996; Bloch and Jackson 2006).
``commitment``
    The leader moves first and is held to its move; the others play ``pairwise`` in the subgame. A profile is an
    outcome if it is stable in its subgame and no other subgame guarantees the leader more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from .family import GameFamily
from .game import TOLERANCE, BoolArray, FloatArray, GameForm
from .names import unknown
from .parts import Coalition
from .polynomial import Monomial

Concept = Literal["nash", "pairwise", "commitment"]
IntArray = NDArray[np.intp]

Block = tuple[IntArray, IntArray, FloatArray]
"""The moves of one mover: where from, where to, and the polynomial of what each costs."""

CONCEPTS: tuple[str, ...] = get_args(Concept)


@dataclass(frozen=True, eq=False)
class Condition:
    """One inequality: the mover does not gain by the move from ``profile`` to ``target``.

    ``coefficients`` are over the monomials of the conditions; the loss from the move is their sum weighted with the
    monomials' values, and the condition holds where that is not negative.
    """

    mover: str
    members: tuple[str, ...]
    profile: int
    target: int
    coefficients: FloatArray


@dataclass(frozen=True, eq=False)
class Conditions:
    """The compiled conditions of one family under one concept.

    Attributes
    ----------
    form : GameForm
    concept : str
    monomials : tuple of Monomial
    movers : tuple of str
        Who may move: players, then coalitions.
    members : tuple of tuple of str
        The players behind each mover, whose payoffs count in sum.
    rows : ndarray, shape (rows, monomials)
        Distinct polynomials, each shared by the moves of one mover that have it up to sign. None is identically
        zero: a move that never changes the mover's payoff neither excludes a profile nor binds.
    row_mover : ndarray of int, shape (rows,)
    entry_profile, entry_target, entry_row : ndarray of int, shape (entries,)
        Each entry says that ``entry_sign × row`` must not be negative for ``entry_profile`` to be stable.
    entry_sign : ndarray of int8, shape (entries,)
    allowed : ndarray of bool, shape (profiles,)
        False where a player is not at the action it is held to.
    leader_action : ndarray of int, shape (profiles,), or None
        Under ``commitment`` with a leader that is not held: the leader's action at each profile.
    leader_payoff : ndarray, shape (monomials, profiles), or None
    """

    form: GameForm
    concept: str
    monomials: tuple[Monomial, ...]
    movers: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    rows: FloatArray
    row_mover: IntArray
    entry_profile: IntArray
    entry_target: IntArray
    entry_row: IntArray
    entry_sign: NDArray[np.int8]
    allowed: BoolArray
    leader_action: IntArray | None = None
    leader_payoff: FloatArray | None = None

    @cached_property
    def scale_rows(self) -> FloatArray:
        """For each mover the largest coefficient of its rows per monomial, shape (movers, monomials).

        Weighted with the monomials' absolute values it bounds every row of the mover, so it is the scale to which
        the tolerance is relative. It does not change when a constant is added to a payoff.
        """
        out = np.zeros((len(self.movers), len(self.monomials)))
        np.maximum.at(out, self.row_mover, np.abs(self.rows))
        return out

    def losses(self, weights: FloatArray) -> FloatArray:
        """Return what the mover loses at every entry, shape (*batch, entries), from monomial values."""
        return (weights @ self.rows.T)[..., self.entry_row] * self.entry_sign

    def tolerances(self, weights: FloatArray) -> FloatArray:
        """Return the tolerance of every mover's rows, shape (*batch, movers)."""
        return TOLERANCE * (np.abs(weights) @ self.scale_rows.T)

    def stable(self, weights: FloatArray) -> BoolArray:
        """Return which profiles are equilibria.

        Parameters
        ----------
        weights : ndarray, shape (*batch, monomials)
            From ``family.monomials(values)``.

        Returns
        -------
        ndarray of bool, shape (*batch, profiles)
            A loss counts as none down to `TOLERANCE` times the mover's payoff scale, so that ties are stable on
            both sides.
        """
        holds = weights @ self.rows.T
        margin = self.tolerances(weights)[..., self.row_mover]
        at_least, at_most = holds >= -margin, holds <= margin
        fits = np.where(self.entry_sign > 0, at_least[..., self.entry_row], at_most[..., self.entry_row])
        out = np.broadcast_to(self.allowed, (*weights.shape[:-1], self.form.size)).copy()
        for profile, entries in self._by_profile:
            out[..., profile] &= fits[..., entries].all(axis=-1)
        return self._chosen(out, weights) if self.leader_action is not None else out

    def _chosen(self, stable: BoolArray, weights: FloatArray) -> BoolArray:
        """Keep the subgame outcomes that no other move of the leader is sure to better."""
        assert self.leader_action is not None
        assert self.leader_payoff is not None
        payoff = weights @ self.leader_payoff
        margin = TOLERANCE * (np.abs(weights) @ np.abs(self.leader_payoff).max(axis=1))[..., None]
        out = stable.copy()
        for action in range(int(self.leader_action.max()) + 1):
            sure = np.where(stable & (self.leader_action == action), payoff, np.inf).min(axis=-1, keepdims=True)
            out &= (payoff >= sure - margin) | ~np.isfinite(sure)
        return out

    def slack(self, weights: FloatArray, profile: int) -> FloatArray:
        """Return the smallest loss from any move at a profile, shape (*batch,); infinite if it has none."""
        chosen = self.entry_profile == profile
        if not chosen.any():
            return np.full(weights.shape[:-1], np.inf)
        rows = self.rows[self.entry_row[chosen]] * self.entry_sign[chosen, None]
        return np.asarray((weights @ rows.T).min(axis=-1))

    def at(self, profile: int) -> Iterator[Condition]:
        """Yield every condition of a profile."""
        for k in np.flatnonzero(self.entry_profile == profile):
            row = int(self.entry_row[k])
            mover = self.row_mover[row]
            coefficients = self.rows[row] * int(self.entry_sign[k])
            yield Condition(self.movers[mover], self.members[mover], profile, int(self.entry_target[k]), coefficients)

    @cached_property
    def _by_profile(self) -> list[tuple[int, IntArray]]:
        return [(int(p), np.flatnonzero(self.entry_profile == p)) for p in np.unique(self.entry_profile)]


def check_concept(concept: str) -> None:
    """Refuse what is no concept made of conditions; ``ValueError`` lists those that are."""
    if concept not in CONCEPTS:
        raise ValueError(unknown("concept", concept, CONCEPTS))


def conditions(family: GameFamily, concept: str = "pairwise", held: Mapping[str, str] | None = None) -> Conditions:
    """Compile the conditions of a family under a concept.

    Parameters
    ----------
    family : GameFamily
    concept : {"nash", "pairwise", "commitment"}
    held : mapping of str to str, optional
        Players held to an action: a policy that is declared and kept. They have no conditions of their own.

    Returns
    -------
    Conditions

    Raises
    ------
    ValueError
        An unknown concept, player or action; ``commitment`` for a family without a leader.

    Examples
    --------
    >>> import triangle as tri
    >>> model = tri.chapter_model()
    >>> compiled = conditions(model, "pairwise")
    >>> int(compiled.stable(model.monomials()).sum())
    1
    """
    check_concept(concept)
    if concept == "commitment" and family.leader is None:
        raise ValueError(f"concept 'commitment' needs a leader; the family {family.name!r} names none")
    fixed = {family.form.index(player): family.form.player(player).action(a) for player, a in (held or {}).items()}
    return _compile(family, concept, tuple(sorted(fixed.items())))


@lru_cache(maxsize=128)
def _compile(family: GameFamily, concept: str, held: tuple[tuple[int, int], ...]) -> Conditions:
    form = family.form
    payoffs = family.polynomials.payoffs.reshape(len(family.polynomials.monomials), len(form.players), form.size)
    grid = np.arange(form.size).reshape(form.shape)
    allowed = np.ones(form.size, dtype=bool)
    for player, action in held:
        allowed &= np.unravel_index(np.arange(form.size), form.shape)[player] == action
    still = {player for player, _ in held}
    leader = form.index(family.leader) if family.leader is not None and concept == "commitment" else None
    waiting = still if leader is None else still | {leader}

    movers: list[str] = []
    members: list[tuple[str, ...]] = []
    blocks: list[Block] = []
    for player in range(len(form.players)):
        if player not in waiting:
            movers.append(form.names[player])
            members.append((form.names[player],))
            blocks.append(_losses(payoffs[:, [player]], *_own_moves(grid, player), allowed))
    for coalition in family.coalitions if concept != "nash" else ():
        joint = [form.index(name) for name in coalition.members]
        if not waiting & set(joint):
            movers.append(coalition.name)
            members.append(coalition.members)
            blocks.append(_losses(payoffs[:, joint], *_joint_moves(grid, form, coalition), allowed))

    rows, row_mover, profiles, targets, places, signs = _shared(blocks, len(payoffs))
    actions = payoff = None
    if leader is not None and leader not in still:
        actions = np.unravel_index(np.arange(form.size), form.shape)[leader]
        payoff = payoffs[:, leader]
    return Conditions(
        form=form,
        concept=concept,
        monomials=family.polynomials.monomials,
        movers=tuple(movers),
        members=tuple(members),
        rows=rows,
        row_mover=row_mover,
        entry_profile=profiles,
        entry_target=targets,
        entry_row=places,
        entry_sign=signs,
        allowed=allowed,
        leader_action=actions,
        leader_payoff=payoff,
    )


def _own_moves(grid: IntArray, player: int) -> tuple[IntArray, IntArray]:
    """Return all unilateral moves of a player as (from, to) flat profiles."""
    count = grid.shape[player]
    lines = np.moveaxis(grid, player, -1).reshape(-1, count)
    a, b = np.nonzero(~np.eye(count, dtype=bool))
    return lines[:, a].ravel(), lines[:, b].ravel()


def _joint_moves(grid: IntArray, form: GameForm, coalition: Coalition) -> tuple[IntArray, IntArray]:
    """Return all joint moves of a coalition, each member changing only the stances it may."""
    members = [form.index(name) for name, _ in coalition.moves]
    reach = [_reachable(form, name, stances) for name, stances in coalition.moves]
    sources, targets = [], []
    where = np.stack(np.unravel_index(grid.ravel(), form.shape))
    for p in range(form.size):
        here = where[:, p]
        for actions in product(*(reach[k][here[m]] for k, m in enumerate(members))):
            there = here.copy()
            there[members] = actions
            if (there != here).any():
                sources.append(p)
                targets.append(int(grid[tuple(there)]))
    return np.array(sources, dtype=np.intp), np.array(targets, dtype=np.intp)


def _reachable(form: GameForm, name: str, stances: tuple[str, ...]) -> list[list[int]]:
    """Return, for each action of a player, the actions that differ from it only in the given stances."""
    player = form.player(name)
    free = {player.dimension(toward) for toward in stances}
    fixed = [k for k in range(len(player.stances)) if k not in free]
    keys = [tuple(choice[k] for k in fixed) for choice in player.choices]
    return [[b for b, other in enumerate(keys) if other == key] for key in keys]


def _losses(payoffs: FloatArray, source: IntArray, target: IntArray, allowed: BoolArray) -> Block:
    """Return the moves that start at allowed profiles, and the polynomial of what each costs the movers in sum."""
    kept = allowed[source]
    source, target = source[kept], target[kept]
    here, there = payoffs[:, :, source], payoffs[:, :, target]
    difference = (here - there).sum(axis=1)
    rounding = 8 * np.finfo(np.float64).eps * (np.abs(here) + np.abs(there)).sum(axis=1)
    difference[np.abs(difference) <= rounding] = 0.0
    return source, target, np.ascontiguousarray(difference.T)


def _shared(
    blocks: list[Block], width: int
) -> tuple[FloatArray, IntArray, IntArray, IntArray, IntArray, NDArray[np.int8]]:
    """Merge equal rows of a mover up to sign, and drop those that are identically zero."""
    rows, movers = [np.zeros((0, width))], [np.zeros(0, dtype=np.intp)]
    profiles, targets, places = ([np.zeros(0, dtype=np.intp)] for _ in range(3))
    signs = [np.zeros(0, dtype=np.int8)]
    start = 0
    for mover, (source, target, difference) in enumerate(blocks):
        real = np.flatnonzero(difference.any(axis=1))
        if not len(real):
            continue
        found = difference[real]
        leading = found[np.arange(len(found)), (found != 0).argmax(axis=1)]
        sign = np.where(leading > 0, 1, -1).astype(np.int8)
        distinct, place = np.unique(found * sign[:, None], axis=0, return_inverse=True)
        rows.append(distinct)
        movers.append(np.full(len(distinct), mover, dtype=np.intp))
        profiles.append(source[real])
        targets.append(target[real])
        places.append(place.reshape(-1) + start)
        signs.append(sign)
        start += len(distinct)
    join = np.concatenate
    return join(rows), join(movers), join(profiles), join(targets), join(places), join(signs)
