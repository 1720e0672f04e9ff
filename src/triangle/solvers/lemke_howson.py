"""One equilibrium of a two-player game for each label that the Lemke–Howson path may drop.

The tableaux hold whole numbers (integer pivoting), and ties of the ratio test are broken lexicographically, so that the
path ends in every game, degenerate ones too, and at an exact equilibrium.

Lemke, C. E., & Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of SIAM 12(2), 413–423.
von Stengel, B. (2007). Equilibrium computation for two-player games in strategic and extensive form. In N. Nisan et al.
(Eds.), Algorithmic Game Theory (ch. 3). Cambridge University Press.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..game import FloatArray
from .wholes import Wholes, whole_numbers


def lemke_howson(first: NDArray[Any], second: NDArray[Any], label: int) -> tuple[FloatArray, FloatArray]:
    """Return the equilibrium at the end of the path that drops a label at the start.

    Parameters
    ----------
    first, second : ndarray, shape (A_1, A_2)
        The players' payoffs: floats, integers, or fractions (dtype object).
    label : int
        An action: the first player's are 0 … A_1 - 1, the second's follow.

    Returns
    -------
    pair of ndarray, shapes (A_1,) and (A_2,)

    Examples
    --------
    >>> lemke_howson(np.array([[1, -1], [-1, 1]]), np.array([[-1, 1], [1, -1]]), 0)
    (array([0.5, 0.5]), array([0.5, 0.5]))
    """
    rows, columns = first.shape
    # Whose strategy it holds: the first player's must leave the second no payoff above 1, and the other way round.
    mine = _Tableau(whole_numbers(second).T + 1, list(range(rows)), list(range(rows, rows + columns)))
    theirs = _Tableau(whole_numbers(first) + 1, list(range(rows, rows + columns)), list(range(rows)))
    here, there = (mine, theirs) if label < rows else (theirs, mine)
    entering = label
    while True:
        entering = here.pivot(entering)
        if entering == label:
            return mine.strategy(range(rows)), theirs.strategy(range(rows, rows + columns))
        here, there = there, here


class _Tableau:
    """A dictionary of the system ``matrix @ strategy + slack == 1`` times a common denominator.

    Every column bears the label of its variable: a strategy's is its action, a slack's the opponent's action.
    """

    def __init__(self, matrix: Wholes, strategy: list[int], slack: list[int]) -> None:
        unit = np.array([[int(r == c) for c in range(len(slack))] for r in range(len(slack))], dtype=object)
        one = np.full((len(slack), 1), 1, dtype=object)
        self.table = np.concatenate([matrix, unit, one], axis=1)
        self.column = {label: k for k, label in enumerate([*strategy, *slack])}
        self.slacks = slice(len(strategy), len(strategy) + len(slack))
        self.basis = list(slack)
        self.denominator = 1

    def pivot(self, entering: int) -> int:
        """Let a variable into the basis and return the label of the one that leaves."""
        column = self.column[entering]
        rows = [k for k in range(len(self.table)) if self.table[k, column] > 0]
        row = min(rows, key=lambda k: self._ratios(k, column))
        pivot = self.table[row, column]
        kept = self.table[row].copy()
        self.table = (self.table * pivot - np.outer(self.table[:, column], kept)) // self.denominator
        self.table[row] = kept
        self.denominator = pivot
        leaving, self.basis[row] = self.basis[row], entering
        return leaving

    def _ratios(self, row: int, column: int) -> list[Fraction]:
        """Return the right side and then the slack columns over the pivot: compared in this order, no two rows tie."""
        values = (self.table[row, -1], *self.table[row, self.slacks])
        return [Fraction(value, self.table[row, column]) for value in values]

    def strategy(self, labels: range) -> FloatArray:
        """Return the probabilities of the actions with these labels."""
        value = {label: self.table[k, -1] for k, label in enumerate(self.basis)}
        weights = [value.get(label, 0) for label in labels]
        total = sum(weights)
        return np.array([weight / total for weight in weights], dtype=np.float64)
