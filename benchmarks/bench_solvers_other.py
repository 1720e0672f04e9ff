"""Time batches of coalitional games and of logit chains beside loops over single games.

Run ``python benchmarks/bench_solvers_other.py``; it takes under a minute and prints one table. Shapley values of 1,000
random games of eight players are compared with a loop over the definition's marginal contributions, written in NumPy as
a user would; stationary distributions of 200 random 3 × 4 × 4 games with NumPy's linear solver on the same transition
matrices (which no longer has a digit of rare states right at high precision). Answers are compared before anything is
timed. Every figure is the median of five runs after one that is not counted.
"""

from __future__ import annotations

import platform
from math import factorial

import numpy as np
from clock import rate

from triangle.solvers import logit_dynamics, nucleolus, shapley

PLAYERS = 8
GAMES = 1_000
LOOP_GAMES = 20
CHAINS = 200
SHAPE = (3, 4, 4)


def shapley_loop(worth: np.ndarray) -> np.ndarray:
    """Return the Shapley value of one game coalition by coalition."""
    n = PLAYERS
    values = np.zeros(n)
    for coalition in range(1 << n):
        size = coalition.bit_count()
        for i in range(n):
            if not coalition >> i & 1:
                weight = factorial(size) * factorial(n - size - 1) / factorial(n)
                values[i] += weight * (worth[coalition | 1 << i] - worth[coalition])
    return values


def linear_solve(transition: np.ndarray) -> np.ndarray:
    """Return a chain's stationary distribution from its balance equations."""
    size = len(transition)
    system = np.vstack([(transition.T - np.eye(size))[:-1], np.ones(size)])
    return np.linalg.solve(system, np.append(np.zeros(size - 1), 1.0))


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(0)
    worth = rng.normal(size=(GAMES, 1 << PLAYERS))
    worth[:, 0] = 0.0
    payoffs = rng.normal(size=(CHAINS, 3, *SHAPE))
    found = logit_dynamics(payoffs, 2.0)
    size = int(np.prod(SHAPE))
    solved = np.array([linear_solve(chain) for chain in found.transition.reshape(-1, size, size)])
    np.testing.assert_allclose(found.stationary.reshape(solved.shape), solved, rtol=1e-9)
    np.testing.assert_allclose(shapley(worth[:3]), [shapley_loop(one) for one in worth[:3]], atol=1e-12)

    rows = {
        f"shapley, {GAMES} games at once": rate(lambda: shapley(worth), GAMES),
        "a loop over the definition": rate(lambda: [shapley_loop(one) for one in worth[:LOOP_GAMES]], LOOP_GAMES),
        "nucleolus, game by game": rate(lambda: [nucleolus(one) for one in worth[:LOOP_GAMES]], LOOP_GAMES),
        f"logit_dynamics, {CHAINS} chains at once, precision 2": rate(lambda: logit_dynamics(payoffs, 2.0), CHAINS),
        f"logit_dynamics, {CHAINS} chains at once, precision 1e6": rate(lambda: logit_dynamics(payoffs, 1e6), CHAINS),
        "numpy.linalg.solve on ready matrices, precision 2": rate(
            lambda: [linear_solve(chain) for chain in found.transition.reshape(-1, size, size)], CHAINS
        ),
    }
    print(f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}")
    for name, value in rows.items():
        print(f"{name:<55} {value:>12,.0f} games/s")


if __name__ == "__main__":
    main()
