"""Small linear systems, one per game, games last in memory: Gaussian elimination of all of them at once.

For many small systems this is several times as fast as a call of LAPACK per game, and it gives the sign of the
determinant without factorising again. A row changes places with a later one only in games where its pivot is smaller
than a tenth of the best (threshold pivoting), so that most games need no copying.

Duff, I. S., Erisman, A. M., & Reid, J. K. (2017). Direct Methods for Sparse Matrices (2nd ed.). Oxford University
Press, on threshold pivoting.
"""

from __future__ import annotations

import numpy as np

from ..game import FloatArray

_FEW = 96  # games: for fewer, calls of LAPACK take less time than the interpreter here
_THRESHOLD = 0.1
_NOTHING = slice(0, 0)


def solve(matrix: FloatArray, right: FloatArray, identity: slice = _NOTHING) -> tuple[FloatArray, FloatArray]:
    """Return the solution of each game's linear system, and the sign of its determinant.

    Parameters
    ----------
    matrix : ndarray, shape (n, n, G)
    right : ndarray, shape (n, k, G)
    identity : slice
        Rows and columns that are known to form an identity matrix; the more, the more work it saves.

    Returns
    -------
    solution : ndarray, shape (n, k, G)
        In the least-squares sense for a matrix that is singular.
    sign : ndarray, shape (G,)
        -1, 0 or 1.

    Examples
    --------
    >>> found, sign = solve(np.array([[[0.0], [2.0]], [[1.0], [1.0]]]), np.array([[[4.0]], [[3.0]]]))
    >>> found[..., 0].tolist(), sign.tolist()
    ([[1.0], [2.0]], [-1.0])
    """
    if matrix.shape[-1] < _FEW:
        return _by_lapack(matrix, right)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        solution, sign = _by_elimination(matrix, right, identity)
    broken = np.flatnonzero(~np.isfinite(solution).all(axis=(0, 1)))
    if len(broken):
        solution[..., broken], sign[broken] = _by_lapack(matrix[..., broken], right[..., broken])
    return solution, sign


def _by_elimination(matrix: FloatArray, right: FloatArray, identity: slice) -> tuple[FloatArray, FloatArray]:
    rest = np.delete(np.arange(len(matrix)), identity)
    across = matrix[identity, rest]
    # What is left once the unknowns of the identity are expressed by the others has the same determinant.
    work = np.concatenate([matrix[rest][:, rest], right[rest]], axis=1)
    work -= np.einsum("abg,bcg->acg", matrix[rest, identity], np.concatenate([across, right[identity]], axis=1))
    sign = _eliminate(work)
    solution = np.empty(right.shape)
    solution[rest] = work[:, len(rest) :]
    solution[identity] = right[identity] - np.einsum("abg,bcg->acg", across, work[:, len(rest) :])
    return solution, sign


def _eliminate(work: FloatArray) -> FloatArray:
    """Solve in place: the matrix with the right sides behind it, (m, m + k, G); return the determinant's sign."""
    rows = len(work)
    sign = np.ones(work.shape[-1])
    for k in range(rows):
        column = np.abs(work[k:, k])
        weak = np.flatnonzero(column[0] < _THRESHOLD * column.max(axis=0))
        if len(weak):
            best = k + column[:, weak].argmax(axis=0)
            held = work[k, k:, weak]
            work[k, k:, weak] = work[best, k:, weak]
            work[best, k:, weak] = held
            sign[weak] *= -1.0
        sign *= np.sign(work[k, k])
        work[k, k + 1 :] /= work[k, k]
        for row in range(k + 1, rows):
            work[row, k + 1 :] -= work[row, k] * work[k, k + 1 :]
    for k in range(rows - 1, 0, -1):
        work[:k, rows:] -= work[:k, k, None] * work[k, rows:]
    return sign


def _by_lapack(matrix: FloatArray, right: FloatArray) -> tuple[FloatArray, FloatArray]:
    first, sides = np.moveaxis(matrix, -1, 0), np.moveaxis(right, -1, 0)
    try:
        found = np.asarray(np.linalg.solve(first, sides), dtype=np.float64)
    except np.linalg.LinAlgError:
        found = np.asarray(np.linalg.pinv(first) @ sides, dtype=np.float64)
    return np.moveaxis(found, 0, -1), np.asarray(np.linalg.slogdet(first)[0])
