"""Polynomials in named parameters whose coefficients are arrays over the profiles of a game."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from .game import FloatArray

Monomial = tuple[tuple[str, int], ...]
"""A product of named parameters: ``(("energy", 1), ("power_gap", 2))``, sorted by name; ``()`` is the constant 1."""

_FACTOR = re.compile(r"([A-Za-z_]\w*)(?:(?:\*\*|\^)(\d+))?")


def monomial(weight: str | Mapping[str, int] | Monomial) -> Monomial:
    """Return the canonical form of a product of parameters.

    Parameters
    ----------
    weight : str, mapping or Monomial
        ``"energy*power_gap**2"``, ``{"energy": 1, "power_gap": 2}`` or the canonical form itself; ``""`` and
        ``"1"`` are the constant weight. Text is matched against a pattern and never evaluated.

    Raises
    ------
    ValueError
        Anything but names, ``*`` and whole positive powers.

    Examples
    --------
    >>> monomial("power_gap**2 * energy")
    (('energy', 1), ('power_gap', 2))
    """
    powers: dict[str, int] = {}
    for name, power in _factors(weight):
        if power != int(power) or power < 1:
            raise ValueError(f"weight {weight!r}: the power of {name!r} must be a whole number from 1, got {power!r}")
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def _factors(weight: str | Mapping[str, int] | Monomial) -> Iterator[tuple[str, int]]:
    if isinstance(weight, Mapping):
        yield from weight.items()
    elif isinstance(weight, str):
        for factor in re.split(r"(?<!\*)\*(?!\*)|·", weight) if weight.strip() not in ("", "1") else ():
            match = _FACTOR.fullmatch(factor.strip())
            if match is None:
                raise ValueError(
                    f"weight {weight!r}: {factor.strip()!r} is not a parameter name or a power of one; "
                    "write a product such as 'energy*power_gap**2' and put numbers into the payoffs"
                )
            yield match[1], int(match[2] or 1)
    else:
        yield from weight


def times(first: Monomial, second: Monomial) -> Monomial:
    """Return the product of two monomials."""
    return monomial({name: dict(first).get(name, 0) + dict(second).get(name, 0) for name, _ in (*first, *second)})


def spelled(product: Monomial) -> str:
    """Return a monomial as text.

    Examples
    --------
    >>> spelled((("energy", 1), ("power_gap", 2)))
    'energy·power_gap²'
    """
    marks = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "·".join(name + (str(power).translate(marks) if power > 1 else "") for name, power in product) or "1"


def exponents(monomials: Iterable[Monomial], names: Iterable[str]) -> np.ndarray[tuple[int, int], np.dtype[np.intp]]:
    """Return the powers of every parameter in every monomial, shape (monomials, parameters)."""
    order = list(names)
    rows = [[dict(product).get(name, 0) for name in order] for product in monomials]
    return np.array(rows, dtype=np.intp).reshape(len(rows), len(order))


def values_of(monomials: Iterable[Monomial], values: Mapping[str, FloatArray], batch: tuple[int, ...]) -> FloatArray:
    """Return every monomial at arrays of parameter values, shape (*batch, monomials)."""
    columns = list(monomials)
    out = np.ones((*batch, len(columns)))
    for k, product in enumerate(columns):
        for name, power in product:
            for _ in range(power):
                out[..., k] *= values[name]
    return out
