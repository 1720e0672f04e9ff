"""Where the set of equilibria switches over two parameters of a sweep: curves from formulas, not from its cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..conditions import conditions
from ..exact.region import region
from ..family import GameFamily
from ..game import FloatArray
from ..names import unknown
from ..scenario import Scenario
from .again import family_of, scenarios_of

if TYPE_CHECKING:
    import xarray as xr

CHUNK = 2048
POINTS = 400
THINNED = 64


@dataclass(frozen=True, eq=False)
class Boundary:
    """A smooth piece of the border of one profile's region of stability.

    Attributes
    ----------
    profile : tuple of str
    condition : str
        The inequality that turns false across it.
    x, y : ndarray, shape (points,)
        NaN where the curve leaves the border.
    """

    profile: tuple[str, ...]
    condition: str
    x: FloatArray
    y: FloatArray


def boundaries(
    dataset: xr.Dataset, model: GameFamily | None = None, scenario: str | None = None, commitment: str | None = None
) -> tuple[Boundary, ...]:
    """Return the curves at which an equilibrium of a sweep over two parameters begins or ends.

    Parameters
    ----------
    dataset : xarray.Dataset
        A grid over two parameters, or over more of which all but two are at one value (``.sel``).
    model : GameFamily, optional
        The family that was swept; the chapter's and its rivals are made anew from the attributes.
    scenario, commitment : str, optional
        Which one, where the sweep has several; the first if not given.

    Returns
    -------
    tuple of Boundary
        Of every profile that is stable at one of the cells looked at: a grid thinned to 64 by 64 or more, and a cell
        of every combination of counts and categories that the sweep found. What is stable only between them has none.

    Raises
    ------
    ValueError
        Not a grid of two parameters; the family cannot be made anew, or is not the one that was swept; or the concept
        is ``commitment`` and the leader is not held, so that what decides is no list of inequalities.

    Examples
    --------
    >>> import triangle as tri
    >>> swept = tri.sweep(tri.chapter_model(), "us_russia_reset", {"detente": (0, 1, 9), "assertion": (0, 1, 9)})
    >>> sorted(each.condition for each in boundaries(swept))
    ['0.01151 + detente ≥ 0.8857·assertion', '0.8857·assertion ≥ 0.01151 + detente']
    """
    said = dataset.attrs
    varied = json.loads(said["varied"]) if said.get("design") == "grid" else []
    names = [name for name in varied if name in dataset.dims]
    if len(names) != 2 or any(name not in dataset.coords for name in varied):
        raise ValueError("boundaries are curves over a grid of two parameters")
    family = family_of(said) if model is None else model
    if family.digest != said["model_digest"]:
        raise ValueError(
            f"the model {family.name!r} has digest {family.digest}, and {said['model_digest']} was swept: "
            "pass model= with the family that was swept"
        )
    asked = {"scenario": scenario, "commitment": commitment}
    chosen = {name: asked[name] or str(dataset[name].values[0]) for name in asked if name in dataset.dims}
    here = _setting(family, scenarios_of(said), chosen)
    fixed = {name: float(dataset[name]) for name in varied if name not in names}
    here = replace(here, values={**here.values, **fixed})
    return _curves(family, here, said["concept"], _cells(dataset.sel(chosen), names))


def _setting(family: GameFamily, scenarios: list[Scenario], chosen: Mapping[str, str]) -> Scenario:
    named = {each.name: each for each in scenarios}
    which = chosen.get("scenario", scenarios[0].name)
    if which not in named:
        raise ValueError("scenario: " + unknown("scenario", which, named))
    here = named[which]
    if "commitment" not in chosen or family.leader is None:
        return here
    return replace(here, held={**here.held, family.leader: chosen["commitment"]})


def _curves(
    family: GameFamily, scenario: Scenario, concept: str, cells: Mapping[str, FloatArray]
) -> tuple[Boundary, ...]:
    within: dict[str, Any] = {name: (float(at.min()), float(at.max())) for name, at in cells.items()}
    found = []
    for profile in _stable_somewhere(family, scenario, concept, cells):
        area = region(family, scenario, profile, list(cells), concept, within)
        for curve in area.curves(POINTS):
            if curve.borders.any():
                x, y = np.where(curve.borders, curve.x, np.nan), np.where(curve.borders, curve.y, np.nan)
                found.append(Boundary(area.profile, str(area.inequalities[curve.inequality]), x, y))
    return tuple(found)


def _cells(dataset: xr.Dataset, names: list[str]) -> dict[str, FloatArray]:
    """Return the cells to look at: a thinned grid, its edges, and one of every combination of counts and categories."""
    axes = [np.asarray(dataset[name].values, dtype=np.float64) for name in names]
    thin = [np.unique(np.r_[0 : len(axis) : -(-len(axis) // THINNED), len(axis) - 1]) for axis in axes]
    places = np.stack([place.ravel() for place in np.meshgrid(*thin, indexing="ij")])
    ordered = dataset.transpose(*names)
    layers = [np.asarray(v).ravel() for v in ordered.data_vars.values() if np.issubdtype(v.dtype, np.integer)]
    _, first = np.unique(np.stack(layers), axis=1, return_index=True)
    places = np.hstack([places, np.stack(np.unravel_index(first, [len(axis) for axis in axes]))])
    return {name: axis[place] for name, axis, place in zip(names, axes, places, strict=True)}


def _stable_somewhere(
    family: GameFamily, scenario: Scenario, concept: str, cells: Mapping[str, FloatArray]
) -> list[int]:
    """Return the profiles that are stable at one of the cells or more."""
    compiled = conditions(family, concept, scenario.held)
    if compiled.leader_action is not None:
        raise ValueError("under 'commitment' the leader's own choice is no list of inequalities: hold it to an action")
    out = np.zeros(family.form.size, dtype=bool)
    for start in range(0, len(next(iter(cells.values()))), CHUNK):
        at = {name: values[start : start + CHUNK] for name, values in cells.items()}
        out |= compiled.stable(family.monomials({**scenario.values, **at})).any(axis=0)
    return list(map(int, np.flatnonzero(out)))
