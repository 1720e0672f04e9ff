"""One claim: how often it holds in the box, and how far each parameter can move alone before its verdict flips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...arguments import checked
from ...studies.verdict import Verdict
from .style import FAINT, INK, provenance, source_line, wrapped

if TYPE_CHECKING:
    from ...statement import Comparison
    from ...studies.windows import Window

HOLDS, FAILS = "#A9D3EE", "#D55E00"
BAND, BAR = "#DDDDDD", "#0072B2"
BINS = 60
SHOWN = 8
FARTHEST = 4.0
TAIL = 0.5


@checked
def claim(verdict: Verdict, title: str | None = None) -> tuple[Figure, list[Axes]]:
    """Draw a verdict on a claim that the triangle tests.

    Parameters
    ----------
    verdict : Verdict
    title : str, optional
        The claim's ID and its text in our words if not given.

    Returns
    -------
    (Figure, list of Axes)
        On the left the margin of the deciding comparison over the sampled points: it fails below zero. On the right
        the tightest windows of single parameters, in half-widths of their plausible ranges, all else at the default.

    Raises
    ------
    ValueError
        The triangle does not test the claim.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.studies.claims import check
    >>> figure, axes = claim(check("C12", points=256))
    >>> axes[1].get_yticklabels()[-1].get_text()
    'isolation'
    """
    if verdict.statement is None:
        raise ValueError(f"the triangle does not test {verdict.claim.id}: {verdict.reason or verdict.tested_by}")
    figure, axes = plt.subplots(1, 2, figsize=(11, 5.2), layout="constrained", width_ratios=(1, 1.15))
    axes[0].set_title(f"In the box of plausible ranges: {verdict.over}", fontsize=10, loc="left", color=INK)
    deciding = verdict.deciding
    assert deciding is not None
    if deciding.relation == "==" or not np.ptp(np.nan_to_num(verdict.spread())):
        _shares(axes[0], verdict)
    else:
        _margins(axes[0], verdict, deciding)
    _windows(axes[1], verdict)
    told = title if title is not None else f"{verdict.claim.id}  {verdict.claim.text}"
    figure.suptitle(wrapped(told, 100), x=0.01, ha="left", fontsize=12, color=INK)
    attrs = provenance(verdict.model, verdict.trials.concept)
    points = f"{verdict.trials.points:,} Sobol points, seed {verdict.trials.seed}"
    source_line(
        figure, attrs, points, f"nature: {verdict.nature}", f"claim {verdict.claim.id} of {verdict.claim.section}"
    )
    return figure, list(axes)


def _margins(ax: Axes, verdict: Verdict, deciding: Comparison) -> None:
    """Draw the deciding margin's distribution, the failing part in another colour and hatched."""
    spread = verdict.spread()
    known = spread[np.isfinite(spread)]
    low, high = np.percentile(known, [TAIL, 100 - TAIL]) if len(known) else (0.0, 0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    pad = 0.05 * (high - low) or 1.0
    edges = np.linspace(low - pad, high + pad, BINS + 1)
    counts, _ = np.histogram(np.clip(known, edges[0], edges[-1]), edges)
    # The bin that contains zero would mix what holds with what fails.
    edges[np.abs(edges).argmin()] = 0.0
    counts, _ = np.histogram(np.clip(known, edges[0], edges[-1]), edges)
    share = 100 * counts / max(1, len(spread))
    fails = edges[1:] <= 0
    for part, colour, hatch, label in ((~fails, HOLDS, "", "holds"), (fails, FAILS, "//", "fails")):
        ax.bar(edges[:-1][part], share[part], np.diff(edges)[part], align="edge", color=colour, hatch=hatch,
               edgecolor="white" if hatch else colour, linewidth=0.3, label=label)  # fmt: skip
    ax.axvline(0, color=INK, linewidth=1)
    ax.axvline(verdict.margins()[deciding], color=INK, linewidth=1.2, linestyle="--", label="at the default")
    ax.set_xlabel(wrapped(f"margin of {deciding}; the outer {TAIL:g} % on either side gathered at the ends", 62))
    ax.set_ylabel("share of the sampled points (%)")
    ax.legend(frameon=False, fontsize=9)
    _plain(ax)


def _shares(ax: Axes, verdict: Verdict) -> None:
    """Draw at how many points each comparison holds: for outcomes that are so or not, without a margin."""
    assert verdict.statement is not None
    each = 100 * verdict.trials.boxed().evaluate(verdict.statement).each.mean(axis=1)[::-1]
    names = [wrapped(str(comparison), 32) for comparison in verdict.statement.comparisons[::-1]]
    ax.barh(range(len(each)), each, height=0.5, color=HOLDS)
    ax.set_yticks(range(len(each)), names)
    ax.set_xlim(0, 105)
    ax.set_xlabel("share of the sampled points where it holds (%)")
    _plain(ax)


def _windows(ax: Axes, verdict: Verdict) -> None:
    """Draw the windows of the parameters that can flip the verdict, the tightest on top."""
    shown = [window for window in verdict.windows if window.bounded][:SHOWN][::-1]
    ax.axvspan(-1, 1, color=BAND, label="plausible range", zorder=0)
    ax.axvline(0, color=FAINT, linewidth=1, zorder=1)
    for row, window in enumerate(shown):
        low, high = _scaled(verdict, window)
        ax.barh(row, high - low, left=low, height=0.5, color=BAR, zorder=2, label="same verdict" if not row else None)
        for end, side in ((low, -1), (high, 1)):
            if abs(end) < FARTHEST:
                ax.plot([end, end], [row - 0.36, row + 0.36], color=INK, linewidth=2, zorder=3)
                ax.annotate(_value(window, side), (end, row), (5 * side, 0), textcoords="offset points", fontsize=8,
                            ha="left" if side > 0 else "right", va="center", color=INK, zorder=4)  # fmt: skip
    ax.set_yticks(range(len(shown)), [window.parameter for window in shown])
    ax.set_xlim(-FARTHEST, FARTHEST)
    ax.set_ylim(-0.7, max(len(shown), 1) - 0.3)
    ax.set_xlabel(
        "displacement of one parameter, in half-widths of its range\n"
        "(numbers: its value at the end; with a sign, the displacement,\nwhere years differ)",
        fontsize=9,
    )
    said = "holds" if verdict.holds else "fails"
    heading = f"At the default it {said}; where one parameter alone changes that"
    ax.set_title(heading if shown else f"At the default it {said}; no parameter alone changes that", fontsize=10,
                 loc="left", color=INK)  # fmt: skip
    if shown:
        ax.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.28), ncols=2)
    _plain(ax)


def _scaled(verdict: Verdict, window: Window) -> tuple[float, float]:
    parameter = verdict.model.parameter(window.parameter)
    half = (parameter.high - parameter.low) / 2
    return max(window.low / half, -FARTHEST), min(window.high / half, FARTHEST)


def _value(window: Window, side: int) -> str:
    """Return the value at an end of a window; a displacement has its sign."""
    end = window.low if side < 0 else window.high
    return f"{end:+.2f}" if window.base is None else f"{window.base + end:.2f}"


def _plain(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=9)
