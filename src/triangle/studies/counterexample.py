"""A point at which a statement fails, near the default, with its equilibria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..evaluation import Solutions
from ..family import GameFamily
from ..statement import Box, Comparison, Statement
from .trials import Trials

HALVINGS = 40
BEYOND = 1.001


@dataclass(frozen=True)
class Counterexample:
    """A point at which a statement fails.

    Attributes
    ----------
    displacement : mapping of str to float
        From the scenarios' own values; empty if the statement fails at the default.
    distance : float
        The largest displacement in half-widths of the parameters' plausible ranges.
    values : mapping of str to mapping of str to float
        For each setting the values of all parameters.
    equilibria : mapping of str to tuple of profiles
        For each setting its equilibria, each an action for every player.
    fails : tuple of Comparison
        The comparisons that fail there; empty if a setting has no equilibrium.
    """

    displacement: Mapping[str, float]
    distance: float
    values: Mapping[str, Mapping[str, float]]
    equilibria: Mapping[str, tuple[tuple[str, ...], ...]]
    fails: tuple[Comparison, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain data, ready for JSON."""
        return {
            "displacement": dict(self.displacement),
            "distance": self.distance if np.isfinite(self.distance) else None,
            "values": {label: dict(values) for label, values in self.values.items()},
            "equilibria": {label: [list(p) for p in profiles] for label, profiles in self.equilibria.items()},
            "fails": list(map(str, self.fails)),
        }


def counterexample(trials: Trials, statement: Statement) -> Counterexample | None:
    """Return a failure among the sampled points, drawn in towards the default; None if no sampled point fails.

    Of the points at which the statement fails the one with the least largest displacement is taken, and moved along
    the line to the default as far as it goes on failing. A nearer failure may exist; none found proves nothing.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = counterexample(Trials(tri.chapter_model(), points=256), claim("C12").statement)
    >>> [str(comparison) for comparison in found.fails], found.distance < 1
    (['intensity[after] > intensity[before]'], True)
    """
    if not trials.holds(statement):
        return described(trials.model, statement, {}, trials.concept)
    solved = trials.boxed()
    failing = np.flatnonzero(~solved.evaluate(statement).holds)
    if not len(failing):
        return None
    widths = {name: max(map(abs, ends)) for name, ends in Box.plausible(trials.model).ranges.items()}
    moved = np.array([solved.displacement[name][failing] / width for name, width in widths.items()])
    nearest = failing[np.abs(moved).max(axis=0).argmin()]
    far = {name: float(solved.displacement[name][nearest]) for name in widths}
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        point = {name: middle * move for name, move in far.items()}
        if Solutions(trials.model, point, trials.concept).evaluate(statement).holds[0]:
            low = middle
        else:
            high = middle
    part = min(1.0, BEYOND * high)
    return described(trials.model, statement, {name: part * move for name, move in far.items()}, trials.concept)


def described(
    model: GameFamily, statement: Statement, displacement: Mapping[str, float], concept: str = "pairwise"
) -> Counterexample:
    """Return a point with its values, its equilibria and what fails there."""
    solutions = Solutions(model, displacement, concept)
    each = solutions.evaluate(statement)
    widths = {name: max(map(abs, ends)) for name, ends in Box.plausible(model).ranges.items()}
    return Counterexample(
        displacement=dict(displacement),
        distance=max((abs(move) / widths[name] for name, move in displacement.items()), default=0.0),
        values={s.label: {k: float(v) for k, v in s.values(model, displacement).items()} for s in statement.settings},
        equilibria={
            s.label: tuple(model.form.profile(int(p)) for p in solutions.of(s).profiles) for s in statement.settings
        },
        fails=tuple(c for c, held in zip(statement.comparisons, each.each[:, 0], strict=True) if not held),
    )
