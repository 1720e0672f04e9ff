"""Time `pure_nash` on batches of games, beside QuantEcon's and Gambit's loops on the same games.

Run ``python benchmarks/bench_solvers_pure.py``; it takes about half a minute and prints one table. The games are 4 × 6
× 6 with normal payoffs, drawn once. Every figure is the median of five runs after one that is not counted. The peers
are timed twice: from payoff arrays, which is what a user has, and on game objects made beforehand. Their answers are
compared with ours before anything is timed.
"""

from __future__ import annotations

import os
import platform
from importlib import import_module

import numpy as np
from clock import REPEATS, rate

from triangle.solvers import backward_induction, coalition_stable, commitment, iterated_dominance, pure_nash

SHAPE = (4, 6, 6)
GAMES = 20_000
LOOP_GAMES = 200


def plain(payoffs: np.ndarray) -> np.ndarray:
    """Return the pure equilibria by maxima along the axes, as a user of NumPy would write it."""
    stable = np.ones((len(payoffs), *SHAPE), dtype=bool)
    for i in range(3):
        stable &= payoffs[:, i] >= payoffs[:, i].max(axis=1 + i, keepdims=True)
    return stable


def quantecon_rates(payoffs: np.ndarray) -> dict[str, float]:
    """Return QuantEcon's rates; it wants each player's own action first."""
    theory = import_module("quantecon.game_theory")

    def game(one: np.ndarray) -> object:
        turned = [np.transpose(own, [(i + k) % 3 for k in range(3)]) for i, own in enumerate(one)]
        return theory.NormalFormGame([theory.Player(np.ascontiguousarray(own)) for own in turned])

    made = [game(one) for one in payoffs]
    theirs = [{tuple(map(int, p)) for p in theory.pure_nash_brute(one)} for one in made]
    assert theirs == [{tuple(map(int, p)) for p in np.argwhere(mask)} for mask in pure_nash(payoffs)]
    return {
        "QuantEcon pure_nash_brute, from arrays": rate(
            lambda: [theory.pure_nash_brute(game(one)) for one in payoffs], len(payoffs)
        ),
        "QuantEcon pure_nash_brute, games made": rate(
            lambda: [theory.pure_nash_brute(one) for one in made], len(payoffs)
        ),
    }


def gambit_rates(payoffs: np.ndarray) -> dict[str, float]:
    """Return Gambit's rates."""
    gambit = import_module("pygambit")
    made = [gambit.Game.from_arrays(*one) for one in payoffs]
    theirs = [len(gambit.nash.enumpure_solve(one).equilibria) for one in made]
    assert theirs == pure_nash(payoffs).sum(axis=(1, 2, 3)).tolist()
    return {
        "Gambit enumpure_solve, from arrays": rate(
            lambda: [gambit.nash.enumpure_solve(gambit.Game.from_arrays(*one)) for one in payoffs], len(payoffs)
        ),
        "Gambit enumpure_solve, games made": rate(
            lambda: [gambit.nash.enumpure_solve(one) for one in made], len(payoffs)
        ),
    }


def main() -> None:
    """Print the table."""
    payoffs = np.random.default_rng(0).normal(size=(GAMES, 3, *SHAPE))
    few = payoffs[:LOOP_GAMES]
    some = payoffs[: 10 * LOOP_GAMES]
    ours = rate(lambda: pure_nash(payoffs), GAMES)
    rows = {"pure_nash, batch": ours, "NumPy by hand, without tolerance": rate(lambda: plain(payoffs), GAMES)}
    for module, peer in (("quantecon", quantecon_rates), ("pygambit", gambit_rates)):
        try:
            rows |= peer(few)
        except ModuleNotFoundError:
            print(f"{module} is not installed: pip install '.[peers]'")
    rows |= {
        "coalition_stable, all coalitions": rate(lambda: coalition_stable(some, "all"), len(some)),
        "coalition_stable, pairs, transferable": rate(lambda: coalition_stable(some, "pairs", True), len(some)),
        "backward_induction": rate(lambda: backward_induction(payoffs, [0, 1, 2]), GAMES),
        "commitment, nash": rate(lambda: commitment(payoffs, 0), GAMES),
        "iterated_dominance, pure dominators": rate(lambda: iterated_dominance(some, mixed=False), len(some)),
        "iterated_dominance, mixed dominators": rate(lambda: iterated_dominance(few), len(few)),
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"games of {' × '.join(map(str, SHAPE))}; medians of {REPEATS}\n")
    print(f"{'work':44} {'games a second':>14} {'pure_nash is':>14}")
    for work, games in rows.items():
        print(f"{work:44} {games:14,.0f} {ours / games:12,.1f} ×")


if __name__ == "__main__":
    main()
