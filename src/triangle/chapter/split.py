"""What is said of the West, said of the United States and the European Union: scenarios and claims for the ``quad``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..family import GameFamily
from ..names import unknown
from ..scenario import Scenario
from ..statement import Comparison, Loss, Setting, Value
from .claims import Claim, comparison
from .form import COMMITMENTS, EU, US, WEST
from .parameters import read_table

ALIKE = "Both Western players are held to what the West is held to."


def committed(scenario: Scenario, us: str, eu: str) -> Scenario:
    """Return a scenario in which both are held to a commitment; any commitment of the West as one is dropped.

    Parameters
    ----------
    scenario : Scenario
        Of the triangle or of the variant.
    us, eu : {"PE", "PC", "AE", "AC"}

    Raises
    ------
    ValueError
        An unknown commitment.

    Examples
    --------
    >>> import triangle as tri
    >>> relief = committed(tri.scenario("baseline_2016"), "PE", "AE")
    >>> tri.solve(tri.chapter_model("quad"), relief).measures["relation_EU_Russia"]
    ('mixed',)
    """
    for code in (us, eu):
        if code not in COMMITMENTS:
            raise ValueError(unknown("commitment", code, COMMITMENTS))
    return replace(scenario, held={US: COMMITMENTS[us], EU: COMMITMENTS[eu]})


def both(scenario: Scenario) -> Scenario:
    """Return a scenario of the triangle for the two: each is held to what the West is held to, or plays if it plays.

    What it is compared with is turned likewise.

    Examples
    --------
    >>> import triangle as tri
    >>> reset = both(tri.scenario("us_russia_reset"))
    >>> reset.held
    {'US': 'accommodate/engage', 'EU': 'accommodate/engage'}
    """
    held = dict(scenario.held)
    if WEST in held:
        held = {US: held[WEST], EU: held[WEST]} | {player: act for player, act in held.items() if player != WEST}
    return replace(scenario, held=held, baseline=both(scenario.baseline) if scenario.baseline else None)


def claim_of_two(found: Claim, model: GameFamily) -> Claim:
    """Return a claim as a model with two Western players tests it; as it is for every other model.

    Where the chapter speaks of one of the two, as of European sanctions in C92, that one moves alone: data/quad.toml
    names the commitments. Elsewhere both are held to what the West is held to. A relation with the West is one with
    each of the two.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> alone = claim_of_two(claim("C92"), tri.chapter_model("quad"))
    >>> alone.statement.settings[1].scenario.held
    {'US': 'pressure/engage', 'EU': 'accommodate/engage'}
    """
    if found.statement is None or WEST in model.form.names or not {US, EU} <= set(model.form.names):
        return found
    alone = next((e for e in read_table("quad").values() if e["of"] == found.id and "settings" in e), None)
    if alone is None:
        settings = tuple(replace(each, scenario=both(each.scenario)) for each in found.statement.settings)
        reading = f"{found.reading} {ALIKE}".strip()
    else:
        settings = tuple(
            Setting(each.label, committed(each.scenario, *alone["settings"][each.label]))
            for each in found.statement.settings
        )
        reading = alone["reading"]
    asked = (*found.statement.comparisons, *map(comparison, alone["also"] if alone else ()))
    compared = tuple(part for each in asked for part in _with_each(each, model))
    return replace(found, statement=replace(found.statement, settings=settings, comparisons=compared), reading=reading)


def _with_each(compared: Comparison, model: GameFamily) -> Iterator[Comparison]:
    """Yield a comparison of relations with the West for each of the two; any other as it is."""
    names = {measure.name for measure in model.measures}
    if all(not isinstance(side, Value) or side.measure in names for side in compared.sides):
        yield compared
        return
    for player in (US, EU):
        left = _with(player, compared.left)
        right = None if compared.right is None else _with(player, compared.right)
        yield replace(compared, left=left, right=right)


def _with(player: str, side: Value | Loss) -> Value | Loss:
    return replace(side, measure=side.measure.replace(WEST, player)) if isinstance(side, Value) else side
