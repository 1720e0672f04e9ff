"""Ways to show that one form exceeds another: lists of polynomial inequalities that together suffice.

An atom is ``β·B − σ·S + γ > 0`` (or ``≥ 0``) for forms ``B`` and ``S`` with numbers ``β, σ ≥ 0`` and ``γ``. A route is
a name and the inequalities to show on a box. Why each suffices is said where it is built; the checker has its own copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from ..statement import Comparison
from .forms import Algebra, Form
from .rational import exact

Need = tuple[Algebra, bool]
"""A polynomial, and whether it must be positive (True) or may be zero (False)."""


@dataclass(frozen=True)
class Route:
    """Inequalities that together show an atom, and the numbers that were chosen for them."""

    name: str
    needs: tuple[Need, ...]
    numbers: tuple[Fraction, ...] = ()


class Choices(Protocol):
    """Numbers chosen for one box; any number gives a valid route, a good one gives one that works."""

    def ratio(self, first: Algebra, second: Algebra) -> Fraction:
        """Return about the root of a ratio in the middle of the box; it must be positive."""
        ...

    def root_floor(self, squared: Algebra) -> Fraction:
        """Return a number whose square is at most the polynomial on the box."""
        ...

    def root_ceiling(self, squared: Algebra) -> Fraction:
        """Return a number whose square is at least the polynomial on the box."""
        ...


@dataclass(frozen=True)
class Atom:
    """One inequality of a statement: ``β·big − σ·small + γ``, strictly positive or not negative.

    Attributes
    ----------
    comparison : int
        Its place in the statement.
    side : int
        1 if the left side of the comparison is the greater, −1 if the right side is.
    strict : bool
    beta, sigma, gamma : Fraction
    """

    comparison: int
    side: int
    strict: bool
    beta: Fraction
    sigma: Fraction
    gamma: Fraction

    def sides(self, left: Any, right: Any) -> tuple[Any, Any]:
        """Return the two sides of the comparison as the greater and the smaller."""
        return (left, right) if self.side > 0 else (right, left)


def atoms(comparisons: tuple[Comparison, ...]) -> list[Atom]:
    """Return the atoms of comparisons; an equality is two."""
    out = []
    for k, comparison in enumerate(comparisons):
        factor, offset = exact(comparison.factor), exact(comparison.offset)
        factor = factor if comparison.right is not None else Fraction(0)
        strict = comparison.relation in "<>"
        if comparison.relation in (">", ">=", "=="):
            out.append(Atom(k, 1, strict, Fraction(1), factor, -offset))
        if comparison.relation in ("<", "<=", "=="):
            out.append(Atom(k, -1, strict, factor, Fraction(1), offset))
    return out


def routes(atom: Atom, big: Form, small: Form, choices: Choices) -> Iterator[Route]:
    """Yield ways to show an atom, cheap ones first.

    Parameters
    ----------
    atom : Atom
    big, small : Form
        Their parts are polynomials of one kind.
    choices : Choices
    """
    plain_only = not (big.clipped or small.clipped or big.rooted or small.rooted)
    if plain_only or (atom.beta >= 0 and atom.sigma >= 0):
        if not big.rooted and not small.rooted:
            yield from _ratios(atom, big, small)
        elif not (big.clipped or small.clipped):
            yield from _roots(atom, big, small, choices)


def _ratios(atom: Atom, big: Form, small: Form) -> Iterator[Route]:
    """Compare ratios, cut to [0, 1] or not, case by case of which part of each is in force."""
    strict, beta, sigma, gamma = atom.strict, atom.beta, atom.sigma, atom.gamma

    def beyond(number: Fraction) -> bool:
        return number > 0 or (not strict and number == 0)

    if big.clipped and small.clipped and not beyond(beta + gamma):
        return
    first, second = big.base * small.divisor * beta, small.base * big.divisor * sigma
    needs = [(first - second + big.divisor * small.divisor * gamma, strict)]
    if small.clipped and not (big.clipped and beyond(gamma)):
        needs.append((big.base * beta + big.divisor * gamma, strict))
    if big.clipped and not (small.clipped and beyond(beta - sigma + gamma)):
        needs.append((small.divisor * (beta + gamma) - small.base * sigma, strict))
    needs += [(form.divisor, True) for form in (big, small) if _number(form.divisor) != 1]
    yield Route("ratio", tuple(needs))


def _roots(atom: Atom, big: Form, small: Form, choices: Choices) -> Iterator[Route]:
    strict = atom.strict
    plain = big.base * atom.beta - small.base * atom.sigma + atom.gamma
    up, down = big.factor * atom.beta, small.factor * atom.sigma
    more, less = _number(up), _number(down)
    (one, two), (three, four) = big.takes, small.takes
    if more is None or less is None or more < 0 or less < 0:
        # A factor that is itself a polynomial: a root on one side alone, of known sign.
        if less == 0:
            positive = ((one, True), (two, True)) if strict else ()
            yield Route("rising", ((plain, False), (up, strict), (big.factor_divisor, True), *positive))
        if more == 0:
            positive = ((three, True), (four, True)) if strict else ()
            yield Route("falling", ((plain, False), (-down, strict), (small.factor_divisor, True), *positive))
        return
    if less == 0 or (more >= less and _same(one, three) and _same(two, four)):
        yield Route("plain", ((plain, strict),))
    if less == 0:
        if more:
            yield Route("root", ((plain, False), (one, strict), (two, strict)))
        return
    kept, held = ((one, False), (two, False)), ((three, False), (four, False))
    product, other = one * two * more * more, three * four * less * less
    if more:
        yield Route("product", ((plain, False), (product - other, strict), (one, strict), (two, strict)))
        yield Route("plain product", ((plain, strict), (product - other, False), *kept))
    touch = choices.ratio(three, four)
    tangent = (four * touch + three * (1 / touch)) * (less / 2) - plain
    yield Route("below", ((-tangent, strict), *held), (touch,))
    if more:
        yield Route("tangent", ((product - tangent * tangent, strict), *kept, *held), (touch,))
        yield from _chords(plain, product, other, strict, (*kept, *held), choices)


def _chords(
    plain: Algebra, product: Algebra, other: Algebra, strict: bool, takes: tuple[Need, ...], choices: Choices
) -> Iterator[Route]:
    """Show ``P + √A > √B`` by ``P·(√A + √B) + A − B > 0``, with numbers for the roots: least ones where P ≥ 0."""
    low, less = choices.root_floor(product), choices.root_floor(other)
    if low + less > 0:
        floors = ((product - low * low, False), (other - less * less, False))
        yield Route(
            "chord", ((plain, False), (plain * (low + less) + product - other, strict), *floors, *takes), (low, less)
        )
    high, more = choices.root_ceiling(product), choices.root_ceiling(other)
    if high + more > 0:
        ceilings = ((high * high - product, False), (more * more - other, False))
        needs = ((-plain, False), (plain * (high + more) + product - other, strict), *ceilings, *takes)
        yield Route("falling chord", needs, (high, more))


def _number(part: Algebra) -> Fraction | None:
    number = part if isinstance(part, int | Fraction) else part.number
    return None if number is None else exact(number)


def _same(first: Algebra, second: Algebra) -> bool:
    return not first - second
