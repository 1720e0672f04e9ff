"""Linear programs, the one way in which this package solves them: small, dense, by SciPy's HiGHS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..game import FloatArray

PRECISION = 1e-10
"""The tightest feasibility tolerance that HiGHS accepts; callers scale their numbers to about 1."""


def maximise(
    objective: FloatArray,
    at_most: tuple[FloatArray, FloatArray] | None = None,
    equal: tuple[FloatArray, FloatArray] | None = None,
    bounds: Sequence[tuple[float | None, float | None]] | tuple[float | None, float | None] = (0.0, None),
) -> FloatArray | None:
    """Return a vector that maximises ``objective @ x``, or ``None`` if there is none (infeasible, or no optimum found).

    Parameters
    ----------
    objective : ndarray, shape (n,)
    at_most, equal : pair of ndarrays, shapes (m, n) and (m,), optional
        ``matrix @ x <= bound`` and ``matrix @ x == bound``.
    bounds : as in ``scipy.optimize.linprog``

    Examples
    --------
    >>> maximise(np.array([1.0, 2.0]), equal=(np.ones((1, 2)), np.ones(1)))
    array([0., 1.])
    """
    from scipy.optimize import linprog

    found = linprog(
        -objective,
        A_ub=None if at_most is None else at_most[0],
        b_ub=None if at_most is None else at_most[1],
        A_eq=None if equal is None else equal[0],
        b_eq=None if equal is None else equal[1],
        bounds=bounds,
        method="highs",
        options={"primal_feasibility_tolerance": PRECISION, "dual_feasibility_tolerance": PRECISION},
    )
    return np.asarray(found.x, dtype=np.float64) if found.status == 0 else None
