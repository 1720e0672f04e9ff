"""Monomials of many games at once, one multiplication each.

The work array has a line for each parameter and each product, and is at the same time the right-hand side of the
matrix products that follow: a polynomial is one row of coefficients over its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .game import FloatArray
from .polynomial import Monomial

Lines = NDArray[np.floating[Any]]


class Products:
    """How to fill a work array: which line is which monomial, and of which two lines each is the product.

    Parameters
    ----------
    monomials : iterable of Monomial

    Attributes
    ----------
    names : tuple of str
        The parameters to load.
    monomials : tuple of Monomial
        What each line from ``first`` on holds; lines before it are only steps on the way.
    first, lines : int
    halves : mapping of Monomial to (Monomial, Monomial)
        The two of which each product is made, in an order in which they can be made.

    Examples
    --------
    >>> products = Products([(("x", 1), ("y", 2)), (("x", 1),)])
    >>> work = products.work(3, np.float64)
    >>> products.fill(work, {"x": np.arange(3.0), "y": np.full(3, 2.0)})
    >>> products.monomials[-1], work[-1]
    ((('x', 1), ('y', 2)), array([0., 4., 8.]))
    """

    def __init__(self, monomials: Iterable[Monomial]) -> None:
        wanted = sorted(set(monomials), key=lambda product: (_degree(product), product))
        self.names = tuple(sorted({name for product in wanted for name, _ in product}))
        single: dict[Monomial, str] = {((name, 1),): name for name in self.names}
        halves: dict[Monomial, tuple[Monomial, Monomial]] = {}
        for product in wanted:
            _split(product, single, halves)
        self.halves = halves
        kept = set(wanted)
        order: list[Monomial] = [product for product in single if product not in kept]
        order += [product for product in halves if product not in kept]
        self.first = len(order)
        order += [product for product in ((), *single, *halves) if product in kept]
        self.lines = len(order)
        self.monomials = tuple(order[self.first :])
        place = {product: k for k, product in enumerate(order)}
        self._load = tuple((name, place[product]) for product, name in single.items())
        self._steps = tuple((place[product], place[a], place[b]) for product, (a, b) in halves.items())
        self._one = place.get(())

    def work(self, games: int, dtype: type[np.floating[Any]]) -> Lines:
        """Return an array to fill, shape (lines, games)."""
        out = np.empty((self.lines, games), dtype=dtype)
        if self._one is not None:
            out[self._one] = 1
        return out

    def fill(self, work: Lines, values: Mapping[str, Lines]) -> None:
        """Load the parameters and multiply; ``work`` may be a slice of games."""
        for name, line in self._load:
            np.copyto(work[line], values[name], casting="same_kind")
        for line, a, b in self._steps:
            np.multiply(work[a], work[b], out=work[line])

    def spread(self, columns: FloatArray, monomials: Sequence[Monomial]) -> FloatArray:
        """Return coefficients (…, monomials) over the lines (…, lines − first); those left out must be zero."""
        out = np.zeros((*columns.shape[:-1], len(self.monomials)))
        place = {product: k for k, product in enumerate(monomials)}
        for line, product in enumerate(self.monomials):
            out[..., line] = columns[..., place[product]]
        return out


def _degree(product: Monomial) -> int:
    return sum(power for _, power in product)


def _split(
    product: Monomial, single: Mapping[Monomial, str], halves: dict[Monomial, tuple[Monomial, Monomial]]
) -> None:
    """Write a product as two that are there or will be, preferring those that are there."""
    if product in single or product in halves or not product:
        return
    candidates = [(_lowered(product, name), ((name, 1),)) for name, _ in product]
    rest, factor = next((pair for pair in candidates if pair[0] in single or pair[0] in halves), candidates[0])
    _split(rest, single, halves)
    halves[product] = (rest, factor)


def _lowered(product: Monomial, name: str) -> Monomial:
    powers = dict(product)
    powers[name] -= 1
    return tuple((key, power) for key, power in sorted(powers.items()) if power)
