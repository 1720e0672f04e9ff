"""Real roots of polynomials in one variable with whole coefficients, isolated exactly.

A polynomial is a tuple of whole numbers, constant first. Rational roots are found as fractions. An irrational root is
an interval with rational ends of opposite sign, as narrow as wanted (Sturm's theorem counts the roots in between).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise

Coefficients = tuple[int, ...]
WIDTH = Fraction(1, 10**13)


def primitive(numbers: Sequence[int]) -> Coefficients:
    """Return the polynomial divided by its content, without leading zeros; ``()`` is zero."""
    end = len(numbers)
    while end and not numbers[end - 1]:
        end -= 1
    content = math.gcd(*numbers[:end]) if end else 1
    return tuple(number // content for number in numbers[:end])


def value_sign(numbers: Coefficients, at: Fraction) -> int:
    """Return the sign of a polynomial at a rational number."""
    top, bottom = at.numerator, at.denominator
    total, scale = 0, 1
    for number in reversed(numbers):
        total = total * top + number * scale
        scale *= bottom
    return (total > 0) - (total < 0)


def derivative(numbers: Coefficients) -> Coefficients:
    """Return the derivative."""
    return tuple(k * number for k, number in enumerate(numbers))[1:]


def _remainder(first: Coefficients, second: Coefficients) -> Coefficients:
    """Return a positive multiple of the remainder of a division."""
    rest = list(first)
    lead, degree = second[-1], len(second) - 1
    while len(rest) > degree:
        top = rest[-1]
        if lead < 0:
            top = -top
        rest = [number * abs(lead) for number in rest]
        shift = len(rest) - 1 - degree
        for k, number in enumerate(second):
            rest[shift + k] -= top * number
        rest.pop()
        while rest and not rest[-1]:
            rest.pop()
    return primitive(rest)


def gcd(first: Coefficients, second: Coefficients) -> Coefficients:
    """Return the greatest common divisor of two polynomials."""
    while second:
        first, second = second, _remainder(first, second)
    return primitive(first)


def _quotient(first: Coefficients, second: Coefficients) -> Coefficients:
    """Return a positive or negative multiple of the quotient of a division that leaves nothing."""
    rest = [Fraction(number) for number in first]
    out: list[Fraction] = []
    while len(rest) >= len(second):
        factor = rest[-1] / second[-1]
        shift = len(rest) - len(second)
        for k, number in enumerate(second):
            rest[shift + k] -= factor * number
        rest.pop()
        out.insert(0, factor)
    scale = math.lcm(*(value.denominator for value in out))
    return primitive([int(value * scale) for value in out])


def square_free(numbers: Coefficients) -> Coefficients:
    """Return the polynomial with every root once."""
    shared = gcd(numbers, derivative(numbers))
    return numbers if len(shared) <= 1 else _quotient(numbers, shared)


class Root:
    """A real root.

    Attributes
    ----------
    value : Fraction or None
        The root if it is rational.
    low, high : Fraction
        An interval that holds it and no other root of ``polynomial``, which changes sign in between; both are the
        root if it is rational.
    polynomial : Coefficients
    """

    __slots__ = ("high", "low", "polynomial", "value")

    def __init__(self, low: Fraction, high: Fraction, polynomial: Coefficients, value: Fraction | None = None) -> None:
        self.low, self.high, self.polynomial, self.value = low, high, polynomial, value

    @classmethod
    def rational(cls, value: Fraction) -> Root:
        """Return a rational number as a root."""
        return cls(value, value, (-value.numerator, value.denominator), value)

    @property
    def number(self) -> Fraction | float:
        """The root as a fraction if it is rational, else the float nearest to it (to 10⁻¹³)."""
        return self.value if self.value is not None else float((self.low + self.high) / 2)

    def __float__(self) -> float:
        return float(self.number)

    def __repr__(self) -> str:
        return f"Root({self.number})"

    def halve(self) -> None:
        """Halve the interval that holds the root."""
        middle = (self.low + self.high) / 2
        if value_sign(self.polynomial, middle) == value_sign(self.polynomial, self.low):
            self.low = middle
        else:
            self.high = middle

    def refine(self, width: Fraction = WIDTH) -> Root:
        """Narrow the interval to a width."""
        while self.value is None and self.high - self.low > width:
            self.halve()
        return self


def compare(first: Root, second: Root) -> int:
    """Return −1, 0 or 1 as the first root is less than, equal to or greater than the second."""
    if first.value is not None and second.value is not None:
        return (first.value > second.value) - (first.value < second.value)
    tested = False
    while first.low <= second.high and second.low <= first.high:
        if not tested and first.value is None and second.value is None:
            tested = True
            shared = gcd(first.polynomial, second.polynomial)
            low, high = max(first.low, second.low), min(first.high, second.high)
            if len(shared) > 1 and value_sign(shared, low) * value_sign(shared, high) < 0:
                return 0
        for root in (first, second):
            if root.value is None:
                root.halve()
    return -1 if first.high < second.low else 1


def merged(roots: Iterable[Root]) -> list[Root]:
    """Return distinct roots in increasing order."""
    out: list[Root] = []
    for root in sorted(roots, key=cmp_to_key(compare)):
        if not out or compare(out[-1], root):
            out.append(root)
    return out


def roots_in(numbers: Sequence[int], low: Fraction, high: Fraction) -> list[Root]:
    """Return the distinct real roots in the closed interval from ``low`` to ``high``, in increasing order.

    Raises
    ------
    ValueError
        The polynomial is identically zero: every number is a root.

    Examples
    --------
    >>> roots_in((-2, 0, 1), Fraction(0), Fraction(2))
    [Root(1.41421356237309...)]
    >>> roots_in((2, -5, 2), Fraction(0), Fraction(2))
    [Root(1/2), Root(2)]
    """
    polynomial = primitive(numbers)
    if not polynomial:
        raise ValueError("a polynomial that is identically zero has no isolated roots")
    found = _by_formula(polynomial) if len(polynomial) <= 3 else _by_sturm(polynomial, low, high)
    return [root for root in found if _within(root, low, high)]


def _within(root: Root, low: Fraction, high: Fraction) -> bool:
    while root.value is None and (root.low < low < root.high or root.low < high < root.high):
        root.halve()
    return low <= root.low and root.high <= high


def _by_formula(polynomial: Coefficients) -> list[Root]:
    if len(polynomial) <= 1:
        return []
    if len(polynomial) == 2:
        return [Root.rational(Fraction(-polynomial[0], polynomial[1]))]
    c, b, a = polynomial
    if a < 0:
        a, b, c = -a, -b, -c
    under = b * b - 4 * a * c
    if under < 0:
        return []
    whole = math.isqrt(under)
    if whole * whole == under:
        return [Root.rational(Fraction(-b + s * whole, 2 * a)) for s in ((-1, 1) if whole else (1,))]
    scale = max(0, 46 - a.bit_length() + 1)
    close = math.isqrt(under << (2 * scale))
    bottom = (2 * a) << scale
    ends = [(-close - 1, -close), (close, close + 1)]
    return [
        Root(Fraction((-b << scale) + x, bottom), Fraction((-b << scale) + y, bottom), (c, b, a)).refine()
        for x, y in ends
    ]


def _by_sturm(polynomial: Coefficients, low: Fraction, high: Fraction) -> list[Root]:
    polynomial = square_free(polynomial)
    chain = [polynomial, primitive(derivative(polynomial))]
    while len(chain[-1]) > 1:
        chain.append(tuple(-number for number in _remainder(chain[-2], chain[-1])))

    def changes(at: Fraction) -> int:
        signs = [s for s in (value_sign(member, at) for member in chain) if s]
        return sum(a != b for a, b in pairwise(signs))

    found = [Root.rational(end) for end in dict.fromkeys((low, high)) if value_sign(polynomial, end) == 0]
    pending = [(low, changes(low), high, changes(high))]
    while pending:
        a, at_a, b, at_b = pending.pop()
        inside = at_a - at_b - (value_sign(polynomial, b) == 0)  # Sturm counts the roots in (a, b].
        if inside == 0:
            continue
        if inside == 1 and value_sign(polynomial, a) * value_sign(polynomial, b) < 0:
            found.append(_named(Root(a, b, polynomial)))
            continue
        middle = (a + b) / 2
        if value_sign(polynomial, middle) == 0:
            found.append(Root.rational(middle))
        at_middle = changes(middle)
        pending += [(a, at_a, middle, at_middle), (middle, at_middle, b, at_b)]
    return sorted(found, key=lambda root: root.low)


def _named(root: Root) -> Root:
    """Return the root as a fraction if it is one: its denominator would divide the leading coefficient."""
    lead = abs(root.polynomial[-1])
    root.refine(min(WIDTH, Fraction(1, 2 * lead)))
    candidate = Fraction(math.ceil(root.low * lead), lead)
    if candidate <= root.high and value_sign(root.polynomial, candidate) == 0:
        return Root.rational(candidate)
    return root
