"""What would have happened: a branch of a timeline against the timeline itself, run by run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arguments import checked
from ..chapter.model import chapter_model
from ..family import GameFamily
from ..game import FloatArray
from ..timeline import Change, Timeline, timeline
from .simulate import PRECISION, REVISION, Equations, Simulation, simulate

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """A branch against its base.

    Attributes
    ----------
    base, branch : Simulation
        With the same random numbers and draws, run by run.
    difference : xarray.Dataset, dimensions (run, year)
        Branch less base, exactly zero in every year before the branch: numbers as they are, NaN where one of the two
        does not exist; for ``profile`` and categories whether they differ (0 or 1).
    """

    base: Simulation = field(repr=False)
    branch: Simulation = field(repr=False)
    difference: xr.Dataset = field(repr=False)

    def summary(self, year: int, measures: Sequence[str] | None = None) -> dict[str, dict[str, float]]:
        """Return for each number its mean difference in a year, the 5% and 95% quantiles, and the share above zero."""
        self.branch.timeline.place(year)
        names = [m.name for m in self.branch.model.measures if m.name in self.difference and not m.categories]
        found = {}
        for name in names if measures is None else measures:
            values = self.difference[name].sel(year=year).values
            values = values[np.isfinite(values)]
            if len(values):
                low, high = np.quantile(values, [0.05, 0.95])
                found[name] = {"mean": float(values.mean()), "5%": float(low), "95%": float(high)}
                found[name]["above"] = float((values > 0).mean())
        return found

    def quantiles(self, measure: str, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> FloatArray:
        """Return quantiles of a number's difference over the runs, shape (levels, years)."""
        return np.asarray(np.nanquantile(self.difference[measure].values, levels, axis=0))


@checked
def counterfactual(
    source: str | Path | Timeline,
    change: Change | Iterable[Change] | str | Timeline,
    model: GameFamily | None = None,
    runs: int = 1000,
    precision: float = PRECISION,
    revision: float = REVISION,
    seed: int = 0,
    *,
    last: int | None = None,
    equations: Equations = "all",
    draws: int | None = None,
    start: Any = "stationary",
    measures: Sequence[str] | None = None,
    threads: int | None = None,
) -> Counterfactual:
    """Simulate a timeline and a change of it with the same random numbers.

    Parameters
    ----------
    source : str, Path or Timeline
        The base.
    change : Change, several of them, or a timeline (or its name) that branches from the base
    model : GameFamily, optional
        The chapter's if not given.
    last : int, optional
        Go on to this year, the base's last values held. The branch's last year if not given.
    runs, precision, revision, seed, equations, draws, start, measures, threads
        As for `triangle.simulate`.

    Returns
    -------
    Counterfactual

    Raises
    ------
    ValueError
        A faulty change, or a branch of another timeline.

    Examples
    --------
    >>> found = counterfactual("chapter_1991_2017", Change(2015, {"sanctions": 0.1}), runs=100)
    >>> float(abs(found.difference.transfer.sel(year=slice(None, 2014))).max())
    0.0
    >>> bool(found.difference.transfer.sel(year=2016).mean() > 0)
    True
    """
    family = chapter_model() if model is None else model
    base = timeline(source)
    if isinstance(change, str | Timeline):
        branch = timeline(change)
        if branch.base is None or branch.base.name != base.name:
            raise ValueError(f"timeline {branch.name!r} does not branch from {base.name!r}")
        end = branch.years[-1] if last is None else last
        branch, base = branch.until(end), base.until(end)
    else:
        base = base.until(base.years[-1] if last is None else last)
        branch = base.changed(family, change)

    def run(line: Timeline) -> Simulation:
        return simulate(
            family, line, runs, precision, revision, seed,
            equations=equations, draws=draws, start=start, measures=measures, threads=threads,
        )  # fmt: skip

    first, second = run(base), run(branch)
    return Counterfactual(first, second, _difference(first, second))


def _difference(base: Simulation, branch: Simulation) -> xr.Dataset:
    coded = {"profile", *(measure.name for measure in base.model.measures if measure.categories)}
    found = branch.runs.copy()
    for name in found.data_vars:
        attrs = dict(found[name].attrs)
        if name in coded:
            found[name] = (branch.runs[name] != base.runs[name]).astype(np.int8)
            attrs = {"long_name": f"{attrs.get('long_name', name)}: differs", "units": "1"}
        else:
            found[name] = branch.runs[name] - base.runs[name]
            attrs["long_name"] = f"{attrs.get('long_name', name)}, branch less base"
        found[name].attrs = attrs
    found.attrs = {**branch.runs.attrs, "base": base.timeline.name, "branch_year": branch.timeline.branch or 0}
    return found
