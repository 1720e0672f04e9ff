"""One or two profiles that are stable throughout a box.

One profile may do, none of whose conditions is negative. Where the stable profile switches two may do, and a pivot: a
condition r of the first. Every condition of the first is then shown to be at least 0 or at least r, every one of the
second at least 0 or at least −r. Where r is not negative the first is stable, elsewhere the second.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..game import FloatArray
from .family import ExactConditions
from .pieces import MARGIN, SettingRows
from .rough import Bound, Rough, lower_bound, steps

MOST_CANDIDATES = 3


class WitnessSearch:
    """The search for stable profiles of one setting on one box.

    Parameters
    ----------
    exactly : ExactConditions
    rows : SettingRows
    variables : tuple of str
    low, high : ndarray, shape (variables,)

    Attributes
    ----------
    pulls : ndarray, shape (variables,)
        How much each variable stood in the way.
    """

    def __init__(
        self,
        exactly: ExactConditions,
        rows: SettingRows,
        variables: tuple[str, ...],
        low: FloatArray,
        high: FloatArray,
    ) -> None:
        self.exactly, self.rows, self.variables, self.low, self.high = exactly, rows, variables, low, high
        self.pulls = np.zeros(len(low))
        self.middle = rows.at((low + high) / 2)

    def search(self, among: Iterable[int]) -> dict[str, Any] | None:
        """Return a witness in the certificate's form, or None.

        Parameters
        ----------
        among : iterable of int
            The profiles that will do.
        """
        first: list[int] | None = None
        for profile in self._candidates(list(among)):
            proofs, missing = self._tried(profile, None)
            if not missing:
                return {"pivot": None, "profiles": [[profile, proofs]]}
            first = missing if first is None else first
            for pivot in missing:
                found = self._pivoted(profile, pivot)
                if found is not None:
                    return found
        for entry in first or ():
            self._pull(self._rough(entry))
        return None

    def _pivoted(self, profile: int, pivot: int) -> dict[str, Any] | None:
        """Return a profile and the one that a move leads to as a witness that turns on what the move costs."""
        cost = self._rough(pivot)
        other = int(self.exactly.compiled.entry_target[pivot])
        own, missing = self._tried(profile, cost)
        if missing:
            return None
        there, missing = self._tried(other, -cost)
        if missing:
            return None
        named = [other, self.exactly.mover(pivot)]
        return {"pivot": named, "profiles": [[profile, own], [other, there]]}

    def _candidates(self, among: list[int]) -> list[int]:
        """Return the profiles that come closest to being stable in the middle of the box."""
        compiled = self.exactly.compiled
        losses = self.middle[compiled.entry_row] * compiled.entry_sign
        worst = np.full(self.exactly.form.size, np.inf)
        np.minimum.at(worst, compiled.entry_profile, losses)
        return sorted(among, key=lambda profile: -worst[profile])[:MOST_CANDIDATES]

    def _bound(self, polynomial: Rough) -> Bound:
        return lower_bound(polynomial, self.low, self.high)

    def _rough(self, entry: int) -> Rough:
        compiled = self.exactly.compiled
        return self.rows.rough(int(compiled.entry_row[entry]), int(compiled.entry_sign[entry]))

    def _tried(self, profile: int, cost: Rough | None) -> tuple[list[Any], list[int]]:
        """Return proofs that a profile's conditions are at least 0, or at least ``cost``; and the entries left open."""
        proofs, missing = [], []
        for entry in map(int, self.exactly.entries[profile]):
            row = self._rough(entry)
            if not row:
                continue
            named = [int(self.exactly.compiled.entry_target[entry]), self.exactly.mover(entry)]
            for kind, polynomial in (("zero", row), ("pivot", None if cost is None else row - cost)):
                bound = None if polynomial is None else self._bound(polynomial)
                if bound is not None and bound.value >= -MARGIN * row.size:
                    proofs.append([*named, kind, steps(bound, self.variables)])
                    break
            else:
                missing.append(entry)
        return proofs, missing

    def _pull(self, polynomial: Rough) -> None:
        pulls = self._bound(polynomial).pulls
        if not pulls.any():
            pulls = np.abs(polynomial.numbers) @ (polynomial.exponents * (self.high - self.low))
        if pulls.sum() > 0:
            self.pulls += pulls / pulls.sum()
