"""The patient rule induction method on arrays: a box in which an outcome is frequent, found by peeling and pasting.

From the box that holds all points, peeling cuts off the slice (a small share of the points at the low or the high end
of one input) whose loss raises the density of the outcome most, again and again. Pasting then moves single faces out
again while that costs no density. The boxes on the way are the peeling trajectory.

References
----------
Friedman, J. H. and Fisher, N. I. (1999). Bump hunting in high-dimensional data. Statistics and Computing 9, 123–143.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..game import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Limits:
    """The two faces of a box along every input; infinite where it is not restricted.

    Attributes
    ----------
    low, high : ndarray, shape (inputs,)
        A point is in the box if ``low <= x <= high``. Faces lie halfway between the points that they part.
    """

    low: FloatArray
    high: FloatArray

    @classmethod
    def open(cls, inputs: int) -> Limits:
        """Return the box that holds everything."""
        return cls(np.full(inputs, -np.inf), np.full(inputs, np.inf))

    @property
    def restricted(self) -> BoolArray:
        """Which inputs have a face."""
        return np.isfinite(self.low) | np.isfinite(self.high)

    def contains(self, x: FloatArray) -> BoolArray:
        """Return which points of shape (points, inputs) are in the box."""
        used = np.flatnonzero(self.restricted)
        return np.asarray(((x[:, used] >= self.low[used]) & (x[:, used] <= self.high[used])).all(axis=1))

    def moved(self, column: int, low: float | None = None, high: float | None = None) -> Limits:
        """Return the box with one or both faces of one input elsewhere."""
        faces = {"low": self.low, "high": self.high}
        for name, value in (("low", low), ("high", high)):
            if value is not None:
                faces[name] = faces[name].copy()
                faces[name][column] = value
        return replace(self, **faces)

    def without(self, column: int) -> Limits:
        """Return the box with one input unrestricted."""
        return self.moved(column, -np.inf, np.inf)


def peel(x: FloatArray, y: BoolArray, alpha: float = 0.05, least: int = 1) -> list[Limits]:
    """Return the peeling trajectory, from the box that holds everything on.

    Parameters
    ----------
    x : ndarray, shape (points, inputs)
    y : ndarray of bool, shape (points,)
        Where the outcome occurs.
    alpha : float
        The share of the box's points that one cut takes away; with ties, the nearest number of points that a cut can
        take.
    least : int
        The number of points below which no box goes.

    Notes
    -----
    Among cuts that leave the same density, one of an input that is restricted already comes first, then the one that
    leaves more points, then the order of the inputs. Peeling ends early where nothing but the outcome is left.

    Examples
    --------
    >>> x = np.linspace(0, 1, 100)[:, None]
    >>> boxes = peel(x, x[:, 0] > 0.7, alpha=0.1)
    >>> len(boxes), round(float(boxes[-1].low[0]), 2)
    (14, 0.72)
    """
    box = Limits.open(x.shape[1])
    trajectory = [box]
    order = np.argsort(x, axis=0, kind="stable").T
    while 0 < y[order[0]].sum() < order.shape[1]:
        cuts = [cut for column in range(x.shape[1]) for cut in _cuts(x, y, order[column], column, alpha, least)]
        if not cuts:
            break
        restricted = box.restricted
        best = max(cuts, key=lambda cut: (cut.density, restricted[cut.column], cut.points))
        box = box.moved(best.column, best.low, best.high)
        trajectory.append(box)
        value = x[:, best.column]
        kept = (value >= box.low[best.column]) & (value <= box.high[best.column])
        order = order[kept[order]].reshape(x.shape[1], -1)
    return trajectory


def paste(x: FloatArray, y: BoolArray, box: Limits, alpha: float = 0.05) -> Limits:
    """Move faces of a box out, a slice at a time, while the density does not fall.

    Parameters are as for `peel`; a slice has ``alpha`` times as many points as the box.
    """
    while True:
        inside = box.contains(x)
        density = y[inside].mean() if inside.any() else 0.0
        moves = [
            move
            for column in np.flatnonzero(box.restricted)
            for move in _outward(x, y, box, int(column), alpha, int(inside.sum()), int(y[inside].sum()))
        ]
        best = max(moves, key=lambda move: (move.density, move.points), default=None)
        if best is None or best.density < density:
            return box
        box = box.moved(best.column, best.low, best.high)


@dataclass(frozen=True)
class _Move:
    """A face moved: where to, and the density and number of points of the box that results."""

    column: int
    density: float
    points: int
    low: float | None = None
    high: float | None = None


def _cuts(
    x: FloatArray, y: BoolArray, order: np.ndarray[tuple[int], np.dtype[np.intp]], column: int, alpha: float, least: int
) -> list[_Move]:
    """Return the cut at the low and at the high end of one input, where there is one."""
    values = x[order, column]
    count, hits = len(order), int(y[order].sum())
    cuts = []
    take = _slice(values, alpha * count)
    if take and count - take >= least:
        left = hits - int(y[order[:take]].sum())
        cuts.append(_Move(column, left / (count - take), count - take, low=_between(values[take - 1], values[take])[1]))
    take = _slice(values[::-1], alpha * count)
    if take and count - take >= least:
        left = hits - int(y[order[count - take :]].sum())
        face = _between(values[count - take - 1], values[count - take])[0]
        cuts.append(_Move(column, left / (count - take), count - take, high=face))
    return cuts


def _slice(values: FloatArray, wanted: float) -> int:
    """Return how many of the sorted values a cut takes: about ``wanted``, never parting equal ones; 0 if it cannot."""
    take = max(1, int(wanted))
    if take >= len(values):
        return 0
    if values[take - 1] != values[take]:
        return take
    equal = np.flatnonzero(values == values[take])
    first, last = int(equal[0]), int(equal[-1]) + 1
    return first if first else (last if last < len(values) else 0)


def _between(below: float, above: float) -> tuple[float, float]:
    """Return a high face that parts two neighbours, and a low face that does."""
    middle = float(below + (above - below) / 2)
    return (middle, middle) if below < middle < above else (float(below), float(above))


def _outward(x: FloatArray, y: BoolArray, box: Limits, column: int, alpha: float, count: int, hits: int) -> list[_Move]:
    """Return what moving out the low and the high face of one input would give."""
    others = box.without(column).contains(x)
    moves = []
    for sign, face in ((-1, box.low[column]), (1, box.high[column])):
        beyond = np.flatnonzero(others & (sign * x[:, column] > sign * face))
        if not np.isfinite(face) or not len(beyond):
            continue
        beyond = beyond[np.argsort(sign * x[beyond, column], kind="stable")]
        values = x[beyond, column]
        take = max(1, int(alpha * count))
        # Reckoned from the far end: what is not taken is left beyond the face, and equal values stay together.
        left = _slice(values[::-1], len(values) - take) if take < len(values) else 0
        take = len(values) - left
        density = (hits + int(y[beyond[:take]].sum())) / (count + take)
        if not left:
            end = float(sign * np.inf)
        else:
            end = _between(*sorted((values[take - 1], values[take])))[0 if sign > 0 else 1]
        moves.append(_Move(column, density, count + take, *((None, end) if sign > 0 else (end, None))))
    return moves
