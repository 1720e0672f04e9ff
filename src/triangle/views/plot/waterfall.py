"""The waterfall: every player's payoff, or its change between two outcomes, term by term."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...arguments import checked
from ...studies.compare import Comparison
from ...studies.decomposition import Decomposition, decompose
from ...studies.solve import Outcome
from .style import FAINT, INK, legend_below, provenance, source_line, wrapped

GAIN, LOSS, WHOLE = "#56B4E9", "#D55E00", "#4D4D4D"
HATCHES = {GAIN: "", LOSS: "///", WHOLE: ""}
SHOWN = 10


class Bar(NamedTuple):
    """One bar: what is written beside it, where it starts and ends, and its colour."""

    name: str
    start: float
    end: float
    colour: str


@checked
def waterfall(
    found: Outcome | Comparison | Decomposition, players: Sequence[str] | None = None, top: int = SHOWN,
    title: str | None = None,
) -> tuple[Figure, list[Axes]]:  # fmt: skip
    """Draw what every player's payoff is made of, term by term.

    Parameters
    ----------
    found : Outcome, Comparison or Decomposition
        An outcome's payoffs are built up from zero, those of a comparison run from the first outcome to the last.
    players : sequence of str, optional
        All if not given.
    top : int
        How many terms to show, the largest first; the others are one bar.
    title : str, optional
        The scenario, or the two, if not given.

    Returns
    -------
    (Figure, list of Axes)
        A panel for each player. Each bar starts where the one above it ends; losses are hatched; the two ends of a
        change are diamonds, and its axis need not begin at zero. Of several equilibria the one with the largest slack
        is taken.

    Raises
    ------
    ValueError
        There is no equilibrium; an unknown player; or no bar to show.

    Examples
    --------
    >>> import triangle as tri
    >>> figure, axes = waterfall(tri.compare(tri.chapter_model(), "us_russia_reset"), ["West"], top=2)
    >>> [label.get_text() for label in axes[0].get_yticklabels()]
    ['before', 'norm_cost', 'assertion', '3 more terms', 'after']
    >>> plt.close(figure)
    """
    apart = found if isinstance(found, Decomposition) else decompose(found)
    model = apart.outcome.model
    names = list(model.form.names if players is None else players)
    for name in names:
        model.form.index(name)
    if not names or top < 1:
        raise ValueError(f"a waterfall needs a player and top from 1; got top={top!r}, players={names}")
    bars = [_bars(apart, name, top) for name in names]
    longest = max(map(len, bars))
    figure, grid = plt.subplots(1, len(names), figsize=(1.0 + 4.4 * len(names), 1.9 + 0.36 * longest), squeeze=False)
    figure.set_layout_engine("constrained", h_pad=0.08, w_pad=0.08)
    axes = list(grid[0])
    for ax, name, each in zip(axes, names, bars, strict=True):
        _draw(ax, each, longest)
        ax.set_title(name, fontsize=11)
        ax.set_xlabel(f"payoff of {name} (index)", fontsize=9.5)
    scenario = apart.outcome.scenario
    told = f"Payoffs term by term: {scenario.title}"
    if apart.before is not None:
        told = f"Payoffs term by term: from {apart.before.scenario.title} to {scenario.title}"
    figure.suptitle(wrapped(title or told, 32 * len(names) + 20), fontsize=13)
    which = scenario.name if apart.before is None else f"{apart.before.scenario.name}, then {scenario.name}"
    foot = source_line(figure, provenance(model, apart.outcome.concept), f"scenario {which}")
    keys = [(GAIN, "adds"), (LOSS, "takes away"), (WHOLE, "the payoff")]
    handles: list[Artist] = [
        Patch(facecolor=c, hatch=HATCHES[c], edgecolor=INK, linewidth=0.5, label=label) for c, label in keys
    ]
    if apart.before is not None:
        handles[-1] = Line2D([], [], marker="D", color=WHOLE, linestyle="none", markersize=8, label="the payoff")
    legend_below(figure, foot, handles, 3)
    return figure, axes


def _bars(apart: Decomposition, player: str, top: int) -> list[Bar]:
    """Return the bars from the top down; each term's starts where the one before it ended."""
    parts = list(apart.parts[player])
    shown, rest = (parts, []) if len(parts) <= top + 1 else (parts[:top], parts[top:])
    if rest:
        shown = [*shown, (f"{len(rest)} more terms", sum(amount for _, amount in rest))]
    at = apart.start[player]
    bars = [] if apart.before is None else [Bar("before", 0.0, at, WHOLE)]
    for name, amount in shown:
        bars.append(Bar(name, at, at + amount, GAIN if amount > 0 else LOSS))
        at += amount
    return [*bars, Bar("payoff" if apart.before is None else "after", 0.0, apart.end[player], WHOLE)]


def _draw(ax: Axes, bars: list[Bar], longest: int) -> None:
    """Draw the bars; of a change the two ends are diamonds, so that the axis need not reach to zero."""
    built_up = bars[0].colour != WHOLE
    for k, bar in enumerate(bars):
        if bar.colour == WHOLE and not built_up:
            ax.plot(bar.end, k, "D", color=WHOLE, markersize=8)
        else:
            ax.barh(k, bar.end - bar.start, 0.66, left=bar.start, color=bar.colour, hatch=HATCHES[bar.colour],
                    edgecolor=INK, linewidth=0.5)  # fmt: skip
        if k + 1 < len(bars):
            ax.plot([bar.end, bar.end], [k + 0.33, k + 1 - 0.33], color=FAINT, linewidth=0.8)
        right = bar.end >= bar.start
        ax.annotate(_amount(bar), (bar.end, k), xytext=(8 if right else -8, 0), textcoords="offset points",
                    ha="left" if right else "right", va="center", fontsize=8.5, color=INK)  # fmt: skip
    if built_up:
        ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(bars)), [bar.name for bar in bars], fontsize=9)
    ax.set_ylim(longest - 0.4, -0.6)
    ax.use_sticky_edges = False
    ax.margins(x=0.3)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)


def _amount(bar: Bar) -> str:
    if bar.colour == WHOLE:
        told = f"{bar.end:.2f}"
    else:
        move = bar.end - bar.start
        told = f"{move:+.2f}" if abs(move) >= 0.01 else f"{move:+.3f}"
    return told.replace("-", "−")
