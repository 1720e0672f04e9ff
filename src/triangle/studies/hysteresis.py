"""Path dependence: a parameter goes up and comes back, and the triangle may not.

Where the pairwise equilibrium is unique, a slow sweep up and down goes through the same outcomes, unless something is
left from year to year: a state. A lag closes as the sweep slows; hysteresis proper is the same at every speed. So the
sweep is run at several speeds, and the report says which of the two it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from ..arguments import check_count, checked
from ..family import GameFamily
from ..game import FloatArray
from ..scenario import Scenario, as_scenario
from ..timeline import Timeline, steady
from .simulate import PRECISION, REVISION, Equations, propagate

Nature = Literal["no loop", "lag", "hysteresis"]
CLOSED, SLOWED = 1e-3, 0.5


@dataclass(frozen=True, eq=False)
class PathDependence:
    """A sweep up and down.

    Attributes
    ----------
    parameter : str
    levels : ndarray, shape (levels,)
    speeds : tuple of int
        Years spent on each level.
    up, down : mapping of str to ndarray, shape (speeds, levels)
        Each measure's mean at the end of its last year on a level, on the way up and on the way back, less how far a
        control of equal length that stays at the first level has moved by then.
    equations : tuple of str
    """

    model: GameFamily = field(repr=False)
    scenario: Scenario = field(repr=False)
    parameter: str
    levels: FloatArray = field(repr=False)
    speeds: tuple[int, ...]
    up: Mapping[str, FloatArray] = field(repr=False)
    down: Mapping[str, FloatArray] = field(repr=False)
    equations: tuple[str, ...]

    def loop(self, measure: str) -> FloatArray:
        """Return the way back less the way up at each level, shape (speeds, levels)."""
        self.model.measure(measure)
        return self.down[measure] - self.up[measure]

    def width(self, measure: str) -> FloatArray:
        """Return the greatest distance between the two ways at each speed, shape (speeds,)."""
        return np.asarray(np.nanmax(np.abs(self.loop(measure)), axis=1))

    def nature(self, measure: str) -> Nature:
        """Return what the loop is.

        ``no loop`` if the two ways differ by less than a thousandth at every speed, ``lag`` if the slowest sweep's
        loop is less than half as wide as the widest, ``hysteresis`` otherwise: it persists as far as the speeds
        that were tried go, so try slower ones before you rest anything on it.
        """
        widths = self.width(measure)
        if widths.max() < CLOSED:
            return "no loop"
        return "lag" if widths[-1] < SLOWED * widths.max() else "hysteresis"


@checked
def path_dependence(
    model: GameFamily,
    scenario: str | Path | Scenario,
    parameter: str,
    *,
    low: float | None = None,
    high: float | None = None,
    steps: int = 20,
    speeds: Sequence[int] = (1, 5, 20),
    equations: Equations = "all",
    precision: float = PRECISION,
    revision: float = REVISION,
    measures: Sequence[str] = ("intensity", "share", "transfer", "gap"),
) -> PathDependence:
    """Sweep a parameter up and down and report where the two ways differ.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path or Scenario
        All other values, and the leader's commitment.
    parameter : str
    low, high : float, optional
        The ends; all that is admissible if not given.
    steps : int
        From one end to the other.
    speeds : sequence of int
        Years on each level, ascending.
    equations, precision, revision
        As for `triangle.simulate`; the law is propagated with states at their means.
    measures : sequence of str
        Numbers alone.

    Returns
    -------
    PathDependence

    Raises
    ------
    ValueError
        An unknown parameter or measure, ends out of range or order, too few steps, speeds not ascending.

    Examples
    --------
    >>> import triangle as tri
    >>> found = path_dependence(tri.chapter_model(), "baseline_2014", "sanctions", steps=4, speeds=[1, 2], equations=())
    >>> found.nature("intensity")
    'no loop'
    """
    least, most = model.parameter(parameter).admissible
    start, end = (least if low is None else float(low)), (most if high is None else float(high))
    if not least <= start < end <= most:
        raise ValueError(f"low and high must be in order and from {least:g} to {most:g}, got {start:g} and {end:g}")
    check_count("steps", steps, 1, 10**6)
    listed = tuple(speeds)
    if not listed or listed[0] < 1 or list(listed) != sorted(set(listed)):
        raise ValueError(f"speeds are whole numbers of years from 1 on, ascending; got {listed}")
    coded = [name for name in measures if model.measure(name).categories]
    if coded:
        raise ValueError(f"path dependence is of numbers; a category is not one: {', '.join(coded)}")
    setting = as_scenario(model, scenario)
    setting = replace(setting, values={**setting.values, parameter: start})
    levels = np.linspace(start, end, steps + 1)
    up: dict[str, list[FloatArray]] = {name: [] for name in measures}
    down: dict[str, list[FloatArray]] = {name: [] for name in measures}
    ran: tuple[str, ...] = ()
    for speed in listed:
        control = steady(model, setting, speed * (2 * steps + 1))
        path = np.repeat(np.concatenate([levels, levels[-2::-1]]), speed)
        swept = replace(control, values={**control.values, parameter: path}, base=control, name="sweep")
        ends = speed * np.arange(1, 2 * steps + 2) - 1
        moved, ran = _net(model, swept, control, ends, measures, equations, precision, revision)
        for name, values in moved.items():
            up[name].append(values[: steps + 1])
            down[name].append(values[steps:][::-1])
    ways = [{name: np.stack(rows) for name, rows in way.items()} for way in (up, down)]
    return PathDependence(model, setting, parameter, levels, listed, ways[0], ways[1], ran)


def _net(
    model: GameFamily,
    swept: Timeline,
    control: Timeline,
    ends: np.ndarray,
    measures: Sequence[str],
    equations: Equations,
    precision: float,
    revision: float,
) -> tuple[dict[str, FloatArray], tuple[str, ...]]:
    """Return each measure at the ends of the levels, less how far the control has moved from its first level's."""
    a, b = (
        propagate(model, line, precision, revision, equations=equations, measures=measures) for line in (swept, control)
    )
    still = {name: b.means[name][ends, 0] for name in measures}
    return {n: a.means[n][ends, 0] - (still[n] - still[n][0]) for n in measures}, tuple(a.driven)
