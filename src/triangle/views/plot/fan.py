"""Fan charts: how a measure spreads over the runs of a simulation, year by year, with the events marked."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...arguments import checked
from ...studies.counterfactual import Counterfactual
from ...studies.simulate import Simulation
from ...timeline import Event, Timeline
from .style import FAINT, INK, axis_label, legend_below, source_line, wrapped

BLUE = "#0072B2"
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_YEARS_BEFORE = 5
"""Years before a branch that its figure shows."""
_ROWS, _APART = 5, 1.2
_MEASURES = ("intensity", "transfer", "share", "gap")


@checked
def fan(
    found: Simulation | Counterfactual, measures: Sequence[str] | None = None, title: str | None = None
) -> tuple[Figure, list[Axes]]:
    """Draw the median and two bands of each measure over the runs, year by year.

    Parameters
    ----------
    found : Simulation or Counterfactual
        Of a counterfactual the difference is drawn, with the branch year marked.
    measures : sequence of str, optional
        Numbers; intensity, transfer, share and gap if not given, as far as they were kept.
    title : str, optional
        The timeline's if not given.

    Returns
    -------
    (Figure, list of Axes)
        One panel for each measure. Grey stretches are years in which the West accommodates Russia; the strip
        below names the timeline's events at their first years.

    Raises
    ------
    ValueError
        A measure that was not kept, or no number among them.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.studies.simulate import simulate
    >>> figure, axes = fan(simulate(tri.chapter_model(), "chapter_1991_2017", runs=50), ["intensity", "share"])
    >>> [ax.get_ylabel().split()[0] for ax in axes]
    ['intensity', "Russia's"]
    """
    if isinstance(found, Counterfactual):
        data, line, model = found.difference, found.branch.timeline, found.branch.model
    else:
        data, line, model = found.runs, found.timeline, found.model
    numbers = [m.name for m in model.measures if not m.categories and m.name in data]
    wanted = [name for name in _MEASURES if name in numbers] if measures is None else list(measures)
    wrong = [name for name in wanted if name not in numbers]
    if wrong or not wanted:
        told = f"{wrong[0]!r} is not among them" if wrong else "none is left to draw"
        raise ValueError(f"a fan chart shows numbers that the simulation kept ({', '.join(numbers)}); {told}")
    years = np.array(line.years)
    if isinstance(found, Counterfactual) and line.branch is not None:
        years = years[years >= line.branch - _YEARS_BEFORE]
    events = [event for event in line.events if years[0] <= event.year <= years[-1]]
    marks = 0.5 if events else 0.01
    figure, grid = plt.subplots(
        len(wanted) + 1, 1, figsize=(9, 1.8 + 2.0 * len(wanted)), sharex=True, squeeze=False, layout="constrained",
        height_ratios=[*[1.0] * len(wanted), marks],
    )  # fmt: skip
    axes: list[Axes] = list(grid[:, 0])
    below = axes.pop()
    for ax, name in zip(axes, wanted, strict=True):
        _spread(ax, years, np.nanquantile(data[name].sel(year=years).values, LEVELS, axis=0))
        _stances(ax, line, int(years[0]))
        if isinstance(found, Counterfactual):
            ax.axhline(0, color=FAINT, linewidth=0.8, linestyle=":")
            ax.axvline((line.branch or years[0]) - 0.5, color=INK, linewidth=1, linestyle="--")
        ax.set_ylabel(axis_label(data[name].attrs, name, 26), fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        ax.margins(x=0.01)
    _events(below, events)
    below.set_xlabel("year (year's end)")
    told = f"{line.title}, less {line.base.title}" if isinstance(found, Counterfactual) and line.base else line.title
    figure.suptitle(wrapped(title or told, 80), fontsize=13)
    attrs = data.attrs
    settings = f"{attrs['runs']:,} runs, seed {attrs['seed']}, precision {attrs['precision']:g}"
    drawn = f"{attrs['draws']:,} parameter draws" if attrs["draws"] else "one set of parameters"
    foot = source_line(figure, attrs, f"timeline {line.name}", settings, drawn, "no forecast")
    handles = [
        Line2D([], [], color=INK, linewidth=1.6, label="median"),
        Patch(color=BLUE, alpha=0.55, label="middle half of the runs"),
        Patch(color=BLUE, alpha=0.22, label="middle nine tenths"),
        Patch(facecolor="#E6E6E6", label="the West accommodates Russia"),
    ]
    if isinstance(found, Counterfactual):
        handles.append(Line2D([], [], color=INK, linestyle="--", linewidth=1, label="the branch begins"))
    legend_below(figure, foot, handles, 3)
    return figure, axes


def _spread(ax: Axes, years: np.ndarray, quantiles: np.ndarray) -> None:
    ax.fill_between(years, quantiles[0], quantiles[4], color=BLUE, alpha=0.22, linewidth=0)
    ax.fill_between(years, quantiles[1], quantiles[3], color=BLUE, alpha=0.4, linewidth=0)
    ax.plot(years, quantiles[2], color=INK, linewidth=1.6)


def _stances(ax: Axes, line: Timeline, first: int) -> None:
    """Shade the years in which the leader is held to accommodation."""
    for year, action in zip(line.years, line.commitments, strict=True):
        if year >= first and action and action.startswith("accommodate"):
            ax.axvspan(year - 0.5, year + 0.5, color="#E6E6E6", zorder=0, linewidth=0)


def _events(ax: Axes, events: Sequence[Event]) -> None:
    """Name the events at their first years, in rows so that no two names touch."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set(yticks=[], ylim=(0, 1))
    free = [-np.inf] * _ROWS
    for event in sorted(events, key=lambda event: event.year):
        row = next((r for r, last in enumerate(free) if event.year - last >= _APART), int(np.argmin(free)))
        free[row] = event.year
        ax.text(event.year, (row + 0.5) / _ROWS, event.id, ha="center", va="center", fontsize=7, color=INK)
    if events:
        ax.set_ylabel("events", fontsize=9, rotation=0, ha="right", va="center")
