"""Polynomials with fractions, and proofs that one is positive on a box, in whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import comb, lcm
from typing import Any


class Refused(ValueError):
    """Why a certificate is not accepted."""


def need(condition: object, reason: str) -> None:
    """Refuse the certificate unless a condition is met."""
    if not condition:
        raise Refused(reason)


WRITTEN = re.compile(r"[+-]?[0-9]{1,4000}(/[0-9]{1,4000}|\.[0-9]{1,4000})?")
"""How certificates write numbers. An exponent is refused: a short one may stand for a number that fills the memory."""


def fraction(value: Any) -> Fraction:
    """Return the number that a float or a text is written as."""
    if isinstance(value, str):
        need(WRITTEN.fullmatch(value) is not None, f"{value[:40]!r} is not a number such as 3/4 or -0.5")
    return Fraction(value) if isinstance(value, int | str | Fraction) else Fraction(repr(float(value)))


# --- polynomials ------------------------------------------------------------------------------------------------------


class P:
    """A polynomial: fractions by exponents, which are sorted pairs of a name and a power."""

    def __init__(self, terms: Mapping[tuple[tuple[str, int], ...], Fraction] | None = None) -> None:
        self.terms = {key: value for key, value in (terms or {}).items() if value != 0}

    @staticmethod
    def lift(value: Any) -> P:
        """Return a number as a polynomial."""
        return value if isinstance(value, P) else P({(): fraction(value)})

    def __bool__(self) -> bool:
        raise TypeError("whether a polynomial is zero depends on the point")

    def __eq__(self, other: object) -> bool:
        raise TypeError("whether two polynomials are equal depends on the point")

    __hash__ = object.__hash__

    def __add__(self, other: Any) -> P:
        terms = dict(self.terms)
        for key, value in P.lift(other).terms.items():
            terms[key] = terms.get(key, Fraction(0)) + value
        return P(terms)

    def __mul__(self, other: Any) -> P:
        terms: dict[tuple[tuple[str, int], ...], Fraction] = {}
        for (one, a), (two, b) in product(self.terms.items(), P.lift(other).terms.items()):
            powers = dict(one)
            for name, power in two:
                powers[name] = powers.get(name, 0) + power
            key = tuple(sorted(powers.items()))
            terms[key] = terms.get(key, Fraction(0)) + a * b
        return P(terms)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> P:
        return self * -1

    def __sub__(self, other: Any) -> P:
        return self + P.lift(other) * -1

    def __rsub__(self, other: Any) -> P:
        return P.lift(other) - self

    def constant(self) -> Fraction | None:
        """Return its value if it is a number."""
        return self.terms.get((), Fraction(0)) if set(self.terms) <= {()} else None

    def replaced(self, maps: Mapping[str, P]) -> P:
        """Return it with every name replaced by a polynomial."""
        total = P()
        for key, value in self.terms.items():
            part = P({(): value})
            for name, power in key:
                for _ in range(power):
                    part = part * maps[name]
            total = total + part
        return total


# --- bounds over a box ------------------------------------------------------------------------------------------------

Whole = dict[tuple[tuple[str, int], ...], int]
Ends = Mapping[str, tuple[Fraction, Fraction]]
Steps = Sequence[str]


def shown(polynomial: P, ends: Ends, steps: Steps, strict: bool) -> bool:
    """Whether the steps prove that a polynomial is positive (not negative, if not strict) on a box."""
    names = sorted({name for key in polynomial.terms for name, _ in key})
    common = lcm(*(end.denominator for name in names for end in ends[name]))
    box = {name: tuple(int(end * common) for end in ends[name]) for name in names}
    degree = max((sum(power for _, power in key) for key in polynomial.terms), default=0)
    scale = lcm(*(value.denominator for value in polynomial.terms.values()))
    terms: Whole = {
        key: int(value * scale) * common ** (degree - sum(power for _, power in key))
        for key, value in polynomial.terms.items()
    }
    how, *fixed = steps
    for step in fixed:
        name, side = step[:-1], step[-1]
        need(side in "+-", f"a variable is fixed at {step!r}")
        if name not in box:
            continue
        least, most = _range(_derivative(terms, name), box)
        need(least >= 0 if side == "-" else most <= 0, f"{name} is not monotone where it is fixed")
        at = box.pop(name)[0 if side == "-" else 1]
        terms = _fixed(terms, name, at)
    need(how in ("terms", "bernstein"), f"no such bound: {how!r}")
    least = _range(terms, box)[0] if how == "terms" else _least_bernstein(terms, box)
    return least > 0 if strict else least >= 0


def _derivative(terms: Whole, name: str) -> Whole:
    out: Whole = {}
    for key, value in terms.items():
        for other, power in key:
            if other == name:
                left = tuple((n, p - 1 if n == name else p) for n, p in key if n != name or p > 1)
                out[left] = out.get(left, 0) + value * power
    return out


def _fixed(terms: Whole, name: str, at: int) -> Whole:
    out: Whole = {}
    for key, value in terms.items():
        left = tuple(factor for factor in key if factor[0] != name)
        power = next((p for n, p in key if n == name), 0)
        out[left] = out.get(left, 0) + value * at**power
    return out


def _range(terms: Whole, box: Mapping[str, tuple[int, ...]]) -> tuple[int, int]:
    """Return bounds of a sum, term by term."""
    low = high = 0
    for key, value in terms.items():
        one, two = value, value
        for name, power in key:
            ends = [end**power for end in box[name]]
            if power % 2 == 0 and box[name][0] < 0 < box[name][1]:
                ends.append(0)
            corners = [one * min(ends), one * max(ends), two * min(ends), two * max(ends)]
            one, two = min(corners), max(corners)
        low, high = low + one, high + two
    return low, high


def _least_bernstein(terms: Whole, box: Mapping[str, tuple[int, ...]]) -> int:
    """Return a positive multiple of the least Bernstein coefficient."""
    names = [name for name in box if any(name == n for key in terms for n, _ in key)]
    degrees = [max(dict(key).get(name, 0) for key in terms) for name in names]
    tensor = {tuple(dict(key).get(name, 0) for name in names): value for key, value in terms.items()}
    for axis, (name, degree) in enumerate(zip(names, degrees, strict=True)):
        low, high = box[name]
        lines: dict[tuple[int, ...], list[int]] = {}
        for index, value in tensor.items():
            lines.setdefault(index[:axis] + index[axis + 1 :], [0] * (degree + 1))[index[axis]] += value
        tensor = {}
        scale = lcm(*(comb(degree, j) for j in range(degree + 1)))
        for rest, line in lines.items():
            unit = [
                sum(line[k] * comb(k, j) * low ** (k - j) * (high - low) ** j for k in range(j, degree + 1))
                for j in range(degree + 1)
            ]
            for i in range(degree + 1):
                number = sum(comb(i, j) * (scale // comb(degree, j)) * unit[j] for j in range(i + 1))
                tensor[(*rest[:axis], i, *rest[axis:])] = number
    return min(tensor.values(), default=0)
