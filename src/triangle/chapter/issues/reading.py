"""Build an issue game from its table (data/issues/<name>.toml) and its formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...game import FloatArray
from ...parts import Parameter
from ..figures import observed_gap
from ..parameters import read_table, triangle_parameters
from .interface import IssueGame
from .parts import Condition, IssueClaim, IssueEquilibrium, Link, Slack
from .point import Point

Closed = Mapping[str, Mapping[str, Callable[[Point], FloatArray]]]


def build(
    name: str,
    quantities: Callable[[Point], Mapping[str, FloatArray]],
    equilibria: Callable[[Point, str], tuple[IssueEquilibrium, ...]],
    conditions: Mapping[str, Slack],
    claims: Mapping[str, Slack],
    closed: Closed | None = None,
) -> IssueGame:
    """Join the words of a game's table with its formulas.

    Parameters
    ----------
    name : str
    quantities : callable
        From a point of parameters to everything that follows, elementwise over arrays.
    equilibria : callable
        From a solved point and a reading to the equilibria in words.
    conditions, claims : mapping of str to callable
        The slack of every condition and claim in the table.
    closed : mapping, optional
        Closed forms of switching values, by condition and parameter.

    Raises
    ------
    ValueError
        The table and the formulas do not name the same conditions and claims.
    """
    table = read_table(f"issues/{name}")
    for kind, formulas in (("conditions", conditions), ("claims", claims)):
        if set(table[kind]) != set(formulas):
            apart = ", ".join(sorted(set(table[kind]) ^ set(formulas)))
            raise ValueError(f"{name}.toml and its formulas differ in their {kind}: {apart}")
    forms = closed or {}
    return IssueGame(
        name=name,
        title=table["title"],
        question=table["question"],
        trick=table["trick"],
        overturned_by=table["overturned_by"],
        players=tuple(table["players"]),
        timing=tuple(table["timing"]),
        parameters=tuple(_parameter(key, entry) for key, entry in table["parameters"].items()),
        measures=table["measures"],
        conditions=tuple(
            Condition(key, slack=conditions[key], closed=forms.get(key, {}), **entry)
            for key, entry in table["conditions"].items()
        ),
        claims={key: _claim(key, entry, claims[key]) for key, entry in table["claims"].items()},
        quantities=quantities,
        equilibria=equilibria,
        hands_over=tuple(Link(key, **entry) for key, entry in table.get("links", {}).items()),
        readings=table.get("readings", {}),
        sources=tuple(table.get("sources", ())),
        untested=table.get("untested", {}),
        reads={key: entry["triangle"] for key, entry in table["parameters"].items() if "triangle" in entry},
    )


def read_from_triangle(source: str, values: Mapping[str, float]) -> float:
    """Return a value that a game reads from the triangle: a parameter, or the gap as observed under pressure.

    Examples
    --------
    >>> round(read_from_triangle("gap", {"power_gap": 0.58, "sanctions": 0.8, "gap_sanction": 0.1}), 2)
    0.66
    """
    if source == "gap":
        return values["power_gap"] + values["sanctions"] * values["gap_sanction"]
    return values[source]


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    if "triangle" in entry:
        return _shared(name, entry)
    bounds = entry.get("bounds", (0.0, 1.0))
    default = observed_gap(entry["observed_gap"]) if "observed_gap" in entry else float(entry["default"])
    return Parameter(
        name,
        default=default,
        low=float(entry.get("low", default)),
        high=float(entry.get("high", default)),
        unit=entry.get("unit", "index 0–1"),
        meaning=entry["meaning"],
        basis=entry["basis"],
        note=entry["note"],
        claims=tuple(entry.get("claims", ())),
        bounds=(float(bounds[0]), float(bounds[1])),
    )


def _shared(name: str, entry: Mapping[str, Any]) -> Parameter:
    """Return a parameter that is the triangle's own: its default and range are read there."""
    own = {parameter.name: parameter for parameter in triangle_parameters()}
    source = entry["triangle"]
    defaults = {key: float(parameter.default) for key, parameter in own.items()}
    base = own["power_gap"] if source == "gap" else own[source]
    low, default, high = (
        read_from_triangle(source, defaults | {base.name: value}) for value in (base.low, base.default, base.high)
    )
    told = "the triangle's gap as observed under pressure" if source == "gap" else f"the triangle's {source}"
    return Parameter(
        name,
        default=default,
        low=low,
        high=high,
        unit=base.unit,
        meaning=entry.get("meaning", "Gap in power between China and Russia" if source == "gap" else base.meaning),
        basis=base.basis,
        note=f"Read from {told}.",
        claims=base.claims,
        bounds=(0.0, 1.0),
    )


def _claim(key: str, entry: Mapping[str, Any], slack: Slack) -> IssueClaim:
    return IssueClaim(
        id=key,
        of=entry.get("of", key),
        role=entry.get("role", "claim"),
        nature=entry.get("nature", "consequence"),
        reading=entry["reading"],
        condition=entry["condition"],
        finding=entry.get("finding", ""),
        slack=slack,
        strict=entry.get("strict", True),
        settings=entry.get("settings", {}),
    )
