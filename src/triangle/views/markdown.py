"""The model's tables as Markdown, for docs/tables.md; print them with ``python -m triangle.views.markdown``."""

from __future__ import annotations

from collections.abc import Iterable

from ..chapter.coverage import coverage
from ..chapter.figures import figures
from ..chapter.model import chapter_model
from ..polynomial import spelled


def document() -> str:
    """Return the whole page."""
    parts = (
        "# The model's tables",
        "Printed by `python -m triangle.views.markdown`; a test keeps this page in step with the code.",
        "## What carries each driver, obstacle, lever and shock",
        coverage_table(),
        "## Parameters",
        "Every index runs from 0 to 1. The range is what sweeps sample; scenarios may set any value from 0 to 1. "
        "`data` comes from a figure of the chapter, `ordinal` takes its direction from the chapter and its size from "
        "judgement, `lever` is set by scenarios and not sampled.",
        parameter_table(),
        "## Terms",
        term_table(),
        "## The chapter's figures",
        figure_table(),
    )
    return "\n\n".join(parts) + "\n"


def coverage_table() -> str:
    """Return what carries each element of the chapter, or why nothing does."""
    rows = (
        (e.id, e.name, ", ".join(e.terms), ", ".join(e.parameters), " ".join(e.claims), e.not_modelled)
        for e in coverage()
    )
    return markdown_table(("ID", "what it is", "terms", "parameters", "claims", "not modelled"), rows)


def parameter_table() -> str:
    """Return every parameter with its range, meaning and basis."""
    rows = (
        (f"`{p.name}`", f"{p.default:g}", f"{p.low:g}–{p.high:g}", p.meaning, p.basis, p.note, " ".join(p.claims))
        for p in chapter_model().parameters
    )
    return markdown_table(("name", "default", "range", "meaning", "basis", "where it comes from", "claims"), rows)


def term_table() -> str:
    """Return every term with its weight, kind, role and meaning."""
    rows = (
        (f"`{t.name}`", spelled(t.weight), t.kind, t.role or "–", ", ".join(t.payoffs), t.meaning, " ".join(t.claims))
        for t in chapter_model().terms
    )
    return markdown_table(("name", "weight", "kind", "role", "touches", "meaning", "claims"), rows)


def figure_table() -> str:
    """Return every figure of the chapter."""
    rows = (
        (f.id, f.quantity, f.who, f.year, f"{f.value:g}", f.unit, f.section, f.note, " ".join(f.inconsistent_with))
        for f in figures().values()
    )
    headers = ("ID", "quantity", "who", "year", "value", "unit", "section", "note", "does not fit")
    return markdown_table(headers, rows)


def markdown_table(headers: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table as Markdown."""
    lines = [headers, tuple("---" for _ in headers), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    print(document(), end="")
