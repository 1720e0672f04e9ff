"""The tornado: which parameters matter most, by Sobol indices or by one parameter at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from ...arguments import checked, shown
from ...game import TOLERANCE, FloatArray
from ...names import unknown
from .style import FAINT, INK, axis_label, check_dataset, check_variables, legend_below, read, source_line, wrapped

if TYPE_CHECKING:
    import xarray as xr

TOTAL, FIRST = "#A9D3EE", "#0072B2"
LOW, HIGH = "#E69F00", "#0072B2"
SHOWN = 12
MEANING_WIDTH = 62
CONSTANT = 1
ENDS = {"min": "least over the equilibria", "max": "greatest over the equilibria"}


@dataclass(frozen=True, eq=False)
class Panel:
    """One output: a measure or a category, at one end over the equilibria."""

    title: str
    data: xr.Dataset


@checked
def tornado(
    dataset: xr.Dataset, category: str | None = None, top: int = SHOWN, title: str | None = None
) -> tuple[Figure, list[Axes]]:
    """Draw the parameters that matter most as bars, the longest on top.

    Parameters
    ----------
    dataset : xarray.Dataset
        Of `triangle.studies.sensitivity.sensitivity`: light bars are total indices, dark bars first-order ones, with
        their intervals. Or of `triangle.studies.sensitivity.one_at_a_time`: bars run from the measure in the scenario
        to what it is at the low and at the high end of the parameter's range, which are written beside them.
    category : str, optional
        Of a measure with categories; all that vary if not given, a panel each.
    top : int
        How many parameters to show.
    title : str, optional
        The measure and the scenario if not given.

    Returns
    -------
    (Figure, list of Axes)

    Raises
    ------
    ValueError
        Another Dataset, an unknown category, no bar to show, or nothing that varies.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.studies.sensitivity import one_at_a_time
    >>> found = one_at_a_time(tri.chapter_model(), "us_russia_reset", "share")
    >>> figure, (ax,) = tri.plot.tornado(found, top=3)
    >>> [text.get_text().split()[0] for text in ax.texts if text.get_gid() == "parameter"]
    ['sensitivity', 'lock_in', 'autonomy']
    """
    check_dataset("dataset", dataset, "the result of sensitivity or of one_at_a_time")
    kinds = {"total_order": (_index_reach, _index_bars), "value": (_side_reach, _side_bars)}
    kind = next((name for name in kinds if name in dataset and "parameter" in dataset[name].dims), None)
    if kind is None:
        raise ValueError("a tornado is drawn from the result of sensitivity or of one_at_a_time")
    check_variables(dataset, {"total_order": ("status",), "value": ("base", "low", "high")}[kind])
    if top < 1:
        raise ValueError(f"top must be a whole number from 1, got {top!r}")
    reach, draw = kinds[kind]
    panels = _panels(dataset, kind, category)
    reaches = np.array([reach(panel.data) for panel in panels])
    largest = np.nan_to_num(reaches, nan=0.0).max(axis=0)
    moving = largest > TOLERANCE * max(largest.max(), 1e-300)
    order = np.lexsort((np.arange(len(largest)), -largest))[: min(top, int(moving.sum()))]
    figure, axes = _figure(len(panels), len(order))
    for ax, panel in zip(axes, panels, strict=True):
        draw(ax, panel.data.isel(parameter=order))
        ax.set_ylim(len(order) - 0.4, -0.6)
        ax.set_yticks([])
        ax.spines[["top", "right", "left"]].set_visible(False)
        if len(panels) > 1:
            ax.set_title(wrapped(panel.title, 40), fontsize=11)
    _names(axes[0], dataset.isel(parameter=order))
    lines = [title] if title else _heading(dataset, kind)
    width = int(9 * figure.get_figwidth())
    figure.suptitle("\n".join(wrapped(line, width) for line in lines if line), fontsize=13)
    foot = source_line(figure, dataset.attrs, *_notes(dataset, kind, largest, len(order)))
    handles, _ = axes[0].get_legend_handles_labels()
    legend_below(figure, foot, handles, len(handles))
    return figure, axes


def _panels(dataset: xr.Dataset, kind: str, category: str | None) -> list[Panel]:
    """Return a panel for each end over the equilibria and each category that varies, or the one asked for."""
    chosen: list[tuple[str, xr.Dataset]] = [("", dataset)]
    if "category" in dataset.dims:
        labels = [str(each) for each in dataset["category"].values]
        if category is not None and category not in labels:
            raise ValueError(unknown("category", category, labels))
        wanted = [each for each in labels if category in (None, each)]
        chosen = [(each, dataset.sel(category=each)) for each in wanted]
    elif category is not None:
        raise ValueError(f"category={shown(category)}: the measure has no categories")
    if "end" in dataset.dims:
        chosen = [
            (", ".join(filter(None, (name, ENDS[str(end)]))), part.sel(end=end))
            for name, part in chosen
            for end in dataset["end"].values
        ]
    panels = [Panel(name, part) for name, part in chosen if _varies(part, kind)]
    if not panels:
        raise ValueError("there is nothing to draw: the measure does not vary with any parameter")
    return panels


def _varies(data: xr.Dataset, kind: str) -> bool:
    if kind == "total_order":
        return bool(data["status"] != CONSTANT)
    return bool((np.abs(data["value"] - data["base"]) > 0).any() or data["value"].isnull().any())


def _figure(panels: int, bars: int) -> tuple[Figure, list[Axes]]:
    size = (3.9 + 4.3 * panels, 1.9 + 0.46 * bars)
    figure, grid = plt.subplots(1, panels, figsize=size, squeeze=False, sharex=True)
    figure.set_layout_engine("constrained", h_pad=0.08, w_pad=0.1)
    return figure, list(grid[0])


def _names(ax: Axes, data: xr.Dataset) -> None:
    """Write every parameter's name and, smaller, what it means, left of its bars."""
    where = blended_transform_factory(ax.transAxes, ax.transData)
    for k, (name, meaning) in enumerate(zip(data["parameter"].values, data["meaning"].values, strict=True)):
        told = textwrap.shorten(str(meaning), MEANING_WIDTH, placeholder=" …", break_on_hyphens=False)
        written = ax.text(-0.02, k - 0.02, str(name), transform=where, ha="right", va="bottom", fontsize=10, color=INK)
        written.set_gid("parameter")
        if told != name:
            ax.text(-0.02, k + 0.04, told, transform=where, ha="right", va="top", fontsize=7.5, color=FAINT)


def _index_reach(data: xr.Dataset) -> FloatArray:
    return np.asarray(data["total_order"], dtype=np.float64)


def _index_bars(ax: Axes, data: xr.Dataset) -> None:
    """Draw first-order indices as dark, narrow bars on the light bars of total indices."""
    places = np.arange(data.sizes["parameter"])
    confidence = float(data.attrs.get("confidence", 0.95))
    for name, told, colour, height, shift in (
        ("total_order", "total index", TOTAL, 0.62, -0.2),
        ("first_order", "first-order index", FIRST, 0.26, 0.0),
    ):
        values = np.asarray(data[name], dtype=np.float64)
        label = f"{told}, {confidence:.0%} interval"
        ax.barh(places, values, height, color=colour, edgecolor=INK, linewidth=0.5, label=label, zorder=2)
        ends = np.array([values - data[f"{name}_low"].values, data[f"{name}_high"].values - values])
        if np.isfinite(ends).all():
            reach = np.maximum(ends, 0)
            ax.errorbar(values, places + shift, xerr=reach, fmt="none", ecolor=INK, elinewidth=1.2, capsize=2.5)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_xlabel("share of the variance", fontsize=10)


def _side_reach(data: xr.Dataset) -> FloatArray:
    """Return how far the measure moves, NaN sides counting as not moving."""
    moved = np.abs(np.asarray(data["value"] - data["base"], dtype=np.float64))
    values = np.asarray(data["value"], dtype=np.float64)
    span = np.abs(np.subtract(*values.T))
    return np.asarray(np.fmax(np.fmax(moved[:, 0], moved[:, 1]), span))


def _side_bars(ax: Axes, data: xr.Dataset) -> None:
    """Draw a bar from the scenario's value to each end's, the longer one behind."""
    base = float(data["base"])
    values = np.asarray(data["value"], dtype=np.float64)
    places = np.arange(len(values))
    behind = np.argsort(-np.abs(np.nan_to_num(values - base)), axis=1)
    for column, (colour, told) in enumerate(((LOW, "low end of the range"), (HIGH, "high end of the range"))):
        rank = np.argmax(behind == column, axis=1)
        for k, value in enumerate(values[:, column]):
            width = 0.0 if np.isnan(value) else value - base
            ax.barh(k, width, 0.62, left=base, color=colour, edgecolor=INK, linewidth=0.5, zorder=2 + int(rank[k]))
        ax.barh(places[:1], 0, left=base, color=colour, edgecolor=INK, linewidth=0.5, label=told)
    for k, pair in enumerate(values):
        _beside(ax, k, base, pair, np.array([data["low"].values[k], data["high"].values[k]]))
    ax.axvline(base, color=INK, linewidth=1.0, zorder=5)
    label = {"long_name": data.attrs.get("measure_long_name", ""), "units": data.attrs.get("measure_units", "1")}
    if "category" in data.coords:
        label = {"long_name": f"{label['long_name']}: indicator", "units": "1"}
    ax.set_xlabel(axis_label(label, "value"), fontsize=10)
    ax.margins(x=0.14)


def _beside(ax: Axes, place: int, base: float, values: FloatArray, settings: FloatArray) -> None:
    """Write the parameter's values at the ends of its bars: at the longer one if both run to one side."""
    moved = np.nan_to_num(values - base)
    if moved.prod() > 0:
        longer = int(np.abs(moved).argmax())
        told = [(f"{settings[0]:g} (low), {settings[1]:g} (high)", values[longer], moved[longer] > 0)]
    else:
        # An end that does not move, or has no value, is written on the side that the other leaves free.
        low_right = bool(moved[0] > 0 or moved[1] < 0)
        texts = [f"{'no value at ' if np.isnan(v) else ''}{at:g}" for v, at in zip(values, settings, strict=True)]
        told = list(zip(texts, base + moved, (low_right, not low_right), strict=True))
    for text, at, rightwards in told:
        ax.annotate(
            text, (at, place), xytext=(4 if rightwards else -4, 0), textcoords="offset points", va="center",
            ha="left" if rightwards else "right", fontsize=8, color=FAINT,
        )  # fmt: skip


def _heading(dataset: xr.Dataset, kind: str) -> list[str]:
    measure = str(dataset.attrs.get("measure_long_name", dataset.attrs.get("measure", "the measure")))
    told = "What accounts for" if kind == "total_order" else "One parameter at a time:"
    article = "" if measure[:1].isupper() else "the "
    return [f"{told} {article}{measure}", str(dataset.attrs.get("title", ""))]


def _notes(dataset: xr.Dataset, kind: str, largest: FloatArray, shown: int) -> Sequence[str]:
    notes = []
    rest = np.sort(largest)[::-1][shown:]
    if len(rest) and rest[0] <= TOLERANCE * largest.max():
        notes.append(f"{len(rest)} more parameters change nothing")
    elif len(rest):
        reach = f"a total index of {rest[0]:.2g}" if kind == "total_order" else f"a change of {rest[0]:.2g}"
        notes.append(f"{len(rest)} more parameters, none beyond {reach}")
    if kind == "total_order":
        notes.append(f"{int(dataset.attrs.get('evaluations', 0)):,} solutions, seed {dataset.attrs.get('seed')}")
        if (dataset["status"] > CONSTANT).any():
            notes.append("no interval where the outcome varies at too few points")
    else:
        others = [dim for dim in dataset["value"].dims if dim != "parameter"]
        gaps = dataset["parameter"].values[dataset["value"].isnull().any(others).values]
        if len(gaps):
            notes.append(f"no value at an end of {', '.join(map(str, gaps))}")
    held = read(dataset.attrs, "held")
    names = read(dataset.attrs, "scenarios")
    for name, each in zip(names, held, strict=False):
        notes += [f"{name}: {player} held to {action}" for player, action in each.items()]
    return notes
