"""State equations: what a year leaves to the next. Each can be left out; its parameter then takes the dated value.

A state is a number for every run. ``enter`` gives the state and the parameter in a year, from what the year before
left; ``leave`` gives the state after the year. All are linear in the events (a tie, a failed switch) of which they are
told the truth (0 or 1), or the probability where a whole law is carried along instead of one run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..names import unknown

Numbers = NDArray[Any]

GAP_PERIOD, GAP_DECAY = 5.0, 0.05
LOCK_SLOPE, LOCK_FLOOR = 0.147, 0.224
BAYES_FACTOR = 16.0
RENEWAL, RENEWED = 0.2, 0.2


@dataclass(frozen=True, eq=False)
class Entering:
    """What a year begins with.

    Attributes
    ----------
    dated, before : mapping of str to float
        The timeline's values of this year and of the year before.
    news : mapping of str to float
        States that news sets this year.
    tie, broken : ndarray
        Whether the tie stood at the end of last year, and whether a switch failed: détente then, pressure now.
    """

    dated: Mapping[str, float]
    before: Mapping[str, float]
    news: Mapping[str, float]
    tie: Numbers
    broken: Numbers


@dataclass(frozen=True, eq=False)
class Leaving:
    """What a year ends with.

    Attributes
    ----------
    values : mapping of str to float or ndarray
        The parameters of the year.
    tie, pressure : ndarray
    gain, reference : ndarray
        What feedback would add to the gap in a period: in this run, and on the reference path.
    """

    values: Mapping[str, Any]
    tie: Numbers
    pressure: Numbers
    gain: Numbers
    reference: Numbers


@dataclass(frozen=True, eq=False)
class StateEquation:
    """One removable feedback from a year to the next.

    Attributes
    ----------
    name, parameter : str
        The parameter that the state drives.
    needs : tuple of str
        Further parameters that a model must have.
    unit, basis, meaning : str
    claims : tuple of str
    begin : callable
        The state before the first year, from the dated values of that year.
    enter, leave : callable
    """

    name: str
    parameter: str
    needs: tuple[str, ...]
    unit: str
    claims: tuple[str, ...]
    basis: str
    meaning: str
    begin: Callable[[Mapping[str, float]], float]
    enter: Callable[[Numbers, Entering], tuple[Numbers, Numbers]]
    leave: Callable[[Numbers, Leaving], Numbers]


def _gap_enter(state: Numbers, year: Entering) -> tuple[Numbers, Numbers]:
    return state, year.dated["power_gap"] + state


def _gap_leave(state: Numbers, year: Leaving) -> Numbers:
    return (1 - GAP_DECAY) * state + (year.gain - year.reference) / GAP_PERIOD


def _contracted(values: Mapping[str, Any]) -> Any:
    """Return the volume that a tie contracts while the West does not press."""
    return 2 * values["energy"] * (1 + values["power_gap"]) + values["crisis"]


def _lock_begin(dated: Mapping[str, float]) -> float:
    return float(_contracted(dated))


def _lock_enter(state: Numbers, year: Entering) -> tuple[Numbers, Numbers]:
    return state, LOCK_SLOPE * np.maximum(state - LOCK_FLOOR, 0.0)


def _lock_leave(state: Numbers, year: Leaving) -> Numbers:
    v = year.values
    volume = _contracted(v) + year.pressure * v["sanctions"] * v["offset"]
    return np.asarray(np.maximum(state, year.tie * volume))


def _projects_enter(state: Numbers, year: Entering) -> tuple[Numbers, Numbers]:
    change = year.dated["energy"] - year.before["energy"]
    state = state + (change * year.tie if change > 0 else change)
    return state, state


def _trust_begin(dated: Mapping[str, float]) -> float:
    # Such that the first year's renewal gives its dated value.
    return (dated["trust"] - RENEWAL * RENEWED) / (1 - RENEWAL)


def _trust_enter(state: Numbers, year: Entering) -> tuple[Numbers, Numbers]:
    disappointed = state / (state + BAYES_FACTOR * (1 - state))
    state = state + year.broken * (disappointed - state)
    state = (1 - RENEWAL) * state + RENEWAL * RENEWED
    if "trust" in year.news:
        state = np.full_like(state, year.news["trust"])
    return state, state


def _keep(state: Numbers, year: Leaving) -> Numbers:
    return state


EQUATIONS: Mapping[str, StateEquation] = {
    equation.name: equation
    for equation in (
        StateEquation(
            "gap_feedback", "power_gap", ("feedback",), "index a year", ("C26",),
            "judgement: a period of feedback is 5 years and a twentieth of the departure fades each year",
            "the tie widens the gap by more, or less, than it did on the reference path; the dated gap has that in it",
            lambda dated: 0.0, _gap_enter, _gap_leave,
        ),
        StateEquation(
            "lock_in", "lock_in", ("energy", "power_gap", "crisis", "sanctions", "offset"), "index", ("C27", "C34"),
            "judgement: two numbers set so that the chapter's timeline gives 0 in 2001 and .20 once full pressure is "
            "met; what is built does not wear out",
            "Russia is locked in by the largest contracted volume so far, from the year after; before the first year "
            "that is the first year's volume without pressure",
            _lock_begin, _lock_enter, _lock_leave,
        ),
        StateEquation(
            "projects", "energy", (), "index", ("C27", "C29"),
            "data and ordinal: the dated volumes of 15, 30 and 50 Mt a year",
            "energy trade grows only where the tie stood; it falls whatever the tie",
            lambda dated: dated["energy"], _projects_enter, _keep,
        ),
        StateEquation(
            "trust", "trust", (), "probability", ("C87",),
            "judgement: a likelihood ratio of 16, and governments that change renew a fifth of trust a year, to .2",
            "détente met by pressure in the next year is a failed switch, which lowers trust by Bayes' rule",
            _trust_begin, _trust_enter, _keep,
        ),
    )
}  # fmt: skip
"""The state equations by name."""


def state_equations(names: object, parameters: Mapping[str, float]) -> tuple[StateEquation, ...]:
    """Return state equations by name; ``"all"`` are those whose parameters a model has.

    Raises
    ------
    ValueError
        An unknown equation, or one whose parameters the model lacks.

    Examples
    --------
    >>> import triangle as tri
    >>> [equation.name for equation in state_equations("all", tri.chapter_model().defaults)]
    ['gap_feedback', 'lock_in', 'projects', 'trust']
    """
    if names == "all":
        return tuple(e for e in EQUATIONS.values() if {e.parameter, *e.needs} <= set(parameters))
    if isinstance(names, str) or not hasattr(names, "__iter__"):
        raise ValueError(f"equations is 'all' or a list of {', '.join(EQUATIONS)}; got {names!r}")
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        if name not in EQUATIONS:
            raise ValueError(unknown("state equation", name, EQUATIONS))
        missing = {EQUATIONS[name].parameter, *EQUATIONS[name].needs} - set(parameters)
        if missing:
            raise ValueError(f"state equation {name!r}: the model lacks the parameter {', '.join(sorted(missing))}")
    return tuple(e for e in EQUATIONS.values() if e.name in chosen)
