"""Sobol indices of arrays: how much of an output's variance each input accounts for.

The design is two independent samples A and B, and for each input i the sample AB_i, which is A with input i taken from
B. With f the output, f0 its mean and V its variance over A and B together,

    first order  S_i = mean((f(B) - f0) (f(AB_i) - f(A))) / V      Saltelli et al. (2010), table 2, row b
    total        T_i = mean((f(A) - f(AB_i))²) / 2V                Jansen (1999)

Intervals are bootstrap percentiles over the rows of the design. Every estimator is a function of means over rows, so a
resample is one row of counts times a matrix of columns; the counts are drawn in blocks, so memory does not grow with
the number of resamples. Rows of a Sobol sequence err less than independent rows: the intervals are rather too wide.

References
----------
Sobol', I. M. (2001). Global sensitivity indices for nonlinear mathematical models and their Monte Carlo estimates.
Mathematics and Computers in Simulation 55, 271–280.
Jansen, M. J. W. (1999). Analysis of variance designs for model output. Computer Physics Communications 117, 35–43.
Saltelli, A., et al. (2010). Variance based sensitivity analysis of model output. Computer Physics Communications 181,
259–270.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from ..game import TOLERANCE, FloatArray

RESAMPLES = 1000
_BLOCK_BYTES = 16 << 20

STATUSES = ("estimated", "constant", "too_rare")
"""``constant``: no variance, hence no index. ``too_rare``: some resamples have no variance, hence no interval."""
ESTIMATED, CONSTANT, TOO_RARE = range(len(STATUSES))


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """First-order and total Sobol indices of one output, with bootstrap intervals.

    Attributes
    ----------
    first, total : ndarray, shape (inputs,)
        NaN if the output is constant.
    first_interval, total_interval : ndarray, shape (2, inputs)
        Low and high end; NaN if the output is constant, or varies at so few points that a resample may miss them.
    mean, variance : float
        Of the output over A and B together.
    status : int
        A code of `STATUSES`.
    """

    first: FloatArray
    total: FloatArray
    first_interval: FloatArray
    total_interval: FloatArray
    mean: float
    variance: float
    status: int


def design(samples: int, inputs: int, seed: int = 0) -> Iterator[FloatArray]:
    """Yield the samples A, B, AB_1, …, AB_inputs in the unit cube, each of shape (samples, inputs).

    A and B are the two halves of the columns of one scrambled Sobol sequence.

    Raises
    ------
    ValueError
        ``samples`` is not a power of two from 2 on.
    """
    from scipy.stats import qmc

    check_samples(samples)
    both = qmc.Sobol(2 * inputs, rng=seed).random(samples)
    a, b = both[:, :inputs], both[:, inputs:]
    yield a
    yield b
    for column in range(inputs):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        yield mixed


def check_samples(samples: object) -> None:
    """Raise ``ValueError`` unless ``samples`` is a power of two from 2 on."""
    if not isinstance(samples, int | np.integer) or samples < 2 or int(samples) & (int(samples) - 1):
        raise ValueError(f"Sobol points are balanced at powers of two only; samples cannot be {samples!r}")


def sobol_indices(
    f_a: FloatArray,
    f_b: FloatArray,
    f_ab: FloatArray,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
    scale: float | None = None,
) -> SobolIndices:
    """Estimate first-order and total indices from an output at the points of `design`.

    Parameters
    ----------
    f_a, f_b : ndarray, shape (samples,)
    f_ab : ndarray, shape (inputs, samples)
    confidence : float
        Of the intervals, between 0 and 1.
    resamples : int
        Of the bootstrap.
    seed : int
        Of the bootstrap.
    scale : float, optional
        The size of the numbers that the output was computed from; a standard deviation below `TOLERANCE` times it is
        rounding, and the output is constant. The largest output if not given.

    Returns
    -------
    SobolIndices

    Raises
    ------
    ValueError
        NaN or infinite output, or shapes that do not fit.

    Examples
    --------
    The output 2x + y of independent uniform inputs: the shares of the variance are 4 to 1, and nothing interacts.

    >>> f = [2 * x[:, 0] + x[:, 1] for x in design(2**12, 2)]
    >>> found = sobol_indices(f[0], f[1], np.array(f[2:]))
    >>> found.first.round(2), found.total.round(2)
    (array([0.8, 0.2]), array([0.8, 0.2]))
    """
    f_a, f_b, f_ab = (np.asarray(f, dtype=np.float64) for f in (f_a, f_b, f_ab))
    if f_a.ndim != 1 or f_b.shape != f_a.shape or f_ab.ndim != 2 or f_ab.shape[1:] != f_a.shape or not len(f_a):
        raise ValueError(f"shapes must be (n,), (n,) and (inputs, n), got {f_a.shape}, {f_b.shape} and {f_ab.shape}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, got {confidence}")
    if not all(np.isfinite(f).all() for f in (f_a, f_b, f_ab)):
        raise ValueError("the output must be finite at every point of the design")
    inputs = len(f_ab)
    mean = float(np.mean([f_a, f_b]))
    a, b, ab = f_a - mean, f_b - mean, f_ab - mean
    if scale is None:
        scale = max(float(np.abs(f).max(initial=0.0)) for f in (f_a, f_b, f_ab))
    columns = np.concatenate([[a, b, a * a, b * b], ab - a, b * (ab - a), (a - ab) ** 2])
    first, total, variance = _estimates(columns.mean(axis=1)[None], inputs)
    if not variance[0] > (TOLERANCE * scale) ** 2:
        nothing = np.full(inputs, np.nan)
        unknown = np.full((2, inputs), np.nan)
        return SobolIndices(nothing, nothing, unknown, unknown, mean, 0.0, CONSTANT)
    again = [_estimates(means, inputs) for means in _resampled(columns, resamples, seed)]
    firsts, totals, variances = (np.concatenate(parts) for parts in zip(*again, strict=True))
    status = ESTIMATED if (variances > (TOLERANCE * scale) ** 2).all() else TOO_RARE
    first_interval = total_interval = np.full((2, inputs), np.nan)
    if status == ESTIMATED:
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        first_interval, total_interval = (np.quantile(values, tails, axis=0) for values in (firsts, totals))
    return SobolIndices(first[0], total[0], first_interval, total_interval, mean, float(variance[0]), status)


def _estimates(means: FloatArray, inputs: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return first-order and total indices (cases, inputs) and the variance (cases,) from the columns' means."""
    a, b, a_square, b_square = means[:, :4].T
    moved, product, square = (means[:, 4 + k * inputs : 4 + (k + 1) * inputs] for k in range(3))
    centre = (a + b) / 2
    variance = (a_square + b_square) / 2 - centre**2
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (product - centre[:, None] * moved) / variance[:, None]
        total = square / (2 * variance[:, None])
    return first, total, variance


def _resampled(columns: FloatArray, resamples: int, seed: int) -> Iterator[FloatArray]:
    """Yield the columns' means over rows drawn with replacement, a block of resamples at a time."""
    rows = columns.shape[1]
    rng = np.random.default_rng(seed)
    block = max(1, min(resamples, _BLOCK_BYTES // (8 * rows)))
    upright = np.ascontiguousarray(columns.T)
    with threadpool_limits(1, user_api="blas"):
        for start in range(0, resamples, block):
            draws = [rng.integers(0, rows, rows) for _ in range(start, min(start + block, resamples))]
            counts = np.array([np.bincount(draw, minlength=rows) for draw in draws], dtype=np.float64)
            yield counts @ upright / rows
