"""The truth of a statement at one rational point, decided without rounding.

A profile is an equilibrium where none of its conditions is negative, and a strict one where all of them are positive
(conditions that are identically zero leave nothing to decide and are no rows at all). A statement that fails only with
equilibria that are not strict fails at a tie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from ..family import GameFamily
from ..names import unknown
from ..polynomial import Monomial
from ..statement import Comparison, Loss, Statement, Value
from .displaced import Point, setting_values
from .family import ExactConditions, exact_conditions, exact_family
from .forms import RELATIONS, ExactValue, Form, difference_sign, form_of, value_at
from .rational import Polynomial, common, exact


def weights(monomials: tuple[Monomial, ...], values: Point) -> list[int]:
    """Return the monomials' values at a point as whole numbers over one (dropped) positive denominator."""
    found = []
    for each in monomials:
        value = Fraction(1)
        for name, power in each:
            value *= values[name] ** power
        found.append(value)
    return common(found)[0]


@dataclass(frozen=True)
class Equilibria:
    """The equilibria at a point: all, and those at which no condition is a tie."""

    all: tuple[int, ...]
    strict: tuple[int, ...]


def equilibria_at(
    model: GameFamily, values: Point, concept: str = "pairwise", held: Mapping[str, str] | None = None
) -> Equilibria:
    """Return the equilibria at a rational point.

    Under ``commitment`` with a leader that is not held an outcome is strict if it is so in its subgame, and every other
    action either has no stable profile at all or a strict one that gives the leader less (or always the same).
    """
    exactly = exact_conditions(model, concept, held)
    whole = weights(exactly.family.monomials, values)
    weak, strict = exactly.stable(exactly.signs_at(whole))
    if exactly.compiled.leader_action is None:
        return Equilibria(tuple(map(int, weak)), tuple(map(int, strict)))
    return _chosen(exactly, whole, list(map(int, weak)), list(map(int, strict)))


def _chosen(exactly: ExactConditions, whole: list[int], weak: list[int], strict: list[int]) -> Equilibria:
    """Return the stable profiles, and the strict ones, that no other action of the leader is sure to better."""
    payoff, actions = exactly.leader_payoff, exactly.compiled.leader_action
    assert actions is not None
    worth = {p: sum(w * int(c) for w, c in zip(whole, payoff[:, p], strict=True) if c) for p in weak}
    there = {action: [q for q in profiles if q in worth] for action, profiles in exactly.by_action.items()}
    firm = {action: [q for q in found if q in strict] for action, found in there.items()}
    others = {p: [a for a, found in there.items() if found and a != actions[p]] for p in weak}

    def less(p: int, q: int) -> bool:
        return worth[q] < worth[p] or bool((payoff[:, q] == payoff[:, p]).all())

    best = (p for p in weak if all(any(worth[q] <= worth[p] for q in there[a]) for a in others[p]))
    alone = (p for p in strict if all(any(less(p, q) for q in firm[a]) for a in others[p]))
    return Equilibria(tuple(best), tuple(alone))


def side_form(model: GameFamily, side: Value | Loss, profile: int, held: Mapping[str, str]) -> Form:
    """Return the exact form of one side of a comparison at a profile."""
    if isinstance(side, Loss):
        return Form(loss_row(model, side, profile, held))
    measure = model.measure(side.measure)
    family = exact_family(model)
    return form_of(measure, [family.quantity(name, profile) for name in measure.quantities])


def loss_row(model: GameFamily, loss: Loss, profile: int, held: Mapping[str, str]) -> Polynomial:
    """Return what a move costs; zero where the movers stand there already or it never changes their payoff."""
    target = loss.target(model, profile)
    exactly = exact_conditions(model, "pairwise", held)
    compiled = exactly.compiled
    if loss.mover not in compiled.movers:
        raise ValueError(f"{loss}: " + unknown("mover", loss.mover, compiled.movers))
    for entry in np.flatnonzero((compiled.entry_profile == profile) & (compiled.entry_target == target)):
        if exactly.mover(int(entry)) == loss.mover:
            return exactly.row(int(entry))
    return Polynomial()


@dataclass(frozen=True)
class Failure:
    """How a statement fails at a point.

    Attributes
    ----------
    comparison : str
        The comparison, or ``"existence"`` if a setting has no equilibrium.
    equilibria : mapping of str to int
        The equilibrium of each setting with which it fails.
    values : tuple of float
        The values compared.
    """

    comparison: str
    equilibria: Mapping[str, int]
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Truth:
    """What holds at a point.

    Attributes
    ----------
    holds : bool
        Every setting has an equilibrium, and every comparison holds for every combination.
    tie : bool
        It fails, but only with equilibria that are not strict.
    failure : Failure or None
    equilibria : mapping of str to Equilibria
    """

    holds: bool
    tie: bool
    failure: Failure | None
    equilibria: Mapping[str, Equilibria]


class Judge:
    """Decides a statement at rational points; what it compiles is kept between points."""

    def __init__(self, model: GameFamily, statement: Statement, concept: str = "pairwise") -> None:
        self.model = model
        self.statement = statement
        self.concept = concept
        self._forms: dict[tuple[Value | Loss, int], Form] = {}

    def values(self, displacement: Point | None) -> dict[str, dict[str, Fraction]]:
        """Return the parameters' values in every setting."""
        return {s.label: setting_values(self.model, s, displacement) for s in self.statement.settings}

    def truth(self, displacement: Point | None = None) -> Truth:
        """Decide the statement at a displacement."""
        values = self.values(displacement)
        found = {
            s.label: equilibria_at(self.model, values[s.label], self.concept, s.scenario.held)
            for s in self.statement.settings
        }
        for label, equilibria in found.items():
            if not equilibria.all:
                return Truth(False, False, Failure("existence", {label: -1}), found)
        weak = None
        for comparison in self.statement.comparisons:
            for strict, failure in self._failures(comparison, values, found):
                if strict:
                    return Truth(False, False, failure, found)
                weak = weak or failure
        return Truth(weak is None, weak is not None, weak, found)

    def _failures(
        self, comparison: Comparison, values: Mapping[str, Point], found: Mapping[str, Equilibria]
    ) -> list[tuple[bool, Failure]]:
        """Return the combinations with which a comparison fails, and whether all in them are strict."""
        labels = list(dict.fromkeys(side.setting for side in comparison.sides))
        out = []
        for combination in product(*(found[label].all for label in labels)):
            chosen = dict(zip(labels, combination, strict=True))
            sides = [self._value(side, chosen[side.setting], values[side.setting]) for side in comparison.sides]
            right = sides[1] if len(sides) > 1 else None
            told = difference_sign(sides[0], right, exact(comparison.factor), exact(comparison.offset))
            if told is None or told not in RELATIONS[comparison.relation]:
                strict = all(profile in found[label].strict for label, profile in chosen.items())
                out.append((strict, Failure(str(comparison), chosen, tuple(map(float, sides)))))
        return out

    def _value(self, side: Value | Loss, profile: int, values: Point) -> ExactValue:
        key = (side, profile)
        if key not in self._forms:
            held = self.statement.setting(side.setting).scenario.held
            self._forms[key] = side_form(self.model, side, profile, held)
        return value_at(self._forms[key], values)
