"""Where a comparison of two exact forms may change its sign along a line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .forms import Form
from .rational import Polynomial

ONE = Polynomial.constant(1)
ZERO = Form(Polynomial())


def as_polynomial(part: Any) -> Polynomial:
    """Return a part of a form as a polynomial."""
    return part if isinstance(part, Polynomial) else Polynomial.constant(part)


def critical(left: Form, right: Form | None, factor: Fraction, offset: Fraction) -> Iterator[Polynomial]:
    """Yield polynomials between whose roots the sign of ``left − factor·right − offset`` does not change.

    Some of them have roots at which nothing happens; that does no harm, because every cell is decided on its own.
    With ``P``, ``S`` and ``T`` for the plain part and the squares of the two rooted parts, over one denominator, every
    zero of ``P ± √S ± √T`` is one of ``(P² − S − T)² − 4·S·T``.
    """
    sides = [left.mapped(as_polynomial), (right or ZERO).mapped(as_polynomial)]
    for side in sides:
        yield from (side.divisor, side.factor_divisor)
        if side.clipped:
            yield from (side.base, side.base - side.divisor)
        if side.rooted:
            yield from (*side.takes, side.factor)
    for first in _plain(sides[0]):
        for second in _plain(sides[1]):
            yield from _zeros(first, second, factor, offset)


def _plain(side: Form) -> list[Form]:
    """Return what a form may be: itself, or where it is cut, one of the two ends."""
    return [side, Form(Polynomial(), ONE, False, Polynomial(), ONE, (ONE, ONE)), _end()] if side.clipped else [side]


def _end() -> Form:
    return Form(ONE, ONE, False, Polynomial(), ONE, (ONE, ONE))


def _zeros(left: Form, right: Form, factor: Fraction, offset: Fraction) -> Iterator[Polynomial]:
    scale = left.factor_divisor * right.factor_divisor
    plain = left.base * right.divisor - right.base * left.divisor * factor - left.divisor * right.divisor * offset
    plain = plain * scale
    both = left.divisor * right.divisor
    one, two = left.factor * right.factor_divisor * both, right.factor * left.factor_divisor * both * factor
    first, second = (root * root * form.takes[0] * form.takes[1] for root, form in ((one, left), (two, right)))
    yield plain
    if not first and not second:
        return
    yield from (first, second, first - second)
    if plain:
        square = plain * plain
        yield from (square - first, square - second)
        rest = square - first - second
        yield rest * rest - first * second * 4


Range = tuple[Fraction, Fraction]


def sign_between(
    left: Form, right: Form | None, factor: Fraction, offset: Fraction, name: str, within: Range
) -> int | None:
    """Return the sign of ``left − factor·right − offset`` on a narrow interval; None if bounds leave it open."""
    first, second = (_enclosed(form, name, within) for form in (left, right or ZERO))
    if first is None or second is None:
        return None
    scaled = sorted(end * factor for end in second)
    low, high = first[0] - scaled[1] - offset, first[1] - scaled[0] - offset
    return 1 if low > 0 else -1 if high < 0 else 0 if low == high == 0 else None


def _enclosed(form: Form, name: str, within: Range) -> Range | None:
    """Return bounds of a form on an interval; None if it is undefined somewhere on it."""
    base, divisor, factor, factor_divisor, first, second = (
        _range(as_polynomial(part), name, within)
        for part in (form.base, form.divisor, form.factor, form.factor_divisor, *form.takes)
    )
    if divisor[0] <= 0:
        return None
    low, high = _product(base, (1 / divisor[1], 1 / divisor[0]))
    if form.clipped:
        low, high = (min(max(end, Fraction(0)), Fraction(1)) for end in (low, high))
    if not form.rooted or first[1] <= 0 or second[1] <= 0:
        return low, high
    if factor_divisor[0] <= 0:
        return None
    under = (max(first[0], Fraction(0)) * max(second[0], Fraction(0)), first[1] * second[1])
    root = _product(_product(factor, (1 / factor_divisor[1], 1 / factor_divisor[0])), root_bounds(*under))
    return low + root[0], high + root[1]


def _range(polynomial: Polynomial, name: str, within: Range) -> Range:
    low = high = Fraction(0)
    for power, part in enumerate(polynomial.coefficients(name)):
        number = part.number
        assert number is not None
        ends = [number * end**power for end in within] + ([Fraction(0)] if within[0] < 0 < within[1] and power else [])
        low, high = low + min(ends), high + max(ends)
    return low, high


def _product(first: Range, second: Range) -> Range:
    ends = [a * b for a in first for b in second]
    return min(ends), max(ends)


def root_bounds(low: Fraction, high: Fraction, digits: int = 40) -> Range:
    """Return rational bounds of the square roots of the numbers from ``low`` to ``high``, both not negative."""
    scale = 10**digits
    below = math.isqrt(low.numerator * low.denominator * scale * scale)
    above = math.isqrt(high.numerator * high.denominator * scale * scale) + 1
    return Fraction(below, low.denominator * scale), Fraction(above, high.denominator * scale)
