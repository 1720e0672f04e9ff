"""Iterated elimination of dominated actions, by pure and mixed dominators.

Luce, R. D. and Raiffa, H. (1957). Games and Decisions. Wiley.
Pearce, D. G. (1984). Rationalizable strategic behavior and the problem of perfection. Econometrica 52(4), 1029–1050.
"""

from __future__ import annotations

from math import prod
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, FloatArray
from ..names import unknown
from .arrays import Games, margin_factor, read
from .linear import maximise

Kind = Literal["strict", "weak"]

CLEAR_GAIN = 1e-6
"""What a weak mixed dominator must gain somewhere, as a share of the payoff scale.

It has to be much more than the losses that the solver of the linear program lets pass (1e-10) can buy elsewhere.
"""


@checked
def iterated_dominance(
    payoffs: ArrayLike,
    kind: Kind = "strict",
    mixed: bool = True,
    players: int | None = None,
    tolerance: float = TOLERANCE,
) -> tuple[BoolArray, ...]:
    """Return the actions that survive the iterated elimination of dominated ones.

    In every round all dominated actions of all players go at once, and what is dominated is judged in the game that is
    left. For strict dominance the order makes no difference. For weak dominance it does: another order may leave other
    actions, so read the result as that of this order alone. Equal actions do not dominate each other.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    kind : {"strict", "weak"}
        A dominator is better against everything that the others have left; or no worse against anything and better
        against something.
    mixed : bool
        Whether mixed strategies dominate too, found by linear programs. Pure dominators only is faster, and removes
        less.
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float
        Differences up to this share of a player's payoff scale in the game are none. A weak mixed dominator must gain
        `CLEAR_GAIN` of the scale somewhere.

    Returns
    -------
    tuple of N ndarrays of bool, player i's of shape (*batch, A_i)
        True where the action survives; every player keeps at least one.

    Raises
    ------
    ValueError
        Unsound payoffs (see `triangle.solvers.arrays.read`); an unknown kind.

    Examples
    --------
    >>> dilemma = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    >>> iterated_dominance(dilemma)
    (array([False,  True]), array([False,  True]))

    The last action is worse than half and half of the others, but than neither alone.

    >>> game = [[[4, 0], [0, 4], [1, 1]], [[0, 1], [1, 0], [0, 0]]]
    >>> iterated_dominance(game)[0], iterated_dominance(game, mixed=False)[0]
    (array([ True,  True, False]), array([ True,  True,  True]))
    """
    games = read(payoffs, players)
    margin_factor(tolerance)
    if kind not in get_args(Kind):
        raise ValueError(unknown("kind", kind, get_args(Kind)))
    units = [_unit(games, player) for player in range(games.players)]
    alive = [np.ones((prod(games.batch), count), dtype=bool) for count in games.shape]
    active = np.arange(prod(games.batch))
    while len(active):
        left = [own[active] for own in alive]
        against = [_others(left, player) for player in range(games.players)]
        now = [unit[active] for unit in units]
        gone = [_pure(unit, own, met, kind, tolerance) for unit, own, met in zip(now, left, against, strict=True)]
        if mixed:
            # Strict dominance may be eliminated in any order, so the dear test waits until the cheap one is done.
            done = np.logical_or.reduce([g.any(axis=1) for g in gone]) & (kind == "strict")
            for unit, own, met, out in zip(now, left, against, gone, strict=True):
                _mixed(unit, own, met, out, np.flatnonzero(~done), kind, tolerance)
        for own, out in zip(alive, gone, strict=True):
            own[active] &= ~out
        active = active[np.logical_or.reduce([g.any(axis=1) for g in gone])]
    return tuple(own.reshape(*games.batch, count) for own, count in zip(alive, games.shape, strict=True))


def _unit(games: Games, player: int) -> FloatArray:
    """Return a player's payoffs in units of its scale, shape (games, A_i, profiles of the others)."""
    own = np.moveaxis(games.own(player), games.axis(player), len(games.batch))
    own = own.reshape(prod(games.batch), games.shape[player], games.size // games.shape[player])
    scale = games.own_scale(player).reshape(-1, 1, 1)
    return np.asarray((own - own.min(axis=(1, 2), keepdims=True)) / np.where(scale > 0, scale, 1.0))


def _others(left: list[BoolArray], player: int) -> BoolArray:
    """Return which profiles of the others are left, shape (games, profiles)."""
    out = np.ones((len(left[0]), 1), dtype=bool)
    for other, own in enumerate(left):
        if other != player:
            out = (out[:, :, None] & own[:, None, :]).reshape(len(out), -1)
    return out


def _pure(unit: FloatArray, own: BoolArray, against: BoolArray, kind: Kind, tolerance: float) -> BoolArray:
    """Return which actions some other action that is left dominates, shape (games, A_i)."""
    gone = np.zeros_like(own)
    met = against[:, None, :]
    for dominator in range(own.shape[1]):
        lead = unit[:, [dominator], :] - unit
        if kind == "strict":
            dominates = ((lead > tolerance) | ~met).all(axis=2)
        else:
            # In sum it must lead as well: no circle of dominators can then arise from differences within tolerance.
            dominates = ((lead >= -tolerance) | ~met).all(axis=2) & ((lead > tolerance) & met).any(axis=2)
            dominates &= (lead * met).sum(axis=2) > 0
        gone |= dominates & own[:, [dominator]]
    return gone & own


def _mixed(
    unit: FloatArray,
    own: BoolArray,
    against: BoolArray,
    gone: BoolArray,
    which: np.ndarray,
    kind: Kind,
    tolerance: float,
) -> None:
    """Mark in ``gone`` the actions that a mixed strategy dominates, in the games ``which``."""
    met = against[:, None, :]
    there = np.where(own[:, :, None], unit, -np.inf)
    near = there >= there.max(axis=1, keepdims=True) - tolerance
    # A best response to something is not strictly dominated; the only best response to something not even weakly.
    safe = near if kind == "strict" else near & (near.sum(axis=1, keepdims=True) == 1)
    open_question = own & ~gone & ~(safe & met).any(axis=2)
    for game in which:
        if own[game].sum() < 3 or against[game].sum() < 2:
            continue
        for action in np.flatnonzero(open_question[game]):
            rivals = own[game].copy()
            rivals[action] = False
            lead = unit[game][np.ix_(rivals, against[game])] - unit[game, action, against[game]]
            gone[game, action] = _dominated(lead, kind, tolerance)


def _dominated(lead: FloatArray, kind: Kind, tolerance: float) -> bool:
    """Return whether some mixture of the rows of ``lead`` is positive, or weakly so."""
    count, met = lead.shape
    if kind == "strict":
        found = maximise(
            np.array([0.0] * count + [1.0]),
            at_most=(np.column_stack([-lead.T, np.ones(met)]), np.zeros(met)),
            equal=(np.array([[1.0] * count + [0.0]]), np.ones(1)),
            bounds=[(0.0, None)] * count + [(None, None)],
        )
    else:
        found = maximise(lead.sum(axis=1), at_most=(-lead.T, np.zeros(met)), equal=(np.ones((1, count)), np.ones(1)))
    if found is None:
        return False
    mixture = np.maximum(found[:count], 0.0)
    leads = mixture @ lead / mixture.sum()
    if kind == "strict":
        return bool(leads.min() > tolerance)
    return bool(leads.min() >= -max(tolerance, TOLERANCE) and leads.max() > CLEAR_GAIN and leads.sum() > 0)
