"""The command line: each command turns its words into one question and prints the answer."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from . import __version__, cli_claims, cli_events, cli_explore, cli_issue, cli_offer, cli_simulate, cli_sweep
from .chapter.model import chapter_model
from .cli_options import (
    BargainingOption,
    ConceptOption,
    FigureOption,
    IntensityOption,
    JsonOption,
    PrecisionOption,
    SetOption,
    SweepConceptOption,
    VariantOption,
    WithoutOption,
    check_figure,
    check_three,
    console,
    print_json,
    save_figure,
    with_settings,
)
from .scenario import Scenario, scenario, scenarios
from .studies.compare import Comparison, compare
from .studies.method import method_of
from .studies.quantal import QuantalOutcome, quantal
from .studies.solve import policies


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"triangle {__version__}")
        raise typer.Exit


app = typer.Typer(
    help="The West–Russia–China strategic triangle: what follows from which assumptions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("sweep")(cli_sweep.sweep_command)
app.command("claims")(cli_claims.claims_command)
app.command("thresholds")(cli_claims.thresholds_command)
app.command("issue")(cli_issue.issue_command)
app.command("simulate")(cli_simulate.simulate_command)
app.command("explore")(cli_explore.explore_command)
app.command("offer")(cli_offer.offer_command)
app.command("scoreboard")(cli_events.scoreboard_command)


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take what comes before the command."""


@app.command("scenarios")
def list_scenarios(as_json: JsonOption = False) -> None:
    """List the scenarios that come with the library."""
    found = [scenario(name) for name in scenarios()]
    if as_json:
        print_json([_described(each) for each in found])
        return
    table = Table(title=f"{len(found)} scenarios")
    for header in ("name", "asks", "section", "claims", "against"):
        table.add_column(header, overflow="fold", no_wrap=header == "name")
    for s in found:
        table.add_row(s.name, s.asks, s.section, " ".join(s.claims), s.baseline.name if s.baseline else "")
    console().print(table)


@app.command()
def run(
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or the path of a TOML file.")],
    variant: VariantOption = "triangle",
    concept: SweepConceptOption = "pairwise",
    precision: PrecisionOption = None,
    bargaining: BargainingOption = "threat_point",
    intensity: IntensityOption = "hold_up",
    settings: SetOption = None,
    without: WithoutOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say what every move would cost, term by term.")] = False,
    figure: FigureOption = None,
    as_json: JsonOption = False,
) -> None:
    """Solve a scenario beside its baseline, and say why each measure moved."""
    check_figure(figure)
    check_three(variant, figure)
    erring = method_of(concept).check(precision)
    if erring is not None and (figure or explain):
        raise ValueError(f"--{'figure' if figure else 'explain'} is about stable profiles; {concept} has strategies")
    model = chapter_model(variant, bargaining=bargaining, intensity=intensity, without=without or ())
    target = with_settings(model, scenario(name, model), settings)
    chosen = [target]
    if target.baseline:
        chosen.insert(0, with_settings(model, target.baseline, settings))
    if erring is not None:
        _show_erring([quantal(model, each, erring) for each in chosen], target.asks, as_json)
        return
    comparison = compare(model, chosen, concept)
    path = figure or Path(f"{target.name}.png")
    drawn = figure is not None or not (as_json or variant == "quad")
    written = _figure(comparison, path) if drawn else None
    if as_json:
        found = comparison.to_dict() | {"figure": str(written) if written else None}
        if explain:
            last = comparison.outcomes[-1]
            found["explanations"] = [last.explain(k).to_dict() for k in range(len(last.equilibria))]
        print_json(found)
        return
    _show(comparison, target.asks)
    if explain:
        last = comparison.outcomes[-1]
        for k in range(len(last.equilibria)):
            print(last.explain(k))
    if written:
        print(f"Figure: {written}")


@app.command("compare")
def compare_scenarios(
    names: Annotated[list[str], typer.Argument(metavar="SCENARIO…", help="The first is the baseline.")],
    variant: VariantOption = "triangle",
    concept: ConceptOption = "pairwise",
    bargaining: BargainingOption = "threat_point",
    intensity: IntensityOption = "hold_up",
    settings: SetOption = None,
    without: WithoutOption = None,
    commitments: Annotated[
        bool,
        typer.Option("--policies", help="Put the West's four commitments side by side, for each scenario."),
    ] = False,
    figure: FigureOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put scenarios side by side, or the West's four commitments."""
    check_figure(figure)
    check_three(variant, figure)
    model = chapter_model(variant, bargaining=bargaining, intensity=intensity, without=without or ())
    chosen = [with_settings(model, scenario(name, model), settings) for name in names]
    if commitments:
        if figure:
            raise ValueError("--figure draws a comparison; leave it out with --policies")
        tables = [policies(model, each, concept) for each in chosen]
        if as_json:
            print_json([table.to_dict() for table in tables])
        else:
            for table in tables:
                print(table)
        return
    comparison = compare(model, chosen, concept)
    written = _figure(comparison, figure) if figure else None
    if as_json:
        print_json(comparison.to_dict() | {"figure": str(written) if written else None})
        return
    _show(comparison, "")
    if written:
        print(f"Figure: {written}")


def main() -> None:
    """Run the command line; bad input is one clear message and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (ValueError, OSError) as error:
        print(f"triangle: {_printable(str(error))}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _printable(told: str) -> str:
    """Return a message whose control characters, which a name may hold and a terminal would obey, are spelt out."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in told)


def _described(found: Scenario) -> dict[str, object]:
    return {
        "name": found.name,
        "title": found.title,
        "asks": found.asks,
        "section": found.section,
        "claims": list(found.claims),
        "baseline": found.baseline.name if found.baseline else None,
        "changes": dict(found.changes),
    }


def _figure(comparison: Comparison, path: Path) -> Path:
    from .views.plot import triangle

    figure, _ = triangle(comparison)
    return save_figure(figure, path)


def _show_erring(outcomes: list[QuantalOutcome], asks: str, as_json: bool) -> None:
    if as_json:
        print_json({"outcomes": [outcome.to_dict() for outcome in outcomes]})
        return
    from .views.quantal import quantal_table

    screen = console()
    if asks:
        screen.print(asks, highlight=False)
    screen.print(quantal_table(*outcomes))


def _show(comparison: Comparison, asks: str) -> None:
    from .views.tables import comparison_table
    from .views.words import sentences

    screen = console()
    if asks:
        screen.print(asks, highlight=False)
    table = comparison_table(comparison)
    table.caption = None
    screen.print(table)
    for outcome in comparison.outcomes:
        for line in outcome.scenario.links:
            screen.print("• " + line, highlight=False, soft_wrap=True)
    for line in sentences(comparison):
        screen.print("• " + line, highlight=False, soft_wrap=True)
