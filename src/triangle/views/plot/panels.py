"""The panels of a phase diagram: which part of a sweep each shows, and which value every pixel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...arguments import shown
from ...game import BoolArray, FloatArray
from ...names import unknown
from .style import check_variables, read

if TYPE_CHECKING:
    import xarray as xr

PIXELS = 900
ENDS = {"min": "least over the equilibria", "max": "greatest over the equilibria"}


@dataclass(frozen=True, eq=False)
class Panel:
    """One scenario (or commitment) over the two parameters.

    Attributes
    ----------
    title : str
    data : xarray.Dataset
        Over the two parameters alone, the second first: rows are drawn upwards.
    rows, columns : ndarray of int, shape (PIXELS,)
        Which value of each parameter is nearest to each pixel.
    setting : mapping of str to float
        The scenario's own values.
    label : mapping of str to str
        Which scenario and commitment, where the sweep has several.
    """

    title: str
    data: xr.Dataset
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    setting: dict[str, float]
    label: dict[str, str]

    @property
    def names(self) -> tuple[str, str]:
        """The parameters along the x-axis and the y-axis."""
        y, x = map(str, self.data["equilibria"].dims)
        return x, y

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """The ends of the x-axis and the y-axis."""
        x, y = (self.data[name].values for name in self.names)
        return float(x[0]), float(x[-1]), float(y[0]), float(y[-1])

    def drawn(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return values on the grid as they are seen, shape (PIXELS, PIXELS)."""
        return values[self.rows[:, None], self.columns]

    @property
    def several(self) -> BoolArray:
        """The pixels with more than one equilibrium."""
        return np.asarray(self.drawn(np.asarray(self.data["equilibria"]) > 1))


def panels_of(dataset: xr.Dataset, measures: list[str]) -> list[Panel]:
    """Return a panel for each scenario and commitment of a sweep over a grid; ``ValueError`` if it is none."""
    own = [str(d) for d in dataset["equilibria"].dims if d in ("scenario", "commitment")]
    axes = [str(d) for d in dataset["equilibria"].dims if d not in own]
    if axes == ["point"]:
        raise ValueError("a phase diagram needs a grid; this sweep is sampled: sweep two parameters with design='grid'")
    if len(axes) != 2:
        raise ValueError(
            f"a phase diagram needs two varied parameters, this sweep has {len(axes)} ({', '.join(axes) or 'none'})"
            + ("; choose a value of the others with .sel()" if len(axes) > 2 else "")
        )
    needed = ["equilibria", *(f"{measure}_{end}" for measure in measures for end in ENDS)]
    check_variables(dataset, [*axes, *needed])
    for name in axes:
        if dataset[name].dtype.kind not in "iuf":
            raise ValueError(f"a phase diagram needs numbers along {name!r}, got {shown(dataset[name].values)}")
        if dataset.sizes[name] < 2:
            raise ValueError(f"a phase diagram needs two values of {name!r} or more")
    ordered = dataset[needed].transpose(*own, axes[1], axes[0])
    ordered = ordered.sortby([name for name in axes if (np.diff(ordered[name].values) < 0).any()])
    rows, columns = (_nearest(ordered[name].values) for name in (axes[1], axes[0]))
    settings, titles = read(dataset.attrs, "parameters"), read(dataset.attrs, "scenario_titles")
    names = read(dataset.attrs, "scenarios")
    panels = []
    for chosen in product(*([str(value) for value in dataset[d].values] for d in own)):
        label = dict(zip(own, chosen, strict=True))
        place = names.index(label["scenario"]) if label.get("scenario") in names else 0
        told = [titles[place] if place < len(titles) and key == "scenario" else value for key, value in label.items()]
        setting = settings[place] if place < len(settings) else {}
        panels.append(Panel(", ".join(told), ordered.sel(label), rows, columns, setting, label))
    return panels


def _nearest(values: FloatArray) -> NDArray[np.intp]:
    """Return for evenly spaced places from the first to the last value which value is nearest."""
    middles = (values[1:] + values[:-1]) / 2
    places = values[0] + (values[-1] - values[0]) * (np.arange(PIXELS) + 0.5) / PIXELS
    return np.asarray(np.searchsorted(middles, places), dtype=np.intp)


def measures_of(dataset: xr.Dataset, measure: str | None) -> list[str]:
    """Return the measure asked for, or all with categories; ``ValueError`` where there is none."""
    if "equilibria" not in dataset:
        raise ValueError("a phase diagram is drawn from a sweep; this Dataset has no variable 'equilibria'")
    there = [str(name).removesuffix("_min") for name in dataset.data_vars if str(name).endswith("_min")]
    if measure is not None:
        if measure not in there:
            raise ValueError(unknown("measure", measure, there))
        return [measure]
    found = [name for name in there if is_category(dataset, name)]
    if not found:
        raise ValueError(
            f"the sweep has no measure with categories; name one of its measures: {', '.join(there) or 'none was kept'}"
        )
    return found


def is_category(dataset: xr.Dataset, measure: str) -> bool:
    """Tell whether a measure of a sweep has categories."""
    return "flag_values" in dataset[f"{measure}_min"].attrs
