"""The triangle drawn: signed relations, and the tie between Russia and China as wide as it is intense."""

from __future__ import annotations

from math import hypot
from typing import Literal

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from ...arguments import checked
from ...studies.compare import Comparison, most_stable
from ...studies.solve import Outcome
from .style import legend_below, provenance, source_line

WHERE = {"West": (0.5, 0.86), "Russia": (0.08, 0.12), "China": (0.92, 0.12)}
FRIENDLY, HOSTILE, MIXED, MONEY = "#0072B2", "#D55E00", "#7F7F7F", "#CC79A7"
STYLES: dict[str, tuple[str, Literal["solid", "dashed", "dashdot"], str]] = {
    "friendly": (FRIENDLY, "solid", "+"),
    "mixed": (MIXED, "dashdot", "±"),
    "hostile": (HOSTILE, "dashed", "−"),
}
EDGES = (("West", "Russia", "relation_West_Russia"), ("West", "China", "relation_West_China"))
WIDEST = 14.0


@checked
def triangle(comparison: Comparison) -> tuple[Figure, list[Axes]]:
    """Draw the triangle of every outcome of a comparison, the baseline first.

    Relations are signed (blue solid friendly, orange dashed hostile, grey mixed); the tie between Russia and China is
    as wide as it is intense, and an arrow along it shows who concedes to whom and how much.

    Parameters
    ----------
    comparison : Comparison
        Of a model with the chapter's measures. Where there are several equilibria the one with the largest slack is
        drawn.

    Returns
    -------
    (Figure, list of Axes)

    Raises
    ------
    ValueError
        The model is not a triangle of the West, Russia and China.

    Examples
    --------
    >>> import triangle as tri
    >>> figure, axes = tri.plot.triangle(tri.compare(tri.chapter_model(), "us_russia_reset"))
    >>> len(axes)
    2
    """
    model = comparison.outcomes[0].model
    names = {m.name for m in model.measures}
    missing = {"transfer", "intensity", "depth", *(edge[2] for edge in EDGES)} - names
    if missing or set(WHERE) - set(model.form.names):
        raise ValueError(f"the model {model.name!r} is not the triangle: it has no {', '.join(sorted(missing))}")
    chosen = [most_stable(outcome) for outcome in comparison.outcomes]
    strengths = [float(found.measures["intensity"]) for found in chosen if found]
    top = max([strength for strength in strengths if strength == strength], default=1.0) or 1.0
    count = len(comparison.outcomes)
    figure, grid = plt.subplots(1, count, figsize=(5.2 * count, 5.6), squeeze=False)
    figure.set_layout_engine("constrained", h_pad=0.12)
    axes = list(grid[0])
    for ax, outcome in zip(axes, comparison.outcomes, strict=True):
        _draw(ax, outcome, top)
    scenarios = ", ".join(outcome.scenario.name for outcome in comparison.outcomes)
    claims = ", ".join(dict.fromkeys(each for outcome in comparison.outcomes for each in outcome.scenario.claims))
    notes = [f"scenario {scenarios}", f"claims {claims}" if claims else "", "strengths are indices without unit"]
    foot = source_line(figure, provenance(model, comparison.outcomes[0].concept), *notes)
    handles = [
        Line2D([], [], color=colour, linestyle=style, linewidth=3, label=f"{sign} {kind}")
        for kind, (colour, style, sign) in STYLES.items()
    ]
    legend_below(figure, foot, handles, 3)
    return figure, axes


def _draw(ax: Axes, outcome: Outcome, top: float) -> None:
    found = most_stable(outcome)
    ax.set(xlim=(-0.12, 1.12), ylim=(-0.14, 1.0), aspect="equal")
    ax.axis("off")
    ax.set_title(outcome.scenario.title, fontsize=12, pad=4)
    for name, (x, y) in WHERE.items():
        box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": "#222222", "linewidth": 1.4}
        ax.text(x, y, name, ha="center", va="center", fontsize=12, zorder=5, bbox=box)
    if found is None:
        ax.text(0.5, 0.45, "no equilibrium", ha="center", fontsize=12)
        return
    for a, b, measure in EDGES:
        kind = str(found.measures[measure])
        colour, style, sign = STYLES[kind]
        _line(ax, a, b, 3.0, colour, style)
        _label(ax, a, b, f"{sign} {kind}", colour)
    _tie(ax, found.measures, top)
    if len(outcome.equilibria) > 1:
        ax.text(0.5, 0.97, f"one of {len(outcome.equilibria)} equilibria", ha="center", fontsize=9)


def _tie(ax: Axes, measures: object, top: float) -> None:
    assert isinstance(measures, dict)
    depth, strength, transfer = measures["depth"], measures["intensity"], measures["transfer"]
    (x0, y0), (x1, _) = WHERE["Russia"], WHERE["China"]
    if depth == "none":
        _line(ax, "Russia", "China", 1.0, MIXED, "dotted")
        ax.text(0.5, y0 + 0.04, "no tie", ha="center", fontsize=10)
        return
    _line(ax, "Russia", "China", WIDEST * float(strength) / top, FRIENDLY, "solid")
    ax.text(
        0.5,
        y0 + 0.06,
        f"{depth}, intensity {strength:.2f}",
        ha="center",
        va="bottom",
        fontsize=10,
        color=FRIENDLY,
    )
    if abs(transfer) < 5e-4:
        return
    start, end = (x0 + 0.12, x1 - 0.12) if transfer < 0 else (x1 - 0.12, x0 + 0.12)
    width = 1.0 + 5.0 * min(1.0, abs(transfer))
    arrow = FancyArrowPatch(
        (start, y0 - 0.10),
        (end, y0 - 0.10),
        arrowstyle="-|>",
        mutation_scale=10 + 3 * width,
        lw=width,
        color=MONEY,
    )
    ax.add_patch(arrow)
    giver = "Russia" if transfer < 0 else "China"
    words = f"{giver} concedes {abs(transfer):.2f}; Russia's share {measures['share']:.0%}"
    ax.text(0.5, y0 - 0.14, words, ha="center", va="top", fontsize=10, color="#8C3B6B")


def _line(ax: Axes, a: str, b: str, width: float, colour: str, style: str) -> None:
    (x0, y0), (x1, y1) = WHERE[a], WHERE[b]
    ax.plot([x0, x1], [y0, y1], lw=width, color=colour, linestyle=style, solid_capstyle="butt", zorder=1)


def _label(ax: Axes, a: str, b: str, text: str, colour: str) -> None:
    (x0, y0), (x1, y1) = WHERE[a], WHERE[b]
    length = hypot(x1 - x0, y1 - y0)
    side = -1 if x1 < x0 else 1
    x, y = (x0 + x1) / 2 + side * 0.07 * abs(y1 - y0) / length, (y0 + y1) / 2 + 0.07 * abs(x1 - x0) / length
    ax.text(x, y, text, ha="right" if side < 0 else "left", va="bottom", fontsize=10, color=colour)
