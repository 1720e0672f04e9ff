"""Equilibria of three players with two actions each, in closed form where no tie is near.

The advantage of a player's second action is bilinear in the other two's probabilities of theirs. So with one player
pure the mixtures of the other two follow from two linear equations, and if all three mix, two of the equations give
two probabilities as ratios of linear functions of the third, which solves a quadratic equation. Where a comparison is
too close to call, such as an equilibrium on the border between two supports, no answer is given: then there may be a
line of equilibria, and the search of `triangle.solvers.supports` is for those.

McKelvey, R. D., & McLennan, A. (1996). Computation of equilibria in finite games. In H. M. Amman et al. (Eds.),
Handbook of Computational Economics 1 (pp. 87–142). Elsevier.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import sqrt

import numpy as np

from ..game import TOLERANCE, FloatArray

SUPPORTS = 27
"""How many combinations of supports such a game has."""

_BORDER = 1e-6
_NEARLY_DOUBLE = 1e-8
_EXACT = 1e-12

Bilinear = tuple[float, float, float, float]
"""The advantage where the other two, in order, play (0, 0), (0, 1), (1, 0) and (1, 1)."""

_OTHERS = ((1, 2), (0, 2), (0, 1))


class _DoubtError(Exception):
    """A comparison is too close to call."""


def closed_form(unit: FloatArray) -> list[FloatArray] | None:
    """Return all equilibria, or None if a comparison is too close to call.

    Parameters
    ----------
    unit : ndarray, shape (3, 2, 2, 2)
        Payoffs that run from 0 to 1 for each player.

    Returns
    -------
    list of three ndarrays, shape (profiles, 2)

    Examples
    --------
    >>> matching = np.array([[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3, dtype=float)
    >>> closed_form(matching)[0]
    array([[1. , 0. ],
           [0. , 1. ],
           [0.5, 0.5]])
    """
    tables = [np.moveaxis(own, i, 0) for i, own in enumerate(unit)]
    gains: list[Bilinear] = [tuple((table[1] - table[0]).ravel().tolist()) for table in tables]
    try:
        found = [*_pure(gains), *_one_pure(gains), *_totally_mixed(gains)]
    except _DoubtError:
        return None
    second = np.array(found).reshape(-1, 3)
    return [np.stack([1.0 - second[:, i], second[:, i]], axis=1) for i in range(3)]


def _value(gain: Bilinear, first: float, second: float) -> float:
    low = gain[0] + second * (gain[1] - gain[0])
    return low + first * (gain[2] + second * (gain[3] - gain[2]) - low)


def _pure(gains: list[Bilinear]) -> Iterator[tuple[float, ...]]:
    """Yield the pure equilibria; doubt if there is one in which a player is indifferent, or a line on an edge."""
    for profile in product((0, 1), repeat=3):
        # What each would gain by its other action.
        better = [
            gain[2 * profile[j] + profile[k]] * (1 - 2 * own)
            for gain, own, (j, k) in zip(gains, profile, _OTHERS, strict=True)
        ]
        if max(better) <= TOLERANCE:
            if max(better) >= -TOLERANCE:
                raise _DoubtError
            yield tuple(map(float, profile))
        for player in range(3):
            if profile[player] == 0 and abs(better[player]) <= TOLERANCE and _on_edge(gains, profile, player):
                raise _DoubtError


def _on_edge(gains: list[Bilinear], profile: tuple[int, ...], player: int) -> bool:
    """Whether the others may both be content somewhere while a player mixes its two actions."""
    low, high = 0.0, 1.0
    for other in _OTHERS[player]:
        j, k = _OTHERS[other]
        sign = 1 - 2 * profile[other]
        ends = []
        for own in (0, 1):
            at = [own if i == player else profile[i] for i in (j, k)]
            ends.append(gains[other][2 * at[0] + at[1]] * sign - TOLERANCE)
        if min(ends) > 0.0:
            return False
        if ends[0] > 0.0 or ends[1] > 0.0:
            root = ends[0] / (ends[0] - ends[1])
            low, high = (max(low, root), high) if ends[0] > 0.0 else (low, min(high, root))
    return low <= high + _BORDER


def _one_pure(gains: list[Bilinear]) -> Iterator[tuple[float, ...]]:
    """Yield the equilibria in which one player is pure and the other two mix."""
    for player, action in product(range(3), (0, 1)):
        j, k = _OTHERS[player]
        # Who mixes is indifferent at the other's probability, which is therefore a root.
        shares = {}
        for mixer, other in ((j, k), (k, j)):
            ends = []
            for own in (0, 1):
                at = [action if i == player else own for i in _OTHERS[mixer]]
                ends.append(gains[mixer][2 * at[0] + at[1]])
            shares[other] = _root(*ends)
        first, second = shares[j], shares[k]
        if first is None or second is None:
            continue
        better = _value(gains[player], first, second) * (1 - 2 * action)
        if abs(better) <= TOLERANCE:
            raise _DoubtError
        if better < 0.0:
            mixed = {player: float(action), j: first, k: second}
            yield mixed[0], mixed[1], mixed[2]


def _root(start: float, end: float) -> float | None:
    """Return where a linear function on [0, 1] is zero inside, if it is."""
    if abs(start) <= TOLERANCE and abs(end) <= TOLERANCE:
        raise _DoubtError
    if abs(start) <= TOLERANCE or abs(end) <= TOLERANCE or (start > 0) == (end > 0):
        return None
    root = start / (start - end)
    if not _BORDER < root < 1.0 - _BORDER:
        raise _DoubtError
    return root


def _totally_mixed(gains: list[Bilinear]) -> Iterator[tuple[float, ...]]:
    """Yield the equilibria in which all three mix."""
    first, second, third = ((g[0], g[2] - g[0], g[1] - g[0], g[3] - g[2] - g[1] + g[0]) for g in gains)
    # As fractions of linear functions of r: q from the first's indifference, p from the second's.
    q_over, q_under = (-first[0], -first[2]), (first[1], first[3])
    p_over, p_under = (-second[0], -second[2]), (second[1], second[3])
    terms = (
        (third[0], p_under, q_under),
        (third[1], p_over, q_under),
        (third[2], p_under, q_over),
        (third[3], p_over, q_over),
    )
    none = sum(factor * a[0] * b[0] for factor, a, b in terms)
    one = sum(factor * (a[0] * b[1] + a[1] * b[0]) for factor, a, b in terms)
    two = sum(factor * a[1] * b[1] for factor, a, b in terms)
    for r in _quadratic(two, one, none):
        if not -_BORDER < r < 1.0 + _BORDER:
            continue
        below = q_under[0] + q_under[1] * r, p_under[0] + p_under[1] * r
        if min(map(abs, below)) <= _NEARLY_DOUBLE:
            raise _DoubtError
        q, p = (q_over[0] + q_over[1] * r) / below[0], (p_over[0] + p_over[1] * r) / below[1]
        if not all(-_BORDER < share < 1.0 + _BORDER for share in (p, q)):
            continue
        at = ((q, r), (p, r), (p, q))
        wrong = max(abs(_value(gain, *pair)) for gain, pair in zip(gains, at, strict=True))
        if wrong > _EXACT or not all(_BORDER < share < 1.0 - _BORDER for share in (p, q, r)):
            raise _DoubtError
        yield p, q, r


def _quadratic(two: float, one: float, none: float) -> tuple[float, ...]:
    """Return the real roots; doubt if they nearly coincide or everything is nearly zero."""
    largest = max(abs(two), abs(one), abs(none))
    if largest <= _NEARLY_DOUBLE:
        raise _DoubtError
    two, one, none = two / largest, one / largest, none / largest
    inside = one * one - 4.0 * two * none
    if abs(inside) <= _NEARLY_DOUBLE:
        raise _DoubtError
    if inside < 0.0:
        return ()
    q = -0.5 * (one + sqrt(inside) * (1.0 if one >= 0.0 else -1.0))
    # The stable form; a root that is infinite, or nearly, is none.
    return (none / q, q / two) if abs(two) > 1e-15 else (none / q,)
