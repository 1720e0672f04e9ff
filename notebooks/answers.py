"""The answers to the lessons' exercises: none is written down, each is computed.

The docstring of a solution is the hint that a wrong answer gets.
"""

from __future__ import annotations

from collections.abc import Callable

import triangle as tri

MODEL = tri.chapter_model()
ANSWERS: dict[str, Callable[[], object]] = {}


def exercise(name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a solution under the exercise's name."""

    def register(solution: Callable[[], object]) -> Callable[[], object]:
        ANSWERS[name] = solution
        return solution

    return register


def change(scenario: str, measure: str, model: tri.GameFamily = MODEL) -> tuple[float, float]:
    """A measure at the scenario's baseline and at the scenario; with several equilibria, at the one with most slack."""
    (row,) = [row for row in tri.compare(model, scenario).changes[scenario] if row.measure == measure]
    return float(row.before), float(row.after)


@exercise("reset: share")
def _() -> float:
    """Read Russia's share of the product in the comparison of the reset with 2016, after and before, and subtract."""
    before, after = change("us_russia_reset", "share")
    return after - before


@exercise("reset: isolation")
def _() -> float:
    """Ask `tri.thresholds` where the change of the intensity switches its sign along `isolation`."""
    found = tri.thresholds(MODEL, "us_russia_reset", "isolation", measure="intensity", against="baseline_2016")
    (edge,) = found.switches
    return float(edge.value)


@exercise("reset: wedge")
def _() -> str:
    """Compare the two scenarios in `tri.rival_model("wedge")`: does the intensity fall, stay or rise?"""
    before, after = change("us_russia_reset", "intensity", tri.rival_model("wedge"))
    return "falls" if after < before else "rises" if after > before else "stays"
