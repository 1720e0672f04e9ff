"""Time quantal responses, mixed and correlated equilibria beside pygambit, QuantEcon and Nashpy, on the same games.

Run ``python benchmarks/bench_solvers_mixed.py``; it takes two minutes or three and prints one table. Peers that are not
installed are left out (``pip install '.[peers]'``). Figures are medians over games, for batches and the loop
beside them over the whole; all use one thread. Read the ratios: machines are noisy.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from triangle.solvers import correlated_equilibrium, logit_branch, logit_qre, mixed_nash

SHAPE = (3, 4, 6, 6)
BATCH = 4096
LOOP = 100
REPEATS = 5

Row = tuple[str, float, str]
Solver = Callable[[np.ndarray], object]


def each(solve: Solver, games: Sequence[np.ndarray], repeats: int = 1) -> float:
    """Return the median time of a call over games, after one that is not counted."""
    solve(games[0])
    taken = []
    for _ in range(repeats):
        for game in games:
            start = time.perf_counter()
            solve(game)
            taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def logit_rows(gambit: object | None) -> Iterator[Row]:
    """Time the batch solver and pygambit's loop on random games of two kinds, at several precisions."""
    yield from logit_rows_of("[0, 1]", np.random.default_rng(0).random((BATCH, *SHAPE)), gambit)
    yield from logit_rows_of("normal", np.random.default_rng(0).standard_normal((BATCH, *SHAPE)), gambit)


def logit_rows_of(kind: str, payoffs: np.ndarray, gambit: object | None) -> Iterator[Row]:
    """Time both on the same games."""
    tables = [] if gambit is None else [gambit_game(gambit, game) for game in payoffs[:LOOP]]
    for precision in (1.0, 3.0, 10.0, 30.0):
        found = logit_qre(payoffs, precision)
        ours = BATCH / each(lambda batch, level=precision: logit_qre(batch, level), [payoffs], REPEATS)
        told = f"{found.converged.mean():.2%} to 1e-10, {found.principal.mean():.2%} on the principal branch"
        yield f"logit_qre, {kind}, precision {precision:g}, batch of {BATCH}", ours, told
        if gambit is None:
            continue
        loop = LOOP / each(lambda many, level=precision: solve_all(gambit, many, level), [tables])
        yield "  pygambit logit_solve_lambda, a loop", loop, f"ours is {ours / loop:,.0f} times as fast"


def solve_all(gambit: object, tables: Sequence[object], precision: float) -> list[object]:
    """Solve games one by one with pygambit."""
    return [gambit.qre.logit_solve_lambda(table, lam=precision) for table in tables]


def branch_rows(gambit: object | None) -> Iterator[Row]:
    """Time the branch of one game to its end."""
    games = list(np.random.default_rng(1).random((8, *SHAPE)))
    ours = 1.0 / each(logit_branch, games)
    yield "logit_branch to regret 1e-6", ours, "points, turning points and crossings"
    if gambit is not None:
        tables = [gambit_game(gambit, game) for game in games]
        loop = 1.0 / each(lambda g: gambit.qre.logit_solve_branch(g, maxregret=1e-6), tables)
        yield "  pygambit logit_solve_branch", loop, f"ours is {ours / loop:.1f} times as fast"


def mixed_rows(gambit: object | None, quantecon: object | None, nashpy: object | None) -> Iterator[Row]:
    """Time all equilibria of two-player games, of floats and with ties; each peer is handed its own game object."""
    rng = np.random.default_rng(2)
    for size in (3, 6, 8):
        games = list(rng.random((60 if size < 8 else 10, 2, size, size)))
        ours = each(mixed_nash, games, 3)
        peers: dict[str, float] = {}
        if quantecon is not None:
            made = [quantecon_game(quantecon, game) for game in games]
            peers["QuantEcon support_enumeration"] = each(quantecon.support_enumeration, made, 3)
            peers["QuantEcon vertex_enumeration"] = each(quantecon.vertex_enumeration, made, 3)
        if gambit is not None and size < 8:
            made = [gambit_game(gambit, game) for game in games[:10]]
            peers["pygambit enummixed, floats"] = each(lambda g: gambit.nash.enummixed_solve(g, rational=False), made)
        if nashpy is not None and size < 8:
            made = [nashpy.Game(*game) for game in games[:3]]
            peers["Nashpy support_enumeration"] = each(lambda g: list(g.support_enumeration()), made)
        yield f"mixed_nash, {size} × {size}, random floats", 1.0 / ours, f"{ours * 1e3:.2f} ms, completeness proved"
        for name, taken in peers.items():
            yield f"  {name}", 1.0 / taken, f"ours takes {ours / taken:.2f} of its time"
    ties = list(rng.integers(0, 3, (20, 2, 6, 6)))
    ours = each(mixed_nash, ties)
    yield "mixed_nash, 6 × 6, integers 0–2 (ties)", 1.0 / ours, f"{ours * 1e3:.2f} ms, exact"
    if gambit is not None:
        made = [gambit.Game.from_arrays(*(table.tolist() for table in game)) for game in ties[:4]]
        taken = each(lambda g: gambit.nash.enummixed_solve(g, rational=True), made)
        yield "  pygambit enummixed, rationals", 1.0 / taken, f"ours takes {ours / taken:.3f} of its time"


def other_rows(gambit: object | None) -> Iterator[Row]:
    """Time games of three players, and correlated equilibria."""
    games = list(np.random.default_rng(3).integers(-9, 10, (10, 3, 2, 2, 2)).astype(float))
    ours = each(mixed_nash, games)
    yield "mixed_nash, 2 × 2 × 2", 1.0 / ours, ""
    if gambit is not None:
        made = [gambit.Game.from_arrays(*(table.astype(int).tolist() for table in game)) for game in games]
        taken = each(lambda g: gambit.nash.enumpoly_solve(g), made)
        yield "  pygambit enumpoly", 1.0 / taken, f"ours takes {ours / taken:.2f} of its time"
    large = list(np.random.default_rng(4).random((10, *SHAPE)))
    yield "correlated_equilibrium, 4 × 6 × 6", 1.0 / each(correlated_equilibrium, large), "with certificate"


def gambit_game(gambit: object, payoffs: np.ndarray) -> object:
    """Return the game as pygambit's."""
    return gambit.Game.from_arrays(*payoffs)


def quantecon_game(quantecon: object, payoffs: np.ndarray) -> object:
    """Return a two-player game as QuantEcon's, which wants each player's own action first."""
    return quantecon.NormalFormGame([quantecon.Player(payoffs[0].copy()), quantecon.Player(payoffs[1].T.copy())])


def peer(name: str) -> object | None:
    """Return a module, or None if it is not installed."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        return None


def main() -> None:
    """Print the table and the machine that it was made on."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    gambit, quantecon, nashpy = peer("pygambit"), peer("quantecon.game_theory"), peer("nashpy")
    print(f"{'':58}  {'games/s':>10}")
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")  # Nashpy warns of even numbers of equilibria
        for rows in (
            logit_rows(gambit),
            branch_rows(gambit),
            mixed_rows(gambit, quantecon, nashpy),
            other_rows(gambit),
        ):
            for label, rate, note in rows:
                print(f"{label:58}  {rate:10,.0f}  {note}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
