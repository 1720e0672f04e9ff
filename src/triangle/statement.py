"""Statements about a family: what must hold between settings, at a point, at many points, or on a box.

A setting is a scenario with some parameters changed. A statement compares values of settings and must hold for *every*
combination of their equilibria, one per setting. Where a setting has no equilibrium the statement does not hold, and
that is counted apart: 'for every equilibrium' would be empty.

All settings of a statement share one displacement: what is uncertain about a parameter is the same in every year and
under every policy. It is added to each scenario's own value and cut at the admissible bounds; then the changes are
made, and cut as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike

from .family import GameFamily
from .game import TOLERANCE, BoolArray, FloatArray
from .names import unknown
from .parts import Parameter
from .pickling import PickledByFields
from .scenario import Scenario

if TYPE_CHECKING:
    from .evaluation import Evaluation

Operation = Literal["set", "plus", "times"]
Relation = Literal[">", ">=", "<", "<=", "=="]
OPERATIONS: tuple[str, ...] = get_args(Operation)
RELATIONS: tuple[str, ...] = get_args(Relation)

Change = tuple[Operation, float]
Displacement = Mapping[str, ArrayLike]


@dataclass(frozen=True)
class Setting(PickledByFields):
    """A scenario with some parameters changed.

    Parameters
    ----------
    label : str
        What comparisons call it.
    scenario : Scenario
        The values that are displaced, and who is held to what. A parameter without a value has the family's default.
    changes : mapping of str to (operation, number)
        ``("set", x)``, ``("plus", x)`` or ``("times", x)``, made after the displacement.

    Raises
    ------
    ValueError
        An unknown operation, or a number that is not finite.

    Examples
    --------
    >>> import triangle as tri
    >>> model = tri.chapter_model()
    >>> relief = Setting("relief", tri.scenario("baseline_2016"), {"sanctions": ("times", 0.5)})
    >>> float(relief.values(model)["sanctions"]), float(relief.values(model, {"sanctions": 0.3})["sanctions"])
    (0.4, 0.5)
    """

    label: str
    scenario: Scenario
    changes: Mapping[str, Change] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, (operation, number) in self.changes.items():
            if operation not in OPERATIONS:
                raise ValueError(f"setting {self.label!r}, {name}: " + unknown("operation", operation, OPERATIONS))
            if not math.isfinite(number):
                raise ValueError(f"setting {self.label!r}, {name}: the change must be finite, got {number}")
        object.__setattr__(self, "changes", MappingProxyType(dict(self.changes)))

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What makes two settings the same game: the values, the changes and who is held."""
        parts = (self.scenario.values, self.changes, self.scenario.held)
        return tuple(tuple(sorted(part.items())) for part in parts)

    def values(self, model: GameFamily, displacement: Displacement | None = None) -> dict[str, FloatArray]:
        """Return every parameter's value under a displacement, cut at the admissible bounds.

        Parameters
        ----------
        model : GameFamily
        displacement : mapping of str to scalar or array, optional
            What is added to the scenario's value of a parameter; arrays broadcast to the batch.

        Raises
        ------
        ValueError
            The model has no such parameter.
        """
        moved = displacement or {}
        for name in (*self.changes, *moved):
            model.parameter(name)
        batch = np.broadcast_shapes(*(np.shape(array) for array in moved.values()))
        found = {}
        for parameter in model.parameters:
            name = parameter.name
            least, most = parameter.admissible
            value = np.asarray(self.scenario.values.get(name, parameter.default) + np.asarray(moved.get(name, 0.0)))
            value = np.clip(value, least, most)
            if name in self.changes:
                value = np.clip(_changed(value, *self.changes[name]), least, most)
            found[name] = np.broadcast_to(value, batch)
        return found

    def fitted(self, model: GameFamily) -> Self:
        """Return the setting as far as a family knows its parameters, with every value of the family filled in."""
        known = {name: value for name, value in self.scenario.values.items() if name in model.defaults}
        return replace(
            self,
            scenario=replace(self.scenario, values={**model.defaults, **known}),
            changes={name: change for name, change in self.changes.items() if name in model.defaults},
        )


def _changed(value: FloatArray, operation: Operation, number: float) -> FloatArray:
    if operation == "set":
        return np.full_like(value, number)
    return value + number if operation == "plus" else value * number


@dataclass(frozen=True)
class Value:
    """A measure in a setting. For a measure with categories it is the code."""

    measure: str
    setting: str

    def __str__(self) -> str:
        return f"{self.measure}[{self.setting}]"


@dataclass(frozen=True)
class Loss:
    """What a move from the equilibrium of a setting would cost its movers in sum, as a row of the conditions.

    It is zero at an equilibrium where the movers stand there already, and where the move never changes their payoff.

    Parameters
    ----------
    name : str
        What to call it, such as ``"alliance slack"``.
    mover : str
        A player or a coalition, as `triangle.conditions.Conditions.movers` names it.
    to : tuple of (player, toward, stance)
        The stances taken; all others stay.
    setting : str
    """

    name: str
    mover: str
    to: tuple[tuple[str, str, str], ...]
    setting: str

    def __str__(self) -> str:
        return f"{self.name}[{self.setting}]"

    def target(self, model: GameFamily, profile: int) -> int:
        """Return the profile that the move leads to."""
        form = model.form
        actions = list(map(int, np.unravel_index(profile, form.shape)))
        for name, toward, stance in self.to:
            player = form.player(name)
            here = player.choices[actions[form.index(name)]]
            place = player.dimension(toward)
            actions[form.index(name)] = player.choices.index((*here[:place], stance, *here[place + 1 :]))
        return int(np.ravel_multi_index(actions, form.shape))


@dataclass(frozen=True)
class Comparison:
    """``left  relation  factor × right + offset``; without a right side, ``left  relation  offset``.

    Examples
    --------
    >>> str(Comparison(Value("intensity", "after"), ">=", Value("intensity", "before"), factor=0.98))
    'intensity[after] >= 0.98·intensity[before]'
    """

    left: Value | Loss
    relation: Relation
    right: Value | Loss | None = None
    factor: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise ValueError(unknown("relation", self.relation, RELATIONS))
        if not (math.isfinite(self.factor) and math.isfinite(self.offset)):
            raise ValueError(f"factor and offset must be finite, got {self.factor} and {self.offset}")

    @property
    def sides(self) -> tuple[Value | Loss, ...]:
        """The values compared: one or two."""
        return (self.left,) if self.right is None else (self.left, self.right)

    def __str__(self) -> str:
        if self.right is None:
            return f"{self.left} {self.relation} {self.offset:g}"
        times = "" if self.factor == 1 else f"{self.factor:g}·"
        plus = "" if self.offset == 0 else f" {'+' if self.offset > 0 else '−'} {abs(self.offset):g}"
        return f"{self.left} {self.relation} {times}{self.right}{plus}"

    def margin(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """Return by how much it holds (negative: by how much it fails), in units of the values compared."""
        gap = left - (self.factor * right + self.offset)
        return gap if ">" in self.relation else -gap if "<" in self.relation else -np.abs(gap)

    def holds(self, left: FloatArray, right: FloatArray) -> BoolArray:
        """Return where it holds; a gap within `TOLERANCE` of the values compared is a tie."""
        scale = np.maximum(np.abs(left), np.maximum(np.abs(self.factor * right), abs(self.offset)))
        margin, tie = self.margin(left, right), TOLERANCE * scale
        with np.errstate(invalid="ignore"):
            return np.asarray(margin > tie if self.relation in "<>" else margin >= -tie)


@dataclass(frozen=True)
class Statement:
    """Comparisons between settings, all of which must hold for every combination of equilibria.

    Parameters
    ----------
    name : str
    settings : tuple of Setting
    comparisons : tuple of Comparison

    Raises
    ------
    ValueError
        A label given twice, a comparison of a setting that is not there, or nothing to compare.

    Examples
    --------
    >>> import triangle as tri
    >>> before, after = (tri.scenario(name) for name in ("baseline_2016", "us_russia_reset"))
    >>> firmer = Statement(
    ...     "a reset raises Russia's share",
    ...     (Setting("before", replace(before, held={"West": "pressure/engage"})), Setting("after", after)),
    ...     (Comparison(Value("share", "after"), ">", Value("share", "before")),),
    ... )
    >>> firmer.evaluate(tri.chapter_model()).holds.tolist()
    [True]
    """

    name: str
    settings: tuple[Setting, ...]
    comparisons: tuple[Comparison, ...]

    def __post_init__(self) -> None:
        labels = [setting.label for setting in self.settings]
        if len(set(labels)) < len(labels):
            raise ValueError(f"statement {self.name!r}: a setting's label is given twice: {', '.join(labels)}")
        if not self.comparisons:
            raise ValueError(f"statement {self.name!r} compares nothing")
        for side in (side for comparison in self.comparisons for side in comparison.sides):
            if side.setting not in labels:
                raise ValueError(f"statement {self.name!r}, {side}: " + unknown("setting", side.setting, labels))

    def setting(self, label: str) -> Setting:
        """Return a setting by its label; ``ValueError`` names those there are."""
        for found in self.settings:
            if found.label == label:
                return found
        raise ValueError(unknown("setting", label, (setting.label for setting in self.settings)))

    def lacking(self, model: GameFamily) -> tuple[str, ...]:
        """Return the changed parameters that a family does not have."""
        changed = dict.fromkeys(name for setting in self.settings for name in setting.changes)
        return tuple(name for name in changed if name not in model.defaults)

    def fitted(self, model: GameFamily) -> Self:
        """Return the statement as far as a family knows its parameters, with every value of the family filled in.

        What the family lacks changes nothing; what a scenario leaves open is the family's default.
        """
        return replace(self, settings=tuple(setting.fitted(model) for setting in self.settings))

    def evaluate(
        self, model: GameFamily, displacement: Displacement | None = None, concept: str = "pairwise"
    ) -> Evaluation:
        """Say where the statement holds.

        Parameters
        ----------
        model : GameFamily
        displacement : mapping of str to scalar or array, optional
            One displacement of the parameters for all settings; arrays broadcast to (points,). None is one point.
        concept : {"pairwise", "nash", "commitment"}

        Returns
        -------
        Evaluation

        Raises
        ------
        ValueError
            An unknown parameter, measure, mover, stance or concept.
        """
        from .evaluation import Solutions

        return Solutions(model, displacement, concept).evaluate(self)


@dataclass(frozen=True)
class Box:
    """Ranges of a displacement, one for each parameter that is uncertain.

    Attributes
    ----------
    ranges : mapping of str to (float, float)
    label : str

    Examples
    --------
    >>> import triangle as tri
    >>> box = Box.plausible(tri.chapter_model(), factor=0.5)
    >>> box.ranges["power_gap"], "crisis" in box.ranges
    ((-0.05, 0.05), False)
    """

    ranges: Mapping[str, tuple[float, float]]
    label: str = ""

    @classmethod
    def plausible(cls, model: GameFamily, factor: float = 1.0) -> Self:
        """Return the box of plausible ranges, its half-widths multiplied by ``factor``; levers are not in it."""
        if not (math.isfinite(factor) and factor >= 0):
            raise ValueError(f"the factor must be a number from 0, got {factor}")
        label = "plausible ranges" if factor == 1 else f"{factor:g} times the plausible ranges"
        return cls({p.name: _reach(p, factor) for p in _ranged(model.parameters)}, label)

    @classmethod
    def admissible(cls, model: GameFamily, within: Mapping[str, tuple[float, float]] | None = None) -> Self:
        """Return the box in which every parameter but levers runs over all admissible values, or ``within`` a range.

        It is meant for statements whose scenarios keep to the defaults: the displacement is from there.
        """
        ranges = {}
        for p in _ranged(model.parameters):
            low, high = (within or {}).get(p.name, p.admissible)
            ranges[p.name] = (low - p.default, high - p.default)
        return cls(ranges, "all admissible values")

    def sample(self, points: int, seed: int = 0) -> dict[str, FloatArray]:
        """Return scrambled Sobol points, one array of shape (points,) for each parameter.

        Raises
        ------
        ValueError
            Not a power of two: Sobol points are balanced at those only.
        """
        from scipy.stats import qmc

        if points < 1 or points & (points - 1):
            raise ValueError(f"Sobol points are balanced at powers of two only, got {points}")
        if not self.ranges:
            return {}
        low, high = np.array(list(self.ranges.values())).T
        drawn = low + qmc.Sobol(len(self.ranges), rng=seed).random(points) * (high - low)
        return {name: np.ascontiguousarray(drawn[:, k]) for k, name in enumerate(self.ranges)}


def _ranged(parameters: Iterable[Parameter]) -> list[Parameter]:
    return [parameter for parameter in parameters if parameter.low < parameter.high]


def _reach(parameter: Parameter, factor: float) -> tuple[float, float]:
    low = factor * (parameter.low - parameter.default)
    high = factor * (parameter.high - parameter.default)
    return round(low, 12), round(high, 12)
