"""Exact numbers and sparse polynomials with rational coefficients.

A float stands for its shortest decimal: 0.1 is 1/10 and not the binary number nearest to it. Parameters and payoffs are
written as decimals, so this is the number that was meant; ties between such numbers are then ties.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Self

from ..arguments import shown
from ..polynomial import Monomial, spelled

Number = int | float | Fraction


WRITTEN = re.compile(r"[+-]?[0-9]{1,4000}(/[0-9]{1,4000}|(\.[0-9]{1,4000})?(e[+-]?[0-9]{1,3})?)?", re.IGNORECASE)
"""A number as text. With a longer exponent a short text may stand for a number that fills the memory."""


def exact(value: Any) -> Fraction:
    """Return the rational number that a value is written as.

    Raises
    ------
    ValueError
        Not a finite number.

    Examples
    --------
    >>> exact(0.1), exact("3/4"), exact(2)
    (Fraction(1, 10), Fraction(3, 4), Fraction(2, 1))
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and not WRITTEN.fullmatch(value):
        raise ValueError(f"a number such as 3/4, -0.5 or 1e-9 is needed, got {value[:40]!r}")
    try:
        return Fraction(value) if isinstance(value, int | str) else Fraction(repr(float(value)))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(f"a finite number is needed, got {shown(value)}") from None


def check_search(most: Any, precision: Any) -> None:
    """Raise ``ValueError`` unless the precision of a search is above 0 and not above where it ends."""
    if not 0 < exact(precision) <= exact(most):
        raise ValueError(f"precision must be above 0 and at most most={shown(most)}, got {shown(precision)}")


def sign(value: Number) -> int:
    """Return −1, 0 or 1."""
    return (value > 0) - (value < 0)


def common(fractions: Iterable[Fraction]) -> tuple[list[int], int]:
    """Return numerators over one common denominator, and the denominator."""
    held = list(fractions)
    denominator = math.lcm(*(value.denominator for value in held))
    return [value.numerator * (denominator // value.denominator) for value in held], denominator


def root_sign(plain: Fraction, first: Fraction, under_first: Fraction, second: Fraction, under_second: Fraction) -> int:
    """Return the sign of ``plain + first·√under_first + second·√under_second``, exactly.

    Examples
    --------
    >>> root_sign(Fraction(-3), Fraction(1), Fraction(2), Fraction(1), Fraction(3))  # √2 + √3 > 3
    1
    """
    one = sign(first) * first * first * under_first
    two = sign(second) * second * second * under_second
    if plain == 0:
        return sign(one + two)
    if one == 0 or two == 0:
        return sign(sign(plain) * plain * plain + one + two)
    roots = sign(one + two)
    if roots in (0, sign(plain)):
        return sign(plain)
    # The roots pull against the plain part: compare squares, (a√A + b√B)² = one-sized parts + 2ab√(AB).
    mixed = sign(first) * sign(second)
    rest = plain * plain - abs(one) - abs(two)
    return sign(plain) * root_sign(rest, Fraction(-2 * mixed), abs(one) * abs(two), Fraction(0), Fraction(0))


class Polynomial:
    """A polynomial in named parameters with rational coefficients.

    Parameters
    ----------
    terms : mapping of Monomial to Fraction

    Examples
    --------
    >>> x = Polynomial.variable("x")
    >>> str((1 - x) * (1 + x)), (x * x).at({"x": Fraction(1, 2)})
    ('1 − x²', Fraction(1, 4))
    """

    __slots__ = ("terms",)
    __array_ufunc__ = None  # NumPy scalars leave the arithmetic to this class.

    def __init__(self, terms: Mapping[Monomial, Fraction] | None = None) -> None:
        self.terms: dict[Monomial, Fraction] = {m: c for m, c in (terms or {}).items() if c}

    @classmethod
    def constant(cls, value: Number) -> Self:
        """Return a constant."""
        return cls({(): exact(value)})

    @classmethod
    def variable(cls, name: str) -> Self:
        """Return a parameter as a polynomial."""
        return cls({((name, 1),): Fraction(1)})

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int | float | Fraction):
            return self.terms == ({(): exact(other)} if other else {})
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __add__(self, other: Polynomial | Number) -> Polynomial:
        out = dict(self.terms)
        for product, value in _terms(other).items():
            out[product] = out.get(product, Fraction(0)) + value
        return Polynomial(out)

    def __neg__(self) -> Polynomial:
        return Polynomial({product: -value for product, value in self.terms.items()})

    def __sub__(self, other: Polynomial | Number) -> Polynomial:
        return self + Polynomial({product: -value for product, value in _terms(other).items()})

    def __mul__(self, other: Polynomial | Number) -> Polynomial:
        if not isinstance(other, Polynomial):
            factor = exact(other)
            return Polynomial({product: value * factor for product, value in self.terms.items()})
        out: dict[Monomial, Fraction] = {}
        for first, a in self.terms.items():
            for second, b in other.terms.items():
                product = joined(first, second)
                out[product] = out.get(product, Fraction(0)) + a * b
        return Polynomial(out)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Number) -> Polynomial:
        return -self + other

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in it, sorted."""
        return tuple(sorted({name for product in self.terms for name, _ in product}))

    @property
    def degree(self) -> int:
        """The total degree; 0 for a constant."""
        return max((sum(power for _, power in product) for product in self.terms), default=0)

    @property
    def number(self) -> Fraction | None:
        """Its value if it is constant."""
        if not self.terms:
            return Fraction(0)
        return self.terms[()] if set(self.terms) == {()} else None

    def at(self, values: Mapping[str, Fraction]) -> Fraction:
        """Return the value at a point that gives every parameter in it."""
        total = Fraction(0)
        for product, value in self.terms.items():
            for name, power in product:
                value *= values[name] ** power
            total += value
        return total

    def fixed(self, values: Mapping[str, Fraction]) -> Polynomial:
        """Return the polynomial with some parameters set to numbers."""
        out: dict[Monomial, Fraction] = {}
        for product, value in self.terms.items():
            left = []
            for name, power in product:
                if name in values:
                    value = value * values[name] ** power
                else:
                    left.append((name, power))
            key = tuple(left)
            out[key] = out.get(key, Fraction(0)) + value
        return Polynomial(out)

    def substituted(self, changes: Mapping[str, Polynomial]) -> Polynomial:
        """Return the polynomial with some parameters replaced by polynomials."""
        out = Polynomial()
        for product, value in self.terms.items():
            kept = tuple((name, power) for name, power in product if name not in changes)
            part = Polynomial({kept: value})
            for name, power in product:
                for _ in range(power if name in changes else 0):
                    part = part * changes[name]
            out = out + part
        return out

    def derivative(self, name: str) -> Polynomial:
        """Return the partial derivative with respect to a parameter."""
        out: dict[Monomial, Fraction] = {}
        for product, value in self.terms.items():
            powers = dict(product)
            power = powers.pop(name, 0)
            if power:
                if power > 1:
                    powers[name] = power - 1
                out[tuple(sorted(powers.items()))] = value * power
        return Polynomial(out)

    def coefficients(self, name: str) -> list[Polynomial]:
        """Return the coefficients of the powers of one parameter, constant first."""
        out: list[dict[Monomial, Fraction]] = [{}]
        for product, value in self.terms.items():
            power = dict(product).get(name, 0)
            out.extend({} for _ in range(power + 1 - len(out)))
            out[power][tuple(factor for factor in product if factor[0] != name)] = value
        return [Polynomial(terms) for terms in out]

    def univariate(self, name: str) -> tuple[int, ...]:
        """Return the coefficients, constant first, multiplied by a positive number that makes them whole.

        Raises
        ------
        ValueError
            There is another parameter in it.
        """
        numbers = []
        for part in self.coefficients(name):
            if part.number is None:
                raise ValueError(f"{self} has parameters beside {name}")
            numbers.append(part.number)
        return tuple(common(numbers)[0])

    def __str__(self) -> str:
        return written(self.terms.items()) or "0"

    def __repr__(self) -> str:
        return f"Polynomial({self})"


def written(terms: Iterable[tuple[Monomial, Fraction]]) -> str:
    """Return terms as text, numbers shown to four digits."""
    out = ""
    for product, value in sorted(terms, key=lambda item: (sum(p for _, p in item[0]), item[0])):
        size = f"{float(abs(value)):.4g}"
        part = size if not product else spelled(product) if abs(value) == 1 else f"{size}·{spelled(product)}"
        out += ("−" if value < 0 else "") + part if not out else (" − " if value < 0 else " + ") + part
    return out


def joined(first: Monomial, second: Monomial) -> Monomial:
    """Return the product of two monomials."""
    if not first or not second:
        return first or second
    powers = dict(first)
    for name, power in second:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def _terms(value: Polynomial | Number) -> Mapping[Monomial, Fraction]:
    return value.terms if isinstance(value, Polynomial) else {(): exact(value)}
