"""Equilibria of games with three players or more, support by support.

On given supports an equilibrium solves a polynomial system: the actions in use are equally good. Supports with an
action that another one beats against everything the opponents' supports allow cannot carry an equilibrium and are
passed over (Porter, Nudelman and Shoham). On each of the others Newton's method (damped as by Levenberg and Marquardt,
so that singular systems do no harm) starts from many points; what it finds is checked against all actions. Supports on
which something new was found are searched again until nothing is. Nothing proves that this finds every equilibrium.
Three players with two actions each have a closed form, where no tie is near (`triangle.solvers.two_by_two_by_two`).

Porter, R., Nudelman, E., & Shoham, Y. (2008). Simple search methods for finding a Nash equilibrium. Games and Economic
Behavior 63(2), 642–662. Datta, R. S. (2010). Finding all Nash equilibria of a finite game using polynomial algebra.
Economic Theory 42(1), 55–96.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby, islice, product

import numpy as np

from ..game import TOLERANCE, FloatArray
from .multilinear import Advantages
from .nash_sets import Status
from .two_by_two_by_two import SUPPORTS, closed_form

STARTS = 24
"""Points from which each support is searched, each time."""

_ROUNDS = 12
_STEPS = 60
_SAME = 1e-6
_SINGULAR = 1e-7
_BLOCK = 4096
_SOLVED = 1e-13
_NEGATIVE = 1e-9
_DUST = 1e-12

Supports = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class SupportSearch:
    """What a search found: strategies per player, shape (profiles, A_i); its status; True if seen to be degenerate."""

    strategies: list[FloatArray]
    status: Status
    degenerate: bool | None


def search_supports(payoffs: FloatArray, max_supports: int, seed: int) -> SupportSearch:
    """Search for all equilibria of a game, its supports in the order of their size.

    Parameters
    ----------
    payoffs : ndarray, shape (N, A_1, …, A_N)
    max_supports : int
        How many combinations of supports to consider.
    seed : int

    Examples
    --------
    >>> matching = np.array([[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3, dtype=float)
    >>> [len(part) for part in search_supports(matching, 100, 0).strategies]
    [3, 3, 3]
    """
    axes = tuple(range(1, payoffs.ndim))
    low, high = payoffs.min(axis=axes, keepdims=True), payoffs.max(axis=axes, keepdims=True)
    unit = (payoffs - low) / np.where(high > low, high - low, 1.0)
    shape = payoffs.shape[1:]
    if shape == (2, 2, 2) and max_supports >= SUPPORTS:
        known = closed_form(unit)
        if known is not None:
            return SupportSearch(known, "solved", None)
    considered = list(islice(_all_supports(shape), max_supports + 1))
    worth_it = [supports for supports in considered[:max_supports] if not _dominated(unit, supports)]
    rng = np.random.default_rng(seed)
    found = _Found(shape)
    for size, group in groupby(sorted(worth_it, key=_sizes), key=_sizes):
        _search_size(found, unit, list(group), size, rng)
    status: Status = "stopped" if len(considered) > max_supports else "solved"
    strategies = [np.array([p[i] for p in found.profiles]).reshape(-1, shape[i]) for i in range(len(shape))]
    return SupportSearch(strategies, status, True if found.degenerate else None)


def _sizes(supports: Supports) -> tuple[int, ...]:
    return tuple(map(len, supports))


def _all_supports(shape: tuple[int, ...]) -> Iterator[Supports]:
    """Yield every combination of supports, small ones first and among them the balanced ones."""
    sizes = product(*(range(1, count + 1) for count in shape))
    for size in sorted(sizes, key=lambda size: (sum(size), max(size) - min(size))):
        yield from product(*(combinations(range(count), k) for count, k in zip(shape, size, strict=True)))


def _dominated(unit: FloatArray, supports: Supports) -> bool:
    """Whether an action in use is worse than another one against everything that the opponents' supports allow."""
    for player, own in enumerate(unit):
        reach = [np.arange(own.shape[i]) if i == player else np.array(s) for i, s in enumerate(supports)]
        against = np.moveaxis(own[np.ix_(*reach)], player, 0).reshape(own.shape[player], -1)
        used = against[list(supports[player])]
        if (against[None] > used[:, None] + TOLERANCE).all(axis=2).any():
            return True
    return False


@dataclass(eq=False)
class _Found:
    """The equilibria found so far, in a game of this shape."""

    shape: tuple[int, ...]
    profiles: list[tuple[FloatArray, ...]] = field(default_factory=list)
    degenerate: bool = False

    def add(self, profile: Sequence[FloatArray]) -> bool:
        """Keep a profile unless it is known; say whether it is new."""
        for known in self.profiles:
            if all(np.abs(a - b).max() <= _SAME for a, b in zip(known, profile, strict=True)):
                return False
        self.profiles.append(tuple(profile))
        return True


def _search_size(
    found: _Found, unit: FloatArray, group: list[Supports], size: tuple[int, ...], rng: np.random.Generator
) -> None:
    """Search supports that are all of one size, again and again as long as one yields something new."""
    players = range(len(size))
    inside = np.stack([unit[np.ix_(players, *supports)] for supports in group])
    advantages = Advantages.of(inside)
    starts = STARTS if advantages.size else 1
    active = np.arange(len(group))
    for _ in range(_ROUNDS):
        again = []
        share = max(1, _BLOCK // starts)
        for begin in range(0, len(active), share):
            which = np.repeat(active[begin : begin + share], starts)
            part = advantages.take(which)
            points = [rng.dirichlet(np.ones(k), len(which)).T for k in size]
            points = _newton(part, points)
            again += _keep_equilibria(found, unit, group, which, part, points)
        if not again or not advantages.size:
            return
        active = np.array(again)


def _newton(advantages: Advantages, points: list[FloatArray]) -> list[FloatArray]:
    """Return where damped Newton steps lead from the points, one column a game; whoever strays far stays there."""
    points = [point.copy() for point in points]
    moving = np.arange(advantages.games) if advantages.size else np.arange(0)
    here = advantages
    for _ in range(_STEPS):
        if not len(moving):
            break
        current = [point[:, moving] for point in points]
        values, matrix = _equations(here, current)
        step = _damped_step(values, matrix)
        for player, block in enumerate(here.blocks):
            change = step[block]
            points[player][1:, moving] += change
            points[player][0, moving] -= change.sum(axis=0)
        lost = np.any([np.abs(point[:, moving]).max(axis=0) > 10 for point in points], axis=0)
        going = (np.abs(values).max(axis=0) > _SOLVED) & ~lost
        if not going.all():
            moving, here = moving[going], here.take(going)
    return points


def _equations(advantages: Advantages, points: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return the advantages, which are to vanish, and their slopes in all probabilities but each player's first."""
    values, slopes = advantages.values_and_slopes(points)
    matrix = np.zeros((advantages.size, advantages.size, advantages.games))
    for (player, other), slope in slopes.items():
        matrix[advantages.blocks[player], advantages.blocks[other]] = slope[:, 1:] - slope[:, :1]
    return values, matrix


def _damped_step(values: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return the Levenberg–Marquardt step with damping as the square of the error, no longer than 1."""
    first = np.moveaxis(matrix, -1, 0)
    error = values.T[..., None]
    normal = first.transpose(0, 2, 1) @ first
    spread = np.trace(normal, axis1=1, axis2=2) + 1e-300
    damping = np.minimum((error**2).sum(axis=(1, 2)), 1.0) * 0.1 + 1e-14 * spread
    normal[:, range(len(values)), range(len(values))] += damping[:, None] + 1e-30
    step = -np.linalg.solve(normal, first.transpose(0, 2, 1) @ error)[..., 0].T
    return np.asarray(step / np.maximum(np.abs(step).max(axis=0), 1.0))


def _keep_equilibria(
    found: _Found,
    unit: FloatArray,
    group: list[Supports],
    which: np.ndarray,
    advantages: Advantages,
    points: list[FloatArray],
) -> list[int]:
    """Keep the points that are equilibria; return the supports on which there was a new one that is isolated."""
    inside = np.all([(point >= -_NEGATIVE).all(axis=0) for point in points], axis=0)
    places = np.flatnonzero(inside)
    if not len(places):
        return []
    full = [np.zeros((count, len(places))) for count in found.shape]
    for player, point in enumerate(points):
        # What rounding leaves of a probability is none: the equilibrium lies on the border of its support.
        cut = np.where(point[:, places] > _DUST, point[:, places], 0.0)
        rows = np.array([group[k][player] for k in which[places]]).T
        np.put_along_axis(full[player], rows, cut / cut.sum(axis=0), axis=0)
    gains, tied = _gains(unit, full)
    again: set[int] = set()
    crowded: set[int] = set()
    for k in np.flatnonzero(gains <= TOLERANCE):
        place, support = places[k], int(which[places[k]])
        if support in crowded:
            continue
        isolated = _isolated(advantages, points, place)
        new = found.add([part[:, k].copy() for part in full])
        found.degenerate |= bool(tied[k]) or not isolated
        if not isolated:
            crowded.add(support)
        elif new:
            again.add(support)
    return sorted(again - crowded)


def _gains(unit: FloatArray, full: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return the largest gain from moving alone, and whether some unused action is as good as those in use."""
    most = np.zeros(full[0].shape[1])
    tied = np.zeros(full[0].shape[1], dtype=bool)
    games = Advantages.of(unit[None]).repeat(len(most))
    values = games.values(full)
    for block, own in zip(games.blocks, full, strict=True):
        worth = np.concatenate([np.zeros((1, len(most))), values[block]])
        behind = worth.max(axis=0) - worth
        most = np.maximum(most, (behind * own).sum(axis=0))
        tied |= ((own == 0.0) & (behind <= TOLERANCE)).any(axis=0)
    return most, tied


def _isolated(advantages: Advantages, points: list[FloatArray], place: int) -> bool:
    """Whether the system at a solution is regular, so that there is no other solution near by."""
    if not advantages.size:
        return True
    _, matrix = _equations(advantages.take(np.array([place])), [point[:, [place]] for point in points])
    singular = np.linalg.svd(matrix[..., 0], compute_uv=False)
    return bool(singular[-1] > _SINGULAR * max(1.0, singular[0]))
