"""The command ``triangle offer``: whether Russia means its offer to switch, and what the West does about it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .chapter.model import chapter_model
from .chapter.offer import PLACE, Seen
from .cli_options import (
    BargainingOption,
    FigureOption,
    IntensityOption,
    JsonOption,
    SetOption,
    WithoutOption,
    check_figure,
    console,
    print_json,
    save_figure,
    with_settings,
)
from .family import GameFamily
from .scenario import scenario

if TYPE_CHECKING:
    from .chapter.offer import OfferStage

COST = 0.05


def offer_command(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[SCENARIO]", help="A scenario's name or path; the dated sets side by side without."),
    ] = None,
    prior: Annotated[float, typer.Option(help="The West's belief that Russia means it.")] = 0.5,
    cost: Annotated[float | None, typer.Option(help=f"What an offer costs; {COST} if not given.")] = None,
    suspend: Annotated[float | None, typer.Option(help="Or: the share of the tie with China that it suspends.")] = None,
    place: Annotated[float, typer.Option(help="What a place in the West is worth to a Russia that means it.")] = PLACE,
    china_sees: Annotated[Seen, typer.Option(help="What China knows of that Russia.")] = "trust",
    through: Annotated[
        str | None, typer.Option(metavar="TIMELINE", help="Follow the West's belief through these years.")
    ] = None,
    west: Annotated[
        Literal["timeline", "plays"], typer.Option(help="With --through: are the West's dated commitments kept?")
    ] = "timeline",
    runs: Annotated[int, typer.Option(metavar="N", help="With --through.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the random numbers.")] = 0,
    settings: SetOption = None,
    bargaining: BargainingOption = "threat_point",
    intensity: IntensityOption = "hold_up",
    without: WithoutOption = None,
    figure: FigureOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let Russia offer to switch to a West that does not know whether the offer is meant."""
    check_figure(figure)
    if cost is not None and suspend is not None:
        raise ValueError("an offer has a --cost or suspends a share of the tie (--suspend): give one of the two")
    if cost is None and suspend is None:
        cost = COST
    model = chapter_model(bargaining=bargaining, intensity=intensity, without=without or ())
    paid: dict[str, Any] = {"cost": cost, "suspend": suspend}
    options: dict[str, Any] = {"place": place, "china_sees": china_sees}
    if through is not None:
        if name is not None or settings or figure:
            raise ValueError("--through takes its values from a timeline; leave out SCENARIO, --set and --figure")
        _through(model, through, as_json, prior=prior, runs=runs, seed=seed, west=west, **paid, **options)
    elif name is None:
        if settings or figure:
            raise ValueError("name a scenario: --set and --figure are about one")
        _dated(model, as_json, seed=seed, **options)
    else:
        from .studies.offers import offer

        stage = offer(model, with_settings(model, scenario(name, model), settings), **options)
        _one(stage, name, prior, paid, figure, as_json)


def _one(stage: OfferStage, name: str, prior: float, paid: dict[str, Any], figure: Path | None, as_json: bool) -> None:
    found = stage.solve(prior, **paid)
    written = None
    if figure is not None:
        from .views.plot.offer import offer

        drawn, _ = offer(stage, prior=prior, **paid)
        save_figure(drawn, figure)
        written = str(figure)
    if as_json:
        equilibria = [
            {
                "kind": each.kind,
                "offers": each.sender.tolist(),
                "accommodates": each.receiver.tolist(),
                "beliefs": each.beliefs.tolist(),
                "reached": list(each.reached),
                "intuitive": each.intuitive,
                "max_regret": each.max_regret,
            }
            for each in found
        ]
        asked = {"scenario": name, "prior": prior, **paid, "place": stage.place, "china_sees": stage.china_sees}
        print_json({**asked, **_thresholds(stage), "equilibria": equilibria, "figure": written})
        return
    from .views.offer import equilibria_table, stage_lines

    screen = console()
    for line in stage_lines(stage):
        screen.print("• " + line, highlight=False, soft_wrap=True)
    told = f"costs {paid['cost']:g}" if paid["cost"] is not None else f"suspends {paid['suspend']:g} of the tie"
    screen.print(equilibria_table(found, prior, told))
    screen.print("Probabilities of an offer by type and of accommodation; in brackets what no one gets to see.")
    if written:
        print(f"Figure: {written}")


def _dated(model: GameFamily, as_json: bool, **options: Any) -> None:
    from .studies.offers import dated_offers, offer_findings

    found, findings = dated_offers(model, **options), offer_findings(model)
    if as_json:
        sets = [
            {"scenario": d.scenario, "year": d.year, **_thresholds(d.stage), "shares": dict(d.shares)} for d in found
        ]
        told = [
            {"name": f.name, "statement": f.statement, "claims": list(f.claims), "holds": f.holds}
            | {"figures": dict(f.figures)}
            for f in findings
        ]
        print_json({"sets": sets, "findings": told})
        return
    from .views.offer import dated_table

    screen = console()
    screen.print(dated_table(found))
    screen.print(
        "μ*: belief needed to accommodate. D, T: worth of being accommodated, and of the tie under pressure, to the "
        "bargainer and to a Russia that means it. Shares of draws in which the West accommodates any, its belief "
        "decides, it accommodates nobody; and in which some suspended share tells the two apart.",
        highlight=False,
    )
    for finding in findings:
        verdict = "" if finding.holds else "DOES NOT HOLD: "
        screen.print(f"• {verdict}{finding.statement}", highlight=False, soft_wrap=True)


def _through(model: GameFamily, name: str, as_json: bool, **options: Any) -> None:
    from .studies.beliefs import beliefs
    from .views.offer import belief_rows, belief_table

    found = beliefs(model, name, **options)
    if as_json:
        rows = [{key: _plain(value) for key, value in row.items()} for row in belief_rows(found)]
        print_json({"timeline": name, **options, "years": rows})
        return
    screen = console()
    screen.print(belief_table(found))
    screen.print(
        "Shares of the runs, and the mean belief that Russia means it. A comparison of assumptions, no forecast."
    )


def _thresholds(stage: OfferStage) -> dict[str, Any]:
    return {
        "belief_needed": _plain(float(stage.belief_needed)),
        "least_place": {seen: _plain(float(place)) for seen, place in stage.least_place.items()},
        "stake": _list(stage.stake),
        "tie_worth": _list(stage.tie_worth),
        "window": _list(stage.window),
    }


def _list(values: Iterable[float]) -> list[float | None]:
    return [_plain(float(value)) for value in values]


def _plain(value: Any) -> Any:
    return value if not isinstance(value, float) or math.isfinite(value) else None
