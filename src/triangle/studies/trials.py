"""Points at which statements are tried: the default, and Sobol points of boxes of parameters, with honest shares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from ..evaluation import Share, Solutions
from ..family import GameFamily
from ..statement import Box, Statement

POINTS = 2**13
FEWER_POINTS = 2**11
SEED = 1
UNIT_BOX: Mapping[str, tuple[float, float]] = {"power_gap": (0.3, 0.8)}
"""What the widest box leaves out: a gap at which Russia would be the stronger, or hardly there, is another world."""


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

    def __reduce__(self) -> tuple[type[Trials], tuple[object, ...]]:
        """Pickle what was asked: the points are solved anew where they are needed."""
        return type(self), (self.model, self.points, self.seed, self.concept)

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
