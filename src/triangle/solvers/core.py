"""The core of a coalitional game: allocations that no coalition can better for itself, or the proof that there is none.

By Bondareva and Shapley the core is empty exactly if there is a balanced collection of coalitions (weights such that
every player's coalitions weigh 1 together) whose weighted worths exceed what all have together. So either answer comes
with something that can be checked by hand.

Bondareva, O. N. (1963). Some applications of linear programming methods to the theory of cooperative games. Problemy
Kibernetiki 10, 119–139. Shapley, L. S. (1967). On balanced sets and cores. Naval Research Logistics Quarterly 14(4),
453–460. Maschler, M., Peleg, B., & Shapley, L. S. (1979). Geometric properties of the kernel, nucleolus, and related
solution concepts. Mathematics of Operations Research 4(4), 303–338 (least core).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, FloatArray
from .arrays import scale_of
from .cooperative import coalition_sums, players_of, read_one_worth
from .excess import IntArray, NormalForm, Stage, incidence, independent, least_complaint, normal_form
from .rational import fractions, is_exact, solve


@dataclass(frozen=True, eq=False)
class CoreResult:
    """Whether the core is empty, with the proof.

    Attributes
    ----------
    empty : bool
    allocation : ndarray, shape (n,)
        An allocation in the least core: the greatest complaint of a coalition is as small as it can be. Where the core
        is not empty it lies in it, and is the proof.
    balanced : tuple of (int, Fraction), or None
        Where the core is empty: the coalitions (bit masks) of a balanced collection and their weights.
    shortfall : float
        Where the core is empty: by how much the collection's weighted worths exceed the worth of all; else 0.
    complaint : float
        The greatest complaint in the least core (its epsilon): not above zero exactly if the core is not empty; minus
        infinity for a player alone.
    exact : bool
        Whether the proof was checked in exact arithmetic on the worths as given; else it holds within the tolerance.
    """

    empty: bool
    allocation: FloatArray
    balanced: tuple[tuple[int, Fraction], ...] | None
    shortfall: float
    complaint: float
    exact: bool


@checked
def core(worth: ArrayLike) -> CoreResult:
    """Decide whether a game's core is empty, and prove it.

    Parameters
    ----------
    worth : array_like, shape (2**n,)
        Indexed by coalition bit mask, 0 for the empty coalition; whole numbers and fractions are taken exactly.

    Returns
    -------
    CoreResult

    Raises
    ------
    ValueError
        Not finite, not a power of two, more than 15 players, or an empty coalition worth something.

    Notes
    -----
    For worths that may have been rounded, a shortfall of up to 1e-9 of the game's scale counts as none.

    Examples
    --------
    In the majority game of three any two can take all, so no allocation is safe.

    >>> result = core([0, 0, 0, 1, 0, 1, 1, 1])
    >>> result.empty, result.balanced
    (True, ((3, Fraction(1, 2)), (5, Fraction(1, 2)), (6, Fraction(1, 2))))
    >>> core([0, 0, 0, 0, 0, 1, 1, 1]).allocation
    array([0., 0., 1.])
    """
    array = read_one_worth(worth)
    if players_of(array) == 1:
        return CoreResult(False, array[1:], None, 0.0, -np.inf, True)
    form = normal_form(array)
    every = np.arange(1, len(array) - 1)
    stage = least_complaint(form, every, every[:0], np.zeros(0), rational=False)
    if stage is None:
        raise RuntimeError("the linear programme of the least core was not solved")
    values = fractions(worth)
    margin = Fraction(0) if is_exact(worth) else Fraction(TOLERANCE * float(scale_of(array, (-1,))[0]))
    collection, proved = _balanced_collection(stage, form.players)
    shortfall = sum((w * values[s] for s, w in collection), Fraction(0)) - values[-1]
    complaint = form.unit * stage.complaint
    allocation = form.original(stage.allocation)
    if shortfall > margin:
        return CoreResult(True, allocation, collection, float(shortfall), complaint, proved)
    vertex = _exact_vertex(form, stage, values, every)
    if vertex is not None and _in_core(vertex, values):
        return CoreResult(False, np.array(vertex, dtype=np.float64), None, 0.0, complaint, True)
    return CoreResult(False, allocation, None, 0.0, complaint, False)


def _balanced_collection(stage: Stage, players: int) -> tuple[tuple[tuple[int, Fraction], ...], bool]:
    """Return the coalitions that hold the least complaint with the weights that balance them, and whether exactly."""
    rows = incidence(stage.tight, players)
    exact = solve(rows.T.astype(int).tolist(), [1] * players)
    proved = exact is not None and min(exact) > 0
    weights = exact if exact is not None and proved else fractions(stage.multipliers / (stage.multipliers @ rows[:, 0]))
    return tuple((int(s), w) for s, w in sorted(zip(stage.tight.tolist(), weights, strict=True))), proved


def _exact_vertex(
    form: NormalForm, stage: Stage, values: list[Fraction], coalitions: IntArray
) -> list[Fraction] | None:
    """Solve again in fractions for the allocation at which the coalitions' complaints are greatest.

    As many equations as it takes, since thousands of coalitions may complain alike: the answer is checked against all.
    """
    n = form.players
    complaints = form.worth[coalitions] - incidence(coalitions, n) @ stage.allocation
    tight = coalitions[complaints >= stage.complaint - 1e-8]
    rows = np.ones((len(tight) + 1, n + 1))
    rows[0, n] = 0.0
    rows[1:, :n] = incidence(tight, n)
    chosen = independent(rows)
    right = [values[-1], *(values[s] for s in tight[chosen[1:] - 1])]
    found = solve(rows[chosen].astype(int).tolist(), right)
    return None if found is None else found[:n]


def _in_core(allocation: list[Fraction], values: list[Fraction]) -> bool:
    sums = coalition_sums(np.array(allocation, dtype=object))
    return bool(sums[-1] == values[-1] and all(s >= v for s, v in zip(sums, values, strict=True)))
