"""What a family says about the dated events: how likely each measure was to fall, stay or rise, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..chapter.events import Observation
from ..chapter.form import EVENTS
from ..chapter.rivals import RIVALS, rival_model
from ..family import GameFamily
from ..game import FloatArray
from ..names import unknown
from ..parts import Measure
from ..timeline import Timeline
from .claims import default_model
from .process import Process, drawn_shifts, fits_equations
from .simulate import Equations, prepare, propagated
from .transitions import Band, Span, transitions

CHAPTER = "chapter"
BANDS: Mapping[str, Band] = {
    "intensity": Band(0.01, relative=True),
    "foundation": Band(0.01, relative=True),
    "investment": Band(0.02, relative=True),
    "transfer": Band(0.02),
    "gap": Band(0.01),
    "depth": Band(0.5),
    "stance": Band(0.5),
}
"""What counts as no change of each measure that an event speaks of; fixed before anything was scored."""

_INDICATORS = {"stance": EVENTS.russia_cooperates}


@dataclass(frozen=True)
class Moved:
    """How far a measure's mean moved between the ends of two years, and how far it would have moved otherwise.

    Attributes
    ----------
    before : float
        At the first year's end.
    change : float
    by_values : float
        With the leader's commitment of the first year kept, so that dated values alone move.
    by_commitments : float
        With the dated values of the first year kept, so that the leader's commitments alone move.
    """

    before: float
    change: float
    by_values: float
    by_commitments: float


def families_with(models: Any) -> Mapping[str, GameFamily]:
    """Return families by name, the chapter's and its rivals if none are given.

    Raises
    ------
    ValueError
        No mapping, an empty one, or a family without the chapter's stances, of which the events speak.
    """
    if models is None:
        return {CHAPTER: default_model(), **{name: rival_model(name) for name in RIVALS}}
    if not isinstance(models, Mapping) or not models:
        raise ValueError(f"models is a mapping of names to at least one family, got {type(models).__name__}")
    for name, model in models.items():
        if not fits_equations(model):
            raise ValueError(f"the events speak of the chapter's stances; the model {name!r} has others")
    return dict(models)


def bands_with(changed: Mapping[str, Any] | None) -> Mapping[str, Band]:
    """Return the bands, some of them with another size; ``ValueError`` for an unknown measure or a negative size."""
    found = dict(BANDS)
    for name, size in (changed or {}).items():
        if name not in BANDS:
            raise ValueError(unknown("scored measure", name, BANDS))
        if isinstance(size, bool) or not isinstance(size, int | float | np.number) or not 0 <= size < np.inf:
            raise ValueError(f"bands: {name} must be a number from 0 on, got {size!r}")
        found[name] = replace(BANDS[name], size=float(size))
    return found


def observed_process(
    model: GameFamily,
    line: Timeline,
    precision: float,
    revision: float,
    seed: int,
    equations: Equations,
    draws: int,
) -> Process:
    """Return the process whose first column is at the dated values and whose others are the draws."""
    plain = prepare(model, line, precision, revision, seed, equations, draws, "stationary", [])
    shifts = {name: np.concatenate([[0.0], values]) for name, values in drawn_shifts(model, draws, seed).items()}
    return replace(plain, shifts=shifts, measures=_measures(model))


def chances(
    process: Process, observations: Sequence[Observation], bands: Mapping[str, Band], threads: int | None = None
) -> FloatArray:
    """Return the probability that each measure falls, stays or rises, shape (observations, 3, draws)."""
    asked = list(dict.fromkeys(each.asked for each in observations))
    found = transitions(process, [Span(*span) for span in asked], bands, _INDICATORS, threads)
    return found[[asked.index(each.asked) for each in observations]]


def moves(process: Process, observations: Sequence[Observation]) -> Mapping[tuple[str, int, int], Moved]:
    """Return what moved each measure that is asked about, at the dated values."""
    still = replace(process, shifts={name: values[:1] for name, values in process.shifts.items()})
    history = _means(still, still.timeline)
    found = {}
    for first, last in dict.fromkeys((each.first, each.last) for each in observations):
        line, y = still.timeline.until(last), still.timeline.place(first)
        stances = (*line.commitments[: y + 1], *[line.commitments[y]] * (last - first))
        branches = (
            replace(line, commitments=stances, base=line, branch=first + 1),
            replace(line, values={n: _held(v, y) for n, v in line.values.items()}, base=line, branch=first + 1),
        )
        ways = [history if stances == line.commitments else _means(still, branches[0]), _means(still, branches[1])]
        for each in observations:
            if (each.first, each.last) == (first, last):
                before = history[each.measure][y]
                ends = [way[each.measure][y + last - first] for way in (history, *ways)]
                found[each.asked] = Moved(float(before), *(float(end - before) for end in ends))
    return found


def _held(values: FloatArray, y: int) -> FloatArray:
    return np.asarray(values[np.minimum(np.arange(len(values)), y)])


def _means(process: Process, line: Timeline) -> Mapping[str, FloatArray]:
    found = propagated(replace(process, timeline=line))
    stances = {name: found.probability(where)[:, 0] for name, where in _INDICATORS.items()}
    return {name: values[:, 0] for name, values in found.means.items()} | stances


def _measures(model: GameFamily) -> tuple[Measure, ...]:
    """Return the measures that the events speak of; foundation and investment are the two parts of intensity."""
    whole = model.measure("intensity")

    def invested(tie: FloatArray, foundation: FloatArray, *rest: FloatArray) -> FloatArray:
        return np.asarray(whole.function(tie, 0 * foundation, *rest))

    return (
        *(model.measure(name) for name in ("intensity", "transfer", "gap", "depth")),
        Measure("foundation", ("tie", "foundation"), np.multiply, "foundations of intensity", "index"),
        Measure("investment", whole.quantities, invested, "investment in the tie", "index"),
    )
