"""A point at which a statement fails, near the default, with its equilibria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..evaluation import Solutions
from ..family import GameFamily
from ..game import FloatArray
from ..statement import Box, Comparison, Statement
from .slopes import Slopes
from .trials import Trials

STEPS = 64
HALVINGS = 30
BEYOND = 1.0001
TURNS = 3
MOST_CORNERS = 6
FLAT = 1e-9
DECIMALS = 6


@dataclass(frozen=True)
class Counterexample:
    """A point at which a statement fails.

    Attributes
    ----------
    displacement : mapping of str to float
        From the scenarios' own values; empty if the statement fails at the default. Rounded to six decimals, which are
        what was decided.
    distance : float
        The largest displacement in half-widths of the parameters' plausible ranges.
    values : mapping of str to mapping of str to float
        For each setting the values of all parameters.
    equilibria : mapping of str to tuple of profiles
        For each setting its equilibria, each an action for every player.
    fails : tuple of Comparison
        The comparisons that fail there; empty if a setting has no equilibrium.
    decided : bool
        That the statement fails there was decided in fractions, with equilibria that are no ties.
    """

    displacement: Mapping[str, float]
    distance: float
    values: Mapping[str, Mapping[str, float]]
    equilibria: Mapping[str, tuple[tuple[str, ...], ...]]
    fails: tuple[Comparison, ...]
    decided: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain data, ready for JSON."""
        return {
            "displacement": dict(self.displacement),
            "distance": self.distance if np.isfinite(self.distance) else None,
            "values": {label: dict(values) for label, values in self.values.items()},
            "equilibria": {label: [list(p) for p in profiles] for label, profiles in self.equilibria.items()},
            "fails": list(map(str, self.fails)),
            "decided": self.decided,
        }


def counterexample(trials: Trials, statement: Statement) -> Counterexample | None:
    """Return the nearest failure found within the box of plausible ranges; None if none was found.

    Two searches, each drawn in along the line to the default as far as the statement goes on failing. The first
    follows slopes: towards the corner of the box at which a margin, or an equilibrium's least loss from a move, falls
    fastest, `TURNS` times. The second takes the failing sampled point with the least largest displacement. A nearer
    failure may exist, and none found proves nothing.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = counterexample(Trials(tri.chapter_model(), points=256), claim("C12").statement)
    >>> [str(comparison) for comparison in found.fails], found.distance < 0.2
    (['intensity[after] > intensity[before]'], True)
    """
    if not trials.holds(statement):
        return described(trials.model, statement, {}, trials.concept)
    slopes = Slopes(trials.model, [statement], trials.concept)
    if not slopes.names:
        return None
    corners = (_corner(slopes), _sampled(trials, statement, slopes))
    near = [_drawn_in(slopes, corner) for corner in corners if corner is not None]
    if not near:
        return None
    nearest = min(near, key=lambda point: float(np.abs(point).max()))
    return described(trials.model, statement, slopes.displacement(nearest), trials.concept)


def _corner(slopes: Slopes) -> FloatArray | None:
    """Return the failing corner that a descent of some margin reaches, the one that fails soonest on the way there."""
    starts = slopes.linear(np.zeros((1, len(slopes.names))))
    candidates = _descents(*starts)
    best, least = None, np.inf
    for _ in range(TURNS):
        reached = [_first_failure(slopes, corner) for corner in candidates]
        for corner, part in zip(candidates, reached, strict=True):
            if part < least:
                best, least = corner, part
        failing = [c * min(1.0, part) for c, part in zip(candidates, reached, strict=True)]
        following = _descents(*slopes.linear(np.array(failing))) if failing else []
        candidates = [c for c in following if not any((c == old).all() for old in candidates)][:MOST_CORNERS]
    return best


def _descents(margins: FloatArray, slopes: FloatArray) -> list[FloatArray]:
    """Return the corners of the box towards which margins fall fastest, those lost soonest first."""
    steep = np.abs(slopes).sum(axis=2)
    known = np.isfinite(margins) & np.isfinite(steep) & (steep > FLAT)
    soon = np.divide(margins, steep, out=np.full_like(margins, np.inf), where=known)
    order = np.dstack(np.unravel_index(np.argsort(soon, axis=None), soon.shape))[0]
    found: dict[bytes, FloatArray] = {}
    for point, margin in order:
        if known[point, margin]:
            corner = -np.sign(slopes[point, margin])
            found.setdefault(corner.tobytes(), corner)
    return list(found.values())[:MOST_CORNERS]


def _first_failure(slopes: Slopes, corner: FloatArray) -> float:
    """Return how far along the way to a corner the statement first fails; infinite if it never does."""
    parts = np.arange(1, STEPS + 1) / STEPS
    fails = ~slopes.hold(parts[:, None] * corner)
    return float(parts[fails.argmax()]) if fails.any() else np.inf


def _sampled(trials: Trials, statement: Statement, slopes: Slopes) -> FloatArray | None:
    """Return the failing sampled point with the least largest displacement."""
    solved = trials.boxed()
    failing = np.flatnonzero(~solved.evaluate(statement).holds)
    if not len(failing):
        return None
    moved = np.array([solved.displacement[name][failing] for name in slopes.names]).T / slopes.widths
    return np.asarray(moved[np.abs(moved).max(axis=1).argmin()])


def _drawn_in(slopes: Slopes, far: FloatArray) -> FloatArray:
    """Move a failing point along the line to the default as far as it goes on failing."""
    part = _first_failure(slopes, far)
    low, high = part - 1 / STEPS, part
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if slopes.hold(middle * far[None])[0] else (low, middle)
    return np.asarray(min(1.0, BEYOND * high) * far)


def described(
    model: GameFamily, statement: Statement, displacement: Mapping[str, float], concept: str = "pairwise"
) -> Counterexample:
    """Return a point with its values, its equilibria and what fails there, decided in fractions where it can be."""
    displacement = {name: round(move, DECIMALS) for name, move in displacement.items()}
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
        decided=_decided(model, statement, displacement, concept),
    )


def _decided(model: GameFamily, statement: Statement, displacement: Mapping[str, float], concept: str) -> bool:
    """Say whether the statement fails at a point when all is computed in fractions; ties do not count."""
    from ..exact.forms import NoExactForm
    from ..exact.point import Judge
    from ..exact.rational import exact

    try:
        truth = Judge(model, statement, concept).truth({name: exact(move) for name, move in displacement.items()})
    except NoExactForm:
        return False
    return not truth.holds and not truth.tie
