"""What becomes of one claim: at the default, in boxes of parameters, exactly, and without what it rests on.

Only the default and the share in the box of plausible ranges are computed at once. Everything else is computed when it
is first read, and kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from ..chapter.claims import Claim, Nature
from ..conditions import CONCEPTS
from ..evaluation import Share, Solutions
from ..family import GameFamily
from ..game import FloatArray
from ..pickling import PickledByFields
from ..statement import Comparison, Statement
from .ablation import Ablated, ablate
from .counterexample import Counterexample, counterexample, described
from .noisy import PRECISIONS, Noisy, noisy
from .trials import FEWER_POINTS, Trials
from .windows import Window, windows

if TYPE_CHECKING:
    from ..chapter.issues.parts import IssueVerdict
    from ..exact import Certificate, Undecided
    from ..exact import Counterexample as ExactCounterexample

Status = Literal["holds", "falls short", "fails", "not tested"]

SAFELY = 0.985
PRECISION = 1 / 64
REQUIRED: Mapping[str, float] = {"certain": 0.95, "likely": 0.5, "recommendation": 0.5, "possible": 0.0}
"""The share of the box that a claim must exceed, by its strength. A possible claim need hold somewhere only."""


@dataclass(frozen=True, eq=False)
class Verdict(PickledByFields):
    """The verdict on one claim under one model.

    Attributes
    ----------
    claim : Claim
    statement : Statement or None
        What was tested: the claim's statement as far as the model knows its parameters. None: not tested.
    trials : Trials
        Where it was tried, with the model, the seed and the concept.
    lacking : tuple of str
        Parameters that the claim changes and the model does not have; the change then does nothing.
    holds : bool or None
        At the default; None if the claim is not tested.
    over : Share or None
        Over the box of plausible ranges: of the model, or of the issue game that the claim belongs to.
    issue : IssueVerdict or None
        What its issue game says of a claim that the triangle does not test; the model plays no part in it.
    """

    claim: Claim
    trials: Trials = field(repr=False)
    statement: Statement | None = field(repr=False)
    lacking: tuple[str, ...]
    holds: bool | None
    over: Share | None
    issue: IssueVerdict | None = field(default=None, repr=False)

    # --- what was asked and whether it is met -----------------------------------------------------------------

    @property
    def model(self) -> GameFamily:
        """The family under which the claim was tested."""
        return self.trials.model

    @property
    def nature(self) -> Nature | None:
        """Whether the claim is a consequence, holds by construction, or is read off a lever."""
        return cast(Nature, self.issue.nature) if self.issue is not None else self.claim.nature

    @property
    def tested_by(self) -> str:
        """``"triangle"``, the name of an issue game, or nothing."""
        if self.statement is not None:
            return "triangle"
        return self.issue.game if self.issue is not None else ""

    @property
    def share(self) -> float | None:
        """The share of points of the box at which the claim holds."""
        return None if self.over is None else self.over.value

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 per cent interval of the share."""
        return None if self.over is None else self.over.interval

    @property
    def required(self) -> float:
        """The share that the author's strength asks for; 0 is 'somewhere'."""
        return REQUIRED[self.claim.strength]

    @property
    def shortfall(self) -> float:
        """By how much the share falls short of what the author's strength asks for; 0 if it does not."""
        return 0.0 if self.over is None else max(0.0, self.required - self.over.value)

    @property
    def status(self) -> Status:
        """``holds``, ``falls short`` of the strength, ``fails`` at the default, or ``not tested``."""
        if self.over is None:
            return "not tested"
        if self.claim.strength == "possible":
            return "holds" if self.holds or self.over.count else "fails"
        if not self.holds:
            return "fails"
        return "holds" if self.over.value > self.required else "falls short"

    @property
    def reason(self) -> str:
        """Why the claim is not tested here; empty if it is."""
        claim = self.claim
        if self.tested_by:
            return ""
        if claim.tier == "C":
            return f"context: {claim.context}"
        if claim.carried_by:
            return "carried by " + ", ".join(claim.carried_by)
        return f"carried by the issue game {claim.issue_game}"

    # --- where else it holds ----------------------------------------------------------------------------------

    @cached_property
    def wider(self) -> Share | None:
        """The share in a box of twice the width."""
        return None if self.statement is None else self.trials.share(self.statement, 2.0)

    @cached_property
    def widest(self) -> Share | None:
        """The share over all admissible values; None for dated claims, whose years would lose their difference."""
        if self.statement is None or self.dated:
            return None
        return self.trials.share(self.statement, math.inf)

    @property
    def dated(self) -> bool:
        """Some setting starts from a year whose values are not the model's defaults."""
        settings = self.statement.settings if self.statement else ()
        defaults = self.model.defaults
        return any(s.scenario.values.get(name, value) != value for s in settings for name, value in defaults.items())

    @cached_property
    def concepts(self) -> Mapping[str, tuple[bool, Share]]:
        """Under each solution concept that the model has, whether it holds at the default and its share."""
        if self.statement is None:
            return {}
        found = {}
        for concept in CONCEPTS:
            if concept == "commitment" and self.model.leader is None:
                continue
            trials = Trials(self.model, min(FEWER_POINTS, self.trials.points), self.trials.seed, concept)
            found[concept] = (trials.holds(self.statement), trials.share(self.statement))
        return found

    @cached_property
    def noisy(self) -> tuple[Noisy, ...]:
        """Whether it holds of expected values where players err, at each of `triangle.studies.noisy.PRECISIONS`."""
        if self.statement is None:
            return ()
        return tuple(noisy(self.model, self.statement, precision) for precision in PRECISIONS)

    # --- what decides it --------------------------------------------------------------------------------------

    @property
    def condition(self) -> str:
        """What decides the claim: in words, as an inequality, and as windows of single parameters."""
        if self.statement is None:
            return "" if self.issue is None else self.issue.condition
        words = self.claim.condition or "see the inequality"
        bounded = [window for window in self.windows if window.bounded][:4]
        alone = "; ".join(window.spelled(inside=bool(self.holds)) for window in bounded)
        lead = "holds while" if self.holds else "would hold if"
        return f"{words}; that is, {self.deciding}" + (f" ({lead}, all else at the default, {alone})" if alone else "")

    @cached_property
    def deciding(self) -> Comparison | None:
        """The comparison that fails at most points; the first if none ever fails."""
        if self.statement is None:
            return None
        each = self.trials.boxed().evaluate(self.statement).each.mean(axis=1)
        return self.statement.comparisons[int(each.argmin())]

    def spread(self) -> FloatArray:
        """Return the deciding comparison's margin at every sampled point; NaN where a value does not exist."""
        if self.statement is None or self.deciding is None:
            return np.zeros(0)
        place = self.statement.comparisons.index(self.deciding)
        return np.asarray(self.trials.boxed().evaluate(self.statement).margins[place])

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """How far each parameter can move alone before the verdict at the default changes, the tightest first.

        Empty where nothing can be said exactly: see `inexact`.
        """
        if self.statement is None or self.inexact:
            return ()
        return windows(self.model, self.statement, self.trials.concept)

    @cached_property
    def inexact(self) -> str:
        """Why nothing can be decided exactly: a measure of one's own that is no polynomial; empty if all can."""
        from ..exact.forms import NoExactForm
        from ..exact.point import Judge

        try:
            if self.statement is not None:
                Judge(self.model, self.statement, self.trials.concept).truth()
        except NoExactForm as lacking:
            return str(lacking)
        return ""

    @property
    def nearest_flip(self) -> Window | None:
        """The one parameter whose change flips the verdict soonest, in half-widths of its range; None if none can."""
        return next((window for window in self.windows if window.bounded), None)

    @cached_property
    def ablation(self) -> tuple[Ablated, ...]:
        """What is left without each term, option and stage parameter, the most harmful first."""
        if self.statement is None:
            return ()
        points = min(FEWER_POINTS, self.trials.points)
        return ablate(self.model, [self.statement], points, self.trials.seed)[self.statement.name]

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The terms, options and parameters without any one of which a claim that holds does not."""
        return tuple(each.name for each in self.ablation if each.dies) if self.holds else ()

    @property
    def broken_by(self) -> tuple[str, ...]:
        """Those without any one of which a claim that fails at the default would hold there."""
        return () if self.holds else tuple(each.name for each in self.ablation if each.holds)

    @cached_property
    def counterexample(self) -> Counterexample | None:
        """A point at which the claim fails, near the default; None if none was found, which is no proof.

        Where the exact search finds a failure that the search along slopes missed, it is that.
        """
        from ..exact import Counterexample as ExactCounterexample

        if self.statement is not None:
            if self._near is None and isinstance(self.proof, ExactCounterexample):
                moved = {name: float(move) for name, move in self.proof.displacement.items()}
                return described(self.model, self.statement, moved, self.trials.concept)
            return self._near
        if self.issue is None or self.issue.counterexample is None:
            return None
        return Counterexample({}, math.nan, {self.issue.game: self.issue.counterexample}, {}, ())

    @cached_property
    def _near(self) -> Counterexample | None:
        """The nearest failure that the search along slopes finds."""
        return None if self.statement is None else counterexample(self.trials, self.statement)

    @cached_property
    def proof(self) -> Certificate | ExactCounterexample | Undecided | None:
        """The exact answer on the box of plausible ranges; None if a failure is known, or nothing can be proved here.

        See `triangle.exact.certify`.
        """
        from ..exact import SolverAnswer, certify

        if self.statement is None or self.inexact or self._near is not None:
            return None
        found = certify(self.model, None, self.statement, concept=self.trials.concept)
        assert not isinstance(found, SolverAnswer)  # No solver is asked.
        return found

    @property
    def certificate(self) -> Certificate | None:
        """A proof that the claim holds on the whole box, which an independent checker accepts."""
        from ..exact import Certificate

        return self.proof if isinstance(self.proof, Certificate) else None

    @cached_property
    def proved(self) -> float:
        """The multiple of the plausible ranges on which the claim is proved; 0 if nothing is.

        For a claim that nothing refutes it is 1, the box itself, though a larger box may do. For others it is at most a
        little less than the distance of the counterexample: see `triangle.exact.largest_box`.
        """
        from ..exact.largest import largest_proof

        if self.statement is None or self.inexact or not self.holds:
            return 0.0
        failing = self.counterexample
        if failing is None:
            return 0.0 if self.certificate is None else 1.0
        most, concept = SAFELY * failing.distance, self.trials.concept
        found = largest_proof(self.model, self.statement, most, PRECISION, concept=concept)
        return 0.0 if found is None or found.factor is None else float(found.factor)

    def margins(self, displacement: Mapping[str, float] | None = None) -> Mapping[Comparison, float]:
        """Return by how much each comparison holds at a point, in the units of its values; negative: it fails."""
        if self.statement is None:
            return {}
        found = Solutions(self.model, displacement, self.trials.concept).evaluate(self.statement)
        return dict(zip(self.statement.comparisons, map(float, found.margins[:, 0]), strict=True))

    # --- as data ----------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return what is known at little cost as plain data, ready for JSON."""
        claim = self.claim
        return {
            "id": claim.id,
            "text": claim.text,
            "section": claim.section,
            "tier": claim.tier,
            "strength": claim.strength,
            "counterintuitive": claim.counterintuitive,
            "nature": claim.nature,
            "status": self.status,
            "tested_by": self.tested_by,
            "reason": self.reason,
            "holds": self.holds,
            "share": self.share,
            "interval": self.interval,
            "count": None if self.over is None else self.over.count,
            "points": None if self.over is None else self.over.points,
            "no_equilibrium": None if self.over is None else self.over.missing,
            "required": None if self.over is None else self.required,
            "shortfall": self.shortfall,
            "statement": [] if self.statement is None else list(map(str, self.statement.comparisons)),
            "lacking": list(self.lacking),
            "model": self.model.name,
            "model_digest": self.model.digest,
            "options": dict(self.model.options),
            "concept": self.trials.concept,
            "seed": self.trials.seed,
        }

    def in_full(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON; this computes what has not been computed yet."""
        found = self.to_dict() | {"condition": self.condition}
        failing = self.counterexample
        found["counterexample"] = None if failing is None else failing.to_dict()
        found["certificate"] = None if self.certificate is None else self.certificate.to_dict()
        if self.statement is None:
            return found
        flip = self.nearest_flip
        return found | {
            "margins": {str(comparison): _known(margin) for comparison, margin in self.margins().items()},
            "wider": None if self.wider is None else self.wider.value,
            "widest": None if self.widest is None else self.widest.value,
            "windows": [window.spelled() for window in self.windows if window.bounded],
            "nearest_flip": None if flip is None else {"window": flip.spelled(), "reach": flip.reach},
            "concepts": {name: {"holds": held, "share": s.value} for name, (held, s) in self.concepts.items()},
            "logit_qre": [{"precision": n.precision, "holds": n.holds} for n in self.noisy],
            "ablation": [
                {"without": a.name, "kind": a.kind, "holds": a.holds, "share": a.share.value, "dies": a.dies}
                for a in self.ablation
            ],
        }

    def __str__(self) -> str:
        from ..views.claims import verdict_table
        from ..views.tables import as_text

        return as_text(verdict_table(self))

    def _repr_html_(self) -> str:
        from ..views.claims import verdict_table
        from ..views.tables import as_html

        return as_html(verdict_table(self))


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None
