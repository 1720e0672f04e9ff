"""The model's tables as Markdown, for docs/tables.md; print them with ``python -m triangle.views.markdown``."""

from __future__ import annotations

from collections.abc import Iterable

from ..chapter.coverage import coverage
from ..chapter.figures import figures
from ..chapter.issues import issue_game
from ..chapter.issues.links import link_sources
from ..chapter.issues.parts import Link
from ..chapter.model import chapter_model
from ..polynomial import spelled


def document() -> str:
    """Return the whole page."""
    parts = (
        "# The model's tables",
        "Every number that goes into the triangle, where it comes from, and what it is for: to look things up in, "
        "and to quarrel with. Nearly all sizes are judgements, and marked so. Claims are cited by ID ([the "
        "verdicts](claims.md) say what C12 stands for), the sections of the chapter as S0 to S6c, its figures as "
        "F01 to F59. How payoffs are made of these tables: [the model](model.md). Printed by `python -m "
        "triangle.views.markdown`; a test keeps this page in step with the code.",
        "## What carries each driver, obstacle, lever and shock",
        "Drivers (D) draw Russia and China together, obstacles (O) keep them short of an alliance, levers (L) are "
        "what the West can do, and shocks (X) come from outside. Where the last column says something, the model "
        "is silent, and why.",
        coverage_table(),
        "## Parameters",
        "Every index runs from 0 to 1. The default is that of 2016. The range is what sweeps sample; scenarios may "
        "set any value from 0 to 1. The basis says what kind of number it is: `data` comes from a figure of the "
        "chapter, `ordinal` takes its direction from the chapter and its size from judgement, `judgement` is ours "
        "altogether, `technical` has no claim behind it, `lever` is set by scenarios and not sampled.",
        parameter_table(),
        "## Links from the issue games",
        "A scenario that sets an issue game, in a table `[issues.NAME]` of the game's own parameters, moves what the "
        "game hands over. A ratio multiplies the triangle's own value by what the game yields there over what it "
        "yields at the reference, a shift by 1 and the difference; the value is cut to 0–1. Nothing is linked unless a "
        "scenario asks for it, and a parameter has one source at a time.",
        link_table(),
        "## Terms",
        "A term is one reason for a payoff: its weight, a product of parameters, times what each player that it "
        "touches gets at each profile. The kind says what it is in the argument; the role, what the contract "
        "between Russia and China makes of it.",
        term_table(),
        "## The chapter's figures",
        "What the chapter gives in numbers, as it gives them. *Does not fit* names figures of the chapter with "
        "which one is at odds; the note says how.",
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
        (f"`{p.name}`", f"{p.default:g}", f"{p.low:g}–{p.high:g}", p.meaning, p.basis, p.note, " ".join(p.claims),
         ", ".join(f"`{game}`" for game, _ in link_sources().get(p.name, ())))
        for p in chapter_model().parameters
    )  # fmt: skip
    headers = ("name", "default", "range", "meaning", "basis", "where it comes from", "claims", "games that can set it")
    return markdown_table(headers, rows)


def link_table() -> str:
    """Return every link by which an issue game can set a parameter."""
    rows = (
        (f"`{parameter}`", f"`{game}`", f"`{link.measure}`: {issue_game(game).measures[link.measure]}",
         _reference(link), link.meaning)
        for parameter, links in link_sources().items()
        for game, link in links
    )  # fmt: skip
    return markdown_table(("parameter", "game", "what the game yields", "rule", "meaning"), rows)


def _reference(link: Link) -> str:
    at = ", ".join(f"{name} = {value:g}" for name, value in link.reference.items())
    return f"{link.mode} to {at or 'the defaults'}"


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
