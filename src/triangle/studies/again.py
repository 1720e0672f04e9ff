"""Run a saved sweep again, from what its attributes say."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import checked, fitted
from ..family import GameFamily
from ..scenario import Scenario
from .sweep import sweep

if TYPE_CHECKING:
    import xarray as xr


@checked
def rerun(
    source: xr.Dataset | str | os.PathLike[str],
    model: GameFamily | None = None,
    *,
    store: str | os.PathLike[str] | None = None,
    executor: object = None,
    progress: bool | None = None,
    threads: int | None = None,
) -> xr.Dataset:
    """Run a sweep again from its result: the same numbers, to the bit, on the same version and machine.

    Parameters
    ----------
    source : Dataset or path
        What `sweep` returned, a netCDF file that it was saved to, or the folder of its store.
    model : GameFamily, optional
        The family that was swept. The chapter's and its rivals are made anew from their options and terms if it is
        not given; one of your own must be.
    store, executor, progress, threads
        As for `sweep`: where and how to run, which the numbers do not depend on.

    Returns
    -------
    xarray.Dataset

    Raises
    ------
    ValueError
        No sweep's result; or the family is not the one that was swept (its digest differs).

    Examples
    --------
    >>> import triangle as tri
    >>> first = tri.sweep(tri.chapter_model(without=["isolation"]), "us_russia_reset", samples=64, design="sobol")
    >>> rerun(first).identical(first)
    True
    """
    said, coords = _read(source)
    family = model if model is not None else family_of(said)
    if family.digest != said["model_digest"]:
        raise ValueError(
            f"the model {family.name!r} has digest {family.digest}, and {said['model_digest']} was swept "
            f"({said['source']}): pass model= with the family that was swept"
        )
    scenarios = scenarios_of(said)
    commitments = json.loads(said["commitments"])
    return sweep(
        family,
        scenarios if said["scenario_dimension"] else scenarios[0],
        _vary(said, coords),
        int(said["samples"]) or None,
        said["design"],
        said["concept"],
        json.loads(said["measures"]),
        int(said["seed"]),
        store,
        executor,
        progress,
        commitments=commitments,
        threads=threads,
        precision=said.get("precision"),
        dtype=said["dtype"],
    )


def _read(source: xr.Dataset | str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes of a result and the values along the axes of its grid."""
    import xarray as xr

    if isinstance(source, xr.Dataset):
        return _facts(source, "the Dataset")
    path = Path(fitted("source", source, Path | str | os.PathLike[str])).expanduser()
    if path.is_dir():
        from .lazy import open_sweep

        return _facts(open_sweep(path), str(path))
    if not path.exists():
        raise ValueError(f"{path}: no such file or folder")
    with xr.open_dataset(path, engine="h5netcdf") as found:
        return _facts(found, str(path))


def _facts(found: xr.Dataset, where: str) -> tuple[dict[str, Any], dict[str, Any]]:
    missing = [
        key for key in ("model_digest", "scenarios", "varied", "ranges", "design", "dtype") if key not in found.attrs
    ]
    if missing:
        raise ValueError(f"{where}: not the result of a sweep, it has no attribute {', '.join(missing)}")
    axes = json.loads(found.attrs["varied"]) if found.attrs["design"] == "grid" else []
    lost = [name for name in axes if name not in found.coords]
    if lost:
        raise ValueError(f"{where}: it has lost its axis {', '.join(lost)}, so it cannot be run again")
    return dict(found.attrs), {name: found[name].values for name in axes}


def family_of(said: Mapping[str, Any]) -> GameFamily:
    """Return the family that a result's attributes name, made anew; ``ValueError`` if it is not the chapter's."""
    from ..chapter.model import chapter_model
    from ..chapter.rivals import rival_model

    kind, _, name = str(said["model"]).partition(" ")
    if kind not in ("chapter", "rival"):
        raise ValueError(f"the model {said['model']!r} is not one of the chapter's: pass it as model=")
    options = json.loads(said["model_options"])
    make: Any = chapter_model if kind == "chapter" else rival_model
    full: GameFamily = make(name, bargaining=options["bargaining"], intensity=options["intensity"])
    kept = set(json.loads(said["model_terms"]))
    return full.without(*(term.name for term in full.terms if term.name not in kept))


def scenarios_of(said: Mapping[str, Any]) -> list[Scenario]:
    """Return the scenarios that a result's attributes record."""
    parts = (json.loads(said[key]) for key in ("scenarios", "scenario_titles", "parameters", "held"))
    return [Scenario(name, title, "", values, held) for name, title, values, held in zip(*parts, strict=True)]


def _vary(said: Mapping[str, Any], coords: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was varied: evenly spaced axes and ranges as they were given, other axes by their values."""
    ranges = json.loads(said["ranges"])
    return {name: tuple(ranges[name]) if name in ranges else coords[name] for name in json.loads(said["varied"])}
