"""The chapter's family beside its rivals, on the same claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..arguments import checked
from ..chapter.claims import NATURES, registry
from ..chapter.rivals import RIVALS, rival_model
from ..family import GameFamily
from .claims import Verdicts, check_all, default_model
from .trials import POINTS, SEED

CHAPTER = "chapter"


@dataclass(frozen=True)
class Tally:
    """How many of some claims hold at the default under a family, and their mean share of its box."""

    holds: int
    claims: int
    mean_share: float


@dataclass(frozen=True, eq=False)
class Scoreboard:
    """Families scored on the same claims.

    Attributes
    ----------
    verdicts : mapping of str to Verdicts
        For each family the verdicts on all claims that the triangle tests.
    """

    verdicts: Mapping[str, Verdicts]

    @property
    def families(self) -> tuple[str, ...]:
        """The families' names."""
        return tuple(self.verdicts)

    @cached_property
    def common(self) -> tuple[str, ...]:
        """Claims that change nothing but what every family has: commitments, dates, sanctions, détente, the gap.

        On the others a rival fails for want of the parameter, which says little against it.
        """
        lacking = {v.claim.id for found in self.verdicts.values() for v in found if v.lacking}
        first = next(iter(self.verdicts.values()))
        return tuple(v.claim.id for v in first if v.claim.id not in lacking)

    def tally(self, family: str, nature: str, common: bool = True) -> Tally:
        """Count the claims of one nature: those on common levers, or all."""
        chosen = [
            v
            for v in self.verdicts[family]
            if v.nature == nature and v.over is not None and (not common or v.claim.id in self.common)
        ]
        shares = [v.over.value for v in chosen if v.over is not None]
        mean = float(np.mean(shares)) if shares else float("nan")
        return Tally(sum(bool(v.holds) for v in chosen), len(chosen), mean)

    def only(self, family: str) -> tuple[str, ...]:
        """Return the consequences on common levers that hold under one family and under no other."""
        return tuple(key for key in self._consequences() if self._holding(key) == {family})

    def better(self, family: str, than: str) -> tuple[str, ...]:
        """Return the consequences on common levers that hold in more of one family's box than of another's."""

        def share(name: str, key: str) -> float:
            return self.verdicts[name][key].share or 0.0

        return tuple(key for key in self._consequences() if share(family, key) > share(than, key))

    def _consequences(self) -> list[str]:
        first = next(iter(self.verdicts.values()))
        return [key for key in self.common if first[key].nature == "consequence"]

    def _holding(self, key: str) -> set[str]:
        return {name for name, found in self.verdicts.items() if found[key].holds}

    def to_dict(self) -> dict[str, Any]:
        """Return the scoreboard as plain data, ready for JSON."""
        tallies = {
            family: {
                nature: {which: vars(self.tally(family, nature, which == "common")) for which in ("common", "all")}
                for nature in NATURES
            }
            for family in self.families
        }
        return {
            "families": tallies,
            "common": list(self.common),
            "only": {family: list(self.only(family)) for family in self.families},
            "claims": {
                key: {f: {"holds": v[key].holds, "share": v[key].share} for f, v in self.verdicts.items()}
                for key in (v.claim.id for v in next(iter(self.verdicts.values())))
            },
        }

    def __str__(self) -> str:
        from ..views.claims import score_table
        from ..views.tables import as_text

        return as_text(score_table(self))

    def _repr_html_(self) -> str:
        from ..views.claims import score_table
        from ..views.tables import as_html

        return as_html(score_table(self))


@checked
def score(
    model: GameFamily | None = None,
    rivals: Mapping[str, GameFamily] | None = None,
    *,
    points: int = POINTS,
    seed: int = SEED,
    concept: str = "pairwise",
) -> Scoreboard:
    """Score the chapter's family and its rivals on every claim that the triangle tests.

    Parameters
    ----------
    model : GameFamily, optional
        The chapter's if not given.
    rivals : mapping of str to GameFamily, optional
        The three of `triangle.chapter.rivals` if not given.
    points, seed, concept
        As for `triangle.check`.

    Examples
    --------
    >>> board = score(points=256)
    >>> board.tally("chapter", "consequence"), board.tally("indifferent", "consequence").holds
    (Tally(holds=19, claims=19, mean_share=0.9...), 1)
    """
    others: Mapping[str, GameFamily] = rivals if rivals is not None else {name: rival_model(name) for name in RIVALS}
    if CHAPTER in others:
        raise ValueError(f"a rival may not be called {CHAPTER!r}: that is the first family's name")
    tested = [each for each in registry().values() if each.statement is not None]
    families = {CHAPTER: model if model is not None else default_model(), **others}
    return Scoreboard(
        {
            name: check_all(family, tested, points=points, seed=seed, concept=concept)
            for name, family in families.items()
        }
    )
