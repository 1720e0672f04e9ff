"""Thresholds: the exact values of a parameter at which the equilibria, or what a comparison says, switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, overload

from ..arguments import checked
from ..family import GameFamily
from ..scenario import Source, as_scenario
from ..statement import Comparison, Setting, Value
from .displaced import bounds_of
from .rational import Number, exact
from .walk import Spot, Walk, walk

Profile = tuple[str, ...]
Exact = Fraction | float
"""A fraction if the number is known exactly, a float if it is irrational."""


@dataclass(frozen=True)
class Threshold:
    """A value of the parameter at which something switches.

    Attributes
    ----------
    value : Fraction or float
        Exact if it is a fraction; an irrational value is given to 10⁻¹³.
    low, high : Fraction
        Exact numbers that enclose it.
    equilibria : tuple of profiles
        At the value itself: at a tie the equilibria of both sides, as a rule.
    against : tuple of profiles
        The equilibria of what the scenario is compared with.
    signs : tuple of int
        The signs of the comparison over the combinations of equilibria at the value; empty if nothing is compared, or
        if the value is irrational and the signs on its sides leave it open.
    reasons : tuple of str
        The moves that are ties here and tempt on one side.
    """

    value: Exact
    low: Fraction
    high: Fraction
    equilibria: tuple[Profile, ...]
    against: tuple[Profile, ...] = ()
    signs: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()

    def __float__(self) -> float:
        return float(self.value)


@dataclass(frozen=True)
class Interval:
    """An open interval of the parameter on which nothing switches.

    Attributes
    ----------
    low, high : Fraction or float
    equilibria : tuple of profiles
    against : tuple of profiles
        The equilibria of what the scenario is compared with.
    signs : tuple of int
        The signs of ``measure in the scenario − measure in against`` over all combinations of equilibria: ``(1,)`` is a
        rise whatever the equilibria; empty if nothing is compared or the measure is undefined.
    below, above : Threshold
        What is at its ends. At the end of the range nothing need switch.
    """

    low: Exact
    high: Exact
    equilibria: tuple[Profile, ...]
    against: tuple[Profile, ...] = ()
    signs: tuple[int, ...] = ()
    below: Threshold | None = field(default=None, repr=False, compare=False)
    above: Threshold | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Thresholds(Sequence[Interval]):
    """The intervals of a parameter on which nothing switches, in order, and the thresholds between them.

    Attributes
    ----------
    parameter, scenario, concept : str
    intervals : tuple of Interval
    ends : tuple of Threshold
        The ends of the range and the thresholds, one more than there are intervals.
    measure, against : str
        What is compared with what; empty if nothing is.
    model : GameFamily or None
    value : Fraction or None
        The parameter's own value in the scenario.
    """

    parameter: str
    scenario: str
    concept: str
    intervals: tuple[Interval, ...]
    ends: tuple[Threshold, ...]
    measure: str = ""
    against: str = ""
    model: GameFamily | None = field(default=None, repr=False, compare=False)
    value: Fraction | None = field(default=None, repr=False, compare=False)

    @overload
    def __getitem__(self, index: int) -> Interval: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Interval, ...]: ...
    def __getitem__(self, index: int | slice) -> Interval | tuple[Interval, ...]:
        """Return an interval."""
        return self.intervals[index]

    def __len__(self) -> int:
        return len(self.intervals)

    @property
    def switches(self) -> tuple[Threshold, ...]:
        """The thresholds between the intervals."""
        return self.ends[1:-1]

    def at(self, value: Number) -> Interval | Threshold:
        """Return the interval that holds a value, or the threshold if the value is one.

        Raises
        ------
        ValueError
            The value is outside the range.
        """
        exactly = exact(value)
        for end in self.ends:
            if end.value == exactly and isinstance(end.value, Fraction):
                return end
        for interval in self.intervals:
            if interval.low <= exactly <= interval.high:
                return interval
        raise ValueError(
            f"{self.parameter} = {value} is outside the range from {float(self.ends[0]):g} to {float(self.ends[-1]):g}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the thresholds as plain data: numbers as floats, and as fractions where they are exact."""

        def number(value: Exact) -> dict[str, Any]:
            return {"value": float(value), "exact": str(value) if isinstance(value, Fraction) else None}

        return {
            "parameter": self.parameter,
            "scenario": self.scenario,
            "concept": self.concept,
            "measure": self.measure,
            "against": self.against,
            "intervals": [
                {
                    "low": number(found.low),
                    "high": number(found.high),
                    "equilibria": [list(profile) for profile in found.equilibria],
                    "against": [list(profile) for profile in found.against],
                    "signs": list(found.signs),
                }
                for found in self.intervals
            ],
            "thresholds": [
                {
                    **number(found.value),
                    "equilibria": [list(profile) for profile in found.equilibria],
                    "signs": list(found.signs),
                    "reasons": list(found.reasons),
                }
                for found in self.switches
            ],
        }

    def __str__(self) -> str:
        lines = [f"{self.parameter} in {self.scenario}, {self.concept}" + self._compared()]
        for interval in self.intervals:
            told = "; ".join(", ".join(profile) for profile in interval.equilibria) or "no equilibrium"
            change = f"  [{_signs(interval.signs)}]" if self.measure else ""
            lines.append(f"  {_number(interval.low)} … {_number(interval.high)}: {told}{change}")
        for end in self.switches:
            if end.reasons:
                lines.append(f"  at {_number(end.value)}: {'; '.join(end.reasons)}")
        return "\n".join(lines)

    def _compared(self) -> str:
        return f"; {self.measure} less that of {self.against}" if self.measure else ""


@checked
def thresholds(
    model: GameFamily,
    scenario: Source,
    parameter: str,
    concept: str = "pairwise",
    measure: str | None = None,
    against: Source | Mapping[str, str] = None,
    within: tuple[Number, Number] | None = None,
) -> Thresholds:
    """Return the exact values of a parameter at which the set of equilibria, or the sign of a change, switches.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path, Scenario or None
        All other parameters, and who is held to what; the model's defaults if None.
    parameter : str
    concept : {"pairwise", "nash", "commitment"}
    measure : str, optional
        Look also at the sign of the measure in the scenario less that in ``against``.
    against : scenario, or mapping of players to actions, optional
        What to compare with: another scenario, or the same one with players held otherwise. The parameter moves in it
        by as much as in the scenario.
    within : (number, number), optional
        The range to look at; the admissible values if not given.

    Returns
    -------
    Thresholds
        A sequence of `Interval`. Rational thresholds are fractions; irrational ones are enclosed to 10⁻¹³ by a change
        of sign at two fractions. Floats are taken for the decimals that they are written as.

    Raises
    ------
    ValueError
        An unknown scenario, parameter, concept or measure; a range outside the admissible values; a measure without
        an exact form; one of ``measure`` and ``against`` without the other.

    Examples
    --------
    >>> import triangle as tri
    >>> found = thresholds(tri.chapter_model(), "us_russia_reset", "detente")
    >>> [[profile[1] for profile in interval.equilibria] for interval in found]
    [['confront/partner'], ['cooperate/partner']]
    >>> round(float(found.switches[0]), 4), len(found.switches[0].equilibria), found.switches[0].reasons[0]
    (0.2985, 2, 'Russia to West: confront → cooperate')
    """
    first = as_scenario(model, scenario)
    known = model.parameter(parameter)
    base = exact(first.values.get(parameter, known.default))
    low, high = map(exact, within or known.admissible)
    least, most = bounds_of(known)
    if not least <= low <= high <= most:
        raise ValueError(
            f"within must be a range in the admissible values of {parameter}, {float(least):g} to {float(most):g}, "
            f"got {float(low):g} to {float(high):g}"
        )
    if (measure is None) != (against is None):
        raise ValueError("give both measure and against, or neither: a change is a measure here less the same there")
    settings = [Setting("scenario", first)]
    comparisons = []
    other = first
    if measure is not None:
        model.measure(measure)
        if isinstance(against, Mapping):
            other = replace(first, held=dict(against), name=f"{first.name} with {_held(against)}")
        else:
            other = as_scenario(model, against)
        settings.append(Setting("against", other))
        comparisons = [Comparison(Value(measure, "scenario"), ">", Value(measure, "against"))]
    found = walk(model, settings, comparisons, parameter, (low, high), base, concept)
    ends = tuple(_threshold(model, found, k) for k in range(len(found.roots)))
    intervals = tuple(
        Interval(below.value, above.value, *_told(model, cell), below=below, above=above)
        for (below, above), cell in zip(pairwise(ends), found.cells, strict=True)
    )
    named = other.name if measure is not None else ""
    return Thresholds(parameter, first.name, concept, intervals, ends, measure or "", named, model, base)


def _held(against: Mapping[str, str]) -> str:
    return ", ".join(f"{player} {action}" for player, action in against.items()) or "nobody held"


def _told(model: GameFamily, spot: Spot) -> tuple[tuple[Profile, ...], tuple[Profile, ...], tuple[int, ...]]:
    """Return the equilibria of both settings and the signs between them."""
    profiles = [tuple(model.form.profile(p) for p in equilibria) for equilibria in spot.equilibria]
    signs = spot.signs[0] if spot.signs else None
    defined = sorted(sign for sign in signs or () if sign is not None)
    return profiles[0], profiles[1] if len(profiles) > 1 else (), tuple(defined)


def _threshold(model: GameFamily, found: Walk, place: int) -> Threshold:
    root = found.roots[place]
    return Threshold(root.number, root.low, root.high, *_told(model, found.points[place]), reasons=found.reasons[place])


def _number(value: Exact) -> str:
    short = f"{float(value):.6g}"
    if isinstance(value, Fraction) and Fraction(short) != value and len(str(value)) < 16:
        return f"{short} (= {value})"
    return short


def _signs(signs: tuple[int, ...]) -> str:
    words = {-1: "falls", 0: "stays", 1: "rises"}
    return " or ".join(words[sign] for sign in signs) or "undefined"
