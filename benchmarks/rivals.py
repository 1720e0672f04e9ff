"""The solvers that the batch kernel is measured against, each as its user would write it.

All find the pure Nash equilibria (or, for `fused`, what a filter finds) of the same games. None is part of the library.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

import triangle as tri
from triangle.blocks import Filter
from triangle.game import TOLERANCE

Values = Mapping[str, np.ndarray]


def plain_nash(model: tri.GameFamily, values: Values, block: int = 1024) -> np.ndarray:
    """Maxima along the axes of the payoff array: plain vectorised NumPy, an hour's work."""
    players, games = len(model.form.players), len(next(iter(values.values())))
    packed = []
    for start in range(0, games, block):
        payoffs = model.payoffs({name: array[start : start + block] for name, array in values.items()})
        margin = TOLERANCE * np.abs(payoffs).max(axis=tuple(range(2, 2 + players)))
        stable = np.ones((len(payoffs), *model.form.shape), dtype=bool)
        for i in range(players):
            own = payoffs[:, i]
            stable &= own >= own.max(axis=1 + i, keepdims=True) - margin[:, i].reshape(-1, *[1] * players)
        packed.append(np.packbits(stable.reshape(len(stable), -1), axis=1))
    return np.concatenate(packed)


def numba_nash(model: tri.GameFamily) -> Callable[[Values], np.ndarray]:
    """Compiled loops over games, players and profiles, leaving a profile at its first better reply: a day's work."""
    import numba

    monomials = model.polynomials.monomials
    names = [p.name for p in model.parameters]
    factors = np.full((len(monomials), max(sum(k for _, k in m) for m in monomials)), -1, dtype=np.int64)
    for row, product in zip(factors, monomials, strict=True):
        flat = [names.index(name) for name, power in product for _ in range(power)]
        row[: len(flat)] = flat
    players, size = len(model.form.players), model.form.size
    coefficients = np.ascontiguousarray(model.polynomials.payoffs.reshape(len(monomials), players, size))
    monomial, player, profile = np.nonzero(coefficients)
    entries = coefficients[monomial, player, profile]
    grid = np.arange(size).reshape(model.form.shape)
    lines = [np.moveaxis(grid, i, -1).reshape(-1, n) for i, n in enumerate(model.form.shape)]
    replies = [np.empty((size, n), dtype=np.int64) for n in model.form.shape]
    for reply, line in zip(replies, lines, strict=True):
        for others in line:
            reply[others] = others
    first, second, third = replies

    @numba.njit
    def better(own, reply, p, margin):  # type: ignore[no-untyped-def]  # numba infers
        worst = own[p] + margin
        for k in range(reply.shape[1]):
            worst = max(worst, own[reply[p, k]])
        return worst > own[p] + margin

    @numba.njit
    def solve(table):  # type: ignore[no-untyped-def]  # numba infers
        games = table.shape[1]
        out = np.zeros((games, size), dtype=np.bool_)
        weight = np.empty(factors.shape[0])
        payoff = np.empty((players, size))
        for g in range(games):
            for m in range(factors.shape[0]):
                product = 1.0
                for k in range(factors.shape[1]):
                    if factors[m, k] >= 0:
                        product *= table[factors[m, k], g]
                weight[m] = product
            payoff[:] = 0.0
            for e in range(entries.shape[0]):
                payoff[player[e], profile[e]] += weight[monomial[e]] * entries[e]
            margin = TOLERANCE * np.abs(payoff).max()
            for p in range(size):
                if better(payoff[0], first, p, margin) or better(payoff[1], second, p, margin):
                    continue
                out[g, p] = not better(payoff[2], third, p, margin)
        return out

    def run(values: Values) -> np.ndarray:
        return solve(np.array([values[name] for name in names]))

    return run


def fused(held: Filter) -> Callable[[Values], np.ndarray]:
    """C generated for the open conditions of a filter, one loop over the games: the limit of what could be had.

    It decides the same profiles by the same rows, in double precision and without a second look at close games.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise RuntimeError("no C compiler")
    products, count = held.products, len(held.pruned.rows)
    names = list(products.names)
    lines = {product: f"w{k}" for k, product in enumerate([*products.halves, *products.monomials])}
    body = [f"double p{k} = t[{k}L*n+i] * {1 / held.unit[name]!r};" for k, name in enumerate(names)]
    known = {(): "1.0"} | {((name, 1),): f"p{k}" for k, name in enumerate(names)}
    for product, (a, b) in products.halves.items():
        body.append(f"double {lines[product]} = {known[a]}*{known[b]};")
        known[product] = lines[product]
    for r, row in enumerate(held.rows[:count]):
        terms = [f"{float(c)!r}*{known[product]}" for c, product in zip(row, products.monomials, strict=True) if c]
        body.append(f"double r{r} = {'+'.join(terms) or '0.0'};")
    tests = []
    for k, codes in enumerate(held.pruned.live.values()):
        every = "&".join(f"(r{c}>=0)" if c < count else f"(r{c - count}<=0)" for c in codes) or "1"
        tests.append(f"((unsigned long)({every})<<{k})")
    source = f"""
void solve(const double *restrict t, long n, unsigned long *restrict out) {{
  for (long i = 0; i < n; i++) {{ {" ".join(body)} out[i] = {"|".join(tests)}; }}
}}"""
    folder = Path(tempfile.mkdtemp())
    (folder / "fused.c").write_text(source)
    flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "fused.c", "-o", "fused.so"], cwd=folder, check=True)
    library = ctypes.CDLL(str(folder / "fused.so"))
    shutil.rmtree(folder)

    def run(values: Values) -> np.ndarray:
        table = values if isinstance(values, np.ndarray) else np.array([values[name] for name in names])
        out = np.empty(table.shape[1], dtype=np.uint64)
        library.solve(
            table.ctypes.data_as(ctypes.c_void_p), ctypes.c_long(len(out)), out.ctypes.data_as(ctypes.c_void_p)
        )
        return out

    return run


def quantecon_nash(payoffs: np.ndarray) -> list[object]:
    """A loop over QuantEcon's ``pure_nash_brute``, which wants each player's own action first."""
    import quantecon.game_theory as qe

    players = payoffs.shape[1]
    order = [[(i + k) % players for k in range(players)] for i in range(players)]
    found = []
    for game in payoffs:
        arrays = [np.ascontiguousarray(own.transpose(axes)) for own, axes in zip(game, order, strict=True)]
        found.append(qe.pure_nash_brute(qe.NormalFormGame([qe.Player(array) for array in arrays])))
    return found


def gambit_nash(payoffs: np.ndarray) -> list[object]:
    """A loop over pygambit's ``enumpure_solve``."""
    import pygambit

    found = []
    for game in payoffs:
        found.append(pygambit.nash.enumpure_solve(pygambit.Game.from_arrays(*game)).equilibria)
    return found
