"""The verdict board: every tested claim as a tile, by section, the natures kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from ...arguments import checked
from ...chapter.claims import NATURES
from ...studies.verdict import Verdict
from .style import FAINT, INK, ink_on, legend_below, provenance, source_line, wrapped

LOOKS = {
    "holds": ("#A9D3EE", ""),
    "falls short": ("#E69F00", "///"),
    "fails": ("#A03D00", "xx"),
}
"""Fill and hatch of every status."""
TOLD = {"falls short": "falls short, by so much of the box", "fails": "fails at the default"}
PROVED, REFUTED = "■", "✕"
TILE, GAP, BAR = (1.0, 0.86), 0.12, 0.1
COLUMNS = {"consequence": (2, 9), "by construction": (2, 6), "read-out": (1, 2)}
"""How many tiles stand beside each other, at least and at most: the name of a nature must fit above them."""
WIDE = 9.5
STARRED = "*"


@checked
def verdicts(found: Iterable[Verdict], title: str | None = None, exact: bool = False) -> tuple[Figure, Axes]:
    """Draw the verdicts on many claims as a board.

    Parameters
    ----------
    found : Verdicts, or iterable of Verdict
        Those that are not tested are left out, and counted at the foot.
    title : str, optional
        How many there are if not given.
    exact : bool
        Look also for a proof on the whole box where no sampled point fails. It is computed if it has not been yet,
        which takes about a second a claim.

    Returns
    -------
    (Figure, Axes)
        A row for every section, a group of columns for every nature: what holds by construction is no evidence. A
        tile's colour and hatch are the status; its bar is the share of the box where the claim holds, the tick on it
        the share that the author's strength asks for, and the gap between them is the shortfall. A square is a proof
        on the box, a cross a point of the box at which the claim fails. A star marks claims against the common
        expectation.

    Raises
    ------
    ValueError
        None of them is tested.

    Examples
    --------
    >>> import triangle as tri
    >>> figure, ax = verdicts(tri.check_all(which=["C01", "C12", "C85"], points=256))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['S0', 'S5']
    >>> plt.close(figure)
    """
    every = list(found)
    tested = [v for v in every if v.over is not None]
    if not tested:
        raise ValueError("there is no verdict to draw: none of the claims is tested")
    natures = [nature for nature in NATURES if any(v.nature == nature for v in tested)]
    sections = list(dict.fromkeys(v.claim.section for v in sorted(tested, key=lambda v: v.claim.section)))
    columns = {n: int(np.clip(max(_count(tested, n, s) for s in sections), *COLUMNS[n])) for n in natures}
    starts, rows = _places(tested, natures, sections, columns)
    width = sum(columns.values()) * TILE[0] + 0.8 * (len(natures) - 1)
    height = rows[-1]
    figure, ax = plt.subplots(figsize=(1.6 + 0.66 * max(width, 9), 2.6 + 0.52 * height))
    figure.set_layout_engine("constrained", h_pad=0.08, w_pad=0.1)
    for k, section in enumerate(sections):
        if k % 2 == 0:
            ax.axhspan(rows[k] - GAP / 2, rows[k + 1] - GAP / 2, color="#F4F4F4", zorder=0, linewidth=0)
        for nature in natures:
            chosen = [v for v in tested if (v.claim.section, v.nature) == (section, nature)]
            for j, verdict in enumerate(chosen):
                down, across = divmod(j, columns[nature])
                _tile(ax, verdict, starts[nature] + across * TILE[0], rows[k] + down, exact)
    for nature in natures:
        count = sum(v.nature == nature for v in tested)
        middle = starts[nature] + columns[nature] * TILE[0] / 2
        ax.text(
            middle,
            -0.12,
            wrapped(f"{nature} ({count})", 9 * columns[nature]),
            ha="center",
            va="bottom",
            fontsize=10.5,
            color=INK,
        )
    ax.set(xlim=(-0.1, max(width, 9)), ylim=(height, -0.3))
    ax.set_yticks([(a + b - GAP) / 2 for a, b in pairwise(rows)], sections, fontsize=10)
    ax.set_ylabel("section of the chapter", fontsize=10)
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    _foot(figure, every, tested, exact)
    figure.suptitle(wrapped(title or f"Verdicts on {len(tested)} claims, by nature and section", 80), fontsize=13)
    return figure, ax


def _count(tested: Sequence[Verdict], nature: str, section: str) -> int:
    return sum((v.nature, v.claim.section) == (nature, section) for v in tested)


def _places(
    tested: Sequence[Verdict], natures: Sequence[str], sections: Sequence[str], columns: dict[str, int]
) -> tuple[dict[str, float], list[float]]:
    """Return where the columns of every nature start, and the upper edges of the rows with the last lower edge."""
    starts, at = {}, 0.0
    for nature in natures:
        starts[nature] = at
        at += columns[nature] * TILE[0] + 0.8
    edges = [0.0]
    for section in sections:
        lines = max(-(-_count(tested, nature, section) // columns[nature]) for nature in natures)
        edges.append(edges[-1] + lines + GAP)
    return starts, edges


def _tile(ax: Axes, verdict: Verdict, left: float, top: float, exact: bool) -> None:
    assert verdict.over is not None
    fill, hatch = LOOKS[verdict.status]
    across, down = TILE[0] - 0.08, TILE[1]
    ax.add_patch(
        Rectangle((left, top), across, down, facecolor=fill, edgecolor=INK, linewidth=0.8, hatch=hatch, zorder=1)
    )
    box = {"boxstyle": "round,pad=0.12", "facecolor": fill, "edgecolor": "none"}
    told = verdict.claim.id + STARRED * verdict.claim.counterintuitive
    ax.text(left + 0.07, top + 0.22, told, ha="left", va="center", fontsize=9, color=ink_on(fill), bbox=box, zorder=3)
    mark = _mark(verdict, exact)
    if mark:
        ax.text(left + across - 0.07, top + 0.22, mark, ha="right", va="center", fontsize=9, color=ink_on(fill),
                bbox=box, zorder=3)  # fmt: skip
    _bar(ax, verdict, left + 0.08, top + 0.46, across - 0.16)


def _bar(ax: Axes, verdict: Verdict, left: float, top: float, length: float) -> None:
    """Draw the share as a bar, what was asked as a tick, and the shortfall as a framed gap between them."""
    assert verdict.over is not None
    share, asked = verdict.over.value, verdict.required
    ax.add_patch(Rectangle((left, top), length, BAR, facecolor="white", edgecolor=INK, linewidth=0.7, zorder=2))
    ax.add_patch(Rectangle((left, top), length * share, BAR, facecolor=INK, linewidth=0, zorder=3))
    if asked:
        at = left + length * asked
        for colour, width in (("white", 4.0), (INK, 2.0)):
            ax.plot([at, at], [top - 0.11, top + BAR + 0.11], color=colour, linewidth=width, zorder=4)
    if verdict.shortfall:
        told, box = f"−{100 * verdict.shortfall:.0f} %", {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        place = (left + length / 2, top + BAR + 0.17)
        ax.text(*place, told, ha="center", va="center", fontsize=7.5, color=INK, zorder=5, bbox=box)


def _mark(verdict: Verdict, exact: bool) -> str:
    """Return the sign of a proof on the box or of a failing point in it; nothing if neither is known."""
    assert verdict.over is not None
    if verdict.over.value < 1:
        return REFUTED
    if not exact:
        return ""
    failing = verdict.counterexample
    if failing is not None and failing.distance <= 1:
        return REFUTED
    return PROVED if verdict.certificate is not None else ""


def _foot(figure: Figure, every: Sequence[Verdict], tested: Sequence[Verdict], exact: bool) -> None:
    trials = tested[0].trials
    left_out = len(every) - len(tested)
    notes = [
        f"{trials.points:,} Sobol points in the box of plausible ranges, seed {trials.seed}",
        "judged ranges: a share is a statement about them",
        f"{left_out} more not tested" if left_out else "",
        "" if exact else "proofs not looked for",
    ]
    foot = source_line(figure, provenance(trials.model, trials.concept), *notes)
    present = [status for status in LOOKS if any(v.status == status for v in tested)]
    keys: list[Artist] = [
        Patch(facecolor=LOOKS[s][0], hatch=LOOKS[s][1], edgecolor=INK, linewidth=0.7, label=TOLD.get(s, s))
        for s in present
    ]
    keys += [
        Patch(facecolor=INK, label="share of the box where it holds"),
        Line2D([], [], color=INK, marker="|", markersize=11, markeredgewidth=2.0, linestyle="none",
               label="share that the strength asks for (none: somewhere)"),
        Line2D([], [], color=INK, marker="x", markersize=7, linestyle="none", label="fails somewhere in the box"),
    ]  # fmt: skip
    if exact:
        keys.append(Line2D([], [], color=INK, marker="s", linestyle="none", label="proved on the whole box"))
    if any(v.claim.counterintuitive for v in tested):
        keys.append(Line2D([], [], color=FAINT, marker="$*$", linestyle="none", label="against the common expectation"))
    legend_below(figure, foot, keys, 3 if figure.get_figwidth() > WIDE else 2)
