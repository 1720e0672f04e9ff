"""The commands on claims (verdicts, one claim in full, which hold together, the rivals) and on thresholds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from .chapter.model import chapter_model
from .cli_options import (
    BargainingOption,
    ConceptOption,
    FigureOption,
    IntensityOption,
    JsonOption,
    SetOption,
    VariantOption,
    WithoutOption,
    check_figure,
    console,
    print_json,
    save_figure,
    with_settings,
)
from .names import unknown
from .scenario import scenario
from .studies.claims import Verdicts, check, check_all, claims
from .studies.trials import POINTS, SEED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .studies.consistency import Consistency
    from .studies.verdict import Verdict

Format = Literal["text", "json", "markdown", "latex"]
STATUSES = ("holds", "falls short", "fails", "not tested")


def claims_command(
    key: Annotated[str | None, typer.Argument(metavar="[ID]", help="One claim in full, such as C12.")] = None,
    section: Annotated[str | None, typer.Option(help="Only claims of a section, such as S2 or S2a.")] = None,
    tier: Annotated[str | None, typer.Option(help="Only claims of a tier: A, B or C.")] = None,
    verdict: Annotated[
        str | None, typer.Option(metavar="VERDICT", help="Only: holds, 'falls short', fails, 'not tested'.")
    ] = None,
    counterintuitive: Annotated[
        bool, typer.Option("--counterintuitive", help="Only claims against the common expectation.")
    ] = False,
    hold_together: Annotated[
        bool, typer.Option("--consistency", help="Which claims hold together, and what one must believe.")
    ] = False,
    rivals: Annotated[bool, typer.Option("--rivals", help="The chapter's family beside its rivals.")] = False,
    variant: VariantOption = "triangle",
    concept: ConceptOption = "pairwise",
    bargaining: BargainingOption = "threat_point",
    intensity: IntensityOption = "hold_up",
    without: WithoutOption = None,
    points: Annotated[int, typer.Option(help="Sobol points in the box: a power of two.")] = POINTS,
    seed: Annotated[int, typer.Option(help="Seed of the points.")] = SEED,
    figure: FigureOption = None,
    as_json: JsonOption = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX (longtable, booktabs).")] = False,
) -> None:
    """Test the chapter's claims: a table of verdicts, or one claim in full."""
    check_figure(figure)
    chosen = _format(as_json, as_markdown, as_latex)
    if figure is not None and (hold_together or rivals):
        raise ValueError("--figure draws one claim, or the board of verdicts; leave it out here")
    for option, value, allowed in (("--tier", tier, "ABC"), ("--verdict", verdict, STATUSES)):
        if value is not None and value not in allowed:
            raise ValueError(f"{option}: " + unknown("value", value, allowed))
    if section is not None and not len(claims().where(section=section)):
        raise ValueError("--section: " + unknown("section", section, {each.section for each in claims()}))
    filtered = section is not None or tier is not None or verdict is not None or counterintuitive
    if sum((key is not None, hold_together, rivals)) > 1 or (filtered and (key or hold_together or rivals)):
        raise ValueError("give one of an ID, --consistency, --rivals, or filters of the table")
    if variant == "quad" and (hold_together or rivals):
        raise ValueError("--consistency and --rivals are about the triangle: leave out --variant quad")
    model = chapter_model(variant, bargaining=bargaining, intensity=intensity, without=without or ())
    if hold_together:
        from .studies.consistency import consistency

        found = consistency(model, points=points, seed=seed, concept=concept)
        _consistency(found, chosen)
    elif rivals:
        from .studies.score import score
        from .views.claims import score_table

        board = score(model, points=points, seed=seed, concept=concept)
        _show(board.to_dict(), score_table(board), chosen)
    elif key is not None:
        from .views.claims import verdict_table

        one = check(key, model, points=points, seed=seed, concept=concept)
        _show(one.in_full() if chosen == "json" else {}, verdict_table(one), chosen)
        if figure is not None:
            _draw(one, figure)
    else:
        from .views.claims import verdicts_table

        table = claims().where(section, tier, True if counterintuitive else None)
        every = check_all(model, table, points=points, seed=seed, concept=concept).where(status=verdict)
        _show(_plain(every), verdicts_table(every), chosen)
        if figure is not None:
            from .views.plot.verdicts import verdicts

            _save(verdicts(every), figure)


def thresholds_command(
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or the path of a TOML file.")],
    parameter: Annotated[str, typer.Argument(metavar="PARAMETER", help="The parameter that is moved.")],
    measure: Annotated[
        str | None, typer.Option(help="Say also where the sign of this measure's change switches.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="What to compare with; the scenario's baseline if not given.")
    ] = None,
    variant: VariantOption = "triangle",
    concept: ConceptOption = "pairwise",
    bargaining: BargainingOption = "threat_point",
    intensity: IntensityOption = "hold_up",
    settings: SetOption = None,
    without: WithoutOption = None,
    figure: FigureOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say exactly at which values of a parameter the equilibria, or the sign of a change, switch."""
    from .exact.thresholds import thresholds

    check_figure(figure)
    if against is not None and measure is None:
        raise ValueError("--against says what a measure is compared with: give --measure as well")
    model = chapter_model(variant, bargaining=bargaining, intensity=intensity, without=without or ())
    target = with_settings(model, scenario(name, model), settings)
    other = target.baseline if against is None else scenario(against, model)
    if measure is not None and other is None:
        raise ValueError(f"{name!r} has no baseline to compare with: name one with --against")
    compared = None if measure is None or other is None else with_settings(model, other, settings)
    found = thresholds(model, target, parameter, concept, measure, compared)
    if as_json:
        print_json(found.to_dict())
    else:
        console().print(str(found), highlight=False, soft_wrap=True)
    if figure is not None:
        from .views.plot.thresholds import thresholds as strip

        _save(strip(found), figure)


def _draw(verdict: Verdict, path: Path) -> None:
    if verdict.issue is not None:
        from .chapter.issues import issue_game

        _save(issue_game(verdict.issue.game).figure(), path)
    else:
        from .views.plot.claim import claim

        _save(claim(verdict), path)


def _save(drawn: tuple[Figure, object], path: Path) -> None:
    save_figure(drawn[0], path)
    print(f"Figure: {path}", file=sys.stderr)


def _plain(verdicts: Verdicts) -> dict[str, object]:
    return {"counts": verdicts.counts, "verdicts": [each.to_dict() for each in verdicts]}


def _format(as_json: bool, as_markdown: bool, as_latex: bool) -> Format:
    asked: tuple[tuple[Format, bool], ...] = (("json", as_json), ("markdown", as_markdown), ("latex", as_latex))
    given = [name for name, on in asked if on]
    if len(given) > 1:
        raise ValueError("give at most one of --json, --markdown and --latex")
    return given[0] if given else "text"


def _show(data: object, table: Table, chosen: Format) -> None:
    from .views.markup import as_latex, as_markdown

    if chosen == "json":
        print_json(data)
    elif chosen == "text":
        console().print(table)
    else:
        print(as_markdown(table) if chosen == "markdown" else as_latex(table))


def _consistency(found: Consistency, chosen: Format) -> None:
    from .views.claims import consistency_lines, consistency_text, pairs_table, tensions_table
    from .views.markup import as_latex, as_markdown

    if chosen == "json":
        print_json(found.to_dict())
    elif chosen == "text":
        print(consistency_text(found), end="")
    else:
        convert = as_markdown if chosen == "markdown" else as_latex
        lines = "\n".join(f"- {line}" for line in consistency_lines(found))
        print("\n\n".join([lines, convert(tensions_table(found)), convert(pairs_table(found))]))
