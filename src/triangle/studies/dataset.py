"""How the result of a sweep is labelled: one Dataset from plain arrays.

Labels and attributes are made from a plan's description alone (`Plan.describe`), so that a store can be opened without
the model and reads the same as a result in memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .method import variables

if TYPE_CHECKING:
    import xarray as xr


def labelled(described: Mapping[str, Any], data: Mapping[str, Any], coordinates: Mapping[str, Any]) -> xr.Dataset:
    """Return the Dataset of a sweep.

    Parameters
    ----------
    described : mapping
        See `Plan.describe`.
    data : mapping of str to array
        Every variable, of the sweep's shape and, where a point has several values, one more axis; NumPy arrays or
        xarray Variables that read lazily.
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
    found = {}
    for kept in variables(described):
        along = (*dims, kept.dim) if kept.dim else dims
        coords |= {kept.dim: list(kept.labels)} if kept.dim else {}
        found[kept.name] = _variable(along, data[kept.name], kept.attrs)
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
    precision = described["precision"]
    logit = {} if precision is None else {"precision": precision, "precision_units": "1 / unit of payoff"}
    return {
        "Conventions": "CF-1.11",
        "title": "; ".join(scenario["title"] for scenario in scenarios),
        "source": f"triangle {__version__}, model {model['name']}",
        "model": model["name"],
        "model_digest": model["digest"],
        "model_options": json.dumps(model["options"]),
        "model_terms": json.dumps(model["terms"]),
        "players": json.dumps(list(model["players"])),
        "scenarios": json.dumps([scenario["name"] for scenario in scenarios]),
        "scenario_titles": json.dumps([scenario["title"] for scenario in scenarios]),
        "scenario_dimension": int(described["several"]),
        "held": json.dumps([scenario["held"] for scenario in scenarios]),
        "parameters": json.dumps([scenario["values"] for scenario in scenarios]),
        "commitments": json.dumps(described["commitments"]),
        "concept": described["concept"],
        **logit,
        "measures": json.dumps([measure["name"] for measure in described["measures"]]),
        "dtype": described["dtype"],
        "design": design["kind"],
        "varied": json.dumps(design["names"]),
        "ranges": json.dumps(design.get("ranges", spread)),
        "samples": design.get("samples", 0),
        "seed": described["seed"],
    }
