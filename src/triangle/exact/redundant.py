"""Which polynomial inequalities on a box follow from the others.

A row follows if it is a sum of the others, each times a number that is not negative, plus a polynomial that is not
negative on the box because all its coefficients in a suitable basis are. One small linear programme looks for the
numbers; fractions decide. The test is sufficient: a row that follows for another reason stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import comb, prod
from typing import Any

import numpy as np

from .rational import Polynomial

MOST_BERNSTEIN = 600
DENOMINATORS = (1, 12, 1000, 10**6)

Ends = Mapping[str, tuple[Fraction, Fraction]]
Coefficients = dict[Any, Fraction]


class Basis:
    """Coefficients of polynomials such that one is not negative on a box if none of its coefficients is.

    They are Bernstein coefficients where those are few, else the coefficients of the powers of the distances from the
    lower ends.
    """

    def __init__(self, rows: Sequence[Polynomial], ends: Ends) -> None:
        self.names = sorted({name for row in rows for name in row.names})
        self.degrees = [max(len(row.coefficients(name)) - 1 for row in rows) for name in self.names]
        self.moved = {
            name: Polynomial.variable(name) * (ends[name][1] - ends[name][0]) + ends[name][0] for name in self.names
        }
        self.bernstein = prod(degree + 1 for degree in self.degrees) <= MOST_BERNSTEIN

    def coefficients(self, row: Polynomial) -> Coefficients:
        """Return the coefficients of a polynomial."""
        moved = row.substituted(self.moved)
        if not self.bernstein:
            return dict(moved.terms)
        place = {name: k for k, name in enumerate(self.names)}
        tensor: Coefficients = {}
        for inner, number in moved.terms.items():
            index = [0] * len(self.names)
            for name, power in inner:
                index[place[name]] = power
            tensor[tuple(index)] = number
        for axis, degree in enumerate(self.degrees):
            out: Coefficients = {}
            for index, number in tensor.items():
                j = index[axis]
                for i in range(j, degree + 1):
                    key = (*index[:axis], i, *index[axis + 1 :])
                    out[key] = out.get(key, Fraction(0)) + number * Fraction(comb(i, j), comb(degree, j))
            tensor = out
        for corner in product(*(range(degree + 1) for degree in self.degrees)):
            tensor.setdefault(corner, Fraction(0))
        return tensor


def independent(rows: Sequence[Polynomial], ends: Ends) -> list[int]:
    """Return the places of rows from which, on the box, all others follow."""
    if not rows:
        return []
    basis = Basis(rows, ends)
    tables = [basis.coefficients(row) for row in rows]
    kept = list(range(len(rows)))
    for k in sorted(kept, key=lambda k: -len(rows[k].terms)):
        others = [j for j in kept if j != k]
        if follows(tables[k], [tables[j] for j in others]):
            kept = others
    return kept


def follows(row: Coefficients, others: Sequence[Coefficients]) -> bool:
    """Whether a row is a sum of others with numbers not negative, plus coefficients that are not negative."""
    if all(number >= 0 for number in row.values()):
        return True
    if not others:
        return False
    from scipy.optimize import linprog

    keys = sorted({key for table in (row, *others) for key in table}, key=repr)
    matrix = np.array([[float(table.get(key, 0)) for table in others] for key in keys])
    target = np.array([float(row.get(key, 0)) for key in keys])
    found = linprog(np.ones(len(others)), A_ub=matrix, b_ub=target + 1e-12, bounds=(0, None), method="highs")
    if found.x is None:
        return False
    return any(_sums(row, others, [Fraction(float(x)).limit_denominator(d) for x in found.x]) for d in DENOMINATORS)


def _sums(row: Coefficients, others: Sequence[Coefficients], factors: Sequence[Fraction]) -> bool:
    rest = dict(row)
    for factor, table in zip(factors, others, strict=True):
        for key, number in table.items() if factor else ():
            rest[key] = rest.get(key, Fraction(0)) - factor * number
    return min(factors) >= 0 and all(number >= 0 for number in rest.values())
