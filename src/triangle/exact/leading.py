"""Profiles that the leader would not commit to: another of its actions is sure to give it more.

On a box an action is sure where some profile of its subgame is stable throughout; then the leader gets from it at least
the least payoff over the profiles of that subgame that are not out. A profile that never gives more is bettered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .pieces import MARGIN
from .rough import Rough
from .witness import WitnessSearch

if TYPE_CHECKING:
    from .attempt import Attempt


class Leading:
    """The leader's alternatives in one setting on one box.

    Parameters
    ----------
    attempt : Attempt
    label : str
        A setting in which the leader is not held.
    """

    def __init__(self, attempt: Attempt, label: str) -> None:
        self.attempt, self.label, self.node = attempt, label, attempt.node
        self.rows, self.exactly = attempt.piece.rows[label], attempt.prover.exact[label]
        assert self.exactly.compiled.leader_action is not None
        self.action = self.exactly.compiled.leader_action
        self.worth = self.rows.worth(attempt.middle)
        self._sought: dict[int, WitnessSearch] = {}

    def better(self) -> None:
        """Put aside the profiles that another action is sure to better."""
        for profile in self.attempt.prover.alive(self.node, self.label):
            for action in self._promising(profile):
                rivals = self.rivals(action)
                gains = [self.rows.gain(profile, rival) for rival in rivals]
                if all(map(self._shown, gains)) and self.sure(action):
                    proofs = [[q, self.attempt.proof(gain)] for q, gain in zip(rivals, gains, strict=True)]
                    told = self.node.record.setdefault("bettered", {}).setdefault(self.label, [])
                    told.append([profile, action, proofs])
                    self.node.bettered[self.label].add(profile)
                    break

    def rivals(self, action: int) -> list[int]:
        """Return the profiles of an action's subgame that may be stable."""
        return [p for p in self.exactly.by_action[action] if p not in self.node.out[self.label]]

    def _promising(self, profile: int) -> list[int]:
        """Return the other actions that better a profile in the middle, if all that may be stable is; best first."""
        least = {}
        for action in self.exactly.by_action:
            rivals = self.rivals(action)
            if action != self.action[profile] and rivals:
                least[action] = self.worth[rivals].min()
        return sorted((a for a in least if least[a] >= self.worth[profile] - MARGIN), key=lambda a: -least[a])

    def _shown(self, gain: Rough) -> bool:
        return bool(gain) and self.attempt.meets(gain, False) and not self.attempt.vanishes(gain)

    def sure(self, action: int) -> bool:
        """Whether a profile of an action's subgame is stable throughout the box."""
        if action in self.node.sure[self.label]:
            return True
        if action in self._sought:
            return False
        here = self.attempt
        search = WitnessSearch(self.exactly, self.rows, here.prover.variables, here.low, here.high)
        witness = search.search(self.exactly.by_action[action])
        self._sought[action] = search
        if witness is not None:
            self.node.sure[self.label].add(action)
            self.node.record.setdefault("sure", {}).setdefault(self.label, []).append([action, witness])
        return witness is not None

    def pull(self, profile: int) -> None:
        """Count what stands in the way of showing that a profile is bettered, if it is so in the middle."""
        stable = self.attempt.stable_in_the_middle(self.label)
        least = {
            action: min((self.worth[p] for p in profiles if stable[p]), default=-np.inf)
            for action, profiles in self.exactly.by_action.items()
            if action != self.action[profile]
        }
        best = max(least, key=lambda action: least[action], default=None)
        if best is None or not stable[profile] or least[best] <= self.worth[profile]:
            return
        for rival in self.rivals(best):
            gain = self.rows.gain(profile, rival)
            if self.attempt.meets(gain, False):
                continue
            if stable[rival]:
                self.attempt.pull(gain)
            else:
                self.attempt.pull_out(self.label, rival)
        if not self.sure(best):
            self.attempt.pulls += self._sought[best].pulls
