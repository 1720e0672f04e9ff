"""Every kind of question that a page may ask, and who answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..exact.region import region
from ..names import unknown
from . import guess, schema, told, verdicts
from .asked import Asked, Fault, asked, axes, point, text
from .export import toml
from .phase import phase
from .world import World

Reply = dict[str, Any] | bytes
MOST_CURVES = 8


def reply(world: World, kind: str, body: object) -> Reply:
    """Answer one question.

    Parameters
    ----------
    world : World
    kind : str
        One of `KINDS`.
    body : object
        What the page sent, from JSON.

    Returns
    -------
    dict or bytes
        Plain data; bytes for a phase diagram (see `triangle.explorer.phase`).

    Raises
    ------
    Fault
        Anything that is wrong with the question, with key, value and what is allowed.

    Examples
    --------
    >>> from triangle.explorer.world import chapter_world
    >>> reply(chapter_world(), "cell", {"scenario": "us_russia_reset", "at": {"detente": 0.6}})["sentence"]
    'Russia and China are partners and Russia concedes 0.262; the West is on friendly terms with both.'
    """
    if kind not in KINDS:
        raise Fault("kind", kind, unknown("question", kind, KINDS))
    if not isinstance(body, dict):
        raise Fault("body", body, "must be a table in JSON")
    try:
        return KINDS[kind](world, body)
    except Fault:
        raise
    except ValueError as error:  # what the library itself refuses
        raise Fault(kind, body, str(error)) from error


def _schema(world: World, body: Mapping[str, Any]) -> Reply:
    return schema.schema(world)


def _phase(world: World, body: Mapping[str, Any]) -> Reply:
    asks = asked(world, body)
    measure = text(body, "measure", "")
    if measure and measure not in (names := [m.name for m in asks.model.measures]):
        raise Fault("measure", measure, unknown("measure", measure, names))
    return phase(asks, *axes(world, body), measure)


def _curves(world: World, body: Mapping[str, Any]) -> Reply:
    """Return where the regions of some profiles end, from formulas: for each a list of x and y."""
    asks = asked(world, body)
    x, y, _ = axes(world, body)
    return {"curves": [curve for profile in _profiles(asks, body) for curve in _borders(asks, x, y, profile)]}


def _profiles(asks: Asked, body: Mapping[str, Any]) -> list[int]:
    given = body.get("profiles")
    size = asks.model.form.size
    fine = isinstance(given, list) and len(given) <= MOST_CURVES
    for each in given if isinstance(given, list) and fine else ():
        fine = fine and isinstance(each, int) and not isinstance(each, bool) and 0 <= each < size
    if not fine or not isinstance(given, list):
        raise Fault("profiles", given, f"must be a list of at most {MOST_CURVES} whole numbers from 0 to {size - 1}")
    return given


def _borders(asks: Asked, x: str, y: str, profile: int) -> list[list[list[float]]]:
    """Return the smooth pieces of a region's border."""
    model = asks.model
    if x not in model.defaults or y not in model.defaults or asks.concept == "commitment":
        return []
    found = region(model, asks.scenario, model.form.profile(profile), [x, y], asks.concept)
    pieces: list[list[list[float]]] = []
    for curve in found.curves(80):
        kept: list[list[float]] = []
        for here, there, border in zip(curve.x, curve.y, curve.borders, strict=True):
            if border:
                kept.append([float(here), float(there)])
            elif len(kept) > 1:
                pieces, kept = [*pieces, kept], []
            else:
                kept = []
        pieces += [kept] if len(kept) > 1 else []
    return pieces


def _cell(world: World, body: Mapping[str, Any]) -> Reply:
    return told.cell(asked(world, body), point(world, body))


def _pin(world: World, body: Mapping[str, Any]) -> Reply:
    return told.pinned(asked(world, body), point(world, body))


def _nearest(world: World, body: Mapping[str, Any]) -> Reply:
    asks = asked(world, body)
    names = body.get("parameters", list(asks.model.defaults))
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Fault("parameters", names, "must be a list of names")
    known = {name for model in world.models.values() for name in model.defaults}
    for name in names:
        if name not in known:
            raise Fault("parameters", name, unknown("parameter", name, known))
    return told.nearest(asks, point(world, body), dict.fromkeys(names))


def _claims(world: World, body: Mapping[str, Any]) -> Reply:
    asks = asked(world, body)
    named = body.get("axes", [])
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise Fault("axes", named, "must be a list of names")
    return {"claims": verdicts.about(asks, tuple(named))}


def _claim(world: World, body: Mapping[str, Any]) -> Reply:
    return verdicts.told(world, asked(world, body), text(body, "claim", ""))


def _question(world: World, body: Mapping[str, Any]) -> Reply:
    return guess.question(asked(world, body), text(body, "measure", ""))


def _answer(world: World, body: Mapping[str, Any]) -> Reply:
    return guess.answer(asked(world, body), text(body, "measure", ""), text(body, "guess", ""))


def _toml(world: World, body: Mapping[str, Any]) -> Reply:
    asks = asked(world, body)
    return {"name": f"{asks.base.name}.toml", "toml": toml(asks)}


KINDS: Mapping[str, Callable[[World, Mapping[str, Any]], Reply]] = {
    "schema": _schema,
    "phase": _phase,
    "curves": _curves,
    "cell": _cell,
    "pin": _pin,
    "nearest": _nearest,
    "claims": _claims,
    "claim": _claim,
    "question": _question,
    "answer": _answer,
    "toml": _toml,
}
