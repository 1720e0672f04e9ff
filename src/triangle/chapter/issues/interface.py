"""What every issue game offers: parameters, equilibria, conditions, thresholds, claims with verdicts, links.

A game is one formula over arrays (`IssueGame.quantities`: from a point of parameters to everything that follows),
and one reader of it at a single point (the equilibria in words). A condition or a claim is a *slack*: a number that is
positive where it holds. Solving, thresholds, shares and figures all read those slacks, so none is written twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ...evaluation import Share
from ...game import TOLERANCE, BoolArray, FloatArray
from ...names import unknown
from ...parts import Parameter
from .parts import (
    SAMPLES,
    SEED,
    Change,
    Condition,
    Handed,
    Held,
    IssueClaim,
    IssueEquilibrium,
    IssueResult,
    IssueVerdict,
    Link,
    Threshold,
)
from .point import Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OPERATIONS = {"plus": np.add, "minus": np.subtract, "times": np.multiply}

WIDE = 2.0
GRID = 4001
BISECTIONS = 60
EDGE = 1e-6
"""A switch closer than this part of the range to an end of it is not reported: it has one side only."""


@dataclass(frozen=True, eq=False)
class IssueGame:
    """A small game of one issue area.

    Attributes
    ----------
    name, title, question, trick, overturned_by : str
        ``paragraph`` joins the last three.
    players, timing, sources : tuple of str
    parameters : tuple of Parameter
    readings : mapping of str to str
        Other readings of the game for `solve`; what `conditions` and `claims` say is always the plain game.
    measures : mapping of str to str
        The quantities that are reported, and their meaning.
    hands_over : tuple of Link
    untested : mapping of str to str
        Claims of the area that the game does not test, and why.
    reads : mapping of str to str
        Its parameters that are the triangle's own: a triangle parameter, or ``"gap"``.
    """

    name: str
    title: str
    question: str
    trick: str
    overturned_by: str
    players: tuple[str, ...]
    timing: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    measures: Mapping[str, str]
    conditions: tuple[Condition, ...]
    claims: Mapping[str, IssueClaim]
    quantities: Callable[[Point], Mapping[str, FloatArray]] = field(repr=False)
    equilibria: Callable[[Point, str], tuple[IssueEquilibrium, ...]] = field(repr=False)
    hands_over: tuple[Link, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    untested: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=dict)

    @property
    def paragraph(self) -> str:
        """The question, the trick, and what would overturn it, for a student."""
        return f"{self.question} {self.trick} What would overturn it: {self.overturned_by}"

    @property
    def defaults(self) -> Mapping[str, float]:
        """Every parameter's default."""
        return MappingProxyType({parameter.name: float(parameter.default) for parameter in self.parameters})

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by name; ``ValueError`` if there is none."""
        found = {parameter.name: parameter for parameter in self.parameters}
        if name not in found:
            raise ValueError(f"{self.name}: " + unknown("parameter", name, found))
        return found[name]

    def claim(self, key: str) -> IssueClaim:
        """Return a claim of the game by ID; ``ValueError`` if there is none."""
        if key not in self.claims:
            raise ValueError(f"{self.name}: " + unknown("claim", key, self.claims))
        return self.claims[key]

    def solve(self, reading: str = "", **values: float) -> IssueResult:
        """Solve the game at one point; parameters that are not given have their defaults.

        Raises
        ------
        ValueError
            An unknown parameter or reading, or a value that is no number or not admissible.

        Examples
        --------
        >>> from triangle.chapter.issues import issue_game
        >>> issue_game("gas_threat").solve(west_china_price=1.6).condition("works").holds
        True
        """
        if reading and reading not in self.readings:
            raise ValueError(f"{self.name}: " + unknown("reading", reading, self.readings))
        point = self.point(self._checked(values))
        return IssueResult(
            game=self.name,
            title=self.title,
            reading=reading,
            values=MappingProxyType({p.name: float(point[p.name]) for p in self.parameters}),
            equilibria=self.equilibria(point, reading),
            measures=MappingProxyType({name: float(point[name]) for name in self.measures}),
            conditions=tuple(self._held(condition, point) for condition in self.conditions),
            claims=MappingProxyType({key: bool(self.holds(claim, point)) for key, claim in self.claims.items()}),
            handed=self.hand_over(None, **values),
        )

    def point(self, values: Mapping[str, Any] | None = None, **more: Any) -> Point:
        """Return what follows from parameters, scalars or arrays: parameters and quantities in one `Point`."""
        given = Point(self.defaults).plus(values, **more)
        names, arrays = list(given), np.broadcast_arrays(*given.values())
        whole = Point(dict(zip(names, arrays, strict=True)))
        return whole.plus(self.quantities(whole))

    def slack(self, of: IssueClaim | Condition, point: Point) -> FloatArray:
        """Return the slack of a claim or a condition at a solved point (or an array of them)."""
        settings = [self._setting(point, changes) for changes in of.settings.values()]
        return np.asarray(of.slack(point, *settings), dtype=np.float64)

    def holds(self, of: IssueClaim | Condition, point: Point) -> BoolArray:
        """Return where a claim or a condition holds, up to `TOLERANCE` of the largest parameter."""
        slack = self.slack(of, point)
        scale = np.maximum.reduce(np.broadcast_arrays(*(np.abs(point[p.name]) for p in self.parameters)))
        return np.asarray(slack > TOLERANCE * scale if of.strict else slack >= -TOLERANCE * scale)

    def check(self, key: str, samples: int = SAMPLES, seed: int = SEED) -> IssueVerdict:
        """Return the verdict on a claim: at the defaults, and as a share of the box of plausible ranges.

        Parameters
        ----------
        key : str
        samples : int
            Sobol points in each of the two boxes, a power of two.
        seed : int

        Examples
        --------
        >>> from triangle.chapter.issues import issue_game
        >>> verdict = issue_game("gas_holdup").check("C34", samples=1024)
        >>> verdict.holds, 0.5 < verdict.share < 0.8
        (True, True)
        """
        return self.verdicts(samples, seed, only=(self.claim(key).id,))[key]

    def verdicts(
        self, samples: int = SAMPLES, seed: int = SEED, only: tuple[str, ...] | None = None
    ) -> dict[str, IssueVerdict]:
        """Return the verdicts on all claims of the game, drawn on the same points."""
        if samples < 1 or samples & (samples - 1):
            raise ValueError(f"samples must be a power of two, for Sobol points; got {samples!r}")
        chosen = [self.claim(key) for key in (only if only is not None else tuple(self.claims))]
        centre = self.point()
        boxes = [self.point(self.draw(samples, seed, width)) for width in (1.0, WIDE)]
        found = {}
        for claim in chosen:
            holds = bool(self.holds(claim, centre))
            inside, wide = (np.broadcast_to(self.holds(claim, box), (samples,)) for box in boxes)
            found[claim.id] = IssueVerdict(
                claim=claim,
                game=self.name,
                holds=holds,
                slack=float(self.slack(claim, centre)),
                over=Share(int(inside.sum()), samples),
                wide=Share(int(wide.sum()), samples),
                seed=seed,
                counterexample=self._counterexample(holds, (inside, wide), boxes),
            )
        return found

    def draw(self, samples: int, seed: int = SEED, width: float = 1.0) -> dict[str, FloatArray]:
        """Return Sobol points of the box of plausible ranges, widened by ``width`` and cut at what is admissible."""
        from scipy.stats import qmc

        ranges = {p.name: p.range_at(p.default, width) for p in self.parameters}
        sampled = [name for name, (low, high) in ranges.items() if low < high]
        drawn = qmc.Sobol(len(sampled), rng=seed).random(samples).T
        return {
            name: ranges[name][0] + unit * (ranges[name][1] - ranges[name][0])
            for name, unit in zip(sampled, drawn, strict=True)
        }

    def thresholds(self, parameter: str, **values: float) -> tuple[Threshold, ...]:
        """Return where conditions and claims switch along one parameter, from its least to its greatest value.

        The range is searched on a grid of 4,001 points and every switch is then narrowed to the last bits; what holds
        only on a stretch narrower than the grid's step can be missed. A closed form, where a condition has one, gives
        the value; either way the game is solved on both sides.

        Parameters
        ----------
        parameter : str
        **values : float
            The other parameters, at their defaults if not given.

        Examples
        --------
        >>> from triangle.chapter.issues import issue_game
        >>> [(t.of, round(t.value, 3)) for t in issue_game("gas_holdup").thresholds("lng_cost") if t.exact]
        [('kept', 0.082), ('worth_keeping', 0.13)]
        """
        return self.switches(parameter, (*self.conditions, *self.claims.values()), values)

    def switches(
        self, parameter: str, sought: Sequence[Condition | IssueClaim], values: Mapping[str, float] | None = None
    ) -> tuple[Threshold, ...]:
        """Return the `thresholds` of some conditions and claims only."""
        low, high = self.parameter(parameter).admissible
        fixed = self._checked(values or {})
        grid = np.linspace(low, high, GRID)
        line = self.point(fixed, **{parameter: grid})
        found = []
        for of in sought:
            flags = np.broadcast_to(self.holds(of, line), grid.shape)
            for k in np.flatnonzero(flags[1:] != flags[:-1]):
                found.append(self._switch(of, parameter, fixed, float(grid[k]), float(grid[k + 1]), bool(flags[k])))
        edge = EDGE * (high - low)
        return tuple(switch for switch in found if low + edge < switch.value < high - edge)

    def hand_over(self, base: Mapping[str, float] | None = None, **values: float) -> tuple[Handed, ...]:
        """Return what the game hands to the triangle.

        Parameters
        ----------
        base : mapping of str to float, optional
            The triangle's parameters, as a scenario sets them; its defaults if not given. What the game reads from
            the triangle (the gap, say) is read there, so with no ``values`` every factor is exactly 1.
        **values : float
            The game's own parameters.

        Raises
        ------
        ValueError
            A ratio whose reference is zero; an unknown parameter or a value that is not admissible.
        """
        from ..parameters import triangle_parameters
        from .reading import read_from_triangle

        own = {p.name: p for p in triangle_parameters()}
        known = {name: float(p.default) for name, p in own.items()} | dict(base if base is not None else {})
        read = {name: read_from_triangle(source, known) for name, source in self.reads.items() if base is not None}
        given = self._checked(read | values)
        out = []
        for link in self.hands_over:
            here = float(self.point(given)[link.measure])
            there = float(self.point(self._checked(read | dict(link.reference)))[link.measure])
            factor = self._factor(link, here, there)
            value = min(1.0, max(0.0, known[link.parameter] * factor))
            low, high = own[link.parameter].range_at(known[link.parameter])
            out.append(Handed(link.parameter, link.measure, here, factor, value, low <= value <= high))
        return tuple(out)

    def _factor(self, link: Link, here: float, there: float) -> float:
        if here == there:
            return 1.0
        if link.mode == "shift":
            return 1 + (here - there)
        if there == 0:
            raise ValueError(f"{self.name}: {link.measure} is zero at the reference, so no ratio can be formed")
        return here / there

    def figure(self) -> tuple[Figure, list[Axes]]:
        """Draw the game's figure: (figure, list of axes)."""
        from ...views.issues import draw

        return draw(self)

    def _checked(self, values: Mapping[str, float]) -> dict[str, float]:
        for name, value in values.items():
            least, most = self.parameter(name).admissible
            try:
                number = float(value)
            except (TypeError, ValueError):
                number = None
            if number is None or isinstance(value, bool | np.bool_):
                raise ValueError(f"{self.name}: {name} must be a number, got {value!r}")
            if not least <= number <= most:
                raise ValueError(f"{self.name}: {name} must lie from {least:g} to {most:g}, got {number:g}")
        return {name: float(value) for name, value in values.items()}

    def _setting(self, point: Point, changes: Mapping[str, Change]) -> Point:
        """Return the solved point after changes, cut at what is admissible."""
        moved = {}
        for name, change in changes.items():
            least, most = self.parameter(name).admissible
            if isinstance(change, Mapping):
                ((operation, by),) = change.items()
                amount = point[by] if isinstance(by, str) else np.asarray(by)
                value = OPERATIONS[operation](point[name], amount)
            else:
                value = point[change] if isinstance(change, str) else np.full_like(point[name], change)
            moved[name] = np.clip(value, least, most)
        return self.point({p.name: point[p.name] for p in self.parameters}, **moved)

    def _held(self, condition: Condition, point: Point) -> Held:
        holds = bool(self.holds(condition, point))
        slack = float(self.slack(condition, point))
        so = condition.holds if holds else condition.fails
        return Held(condition.name, holds, slack, condition.symbols, condition.words, so)

    def _counterexample(
        self, holds: bool, flags: tuple[BoolArray, ...], boxes: list[Point]
    ) -> Mapping[str, float] | None:
        if not holds:
            return self.defaults
        for inside, box in zip(flags, boxes, strict=True):
            failing = np.flatnonzero(~inside)
            if len(failing):
                ranges = [(p, p.high - p.low) for p in self.parameters if p.low < p.high]
                away = [np.abs(box[p.name][failing] - p.default) / width for p, width in ranges]
                k = failing[int(np.argmin(np.maximum.reduce(away)))]
                drawn = {p.name: float(box[p.name][k]) for p, _ in ranges}
                return MappingProxyType({**self.defaults, **drawn})
        return None

    def _switch(
        self,
        of: IssueClaim | Condition,
        parameter: str,
        fixed: Mapping[str, float],
        low: float,
        high: float,
        below: bool,
    ) -> Threshold:
        def at(value: float) -> bool:
            return bool(self.holds(of, self.point(fixed, **{parameter: value})))

        value, exact = math.nan, False
        if isinstance(of, Condition) and parameter in of.closed:
            value = float(of.closed[parameter](self.point(fixed)))
            exact = low <= value <= high
        step = 1e-3 * (high - low)
        exact = exact and at(max(low, value - step)) == below and at(min(high, value + step)) != below
        if not exact:
            left, right = low, high
            for _ in range(BISECTIONS):
                middle = 0.5 * (left + right)
                left, right = (middle, right) if at(middle) == below else (left, middle)
            value = 0.5 * (left + right)
        if isinstance(of, Condition):
            words = {True: of.holds, False: of.fails}
            return Threshold(parameter, value, of.name, of.symbols, words[below], words[not below], exact)
        words = {True: f"{of.id} holds", False: f"{of.id} fails"}
        return Threshold(parameter, value, of.id, of.condition, words[below], words[not below], exact)
