"""What is at a point, in words and numbers: stances, measures, reasons, and the thresholds nearest to it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..exact.thresholds import Exact, Threshold, Thresholds, thresholds
from ..family import GameFamily
from ..studies.explain import Move
from ..studies.solve import Equilibrium, Outcome, solve
from ..views.words import spelled
from .asked import Asked

TIES = {"none": "Russia and China keep their distance", "partnership": "Russia and China are partners",
        "alliance": "Russia and China are allies"}  # fmt: skip
TERMS_SHOWN = 6
MOVES_SHOWN = 6


def cell(asks: Asked, at: dict[str, float]) -> dict[str, Any]:
    """Return the equilibria at a point, each with stances, measures, slack and a sentence."""
    return _cell(_outcome(asks, at), at)


def _cell(outcome: Outcome, at: dict[str, float]) -> dict[str, Any]:
    return {
        "at": at,
        "equilibria": [_equilibrium(outcome, found) for found in outcome.equilibria],
        "sentence": sentence(outcome),
    }


def pinned(asks: Asked, at: dict[str, float]) -> dict[str, Any]:
    """Return what `cell` does, with the reasons term by term for each equilibrium."""
    outcome = _outcome(asks, at)
    found = _cell(outcome, at)
    for k, each in enumerate(found["equilibria"]):
        moves = outcome.explain(k).moves
        each["moves"] = [_move(move) for move in _distinct(moves)]
    return found


def nearest(asks: Asked, at: dict[str, float], parameters: Iterable[str]) -> dict[str, Any]:
    """Return for each parameter the exact thresholds next to a point, the nearest parameter first.

    How near is counted in half-widths of the parameter's plausible range; levers, which have none, come last.
    """
    scenario = asks.at(**at)
    found = []
    for name in parameters:
        if name not in asks.model.defaults:
            continue
        along = thresholds(asks.model, scenario, name, asks.concept)
        found.append(_along(asks.model, along, scenario.values[name]))
    return {"at": at, "along": sorted(found, key=lambda each: (each["away"] is None, each["away"] or 0.0))}


def _outcome(asks: Asked, at: dict[str, float]) -> Outcome:
    return solve(asks.model, asks.at(**at), asks.concept)


def sentence(outcome: Outcome) -> str:
    """Return one sentence on an outcome.

    Examples
    --------
    >>> import triangle as tri
    >>> print(sentence(tri.solve(tri.chapter_model(), "us_russia_reset")))
    Russia and China are partners and Russia concedes 0.275; the West is on friendly terms with both.
    """
    if not outcome.equilibria:
        return "No profile is stable here: somebody always gains by moving."
    first = _about(outcome.model, outcome.equilibria[0])
    if len(outcome.equilibria) == 1:
        return f"{first}."
    return f"{len(outcome.equilibria)} outcomes are stable here. One: {first}."


def _about(model: GameFamily, found: Equilibrium) -> str:
    have = found.measures
    if "depth" not in have or have["depth"] not in TIES:
        return "; ".join(f"{name}: {action}" for name, action in zip(model.form.names, found.profile, strict=True))
    told = TIES[str(have["depth"])]
    if have["depth"] != "none" and "transfer" in have:
        told += f" and {spelled(model.measure('transfer'), have['transfer'])}"
    russia, china = (have.get(f"relation_West_{toward}") for toward in ("Russia", "China"))
    if russia is None or china is None:
        return told
    if russia == china:
        return f"{told}; the West is on {russia} terms with both"
    return f"{told}; the West is on {russia} terms with Russia and on {china} terms with China"


def _equilibrium(outcome: Outcome, found: Equilibrium) -> dict[str, Any]:
    model = outcome.model
    return {
        "profile": found.index,
        "stances": _stances(model, found.profile),
        "slack": found.slack if math.isfinite(found.slack) else None,
        "sentence": sentence(replace(outcome, equilibria=(found,))),
        "measures": [
            {"name": m.name, "title": m.long_name or m.name, "unit": "" if m.unit == "1" else m.unit,
             "told": spelled(m, found.measures[m.name])}
            for m in model.measures
        ],
    }  # fmt: skip


def _stances(model: GameFamily, profile: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"player": player.name, "toward": toward, "stance": stance}
        for player, action in zip(model.form.players, profile, strict=True)
        for (toward, _), stance in zip(player.stances, player.choices[player.action(action)], strict=True)
    ]


def _distinct(moves: tuple[Move, ...]) -> list[Move]:
    """Return the cheapest moves, each change once: what a player and a pair would both do is told once."""
    first: dict[str, Move] = {}
    for move in moves:
        first.setdefault(move.change, move)
    return list(first.values())[:MOVES_SHOWN]


def _move(move: Move) -> dict[str, Any]:
    shown = move.reasons[:TERMS_SHOWN]
    rest = sum(amount for _, amount in move.reasons[TERMS_SHOWN:])
    return {
        "mover": move.mover,
        "change": move.change,
        "loss": move.loss,
        "reasons": [[name.replace("_", " "), amount] for name, amount in shown],
        "rest": rest if len(move.reasons) > TERMS_SHOWN else None,
    }


def _along(model: GameFamily, along: Thresholds, value: float) -> dict[str, Any]:
    """Return the thresholds on either side of a value."""
    parameter = model.parameter(along.parameter)
    width = (parameter.high - parameter.low) / 2
    below = [end for end in along.switches if float(end) <= value]
    above = [end for end in along.switches if float(end) > value]
    near = [*below[-1:], *above[:1]]
    least = min((abs(float(end) - value) for end in near), default=None)
    return {
        "parameter": along.parameter,
        "title": along.parameter.replace("_", " "),
        "value": value,
        "switches": [_switch(model, along, end) for end in near],
        "away": None if least is None or not width else least / width,
    }


def _fraction(value: Exact) -> str:
    """Return a threshold as a fraction, where that says more than four decimals do and is short."""
    if isinstance(value, float) or value == Fraction(f"{float(value):.4f}") or len(str(value)) > 12:
        return ""
    return str(value)


def _switch(model: GameFamily, along: Thresholds, end: Threshold) -> dict[str, Any]:
    place = along.ends.index(end)
    below, above = along.intervals[place - 1], along.intervals[place]
    return {
        "value": float(end),
        "exact": _fraction(end.value),
        "below": [model.form.flat(profile) for profile in below.equilibria],
        "above": [model.form.flat(profile) for profile in above.equilibria],
        "reasons": list(end.reasons),
    }
