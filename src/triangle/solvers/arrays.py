"""The payoff arrays that all solvers read: which axis is what, whether they are sound, and what counts as a tie.

Where the batch ends
--------------------
A payoff array has shape ``(*batch, N, A_1, …, A_N)``, so the axis of the players is the one whose length is the number
of axes behind it, none of them empty. Nearly always only one axis fits. If several do, the array is read with the
**fewest batch axes**: ``(3, 2, 2, 2)`` is one game of three players, not three games of two. Every solver takes
``players=`` to say otherwise; code that solves batches of any length should pass it.

What counts as a tie
--------------------
Two payoffs of a player are tied if they differ by no more than ``tolerance`` times the player's `scale` in that game:
the range of the player's payoffs there, or the rounding error of the payoffs where a large constant dwarfs the range.
Answers therefore do not change when a player's payoffs are multiplied by a positive number or shifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..game import LARGEST, TOLERANCE, FloatArray, as_payoffs

ROUNDING = 4 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Games:
    """One game or a batch of games of one form, checked.

    Attributes
    ----------
    payoffs : ndarray of float64, shape (*batch, N, A_1, …, A_N)
    batch : tuple of int
        The shape of the batch; ``()`` for one game.
    """

    payoffs: FloatArray
    batch: tuple[int, ...]

    @property
    def players(self) -> int:
        """The number of players N."""
        return len(self.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of each player."""
        return self.payoffs.shape[len(self.batch) + 1 :]

    @property
    def size(self) -> int:
        """The number of profiles."""
        return prod(self.shape)

    @property
    def profile_axes(self) -> tuple[int, ...]:
        """The axes of the actions, counted from the end, so that they hold with and without the players' axis."""
        return tuple(range(-self.players, 0))

    def own(self, player: int) -> FloatArray:
        """Return one player's payoffs, shape (*batch, A_1, …, A_N)."""
        return self.payoffs[(slice(None),) * len(self.batch) + (player,)]

    def axis(self, player: int) -> int:
        """Return the axis of a player's actions, counted from the end."""
        return player - self.players

    @cached_property
    def scale(self) -> FloatArray:
        """The scale to which each player's tolerance is relative, shape (*batch, N, 1, …, 1); see the module."""
        return scale_of(self.payoffs, self.profile_axes)

    def own_scale(self, player: int) -> FloatArray:
        """Return the scale of one player, shape (*batch, 1, …, 1) so that it broadcasts against `own`."""
        return np.asarray(np.take(self.scale, player, axis=len(self.batch)))

    def flat(self) -> FloatArray:
        """Return the payoffs with one batch axis and one profile axis, shape (games, N, profiles)."""
        return self.payoffs.reshape(prod(self.batch), self.players, self.size)


def read(payoffs: ArrayLike, players: int | None = None, name: str = "payoffs") -> Games:
    """Check a payoff array and find its axes.

    Parameters
    ----------
    payoffs : array_like of numbers, shape (*batch, N, A_1, …, A_N)
        Integers, floats of any width (read as they are, at double precision) and fractions. A batch may be empty.
    players : int, optional
        The number of players, where the shape leaves it open; see the module for the rule without it.
    name : str
        How to call the array in an error.

    Returns
    -------
    Games

    Raises
    ------
    ValueError
        Not a rectangular array of real numbers; NaN, infinite or above `LARGEST` (the first such entry is named);
        no axis, or not the one that ``players`` asks for, is as long as the number of axes behind it; a player
        without actions.

    Examples
    --------
    >>> games = read([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    >>> games.batch, games.players, games.shape
    ((), 2, (2, 2))
    >>> read(np.zeros((3, 2, 2, 2))).players, read(np.zeros((3, 2, 2, 2)), players=2).batch
    (3, (3,))
    """
    array = _numbers(payoffs, name)
    axis = _players_axis(array.shape, players, name)
    return Games(array, array.shape[:axis])


def read_one(payoffs: ArrayLike, players: int | None = None, name: str = "payoffs") -> Games:
    """Check the payoffs of a single game: as `read`, with ``ValueError`` for a batch."""
    games = read(payoffs, players, name)
    if games.batch:
        raise ValueError(f"{name} must be one game of shape (N, A_1, …, A_N), got a batch of shape {games.batch}")
    return games


def scale_of(values: FloatArray, axes: tuple[int, ...]) -> FloatArray:
    """Return the scale of values along axes (kept, with length 1): their range, or what rounding makes of them.

    Examples
    --------
    >>> scale_of(np.array([[1.0, 3.0], [0.0, 0.0]]), (-1,)).ravel().tolist()
    [2.0..., 0.0]
    """
    high = values.max(axis=axes, keepdims=True, initial=-np.inf)
    low = values.min(axis=axes, keepdims=True, initial=np.inf)
    return np.asarray(high - low + ROUNDING / TOLERANCE * np.maximum(np.abs(high), np.abs(low)))


def scale_of_sum(values: Sequence[FloatArray], axes: tuple[int, ...]) -> FloatArray:
    """Return the scale of the sum of several players' payoffs, as `scale_of`: large payoffs may cancel in it."""
    total = np.asarray(sum(values))
    largest = np.asarray(sum(np.abs(own) for own in values)).max(axis=axes, keepdims=True, initial=0.0)
    high = total.max(axis=axes, keepdims=True, initial=-np.inf)
    return np.asarray(high - total.min(axis=axes, keepdims=True, initial=np.inf) + ROUNDING / TOLERANCE * largest)


def margin_factor(tolerance: float) -> float:
    """Return the tolerance checked: from 0 to 1, as it is a part of the scale."""
    if not 0 <= tolerance <= 1:
        raise ValueError(f"tolerance must be a finite number, 0 or more and at most 1, got {tolerance!r}")
    return float(tolerance)


def action_payoffs(games: Games, strategies: Sequence[FloatArray]) -> list[FloatArray]:
    """Return what each action is worth to its player while the others play mixed strategies.

    Parameters
    ----------
    games : Games
    strategies : sequence of N ndarrays, player i's of shape (*batch, A_i)
        Batches broadcast against each other and against the games'.

    Returns
    -------
    list of N ndarrays, player i's of shape (*batch, A_i)

    Examples
    --------
    >>> pennies = read([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> action_payoffs(pennies, [np.array([0.5, 0.5]), np.array([1.0, 0.0])])[0]
    array([ 1., -1.])
    """
    return [_against(games.own(player), player, strategies) for player in range(games.players)]


def expected_payoffs(games: Games, strategies: Sequence[FloatArray]) -> FloatArray:
    """Return every player's expected payoff under mixed strategies, shape (*batch, N)."""
    worth = action_payoffs(games, strategies)
    return np.stack([(w * s).sum(axis=-1) for w, s in zip(worth, strategies, strict=True)], axis=-1)


def shortfall(worth: Sequence[FloatArray], strategies: Sequence[FloatArray]) -> FloatArray:
    """Return what every player could gain by a best response, (*batch, N), given what each action is worth."""
    gains = [w.max(axis=-1) - (w * s).sum(axis=-1) for w, s in zip(worth, strategies, strict=True)]
    return np.asarray(np.maximum(np.stack(np.broadcast_arrays(*gains), axis=-1), 0.0))


def best_responses(
    games: Games, strategies: Sequence[FloatArray], tolerance: float = TOLERANCE
) -> list[NDArray[np.bool_]]:
    """Return which actions are best against the others' mixed strategies, ties included, shapes as `action_payoffs`."""
    worth = action_payoffs(games, strategies)
    scales = [games.scale.reshape(*games.batch, games.players)[..., i, None] for i in range(games.players)]
    return [w >= w.max(axis=-1, keepdims=True) - tolerance * s for w, s in zip(worth, scales, strict=True)]


def mixed_strategies(games: Games, strategies: Sequence[ArrayLike], name: str = "strategies") -> list[FloatArray]:
    """Check one mixed strategy per player, and return them without rounding: not negative, summing to one.

    Raises
    ------
    ValueError
        Not one strategy per player; not a probability for each action (they must sum to 1 within 1e-6).
    """
    if len(strategies) != games.players:
        raise ValueError(f"{name}: one per player, so {games.players}; got {len(strategies)}")
    out = []
    for player, (given, count) in enumerate(zip(strategies, games.shape, strict=True)):
        array = as_payoffs(given, f"{name}[{player}]")
        if array.ndim == 0 or array.shape[-1] != count:
            raise ValueError(f"{name}[{player}]: player {player} has {count} actions, got shape {array.shape}")
        total = array.sum(axis=-1, keepdims=True)
        if (array < -1e-9).any() or (np.abs(total - 1.0) > 1e-6).any():
            raise ValueError(f"{name}[{player}] must be probabilities that sum to 1, got {_first_bad(array, total)}")
        array = np.maximum(array, 0.0)
        out.append(array / array.sum(axis=-1, keepdims=True))
    return out


def _first_bad(array: FloatArray, total: FloatArray) -> list[float]:
    bad = (array < -1e-9).any(axis=-1) | (np.abs(total[..., 0] - 1.0) > 1e-6)
    return [float(p) for p in array.reshape(-1, array.shape[-1])[int(np.argmax(bad.ravel()))]]


def _against(own: FloatArray, player: int, strategies: Sequence[FloatArray]) -> FloatArray:
    """Average a player's payoffs over the strategies of the others, the last of them first."""
    values = np.moveaxis(own, player - len(strategies), -len(strategies))
    others = [strategy for k, strategy in enumerate(strategies) if k != player]
    for left in range(len(others), 0, -1):
        weights = others[left - 1]
        values = (values * weights.reshape(*weights.shape[:-1], *(1,) * left, weights.shape[-1])).sum(axis=-1)
    return np.asarray(values)


def _numbers(payoffs: ArrayLike, name: str) -> FloatArray:
    if isinstance(payoffs, np.ma.MaskedArray) and np.ma.is_masked(payoffs):
        raise ValueError(f"{name} must have no masked entry")
    try:
        raw = np.asarray(payoffs)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers") from None
    if raw.dtype.kind not in "biufO":
        raise ValueError(f"{name} must be an array of real numbers, got dtype {raw.dtype}")
    try:
        array = np.asarray(raw, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a rectangular array of numbers") from None
    except OverflowError:
        raise ValueError(f"{name} must not exceed {LARGEST:g} in absolute value") from None
    with np.errstate(all="ignore"):
        # One pass, and no copy, tells that all is well: NaN and what is large would show in the sum of squares.
        sound = float(np.vdot(array, array)) < LARGEST
    return array if sound else as_payoffs(array, name)


def _players_axis(shape: tuple[int, ...], players: int | None, name: str) -> int:
    fits = [axis for axis, count in enumerate(shape) if count == len(shape) - axis - 1 and count > 0]
    if players is not None:
        fits = [axis for axis in fits if shape[axis] == players]
    if not fits:
        wanted = "N" if players is None else str(players)
        raise ValueError(
            f"{name} must have shape (*batch, N, A_1, …, A_N); in {tuple(shape)} no axis of length {wanted} "
            "has as many axes behind it as it is long"
        )
    acting = [axis for axis in fits if 0 not in shape[axis + 1 :]]
    if not acting:
        idle = shape[fits[0] + 1 :].index(0)
        raise ValueError(f"{name}: player {idle} has no action; shape {tuple(shape)}")
    return acting[0]
