"""The principal branch of logit equilibria of one game, with its turning points and bifurcations.

The branch starts at uniform play and precision zero. In almost all games it is a smooth path that ends at one Nash
equilibrium as the precision grows; it may turn back on the way. In games with symmetries other paths can cross it: then
it goes straight on, and the crossing is reported for what it is. A point where a branch stops is a Nash equilibrium
only if its regret, computed anew, says so.

McKelvey, R. D., & Palfrey, T. R. (1995). Quantal response equilibria for normal form games. Games and Economic Behavior
10(1), 6–38. Turocy, T. L. (2005). A dynamic homotopy interpretation of the logistic quantal response equilibrium
correspondence. Games and Economic Behavior 51(2), 243–263.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import FloatArray
from .arrays import read_one
from .multilinear import Advantages
from .qre import precisions_of
from .qre_path import equations, softmax
from .qre_trace import Stage, Trace, trace
from .regret import regret


@dataclass(frozen=True, eq=False)
class BranchPoint:
    """A point of the branch.

    Attributes
    ----------
    precision : float
    strategies : tuple of ndarray, shape (A_i,)
    """

    precision: float
    strategies: tuple[FloatArray, ...]


@dataclass(frozen=True, eq=False)
class LogitBranch:
    """The principal branch of one game.

    Attributes
    ----------
    precisions : ndarray, shape (P,)
        In the order in which the branch passes them; they fall where it has turned back.
    strategies : tuple of N ndarrays, player i's of shape (P, A_i)
    residual : ndarray, shape (P,)
        The largest difference between a probability and the logit response, recomputed.
    regrets : ndarray, shape (P, N)
        What each player could still gain by moving alone, in units of the payoffs.
    turning_points : tuple of BranchPoint
        Where the precision stops growing or stops falling.
    bifurcations : tuple of BranchPoint
        Where another path crosses. They are logit equilibria like others, and no Nash equilibria.
    status : {"reached", "nash", "stopped", "lost"}
        ``"reached"``: followed to the largest precision asked for. If none was: ``"nash"``, no player can gain more
        than 1e-6 of the largest difference that an action makes (looked at from a hundred over that difference on);
        or ``"stopped"``, at ten million over it.
        ``"lost"``: the branch could not be followed to the end.
    """

    precisions: FloatArray
    strategies: tuple[FloatArray, ...]
    residual: FloatArray
    regrets: FloatArray = field(repr=False)
    turning_points: tuple[BranchPoint, ...]
    bifurcations: tuple[BranchPoint, ...]
    status: Literal["reached", "nash", "stopped", "lost"]

    @property
    def max_regret(self) -> float:
        """The largest regret of a player at the last point, in units of the payoffs."""
        return float(self.regrets[-1].max()) if len(self.regrets) else float("nan")


@checked
def logit_branch(payoffs: ArrayLike, precisions: ArrayLike | None = None, players: int | None = None) -> LogitBranch:
    """Follow the principal branch of logit equilibria of one game.

    Parameters
    ----------
    payoffs : array_like, shape (N, A_1, …, A_N)
    precisions : float or array_like, optional
        A number: how far to follow the branch; the points are those of the path. An array: which precisions to report;
        where the branch turns back, one is reported each time it is passed. If not given: to the end.
    players : int, optional
        Where the shape of the payoffs leaves it open; see `triangle.solvers.arrays`.

    Returns
    -------
    LogitBranch

    Raises
    ------
    ValueError
        Unsound payoffs, a batch, or a precision that is negative or not finite.

    Examples
    --------
    >>> hunt = [[[3, 0], [2, 2]], [[3, 2], [0, 2]]]
    >>> branch = logit_branch(hunt)
    >>> branch.status, branch.strategies[0][-1].round(3)
    ('nash', array([0., 1.]))
    >>> logit_branch(hunt, [0, 1, 10]).strategies[0].round(3)
    array([[0.5  , 0.5  ],
           [0.196, 0.804],
           [0.   , 1.   ]])
    """
    games = read_one(payoffs, players)
    wanted = None if precisions is None else precisions_of(precisions, "precisions")
    if wanted is not None and not wanted.size:
        raise ValueError("precisions must name one at least")
    followed = trace(games.payoffs, None if wanted is None else float(wanted.max()))
    turns = tuple(_turning_points(followed))
    crossings = tuple(_bifurcations(followed))
    if wanted is None or not wanted.ndim:
        parts = [(stage, stage.points[:, min(k, 1) :]) for k, stage in enumerate(followed.stages)]
    else:
        parts = list(_passages(followed, np.unique(wanted) * followed.scale))
    levels = np.concatenate([points[-1] for _, points in parts]) / followed.scale
    pieces = [stage.strategies(points) for stage, points in parts]
    strategies = tuple(np.concatenate([piece[i] for piece in pieces], axis=1).T for i in range(games.players))
    status = followed.ended if followed.ended != "reached" or wanted is not None else "stopped"
    return LogitBranch(
        levels,
        strategies,
        _residual(games.payoffs, strategies, levels),
        regret(games.payoffs, strategies, games.players),
        turns,
        crossings,
        status,  # type: ignore[arg-type]  # one of the four
    )


def _residual(payoffs: FloatArray, strategies: tuple[FloatArray, ...], levels: FloatArray) -> FloatArray:
    advantages = Advantages.of(payoffs[None]).repeat(len(levels))
    mine = [part.T for part in strategies]
    response = softmax(levels * advantages.values(mine), advantages)
    gaps = [np.abs(a - b).max(axis=0) for a, b in zip(mine, response, strict=True)]
    return np.asarray(np.max(gaps, axis=0))


def _point(followed: Trace, stage: Stage, point: FloatArray) -> BranchPoint:
    strategies = tuple(part[:, 0] for part in stage.strategies(point))
    return BranchPoint(float(point[-1, 0] / followed.scale), strategies)


def rising(stage: Stage, points: FloatArray, tangents: FloatArray) -> FloatArray:
    """Return how fast the precision grows along the branch: zero at a turning point."""
    return np.asarray(tangents[-1])


def _turning_points(followed: Trace) -> Iterable[BranchPoint]:
    for stage, _, point, _ in followed.roots(rising):
        yield _point(followed, stage, point)


def _determinant(stage: Stage, points: FloatArray, tangents: FloatArray) -> FloatArray:
    """Return the determinant of the equations with the tangent: it changes its sign where another path crosses."""
    _, matrix = equations(stage.advantages.repeat(points.shape[1]), points)
    matrix[-1] = tangents
    return np.asarray(np.linalg.det(np.moveaxis(matrix, -1, 0)))


def _bifurcations(followed: Trace) -> Iterable[BranchPoint]:
    for stage in followed.stages:
        for k in np.flatnonzero(stage.crossed):
            yield _point(followed, stage, stage.root(int(k) - 1, _determinant)[0])


def _passages(followed: Trace, levels: FloatArray) -> Iterable[tuple[Stage, FloatArray]]:
    """Yield, stage by stage, the points at which the branch passes given precisions, in its own order."""
    # With the turning points put in, the precision is monotone between two points.
    for number, stage in enumerate(followed.refined(rising).stages):
        points, found = stage.points, []
        for k in range(points.shape[1] - 1):
            start, end = points[-1, k], points[-1, k + 1]
            inside = levels[(levels > min(start, end)) & (levels < max(start, end)) | (levels == end)]
            if not number and not k:
                inside = np.union1d(inside, levels[levels == start])
            for level in inside if end >= start else inside[::-1]:
                found.append(_between(points[:, k], points[:, k + 1], stage.tangents[:, k], level))
        if found:
            yield stage, stage.polished(np.stack(found, axis=1))


def _between(start: FloatArray, end: FloatArray, tangent: FloatArray, level: float) -> FloatArray:
    """Guess the point at a precision between two points of the branch, from its direction at the first of them.

    Near a turning point the odds change as the square root of the precision, so the share of the way is found from the
    parabola through both points with the tangent at the first.
    """
    chord = end - start
    length = np.sqrt((chord**2).sum())
    slope = tangent * length
    bend = chord - slope
    c2, c1, c0 = bend[-1], slope[-1], start[-1] - level
    roots = np.roots([c2, c1, c0]) if abs(c2) > 1e-14 * max(abs(c1), 1e-300) else np.array([-c0 / c1 if c1 else 0.0])
    real = [float(r.real) for r in roots if abs(r.imag) < 1e-9 and -1e-6 <= r.real <= 1.0 + 1e-6]
    share = min(real, default=float((level - start[-1]) / chord[-1]) if chord[-1] else 0.0)
    guess = start + share * slope + share**2 * bend
    guess[-1] = level
    return np.asarray(guess)
