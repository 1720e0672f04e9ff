"""The proof that payoffs of a repeated game are equilibrium payoffs: a set of them that supports itself.

If every corner of a polygon is an average of one round's payoffs and a continuation in the polygon that keeps both
players from deviating, the worst in the polygon following if they do, then every point of it is the payoff of a
subgame-perfect equilibrium (Abreu, Pearce and Stacchetti 1990, self-generation). So this checks from within what
`triangle.solvers.repeated_payoffs` encloses from without, and shares no step with it.

Abreu, D., Pearce, D. and Stacchetti, E. (1990). Toward a theory of discounted repeated games with imperfect monitoring.
Econometrica 58(5), 1041–1063.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import LARGEST, TOLERANCE, FloatArray, as_payoffs
from .arrays import margin_factor, read_one
from .polygon import convex_hull


@dataclass(frozen=True, eq=False)
class SelfGeneration:
    """Whether a set of payoffs supports itself.

    Attributes
    ----------
    holds : bool
        Whether every corner is supported, up to the tolerance.
    shortfall : ndarray, shape (K,)
        How far each corner of the set is from what the set supports, in units of each player's payoff range; infinite
        if it supports nothing.
    corners : ndarray, shape (K, 2)
    """

    holds: bool
    shortfall: FloatArray
    corners: FloatArray


@checked
def supports_itself(
    payoffs: ArrayLike, discount: float, points: ArrayLike, tolerance: float = TOLERANCE
) -> SelfGeneration:
    """Check that all mixtures of some payoffs are subgame-perfect equilibrium payoffs of a repeated game.

    Parameters
    ----------
    payoffs : array_like, shape (2, A_1, A_2)
        Payoffs of one round.
    discount : float
        The common discount factor, above 0 and below 1.
    points : array_like, shape (K, 2)
        Average payoffs; their convex hull is checked (players see a public draw before each round).
    tolerance : float
        Incentives and corners may miss by this share of a player's payoff range.

    Returns
    -------
    SelfGeneration

    Raises
    ------
    ValueError
        Unsound payoffs or points, not one game of two players, no point, or a discount factor out of range.

    Examples
    --------
    Patient prisoners can hold each other to cooperation, impatient ones cannot.

    >>> dilemma = [[[3, 0], [4, 1]], [[3, 4], [0, 1]]]
    >>> supports_itself(dilemma, 0.5, [[1, 1], [3, 3]]).holds, supports_itself(dilemma, 0.3, [[1, 1], [3, 3]]).holds
    (True, False)
    """
    games = read_one(payoffs, players=2)
    margin_factor(tolerance)
    if not 1 / LARGEST < discount < 1:
        raise ValueError(f"discount must be above 0 and below 1, got {discount!r}")
    given = as_payoffs(points, "points")
    if given.ndim != 2 or given.shape[1] != 2 or not len(given):
        raise ValueError(f"points must have shape (K, 2), K at least 1; got {given.shape}")
    low = games.payoffs.min(axis=(1, 2))
    span = games.payoffs.max(axis=(1, 2)) - low
    span = np.where(span > 0, span, 1.0)
    corners = convex_hull((given - low) / span)
    worst = corners.min(axis=0)
    first, second = (games.payoffs - low[:, None, None]) / span[:, None, None]
    supported = []
    for row, column in np.ndindex(first.shape):
        today = np.array([first[row, column], second[row, column]])
        best = np.array([first[:, column].max(), second[row].max()])
        # What must follow for the best deviation, and then the worst, to be no better.
        least = worst + (1 - discount) / discount * (best - today) - tolerance
        after = _above(_above(corners, 0, float(least[0])), 1, float(least[1]))
        supported.append((1 - discount) * today + discount * after)
    reached = convex_hull(np.concatenate(supported))
    shortfall = np.array([_distance(corner, reached) for corner in corners])
    return SelfGeneration(bool((shortfall <= tolerance).all()), shortfall, corners * span + low)


def _above(corners: FloatArray, axis: int, least: float) -> FloatArray:
    """Return corners of the part of a polygon in which a coordinate is at least so much (Sutherland and Hodgman)."""
    kept = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if here[axis] >= least:
            kept.append(here)
        if (here[axis] - least) * (there[axis] - least) < 0:
            kept.append(here + (least - here[axis]) / (there[axis] - here[axis]) * (there - here))
    return np.array(kept, dtype=np.float64).reshape(-1, 2)


def _distance(point: FloatArray, corners: FloatArray) -> float:
    """Return the distance from a point to a convex polygon, 0 inside."""
    if not len(corners):
        return np.inf
    sides = np.roll(corners, -1, axis=0) - corners
    away = point - corners
    if len(corners) > 2 and (sides[:, 0] * away[:, 1] - sides[:, 1] * away[:, 0] >= 0).all():
        return 0.0
    length = (sides**2).sum(axis=1)
    along = np.clip((sides * away).sum(axis=1) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return float(np.sqrt(((away - along[:, None] * sides) ** 2).sum(axis=1).min()))
