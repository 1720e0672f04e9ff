"""The threshold strip: along one parameter the intervals on which nothing switches, and the exact values between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ...arguments import checked
from ...exact.thresholds import Interval, Profile, Thresholds
from .style import FAINT, INK, PALETTE, axis_label, ink_on, legend_below, provenance, source_line, wrapped

SIGNS: dict[tuple[int, ...], str] = {(1,): "▲ rises", (0,): "= stays", (-1,): "▼ falls"}
SIGN_FILL: dict[tuple[int, ...], str] = {(1,): "#0072B2", (0,): "#DDDDDD", (-1,): "#EBB89A"}
OPEN = "#FFFFFF"
APART, ROWS, LETTER = 0.085, 4, 0.028


@checked
def thresholds(found: Thresholds, title: str | None = None) -> tuple[Figure, Axes]:
    """Draw where the set of equilibria, or the sign of a change, switches along one parameter.

    Parameters
    ----------
    found : Thresholds
    title : str, optional
        The parameter and the scenario if not given.

    Returns
    -------
    (Figure, Axes)
        A segment for every interval, with a letter and a colour for its set of equilibria: hatched if there are
        several, white with crosses if there is none. If a measure is compared, a second strip says whether it rises.
        Exact thresholds stand below, the scenario's own value above, the plausible range as a bracket.

    Examples
    --------
    >>> import triangle as tri
    >>> found = tri.thresholds(tri.chapter_model(), "us_russia_reset", "detente")
    >>> figure, ax = thresholds(found)
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "threshold"]
    ['0.2985']
    >>> plt.close(figure)
    """
    sets = list(dict.fromkeys(interval.equilibria for interval in found))
    low, high = float(found.ends[0]), float(found.ends[-1])
    compared = bool(found.measure)
    lines = sum(max(1, len(each)) for each in sets)
    figure, ax = plt.subplots(figsize=(9.5, 3.0 + 0.45 * compared + 0.19 * lines + 0.05 * len(sets)))
    figure.set_layout_engine("constrained", h_pad=0.08, w_pad=0.12)
    for interval in found:
        _segment(ax, interval, sets.index(interval.equilibria), found)
    if compared:
        _signs(ax, found)
    _ends(ax, found, (low, high))
    _own(ax, found, (low, high))
    ax.set(xlim=(low, high), ylim=(-0.8 if compared else -0.25, 1.85), yticks=[0.5, -0.45] if compared else [0.5])
    names = ["equilibria", wrapped(f"{found.measure} less that of {found.against}", 24)]
    ax.set_yticklabels(names[: len(ax.get_yticks())], fontsize=9)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    parameter = found.model.parameter(found.parameter) if found.model is not None else None
    told = {"long_name": parameter.meaning, "units": parameter.unit} if parameter is not None else {}
    ax.set_xlabel(axis_label(told, found.parameter, 90), fontsize=10)
    figure.suptitle(
        wrapped(title or f"Where {found.parameter} switches the outcome of {found.scenario}", 80), fontsize=13
    )
    attrs = provenance(found.model, found.concept) if found.model is not None else {"concept": found.concept}
    notes = ["thresholds decided in fractions, shown to four digits", f"scenario {found.scenario}"]
    foot = source_line(figure, attrs, *notes)
    legend_below(figure, foot, [_key(k, each) for k, each in enumerate(sets)], 1)
    return figure, ax


def _colour(index: int) -> str:
    return PALETTE[index % len(PALETTE)]


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26)


def _look(index: int, equilibria: tuple[Profile, ...]) -> dict[str, Any]:
    if not equilibria:
        return {"facecolor": OPEN, "hatch": "xxx", "edgecolor": "#888888"}
    return {"facecolor": _colour(index), "hatch": "///" if len(equilibria) > 1 else "", "edgecolor": INK}


def _segment(ax: Axes, interval: Interval, index: int, found: Thresholds) -> None:
    low, high = float(interval.low), float(interval.high)
    width = float(found.ends[-1]) - float(found.ends[0])
    look = _look(index, interval.equilibria)
    ax.add_patch(Rectangle((low, 0.2), high - low, 0.6, linewidth=0.8, **look))
    if high - low < LETTER * width:
        return
    at = (low + high) / 2
    if found.value is not None and abs(float(found.value) - at) < LETTER * width:
        at = (low + float(found.value)) / 2
    crowded = len(interval.equilibria) != 1
    box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"} if crowded else None
    ax.text(at, 0.5, _letter(index), ha="center", va="center", fontsize=13, bbox=box,
            color=INK if crowded else ink_on(_colour(index)))  # fmt: skip


def _signs(ax: Axes, found: Thresholds) -> None:
    """Say on a second strip whether the measure rises, merging neighbours that say the same."""
    runs: list[tuple[float, float, tuple[int, ...]]] = []
    for interval in found:
        low, high = float(interval.low), float(interval.high)
        if runs and runs[-1][2] == interval.signs:
            low = runs.pop()[0]
        runs.append((low, high, interval.signs))
    width = float(found.ends[-1]) - float(found.ends[0])
    for low, high, signs in runs:
        fill = SIGN_FILL.get(signs, OPEN)
        hatch = "" if signs in SIGN_FILL else "xx" if not signs else "//"
        ax.add_patch(
            Rectangle((low, -0.65), high - low, 0.4, facecolor=fill, hatch=hatch, edgecolor=INK, linewidth=0.8)
        )
        told = SIGNS.get(signs, " or ".join(SIGNS[(s,)][2:] for s in signs) or "undefined")
        if high - low < 0.012 * len(told) * width:
            told = told[0] if signs in SIGNS and high - low > LETTER * width / 2 else ""
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"} if hatch and told else None
        ax.text((low + high) / 2, -0.45, told, ha="center", va="center", fontsize=9, bbox=box, color=ink_on(fill))


def _ends(ax: Axes, found: Thresholds, ends: tuple[float, float]) -> None:
    """Write the thresholds above the strip, in rows so that no two numbers touch."""
    places = [(float(switch) - ends[0]) / (ends[1] - ends[0]) for switch in found.switches]
    free = [float("-inf")] * ROWS
    for k, (switch, share) in enumerate(zip(found.switches, places, strict=True)):
        at = float(switch)
        row = next((r for r, last in enumerate(free) if share - last >= APART), min(range(ROWS), key=free.__getitem__))
        free[row] = share
        height = 0.93 + 0.17 * row
        ax.plot([at, at], [0.2, height], color=INK, linewidth=1.0, clip_on=False)
        # A number that has a neighbour stands on its other side, so that the neighbour's line does not cross it.
        followed = k + 1 < len(places) and places[k + 1] - share < APART
        preceded = k > 0 and share - places[k - 1] < APART
        align = "left" if share < 0.03 or preceded else "right" if share > 0.97 or followed else "center"
        text = ax.text(at, height, f"{at:.4g}", ha=align, va="bottom", fontsize=8.5, color=INK)
        text.set_gid("threshold")


def _own(ax: Axes, found: Thresholds, ends: tuple[float, float]) -> None:
    """Mark the scenario's own value, and the plausible range around the default."""
    if found.value is not None and ends[0] <= float(found.value) <= ends[1]:
        at = float(found.value)
        share = (at - ends[0]) / (ends[1] - ends[0])
        ax.plot([at, at], [0.2, 1.62], color=INK, linewidth=1.2, linestyle="--")
        ax.plot(at, 1.62, "v", color=INK, markersize=9, zorder=4)
        align = "left" if share < 0.1 else "right" if share > 0.9 else "center"
        ax.text(at, 1.7, f"the scenario, {at:g}", ha=align, va="bottom", fontsize=9.5, color=INK)
    if found.model is None:
        return
    parameter = found.model.parameter(found.parameter)
    low, high = max(ends[0], parameter.low), min(ends[1], parameter.high)
    if low < high:
        ax.plot([low, high], [0.1, 0.1], color=FAINT, linewidth=3.5, solid_capstyle="butt")
        ax.text((low + high) / 2, 0.04, "plausible range", ha="center", va="top", fontsize=8.5, color=FAINT)


def _key(index: int, equilibria: Sequence[Profile]) -> Patch:
    lines = [", ".join(profile) for profile in equilibria] or ["no equilibrium"]
    label = f"{_letter(index)}   " + "\n      ".join(lines)
    return Patch(label=label, linewidth=0.6, **_look(index, tuple(equilibria)))
