"""The points of a sweep and what holds at them: parameters as flat arrays, outcomes as true or false."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import shown
from ..game import BoolArray, FloatArray, as_numbers
from ..names import unknown
from ..statement import Comparison, Value

if TYPE_CHECKING:
    import xarray as xr

Data = Mapping[str, ArrayLike]
"""The varied parameters as arrays of shape (points,). A sweep's Dataset has further dimensions and measures."""


@dataclass(frozen=True, eq=False)
class Points:
    """The points of a sweep.

    Attributes
    ----------
    sweep : xarray.Dataset or None
        None if the parameters came as plain arrays.
    dims : tuple of str
        Along which the points lie; not those of scenarios or commitments.
    shape : tuple of int
    columns : mapping of str to ndarray, shape (points,)
        The varied parameters, in the order of the points laid flat.
    """

    sweep: xr.Dataset | None
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    columns: Mapping[str, FloatArray]

    def where(self, outcome: ArrayLike | Callable[[xr.Dataset], ArrayLike] | Comparison) -> BoolArray:
        """Return where an outcome occurs, shape (points,).

        Raises
        ------
        ValueError
            It is not true or false at each point, has other dimensions, or names a measure or scenario that is not
            there.
        """
        if isinstance(outcome, Comparison):
            return self._compared(outcome).ravel()
        if callable(outcome):
            if self.sweep is None:
                raise ValueError("a function needs a sweep to look at, not arrays of parameters alone")
            outcome = outcome(self.sweep)
        found = np.asarray(self._laid_out(outcome, "the outcome") if hasattr(outcome, "dims") else outcome)
        if found.shape != self.shape:
            raise ValueError(f"the outcome has shape {found.shape}, the points {self.shape}")
        if found.dtype != np.bool_:
            raise ValueError(f"the outcome must be true or false at each point, got {found.dtype}")
        return found.ravel()

    def _compared(self, comparison: Comparison) -> BoolArray:
        """Return where a comparison holds at the ends over the equilibria, hence for every combination of them."""
        sides = [self._ends(side) for side in comparison.sides]
        right = sides[1] if len(sides) > 1 else (np.zeros(self.shape),)
        holds = [
            comparison.holds(here, there) & ~np.isnan(here) & ~np.isnan(there)
            for here, there in product(sides[0], right)
        ]
        return np.asarray(np.logical_and.reduce(holds))

    def _ends(self, side: object) -> tuple[FloatArray, FloatArray]:
        """Return a measure's least and greatest value over the equilibria, NaN where there is none."""
        if self.sweep is None or not isinstance(side, Value):
            raise ValueError(f"{side} needs a sweep with measures")
        there = [str(v).removesuffix("_min") for v in self.sweep.data_vars if str(v).endswith("_min")]
        if side.measure not in there:
            raise ValueError(unknown("measure", side.measure, there))
        ends = []
        for variable in (self.sweep[f"{side.measure}_{end}"] for end in ("min", "max")):
            if "scenario" in variable.dims:
                scenarios = [str(each) for each in self.sweep["scenario"].values]
                if side.setting not in scenarios:
                    raise ValueError(unknown("scenario", side.setting, scenarios))
                variable = variable.sel(scenario=side.setting)
            values = np.asarray(self._laid_out(variable, str(side)), dtype=np.float64)
            ends.append(np.where(values < 0, np.nan, values) if "flag_values" in variable.attrs else values)
        return ends[0], ends[1]

    def _laid_out(self, variable: object, told: str) -> object:
        dims = getattr(variable, "dims", ())
        if set(dims) != set(self.dims):
            raise ValueError(f"{told} has dimensions {dims}, the points {self.dims}: choose or combine the others")
        return getattr(variable, "transpose")(*self.dims)  # noqa: B009 (an attribute that only xarray's objects have)


def points_of(data: xr.Dataset | Data) -> Points:
    """Return the points of a sweep, or of arrays of parameters.

    Raises
    ------
    ValueError
        There is no varied parameter, or one is not finite or of another shape.

    Examples
    --------
    >>> points_of({"x": [0.1, 0.2], "y": [0.3, 0.4]}).shape
    (2,)
    """
    import xarray as xr

    found = _of_sweep(data) if isinstance(data, xr.Dataset) else _of_arrays(data)
    if not found.columns:
        raise ValueError("there is no varied parameter")
    for name, values in found.columns.items():
        if not np.isfinite(values).all():
            raise ValueError(f"parameter {name!r} must be finite at every point")
    return found


def _of_arrays(data: Data) -> Points:
    if not isinstance(data, Mapping):
        raise ValueError(f"data must be a Dataset or a mapping from names to arrays, got {shown(data)}")
    arrays = {name: as_numbers(values, f"data, {shown(name)}") for name, values in data.items()}
    shapes = {values.shape for values in arrays.values()}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        told = ", ".join(f"{name} {values.shape}" for name, values in arrays.items())
        raise ValueError(f"parameters must be arrays of one dimension and one length, got {told}")
    return Points(None, ("point",), shapes.pop() if shapes else (0,), arrays)


def _of_sweep(data: xr.Dataset) -> Points:
    dims = tuple(str(d) for d in data.dims if d not in data.coords or data.coords[d].dtype.kind in "fiu")
    shape = tuple(data.sizes[dim] for dim in dims)
    columns = {}
    for name, values in data.coords.items():
        if name == "point" or values.ndim != 1 or values.dims[0] not in dims or values.dtype.kind not in "fiu":
            continue
        along = [-1 if dim == values.dims[0] else 1 for dim in dims]
        columns[str(name)] = np.broadcast_to(np.asarray(values, dtype=np.float64).reshape(along), shape).ravel()
    return Points(data, dims, shape, columns)
