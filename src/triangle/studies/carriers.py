"""What goes through the years of a process: runs, each at a profile, or the law of the profile.

`Runs` carries a profile for each run, drawn with random numbers that depend on the seed, the block of runs and the year
alone. `Law` carries the probability of every profile; a real-valued state then is its mean, so that the law is exact
where no state runs along and a closure where one does.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..conditions import IntArray
from ..game import FloatArray
from .process import BLOCK, Numbers, Process, YearGame
from .revision import Units


class Carrier(Protocol):
    """What goes through the years: runs, or a law."""

    columns: int
    draw: slice | IntArray

    def begin(self, process: Process, choices: FloatArray) -> None:
        """Take the profile, or the law, before the first year."""

    def enter(self, moving: Units) -> None:
        """Put held players at their actions."""

    def revise(self, game: YearGame, choices: FloatArray, year: int) -> None:
        """Go through the slots of a year."""

    def event(self, indicator: FloatArray) -> Numbers:
        """Return an event over the profiles where the carrier is: for each run, or for each profile."""

    def mean(self, values: Numbers) -> Numbers:
        """Return what a state is after the year: a run's own value, or the mean under the law."""

    def quantities(self, game: YearGame, weights: FloatArray) -> Numbers:
        """Return the quantities where the carrier is, the first axis along them."""


class Runs:
    """Runs of one block, each at a profile.

    Parameters
    ----------
    seed, block : int
        The key of the random numbers.
    several : bool
        Whether parameters differ between the runs.
    draws : int
        Run ``r`` has the draw ``r`` modulo this number.
    """

    def __init__(self, seed: int, block: int, several: bool, draws: int) -> None:
        self.key = np.array([seed, block], dtype=np.uint64)
        self.columns = BLOCK if several else 1
        self.draw: slice | IntArray = np.arange(block * BLOCK, (block + 1) * BLOCK) % draws if several else slice(0, 1)
        self._column = np.arange(BLOCK) if several else np.zeros(BLOCK, dtype=np.intp)
        self.codes = np.zeros(BLOCK, dtype=np.intp)

    def _random(self, stream: int, year: int) -> np.random.Generator:
        counter = np.array([0, 0, stream, year % 2**64], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self.key, counter=counter))

    def begin(self, process: Process, choices: FloatArray) -> None:
        """Draw the profile before the first year, or take the one that is given."""
        if process.start is not None:
            self.codes[:] = process.start
            return
        game = process.games[0]
        alike = choices if process.shifts else choices[..., :1]
        law = game.units.settled(alike, game.chance, game.slots)
        edges = np.cumsum(law, axis=0)
        edges /= edges[-1].copy()
        drawn = (self._random(1, 0).random(BLOCK) >= edges[:-1]).sum(axis=0)
        self.codes = game.units.places[drawn]

    def enter(self, moving: Units) -> None:
        """Put held players at their actions."""
        self.codes = moving.places[moving.local[self.codes]]

    def revise(self, game: YearGame, choices: FloatArray, year: int) -> None:
        """Draw a unit and its choice in every slot."""
        who, what = self._random(0, year).random((2, game.slots, BLOCK), dtype=np.float32)
        table = game.units.step_table(choices)
        local = game.units.local[self.codes]
        self.codes = game.units.places[game.units.steps(local, table, who, what, game.chance, self._column)]

    def event(self, indicator: FloatArray) -> Numbers:
        """Return whether the event is the case in each run."""
        return np.asarray(indicator[self.codes])

    def mean(self, values: Numbers) -> Numbers:
        """Return each run's own value."""
        return values

    def quantities(self, game: YearGame, weights: FloatArray) -> Numbers:
        """Return the quantities at each run's profile, shape (Q, runs)."""
        if self.columns == 1:
            return np.asarray((game.quantities @ weights[0]).T[:, self.codes])
        return np.asarray(np.einsum("rqk,rk->qr", game.quantities[self.codes], weights))


class Law:
    """The probability of every profile, shape (P, draws).

    Attributes
    ----------
    places : ndarray of int, shape (p,)
        The profiles that can have any; events, means and quantities are over these.
    """

    def __init__(self, draw: slice, columns: int, size: int) -> None:
        self.draw: slice | IntArray = draw
        self.columns = columns
        self.law = np.zeros((size, columns))
        self.places: IntArray = np.arange(size)

    def begin(self, process: Process, choices: FloatArray) -> None:
        """Take the law to which the first year's revision converges, or the one profile that is given."""
        if process.start is not None:
            self.law[process.start] = 1.0
            return
        game = process.games[0]
        self.law[game.units.places] = game.units.settled(choices, game.chance, game.slots)

    def enter(self, moving: Units) -> None:
        """Put held players at their actions."""
        if self.places is moving.places:
            return
        before, self.law = self.law[self.places], np.zeros_like(self.law)
        np.add.at(self.law, moving.places[moving.local[self.places]], before)
        self.places = moving.places

    def revise(self, game: YearGame, choices: FloatArray, year: int) -> None:
        """Spread the law over the slots of the year."""
        self.law[self.places] = game.units.spread(self.law[self.places], choices, game.slots, game.chance)

    def event(self, indicator: FloatArray) -> Numbers:
        """Return the event over the profiles, shape (p, 1)."""
        return np.asarray(indicator[self.places, None])

    def mean(self, values: Numbers) -> Numbers:
        """Return the mean under the law, shape (draws,)."""
        return np.asarray((self.law[self.places] * values).sum(axis=0))

    def quantities(self, game: YearGame, weights: FloatArray) -> Numbers:
        """Return the quantities at the profiles, shape (Q, p, draws)."""
        return np.asarray((game.quantities[self.places] @ weights.T).transpose(1, 0, 2))
