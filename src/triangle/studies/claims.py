"""The chapter's claims as a table, and their verdicts under a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ..arguments import checked
from ..chapter.claims import NATURES, Claim, claim, registry
from ..chapter.model import chapter_model
from ..chapter.split import claim_of_two
from ..family import GameFamily
from .trials import POINTS, SEED, Trials
from .verdict import Verdict

if TYPE_CHECKING:
    from ..chapter.issues.parts import IssueVerdict

TESTERS = ("triangle", "issue games")


@dataclass(frozen=True)
class Claims:
    """Claims in the order of their IDs.

    Examples
    --------
    >>> table = claims()
    >>> len(table), len(table.where(tier="A")), table["C12"].counterintuitive
    (107, 55, True)
    """

    items: tuple[Claim, ...]

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, key: str | int) -> Claim:
        if isinstance(key, int):
            return self.items[key]
        for found in self.items:
            if found.id == key:
                return found
        raise KeyError(key)

    def where(
        self, section: str | None = None, tier: str | None = None, counterintuitive: bool | None = None
    ) -> Claims:
        """Return the claims of a section (or of all its parts: ``"S2"`` has S2a), of a tier, or of either kind."""
        return Claims(
            tuple(
                each
                for each in self.items
                if (section is None or any(s.startswith(section) for s in (each.section, *each.also)))
                and (tier is None or each.tier == tier)
                and (counterintuitive is None or each.counterintuitive is counterintuitive)
            )
        )

    def __str__(self) -> str:
        from ..views.claims import claims_table
        from ..views.tables import as_text

        return as_text(claims_table(self))

    def _repr_html_(self) -> str:
        from ..views.claims import claims_table
        from ..views.tables import as_html

        return as_html(claims_table(self))


@dataclass(frozen=True, eq=False)
class Verdicts:
    """The verdicts on several claims under one model."""

    items: tuple[Verdict, ...]

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, key: str | int) -> Verdict:
        if isinstance(key, int):
            return self.items[key]
        for found in self.items:
            if found.claim.id == key:
                return found
        raise KeyError(key)

    def where(self, status: str | None = None, by: str | None = None, nature: str | None = None) -> Verdicts:
        """Return those with a status, of a nature, and tested by the ``"triangle"`` or by ``"issue games"``."""
        return Verdicts(
            tuple(
                v
                for v in self.items
                if (status is None or v.status == status)
                and (nature is None or v.nature == nature)
                and (by is None or (v.tested_by != "" and (by == "triangle") == (v.tested_by == "triangle")))
            )
        )

    @property
    def counts(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """For the triangle and the issue games, by nature, how many have each status: natures are never added up."""
        return {
            by: {nature: dict(Counter(v.status for v in self.where(by=by, nature=nature))) for nature in NATURES}
            for by in TESTERS
        }

    def __str__(self) -> str:
        from ..views.claims import verdicts_table
        from ..views.tables import as_text

        return as_text(verdicts_table(self))

    def _repr_html_(self) -> str:
        from ..views.claims import verdicts_table
        from ..views.tables import as_html

        return as_html(verdicts_table(self))


def claims() -> Claims:
    """Return the 107 claims of the chapter.

    Returns
    -------
    Claims
        Iterate over it, take one by ID, filter it with ``where``; printed, it is a table.
    """
    return Claims(tuple(registry().values()))


@checked
def check(
    which: str | Claim,
    model: GameFamily | None = None,
    *,
    points: int = POINTS,
    seed: int = SEED,
    concept: str = "pairwise",
) -> Verdict:
    """Test one claim under a model.

    Parameters
    ----------
    which : str or Claim
        An ID such as ``"C12"``, that of a variant such as ``"C85s"``, or a claim of your own.
    model : GameFamily, optional
        The chapter's if not given. Its defaults and ranges decide: replace a parameter to see a verdict move. In the
        variant ``quad`` a claim is that of the two Western players: see `triangle.chapter.split.claim_of_two`.
    points : int
        Sobol points in the box of plausible ranges: a power of two.
    seed : int
    concept : {"pairwise", "nash", "commitment"}

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError
        An unknown claim or concept, or points that are no power of two.

    Examples
    --------
    >>> import triangle as tri
    >>> verdict = check("C12", points=1024)
    >>> verdict.holds, round(verdict.share, 1), verdict.nature
    (True, 0.8, 'consequence')
    >>> model = tri.chapter_model()
    >>> isolation = tri.Parameter("isolation", default=0.2, low=0.0, high=0.4, bounds=(0, 1))
    >>> check("C12", model.replace(isolation), points=1024).holds
    False
    """
    trials = _trials(model, points, seed, concept)
    return _checked(claim_of_two(claim(which) if isinstance(which, str) else which, trials.model), trials)


@checked
def check_all(
    model: GameFamily | None = None,
    which: Iterable[str | Claim] | None = None,
    *,
    points: int = POINTS,
    seed: int = SEED,
    concept: str = "pairwise",
) -> Verdicts:
    """Test many claims at the same points: all 107 if none are named; see `check`.

    Examples
    --------
    >>> check_all(which=["C01", "C12", "C21"], points=256).counts["triangle"]["consequence"]
    {'holds': 1}
    """
    trials = _trials(model, points, seed, concept)
    asked = (claim(e) if isinstance(e, str) else e for e in (registry().values() if which is None else which))
    chosen = [claim_of_two(each, trials.model) for each in asked]
    settings = [
        s.fitted(trials.model) for each in chosen if each.statement is not None for s in each.statement.settings
    ]
    for solved in (trials.default, trials.boxed()):
        solved.prepare(settings)
    return Verdicts(tuple(_checked(each, trials) for each in chosen))


def _trials(model: GameFamily | None, points: int, seed: int, concept: str) -> Trials:
    return Trials(model if model is not None else default_model(), points, seed, concept)


@lru_cache(maxsize=1)
def default_model() -> GameFamily:
    """Return the model of all calls that name none: one object, so that it is compiled once."""
    return chapter_model()


def _checked(found: Claim, trials: Trials) -> Verdict:
    if found.statement is None:
        issue = _issue(found, trials) if found.tier == "A" else None
        if issue is None:
            return Verdict(found, trials, None, (), None, None)
        return Verdict(found, trials, None, (), issue.holds, issue.over, issue)
    statement = found.statement.fitted(trials.model)
    lacking = found.statement.lacking(trials.model)
    return Verdict(found, trials, statement, lacking, trials.holds(statement), trials.share(statement))


def _issue(found: Claim, trials: Trials) -> IssueVerdict | None:
    """Return what a claim's issue game says of it, if it has one that tests it."""
    from ..chapter.issues import issue_game

    game = issue_game(found.issue_game) if found.issue_game else None
    return game.check(found.id, trials.points, trials.seed) if game is not None and found.id in game.claims else None
