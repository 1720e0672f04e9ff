"""The search for a proof: what is open on a box of the tree, and attempts at it.

Everything is in floats. The steps found are written into a certificate, and only the checker decides.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from ..family import GameFamily
from ..game import FloatArray
from ..statement import Statement
from .attempt import Attempt
from .boxes import Coordinates, pieces_key
from .family import exact_conditions
from .pieces import Node, Piece, Shown
from .routes import Atom, atoms


class Prover:
    """Tries to settle boxes for one statement.

    Parameters
    ----------
    model : GameFamily
    statement : Statement
    coordinates : Coordinates
    concept : {"pairwise", "nash", "commitment"}

    Attributes
    ----------
    suspects : list of ndarray
        Coordinates of points at which an inequality that could not be shown is least: where to look for a failure.
    """

    def __init__(self, model: GameFamily, statement: Statement, coordinates: Coordinates, concept: str) -> None:
        self.model, self.statement, self.coordinates, self.concept = model, statement, coordinates, concept
        self.variables = coordinates.variables
        self.atoms = atoms(statement.comparisons)
        self.settings = {setting.label: setting for setting in statement.settings}
        self.exact = {
            label: exact_conditions(model, concept, setting.scenario.held) for label, setting in self.settings.items()
        }
        self._pieces: dict[tuple[Any, ...], Piece] = {}
        self.suspects: list[FloatArray] = []

    def root(self) -> Node:
        """Return the whole box."""
        out, sure, bettered = ({label: set[int]() for label in self.settings} for _ in range(3))
        return Node(self.coordinates.ends, out, set(), sure, bettered)

    def corners(self, node: Node) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper ends of a box in floats."""
        ends = np.array([[float(end) for end in node.ends[name]] for name in self.variables]).reshape(-1, 2)
        return ends[:, 0], ends[:, 1]

    def touched(self, node: Node) -> list[tuple[str, int, Fraction]]:
        """Return the ends of the box that stand for what was cut off there, with their place: those not set apart."""
        whole, cut = self.coordinates.ends, self.coordinates.cut
        return [
            (name, side, end)
            for name, ends in node.ends.items()
            for side, end in enumerate(ends)
            if cut[name][side] and end == whole[name][side] and (name, side) not in node.apart
        ]

    def volume(self, node: Node) -> float:
        """Return the volume of what a box stands for: itself, and what was cut off at its ends."""
        widths = {name: high - low for name, (low, high) in node.ends.items()}
        for name, side, _ in self.touched(node):
            widths[name] += self.coordinates.cut[name][side]
        return float(np.prod([float(width) for width in widths.values()]))

    def labels(self, atom: Atom) -> tuple[str, ...]:
        """Return the settings that an atom's comparison names, each once."""
        sides = self.statement.comparisons[atom.comparison].sides
        return tuple(dict.fromkeys(side.setting for side in sides))

    def kink(self, node: Node) -> tuple[str, Fraction] | None:
        """Return a kink inside a box, where it has to be split."""
        for name, bends in self.coordinates.kinks.items():
            low, high = node.ends[name]
            for bend in bends:
                if low < bend < high:
                    return name, bend
        return None

    def piece(self, node: Node) -> Piece:
        """Return the polynomials in force on a box without kinks."""
        key = pieces_key(self.coordinates, node.ends)
        if key not in self._pieces:
            self._pieces[key] = Piece(self, node.ends)
        return self._pieces[key]

    def alive(self, node: Node, label: str) -> list[int]:
        """Return the profiles of a setting that may be equilibria."""
        gone = node.out[label] | node.bettered.get(label, set())
        return [p for p in self.exact[label].entries if p not in gone]

    def open(self, node: Node) -> list[Shown]:
        """Return what is still to be shown on a box."""
        alive = {label: self.alive(node, label) for label in self.settings}
        return [
            (k, pair)
            for k, atom in enumerate(self.atoms)
            for pair in product(*(alive[label] for label in self.labels(atom)))
            if (k, pair) not in node.done
        ]

    def attempt(self, node: Node) -> Attempt:
        """Return an attempt at a box without kinks."""
        return Attempt(self, self.piece(node), node, *self.corners(node))

    def settle(self, node: Node) -> FloatArray:
        """Show on a box what can be shown; return how much each variable stands in the way of the rest."""
        box = self.attempt(node)
        pulls = box.run()
        self.suspects += box.suspects
        return pulls
