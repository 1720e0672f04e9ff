"""One attempt at one box: which profiles are out, and what shows the comparisons for the pairs left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ..game import BoolArray, FloatArray
from .leading import Leading
from .pieces import MARGIN, Node, Pair, Piece
from .rough import Bound, Rough, lower_bound, steps
from .routes import Route, routes

if TYPE_CHECKING:
    from .prover import Prover

MOST_TRIED = 4
MOST_SUSPECTS = 6


class Attempt:
    """One attempt at one box."""

    def __init__(self, prover: Prover, piece: Piece, node: Node, low: FloatArray, high: FloatArray) -> None:
        self.prover, self.piece, self.node, self.low, self.high = prover, piece, node, low, high
        self.middle = (low + high) / 2
        self.pulls = np.zeros(len(low))
        self.suspects: list[FloatArray] = []
        self._bounds: dict[int, Bound] = {}
        self._probed: dict[str, FloatArray] = {}
        self._open_rows: dict[tuple[str, int], list[_Doubtful]] = {}
        self._kept: list[Rough] = []
        self.at_middle = {label: rows.at(self.middle) for label, rows in piece.rows.items()}
        self._faces = list(self._cut_faces())
        self.leading = {label: Leading(self, label) for label, each in prover.exact.items() if each.by_action}

    def _cut_faces(self) -> Iterator[tuple[tuple[str, int, float], ...]]:
        """Yield the corners of the ends at which the ranges were cut back and which the box touches."""
        sides: dict[str, list[tuple[str, int, float]]] = {}
        for name, side, end in self.prover.touched(self.node):
            sides.setdefault(name, []).append((name, side, float(end)))
        if sides:
            yield from product(*sides.values())

    def vanishes(self, polynomial: Rough) -> bool:
        """Whether a condition is zero all over a place where the ranges were cut back."""
        columns = {name: column for column, name in enumerate(self.prover.variables)}
        for face in self._faces:
            left, value = polynomial.exponents.copy(), polynomial.numbers.copy()
            for name, _, end in face:
                value = value * end ** left[:, columns[name]]
                left[:, columns[name]] = 0
            if not Rough.of(left, value):
                wide = [(name, side) for name, side, _ in face if self.high[columns[name]] > self.low[columns[name]]]
                self.node.blocked = self.node.blocked or next(iter(wide), None)
                return True
        return False

    def run(self) -> FloatArray:
        """Show what can be shown; return how much each variable stands in the way of the rest."""
        for label in self.prover.settings:
            self.exclude(label, [p for p in self.prover.exact[label].entries if p not in self.node.out[label]])
            if label in self.leading:
                self.leading[label].better()
        for k, pair in self.prover.open(self.node):
            self._show(k, pair)
        return self.pulls

    def bound(self, polynomial: Rough) -> Bound:
        """Return a lower bound, found once."""
        if id(polynomial) not in self._bounds:
            self._bounds[id(polynomial)] = lower_bound(polynomial, self.low, self.high)
            self._kept.append(polynomial)  # An id is one object's as long as that is kept.
        return self._bounds[id(polynomial)]

    def pull(self, polynomial: Rough) -> None:
        """Count what stands in the way of a better bound."""
        bound = self.bound(polynomial)
        pulls = bound.pulls
        if not pulls.any():
            pulls = self._spread(polynomial)
        total = pulls.sum()
        if total > 0:
            self.pulls += pulls / total

    def _spread(self, polynomial: Rough) -> FloatArray:
        """Return how much the polynomial changes along each variable through the middle."""
        out = np.zeros(len(self.low))
        for column in np.flatnonzero(polynomial.exponents.any(axis=0)):
            ends = []
            for end in (self.low, self.high):
                point = self.middle.copy()
                point[column] = end[column]
                ends.append(polynomial.at(point))
            out[column] = abs(ends[1] - ends[0])
        return out

    def meets(self, polynomial: Rough, strict: bool) -> bool:
        """Whether the bound shows that a polynomial is positive, or not negative; the checker decides in the end."""
        bound = self.bound(polynomial)
        margin = MARGIN * polynomial.size
        return bound.value > margin if strict else bound.value >= -margin

    def proof(self, polynomial: Rough) -> list[Any]:
        """Return the steps of a bound as a certificate writes them."""
        return steps(self.bound(polynomial), self.prover.variables)

    # --- profiles ---------------------------------------------------------------------------------------------

    def exclude(self, label: str, profiles: Iterable[int]) -> None:
        """Put out the profiles at which some move never costs anything on the box."""
        rows, exactly = self.piece.rows[label], self.prover.exact[label]
        least, most = rows.between(self.low, self.high)
        compiled = exactly.compiled
        for profile in profiles:
            entries = exactly.entries[profile]
            row, sign = compiled.entry_row[entries], compiled.entry_sign[entries]
            real = rows.sizes[row] > 0
            upper = np.where(sign > 0, most[row], -least[row])
            middle = self.at_middle[label][row] * sign
            slack = MARGIN * rows.sizes[row]
            order = np.argsort(np.where(real, np.where(upper <= slack, -np.inf, middle), np.inf), kind="stable")
            for k in order[:MOST_TRIED]:
                if not real[k] or (middle[k] > slack[k] and upper[k] > slack[k]):
                    break
                move = rows.rough(int(row[k]), -int(sign[k]))
                if self.meets(move, False) and not self.vanishes(move):
                    self._put_out(label, profile, int(entries[k]), self.proof(move))
                    break

    def _put_out(self, label: str, profile: int, entry: int, shown: list[Any]) -> None:
        compiled = self.prover.exact[label].compiled
        mover = int(compiled.row_mover[compiled.entry_row[entry]])
        self.node.out[label].add(profile)
        record = self.node.record.setdefault("out", {}).setdefault(label, [])
        record.append([profile, int(compiled.entry_target[entry]), compiled.movers[mover], shown])

    # --- comparisons ------------------------------------------------------------------------------------------

    def _show(self, k: int, pair: Pair) -> None:
        atom = self.prover.atoms[k]
        best: list[Rough] = []
        failed: list[Rough] = []
        for route in self.routes(k, pair):
            missing = [need for need, strict in route.needs if not self.meets(need, strict)]
            if not missing:
                proofs = [self.proof(need) for need, _ in route.needs]
                self._done(k, pair, route.name, list(map(str, route.numbers)), proofs)
                return
            if not best or self._worst(missing) > self._worst(best):
                best = missing
            failed += missing
        if self._clash(k, pair):
            return
        self.suspects += [self.suspect(need) for need in failed[:MOST_SUSPECTS]]
        for need in best:
            self.pull(need)
        for label, profile in zip(self.prover.labels(atom), pair, strict=True):
            self.pull_out(label, profile)
            if label in self.leading:
                self.leading[label].pull(profile)

    def suspect(self, polynomial: Rough) -> FloatArray:
        """Return the point where the steps of the bound lead to; what they leave free goes where the slope points."""
        point = self.middle.copy()
        for column, side in self.bound(polynomial).fixed:
            point[column] = (self.high if side else self.low)[column]
        for column in map(int, np.flatnonzero(self.bound(polynomial).pulls)):
            ends = []
            for end in (self.low, self.high):
                point[column] = end[column]
                ends.append((polynomial.at(point), end[column]))
            point[column] = min(ends)[1]
        return point

    def _worst(self, missing: list[Rough]) -> float:
        return (
            min(self.bound(need).value / need.size for need in missing if need.size)
            if any(n.size for n in missing)
            else 0.0
        )

    def routes(self, k: int, pair: Pair) -> Iterator[Route]:
        """Yield the ways to show an atom for a pair of profiles."""
        big, small = self.piece.sides(self.prover.atoms[k], pair)
        return routes(self.prover.atoms[k], big, small, self)

    def ratio(self, first: Rough, second: Rough) -> Fraction:
        """Return a positive number near the root of a ratio in the middle of the box."""
        above, below = first.at(self.middle), second.at(self.middle)
        near = np.sqrt(above / below) if above > 0 and below > 0 else 1.0
        return max(Fraction(1, 64), Fraction(float(near)).limit_denominator(64))

    def root_floor(self, squared: Rough) -> Fraction:
        """Return a number whose square is at most the polynomial on the box; zero if it may be negative."""
        return Fraction(int(np.sqrt(max(self.bound(squared).value - MARGIN, 0.0)) * 1024), 1024)

    def root_ceiling(self, squared: Rough) -> Fraction:
        """Return a number whose square is at least the polynomial on the box."""
        return Fraction(int(np.sqrt(max(-self.bound(-squared).value, 0.0)) * 1024) + 1, 1024)

    def _done(self, k: int, pair: Pair, name: str, numbers: list[str], proofs: list[Any]) -> None:
        self.node.done.add((k, pair))
        self.node.record.setdefault("shown", []).append([k, list(pair), name, numbers, proofs])

    def pull_out(self, label: str, profile: int) -> None:
        """Count also what stands in the way of putting out a profile that is no equilibrium in the middle."""
        rows, exactly = self.piece.rows[label], self.prover.exact[label]
        entries = exactly.entries[profile]
        row, sign = exactly.compiled.entry_row[entries], exactly.compiled.entry_sign[entries]
        middle = self.at_middle[label][row] * sign
        if len(middle) and middle.min() < 0:
            k = int(np.argmin(middle))
            self.pull(rows.rough(int(row[k]), -int(sign[k])))

    def stable_in_the_middle(self, label: str) -> BoolArray:
        """Return which profiles are stable in the middle of the box, the leader's choice apart, shape (profiles,)."""
        compiled = self.prover.exact[label].compiled
        stable = compiled.allowed.copy()
        losses = self.at_middle[label][compiled.entry_row] * compiled.entry_sign
        stable[compiled.entry_profile[losses < 0]] = False
        return stable

    def _clash(self, k: int, pair: Pair) -> bool:
        """Show that the profiles are never equilibria together: two of their conditions are never both positive."""
        labels = self.prover.labels(self.prover.atoms[k])
        if len(labels) < 2:
            return False
        tried = []
        for first, second in product(*map(self._doubtful, labels, pair)):
            most = float((first.probes + second.probes).max())
            if most <= MARGIN * (first.size + second.size):
                tried.append((most, first, second))
        for _, first, second in sorted(tried, key=lambda item: item[0])[:MOST_TRIED]:
            total = -(first.row + second.row)
            if self.meets(total, False) and not self.vanishes(first.row) and not self.vanishes(second.row):
                self._done(k, pair, "clash", [], [first.move, second.move, self.proof(total)])
                return True
        return False

    def _probes(self, label: str) -> FloatArray:
        """Return every row of a setting at some points of the box, shape (rows, points)."""
        if label not in self._probed:
            mixed = (np.where(np.arange(len(self.low)) % 2 == k, self.low, self.high) for k in (0, 1))
            points = (self.middle, self.low, self.high, *mixed)
            self._probed[label] = np.stack([self.piece.rows[label].at(point) for point in points], axis=1)
        return self._probed[label]

    def _doubtful(self, label: str, profile: int) -> list[_Doubtful]:
        """Return the conditions of a profile that are not seen to hold on the whole box."""
        if (label, profile) not in self._open_rows:
            rows, exactly = self.piece.rows[label], self.prover.exact[label]
            compiled = exactly.compiled
            found: dict[tuple[int, int], _Doubtful] = {}
            for entry in map(int, exactly.entries[profile]):
                row, sign = int(compiled.entry_row[entry]), int(compiled.entry_sign[entry])
                polynomial = rows.rough(row, sign)
                if polynomial and (row, sign) not in found and not self.meets(polynomial, True):
                    move = [int(compiled.entry_target[entry]), exactly.mover(entry)]
                    found[row, sign] = _Doubtful(move, polynomial, polynomial.size, sign * self._probes(label)[row])
            self._open_rows[label, profile] = list(found.values())
        return self._open_rows[label, profile]


@dataclass(frozen=True)
class _Doubtful:
    """A condition that may fail on a box: the move, the row, its size, and its values at some points of the box."""

    move: list[Any]
    row: Rough
    size: float
    probes: FloatArray
