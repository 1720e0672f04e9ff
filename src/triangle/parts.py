"""What a family of games is made of: parameters, terms, coalitions, stages and measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike

from .arguments import check_fields, checked, fitted
from .game import FloatArray, GameForm
from .polynomial import Monomial, monomial


@dataclass(frozen=True)
class Parameter:
    """A named number in the payoffs, with the range in which it is plausible.

    Parameters
    ----------
    name : str
    default, low, high : float
        The default and the plausible range round it, which sweeps sample. Where ``low == high`` the parameter is a
        lever: it is set, not sampled.
    unit, meaning : str
    basis : str
        Where the number comes from, such as ``"data"`` or ``"judgement"``.
    note : str
        The basis in words.
    claims, carries : tuple of str
        The claims that justify it, and the drivers, obstacles and levers that it stands for.
    bounds : tuple of float, optional
        The values that are admissible at all; ``[low, high]`` if not given.

    Raises
    ------
    ValueError
        Not finite, or not ``bounds[0] <= low <= default <= high <= bounds[1]``.

    Examples
    --------
    >>> Parameter("energy", default=0.4, low=0.3, high=0.5, bounds=(0, 1)).range_at(0.95)
    (0.85, 1.0)
    """

    name: str
    default: float
    low: float
    high: float
    unit: str = "index 0–1"
    meaning: str = ""
    basis: str = "judgement"
    note: str = ""
    claims: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        least, most = self.admissible
        numbers = (least, self.low, self.default, self.high, most)
        if not self.name.isidentifier():
            raise ValueError(f"a parameter's name must be an identifier, got {self.name!r}")
        if not all(isinstance(number, Real) for number in numbers):
            raise ValueError(f"parameter {self.name!r}: default, low, high and bounds must be numbers, got {numbers}")
        if not all(map(math.isfinite, numbers)) or list(numbers) != sorted(numbers):
            raise ValueError(
                f"parameter {self.name!r}: need {least} <= low <= default <= high <= {most}, "
                f"got low={self.low}, default={self.default}, high={self.high}"
            )

    @property
    def admissible(self) -> tuple[float, float]:
        """The least and the greatest value that the parameter may take."""
        return self.bounds if self.bounds is not None else (self.low, self.high)

    def range_at(self, centre: float, factor: float = 1.0) -> tuple[float, float]:
        """Return the plausible range moved to ``centre`` and widened by ``factor``, cut at the admissible bounds."""
        least, most = self.admissible
        low = centre - factor * (self.default - self.low)
        high = centre + factor * (self.high - self.default)
        return float(max(least, round(low, 12))), float(min(most, round(high, 12)))


@dataclass(frozen=True, eq=False)
class Term:
    """One summand of the payoffs: a weight times an array over the profiles.

    Parameters
    ----------
    name : str
    weight : str, mapping or Monomial
        A product of parameters, such as ``"energy*power_gap**2"``; ``""`` is the constant 1.
    payoffs : mapping of str to array_like
        For each player that the term touches, an array that broadcasts to the shape of the form.
    kind : str
        ``"driver"``, ``"obstacle"``, ``"lever"``, ``"context"``, or a word of your own.
    role : str
        How a stage treats the term (see the stage); ``""`` if no stage concerns it.
    claims, carries : tuple of str
    meaning : str

    Examples
    --------
    >>> Term("trade", "volume", {"Row": [[1, 0], [0, 0]]}).weight
    (('volume', 1),)
    """

    name: str
    weight: Monomial
    payoffs: Mapping[str, FloatArray]
    kind: str = "context"
    role: str = ""
    claims: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    meaning: str = ""

    @checked
    def __init__(
        self,
        name: str,
        weight: str | Mapping[str, int] | Monomial,
        payoffs: Mapping[str, ArrayLike],
        kind: str = "context",
        role: str = "",
        claims: Iterable[str] = (),
        carries: Iterable[str] = (),
        meaning: str = "",
    ) -> None:
        if not isinstance(payoffs, Mapping):
            raise ValueError(f"term {name!r}: payoffs is a mapping from players to arrays, got {payoffs!r}")
        arrays = {}
        for player, values in payoffs.items():
            try:
                array = np.array(values, dtype=np.float64)
            except (TypeError, ValueError):
                told = f"term {name!r}: the payoffs of {player!r} must be an array of numbers, got {values!r}"
                raise ValueError(told) from None
            if not np.isfinite(array).all():
                raise ValueError(f"term {name!r}: the payoffs of {player!r} must be finite")
            array.flags.writeable = False
            arrays[player] = array
        given = {
            "name": name,
            "weight": monomial(weight),
            "payoffs": MappingProxyType(arrays),
            "kind": kind,
            "role": role,
            "claims": tuple(claims),
            "carries": tuple(carries),
            "meaning": meaning,
        }
        for key, value in given.items():
            object.__setattr__(self, key, value)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Pickle by construction: a read-only mapping cannot be pickled, and read-only arrays would come back open."""
        rest = (self.kind, self.role, self.claims, self.carries, self.meaning)
        return type(self), (self.name, self.weight, dict(self.payoffs), *rest)

    def payoffs_on(self, form: GameForm) -> FloatArray:
        """Return the term's payoffs as a full array of shape (N, A_1, …, A_N)."""
        out = np.zeros((len(form.players), *form.shape))
        for player, values in self.payoffs.items():
            try:
                axis = form.index(player)
                out[axis] = np.broadcast_to(values, form.shape)
            except ValueError as error:
                reason = str(error) if "player" in str(error) else f"shape {values.shape} does not fit {form.shape}"
                raise ValueError(f"term {self.name!r}, payoffs of {player!r}: {reason}") from None
        return out


@dataclass(frozen=True)
class Coalition:
    """Players who may move together, each within the stances named, and whose gains are compared in sum.

    Parameters
    ----------
    moves : mapping of str to tuple of str
        For each member, the stances (by whom they are toward) that a joint move may change.

    Examples
    --------
    >>> Coalition.link("Russia", "China").moves
    (('Russia', ('China',)), ('China', ('Russia',)))
    """

    moves: tuple[tuple[str, tuple[str, ...]], ...]

    def __post_init__(self) -> None:
        fitted("a coalition's moves", self.moves, Mapping[str, Sequence[str]] | Sequence[tuple[str, Sequence[str]]])
        moves = self.moves.items() if isinstance(self.moves, Mapping) else self.moves
        object.__setattr__(self, "moves", tuple((name, tuple(stances)) for name, stances in moves))
        if len(set(self.members)) < max(2, len(self.members)):
            raise ValueError(f"a coalition has two members or more, each once; got {', '.join(self.members) or 'none'}")

    @classmethod
    def link(cls, first: str, second: str) -> Self:
        """Return the pair that may change only its two stances toward each other."""
        return cls(((first, (second,)), (second, (first,))))

    @property
    def members(self) -> tuple[str, ...]:
        """The players in the coalition."""
        return tuple(name for name, _ in self.moves)

    @property
    def name(self) -> str:
        """The members' names, joined by a dash."""
        return "–".join(self.members)


@dataclass(frozen=True, eq=False)
class Contribution:
    """What one source adds to one quantity: a monomial times an array over the profiles.

    A quantity is a player's payoff (named ``payoff_<player>``) or anything else that a measure is computed from.
    ``via`` says through which stage the source acts; ``""`` is directly.
    """

    quantity: str
    source: str
    monomial: Monomial
    values: FloatArray
    via: str = ""

    @property
    def label(self) -> str:
        """The source, and in brackets through which stage it acts."""
        return f"{self.source} ({self.via})" if self.via else self.source


class Stage(Protocol):
    """What happens after the stances are taken: contributions derived from a family's terms."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of terms that the stage knows."""
        ...

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that the stage derives; one to which no term contributes is zero."""
        ...

    def contributions(self, form: GameForm, terms: tuple[Term, ...]) -> Iterable[Contribution]:
        """Yield the contributions to payoffs and to the quantities that measures need."""
        ...


@dataclass(frozen=True)
class Measure:
    """A number reported for every profile: a vectorised function of quantities of the family.

    Parameters
    ----------
    name : str
    quantities : tuple of str
        The quantities passed to ``function``, in order; arrays of one common shape.
    function : callable
        Elementwise, at module level (so that it can be sent to other processes).
    long_name, unit : str
    categories : tuple of str
        If not empty the values are codes ``0 … len(categories) - 1``.
    signs : tuple of str
        If not empty, what a negative and what a positive value means, in words.
    """

    name: str
    quantities: tuple[str, ...]
    function: Callable[..., FloatArray]
    long_name: str = ""
    unit: str = "1"
    categories: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)


def identity(quantity: FloatArray) -> FloatArray:
    """Return the quantity itself: the function of a measure that is one quantity."""
    return quantity


def payoff_measure(player: str) -> Measure:
    """Return the measure that is a player's payoff."""
    name = f"payoff_{player}"
    return Measure(name, (name,), identity, long_name=f"payoff of {player}", unit="index")
