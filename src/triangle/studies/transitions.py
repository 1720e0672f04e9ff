"""How a measure moves between the ends of two years: the probability that it falls, stays or rises.

The joint law of the profiles at the two ends is carried along: the law at the first, spread out profile by profile,
times the kernel of every year after it. It is exact where no state runs along, and a closure where one does (see
`triangle.studies.carriers`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..blas import one_blas_thread
from ..game import FloatArray
from .carriers import Law
from .process import Numbers, Process, YearGame
from .revision import Units
from .years import follow

COLUMNS = 128
"""Draws that are carried together: a joint law has p² numbers for each."""


@dataclass(frozen=True)
class Span:
    """A measure between the ends of two years."""

    measure: str
    first: int
    last: int


@dataclass(frozen=True)
class Band:
    """What counts as no change: ``size``, or that part of the value at the first year's end if ``relative``."""

    size: float
    relative: bool = False


class JointLaw(Law):
    """The law of the profile, and its joint law with the profile at the end of each year that was opened."""

    def __init__(self, draw: slice, columns: int, size: int) -> None:
        super().__init__(draw, columns, size)
        self._open: dict[int, FloatArray] = {}

    def open(self, year: int) -> None:
        """Keep the joint law with the profile at the end of this year, which is where the carrier is."""
        self._open[year] = self.law[self.places].T[:, :, None] * np.eye(len(self.places))

    def joint(self, year: int) -> FloatArray:
        """Return the joint law of the profile then and now, shape (columns, places then, places now)."""
        return self._open[year]

    def close(self, year: int) -> None:
        """Keep it no longer."""
        self._open.pop(year, None)

    def enter(self, moving: Units) -> None:
        """Put held players at their actions."""
        to = moving.local[self.places]
        if len(to) != len(moving.places) or (to != np.arange(len(to))).any():
            relabelled = np.eye(len(moving.places))[to]
            self._open = {year: joint @ relabelled for year, joint in self._open.items()}
        super().enter(moving)

    def revise(self, game: YearGame, choices: FloatArray, year: int) -> None:
        """Spread the law and the joint laws over the slots of the year."""
        if not self._open:
            super().revise(game, choices, year)
            return
        kernel = game.units.kernel(choices, game.slots, game.chance)
        self._open = {year: joint @ kernel for year, joint in self._open.items()}
        self.law[self.places] = (self.law[self.places].T[:, None] @ kernel)[:, 0].T


def transitions(
    process: Process,
    spans: Sequence[Span],
    bands: Mapping[str, Band],
    indicators: Mapping[str, FloatArray] | None = None,
    threads: int | None = None,
) -> FloatArray:
    """Return the probability that each measure falls, stays or rises, shape (spans, 3, draws).

    Parameters
    ----------
    process : Process
        Whose measures are those of the spans.
    spans : sequence of Span
        A value that does not exist (NaN) at one of the ends counts as none of the three.
    bands : mapping of str to Band
        For each measure of the spans.
    indicators : mapping of str to ndarray, optional
        Further measures, as values over the profiles.
    threads : int, optional

    Raises
    ------
    ValueError
        A year outside the timeline, or a span that ends before it begins.
    """
    for span in spans:
        if not process.timeline.place(span.first) < process.timeline.place(span.last):
            raise ValueError(f"a span must end after it begins, got {span.first}–{span.last}")
    found = np.empty((len(spans), 3, process.draws))
    given = {name: np.ravel(values)[:, None] for name, values in (indicators or {}).items()}
    _ = process.games, process.reference

    def part(first: int) -> None:
        draws = slice(first, min(first + COLUMNS, process.draws))
        found[:, :, draws] = _followed(process, draws, spans, bands, given)

    starts = range(0, process.draws, COLUMNS)
    with one_blas_thread, ThreadPoolExecutor(max(1, min(threads or os.cpu_count() or 1, len(starts)))) as pool:
        list(pool.map(part, starts))
    return found


def _followed(
    process: Process, draws: slice, spans: Sequence[Span], bands: Mapping[str, Band], given: Mapping[str, Numbers]
) -> FloatArray:
    carrier = JointLaw(draws, draws.stop - draws.start, process.model.form.size)
    found = np.empty((len(spans), 3, carrier.columns))
    begun: dict[int, Mapping[str, Numbers]] = {}
    for end in follow(process, carrier):
        year = process.timeline.years[end.y]
        values: dict[str, Numbers] = dict(end.measures)
        values |= {name: everywhere[carrier.places] for name, everywhere in given.items()}
        for k, span in enumerate(spans):
            if span.last == year:
                joint = carrier.joint(span.first)
                before, after = begun[span.first][span.measure], values[span.measure]
                found[k] = _fallen_kept_risen(before, after, joint, bands[span.measure])
        for first in {span.first for span in spans if max(s.last for s in spans if s.first == span.first) == year}:
            carrier.close(first)
        if any(span.first == year for span in spans):
            carrier.open(year)
            begun[year] = values
    return found


def _fallen_kept_risen(before: Any, after: Any, joint: FloatArray, band: Band) -> FloatArray:
    """Return the mass of the pairs of profiles between which a measure falls, stays and rises, shape (3, columns)."""
    then, now = before.T[:, :, None], after.T[:, None, :]
    width = band.size * np.abs(then) if band.relative else band.size
    change = now - then
    return np.stack(
        [(joint * where).sum(axis=(1, 2)) for where in (change < -width, abs(change) <= width, change > width)]
    )
