"""Sweep parameters: solve scenarios at every point of a grid or of a sampled box, as one labelled Dataset."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from ..arguments import checked
from ..family import GameFamily
from ..kernel import FloatType
from ..scenario import Source, as_scenario
from .dataset import labelled
from .design import Grid, Kind
from .execute import check_executor, check_sendable, execute, processors
from .job import Job, solved_here
from .method import Method, SweepConcept, variables
from .plan import Plan, commitments_of
from .progress import points_bar
from .store import bytes_per_point, check_room, prepare
from .variables import Array, Arrays
from .vary import design_for, size_in_words, whole

if TYPE_CHECKING:
    import xarray as xr


@checked
def sweep(
    model: GameFamily,
    scenario: Source | Sequence[Source] = None,
    vary: Mapping[str, ArrayLike] | Sequence[str] | None = None,
    samples: int | None = None,
    design: Kind = "grid",
    concept: SweepConcept = "pairwise",
    measures: Sequence[str] | None = None,
    seed: int = 0,
    store: str | os.PathLike[str] | None = None,
    executor: object = None,
    progress: bool | None = None,
    *,
    commitments: Sequence[str] | str | None = None,
    threads: int | None = None,
    precision: float | None = None,
    dtype: FloatType = "float64",
    chunk: int | None = None,
    resume: bool = True,
) -> xr.Dataset:
    """Solve one or several scenarios at many parameter points.

    The numbers are the same to the bit on any number of threads, with any executor, however the sweep is cut into
    chunks, and whether it was stopped and resumed or not.

    Parameters
    ----------
    model : GameFamily
    scenario : scenario or sequence of scenarios, optional
        Several become the first dimension, ``scenario``; all are solved at the same points.
    vary : mapping or sequence of str, optional
        For a grid ``{name: (low, high, n)}`` with a whole number n, or an array (or list) of the values themselves.
        For a sampled design ``{name: (low, high)}``, or names alone, which are sampled over their plausible range
        round the first scenario's value; if nothing is given, all parameters that are not levers.
    samples : int, optional
        How many points a sampled design has; a power of two for Sobol points.
    design : {"grid", "sobol", "lhs"}
        Every combination; scrambled Sobol points, as many as wanted; or a Latin hypercube, which must fit in memory.
    concept : {"pairwise", "nash", "commitment", "logit_qre"}
        Under ``logit_qre`` players err: each plays every action with a probability that grows with what it is worth
        (McKelvey and Palfrey 1995; `triangle.solvers.logit_qre`).
    measures : sequence of str, optional
        All if not given.
    seed : int
        Of a sampled design; 0 is a seed like any other.
    store : str or path, optional
        A folder for the result, for sweeps larger than memory: new, empty, or with the same sweep unfinished, which
        is then finished: chunks that are there are checked and kept. The Dataset reads from it what is used.
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Threads of this process if not given. Processes need a model that can be pickled, and workers on other
        machines must see ``store`` under the same path.
    progress : bool, optional
        A bar with rate and remaining time on standard error; if not given, on a terminal and in a notebook only.
    commitments : sequence of str or "all", optional
        Actions of the leader, which is held to each in turn: the dimension ``commitment``, after ``scenario``.
    threads : int, optional
        As many as there are processors if not given.
    precision : float, optional
        Of ``logit_qre``, which needs it: from 0, uniform play, upwards. It is per unit of payoff: payoffs twice as
        large at half the precision give the same play.
    dtype : {"float64", "float32"}
        Of the measures.
    chunk : int, optional
        Points in a chunk, rounded up to a multiple of the method's grain: 2^15 points, or 2^10 under ``logit_qre``.
    resume : bool
        False refuses a store that holds a sweep already, even the same.

    Returns
    -------
    xarray.Dataset
        ``equilibria`` counts the equilibria at each point. A measure has ``<name>_min`` and ``<name>_max`` over them,
        NaN where there is none. Categories are int8 codes with CF ``flag_values`` and ``flag_meanings``; -1 is no
        equilibrium. Where every game has one equilibrium, a measure's minimum and maximum may be one array, which
        is then read-only: ``.copy(deep=True)`` parts them. The attributes say where the result comes from, and
        `rerun` repeats it from them.

        Under ``logit_qre``: ``strategy_<player>`` has the probability of each action, along ``action_<player>``;
        ``<name>_mean`` is a measure's expected value over the profiles, given that it is defined, and
        ``<name>_defined`` the probability of that; ``<name>_probability`` that of each category, along
        ``<name>_category``. ``status`` is 0 where the equilibrium on the principal branch was reached; elsewhere
        all these are NaN. ``residual`` is the largest change of a probability under the logit response.

    Raises
    ------
    ValueError
        Before any work: an unknown name, an empty range, NaN, a value out of range, no points, or too many for
        memory or for the disk; a store of another sweep, changed, damaged, or in use (StoreError).
    OSError
        The store cannot be written: a full disk, a read-only folder. Finished chunks are kept.
    SweepError
        Workers died, or a chunk failed several times. Finished chunks are kept.

    Examples
    --------
    >>> import triangle as tri
    >>> found = tri.sweep(tri.chapter_model(), "us_russia_reset", {"detente": (0, 1, 5)}, measures=["share"])
    >>> found.equilibria.values
    array([1, 1, 1, 1, 1], dtype=int16)
    >>> both = tri.sweep(tri.chapter_model(), "baseline_2016", {"detente": (0, 1, 5)}, commitments="all")
    >>> dict(both.sizes)
    {'commitment': 4, 'detente': 5}
    """
    check_executor(executor, threads)
    several = isinstance(scenario, list | tuple)
    sources: Sequence[Any] = scenario if isinstance(scenario, list | tuple) else [scenario]
    settings = tuple(as_scenario(model, each) for each in sources)
    if not settings:
        raise ValueError("a sweep needs at least one scenario")
    wanted = tuple(model.measure(name) for name in measures) if measures is not None else model.measures
    points = design_for(model, settings[0], vary, samples, design, seed)
    chosen = commitments_of(model, commitments)
    plan = Plan(model, settings, several, chosen, points, concept, wanted, dtype, seed, precision)
    check_sendable(plan, executor)
    size = _chunk_size(chunk, plan.method)
    if store is not None:
        return _stored(plan, store, size, resume, executor, threads, progress)
    return _in_memory(plan, size, executor, threads, progress)


def _chunk_size(chunk: object, method: Method) -> int | None:
    if chunk is None:
        return None
    if not whole(chunk) or chunk < 1:
        raise ValueError(f"chunk is a whole number of points from 1, got {chunk!r}")
    return -(-int(chunk) // method.grain) * method.grain


def _in_memory(
    plan: Plan, chunk: int | None, executor: object, threads: int | None, progress: bool | None
) -> xr.Dataset:
    described, most = plan.described, plan.method.most
    if plan.size > most:
        low, high = (size_in_words(size * plan.size) for size in bytes_per_point(described))
        raise ValueError(
            f"a sweep in memory has from 1 to {most:,} points, and this would take {low} to {high} for "
            f"{plan.size:,} points; sample with design='sobol' and samples=, or keep it in a folder with store="
        )
    design = plan.design
    with points_bar(plan.size, progress) as more:
        found = _here(plan, threads, more) if executor is None else _elsewhere(plan, chunk, executor, more)
    shaped: dict[str, Array] = {name: values.reshape(plan.shape + values.shape[1:]) for name, values in found.items()}
    return labelled(described, shaped, design.axes if isinstance(design, Grid) else design.points(0, design.size))


def _here(plan: Plan, threads: int | None, more: Callable[[int], None]) -> Arrays:
    """Solve all in memory, on threads; a result in one piece is kept as it is."""
    found: Arrays = {}
    for first, arrays in solved_here(plan, threads, more):
        if len(next(iter(arrays.values()))) == plan.size:
            return _once(arrays)
        found = found or {variable.name: variable.empty(plan.size) for variable in variables(plan.described)}
        for name, values in arrays.items():
            found[name][first : first + len(values)] = values
    return found


def _once(arrays: Arrays) -> Arrays:
    """Close arrays that two variables share: writing to one would change the other."""
    kept: dict[int, Array] = {}
    for name, values in arrays.items():
        if id(values) in kept:
            arrays[name] = kept[id(values)]
            values.flags.writeable = False
        kept[id(values)] = values
    return arrays


def _elsewhere(plan: Plan, chunk: int | None, executor: object, more: Callable[[int], None]) -> Arrays:
    """Solve all in memory, in chunks on an executor."""
    job = Job(plan, chunk or plan.method.chunk)
    found = {variable.name: variable.empty(plan.size) for variable in variables(plan.described)}

    def done(chunk: int, arrays: Arrays | None) -> None:
        assert arrays is not None
        setting, start, stop = job.place(chunk)
        first = setting * plan.design.size
        for name, values in arrays.items():
            found[name][first + start : first + stop] = values
        more(stop - start)

    execute(job, range(job.count), executor, None, done)
    return found


def _stored(
    plan: Plan,
    path: str | os.PathLike[str],
    chunk: int | None,
    resume: bool,
    executor: object,
    threads: int | None,
    progress: bool | None,
) -> xr.Dataset:
    from .lazy import open_sweep

    plan.solver(0)  # what cannot be compiled is told before the folder is made
    store = prepare(Path(path), plan.described, chunk, plan.method.chunk, resume)
    with store.locked():
        finished = store.finished(threads or processors())
        missing = [k for k in range(store.count) if k not in finished]
        left = sum(map(store.length, missing))
        check_room(store.path, store.described, left)
        with points_bar(plan.size, progress, plan.size - left) as more:
            job = Job(plan, store.chunk, store)
            execute(job, missing, executor, threads, lambda chunk, arrays: more(store.length(chunk)))
    return open_sweep(store.path)
