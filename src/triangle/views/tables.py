"""Outcomes, comparisons, policies and explanations as tables, for a terminal and for a notebook."""

from __future__ import annotations

import io
from html import escape

from rich.console import Console
from rich.table import Table

from ..parts import Measure
from ..studies.compare import Comparison
from ..studies.explain import Explanation
from ..studies.solve import Outcome, Policies
from .words import sentences, spelled

WIDTH = 118
MOVES_SHOWN = 24
REASONS_SHOWN = 5


def as_text(table: Table) -> str:
    """Return a table as plain text."""
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None, markup=False, emoji=False)
    console.print(table)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def as_html(table: Table) -> str:
    """Return a table as a small HTML table with a caption."""
    head = "".join(f"<th>{escape(str(column.header))}</th>" for column in table.columns)
    cells = [[str(cell) for cell in column.cells] for column in table.columns]
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in zip(*cells, strict=True)
    )
    caption = f"<caption>{escape(str(table.title))}</caption>" if table.title else ""
    note = f"<p>{escape(str(table.caption))}</p>" if table.caption else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"


def outcome_table(outcome: Outcome) -> Table:
    """Return one outcome as a table: a column for each equilibrium."""
    table = _table(outcome.scenario.title, _under(outcome))
    count = len(outcome.equilibria)
    for k in range(count):
        table.add_column("equilibrium" if count == 1 else f"equilibrium {k + 1}", justify="right")
    for label, cells in _rows(outcome):
        table.add_row(label, *cells)
    return table


def comparison_table(comparison: Comparison) -> Table:
    """Return scenarios side by side; where one has several equilibria each cell lists what occurs."""
    first, *others = comparison.outcomes
    caption = " ".join(sentences(comparison)) or None
    table = _table(" | ".join(o.scenario.title for o in comparison.outcomes), caption)
    for outcome in comparison.outcomes:
        table.add_column(outcome.scenario.name, justify="right")
    if len(others) == 1:
        table.add_column("change", justify="right")
        changes = {change.measure: change for change in comparison.changes[others[0].scenario.name]}
    columns = [dict(_rows(outcome)) for outcome in comparison.outcomes]
    measures = {_label(measure): measure.name for measure in first.model.measures}
    for label in columns[0]:
        cells = [" or ".join(dict.fromkeys(column[label])) or "no equilibrium" for column in columns]
        if len(others) == 1:
            found = changes.get(measures.get(label, ""))
            cells.append("" if found is None or abs(found.total) < 5e-4 else f"{found.total:+.3f}")
        table.add_row(label, *cells)
    return table


def policy_table(policies: Policies) -> Table:
    """Return the leader's commitments side by side, the best one marked."""
    outcomes = policies.outcomes
    leader = outcomes[0].model.leader
    table = _table(f"{outcomes[0].scenario.title}: the commitments of {leader}", f"* best for {leader}")
    for outcome in outcomes:
        action = outcome.scenario.held[leader or ""]
        table.add_column(action + (" *" if action in policies.best else ""), justify="right")
    columns = [dict(_rows(outcome)) for outcome in outcomes]
    for label in columns[0]:
        table.add_row(label, *(" or ".join(dict.fromkeys(column[label])) or "–" for column in columns))
    return table


def explanation_table(explanation: Explanation) -> Table:
    """Return what each move would cost and why, the cheapest first."""
    hidden = len(explanation.moves) - MOVES_SHOWN
    note = f"{hidden} dearer moves not shown" if hidden > 0 else None
    table = _table("What each move from " + ", ".join(explanation.profile) + " would cost", note, first="mover")
    table.add_column("move")
    table.add_column("loss", justify="right")
    table.add_column("because of")
    for move in explanation.moves[:MOVES_SHOWN]:
        reasons = ", ".join(f"{name} {amount:+.3f}" for name, amount in move.reasons[:REASONS_SHOWN])
        more = len(move.reasons) - REASONS_SHOWN
        table.add_row(move.mover, move.change, f"{move.loss:.3f}", reasons + (f", {more} more" if more > 0 else ""))
    return table


def _table(title: str, caption: str | None, first: str = "") -> Table:
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    table.add_column(first)
    return table


def _under(outcome: Outcome) -> str:
    held = ", ".join(f"{player} held to {action}" for player, action in outcome.scenario.held.items())
    count = len(outcome.equilibria)
    counted = {0: "no equilibrium", 1: "one equilibrium"}.get(count, f"{count} equilibria")
    return f"{counted} under {outcome.concept}" + (f"; {held}" if held else "")


def _rows(outcome: Outcome) -> list[tuple[str, list[str]]]:
    """Return (label, one cell for each equilibrium) for stances, measures and slack."""
    form = outcome.model.form
    rows = [("commitment", [_held(outcome)] * max(1, len(outcome.equilibria)))] if outcome.model.leader else []
    for player in form.players:
        for k, (toward, _) in enumerate(player.stances):
            label = f"{player.name} → {toward}" if toward else player.name
            where = form.index(player.name)
            cells = [player.choices[player.action(e.profile[where])][k] for e in outcome.equilibria]
            rows.append((label, cells))
    for measure in outcome.model.measures:
        rows.append((_label(measure), [spelled(measure, e.measures[measure.name]) for e in outcome.equilibria]))
    rows.append(("slack (least loss from any move)", [f"{e.slack:.3f}" for e in outcome.equilibria]))
    return rows


def _held(outcome: Outcome) -> str:
    return outcome.scenario.held.get(outcome.model.leader or "", "none: plays like the others")


def _label(measure: Measure) -> str:
    return measure.long_name or measure.name
