"""Fixed parameters multiplied into coefficients, so that polynomials of the varying ones are left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from .game import FloatArray
from .polynomial import Monomial


class Contraction:
    """Rewrites polynomials over a family's monomials as polynomials over products of the varying parameters.

    Parameters
    ----------
    monomials : sequence of Monomial
    varying : collection of str
    constant : mapping of str to float
        The value of every other parameter.

    Attributes
    ----------
    kept : tuple of Monomial
        The products of varying parameters, sorted.

    Examples
    --------
    >>> contract = Contraction([(("x", 1),), (("x", 1), ("y", 2))], {"x"}, {"y": 3.0})
    >>> contract.kept, contract(np.array([[1.0, 1.0]]))
    (((('x', 1),),), array([[10.]]))
    """

    def __init__(self, monomials: Sequence[Monomial], varying: Collection[str], constant: Mapping[str, float]) -> None:
        split = [tuple(factor for factor in product if factor[0] in varying) for product in monomials]
        self.kept = tuple(sorted(set(split)))
        self._place = np.array([self.kept.index(product) for product in split], dtype=np.intp)
        factors = [
            np.prod([constant[name] ** power for name, power in product if name not in varying])
            for product in monomials
        ]
        self._factor = np.array(factors, dtype=np.float64)

    def __call__(self, coefficients: FloatArray, absolute: bool = False) -> FloatArray:
        """Return coefficients (rows, monomials) over the products that are kept, shape (rows, kept).

        Parameters
        ----------
        coefficients : ndarray, shape (rows, monomials)
        absolute : bool
            Whether to take the fixed parameters by their absolute values, for coefficients that are bounds.
        """
        out = np.zeros((len(coefficients), len(self.kept)))
        factor = np.abs(self._factor) if absolute else self._factor
        for column, place in zip((coefficients * factor).T, self._place, strict=True):
            out[:, place] += column
        return out
