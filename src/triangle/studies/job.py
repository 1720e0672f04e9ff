"""The work of a sweep, cut into chunks that can be solved anywhere, in any order, to the same bits.

Every cut is at a multiple of the method's grain; see `triangle.studies.method.Method`.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ..blas import one_blas_thread
from ..pickling import PickledByFields
from .method import variables
from .plan import Plan
from .store import Store
from .variables import Arrays


@dataclass(frozen=True, eq=False)
class Job(PickledByFields):
    """A plan, cut into chunks.

    Attributes
    ----------
    plan : Plan
    chunk : int
        Points in a chunk, a multiple of the method's grain; the last one of a setting may have fewer.
    store : Store, optional
        Where finished chunks go; without one they are returned.
    """

    plan: Plan = field(repr=False)
    chunk: int
    store: Store | None = None

    @property
    def per_setting(self) -> int:
        """How many chunks each setting has."""
        return -(-self.plan.design.size // self.chunk)

    @property
    def count(self) -> int:
        """How many chunks there are in all."""
        return len(self.plan.settings) * self.per_setting

    def place(self, chunk: int) -> tuple[int, int, int]:
        """Return a chunk's setting, and its first and last point (the last excluded)."""
        setting, within = divmod(chunk, self.per_setting)
        start = within * self.chunk
        return setting, start, min(start + self.chunk, self.plan.design.size)

    def run(self, chunk: int) -> Arrays | None:
        """Solve a chunk, and write it if there is a store; return it if there is none."""
        arrays = self.solve(chunk)
        if self.store is None:
            return arrays
        self.store.write(chunk, arrays)
        return None

    def solve(self, chunk: int) -> Arrays:
        """Solve a chunk: every kept variable at each of its points, batch by batch."""
        setting, start, stop = self.place(chunk)
        plan = self.plan
        solver, batch = plan.solver(setting), plan.method.batch
        found = {variable.name: variable.empty(stop - start) for variable in variables(plan.described)}
        with one_blas_thread:
            for first in range(start, stop, batch):
                last = min(first + batch, stop)
                for name, values in solver.solve(plan.design, first, last, threads=1).items():
                    found[name][first - start : last - start] = values
        return found


def solved_here(plan: Plan, threads: int | None, more: Callable[[int], None]) -> Iterator[tuple[int, Arrays]]:
    """Yield the whole of a plan piece by piece, each solved on threads of this process.

    Parameters
    ----------
    plan : Plan
    threads : int, optional
    more : callable
        Told how many more points are solved.

    Yields
    ------
    (int, dict of str to ndarray)
        The piece's first point, counted over all settings, and every variable there.
    """
    design = plan.design
    piece = plan.method.piece(design)
    for setting in range(len(plan.settings)):
        solver = plan.solver(setting)
        for start in range(0, design.size, piece):
            stop = min(start + piece, design.size)
            arrays = solver.solve(design, start, stop, threads)
            more(stop - start)
            yield setting * design.size + start, arrays


def packed(job: Job) -> bytes:
    """Return a job as bytes for other processes.

    Raises
    ------
    ValueError
        A part of the model cannot be sent, such as a measure whose function is a lambda.
    """
    for measure in job.plan.measures:
        try:
            pickle.dumps(measure)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ValueError(
                f"measure {measure.name!r} cannot be sent to other processes ({error}); "
                "define its function at the top of a module"
            ) from None
    try:
        return pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(f"the model {job.plan.model.name!r} cannot be sent to other processes: {error}") from None


@lru_cache(maxsize=2)
def _unpacked(job: bytes) -> Job:
    found: Job = pickle.loads(job)
    return found


def run_packed(job: bytes, chunk: int) -> Arrays | None:
    """Run one chunk of a packed job; a process unpacks and compiles a job only once."""
    return _unpacked(job).run(chunk)
