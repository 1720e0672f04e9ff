"""The chapter's claims beside the picture: what each says, its verdict, and whether it holds at the sliders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from ..chapter.claims import Claim, claim, registry
from ..evaluation import Solutions
from ..family import GameFamily
from ..studies.claims import check
from ..studies.verdict import Verdict
from .asked import Asked, Fault
from .world import World

POINTS = 1024
MOST = 24


def about(asks: Asked, axes: tuple[str, ...]) -> list[str]:
    """Return the claims that belong to a picture: the scenario's, then those that the axes' parameters rest on."""
    named = [*asks.base.claims]
    for name in axes:
        if name in asks.model.defaults:
            named += asks.model.parameter(name).claims
    return [key for key in dict.fromkeys(named) if key in registry()][:MOST]


def told(world: World, asks: Asked, key: str) -> dict[str, Any]:
    """Return one claim with its verdict under the model that is shown.

    Raises
    ------
    Fault
        An unknown claim.
    """
    try:
        found = claim(key)
    except ValueError as error:
        raise Fault("claim", key, str(error)) from None
    verdict = _checked(world.models[asks.name], key)
    return {**_words(found), **_verdict(verdict), "now": now(verdict, asks)}


def now(verdict: Verdict, asks: Asked) -> bool | None:
    """Say whether a claim holds with the sliders as set: each moves in all its settings by as much as it was moved.

    None where no slider was moved or the triangle does not test the claim.
    """
    if verdict.statement is None or not asks.moved:
        return None
    moves = {name: np.array([move]) for name, move in asks.moved.items()}
    return bool(Solutions(asks.model, moves, asks.concept).evaluate(verdict.statement).holds[0])


@lru_cache(maxsize=512)
def _checked(model: GameFamily, key: str) -> Verdict:
    return check(key, model, points=POINTS)


def _words(found: Claim) -> dict[str, Any]:
    return {
        "id": found.id,
        "text": found.text,
        "strength": found.strength,
        "reading": found.reading,
        "condition": found.condition,
        "counterintuitive": found.counterintuitive,
    }


def _verdict(verdict: Verdict) -> Mapping[str, Any]:
    return {
        "status": verdict.status,
        "holds": verdict.holds,
        "share": verdict.share,
        "interval": verdict.interval,
        "nature": verdict.nature or "",
        "by": verdict.tested_by,
        "required": verdict.required,
    }
