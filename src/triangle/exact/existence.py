"""The search for a proof that every setting has an equilibrium everywhere on a box.

Under ``commitment`` a setting has an outcome wherever some subgame has a stable profile: the best for the leader of
what the subgames guarantee is attained.
"""

from __future__ import annotations

import numpy as np

from ..game import FloatArray
from .pieces import Node
from .prover import Prover
from .witness import WitnessSearch


class Existence:
    """Tries to find equilibria that are there throughout a box.

    Parameters
    ----------
    prover : Prover
    """

    def __init__(self, prover: Prover) -> None:
        self.prover = prover

    def open(self, node: Node) -> list[str]:
        """Return the settings still without an equilibrium on a box."""
        return [label for label in self.prover.settings if label not in node.out]

    def settle(self, node: Node) -> FloatArray:
        """Find equilibria on a box; return how much each variable stands in the way."""
        piece = self.prover.piece(node)
        low, high = self.prover.corners(node)
        pulls = np.zeros(len(low))
        for label in self.open(node):
            exactly = self.prover.exact[label]
            search = WitnessSearch(exactly, piece.rows[label], self.prover.variables, low, high)
            witness = search.search(exactly.entries)
            if witness is None:
                pulls += search.pulls
            else:
                node.record.setdefault("witness", {})[label] = witness
                node.out[label] = set()  # A setting with a witness is done, here and below.
        return pulls
