"""The command ``triangle issue``: list the issue games, or solve and explain one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .chapter.issues import issue_game, issue_games
from .chapter.issues.interface import IssueGame
from .chapter.issues.parts import SAMPLES, SEED, IssueVerdict
from .cli_options import FigureOption, JsonOption, check_figure, console, numbers, print_json, save_figure

SettingsOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter of the game; repeatable."),
]


def issue_command(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A game; all are listed without.")] = None,
    settings: SettingsOption = None,
    reading: Annotated[str, typer.Option(help="Another reading of the game.")] = "",
    threshold: Annotated[
        list[str] | None, typer.Option(metavar="PARAMETER", help="Show what switches along it; repeatable.")
    ] = None,
    samples: Annotated[int, typer.Option(metavar="N", help="Points for each share: a power of two.")] = SAMPLES,
    seed: Annotated[int, typer.Option(help="Of those points.")] = SEED,
    figure: FigureOption = None,
    as_json: JsonOption = False,
) -> None:
    """Solve one of the chapter's issue-area games and explain it, or list them all."""
    if name is None:
        if settings or reading or threshold or figure:
            raise ValueError("name a game: --set, --reading, --threshold and --figure are about one")
        _list(as_json)
        return
    check_figure(figure)
    game = issue_game(name)
    values = numbers(settings, "belief=0.4")
    result = game.solve(reading, **values)
    switches = [switch for parameter in threshold or () for switch in game.thresholds(parameter, **values)]
    verdicts = game.verdicts(samples, seed)
    written = _figure(game, figure)
    if as_json:
        found: dict[str, Any] = result.to_dict() | {"question": game.question, "paragraph": game.paragraph}
        found["verdicts"] = [_described(verdict) for verdict in verdicts.values()]
        found["thresholds"] = [vars(switch) for switch in switches]
        print_json(found | {"figure": str(written) if written else None})
        return
    from .views.issues.tables import (
        conditions_table,
        equilibria_table,
        measures_table,
        thresholds_table,
        verdicts_table,
    )

    screen = console()
    screen.print(game.paragraph, highlight=False)
    for table in (equilibria_table(result), conditions_table(result), measures_table(result, game)):
        screen.print(table)
    for parameter in threshold or ():
        screen.print(thresholds_table(parameter, [s for s in switches if s.parameter == parameter]))
    screen.print(verdicts_table(verdicts, result.claims if values else None))
    for verdict in verdicts.values():
        if verdict.claim.finding:
            screen.print(f"• {verdict.id}: {verdict.claim.finding}", highlight=False, soft_wrap=True)
    if written:
        print(f"Figure: {written}")


def _list(as_json: bool) -> None:
    games = [issue_game(name) for name in issue_games()]
    if as_json:
        print_json(
            [
                {"name": g.name, "title": g.title, "question": g.question, "claims": list(g.claims)}
                | {"hands_over": [link.parameter for link in g.hands_over]}
                for g in games
            ]
        )
        return
    from .views.issues.tables import games_table

    console().print(games_table(games))


def _described(verdict: IssueVerdict) -> dict[str, Any]:
    return {
        "id": verdict.id,
        "of": verdict.claim.of,
        "role": verdict.claim.role,
        "nature": verdict.nature,
        "reading": verdict.claim.reading,
        "condition": verdict.condition,
        "finding": verdict.claim.finding or None,
        "holds": verdict.holds,
        "share": verdict.share,
        "interval": list(verdict.interval),
        "wide_share": verdict.wide_share,
        "wide_interval": list(verdict.wide_interval),
        "counterexample": dict(verdict.counterexample) if verdict.counterexample else None,
    }


def _figure(game: IssueGame, path: Path | None) -> Path | None:
    if path is None:
        return None
    figure, _ = game.figure()
    return save_figure(figure, path)
