"""Signalling games: all perfect Bayesian equilibria with two types, two messages and two replies.

The sender knows its type and sends a message; the receiver sees the message, not the type, and replies. In a perfect
Bayesian equilibrium each type sends a message that is best given the replies, each reply is best given the belief after
its message, and the belief follows from Bayes' rule where the message has positive probability; elsewhere it is free.

Say which of the two messages each type sends, or that it may send both, and likewise for the replies. What remains are
linear conditions: on the replies, that the types do not gain, and on the messages, that the receiver does not. So all
equilibria are the union of a few products of two convex polygons, one for each player. Their corners are computed in
whole numbers, and no equilibrium is missed or made up by rounding.

Spence, M. (1973). Job market signaling. Quarterly Journal of Economics 87(3), 355–374.
Fudenberg, D. & Tirole, J. (1991). Perfect Bayesian equilibrium and sequential equilibrium. Journal of Economic Theory
53(2), 236–260.
Cho, I.-K. & Kreps, D. M. (1987). Signaling games and stable equilibria. Quarterly Journal of Economics 102(2), 179–221.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, FloatArray, as_payoffs
from .arrays import margin_factor, scale_of
from .polygon import levelled
from .wholes import whole_numbers

Kind = Literal["separating", "semi-separating", "pooling"]
Row = tuple[int, int, int]
Point = tuple[Fraction, Fraction]
Gains = tuple[tuple[int, int], tuple[int, int]]
"""By type and message, what the second reply gives the receiver more than the first."""

_SQUARE: tuple[Row, ...] = ((1, 0, 0), (-1, 0, 1), (0, 1, 0), (0, -1, 1))
_CHOICES = (0, 1, None)
"""The first, the second, or any mixture of the two."""


@dataclass(frozen=True, eq=False)
class SignalingEquilibrium:
    """A set of equilibria: any mixture of the sender's extreme strategies with any of the receiver's.

    Mostly it is a single one, or one outcome with several replies off the path that uphold it.

    Attributes
    ----------
    kind : {"separating", "semi-separating", "pooling"}
        Whether the message tells the types apart for certain, in part, or not at all.
    sender : ndarray, shape (number, 2)
        The extreme strategies of the sender: the probability of the second message by type.
    receiver : ndarray, shape (number, 2)
        Those of the receiver: the probability of the second reply by message.
    beliefs : ndarray, shape (2, 2)
        By message, the least and the greatest probability of the second type over the set. After a message that is
        not reached they bound all beliefs that make a reply of the set best; a mixed one needs just one of them.
    reached : tuple of bool
        By message, whether it has positive probability in some member of the set.
    payoffs : ndarray, shape (3, 2)
        The least and the greatest payoff over the set: the first type's, the second type's, the receiver's.
    intuitive : bool
        Whether a member survives the intuitive criterion: False if after the message that nobody sends a belief that
        leaves out the types that could not gain by it makes another type gain for certain.
    max_regret : float
        The most that a type, or the receiver after a message, could still gain at an extreme member, recomputed from
        the payoffs and in their units.
    """

    kind: Kind
    sender: FloatArray
    receiver: FloatArray
    beliefs: FloatArray
    reached: tuple[bool, bool]
    payoffs: FloatArray
    intuitive: bool
    max_regret: float

    @property
    def isolated(self) -> bool:
        """Whether it is a single pair of strategies."""
        return len(self.sender) == len(self.receiver) == 1


@dataclass(frozen=True, eq=False)
class SignalingResult:
    """All perfect Bayesian equilibria of a game; iterating gives the sets.

    Attributes
    ----------
    equilibria : tuple of SignalingEquilibrium
        Maximal sets, ordered by the sender's strategies. Their union is all equilibria; sets can touch.
    max_regret : float
        The largest of theirs.
    """

    equilibria: tuple[SignalingEquilibrium, ...]
    max_regret: float

    def __iter__(self) -> Iterator[SignalingEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def of_kind(self, kind: Kind) -> tuple[SignalingEquilibrium, ...]:
        """Return the equilibria of one kind."""
        return tuple(found for found in self.equilibria if found.kind == kind)


@checked
def signaling_equilibria(
    sender: ArrayLike, receiver: ArrayLike, prior: float, tolerance: float = TOLERANCE
) -> SignalingResult:
    """Return all perfect Bayesian equilibria of a game with two types, two messages and two replies.

    Parameters
    ----------
    sender, receiver : array_like, shape (2, 2, 2)
        Payoffs by type, message and reply. Types are compared with themselves alone, so each may have its own unit.
    prior : float
        The probability of the second type, 0 and 1 included.
    tolerance : float
        Payoffs of a type that differ by no more than this share of its scale are tied; likewise the receiver's gains
        from a reply, and a prior at which it is all but indifferent.

    Returns
    -------
    SignalingResult
        Never empty.

    Raises
    ------
    ValueError
        A shape other than (2, 2, 2), NaN or infinite payoffs, a prior outside 0 to 1.

    Examples
    --------
    Beer and quiche (Cho and Kreps 1987): the second type is surly, with probability .9, and prefers beer; both dislike
    a duel. Both have beer, or both have quiche, which the intuitive criterion removes.

    >>> sender = [[[3, 1], [2, 0]], [[2, 0], [3, 1]]]  # weak, surly; quiche, beer; no duel, duel
    >>> receiver = [[[0, 1], [0, 1]], [[0, -1], [0, -1]]]
    >>> for found in signaling_equilibria(sender, receiver, prior=0.9):
    ...     print(found.kind, found.sender.tolist(), found.beliefs[1].tolist(), found.intuitive)
    pooling [[0.0, 0.0]] [0.0, 0.5] False
    pooling [[1.0, 1.0]] [0.9, 0.9] True
    """
    own, theirs = _checked(sender, "sender"), _checked(receiver, "receiver")
    chance: Any = prior
    if isinstance(chance, bool) or not isinstance(chance, int | float | np.number | Fraction) or not 0 <= chance <= 1:
        raise ValueError(f"prior must be a probability, from 0 to 1, got {prior!r}")
    factor = margin_factor(tolerance)
    game = _Game.read(own, theirs, prior, factor)
    cells = _maximal(list(game.cells()))
    found = tuple(_described(game, cell, own, theirs, float(prior)) for cell in cells)
    return SignalingResult(found, max(each.max_regret for each in found))


@dataclass(frozen=True)
class _Area:
    """The part of the unit square in which every row ``a·x + b·y + c`` is at least 0."""

    rows: tuple[Row, ...]

    def has(self, x: int | Fraction, y: int | Fraction, unit: int | Fraction = 1) -> bool:
        """Whether the point (x / unit, y / unit) is in it."""
        return all(a * x + b * y + c * unit >= 0 for a, b, c in self.rows)

    def corners(self) -> tuple[Point, ...]:
        """Return its corners in order; none if it is empty."""
        found = set()
        for (a, b, c), (d, e, f) in combinations(dict.fromkeys(self.rows), 2):
            unit = a * e - b * d
            if not unit:
                continue
            sign = 1 if unit > 0 else -1
            x, y, unit = sign * (b * f - c * e), sign * (c * d - a * f), sign * unit
            if self.has(x, y, unit):
                found.add((Fraction(x, unit), Fraction(y, unit)))
        return tuple(sorted(found))


@dataclass(frozen=True)
class _Cell:
    """Equilibria of one pattern of choices: any strategy of one area with any of the other."""

    senders: _Area
    receivers: _Area
    sender: tuple[Point, ...]
    receiver: tuple[Point, ...]

    def within(self, other: _Cell) -> bool:
        """Whether all of it belongs to another."""
        return all(other.senders.has(*p) for p in self.sender) and all(other.receivers.has(*p) for p in self.receiver)


@dataclass(frozen=True)
class _Game:
    """A game in whole numbers: each type's payoffs by message and reply, and the receiver's gains from reply 1."""

    worth: tuple[Gains, Gains]
    gains: Gains
    odds: tuple[int, int]

    @classmethod
    def read(cls, sender: FloatArray, receiver: FloatArray, prior: float, factor: float) -> _Game:
        """Read ties as ties."""
        worth = []
        for own in sender:
            level = levelled(own.ravel(), factor * float(scale_of(own, (0, 1)).item()))
            worth.append(_square(whole_numbers(level).tolist()))
        scale = float(scale_of(receiver, (0, 1, 2)).item())
        differences = np.append((receiver[..., 1] - receiver[..., 0]).ravel(), 0.0)
        numbers = whole_numbers(levelled(differences, factor * scale)).tolist()
        gains = _square([number - numbers[-1] for number in numbers[:-1]])
        chance = Fraction(prior)
        for m in range(2):
            low, high = gains[0][m], gains[1][m]
            if low * high < 0:
                even = Fraction(low, low - high)
                chance = even if abs(chance - even) <= factor else chance
        return cls((worth[0], worth[1]), gains, (chance.denominator - chance.numerator, chance.numerator))

    def cells(self) -> Iterator[_Cell]:
        """Yield the equilibria of every pattern of choices."""
        for replies in product(_CHOICES, repeat=2):
            if not all(self._can_be_best(m, reply) for m, reply in enumerate(replies)):
                continue
            for messages in product(_CHOICES, repeat=2):
                receivers = _Area((*_face(replies), *self._types_content(messages)))
                receiver = receivers.corners()
                if not receiver:
                    continue
                senders = _Area((*_face(messages), *self._replies_best(replies)))
                if sender := senders.corners():
                    yield _Cell(senders, receivers, sender, receiver)

    def _can_be_best(self, message: int, reply: int | None) -> bool:
        """Whether some belief makes a reply best, or for None both."""
        low, high = sorted(own[message] for own in self.gains)
        return (reply == 1 or low <= 0) and (reply == 0 or high >= 0)

    def _types_content(self, messages: Sequence[int | None]) -> Iterator[Row]:
        """Yield what the replies must be for the types to send these messages."""
        for (first, second), message in zip(self.worth, messages, strict=True):
            row = (first[0] - first[1], second[1] - second[0], second[0] - first[0])
            yield from _signed(row, message)

    def _replies_best(self, replies: Sequence[int | None]) -> Iterator[Row]:
        """Yield what the messages must be for these replies to be best where they are reached."""
        for m, reply in enumerate(replies):
            low, high = (self.odds[t] * self.gains[t][m] for t in range(2))
            yield from _signed((low, high, 0) if m else (-low, -high, low + high), reply)

    def belief(self, message: int, messages: Point) -> Fraction | None:
        """Return the probability of the second type by Bayes' rule; None after a message that nobody sends."""
        first, second = (odds * (p if message else 1 - p) for odds, p in zip(self.odds, messages, strict=True))
        return second / (first + second) if first + second else None

    def free_beliefs(self, message: int, reply: Fraction) -> list[Fraction]:
        """Return the ends of the beliefs that make a reply best: 0 and 1 where they do, and where it is a tie."""
        low, high = (own[message] for own in self.gains)
        ends = [Fraction(low, low - high)] if low * high < 0 else []
        for belief, gain in enumerate((low, high)):
            if (reply == 0 or gain >= 0) and (reply == 1 or gain <= 0):
                ends.append(Fraction(belief))
        return ends

    def intuitive(self, message: int, replies: Point) -> bool:
        """Whether an equilibrium with these replies in which nobody sends the message survives the criterion."""
        sent = 1 - message
        kept = [own[sent][0] + (own[sent][1] - own[sent][0]) * replies[sent] for own in self.worth]
        most = [max(own[message][reply] for reply in self._best(message, (0, 1))) for own in self.worth]
        left = [t for t in range(2) if kept[t] <= most[t]]
        if not left:
            return True
        answers = self._best(message, left)
        return all(kept[t] >= min(self.worth[t][message][reply] for reply in answers) for t in left)

    def _best(self, message: int, types: Sequence[int]) -> list[int]:
        gains = [self.gains[t][message] for t in types]
        return [reply for reply, best in enumerate((min(gains) <= 0, max(gains) >= 0)) if best]


def _checked(values: ArrayLike, name: str) -> FloatArray:
    array = as_payoffs(values, name)
    if array.shape != (2, 2, 2):
        raise ValueError(f"{name} must have shape (2, 2, 2): types, messages, replies; got {array.shape}")
    return array


def _square(numbers: Sequence[int]) -> Gains:
    return (numbers[0], numbers[1]), (numbers[2], numbers[3])


def _face(choices: Sequence[int | None]) -> Iterator[Row]:
    """Yield the unit square's rows, and the face on which pure choices lie."""
    yield from _SQUARE
    for k, choice in enumerate(choices):
        if choice is not None:
            yield (-1, 0, choice) if k == 0 else (0, -1, choice)
            yield (1, 0, -choice) if k == 0 else (0, 1, -choice)


def _signed(row: Row, choice: int | None) -> Iterator[Row]:
    """Yield what makes the first choice (row at most 0), the second (at least 0) or both best (0)."""
    if choice != 0:
        yield row
    if choice != 1:
        yield (-row[0], -row[1], -row[2])


def _maximal(cells: list[_Cell]) -> list[_Cell]:
    kept: list[_Cell] = []
    for k, cell in enumerate(cells):
        larger = [other for j, other in enumerate(cells) if j != k and cell.within(other)]
        if not any(not other.within(cell) or other in kept for other in larger):
            kept.append(cell)
    return sorted(kept, key=lambda cell: (cell.sender, cell.receiver))


def _described(
    game: _Game, cell: _Cell, sender: FloatArray, receiver: FloatArray, prior: float
) -> SignalingEquilibrium:
    sent = [[game.belief(m, point) for point in cell.sender] for m in range(2)]
    reached = [any(belief is not None for belief in beliefs) for beliefs in sent]
    ranges = []
    for m, beliefs in enumerate(sent):
        known = [belief for belief in beliefs if belief is not None]
        if len(known) < len(beliefs):
            known += [belief for point in cell.receiver for belief in game.free_beliefs(m, point[m])]
        ranges.append([float(min(known)), float(max(known))])
    silent = [m for m in range(2) if not reached[m]]
    members = [
        _payoffs_and_regret(sender, receiver, prior, np.array(mine, dtype=float), np.array(theirs, dtype=float))
        for mine, theirs in product(cell.sender, cell.receiver)
    ]
    payoffs = np.array([each for each, _ in members])
    return SignalingEquilibrium(
        kind=_kind(cell.sender),
        sender=np.array(cell.sender, dtype=np.float64),
        receiver=np.array(cell.receiver, dtype=np.float64),
        beliefs=np.array(ranges),
        reached=(reached[0], reached[1]),
        payoffs=np.stack([payoffs.min(axis=0), payoffs.max(axis=0)], axis=1),
        intuitive=all(any(game.intuitive(m, point) for point in cell.receiver) for m in silent),
        max_regret=max(regret for _, regret in members),
    )


def _kind(corners: tuple[Point, ...]) -> Kind:
    if all(first == second for first, second in corners):
        return "pooling"
    return "separating" if len(corners) == 1 and {*corners[0]} == {0, 1} else "semi-separating"


def _payoffs_and_regret(
    sender: FloatArray, receiver: FloatArray, prior: float, messages: FloatArray, replies: FloatArray
) -> tuple[list[float], float]:
    """Return the payoffs of both types and the receiver, and the most that one of them could gain."""
    sends = np.stack([1 - messages, messages], axis=1)
    answers = np.stack([1 - replies, replies], axis=1)
    worth = (sender * answers).sum(axis=2)
    own = (worth * sends).sum(axis=1)
    gained = float((worth.max(axis=1) - own).max())
    weights = np.array([1 - prior, prior])[:, None] * sends
    total = 0.0
    for m in range(2):
        chance = weights[:, m].sum()
        by_type = receiver[:, m]
        total += float(weights[:, m] @ by_type @ answers[m])
        beliefs = [weights[1, m] / chance] if chance > 0 else _trial_beliefs(by_type)
        regrets = []
        for belief in beliefs:
            values = (1 - belief) * by_type[0] + belief * by_type[1]
            regrets.append(float(values.max() - values @ answers[m]))
        gained = max(gained, min(regrets))
    return [*own.tolist(), total], gained


def _trial_beliefs(by_type: FloatArray) -> list[float]:
    """Return beliefs of which one makes a reply best, if any belief does: that of indifference, or the certain."""
    low, high = (by_type[:, 1] - by_type[:, 0]).tolist()
    return [low / (low - high)] if low * high < 0 else [0.0, 1.0]
