"""Whether profiles of a scenario stay equilibria, or stay none, on a box: a proof, or a point where that ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..evaluation import Solutions
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..scenario import Scenario
from ..statement import Comparison, Setting, Statement, Value
from .attempt import Attempt
from .boxes import Coordinates, Ends, ranges_of
from .certificate import written_setting
from .checker import check_outcome, outcome_digest
from .displaced import Point, setting_values
from .pieces import Node
from .point import Equilibria, equilibria_at
from .prover import Prover
from .rational import Number
from .rough import Rough
from .tree import Tree, grow

LABEL = "now"
SAMPLES = 256
MOST_TESTED = 24
MOST_CAPS = 3


@dataclass(frozen=True)
class Outcome:
    """Profiles of a scenario that are to stay equilibria, and profiles that are to stay none."""

    model: GameFamily
    scenario: Scenario
    concept: str
    stays: tuple[int, ...]
    stays_out: tuple[int, ...]

    @property
    def setting(self) -> Setting:
        """The scenario as a setting."""
        return Setting(LABEL, self.scenario)

    def at(self, displacement: Point) -> Equilibria:
        """Return the equilibria at a displacement."""
        values = setting_values(self.model, self.setting, displacement)
        return equilibria_at(self.model, values, self.concept, self.scenario.held)

    def ended(self, found: Equilibria) -> bool:
        """Whether a profile that was to stay is gone, or one that was to stay out is a strict equilibrium."""
        return not set(self.stays) <= set(found.all) or bool(set(self.stays_out) & set(found.strict))


class OutcomeProver:
    """Tries to show on boxes that an outcome stays.

    Parameters
    ----------
    outcome : Outcome
    factor : number
        Of the plausible ranges.
    """

    def __init__(self, outcome: Outcome, factor: Number) -> None:
        self.outcome = outcome
        model = outcome.model
        any_measure = Value(model.measures[0].name, LABEL)
        statement = Statement("outcome", (outcome.setting,), (Comparison(any_measure, ">=", any_measure),))
        self.ranges, self.factor = ranges_of(model, factor)
        coordinates = Coordinates.of(model, statement.settings, self.ranges)
        self.prover = Prover(model, statement, coordinates, outcome.concept)

    def tree(self, budget: int) -> Tree:
        """Look for a proof."""
        return grow(self.prover, self, self.prover.root(), budget)

    def open(self, node: Node) -> list[int]:
        """Return the profiles about which something is still to be shown."""
        stays = [p for p in self.outcome.stays if (0, (p,)) not in node.done]
        return stays + [p for p in self.prover.alive(node, LABEL) if p in self.outcome.stays_out]

    def settle(self, node: Node) -> FloatArray:
        """Show on a box what can be shown; return how much each variable stands in the way of the rest."""
        box = self.prover.attempt(node)
        leading = box.leading.get(LABEL)
        wanted = self.outcome.stays_out if leading is None else self.prover.exact[LABEL].entries
        box.exclude(LABEL, [p for p in wanted if p not in node.out[LABEL]])
        if leading is not None:
            leading.better()
        for profile in self.prover.alive(node, LABEL):
            if profile in self.outcome.stays_out:
                box.pull_out(LABEL, profile)
                if leading is not None:
                    leading.pull(profile)
                box.suspects.append(box.middle)
        for profile in self.outcome.stays:
            if (0, (profile,)) not in node.done:
                self._keep(box, node, profile)
        self.prover.suspects += box.suspects
        return box.pulls

    def _keep(self, box: Attempt, node: Node, profile: int) -> None:
        proofs, missing = self._conditions(box, profile)
        caps: list[Any] = []
        for action in self.prover.exact[LABEL].by_action if LABEL in box.leading else ():
            if action != box.leading[LABEL].action[profile]:
                cap, more = self._capped(box, profile, action)
                caps += cap
                missing += more
        if not missing:
            node.done.add((0, (profile,)))
            node.record.setdefault("keeps", []).append([profile, proofs, caps])
        for row in missing:
            box.pull(row)
            box.suspects.append(box.suspect(row))

    def _conditions(self, box: Attempt, profile: int) -> tuple[list[Any], list[Rough]]:
        """Return proofs that the conditions of a profile are not negative, and those that could not be shown."""
        rows, exactly = box.piece.rows[LABEL], self.prover.exact[LABEL]
        compiled = exactly.compiled
        proofs, missing = [], []
        for entry in map(int, exactly.entries[profile]):
            row: Rough = rows.rough(int(compiled.entry_row[entry]), int(compiled.entry_sign[entry]))
            if not row:
                continue
            if box.meets(row, False):
                proofs.append([int(compiled.entry_target[entry]), exactly.mover(entry), box.proof(row)])
            else:
                missing.append(row)
        return proofs, missing

    def _capped(self, box: Attempt, profile: int, action: int) -> tuple[list[Any], list[Rough]]:
        """Return a stable profile of another action that gives the leader no more, or what is missing for one."""
        leading = box.leading[LABEL]
        stable = box.stable_in_the_middle(LABEL)
        ordered = sorted(leading.exactly.by_action[action], key=lambda q: (not stable[q], leading.worth[q]))
        missing: list[Rough] = []
        for rival in ordered[:MOST_CAPS]:
            proofs, lacking = self._conditions(box, rival)
            less = -leading.rows.gain(profile, rival)
            if not box.meets(less, False):
                lacking.append(less)
            if not lacking:
                return [[action, rival, proofs, box.proof(less)]], []
            missing = missing or lacking
        return [], missing

    def written(self, tree: Tree) -> dict[str, Any]:
        """Return a proof as the checker reads it."""
        coordinates = self.prover.coordinates
        out: dict[str, Any] = {
            "format": 1,
            "model": {"name": self.outcome.model.name, "digest": self.outcome.model.digest},
            "concept": self.outcome.concept,
            "setting": written_setting(self.outcome.model, self.outcome.setting),
            "stays": list(self.outcome.stays),
            "stays_out": list(self.outcome.stays_out),
        }
        return {
            **out,
            "digest": outcome_digest(out),
            "box": coordinates.written(self.ranges, self.factor),
            "proof": tree.record,
        }

    def points(self, tree: Tree) -> list[Point]:
        """Return points at which the outcome may have ended: where the proof had trouble, and a sample."""
        names, ends = self.prover.variables, self.prover.coordinates.ends
        suspects = [*self.prover.suspects, *(_middle(node.ends) for node in tree.left[:SAMPLES])]
        self.prover.suspects.clear()
        found: list[Point] = []
        for point in [*suspects, *self._sample()]:
            near = {n: Fraction(float(x)).limit_denominator(10**6) for n, x in zip(names, point, strict=True)}
            inside = {n: min(max(x, ends[n][0]), ends[n][1]) for n, x in near.items()}
            found.append(self.prover.coordinates.displacement(inside))
        return found

    def _sample(self) -> FloatArray:
        from scipy.stats import qmc

        ends = np.array([[float(end) for end in pair] for pair in self.prover.coordinates.ends.values()]).reshape(-1, 2)
        if not len(ends):
            return np.zeros((0, 0))
        drawn = qmc.Sobol(len(ends), rng=0).random(SAMPLES)
        return np.asarray(ends[:, 0] + drawn * (ends[:, 1] - ends[:, 0]))


def _middle(ends: Ends) -> FloatArray:
    return np.array([float(low + high) / 2 for low, high in ends.values()])


def ended_among(outcome: Outcome, points: Sequence[Point]) -> Point | None:
    """Return the first point at which the outcome has ended: floats propose, fractions decide."""
    if not points:
        return None
    names = list(dict.fromkeys(name for point in points for name in point))
    moved = {name: np.array([float(point.get(name, 0)) for point in points]) for name in names}
    solved = Solutions(outcome.model, moved or None, outcome.concept).of(outcome.setting)
    stays, stable = np.isin(solved.profiles, outcome.stays), np.asarray(solved.stable)
    gone: BoolArray = stable[stays].sum(axis=0) < len(outcome.stays)
    come = stable[np.isin(solved.profiles, outcome.stays_out)].any(axis=0)
    for k in map(int, np.flatnonzero(gone | come)[:MOST_TESTED]):
        if outcome.ended(outcome.at(points[k])):
            return points[k]
    return None


def proved(prover: OutcomeProver, tree: Tree) -> dict[str, Any] | None:
    """Return the proof if the checker accepts it."""
    if tree.left:
        return None
    written = prover.written(tree)
    check_outcome(prover.outcome.model, written)
    return written
