"""Solve one scenario: all equilibria under a concept, with every measure and the slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from ..arguments import checked
from ..conditions import CONCEPTS, Conditions, check_concept, conditions
from ..family import GameFamily
from ..game import FloatArray
from ..scenario import Scenario, Source, as_scenario
from .explain import Explanation, explain

if TYPE_CHECKING:
    from .quantal import QuantalOutcome


@dataclass(frozen=True)
class Equilibrium:
    """One stable profile.

    Attributes
    ----------
    profile : tuple of str
        Every player's action.
    index : int
        The profile's flat index.
    measures : mapping of str to float or str
        Numbers, and labels for categories; NaN where a measure does not apply (a share without a tie).
    slack : float
        The smallest loss from any move: how far the profile is from not being stable, in units of payoff. Zero is
        a tie; infinite, that every move is one at all parameters.
    """

    profile: tuple[str, ...]
    index: int
    measures: Mapping[str, float | str]
    slack: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """All equilibria of one scenario under one concept.

    Attributes
    ----------
    model : GameFamily
    scenario : Scenario
    concept : str
    equilibria : tuple of Equilibrium
    """

    model: GameFamily = field(repr=False)
    scenario: Scenario = field(repr=False)
    concept: str
    equilibria: tuple[Equilibrium, ...]

    @cached_property
    def measures(self) -> dict[str, tuple[float, float] | tuple[str, ...]]:
        """Every measure over the equilibria: (least, greatest), or the labels that occur."""
        out: dict[str, tuple[float, float] | tuple[str, ...]] = {}
        for measure in self.model.measures:
            values = [equilibrium.measures[measure.name] for equilibrium in self.equilibria]
            numbers = [value for value in values if not isinstance(value, str)]
            if measure.categories:
                out[measure.name] = tuple(dict.fromkeys(str(value) for value in values))
            elif numbers:
                out[measure.name] = (min(numbers), max(numbers))
        return out

    @cached_property
    def compiled(self) -> Conditions:
        """The conditions under which the scenario was solved."""
        return conditions(self.model, self.concept, self.scenario.held)

    @cached_property
    def weights(self) -> FloatArray:
        """The value of every monomial in this scenario."""
        return self.model.monomials(self.scenario.values)

    def explain(self, equilibrium: int = 0) -> Explanation:
        """Say for every move at an equilibrium what it would cost the mover, term by term.

        Raises
        ------
        ValueError
            There is no such equilibrium.
        """
        if not 0 <= equilibrium < len(self.equilibria):
            raise ValueError(f"there are {len(self.equilibria)} equilibria; no number {equilibrium}")
        return explain(self.model, self.compiled, self.weights, self.equilibria[equilibrium].index)

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data, ready for JSON; NaN becomes None."""
        return {
            **what_was_solved(self.model, self.scenario, self.concept),
            "equilibria": [
                {
                    "profile": dict(zip(self.model.form.names, found.profile, strict=True)),
                    "slack": found.slack if np.isfinite(found.slack) else None,
                    "measures": {k: None if v != v else v for k, v in found.measures.items()},
                }
                for found in self.equilibria
            ],
        }

    def __str__(self) -> str:
        from ..views.tables import as_text, outcome_table

        return as_text(outcome_table(self))

    def _repr_html_(self) -> str:
        from ..views.tables import as_html, outcome_table

        return as_html(outcome_table(self))


def what_was_solved(model: GameFamily, scenario: Scenario, concept: str) -> dict[str, Any]:
    """Return as plain data which game an outcome is of."""
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "model": model.name,
        "model_digest": model.digest,
        "options": dict(model.options),
        "concept": concept,
        "held": dict(scenario.held),
        "parameters": dict(scenario.values),
    }


@overload
def solve(
    model: GameFamily, scenario: Source = None, concept: str = "pairwise", *, precision: None = None
) -> Outcome: ...
@overload
def solve(
    model: GameFamily, scenario: Source = None, *, concept: Literal["logit_qre"], precision: float
) -> QuantalOutcome: ...
@overload
def solve(
    model: GameFamily, scenario: Source, concept: Literal["logit_qre"], *, precision: float
) -> QuantalOutcome: ...
@checked
def solve(
    model: GameFamily, scenario: Source = None, concept: str = "pairwise", *, precision: float | None = None
) -> Outcome | QuantalOutcome:
    """Return every equilibrium of a scenario.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path or Scenario, optional
        The model's defaults if not given.
    concept : {"pairwise", "nash", "commitment", "logit_qre"}
        See `triangle.conditions`; under ``logit_qre`` players err (McKelvey and Palfrey 1995). A player that the
        scenario holds to an action stays there under every concept.
    precision : float, optional
        Of ``logit_qre``, which needs it: per unit of payoff, from 0, uniform play, upwards.

    Returns
    -------
    Outcome
        Its equilibria are ordered by profile. There may be none, or several.
    QuantalOutcome
        Under ``logit_qre``: strategies, and what is to be expected of each measure.

    Raises
    ------
    ValueError
        An unknown scenario or concept, a faulty scenario file, or a precision that is missing, negative, not finite
        or given with another concept.

    Examples
    --------
    >>> import triangle as tri
    >>> outcome = tri.solve(tri.chapter_model(), "us_russia_reset")
    >>> [equilibrium.profile for equilibrium in outcome.equilibria]
    [('accommodate/engage', 'cooperate/partner', 'cooperate/partner')]
    >>> erring = tri.solve(tri.chapter_model(), "us_russia_reset", "logit_qre", precision=20)
    >>> erring.status, round(erring.strategies["Russia"]["cooperate/partner"], 3)
    ('converged', 0.724)
    """
    if concept not in CONCEPTS or precision is not None:  # the batch solvers take a while to load
        from .method import method_of
        from .quantal import quantal

        wanted = method_of(concept).check(precision)
        if wanted is not None:
            return quantal(model, as_scenario(model, scenario), wanted)
    setting = as_scenario(model, scenario)
    compiled = conditions(model, concept, setting.held)
    weights = model.monomials(setting.values)
    found = np.flatnonzero(compiled.stable(weights))
    values = measures_at(model, weights, found)
    equilibria = tuple(
        Equilibrium(
            model.form.profile(int(profile)),
            int(profile),
            {m.name: _readable(values[m.name][k], m.categories) for m in model.measures},
            float(compiled.slack(weights, int(profile))),
        )
        for k, profile in enumerate(found)
    )
    return Outcome(model, setting, concept, equilibria)


def measures_at(model: GameFamily, weights: FloatArray, profiles: np.ndarray[Any, Any]) -> dict[str, FloatArray]:
    """Return every measure at profiles, one value per profile.

    Parameters
    ----------
    weights : ndarray, shape (monomials,) or (len(profiles), monomials)
        The monomials' values, one for all profiles or one for each.
    profiles : ndarray of int, shape (k,)
    """
    rows = np.broadcast_to(weights, (len(profiles), weights.shape[-1]))
    needed = dict.fromkeys(name for measure in model.measures for name in measure.quantities)
    at: dict[str, FloatArray] = {}
    for name in needed:
        coefficients = model.quantity(name).reshape(-1, model.form.size)[:, profiles]
        at[name] = np.einsum("km,mk->k", rows, coefficients)
    return {measure.name: measure.function(*(at[q] for q in measure.quantities)) for measure in model.measures}


def _readable(value: float, categories: tuple[str, ...]) -> float | str:
    return categories[round(float(value))] if categories else float(value)


@dataclass(frozen=True, eq=False)
class Policies:
    """The leader's commitments side by side.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One per action of the leader, each held to it.
    sure : tuple of float
        What each commitment gives the leader at the least, over its equilibria; NaN if there is none.
    best : tuple of str
        The commitments with the greatest sure payoff: several only where they tie.
    """

    outcomes: tuple[Outcome, ...]
    sure: tuple[float, ...]
    best: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain data."""
        return {"best": list(self.best), "outcomes": [outcome.to_dict() for outcome in self.outcomes]}

    def __str__(self) -> str:
        from ..views.tables import as_text, policy_table

        return as_text(policy_table(self))

    def _repr_html_(self) -> str:
        from ..views.tables import as_html, policy_table

        return as_html(policy_table(self))


@checked
def policies(model: GameFamily, scenario: Source = None, concept: str = "pairwise") -> Policies:
    """Solve a scenario under each of the leader's commitments.

    Raises
    ------
    ValueError
        The model has no leader, or an unknown concept.

    Examples
    --------
    >>> import triangle as tri
    >>> policies(tri.chapter_model(), "baseline_2016").best
    ('pressure/engage',)
    """
    check_concept(concept)
    if model.leader is None:
        raise ValueError(f"the model {model.name!r} has no leader whose commitments could be compared")
    setting = as_scenario(model, scenario)
    actions = model.form.player(model.leader).actions
    outcomes, sure = [], []
    for action in actions:
        held = {**setting.held, model.leader: action}
        committed = replace(setting, held=held)
        outcome = solve(model, committed, concept)
        payoffs = model.payoffs(setting.values)[model.form.index(model.leader)].ravel()
        outcomes.append(outcome)
        sure.append(min((float(payoffs[e.index]) for e in outcome.equilibria), default=float("nan")))
    top = np.nanmax(sure) if not np.isnan(sure).all() else np.nan
    close = 1e-9 * (np.nanmax(np.abs(sure)) if not np.isnan(sure).all() else 0.0)
    best = tuple(a for a, value in zip(actions, sure, strict=True) if value >= top - close)
    return Policies(tuple(outcomes), tuple(sure), best)
