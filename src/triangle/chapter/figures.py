"""The figures that the chapter prints, and the power gap that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ..names import unknown
from .parameters import read_table

GAP_FIGURES = {
    2008: (("F03", "F04"), ("F13", "F14")),
    2013: (("F07", "F08"), ("F15", "F16")),
    2016: (("F09", "F10"), ("F17", "F18")),
}
"""Years with (Russia, China) figures of GDP and of military expenditure; for 2016 the latter are those of 2015."""


@dataclass(frozen=True)
class Figure:
    """One figure of the chapter.

    Attributes
    ----------
    id, quantity, unit, year, who, section, note : str
    value : float
    low, high : float or None
        The ends of a range; one may be open.
    inconsistent_with : tuple of str
        Figures that this one does not fit.
    """

    id: str
    quantity: str
    value: float
    unit: str
    year: str
    who: str
    section: str
    low: float | None = None
    high: float | None = None
    years: tuple[int, ...] = ()
    note: str = ""
    inconsistent_with: tuple[str, ...] = ()


@cache
def figures() -> dict[str, Figure]:
    """Return all figures by ID.

    Examples
    --------
    >>> figures()["F10"].value, len(figures())
    (11.3, 59)
    """
    found = {}
    for key, entry in read_table("figures").items():
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
        found[key] = Figure(id=key, **fields)
    return found


def observed_gap(year: float) -> float:
    """Return the power gap index from the chapter's figures: 0 at parity, 1 at infinite superiority of China.

    The index is the mean of ``(r − 1)/(r + 1)`` over the ratios ``r`` of China to Russia in GDP and in military
    expenditure. Between the years with figures it is interpolated.

    Raises
    ------
    ValueError
        A year before the first or after the last figure.

    Examples
    --------
    >>> round(observed_gap(2008), 2), round(observed_gap(2013), 2), round(observed_gap(2016), 2)
    (0.37, 0.48, 0.66)
    """
    years = sorted(GAP_FIGURES)
    if not years[0] <= year <= years[-1]:
        raise ValueError(f"the chapter has figures from {years[0]} to {years[-1]}; none for {year}")
    return float(np.interp(year, years, [_gap_index(known) for known in years]))


def structural_gap(year: float, sanctions: float, gap_sanction: float) -> float:
    """Return the parameter ``power_gap`` of a year: the observed gap less the part that pressure adds.

    Examples
    --------
    >>> round(structural_gap(2016, sanctions=0.8, gap_sanction=0.1), 2)
    0.58
    """
    return observed_gap(year) - sanctions * gap_sanction


def figure(key: str) -> Figure:
    """Return a figure by ID; ``ValueError`` if there is none."""
    if key not in figures():
        raise ValueError(unknown("figure", key, figures()))
    return figures()[key]


def _gap_index(year: int) -> float:
    ratios = [figure(china).value / figure(russia).value for russia, china in GAP_FIGURES[year]]
    return float(np.mean([(ratio - 1) / (ratio + 1) for ratio in ratios]))
