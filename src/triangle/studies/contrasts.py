"""Policy contrasts: the same year with and without one lever, draw by draw.

Over the years everything moves, and a hit may be owed to the dates. Here one commitment or one parameter alone differs,
so that the change is the family's answer to it. The past is shared, states included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import checked
from ..chapter.events import Contrast, contrasts
from ..chapter.form import COMMITMENTS
from ..chapter.model import chapter_model
from ..family import GameFamily
from ..game import FloatArray
from ..timeline import Change, Timeline
from ..timeline import timeline as named_timeline
from .events import HISTORY
from .forecasts import DRAWS
from .observed import bands_with, families_with
from .simulate import PRECISION, REVISION, Equations, propagate
from .transitions import Band


@dataclass(frozen=True)
class Effect:
    """What one lever does under one family.

    Attributes
    ----------
    holds : float
        The share of the draws in which the change is as the chapter says, beyond the band.
    sign : float
        The share with its sign alone; for ``not down`` the share without a fall of any size.
    moves : float
        The share in which the measure moves beyond the band at all: where it is 0, ``not down`` holds for nothing.
    median : float
        Of the change.
    lacking : tuple of str
        Parameters of the lever that the family does not have.
    """

    holds: float
    sign: float
    moves: float
    median: float
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ContrastBoard:
    """Families on the policy contrasts.

    Attributes
    ----------
    contrasts : tuple of Contrast
    effects : mapping of (str, str) to Effect
        By contrast and family.
    families : tuple of str
    draws, seed : int
    """

    contrasts: tuple[Contrast, ...]
    effects: Mapping[tuple[str, str], Effect] = field(repr=False)
    families: tuple[str, ...]
    draws: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the board as plain data, ready for JSON."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "contrasts": [
                {
                    **{key: value for key, value in vars(each).items() if key != "parameters"},
                    "parameters": dict(each.parameters),
                    "families": {name: vars(self.effects[each.id, name]) for name in self.families},
                }
                for each in self.contrasts
            ],
        }

    def __str__(self) -> str:
        from ..views.scoreboard import contrasts_table
        from ..views.tables import as_text

        return as_text(contrasts_table(self))

    def _repr_html_(self) -> str:
        from ..views.scoreboard import contrasts_table
        from ..views.tables import as_html

        return as_html(contrasts_table(self))


@checked
def policy_contrasts(
    models: Mapping[str, GameFamily] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    *,
    timeline: str | Path | Timeline = HISTORY,
    precision: float = PRECISION,
    revision: float = REVISION,
    equations: Equations = "all",
    bands: Mapping[str, float] | None = None,
) -> ContrastBoard:
    """Say in which share of its draws each family answers one lever as the chapter says.

    Parameters
    ----------
    models, draws, seed, timeline, precision, revision, equations, bands
        As for `triangle.scoreboard`.

    Raises
    ------
    ValueError
        As for `triangle.scoreboard`.

    Examples
    --------
    >>> board = policy_contrasts(draws=16)
    >>> board.effects["sanctions_terms_2014", "chapter"].holds
    1.0
    """
    families = families_with(models)
    line, widths, asked = named_timeline(timeline), bands_with(bands), tuple(contrasts().values())
    branches = {each.id: _branch(line, each) for each in asked}
    wanted = sorted({each.measure for each in asked})
    effects = {}
    for name, model in families.items():
        ends: dict[str, Mapping[str, FloatArray]] = {
            way.name: propagate(
                model, way, precision, revision, seed, equations=equations, draws=draws, measures=wanted
            ).means
            for way in {way.name: way for way in (line, *branches.values())}.values()
        }
        for each in asked:
            y = line.place(each.read)
            pair = [ends[way][each.measure][y] for way in (line.name, branches[each.id].name)]
            without, with_lever = pair[::-1] if each.in_history else pair
            lacking = tuple(key for key in each.parameters if key not in model.defaults)
            effects[each.id, name] = _effect(each.asks, without, with_lever, widths[each.measure], lacking)
    return ContrastBoard(asked, effects, tuple(families), draws, seed)


def _branch(line: Timeline, each: Contrast) -> Timeline:
    """Return the other side of history, named after what differs: contrasts with one lever share it."""
    commitment = COMMITMENTS[each.commitment] if each.commitment else None
    change = Change(each.year, each.parameters, commitment)
    return line.changed(chapter_model(), change, name=f"{each.year} {each.commitment} {dict(each.parameters)}")


def _effect(asks: str, without: FloatArray, with_lever: FloatArray, band: Band, lacking: tuple[str, ...]) -> Effect:
    change = with_lever - without
    # A lever that does nothing must not have a sign by rounding.
    change = np.where(np.abs(change) < 1e-12 * np.maximum(1.0, np.abs(without)), 0.0, change)
    width = band.size * np.abs(without) if band.relative else band.size
    as_asked = {
        "up": (change > width, change > 0),
        "down": (change < -width, change < 0),
        "not down": (change >= -width, change >= 0),
    }[asks]
    holds, sign = (float(each.mean()) for each in as_asked)
    return Effect(holds, sign, float((np.abs(change) > width).mean()), float(np.median(change)), lacking)
