"""The path of logit equilibria where the response is a contraction all along it: iterating the response follows it.

The path is followed from zero precision in a few equal steps of the precision. At each the equilibrium is predicted
from the two before, corrected by two iterations of the response, and the spectral radius of the response's derivative
is bounded there. While it is below 1 the path neither turns nor is crossed. With three players the derivative is linear
in the third's strategy, so its norm is largest at the end of a step, but for what a short step changes of the weights.
The bound is also kept for uniform play at the precision asked for, and steps are short in log odds. Whatever fails one
of these tests is left to `triangle.solvers.qre_path`. So the path is followed numerically, as there; nothing is proved.

Averages over many profiles are what makes this apply: a random payoff table may be wide where its averages over the
opponents' play, from which the derivative is made, are not.
"""

from __future__ import annotations

import numpy as np

from ..game import BoolArray, FloatArray
from .multilinear import Advantages
from .qre_path import softmax

_STEPS = 3
_LARGEST_RADIUS = 0.9  # with 3, and steps five times as long, one in 3,000 games strayed; with these none of 460,000
_LONGEST_STEP = 0.6
_LAST_CORRECTION = 0.05
_MOST_ITERATIONS = 200
_SETTLED = 1e-10


def iterate(unit: Advantages, target: FloatArray, start: FloatArray | None = None) -> tuple[FloatArray, BoolArray]:
    """Iterate the response from given log odds, or uniform play, until all games have settled.

    Returns
    -------
    odds : ndarray, shape (size, G)
    settled : ndarray of bool, shape (G,)
    """
    odds = np.zeros((unit.size, unit.games)) if start is None else start.copy()
    settled = np.zeros(unit.games, dtype=bool)
    left, now = np.arange(unit.games), odds
    for _ in range(_MOST_ITERATIONS):
        last, now = now, target * unit.values(softmax(now, unit))
        over = np.abs(now - last).max(axis=0, initial=0.0) <= _SETTLED
        # Copying the games that are left pays once enough are over.
        if over.sum() > 0.3 * len(left) or over.all():
            odds[:, left[over]], settled[left[over]] = now[:, over], True
            unit, target, left, now = unit.take(~over), target[~over], left[~over], now[:, ~over]
            if not len(left):
                break
    return odds, settled


def follow_contraction(unit: Advantages, target: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Follow the path to the precision ``target`` where the response is a contraction along it.

    Parameters
    ----------
    unit : Advantages
    target : ndarray, shape (G,)

    Returns
    -------
    odds : ndarray, shape (size, G)
        The log odds at the target, where the path was followed; elsewhere without meaning.
    followed : ndarray of bool, shape (G,)
    """
    odds = np.zeros((unit.size, unit.games))
    radius, values = _radius(unit, target, softmax(odds, unit))
    followed = radius <= _LARGEST_RADIUS
    some = np.flatnonzero(followed)
    if len(some):
        odds[:, some], followed[some] = _steps(
            unit if followed.all() else unit.take(some), target[some], values[:, some]
        )
    return odds, followed


def _steps(unit: Advantages, target: FloatArray, values: FloatArray) -> tuple[FloatArray, BoolArray]:
    before = odds = np.zeros_like(values)
    last_values = values
    good = np.ones(unit.games, dtype=bool)
    for step in range(1, _STEPS + 1):
        precision = target * (step / _STEPS)
        first = precision * unit.values(softmax(precision * (2.0 * values - last_values), unit))
        last_values = values
        radius, values = _radius(unit, precision, softmax(first, unit))
        before, odds = odds, precision * values
        good &= radius <= _LARGEST_RADIUS
        good &= np.abs(odds - first).max(axis=0) <= _LAST_CORRECTION
        good &= np.abs(odds - before).max(axis=0) <= _LONGEST_STEP
    there, settled = iterate(unit, target, odds)
    return there, good & settled & (np.abs(there - odds).max(axis=0) <= _LONGEST_STEP)


def _radius(unit: Advantages, precision: FloatArray, strategies: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return a bound on the spectral radius of the response's derivative at strategies, and the advantages there.

    A softmax changes its strategy by (diag x - x xᵀ) dv where its argument changes by dv. In the norms that this matrix
    makes, the derivative of one player's argument in another's has at most the norm (Frobenius) of a table: precision
    times the slopes, less row and column averages, weighted by both strategies. The spectral radius of the matrix of
    these norms bounds that of the whole derivative; the row sums of its fourth power bound it in turn.
    """
    values, slopes = unit.values_and_slopes(strategies)
    square = np.zeros((len(unit.shape), len(unit.shape), unit.games))
    for (player, other), slope in slopes.items():
        gap = slope - values[unit.blocks[player]][:, None]
        weighted = strategies[player][1:, None] * gap
        average = weighted.sum(axis=0)
        weighted *= gap
        variance = np.maximum(weighted.sum(axis=0) - average**2, 0.0)
        square[player, other] = (variance * strategies[other]).sum(axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        norms = precision * np.sqrt(square)
        twice = np.einsum("ijg,jkg->ikg", norms, norms)
        fourth = np.einsum("ijg,jkg->ikg", twice, twice)
        return fourth.sum(axis=1).max(axis=0) ** 0.25, values
