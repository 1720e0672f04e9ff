"""Polynomials in floats, and lower bounds of them over a box: what the search for a proof runs on.

A bound comes with the steps that lead to it, which the checker repeats in fractions. Nothing here is a proof.

The bound of a polynomial over a box, all of whose ends are not negative, is found in three steps. While a partial
derivative has one sign on the box, its variable is fixed at the end where the polynomial is least, and terms that have
become alike are put together. What is left is bounded by its Bernstein coefficients (for a polynomial of degree one in
each variable they are its values at the corners) or, where those are too many, term by term.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from ..conditions import IntArray
from ..game import FloatArray
from .rational import Number, Polynomial

MOST_BERNSTEIN = 8192
TINY = 1e-13
_KEYS = np.random.default_rng(20).integers(1, 2**62, 512, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Rough:
    """A polynomial in floats over a list of variables.

    Attributes
    ----------
    exponents : ndarray of int, shape (terms, variables)
    numbers : ndarray, shape (terms,)
    """

    exponents: IntArray
    numbers: FloatArray

    __array_ufunc__ = None

    @classmethod
    def of(cls, exponents: IntArray, numbers: FloatArray) -> Rough:
        """Return a polynomial with like terms put together and those that cancel left out."""
        if len(numbers) > 1:
            keys = exponents @ _KEYS[: exponents.shape[1]]
            _, first, place = np.unique(keys, return_index=True, return_inverse=True)
            if len(first) < len(keys):
                sums, sizes = np.zeros(len(first)), np.zeros(len(first))
                np.add.at(sums, place.reshape(-1), numbers)
                np.add.at(sizes, place.reshape(-1), np.abs(numbers))
                exponents, numbers = exponents[first], np.where(np.abs(sums) <= TINY * sizes, 0.0, sums)
        kept = np.flatnonzero(numbers)
        return cls(exponents[kept], numbers[kept])

    def _constant(self, value: Number) -> Rough:
        width = self.exponents.shape[1]
        return Rough(np.zeros((1, width), dtype=np.int64), np.array([float(value)])) if value else self._zero()

    def _zero(self) -> Rough:
        return Rough(np.zeros((0, self.exponents.shape[1]), dtype=np.int64), np.zeros(0))

    def __bool__(self) -> bool:
        return len(self.numbers) > 0

    def __add__(self, other: Rough | Number) -> Rough:
        that = other if isinstance(other, Rough) else self._constant(other)
        return Rough.of(np.concatenate([self.exponents, that.exponents]), np.concatenate([self.numbers, that.numbers]))

    def __neg__(self) -> Rough:
        return Rough(self.exponents, -self.numbers)

    def __sub__(self, other: Rough | Number) -> Rough:
        return self + (-other)

    def __rsub__(self, other: Number) -> Rough:
        return -self + other

    def __mul__(self, other: Rough | Number) -> Rough:
        if not isinstance(other, Rough):
            return Rough(self.exponents, self.numbers * float(other)) if other else self._zero()
        pairs = len(self.numbers) * len(other.numbers)
        exponents = (self.exponents[:, None] + other.exponents[None]).reshape(pairs, self.exponents.shape[1])
        return Rough.of(exponents, np.multiply.outer(self.numbers, other.numbers).ravel())

    __radd__ = __add__
    __rmul__ = __mul__

    @property
    def number(self) -> float | None:
        """Its value if it is constant."""
        if not self:
            return 0.0
        return float(self.numbers[0]) if len(self.numbers) == 1 and not self.exponents.any() else None

    @property
    def size(self) -> float:
        """The sum of the coefficients' sizes, to which rounding is relative."""
        return float(np.abs(self.numbers).sum())

    def at(self, point: FloatArray) -> float:
        """Return the value at a point."""
        return float((self.numbers * (point**self.exponents).prod(axis=1)).sum())


@dataclass(frozen=True)
class Bound:
    """A lower bound over a box, and how it is reached.

    Attributes
    ----------
    value : float
    fixed : tuple of (int, int)
        Variables in the order in which they are fixed, each at its lower (0) or upper (1) end.
    by : {"terms", "bernstein"}
    pulls : ndarray, shape (variables,)
        How far each variable that is left keeps the bound from being exact: the lesser of how steeply the polynomial
        may rise and fall in it, times its width.
    """

    value: float
    fixed: tuple[tuple[int, int], ...]
    by: str
    pulls: FloatArray


def steps(bound: Bound, variables: tuple[str, ...]) -> list[Any]:
    """Return the steps of a bound as a certificate writes them: how it ends, and the variables fixed before."""
    return [bound.by, *(f"{variables[column]}{'+' if side else '-'}" for column, side in bound.fixed)]


def lower_bound(polynomial: Rough, low: FloatArray, high: FloatArray) -> Bound:
    """Return a lower bound of a polynomial over a box with ends that are not negative."""
    exponents, numbers = polynomial.exponents, polynomial.numbers
    fixed: list[tuple[int, int]] = []
    pulls = np.zeros(len(low))
    done = low >= high
    while True:
        active = np.flatnonzero(exponents.any(axis=0) & ~done)
        if not len(active):
            break
        least, most = _slopes(exponents, numbers, low, high, active)
        slack = TINY * np.abs(numbers).sum()
        rises, falls = least >= -slack, most <= slack
        if not (rises | falls).any():
            pulls[active] = np.minimum(-least, most) * (high - low)[active]
            break
        value = np.ones(len(numbers))
        for k in np.flatnonzero(rises | falls):
            column, side = int(active[k]), 0 if rises[k] else 1
            fixed.append((column, side))
            value *= (high if side else low)[column] ** exponents[:, column]
            done = done.copy()
            done[column] = True
        chosen = active[rises | falls]
        left = exponents.copy()
        left[:, chosen] = 0
        kept = Rough.of(left, numbers * value)
        exponents, numbers = kept.exponents, kept.numbers
    if len(active):
        inner = Rough(exponents, numbers)
        if np.prod(exponents[:, active].max(axis=0) + 1.0) <= MOST_BERNSTEIN:
            return Bound(_bernstein(inner, low, high, active), tuple(fixed), "bernstein", pulls)
    below = (low**exponents).prod(axis=1)
    above = (high**exponents).prod(axis=1)
    total = float((np.maximum(numbers, 0) * below + np.minimum(numbers, 0) * above).sum())
    return Bound(total, tuple(fixed), "terms", pulls)


def _slopes(
    exponents: IntArray, numbers: FloatArray, low: FloatArray, high: FloatArray, active: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return bounds of the partial derivatives with respect to some variables, term by term."""
    used = np.flatnonzero(exponents.any(axis=0))
    powers = exponents[:, used]
    at = np.searchsorted(used, active)
    ends = []
    for corner in (low[used], high[used]):
        values = corner**powers
        before = np.cumprod(values, axis=1)
        after = np.cumprod(values[:, ::-1], axis=1)[:, ::-1]
        others = np.ones_like(values)
        others[:, 1:] *= before[:, :-1]
        others[:, :-1] *= after[:, 1:]
        own = powers * corner ** np.maximum(powers - 1, 0)
        ends.append((others * own)[:, at])
    up, down = np.maximum(numbers, 0)[:, None], np.minimum(numbers, 0)[:, None]
    return (up * ends[0] + down * ends[1]).sum(axis=0), (up * ends[1] + down * ends[0]).sum(axis=0)


def _bernstein(polynomial: Rough, low: FloatArray, high: FloatArray, active: IntArray) -> float:
    """Return the least Bernstein coefficient over the box in the variables that are left."""
    degrees = polynomial.exponents[:, active].max(axis=0)
    rest = np.delete(np.arange(len(low)), active)
    scale = (low[rest] ** polynomial.exponents[:, rest]).prod(axis=1)
    tensor = np.zeros(tuple(degrees + 1))
    np.add.at(tensor, tuple(polynomial.exponents[:, active].T), polynomial.numbers * scale)
    for axis, (column, degree) in enumerate(zip(active, degrees, strict=True)):
        change = _to_bernstein(int(degree)) @ _to_unit(int(degree), low[column], high[column])
        tensor = np.moveaxis(np.tensordot(change, tensor, axes=(1, axis)), 0, axis)
    return float(tensor.min())


def _to_unit(degree: int, low: float, high: float) -> FloatArray:
    """Return the matrix that takes coefficients in x to those in u, where x = low + (high − low)·u."""
    out = np.zeros((degree + 1, degree + 1))
    for k in range(degree + 1):
        for j in range(k + 1):
            out[j, k] = comb(k, j) * low ** (k - j) * (high - low) ** j
    return out


def _to_bernstein(degree: int) -> FloatArray:
    """Return the matrix that takes coefficients of powers on [0, 1] to Bernstein coefficients."""
    out = np.zeros((degree + 1, degree + 1))
    for i in range(degree + 1):
        for j in range(i + 1):
            out[i, j] = comb(i, j) / comb(degree, j)
    return out


class Basis:
    """Rough polynomials of one setting: the monomials of a family with its parameters replaced.

    Parameters
    ----------
    monomials : list of Monomial
    replaced : mapping of str to Polynomial
        Every parameter, as a polynomial in the variables.
    variables : tuple of str
    """

    def __init__(self, monomials: Any, replaced: Any, variables: tuple[str, ...]) -> None:
        place = {name: k for k, name in enumerate(variables)}
        found: dict[Any, int] = {}
        entries: list[tuple[int, int, float]] = []
        for k, product in enumerate(monomials):
            part = Polynomial.constant(1)
            for name, power in product:
                for _ in range(power):
                    part = part * replaced[name]
            for inner, number in part.terms.items():
                entries.append((k, found.setdefault(inner, len(found)), float(number)))
        self.change = np.zeros((len(monomials), len(found)))
        for k, column, value in entries:
            self.change[k, column] += value
        self.exponents = np.zeros((len(found), len(variables)), dtype=np.int64)
        for inner, column in found.items():
            for name, power in inner:
                self.exponents[column, place[name]] = power

    def rows(self, coefficients: FloatArray) -> FloatArray:
        """Return coefficients over the family's monomials as coefficients over those in the variables."""
        out = coefficients @ self.change
        sizes = np.abs(coefficients) @ np.abs(self.change)
        return np.where(np.abs(out) <= TINY * sizes, 0.0, out)

    def polynomial(self, coefficients: FloatArray) -> Rough:
        """Return one polynomial from coefficients over the family's monomials."""
        numbers = self.rows(coefficients)
        kept = np.flatnonzero(numbers)
        return Rough(self.exponents[kept], numbers[kept])
