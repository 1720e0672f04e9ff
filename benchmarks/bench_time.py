"""Time simulation through time, and the scoreboard of dated events.

Run ``python benchmarks/bench_time.py``; it takes about two minutes and prints one table. Times are medians of five
after one call that is not counted, with all measures of the command line (`triangle simulate`) kept and all state
equations on, from 1991 to 2017. Memory is the greatest resident set of a fresh process, as
Linux tells it.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
from clock import seconds

import triangle as tri
from triangle.studies.contrasts import policy_contrasts
from triangle.studies.events import scoreboard
from triangle.studies.simulate import propagate, simulate

TIMELINE = "chapter_1991_2017"
MEASURES = ("intensity", "transfer", "share", "gap", "payoff_West")
RUNS = (5_000, 10_000, 20_000)
MEMORY = """
import sys, triangle as tri
runs = int(sys.argv[1])
found = tri.simulate(tri.chapter_model(), "{timeline}", runs, measures={measures}) if runs else tri.simulate
[line] = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(line.split()[1]) / 1024)
"""

Row = tuple[str, str, str]


def peak(runs: int) -> float:
    """Return the greatest resident set of a process that simulates so many runs, in MB."""
    code = MEMORY.format(timeline=TIMELINE, measures=list(MEASURES))
    return float(subprocess.check_output([sys.executable, "-c", code, str(runs)], text=True))


def simulations(model: tri.GameFamily) -> Iterator[Row]:
    """Yield the time and memory of simulations of several sizes."""
    first = 0.0
    for runs in RUNS:
        taken = seconds(lambda runs=runs: simulate(model, TIMELINE, runs, measures=MEASURES))
        first = first or taken / runs
        yield (
            f"{runs:,} runs × 27 years",
            f"{taken:.2f} s",
            f"{taken / runs / first:.2f} times the time of a run in {RUNS[0]:,}",
        )
    for draws, equations in ((10_000, "all"), (None, ())):
        taken = seconds(
            lambda d=draws, e=equations: simulate(model, TIMELINE, 10_000, draws=d, equations=e, measures=MEASURES)
        )
        told = "a draw of parameters for each run" if draws else "no state equation, and the exact law"
        yield f"10,000 runs, {told}", f"{taken:.2f} s", ""
    idle = peak(0)
    for runs in (10_000, 40_000):
        used = peak(runs)
        kept = runs * 27 * (2 + 8 * (len(MEASURES) + 4)) / 2**20
        yield f"memory, {runs:,} runs", f"{used:.0f} MB", f"{used - idle:.0f} above an idle process; results {kept:.0f}"


def laws(model: tri.GameFamily) -> Iterator[Row]:
    """Yield the time of propagated laws, the scoreboard and the contrasts."""
    for draws in (256, 1024):
        taken = seconds(lambda d=draws: propagate(model, TIMELINE, equations="all", draws=d, measures=MEASURES))
        yield f"law, all equations at their means, {draws:,} draws", f"{taken:.2f} s", ""
    for draws in (256, 1024):
        start = time.perf_counter()
        board = scoreboard(draws=draws, progress=False)
        taken = time.perf_counter() - start
        yield (
            f"scoreboard, four families, {draws:,} draws",
            f"{taken:.1f} s",
            f"{1e3 * taken / draws / 4:.1f} ms a draw",
        )
    start = time.perf_counter()
    assert board.moved
    yield "what moved each measure, dated values", f"{time.perf_counter() - start:.1f} s", ""
    start = time.perf_counter()
    policy_contrasts(draws=256)
    taken = time.perf_counter() - start
    yield "policy contrasts, four families, 256 draws", f"{taken:.1f} s", ""


def main() -> None:
    """Print one table."""
    model = tri.chapter_model()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, Python {platform.python_version()}, "
          f"NumPy {np.__version__}\n")  # fmt: skip
    print("| work | figure | beside |\n|---|---|---|")
    for rows in (simulations(model), laws(model)):
        for row in rows:
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
