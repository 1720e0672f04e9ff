"""The scoreboard of dated events and the policy contrasts as tables and sentences; nothing is computed here.

Print the section of docs/time.md anew: ``python -m triangle.views.scoreboard docs/time.md`` (about three minutes).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.table import Table

from ..chapter.events import Observation, events
from ..studies.contrasts import ContrastBoard, Effect, policy_contrasts
from ..studies.events import WAYS, EventBoard, EventTally, scoreboard
from ..studies.forecasts import EFFECTIVE
from ..studies.observed import Moved
from .markup import as_markdown
from .tables import as_html, as_text

DRAWS = 4096
BEGIN, END = "<!-- scoreboard: printed by triangle.views.scoreboard -->\n", "<!-- end of scoreboard -->\n"
SYMBOLS = {
    "intensity": "intensity",
    "foundation": "foundations",
    "investment": "investment",
    "transfer": "transfer",
    "gap": "gap",
    "depth": "depth",
    "stance": "Russia's stance",
}
NUMBERS = ("intensity", "foundation", "investment", "transfer")
ARROWS = {"up": "↑", "down": "↓", "flat": "→"}
TRIVIAL = 0.005
JUDGED = "What to make of it: the sentences are judgements, the numbers the chapter's family at the dated values."


def summary_table(board: EventBoard) -> Table:
    """Return how every forecaster did: stated, inferred and consequences apart, and whole events."""
    first = board.forecasts[0]
    counts = {told: board.tally(first, told).statements for told in ("stated", "inferred")}
    answers = board.tally(first, nature="consequence").statements
    caption = (
        "Hits: statements whose observed direction had a probability over one half. Scores, best at 0: of what is "
        "stated, then of the consequences (c). Events: all that is stated of them is a hit. indifferent is the null."
    )
    table = _table(f"Forecasters on the dated events ({board.draws:,} draws)", "forecaster", caption)
    hits = (*(f"{told} /{count}" for told, count in counts.items()), f"conseq. /{answers}")
    for header in (*hits, "log", "Brier", "log c", "Brier c", f"events /{len(board.scored)}"):
        table.add_column(header, justify="right")
    for each in board.forecasts:
        tallies = [board.tally(each, told) for told in counts] + [board.tally(each, nature="consequence")]
        scores = (*_scores(tallies[0]), *_scores(tallies[-1]))
        table.add_row(each.name, *(str(tally.hits) for tally in tallies), *scores, str(len(board.whole(each))))
    return table


def statements_table(board: EventBoard) -> Table:
    """Return what each forecast gave to every statement: the first family in full, the others over their draws."""
    first, *others = board.families
    shown = [board.forecast(first, way) for way in WAYS] + [board.forecast(name, "box") for name in others]
    caption = (
        f"default, box, event out and episode out: the family {first}; the others are the means over their draws. "
        "S: the direction is stated; I: inferred, a judgement. c: a consequence; p: one dated parameter decides it; "
        "i: input of the timeline."
    )
    table = _table("Probability given to what was observed", "statement", caption)
    for header in ("told", *WAYS, *others):
        table.add_column(header, justify="right")
    for k, said in enumerate(board.observations):
        table.add_row(statement_text(said), marks(said), *(_chance(board.given(each)[k]) for each in shown))
    return table


def unscored_table() -> Table:
    """Return the events that are not scored, with the reason."""
    table = _table("Events that are not scored", "event", None, whole=False)
    table.add_column("why")
    for each in events().values():
        if each.unscored:
            table.add_row(f"{each.id} {each.label}", each.unscored)
    return table


def contrasts_table(board: ContrastBoard) -> Table:
    """Return the policy contrasts: where the change is as claimed beyond the band, and where its sign alone is."""
    caption = (
        f"Share of {board.draws:,} draws in which the change is as the chapter says: beyond the band / by its sign; of "
        "'does not lower': no fall beyond the band / no fall at all. trivial: nothing moves in any draw."
    )
    table = _table("Policy contrasts: the same year with and without one lever", "contrast", caption, whole=False)
    table.add_column("claims")
    for name in board.families:
        table.add_column(name, justify="right")
    for each in board.contrasts:
        when = f" ({each.year})" if str(each.year) not in each.text else ""
        cells = (_effect(board.effects[each.id, name], each.asks) for name in board.families)
        table.add_row(each.text + when, " ".join((each.event,) * each.event.startswith("E") + each.claims), *cells)
    return table


def statement_text(said: Observation) -> str:
    """Return a statement in a few words.

    Examples
    --------
    >>> statement_text(events()["E07"].observations[0])
    'E07 intensity ↑ 2008–10'
    """
    return f"{said.event} {SYMBOLS[said.measure]} {ARROWS[said.direction]} {said.first}–{said.last % 100:02d}"


def marks(said: Observation) -> str:
    """Return how a statement is told and its nature, as one letter each."""
    return f"{said.told[0].upper()} {'p' if said.nature == 'driven' else said.nature[0]}"


def finding_lines(board: EventBoard) -> Iterator[str]:
    """Yield for each event with a finding what it is, and what moved its measures at the dated values."""
    for each in events().values():
        if each.finding:
            told = [_moved(said, board.moved[said.asked]) for said in each.observations if said.measure in NUMBERS]
            yield " ".join([f"{each.id}: {each.finding}", *told])


def _moved(said: Observation, moved: Moved) -> str:
    ways = (
        f"by dated values alone {_signed(moved.by_values)}, by the West's stance alone {_signed(moved.by_commitments)}"
    )
    name = SYMBOLS[said.measure]
    return f"{name[0].upper()}{name[1:]} {said.first}–{said.last % 100:02d}: {_signed(moved.change)}; {ways}."


def consequences_line(board: EventBoard) -> str:
    """Return how many consequences each family hits over its draws, and the forecasters without a model."""
    shown = [each for each in board.forecasts if each.way in ("", "box")]
    hits = {each.family: board.tally(each, nature="consequence") for each in shown}
    total = next(iter(hits.values())).statements
    return f"Consequences hit, of {total}: " + ", ".join(f"{name} {each.hits}" for name, each in hits.items()) + "."


def bands_line(boards: Mapping[float, EventBoard]) -> str:
    """Return how many stated statements the families hit over their draws with other bands of intensity."""
    one = next(iter(boards.values()))
    hits = {
        name: ", ".join(str(board.tally(board.forecast(name, "box"), "stated").hits) for board in boards.values())
        for name in one.families
    }
    sizes = ", ".join(f"{100 * size:g}" for size in boards)
    told = "; ".join(f"{name} {counts}" for name, counts in hits.items())
    return f"Stated hits with a band of intensity of {sizes} % ({one.draws:,} draws): {told}."


def fit_line(board: EventBoard) -> str:
    """Return which exponents the weights had, in words."""
    told = []
    for name in board.families:
        powers = [p for way in WAYS[2:] for p in board.forecast(name, way).exponents.values()]
        told.append(
            f"{name} {min(powers):.2f}–{max(powers):.2f}" if min(powers) < max(powers) else f"{name} {min(powers):g}"
        )
    shares = [e for each in board.forecasts for e in each.effective.values()]
    return (
        f"Weights of draws where an event or episode is left out were raised to powers of {'; '.join(told)}, so that "
        f"the effective sample is at least {100 * EFFECTIVE:g} % of the draws (the least: {100 * min(shares):.0f} %)."
    )


def lines(board: EventBoard) -> tuple[str, ...]:
    """Return what is said below the tables, one paragraph each."""
    return (consequences_line(board), fit_line(board))


def as_plain(board: EventBoard) -> str:
    """Return the whole board as text."""
    tables = [as_text(table) for table in (summary_table(board), statements_table(board), unscored_table())]
    findings = "\n".join("• " + line for line in finding_lines(board))
    return "\n".join([*tables, *lines(board), "", JUDGED, findings])


def as_page(board: EventBoard) -> str:
    """Return the tables for a notebook."""
    return "".join(as_html(table) for table in (summary_table(board), statements_table(board), unscored_table()))


def section(board: EventBoard, bands: Mapping[float, EventBoard], other: ContrastBoard) -> str:
    """Return the generated part of docs/time.md."""
    tables = [as_markdown(each) for each in (summary_table(board), statements_table(board))]
    findings = "\n".join(f"- {line}" for line in finding_lines(board))
    rest = [as_markdown(unscored_table()), as_markdown(contrasts_table(other))]
    return "\n\n".join([tables[0], *lines(board), bands_line(bands), tables[1], JUDGED, findings, *rest]) + "\n"


def _table(title: str, first: str, caption: str | None, whole: bool = True) -> Table:
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    table.add_column(first, no_wrap=whole)
    return table


def _scores(tally: EventTally) -> tuple[str, str]:
    return _signed(tally.log_score).removeprefix("+"), f"{tally.brier:.3f}"


def _chance(value: float) -> str:
    """Return a probability in two digits; 0 and 1 only where it is that."""
    if 0 < value < 0.005 or 0.995 < value < 1:
        return "<.01" if value < 0.5 else ">.99"
    return f"{value:.2f}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−") if abs(value) >= 0.005 else "0.00"


def _effect(effect: Effect, asks: str) -> str:
    if effect.lacking:
        return "no such parameter"
    note = " trivial" if asks == "not down" and effect.moves < TRIVIAL else ""
    return f"{effect.holds:.2f} / {effect.sign:.2f}{note}"


def main(page: Path) -> None:
    """Print the generated part of a page anew."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    bands = {size: scoreboard(draws=256, bands={"intensity": size}) for size in (0.0, 0.005, 0.01, 0.02)}
    made = section(scoreboard(draws=DRAWS), bands, policy_contrasts(draws=DRAWS))
    page.write_text(before + BEGIN + "\n" + made + "\n" + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
