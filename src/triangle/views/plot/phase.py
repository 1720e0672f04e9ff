"""The phase diagram: what the equilibria are over two varied parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps, patheffects
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ...arguments import checked
from ...family import GameFamily
from ...game import BoolArray, FloatArray
from .borders import SAMPLED, borders, draw_borders
from .panels import ENDS, PIXELS, Panel, is_category, measures_of, panels_of
from .regions import Regions, regions
from .style import (
    INK,
    OTHER,
    PALETTE,
    SEQUENTIAL,
    axis_label,
    check_dataset,
    legend_below,
    read,
    source_line,
    wrapped,
)

if TYPE_CHECKING:
    import xarray as xr

STRIPE, STRIPE_EVERY = 3, 18
ACROSS = 3
LABEL = 36
INDENT = " " * 5
MARK = "the scenario"
LUMINANCE = np.array([0.299, 0.587, 0.114])
NOTHING = "no equilibrium"


@checked
def phase(
    dataset: xr.Dataset,
    measure: str | None = None,
    title: str | None = None,
    model: GameFamily | None = None,
    exact: bool = True,
) -> tuple[Figure, list[Axes]]:
    """Draw what the equilibria are over two parameters.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep over a grid of two parameters. A dimension ``scenario`` or ``commitment`` gives a panel each.
    measure : str, optional
        A measure with categories is drawn in colours, another one on a scale, its least and its greatest value over
        the equilibria side by side where they differ. If not given, all measures with categories together: a colour for
        every combination of categories that occurs, named by the measures that tell the combinations apart.
    title : str, optional
        The scenario's title if not given.
    model : GameFamily, optional
        The family that was swept, from whose conditions the boundaries are computed. The chapter's and its rivals are
        made anew from the Dataset's attributes; one of your own must be given.
    exact : bool
        Draw the curves at which an equilibrium begins or ends, from formulas, over the sampled cells. Where that cannot
        be done (your own model is not given, another version of the model was swept, or the concept is ``commitment``
        with a leader that is not held) the cells' own edges are drawn. The line at the foot says which, and why.

    Returns
    -------
    (Figure, list of Axes)
        Hatched where there are several equilibria, white with crosses where there is none. The black cross is the
        scenario's own values.

    Raises
    ------
    ValueError
        Not a grid of two parameters, an unknown measure, no measure with categories where none is named, or a model
        that is not the one that was swept.

    Examples
    --------
    >>> import triangle as tri
    >>> grid = {"detente": (0, 1, 51), "ambition": (0, 1, 51)}
    >>> figure, (ax,) = tri.plot.phase(tri.sweep(tri.chapter_model(), "us_russia_reset", grid))
    >>> print(ax.get_xlabel())
    Russia's gain from mutual détente with the West
    (index 0–1)
    """
    check_dataset("dataset", dataset, "a sweep over a grid")
    chosen = measures_of(dataset, measure)
    panels = panels_of(dataset, chosen)
    curves, note = borders(dataset, [panel.label for panel in panels], model) if exact else (None, SAMPLED)
    draw = _categories if is_category(dataset, chosen[0]) else _numbers
    figure, axes = draw(panels, chosen, [*_outside(panels), *_held(dataset), note], curves is None)
    for k, found in enumerate(curves or ()):
        for ax in axes[k * len(axes) // len(panels) : (k + 1) * len(axes) // len(panels)]:
            draw_borders(ax, found)
    heading = title or ("" if "scenario" in dataset.dims else str(dataset.attrs.get("title", "")))
    if heading:
        figure.suptitle(wrapped(heading, 70), fontsize=13)
    return figure, axes


def _categories(
    panels: Sequence[Panel], measures: list[str], notes: list[str], outlined: bool
) -> tuple[Figure, list[Axes]]:
    found = regions([panel.data for panel in panels], measures, len(PALETTE))
    labels = [f"{_letter(k)}   {_wrapped_label(label)}" for k, label in enumerate(found.labels)]
    handles = [Patch(facecolor=c, label=label) for c, label in zip(PALETTE, labels, strict=False)]
    if found.others:
        told = f"{found.others} rarer outcomes ({found.rare:.1%} of the points)"
        handles.append(Patch(facecolor=OTHER, label=wrapped(told, LABEL)))
    handles += _marks(panels, NOTHING)
    lines = sum(str(handle.get_label()).count("\n") + 1 for handle in handles)
    figure, grid = _figure(len(panels), 1, 0.9 + 0.165 * lines + 0.12 * len(handles))
    axes = [row[0] for row in grid]
    colours = np.array([to_rgb(colour) for colour in [*PALETTE[: len(found.labels)], OTHER, "white"]])
    for ax, panel, index in zip(axes, panels, found.index, strict=True):
        seen = panel.drawn(index)
        image = colours[seen]
        if outlined:
            image[_border(seen)] = to_rgb(INK)
        _paint(ax, panel, image, seen == Regions.EMPTY)
        _finish(ax, panel, panel.title)
        _letters(ax, panel, seen, len(found.labels))
    source_line(figure, panels[0].data.attrs, *notes)
    legend = figure.legend(
        handles=handles, title=wrapped(found.title, LABEL) or None, loc="outside right upper", frameon=False,
        fontsize=9.5, title_fontsize=10.5, handlelength=1.8, handleheight=1.4, labelspacing=0.8, alignment="left",
    )  # fmt: skip
    for patch in legend.get_patches():
        patch.set(edgecolor=patch.get_edgecolor() if patch.get_hatch() else INK, linewidth=0.6)
    return figure, axes


def _wrapped_label(label: str) -> str:
    return "\n".join(wrapped(line, LABEL) for line in label.split("\n")).replace("\n", "\n" + INDENT)


def _numbers(
    panels: Sequence[Panel], measures: list[str], notes: list[str], outlined: bool
) -> tuple[Figure, list[Axes]]:
    (measure,) = measures
    values = {end: [np.asarray(panel.data[f"{measure}_{end}"], dtype=float) for panel in panels] for end in ENDS}
    same = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(values["min"], values["max"], strict=True))
    ends = ["min"] if same else list(ENDS)
    finite = np.concatenate([array[np.isfinite(array)] for end in ends for array in values[end]])
    if not len(finite):
        raise ValueError(f"measure {measure!r} has no value at any point")
    norm = Normalize(float(finite.min()), float(finite.max()))
    figure, grid = _figure(len(panels), len(ends), 0.0)
    for row, panel, k in zip(grid, panels, range(len(panels)), strict=True):
        for ax, end in zip(row, ends, strict=True):
            seen = panel.drawn(values[end][k])
            image = colormaps[SEQUENTIAL](norm(np.where(np.isnan(seen), finite[0], seen)))[..., :3]
            _paint(ax, panel, image, np.isnan(seen))
            parts = [panel.title, "" if same else ENDS[end]]
            _finish(ax, panel, ": ".join(part for part in parts if part))
    axes = [ax for row in grid for ax in row]
    bar = figure.colorbar(ScalarMappable(norm, SEQUENTIAL), ax=axes, shrink=0.85, aspect=28, pad=0.02)
    attrs = dict(panels[0].data[f"{measure}_min"].attrs)
    attrs["long_name"] = str(attrs.get("long_name", measure)).split(", minimum over")[0]
    bar.set_label(axis_label(attrs, measure), fontsize=10)
    foot = source_line(figure, panels[0].data.attrs, *notes)
    marks = _marks(panels, "no equilibrium, or no value")
    if marks:
        legend_below(figure, foot, marks, len(marks))
    return figure, axes


def _figure(panels: int, ends: int, least: float) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure at least so many inches high and its axes, a list of ``ends`` for each panel."""
    count = panels * ends
    across = ends if ends > 1 else (2 if count in (2, 4) else min(count, ACROSS))
    down = -(-count // across)
    size = (4.7 * across + (3.9 if least else 1.4), max(4.6 * down + 0.7, least))
    figure, grid = plt.subplots(down, across, figsize=size, squeeze=False)
    figure.set_layout_engine("constrained", h_pad=0.1, w_pad=0.1)
    axes = list(grid.ravel())
    for ax in axes[count:]:
        ax.remove()
    return figure, [axes[k * ends : (k + 1) * ends] for k in range(panels)]


def _paint(ax: Axes, panel: Panel, image: FloatArray, empty: BoolArray) -> None:
    """Show an image with stripes where there are several equilibria and crosses where there is none."""
    steps = np.arange(PIXELS)
    rising = (steps[:, None] - steps) % STRIPE_EVERY < STRIPE
    falling = (steps[:, None] + steps) % STRIPE_EVERY < STRIPE
    striped = panel.several & rising
    under = image[striped]
    dark = (under @ LUMINANCE < 0.3)[:, None]
    image[striped] = np.where(dark, 0.45 + 0.55 * under, 0.25 * under)
    image[empty] = 1.0
    image[empty & (rising | falling)] = 0.55
    seen = np.round(255 * image).astype(np.uint8)
    ax.imshow(seen, extent=panel.extent, origin="lower", aspect="auto", interpolation="antialiased")


def _border(seen: NDArray[Any]) -> BoolArray:
    """Return the pixels where one outcome meets another."""
    border = np.zeros(seen.shape, dtype=bool)
    across, up = seen[:, 1:] != seen[:, :-1], seen[1:] != seen[:-1]
    border[:, 1:] |= across
    border[:, :-1] |= across
    border[1:] |= up
    border[:-1] |= up
    return border


def _letter(index: int) -> str:
    return chr(ord("A") + index)


def _letters(ax: Axes, panel: Panel, seen: NDArray[Any], count: int) -> None:
    """Write each outcome's letter where it has most room, away from the cross."""
    from scipy.ndimage import distance_transform_edt

    every = PIXELS // 150
    small = np.pad(seen[::every, ::every], 1, constant_values=-1)
    here = _cross(panel)
    for index in range(count):
        room = distance_transform_edt(small == index)[1:-1, 1:-1]
        if here is not None:
            column, row = (int(share * len(room)) for share in _share(panel, here))
            room[max(0, row - 24) : row + 24, max(0, column - 32) : column + 32] = 0
        if room.max() < 3:
            continue
        # Along a strip every place has the same room: the one in the strip's middle is taken.
        roomy = np.argwhere(room > room.max() - 0.5)
        row, column = roomy[np.square(roomy - roomy.mean(axis=0)).sum(axis=1).argmin()]
        place = ((column + 0.5) / len(room), (row + 0.5) / len(room))
        text = ax.text(*place, _letter(index), transform=ax.transAxes, ha="center", va="center", fontsize=14, color=INK)
        text.set_path_effects([patheffects.withStroke(linewidth=3, foreground="white")])


def _share(panel: Panel, place: tuple[float, float]) -> tuple[float, float]:
    """Return how far along the axes a place lies, from 0 to 1."""
    left, right, bottom, top = panel.extent
    return (place[0] - left) / (right - left), (place[1] - bottom) / (top - bottom)


def _cross(panel: Panel) -> tuple[float, float] | None:
    """Return the scenario's own values, or None if they are not recorded or not in the picture."""
    x, y = (panel.setting.get(name) for name in panel.names)
    left, right, bottom, top = panel.extent
    return (x, y) if x is not None and y is not None and left <= x <= right and bottom <= y <= top else None


def _marks(panels: Sequence[Panel], empty: str) -> list[Patch]:
    """Return the legend's entries for several equilibria and for none, as far as they occur."""
    counts = [np.asarray(panel.data["equilibria"]) for panel in panels]
    most = max(int(count.max()) for count in counts)
    marks = []
    if most > 1:
        told = f"several equilibria (up to {most})"
        marks.append(Patch(facecolor="white", edgecolor=INK, hatch="///", linewidth=0.6, label=told))
    if min(int(count.min()) for count in counts) == 0:
        marks.append(Patch(facecolor="white", edgecolor="#888888", hatch="xxx", linewidth=0.6, label=empty))
    return marks


def _finish(ax: Axes, panel: Panel, title: str) -> None:
    """Label the axes and mark the scenario's own values."""
    x, y = panel.names
    ax.set_xlabel(axis_label(panel.data[x].attrs, x), fontsize=10)
    ax.set_ylabel(axis_label(panel.data[y].attrs, y), fontsize=10)
    ax.set_title(wrapped(title, 44), fontsize=11)
    here = _cross(panel)
    if here is None:
        return
    ax.plot(*here, "X", markersize=11, color="black", markeredgecolor="white", markeredgewidth=1.4, clip_on=False)
    across, up = _share(panel, here)
    low = up < 0.12
    text = ax.annotate(
        MARK, here, xytext=(0, 11 if low else -11), textcoords="offset points", fontsize=9.5, color="black",
        ha="left" if across < 0.15 else "right" if across > 0.85 else "center", va="bottom" if low else "top",
    )  # fmt: skip
    text.set_path_effects([patheffects.withStroke(linewidth=3, foreground="white")])


def _outside(panels: Sequence[Panel]) -> list[str]:
    """Say that a scenario's own values are not in the picture, if they are recorded and lie outside."""
    known = [panel for panel in panels if set(panel.names) <= set(panel.setting)]
    return ["the scenario's own values lie outside the picture"] if any(_cross(p) is None for p in known) else []


def _held(dataset: xr.Dataset) -> list[str]:
    """Return who is held to what, if that is the same in all panels."""
    held = read(dataset.attrs, "held")
    if not held or any(each != held[0] for each in held) or "commitment" in dataset.dims:
        return []
    return [f"{player} held to {action}" for player, action in held[0].items()]
