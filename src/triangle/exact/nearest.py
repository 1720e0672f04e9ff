"""The smallest change of the parameters that flips an outcome, all of them at once or one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..arguments import MOST_BOXES, check_count, checked
from ..conditions import check_concept
from ..family import GameFamily
from ..names import unknown
from ..scenario import Scenario, Source, as_scenario
from ..statement import Comparison, Setting, Statement
from .displaced import Point, base_of, bounds_of
from .family import exact_conditions
from .forms import RELATIONS
from .largest import largest_box
from .outcome import Outcome, OutcomeProver, ended_among, proved
from .point import Judge
from .problem import distance
from .rational import Number, check_search, exact
from .walk import Spot, Walk, walk

Profile = tuple[str, ...]
Until = Statement | str | int | Sequence[str] | Mapping[str, str]
EQUILIBRIA = "equilibria"
Kept = Callable[[Spot], bool]


@dataclass(frozen=True)
class SingleChange:
    """One parameter that flips the outcome on its own.

    Attributes
    ----------
    parameter : str
    value : Fraction or float
        Where the outcome flips: exact if it is a fraction, else to 10⁻¹³.
    displacement : Fraction or float
        From the scenario's own value.
    half_widths : float
        The same in half-widths of the parameter's plausible range; infinite for a lever.
    """

    parameter: str
    value: Fraction | float
    displacement: Fraction | float
    half_widths: float


@dataclass(frozen=True)
class NearestChange:
    """How near the nearest change is that flips an outcome.

    Attributes
    ----------
    outcome : str
    proved : Fraction
        The outcome stays while no parameter moves by more than this many half-widths of its plausible range: proved,
        and accepted by the independent checker.
    flips : Fraction or None
        It ends at ``point``, where no parameter moves by more than this many half-widths; None if no such point was
        found.
    point : mapping of str to Fraction
        Displacements, the largest in half-widths first.
    before, after : mapping of str to tuple of profiles
        The equilibria at the scenario and at the point, solved exactly.
    told : str
        What ends there.
    singles : tuple of SingleChange
        The parameters that flip the outcome alone, the cheapest first.
    proof : mapping or None
        The certificate for ``proved``.
    """

    outcome: str
    proved: Fraction
    flips: Fraction | None
    point: Mapping[str, Fraction]
    before: Mapping[str, tuple[Profile, ...]]
    after: Mapping[str, tuple[Profile, ...]]
    told: str
    singles: tuple[SingleChange, ...]
    proof: Mapping[str, Any] | None

    def __str__(self) -> str:
        lines = [f"{self.outcome}: stays within {float(self.proved):.4g} half-widths (proved)"]
        if self.flips is not None:
            moved = ", ".join(f"{name} {float(move):+.4g}" for name, move in list(self.point.items())[:6])
            more = ", …" if len(self.point) > 6 else ""
            lines.append(f"flips at {float(self.flips):.4g} half-widths: {moved}{more}; {self.told}")
        else:
            lines.append("no flip was found")
        if self.singles:
            one = self.singles[0]
            lines.append(f"alone: {one.parameter} at {float(one.value):.4g}, {one.half_widths:.3g} half-widths away")
        return "\n".join(lines)


@checked
def nearest_change(
    model: GameFamily,
    scenario: Source,
    until: Until = EQUILIBRIA,
    concept: str = "pairwise",
    most: Number = 4.0,
    precision: Number = Fraction(1, 64),
    budget: int = 64,
) -> NearestChange:
    """Return the smallest change of the parameters that flips an outcome.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path, Scenario or None
        Where to start from. For a statement, None leaves its settings as they are.
    until : "equilibria", profile or Statement
        What is to change: the set of equilibria, whether one profile is an equilibrium, or the truth of a statement
        that holds.
    concept : {"pairwise", "nash", "commitment"}
    most : number
        The furthest to look, in half-widths of the plausible ranges.
    precision : number
        Stop when the proof and the flip are as close as that.
    budget : int
        Boxes for each attempt at a proof.

    Returns
    -------
    NearestChange
        The distance is the largest change of any parameter in half-widths of its plausible range; levers, which have no
        range, do not move with the others.

    Raises
    ------
    ValueError
        An unknown name, or a statement that does not hold to begin with.

    Examples
    --------
    >>> import triangle as tri
    >>> found = nearest_change(tri.chapter_model(), "us_russia_reset")
    >>> found.proved < found.flips, [profile[1] for profile in found.after["now"]]
    (True, ['confront/partner'])
    >>> found.singles[0].parameter, round(float(found.singles[0].value), 4)
    ('stability', 0.2)
    """
    check_concept(concept)
    check_count("budget", budget, 0, MOST_BOXES)
    check_search(most, precision)
    if isinstance(until, Statement):
        return _of_statement(model, scenario, until, concept, most, precision, budget)
    setting = as_scenario(model, scenario)
    outcome, name = _outcome(model, setting, until, concept)
    singles = _singles(model, (outcome.setting,), (), lambda spot: _same(outcome, spot), outcome.concept)
    low, flips, point, proof = _bisected(outcome, exact(most), exact(precision), budget)
    profile = model.form.profile
    before = {"now": tuple(map(profile, outcome.at({}).all))}
    after = {} if point is None else {"now": tuple(map(profile, outcome.at(point).all))}
    moved = _ordered(model, point or {})
    told = "; ".join(", ".join(p) for p in after.get("now", ())) or ("no equilibrium" if point else "")
    return NearestChange(name, low, flips, moved, before, after, told, singles, proof)


def _of_statement(
    model: GameFamily,
    scenario: Source,
    statement: Statement,
    concept: str,
    most: Number,
    precision: Number,
    budget: int,
) -> NearestChange:
    fitted = statement.fitted(model)
    if scenario is not None:
        values = as_scenario(model, scenario).values
        settings = (replace(s, scenario=replace(s.scenario, values=values)) for s in fitted.settings)
        fitted = replace(fitted, settings=tuple(settings))
    start = Judge(model, fitted, concept).truth()
    if not start.holds:
        raise ValueError(
            f"{statement.name!r} does not hold to begin with; triangle.exact.windows says for which values "
            "of one parameter it does"
        )
    found = largest_box(model, fitted, most, precision, budget, concept)
    allowed = [RELATIONS[comparison.relation] for comparison in fitted.comparisons]

    def kept(spot: Spot) -> bool:
        return all(spot.equilibria) and all(
            signs is None or signs <= right for signs, right in zip(spot.signs, allowed, strict=True)
        )

    profile = model.form.profile
    before = {label: tuple(map(profile, each.all)) for label, each in start.equilibria.items()}
    end = found.counterexample
    return NearestChange(
        statement.name,
        found.proved,
        found.fails,
        _ordered(model, {} if end is None else end.displacement),
        before,
        {} if end is None else end.equilibria,
        "" if end is None else end.fails,
        _singles(model, fitted.settings, fitted.comparisons, kept, concept),
        None if found.certificate is None else found.certificate.written,
    )


def _outcome(model: GameFamily, setting: Scenario, until: Any, concept: str) -> tuple[Outcome, str]:
    """Return what is to stay: the set of equilibria, or whether one profile is among them."""
    everything = Outcome(model, setting, concept, (), ())
    here = everything.at({})
    if isinstance(until, str) and until == EQUILIBRIA:
        allowed = map(int, exact_conditions(model, concept, setting.held).entries)
        out = tuple(p for p in allowed if p not in here.all)
        return Outcome(model, setting, concept, here.all, out), f"the equilibria of {setting.name}"
    if isinstance(until, str):
        raise ValueError("until: " + unknown("outcome", until, [EQUILIBRIA]) + "; or a profile, or a Statement")
    profile = model.form.flat(until)
    if profile not in exact_conditions(model, concept, setting.held).entries:
        raise ValueError(f"until: the profile {model.form.profile(profile)} does not fit what players are held to")
    labels = ", ".join(model.form.profile(profile))
    if profile in here.all:
        return Outcome(model, setting, concept, (profile,), ()), f"{labels} is an equilibrium of {setting.name}"
    return Outcome(model, setting, concept, (), (profile,)), f"{labels} is no equilibrium of {setting.name}"


def _bisected(
    outcome: Outcome, most: Fraction, step: Fraction, budget: int
) -> tuple[Fraction, Fraction | None, Point | None, Mapping[str, Any] | None]:
    """Return up to where the outcome is proved to stay, where it ends, a point there, and the proof."""
    low = Fraction(0)
    ceiling: Fraction | None = None
    flips, end = None, None
    proof: Mapping[str, Any] | None = None
    attempt = min(Fraction(1), most)
    while True:
        prover = OutcomeProver(outcome, attempt)
        tree = prover.tree(budget)
        found = ended_among(outcome, prover.points(tree)) if tree.left else None
        written = None if found is not None else proved(prover, tree)
        if written is not None:
            low, proof = attempt, written
        elif found is not None:
            end = found
            flips = ceiling = min(attempt, exact(distance(outcome.model, end)))
        else:
            ceiling = attempt
        if low == most or (ceiling is not None and ceiling - low <= step):
            return low, flips, end, proof
        attempt = most if ceiling is None else (low + ceiling) / 2


def _ordered(model: GameFamily, point: Point) -> dict[str, Fraction]:
    """Return the displacements that are not zero, the largest in half-widths first."""
    moved = {name: move for name, move in point.items() if move}
    return dict(sorted(moved.items(), key=lambda item: -distance(model, dict([item]))))


def _same(outcome: Outcome, spot: Spot) -> bool:
    here = set(spot.equilibria[0])
    return set(outcome.stays) <= here and not here & set(outcome.stays_out)


def _singles(
    model: GameFamily,
    settings: Sequence[Setting],
    comparisons: Sequence[Comparison],
    kept: Kept,
    concept: str,
) -> tuple[SingleChange, ...]:
    """Return for every parameter the nearest value that flips the outcome alone, the cheapest first."""
    found = []
    for parameter in model.parameters:
        least, most = bounds_of(parameter)
        base = min(max(base_of(settings[0], parameter), least), most)
        along = walk(model, settings, comparisons, parameter.name, (least, most), base, concept)
        for value in _flips(along, base, kept):
            move = value - base if isinstance(value, Fraction) else float(value) - float(base)
            halves = distance(model, {parameter.name: exact(move)})
            found.append(SingleChange(parameter.name, value, move, halves))
    return tuple(sorted(found, key=lambda change: change.half_widths))


def _flips(along: Walk, base: Fraction, kept: Kept) -> Iterator[Fraction | float]:
    """Yield where the outcome ends on either side of the base."""
    cells = list(enumerate(along.cells))
    above = (along.roots[k] for k, cell in cells if along.roots[k + 1].high > base and not kept(cell))
    below = (along.roots[k + 1] for k, cell in reversed(cells) if along.roots[k].low < base and not kept(cell))
    for side, root in ((1, next(above, None)), (-1, next(below, None))):
        if root is not None:
            number = root.number
            yield max(number, base) if side > 0 else min(number, base)
