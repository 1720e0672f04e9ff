"""Equilibria along a line on which one parameter moves and everything else stays.

On such a line every condition is a polynomial in one variable. Its roots cut the line into cells; in a cell no
condition changes its sign, so the set of equilibria is one and the same. At a cut a condition may be zero, which is a
tie: then the profiles on both of its sides are equilibria.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..polynomial import Monomial
from .displaced import Point
from .family import ExactConditions, whole_product
from .rational import common
from .univariate import Coefficients, Root, compare, primitive, roots_in, value_sign

Profiles = tuple[int, ...]


@dataclass(frozen=True)
class Cut:
    """A point of the line, the profiles that are equilibria there, and what decides it, in words."""

    root: Root
    equilibria: Profiles
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Track:
    """The equilibria along a closed interval.

    Attributes
    ----------
    cuts : tuple of Cut
        The two ends, and in between the points at which the set changes.
    cells : tuple of tuple of int
        The equilibria between neighbouring cuts: one set fewer than there are cuts.
    """

    cuts: tuple[Cut, ...]
    cells: tuple[Profiles, ...]

    def near(self, place: Root) -> tuple[Profiles, Profiles, Profiles]:
        """Return the equilibria just below a point of the interval, at it, and just above it."""
        for k, cut in enumerate(self.cuts):
            order = compare(place, cut.root)
            if order == 0:
                below = self.cells[k - 1] if k else cut.equilibria
                above = self.cells[k] if k < len(self.cells) else cut.equilibria
                return below, cut.equilibria, above
            if order < 0:
                return self.cells[k - 1], self.cells[k - 1], self.cells[k - 1]
        raise ValueError(f"{place} is beyond the end of the line")


def between(first: Root, second: Root) -> Fraction:
    """Return a rational number between two different roots, the first the lesser."""
    return (first.high + second.low) / 2


class Arrangement:
    """Polynomials on an interval, the cells into which their roots cut it, and their signs.

    Parameters
    ----------
    polynomials : sequence of Coefficients
        None of them zero.
    low, high : Fraction

    Attributes
    ----------
    roots : list of Root
        Both ends and every root, in increasing order.
    in_cells, at_roots : ndarray of int8
        The signs, shape (polynomials, cells) and (polynomials, roots).
    """

    def __init__(self, polynomials: Sequence[Coefficients], low: Fraction, high: Fraction) -> None:
        found = [(Root.rational(end), -1) for end in dict.fromkeys((low, high))]
        for k, polynomial in enumerate(polynomials):
            found += [(root, k) for root in roots_in(polynomial, low, high)]
        found.sort(key=cmp_to_key(_order))
        self.roots: list[Root] = []
        vanish: list[list[int]] = [[] for _ in polynomials]
        for root, k in found:
            if not self.roots or compare(self.roots[-1], root):
                self.roots.append(root)
            if k >= 0:
                vanish[k].append(len(self.roots) - 1)
        cells = len(self.roots) - 1
        self.middles = [between(a, b) for a, b in pairwise(self.roots)]
        self.in_cells = np.zeros((len(polynomials), cells), dtype=np.int8)
        self.at_roots = np.zeros((len(polynomials), cells + 1), dtype=np.int8)
        for k, (polynomial, own) in enumerate(zip(polynomials, vanish, strict=True)):
            ends = [0, *own, cells]
            for a, b in pairwise(ends):
                if a < b:
                    self.in_cells[k, a:b] = value_sign(polynomial, self.middles[a])
            if cells:
                self.at_roots[k] = self.in_cells[k, [*range(cells), cells - 1]]
            else:
                self.at_roots[k] = value_sign(polynomial, low)
            self.at_roots[k, own] = 0


def _order(first: tuple[Root, int], second: tuple[Root, int]) -> int:
    return compare(first[0], second[0])


def line_weights(
    monomials: Sequence[Monomial], values: Point, name: str, start: Fraction, slope: Fraction
) -> NDArray[np.object_]:
    """Return the monomials along a line on which a parameter is ``start + slope·x``.

    Returns
    -------
    ndarray of int, shape (monomials, powers of x)
        Over one positive denominator, which is dropped.
    """
    powers = [[Fraction(1)]]
    top = max((dict(product).get(name, 0) for product in monomials), default=0)
    for _ in range(top):
        last = [*powers[-1], Fraction(0)]
        powers.append([start * c + (slope * last[k - 1] if k else 0) for k, c in enumerate(last)])
    flat = []
    for product in monomials:
        scale = Fraction(1)
        for other, power in product:
            if other != name:
                scale *= values[other] ** power
        expanded = powers[dict(product).get(name, 0)]
        flat += [scale * c for c in expanded] + [Fraction(0)] * (top + 1 - len(expanded))
    return np.array(common(flat)[0], dtype=object).reshape(len(monomials), top + 1)


class _Signed:
    """Rows as distinct polynomials and signs: ``row = sign × polynomials[place]``; place −1 is zero."""

    def __init__(self) -> None:
        self.polynomials: list[Coefficients] = []
        self._places: dict[Coefficients, int] = {}

    def add(self, rows: Iterable[Sequence[int]]) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
        places, signs = [], []
        for row in rows:
            polynomial = primitive(row)
            sign = 1
            if polynomial and polynomial[-1] < 0:
                polynomial, sign = tuple(-number for number in polynomial), -1
            if polynomial and polynomial not in self._places:
                self._places[polynomial] = len(self.polynomials)
                self.polynomials.append(polynomial)
            places.append(self._places[polynomial] if polynomial else -1)
            signs.append(sign if polynomial else 0)
        return np.array(places, dtype=np.intp), np.array(signs, dtype=np.int8)


def track(
    exactly: ExactConditions, values: Point, name: str, start: Fraction, slope: Fraction, low: Fraction, high: Fraction
) -> Track:
    """Return the equilibria where a parameter is ``start + slope·x`` and ``x`` runs from ``low`` to ``high``.

    Parameters
    ----------
    exactly : ExactConditions
    values : mapping of str to Fraction
        Every other parameter.
    """
    line = line_weights(exactly.family.monomials, values, name, start, slope)
    signed = _Signed()
    places, signs = signed.add(whole_product(exactly.rows, line).tolist())
    arrangement = Arrangement(signed.polynomials, low, high)
    conditions = _EntrySigns(exactly, places, signs, arrangement)
    if exactly.compiled.leader_action is None:
        return _shortened(exactly, arrangement, conditions, None)
    somewhere = np.flatnonzero(conditions.stable(False).any(axis=1) | conditions.stable(True).any(axis=1))
    payoffs = whole_product(exactly.family.quantities[f"payoff_{exactly.family.model.leader}"][:, somewhere].T, line)
    differences = [payoffs[i] - payoffs[j] for i in range(len(somewhere)) for j in range(len(somewhere))]
    leader_places, leader_signs = signed.add([row.tolist() for row in differences])
    arrangement = Arrangement(signed.polynomials, low, high)
    conditions = _EntrySigns(exactly, places, signs, arrangement)
    leader = _LeaderSigns(exactly, somewhere, leader_places, leader_signs, arrangement)
    return _shortened(exactly, arrangement, conditions, leader)


class _EntrySigns:
    """The signs of every condition in the cells and at the roots, shape (entries, cells) and (entries, roots)."""

    def __init__(
        self,
        exactly: ExactConditions,
        places: NDArray[np.intp],
        signs: NDArray[np.int8],
        arrangement: Arrangement,
    ) -> None:
        compiled = exactly.compiled
        self.compiled = compiled
        place = places[compiled.entry_row]
        sign = (signs[compiled.entry_row] * compiled.entry_sign)[:, None]
        if not len(arrangement.in_cells):
            place, sign = place * 0, sign * 0
        self.cells = _taken(arrangement.in_cells, place) * sign
        self.roots = _taken(arrangement.at_roots, place) * sign

    def stable(self, at_roots: bool) -> NDArray[np.bool_]:
        """Return which profiles no condition excludes, shape (profiles, cells or roots)."""
        signs = self.roots if at_roots else self.cells
        out = np.repeat(self.compiled.allowed[:, None], signs.shape[1], axis=1)
        entries, columns = np.nonzero(signs < 0)
        out[self.compiled.entry_profile[entries], columns] = False
        return out


class _LeaderSigns:
    """Which of two profiles the leader likes better, in the cells and at the roots."""

    def __init__(
        self,
        exactly: ExactConditions,
        profiles: NDArray[np.intp],
        places: NDArray[np.intp],
        signs: NDArray[np.int8],
        arrangement: Arrangement,
    ) -> None:
        assert exactly.compiled.leader_action is not None
        self.profiles = profiles
        self.actions = exactly.compiled.leader_action[profiles]
        count = len(profiles)
        self._order = [
            (_taken(table, places) * signs[:, None]).reshape(count, count, table.shape[1])
            for table in (arrangement.in_cells, arrangement.at_roots)
        ]

    def chosen(self, stable: NDArray[np.bool_], at_roots: bool) -> NDArray[np.bool_]:
        """Keep the profiles that no other move of the leader is sure to better."""
        order = self._order[at_roots]
        here = stable[self.profiles]
        out = stable.copy()
        for action in np.unique(self.actions):
            others = here & (self.actions == action)[:, None]
            content = ((order >= 0) & others[None]).any(axis=1) | ~others.any(axis=0)
            out[self.profiles] &= content
        return out

    def ties(self, profile: int, root: int, stable: NDArray[np.bool_]) -> list[int]:
        """Return the profiles of other actions between which and a profile the leader is indifferent at a root."""
        k = int(np.flatnonzero(self.profiles == profile)[0])
        equal = (self._order[1][k, :, root] == 0) & (self.actions != self.actions[k]) & stable[self.profiles, root]
        return [int(p) for p in self.profiles[equal]]


def _taken(table: NDArray[np.int8], places: NDArray[np.intp]) -> NDArray[np.int8]:
    """Return rows of a table of signs; where there are no rows at all, zeros."""
    return table[places] if len(table) else np.zeros((len(places), table.shape[1]), dtype=np.int8)


def _shortened(
    exactly: ExactConditions, arrangement: Arrangement, conditions: _EntrySigns, leader: _LeaderSigns | None
) -> Track:
    """Keep the ends and the roots at which the set of equilibria changes."""
    subgame_cells, subgame_roots = conditions.stable(False), conditions.stable(True)
    cells, roots = subgame_cells, subgame_roots
    if leader is not None:
        cells, roots = leader.chosen(cells, False), leader.chosen(roots, True)
    last = len(arrangement.roots) - 1
    cuts, kept = [], []
    for k, root in enumerate(arrangement.roots):
        beside = [cells[:, c] for c in (k - 1, k) if 0 <= c < last]
        if 0 < k < last and all((side == roots[:, k]).all() for side in beside):
            continue
        different = np.logical_or.reduce([side != roots[:, k] for side in beside] or [np.zeros(len(roots), dtype=bool)])
        told: dict[str, None] = {}
        for p in _profiles(different):
            told.update(dict.fromkeys(_why(exactly, conditions, p, k)))
            for q in leader.ties(p, k, subgame_roots) if leader is not None else ():
                told[_why_leader(exactly, p, q)] = None
        cuts.append(Cut(root, _profiles(roots[:, k]), tuple(told)))
        if k < last:
            kept.append(_profiles(cells[:, k]))
    return Track(tuple(cuts), tuple(kept))


def _profiles(flags: NDArray[np.bool_]) -> Profiles:
    return tuple(map(int, np.flatnonzero(flags)))


def _why(exactly: ExactConditions, conditions: _EntrySigns, profile: int, root: int) -> list[str]:
    """Return the moves at a profile that are ties at a root and tempt on one side of it."""
    told = []
    for entry in exactly.entries[profile]:
        sides = [c for c in (root - 1, root) if 0 <= c < conditions.cells.shape[1]]
        if conditions.roots[entry, root] == 0 and any(conditions.cells[entry, c] < 0 for c in sides):
            told.append(exactly.told(int(entry)))
    return told


def _why_leader(exactly: ExactConditions, profile: int, other: int) -> str:
    change = exactly.form.change(profile, other)
    return f"{exactly.family.model.leader} as leader, {change}"
