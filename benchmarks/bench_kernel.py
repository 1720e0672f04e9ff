"""Time the batch kernel on the chapter's model, and against solvers a user would write. Prints one table.

Run ``python benchmarks/bench_kernel.py``; it takes two to three minutes. ``--large`` goes on to 10^8 points and to a
sampled sweep of 10^8 points streamed to a store, which takes some minutes and 15 GB of disk for a while.

Every parameter is drawn from a box: its plausible range, twice that width, or all that is admissible. The rivals look
at unilateral moves only, so they are compared with the kernel under ``nash``, on the same games and one thread; the
loops are handed payoff arrays made beforehand. Figures are medians.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from clock import seconds
from rivals import fused, gambit_nash, numba_nash, plain_nash, quantecon_nash

import triangle as tri
from triangle import kernel as kernels
from triangle.kernel import Kernel, compile_kernel, solve_batch, solve_grid

POINTS = 1 << 20
RIVAL_POINTS = 1 << 14
LOOP_POINTS = 100
MODEL = tri.chapter_model()
BOXES: Mapping[str, Callable[[tri.Parameter], tuple[float, float]]] = {
    "plausible": lambda p: (p.low, p.high),
    "double width": lambda p: p.range_at(p.default, 2),
    "admissible": lambda p: p.admissible,
}

Row = tuple[str, str, str]


def box(name: str) -> dict[str, tuple[float, float]]:
    """Return every parameter's range in a box."""
    return {p.name: BOXES[name](p) for p in MODEL.parameters}


def draw(ranges: Mapping[str, tuple[float, float]], games: int) -> dict[str, np.ndarray]:
    """Return points uniform in a box."""
    rng = np.random.default_rng(0)
    return {name: rng.uniform(low, high, games) for name, (low, high) in ranges.items()}


def rate(kernel: Kernel, values: Mapping[str, np.ndarray], threads: int) -> float:
    """Return points per second."""
    return len(next(iter(values.values()))) / seconds(lambda: solve_batch(kernel, values, threads))


def speed(points: float) -> str:
    """Return points per second in words."""
    return f"{points / 1e6:,.2f} million/s" if points > 1e5 else f"{points:,.0f}/s"


def random_points() -> Iterator[Row]:
    """Every parameter random: boxes, work, threads, precision."""
    for name in BOXES:
        ranges = box(name)
        values = draw(ranges, POINTS)
        for label, measures in (("stability", []), ("all 16 measures", None)):
            kernel = compile_kernel(MODEL, measures=measures, ranges=ranges)
            single = compile_kernel(MODEL, measures=measures, ranges=ranges, dtype="float32")
            one, two = rate(kernel, values, 1), rate(kernel, values, 2)
            sets = len(np.unique(solve_batch(kernel, values).stable[: 1 << 16], axis=0))
            note = f"2 threads {speed(two)}; {len(kernel.thorough.pruned.rows)} open rows, {sets} sets of equilibria"
            if measures is None:
                note += f"; float32 {speed(rate(single, values, 1))}"
            yield f"{name} box, {label}, 1 thread", speed(one), note
        start = time.perf_counter()
        _ = compile_kernel(MODEL, ranges=ranges).thorough
        yield f"{name} box, compiling", f"{time.perf_counter() - start:.2f} s", ""


def limit() -> Iterator[Row]:
    """The same open conditions in generated C, on the table of parameters that it likes best."""
    for name in ("double width", "admissible"):
        ranges = box(name)
        kernel, values = compile_kernel(MODEL, measures=[], ranges=ranges), draw(ranges, POINTS)
        try:
            run = fused(kernel.thorough)
        except RuntimeError as error:
            yield f"fused C, {name} box", str(error), ""
            continue
        table = np.array([values[n] for n in kernel.thorough.products.names])
        theirs, ours = POINTS / seconds(lambda run=run, table=table: run(table)), rate(kernel, values, 1)
        yield f"fused C, {name} box, stability", speed(theirs), f"{theirs / ours:.1f} times the kernel"


def rivals() -> Iterator[Row]:
    """Pure Nash by the kernel and by others; they must agree."""
    ranges = box("admissible")
    values = draw(ranges, RIVAL_POINTS)
    many = draw(ranges, POINTS)
    kernel = compile_kernel(MODEL, "nash", measures=[], ranges=ranges)
    ours = rate(kernel, many, 1)
    stable = np.unpackbits(solve_batch(kernel, values).stable, axis=1, count=MODEL.form.size).astype(bool)
    yield "kernel, nash, admissible box, 1 thread", speed(ours), ""
    plain = RIVAL_POINTS / seconds(lambda: plain_nash(MODEL, values), 3)
    found = np.unpackbits(plain_nash(MODEL, values), axis=1, count=MODEL.form.size)
    told = f"{int((found != stable).any(axis=1).sum())} of {RIVAL_POINTS} games differ"
    yield "plain vectorised NumPy", speed(plain), f"kernel is {ours / plain:.1f} times as fast; {told}"
    try:
        run = numba_nash(MODEL)
        strong = RIVAL_POINTS / seconds(lambda: run(values), 3)
        told = f"{int((run(values) != stable).any(axis=1).sum())} of {RIVAL_POINTS} games differ"
        yield "Numba", speed(strong), f"kernel is {ours / strong:.1f} times as fast; {told}"
    except ImportError:
        yield "Numba", "not installed", ""
    payoffs = MODEL.payoffs({name: array[:LOOP_POINTS] for name, array in values.items()})
    for label, loop in (("loop over QuantEcon", quantecon_nash), ("loop over pygambit", gambit_nash)):
        try:
            slow = LOOP_POINTS / seconds(lambda loop=loop: loop(payoffs), 3)
        except ImportError:
            yield label, "not installed", ""
            continue
        counts = [len(each) for each in loop(payoffs)]
        told = f"{int((np.array(counts) != stable[:LOOP_POINTS].sum(axis=1)).sum())} of {LOOP_POINTS} counts differ"
        yield label, speed(slow), f"kernel is {ours / slow:,.0f} times as fast; {told}"


def grids() -> Iterator[Row]:
    """A million points over two parameters: the kernel, and a sweep with its Dataset in hand."""
    line = np.linspace(0, 1, 1000)
    for pair in (("sanctions", "power_gap"), ("norm_cost", "ambition"), ("detente", "assertion")):
        kernel = compile_kernel(MODEL, varying=list(pair))
        axes = dict.fromkeys(pair, line)
        alone = seconds(lambda kernel=kernel, axes=axes: solve_grid(kernel, axes))
        vary = dict.fromkeys(pair, (0, 1, 1000))
        whole = seconds(lambda vary=vary: tri.sweep(MODEL, "baseline_2016", vary), 3)
        several = float((solve_grid(kernel, axes).count > 1).mean())
        note = f"the kernel alone {alone:.3f} s; several equilibria at {several:.0%}"
        yield f"1000 × 1000 over {', '.join(pair)}: sweep", f"{whole:.3f} s", note


def logit() -> Iterator[Row]:
    """Logit equilibria with all measures: plausible box, one and two threads."""
    samples = 1 << 13
    for precision in (1.0, 5.0, 20.0):
        how = {"samples": samples, "design": "sobol", "concept": "logit_qre", "precision": precision, "progress": False}
        one, two = (
            samples / seconds(lambda n=n, how=how: tri.sweep(MODEL, "baseline_2016", **how, threads=n), 3)
            for n in (1, 2)
        )
        yield (
            f"logit_qre sweep at precision {precision:g}, all measures, 1 thread",
            speed(one),
            f"2 threads {speed(two)}",
        )


def growth(large: bool) -> Iterator[Row]:
    """Cost against the number of points, block sizes, peak memory, the single solve and the import."""
    ranges = box("plausible")
    kernel = compile_kernel(MODEL, ranges=ranges, measures=["intensity", "share"])
    for power in range(3, 9 if large else 8):
        games = min(10**power, 10**6)
        values = draw(ranges, games)
        taken = seconds(lambda values=values, n=10**power // games: [solve_batch(kernel, values) for _ in range(n)], 1)
        yield f"10^{power} points, two measures", f"{taken:.3g} s", f"{taken / 10**power * 1e9:.0f} s per 10^9"
    values, usual = draw(ranges, POINTS), kernels.BLOCK
    full = compile_kernel(MODEL, ranges=ranges)
    for block in (1 << 13, 1 << 14, 1 << 15, 1 << 16):
        kernels.BLOCK = block
        yield f"all measures in blocks of {block}, 2 threads", speed(rate(full, values, 2)), ""
    kernels.BLOCK = usual
    model = MODEL
    taken = seconds(lambda: tri.solve(model, "us_russia_reset"))
    yield "a single solve", f"{taken * 1e3:.1f} ms", ""
    for module in ("triangle", "numpy"):
        runs = [_import(module) for _ in range(5)]
        yield f"import {module}", f"{statistics.median(runs):.3f} s", "in a process of its own"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield "peak memory of this script so far", f"{peak:,.0f} MB", ""


def _import(module: str) -> float:
    code = f"import time; a = time.perf_counter(); import {module}; print(time.perf_counter() - a)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def stored(samples: int) -> Iterator[Row]:
    """A sampled sweep streamed to a store, in a process of its own so that its memory can be told."""
    folder = tempfile.mkdtemp()
    code = (
        "import pathlib, time, triangle as tri; a = time.perf_counter(); "
        f"tri.sweep(tri.chapter_model(), 'baseline_2016', samples={samples}, design='sobol', store={folder + '/s'!r}, "
        "measures=['intensity', 'share', 'depth'], progress=False); "
        "status = pathlib.Path('/proc/self/status').read_text(); "  # getrusage would tell the parent's peak
        "print(time.perf_counter() - a, int(status.split('VmHWM:')[1].split()[0]) / 1024)"
    )
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    finally:
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        shutil.rmtree(folder, ignore_errors=True)
    taken, peak = map(float, done.stdout.split())
    note = f"{samples / taken / 1e6:.2f} million/s, peak {peak:,.0f} MB, {size / 1e9:.2f} GB on disk"
    yield f"{samples:,} Sobol points to a store, three measures", f"{taken:.1f} s", note


def main() -> None:
    """Print the table and the machine that it was made on."""
    parser = argparse.ArgumentParser(description="Time the batch kernel.")
    parser.add_argument("--large", action="store_true", help="go on to 10^8 points")
    large = parser.parse_args().large
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"{MODEL.form.size} profiles, {len(MODEL.parameters)} parameters, {POINTS:,} random points\n")
    print("| work | figure | beside |\n|---|---|---|")
    parts = [random_points(), limit(), rivals(), grids(), logit(), growth(large), stored(1 << 22)]
    if large:
        parts.append(stored(1 << 27))
    for part in parts:
        for label, figure, note in part:
            print(f"| {label} | {figure} | {note} |", flush=True)


if __name__ == "__main__":
    main()
