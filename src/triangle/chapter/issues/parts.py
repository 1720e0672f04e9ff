"""What issue games are made of and what they answer with: conditions, claims, links; results, verdicts, thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pickle import PicklingError
from typing import Any, Literal

from ...evaluation import Share
from ...game import FloatArray
from ...names import unknown
from ...pickling import PickledByFields
from .point import Point

SAMPLES, SEED = 2**12, 1
"""Sobol points of a verdict, and their seed."""

Slack = Callable[..., FloatArray]
Role = Literal["claim", "reading", "alternative"]
Change = float | str | Mapping[str, float | str]
"""A value, or one added, subtracted or multiplied (``{"plus": 0.1}``); the name of a parameter stands for its value."""


@dataclass(frozen=True)
class Condition:
    """An inequality that decides what happens in a game.

    Attributes
    ----------
    name, words, symbols : str
    holds, fails : str
        What follows on either side.
    slack : callable
        From the solved point and the solved settings, in order, to a number that is positive where it holds.
    settings : mapping of str to mapping
        Other settings that are compared with the point itself, each a set of changes.
    closed : mapping of str to callable
        Its switching value in some parameters, in closed form; NaN where there is none.
    """

    name: str
    words: str
    symbols: str
    holds: str
    fails: str
    slack: Slack = field(repr=False)
    strict: bool = True
    settings: Mapping[str, Mapping[str, Change]] = field(default_factory=dict)
    closed: Mapping[str, Callable[[Point], FloatArray]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class IssueClaim:
    """A claim of the chapter as an inequality of a game, or another reading of one.

    Attributes
    ----------
    id : str
        The chapter's ID; a reading or an alternative has letters behind it.
    of : str
        The chapter's claim.
    role : {"claim", "reading", "alternative"}
        The row that stands for the claim; a weaker, stronger or neighbouring reading; or the natural alternative (an
        ablation, another model) that shows how far the claim may be carried. Alternatives enter no count.
    nature : str
        ``"consequence"``, ``"by construction"`` or ``"read-out"``.
    reading, condition, finding : str
        What is tested, what decides it, and what to make of the verdict.
    settings : mapping of str to mapping
        Other settings that are compared with the point itself, each a set of changes.
    slack : callable
        From the solved point and the solved settings, in order, to a number that is positive where it holds.
    strict : bool
        Whether slack zero is failure.
    """

    id: str
    of: str
    role: Role
    nature: str
    reading: str
    condition: str
    slack: Slack = field(repr=False)
    finding: str = ""
    strict: bool = True
    settings: Mapping[str, Mapping[str, Change]] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A value that a game hands to the triangle: a factor on one of its parameters.

    Attributes
    ----------
    parameter : str
        The triangle's parameter.
    measure : str
        The game's measure behind it.
    mode : {"ratio", "shift"}
        The factor is measure ÷ reference, or 1 + measure − reference.
    meaning : str
    reference : mapping of str to float
        Where the factor is 1, as changes of the game's defaults.
    """

    parameter: str
    measure: str
    meaning: str
    mode: Literal["ratio", "shift"] = "ratio"
    reference: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Handed:
    """What a link hands over at some setting.

    Attributes
    ----------
    value : float
        The triangle's parameter: its own value times the factor, cut to 0–1.
    within : bool
        Whether that lies in the parameter's plausible range.
    """

    parameter: str
    measure: str
    measured: float
    factor: float
    value: float
    within: bool


@dataclass(frozen=True)
class IssueEquilibrium:
    """One equilibrium: what each side does, what it gets, and by which rule it is picked, if by any."""

    name: str
    play: Mapping[str, str]
    payoffs: Mapping[str, float]
    selected: str = ""


@dataclass(frozen=True)
class Held:
    """A condition at one point."""

    name: str
    holds: bool
    slack: float
    symbols: str
    words: str
    so: str


@dataclass(frozen=True)
class IssueResult(PickledByFields):
    """A game solved at one point: all equilibria, measures, conditions with slack, claims, and what it hands over."""

    game: str
    title: str
    reading: str
    values: Mapping[str, float]
    equilibria: tuple[IssueEquilibrium, ...]
    measures: Mapping[str, float]
    conditions: tuple[Held, ...]
    claims: Mapping[str, bool]
    handed: tuple[Handed, ...]

    def condition(self, name: str) -> Held:
        """Return a condition by name; ``ValueError`` if there is none."""
        found = {held.name: held for held in self.conditions}
        if name not in found:
            raise ValueError(f"{self.game}: " + unknown("condition", name, found))
        return found[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, ready for JSON; what is not finite becomes None."""
        return {
            "game": self.game,
            "title": self.title,
            "reading": self.reading or None,
            "parameters": dict(self.values),
            "equilibria": [
                {"name": e.name, "play": dict(e.play), "payoffs": dict(e.payoffs), "selected_by": e.selected or None}
                for e in self.equilibria
            ],
            "measures": {name: value if math.isfinite(value) else None for name, value in self.measures.items()},
            "conditions": [vars(held) | {"slack": held.slack} for held in self.conditions],
            "claims": dict(self.claims),
            "hands_over": [vars(handed) for handed in self.handed],
        }

    def __str__(self) -> str:
        from ...views.issues.tables import result_text

        return result_text(self)

    def _repr_html_(self) -> str:
        from ...views.issues.tables import result_html

        return result_html(self)


@dataclass(frozen=True)
class IssueVerdict:
    """What a game says of a claim.

    Attributes
    ----------
    holds : bool
        At the defaults.
    slack : float
        How far from the switch, in the units of the claim's inequality.
    over, wide : Share
        At how many Sobol points of the box of plausible ranges it holds, and of a box twice as wide.
    counterexample : mapping of str to float or None
        The failing point nearest to the defaults (in units of the ranges) among those drawn, in either box.
    """

    claim: IssueClaim
    game: str
    holds: bool
    slack: float
    over: Share
    wide: Share
    seed: int
    counterexample: Mapping[str, float] | None
    certificate: None = None

    def __reduce__(self) -> tuple[Callable[..., IssueVerdict], tuple[object, ...]]:
        """Pickle by the names of game and claim: the claim's formulas cannot be pickled."""
        from . import issue_game, issue_games

        if self.game not in issue_games() or issue_game(self.game).claims.get(self.id) is not self.claim:
            raise PicklingError(
                f"claim {self.id!r} of a game of your own cannot be pickled: its formulas are functions"
            )
        failing = None if self.counterexample is None else dict(self.counterexample)
        return _verdict, (self.game, self.id, self.holds, self.slack, self.over, self.wide, self.seed, failing)

    @property
    def id(self) -> str:
        """The claim's ID."""
        return self.claim.id

    @property
    def share(self) -> float:
        """The share of the box of plausible ranges."""
        return self.over.value

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 per cent interval of the share."""
        return self.over.interval

    @property
    def wide_share(self) -> float:
        """The share of a box twice as wide."""
        return self.wide.value

    @property
    def wide_interval(self) -> tuple[float, float]:
        """The 95 per cent interval of that."""
        return self.wide.interval

    @property
    def samples(self) -> int:
        """How many points each box has."""
        return self.over.points

    @property
    def nature(self) -> str:
        """Consequence, by construction, or read-out."""
        return self.claim.nature

    @property
    def condition(self) -> str:
        """The deciding inequality in words and symbols."""
        return self.claim.condition


def _verdict(game: str, key: str, *found: Any) -> IssueVerdict:
    """Return a verdict as it was pickled."""
    from . import issue_game

    return IssueVerdict(issue_game(game).claim(key), game, *found)


@dataclass(frozen=True)
class Threshold:
    """A value of a parameter at which a condition or a claim switches, all else as set.

    Attributes
    ----------
    of : str
        The condition's name or the claim's ID.
    below, above : str
        What holds just below and just above it, found by solving there.
    exact : bool
        Whether the value comes from a closed form; if not, by bisection to the last bits.
    """

    parameter: str
    value: float
    of: str
    symbols: str
    below: str
    above: str
    exact: bool
