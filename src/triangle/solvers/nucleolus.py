"""The nucleolus: the allocation whose complaints, greatest first, are as small as they can be.

A sequence of linear programmes: minimise the greatest complaint; fix the coalitions whose complaint can be no smaller
(those with a positive multiplier: a coalition that only happens to be tight at the solution found may yet do better);
go on with the others, those left out whose payoff is already determined, until all payoffs are. The programmes tell
which equations hold; these are solved again in fractions, and the answer is checked by Kohlberg's criterion, which
knows nothing of the programmes.

Schmeidler, D. (1969). The nucleolus of a characteristic function game. SIAM Journal on Applied Mathematics 17(6),
1163–1170. Kohlberg, E. (1971). On the nucleolus of a characteristic function game. SIAM Journal on Applied Mathematics
20(1), 62–66. Maschler, M., Peleg, B., & Shapley, L. S. (1979). Geometric properties of the kernel, nucleolus, and
related solution concepts. Mathematics of Operations Research 4(4), 303–338. Guajardo, M., & Jörnsten, K. (2015). Common
mistakes in computing the nucleolus. European Journal of Operational Research 241(3), 931–935.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import TOLERANCE, FloatArray
from .arrays import scale_of
from .cooperative import coalition_sums, read_one_worth
from .excess import IntArray, NormalForm, Stage, incidence, independent, least_complaint, normal_form
from .linear import maximise
from .rational import fractions, solve

Status = Literal["exact", "verified", "unverified", "no imputation"]

_SAME = 1e-7
"""Complaints that differ by less, in units of the normal form, count as one level outside exact arithmetic."""


@dataclass(frozen=True, eq=False)
class NucleolusResult:
    """The nucleolus, or the prenucleolus. Where an array is wanted it reads as its allocation.

    Attributes
    ----------
    allocation : ndarray, shape (n,)
        NaN where there is no imputation.
    levels : ndarray
        The levels of complaint that the programmes found, greatest first, until the allocation was determined.
    status : {"exact", "verified", "unverified", "no imputation"}
        ``"exact"``: solved in fractions on the worths as given, and Kohlberg's criterion holds there; ``"verified"``:
        the criterion holds in floating point; ``"unverified"``: it does not, so do not rely on the allocation;
        ``"no imputation"``: the players are worth less together than each alone.
    fractions : tuple of Fraction, or None
        The allocation, where it is exact.
    """

    allocation: FloatArray
    levels: FloatArray
    status: Status
    fractions: tuple[Fraction, ...] | None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.allocation, dtype=dtype, copy=copy)


@checked
def nucleolus(worth: ArrayLike) -> NucleolusResult:
    """Find the nucleolus of a game: among the imputations, the one with the lexicographically least complaints.

    Parameters
    ----------
    worth : array_like, shape (2**n,)
        Indexed by coalition bit mask, 0 for the empty coalition; whole numbers and fractions are taken exactly.

    Returns
    -------
    NucleolusResult

    Raises
    ------
    ValueError
        Not finite, not a power of two, more than 15 players, or an empty coalition worth something.

    Examples
    --------
    The Talmud's estate of 200 against claims of 100, 200 and 300 (Aumann and Maschler 1985): a coalition is worth what
    the others' claims leave of the estate.

    >>> left = [max(200 - sum(c for i, c in enumerate([100, 200, 300]) if not s >> i & 1), 0) for s in range(8)]
    >>> nucleolus(left).fractions
    (Fraction(50, 1), Fraction(75, 1), Fraction(75, 1))
    """
    return _solve(worth, rational=True)


@checked
def prenucleolus(worth: ArrayLike) -> NucleolusResult:
    """Find the prenucleolus: as `nucleolus`, over all efficient allocations, so that it always exists.

    Examples
    --------
    >>> prenucleolus([0, 4, 4, 2]).allocation, nucleolus([0, 4, 4, 2]).status
    (array([1., 1.]), 'no imputation')
    """
    return _solve(worth, rational=False)


def _solve(worth: ArrayLike, rational: bool) -> NucleolusResult:
    array = read_one_worth(worth)
    form = normal_form(array)
    none = np.zeros(0)
    scale = float(scale_of(array, (-1,))[0])
    if form.players == 1:
        return NucleolusResult(array[1:], none, "exact", tuple(fractions(worth)[1:]))
    if rational and form.worth[-1] * form.unit < -TOLERANCE * scale:
        return NucleolusResult(np.full(form.players, np.nan), none, "no imputation", None)
    stages = _stages(form, rational)
    levels = np.array([form.unit * stage.complaint for stage in stages])
    values = fractions(worth)
    exact = _exact(form, stages, values)
    if exact is not None and _kohlberg(exact, values, Fraction(0), rational):
        return NucleolusResult(np.array(exact, dtype=np.float64), levels, "exact", tuple(exact))
    allocation = form.original(stages[-1].allocation) if stages else np.full(form.players, np.nan)
    good = bool(stages) and _kohlberg(allocation.tolist(), array.tolist(), _SAME * form.unit, rational)
    return NucleolusResult(allocation, levels, "verified" if good else "unverified", None)


def _stages(form: NormalForm, rational: bool) -> list[Stage]:
    """Run the programmes until the coalitions held fixed determine every payoff."""
    n = form.players
    coalitions = np.arange(1, (1 << n) - 1)
    held, given = coalitions[:0], np.zeros(0)
    stages: list[Stage] = []
    while len(coalitions):
        stage = least_complaint(form, coalitions, held, given, rational)
        if stage is None or not len(stage.tight):
            break
        stages.append(stage)
        fixed = np.append(held, stage.tight)
        kept = independent(incidence(np.append((1 << n) - 1, fixed), n))[1:] - 1
        held, given = fixed[kept], np.append(given, form.worth[stage.tight] - stage.complaint)[kept]
        coalitions = coalitions[~_determined(np.append(held, (1 << n) - 1), coalitions, n)]
    return stages


def _determined(held: IntArray, coalitions: IntArray, players: int) -> NDArray[np.bool_]:
    """Return which coalitions' payoffs follow from those of the coalitions held fixed."""
    basis, _ = np.linalg.qr(incidence(held, players).T)
    rows = incidence(coalitions, players)
    return np.asarray(np.abs(rows - rows @ basis @ basis.T).max(axis=1) < 1e-8)


def _exact(form: NormalForm, stages: list[Stage], values: list[Fraction]) -> list[Fraction] | None:
    """Solve in fractions the equations that the programmes found to hold; None if they do not fit together exactly."""
    n = form.players
    rows, right = [[*[1] * n, *[0] * len(stages)]], [values[-1]]
    for k, stage in enumerate(stages):
        level = [int(j == k) for j in range(len(stages))]
        for coalition in stage.tight.tolist():
            rows.append([*(coalition >> i & 1 for i in range(n)), *level])
            right.append(values[coalition])
        for player in stage.floored.tolist():
            rows.append([*(int(i == player) for i in range(n)), *[0] * len(stages)])
            right.append(values[1 << player])
    found = solve(rows, right)
    return None if found is None else found[:n]


def _kohlberg(allocation: list[Any], values: list[Any], same: Any, rational: bool) -> bool:
    """Return whether an allocation is the (pre)nucleolus: each set of the coalitions that complain most is balanced.

    Under individual rationality the players at their floor may take part in the balance without having to.
    """
    n = len(allocation)
    exact = np.array(allocation, dtype=object)
    paid = coalition_sums(exact)
    if abs(paid[-1] - values[-1]) > same or (rational and any(allocation[i] < values[1 << i] - same for i in range(n))):
        return False
    complaints = [values[s] - paid[s] for s in range(len(values))]
    order = sorted(range(1, len(values) - 1), key=lambda s: complaints[s], reverse=True)
    floor = [1 << i for i in range(n) if rational and allocation[i] <= values[1 << i] + same]
    loudest: list[int] = []
    for k, coalition in enumerate(order):
        loudest.append(coalition)
        if k + 1 < len(order) and complaints[coalition] - complaints[order[k + 1]] <= same:
            continue
        if not _balanced(np.array(loudest), np.array(floor, dtype=np.intp), n):
            return False
        if len(independent(incidence(np.array(loudest), n))) == n:
            return True
    return True


def _balanced(coalitions: IntArray, optional: IntArray, players: int) -> bool:
    """Return whether positive weights on coalitions, and any on the optional ones, weigh on all players alike."""
    columns = np.vstack([incidence(coalitions, players), incidence(optional, players)])
    required = columns[: len(coalitions)].sum(axis=0)
    weights = maximise(
        np.zeros(len(columns) + 1),
        equal=(np.column_stack([columns.T, -np.ones(players)]), -required),
    )
    return weights is not None
