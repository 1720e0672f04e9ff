"""Which claims hold together: jointly, in pairs, in tension, and at what values of the parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..arguments import checked
from ..chapter.claims import Claim, claim, registry
from ..chapter.tensions import Tension, tensions
from ..evaluation import Share
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..statement import Comparison, Statement
from .centre import Centre, centre
from .claims import default_model
from .trials import POINTS, SEED, Trials
from .windows import Window, intersection, windows

FACTORS = (0.25, 0.5, 1.0, 2.0)
WORTH_SAYING = 1.5
NEGLIGIBLE = 1e-6
"""Windows that end within so many half-widths are beliefs one must hold; those farther off ask for little."""


@dataclass(frozen=True)
class Pair:
    """Two claims over the box of plausible ranges.

    Attributes
    ----------
    first, second : str
    joint : float
        The share of points at which both hold.
    product : float
        What it would be if they were independent.
    either : float
        The share of the points where one fails at which the other holds; NaN if neither ever fails.
    """

    first: str
    second: str
    joint: float
    product: float
    either: float

    @property
    def conflict(self) -> float:
        """By how much the joint share is below the product: positive where the claims pull against one another."""
        return self.product - self.joint


@dataclass(frozen=True)
class Strain:
    """A tension of the chapter, with how far its claims can stand together."""

    tension: Tension
    holds: bool
    share: Share
    windows: tuple[Window, ...]


@dataclass(frozen=True, eq=False)
class Consistency:
    """Which claims hold together under a model.

    Attributes
    ----------
    claims : tuple of Claim
        Those with a statement.
    trials : Trials
    statements : tuple of Statement
        The claims' statements as far as the model knows their parameters.
    """

    claims: tuple[Claim, ...]
    trials: Trials = field(repr=False)
    statements: tuple[Statement, ...] = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The claims' IDs."""
        return tuple(each.id for each in self.claims)

    def truths(self, factor: float = 1.0) -> BoolArray:
        """Return which claim holds at which point of a box, shape (claims, points)."""
        solved = self.trials.boxed(factor)
        return np.array([solved.evaluate(statement).holds for statement in self.statements])

    @property
    def holds(self) -> bool:
        """All claims hold at the default."""
        return all(self.trials.holds(statement) for statement in self.statements)

    def joint(self, factor: float = 1.0) -> Share:
        """Return at how many points of a box all claims hold at once."""
        every = np.asarray(self.truths(factor).all(axis=0))
        return Share(int(every.sum()), int(every.size))

    @cached_property
    def matrix(self) -> FloatArray:
        """The share of the box where both claims of a pair hold, shape (claims, claims); alone on the diagonal."""
        truths = self.truths().astype(np.float64)
        return np.asarray(truths @ truths.T / truths.shape[1])

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair, the most conflicting first."""
        found = list(self._pairs())
        return tuple(sorted(found, key=lambda pair: -pair.conflict))

    def _pairs(self) -> Iterator[Pair]:
        alone = self.matrix.diagonal()
        for i, first in enumerate(self.ids):
            for j in range(i + 1, len(self.ids)):
                joint = float(self.matrix[i, j])
                one_fails = 1 - joint
                neither = 1 - float(alone[i] + alone[j]) + joint
                either = (one_fails - neither) / one_fails if one_fails > 0 else math.nan
                yield Pair(first, self.ids[j], joint, float(alone[i] * alone[j]), either)

    def together(self, *ids: str) -> Statement:
        """Return one statement that says what several claims say: all of them if none are named."""
        chosen = ids or self.ids
        return conjunction([self.statements[self.ids.index(each)] for each in chosen])

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """How far each parameter can move alone before not all claims hold (or before they do), the tightest first."""
        return self._windows(self.ids)

    def _windows(self, ids: Sequence[str]) -> tuple[Window, ...]:
        """Return the windows of several claims together."""
        model, concept = self.trials.model, self.trials.concept
        whole = self.together(*ids)
        if not self.trials.holds(whole):
            return windows(model, whole, concept)
        each = (windows(model, self.statements[self.ids.index(key)], concept) for key in ids)
        return intersection(model, each)

    @cached_property
    def strains(self) -> tuple[Strain, ...]:
        """The chapter's tensions: at the default, over the box, and the windows in which their claims all hold."""
        found = []
        for tension in tensions():
            if set(tension.claims) <= set(self.ids):
                both = self.together(*tension.claims)
                limits = self._windows(tension.claims)
                found.append(Strain(tension, self.trials.holds(both), self.trials.share(both), limits))
        return tuple(found)

    @cached_property
    def shifts(self) -> tuple[tuple[str, float], ...]:
        """By how many standard deviations each parameter's mean moves where all claims hold, the most first."""
        every = self.truths().all(axis=0)
        moved = self.trials.boxed().displacement
        if not every.any():
            return ()
        shifts = [(name, float((v[every].mean() - v.mean()) / v.std())) for name, v in moved.items() if v.std() > 0]
        return tuple(sorted(shifts, key=lambda pair: -abs(pair[1])))

    @cached_property
    def centre(self) -> Centre:
        """The point at which all claims hold with the most room."""
        return centre(self.trials.model, self.statements)

    @property
    def beliefs(self) -> tuple[str, ...]:
        """What one must believe to accept all claims at once, in words: the tightest windows, one sentence each."""
        model = self.trials.model
        said = (_belief(model, window) for window in self.windows) if self.holds else ()
        return tuple(sentence for sentence in said if sentence)

    def to_dict(self) -> dict[str, Any]:
        """Return the results as plain data, ready for JSON."""
        joint = {f"{factor:g}": self.joint(factor) for factor in FACTORS}
        return {
            "claims": list(self.ids),
            "model": self.trials.model.name,
            "model_digest": self.trials.model.digest,
            "points": self.trials.points,
            "seed": self.trials.seed,
            "holds": self.holds,
            "joint": {k: {"share": v.value, "interval": list(v.interval)} for k, v in joint.items()},
            "matrix": self.matrix.round(6).tolist(),
            "conflicts": [
                {"claims": [p.first, p.second], "joint": p.joint, "product": p.product} for p in self.pairs[:12]
            ],
            "windows": [w.spelled() for w in self.windows if w.bounded],
            "tensions": [
                {
                    "id": s.tension.id,
                    "claims": list(s.tension.claims),
                    "holds": s.holds,
                    "share": s.share.value,
                    "windows": [w.spelled() for w in s.windows if w.bounded],
                }
                for s in self.strains
            ],
            "centre": {
                "room": self.centre.room,
                "room_at_default": self.centre.start,
                "displacement": {k: v for k, v in self.centre.displacement.items() if v},
            },
            "beliefs": list(self.beliefs),
        }

    def __str__(self) -> str:
        from ..views.claims import consistency_text

        return consistency_text(self)


@checked
def consistency(
    model: GameFamily | None = None,
    which: Sequence[str | Claim] | None = None,
    *,
    points: int = POINTS,
    seed: int = SEED,
    concept: str = "pairwise",
) -> Consistency:
    """Ask which claims hold together.

    Parameters
    ----------
    model : GameFamily, optional
        The chapter's if not given.
    which : sequence of str or Claim, optional
        Claims or variants that the triangle tests; all claims of the chapter that it tests if not given.
    points : int
        Sobol points in each box: a power of two.
    seed : int
    concept : {"pairwise", "nash", "commitment"}

    Returns
    -------
    Consistency

    Raises
    ------
    ValueError
        An unknown claim, or one that the triangle does not test.

    Examples
    --------
    >>> found = consistency(which=["C85", "C12"], points=1024)
    >>> found.holds, round(found.joint().value, 1), found.pairs[0].conflict > 0
    (True, 0.6, True)
    """
    named = registry().values() if which is None else [claim(e) if isinstance(e, str) else e for e in which]
    if which is not None and (untested := [each.id for each in named if each.statement is None]):
        raise ValueError(f"the triangle does not test {', '.join(untested)}; see triangle.check")
    trials = Trials(model if model is not None else default_model(), points, seed, concept)
    tested = tuple(each for each in named if each.statement is not None)
    statements = tuple(each.statement.fitted(trials.model) for each in tested if each.statement is not None)
    return Consistency(tested, trials, statements)


def conjunction(statements: Sequence[Statement]) -> Statement:
    """Return one statement that holds where all of several hold.

    Examples
    --------
    >>> both = conjunction([claim("C17").statement, claim("C26").statement])
    >>> both.name, both.settings[-1].label
    ('C17 and C26', 'C26: now')
    """
    settings, comparisons = [], []
    for each in statements:
        label = {s.label: f"{each.name}: {s.label}" for s in each.settings}
        settings += [replace(s, label=label[s.label]) for s in each.settings]
        comparisons += [_relabelled(comparison, label) for comparison in each.comparisons]
    return Statement(" and ".join(s.name for s in statements), tuple(settings), tuple(comparisons))


def _relabelled(comparison: Comparison, label: dict[str, str]) -> Comparison:
    left = replace(comparison.left, setting=label[comparison.left.setting])
    if comparison.right is None:
        return replace(comparison, left=left)
    return replace(comparison, left=left, right=replace(comparison.right, setting=label[comparison.right.setting]))


def _belief(model: GameFamily, window: Window) -> str:
    """Return what a window asks one to believe of a parameter, in words; nothing where it asks for little."""
    parameter = model.parameter(window.parameter)
    default = parameter.default
    half = (parameter.high - parameter.low) / 2
    low = default + window.low if abs(window.low) <= WORTH_SAYING * half else -math.inf
    high = default + window.high if window.high <= WORTH_SAYING * half else math.inf
    if low <= parameter.admissible[0] + NEGLIGIBLE:
        low = -math.inf
    if math.isfinite(low) and math.isfinite(high):
        asked = f"middling, from {low:.2f} to {high:.2f}"
    elif math.isfinite(low) or math.isfinite(high):
        asked = f"at least {low:.2f}" if math.isfinite(low) else f"at most {high:.2f}"
    else:
        return ""
    plausible = f"plausible {parameter.low:g} to {parameter.high:g}"
    return f"{parameter.meaning} ({window.parameter}) is {asked} ({plausible})"
