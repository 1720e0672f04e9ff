"""Where a polynomial in two parameters is zero inside a rectangle: smooth curves, drawn from formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise

import numpy as np

from ..game import BoolArray, FloatArray
from .rational import Polynomial
from .univariate import gcd, merged, primitive, roots_in

Range = tuple[Fraction, Fraction]


@dataclass(frozen=True, eq=False)
class Curve:
    """A smooth piece of the zeros of an inequality.

    Attributes
    ----------
    inequality : int
        Which one.
    x, y : ndarray, shape (points,)
    borders : ndarray of bool, shape (points,)
        Where the region lies on it: every other inequality holds.
    """

    inequality: int
    x: FloatArray
    y: FloatArray
    borders: BoolArray


def zeros(
    row: Polynomial, x: str, y: str, ends: tuple[Range, Range], points: int
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the zeros of a polynomial as curves.

    The range of x is cut where a curve may begin or end: at the roots of the leading coefficient and of the
    discriminant in y, and where the polynomial is zero on the lower or the upper edge. In between every curve is one
    function of x. A line on which x is constant is a curve of its own.
    """
    (x_low, x_high), (y_low, y_high) = ends
    parts = row.coefficients(y)
    content = reduce(gcd, (primitive(part.univariate(x)) for part in parts))
    upright = roots_in(content, x_low, x_high) if len(content) > 1 else []
    for root in upright:
        yield np.full(points, float(root)), np.linspace(float(y_low), float(y_high), points)
    if len(parts) == 1:
        return
    critical = [*_critical(parts), row.fixed({y: y_low}), row.fixed({y: y_high})]
    cuts = [root for part in critical if part.names for root in roots_in(part.univariate(x), x_low, x_high)]
    edges = [float(x_low), *map(float, merged(cuts)), float(x_high)]
    for low, high in pairwise(edges):
        if high - low > 1e-12 * max(1.0, abs(high)):
            yield from _branches(parts, x, (low, high), (float(y_low), float(y_high)), points)


def _critical(parts: Sequence[Polynomial]) -> list[Polynomial]:
    if len(parts) == 2:
        return [parts[1]]
    if len(parts) == 3:
        return [parts[2], parts[1] * parts[1] - parts[0] * parts[2] * 4]
    return [parts[-1]]


def _branches(
    parts: Sequence[Polynomial], x: str, x_range: tuple[float, float], y_range: tuple[float, float], points: int
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the curves between two cuts, with points close together near both."""
    low, high = x_range
    grid = low + (high - low) * (1 - np.cos(np.linspace(0, np.pi, points))) / 2
    table = np.array([_on(part, x, grid) for part in parts])
    roots = np.array([_real_roots(column) for column in table.T], dtype=object)
    counts = np.array([len(found) for found in roots])
    for start, stop in _runs(counts):
        for k in range(counts[start]):
            y = np.array([found[k] for found in roots[start:stop]])
            margin = 1e-9 * (y_range[1] - y_range[0])
            inside = (y >= y_range[0] - margin) & (y <= y_range[1] + margin)
            for a, b in _runs(inside):
                if inside[a] and b - a > 1:
                    yield grid[start:stop][a:b], np.clip(y[a:b], *y_range)


def _on(part: Polynomial, x: str, grid: FloatArray) -> FloatArray:
    numbers = [float(each.number or 0) for each in part.coefficients(x)]
    return np.asarray(np.polynomial.polynomial.polyval(grid, numbers), dtype=np.float64)


def _real_roots(column: FloatArray) -> list[float]:
    """Return the real roots of one polynomial in y, constant first, in increasing order."""
    if len(column) == 2:
        return [-column[0] / column[1]] if column[1] else []
    if len(column) == 3 and column[2]:
        c, b, a = column
        under = b * b - 4 * a * c
        if under < -1e-12 * (b * b + abs(4 * a * c)):
            return []
        half = np.sqrt(max(under, 0.0))
        return sorted([float((-b - half) / (2 * a)), float((-b + half) / (2 * a))])
    found: FloatArray | list[float] = (
        np.polynomial.polynomial.polyroots(np.trim_zeros(column, "b")) if column[1:].any() else []
    )
    return sorted(float(root.real) for root in found if abs(root.imag) < 1e-9 * max(1.0, abs(root)))


def _runs(values: np.ndarray[tuple[int], np.dtype[np.generic]]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of equal values."""
    start = 0
    for k in range(1, len(values) + 1):
        if k == len(values) or values[k] != values[start]:
            yield start, k
            start = k
