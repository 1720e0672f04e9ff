"""One variable of a sweep's result: what is kept of every point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = dict[str, Array]

NUMBERS = {"float64": "<f8", "float32": "<f4"}
"""NumPy's names of the little-endian types of a sweep's numbers."""


@dataclass(frozen=True)
class Variable:
    """One variable of the result.

    Attributes
    ----------
    name : str
    dtype : str
        NumPy's name of what a point has: a little-endian type, or an array of them, such as ``(4,)<f8``.
    attrs : dict
    dim : str
        Along which the values of one point lie; empty if a point has one value.
    labels : tuple of str
        Of these values.
    twin : bool
        Whether it often has the bits of the variable before it, and is then stored with it.
    """

    name: str
    dtype: str
    attrs: dict[str, Any] = field(repr=False)
    dim: str = ""
    labels: tuple[str, ...] = ()
    twin: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes a point."""
        return np.dtype(self.dtype).itemsize

    def empty(self, points: int) -> Array:
        """Return an array for so many points, shape (points,) or (points, labels)."""
        return np.empty(points, dtype=self.dtype)


def kind_of(array: Array) -> str:
    """Return what a variable with these values has as ``dtype``: the first axis is the points.

    Examples
    --------
    >>> kind_of(np.zeros(5)), kind_of(np.zeros((5, 4)))
    ('<f8', '(4,)<f8')
    """
    return f"{array.shape[1:]}{array.dtype.str}" if array.ndim > 1 else array.dtype.str


def flags(first: int, labels: Sequence[str]) -> dict[str, Any]:
    """Return the CF attributes of int8 codes that count up from ``first``."""
    words = [label.replace(",", "").replace(" ", "_") for label in labels]
    return {
        "flag_values": np.arange(first, first + len(words), dtype=np.int8),
        "flag_meanings": " ".join(words),
    }
