"""A sweep as data: what is solved, where, and what is kept of it, with a description in plain words and numbers."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..family import GameFamily
from ..kernel import FLOAT_TYPES, FloatType
from ..names import unknown
from ..parts import Measure
from ..pickling import PickledByFields
from ..scenario import Scenario
from .design import Grid, LatinHypercube, Sobol
from .method import Method, Solver, method_of


@dataclass(frozen=True)
class Setting:
    """One game family with some players held: what one kernel is compiled for.

    Attributes
    ----------
    values : dict of str to float
        Of all parameters; those that the design varies are overridden at each point.
    held : dict of str to str
    """

    values: dict[str, float]
    held: dict[str, str]


@dataclass(frozen=True, eq=False)
class Plan(PickledByFields):
    """The question that a sweep asks: settings × points.

    Attributes
    ----------
    model : GameFamily
    scenarios : tuple of Scenario
    several : bool
        Whether scenarios are a dimension of the result.
    commitments : tuple of str, or None
        Actions of the leader; if given, a dimension of the result.
    design : Grid, Sobol or LatinHypercube
    concept : str
    measures : tuple of Measure
    dtype : {"float64", "float32"}
        Of the numbers.
    seed : int
    precision : float, optional
        Of logit equilibria, in units of one over the payoffs'.
    """

    model: GameFamily
    scenarios: tuple[Scenario, ...]
    several: bool
    commitments: tuple[str, ...] | None
    design: Grid | Sobol | LatinHypercube
    concept: str
    measures: tuple[Measure, ...]
    dtype: FloatType
    seed: int
    precision: float | None = None

    def __post_init__(self) -> None:
        if not self.scenarios:
            raise ValueError("a sweep needs at least one scenario")
        names = [setting.name for setting in self.scenarios]
        if len(set(names)) < len(names):
            raise ValueError(f"a scenario is given twice: {', '.join(names)}; their names label a dimension")
        object.__setattr__(self, "precision", self.method.check(self.precision))
        if self.dtype not in FLOAT_TYPES:
            raise ValueError(unknown("dtype", self.dtype, FLOAT_TYPES))

    @property
    def method(self) -> Method:
        """How its points are solved."""
        return method_of(self.concept)

    def solver(self, setting: int) -> Solver:
        """Return a setting's solver, compiled when it is first asked for."""
        with self._guard:
            if setting not in self._solvers:
                self._solvers[setting] = self.method.compile(self, setting)
            return self._solvers[setting]

    @cached_property
    def _solvers(self) -> dict[int, Solver]:
        return {}

    @cached_property
    def _guard(self) -> threading.Lock:
        return threading.Lock()

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """Every scenario under every commitment, the commitments fastest."""
        leader = self.model.leader
        found = []
        for scenario in self.scenarios:
            held = dict(scenario.held)
            for action in self.commitments or (None,):
                more = {} if action is None or leader is None else {leader: action}
                found.append(Setting(dict(scenario.values), {**held, **more}))
        return tuple(found)

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions of the result."""
        own = (("scenario", self.several), ("commitment", self.commitments is not None))
        return (*(name for name, there in own if there), *self.design.dims)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each dimension."""
        own = {"scenario": len(self.scenarios), "commitment": len(self.commitments or ())}
        return (*(length for name, length in own.items() if name in self.dims), *self.design.shape)

    @property
    def size(self) -> int:
        """How many games are solved."""
        return math.prod(self.shape)

    @cached_property
    def described(self) -> dict[str, Any]:
        """What `describe` returns, kept."""
        return self.describe()

    def describe(self) -> dict[str, Any]:
        """Return plain data that names all on which the numbers depend; two sweeps of one description are the same."""
        model = self.model
        varied = {name: model.parameter(name) for name in self.design.names}
        return {
            "model": {
                "name": model.name,
                "digest": model.digest,
                "options": dict(model.options),
                "terms": [term.name for term in model.terms],
                "players": {player.name: list(player.actions) for player in model.form.players},
            },
            "concept": self.concept,
            "precision": self.precision,
            "dtype": self.dtype,
            "scenarios": [
                {"name": s.name, "title": s.title, "held": dict(s.held), "values": _floats(s.values)}
                for s in self.scenarios
            ],
            "several": self.several,
            "commitments": None if self.commitments is None else list(self.commitments),
            "measures": [_measure(measure) for measure in self.measures],
            "design": self.design.describe(),
            "varied": {name: {"long_name": p.meaning or name, "units": p.unit} for name, p in varied.items()},
            "seed": int(self.seed),
            "dims": list(self.dims),
            "shape": list(self.shape),
        }


def _floats(values: Any) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def _measure(measure: Measure) -> dict[str, Any]:
    function = measure.function
    spelled = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', type(function).__name__)}"
    return {
        "name": measure.name,
        "long_name": measure.long_name or measure.name,
        "units": measure.unit,
        "categories": list(measure.categories),
        "quantities": list(measure.quantities),
        "function": spelled,
    }


def commitments_of(model: GameFamily, given: Sequence[str] | str | None) -> tuple[str, ...] | None:
    """Return the leader's actions that a sweep puts side by side.

    Raises
    ------
    ValueError
        The model has no leader, an unknown action, one given twice, or none.

    Examples
    --------
    >>> import triangle as tri
    >>> commitments_of(tri.chapter_model(), "all")[0]
    'pressure/contain'
    """
    if given is None:
        return None
    if model.leader is None:
        raise ValueError(f"the model {model.name!r} has no leader whose commitments could be compared")
    actions = model.form.player(model.leader).actions
    chosen = actions if given == "all" else (given,) if isinstance(given, str) else tuple(given)
    for action in chosen:
        if action not in actions:
            raise ValueError(unknown("commitment", action, actions))
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"commitments takes 'all' or actions of {model.leader}, each once; got {list(chosen)}")
    return tuple(chosen)
