"""The nucleolus: the allocation whose complaints, from the greatest down, are as small as they can be.

A sequence of linear programmes makes the greatest complaint least, holds the coalitions that cannot do better at it,
and goes on with the others until one allocation is left. What the floats found is solved once more in fractions.

Schmeidler, D. (1969). The nucleolus of a characteristic function game. SIAM Journal on Applied Mathematics 17(6),
1163–1170. Maschler, M., Peleg, B., & Shapley, L. S. (1979). Geometric properties of the kernel, nucleolus, and related
solution concepts. Mathematics of Operations Research 4(4), 303–338 (the sequence of programmes).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from ..game import TOLERANCE, FloatArray
from .arrays import scale_of
from .cooperative import coalition_sums, imputations, players_of, read_one_worth
from .excess import IntArray, NormalForm, Stage, incidence, least_complaint, normal_form
from .rational import fractions, solve

_CLOSE = 1e-7


def nucleolus(worth: ArrayLike, rational: bool = True) -> FloatArray:
    """Return the nucleolus of a game.

    Parameters
    ----------
    worth : array_like, shape (2**n,)
        Indexed by coalition bit mask, 0 for the empty coalition.
    rational : bool
        Whether nobody may get less than it is worth alone. If false, the prenucleolus.

    Returns
    -------
    ndarray, shape (n,)
        It lies in the core if there is one.

    Raises
    ------
    ValueError
        Not finite, not a power of two, more than 15 players, an empty coalition worth something, or a rational
        allocation asked of a game in which the players are worth less together than each alone.
    RuntimeError
        A linear programme was not solved.

    Examples
    --------
    An estate of 200 is claimed by three who are owed 100, 200 and 300: the division of the Talmud (Aumann and
    Maschler 1985) is the nucleolus of the game in which a coalition is worth what it can get without a fight.

    >>> debts, estate = np.array([100, 200, 300]), 200
    >>> others = [sum(d for i, d in enumerate(debts) if not s >> i & 1) for s in range(8)]
    >>> nucleolus([max(0, estate - owed) for owed in others])
    array([50., 75., 75.])
    """
    array = read_one_worth(worth)
    n = players_of(array)
    if n == 1:
        return np.array([array[-1]])
    if rational and not len(imputations(array)):
        raise ValueError(
            "worth: the players are worth less together than each alone, so nobody would agree to any allocation; "
            "rational=False gives the prenucleolus"
        )
    form = normal_form(array)
    stages = _stages(form, rational)
    allocation = form.original(stages[-1].allocation)
    exact = _in_fractions(stages, fractions(worth), n)
    scale = float(scale_of(array, (-1,))[0])
    if exact is not None and np.abs(np.array(exact, dtype=np.float64) - allocation).max() <= _CLOSE * scale:
        return np.array(exact, dtype=np.float64)
    return allocation


def _stages(form: NormalForm, rational: bool) -> list[Stage]:
    """Return the programmes' solutions; the last allocation is the only one left."""
    n = form.players
    everyone = (1 << n) - 1
    open_to_more = np.arange(1, everyone)
    held, given = np.zeros(0, dtype=np.intp), np.zeros(0)
    stages: list[Stage] = []
    while True:
        stage = least_complaint(form, open_to_more, held, given, rational)
        if stage is None or (not len(stage.tight) and not len(stage.floored)):
            raise RuntimeError("a linear programme of the nucleolus was not solved")
        stages.append(stage)
        floored = np.asarray(1 << stage.floored, dtype=np.intp)
        held = np.concatenate([held, stage.tight, floored])
        given = np.concatenate([given, form.worth[stage.tight] - stage.complaint, np.zeros(len(floored))])
        held, given = _independent(held, given, n)
        if len(held) == n - 1:
            return stages
        open_to_more = _undetermined(open_to_more, np.append(held, everyone), n)


def _independent(held: IntArray, given: FloatArray, n: int) -> tuple[IntArray, FloatArray]:
    """Keep held coalitions that say something new, so that the programmes stay free of near contradictions."""
    rows = [np.ones(n)]
    kept = []
    for k, row in enumerate(incidence(held, n)):
        if np.linalg.matrix_rank(np.array([*rows, row])) > len(rows):
            rows.append(row)
            kept.append(k)
    return held[kept], given[kept]


def _undetermined(coalitions: IntArray, held: IntArray, n: int) -> IntArray:
    """Return the coalitions whose sum is not yet settled by those held."""
    basis = incidence(held, n)
    rows = incidence(coalitions, n)
    along = rows @ np.linalg.pinv(basis) @ basis
    return np.asarray(coalitions[np.abs(along - rows).max(axis=1) > TOLERANCE**0.5])


def _in_fractions(stages: list[Stage], values: list[Fraction], n: int) -> list[Fraction] | None:
    """Solve the equations of all stages at once: allocation and complaints; None if they do not settle both."""
    rows: list[list[int]] = []
    right: list[Fraction] = []
    for k, stage in enumerate(stages):
        for s, row in zip(stage.tight.tolist(), incidence(stage.tight, n).astype(int).tolist(), strict=True):
            rows.append([*row, *(int(j == k) for j in range(len(stages)))])
            right.append(values[s])
        for i in stage.floored.tolist():
            rows.append([*(int(j == i) for j in range(n)), *[0] * len(stages)])
            right.append(values[1 << i])
    rows.append([*[1] * n, *[0] * len(stages)])
    right.append(values[-1])
    found = solve(rows, right)
    if found is None or not _lexicographic(stages, found, values, n):
        return None
    return found[:n]


def _lexicographic(stages: list[Stage], found: list[Fraction], values: list[Fraction], n: int) -> bool:
    """Whether the complaints of the stages fall, and no coalition of a later stage exceeds an earlier one's."""
    allocation, complaints = found[:n], found[n:]
    if any(a < b for a, b in pairwise(complaints)):
        return False
    sums = coalition_sums(np.array(allocation, dtype=object))
    greatest = max(value - total for value, total in zip(values[1:-1], sums[1:-1], strict=True))
    return bool(greatest <= complaints[0])
