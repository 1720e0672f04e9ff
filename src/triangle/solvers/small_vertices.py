"""The vertices of `triangle.solvers.vertices` for a few actions, one number after another.

For games as small as 3 × 3 an array operation takes longer than all the arithmetic. So the same minors are expanded,
and their signs compared, in Python's own numbers: floats with the same bound of the rounding error, or whole numbers,
in which a zero is a zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import frexp, ldexp

MOST = 20
"""The most bases of one player for which this is the faster way."""

Level = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Plan:
    """Where the minors of one size of matrix come from, and which of them decide a basis.

    Attributes
    ----------
    rows, columns : int
        Of the matrix: the player's own actions, and the opponent's.
    levels : tuple
        For each minor of a level: the smaller minors and the entries of the matrix that it is expanded by, the entries
        counted in the matrix followed by its negative.
    bases : tuple of triples
        For each basis the labels whose numbers decide it, own ones first; the places of these numbers in all minors and
        a zero, followed by their negatives; and the labels as the bits of a number.
    """

    rows: int
    columns: int
    levels: tuple[Level, ...]
    bases: tuple[tuple[tuple[int, ...], tuple[int, ...], int], ...]


def centred(payoffs: Sequence[float], dwarfed: float) -> list[float] | None:
    """Return payoffs shifted and scaled into [-1, 1], or None if a constant dwarfs their differences.

    Each has a relative rounding error of one unit at most.

    Examples
    --------
    >>> centred([3.0, 5.0, 4.0], 1e-6), centred([1e9, 1e9 + 1], 1e-6)
    ([-0.5, 0.5, 0.0], None)
    """
    low, high = min(payoffs), max(payoffs)
    width = high - low
    if width < dwarfed * max(abs(low), abs(high)) or not width:
        return None
    middle = low + width / 2
    out = [value - middle for value in payoffs]
    power = -frexp(max(abs(low - middle), abs(high - middle)))[1]
    return [ldexp(value, power) for value in out]


@dataclass(frozen=True, eq=False)
class SmallVertices:
    """A player's vertices.

    Attributes
    ----------
    plan : Plan
    numbers : list
        All minors and a zero, followed by their negatives.
    basis : dict
        The basis of each vertex, by the labels that are used or worse than the best, as the bits of a number.
    simple : bool
        As in `triangle.solvers.vertices.Vertices`.
    """

    plan: Plan
    numbers: list[float]
    basis: dict[int, int]
    simple: bool

    def strategy(self, missing: int) -> list[float]:
        """Return the strategy of a vertex."""
        rows = self.plan.rows
        labels, places, _ = self.plan.bases[self.basis[missing]]
        used = [self.numbers[place] for label, place in zip(labels, places, strict=True) if label < rows]
        total = sum(used)
        out = [0.0] * rows
        for label, value in zip(labels, used, strict=False):
            out[label] = value / total if value else 0.0  # no -0
        return out


def small_vertices(plan: Plan, payoffs: Sequence[float], bound: float) -> SmallVertices | None:
    """Return a player's vertices, or None if a rounding error within the bound leaves one in doubt.

    Parameters
    ----------
    plan : Plan
    payoffs : sequence of float or int
        The opponent's, own actions in rows, row by row: floats from -1 to 1, or integers and a bound of zero.
    bound : float
        Of the error of any minor.
    """
    numbers = _minors(plan, payoffs)
    found: dict[int, int] = {}
    simple = True
    for basis, (labels, places, missing) in enumerate(plan.bases):
        sign = 0
        tied = False
        # At a vertex all numbers have the sign of the denominator, or are zero.
        for place in places:
            value = numbers[place]
            if value > bound:
                if sign < 0:
                    break
                sign = 1
            elif value < -bound:
                if sign > 0:
                    break
                sign = -1
            else:
                tied = True
        else:
            if tied:
                if bound:
                    return None
                missing = sum(1 << label for label, place in zip(labels, places, strict=True) if numbers[place])
                # If all probabilities are zero, so is the denominator, and it is no vertex.
                if not missing & (1 << plan.rows) - 1:
                    continue
                simple = False
            found.setdefault(missing, basis)
    return SmallVertices(plan, numbers, found, simple)


def small_equilibria(first: SmallVertices, second: SmallVertices) -> list[tuple[int, int]]:
    """Return which vertices of the two players are an equilibrium, by what is missing at each."""
    rows, columns = first.plan.rows, first.plan.columns
    # Labels in one order: the first player's actions, then the second's.
    actions = (1 << columns) - 1
    turned = {missing >> columns | (missing & actions) << rows: missing for missing in second.basis}
    if first.simple and second.simple:
        # Each misses as many labels as the other has actions, so what one misses is what the other has.
        every = (1 << rows + columns) - 1
        return [(mine, turned[every ^ mine]) for mine in first.basis if every ^ mine in turned]
    return [(mine, theirs) for mine in first.basis for labels, theirs in turned.items() if not mine & labels]


def _minors(plan: Plan, payoffs: Sequence[float]) -> list[float]:
    signed = [*payoffs, *[-value for value in payoffs]]
    level: list[float] = [1] * plan.columns
    numbers = [*level]
    for rules in plan.levels:
        level = [sum([level[smaller] * signed[entry] for smaller, entry in rule]) for rule in rules]
        numbers += level
    numbers.append(0)
    return numbers + [-value for value in numbers]
