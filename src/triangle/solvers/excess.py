"""The linear programme behind core, least core and nucleolus: make the greatest complaint as small as possible.

The complaint (excess) of a coalition at an allocation is what it is worth less what its members get. Games are solved
in normal form: players worth nothing alone, the greatest worth 1 in absolute value, which moves neither the solutions
nor the order of complaints.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..game import FloatArray
from .arrays import ROUNDING
from .cooperative import coalition_sums, players_of
from .linear import PRECISION

IntArray = NDArray[np.intp]

MOST_PLAYERS = 15

_POSITIVE = 1e-7
"""Multipliers of these programmes are ratios of small whole numbers, or zero."""


@dataclass(frozen=True, eq=False)
class NormalForm:
    """A game of several players in normal form.

    Attributes
    ----------
    worth : ndarray, shape (2**n,)
    alone : ndarray, shape (n,)
        What the players are worth alone in the game as given.
    unit : float
        What 1 stands for.
    """

    worth: FloatArray
    alone: FloatArray
    unit: float

    @property
    def players(self) -> int:
        """The number of players."""
        return len(self.alone)

    def original(self, allocation: FloatArray) -> FloatArray:
        """Return an allocation in the units of the game as given."""
        return np.asarray(self.alone + self.unit * allocation)


def normal_form(worth: FloatArray) -> NormalForm:
    """Return a game in normal form; worths that are nothing but rounding become 0."""
    n = players_of(worth)
    if n > MOST_PLAYERS:
        raise ValueError(f"worth: linear programmes over all coalitions of {n} players; at most {MOST_PLAYERS}")
    alone = worth[1 << np.arange(n)]
    gains = worth - np.asarray(coalition_sums(alone), dtype=np.float64)
    unit = float(np.abs(gains).max())
    if unit <= ROUNDING * float(np.abs(worth).max()):
        return NormalForm(np.zeros_like(gains), alone, 1.0)
    return NormalForm(gains / unit, alone, unit)


def incidence(coalitions: IntArray, players: int) -> FloatArray:
    """Return 1.0 where a player belongs to a coalition, shape (coalitions, n)."""
    return np.asarray(coalitions[:, None] >> np.arange(players) & 1, dtype=np.float64)


def independent(rows: FloatArray) -> IntArray:
    """Return the first rows that are linearly independent."""
    kept: list[int] = []
    basis = np.zeros((0, rows.shape[1]))
    for k, row in enumerate(rows):
        if len(basis) == rows.shape[1]:
            break
        rest = row - basis.T @ (basis @ row)
        rest -= basis.T @ (basis @ rest)
        length = float(np.linalg.norm(rest))
        if length > 1e-8:
            kept.append(k)
            basis = np.vstack([basis, rest / length])
    return np.array(kept, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Stage:
    """The least greatest complaint, and which coalitions hold it there.

    Attributes
    ----------
    allocation : ndarray, shape (n,)
    complaint : float
    tight : ndarray of int
        Coalitions with a positive multiplier: their complaint is the greatest at every solution.
    multipliers : ndarray, shape of ``tight``
        They sum to 1, and with what is held fixed they balance.
    floored : ndarray of int
        Players held down to their floor at every solution, by a positive multiplier.
    """

    allocation: FloatArray
    complaint: float
    tight: IntArray
    multipliers: FloatArray
    floored: IntArray


def least_complaint(
    form: NormalForm, coalitions: IntArray, held: IntArray, given: FloatArray, rational: bool
) -> Stage | None:
    """Minimise the greatest complaint of some coalitions over efficient allocations.

    Parameters
    ----------
    form : NormalForm
    coalitions : ndarray of int
        Whose complaints count.
    held, given : ndarray
        Coalitions whose members get a given sum.
    rational : bool
        Whether every player must get what it is worth alone: 0 in the normal form.

    Returns
    -------
    Stage or None
        None if there is no such allocation, or the programme was not solved.
    """
    from scipy.optimize import linprog

    n = form.players
    everyone = np.append(held, (1 << n) - 1)
    solved = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=np.hstack([-incidence(coalitions, n), -np.ones((len(coalitions), 1))]),
        b_ub=-form.worth[coalitions],
        A_eq=np.hstack([incidence(everyone, n), np.zeros((len(everyone), 1))]),
        b_eq=np.append(given, form.worth[-1]),
        bounds=[*[(0.0 if rational else None, None)] * n, (None, None)],
        method="highs-ds",
        options={"primal_feasibility_tolerance": PRECISION, "dual_feasibility_tolerance": PRECISION},
    )
    if solved.status != 0:
        return None
    multipliers = -np.asarray(solved.ineqlin.marginals)
    positive = multipliers > _POSITIVE
    return Stage(
        allocation=np.asarray(solved.x[:n]),
        complaint=float(solved.x[n]),
        tight=coalitions[positive],
        multipliers=multipliers[positive],
        floored=np.flatnonzero(np.asarray(solved.lower.marginals)[:n] > _POSITIVE),
    )
