"""The policy table as a heat map: what follows from each of the leader's commitments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ...arguments import checked
from ...names import unknown
from ...parts import Measure
from ...studies.solve import Policies
from ..words import spelled
from .style import INK, SEQUENTIAL, ink_on, legend_below, provenance, source_line, wrapped

LEVEL = "#F2F2F2"
MOVED = 5e-4
ORDERED = 3
"""Up to so many categories are taken to have an order; more are kinds, which no scale can show."""


@dataclass(frozen=True)
class Row:
    """One measure under every commitment: what is written, and how high it stands from 0 to 1; NaN if nowhere."""

    measure: Measure
    texts: tuple[str, ...]
    heights: tuple[float, ...]
    several: tuple[bool, ...]


@checked
def policies(found: Policies, measures: Sequence[str] | None = None, title: str | None = None) -> tuple[Figure, Axes]:
    r"""Draw the leader's commitments side by side, each measure on a scale of its own.

    Parameters
    ----------
    found : Policies
    measures : list of str, optional
        All that differ between the commitments if not given.
    title : str, optional
        The scenario and the leader if not given.

    Returns
    -------
    (Figure, Axes)
        Lighter is more: a row runs from its least to its greatest value, and every cell says its own. Hatched cells
        have several equilibria that differ, and the colour of their mean; kinds without an order have no colour. The
        commitment that is surest for the leader has a star and a frame.

    Raises
    ------
    ValueError
        An unknown measure.

    Examples
    --------
    >>> import triangle as tri
    >>> figure, ax = policies(tri.policies(tri.chapter_model(), "baseline_2016"))
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['pressure\ncontain', '★ pressure\nengage', 'accommodate\ncontain', 'accommodate\nengage']
    >>> plt.close(figure)
    """
    first = found.outcomes[0]
    model, leader = first.model, first.model.leader or ""
    names = [measure.name for measure in model.measures]
    wanted = list(measures if measures is not None else ())
    for name in wanted:
        if name not in names:
            raise ValueError(unknown("measure", name, names))
    rows = [_row(found, model.measure(name)) for name in wanted or names]
    if not wanted:
        rows = [row for row in rows if len(set(row.texts)) > 1] or rows
    crowded = any(any(row.several) for row in rows)
    actions = [outcome.scenario.held[leader] for outcome in found.outcomes]
    figure, ax = plt.subplots(figsize=(4.2 + 1.75 * len(actions), 1.9 + (0.5 + 0.08 * crowded) * len(rows)))
    figure.set_layout_engine("constrained", h_pad=0.08, w_pad=0.1)
    for k, row in enumerate(rows):
        for column in range(len(actions)):
            _cell(ax, (column, k), row.texts[column], row.heights[column], row.several[column])
    for column, action in enumerate(actions):
        if action in found.best:
            ax.add_patch(
                Rectangle((column, 0), 1, len(rows), fill=False, edgecolor=INK, linewidth=3, zorder=4, clip_on=False)
            )
    told = ["★ " * (action in found.best) + action.replace("/", "\n") for action in actions]
    ax.set_xticks(np.arange(len(actions)) + 0.5, told, fontsize=10)
    ax.set_yticks(np.arange(len(rows)) + 0.5, [_label(row.measure) for row in rows], fontsize=9)
    ax.set(xlim=(0, len(actions)), ylim=(len(rows), 0))
    ax.xaxis.set_ticks_position("top")
    ax.xaxis.set_label_position("top")
    ax.set_xlabel(f"the commitment of {leader}", fontsize=10)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    figure.suptitle(wrapped(title or f"{first.scenario.title}: the commitments of {leader}", 80), fontsize=13)
    foot = source_line(figure, provenance(model, first.concept), f"scenario {first.scenario.name}")
    legend_below(figure, foot, _keys(leader, rows), 2)
    return figure, ax


def _row(found: Policies, measure: Measure) -> Row:
    """Read one measure off every outcome; several equilibria that differ make a range."""
    each = [[equilibrium.measures[measure.name] for equilibrium in outcome.equilibria] for outcome in found.outcomes]
    texts = [" or\n".join(dict.fromkeys(spelled(measure, value) for value in values)) or "–" for values in each]
    scales = [[_number(measure, value) for value in values] for values in each]
    middles = np.array([np.nanmean(values) if np.isfinite(values).any() else np.nan for values in scales])
    known = middles[np.isfinite(middles)]
    span = float(np.ptp(known)) if len(known) else 0.0
    heights = (middles - known.min()) / span if span > MOVED else np.full(len(each), np.nan)
    several = [len(set(dict.fromkeys(spelled(measure, value) for value in values))) > 1 for values in each]
    return Row(measure, tuple(texts), tuple(map(float, heights)), tuple(several))


def _number(measure: Measure, value: float | str) -> float:
    if isinstance(value, str):
        return float(measure.categories.index(value)) if len(measure.categories) <= ORDERED else float("nan")
    return value


def _cell(ax: Axes, place: tuple[int, int], text: str, height: float, several: bool) -> None:
    unknown_height = height != height
    colour = LEVEL if unknown_height else colormaps[SEQUENTIAL](height)
    ax.add_patch(Rectangle(place, 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
    if several:
        ax.add_patch(Rectangle(place, 1, 1, facecolor="none", edgecolor="#8C8C8C", linewidth=0, hatch="///"))
    lines = wrapped(text, 20) if "\n" not in text else text
    size = 9.5 if lines.count("\n") == 0 else 8
    box = {"boxstyle": "round,pad=0.25", "facecolor": colour, "edgecolor": "none"} if several else None
    ax.text(place[0] + 0.5, place[1] + 0.5, lines, ha="center", va="center", fontsize=size, linespacing=1.0,
            color=INK if unknown_height else ink_on(colour), bbox=box)  # fmt: skip


def _label(measure: Measure) -> str:
    told = measure.long_name or measure.name
    return wrapped(told if measure.unit in ("", "1") else f"{told} ({measure.unit})", 36)


def _keys(leader: str, rows: list[Row]) -> list[Patch]:
    scale = colormaps[SEQUENTIAL]
    keys = [
        Patch(facecolor=scale(0.0), edgecolor=INK, label="least in the row"),
        Patch(facecolor=scale(1.0), edgecolor=INK, label="greatest in the row"),
        Patch(facecolor="white", edgecolor=INK, linewidth=3, label=f"★ surest for {leader}"),
    ]
    if any(any(row.several) for row in rows):
        keys.append(Patch(facecolor="white", edgecolor=INK, hatch="///", label="several equilibria that differ"))
    return keys
