"""The precision that makes observed play most likely, if it is a logit equilibrium on the principal branch.

The likelihood need not have one peak, least of all where the branch turns back. So the whole branch is traced, every
local maximum on it is found, and the interval consists of all precisions on the branch whose likelihood is not rejected
by the likelihood-ratio test.

McKelvey, R. D., & Palfrey, T. R. (1995). Quantal response equilibria for normal form games. Games and Economic Behavior
10(1), 6–38.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import FloatArray, as_payoffs
from .arrays import read_one
from .qre_trace import Quantity, Stage, Trace, trace

_FLAT = 1e-9  # log-likelihood per observation


@dataclass(frozen=True, eq=False)
class PrecisionFit:
    """A precision estimated by maximum likelihood.

    Attributes
    ----------
    precision : float
        The estimate; infinite if the likelihood still grows at the end of the branch.
    standard_error : float
        From the observed information; NaN where it does not exist (no interior maximum).
    interval : tuple of float
        The smallest and the largest precision on the branch that the likelihood-ratio test does not reject.
    confidence : float
    log_likelihood : float
        Of the counts given, in order of observation (no multinomial coefficient).
    strategies : tuple of ndarray, shape (A_i,)
        The logit equilibrium at the estimate.
    local_maxima : tuple of (precision, log-likelihood)
        All that were found, the best first; precision infinite if the likelihood grows at the end of the branch.
    status : {"interior", "uniform", "unbounded"}
        ``"uniform"``: the estimate is 0. ``"unbounded"``: the more precise, the likelier.
    """

    precision: float
    standard_error: float
    interval: tuple[float, float]
    confidence: float
    log_likelihood: float
    strategies: tuple[FloatArray, ...]
    local_maxima: tuple[tuple[float, float], ...]
    status: Literal["interior", "uniform", "unbounded"]


@checked
def fit_precision(
    payoffs: ArrayLike, counts: Sequence[ArrayLike], confidence: float = 0.95, players: int | None = None
) -> PrecisionFit:
    """Return the maximum-likelihood precision of observed choices.

    Parameters
    ----------
    payoffs : array_like, shape (N, A_1, …, A_N)
    counts : sequence of N array_like, player i's of shape (A_i,)
        How often each action was observed; a player who was not observed has zeros.
    confidence : float
        Of the interval.
    players : int, optional
        Where the shape of the payoffs leaves it open; see `triangle.solvers.arrays`.

    Returns
    -------
    PrecisionFit

    Raises
    ------
    ValueError
        Unsound payoffs or a batch; counts that are negative, all zero, or do not fit the actions; a confidence that is
        not between 0 and 1.

    Examples
    --------
    >>> pennies = [[[9, 0], [0, 1]], [[0, 1], [1, 0]]]
    >>> fit = fit_precision(pennies, [[70, 30], [15, 85]])
    >>> fit.status, round(fit.precision, 2), [round(end, 2) for end in fit.interval]
    ('interior', 4.7, [3.05, 8.97])
    """
    games = read_one(payoffs, players)
    observed = _counts(counts, games.shape)
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    likelihood, slope = _likelihood(observed), _slope(observed)
    followed = trace(games.payoffs, None).refined(slope)
    flat = _FLAT * sum(float(seen.sum()) for seen in observed)
    maxima = _maxima(followed, likelihood, slope, flat)
    best, stage, point, tangent = maxima[0]
    kind = _kind(followed, point)
    interval = _interval(followed, likelihood, best - _half_quantile(confidence), kind)
    error = _standard_error(stage, point, tangent, slope) / followed.scale if kind == "interior" else nan
    return PrecisionFit(
        _precision(followed, point),
        error,
        interval,
        confidence,
        best,
        tuple(part[:, 0] for part in stage.strategies(point)),
        tuple((_precision(followed, at), value) for value, _, at, _ in maxima),
        kind,
    )


def _counts(counts: Sequence[ArrayLike], shape: tuple[int, ...]) -> list[FloatArray]:
    if len(counts) != len(shape):
        raise ValueError(f"counts: one array per player, so {len(shape)}; got {len(counts)}")
    observed = []
    for player, (given, actions) in enumerate(zip(counts, shape, strict=True)):
        array = as_payoffs(given, f"counts[{player}]")
        if array.shape != (actions,) or (array < 0).any():
            told = f"counts[{player}] must be {actions} numbers, none negative"
            raise ValueError(f"{told}; got {array.tolist()}")
        observed.append(array)
    if not sum(array.sum() for array in observed):
        raise ValueError("counts must hold one observation at least")
    return observed


def _likelihood(observed: list[FloatArray]) -> Quantity:
    """Return the function that gives the log-likelihood at points of a stage."""

    def at(stage: Stage, points: FloatArray, tangents: FloatArray) -> FloatArray:
        total = np.zeros(points.shape[1])
        counts = stage.reordered(observed)
        for block, seen in zip(stage.advantages.blocks, counts, strict=True):
            odds = np.concatenate([np.zeros((1, points.shape[1])), points[block]])
            top = odds.max(axis=0)
            logs = odds - top - np.log(np.exp(odds - top).sum(axis=0))
            total += seen @ logs
        return total

    return at


def _slope(observed: list[FloatArray]) -> Quantity:
    """Return the function that gives the derivative of the log-likelihood along the branch."""

    def at(stage: Stage, points: FloatArray, tangents: FloatArray) -> FloatArray:
        total = np.zeros(points.shape[1])
        counts = stage.reordered(observed)
        for block, seen in zip(stage.advantages.blocks, counts, strict=True):
            odds = np.concatenate([np.zeros((1, points.shape[1])), points[block]])
            change = np.concatenate([np.zeros((1, points.shape[1])), tangents[block]])
            weights = np.exp(odds - odds.max(axis=0))
            mean = (weights * change).sum(axis=0) / weights.sum(axis=0)
            total += seen @ (change - mean)
        return total

    return at


def _maxima(
    followed: Trace, likelihood: Quantity, slope: Quantity, flat: float
) -> list[tuple[float, Stage, FloatArray, FloatArray]]:
    """Return all local maxima along the branch, the best first: its ends if they are, and peaks in between.

    A likelihood that grows less than ``flat`` is level: then zero precision goes before, and peaks are rounding.
    """
    ends = []
    for stage, place, sign in ((followed.stages[0], 0, -1.0), (followed.stages[-1], -1, 1.0)):
        point, tangent = stage.points[:, [place]], stage.tangents[:, [place]]
        if sign * slope(stage, point, tangent)[0] >= -flat:
            ends.append((float(likelihood(stage, point, tangent)[0]), stage, point, tangent))
    found = list(ends)
    for stage, _, point, tangent in followed.roots(slope, falling=True):
        value = float(likelihood(stage, point, tangent)[0])
        if all(abs(value - end[0]) > flat for end in ends):
            found.append((value, stage, point, tangent))
    best = max(value for value, *_ in found)
    return sorted(found, key=lambda one: -one[0] if one[0] < best - flat else -inf)


def _kind(followed: Trace, point: FloatArray) -> Literal["interior", "uniform", "unbounded"]:
    if point[-1, 0] == 0.0:
        return "uniform"
    return "unbounded" if point[-1, 0] == followed.stages[-1].points[-1, -1] else "interior"


def _precision(followed: Trace, point: FloatArray) -> float:
    """Return the precision at a point; the end of the branch stands for what is beyond."""
    return inf if _kind(followed, point) == "unbounded" else float(point[-1, 0] / followed.scale)


def _half_quantile(confidence: float) -> float:
    """Return half the quantile of the χ² distribution with one degree of freedom."""
    from scipy.special import ndtri

    return float(ndtri((1.0 + confidence) / 2.0) ** 2 / 2.0)


def _interval(followed: Trace, likelihood: Quantity, least: float, kind: str) -> tuple[float, float]:
    """Return the smallest and the largest precision on the branch where the log-likelihood is not below the least."""

    def above(stage: Stage, points: FloatArray, tangents: FloatArray) -> FloatArray:
        return likelihood(stage, points, tangents) - least

    levels = [float(point[-1, 0]) for _, _, point, _ in followed.roots(above)]
    for stage in followed.stages:
        inside = above(stage, stage.points, stage.tangents) >= 0.0
        levels += stage.points[-1, inside].tolist()
    last = followed.stages[-1]
    open_ended = above(last, last.points[:, -1:], last.tangents[:, -1:])[0] >= 0.0
    high = inf if open_ended or kind == "unbounded" else max(levels) / followed.scale
    return min(levels) / followed.scale, high


def _standard_error(stage: Stage, point: FloatArray, tangent: FloatArray, slope: Quantity) -> float:
    """Return one over the root of the observed information, by central differences along the branch."""
    rise = tangent[-1, 0]
    step = 1e-4 * (1.0 + abs(point[-1, 0]))
    slopes = []
    for side in (-1.0, 1.0):
        near = stage.polished(point + side * step * tangent, tangent)
        along = stage.tangents_at(near, tangent)
        slopes.append((slope(stage, near, along)[0] / along[-1, 0], near[-1, 0]))
    (before, low), (after, high) = slopes
    information = -(after - before) / (high - low) if high != low and rise else nan
    return float(1.0 / np.sqrt(information)) if information > 0 else nan
