"""Bargaining over given agreements: Nash's and Kalai and Smorodinsky's solutions on a finite set or its convex hull.

Where the agreements are a list, `nash_bargaining_choice` picks from it; where lotteries over them (or time shares) can
be agreed on, the feasible set is their convex hull. A total that can be split freely is the case of
`triangle.solvers.bargaining`.

Nash, J. (1950). The bargaining problem. Econometrica 18(2), 155–162. Kalai, E., & Smorodinsky, M. (1975). Other
solutions to Nash's bargaining problem. Econometrica 43(3), 513–518.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, FloatArray, as_payoffs
from .arrays import scale_of
from .linear import maximise
from .polygon import convex_hull


@dataclass(frozen=True, eq=False)
class BargainingResult:
    """A bargaining solution.

    Attributes
    ----------
    shares : ndarray, shape (n,)
        Each player's payoff; NaN where there is no agreement to be had.
    status : {"agreed", "no gain"}
        ``"no gain"``: no feasible agreement gives every player more than its disagreement payoff.
    """

    shares: FloatArray
    status: Literal["agreed", "no gain"]


@checked
def nash_bargaining_choice(points: ArrayLike, disagreement: ArrayLike, weights: ArrayLike | None = None) -> BoolArray:
    """Return which of some agreements have the greatest (weighted) product of gains.

    Parameters
    ----------
    points : array_like, shape (K, n)
        What each agreement gives to each player.
    disagreement : array_like, shape (n,)
    weights : array_like, shape (n,), optional
        Positive; equal if not given.

    Returns
    -------
    ndarray of bool, shape (K,)
        Several where they are tied; none where no agreement gives every player more than its disagreement payoff.

    Raises
    ------
    ValueError
        Not finite, of other shapes, or weights that are not positive.

    Examples
    --------
    >>> nash_bargaining_choice([[4, 1], [3, 3], [1, 4], [0, 9]], [0, 0])
    array([False,  True, False, False])
    """
    gains, margin, weight, _ = _read(points, disagreement, weights)
    useful = (gains > margin).all(axis=1)
    product = np.full(len(gains), -np.inf)
    product[useful] = np.log(gains[useful]) @ weight
    return np.asarray(useful & (product >= product.max(initial=-np.inf) - TOLERANCE))


@checked
def nash_bargaining_hull(
    points: ArrayLike, disagreement: ArrayLike, weights: ArrayLike | None = None
) -> BargainingResult:
    """Find the (weighted) Nash solution for two players who may also agree on lotteries over given agreements.

    Parameters
    ----------
    points : array_like, shape (K, 2)
        Agreements; their convex hull is feasible.
    disagreement, weights : array_like, shape (2,)
        As in `nash_bargaining_choice`.

    Returns
    -------
    BargainingResult

    Raises
    ------
    ValueError
        As `nash_bargaining_choice`, or not two players.

    Examples
    --------
    >>> nash_bargaining_hull([[0, 0], [4, 0], [0, 2]], [0, 0]).shares
    array([2., 1.])
    """
    gains, margin, weight, base = _read(points, disagreement, weights)
    if gains.shape[1] != 2:
        raise ValueError(f"points: the polygon's Nash solution is for two players, got {gains.shape[1]}")
    corners = convex_hull(gains)
    ways = [_best_between(a, b, weight) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    candidates = np.array([*corners, *ways])
    useful = candidates[(candidates > margin).all(axis=1)]
    if not len(useful):
        return BargainingResult(np.full(2, np.nan), "no gain")
    return BargainingResult(base + useful[np.argmax(np.log(useful) @ weight)], "agreed")


@checked
def kalai_smorodinsky(points: ArrayLike, disagreement: ArrayLike, ideal: ArrayLike | None = None) -> BargainingResult:
    """Find the Kalai–Smorodinsky solution for any number of players who may agree on lotteries and on giving away.

    All gain the same part of the most that each could gain, and this part is as great as it can be.

    Parameters
    ----------
    points : array_like, shape (K, n)
        Agreements; what is no more for anyone than a mixture of them is feasible.
    disagreement : array_like, shape (n,)
    ideal : array_like, shape (n,), optional
        The most that each player could get; if not given, the most that it gets in a feasible agreement in which
        nobody has less than its disagreement payoff.

    Returns
    -------
    BargainingResult
        With three players or more another agreement may give some more and none less (Roth 1979).

    Raises
    ------
    ValueError
        Not finite, of other shapes, or an ideal no greater than the disagreement payoff.

    Examples
    --------
    >>> kalai_smorodinsky([[0, 0], [4, 0], [2, 2], [0, 2]], [0, 0]).shares.round(6)
    array([2.666667, 1.333333])
    """
    gains, margin, _, base = _read(points, disagreement, None)
    none = BargainingResult(np.full(len(base), np.nan), "no gain")
    if ideal is None:
        found = [_most(gains, np.eye(len(base))[i], margin) for i in range(len(base))]
        if any(best is None or best <= m for best, m in zip(found, margin, strict=True)):
            return none
        target = np.array(found, dtype=np.float64)
    else:
        target = as_payoffs(ideal, "ideal") - base
        if target.shape != base.shape or (target <= margin).any():
            raise ValueError("ideal must have one entry per player, each above its disagreement payoff")
    part = _greatest_part(gains / target)
    return none if part <= TOLERANCE else BargainingResult(base + part * target, "agreed")


def _read(
    points: ArrayLike, disagreement: ArrayLike, weights: ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return gains over disagreement, what counts as none, weights, and the disagreement payoffs."""
    array, base = as_payoffs(points, "points"), as_payoffs(disagreement, "disagreement")
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"points must have shape (agreements, players), at least one of each; got {array.shape}")
    if base.shape != array.shape[1:]:
        raise ValueError(f"disagreement must have one entry per player, so {array.shape[1]}; got shape {base.shape}")
    weight = np.ones(len(base)) if weights is None else as_payoffs(weights, "weights")
    if weight.shape != base.shape or (weight <= 0).any():
        raise ValueError("weights must have one entry per player, each above zero")
    margin = TOLERANCE * scale_of(np.vstack([array, base]), (0,))[0]
    return array - base, margin, weight / weight.sum(), base


def _best_between(a: FloatArray, b: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the point between two at which the weighted product of gains is stationary (or one of them)."""
    step = b - a
    both = step[0] * step[1]
    if both >= 0:
        return a
    part = -(weight[0] * step[0] * a[1] + weight[1] * step[1] * a[0]) / (both * weight.sum())
    return np.asarray(a + np.clip(part, 0.0, 1.0) * step)


def _most(gains: FloatArray, along: FloatArray, margin: FloatArray) -> float | None:
    """Return the greatest gain in a direction over mixtures in which nobody loses, or None if there is none."""
    unit = np.abs(gains).max(axis=0) + np.finfo(float).tiny
    scaled = gains / unit
    sums_to_one = (np.ones((1, len(gains))), np.ones(1))
    mixture = maximise(scaled @ along, at_most=(-scaled.T, margin / unit), equal=sums_to_one)
    return None if mixture is None else float(mixture @ scaled @ along * (unit @ along))


def _greatest_part(scaled: FloatArray) -> float:
    """Return the greatest part of every ideal gain that a mixture gives to all, gains in units of the ideals."""
    count, players = scaled.shape
    found = maximise(
        np.append(np.zeros(count), 1.0),
        at_most=(np.hstack([-scaled.T, np.ones((players, 1))]), np.zeros(players)),
        equal=(np.append(np.ones(count), 0.0)[None], np.ones(1)),
        bounds=[*[(0.0, None)] * count, (None, None)],
    )
    if found is None:
        raise RuntimeError("the linear programme of the Kalai–Smorodinsky solution was not solved")
    return float(found[-1])
