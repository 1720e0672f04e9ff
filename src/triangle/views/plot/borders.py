"""Exact borders over a phase diagram: computed where the model is known, and drawn so that they show on any colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from ...studies.boundaries import Boundary, boundaries
from .style import INK

if TYPE_CHECKING:
    import xarray as xr

    from ...family import GameFamily

EXACT = "boundaries from formulas"
SAMPLED = "boundaries between sampled cells"


def borders(
    dataset: xr.Dataset, labels: Sequence[Mapping[str, str]], model: GameFamily | None
) -> tuple[list[tuple[Boundary, ...]] | None, str]:
    """Return the curves of every panel and what to say of them; None if they cannot be computed.

    A model that was passed and does not fit is an error; one that cannot be made anew is said at the foot.
    """
    try:
        return [boundaries(dataset, model, label.get("scenario"), label.get("commitment")) for label in labels], EXACT
    except ValueError as error:
        if model is not None and model.digest != dataset.attrs.get("model_digest"):
            raise
        return None, f"{SAMPLED}: {error}"


def draw_borders(ax: Axes, curves: Sequence[Boundary]) -> None:
    """Draw curves as dark lines with a light rim."""
    lines = [np.column_stack([curve.x, curve.y]) for curve in curves]
    for colour, width in (("white", 2.6), (INK, 1.2)):
        ax.add_collection(LineCollection(lines, colors=[colour], linewidths=width, zorder=1.5), autolim=False)
