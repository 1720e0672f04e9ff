"""Which conditions can matter while the parameters stay inside a box.

Most conditions never bind: inside a box of parameters a row is a polynomial with a least and a greatest value, and
bounds of these decide it. A condition that cannot fail is left out, and so is a profile with one that cannot hold.
What is left may still be implied by the rest: a linear programme finds that.

Nothing here decides a close case. Bounds are rounded, may be zero, and an implied condition may fail by less than the
tolerance. So each row has a margin, and the kernel looks again, with all conditions, at every game in which a row is
closer to zero than its margin (see `triangle.kernel`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .conditions import IntArray
from .game import FloatArray
from .polynomial import Monomial

_FACES = 4
_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Pruned:
    """The conditions that a box leaves open.

    Attributes
    ----------
    rows : ndarray of int, shape (rows,)
        The rows to evaluate, as indices into the rows of the conditions.
    live : dict of int to ndarray of int
        For each profile that may be stable, its open conditions as positions in ``rows``; the negation of the row at
        position ``k`` is ``k + len(rows)``. An empty array: the profile is stable in the whole box.
    killers : ndarray of int, shape (killers,)
        Conditions, as codes, that hold nowhere in the box or only just: each excludes some profiles wherever it is
        below its margin, and where it is not the game needs a second look.
    """

    rows: IntArray
    live: dict[int, IntArray]
    killers: IntArray


class Box:
    """Bounds of polynomials over a box of parameters.

    Parameters
    ----------
    monomials : sequence of Monomial
    names : sequence of str
        The parameters, in the order of ``low`` and ``high``.
    low, high : ndarray, shape (parameters,)
    """

    def __init__(self, monomials: Sequence[Monomial], names: Sequence[str], low: FloatArray, high: FloatArray) -> None:
        place = {name: k for k, name in enumerate(names)}
        self.slots = max([len(product) for product in monomials], default=0)
        self.index = np.full((len(monomials), self.slots), len(names), dtype=np.intp)
        self.power = np.zeros((len(monomials), self.slots), dtype=np.intp)
        for m, product in enumerate(monomials):
            for k, (name, power) in enumerate(product):
                self.index[m, k], self.power[m, k] = place[name], power
        self.low = np.append(low, 1.0)
        self.high = np.append(high, 1.0)
        self.least, self.most = self._products(self.low[None], self.high[None])
        self.size = np.maximum(np.abs(self.least), np.abs(self.most))[0]

    def interval(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return bounds of each row by adding up the bounds of its terms, two arrays of shape (rows,)."""
        up, down = np.maximum(rows, 0), np.minimum(rows, 0)
        low = up @ self.least[0] + down @ self.most[0]
        high = up @ self.most[0] + down @ self.least[0]
        return low, high

    def lower(self, rows: FloatArray) -> FloatArray:
        """Return a lower bound of each row, sharper than that of `interval`.

        While a row is monotone in a parameter, its least value lies on the face where the parameter is at one end;
        the row is moved to that face, which makes it monotone in more of them.
        """
        parts = [self._lower(rows[start : start + _AT_ONCE]) for start in range(0, len(rows), _AT_ONCE)]
        return np.concatenate([*parts, np.zeros(0)])

    def _lower(self, rows: FloatArray) -> FloatArray:
        low, high = (np.repeat(end[None], len(rows), axis=0) for end in (self.low, self.high))
        for _ in range(_FACES):
            least, most = self._slopes(rows, low, high)
            rising, falling = (least >= 0) & (low < high), (most <= 0) & (low < high)
            if not (rising | falling).any():
                break
            high[rising] = low[rising]
            low[falling & ~rising] = high[falling & ~rising]
        least, most = self._products(low, high)
        return np.asarray((np.maximum(rows, 0) * least + np.minimum(rows, 0) * most).sum(axis=1))

    def _powers(self, low: FloatArray, high: FloatArray, power: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return bounds of every factor of every monomial, shape (rows, monomials, slots)."""
        a, b = _raised(low[:, self.index], power), _raised(high[:, self.index], power)
        least, most = np.minimum(a, b), np.maximum(a, b)
        even = (power % 2 == 0) & (power > 0)
        if even.any() and (low < 0).any():
            least[even & (low[:, self.index] < 0) & (high[:, self.index] > 0)] = 0.0
        return least, most

    def _products(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return bounds of every monomial, two arrays of shape (rows, monomials)."""
        least, most = self._powers(low, high, self.power)
        return _multiplied([(least[..., k], most[..., k]) for k in range(self.slots)], least.shape[:-1])

    def _slopes(self, rows: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return bounds of each row's derivative by each parameter, two arrays of shape (rows, parameters + 1)."""
        least, most = self._powers(low, high, self.power)
        less, more = self._powers(low, high, np.maximum(self.power - 1, 0))
        slope_least = np.zeros((len(rows), len(self.low)))
        slope_most = np.zeros_like(slope_least)
        up, down = np.maximum(rows, 0), np.minimum(rows, 0)
        factors = [(least[..., k], most[..., k]) for k in range(self.slots)]
        for k in range(self.slots):
            slope = (less[..., k] * self.power[:, k], more[..., k] * self.power[:, k])
            below, above = _multiplied([*factors[:k], slope, *factors[k + 1 :]], least.shape[:-1])
            to = np.zeros((len(self.index), len(self.low)))
            to[np.arange(len(self.index)), self.index[:, k]] = self.power[:, k] > 0
            slope_least += (up * below + down * above) @ to
            slope_most += (up * above + down * below) @ to
        return slope_least, slope_most


def _raised(values: FloatArray, power: IntArray) -> FloatArray:
    """Raise factors (rows, monomials, slots) to powers (monomials, slots), in place: nearly all powers are one."""
    other = power != 1
    values[:, other] **= power[other]
    return values


def _multiplied(
    factors: Sequence[tuple[FloatArray, FloatArray]], shape: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Return bounds of a product of factors that lie between a least and a greatest value."""
    if not factors:
        return np.ones(shape), np.ones(shape)
    low, high = factors[0]
    for least, most in factors[1:]:
        a, b, c, d = low * least, low * most, high * least, high * most
        low = np.minimum(np.minimum(a, b), np.minimum(c, d))
        high = np.maximum(np.maximum(a, b), np.maximum(c, d))
    return low, high


def prune(box: Box, rows: FloatArray, margins: FloatArray, checks: dict[int, IntArray], thorough: bool) -> Pruned:
    """Return what a box leaves open.

    Parameters
    ----------
    box : Box
    rows : ndarray, shape (rows, monomials)
    margins : ndarray, shape (rows,)
        How close to zero a row may be before its game is looked at again.
    checks : dict of int to ndarray of int
        For each profile its conditions: row ``r`` as ``r``, its negation as ``r + len(rows)``.
    thorough : bool
        Whether to look for implied conditions, which takes a linear programme each.
    """
    signed, margin = np.concatenate([rows, -rows]), np.concatenate([margins, margins])
    least, most = box.interval(signed)
    undecided = np.flatnonzero((least < 0) & (most > 0))
    least[undecided] = np.maximum(least[undecided], box.lower(signed[undecided]))
    most = -np.roll(least, len(rows))
    live, exclude = {}, []
    for profile, codes in checks.items():
        fatal = codes[most[codes] <= margin[codes]]
        if not len(fatal):
            live[profile] = codes[least[codes] < 0]
        elif not (most[fatal] < -margin[fatal]).any():
            exclude.append(fatal)
    if thorough:
        live = _independent(box, signed, margin, live)
    used = np.unique(np.concatenate([*live.values(), np.zeros(0, dtype=np.intp)]) % max(len(rows), 1))
    position = np.zeros(len(rows), dtype=np.intp)
    position[used] = np.arange(len(used))
    packed = {p: position[c % max(len(rows), 1)] + len(used) * (c >= len(rows)) for p, c in live.items()}
    return Pruned(used, packed, _covering(exclude))


def _covering(groups: list[IntArray]) -> IntArray:
    """Return few codes of which every group has one: each time the code that most of the groups left share."""
    chosen = []
    while groups:
        best, _ = Counter(int(code) for group in groups for code in group).most_common(1)[0]
        chosen.append(best)
        groups = [group for group in groups if best not in group]
    return np.array(chosen, dtype=np.intp)


def _independent(box: Box, signed: FloatArray, margin: FloatArray, live: dict[int, IntArray]) -> dict[int, IntArray]:
    """Leave out conditions that the other conditions of the profile imply, rarely used ones first."""
    uses = Counter(int(code) for codes in live.values() for code in codes)
    found = {}
    for profile, codes in live.items():
        kept = sorted((int(code) for code in codes), key=lambda code: (uses[code], code))
        for code in list(kept):
            rest = [other for other in kept if other != code]
            if rest and _implied(box, signed[code], signed[rest], margin[rest]):
                kept = rest
        found[profile] = np.array(sorted(kept), dtype=np.intp)
    return found


def _implied(box: Box, row: FloatArray, others: FloatArray, margin: FloatArray) -> bool:
    """Whether a row cannot be negative where the others exceed their margins.

    It cannot where ``row = Σ λ·others + rest`` with ``λ ≥ 0`` and a rest whose terms, each at its least, keep it from
    falling below ``−Σ λ·margin``. The programme looks for the ``λ`` with the best rest; what it finds is checked.
    """
    from scipy.optimize import linprog

    used = np.flatnonzero(others.any(axis=0) | (row != 0))
    count, width = len(others), len(used)
    equal = np.hstack([others[:, used].T, np.eye(width), -np.eye(width)])
    worst = np.concatenate([np.zeros(count), -box.least[0, used], box.most[0, used]])
    answer = linprog(worst, A_eq=equal, b_eq=row[used], bounds=(0, None), method="highs")
    if answer.status != 0:
        return False
    factors = np.maximum(answer.x[:count], 0.0)
    rest, _ = box.interval((row - factors @ others)[None])
    return bool(rest[0] + factors @ margin >= 0.0)
