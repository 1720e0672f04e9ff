"""Logit quantal response equilibria of a batch of games at given precisions.

Every player plays each action with a probability proportional to the exponential of the precision times its expected
payoff. Where the precision is low enough that this map is a contraction there is one equilibrium, and iterating the
map finds it. Elsewhere the principal branch is followed from zero precision to where it first reaches the precision
asked for (`triangle.solvers.qre_path`). All is done in log odds, so that no precision or payoff overflows, and the
residual is computed anew at the strategies returned.

McKelvey, R. D., & Palfrey, T. R. (1995). Quantal response equilibria for normal form games. Games and Economic Behavior
10(1), 6–38.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..game import BoolArray, FloatArray
from .arrays import LARGEST, read
from .multilinear import Advantages, swapped
from .qre_path import Path, odds_against, softmax

RESIDUAL = 1e-10
"""The largest change of a probability under the logit response that counts as converged."""

_BLOCK = 1024
_MOST_STEPS = 3000
_SHORTER = (0.3, 0.17, 0.07)  # other steps also meet a crossing elsewhere
_REBASE = 300.0
_MOST_ITERATIONS = 200
_SETTLED = 1e-10


@dataclass(frozen=True, eq=False)
class QREResult:
    """Logit equilibria of a batch of games.

    Attributes
    ----------
    strategies : tuple of N ndarrays, player i's of shape (*batch, A_i)
    residual : ndarray, shape (*batch,)
        The largest difference between a probability and the logit response to the strategies returned.
    status : ndarray of str, shape (*batch,)
        ``"converged"``: the residual is at most 1e-10. ``"inexact"``: it is not; at very high precisions the rounding
        of the payoffs alone may exceed it. ``"lost"``: the branch could not be followed to the end, and the
        strategies are where that happened; they are no equilibrium at this precision.
    principal : ndarray of bool, shape (*batch,)
        Whether the equilibrium lies on the principal branch: it is the only one, or the branch was followed to it.
    precision : ndarray, shape (*batch,)
    """

    strategies: tuple[FloatArray, ...]
    residual: FloatArray
    status: NDArray[np.str_]
    principal: BoolArray
    precision: FloatArray = field(repr=False)

    @property
    def converged(self) -> BoolArray:
        """Where the status is ``"converged"``, shape (*batch,)."""
        return np.asarray(self.status == "converged")


def logit_qre(payoffs: ArrayLike, precision: ArrayLike, players: int | None = None) -> QREResult:
    """Return the logit equilibrium on the principal branch at a precision, for every game of a batch.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    precision : array_like
        λ ≥ 0, in units of one over the payoffs': 0 is uniform play, and play becomes best response as it grows. Its
        shape broadcasts against the batch's; both together are the batch of the result.
    players : int, optional
        Where the shape of the payoffs leaves it open; see `triangle.solvers.arrays`.

    Returns
    -------
    QREResult

    Raises
    ------
    ValueError
        Unsound payoffs; a precision that is negative, not finite, or does not broadcast against the batch; a product
        of precision and payoffs above 1e300.

    Examples
    --------
    >>> pennies = [[[9, -1], [-1, 1]], [[-1, 1], [1, -1]]]
    >>> found = logit_qre(pennies, [0, 1, 10])
    >>> found.strategies[0].round(3)
    array([[0.5  , 0.5  ],
           [0.759, 0.241],
           [0.54 , 0.46 ]])
    >>> found.status.tolist(), found.principal.tolist()
    (['converged', 'converged', 'converged'], [True, True, True])
    """
    games = read(payoffs, players)
    wanted = precisions_of(precision)
    try:
        batch = np.broadcast_shapes(games.batch, wanted.shape)
    except ValueError:
        told = f"precision of shape {wanted.shape} does not broadcast against the batch {games.batch}"
        raise ValueError(told) from None
    tail = games.payoffs.shape[len(games.batch) :]
    flat = np.broadcast_to(games.payoffs, (*batch, *tail))
    count = prod(batch)
    flat = flat.reshape(count, *tail)
    wanted = np.broadcast_to(wanted, batch)
    each = np.ascontiguousarray(wanted).reshape(count)
    out = [np.empty((count, actions)) for actions in games.shape]
    residual, principal, lost = np.empty(count), np.empty(count, dtype=bool), np.empty(count, dtype=bool)
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        strategies, residual[part], principal[part], lost[part] = _solve_block(flat[part], each[part])
        for whole, found in zip(out, strategies, strict=True):
            whole[part] = found.T
    status = np.where(lost, "lost", np.where(residual <= RESIDUAL, "converged", "inexact"))
    return QREResult(
        tuple(whole.reshape(*batch, actions) for whole, actions in zip(out, games.shape, strict=True)),
        residual.reshape(batch),
        status.reshape(batch),
        principal.reshape(batch),
        wanted.copy(),
    )


def precisions_of(precision: ArrayLike, name: str = "precision") -> FloatArray:
    """Return precisions as floats; ``ValueError`` if one is negative or not finite."""
    try:
        wanted = np.asarray(precision, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers, got {precision!r}") from None
    if not np.isfinite(wanted).all() or (wanted < 0).any():
        bad = wanted[~(np.isfinite(wanted) & (wanted >= 0))].flat[0]
        raise ValueError(f"{name} must be finite and not negative, got {bad}")
    return wanted


def _solve_block(
    payoffs: FloatArray, precision: FloatArray
) -> tuple[list[FloatArray], FloatArray, BoolArray, BoolArray]:
    """Return strategies (A_i, G), residuals, whether on the principal branch, and whether lost."""
    raw = Advantages.of(payoffs)
    widest = raw.widest()
    scale = widest.max(axis=0)
    if (precision > LARGEST / np.maximum(scale, 1.0)).any():
        raise ValueError(f"precision times payoffs must not exceed {LARGEST:g}")
    unit = raw.scaled(1.0 / np.where(scale > 0.0, scale, 1.0))
    target = precision * scale
    lost = np.zeros(raw.games, dtype=bool)
    strategies = [np.empty((count, raw.games)) for count in raw.shape]
    # In total variation: if an opponent's strategy changes by ε, the difference of two actions' payoffs changes by 2ε
    # times the widest at most, and the response by a quarter of that times the precision. The response is a contraction
    # if the matrix of these rates, the same in a row but zero on the diagonal, has a spectral radius below 1.
    rate = precision * widest / 2.0
    easy = (rate / (1.0 + rate)).sum(axis=0) < 0.9999
    for where, method in ((easy, _iterate), (~easy, _follow)):
        if where.all():
            strategies, lost = method(unit, target)
        elif where.any():
            part, lost[where] = method(unit.take(where), target[where])
            for whole, found in zip(strategies, part, strict=True):
                whole[:, where] = found
    response = softmax(target * unit.values(strategies), unit)
    gaps = [np.abs(mine - best).max(axis=0) for mine, best in zip(strategies, response, strict=True)]
    return strategies, np.asarray(np.max(gaps, axis=0)), ~lost, lost


def _iterate(unit: Advantages, target: FloatArray) -> tuple[list[FloatArray], BoolArray]:
    """Return the one equilibrium, found by iterating the response, and False for each game."""
    odds = np.zeros((unit.size, unit.games))
    for _ in range(_MOST_ITERATIONS):
        last, odds = odds, target * unit.values(softmax(odds, unit))
        if np.abs(odds - last).max(initial=0.0) <= _SETTLED:
            return softmax(odds, unit), np.zeros(unit.games, dtype=bool)
    return _follow(unit, target)


def _follow(
    unit: Advantages, target: FloatArray, start: FloatArray | None = None
) -> tuple[list[FloatArray], BoolArray]:
    """Return the strategies where the principal branch first reaches the target, and whether it was lost on the way.

    Log odds against an action that is hardly played are large and blur those between the others. So now and then the
    action that is played most becomes every player's first.
    """
    near = np.minimum(target, _REBASE if start is None else start[-1] * _REBASE)
    odds, lost = _walk(unit, near, 1.0, start)
    for shrink in _SHORTER:
        again = np.flatnonzero(lost)
        if len(again):
            begin = None if start is None else start[:, again]
            odds[:, again], lost[again] = _walk(unit.take(again), near[again], shrink, begin)
    strategies = softmax(odds, unit)
    far = np.flatnonzero(~lost & (near < target))
    if len(far):
        best = [strategy[:, far].argmax(axis=0) for strategy in strategies]
        begin = np.vstack([odds_against(odds[:, far], unit, best), near[far]])
        further, lost[far] = _follow(unit.take(far).rebased(best), target[far], begin)
        for whole, found, action in zip(strategies, further, best, strict=True):
            whole[:, far] = np.take_along_axis(found, swapped(len(found), action), axis=0)
    return strategies, lost


def _walk(
    unit: Advantages, target: FloatArray, shrink: float, start: FloatArray | None
) -> tuple[FloatArray, BoolArray]:
    """Return the log odds where the paths first reach the target, or where they were lost, and whether they were."""
    odds = np.zeros((unit.size, unit.games))
    lost = np.zeros(unit.games, dtype=bool)
    path, left = Path.start(unit, target, shrink, start), np.arange(unit.games)
    for _ in range(_MOST_STEPS):
        path.advance()
        over = path.landed | path.stuck
        # Copying the games that are left pays once enough are over.
        if over.sum() > 0.2 * len(left) or over.all():
            odds[:, left[over]], lost[left[over]] = path.ahead[:-1, over], path.stuck[over]
            path, left = path.take(~over), left[~over]
            if not len(left):
                return odds, lost
    odds[:, left], lost[left] = path.point[:-1], ~path.landed
    return odds, lost
