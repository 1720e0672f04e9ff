"""Compare scenarios, and say which terms and which causes made each measure move.

Attribution is by Shapley values (Shapley 1953): each factor gets its average effect over all orders in which the
factors could be switched from before to after, so the parts add up to the whole change. Up to `EXACT_UP_TO` factors
all orders are counted; beyond that a fixed set of random orders, which still adds up exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..arguments import checked
from ..conditions import check_concept
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..polynomial import values_of
from ..scenario import Source, as_scenario
from .solve import Equilibrium, Outcome, measures_at, solve

EXACT_UP_TO = 16
ORDERS = 256

Parts = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Change:
    """How one measure moved between two equilibria, and why.

    Attributes
    ----------
    measure : str
    before, after : float
    by_term : tuple of (str, float)
        The change by term, largest first; the parts add up to ``after - before``.
    by_cause : tuple of (str, float)
        The same change by what was set or switched: parameters, and the players' stances.
    """

    measure: str
    before: float
    after: float
    by_term: Parts
    by_cause: Parts

    @property
    def total(self) -> float:
        """The whole change."""
        return self.after - self.before


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios beside a baseline: the first outcome is what the others are compared with.

    Attributes
    ----------
    outcomes : tuple of Outcome
    """

    outcomes: tuple[Outcome, ...] = field(repr=False)

    @cached_property
    def changes(self) -> dict[str, tuple[Change, ...]]:
        """For each later scenario, every numeric measure's change against the first.

        Where a scenario has several equilibria the one with the largest slack is compared, on either side. A
        scenario without an equilibrium has no changes.
        """
        first, *others = self.outcomes
        return {other.scenario.name: attribute(first, other) for other in others}

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data, ready for JSON; NaN becomes None."""
        changes = {
            name: [
                {"measure": c.measure, "before": _none(c.before), "after": _none(c.after),
                 "by_term": dict(c.by_term), "by_cause": dict(c.by_cause)}
                for c in found
            ]
            for name, found in self.changes.items()
        }  # fmt: skip
        return {"outcomes": [outcome.to_dict() for outcome in self.outcomes], "changes": changes}

    def __str__(self) -> str:
        from ..views.tables import as_text, comparison_table

        return as_text(comparison_table(self))

    def _repr_html_(self) -> str:
        from ..views.tables import as_html, comparison_table

        return as_html(comparison_table(self))


@checked
def compare(model: GameFamily, scenarios: Source | Sequence[Source], concept: str = "pairwise") -> Comparison:
    """Solve scenarios side by side and attribute what changed.

    Parameters
    ----------
    model : GameFamily
    scenarios : scenario or sequence of scenarios
        The first is the baseline. A single scenario is put beside its own baseline, or stands alone if it has none.
    concept : {"pairwise", "nash", "commitment"}

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        No scenario, a faulty one, or an unknown concept; under ``logit_qre`` see `solve`.

    Examples
    --------
    >>> import triangle as tri
    >>> found = tri.compare(tri.chapter_model(), "us_russia_reset")
    >>> change = {c.measure: c for c in found.changes["us_russia_reset"]}["intensity"]
    >>> round(change.before, 3), round(change.after, 3)
    (5.147, 5.248)
    """
    check_concept(concept)
    sources = list(scenarios) if isinstance(scenarios, Sequence) and not isinstance(scenarios, str) else [scenarios]
    if not sources:
        raise ValueError("compare needs at least one scenario")
    settings = [as_scenario(model, source) for source in sources]
    if len(settings) == 1 and settings[0].baseline is not None:
        settings.insert(0, settings[0].baseline)
    taken: dict[str, int] = {}
    for k, setting in enumerate(settings):
        taken[setting.name] = taken.get(setting.name, 0) + 1
        if taken[setting.name] > 1:
            settings[k] = replace(setting, name=f"{setting.name} ({taken[setting.name]})")
    return Comparison(tuple(solve(model, setting, concept) for setting in settings))


def most_stable(outcome: Outcome) -> Equilibrium | None:
    """Return the equilibrium with the largest slack, or None if there is no equilibrium.

    A profile whose every move is a tie at all parameters has infinite slack and nothing that holds it: it counts as
    zero here.
    """
    return max(outcome.equilibria, key=lambda e: e.slack if math.isfinite(e.slack) else 0.0, default=None)


def attribute(before: Outcome, after: Outcome) -> tuple[Change, ...]:
    """Return how every numeric measure moved between two outcomes, by term and by cause."""
    first, second = most_stable(before), most_stable(after)
    if first is None or second is None:
        return ()
    names = [m.name for m in before.model.measures if not m.categories]
    terms, by_term = _by_term(before, first, after, second, names)
    causes, by_cause = _by_cause(before, first, after, second, names)
    changes = []
    for k, name in enumerate(names):
        ends = float(first.measures[name]), float(second.measures[name])
        known = not np.isnan(ends).any()
        parts = (_sorted(terms, by_term[:, k]), _sorted(causes, by_cause[:, k])) if known else ((), ())
        changes.append(Change(name, *ends, *parts))
    return tuple(changes)


def _by_term(
    before: Outcome, first: Equilibrium, after: Outcome, second: Equilibrium, names: list[str]
) -> tuple[list[str], FloatArray]:
    """Switch each source's contributions to all quantities from before to after."""
    model = before.model
    quantities = list(dict.fromkeys(q for m in model.measures for q in m.quantities))
    place = {name: k for k, name in enumerate(quantities)}
    sources = list(dict.fromkeys(part.source for part in model.contributions))
    ends = np.zeros((2, len(sources), len(quantities)))
    for end, (outcome, found) in enumerate(((before, first), (after, second))):
        value = dict(zip(model.polynomials.monomials, map(float, outcome.weights), strict=True))
        for part in outcome.model.contributions:
            if part.quantity in place:
                amount = value[part.monomial] * part.values.reshape(-1)[found.index]
                ends[end, sources.index(part.source), place[part.quantity]] += amount
    moved = np.flatnonzero(np.abs(ends[1] - ends[0]).max(axis=1) > 1e-12)
    fixed = np.delete(ends[0], moved, axis=0).sum(axis=0)

    def evaluate(switched: BoolArray) -> FloatArray:
        total = fixed + (~switched) @ ends[0, moved] + switched @ ends[1, moved]
        found = {m.name: m.function(*(total[:, place[q]] for q in m.quantities)) for m in model.measures}
        return _stacked(found, names)

    return [sources[k] for k in moved], shapley_attribution(len(moved), evaluate)


def _by_cause(
    before: Outcome, first: Equilibrium, after: Outcome, second: Equilibrium, names: list[str]
) -> tuple[list[str], FloatArray]:
    """Switch each parameter's value, and each player's action, from before to after."""
    model = before.model
    old, new = before.scenario.values, after.scenario.values
    parameters = [name for name in old if old[name] != new[name]]
    here, there = (np.array(np.unravel_index(found.index, model.form.shape)) for found in (first, second))
    players = [int(k) for k in np.flatnonzero(here != there)]
    stances = [f"{model.form.names[k]}: {model.form.players[k].actions[there[k]]}" for k in players]

    def evaluate(switched: BoolArray) -> FloatArray:
        values = {name: np.full(len(switched), float(old[name])) for name in old}
        for k, name in enumerate(parameters):
            values[name] = np.where(switched[:, k], new[name], old[name])
        actions = np.repeat(here[:, None], len(switched), axis=1)
        for k, player in enumerate(players):
            actions[player] = np.where(switched[:, len(parameters) + k], there[player], here[player])
        weights = values_of(model.polynomials.monomials, values, (len(switched),))
        found = measures_at(model, weights, np.ravel_multi_index(tuple(actions), model.form.shape))
        return _stacked(found, names)

    return parameters + stances, shapley_attribution(len(parameters) + len(players), evaluate)


def _stacked(found: Mapping[str, FloatArray], names: list[str]) -> FloatArray:
    """Return measures as columns; one that does not apply on the way (a share of nothing) counts as zero there."""
    return np.nan_to_num(np.stack([found[name] for name in names], axis=1), nan=0.0)


def shapley_attribution(factors: int, evaluate: Callable[[BoolArray], FloatArray]) -> FloatArray:
    """Return each factor's Shapley value for every output of a vectorised function.

    Parameters
    ----------
    factors : int
    evaluate : callable
        Takes a bool array (cases, factors), True where a factor is switched, and returns (cases, outputs).

    Returns
    -------
    ndarray, shape (factors, outputs)
        Columns add up to the function with everything switched less that with nothing switched.

    Examples
    --------
    >>> shapley_attribution(2, lambda on: on.prod(axis=1, keepdims=True).astype(float))
    array([[0.5],
           [0.5]])
    """
    if factors == 0:
        return np.zeros((0, evaluate(np.zeros((1, 0), dtype=bool)).shape[1]))
    return _over_subsets(factors, evaluate) if factors <= EXACT_UP_TO else _over_orders(factors, evaluate)


def _over_subsets(factors: int, evaluate: Callable[[BoolArray], FloatArray]) -> FloatArray:
    codes = np.arange(2**factors)
    switched = (codes[:, None] >> np.arange(factors)) & 1 == 1
    values = evaluate(switched)
    size = switched.sum(axis=1)
    weight = np.array([math.factorial(s) * math.factorial(factors - s - 1) for s in range(factors)], dtype=float)
    weight /= math.factorial(factors)
    out = np.zeros((factors, values.shape[1]))
    for k in range(factors):
        without = codes[~switched[:, k]]
        out[k] = weight[size[without]] @ (values[without | (1 << k)] - values[without])
    return out


def _over_orders(factors: int, evaluate: Callable[[BoolArray], FloatArray]) -> FloatArray:
    rng = np.random.default_rng(0)
    out: FloatArray | float = 0.0
    for _ in range(ORDERS):
        order = rng.permutation(factors)
        for each in (order, order[::-1]):
            rank = np.argsort(each)
            values = evaluate(rank[None, :] < np.arange(factors + 1)[:, None])
            out = out + np.diff(values, axis=0)[rank]
    return np.asarray(out) / (2 * ORDERS)


def _sorted(names: list[str], amounts: FloatArray) -> Parts:
    pairs = [(name, float(amount)) for name, amount in zip(names, amounts, strict=True) if abs(amount) > 1e-12]
    return tuple(sorted(pairs, key=lambda pair: -abs(pair[1])))


def _none(value: float) -> float | None:
    return None if value != value else value
