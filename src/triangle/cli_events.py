"""The command ``triangle scoreboard``: how the families do on the dated events, and on policy contrasts."""

from __future__ import annotations

from typing import Annotated

import typer

from .cli_options import JsonOption, console, print_json
from .studies.forecasts import DRAWS


def scoreboard_command(
    contrasts: Annotated[
        bool, typer.Option("--contrasts", help="The same year with and without one lever, in place of the events.")
    ] = False,
    draws: Annotated[int, typer.Option(metavar="N", help="Sets of parameters drawn for each family.")] = DRAWS,
    seed: Annotated[int, typer.Option(help="Of the draws.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Score the chapter's family, its rivals and forecasters without a model on the chapter's dated events."""
    if contrasts:
        from .studies.contrasts import policy_contrasts
        from .views.scoreboard import contrasts_table

        found = policy_contrasts(draws=draws, seed=seed)
        if as_json:
            print_json(found.to_dict())
        else:
            console().print(contrasts_table(found))
        return
    from .studies.events import scoreboard
    from .views.scoreboard import JUDGED, finding_lines, lines, statements_table, summary_table, unscored_table

    board = scoreboard(draws=draws, seed=seed, progress=False if as_json else None)
    if as_json:
        print_json(board.to_dict())
        return
    screen = console()
    for table in (summary_table(board), statements_table(board), unscored_table()):
        screen.print(table)
    for line in (*lines(board), JUDGED, *("• " + line for line in finding_lines(board))):
        screen.print(line, highlight=False, soft_wrap=True)
