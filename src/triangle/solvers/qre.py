"""Logit quantal response equilibria of a batch of games at given precisions.

Every player plays each action with a probability proportional to the exponential of the precision times its expected
payoff. Where the precision is low enough that this map is a contraction there is one equilibrium, and iterating the
map finds it. Elsewhere the principal branch is followed from zero precision to where it first reaches the precision
asked for: by iterating the map where it is a contraction near the branch (`triangle.solvers.qre_gentle`), else by
Newton's method along its arc (`triangle.solvers.qre_path`). All is done in log odds, so that no precision or payoff
overflows, and the residual is computed anew at the strategies returned.

McKelvey, R. D., & Palfrey, T. R. (1995). Quantal response equilibria for normal form games. Games and Economic Behavior
10(1), 6–38.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked, shown
from ..game import LARGEST, BoolArray, FloatArray, as_numbers
from .arrays import read
from .multilinear import Advantages, swapped
from .qre_gentle import follow_contraction, iterate
from .qre_path import Path, odds_against, softmax

RESIDUAL = 1e-10
"""The largest change of a probability under the logit response that counts as converged."""

_BLOCK = 1024
_POOL = 8192
_MOST_STEPS = 3000
_SHORTER = (0.3, 0.17, 0.07)  # other steps also meet a crossing elsewhere
_REBASE = 300.0


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


@checked
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
    out = _Found.empty(count, games.shape)
    waiting: list[_Block] = []
    for start in range(0, count, _BLOCK):
        block = _Block.of(flat, each, np.arange(start, min(start + _BLOCK, count)))
        alone = block.one_equilibrium()
        for method, part in ((iterate, block.take(alone)), (follow_contraction, block.take(~alone))):
            odds, found = method(part.unit, part.target)
            if found.any():
                out.put(part, softmax(odds, part.unit))
            waiting.append(part.take(~found))
        if sum(len(part.places) for part in waiting) >= _POOL or start + _BLOCK >= count:
            rest = _Block.joined(waiting)
            if len(rest.places):
                strategies, out.lost[rest.places] = _follow(rest.unit, rest.target)
                out.put(rest, strategies)
            waiting = []
    residual, principal, lost = out.residual, ~out.lost, out.lost
    status = np.where(lost, "lost", np.where(residual <= RESIDUAL, "converged", "inexact"))
    return QREResult(
        tuple(whole.T.reshape(*batch, actions) for whole, actions in zip(out.strategies, games.shape, strict=True)),
        residual.reshape(batch),
        status.reshape(batch),
        principal.reshape(batch),
        wanted.copy(),
    )


_STEEPEST = 1e150


def precisions_of(precision: ArrayLike, name: str = "precision") -> FloatArray:
    """Return precisions as floats; ``ValueError`` if one is negative, not finite, or too large to be squared."""
    try:
        wanted = as_numbers(precision, name)
    except ValueError:
        raise ValueError(f"{name} must be a number or an array of numbers, got {shown(precision)}") from None
    if not np.isfinite(wanted).all() or (wanted < 0).any():
        bad = wanted[~(np.isfinite(wanted) & (wanted >= 0))].flat[0]
        raise ValueError(f"{name} must be finite and not negative, got {bad}")
    if (wanted > _STEEPEST).any():
        raise ValueError(f"{name} must not exceed {_STEEPEST:g}, got {wanted.max():g}")
    return wanted


@dataclass(frozen=True, eq=False)
class _Block:
    """Some games of the batch, by their places in it, in units in which the widest advantage is 1."""

    places: NDArray[np.intp]
    unit: Advantages
    target: FloatArray
    rate: FloatArray

    @classmethod
    def of(cls, payoffs: FloatArray, precision: FloatArray, places: NDArray[np.intp]) -> _Block:
        raw, precision = Advantages.of(payoffs[places[0] : places[-1] + 1]), precision[places]
        widest = raw.widest()
        scale = widest.max(axis=0)
        if (precision > LARGEST / np.maximum(scale, 1.0)).any():
            raise ValueError(f"precision times payoffs must not exceed {LARGEST:g}")
        unit = raw.scaled(1.0 / np.where(scale > 0.0, scale, 1.0))
        return cls(places, unit, precision * scale, precision * widest / 2.0)

    @classmethod
    def joined(cls, blocks: Sequence[_Block]) -> _Block:
        places, target = (np.concatenate([getattr(b, name) for b in blocks]) for name in ("places", "target"))
        unit = Advantages.joined([block.unit for block in blocks])
        return cls(places, unit, target, np.concatenate([block.rate for block in blocks], axis=1))

    def take(self, where: BoolArray) -> _Block:
        if where.all():
            return self
        return _Block(self.places[where], self.unit.take(where), self.target[where], self.rate[:, where])

    def one_equilibrium(self) -> BoolArray:
        """Return where the response is a contraction.

        In total variation: if an opponent's strategy changes by ε, the difference of two actions' payoffs changes by 2ε
        times the widest at most, and the response by a quarter of that times the precision. The response is a
        contraction if the matrix of these rates, the same in a row but zero on the diagonal, has a spectral radius
        below 1.
        """
        return np.asarray((self.rate / (1.0 + self.rate)).sum(axis=0) < 0.9999)


@dataclass(frozen=True, eq=False)
class _Found:
    """Strategies (A_i, G), residuals, and whether the branch was lost, of all games of the batch."""

    strategies: list[FloatArray]
    residual: FloatArray
    lost: BoolArray

    @classmethod
    def empty(cls, games: int, shape: tuple[int, ...]) -> _Found:
        return cls([np.empty((count, games)) for count in shape], np.empty(games), np.zeros(games, dtype=bool))

    def put(self, block: _Block, strategies: list[FloatArray]) -> None:
        response = softmax(block.target * block.unit.values(strategies), block.unit)
        gaps = [np.abs(mine - best).max(axis=0) for mine, best in zip(strategies, response, strict=True)]
        self.residual[block.places] = np.max(gaps, axis=0)
        for whole, part in zip(self.strategies, strategies, strict=True):
            whole[:, block.places] = part


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
    """Return the log odds where the paths first reach the target, or where they were lost, and whether they were.

    Games that are over make room for others, so that all steps are taken by about as many games at once.
    """
    odds = np.zeros((unit.size, unit.games))
    lost = np.zeros(unit.games, dtype=bool)
    begun = np.zeros(unit.games, dtype=np.intp)
    left, joined = np.arange(0), 0
    path = Path.start(unit.take(left), target[left], shrink)
    for step in itertools.count():
        room = min(_BLOCK - len(left), unit.games - joined)
        if room > 0.2 * len(left):
            more = np.arange(joined, joined + room)
            begin = None if start is None else start[:, more]
            path = path.joined(Path.start(unit.take(more), target[more], shrink, begin))
            begun[more], left, joined = step, np.concatenate([left, more]), joined + room
        path.advance()
        given_up = path.stuck | (step - begun[left] > _MOST_STEPS)
        over = path.landed | given_up
        # Copying the games that are left pays once enough are over.
        if over.sum() > 0.2 * len(left) or over.all():
            odds[:, left[over]], lost[left[over]] = path.ahead[:-1, over], given_up[over]
            path, left = path.take(~over), left[~over]
            if not len(left) and joined == unit.games:
                break
    return odds, lost
