"""The search for a proof that every setting has an equilibrium everywhere on a box.

On a box one profile may do, none of whose conditions is negative. Where the equilibrium switches two may do: each with
one open condition, and the two never negative at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..game import FloatArray
from .prover import MARGIN, Node, Prover, SettingRows, proof
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
        self._bounds: dict[tuple[int, int], Bound] = {}

    def search(self, only: int | None) -> dict[str, Any] | None:
        """Return a witness in the certificate's form, or None."""
        order = self._candidates() if only is None else [only]
        opened = []
        for profile in order:
            proofs, missing = self._tried(profile)
            if not missing:
                return {"profiles": [[profile, proofs]], "sum": None}
            opened.append((profile, missing))
        if only is None:
            for profile, missing in opened:
                for other in dict.fromkeys(int(self.exactly.compiled.entry_target[entry]) for entry in missing):
                    found = self._together(profile, missing, other)
                    if found is not None:
                        return found
        for entry in opened[0][1] if opened else []:
            self._pull(entry)
        return None

    def _candidates(self) -> list[int]:
        """Return the profiles that come closest to being equilibria in the middle of the box."""
        compiled = self.exactly.compiled
        losses = self.middle[compiled.entry_row] * compiled.entry_sign
        worst = np.where(compiled.allowed, np.inf, -np.inf)
        np.minimum.at(worst, compiled.entry_profile, losses)
        return [int(p) for p in np.argsort(-worst, kind="stable")[:MOST_CANDIDATES] if compiled.allowed[p]]

    def _bound(self, entry: int) -> Bound:
        compiled = self.exactly.compiled
        key = int(compiled.entry_row[entry]), int(compiled.entry_sign[entry])
        if key not in self._bounds:
            self._bounds[key] = lower_bound(self.rows.rough(*key), self.low, self.high)
        return self._bounds[key]

    def _rough(self, entry: int) -> Rough:
        compiled = self.exactly.compiled
        return self.rows.rough(int(compiled.entry_row[entry]), int(compiled.entry_sign[entry]))

    def _tried(self, profile: int) -> tuple[list[Any], list[int]]:
        """Return proofs of a profile's conditions, and the entries of those that are open."""
        compiled = self.exactly.compiled
        proofs, missing = [], []
        for entry in map(int, self.exactly.entries[profile]):
            size = self.rows.sizes[compiled.entry_row[entry]]
            if size == 0:
                continue
            if self._bound(entry).value >= -MARGIN * size:
                steps = proof(self._bound(entry), self.prover.variables)
                proofs.append([int(compiled.entry_target[entry]), self.exactly.mover(entry), steps])
            else:
                missing.append(entry)
        return proofs, missing

    def _together(self, profile: int, missing: list[int], other: int) -> dict[str, Any] | None:
        """Return two profiles as a witness if their open conditions are never negative at once."""
        proofs, open_there = self._tried(other)
        sums = [self._rough(one) + self._rough(two) for one in missing for two in open_there]
        bounds = [lower_bound(total, self.low, self.high) for total in sums]
        if any(bound.value < -MARGIN * total.size for bound, total in zip(bounds, sums, strict=True)):
            return None
        steps = {tuple(proof(bound, self.prover.variables)) for bound in bounds}
        if len(steps) > 1:
            return None
        own, _ = self._tried(profile)
        together = list(steps.pop()) if steps else ["terms"]
        return {"profiles": [[profile, own], [other, proofs]], "sum": together}

    def _pull(self, entry: int) -> None:
        bound = self._bound(entry)
        total = bound.pulls.sum()
        if total > 0:
            self.pulls += bound.pulls / total
            return
        polynomial = self._rough(entry)
        spread = np.abs(polynomial.numbers) @ (polynomial.exponents * (self.high - self.low))
        if spread.sum() > 0:
            self.pulls += spread / spread.sum()
