"""The claims of the chapter as data, and those that the triangle can test as statements about its family.

The tables are data/claims.toml (C01 to C107) and data/variants.toml (sharper or contrary readings of a claim, outside
every count). A claim that the triangle tests gives its settings and comparisons there::

    settings.before = { scenario = "baseline_2016", commitment = "PE" }
    settings.after = { scenario = "baseline_2016", commitment = "PE", sanctions = { times = 0.5 } }
    comparisons = ["share[after] > share[before]"]

A change of a parameter is written as in a scenario file. A comparison is ``left relation right``, each a measure or a
named loss of a move in a setting, or ``left relation number``; the right side may carry a factor and an offset. Nothing
in a table is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal, cast, get_args

from ..names import unknown
from ..scenario import scenario
from ..statement import Change, Comparison, Loss, Operation, Relation, Setting, Statement, Value
from .form import CHINA, COMMITMENTS, LINK, RUSSIA, WEST
from .parameters import read_table, triangle_parameters

Tier = Literal["A", "B", "C"]
Strength = Literal["certain", "likely", "possible", "recommendation"]
Nature = Literal["consequence", "by construction", "read-out"]
NATURES: tuple[str, ...] = get_args(Nature)

MOVES: Mapping[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    "leaving": (RUSSIA, ((RUSSIA, CHINA, "distance"),)),
    "softening": (RUSSIA, ((RUSSIA, WEST, "cooperate"),)),
    "alliance_slack": (LINK.name, ((RUSSIA, CHINA, "ally"), (CHINA, RUSSIA, "ally"))),
}
"""Moves whose loss a comparison may name: Russia leaving the tie, or giving up confrontation; alliance."""

_SIDE = r"(?P<{0}>[A-Za-z_]\w*)\[(?P<{0}_in>[^\]]+)\]"
_NUMBER = r"\d+(?:\.\d+)?"
_COMPARISON = re.compile(
    _SIDE.format("left")
    + r"\s*(?P<relation>>=|<=|==|>|<)\s*(?:"
    + rf"(?:(?P<factor>{_NUMBER})\s*\*\s*)?"
    + _SIDE.format("right")
    + rf"(?:\s*(?P<sign>[+-])\s*(?P<plus>{_NUMBER}))?|(?P<number>-?{_NUMBER}))"
)


@dataclass(frozen=True)
class Claim:
    """One claim of the chapter, in our words.

    Attributes
    ----------
    id : str
        ``"C12"``; a variant has a letter behind it.
    section : str
        Where it is made first; ``also`` lists where else.
    tier : {"A", "B", "C"}
        A is tested, B is carried by terms, parameters or an issue game, C is context.
    strength : {"certain", "likely", "possible", "recommendation"}
        How sure the author is.
    counterintuitive : bool
        The common expectation runs the other way.
    text, nuance : str
    nature : {"consequence", "by construction", "read-out"} or None
        Whether several terms pull, one monotone term does it (no evidence), or the measure only reads a lever off.
    statement : Statement or None
        What the triangle tests.
    reading : str
        How the claim was turned into the statement, in words.
    condition : str
        What decides it, in words.
    carried_by : tuple of str
        Terms and parameters that carry a claim of tier B.
    issue_game : str
        The small game of one issue area that carries the claim, beside the triangle or instead of it.
    context : str
        Why a claim of tier C is not tested.
    variant_of : str
        The claim that this one reads otherwise; empty for a claim of the chapter.
    """

    id: str
    section: str
    tier: Tier
    strength: Strength
    counterintuitive: bool
    text: str
    also: tuple[str, ...] = ()
    nuance: str = ""
    nature: Nature | None = None
    statement: Statement | None = field(default=None, repr=False)
    reading: str = ""
    condition: str = ""
    carried_by: tuple[str, ...] = ()
    issue_game: str = ""
    context: str = ""
    variant_of: str = ""


@cache
def registry() -> Mapping[str, Claim]:
    """Return the 107 claims of the chapter by ID.

    Examples
    --------
    >>> registry()["C12"].strength, len(registry())
    ('possible', 107)
    """
    return {key: _claim(key, entry) for key, entry in read_table("claims").items()}


@cache
def variants() -> Mapping[str, Claim]:
    """Return other readings of some claims by ID; they are in no count.

    Examples
    --------
    >>> variants()["C85s"].variant_of
    'C85'
    """
    found = {}
    for key, entry in read_table("variants").items():
        parent = registry()[entry["of"]]
        inherited = replace(parent, id=key, variant_of=parent.id, text=entry.get("text", parent.text))
        found[key] = replace(
            inherited,
            nature=entry.get("nature", parent.nature),
            strength=entry.get("strength", parent.strength),
            reading=entry["reading"],
            condition=entry.get("condition", ""),
            statement=_statement(key, entry),
        )
    return found


def claim(key: str) -> Claim:
    """Return a claim or a variant by ID; ``ValueError`` names the nearest valid one.

    Examples
    --------
    >>> claim("C44").section
    'S2c'
    """
    found = {**registry(), **variants()}
    if key not in found:
        raise ValueError(unknown("claim", key, found))
    return found[key]


def _claim(key: str, entry: Mapping[str, Any]) -> Claim:
    return Claim(
        id=key,
        section=entry["section"],
        tier=entry["tier"],
        strength=entry["strength"],
        counterintuitive=entry["counterintuitive"],
        text=entry["text"],
        also=tuple(entry["also"]),
        nuance=entry.get("nuance", ""),
        nature=entry.get("nature"),
        statement=_statement(key, entry) if "comparisons" in entry else None,
        reading=entry.get("reading", ""),
        condition=entry.get("condition", ""),
        carried_by=tuple(entry["carried_by"]),
        issue_game=entry.get("issue_game", ""),
        context=entry.get("context", ""),
    )


def _statement(key: str, entry: Mapping[str, Any]) -> Statement:
    settings = tuple(_setting(key, label, given) for label, given in entry["settings"].items())
    return Statement(key, settings, tuple(comparison(text) for text in entry["comparisons"]))


def _setting(key: str, label: str, given: Mapping[str, Any]) -> Setting:
    """Return a setting: a scenario, held to one of the West's commitments, with changes.

    Of the scenario only what it sets itself is kept, so that a model with other defaults is tested at its own.
    """
    changes = {name: _change(change) for name, change in given.items() if name not in ("scenario", "commitment")}
    base = scenario(given["scenario"])
    base = replace(base, values={name: value for name, value in base.values.items() if value != _defaults()[name]})
    if "commitment" in given:
        code = given["commitment"]
        if code not in COMMITMENTS:
            raise ValueError(f"claim {key}, setting {label!r}: " + unknown("commitment", code, COMMITMENTS))
        base = replace(base, held={WEST: COMMITMENTS[code]})
    return Setting(label, base, changes)


@cache
def _defaults() -> Mapping[str, float]:
    return {parameter.name: parameter.default for parameter in triangle_parameters()}


def _change(given: float | Mapping[str, float]) -> Change:
    if not isinstance(given, Mapping):
        return "set", float(given)
    ((operation, number),) = given.items()
    return cast(Operation, operation), float(number)


def comparison(text: str) -> Comparison:
    """Return a comparison written as text.

    Parameters
    ----------
    text : str
        ``"intensity[after] >= 0.98 * intensity[before]"``, ``"depth[after] == 1"``.

    Raises
    ------
    ValueError
        Text of another form. Names are checked when the statement is evaluated.

    Examples
    --------
    >>> str(comparison("share[after] > share[before] + 0.1"))
    'share[after] > share[before] + 0.1'
    """
    match = _COMPARISON.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"comparison {text!r}: write 'measure[setting] > measure[setting]', with a factor and an offset "
            "on the right if need be, or 'measure[setting] > number'"
        )
    found = match.groupdict()
    relation = cast(Relation, found["relation"])
    left = _side(found["left"], found["left_in"])
    if found["number"] is not None:
        return Comparison(left, relation, offset=float(found["number"]))
    offset = float((found["sign"] or "") + (found["plus"] or "0"))
    return Comparison(left, relation, _side(found["right"], found["right_in"]), float(found["factor"] or 1), offset)


def _side(name: str, setting: str) -> Value | Loss:
    if name in MOVES:
        mover, to = MOVES[name]
        return Loss(name, mover, to, setting)
    return Value(name, setting)
