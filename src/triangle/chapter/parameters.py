"""The parameter table of the chapter's model, read from data/parameters.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from ..parts import Parameter


@cache
def read_table(name: str) -> dict[str, Any]:
    """Return one of the chapter's data tables as nested dictionaries.

    Parameters
    ----------
    name : str
        File name in ``triangle/chapter/data`` without its ending.
    """
    source = files("triangle.chapter").joinpath("data", f"{name}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def triangle_parameters() -> tuple[Parameter, ...]:
    """Return the parameters of the triangle; every index runs from 0 to 1.

    Examples
    --------
    >>> triangle_parameters()[0].name
    'primacy'
    """
    return _parameters("parameters")


@cache
def quad_parameters() -> tuple[Parameter, ...]:
    """Return the triangle's parameters and the shares in which two players are the West.

    Examples
    --------
    >>> [p.name for p in quad_parameters()[len(triangle_parameters()) :]][:2]
    ['s_sanctions', 's_isolation']
    """
    return triangle_parameters() + _parameters("shares")


def _parameters(table: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            name,
            default=entry["default"],
            low=entry["low"],
            high=entry["high"],
            unit=entry["unit"],
            meaning=entry["meaning"],
            basis=entry["basis"],
            note=entry.get("basis_note", ""),
            claims=tuple(entry["claims"]),
            carries=tuple(entry.get("carries", ())),
            bounds=(0.0, 1.0),
        )
        for name, entry in read_table(table).items()
    )
