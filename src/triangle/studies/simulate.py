"""Simulate a model along a timeline: many runs, or the law of the profile in every year."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import MOST_DRAWS, MOST_RUNS, check_count, checked
from ..blas import one_blas_thread
from ..chapter.model import chapter_model
from ..chapter.states import state_equations
from ..family import GameFamily
from ..game import LARGEST, FloatArray
from ..timeline import Timeline, timeline
from .carriers import Law, Runs
from .process import BLOCK, Process, drawn_shifts, fits_equations
from .progress import points_bar
from .years import follow

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[Any]
Equations = str | Iterable[str]

LAW_COLUMNS = 256
PRECISION, REVISION = 20.0, 3.0
MOST_REVISION = 1000.0
LEAST_REVISION = 1e-9


@dataclass(frozen=True, eq=False)
class Simulation:
    """Runs of a model along a timeline.

    Attributes
    ----------
    model : GameFamily
    timeline : Timeline
    runs : xarray.Dataset, dimensions (run, year)
        ``profile`` as codes of the model's profiles, every measure, and every parameter that a state equation drives.
    distribution : xarray.DataArray, dimensions (year, profile)
        The law of the profile.
    method : {"exact", "sampled"}
        Whether the distribution is propagated exactly (no state runs along) or counted over the runs.
    """

    model: GameFamily = field(repr=False)
    timeline: Timeline = field(repr=False)
    runs: xr.Dataset = field(repr=False)
    distribution: xr.DataArray = field(repr=False)
    method: str

    def quantiles(self, measure: str, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> FloatArray:
        """Return a numeric measure's quantiles over the runs, shape (levels, years); NaN runs are left out."""
        self.model.measure(measure)
        return np.asarray(np.nanquantile(self.runs[measure].values, levels, axis=0))


@dataclass(frozen=True, eq=False)
class Propagation:
    """The law of the profile in every year, and the means of the measures under it.

    Attributes
    ----------
    law : ndarray, shape (years, P, draws)
    means : mapping of str to ndarray, shape (years, draws)
        Categories as codes. The mean is over the profiles in which the measure exists; NaN if there are none.
    driven : mapping of str to ndarray, shape (years, draws)
        The parameters that states drive.
    method : {"exact", "closure"}
        ``closure``: real-valued states run along as their means.
    """

    model: GameFamily = field(repr=False)
    timeline: Timeline = field(repr=False)
    law: FloatArray = field(repr=False)
    means: Mapping[str, FloatArray] = field(repr=False)
    driven: Mapping[str, FloatArray] = field(repr=False)
    method: str

    def probability(self, indicator: FloatArray) -> FloatArray:
        """Return the probability of an event, given as 0 and 1 over the profiles, shape (years, draws)."""
        return np.asarray(np.tensordot(np.ravel(indicator), self.law, axes=(0, 1)))


@checked
def simulate(
    model: GameFamily,
    timeline: str | Path | Timeline,
    runs: int = 1000,
    precision: float = PRECISION,
    revision: float = REVISION,
    seed: int = 0,
    *,
    equations: Equations = "all",
    draws: int | None = None,
    start: Any = "stationary",
    measures: Sequence[str] | None = None,
    threads: int | None = None,
    progress: bool | None = None,
) -> Simulation:
    """Simulate a model along a timeline.

    In a year each player, and Russia and China together, gets to revise ``revision`` times on average, one at a time
    from where the last year left off, and chooses with logit probabilities (see `triangle.studies.revision`). What a
    year leaves to the next beside the profile are state equations (see `triangle.chapter.states`).

    Parameters
    ----------
    model : GameFamily
    timeline : str, Path or Timeline
    runs : int
    precision : float
        Of the logit choice, per unit of payoff; infinite for best responses.
    revision : float
        Revisions of each unit in a year.
    seed : int
        From 0 to 2^64 - 1. Equal seeds give equal bits, whatever the number of runs or threads, and the same random
        numbers in every timeline.
    equations : "all" or iterable of str
        The state equations that run along; none for an empty list.
    draws : int, optional
        Draw so many Sobol points of the parameters' plausible ranges; run ``r`` has point ``r`` modulo ``draws``,
        which moves a parameter by as much in every year. At the dated values if not given.
    start : "stationary" or profile
        Before the first year: drawn from the law to which its revision converges, or a profile as `GameForm.flat`
        takes it.
    measures : sequence of str, optional
        All if not given.
    threads : int, optional
    progress : bool, optional
        Show a bar; on a terminal if not given.

    Returns
    -------
    Simulation

    Raises
    ------
    ValueError
        A number out of range, an unknown equation, measure or profile, a faulty timeline.

    Examples
    --------
    >>> import triangle as tri
    >>> found = simulate(tri.chapter_model(), "chapter_1991_2017", runs=200, measures=["depth", "intensity"])
    >>> dict(found.runs.sizes), found.method
    ({'run': 200, 'year': 27}, 'sampled')
    """
    check_count("runs", runs, 1, MOST_RUNS)
    process = prepare(model, timeline, precision, revision, seed, equations, draws, start, measures)
    several = bool(process.varying)
    years = len(process.timeline.years)
    profiles = np.empty((runs, years), dtype=np.int16)
    kept: dict[str, Array] = {
        m.name: np.empty((runs, years), dtype=np.int8 if m.categories else np.float64) for m in process.measures
    }
    kept |= {equation.parameter: np.empty((runs, years)) for equation in process.equations}
    _ = process.games, process.reference

    def block(number: int) -> int:
        rows = slice(number * BLOCK, min((number + 1) * BLOCK, runs))
        count = rows.stop - rows.start
        carrier = Runs(seed, number, several, process.draws)
        for end in follow(process, carrier):
            profiles[rows, end.y] = carrier.codes[:count]
            for name, values in {**end.measures, **end.driven}.items():
                kept[name][rows, end.y] = values[:count]
        return count

    numbers = range(-(-runs // BLOCK))
    workers = max(1, min(threads or os.cpu_count() or 1, len(numbers)))
    with (
        one_blas_thread,
        points_bar(runs, progress, work="simulate", unit="runs") as more,
        ThreadPoolExecutor(workers) as pool,
    ):
        for count in pool.map(block, numbers):
            more(count)
    exact = not process.equations
    law = propagated(replace(process, measures=())).law.mean(axis=2) if exact else _counted(profiles, model.form.size)
    settings = {"precision": precision, "revision": revision, "seed": seed, "draws": draws or 0, "runs": runs}
    dataset = _labelled(process, profiles, kept, settings)
    return Simulation(model, process.timeline, dataset, _distribution(process, law), "exact" if exact else "sampled")


@checked
def propagate(
    model: GameFamily,
    timeline: str | Path | Timeline,
    precision: float = PRECISION,
    revision: float = REVISION,
    seed: int = 0,
    *,
    equations: Equations = (),
    draws: int | None = None,
    start: Any = "stationary",
    measures: Sequence[str] | None = None,
) -> Propagation:
    """Return the law of the profile in every year: exact without state equations, else with states at their means.

    Parameters
    ----------
    model, timeline, precision, revision, equations, draws, start, measures
        As for `simulate`; ``seed`` is that of the draws.

    Raises
    ------
    ValueError
        As for `simulate`.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.form import EVENTS
    >>> found = propagate(tri.chapter_model(), "chapter_1991_2017")
    >>> bool(found.probability(EVENTS.depth == 1).min() > 0.9999)
    True
    """
    return propagated(prepare(model, timeline, precision, revision, seed, equations, draws, start, measures))


def propagated(process: Process) -> Propagation:
    """Return the law of a process that is prepared already, as `propagate` does."""
    years, size = len(process.timeline.years), process.model.form.size
    law = np.empty((years, size, process.draws))
    means = {measure.name: np.empty((years, process.draws)) for measure in process.measures}
    driven = {equation.parameter: np.empty((years, process.draws)) for equation in process.equations}
    _ = process.games, process.reference

    def part(first: int) -> None:
        columns = slice(first, min(first + LAW_COLUMNS, process.draws))
        carrier = Law(columns, columns.stop - first, size)
        for end in follow(process, carrier):
            law[end.y, :, columns] = carrier.law
            for name, values in end.measures.items():
                means[name][end.y, columns] = _mean(values, carrier.law[carrier.places])
            for name, values in end.driven.items():
                driven[name][end.y, columns] = values

    starts = range(0, process.draws, LAW_COLUMNS)
    with one_blas_thread, ThreadPoolExecutor(min(os.cpu_count() or 1, len(starts))) as pool:
        list(pool.map(part, starts))
    method = "closure" if process.equations else "exact"
    return Propagation(process.model, process.timeline, law, means, driven, method)


def prepare(
    model: GameFamily,
    source: str | Path | Timeline,
    precision: Any,
    revision: Any,
    seed: int,
    equations: Equations,
    draws: int | None,
    start: Any,
    measures: Sequence[str] | None,
) -> Process:
    """Return a checked process."""
    for name, value in (("precision", precision), ("revision", revision)):
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not value > 0:
            raise ValueError(f"{name} must be a positive number, got {value!r}")
    if not LEAST_REVISION <= revision <= MOST_REVISION:
        raise ValueError(f"revision must be from {LEAST_REVISION:g} to {MOST_REVISION:g} in a year, got {revision!r}")
    if LARGEST < precision < np.inf:
        raise ValueError(f"precision must be at most {LARGEST:g}, or infinite, got {precision!r}")
    check_count("seed", seed, 0, 2**64 - 1)
    if draws is not None:
        check_count("draws", draws, 1, MOST_DRAWS)
    chosen = state_equations(equations, model.defaults) if fits_equations(model) or equations != "all" else ()
    if chosen and not fits_equations(model):
        raise ValueError(f"state equations rest on the chapter's stances; the model {model.name!r} has others: use ()")
    wanted = model.measures if measures is None else tuple(map(model.measure, measures))
    return Process(
        model,
        timeline(source, _fitting(model)),
        float(precision),
        float(revision),
        chosen,
        wanted,
        drawn_shifts(model, draws, seed),
        None if isinstance(start, str) and start == "stationary" else model.form.flat(start),
    )


def _fitting(model: GameFamily) -> GameFamily:
    """Return whom a timeline's file must fit: the model, or the chapter's whose parameters a rival has in part."""
    if not fits_equations(model):
        return model
    chapter = chapter_model()
    return model if set(chapter.defaults) <= set(model.defaults) else chapter


def _mean(values: Array, law: FloatArray) -> FloatArray:
    there = np.isfinite(values)
    mass = (law * there).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((law * np.where(there, values, 0.0)).sum(axis=0) / np.where(mass > 0, mass, np.nan))


def _counted(profiles: Array, size: int) -> FloatArray:
    return np.stack([np.bincount(column, minlength=size) for column in profiles.T]) / len(profiles)


def _labels(model: GameFamily) -> list[str]:
    return [" | ".join(model.form.profile(p)) for p in range(model.form.size)]


def _distribution(process: Process, law: FloatArray) -> xr.DataArray:
    import xarray as xr

    coords = {"year": list(process.timeline.years), "profile": _labels(process.model)}
    return xr.DataArray(law, coords, ("year", "profile"), "probability", {"units": "1"})


def _labelled(process: Process, profiles: Array, kept: Mapping[str, Array], settings: Mapping[str, Any]) -> xr.Dataset:
    import xarray as xr

    from .. import __version__

    model, line = process.model, process.timeline
    attrs: dict[str, dict[str, Any]] = {}
    for measure in process.measures:
        attrs[measure.name] = {"long_name": measure.long_name, "units": measure.unit}
        if measure.categories:
            attrs[measure.name]["flag_values"] = np.arange(len(measure.categories), dtype=np.int8)
            attrs[measure.name]["flag_meanings"] = " ".join(label.replace(" ", "_") for label in measure.categories)
    for equation in process.equations:
        parameter = model.parameter(equation.parameter)
        attrs[parameter.name] = {"long_name": parameter.meaning, "units": parameter.unit, "equation": equation.name}
    codes = {
        "long_name": "profile at the year's end",
        "flag_values": np.arange(model.form.size, dtype=np.int16),
        "flag_meanings": " ".join(label.replace(" | ", "|") for label in _labels(model)),
    }
    data = {"profile": (("run", "year"), profiles, codes)}
    data |= {name: (("run", "year"), values, attrs[name]) for name, values in kept.items()}
    about = {
        "title": line.title,
        "source": f"triangle {__version__}, model {model.name}",
        "model_digest": model.digest,
        "timeline": line.name,
        "equations": " ".join(equation.name for equation in process.equations),
        **settings,
    }
    return xr.Dataset(data, {"year": list(line.years), "run": np.arange(len(profiles))}, about)
