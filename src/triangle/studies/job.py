"""The work of a sweep, cut into chunks that can be solved anywhere, in any order, to the same bits.

The kernel solves its games in blocks that start at multiples of `kernel.BLOCK` from the start of what it is given, and
the rounding of a game can depend on the block that it is in. So every cut is at a multiple of `GRAIN`, a whole number
of blocks: then each game is in the same block however the sweep is cut.
"""

from __future__ import annotations

import math
import pickle
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..kernel import BLOCK, BatchResult, Kernel, compile_kernel, one_blas_thread, solve_batch, solve_grid
from ..plain import PickledByFields
from .dataset import Arrays, encode, variables
from .design import Grid
from .plan import Plan
from .store import Store

GRAIN = math.lcm(BLOCK, 2**14)
BATCH = 2 * GRAIN
"""How many points are drawn and solved at a time: so few that they stay in the processor's cache."""
CHUNK = 2**18
"""How many points a stored chunk has, if nothing else is asked for."""
PIECE = 2**20
"""How many points all threads together take on at a time, in memory."""


@dataclass(frozen=True, eq=False)
class Job(PickledByFields):
    """A plan, cut into chunks.

    Attributes
    ----------
    plan : Plan
    chunk : int
        Points in a chunk, a multiple of `GRAIN`; the last one of a setting may have fewer.
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
        kernel = self.kernel(setting)
        kept = variables(self._described)
        found = {variable.name: np.empty(stop - start, dtype=variable.dtype) for variable in kept}
        with one_blas_thread:
            for first in range(start, stop, BATCH):
                last = min(first + BATCH, stop)
                result = solve_batch(kernel, self.plan.design.points(first, last), threads=1)
                for name, values in encode(result, kept).items():
                    found[name][first - start : last - start] = values
        return found

    def kernel(self, setting: int) -> Kernel:
        """Return a setting's kernel, compiled when it is first asked for."""
        with self._guard:
            if setting not in self._kernels:
                self._kernels[setting] = compiled(self.plan, setting)
            return self._kernels[setting]

    @cached_property
    def _kernels(self) -> dict[int, Kernel]:
        return {}

    @cached_property
    def _guard(self) -> threading.Lock:
        return threading.Lock()

    @cached_property
    def _described(self) -> dict[str, Any]:
        return self.plan.describe()


def compiled(plan: Plan, setting: int) -> Kernel:
    """Return the kernel of one of a plan's settings."""
    at = plan.settings[setting]
    names = [measure.name for measure in plan.measures]
    design = plan.design
    return compile_kernel(
        plan.model,
        plan.concept,
        at.held,
        at.values,
        design.names,
        names,
        ranges=design.bounds,
        precision=plan.precision,
        games=design.size,
    )


def solved_here(plan: Plan, threads: int | None, more: Callable[[int], None]) -> Iterator[tuple[int, BatchResult]]:
    """Yield the whole of a plan piece by piece, each solved on threads of this process.

    Parameters
    ----------
    plan : Plan
    threads : int, optional
    more : callable
        Told how many more points are solved.

    Yields
    ------
    (int, BatchResult)
        The piece's first game, counted over all settings, and its games.
    """
    design = plan.design
    for setting in range(len(plan.settings)):
        kernel, first = compiled(plan, setting), setting * design.size
        if isinstance(design, Grid):
            result = solve_grid(kernel, design.axes, threads)
            more(design.size)
            yield first, result
            continue
        for start in range(0, design.size, PIECE):
            stop = min(start + PIECE, design.size)
            result = solve_batch(kernel, design.points(start, stop), threads)
            more(stop - start)
            yield first + start, result


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
