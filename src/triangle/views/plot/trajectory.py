"""The peeling trajectory of scenario discovery: what coverage a box gives up for its density."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure

from ...arguments import checked
from ...studies.discovery import Discovery
from .style import FAINT, INK, SEQUENTIAL, legend_below, source_line, wrapped


@checked
def trajectory(found: Discovery, title: str | None = None) -> tuple[Figure, list[Axes]]:
    """Draw coverage against density for every box on the way, on the points kept apart.

    Parameters
    ----------
    found : Discovery
    title : str, optional
        The outcome if not given.

    Returns
    -------
    (Figure, list of Axes)
        Colours count the restricted parameters; small rings are the same boxes on the points that they were found on;
        the cross is the box that was chosen, pasted and simplified; the dotted line the density of all points.

    Raises
    ------
    ValueError
        There is no trajectory: the outcome occurs nowhere or everywhere.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.studies.discovery import discover
    >>> x = {"a": np.linspace(0, 1, 400), "b": np.linspace(0, 1, 400)[::-1] ** 2}
    >>> figure, (ax,) = tri.plot.trajectory(discover(x, x["a"] > 0.7))
    >>> ax.get_xlabel()
    'coverage: share of the outcome that lies in the box'
    """
    if len(found.trajectory) < 2:
        raise ValueError(f"there is no trajectory to draw: the outcome occurs {found.status}")
    figure, ax = plt.subplots(figsize=(7.4, 5.2))
    figure.set_layout_engine("constrained", h_pad=0.08, w_pad=0.1)
    restricted = np.array([box.restricted for box in found.trajectory])
    levels = np.arange(restricted.max() + 2) - 0.5
    fitted = np.array([(box.found_on.coverage, box.found_on.density) for box in found.trajectory])
    judged = np.array([(box.held_out.coverage, box.held_out.density) for box in found.trajectory])
    ax.plot(
        *fitted.T, "o", markersize=3.5, markerfacecolor="none", color="#999999", label="on the points it was found on"
    )
    dots = ax.scatter(
        judged[:, 0], judged[:, 1], c=restricted, cmap=SEQUENTIAL, norm=BoundaryNorm(levels, 256), s=46,
        edgecolors=INK, linewidths=0.6, zorder=3, label="on the points kept apart",
    )  # fmt: skip
    if found.box is not None:
        scores = found.box.held_out
        ax.plot(
            scores.coverage, scores.density, marker="X", markersize=14, color="#D55E00", markeredgecolor="white",
            markeredgewidth=1.4, linestyle="none", label=f"the box: {', '.join(found.box.limits)}", zorder=4,
        )  # fmt: skip
    ax.axhline(found.rate, color=FAINT, linestyle=":", linewidth=1)
    ax.annotate(
        f"all points: {found.rate:.0%}",
        (0, found.rate),
        xytext=(4, 4),
        textcoords="offset points",
        fontsize=9,
        color=FAINT,
    )
    ax.set(xlim=(-0.02, 1.03), ylim=(0, 1.04))
    ax.set_xlabel("coverage: share of the outcome that lies in the box")
    ax.set_ylabel("density: share of the box in which it occurs")
    ax.spines[["top", "right"]].set_visible(False)
    every = max(1, len(levels) // 10)
    bar = figure.colorbar(dots, ax=ax, ticks=range(0, len(levels), every), aspect=28, pad=0.02)
    bar.minorticks_off()
    bar.set_label("restricted parameters")
    figure.suptitle(wrapped(title or f"Where {found.outcome}", 66), fontsize=13)
    settings = f"{found.points:,} points, {found.settings['held_out']:.0%} kept apart, seed {found.settings['seed']}"
    foot = source_line(figure, found.source, settings)
    legend_below(figure, foot, ax.get_legend_handles_labels()[0], 2)
    return figure, [ax]
