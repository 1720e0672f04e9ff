"""The search for a proof that every setting has an equilibrium everywhere on a box.

On a box one profile may do, none of whose conditions is negative. Where the equilibrium switches two may do, and a
pivot: a condition r of the first. Every condition of the first is then shown to be at least 0 or at least r, every one
of the second at least 0 or at least −r. Where r is not negative the first is an equilibrium, elsewhere the second.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..game import FloatArray
from .attempt import proof
from .pieces import MARGIN, Node, SettingRows
from .prover import Prover
from .rough import Bound, Rough, lower_bound

MOST_CANDIDATES = 3


class Existence:
    """Tries to find equilibria that are there throughout a box.

    Parameters
    ----------
    prover : Prover
    only : mapping of str to int, optional
        For a setting the one profile that will do.
    """

    def __init__(self, prover: Prover, only: dict[str, int] | None = None) -> None:
        self.prover = prover
        self.only = only or {}

    def open(self, node: Node) -> list[str]:
        """Return the settings still without an equilibrium on a box."""
        return [label for label in self.prover.settings if label not in node.out]

    def settle(self, node: Node) -> FloatArray:
        """Find equilibria on a box; return how much each variable stands in the way."""
        piece = self.prover.piece(node)
        ends = np.array([[float(end) for end in node.ends[name]] for name in self.prover.variables]).reshape(-1, 2)
        pulls = np.zeros(len(ends))
        for label in self.open(node):
            found = _Witness(self.prover, label, piece.rows[label], ends[:, 0], ends[:, 1])
            witness = found.search(self.only.get(label))
            if witness is None:
                pulls += found.pulls
            else:
                node.record.setdefault("witness", {})[label] = witness
                node.out[label] = set()  # A setting with a witness is done, here and below.
        return pulls


class _Witness:
    def __init__(self, prover: Prover, label: str, rows: SettingRows, low: FloatArray, high: FloatArray) -> None:
        self.prover, self.rows, self.low, self.high = prover, rows, low, high
        self.exactly = prover.exact[label]
        self.pulls = np.zeros(len(low))
        self.middle = rows.at((low + high) / 2)

    def search(self, only: int | None) -> dict[str, Any] | None:
        """Return a witness in the certificate's form, or None."""
        first: list[int] | None = None
        for profile in self._candidates() if only is None else [only]:
            proofs, missing = self._tried(profile, None)
            if not missing:
                return {"pivot": None, "profiles": [[profile, proofs]]}
            first = missing if first is None else first
            for pivot in missing if only is None else ():
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

    def _candidates(self) -> list[int]:
        """Return the profiles that come closest to being equilibria in the middle of the box."""
        compiled = self.exactly.compiled
        losses = self.middle[compiled.entry_row] * compiled.entry_sign
        worst = np.where(compiled.allowed, np.inf, -np.inf)
        np.minimum.at(worst, compiled.entry_profile, losses)
        return [int(p) for p in np.argsort(-worst, kind="stable")[:MOST_CANDIDATES] if compiled.allowed[p]]

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
                    proofs.append([*named, kind, proof(bound, self.prover.variables)])
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
