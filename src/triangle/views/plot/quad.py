"""The sixteen commitments of the two Western players: what the transfer and the intensity are under each."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...arguments import checked
from ...chapter.form import COMMITMENTS
from ...chapter.quad import FIRM, PAIRS, commitments
from ...family import GameFamily
from ...scenario import Scenario
from .style import FAINT, INK, legend_below, provenance, source_line

COLOURS = {"PE": "#0072B2", "PC": "#56B4E9", "AE": "#D55E00", "AC": "#E69F00"}
SHAPES = {"PE": "o", "PC": "s", "AE": "o", "AC": "s"}
MOVES = {("AE", "PE"): "US alone", ("PE", "AE"): "EU alone", ("AE", "AE"): "both"}
PLACES = {"US alone": (0.62, 10, "right"), "EU alone": (0.6, -10, "right"), "both": (0.62, -10, "center")}


@checked
def quad(model: GameFamily, scenario: Scenario | None = None) -> tuple[Figure, list[Axes]]:
    """Draw transfer against intensity under the sixteen pairs of commitments.

    Parameters
    ----------
    model : GameFamily
        The variant ``quad``.
    scenario : Scenario, optional
        Its values; the model's defaults if not given.

    Returns
    -------
    (Figure, list of Axes)
        Colour and letters are the United States' commitment; the European Union presses Russia where a mark is filled,
        and engages China where it is round. Arrows are the lone and the joint opening to Russia. A pair of commitments
        without a single answer is left out.

    Examples
    --------
    >>> import triangle as tri
    >>> figure, (ax,) = quad(tri.chapter_model("quad"))
    >>> ax.get_ylabel()
    'intensity of cooperation (K, index)'
    """
    solved = commitments(model, scenario)
    at = {pair: (float(solved.of("transfer", *pair)[0]), float(solved.of("intensity", *pair)[0])) for pair in PAIRS}
    figure, ax = plt.subplots(figsize=(7.6, 5.6))
    figure.set_layout_engine("constrained", h_pad=0.08, w_pad=0.1)
    for (us, eu), place in at.items():
        face = COLOURS[us] if eu.startswith("P") else "white"
        ax.plot(*place, SHAPES[eu], markersize=10, color=COLOURS[us], markerfacecolor=face, markeredgewidth=2, zorder=3)
        if eu.endswith("E"):
            offset, align = ((-11, -12), "right") if us == "PE" else ((12, 3 if us == "PC" else -11), "left")
            ax.annotate(us, place, offset, textcoords="offset points", ha=align, va="center", fontsize=9, color=INK)
    for pair, told in MOVES.items():
        _arrow(ax, at[FIRM], at[pair], told)
    ax.set_xlabel("transfer from China to Russia (index; below zero Russia concedes)")
    ax.set_ylabel("intensity of cooperation (K, index)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.margins(0.09)
    name = "defaults" if scenario is None else scenario.name
    foot = source_line(
        figure,
        provenance(model, "pairwise"),
        f"scenario {name}",
        "arrows: opening to Russia from pressure by both, China engaged",
    )
    legend_below(figure, foot, _keys(), 2)
    return figure, [ax]


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], told: str) -> None:
    along, above, align = PLACES[told]
    ax.annotate(
        "", end, start, arrowprops={"arrowstyle": "->", "color": FAINT, "shrinkA": 8, "shrinkB": 8, "linewidth": 1.2}
    )
    middle = start[0] + along * (end[0] - start[0]), start[1] + along * (end[1] - start[1])
    ax.annotate(
        told, middle, (0, above), textcoords="offset points", ha=align, va="center", fontsize=10, color=INK
    )  # fmt: skip


def _keys() -> list[Line2D]:
    def mark(shape: str, colour: str, filled: bool, label: str) -> Line2D:
        face = colour if filled else "white"
        return Line2D([], [], marker=shape, linestyle="none", color=colour, markerfacecolor=face, markeredgewidth=2,
                      markersize=9, label=label)  # fmt: skip

    us = [mark("D", COLOURS[code], True, f"US {code}: {told.replace('/', ', ')}") for code, told in COMMITMENTS.items()]
    eu = [
        mark("o", INK, True, "EU pressure, engage"),
        mark("s", INK, True, "EU pressure, contain"),
        mark("o", INK, False, "EU accommodate, engage"),
        mark("s", INK, False, "EU accommodate, contain"),
    ]
    return us + eu
