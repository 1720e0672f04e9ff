"""Russia's offer to switch as tables: one stage and its equilibria, the dated sets, and beliefs through time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table

from ..chapter.offer import TYPES, OfferStage
from ..game import FloatArray
from ..solvers.signaling import SignalingEquilibrium, SignalingResult
from ..studies.offers import DatedOffer

if TYPE_CHECKING:
    import xarray as xr


def number(value: float, digits: int = 2) -> str:
    """Return a number as a table shows it; a dash where there is none."""
    if np.isnan(value):
        return "–"
    told = f"{value:.{digits}f}" if np.isfinite(value) else ("∞" if value > 0 else "-∞")
    return told.replace("-", "−")


def span(values: Sequence[float] | FloatArray, digits: int = 2) -> str:
    """Return one number, or the least and the greatest of several."""
    told = list(dict.fromkeys((number(min(values), digits), number(max(values), digits))))
    return " to ".join(told)


def stage_lines(stage: OfferStage) -> list[str]:
    """Return what a stage comes to, a sentence each."""
    needed = float(stage.belief_needed)
    if needed <= 0:
        west = "accommodates whatever it believes"
    elif needed >= 1:
        west = "presses whatever it believes"
    else:
        west = f"accommodates from a belief of {number(needed)} on"
    low, high = stage.window
    suspends = "No suspended share of the tie tells the types apart."
    if np.isfinite(low):
        suspends = f"Suspending a share of the tie from {number(low)} to {number(high)} tells the types apart."
    places = ", ".join(f"{number(float(place))} ({seen})" for seen, place in stage.least_place.items())
    return [
        f"The West {west} (μ* = {number(needed)}).",
        f"Being accommodated is worth {number(stage.stake[0])} to the bargainer and {number(stage.stake[1])} to a "
        f"genuine Russia; the tie under pressure {number(stage.tie_worth[0])} and {number(stage.tie_worth[1])}.",
        f"A genuine Russia leaves China if a place in the West is worth more than {places}, by what China sees of it; "
        f"here it is worth {number(stage.place)} and China sees {stage.china_sees}.",
        suspends,
    ]


def equilibria_table(found: SignalingResult, prior: float, told: str) -> Table:
    """Return all equilibria of a stage, a row each."""
    table = Table(title=f"Perfect Bayesian equilibria: prior {prior:g}, an offer {told}")
    headers = ("kind", *(f"{kind} offers" for kind in TYPES), "accepted", "belief after", "silence met", "intuitive")
    for header in headers:
        table.add_column(header, justify="left" if header == "kind" else "right", overflow="fold")
    for each in found:
        table.add_row(*equilibrium_cells(each))
    return table


def equilibrium_cells(found: SignalingEquilibrium) -> list[str]:
    """Return an equilibrium in words: ranges where a set of strategies will do, brackets off the path."""
    after = span(found.beliefs[1])
    accepted = span(found.receiver[:, 1])
    if not found.reached[1]:
        after, accepted = f"({after})", f"({accepted})"
    silence = span(found.receiver[:, 0])
    return [
        found.kind,
        *(span(found.sender[:, t]) for t in range(2)),
        accepted,
        after,
        silence if found.reached[0] else f"({silence})",
        "yes" if found.intuitive else "no",
    ]


def dated_table(found: Sequence[DatedOffer]) -> Table:
    """Return the dated sets, a row each, with shares of the parameter box."""
    table = Table(title="Russia's offer to switch in the dated sets, and shares of the parameter box")
    headers = ("set", "μ*", "place needed", "D", "T", "suspend", "any", "belief", "nobody", "tells apart")
    for header in headers:
        table.add_column(header, justify="left" if header == "set" else "right", no_wrap=header == "set")
    for each in found:
        stage, shares = each.stage, each.shares
        table.add_row(
            each.scenario.removeprefix("baseline_"),
            number(float(stage.belief_needed)),
            number(float(stage.least_place[stage.china_sees])),
            ", ".join(map(number, stage.stake)),
            ", ".join(map(number, stage.tie_worth)),
            "–" if np.isnan(stage.window[0]) else f"{number(stage.window[0])} to {number(stage.window[1])}",
            *(f"{shares[name]:.0%}" for name in ("any", "belief", "none", "window")),
        )
    return table


def belief_table(found: xr.Dataset) -> Table:
    """Return the mean belief by Russia's type in every year, with what was offered, replied and kept."""
    table = Table(title=str(found.attrs["title"]))
    headers = ("year", "μ*", "offers", "accommodated", "tie stands", *(f"belief of {kind}" for kind in TYPES))
    for header in headers:
        table.add_column(header, justify="right")
    for row in belief_rows(found):
        table.add_row(
            str(row["year"]),
            *(number(float(row[name]), 3) if name.startswith("belief of") else number(float(row[name]))
              for name in ("belief_needed", "offer", "reply", "tie", *(f"belief of {kind}" for kind in TYPES))),
        )  # fmt: skip
    return table


def belief_rows(found: xr.Dataset) -> list[dict[str, float | int]]:
    """Return the same as plain data; NaN for a type of which there is no run."""
    kinds = np.asarray(found["type"])
    belief = np.asarray(found["belief"])
    means = {
        kind: belief[kinds == code].mean(axis=0) if (kinds == code).any() else np.full(belief.shape[1], np.nan)
        for code, kind in enumerate(TYPES)
    }
    columns = {
        "belief_needed": np.asarray(found["belief_needed"]),
        "offer": np.asarray(found["offer"]).mean(axis=0),
        "reply": np.asarray(found["reply"]).mean(axis=0),
        "tie": (np.asarray(found["depth"]) > 0).mean(axis=0),
        **{f"belief of {kind}": values for kind, values in means.items()},
    }
    years = np.asarray(found["year"]).tolist()
    return [
        {"year": year, **{name: float(values[y]) for name, values in columns.items()}} for y, year in enumerate(years)
    ]
