"""What the figures of the issue games share: colours, an empty figure, regions, marks of the defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...chapter.issues.interface import IssueGame
from ...game import FloatArray

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
FILLS = ("#F2F2F2", "#B8D8EC", "#F5C9A8", "#8FCDB8", "#E3BFD3")
HATCHES = ("", "//", "..", "xx", "\\\\")
STEPS = 401
BESIDE: dict[str, Any] = {"fontsize": 8, "loc": "center left", "bbox_to_anchor": (1.01, 0.5), "frameon": False}
BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1}


def panels(count: int = 1, beside: float = 0.0) -> tuple[Figure, list[Axes]]:
    """Return a figure with panels side by side, and room for a legend beside them (in inches)."""
    import matplotlib.pyplot as plt

    figure, grid = plt.subplots(1, count, figsize=(5.0 * count + 0.6 + beside, 4.2), squeeze=False)
    figure.set_layout_engine("constrained")
    axes = list(grid[0])
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    return figure, axes


def span(game: IssueGame, parameter: str, low: float | None = None, high: float | None = None) -> FloatArray:
    """Return values along a parameter, over twice its plausible range if no ends are given."""
    found = game.parameter(parameter)
    ends = found.range_at(found.default, 2.0)
    return np.linspace(ends[0] if low is None else low, ends[1] if high is None else high, STEPS)


def label(game: IssueGame, parameter: str, width: int = 50) -> str:
    """Return an axis label: the parameter's meaning and unit, the unit on its own line where both do not fit one."""
    from textwrap import fill

    found = game.parameter(parameter)
    unit = f"({found.unit})"
    apart = " " if len(found.meaning) + len(unit) < width else "\n"
    return fill(found.meaning, width) + apart + unit


def at_default(ax: Axes, x: float, text: str = "default", top: float = 0.02) -> None:
    """Mark a value on the x axis by a thin line."""
    ax.axvline(x, color=GREY, lw=1, ls=(0, (1, 2)))
    ax.text(
        x, top, f" {text}", transform=ax.get_xaxis_transform(), fontsize=8, color=GREY, va="bottom", ha="left", zorder=6
    )


def regions(
    ax: Axes, game: IssueGame, x: str, y: str, codes: FloatArray, names: Sequence[str], ends: Sequence[FloatArray]
) -> None:
    """Fill the plane of two parameters by the code of what happens there, and mark the defaults.

    Parameters
    ----------
    codes : ndarray, shape (len(ends[1]), len(ends[0]))
        ``0 … len(names) - 1``.
    """
    present = [k for k in range(len(names)) if (codes == k).any()]
    for k in present:
        mask = np.where(codes == k, 1.0, 0.0)
        ax.contourf(
            ends[0],
            ends[1],
            mask,
            levels=[0.5, 1.5],
            colors=[FILLS[k % len(FILLS)]],
            hatches=[HATCHES[k % len(HATCHES)]],
        )
        if 0 < mask.mean() < 1:
            ax.contour(ends[0], ends[1], mask, levels=[0.5], colors=["#444444"], linewidths=0.8)
    ax.plot(game.defaults[x], game.defaults[y], "o", color="black", ms=6, mec="white", zorder=5)
    ax.set_xlabel(label(game, x))
    ax.set_ylabel(label(game, y, 42))
    patches = [
        Patch(facecolor=FILLS[k % len(FILLS)], hatch=HATCHES[k % len(HATCHES)], edgecolor="#444444", label=names[k])
        for k in present
    ]
    ax.legend(handles=patches, **BESIDE)


def plane(game: IssueGame, x: str, y: str, ends: Sequence[FloatArray], **more: float) -> dict[str, FloatArray]:
    """Return the game solved on a plane: names to arrays of shape (len(ends[1]), len(ends[0]))."""
    across, up = np.meshgrid(*ends)
    point = game.point({x: across, y: up, **more})
    return {name: np.broadcast_to(point[name], across.shape) for name in point}
