"""What two patient players can get: the payoffs of all subgame-perfect equilibria of a repeated game.

Pure strategies, perfect monitoring, and a public draw before each round. The set is the largest that supports itself: a
payoff belongs to it if it is an average of ``(1 − δ) u(a) + δ w``, with a continuation w of the set that keeps both
players from deviating when the worst of the set follows (Abreu, Pearce and Stacchetti 1990). The search starts with
all feasible payoffs that give each player at least what its best reply to any pure strategy secures, and shrinks the
set round by round, so that every round's holds all equilibrium payoffs. (From all feasible payoffs the worst would rise
by a part 1 − δ of its way a round: patient players would wait for ever.) For two players the set is a polygon, which is
kept with all its corners (Cronshaw and Luenberger 1994). Enclosing it by sides in fixed directions, as Judd, Yeltekin
and Conklin (2003) do for any number of players, would be quicker for many actions, but what a side adds in a round is
passed on to the threats of the next: among patient players the surplus grows large.

Abreu, D., Pearce, D. and Stacchetti, E. (1990). Toward a theory of discounted repeated games with imperfect monitoring.
Econometrica 58(5), 1041–1063.
Cronshaw, M. B. and Luenberger, D. G. (1994). Strongly symmetric subgame perfect equilibria in infinitely repeated games
with perfect monitoring and discounting. Games and Economic Behavior 6(2), 220–237.
Judd, K. L., Yeltekin, S. and Conklin, J. (2003). Computing supergame equilibria. Econometrica 71(4), 1239–1254.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import check_count, checked
from ..game import LARGEST, TOLERANCE, FloatArray, as_payoffs
from .arrays import margin_factor, read_one
from .polygon import EMPTY, convex_hull, levelled
from .regret import profile_regrets

Status = Literal["converged", "empty", "max_rounds"]
_AXES = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
_ROUNDING = 1e-12
"""Coordinates of corners that differ by less than this part of the payoff range are equal: upright sides need it."""
_MOST_DIRECTIONS = 10**6
_SAME = 1e-7
"""The same for the corners reported, after many rounds."""


@dataclass(frozen=True, eq=False)
class RepeatedPayoffs:
    """The polygon of all subgame-perfect payoffs of a repeated game.

    Attributes
    ----------
    vertices : ndarray, shape (K, 2)
        Its corners, counter-clockwise; none if there is no equilibrium in pure strategies.
    directions : ndarray, shape (L, 2)
        Directions of length 1, counter-clockwise.
    support : ndarray, shape (L,)
        The largest ``direction @ payoff`` over the polygon, in the same order; minus infinity if it is empty.
    status : {"converged", "empty", "max_rounds"}
        Whether the last round moved no corner by more than the tolerance. ``"empty"`` proves that there is no
        equilibrium in pure strategies; after ``"max_rounds"`` the polygon is only larger than need be.
    rounds : int
    """

    vertices: FloatArray
    directions: FloatArray
    support: FloatArray
    status: Status
    rounds: int


@checked
def repeated_payoffs(
    payoffs: ArrayLike,
    discount: float,
    directions: int | ArrayLike = 64,
    max_rounds: int = 5_000,
    tolerance: float = TOLERANCE,
) -> RepeatedPayoffs:
    """Return the subgame-perfect payoffs of a repeated game of two players.

    Parameters
    ----------
    payoffs : array_like, shape (2, A_1, A_2)
        Payoffs of one round.
    discount : float
        The common discount factor δ, at least 0 and below 1.
    directions : int or array_like, shape (L, 2)
        Where to measure how far the polygon reaches: how many directions, evenly spread (at least 4, in units of each
        player's payoff range), or the directions themselves. The axes are always among them.
    max_rounds : int
    tolerance : float
        A round that moves no corner of the polygon by more than this share of the payoff range is the last.

    Returns
    -------
    RepeatedPayoffs

    Raises
    ------
    ValueError
        Unsound payoffs; not one game of two players; a discount factor, directions or a number that is none.

    Examples
    --------
    Patient prisoners can get whatever is feasible and gives each at least the 1 of mutual defection; the impatient
    get no more than that.

    >>> dilemma = [[[3, 0], [4, 1]], [[3, 4], [0, 1]]]
    >>> repeated_payoffs(dilemma, 0.9).vertices.round(6)
    array([[1.      , 1.      ],
           [3.666667, 1.      ],
           [3.      , 3.      ],
           [1.      , 3.666667]])
    >>> repeated_payoffs(dilemma, 0.2).vertices.round(6)
    array([[1., 1.]])
    """
    games = read_one(payoffs, players=2)
    margin_factor(tolerance)
    if not (discount == 0 or 1 / LARGEST < discount < 1):
        raise ValueError(f"discount must be at least 0 and below 1, got {discount!r}")
    if max_rounds < 1:
        raise ValueError(f"max_rounds must be 1 or more, got {max_rounds!r}")
    low = games.payoffs.min(axis=(1, 2))
    span = games.payoffs.max(axis=(1, 2)) - low
    span[span == 0] = 1.0
    now = (games.flat()[0].T - low) / span
    gain = profile_regrets(games).reshape(2, -1).T / span
    normals = _normals(directions, span)
    corners = convex_hull(now)
    for player, least in enumerate((_secured(games.payoffs) - low) / span):
        corners = _at_least(corners, player, float(least))
    status: Status = "max_rounds" if len(corners) else "empty"
    rounds = 0
    while status == "max_rounds" and rounds < max_rounds:
        rounds += 1
        before, corners = corners, convex_hull(_merged(_round(corners, now, gain, float(discount))))
        if not len(corners):
            status = "empty"
        elif _farthest(before, corners) <= tolerance:
            status = "converged"
    length = np.linalg.norm(normals / span, axis=1)
    outward = normals / span / length[:, None]
    corners = convex_hull(_merged(corners, _SAME), tolerance=_SAME)
    support = (normals @ corners.T).max(axis=1, initial=-np.inf)
    return RepeatedPayoffs(corners * span + low, outward, support / length + outward @ low, status, rounds)


def _secured(payoffs: FloatArray) -> FloatArray:
    """Return what each of two players gets by its best reply to the pure strategy that is worst for it."""
    return np.array([payoffs[player].max(axis=player).min() for player in (0, 1)])


def _farthest(before: FloatArray, after: FloatArray) -> float:
    """Return how far a corner is at most from the nearest of others, in the larger of its two coordinates."""
    return float(np.abs(before[:, None] - after).max(axis=-1).min(axis=-1).max())


def _normals(directions: int | ArrayLike, span: FloatArray) -> FloatArray:
    """Return the directions in units of the payoff ranges, of length 1, the axes among them, in order."""
    if isinstance(directions, int | np.integer):
        directions = check_count("directions", directions, 4, _MOST_DIRECTIONS)
        angle = 2 * np.pi * np.arange(directions) / directions
        wanted = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    else:
        wanted = as_payoffs(directions, "directions")
        if wanted.ndim != 2 or wanted.shape[1] != 2 or not np.any(wanted, axis=1).all():
            raise ValueError(f"directions must be a number or an array (L, 2) without zeros, got shape {wanted.shape}")
        wanted = wanted * span
    unit = np.concatenate([_AXES, wanted / np.linalg.norm(wanted, axis=1, keepdims=True)])
    angle = np.mod(np.arctan2(unit[:, 1], unit[:, 0]), 2 * np.pi)
    order = np.argsort(angle, kind="stable")
    fresh = np.concatenate([[True], np.diff(angle[order]) > 1e-9]) & (angle[order] < 2 * np.pi - 1e-9)
    return np.asarray(unit[order[fresh]])


def _round(corners: FloatArray, now: FloatArray, gain: FloatArray, discount: float) -> FloatArray:
    """Return corners of what is reached when continuations come from a polygon: all profiles', shape (K, 2)."""
    worst = corners.min(axis=0)
    reached = []
    for today, temptation in zip(now, gain, strict=True):
        if discount == 0:
            kept = corners if (temptation <= TOLERANCE).all() else EMPTY
        else:
            kept = corners
            for player, least in enumerate(worst + (1 - discount) / discount * temptation):
                kept = _at_least(kept, player, float(least))
        reached.append((1 - discount) * today + discount * kept)
    return np.concatenate(reached)


def _at_least(corners: FloatArray, player: int, least: float) -> FloatArray:
    """Cut a polygon down to where a player gets at least so much; what misses it by rounding is kept."""
    over = corners[:, player] - least
    inside = over >= -TOLERANCE
    if inside.all() or not inside.any():
        return corners[inside]
    after = np.roll(np.arange(len(corners)), -1)
    crossing = np.flatnonzero((over > 0) & (over[after] < 0) | (over < 0) & (over[after] > 0))
    share = over[crossing] / (over[crossing] - over[after[crossing]])
    cut = corners[crossing] + share[:, None] * (corners[after[crossing]] - corners[crossing])
    return convex_hull(_merged(np.concatenate([corners[inside], cut])))


def _merged(corners: FloatArray, same: float = _ROUNDING) -> FloatArray:
    """Return corners with coordinates that differ by no more than rounding made equal."""
    return np.stack([levelled(corners[:, axis], same) for axis in range(2)], axis=1)
