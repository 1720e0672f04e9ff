"""The set of parameters at which a profile is stable, as few polynomial inequalities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ..arguments import checked
from ..family import GameFamily
from ..game import FloatArray
from ..names import unknown
from ..scenario import Source, as_scenario
from .curves import Curve, zeros
from .displaced import bounds_of
from .family import ExactConditions, exact_conditions
from .rational import Number, Polynomial, exact, written
from .redundant import Basis, Coefficients, independent

Values = Mapping[str, Number]


@dataclass(frozen=True)
class Inequality:
    """A polynomial that is not negative where a profile is stable.

    Attributes
    ----------
    polynomial : Polynomial
        In the free parameters; the largest coefficient beside the constant is 1 or −1.
    moves : tuple of str
        The moves that do not pay where it holds.
    """

    polynomial: Polynomial
    moves: tuple[str, ...]

    def __str__(self) -> str:
        return _sides(self.polynomial)

    def on_grid(self, x: str, y: str, across: FloatArray, up: FloatArray) -> FloatArray:
        """Return the polynomial on a grid of two parameters, shape (len(up), len(across))."""
        out = np.zeros((len(up), len(across)))
        for product, number in self.polynomial.terms.items():
            powers = dict(product)
            out += float(number) * np.multiply.outer(up ** powers.get(y, 0), across ** powers.get(x, 0))
        return out

    def latex(self) -> str:
        """Return the inequality in LaTeX, names of parameters upright."""
        return _sides(self.polynomial, latex=True)


@dataclass(frozen=True, eq=False)
class Region:
    """Where a profile is stable while some parameters move and the others stay.

    Attributes
    ----------
    model : GameFamily
    profile : tuple of str
    scenario, concept : str
    ends : mapping of str to (Fraction, Fraction)
        The free parameters and their ranges.
    inequalities : tuple of Inequality
        Together they hold exactly where the profile is stable; those that follow from others are left out.
    nowhere : bool
        One inequality is seen to fail on the whole box.
    rows : tuple of (Polynomial, str)
        What every move costs, in units of payoff, and the move; moves that never cost or gain anything are left out.
    values : mapping of str to Fraction
        The scenario's own values of the free parameters.
    """

    model: GameFamily = field(repr=False)
    profile: tuple[str, ...]
    scenario: str
    concept: str
    ends: Mapping[str, tuple[Fraction, Fraction]]
    inequalities: tuple[Inequality, ...]
    nowhere: bool
    rows: tuple[tuple[Polynomial, str], ...] = field(repr=False)
    values: Mapping[str, Fraction] = field(repr=False)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The free parameters."""
        return tuple(self.ends)

    @property
    def everywhere(self) -> bool:
        """The profile is stable on the whole box."""
        return not self.inequalities

    def contains(self, values: Values) -> bool:
        """Whether the profile is stable at values of the free parameters, decided in fractions.

        Raises
        ------
        ValueError
            A free parameter is missing, another is given, or a value is outside its range.
        """
        at = self._checked(values)
        return all(inequality.polynomial.at(at) >= 0 for inequality in self.inequalities)

    def slack(self, values: Values) -> float:
        """Return the least that any move costs, in units of payoff; infinite if no move ever matters."""
        at = self._checked(values)
        return float(min((row.at(at) for row, _ in self.rows), default=float("inf")))

    def binding(self, values: Values) -> tuple[str, ...]:
        """Return the moves that cost least, in words: several if they tie."""
        at = self._checked(values)
        costs = [(row.at(at), move) for row, move in self.rows]
        least = min((cost for cost, _ in costs), default=Fraction(0))
        return tuple(move for cost, move in costs if cost == least)

    def interior_point(self, points: int = 4096, seed: int = 0) -> dict[str, Fraction] | None:
        """Return a point at which every inequality holds strictly, with much room; None if none was found.

        Room is the least value of an inequality over the sum of the sizes of its coefficients, or the distance from the
        ends of a range as a share of it if that is less. The best of Sobol points
        is taken, then the best near that, and so on. None does not prove that there is no such point.
        """
        names = list(self.ends)
        low, high = np.array([[float(end) for end in self.ends[name]] for name in names]).reshape(-1, 2).T
        if not names or not self.inequalities:
            return {name: (self.ends[name][0] + self.ends[name][1]) / 2 for name in names}
        from scipy.stats import qmc

        unit = qmc.Sobol(len(names), rng=seed).random(points)
        best, radius = (low + high) / 2, 1.0
        for _ in range(8):
            near = np.clip(best + (unit - 0.5) * radius * (high - low), low, high)
            candidates = np.vstack([best[None], near])
            room = np.minimum(self._room(names, candidates), _inside(candidates, low, high))
            best = candidates[int(np.argmax(room))]
            radius /= 2
        for digits in (3, 6, 12):
            at = {name: exact(round(float(value), digits)) for name, value in zip(names, best, strict=True)}
            at = {name: min(max(value, self.ends[name][0]), self.ends[name][1]) for name, value in at.items()}
            if all(inequality.polynomial.at(at) > 0 for inequality in self.inequalities):
                return at
        return None

    def _room(self, names: Sequence[str], points: FloatArray) -> FloatArray:
        place = {name: k for k, name in enumerate(names)}
        out = np.full(len(points), np.inf)
        for inequality in self.inequalities:
            total, size = np.zeros(len(points)), 0.0
            for product, number in inequality.polynomial.terms.items():
                value = np.full(len(points), float(number))
                for name, power in product:
                    value *= points[:, place[name]] ** power
                total += value
                size += abs(float(number))
            out = np.minimum(out, total / size)
        return out

    def curves(self, points: int = 200) -> tuple[Curve, ...]:
        """Return the zeros of every inequality over two parameters, the first along x.

        Raises
        ------
        ValueError
            Not two free parameters.
        """
        if len(self.ends) != 2:
            raise ValueError(f"curves are drawn over two parameters; the region has {len(self.ends)}")
        x, y = self.ends
        found = []
        for k, inequality in enumerate(self.inequalities):
            for xs, ys in zeros(inequality.polynomial, x, y, (self.ends[x], self.ends[y]), points):
                found.append(Curve(k, xs, ys, self._others_hold(k, (x, y), np.stack([xs, ys], axis=1))))
        return tuple(found)

    def _others_hold(self, k: int, names: Sequence[str], points: FloatArray) -> Any:
        others = tuple(inequality for j, inequality in enumerate(self.inequalities) if j != k)
        without = Region(self.model, self.profile, self.scenario, self.concept, self.ends, others, False, (), {})
        return without._room(names, points) >= -1e-9

    @cached_property
    def text(self) -> str:
        """The region in words and inequalities."""
        if self.nowhere:
            return "stable nowhere in the ranges"
        return "\n".join(map(str, self.inequalities)) or "stable everywhere in the ranges"

    def latex(self) -> str:
        """Return the inequalities in LaTeX, one a line."""
        if self.nowhere or self.everywhere:
            return rf"\text{{{self.text}}}"
        lines = " \\\\\n".join("& " + inequality.latex() for inequality in self.inequalities)
        return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"

    def __str__(self) -> str:
        free = ", ".join(f"{name} in [{float(a):g}, {float(b):g}]" for name, (a, b) in self.ends.items())
        head = f"{', '.join(self.profile)} in {self.scenario} ({self.concept}); {free}"
        return head + "\n" + "\n".join("  " + line for line in self.text.splitlines())

    def _checked(self, values: Values) -> dict[str, Fraction]:
        if set(values) != set(self.ends):
            wanted, got = ", ".join(self.ends), ", ".join(values) or "nothing"
            raise ValueError(f"a value is needed for each free parameter, {wanted or 'none'}; got {got}")
        at = {name: exact(value) for name, value in values.items()}
        for name, value in at.items():
            low, high = self.ends[name]
            if not low <= value <= high:
                raise ValueError(f"{name} = {float(value):g} is outside [{float(low):g}, {float(high):g}]")
        return at


@checked
def region(
    model: GameFamily,
    scenario: Source,
    profile: Any,
    parameters: Sequence[str] | None = None,
    concept: str = "pairwise",
    within: Mapping[str, tuple[Number, Number]] | None = None,
) -> Region:
    """Return the inequalities under which a profile is stable.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path, Scenario or None
        The parameters that stay, and who is held to what.
    profile : flat index, or an action for every player (by label, or by stance)
    parameters : sequence of str, optional
        The free parameters; all if not given.
    concept : {"pairwise", "nash"}
        ``commitment`` too where the leader is held: then it is ``pairwise`` among the others.
    within : mapping of str to (number, number), optional
        Ranges of free parameters; the admissible values if not given.

    Returns
    -------
    Region

    Raises
    ------
    ValueError
        An unknown name, a range outside the admissible values, a profile that the scenario does not allow, or
        ``commitment`` with a leader that is not held: what it compares is no list of inequalities.

    Examples
    --------
    >>> import triangle as tri
    >>> model = tri.chapter_model()
    >>> profile = tri.solve(model, "us_russia_reset").equilibria[0].profile
    >>> found = region(model, "us_russia_reset", profile, ["detente", "assertion"])
    >>> print(found.text)
    0.01151 + detente ≥ 0.8857·assertion
    >>> found.contains({"detente": 0.3, "assertion": 0.35}), found.contains({"detente": 0.29, "assertion": 0.35})
    (True, False)
    """
    setting = as_scenario(model, scenario)
    exactly = exact_conditions(model, concept, setting.held)
    if exactly.compiled.leader_action is not None:
        raise ValueError("under 'commitment' hold the leader to an action: its choice is no list of inequalities")
    flat = model.form.flat(profile)
    labels = model.form.profile(flat)
    if not exactly.compiled.allowed[flat]:
        raise ValueError(f"the profile {', '.join(labels)} does not fit what the scenario holds players to")
    names = tuple(parameters) if parameters is not None else tuple(p.name for p in model.parameters)
    ends = _ends(model, names, within or {})
    fixed = {name: exact(value) for name, value in setting.values.items() if name not in ends}
    rows = _rows(exactly, flat, fixed)
    inequalities, nowhere = _reduced(rows, ends)
    values = {name: exact(setting.values[name]) for name in names}
    return Region(model, labels, setting.name, concept, ends, inequalities, nowhere, rows, values)


def _inside(points: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    width = np.where(high > low, high - low, 1.0)
    return np.asarray(
        np.minimum((points - low) / width, (high - points) / width)[:, high > low].min(axis=1, initial=1.0)
    )


def _ends(
    model: GameFamily, names: Sequence[str], within: Mapping[str, tuple[Number, Number]]
) -> dict[str, tuple[Fraction, Fraction]]:
    if len(set(names)) < len(names):
        raise ValueError(f"a free parameter is named twice: {', '.join(names)}")
    for name in within:
        if name not in names:
            raise ValueError("within: " + unknown("free parameter", name, names))
    ends = {}
    for name in names:
        least, most = bounds_of(model.parameter(name))
        low, high = map(exact, within.get(name, (least, most)))
        if not least <= low <= high <= most:
            raise ValueError(
                f"within, {name}: must be a range in [{float(least):g}, {float(most):g}], "
                f"got [{float(low):g}, {float(high):g}]"
            )
        ends[name] = (low, high)
    return ends


def _rows(exactly: ExactConditions, profile: int, fixed: Mapping[str, Fraction]) -> tuple[tuple[Polynomial, str], ...]:
    """Return what every move costs over the free parameters; what is zero for all their values is left out."""
    found = ((exactly.row(int(entry)).fixed(fixed), exactly.told(int(entry))) for entry in exactly.entries[profile])
    return tuple((row, move) for row, move in found if row)


def _reduced(
    rows: Sequence[tuple[Polynomial, str]], ends: Mapping[str, tuple[Fraction, Fraction]]
) -> tuple[tuple[Inequality, ...], bool]:
    """Return the inequalities that are left, and whether one fails everywhere."""
    moves: dict[Polynomial, list[str]] = {}
    for row, move in rows:
        moves.setdefault(_normal(row), []).append(move)
    distinct = list(moves)
    if not distinct:
        return (), False
    basis = Basis(distinct, ends)
    tables: list[Coefficients] = [basis.coefficients(row) for row in distinct]
    never = [k for k, table in enumerate(tables) if all(number < 0 for number in table.values())]
    kept = never[:1] or independent(distinct, ends)
    return tuple(Inequality(distinct[k], tuple(dict.fromkeys(moves[distinct[k]]))) for k in kept), bool(never)


def _normal(row: Polynomial) -> Polynomial:
    """Return a positive multiple whose largest coefficient beside the constant is 1 or −1."""
    sizes = [abs(number) for product, number in row.terms.items() if product] or [abs(row.terms[()])]
    return row * (1 / max(sizes))


def _sides(row: Polynomial, latex: bool = False) -> str:
    """Return ``row ≥ 0`` with every term on the side where its coefficient is positive, a bound on the right."""
    write, least, most = (_latex, r"\ge", r"\le") if latex else (written, "≥", "≤")
    left = {product: number for product, number in row.terms.items() if number > 0}
    right = {product: -number for product, number in row.terms.items() if number < 0}
    if right and set(left) <= {()}:
        return f"{write(right.items())} {most} {write(left.items()) or '0'}"
    return f"{write(left.items()) or '0'} {least} {write(right.items()) or '0'}"


def _latex(terms: Any) -> str:
    parts = []
    for product, number in sorted(terms, key=lambda item: (sum(p for _, p in item[0]), item[0])):
        names = [
            r"\mathrm{" + name.replace("_", r"\_") + "}" + (f"^{{{power}}}" if power > 1 else "")
            for name, power in product
        ]
        size = "" if number == 1 and names else f"{float(number):.4g}"
        parts.append(r"\,".join([size, *names] if size else names))
    return " + ".join(parts)
