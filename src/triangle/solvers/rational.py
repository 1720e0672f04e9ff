"""Exact arithmetic for small linear systems: what a floating-point solver found, solved again in fractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike


def fractions(values: ArrayLike) -> list[Fraction]:
    """Return the values as fractions, just as they are: a float is the binary fraction that it holds.

    Examples
    --------
    >>> fractions([1, 0.5, Fraction(1, 3)])
    [Fraction(1, 1), Fraction(1, 2), Fraction(1, 3)]
    """
    array = np.asarray(values)
    return [Fraction(v) for v in (array.tolist() if array.dtype.kind != "O" else array)]


def is_exact(values: ArrayLike) -> bool:
    """Return whether the values are whole numbers, fractions or short binary ones, so that their ties are meant.

    Examples
    --------
    >>> is_exact([1, 2]), is_exact([1.0, 2.5]), is_exact([0.1, 0.2])
    (True, True, False)
    """
    # A float that is a multiple of 2**-10 is unlikely to have been rounded.
    return all(not isinstance(v, float) or (Fraction(v) * 1024).denominator == 1 for v in np.asarray(values).tolist())


def solve(rows: Iterable[Sequence[int | Fraction]], right: Iterable[int | Fraction]) -> list[Fraction] | None:
    """Return the one solution of a linear system with as many equations as you like, or None if there is not just one.

    Parameters
    ----------
    rows : iterable of sequences
        The coefficients of each equation.
    right : iterable

    Examples
    --------
    >>> solve([[1, 1], [1, -1], [2, 0]], [3, 0, 3])
    [Fraction(3, 2), Fraction(3, 2)]
    >>> solve([[1, 1]], [3]) is None, solve([[1], [1]], [1, 2]) is None
    (True, True)
    """
    table = [[*map(Fraction, row), Fraction(value)] for row, value in zip(rows, right, strict=True)]
    unknowns = len(table[0]) - 1 if table else 0
    for column in range(unknowns):
        pivot = next((k for k in range(column, len(table)) if table[k][column]), None)
        if pivot is None:
            return None
        table[column], table[pivot] = table[pivot], table[column]
        head = [value / table[column][column] for value in table[column]]
        table[column] = head
        for k, row in enumerate(table):
            if k != column and row[column]:
                factor = row[column]
                table[k] = [a - factor * b for a, b in zip(row, head, strict=True)]
    if any(row[-1] for row in table[unknowns:]):
        return None
    return [row[-1] for row in table[:unknowns]]
