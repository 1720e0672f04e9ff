"""What a page must know before it draws anything: parameters, stances, measures, scenarios, claims and colours."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.stats import qmc

from ..conditions import CONCEPTS, conditions
from ..family import GameFamily
from ..parts import Measure, Parameter
from ..scenario import Scenario
from .guess import MEASURES as GUESSED
from .wording import outcomes
from .world import CHAPTER, OWN, World

KINDS = ("driver", "obstacle", "lever", "context")
GROUPS = {"driver": "What draws them together", "obstacle": "What keeps them apart", "lever": "Levers",
          "context": "The setting", "rule": "How the game works"}  # fmt: skip
TITLES = {CHAPTER: "The chapter’s model", OWN: "This model", "balancing": "Rival: balancing", "wedge": "Rival: wedge",
          "indifferent": "Rival: indifferent"}  # fmt: skip
TOLD = {
    CHAPTER: "Many motives hold the tie together; pressure on Russia deepens it, on worse terms for Russia.",
    "balancing": "The weaker side fears the stronger, and turns to the West for a counterweight.",
    "wedge": "The West can pull Russia away with an open door, and pressure drives it into China’s arms.",
    "indifferent": "Nothing speaks for the tie or against it: whatever depth they have is stable.",
}
CONCEPT_TITLES = {
    "pairwise": "Nobody gains alone, and Russia and China gain by no change of their tie",
    "nash": "Nobody gains alone",
    "commitment": "The West moves first and keeps its word",
}
SAMPLES = 512
STEPS = 64


@lru_cache(maxsize=8)
def schema(world: World) -> dict[str, Any]:
    """Return the description of a world as plain data."""
    from .. import __version__
    from ..views.plot.style import FAINT, INK, OTHER, PALETTE

    main = world.models[world.main]
    return {
        "version": __version__,
        "models": {name: _model(name, model) for name, model in world.models.items()},
        "scenarios": [
            {"name": name, "title": s.title, "asks": s.asks, "claims": list(s.claims), "own": name in world.own,
             "values": _set(main, s), "held": dict(s.held)}
            for name, s in world.scenarios.items()
        ],
        "start": world.start,
        "axes": _first_axes(main),
        "concepts": [{"name": name, "title": title} for name, title in CONCEPT_TITLES.items() if name in CONCEPTS],
        "groups": GROUPS,
        "colours": {"palette": list(PALETTE), "other": OTHER, "ink": INK, "faint": FAINT, "scale": _scale()},
    }  # fmt: skip


def _set(model: GameFamily, found: Scenario) -> dict[str, float]:
    """Return the values of a scenario that are not the model's defaults."""
    return {
        name: float(found.values[name]) for name, default in model.defaults.items() if found.values[name] != default
    }


def _model(name: str, model: GameFamily) -> dict[str, Any]:
    leader = model.form.player(model.leader) if model.leader is not None else None
    return {
        "title": TITLES.get(name, name),
        "told": TOLD.get(name, ""),
        "parameters": [_parameter(model, each) for each in model.parameters],
        "actions": {p.name: list(p.actions) for p in model.form.players},
        "outcomes": outcomes(model.form),
        "slots": slots(model),
        "leader": None if leader is None else {"name": leader.name, "actions": list(leader.actions)},
        "measures": [_measure(each) for each in model.measures],
        "guesses": [name for name in GUESSED if name in {m.name for m in model.measures}],
    }


def _parameter(model: GameFamily, parameter: Parameter) -> dict[str, Any]:
    low, high = parameter.admissible
    return {
        "name": parameter.name,
        "title": parameter.name.replace("_", " "),
        "group": group(model, parameter),
        "unit": parameter.unit,
        "meaning": parameter.meaning,
        "basis": parameter.basis,
        "note": parameter.note,
        "claims": list(parameter.claims),
        "carries": list(parameter.carries),
        "default": parameter.default,
        "plausible": [parameter.low, parameter.high],
        "ends": [low, high],
    }


def group(model: GameFamily, parameter: Parameter) -> str:
    """Return under which heading a parameter stands: what most speaks for the tie of the terms that it weighs.

    Examples
    --------
    >>> import triangle as tri
    >>> model = tri.chapter_model()
    >>> [group(model, model.parameter(name)) for name in ("arms", "governance", "recognition", "sensitivity")]
    ['driver', 'obstacle', 'lever', 'rule']
    """
    if parameter.basis == "lever":
        return "lever"
    kinds = {term.kind for term in model.terms if parameter.name in dict(term.weight)}
    return next((kind for kind in KINDS if kind in kinds), "context" if kinds else "rule")


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "title": measure.long_name or measure.name,
        "unit": "" if measure.unit == "1" else measure.unit,
        "categories": list(measure.categories),
        "signs": list(measure.signs),
    }


def slots(model: GameFamily) -> list[int]:
    """Return for every profile its place among the colours, so that an outcome keeps its colour while sliders move.

    Profiles that differ only in what the leader does share a place. The places are in the order of how often the
    followers' stances are stable at points spread over all admissible values, with the leader free and held to each
    of its actions; those that never are come last.
    """
    form = model.form
    leader = form.index(model.leader) if model.leader is not None else None
    followers = np.zeros(form.size, dtype=np.intp)
    for axis, (size, place) in enumerate(
        zip(form.shape, np.unravel_index(np.arange(form.size), form.shape), strict=True)
    ):
        if axis != leader:
            followers = followers * size + place
    low, high = np.array([parameter.admissible for parameter in model.parameters]).reshape(-1, 2).T
    points = low + (high - low) * qmc.Sobol(max(1, len(low)), rng=0).random(SAMPLES)[:, : len(low)]
    weights = model.monomials({p.name: points[:, k] for k, p in enumerate(model.parameters)})
    actions = form.players[leader].actions if leader is not None else ()
    often: Counter[int] = Counter()
    for held in ({}, *({form.names[leader]: action} for action in actions if leader is not None)):
        stable = conditions(model, "pairwise", held).stable(weights).reshape(SAMPLES, form.size)
        for profile, times in enumerate(stable.sum(axis=0)):
            often[int(followers[profile])] += int(times)
    order = {key: place for place, (key, _) in enumerate(sorted(often.items(), key=lambda item: (-item[1], item[0])))}
    return [order[int(key)] for key in followers]


def _first_axes(model: GameFamily) -> list[str]:
    """Return the two parameters that are drawn first: what the West does, and the gap; else the first two."""
    names = list(model.defaults)
    wanted = [name for name in ("detente", "ambition") if name in model.defaults]
    return (wanted + [name for name in names if name not in wanted])[:2]


def _scale() -> list[str]:
    """Return the colours of a scale, from least to greatest."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    from ..views.plot.style import SEQUENTIAL

    return [to_hex(colour) for colour in colormaps[SEQUENTIAL](np.linspace(0, 1, STEPS))]
