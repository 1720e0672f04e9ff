"""The page of the issue games, docs/issue-games.md; print it with ``python -m triangle.views.issues.page``.

With ``--figures FOLDER`` the figures are drawn anew as well.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from ...chapter.issues import issue_game, issue_games
from ...chapter.issues.interface import IssueGame
from ...chapter.issues.parts import SAMPLES, IssueVerdict, Threshold
from .tables import percent

DPI = 80
INTRODUCTION = f"""# Issue-area games

The chapter is not one game. Each of its issue areas (oil, gas, arms, Central Asia …) has a small game of its own here,
for a reader who cares about one of them: it can be opened, solved and drawn alone by `triangle issue NAME`, or
`tri.issue_game(name)` in Python. What C29 or another ID stands for: [the verdicts](claims.md). Printed by
`python -m triangle.views.issues.page`; a test keeps this page in step with the code.

**How to read the verdicts.** *Default* says whether the inequality holds at the default parameters. *Box* is the share
of the box of plausible ranges where it holds, *wide* that of a box twice as wide (cut where a parameter ends), each by
{SAMPLES:,} Sobol points (seed 1): the sampling error is under 1.6 points. The ranges are judgements, so a share is a
statement about the ranges; the inequality is the result. *Nature*: a consequence follows from several terms that pull
or from an equilibrium; what holds by construction is built in and is no evidence; a read-out repeats an input. The
*row* says what stands there: the *claim* as we read it; a *reading*, which is weaker, stronger or beside it, with
letters behind the claim's ID; or an *alternative*. *Alternatives* are stronger readings, ablations or other natural
models of the same thing. They enter no count. Where one fails, that is a finding about how far the claim carries, and
it stays.

**What a game hands to the triangle** is a factor on one of the triangle's parameters: the game's measure over the same
measure at the game's defaults (or one plus the difference). At the defaults every factor is exactly 1, so the games
leave the triangle as it is until somebody changes an assumption in one of them. Sizes of the games are not in the
triangle's units; only ratios travel.

**Parameters.** The basis is `data` where a figure of the chapter gives the value, `ordinal` where the chapter gives the
direction and we the size, `judgement` where it is ours altogether, `technical` where no claim stands behind it, `lever`
where it is a switch. A parameter whose range is `set` is not sampled.

**Sources.** The papers and books named under a game are models of the same kind. Their authors, titles, years and what
else is printed were confirmed in other publications or library records; that the works say what is made of them here
was not.
"""


def document() -> str:
    """Return the whole page."""
    games = [issue_game(name) for name in issue_games()]
    contents = "\n".join(f"- [{game.title}](#{_slug(_heading(game))}): {_main(game)}" for game in games)
    return "\n\n".join([INTRODUCTION.strip(), contents, *map(_section, games)]) + "\n"


def _heading(game: IssueGame) -> str:
    return f"{game.title} (`{game.name}`)"


def _slug(heading: str) -> str:
    """Return the anchor that GitHub and MyST give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _main(game: IssueGame) -> str:
    return " ".join(key for key, claim in game.claims.items() if claim.role == "claim")


def _section(game: IssueGame) -> str:
    verdicts = game.verdicts()
    parts = [
        f"## {_heading(game)}",
        f"**The question.** {game.question}",
        f"**The trick.** {_plain(game.trick)}",
        f"**What would overturn it:** {_plain(game.overturned_by)}",
        f"![{game.title}](images/issues/{game.name}.png)",
        _play(game),
        "**What decides, at the defaults**",
        _conditions(game),
        "**Verdicts**",
        _verdicts(verdicts),
        _findings(verdicts),
        _handed(game),
        "**Parameters**",
        _parameters(game),
        _sources(game),
    ]
    return "\n\n".join(part for part in parts if part)


def _play(game: IssueGame) -> str:
    steps = "\n".join(f"{k}. {step}" for k, step in enumerate(game.timing, 1))
    found = "; ".join(
        f"*{e.name}* ({', '.join(f'{who} {does}' for who, does in e.play.items())})" for e in game.solve().equilibria
    )
    readings = "".join(f"\n- reading `{name}`: {told}" for name, told in game.readings.items())
    text = f"**Players:** {', '.join(game.players)}.\n\n{steps}\n\n**At the defaults:** {found}."
    return text + (f"\n{readings}" if readings else "")


def _conditions(game: IssueGame) -> str:
    switches = _switches(game)
    rows = (
        (held.symbols, held.words, f"{held.slack:+.3f}", held.so, switches.get(held.name, "–"))
        for held in game.solve().conditions
    )
    return _table(("condition", "in words", "slack", "so", "switches at (one parameter at a time)"), rows)


def _switches(game: IssueGame) -> dict[str, str]:
    """Return for each condition where it switches along each parameter, within twice the plausible range."""
    found: dict[str, list[str]] = {}
    for parameter in game.parameters:
        low, high = parameter.range_at(parameter.default, 2.0)
        for switch in game.switches(parameter.name, game.conditions) if low < high else ():
            if low <= switch.value <= high:
                found.setdefault(switch.of, []).append(_switch(switch))
    return {name: ", ".join(switches) for name, switches in found.items()}


def _switch(switch: Threshold) -> str:
    return f"{switch.parameter} {switch.value:.3f}"


def _verdicts(verdicts: dict[str, IssueVerdict]) -> str:
    rows = (
        (
            v.id,
            v.claim.role,
            v.claim.reading,
            v.claim.condition,
            "holds" if v.holds else "FAILS",
            percent(v.share),
            percent(v.wide_share),
            v.nature,
        )
        for v in verdicts.values()
    )
    return _table(("ID", "row", "what is tested", "decided by", "default", "box", "wide", "nature"), rows)


def _findings(verdicts: dict[str, IssueVerdict]) -> str:
    lines = [f"- {v.id}: {_plain(v.claim.finding)}" for v in verdicts.values() if v.claim.finding]
    return "\n".join(["**Findings**", "", *lines]) if lines else ""


def _handed(game: IssueGame) -> str:
    untested = " ".join(f"{key}: {why}" for key, why in game.untested.items())
    told = f"**Not tested here:** {untested}\n\n" if untested else ""
    if not game.hands_over:
        return told + "**Hands to the triangle:** nothing."
    lines = [
        f"`{link.parameter}` × "
        + (f"{link.measure}/{link.measure}₀" if link.mode == "ratio" else f"(1 + {link.measure} − {link.measure}₀)")
        + f". {_plain(link.meaning)}"
        for link in game.hands_over
    ]
    return told + "**Hands to the triangle:** " + " ".join(lines)


def _parameters(game: IssueGame) -> str:
    rows = (
        (
            f"`{p.name}`",
            f"{p.default:.3g}",
            f"{p.low:.3g}–{p.high:.3g}" if p.low < p.high else "set",
            p.unit,
            p.meaning,
            p.basis,
            p.note,
            " ".join(p.claims),
        )
        for p in game.parameters
    )
    return _table(("name", "default", "range", "unit", "meaning", "basis", "where it comes from", "claims"), rows)


def _sources(game: IssueGame) -> str:
    return "\n".join(["**Models behind it**", "", *(f"- {source}." for source in game.sources)])


def _table(headers: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headers, tuple("---" for _ in headers), *(tuple(map(_plain, row)) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _plain(text: str) -> str:
    """Return text in which no sign has a meaning of its own in Markdown."""
    return text.replace("*", "\\*").replace("|", "\\|")


def figures(folder: Path) -> None:
    """Draw every game's figure into a folder."""
    import matplotlib.pyplot as plt

    for name in issue_games():
        figure, _ = issue_game(name).figure()
        figure.savefig(folder / f"{name}.png", dpi=DPI, metadata={"Software": None})
        plt.close(figure)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--figures"]:
        figures(Path(sys.argv[2]))
    else:
        print(document(), end="")
