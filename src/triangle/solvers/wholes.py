"""Payoffs as whole numbers in the same proportions, so that ties are decided by exact arithmetic.

Adding a constant to a player's payoffs, or multiplying them by a positive number, changes no equilibrium. So a player's
payoffs can be replaced by whole numbers: a fraction times the common denominator, and a float, which is a binary
fraction, likewise. But decimals and rescaled payoffs arrive rounded, and their last bits would break every tie that was
meant. Floats that lie within their own rounding error of fractions with a small common denominator (once the payoffs
are shifted and scaled to run from 0 to 1) are therefore read as those fractions, and floats that differ by no more than
their rounding errors as the same number; other floats are taken bit by bit.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

Wholes = NDArray[Any]
"""An array of Python integers (dtype object)."""

DENOMINATOR = 100_000
"""The largest common denominator with which rounded payoffs are recognised as fractions."""

_ROUNDING = 8 * Fraction(np.finfo(np.float64).eps)
_SURELY_WHOLE = 2**40
_WIDEST = Fraction(1, 10**10)  # beyond it, rounding has eaten so much that any number is near some fraction


def whole_numbers(values: NDArray[Any]) -> Wholes:
    """Return one player's payoffs as whole numbers in the same proportions, the lowest of them 0.

    Parameters
    ----------
    values : ndarray of any shape, not empty, finite
        Integers, fractions or floats.

    Returns
    -------
    ndarray of object (Python integers), same shape

    Examples
    --------
    >>> whole_numbers(np.array([0.1 + 0.2, 0.3, 0.1])).tolist(), whole_numbers(np.array([3e-9, 1e-9, -2e-9])).tolist()
    ([1, 1, 0], [5, 3, 0])
    """
    given = values.ravel().tolist()
    plain = _plain(given, values.dtype.kind)
    if plain is not None:
        return plain.reshape(values.shape)
    exact = [Fraction(value) for value in given]
    low, high = min(exact), max(exact)
    rounding = _ROUNDING * max(abs(low), abs(high)) if values.dtype.kind == "f" else Fraction(0)
    if high - low <= rounding:
        return np.full(values.shape, 0, dtype=object)
    unit = [(value - low) / (high - low) for value in exact]
    if rounding:
        unit = _as_meant(unit, rounding / (high - low))
    common = lcm(*(value.denominator for value in unit))
    out = np.empty(len(unit), dtype=object)
    out[:] = [int(value * common) for value in unit]
    return out.reshape(values.shape)


def _plain(given: list[Any], kind: str) -> Wholes | None:
    """Return the numbers if they were whole before, without the detour by fractions."""
    if kind not in "iu" and not (kind == "f" and all(value.is_integer() for value in given)):
        return None
    low, high = int(min(given)), int(max(given))
    # Beyond this rounding might have made floats whole.
    if kind == "f" and (high - low > DENOMINATOR or max(abs(low), abs(high)) > _SURELY_WHOLE):
        return None
    above = [int(value) - low for value in given]
    common = gcd(*above) or 1
    out = np.empty(len(above), dtype=object)
    out[:] = [value // common for value in above]
    return out


def _as_meant(unit: list[Fraction], rounding: Fraction) -> list[Fraction]:
    """Return the simple fractions that the numbers round, if they have a small common denominator; else the numbers."""
    if rounding > _WIDEST:
        return unit
    common = 1
    near = {}
    for value in dict.fromkeys(unit):
        near[value] = value.limit_denominator(DENOMINATOR)
        common = lcm(common, near[value].denominator)
        if abs(near[value] - value) > rounding or common > DENOMINATOR:
            return unit
    return [near[value] for value in unit]
