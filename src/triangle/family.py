"""Parameterised families of games: payoffs are polynomials in named parameters.

A family is immutable. Each term adds ``weight × payoffs`` to the game, where the weight is a product of named
parameters and the payoffs are a plain array over the profiles. A stage (such as a contract that the players sign
after their stances are taken) derives further contributions from the terms, so that it follows every change of them.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from .game import FloatArray, GameForm
from .names import unknown
from .polynomial import Monomial, monomial, values_of

Outside = Literal["raise", "warn", "ignore"]
Values = Mapping[str, ArrayLike]


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
        least, most = self.admissible
        numbers = (least, self.low, self.default, self.high, most)
        if not self.name.isidentifier():
            raise ValueError(f"a parameter's name must be an identifier, got {self.name!r}")
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
        arrays = {}
        for player, values in payoffs.items():
            array = np.array(values, dtype=np.float64)
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


def identity(quantity: FloatArray) -> FloatArray:
    """Return the quantity itself: the function of a measure that is one quantity."""
    return quantity


@dataclass(frozen=True, eq=False)
class Polynomials:
    """All quantities of a family, compiled: coefficients over one list of monomials.

    Attributes
    ----------
    monomials : tuple of Monomial
    payoffs : ndarray, shape (monomials, N, *form.shape)
    quantities : mapping of str to ndarray, shape (monomials, *form.shape)
    """

    monomials: tuple[Monomial, ...]
    payoffs: FloatArray
    quantities: Mapping[str, FloatArray]


@dataclass(frozen=True, eq=False)
class GameFamily:
    """A game whose payoffs are polynomials in named parameters.

    Parameters
    ----------
    form : GameForm
    parameters : tuple of Parameter
    terms : tuple of Term
    coalitions : tuple of Coalition
        Who may move together under the concept ``pairwise``.
    leader : str, optional
        Who moves first under the concept ``commitment``.
    stages : tuple of Stage
    measures : tuple of Measure
        If empty, each player's payoff.
    name : str

    Raises
    ------
    ValueError
        A name given twice, a weight with a parameter that does not exist, an array that does not fit the form, a
        role that no stage knows.

    Examples
    --------
    >>> from triangle import Player
    >>> form = GameForm((Player("Row", ["C", "D"]), Player("Column", ["C", "D"])))
    >>> both = form.indicator("Row", "", "C") * form.indicator("Column", "", "C")
    >>> family = GameFamily(
    ...     form,
    ...     parameters=(Parameter("gain", 1.0, 0.0, 2.0), Parameter("cost", 0.5, 0.0, 1.0)),
    ...     terms=(
    ...         Term("gain", "gain", {"Row": both, "Column": both}),
    ...         Term("cost", "cost", {"Row": -form.indicator("Row", "", "C")}),
    ...     ),
    ... )
    >>> family.payoffs({"gain": [1.0, 2.0]}).shape
    (2, 2, 2, 2)
    >>> family.without("cost").payoffs({})[0]
    array([[1., 0.],
           [0., 0.]])

    """

    form: GameForm
    parameters: tuple[Parameter, ...] = ()
    terms: tuple[Term, ...] = ()
    coalitions: tuple[Coalition, ...] = ()
    leader: str | None = None
    stages: tuple[Stage, ...] = ()
    measures: tuple[Measure, ...] = ()
    name: str = "game"
    options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, items in (("parameter", self.parameters), ("term", self.terms), ("measure", self.measures)):
            names = [item.name for item in items]
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"{kind} given twice: {', '.join(repeated)}")
        for key in ("parameters", "terms", "coalitions", "stages", "measures"):
            object.__setattr__(self, key, tuple(getattr(self, key)))
        known = {parameter.name for parameter in self.parameters}
        roles = {"", *(role for stage in self.stages for role in stage.roles)}
        for term in self.terms:
            for name, _ in term.weight:
                if name not in known:
                    raise ValueError(f"term {term.name!r}: " + unknown("parameter", name, known))
            if term.role not in roles:
                raise ValueError(f"term {term.name!r}: " + unknown("role", term.role, roles))
            term.payoffs_on(self.form)
        if self.leader is not None:
            self.form.index(self.leader)
        for coalition in self.coalitions:
            for member, stances in coalition.moves:
                for toward in stances:
                    self.form.player(member).dimension(toward)
        if not self.measures:
            object.__setattr__(self, "measures", tuple(map(payoff_measure, self.form.names)))

    # --- what it contains -------------------------------------------------------------------------------------

    @cached_property
    def defaults(self) -> dict[str, float]:
        """Every parameter's default."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by name; ``ValueError`` names the nearest valid one."""
        return _named(self.parameters, "parameter", name)

    def term(self, name: str) -> Term:
        """Return a term by name; ``ValueError`` names the nearest valid one."""
        return _named(self.terms, "term", name)

    def measure(self, name: str) -> Measure:
        """Return a measure by name; ``ValueError`` names the nearest valid one."""
        return _named(self.measures, "measure", name)

    # --- making another family --------------------------------------------------------------------------------

    def add(self, *items: Parameter | Term | Measure) -> GameFamily:
        """Return a family with further parameters, terms or measures; ``ValueError`` if one is there already."""
        return replace(
            self,
            parameters=(*self.parameters, *(item for item in items if isinstance(item, Parameter))),
            terms=(*self.terms, *(item for item in items if isinstance(item, Term))),
            measures=(*self.measures, *(item for item in items if isinstance(item, Measure))),
        )

    def replace(self, *items: Parameter | Term | Measure) -> GameFamily:
        """Return a family in which each item takes the place of the one of its kind and name.

        Raises
        ------
        ValueError
            There is none to replace.
        """
        family = self
        for item in items:
            if isinstance(item, Parameter):
                self.parameter(item.name)
                parameters = tuple(item if old.name == item.name else old for old in family.parameters)
                family = replace(family, parameters=parameters)
            elif isinstance(item, Term):
                self.term(item.name)
                family = replace(family, terms=tuple(item if old.name == item.name else old for old in family.terms))
            else:
                self.measure(item.name)
                measures = tuple(item if old.name == item.name else old for old in family.measures)
                family = replace(family, measures=measures)
        return family

    def without(self, *terms: str) -> GameFamily:
        """Return a family without these terms; parameters that nothing uses any more stay and do nothing."""
        for name in terms:
            self.term(name)
        return replace(self, terms=tuple(term for term in self.terms if term.name not in terms))

    def without_parameters(self, *names: str) -> GameFamily:
        """Return a family without these parameters; ``ValueError`` while a term or a stage still uses one."""
        for name in names:
            self.parameter(name)
        used = {name for product in self.polynomials.monomials for name, _ in product}
        if used & set(names):
            raise ValueError(f"parameter still used by a term or a stage: {', '.join(sorted(used & set(names)))}")
        return replace(self, parameters=tuple(p for p in self.parameters if p.name not in names))

    # --- numbers ----------------------------------------------------------------------------------------------

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """Everything that the terms and the stages add to the payoffs and the other quantities."""
        found = []
        for term in self.terms:
            arrays = term.payoffs_on(self.form)
            for player, values in zip(self.form.names, arrays, strict=True):
                if values.any():
                    found.append(Contribution(f"payoff_{player}", term.name, term.weight, values))
        for stage in self.stages:
            found.extend(stage.contributions(self.form, self.terms))
        return tuple(found)

    @cached_property
    def polynomials(self) -> Polynomials:
        """The payoffs and the other quantities as coefficients over one list of monomials."""
        products = sorted({part.monomial for part in self.contributions})
        place = {product: k for k, product in enumerate(products)}
        names = dict.fromkeys([f"payoff_{player}" for player in self.form.names])
        names.update(dict.fromkeys(name for stage in self.stages for name in stage.quantities))
        names.update(dict.fromkeys(part.quantity for part in self.contributions))
        quantities = {name: np.zeros((len(products), *self.form.shape)) for name in names}
        for part in self.contributions:
            quantities[part.quantity][place[part.monomial]] += part.values
        payoffs = np.stack([quantities[f"payoff_{player}"] for player in self.form.names], axis=1)
        return Polynomials(tuple(products), payoffs, MappingProxyType(quantities))

    def resolve(self, values: Values | None = None, outside: Outside = "raise") -> dict[str, FloatArray]:
        """Return every parameter's value as float arrays of one common shape, defaults filled in.

        Parameters
        ----------
        values : mapping of str to scalar or array, optional
            Arrays must broadcast against each other.
        outside : {"raise", "warn", "ignore"}
            What to do with a value outside the parameter's admissible range.

        Raises
        ------
        ValueError
            An unknown name, not a number, NaN or infinite, shapes that do not fit, or (by option) out of range.
        """
        if outside not in ("raise", "warn", "ignore"):
            raise ValueError(f"outside must be 'raise', 'warn' or 'ignore', got {outside!r}")
        given = {}
        for name, value in (values or {}).items():
            parameter = self.parameter(name)
            given[name] = _numbers(name, value)
            _check_range(parameter, given[name], outside)
        try:
            batch = np.broadcast_shapes(*(array.shape for array in given.values()))
        except ValueError:
            shapes = ", ".join(f"{name} {array.shape}" for name, array in given.items() if array.ndim)
            raise ValueError(f"parameter values of shapes that do not broadcast: {shapes}") from None
        full = {name: np.float64(default) for name, default in self.defaults.items()} | given
        return {name: np.broadcast_to(array, batch) for name, array in full.items()}

    def monomials(self, values: Values | None = None, outside: Outside = "raise") -> FloatArray:
        """Return the value of every monomial, shape (*batch, monomials)."""
        full = self.resolve(values, outside)
        batch = next(iter(full.values())).shape if full else ()
        return values_of(self.polynomials.monomials, full, batch)

    def payoffs(self, values: Values | None = None, outside: Outside = "raise") -> FloatArray:
        """Return the payoff array at parameter values.

        Parameters
        ----------
        values : mapping of str to scalar or array, optional
            Parameters not named keep their default. Arrays broadcast; their common shape is the batch.
        outside : {"raise", "warn", "ignore"}
            What to do with a value outside the parameter's admissible range.

        Returns
        -------
        ndarray, shape (*batch, N, A_1, …, A_N)

        Raises
        ------
        ValueError
            See `resolve`.
        """
        return np.tensordot(self.monomials(values, outside), self.polynomials.payoffs, axes=1)

    def evaluate(self, values: Values | None = None, measures: Iterable[str] | None = None) -> dict[str, FloatArray]:
        """Return measures at every profile.

        Parameters
        ----------
        values : mapping of str to scalar or array, optional
        measures : iterable of str, optional
            All if not given.

        Returns
        -------
        dict of str to ndarray, shape (*batch, A_1, …, A_N)
        """
        weights = self.monomials(values)
        wanted = [self.measure(name) for name in measures] if measures is not None else self.measures
        needed = dict.fromkeys(name for measure in wanted for name in measure.quantities)
        found = {name: np.tensordot(weights, self.quantity(name), axes=1) for name in needed}
        return {measure.name: measure.function(*(found[q] for q in measure.quantities)) for measure in wanted}

    def quantity(self, name: str) -> FloatArray:
        """Return a quantity's coefficients, shape (monomials, *form.shape); ``ValueError`` if there is none."""
        quantities = self.polynomials.quantities
        if name not in quantities:
            raise ValueError(unknown("quantity", name, quantities))
        return quantities[name]

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the form, the parameters and all polynomials: two families with it are the same game."""
        state = hashlib.sha256()
        state.update(repr((self.form, self.parameters, self.coalitions, self.leader, dict(self.options))).encode())
        state.update(repr(self.polynomials.monomials).encode())
        for name, array in sorted(self.polynomials.quantities.items()):
            state.update(name.encode() + array.tobytes())
        return state.hexdigest()[:16]


def payoff_measure(player: str) -> Measure:
    """Return the measure that is a player's payoff."""
    name = f"payoff_{player}"
    return Measure(name, (name,), identity, long_name=f"payoff of {player}", unit="index")


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=_Named)


def _named(items: tuple[Item, ...], kind: str, name: str) -> Item:
    for item in items:
        if item.name == name:
            return item
    raise ValueError(unknown(kind, name, (item.name for item in items)))


def _numbers(name: str, value: ArrayLike) -> FloatArray:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"parameter {name!r} must be a number or an array of numbers, got {value!r}") from None
    if not np.isfinite(array).all():
        raise ValueError(f"parameter {name!r} must be finite, got {array[~np.isfinite(array)].flat[0]}")
    return array


def _check_range(parameter: Parameter, array: FloatArray, outside: Outside) -> None:
    least, most = parameter.admissible
    beyond = (array < least) | (array > most)
    if outside == "ignore" or not beyond.any():
        return
    message = f"parameter {parameter.name!r} = {array[beyond].flat[0]:g} is outside [{least:g}, {most:g}]"
    if outside == "raise":
        raise ValueError(message)
    warnings.warn(message, stacklevel=4)
