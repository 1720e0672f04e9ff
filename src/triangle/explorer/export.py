"""The setting of the sliders as a scenario file, which `triangle.scenario` reads back to the last digit."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..family import GameFamily
from .asked import Asked


def toml(asks: Asked) -> str:
    """Return a scenario file with a value for every parameter of the model, and the commitments.

    It stands on its own: it extends nothing, so that it means the same wherever it is read. A rival's file needs the
    rival to be read: ``triangle.scenario(path, model)``.

    Examples
    --------
    >>> from triangle.explorer.asked import asked
    >>> from triangle.explorer.world import chapter_world
    >>> print(toml(asked(chapter_world("us_russia_reset"), {"values": {"primacy": 0.55}})))
    # Saved from the explorer: chapter triangle, pairwise.
    title = "US–Russia reset, changed"
    asks = "Does a Western opening to Russia loosen the tie between Russia and China, or tighten it?"
    ...
    primacy = 0.55
    ...
    """
    return "\n".join(_lines(asks)) + "\n"


def _lines(asks: Asked) -> Iterator[str]:
    changed = asks.moved or asks.scenario.held != asks.base.held
    yield f"# Saved from the explorer: {asks.model.name}, {asks.concept}."
    yield f"title = {quoted(asks.base.title + (', changed' if changed else ''))}"
    yield f"asks = {quoted(asks.base.asks or 'What is stable with the sliders as they are set?')}"
    if asks.base.section:
        yield f"section = {quoted(asks.base.section)}"
    if asks.base.claims:
        yield f"claims = [{', '.join(map(quoted, asks.base.claims))}]"
    for player, action in asks.scenario.held.items():
        yield ""
        yield from _held(asks.model, player, action)
    yield ""
    yield "[parameters]"
    for name, value in asks.scenario.values.items():
        yield f"{name} = {float(value)!r}"


def _held(model: GameFamily, player: str, action: str) -> Iterator[str]:
    found = model.form.player(player)
    yield "[commitment]" if player == model.leader else f"[commitment.{quoted(player)}]"
    for (toward, _), stance in zip(found.stances, found.choices[found.action(action)], strict=True):
        yield f"{quoted(toward)} = {quoted(stance)}"


def quoted(text: str) -> str:
    """Return a basic string of TOML: JSON's, but for the character DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
