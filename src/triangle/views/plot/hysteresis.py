"""The loop of a sweep up and down: each measure on the way up and on the way back, at several speeds."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...arguments import checked
from ...studies.hysteresis import PathDependence
from .style import FAINT, INK, axis_label, legend_below, provenance, source_line, wrapped

UP, DOWN = "#0072B2", "#D55E00"


@checked
def hysteresis(
    found: PathDependence, measures: Sequence[str] | None = None, title: str | None = None
) -> tuple[Figure, list[Axes]]:
    """Draw each measure on the way up and on the way back.

    Parameters
    ----------
    found : PathDependence
    measures : sequence of str, optional
        All that the sweep kept if not given.
    title : str, optional

    Returns
    -------
    (Figure, list of Axes)
        A row for each measure and a column for each speed. Each panel says how wide the loop is.

    Raises
    ------
    ValueError
        A measure that the sweep did not keep.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.studies.hysteresis import path_dependence
    >>> swept = path_dependence(tri.chapter_model(), "baseline_2014", "sanctions", steps=3, speeds=[1])
    >>> figure, axes = hysteresis(swept, ["share"])
    >>> len(axes)
    1
    """
    wanted = list(found.up) if measures is None else list(measures)
    wrong = [name for name in wanted if name not in found.up]
    if wrong or not wanted:
        raise ValueError(f"the sweep kept {', '.join(found.up)}; got {', '.join(wrong) or 'none'}")
    rows, columns = len(wanted), len(found.speeds)
    figure, grid = plt.subplots(
        rows, columns, figsize=(1.6 + 2.9 * columns, 1.4 + 2.0 * rows), sharex=True, sharey="row", squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for row, name in enumerate(wanted):
        measure, width, loop = found.model.measure(name), found.width(name), found.loop(name)
        for column, speed in enumerate(found.speeds):
            ax = grid[row, column]
            ax.plot(found.levels, found.up[name][column], color=UP, linewidth=1.8)
            ax.plot(found.levels, found.down[name][column], color=DOWN, linewidth=1.8, linestyle="--")
            told = f"widest {width[column]:.3f}, back at the start {loop[column, 0]:+.3f}"
            ax.set_title(told.replace("-", "−"), fontsize=8.5, color=FAINT)
            ax.spines[["top", "right"]].set_visible(False)
            ax.margins(y=0.08)
            if row == 0:
                years = "1 year" if speed == 1 else f"{speed} years"
                ax.set_title(f"{years} on each level\n{ax.get_title()}", fontsize=8.5, color=INK)
        label = axis_label({"long_name": measure.long_name, "units": measure.unit}, name, 24)
        grid[row, 0].set_ylabel(f"{label}\n→ {found.nature(name)}", fontsize=9)
    parameter = found.model.parameter(found.parameter)
    label = axis_label({"long_name": parameter.meaning, "units": parameter.unit}, found.parameter, 38)
    for ax in grid[-1]:
        ax.set_xlabel(label, fontsize=9)
    figure.suptitle(
        wrapped(title or f"Up and back: {found.parameter}, {found.scenario.title}", 34 * columns), fontsize=13
    )
    attrs = provenance(found.model)
    states = ", ".join(found.equations) or "none"
    foot = source_line(figure, attrs, f"states run along for: {states}", "net of a control that stays at the start")
    handles = [
        Line2D([], [], color=UP, linewidth=1.8, label="up"),
        Line2D([], [], color=DOWN, linewidth=1.8, linestyle="--", label="back"),
    ]
    legend_below(figure, foot, handles, 2)
    return figure, list(np.ravel(grid))
