"""Arrays over the profiles that are polynomials in shares: how the West's acts divide between those who act for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from ..game import FloatArray
from ..polynomial import Monomial, times


@dataclass(frozen=True, eq=False)
class Shared:
    """A sum of products of shares, each times an array over the profiles.

    With one player in the West there is one product, the constant 1, and this is a plain array.

    Parameters
    ----------
    parts : mapping of Monomial to ndarray
        All of one shape. Constant parts come first, then in the order of the monomials.

    Examples
    --------
    >>> import numpy as np
    >>> s = (("s", 1),)
    >>> mean = Shared({(): np.array([0.0, 1.0]), s: np.array([1.0, -1.0])})
    >>> {product: array.tolist() for product, array in (2 * mean * mean).parts.items()}
    {(): [0.0, 2.0], (('s', 1),): [0.0, -4.0], (('s', 2),): [2.0, 2.0]}
    """

    parts: Mapping[Monomial, FloatArray]

    __array_ufunc__ = None
    """Leave ``array * shared`` to `__rmul__`, which numpy would otherwise apply to each entry."""

    def __post_init__(self) -> None:
        ordered = {product: np.asarray(self.parts[product], dtype=np.float64) for product in sorted(self.parts)}
        object.__setattr__(self, "parts", MappingProxyType(ordered))

    @classmethod
    def of(cls, values: Self | ArrayLike) -> Self:
        """Return values that may be a plain array already."""
        return values if isinstance(values, cls) else cls({(): np.asarray(values, dtype=np.float64)})

    def __neg__(self) -> Self:
        return type(self)({product: -array for product, array in self.parts.items()})

    def __add__(self, other: Self | ArrayLike) -> Self:
        found = dict(self.parts)
        for product, array in self.of(other).parts.items():
            found[product] = found[product] + array if product in found else array
        return type(self)(found)

    def __rsub__(self, other: Self | ArrayLike) -> Self:
        return self.of(other) + (-self)

    def __mul__(self, other: Self | ArrayLike) -> Self:
        found: dict[Monomial, FloatArray] = {}
        for first, here in self.parts.items():
            for second, there in self.of(other).parts.items():
                product = times(first, second)
                found[product] = found[product] + here * there if product in found else here * there
        return type(self)(found)

    __radd__ = __add__
    __rmul__ = __mul__
