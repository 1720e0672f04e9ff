"""The region of two parameters in which a profile is stable, bounded by exact curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...arguments import checked
from ...exact.region import Region
from .style import INK, OTHER, axis_label, legend_below, provenance, source_line, wrapped

if TYPE_CHECKING:
    from ...game import FloatArray

GRID, POINTS = 600, 600
INSIDE, LINES = "#A9D3EE", ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")
STYLES: tuple[Literal["-", "--", "-.", ":"], ...] = ("-", "--", "-.", ":")
TITLE, LEGEND = 62, 84


@checked
def region(result: Region, title: str | None = None) -> tuple[Figure, Axes]:
    """Draw where a profile is stable over two parameters, with the curve of every condition that bounds it.

    Parameters
    ----------
    result : Region
        Of `triangle.exact.region` with two free parameters. The curves come from its formulas; only the shading is
        evaluated on a grid.
    title : str, optional
        The profile and the scenario if not given.

    Returns
    -------
    (Figure, Axes)

    Raises
    ------
    ValueError
        Not two free parameters.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.exact import region as region_of
    >>> model = tri.chapter_model()
    >>> profile = tri.solve(model, "us_russia_reset").equilibria[0].profile
    >>> figure, ax = region(region_of(model, "us_russia_reset", profile, ["detente", "assertion"]))
    >>> [text.get_text() for text in figure.legends[0].get_texts()][0], len(ax.lines)
    ('stable', 3)
    >>> plt.close(figure)
    """
    curves = result.curves(points=POINTS)
    names = result.parameters
    x, y = (np.linspace(float(low), float(high), GRID) for low, high in result.ends.values())
    figure, ax = plt.subplots(figsize=(6.6, 6.0), layout="constrained")
    inside = np.ones((GRID, GRID), dtype=bool) & (not result.nowhere)
    for inequality in result.inequalities:
        inside &= inequality.on_grid(names[0], names[1], x, y) >= 0
    if inside.any():
        ax.contourf(x, y, inside.astype(float), levels=[0.5, 1.5], colors=[INSIDE])
    for curve in curves:
        k = curve.inequality % len(LINES)
        look: dict[str, Any] = {"color": LINES[k], "linestyle": STYLES[curve.inequality % len(STYLES)]}
        ax.plot(*_broken(curve.x, curve.y, curve.borders), linewidth=2.2, **look)
        ax.plot(*_broken(curve.x, curve.y, ~curve.borders), linewidth=0.8, **look)
    _mark(ax, result)
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel=_axis(result, names[0]), ylabel=_axis(result, names[1]))
    ax.set_title(wrapped(title or f"{', '.join(result.profile)} in {result.scenario}", TITLE), fontsize=11)
    _foot(figure, result)
    return figure, ax


def _broken(
    x: FloatArray, y: FloatArray, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[FloatArray, FloatArray]:
    """Return a curve with gaps where it is not to be drawn; each piece reaches to the next point, over the gap."""
    near = kept.copy()
    near[1:] |= kept[:-1]
    near[:-1] |= kept[1:]
    return np.where(near, x, np.nan), np.where(near, y, np.nan)


def _axis(result: Region, name: str) -> str:
    parameter = result.model.parameter(name)
    return axis_label({"long_name": f"{name}: {parameter.meaning}", "units": parameter.unit}, name)


def _mark(ax: Axes, result: Region) -> None:
    """Mark the scenario's own values, if the figure shows them."""
    at = [float(result.values[name]) for name in result.parameters]
    ends = [tuple(map(float, result.ends[name])) for name in result.parameters]
    if all(low <= value <= high for value, (low, high) in zip(at, ends, strict=True)):
        ax.plot(*at, marker="o", markersize=7, markerfacecolor="white", markeredgecolor=INK, linestyle="none")


def _foot(figure: Figure, result: Region) -> None:
    attrs = provenance(result.model, result.concept)
    foot = source_line(figure, attrs, f"scenario {result.scenario}", "curves from the conditions' formulas")
    told = "stable" if not result.nowhere else "stable nowhere here"
    if result.everywhere:
        told = "stable everywhere here"
    handles: list[Patch | Line2D] = [Patch(facecolor=INSIDE if not result.nowhere else OTHER, label=told)]
    for k, inequality in enumerate(result.inequalities):
        label = wrapped(f"{inequality}: {'; '.join(inequality.moves[:1])} does not pay", LEGEND)
        style = STYLES[k % len(STYLES)]
        handles.append(Line2D([], [], color=LINES[k % len(LINES)], linestyle=style, linewidth=2.2, label=label))
    handles.append(
        Line2D([], [], marker="o", markerfacecolor="white", markeredgecolor=INK, linestyle="none", label="the scenario")
    )
    legend_below(figure, foot, handles, 1)
