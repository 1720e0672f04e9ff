"""Parameterised families of games: payoffs are polynomials in named parameters.

A family is immutable. Each term adds ``weight × payoffs`` to the game, where the weight is a product of named
parameters and the payoffs are a plain array over the profiles. A stage (such as a contract that the players sign
after their stances are taken) derives further contributions from the terms, so that it follows every change of them.
"""

from __future__ import annotations

import hashlib
import reprlib
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from .arguments import check_fields
from .game import FloatArray, GameForm
from .names import unknown
from .parts import Coalition, Contribution, Measure, Parameter, Stage, Term, payoff_measure
from .pickling import PickledByFields
from .polynomial import Monomial, values_of

Outside = Literal["raise", "warn", "ignore"]
Values = Mapping[str, ArrayLike]


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

    def __post_init__(self) -> None:
        for array in (self.payoffs, *self.quantities.values()):
            array.flags.writeable = False
        object.__setattr__(self, "quantities", MappingProxyType(dict(self.quantities)))

    def __reduce__(self) -> tuple[type[Polynomials], tuple[object, ...]]:
        """Pickle by construction: a read-only mapping cannot be pickled, and read-only arrays would come back open."""
        return type(self), (self.monomials, self.payoffs, dict(self.quantities))


@dataclass(frozen=True, eq=False)
class GameFamily(PickledByFields):
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
        check_fields(self)
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
    def defaults(self) -> Mapping[str, float]:
        """Every parameter's default."""
        return MappingProxyType({parameter.name: parameter.default for parameter in self.parameters})

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
        _known_kinds(items)
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
        _known_kinds(items)
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
        return Polynomials(tuple(products), payoffs, quantities)

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


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=_Named)


def _named(items: tuple[Item, ...], kind: str, name: str) -> Item:
    for item in items:
        if item.name == name:
            return item
    raise ValueError(unknown(kind, name, (item.name for item in items)))


def _known_kinds(items: tuple[object, ...]) -> None:
    for item in items:
        if not isinstance(item, Parameter | Term | Measure):
            raise ValueError(f"a family takes a Parameter, a Term or a Measure, got {reprlib.repr(item)}")


def _numbers(name: str, value: ArrayLike) -> FloatArray:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        told = reprlib.repr(value)
        raise ValueError(f"parameter {name!r} must be a number or an array of numbers, got {told}") from None
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
