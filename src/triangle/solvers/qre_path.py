"""The path of logit equilibria from zero precision, followed for many games at once.

A logit equilibrium at precision μ is a zero of t - μ · D(softmax(0, t)): t are the log odds of every action against its
player's first, D the expected advantages over it. At μ = 0 it is t = 0; the principal branch is the path from there
(McKelvey and Palfrey; Turocy). It may turn back in μ, so it is followed by its arc length: each step solves one linear
system per game for both Newton's correction and the tangent, and the length of the next step follows from how much was
corrected and how far the tangent turned.

McKelvey, R. D., & Palfrey, T. R. (1995). Quantal response equilibria for normal form games. Games and Economic Behavior
10(1), 6–38. Turocy, T. L. (2005). A dynamic homotopy interpretation of the logistic quantal response equilibrium
correspondence. Games and Economic Behavior 51(2), 243–263. Allgower, E. L., & Georg, K. (1990). Numerical Continuation
Methods. Springer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..game import BoolArray, FloatArray
from .elimination import solve
from .multilinear import Advantages, Selection, swapped

_WANTED_CORRECTION = 0.03
_LARGEST_CORRECTION = 0.2
_SMALL_CORRECTION = 0.06
_WANTED_TURN = 0.3
_LARGEST_TURN = 0.5
_GROWTH = 3.0
_CROSSING = 3e-4  # a game this near to one with a crossing differs from it by the cube: 3e-11 of its payoffs
_LEAP = 0.03
_ROUNDING = 16 * float(np.finfo(np.float64).eps)
_SHORTEST = 1e-9
_SETTLED = 1e-13
_SETTLING = 1e-7  # Newton's method squares the error: what is left after such a correction is rounding
_MOST_POLISH = 12

_PER_GAME = (
    *("point", "ahead", "tangent", "before"),
    *("target", "step", "last_step", "landing", "landed"),
    *("stuck", "side", "leaping", "leapt", "crossed", "first_size", "last_size"),
)


def softmax(odds: FloatArray, advantages: Advantages) -> list[FloatArray]:
    """Return every player's strategy, (A_i, G) each, from log odds against its first action, (size, G)."""
    strategies = []
    for block, count in zip(advantages.blocks, advantages.shape, strict=True):
        weights = np.zeros((count, odds.shape[1]))
        weights[1:] = odds[block]
        weights -= weights.max(axis=0)
        np.exp(weights, out=weights)
        weights /= weights.sum(axis=0)
        strategies.append(weights)
    return strategies


def odds_against(odds: FloatArray, advantages: Advantages, swap: Sequence[NDArray[np.intp]]) -> FloatArray:
    """Return log odds after each player's action ``swap[i]`` (one per game) has traded places with its first."""
    out = np.empty_like(odds)
    for block, action in zip(advantages.blocks, swap, strict=True):
        full = np.concatenate([np.zeros((1, odds.shape[1])), odds[block]])
        full = np.take_along_axis(full, swapped(len(full), action), axis=0)
        out[block] = full[1:] - full[:1]
    return out


def equations(advantages: Advantages, point: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the error of the logit equations and their derivatives.

    Parameters
    ----------
    advantages : Advantages
    point : ndarray, shape (size + 1, G)
        The log odds, and the precision in the last row.

    Returns
    -------
    error : ndarray, shape (size, G)
    derivatives : ndarray, shape (size + 1, size + 1, G)
        In all log odds and in the precision; the last row is left free for a further equation.
    """
    odds, precision = point[:-1], point[-1]
    strategies = softmax(odds, advantages)
    values, slopes = advantages.values_and_slopes(strategies)
    size = advantages.size
    matrix = np.zeros((size + 1, size + 1, point.shape[1]))
    for (player, other), slope in slopes.items():
        rows = advantages.blocks[player]
        slope = slope[:, 1:] - values[rows][:, None]
        slope *= strategies[other][1:] * -precision
        matrix[rows, advantages.blocks[other]] = slope
    diagonal = np.arange(size)
    matrix[diagonal, diagonal] += 1.0
    matrix[:-1, -1] = -values
    return odds - precision * values, matrix


def polish(advantages: Advantages, point: FloatArray, direction: FloatArray | None = None) -> FloatArray:
    """Return points on the path near given ones, by Newton's method.

    Parameters
    ----------
    advantages : Advantages
    point : ndarray, shape (size + 1, G)
    direction : ndarray, shape (size + 1, G), optional
        Move at right angles to it only; if not given, at the same precision.
    """
    point = point.copy()
    for _ in range(_MOST_POLISH):
        error, matrix = equations(advantages, point)
        _last_row(matrix, direction)
        right = np.concatenate([-error, np.zeros((1, point.shape[1]))])[:, None]
        step = solve(matrix, right)[0][:, 0]
        point += step
        if (np.abs(step).max(axis=0) <= _SETTLED * (1.0 + np.abs(point).max(axis=0))).all():
            break
    return point


def _last_row(matrix: FloatArray, direction: FloatArray | None) -> None:
    if direction is None:
        matrix[-1, -1] = 1.0
    else:
        matrix[-1] = direction


@dataclass(eq=False)
class Path:
    """Where each of G games stands on its path, and how to go on; one column a game.

    Attributes
    ----------
    advantages : Advantages
        Scaled so that the widest is 1; the precision is scaled the other way.
    target : ndarray, shape (G,)
        The precision at which to stop, when it is first reached.
    point, ahead : ndarray, shape (size + 1, G)
        The last point on the path, and the prediction that is being corrected.
    tangent, before : ndarray, shape (size + 1, G)
        The unit tangents at the last point and at the one before it.
    step, last_step : ndarray, shape (G,)
    landing : ndarray of bool, shape (G,)
        Whether the prediction lies at the target precision, so that Newton's method ends there.
    landed, stuck : ndarray of bool, shape (G,)
    side : ndarray, shape (G,)
        The sign of the determinant of the equations with the tangent.
    leaping, leapt : ndarray of bool, shape (G,)
        Whether a longer step is being, or has been, tried because shorter ones did not succeed.
    crossed : ndarray of bool, shape (G,)
        Whether the last move went through a crossing with another path.
    first_size, last_size : ndarray, shape (G,)
        The size of the first and of the last correction of this prediction; infinite before there was one.
    """

    advantages: Advantages
    target: FloatArray
    point: FloatArray
    ahead: FloatArray
    tangent: FloatArray
    before: FloatArray
    step: FloatArray
    last_step: FloatArray
    landing: BoolArray
    landed: BoolArray
    stuck: BoolArray
    side: FloatArray
    leaping: BoolArray
    leapt: BoolArray
    crossed: BoolArray
    first_size: FloatArray
    last_size: FloatArray
    shrink: float

    @classmethod
    def start(
        cls, advantages: Advantages, target: FloatArray, shrink: float = 1.0, point: FloatArray | None = None
    ) -> Path:
        """Return all games at zero precision, or at given points of their paths from where the precision grows.

        ``shrink`` makes all steps shorter and all checks stricter.
        """
        games = advantages.games
        if point is None:
            point = np.zeros((advantages.size + 1, games))
        _, matrix = equations(advantages, point)
        matrix[-1, -1] = 1.0
        upward = np.zeros((len(matrix), 1, games))
        upward[-1] = 1.0
        found, side = solve(matrix, upward)
        tangent = found[:, 0]
        tangent /= np.sqrt((tangent**2).sum(axis=0))
        no = np.zeros(games, dtype=bool)
        one = np.ones(games)
        step = 0.7 * shrink * np.maximum(1.0, 0.1 * point[-1])
        path = cls(
            advantages=advantages,
            target=target,
            point=point,
            ahead=point,
            tangent=tangent,
            before=tangent,
            step=step,
            last_step=step,
            landing=no,
            landed=no,
            stuck=no,
            side=side,
            leaping=no,
            leapt=no,
            crossed=no,
            first_size=one,
            last_size=np.inf * one,
            shrink=shrink,
        )
        path._predict(~no)
        return path

    def take(self, games: Selection) -> Path:
        """Return some of the games."""
        parts: dict[str, Any] = {name: getattr(self, name)[..., games] for name in _PER_GAME}
        return replace(self, advantages=self.advantages.take(games), **parts)

    def joined(self, other: Path) -> Path:
        """Return these games and then the others."""
        parts: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)], axis=-1) for name in _PER_GAME
        }
        return replace(self, advantages=Advantages.joined([self.advantages, other.advantages]), **parts)

    def advance(self) -> BoolArray:
        """Correct all predictions and predict anew; return which games moved on along the path."""
        correction, tangent, side = self._correct()
        turn = np.sqrt(np.maximum(2.0 - 2.0 * (tangent * self.tangent).sum(axis=0), 0.0))
        size = np.abs(correction).max(axis=0)
        # Where log odds are huge, so is their rounding error, and no correction gets below it.
        rounding = _ROUNDING * np.abs(self.ahead).max(axis=0)
        straight = turn <= _LARGEST_TURN * self.shrink
        shrinking = np.minimum(_LARGEST_CORRECTION * self.shrink, self.last_size / 2.0)
        good = (size <= np.maximum(shrinking, rounding)) & straight
        self.first_size = np.where(np.isinf(self.last_size), size, self.first_size)
        # The determinant keeps its sign along a path unless another one crosses. If it changed, the step strayed to
        # another path, and shorter ones may not; where none avoids it, the paths really cross.
        changed = side != self.side
        real = changed & self.leaping
        self.crossed = good & real & ~self.landing
        good &= ~changed | real
        self.side = np.where(self.crossed, side, self.side)
        self.ahead = np.where(good & ~self.landed, self.ahead + correction, self.ahead)
        self.landed = self.landed | (good & self.landing & (size <= np.maximum(_SETTLING, rounding)))
        moved = good & ~self.landing & (size <= np.maximum(_SMALL_CORRECTION * self.shrink, rounding))
        self.last_size = np.where(good & ~moved, size, np.inf)
        self._accept(moved, tangent, turn)
        self._reject(~good & ~self.landed)
        self._predict(moved | (~good & ~self.landed))
        return np.asarray(moved)

    def _correct(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the correction of the prediction, the unit tangent there, and the sign of the determinant.

        The correction is at right angles to the last tangent, or for games that are landing at one precision.
        """
        error, matrix = equations(self.advantages, self.ahead)
        across = self.tangent.copy()
        across[:, self.landing] = 0.0
        across[-1, self.landing] = 1.0
        matrix[-1] = across
        right = np.zeros((len(matrix), 2, matrix.shape[2]))
        right[:-1, 0] = -error
        right[-1, 1] = 1.0
        # A player's own strategy does not change what its actions are worth.
        both, side = solve(matrix, right, identity=max(self.advantages.blocks, key=lambda b: b.stop - b.start))
        correction, tangent = both[:, 0], both[:, 1]
        return correction, tangent / np.sqrt((tangent**2).sum(axis=0)), side

    def _accept(self, moved: BoolArray, tangent: FloatArray, turn: FloatArray) -> None:
        shorter = np.maximum(self.first_size / (_WANTED_CORRECTION * self.shrink), 1e-12) ** 0.5
        straighter = np.maximum(turn / (_WANTED_TURN * self.shrink), 1e-12)
        factor = np.clip(1.0 / np.maximum(shorter, straighter), 1.0 / _GROWTH, _GROWTH)
        self.point = np.where(moved, self.ahead, self.point)
        self.before = np.where(moved, self.tangent, self.before)
        self.tangent = np.where(moved, tangent, self.tangent)
        self.last_step = np.where(moved, self.step, self.last_step)
        self.step = np.where(moved, self.step * factor, self.step)
        self.leaping = self.leaping & ~moved
        self.leapt = self.leapt & ~moved

    def _reject(self, failed: BoolArray) -> None:
        self.step = np.where(failed, self.step / 3.0, self.step)
        self.landing = self.landing & ~failed
        # Next to a crossing the equations are nearly singular and short steps may stray into the other path or not
        # succeed at all. So a longer one is tried straight ahead; if there is no crossing, it fails.
        leap = failed & ~self.leapt & (self.step < _CROSSING)
        over = failed & self.leaping & (self.step < _CROSSING)
        self.step = np.where(leap, _LEAP * np.maximum(1.0, 0.01 * self.point[-1]), np.where(over, _CROSSING, self.step))
        self.leaping = (self.leaping | leap) & ~over
        self.leapt = self.leapt | leap
        self.stuck = self.stuck | (failed & (self.step < _SHORTEST))

    def _predict(self, anew: BoolArray) -> None:
        """Predict along the tangent and its change; at the target precision if that would be passed."""
        bend = (self.tangent - self.before) * (~self.leaping * self.step**2 / (2.0 * self.last_step))
        ahead = self.point + self.step * self.tangent + bend
        left = self.target - self.point[-1]
        beyond = (ahead[-1] >= self.target) & anew
        share = np.where(beyond, left / np.where(beyond & (left > 0.0), ahead[-1] - self.point[-1], 1.0), 1.0)
        ahead = np.where(beyond, self.point + share * self.step * self.tangent + share**2 * bend, ahead)
        ahead[-1] = np.where(beyond, self.target, ahead[-1])
        self.ahead = np.where(anew, ahead, self.ahead)
        self.landing = self.landing | beyond
        self.step = np.where(beyond, share * self.step, self.step)
