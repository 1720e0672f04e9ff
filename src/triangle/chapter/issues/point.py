"""Named numbers or arrays with attribute access, and the small helpers that formulas of issue games share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike

from ...game import TOLERANCE, FloatArray


class Point(Mapping[str, FloatArray]):
    """Parameters of a game, and later what follows from them: names to arrays of one shape, read as attributes.

    Examples
    --------
    >>> point = Point(price=[0.5, 1.0], volume=2.0)
    >>> point.price * point.volume
    array([1., 2.])
    >>> point.plus(price=0.25)["price"]
    array(0.25)
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, ArrayLike] | None = None, **more: ArrayLike) -> None:
        given = {**(values or {}), **more}
        self._values = {name: np.asarray(value, dtype=np.float64) for name, value in given.items()}

    def __getitem__(self, name: str) -> FloatArray:
        return self._values[name]

    def __getattr__(self, name: str) -> FloatArray:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"no value is named {name!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def plus(self, values: Mapping[str, ArrayLike] | None = None, **more: ArrayLike) -> Point:
        """Return a point with some values set."""
        return Point({**self._values, **(values or {}), **more})


def weight(sensitivity: FloatArray, gap: FloatArray) -> FloatArray:
    """Return Russia's bargaining weight ``β = ½ − ½·sensitivity·gap``, as in the triangle's contract."""
    return 0.5 - 0.5 * sensitivity * gap


def all_of(*slacks: ArrayLike) -> FloatArray:
    """Return the least slack: positive where every part is."""
    found: FloatArray = np.minimum.reduce(np.broadcast_arrays(*slacks))
    return found


def any_of(*slacks: ArrayLike) -> FloatArray:
    """Return the greatest slack: positive where some part is."""
    found: FloatArray = np.maximum.reduce(np.broadcast_arrays(*slacks))
    return found


def truth(holds: ArrayLike) -> FloatArray:
    """Return 1 where something holds and −1 where it does not: the slack of a fact that has no size."""
    return np.where(holds, 1.0, -1.0)


def best(payoffs: Mapping[str, float]) -> tuple[str, ...]:
    """Return the options with the greatest payoff, ties included.

    Examples
    --------
    >>> best({"stay": 1.0, "go": 0.3 + 0.7, "wait": 0.2})
    ('stay', 'go')
    """
    margin = TOLERANCE * max(abs(value) for value in payoffs.values())
    most = max(payoffs.values())
    return tuple(name for name, value in payoffs.items() if value >= most - margin)
