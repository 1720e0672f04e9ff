"""A family's polynomials and stability conditions with exact coefficients.

Which moves there are, and what each row says, is decided in `triangle.conditions` alone. Here the coefficients of the
same rows are made exact: whole numbers over one common denominator, added up from the contributions of the family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..conditions import Conditions, IntArray, conditions
from ..family import GameFamily
from ..game import GameForm
from ..names import unknown
from ..polynomial import Monomial
from .rational import Polynomial, common, exact

WholeArray = NDArray[Any]
"""Whole numbers: int64 where they fit, Python's own integers otherwise."""

_SAFE = 2**53


@dataclass(frozen=True, eq=False)
class ExactFamily:
    """The quantities of a family as whole numbers over a common denominator.

    Attributes
    ----------
    model : GameFamily
    denominator : int
    quantities : mapping of str to ndarray, shape (monomials, profiles)
    """

    model: GameFamily
    denominator: int
    quantities: Mapping[str, WholeArray]

    @property
    def monomials(self) -> tuple[Monomial, ...]:
        """The monomials of the family."""
        return self.model.polynomials.monomials

    @cached_property
    def _polynomials(self) -> dict[tuple[str, int], Polynomial]:
        return {}

    def quantity(self, name: str, profile: int) -> Polynomial:
        """Return a quantity at a profile; ``ValueError`` if there is none of the name."""
        key = (name, profile)
        if key not in self._polynomials:
            if name not in self.quantities:
                raise ValueError(unknown("quantity", name, self.quantities))
            self._polynomials[key] = self.polynomial(self.quantities[name][:, profile])
        return self._polynomials[key]

    def polynomial(self, numbers: WholeArray) -> Polynomial:
        """Return whole coefficients over the monomials as a polynomial."""
        kept = np.flatnonzero(numbers)
        return Polynomial({self.monomials[k]: Fraction(int(numbers[k]), self.denominator) for k in kept})


@lru_cache(maxsize=64)
def exact_family(model: GameFamily) -> ExactFamily:
    """Return a family with exact coefficients."""
    place = {product: k for k, product in enumerate(model.polynomials.monomials)}
    parts = [(part, *np.unique(part.values, return_inverse=True)) for part in model.contributions]
    numbers = {float(value) for _, values, _ in parts for value in values}
    wholes, denominator = common([exact(value) for value in numbers])
    whole = dict(zip(numbers, wholes, strict=True))
    largest = sum(max((abs(whole[float(v)]) for v in values), default=0) for _, values, _ in parts)
    kind: Any = np.int64 if largest < _SAFE else object
    shape = (len(place), model.form.size)
    quantities = {name: np.zeros(shape, dtype=kind) for name in model.polynomials.quantities}
    for part, values, inverse in parts:
        scaled = np.array([whole[float(value)] for value in values], dtype=kind)
        quantities[part.quantity][place[part.monomial]] += scaled[inverse.reshape(-1)]
    return ExactFamily(model, denominator, quantities)


@dataclass(frozen=True, eq=False)
class ExactConditions:
    """The rows of `Conditions` with exact coefficients.

    Attributes
    ----------
    family : ExactFamily
    compiled : Conditions
        The entries (which move of whom, from where to where, and which row says what it costs) are these.
    rows : ndarray of whole numbers, shape (rows, monomials)
        ``family.denominator`` times the rows of ``compiled``.
    """

    family: ExactFamily
    compiled: Conditions
    rows: WholeArray

    @property
    def form(self) -> GameForm:
        """The form of the game."""
        return self.compiled.form

    @cached_property
    def entries(self) -> dict[int, IntArray]:
        """The entries of each allowed profile: its conditions."""
        entry = self.compiled.entry_profile
        return {int(p): np.flatnonzero(entry == p) for p in np.flatnonzero(self.compiled.allowed)}

    @property
    def leader_payoff(self) -> WholeArray:
        """The leader's payoff, shape (monomials, profiles)."""
        return self.family.quantities[f"payoff_{self.family.model.leader}"]

    @cached_property
    def by_action(self) -> dict[int, tuple[int, ...]]:
        """For each action of a leader that is not held, its profiles; empty if there is no such leader."""
        actions = self.compiled.leader_action
        if actions is None:
            return {}
        return {a: tuple(map(int, np.flatnonzero(actions == a))) for a in map(int, np.unique(actions))}

    def row(self, entry: int) -> Polynomial:
        """Return what the move of an entry costs its mover."""
        numbers = self.rows[self.compiled.entry_row[entry]] * int(self.compiled.entry_sign[entry])
        return self.family.polynomial(numbers)

    def mover(self, entry: int) -> str:
        """Return who moves in an entry."""
        return self.compiled.movers[int(self.compiled.row_mover[self.compiled.entry_row[entry]])]

    def told(self, entry: int) -> str:
        """Return the move of an entry in words, such as ``"Russia to West: confront → cooperate"``."""
        compiled = self.compiled
        change = self.form.change(int(compiled.entry_profile[entry]), int(compiled.entry_target[entry]))
        return change if self.mover(entry) in self.form.names else f"{self.mover(entry)} together, {change}"

    def signs_at(self, weights: list[int]) -> NDArray[np.int8]:
        """Return the sign of every row where the monomials have positive multiples of these values."""
        totals = whole_product(self.rows, np.array([weights], dtype=object).T)[:, 0]
        return np.array([(total > 0) - (total < 0) for total in totals], dtype=np.int8)

    def stable(self, row_signs: NDArray[np.int8]) -> tuple[IntArray, IntArray]:
        """Return the profiles whose conditions all hold, and those where none is a tie, from the signs of the rows."""
        signs = row_signs[self.compiled.entry_row] * self.compiled.entry_sign
        weak, strict = self.compiled.allowed.copy(), self.compiled.allowed.copy()
        weak[self.compiled.entry_profile[signs < 0]] = False
        strict[self.compiled.entry_profile[signs <= 0]] = False
        return np.flatnonzero(weak), np.flatnonzero(strict)


@lru_cache(maxsize=128)
def _compile(model: GameFamily, concept: str, held: tuple[tuple[str, str], ...]) -> ExactConditions:
    compiled = conditions(model, concept, dict(held))
    family = exact_family(model)
    rows, first = np.unique(compiled.entry_row, return_index=True)
    kind = next(iter(family.quantities.values())).dtype
    out = np.zeros((len(compiled.rows), len(compiled.monomials)), dtype=kind)
    for row, entry in zip(rows, first, strict=True):
        here, there = compiled.entry_profile[entry], compiled.entry_target[entry]
        for member in compiled.members[compiled.row_mover[row]]:
            payoff = family.quantities[f"payoff_{member}"]
            out[row] += int(compiled.entry_sign[entry]) * (payoff[:, here] - payoff[:, there])
    return ExactConditions(family, compiled, out)


def exact_conditions(
    model: GameFamily, concept: str = "pairwise", held: Mapping[str, str] | None = None
) -> ExactConditions:
    """Return the conditions of a family under a concept, with exact coefficients.

    Raises
    ------
    ValueError
        See `triangle.conditions.conditions`.
    """
    fixed = {player: model.form.player(player).actions[model.form.player(player).action(action)]
             for player, action in (held or {}).items()}  # fmt: skip
    return _compile(model, concept, tuple(sorted(fixed.items())))


def whole_product(rows: WholeArray, columns: WholeArray) -> WholeArray:
    """Return a matrix product of whole numbers of any size."""
    out = np.zeros((len(rows), columns.shape[1]), dtype=object)
    for k in range(rows.shape[1]):
        used = np.flatnonzero(rows[:, k])
        if len(used) and columns[k].any():
            out[used] += rows[used, k].astype(object)[:, None] * columns[k]
    return out
