"""Time verdicts on the chapter's claims, and exact thresholds against a grid search of equal precision.

Run ``python benchmarks/bench_claims.py``; it takes about a minute and prints one table. Verdicts are timed with 2^13
points, as they are published. The grid search solves 2,001 values of the parameter in one batch and then, wherever the
set of equilibria changes, 1,001 values between the two neighbours, until they are 1e-13 apart; it can miss two switches
between neighbours of the first grid, which the exact thresholds cannot. Figures are medians.
"""

from __future__ import annotations

import itertools
import os
import platform
import statistics
from collections.abc import Sequence
from functools import partial

import numpy as np
from clock import seconds

import triangle as tri
from triangle.exact.thresholds import thresholds
from triangle.kernel import compile_kernel, solve_batch
from triangle.studies.claims import check, check_all
from triangle.studies.consistency import consistency

PRECISION = 1e-13
APART = 1e-6
FIRST, NEXT = 2001, 1001
CLAIMS = ("C12", "C85", "C15", "C70")
SCENARIOS = ("baseline_2016", "us_russia_reset", "side_switch_2001", "us_china_rivalry")
PARAMETERS = ("detente", "ambition", "assertion", "stability", "power_gap", "sanctions")


def grid_search(model: tri.GameFamily, scenario: tri.Scenario, parameter: str) -> list[float]:
    """Return the values at which the set of equilibria changes, each to `PRECISION`."""
    kernel = compile_kernel(model, held=scenario.held, fixed=scenario.values, varying=[parameter], measures=())
    low, high = model.parameter(parameter).admissible
    cells, count, found = [(low, high)], FIRST, []
    while cells:
        following = []
        for start, end in cells:
            points = np.linspace(start, end, count)
            bits = solve_batch(kernel, {parameter: points}).stable
            for k in np.flatnonzero((bits[1:] != bits[:-1]).any(axis=1)):
                cell = float(points[k]), float(points[k + 1])
                if cell[1] - cell[0] > PRECISION:
                    following.append(cell)
                else:
                    found.append(cell[0])
        cells, count = following, NEXT
    return found


def clusters(values: list[float], low: float, high: float) -> int:
    """Count switches inside the range: the float solver shows two for each tie, at both ends of its tolerance."""
    ordered = sorted(value for value in values if low + APART < value < high - APART)
    return sum(1 for k, value in enumerate(ordered) if k == 0 or value - ordered[k - 1] > APART)


def line(label: str, *figures: str) -> None:
    print(f"{label:60} {'  '.join(figures)}")


def spent(times: Sequence[float]) -> str:
    return f"{1e3 * statistics.median(times):7.1f} ms, worst {1e3 * max(times):7.1f} ms"


def main() -> None:
    """Print the table."""
    model = tri.chapter_model()
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, NumPy {np.__version__}")
    line("all verdicts, 8,192 points each", f"{seconds(partial(check_all, model)):7.2f} s")
    for key in CLAIMS:
        line(f"one verdict, {key}", f"{seconds(partial(check, key, model)):7.2f} s")
    full = seconds(lambda: check("C12", model).in_full(), 1)
    line("the same with windows, counterexample and ablation, C12", f"{full:7.2f} s")
    line("all 44 claims jointly and in pairs", f"{seconds(lambda: consistency(model).pairs, 1):7.2f} s")
    exact, grid, agreed = [], [], 0
    for name, parameter in itertools.product(SCENARIOS, PARAMETERS):
        case = (model, tri.scenario(name), parameter)
        exact.append(seconds(partial(thresholds, *case)))
        grid.append(seconds(partial(grid_search, *case)))
        agreed += len(thresholds(*case).switches) == clusters(
            grid_search(*case), *model.parameter(parameter).admissible
        )
    line(f"exact thresholds, {len(exact)} cases", spent(exact))
    line("grid search to 1e-13", spent(grid))
    ratios = [slow / fast for slow, fast in zip(grid, exact, strict=True)]
    line("grid search / exact, median of ratios", f"{statistics.median(ratios):7.1f}")
    line("cases in which both find as many switches", f"{agreed:7d} of {len(exact)}")


if __name__ == "__main__":
    main()
