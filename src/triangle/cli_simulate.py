"""The command ``triangle simulate``: run a timeline, or a branch of it against its base, and draw the fan."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from .chapter.form import COMMITMENTS
from .chapter.model import chapter_model
from .cli_options import (
    BargainingOption,
    FigureOption,
    IntensityOption,
    JsonOption,
    WithoutOption,
    check_figure,
    console,
    print_json,
    save_figure,
)
from .timeline import Timeline, timeline, timelines

if TYPE_CHECKING:
    from .studies.counterfactual import Counterfactual
    from .studies.simulate import Simulation

NUMBERS = ("intensity", "transfer", "share", "gap", "payoff_West")
SHOWN = NUMBERS[:4]
_CODES = {action: code for code, action in COMMITMENTS.items()}


def simulate_command(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[TIMELINE]", help="A name or the path of a TOML file; all are listed without."),
    ] = None,
    runs: Annotated[int, typer.Option(metavar="N", help="How many runs.")] = 1000,
    precision: Annotated[float, typer.Option(help="Of the logit choice; inf for best responses.")] = 20.0,
    revision: Annotated[float, typer.Option(help="Revisions of each player, and of the pair, in a year.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Of the random numbers.")] = 0,
    draws: Annotated[
        int | None, typer.Option(metavar="N", help="Draw so many sets of parameters; the dated one if not given.")
    ] = None,
    equation: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A state that runs along; repeatable; all if not given.")
    ] = None,
    no_states: Annotated[bool, typer.Option("--no-states", help="Let no state run along.")] = False,
    against_base: Annotated[
        bool, typer.Option("--against-base", help="Show a branch less the timeline that it branches from.")
    ] = False,
    bargaining: BargainingOption = "threat_point",
    intensity: IntensityOption = "hold_up",
    without: WithoutOption = None,
    figure: FigureOption = None,
    as_json: JsonOption = False,
) -> None:
    """Simulate the triangle through the years of a timeline. It compares assumptions and forecasts nothing."""
    if name is None:
        if figure or against_base or equation:
            raise ValueError("name a timeline: --figure, --equation and --against-base are about one")
        _list(as_json)
        return
    check_figure(figure)
    if equation and no_states:
        raise ValueError("--equation names states that run along; leave out --no-states")
    model = chapter_model(bargaining=bargaining, intensity=intensity, without=without or ())
    line = timeline(name, model)
    if against_base and line.base is None:
        raise ValueError(f"--against-base: timeline {line.name!r} branches from no other")
    states: Any = () if no_states else equation or "all"
    options: dict[str, Any] = {"equations": states, "draws": draws, "measures": NUMBERS}
    found: Simulation | Counterfactual
    if against_base and line.base is not None:
        from .studies.counterfactual import counterfactual

        found = counterfactual(line.base, line, model, runs, precision, revision, seed, **options)
    else:
        from .studies.simulate import simulate

        shown = False if as_json else None
        found = simulate(model, line, runs, precision, revision, seed, progress=shown, **options)
    written = _figure(found, figure)
    rows = _rows(found, line)
    if as_json:
        exact = precision if math.isfinite(precision) else "inf"
        settings: dict[str, Any] = {
            "runs": runs,
            "precision": exact,
            "revision": revision,
            "seed": seed,
            "draws": draws,
        }
        settings["against_base"] = against_base
        print_json({"timeline": line.name, **settings, "years": rows, "figure": str(written) if written else None})
        return
    _show(line, rows, against_base)
    if written:
        print(f"Figure: {written}")


def _rows(found: Simulation | Counterfactual, line: Timeline) -> list[dict[str, Any]]:
    """Return every year's commitment, events, and mean and 5% and 95% quantiles of each number."""
    quantiles = {n: found.quantiles(n, (0.05, 0.5, 0.95)) for n in NUMBERS}
    rows: list[dict[str, Any]] = []
    for y, year in enumerate(line.years):
        row: dict[str, Any] = {"year": year, "West": line.commitments[y] or "plays"}
        row["events"] = [event.id for event in line.events if event.year <= year <= event.to]
        for n, values in quantiles.items():
            known = [float(v) if math.isfinite(v) else None for v in values[:, y]]
            row[n] = dict(zip(("5%", "median", "95%"), known, strict=True))
        rows.append(row)
    return rows


def _show(line: Timeline, rows: list[dict[str, Any]], against_base: bool) -> None:
    title = f"{line.title}: median and middle nine tenths of the runs"
    if against_base and line.base is not None:
        title = f"{line.title}, less {line.base.title}: median and middle nine tenths of the runs"
        rows = [row for row in rows if row["year"] >= (line.branch or line.years[0]) - 1]
    table = Table(title=title)
    for header in ("year", "West", *SHOWN):
        table.add_column(header, justify="left" if header == "West" else "right", no_wrap=True)
    for row in rows:
        table.add_row(str(row["year"]), _CODES.get(row["West"], row["West"]), *(_cell(row[n]) for n in SHOWN))
    screen = console()
    screen.print(line.asks, highlight=False)
    screen.print(table)
    screen.print("West: pressure (P) or accommodation (A) of Russia, engagement (E) or containment (C) of China.")
    screen.print("A comparison of assumptions, not a forecast.", highlight=False)


def _cell(values: dict[str, float | None]) -> str:
    told = [f"{value:.2f}".replace("-", "−") if value is not None else "–" for value in values.values()]
    return f"{told[1]} [{told[0]}, {told[2]}]"


def _list(as_json: bool) -> None:
    found = [timeline(name) for name in timelines()]
    if as_json:
        print_json(
            [
                {"name": t.name, "title": t.title, "asks": t.asks, "first": t.years[0], "last": t.years[-1]}
                | {"base": t.base.name if t.base else None, "branch": t.branch, "claims": list(t.claims)}
                for t in found
            ]
        )
        return
    table = Table(title=f"{len(found)} timelines")
    for header in ("name", "asks", "years", "branches"):
        table.add_column(header, overflow="fold", no_wrap=header == "name")
    for t in found:
        table.add_row(t.name, t.asks, f"{t.years[0]}–{t.years[-1]}", f"in {t.branch}" if t.branch else "")
    console().print(table)


def _figure(found: Simulation | Counterfactual, path: Path | None) -> Path | None:
    if path is None:
        return None
    from .views.plot.fan import fan

    drawn, _ = fan(found)
    return save_figure(drawn, path)
