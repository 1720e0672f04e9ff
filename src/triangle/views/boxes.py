"""The result of scenario discovery as a table."""

from __future__ import annotations

from rich.table import Table

from ..studies.discovery import Discovery, Scores

WIDTH = 88
WHY_NOT = {
    "never": "The outcome occurs at none of the {points:,} points: there is no box.",
    "always": "The outcome occurs at every one of the {points:,} points: no box is needed.",
    "chance": "The outcome occurs at {rate:.1%} of {points:,} points, and no box does better than chance on those "
    "that were kept apart.",
}


def discovery_table(found: Discovery) -> Table:
    """Return the restricted parameters, most telling first, with coverage and density below."""
    if found.box is None:
        caption = WHY_NOT[found.status].format(points=found.points, rate=found.rate)
    else:
        caption = (
            f"It occurs at {found.rate:.1%} of {found.points:,} points; {found.box.restricted} of {len(found.ranges)} "
            f"parameters are restricted. On the points kept apart: {_scored(found.box.held_out)}. On those it was "
            f"found on: {_scored(found.box.found_on)}."
        )
        if not found.dense_enough:
            caption += f" That is short of the density of {found.settings['density']:.0%} that was asked for."
    table = Table(
        title=f"Where {found.outcome}", caption=caption, title_justify="left", caption_justify="left", min_width=WIDTH
    )
    table.add_column("parameter")
    for header in ("from", "to", "varied from", "to", "quasi-p"):
        table.add_column(header, justify="right")
    limits = found.box.limits if found.box else {}
    for name in sorted(limits, key=lambda name: found.quasi_p[name]):
        least, most = found.ranges[name]
        low, high = limits[name]
        ends = [f"{end:.3f}" if abs(end) != float("inf") else "" for end in (low, high)]
        p = found.quasi_p[name]
        table.add_row(name, *ends, f"{least:.3f}", f"{most:.3f}", "< 0.001" if p < 0.001 else f"{p:.3f}")
    return table


def _scored(scores: Scores) -> str:
    return f"coverage {scores.coverage:.0%}, density {scores.density:.0%}, mass {scores.mass:.0%}"
