"""Time the batch kernel on random points of the chapter's model, and against solvers a user would write.

Run ``python benchmarks/bench_kernel.py``; it takes well under a minute and prints one table. Every parameter is drawn
from its plausible range, or for some rows from all that is admissible.

The rivals look at unilateral moves only, so they are compared with the kernel under ``nash``, on the same games. The
NumPy solver starts from parameters, as the kernel does; QuantEcon is handed payoff arrays made beforehand. Figures are
medians, but for QuantEcon, which runs once.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

import triangle as tri
from triangle import kernel as kernels
from triangle.game import TOLERANCE
from triangle.kernel import Kernel, compile_kernel, solve_batch

POINTS = 8 * 8192
RIVAL_POINTS = 8192
LOOP_POINTS = 100
REPEATS = 3
BLOCKS = (2048, 4096, 8192, 16384)

Row = tuple[str, float, str]


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time of a call, after one that is not counted."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def draw(model: tri.GameFamily, games: int, wide: bool = False) -> dict[str, np.ndarray]:
    """Return points uniform in the box of plausible ranges, or of everything admissible."""
    rng = np.random.default_rng(0)
    if wide:
        return {p.name: rng.uniform(*p.admissible, games) for p in model.parameters}
    return {p.name: rng.uniform(p.low, p.high, games) for p in model.parameters}


def rate(kernel: Kernel, values: dict[str, np.ndarray], threads: int, block: int) -> float:
    """Return points per second at a block size."""
    usual, kernels.BLOCK = kernels.BLOCK, block
    try:
        games = len(next(iter(values.values())))
        return games / seconds(lambda: solve_batch(kernel, values, threads))
    finally:
        kernels.BLOCK = usual


def plain_nash(model: tri.GameFamily, values: dict[str, np.ndarray]) -> np.ndarray:
    """Return the pure Nash equilibria by maxima along the axes of the payoff array, as packed bits."""
    players = len(model.form.players)
    packed = []
    for start in range(0, RIVAL_POINTS, 1024):
        payoffs = model.payoffs({name: array[start : start + 1024] for name, array in values.items()})
        margin = TOLERANCE * np.abs(payoffs).max(axis=tuple(range(2, 2 + players)))
        stable = np.ones((len(payoffs), *model.form.shape), dtype=bool)
        for i in range(players):
            own = payoffs[:, i]
            stable &= own >= own.max(axis=1 + i, keepdims=True) - margin[:, i].reshape(-1, *[1] * players)
        packed.append(np.packbits(stable.reshape(len(stable), -1), axis=1))
    return np.concatenate(packed)


def kernel_rows(model: tri.GameFamily) -> list[Row]:
    """Time the kernel with every parameter random.

    In the plausible box few profiles are ever equilibria, which the kernel turns to account; the admissible box, where
    many are, shows what it costs without that.
    """
    rows: list[Row] = []
    for box in ("plausible", "admissible"):
        values = draw(model, POINTS, box == "admissible")
        for label, measures in (("stability", []), ("all measures", None)):
            kernel = compile_kernel(model, measures=measures)
            stable = solve_batch(kernel, values).stable
            note = f"{len(np.unique(stable, axis=0))} different sets of equilibria"
            for threads in (1, 2):
                name = f"kernel, pairwise, {box} box, {label}, {threads} thread(s)"
                rows.append((name, rate(kernel, values, threads, kernels.BLOCK), note))
    kernel, values = compile_kernel(model, measures=[]), draw(model, POINTS)
    for block in BLOCKS:
        rows.append(
            (f"kernel, pairwise, plausible box, stability, blocks of {block}", rate(kernel, values, 1, block), "")
        )
    return rows


def rival_rows(model: tri.GameFamily) -> list[Row]:
    """Time pure Nash by the kernel and by others on the same games, one thread each; they must agree."""
    values = draw(model, RIVAL_POINTS)
    kernel = compile_kernel(model, "nash", measures=[])
    ours = rate(kernel, values, 1, 8192)
    plain = RIVAL_POINTS / seconds(lambda: plain_nash(model, values))
    wide = draw(model, RIVAL_POINTS, wide=True)
    differ = int((plain_nash(model, wide) != solve_batch(kernel, wide).stable).any(axis=1).sum())
    told = f"kernel is {ours / plain:.1f} times as fast; {differ} of {RIVAL_POINTS} admissible games differ"
    rows: list[Row] = [("kernel, nash, stability alone", ours, ""), ("plain vectorised NumPy, nash", plain, told)]
    try:
        import quantecon.game_theory as qe
    except ImportError:
        return [*rows, ("QuantEcon pure_nash_brute", float("nan"), "not installed")]
    payoffs = model.payoffs({name: array[:LOOP_POINTS] for name, array in values.items()})

    def loop() -> list[object]:
        return [qe.pure_nash_brute(_quantecon_game(qe, game)) for game in payoffs]

    slow = LOOP_POINTS / seconds(loop, repeats=1)
    return [*rows, ("QuantEcon pure_nash_brute, a loop", slow, f"kernel is {ours / slow:,.0f} times as fast")]


def _quantecon_game(qe: object, payoffs: np.ndarray) -> object:
    """Return a game whose players each see their own action first, as QuantEcon wants it."""
    players = len(payoffs)
    order = [[(i + k) % players for k in range(players)] for i in range(players)]
    arrays = [np.ascontiguousarray(own.transpose(axes)) for own, axes in zip(payoffs, order, strict=True)]
    return qe.NormalFormGame([qe.Player(array) for array in arrays])  # type: ignore[attr-defined]  # a module


def table(rows: Sequence[Row]) -> str:
    """Return the table as text."""
    width = max(len(label) for label, _, _ in rows)
    head = f"{'':{width}}  {'points/s':>12}"
    return "\n".join([head, *(f"{label:{width}}  {speed:12,.0f}  {note}".rstrip() for label, speed, note in rows)])


def main() -> None:
    """Print the table and the machine that it was made on."""
    model = tri.chapter_model()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"{model.form.size} profiles, {len(model.parameters)} parameters, {POINTS} points")
    print(table([*kernel_rows(model), *rival_rows(model)]))


if __name__ == "__main__":
    main()
