"""What a page asks, read and checked: every fault names the key, the value and what is allowed."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..conditions import CONCEPTS
from ..family import GameFamily
from ..names import unknown
from ..scenario import Scenario
from .world import World

MOST_NODES = 400
"""Values along an axis of a phase diagram: with two axes, at most so many squared."""


class Fault(ValueError):
    """A question that cannot be answered as it is put.

    Attributes
    ----------
    key : str
        Which part of the question.
    value : str
        What stood there, shortened.
    allowed : str
    """

    def __init__(self, key: str, value: object, allowed: str) -> None:
        self.key, self.value, self.allowed = key, reprlib.repr(value), allowed
        super().__init__(f"key {key!r} = {self.value}: {allowed}")

    def to_dict(self) -> dict[str, str]:
        """Return the fault as plain data."""
        return {"error": str(self), "key": self.key, "value": self.value, "allowed": self.allowed}


@dataclass(frozen=True)
class Asked:
    """One setting of the sliders.

    Attributes
    ----------
    name : str
        The model's name.
    model : GameFamily
    scenario : Scenario
        With the sliders' values and the commitment.
    moved : mapping of str to float
        By how much each slider is away from the scenario's own value; only those that are.
    base : Scenario
        The scenario before the sliders were moved.
    concept : str
    """

    name: str
    model: GameFamily
    scenario: Scenario
    moved: Mapping[str, float]
    base: Scenario
    concept: str

    def at(self, **values: float) -> Scenario:
        """Return the scenario at other values of some parameters; any that the model lacks is passed over."""
        return replace(self.scenario, values={**self.scenario.values, **only(self.model, values)})


def only(model: GameFamily, values: Mapping[str, float]) -> dict[str, float]:
    """Return the values of those parameters that the model has."""
    return {name: value for name, value in values.items() if name in model.defaults}


def asked(world: World, body: Mapping[str, Any]) -> Asked:
    """Read a setting of the sliders.

    Parameters
    ----------
    body : mapping
        ``model`` and ``scenario`` by name, ``concept``, ``held`` (players to actions; the scenario's own if not given)
        and ``values`` (sliders that were moved).

    Raises
    ------
    Fault
        Something is of the wrong kind, unknown or out of range.

    Examples
    --------
    >>> from triangle.explorer.world import chapter_world
    >>> asked(chapter_world(), {"scenario": "us_russia_reset", "values": {"sanctions": 0.5}}).moved
    {'sanctions': -0.30000000000000004}
    """
    name = text(body, "model", world.main)
    if name not in world.models:
        raise Fault("model", name, unknown("model", name, world.models))
    model = world.models[name]
    chosen = text(body, "scenario", world.start)
    if chosen and chosen not in world.scenarios:
        raise Fault("scenario", chosen, unknown("scenario", chosen, world.scenarios))
    concept = text(body, "concept", "pairwise")
    if concept not in CONCEPTS or (concept == "commitment" and model.leader is None):
        allowed = [each for each in CONCEPTS if each != "commitment" or model.leader is not None]
        raise Fault("concept", concept, unknown("concept", concept, allowed))
    base = world.scenario(chosen, name)
    values = _values(world, model, table(body, "values"))
    held = _held(model, table(body, "held")) if "held" in body else dict(base.held)
    moved = {key: value - base.values[key] for key, value in values.items() if value != base.values[key]}
    setting = replace(base, values={**base.values, **values}, held=held)
    return Asked(name, model, setting, moved, base, concept)


def text(body: Mapping[str, Any], key: str, default: str) -> str:
    """Return a text of the question."""
    found = body.get(key, default)
    if not isinstance(found, str):
        raise Fault(key, found, "must be a text")
    return found


def table(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a table of the question; empty if it is not there."""
    found = body.get(key, {})
    if not isinstance(found, dict):
        raise Fault(key, found, "must be a table")
    return found


def number(key: str, value: object, low: float, high: float) -> float:
    """Return a number within a range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Fault(key, value, f"must be a number from {low:g} to {high:g}")
    return float(value)


def axes(world: World, body: Mapping[str, Any]) -> tuple[str, str, int]:
    """Return the parameters along x and y, and how many values each takes."""
    names = []
    for key in ("x", "y"):
        if key not in body:
            raise Fault(key, None, "is missing: the name of a parameter")
        name = text(body, key, "")
        known = _known(world)
        if name not in known:
            raise Fault(key, name, unknown("parameter", name, known))
        names.append(name)
    if names[0] == names[1]:
        raise Fault("y", names[1], f"must be another parameter than x, which is {names[0]!r}")
    nodes = body.get("n", 100)
    if isinstance(nodes, bool) or not isinstance(nodes, int) or not 2 <= nodes <= MOST_NODES:
        raise Fault("n", nodes, f"must be a whole number from 2 to {MOST_NODES}")
    return names[0], names[1], nodes


def point(world: World, body: Mapping[str, Any]) -> dict[str, float]:
    """Return the parameters' values at a point of the picture."""
    known = _known(world)
    found = {}
    for name, value in table(body, "at").items():
        if name not in known:
            raise Fault(f"at.{name}", value, unknown("parameter", name, known))
        found[name] = number(f"at.{name}", value, *known[name])
    return found


def _known(world: World) -> dict[str, tuple[float, float]]:
    """Return the admissible values of every parameter of any model: rivals share axes with the first."""
    return {p.name: p.admissible for model in reversed([*world.models.values()]) for p in model.parameters}


def _values(world: World, model: GameFamily, given: Mapping[str, Any]) -> dict[str, float]:
    """Return the sliders' values that concern the model; the others must still be values of some model."""
    known = _known(world)
    found = {}
    for name, value in given.items():
        if name not in known:
            raise Fault(f"values.{name}", value, unknown("parameter", name, known))
        if isinstance(value, float) and not math.isfinite(value):
            raise Fault(f"values.{name}", value, "must be finite")
        ends = model.parameter(name).admissible if name in model.defaults else known[name]
        found[name] = number(f"values.{name}", value, *ends)
    return only(model, found)


def _held(model: GameFamily, given: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for player, action in given.items():
        if player not in model.form.names:
            raise Fault(f"held.{player}", action, unknown("player", player, model.form.names))
        actions = model.form.player(player).actions
        if not isinstance(action, str) or action not in actions:
            raise Fault(f"held.{player}", action, unknown("action", action, actions))
        found[player] = action
    return found
