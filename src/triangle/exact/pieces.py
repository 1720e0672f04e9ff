"""A box of the tree, and the polynomials in force on it, in floats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..game import FloatArray
from ..statement import Loss, Value
from .boxes import Ends
from .family import ExactConditions
from .forms import Form, form_of
from .point import loss_row
from .rough import Basis, Rough
from .routes import Atom

if TYPE_CHECKING:
    from .prover import Prover

MARGIN = 1e-12
Pair = tuple[int, ...]
End = tuple[str, int]
"""The lower (0) or the upper (1) end of a coordinate's range."""
Shown = tuple[int, Pair]
"""An atom's place, and the profiles of the settings that its comparison names."""


@dataclass
class Node:
    """A box of the tree, and what is shown on it.

    Attributes
    ----------
    ends : mapping of str to (Fraction, Fraction)
    out : mapping of str to set of int
        For each setting the profiles that are out, on this box or on one around it.
    done : set of Shown
        What is shown, on this box or on one around it.
    sure : mapping of str to set of int
        Under ``commitment``, for each setting the actions of the leader with a stable profile in their subgame.
    bettered : mapping of str to set of int
        Under ``commitment``, for each setting the profiles than which another action is sure to give the leader more.
    apart : frozenset of (str, int)
        Ends at which a range was cut back and which have a box of their own, so that here they need no care.
    blocked : (str, int) or None
        Such an end that kept something from being shown: it needs a box of its own.
    record : dict
        What is shown on this box, as the certificate writes it.
    """

    ends: Ends
    out: dict[str, set[int]]
    done: set[Shown]
    sure: dict[str, set[int]] = field(default_factory=dict)
    bettered: dict[str, set[int]] = field(default_factory=dict)
    apart: frozenset[End] = frozenset()
    blocked: End | None = None
    record: dict[str, Any] = field(default_factory=dict)

    def part(self, name: str, ends: tuple[Fraction, Fraction], apart: Iterable[End] = ()) -> Node:
        """Return a part of the box, on which all is known that is known here."""
        sets = ({label: set(found) for label, found in each.items()} for each in (self.out, self.sure, self.bettered))
        out, sure, bettered = sets
        return Node({**self.ends, name: ends}, out, set(self.done), sure, bettered, self.apart | {*apart})


class SettingRows:
    """The conditions of one setting on one linear piece, in floats."""

    def __init__(self, exactly: ExactConditions, basis: Basis) -> None:
        self.exactly = exactly
        self.basis = basis
        scaled = exactly.rows.astype(np.float64) / exactly.family.denominator
        self.rows = basis.rows(scaled)
        self.sizes = np.abs(self.rows).sum(axis=1)
        self._rough: dict[tuple[int, int], Rough] = {}
        self._gains: dict[tuple[int, int], Rough] = {}

    def rough(self, row: int, sign: int) -> Rough:
        """Return a row, or its negation, as a polynomial."""
        if (row, sign) not in self._rough:
            kept = np.flatnonzero(self.rows[row])
            self._rough[row, sign] = Rough(self.basis.exponents[kept], self.rows[row, kept] * sign)
        return self._rough[row, sign]

    def gain(self, profile: int, other: int) -> Rough:
        """Return what the leader gets more at another profile, as a polynomial."""
        if (profile, other) not in self._gains:
            payoff = self.exactly.leader_payoff
            numbers = (payoff[:, other] - payoff[:, profile]).astype(np.float64) / self.exactly.family.denominator
            self._gains[profile, other] = self.basis.polynomial(numbers)
        return self._gains[profile, other]

    @cached_property
    def _leader(self) -> FloatArray:
        return self.basis.rows(self.exactly.leader_payoff.T.astype(np.float64) / self.exactly.family.denominator)

    def worth(self, point: FloatArray) -> FloatArray:
        """Return the leader's payoff at every profile, at a point."""
        return np.asarray(self._leader @ (point**self.basis.exponents).prod(axis=1))

    def at(self, point: FloatArray) -> FloatArray:
        """Return every row at a point."""
        return np.asarray(self.rows @ (point**self.basis.exponents).prod(axis=1))

    def between(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return bounds of every row on a box, term by term."""
        below = (low**self.basis.exponents).prod(axis=1)
        above = (high**self.basis.exponents).prod(axis=1)
        up, down = np.maximum(self.rows, 0), np.minimum(self.rows, 0)
        return up @ below + down @ above, up @ above + down @ below


class Piece:
    """The polynomials of all settings on a part of the box without kinks."""

    def __init__(self, prover: Prover, ends: Ends) -> None:
        self.prover = prover
        monomials = prover.model.polynomials.monomials
        self.rows: dict[str, SettingRows] = {}
        for label, setting in prover.settings.items():
            replaced = prover.coordinates.replaced(setting, ends)
            basis = Basis(monomials, replaced, prover.variables)
            self.rows[label] = SettingRows(prover.exact[label], basis)
        self._forms: dict[tuple[Value | Loss, int], Form] = {}

    def zero(self) -> Rough:
        """Return the zero polynomial."""
        return Rough(np.zeros((0, len(self.prover.variables)), dtype=np.int64), np.zeros(0))

    def form(self, side: Value | Loss, profile: int) -> Form:
        """Return a side's form at a profile, in floats."""
        key = (side, profile)
        if key not in self._forms:
            zero = self.zero()
            found = self._made(side, profile)
            self._forms[key] = found.mapped(lambda part: part if isinstance(part, Rough) else zero + part)
        return self._forms[key]

    def _made(self, side: Value | Loss, profile: int) -> Form:
        model, basis = self.prover.model, self.rows[side.setting].basis
        exactly = self.prover.exact[side.setting]
        if isinstance(side, Value):
            measure = model.measure(side.measure)
            family = exactly.family
            columns = [family.quantities[name][:, profile].astype(np.float64) for name in measure.quantities]
            return form_of(measure, [basis.polynomial(column / family.denominator) for column in columns])
        row = loss_row(model, side, profile, self.prover.settings[side.setting].scenario.held)
        place = {product: k for k, product in enumerate(model.polynomials.monomials)}
        numbers = np.zeros(len(place))
        for inner, number in row.terms.items():
            numbers[place[inner]] = float(number)
        return Form(basis.polynomial(numbers))

    def sides(self, atom: Atom, pair: Pair) -> tuple[Form, Form]:
        """Return the greater and the smaller side of an atom at the profiles of its settings."""
        comparison = self.prover.statement.comparisons[atom.comparison]
        chosen = dict(zip(self.prover.labels(atom), pair, strict=True))
        left = self.form(comparison.left, chosen[comparison.left.setting])
        right = Form(self.zero(), self.zero() + 1)
        if comparison.right is not None:
            right = self.form(comparison.right, chosen[comparison.right.setting])
        return atom.sides(left, right)
