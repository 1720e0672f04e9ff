"""What a game is: players, their stances, profiles, and the payoff-array convention.

A payoff array has shape ``(*batch, N, A_1, …, A_N)``: ``payoffs[..., i, a_1, …, a_N]`` is what player ``i``
gets at the profile ``(a_1, …, a_N)``. Players are never rotated; batch axes lead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arguments import check_fields, checked, fitted, shown
from .names import unknown

if TYPE_CHECKING:
    import nashpy

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

TOLERANCE = 1e-9
"""Relative tolerance of every comparison of payoffs, in units of the game's own payoff scale."""

LARGEST = 1e300
"""The largest absolute payoff: sums of payoffs must not overflow."""

Stances = Mapping[str, Sequence[str]] | Sequence[str]


@dataclass(frozen=True, init=False)
class Player:
    """A player and what it can choose.

    Parameters
    ----------
    name : str
    stances : mapping of str to sequence of str, or sequence of str
        Toward whom (or about what) the player takes a stance, and the options there; one action is one option
        from each. A plain sequence is a single choice among actions.

    Raises
    ------
    ValueError
        A player without actions, or with two options of the same label.

    Examples
    --------
    >>> Player("China", {"West": ["challenge", "cooperate"], "Russia": ["distance", "partner"]}).actions
    ('challenge/distance', 'challenge/partner', 'cooperate/distance', 'cooperate/partner')
    >>> Player("Row", ["up", "down"]).actions
    ('up', 'down')
    """

    name: str
    stances: tuple[tuple[str, tuple[str, ...]], ...]

    @checked
    def __init__(self, name: str, stances: Stances) -> None:
        pairs = stances.items() if isinstance(stances, Mapping) else [("", stances)]
        frozen = tuple((toward, tuple(options)) for toward, options in pairs)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "stances", frozen)
        if not frozen or any(not options for _, options in frozen):
            raise ValueError(f"player {name!r} has no action to choose from")
        for toward, options in frozen:
            if len(set(options)) < len(options):
                raise ValueError(f"player {name!r}: options toward {toward!r} repeat a label: {', '.join(options)}")
        if len(set(self.actions)) < len(self.actions):
            raise ValueError(f"player {name!r}: two actions would have the same label; leave '/' out of the options")

    @cached_property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """Every action as a tuple with one option per stance; the last stance varies fastest."""
        return tuple(product(*(options for _, options in self.stances)))

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """The labels of the actions: the options joined by a slash."""
        return tuple("/".join(choice) for choice in self.choices)

    def dimension(self, toward: str) -> int:
        """Return the position of the stance toward ``toward``; ``ValueError`` if there is none."""
        names = [name for name, _ in self.stances]
        if toward not in names:
            raise ValueError(f"player {self.name!r}: " + unknown("stance toward", toward, names))
        return names.index(toward)

    def action(self, choice: str | int | Mapping[str, str]) -> int:
        """Return the index of an action given by label, index, or a full mapping of stances.

        Raises
        ------
        ValueError
            The label, index, stance or option does not exist, or a stance is left open.
        """
        if isinstance(choice, Mapping):
            return self._action_of_stances(choice)
        if isinstance(choice, str):
            if choice not in self.actions:
                raise ValueError(f"player {self.name!r}: " + unknown("action", choice, self.actions))
            return self.actions.index(choice)
        number = fitted(f"player {self.name!r}: an action", choice, int)
        if not 0 <= number < len(self.actions):
            raise ValueError(f"player {self.name!r}: action {shown(number)} is outside 0–{len(self.actions) - 1}")
        return int(number)

    def _action_of_stances(self, stances: Mapping[str, str]) -> int:
        for toward, option in stances.items():
            options = self.stances[self.dimension(toward)][1]
            if option not in options:
                where = f"player {self.name!r}, stance toward {toward!r}: "
                raise ValueError(where + unknown("stance", option, options))
        missing = [toward for toward, _ in self.stances if toward not in stances]
        if missing:
            raise ValueError(f"player {self.name!r}: no stance given toward {', '.join(missing)}")
        return self.choices.index(tuple(stances[toward] for toward, _ in self.stances))


@dataclass(frozen=True)
class GameForm:
    """Players and their actions, without payoffs: the labels of a game.

    Parameters
    ----------
    players : tuple of Player

    Examples
    --------
    >>> form = GameForm((Player("Row", ["C", "D"]), Player("Column", ["C", "D"])))
    >>> form.shape, form.profile(1)
    ((2, 2), ('C', 'D'))
    """

    players: tuple[Player, ...]

    def __post_init__(self) -> None:
        check_fields(self)
        names = [player.name for player in self.players]
        if not names:
            raise ValueError("a game needs at least one player")
        if len(set(names)) < len(names):
            raise ValueError(f"two players have the same name: {', '.join(names)}")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The players' names."""
        return tuple(player.name for player in self.players)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of each player."""
        return tuple(len(player.actions) for player in self.players)

    @cached_property
    def size(self) -> int:
        """The number of profiles."""
        return math.prod(self.shape)

    def index(self, player: str | int) -> int:
        """Return the position of a player; ``ValueError`` names the nearest valid name."""
        if isinstance(player, int | np.integer):
            if not 0 <= player < len(self.players):
                raise ValueError(f"player {int(player)} is outside 0–{len(self.players) - 1}")
            return int(player)
        if player not in self.names:
            raise ValueError(unknown("player", player, self.names))
        return self.names.index(player)

    def player(self, name: str | int) -> Player:
        """Return a player by name or position."""
        return self.players[self.index(name)]

    def indicator(self, player: str, toward: str, option: str) -> FloatArray:
        """Return 1.0 at the profiles in which ``player`` holds ``option`` toward ``toward``, else 0.0.

        The shape is ``self.shape``; a plain action is named with ``toward=""``.

        Examples
        --------
        >>> form = GameForm((Player("Row", ["C", "D"]), Player("Column", ["C", "D"])))
        >>> form.indicator("Column", "", "D")
        array([[0., 1.],
               [0., 1.]])
        """
        axis = self.index(player)
        chooser = self.players[axis]
        dimension = chooser.dimension(toward)
        options = chooser.stances[dimension][1]
        if option not in options:
            raise ValueError(f"player {player!r}, stance toward {toward!r}: " + unknown("stance", option, options))
        along = np.array([choice[dimension] == option for choice in chooser.choices], dtype=np.float64)
        others = tuple(other for other in range(len(self.shape)) if other != axis)
        return np.broadcast_to(np.expand_dims(along, others), self.shape).copy()

    def profile(self, flat: int) -> tuple[str, ...]:
        """Return the action labels of a profile given by its flat index (C order); ``ValueError`` if there is none."""
        where = np.unravel_index(self.flat(fitted("a profile's index", flat, int)), self.shape)
        return tuple(player.actions[a] for player, a in zip(self.players, where, strict=True))

    def change(self, profile: int, target: int) -> str:
        """Return in words what differs between two profiles given by their flat indices.

        Examples
        --------
        >>> form = GameForm((Player("Row", ["C", "D"]), Player("Column", ["C", "D"])))
        >>> form.change(0, 2)
        'Row: C → D'
        """
        here, there = (np.unravel_index(self.flat(flat), self.shape) for flat in (profile, target))
        parts = []
        for player, a, b in zip(self.players, here, there, strict=True):
            for (toward, _), old, new in zip(player.stances, player.choices[a], player.choices[b], strict=True):
                if old != new:
                    parts.append(f"{player.name}{f' to {toward}' if toward else ''}: {old} → {new}")
        return ", ".join(parts)

    def flat(self, profile: int | Sequence[Any] | Mapping[str, Any]) -> int:
        """Return the flat index of a profile given as labels, indices, or a mapping from player to action.

        Raises
        ------
        ValueError
            A player or an action does not exist, or the number of actions is not the number of players.
        """
        if isinstance(profile, int | np.integer):
            if not 0 <= int(profile) < self.size:
                raise ValueError(f"profile {shown(profile)} is outside 0–{self.size - 1}")
            return int(profile)
        if isinstance(profile, Mapping):
            for name in profile:
                self.index(name)
            missing = [name for name in self.names if name not in profile]
            if missing:
                raise ValueError(f"no action given for {', '.join(missing)}")
            profile = [profile[name] for name in self.names]
        row: Any = profile
        flat = isinstance(row, Sequence) or (isinstance(row, np.ndarray) and row.ndim == 1)
        if isinstance(row, str | bytes) or not flat or len(row) != len(self.players):
            told = f"a profile has {len(self.players)} actions ({', '.join(self.names)}), got {shown(profile)}"
            raise ValueError(told)
        where = [player.action(choice) for player, choice in zip(self.players, profile, strict=True)]
        return int(np.ravel_multi_index(where, self.shape))


def as_payoffs(payoffs: ArrayLike, name: str = "payoffs") -> FloatArray:
    """Return one game's or a batch's payoffs as a finite float array, or say what is wrong with it.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    name : str
        How to call the array in an error.

    Returns
    -------
    ndarray of float64, same shape

    Raises
    ------
    ValueError
        Not numeric, NaN, infinite or above `LARGEST` (the first such entry is named).

    Examples
    --------
    >>> as_payoffs([[[1, 2]], [[3, 4]]]).shape
    (2, 1, 2)
    """
    array = as_numbers(payoffs, name)
    bad = np.argwhere(~(np.abs(array) <= LARGEST))
    if len(bad):
        where = tuple(int(k) for k in bad[0])
        wanted = f"not exceed {LARGEST:g} in absolute value" if np.isfinite(array[where]) else "be finite"
        raise ValueError(f"{name} must {wanted}; entry {where} is {array[where]:g}")
    return array


def as_numbers(values: ArrayLike, name: str) -> FloatArray:
    """Return a rectangular array of real numbers as floats, infinite ones too; ``ValueError`` names what is none."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError(f"{name} must have no masked entry")
    try:
        given = np.asarray(values)
        if given.dtype.kind in "biufO":
            return given.astype(np.float64, copy=False)
    except OverflowError:
        raise ValueError(f"{name} must be finite; some whole number is too large for a float") from None
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{name} must be a rectangular array of numbers")


@dataclass(frozen=True, eq=False)
class Game:
    """One game in numbers, with labels.

    Parameters
    ----------
    form : GameForm
    payoffs : ndarray, shape (N, A_1, …, A_N)

    Raises
    ------
    ValueError
        The shape does not fit the form, or a payoff is not finite.

    Examples
    --------
    >>> form = GameForm((Player("Row", ["C", "D"]), Player("Column", ["C", "D"])))
    >>> game = Game(form, [[[2, 0], [3, 1]], [[2, 3], [0, 1]]])
    >>> game.at(("D", "D"))
    {'Row': 1.0, 'Column': 1.0}
    """

    form: GameForm
    payoffs: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        check_fields(self)
        array = as_payoffs(self.payoffs)
        expected = (len(self.form.players), *self.form.shape)
        if array.shape != expected:
            raise ValueError(f"payoffs of this form have shape {expected}, got {array.shape}")
        object.__setattr__(self, "payoffs", array)

    def at(self, profile: int | Sequence[Any] | Mapping[str, Any]) -> dict[str, float]:
        """Return every player's payoff at a profile."""
        flat = self.form.flat(profile)
        values = self.payoffs.reshape(len(self.form.players), -1)[:, flat]
        return dict(zip(self.form.names, map(float, values), strict=True))

    def regret(self) -> FloatArray:
        """Return what each player could still gain by a unilateral move, at every profile; shape as the payoffs."""
        best = [own.max(axis=axis, keepdims=True) - own for axis, own in enumerate(self.payoffs)]
        return np.stack(best)

    def to_nashpy(self) -> nashpy.Game:
        """Return the two-player game as a ``nashpy.Game``; ``ValueError`` for any other number of players."""
        import nashpy

        if len(self.form.players) != 2:
            raise ValueError(f"nashpy solves two-player games; this one has {len(self.form.players)} players")
        return nashpy.Game(self.payoffs[0], self.payoffs[1])
