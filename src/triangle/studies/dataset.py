"""What a sweep keeps of every game, and how it is labelled: one labelled Dataset from plain arrays.

Labels and attributes are made from a plan's description alone (`Plan.describe`), so that a store can be opened without
the model and reads the same as a result in memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import BatchResult

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[Any]
Arrays = dict[str, Array]

NO_EQUILIBRIUM = -1
COUNT = "equilibria"


@dataclass(frozen=True)
class Variable:
    """One variable of the result.

    Attributes
    ----------
    name : str
    dtype : str
        NumPy's name of the little-endian type.
    measure, end : str
        Which measure, and its ``min`` or ``max`` over the equilibria; empty for the number of equilibria.
    attrs : dict
    """

    name: str
    dtype: str
    measure: str
    end: str
    attrs: dict[str, Any]


def variables(described: Mapping[str, Any]) -> tuple[Variable, ...]:
    """Return what a sweep of this description keeps: the number of equilibria, and each measure's least and greatest.

    Numbers are float64 (float32 if so solved) and NaN where there is no equilibrium. Categories are int8 codes with
    CF ``flag_values`` and ``flag_meanings``; -1 is no equilibrium.
    """
    found = [Variable(COUNT, "<i2", "", "", {"long_name": "number of equilibria", "units": "1"})]
    number = "<f8" if described["precision"] == "float64" else "<f4"
    for measure in described["measures"]:
        name, categories = measure["name"], measure["categories"]
        for end in ("min", "max"):
            attrs: dict[str, Any] = {"long_name": f"{measure['long_name']}, {end}imum over the equilibria"}
            if categories:
                labels = ["no_equilibrium", *(label.replace(",", "").replace(" ", "_") for label in categories)]
                attrs["flag_values"] = np.arange(NO_EQUILIBRIUM, len(categories), dtype=np.int8)
                attrs["flag_meanings"] = " ".join(labels)
            else:
                attrs["units"] = measure["units"]
            found.append(Variable(f"{name}_{end}", "|i1" if categories else number, name, end, attrs))
    return tuple(found)


def encode(result: BatchResult, kept: tuple[Variable, ...]) -> Arrays:
    """Return the arrays that a sweep keeps of a batch, each of shape (games,)."""
    found: Arrays = {}
    for variable in kept:
        if variable.name == COUNT:
            values: Array = result.count
        else:
            values = (result.low if variable.end == "min" else result.high)[variable.measure]
        found[variable.name] = values.astype(variable.dtype, copy=False)
    return found


def labelled(described: Mapping[str, Any], data: Mapping[str, Any], coordinates: Mapping[str, Any]) -> xr.Dataset:
    """Return the Dataset of a sweep.

    Parameters
    ----------
    described : mapping
        See `Plan.describe`.
    data : mapping of str to array, each of the sweep's shape
        Every variable; NumPy arrays or xarray Variables that read lazily.
    coordinates : mapping of str to array
        Every varied parameter along its own dimension or along ``point``.
    """
    import xarray as xr

    dims = tuple(described["dims"])
    coords: dict[str, Any] = {}
    if described["several"]:
        coords["scenario"] = [scenario["name"] for scenario in described["scenarios"]]
    if described["commitments"] is not None:
        coords["commitment"] = described["commitments"]
    for name, values in coordinates.items():
        coords[name] = _variable((name,) if name in dims else ("point",), values, described["varied"][name])
    found = {kept.name: _variable(dims, data[kept.name], kept.attrs) for kept in variables(described)}
    return xr.Dataset(found, coords, attributes(described))


def _variable(dims: tuple[str, ...], values: Any, attrs: Mapping[str, Any]) -> xr.Variable:
    import xarray as xr

    variable = values if isinstance(values, xr.Variable) else xr.Variable(dims, values)
    variable.attrs = dict(attrs)
    return variable


def attributes(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a result comes from, as text and numbers that netCDF can hold; `rerun` reads them."""
    from .. import __version__

    model, scenarios, design = described["model"], described["scenarios"], described["design"]
    axes = {name: axis for name, axis in design.get("axes", {}).items() if isinstance(axis, Mapping)}
    spread = {name: [axis["low"], axis["high"], axis["n"]] for name, axis in axes.items()}
    return {
        "Conventions": "CF-1.11",
        "title": "; ".join(scenario["title"] for scenario in scenarios),
        "source": f"triangle {__version__}, model {model['name']}",
        "model": model["name"],
        "model_digest": model["digest"],
        "model_options": json.dumps(model["options"]),
        "model_terms": json.dumps(model["terms"]),
        "scenarios": json.dumps([scenario["name"] for scenario in scenarios]),
        "scenario_titles": json.dumps([scenario["title"] for scenario in scenarios]),
        "scenario_dimension": int(described["several"]),
        "held": json.dumps([scenario["held"] for scenario in scenarios]),
        "parameters": json.dumps([scenario["values"] for scenario in scenarios]),
        "commitments": json.dumps(described["commitments"]),
        "concept": described["concept"],
        "measures": json.dumps([measure["name"] for measure in described["measures"]]),
        "precision": described["precision"],
        "design": design["kind"],
        "varied": json.dumps(design["names"]),
        "ranges": json.dumps(design.get("ranges", spread)),
        "samples": design.get("samples", 0),
        "seed": described["seed"],
    }
