"""Issue games as tables and text, for a terminal and for a notebook."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from ...chapter.issues.interface import IssueGame
from ...chapter.issues.parts import IssueResult, IssueVerdict, Threshold
from ..tables import as_html, as_text


def games_table(games: list[IssueGame]) -> Table:
    """Return all games with the claims that each of them tests."""
    table = Table(title=f"{len(games)} issue games", title_justify="left")
    for header in ("name", "asks", "claims"):
        table.add_column(header, overflow="fold", no_wrap=header == "name")
    for game in games:
        claims = " ".join(key for key, claim in game.claims.items() if claim.role == "claim")
        table.add_row(game.name, game.question, claims)
    return table


def equilibria_table(result: IssueResult) -> Table:
    """Return every equilibrium: who does what, and what each gets."""
    count = len(result.equilibria)
    counted = "one equilibrium" if count == 1 else f"{count} equilibria"
    reading = f" (reading: {result.reading})" if result.reading else ""
    table = Table(title=f"{result.title}{reading}: {counted}", title_justify="left")
    for header in ("equilibrium", "play", "payoffs", "picked by"):
        table.add_column(header, overflow="fold")
    for found in result.equilibria:
        play = "\n".join(f"{player} {does}" for player, does in found.play.items())
        payoffs = "\n".join(f"{player} {_number(value)}" for player, value in found.payoffs.items())
        table.add_row(found.name, play, payoffs, found.selected)
    return table


def conditions_table(result: IssueResult) -> Table:
    """Return the deciding inequalities with their slack and what follows."""
    table = Table(title="What decides", title_justify="left")
    for header in ("condition", "in words", "slack", "so"):
        table.add_column(header, overflow="fold", justify="right" if header == "slack" else "left")
    for held in result.conditions:
        table.add_row(held.symbols, held.words, _number(held.slack), held.so)
    return table


def measures_table(result: IssueResult, game: IssueGame) -> Table:
    """Return the game's measures, and what it hands to the triangle."""
    table = Table(title="Measures", title_justify="left")
    for header in ("measure", "value", "meaning"):
        table.add_column(header, overflow="fold", justify="right" if header == "value" else "left")
    for name, value in result.measures.items():
        table.add_row(name, _number(value), game.measures[name])
    for handed in result.handed:
        inside = "" if handed.within else "; outside its plausible range"
        meaning = f"handed to the triangle's {handed.parameter}: ×{handed.factor:.3f}{inside}"
        table.add_row(f"→ {handed.parameter}", _number(handed.value), meaning)
    return table


def verdicts_table(verdicts: Mapping[str, IssueVerdict], here: Mapping[str, bool] | None = None) -> Table:
    """Return the verdicts on a game's claims, alternatives included, and whether each holds at a setting."""
    note = "alternatives are natural other readings or models; they enter no count, and stay when they fail"
    table = Table(title="Claims", caption=note, title_justify="left", caption_justify="left")
    for header in ("ID", "row", "what is tested", "decided by", "default", *(["as set"] if here else []), "box",
                   "twice as wide", "nature"):  # fmt: skip
        table.add_column(header, overflow="fold", justify="right" if header in ("box", "twice as wide") else "left")
    for verdict in verdicts.values():
        claim = verdict.claim
        table.add_row(
            claim.id,
            claim.role,
            claim.reading,
            claim.condition,
            *_yes(verdict.holds, *([here[claim.id]] if here else [])),
            percent(verdict.share),
            percent(verdict.wide_share),
            claim.nature,
        )
    return table


def _yes(*flags: bool) -> list[str]:
    return ["holds" if flag else "FAILS" for flag in flags]


def thresholds_table(parameter: str, switches: list[Threshold]) -> Table:
    """Return what switches along a parameter, in order of its values."""
    table = Table(title=f"What switches along {parameter}", title_justify="left")
    for header in ("at", "what", "decided by", "below", "above"):
        table.add_column(header, overflow="fold", justify="right" if header == "at" else "left")
    for switch in sorted(switches, key=lambda found: found.value):
        table.add_row(_number(switch.value), switch.of, switch.symbols, switch.below, switch.above)
    return table


def percent(share: float) -> str:
    """Return a share in whole per cent, never rounded to none or all.

    Examples
    --------
    >>> percent(0.9998), percent(1.0), percent(0.004), percent(0.0), percent(0.652)
    ('>99 %', '100 %', '<1 %', '0 %', '65 %')
    """
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{share:.0%}".replace("%", " %")


def result_text(result: IssueResult) -> str:
    """Return a result as plain text."""
    from ...chapter.issues import issue_game

    tables = (equilibria_table(result), conditions_table(result), measures_table(result, issue_game(result.game)))
    return "\n".join(as_text(table) for table in tables)


def result_html(result: IssueResult) -> str:
    """Return a result as HTML tables."""
    from ...chapter.issues import issue_game

    tables = (equilibria_table(result), conditions_table(result), measures_table(result, issue_game(result.game)))
    return "".join(as_html(table) for table in tables)


def _number(value: float) -> str:
    """Return a number with three decimals, without the sign of a zero."""
    return f"{value:.3f}".replace("-0.000", "0.000")
