"""Points at which statements are tried: the default, and Sobol points of boxes of parameters, with honest shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..evaluation import Solutions
from ..family import GameFamily
from ..statement import Box, Statement

POINTS = 2**13
FEWER_POINTS = 2**11
SEED = 1
CONFIDENCE = 0.95
RARE = 0.0005
UNIT_BOX: Mapping[str, tuple[float, float]] = {"power_gap": (0.3, 0.8)}
"""What the widest box leaves out: a gap at which Russia would be the stronger, or hardly there, is another world."""


@dataclass(frozen=True)
class Share:
    """At how many of some points a statement holds.

    Attributes
    ----------
    count, points : int
    missing : int
        Points at which some setting has no equilibrium; the statement does not hold there.

    Examples
    --------
    >>> print(Share(8192, 8192), "|", Share(6144, 8192))
    no failure in 8,192 points | 75.0 % (74.0–75.9)
    """

    count: int
    points: int
    missing: int = 0

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.count / self.points

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The Clopper–Pearson interval at 95 per cent (Clopper and Pearson 1934).

        It is made for independent points. Sobol points spread more evenly, so it errs on the wide side.
        """
        from scipy.special import betaincinv

        k, n, tail = self.count, self.points, (1 - CONFIDENCE) / 2
        low = float(betaincinv(k, n - k + 1, tail)) if k else 0.0
        high = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
        return low, high

    def __str__(self) -> str:
        if self.count == self.points:
            return f"no failure in {self.points:,} points"
        if self.count == 0:
            return f"at none of {self.points:,} points"
        failed = self.points - self.count
        if failed <= RARE * self.points:
            return f"{failed:,} {'failure' if failed == 1 else 'failures'} in {self.points:,} points"
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({100 * low:.1f}–{100 * high:.1f})"


class Trials:
    """A family solved at the points where statements are tried; settings that statements share are solved once.

    Parameters
    ----------
    model : GameFamily
    points : int
        How many Sobol points each box has: a power of two.
    seed : int
    concept : {"pairwise", "nash", "commitment"}

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> trials = Trials(tri.chapter_model(), points=256)
    >>> trials.share(claim("C96").statement).count
    256
    """

    def __init__(self, model: GameFamily, points: int = POINTS, seed: int = SEED, concept: str = "pairwise") -> None:
        self.model = model
        self.points = points
        self.seed = seed
        self.concept = concept
        self._solved: dict[float, Solutions] = {}

    @cached_property
    def default(self) -> Solutions:
        """The one point without displacement."""
        return Solutions(self.model, None, self.concept)

    def boxed(self, factor: float = 1.0) -> Solutions:
        """Return the points of the box of plausible ranges, its half-widths times a factor; infinite is `UNIT_BOX`."""
        if factor not in self._solved:
            box = Box.plausible(self.model, factor) if np.isfinite(factor) else self.widest
            self._solved[factor] = Solutions(self.model, self._drawn(box), self.concept)
        return self._solved[factor]

    @property
    def widest(self) -> Box:
        """All admissible values, but for those that `UNIT_BOX` leaves out."""
        return Box.admissible(self.model, {k: v for k, v in UNIT_BOX.items() if k in self.model.defaults})

    def _drawn(self, box: Box) -> Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        drawn = box.sample(self.points, self.seed)
        return drawn or {self.model.parameters[0].name: np.zeros(self.points)}

    def holds(self, statement: Statement) -> bool:
        """Say whether a statement holds at the default."""
        return bool(self.default.evaluate(statement).holds[0])

    def share(self, statement: Statement, factor: float = 1.0) -> Share:
        """Return at how many points of a box a statement holds."""
        found = self.boxed(factor).evaluate(statement)
        return Share(int(found.holds.sum()), len(found.holds), int((~found.exists).sum()))
