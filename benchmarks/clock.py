"""How the solvers' benchmarks time a piece of work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

REPEATS = 5


def rate(work: Callable[[], object], games: int) -> float:
    """Return games a second: the median over repeats, after one run that is not counted."""
    work()
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return games / statistics.median(taken)
