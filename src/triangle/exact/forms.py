"""What a measure is in exact algebra, so that comparisons of it can be decided and proved.

A form is ``base / divisor + (factor / factor_divisor)·√(first⁺·second⁺)``, where ``x⁺`` is ``max(x, 0)``; if it is
clipped, that is cut to [0, 1]. It is undefined where ``divisor`` is not positive. Its parts are polynomials of the
family's quantities at one profile.

A measure whose function only adds, subtracts and multiplies its quantities has such a form without being listed: the
function is called with polynomials in place of arrays. The others are in `FORMS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from ..chapter import measures as chapter
from ..parts import Measure
from .checker.arithmetic import P
from .rational import Polynomial, exact, root_sign

Algebra = Any
"""Anything with ``+``, ``-`` and ``*``: exact polynomials here, polynomials in floats during a search."""


class NoExactForm(ValueError):
    """A measure that cannot be decided exactly."""


@dataclass(frozen=True)
class Form:
    """A measure at one profile, as described at the head of the module."""

    base: Algebra
    divisor: Algebra = 1
    clipped: bool = False
    factor: Algebra = 0
    factor_divisor: Algebra = 1
    takes: tuple[Algebra, Algebra] = (0, 0)

    @property
    def rooted(self) -> bool:
        """There is a root in it."""
        return bool(self.factor)

    def mapped(self, change: Callable[[Any], Any]) -> Form:
        """Return the form with every part changed."""
        first, second = self.takes
        return Form(
            change(self.base),
            change(self.divisor),
            self.clipped,
            change(self.factor),
            change(self.factor_divisor),
            (change(first), change(second)),
        )


def _share(product: Algebra, product_russia: Algebra, *bargain: Algebra) -> Form:
    return Form(product_russia + chapter.transfer(*bargain), product, clipped=True)


def _investment(product: Algebra, product_russia: Algebra, *bargain: Algebra) -> Form:
    russia = product_russia + chapter.transfer(*bargain)
    return Form(base=product * 0, factor=2, takes=(russia, product - russia))


def _intensity(tie: Algebra, foundation: Algebra, *division: Algebra) -> Form:
    invested = _investment(*division)
    return Form(tie * foundation, factor=tie * 2, takes=invested.takes)


def _next_gap(gap: Algebra, feedback: Algebra, *division: Algebra) -> Form:
    """``1 − 2·s`` is ``(X_C − X_R)/Y``; where a take is negative, and the share clipped, there is no investment."""
    russia, china = _investment(*division).takes
    return Form(gap, factor=feedback * (china - russia) * 2, factor_divisor=division[0], takes=(russia, china))


FORMS: Mapping[Callable[..., Any], Callable[..., Form]] = {
    chapter.share: _share,
    chapter.investment: _investment,
    chapter.intensity_hold_up: _intensity,
    chapter.next_gap: _next_gap,
}
"""The exact forms of measures that are no polynomials, by the function that computes them from arrays."""


def form_of(measure: Measure, quantities: list[Algebra]) -> Form:
    """Return a measure's exact form at a profile.

    Parameters
    ----------
    measure : Measure
    quantities : list
        Its quantities at the profile, in order, as polynomials.

    Raises
    ------
    NoExactForm
        The measure is neither a polynomial of its quantities nor listed in `FORMS`.
    """
    if measure.function in FORMS:
        return FORMS[measure.function](*quantities)
    if not quantities or not _polynomial(measure.function, len(quantities)):
        raise NoExactForm(
            f"the measure {measure.name!r} has no exact form: its function must add, subtract and multiply its "
            "quantities and nothing else, or be listed in triangle.exact.forms.FORMS"
        )
    return Form(measure.function(*quantities))


@lru_cache(maxsize=256)
def _polynomial(function: Callable[..., Any], count: int) -> bool:
    """Whether a function takes polynomials to a polynomial that agrees with what it makes of arrays.

    The polynomials are the checker's, which refuse to be compared: ``x * (x != 2)`` is none.
    """
    names = [f"q{k}" for k in range(count)]
    try:
        told = function(*(P({((name, 1),): Fraction(1)}) for name in names))
    except (TypeError, AttributeError, ValueError):
        return False
    if not isinstance(told, P):
        return False
    found = Polynomial(told.terms)
    points = np.random.default_rng(0).integers(-3, 4, (count, 32)).astype(float)
    values = np.broadcast_to(function(*points), 32)
    exactly = [float(found.at({n: exact(x) for n, x in zip(names, point, strict=True)})) for point in points.T]
    return bool(np.allclose(values, exactly))


@dataclass(frozen=True)
class ExactValue:
    """``plain + factor·√under`` with rational parts; ``None`` in ``plain`` is undefined."""

    plain: Fraction | None
    factor: Fraction = Fraction(0)
    under: Fraction = Fraction(0)

    def __float__(self) -> float:
        return float("nan") if self.plain is None else float(self.plain) + float(self.factor) * float(self.under) ** 0.5


def value_at(form: Form, values: Mapping[str, Fraction]) -> ExactValue:
    """Return a form's value at a rational point."""

    def number(part: Any) -> Fraction:
        return part.at(values) if isinstance(part, Polynomial) else exact(part)

    divisor = number(form.divisor)
    if divisor <= 0:
        return ExactValue(None)
    plain = number(form.base) / divisor
    if form.clipped:
        plain = min(max(plain, Fraction(0)), Fraction(1))
    if not form.rooted:
        return ExactValue(plain)
    first, second = (number(take) for take in form.takes)
    if first <= 0 or second <= 0:
        return ExactValue(plain)
    return ExactValue(plain, number(form.factor) / number(form.factor_divisor), first * second)


def difference_sign(left: ExactValue, right: ExactValue | None, factor: Fraction, offset: Fraction) -> int | None:
    """Return the sign of ``left − factor·right − offset``, exactly; None if a value is undefined."""
    other = right or ExactValue(Fraction(0))
    if left.plain is None or other.plain is None:
        return None
    plain = left.plain - factor * other.plain - offset
    return root_sign(plain, left.factor, left.under, -factor * other.factor, other.under)


RELATIONS: Mapping[str, frozenset[int]] = {
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "<": frozenset({-1}),
    "<=": frozenset({0, -1}),
    "==": frozenset({0}),
}
"""The signs of the difference with which a relation holds."""
