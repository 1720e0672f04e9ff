"""Which equilibria Russia's offer has, over the West's prior and the price of the offer."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from ...arguments import checked
from ...chapter.offer import OfferStage
from ...game import LARGEST
from ...studies.offers import OfferRegion, offer_regions
from .style import INK, PALETTE, legend_below, source_line, wrapped

WORDS = {
    "separating": "only a Russia that means it offers",
    "bluff": "a Russia that does not mean it offers at times",
    "shy": "a Russia that means it is silent at times",
    "all offer": "both offer and are accommodated",
    "silence": "both are silent",
}
HATCHES = ("", "///", "...", "xx", "\\\\", "++", "oo", "--")
PRICES = {"suspend": "share of the tie that an offer suspends", "cost": "cost of an offer (payoff index)"}


@checked
def offer(
    stage: OfferStage,
    prior: float | None = None,
    cost: float | None = None,
    suspend: float | None = None,
    title: str | None = None,
) -> tuple[Figure, list[Axes]]:
    """Draw the kinds of equilibria over the prior and the price: a share of the tie suspended, and a cost.

    Parameters
    ----------
    stage : OfferStage
    prior, cost, suspend : float, optional
        A point to mark.
    title : str, optional

    Returns
    -------
    (Figure, list of Axes)

    Raises
    ------
    ValueError
        A point that is out of range.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.studies.offers import offer as offer_in
    >>> figure, axes = offer(offer_in(tri.chapter_model(), "baseline_2016"))
    >>> len(axes), len(figure.legends[0].get_texts())
    (2, 6)
    >>> plt.close(figure)
    """
    from ... import __version__

    for name, value, most in (("prior", prior, 1.0), ("cost", cost, LARGEST), ("suspend", suspend, 1.0)):
        if value is not None and not 0 <= value <= most:
            raise ValueError(f"{name} must be from 0 to {most:g}, got {value!r}")
    figure, axes = plt.subplots(1, 2, figsize=(10.4, 6.4), layout="constrained")
    labels: dict[str, int] = {}
    for by, ax, price in (("suspend", axes[0], suspend), ("cost", axes[1], cost)):
        found = offer_regions(stage, "suspend" if by == "suspend" else "cost")
        for each in found:
            _draw(ax, each, labels.setdefault(_label(each, float(stage.belief_needed)), len(labels)))
        top = found[-1].price[1]
        if prior is not None and price is not None and price <= top:
            ax.plot(prior, price, marker="o", markersize=8, markerfacecolor="white", markeredgecolor=INK)
        ax.set(xlim=(0, 1), ylim=(0, top), xlabel="the West's belief that the offer is meant", ylabel=PRICES[by])
    needed = float(stage.belief_needed)
    told = (
        f"the West accommodates from a belief of {needed:.2f} on"
        if 0 < needed < 1
        else "the West's belief decides nothing"
    )
    figure.suptitle(wrapped(title or f"What becomes of Russia's offer: {told}", 90), fontsize=12)
    notes = (f"a place in the West is worth {stage.place:g}", f"China sees {stage.china_sees}")
    foot = source_line(figure, {"source": f"triangle {__version__}, offer stage"}, *notes)
    handles: list[Patch | Line2D] = [
        Patch(facecolor=PALETTE[k % len(PALETTE)], hatch=HATCHES[k % len(HATCHES)], edgecolor=INK, label=label)
        for label, k in labels.items()
    ]
    if prior is not None:
        handles.append(
            Line2D([], [], marker="o", markerfacecolor="white", markeredgecolor=INK, linestyle="none", label="asked")
        )
    legend_below(figure, foot, handles, 1)
    return figure, list(axes)


def _label(found: OfferRegion, needed: float) -> str:
    words = WORDS if found.prior[0] < needed else {**WORDS, "silence": "both are silent and accommodated"}
    parts = [words[kind] + (" (not intuitive)" if kind in found.unintuitive else "") for kind in found.kinds]
    return "; or ".join(parts)


def _draw(ax: Axes, found: OfferRegion, number: int) -> None:
    (left, right), (low, high) = found.prior, found.price
    ax.add_patch(
        Rectangle(
            (left, low), right - left, high - low, facecolor=PALETTE[number % len(PALETTE)],
            hatch=HATCHES[number % len(HATCHES)], edgecolor=INK, linewidth=np.float64(0.9),
        )
    )  # fmt: skip
