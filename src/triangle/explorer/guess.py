"""Ask first: what will happen to a measure, and what the model says once the reader has answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..family import GameFamily
from ..scenario import Scenario
from ..studies.compare import Change, Comparison, compare
from ..views.words import UNMOVED, sentence, spelled, switched
from .asked import Asked, Fault

MEASURES = ("intensity", "share", "transfer", "gap", "payoff_Russia", "payoff_China", "payoff_West")
ANSWERS = {"rises": "It rises", "stays": "It stays as it is", "falls": "It falls"}
SUBJECTS = {
    "intensity": "the intensity of cooperation between Russia and China (K)",
    "share": "Russia’s share of what the tie produces",
    "transfer": "what China concedes to Russia, less what Russia concedes",
    "gap": "the power gap between China and Russia",
    "payoff_Russia": "what Russia gets in all",
    "payoff_China": "what China gets in all",
    "payoff_West": "what the West gets in all",
}
MOST_TOLD = 6


def question(asks: Asked, measure: str) -> dict[str, Any]:
    """Return what is asked, with nothing in it that gives the answer away.

    What is compared with: the scenario's baseline; without one, the scenario before the sliders were moved.
    """
    subject, before = _subject(asks, measure), _before(asks)
    changes = changed(asks.model, before, asks.scenario)
    return {
        "measure": measure,
        "before": before.title,
        "changes": changes,
        "question": f"What will happen to {subject}?" if changes else "",
        "answers": [[name, told] for name, told in ANSWERS.items()],
    }


def answer(asks: Asked, measure: str, guess: str) -> dict[str, Any]:
    """Return what the model says, beside the reader's guess.

    Raises
    ------
    Fault
        An unknown measure or guess, or nothing that changes.
    """
    _subject(asks, measure)
    if guess not in ANSWERS:
        raise Fault("guess", guess, f"must be one of {', '.join(ANSWERS)}")
    before = _before(asks)
    if not changed(asks.model, before, asks.scenario):
        raise Fault("scenario", asks.base.name, "nothing changes: choose one with a baseline, or move a slider")
    found = compare(asks.model, [replace(before, name="before"), replace(asks.scenario, name="after")], asks.concept)
    change = {each.measure: each for each in found.changes["after"]}.get(measure)
    said = _said(change)
    return {
        "measure": measure,
        "guess": guess,
        "said": said,
        "right": None if said is None else said == guess,
        "told": _told(asks.model, found, change, measure),
        "before": None if change is None else spelled(asks.model.measure(measure), change.before),
        "after": None if change is None else spelled(asks.model.measure(measure), change.after),
        "several": any(len(outcome.equilibria) > 1 for outcome in found.outcomes),
    }


def _subject(asks: Asked, measure: str) -> str:
    have = {each.name for each in asks.model.measures}
    allowed = [name for name in MEASURES if name in have]
    if measure not in allowed:
        raise Fault("measure", measure, f"must be one of {', '.join(allowed)}")
    return SUBJECTS[measure]


def _before(asks: Asked) -> Scenario:
    base = asks.base.baseline
    if base is None:
        return asks.base
    values = {name: float(base.values.get(name, default)) for name, default in asks.model.defaults.items()}
    return replace(base, values=values)


def changed(model: GameFamily, before: Scenario, after: Scenario) -> list[str]:
    """Return what is set otherwise, a line each."""
    lines = []
    for player in dict.fromkeys((*before.held, *after.held)):
        old, new = before.held.get(player), after.held.get(player)
        if old != new:
            then = "chose for itself" if old is None else f"was held to “{_spoken(old)}”"
            now = "chooses for itself" if new is None else f"is held to “{_spoken(new)}”"
            lines.append(f"{player} {now}; before, it {then}")
    for name in model.defaults:
        old_value, new_value = before.values[name], after.values[name]
        if old_value != new_value:
            verb = "rises" if new_value > old_value else "falls"
            lines.append(f"{name.replace('_', ' ')} {verb} from {old_value:.3g} to {new_value:.3g}")
    return lines if len(lines) <= MOST_TOLD else [*lines[: MOST_TOLD - 1], f"and {len(lines) - MOST_TOLD + 1} more"]


def _spoken(action: str) -> str:
    return action.replace("/", " and ")


def _said(change: Change | None) -> str | None:
    """Return which answer is right; None where a value is missing."""
    if change is None or change.total != change.total:
        return None
    if abs(change.total) < UNMOVED:
        return "stays"
    return "rises" if change.total > 0 else "falls"


def _told(model: GameFamily, found: Comparison, change: Change | None, measure: str) -> list[str]:
    if change is None:
        return ["There is no equilibrium to compare."]
    return [sentence(model.measure(measure), change).replace("_", " "), switched(*found.outcomes)]
