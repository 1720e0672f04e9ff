"""Convex polygons by their corners.

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
    unit = (points - low) / extent
    # What stands on an upright side must be sorted by its height.
    unit[:, 0] = levelled(unit[:, 0], tolerance)
    order = np.lexsort((unit[:, 1], unit[:, 0]))
    ordered = unit[order].tolist()
    below = _chain(ordered, range(len(ordered)))
    above = _chain(ordered, range(len(ordered) - 1, -1, -1))
    return np.asarray(points[order[_standing_out(ordered, below[:-1] + above[:-1], tolerance)]], dtype=np.float64)


def levelled(values: FloatArray, tolerance: float) -> FloatArray:
    """Make values equal that differ by rounding, each the least within the tolerance: none moves by more than that.

    Examples
    --------
    >>> levelled(np.array([0.0, 0.3, 0.6, 0.9]), 0.4)
    array([0. , 0. , 0.6, 0.6])
    """
    order = np.argsort(values, kind="stable")
    out = np.empty_like(values)
    level = -np.inf
    for k in order.tolist():
        if values[k] - level > tolerance:
            level = float(values[k])
        out[k] = level
    return out


def _chain(points: list[list[float]], order: range) -> list[int]:
    kept: list[int] = []
    for k in order:
        while len(kept) > 1 and _turn(points[kept[-2]], points[kept[-1]], points[k]) <= 0.0:
            kept.pop()
        kept.append(k)
    return kept


def _standing_out(points: list[list[float]], corners: list[int], tolerance: float) -> list[int]:
    """Leave out corners that lie between their neighbours and hardly off the line through them.

    A corner that is nearly in line but beyond its neighbours is an end, not a bump, and stays.
    """
    k = 0
    while len(corners) > 2 and k < len(corners):
        a, b, c = (points[corners[(k + step) % len(corners)]] for step in (-1, 0, 1))
        across = [c[0] - a[0], c[1] - a[1]]
        length = across[0] ** 2 + across[1] ** 2
        along = (b[0] - a[0]) * across[0] + (b[1] - a[1]) * across[1]
        if 0.0 <= along <= length and _turn(a, b, c) <= tolerance * length**0.5:
            corners = corners[:k] + corners[k + 1 :]
            k = max(k - 1, 0)
        else:
            k += 1
    return corners


def _turn(a: list[float], b: list[float], c: list[float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
