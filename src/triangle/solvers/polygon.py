"""Convex polygons: hull, cutting by a half-plane, support, and the intersection of half-planes.

A polygon is an array of corners, shape (K, 2), counter-clockwise and without repetition; two corners are a segment, one
is a point, none is the empty set.
"""

from __future__ import annotations

import numpy as np

from ..game import FloatArray

EMPTY: FloatArray = np.zeros((0, 2))


def convex_hull(points: FloatArray, tolerance: float = 1e-12) -> FloatArray:
    """Return the corners of the convex hull (Andrew's monotone chain, 1979).

    Parameters
    ----------
    points : ndarray, shape (P, 2)
    tolerance : float
        Corners that stand out by less than this part of the set's extent are left out.

    Examples
    --------
    >>> convex_hull(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [1.0, 0.0], [1.0, 0.5]]))
    array([[0., 0.],
           [2., 0.],
           [1., 1.]])
    """
    if len(points) < 2:
        return np.array(points, dtype=np.float64).reshape(-1, 2)
    low = points.min(axis=0)
    extent = float((points.max(axis=0) - low).max())
    if extent == 0.0:
        return np.array(points[:1], dtype=np.float64)
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]
    unit = ((ordered - low) / extent).tolist()
    below = _chain(unit, range(len(unit)), tolerance)
    above = _chain(unit, range(len(unit) - 1, -1, -1), tolerance)
    return np.asarray(ordered[below[:-1] + above[:-1]])


def _chain(points: list[list[float]], order: range, tolerance: float) -> list[int]:
    kept: list[int] = []
    for k in order:
        while len(kept) > 1 and _turn(points[kept[-2]], points[kept[-1]], points[k]) <= tolerance:
            kept.pop()
        kept.append(k)
    return kept


def _turn(a: list[float], b: list[float], c: list[float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
