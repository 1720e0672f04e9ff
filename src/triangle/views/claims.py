"""Claims, verdicts, the scoreboard and consistency as tables and text; nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.table import Table

from ..chapter.claims import NATURES, Claim
from ..chapter.form import COMMITMENTS
from ..evaluation import Share
from ..statement import Setting
from ..studies.ablation import Ablated
from ..studies.claims import TESTERS, Claims, Verdicts
from ..studies.consistency import FACTORS, Consistency
from ..studies.counterexample import Counterexample
from ..studies.score import Scoreboard, Tally
from ..studies.verdict import REQUIRED, Verdict
from ..studies.windows import Window
from .tables import as_text

SHOWN, PAIRS = 6, 10
MARKS = {"holds": "holds", "falls short": "falls short", "fails": "FAILS", "not tested": "–"}
_CODES = {action: code for code, action in COMMITMENTS.items()}


def claims_table(claims: Claims) -> Table:
    """Return claims with what is said of them; no verdict is computed."""
    table = _table(f"{len(claims)} claims of the chapter", ("claim", "§", "tier", "strength", "paradox"))
    table.add_column("carried by")
    table.add_column("in our words")
    for each in claims:
        table.add_row(each.id, each.section, each.tier, each.strength, _yes(each.counterintuitive), carrier(each),
                      each.text)  # fmt: skip
    return table


def carrier(claim: Claim) -> str:
    """Return what carries a claim: the triangle, terms and parameters, an issue game, or nothing."""
    parts = ["triangle"] if claim.statement is not None else []
    parts += [", ".join(claim.carried_by)] if claim.carried_by else []
    parts += [f"game {claim.issue_game}"] if claim.issue_game else []
    return "; ".join(parts) or "context"


def verdicts_table(verdicts: Verdicts) -> Table:
    """Return the verdicts, one row each, with the counts of each nature below."""
    columns = ("claim", "§", "strength", "paradox", "nature", "verdict", "in the box of plausible ranges", "asked")
    table = _table(f"Verdicts on {len(verdicts)} claims", columns, counts_line(verdicts))
    table.add_column("tested or carried by", overflow="fold")
    for v in verdicts:
        table.add_row(*verdict_cells(v), v.tested_by or carrier(v.claim))
    return table


def verdict_cells(verdict: Verdict) -> tuple[str, ...]:
    """Return a verdict's row: what was claimed, how surely, and what was found."""
    claim = verdict.claim
    return (
        claim.id,
        claim.section,
        claim.strength,
        _yes(claim.counterintuitive),
        verdict.nature or "–",
        MARKS[verdict.status],
        "–" if verdict.over is None else str(verdict.over),
        asked(verdict),
    )


def asked(verdict: Verdict) -> str:
    """Return what the author's strength asks for, and by how much the share falls short."""
    if verdict.over is None:
        return "–"
    required = REQUIRED[verdict.claim.strength]
    text = f"over {100 * required:.0f} %" if required else "somewhere"
    return text + (f", short by {100 * verdict.shortfall:.0f}" if verdict.shortfall else "")


def counts_line(verdicts: Verdicts) -> str:
    """Return how many of each nature have each status; natures are never added up."""
    told = []
    for by in TESTERS:
        counts = verdicts.counts[by]
        parts = [f"{nature}: {_counted(counts[nature])}" for nature in NATURES if counts[nature]]
        if parts:
            told.append(f"By the {by}: " + "; ".join(parts) + ".")
    return " ".join(told)


def _counted(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    plural = {"holds": "hold", "falls short": "fall short", "fails": "fail"}
    return ", ".join(
        f"{count} of {total} {status if count == 1 else plural[status]}" for status, count in counts.items()
    )


def verdict_table(verdict: Verdict) -> Table:
    """Return one verdict in full."""
    claim = verdict.claim
    table = Table(title=f"{claim.id} ({claim.section}): {claim.text}", title_justify="left", show_header=False)
    table.add_column("what", no_wrap=True)
    table.add_column("found", overflow="fold")
    for what, found in _facts(verdict):
        if found:
            table.add_row(what, found)
    return table


def _facts(verdict: Verdict) -> Iterable[tuple[str, str]]:
    claim = verdict.claim
    yield "another reading of", claim.variant_of
    yield "strength", claim.strength + (f": {claim.nuance}" if claim.nuance else "")
    yield "tier", claim.tier + (", against the common expectation" if claim.counterintuitive else "")
    yield "not tested", verdict.reason
    yield "nature", verdict.nature or ""
    yield "tested by", verdict.tested_by
    if verdict.issue is not None:
        yield "read as", verdict.issue.claim.reading
        yield "to make of it", verdict.issue.claim.finding
    if verdict.over is None:
        return
    yield "verdict", MARKS[verdict.status] + f" (asked: {asked(verdict)})"
    yield "at the default", "holds" if verdict.holds else "fails"
    yield "in the box", str(verdict.over) + _missing(verdict.over)
    yield "condition", verdict.condition
    if verdict.statement is not None:
        yield from _tested_facts(verdict)
    yield "counterexample", counterexample_text(verdict.counterexample, verdict)
    yield "certificate", certificate_text(verdict)


def _tested_facts(verdict: Verdict) -> Iterable[tuple[str, str]]:
    assert verdict.statement is not None
    yield "read as", verdict.claim.reading
    yield "settings", "\n".join(setting_text(setting) for setting in verdict.statement.settings)
    margins = [f"{comparison} ({margin:+.3f})" for comparison, margin in verdict.margins().items()]
    yield "must hold, with the margin at the default", "\n".join(margins)
    yield "the model lacks", ", ".join(verdict.lacking)
    yield "box of twice the width", str(verdict.wider)
    yield "all admissible values", "" if verdict.widest is None else str(verdict.widest)
    yield "nearest flip", verdict.inexact or flip_text(verdict.nearest_flip)
    concepts = [
        f"{name}: {'holds' if holds else 'fails'}, {share}" for name, (holds, share) in verdict.concepts.items()
    ]
    yield "concepts", "\n".join([*concepts, noisy_text(verdict)])
    yield ("dies without" if verdict.holds else "would hold without"), ablation_text(verdict.ablation, verdict.holds)


def setting_text(setting: Setting) -> str:
    """Return a setting in words: its scenario, who is held, and what is changed."""
    held = [f"{player} held to {_CODES.get(action, action)}" for player, action in setting.scenario.held.items()]
    signs = {"set": "= {:g}", "plus": "{:+g}", "times": "× {:g}"}
    changes = [f"{name} {signs[how].format(number)}" for name, (how, number) in setting.changes.items()]
    return f"{setting.label}: " + ", ".join([setting.scenario.name, *held, *changes])


def flip_text(window: Window | None) -> str:
    """Return which single parameter flips a verdict soonest."""
    if window is None:
        return "no single parameter flips it over any range of values"
    return f"{window.spelled(inside=False)}, {window.reach:.2f} half-widths away"


def noisy_text(verdict: Verdict) -> str:
    """Return at which precisions a claim holds of expected values where players err."""
    words = {True: "holds", False: "fails", None: "not reached"}
    told = {word: [f"{n.precision:g}" for n in verdict.noisy if words[n.holds] == word] for word in words.values()}
    parts = [f"{word} at precision {', '.join(found)}" for word, found in told.items() if found]
    return "logit_qre: " + "; ".join(parts) + " (expected values; relative to the stakes)"


def ablation_text(ablation: Iterable[Ablated], holds: bool | None) -> str:
    """Return what a claim dies without, or what must go for a failing one to hold."""
    if not holds:
        names = [each.name for each in ablation if each.holds]
        return ", ".join(names[:SHOWN]) or "nothing singly"
    dead = [f"{each.name} ({brief(each.share)} left)" for each in ablation if each.dies]
    return ", ".join(dead) or "nothing singly"


def counterexample_text(found: Counterexample | None, verdict: Verdict) -> str:
    """Return a failing point in words, its largest displacements first."""
    if found is None:
        return "none found" if verdict.statement is not None else ""
    if verdict.statement is None:
        ((game, values),) = found.values.items()
        return f"in {game}, drawn from its box or one twice as wide: " + ", ".join(
            f"{name} {value:.3g}" for name, value in values.items()
        )
    if not found.displacement:
        return "the default itself: " + "; ".join(map(str, found.fails))
    ordered = sorted(found.displacement.items(), key=lambda item: -abs(item[1]) / _half(verdict, item[0]))
    moved = ", ".join(f"{name} {move:+.3f}" for name, move in ordered[:SHOWN])
    why = "; ".join(map(str, found.fails)) or "a setting has no equilibrium"
    return f"all parameters within {found.distance:.3f} half-widths, such as {moved}; fails there: {why}"


def certificate_text(verdict: Verdict) -> str:
    """Return what was proved on the box of plausible ranges."""
    if verdict.statement is None:
        return ""
    if verdict.inexact:
        return f"nothing exact can be said: {verdict.inexact}"
    found = verdict.counterexample
    if found is not None:
        where = f"refuted at {found.distance:.3f}" if found.displacement else "refuted at the default"
        return where + (", decided in fractions" if found.decided else ", in floats")
    if verdict.certificate is None:
        return f"no proof: {verdict.proof}"
    existence = ", existence of equilibria too" if verdict.certificate.exists else ""
    tie = "; at a tie it fails" if verdict.certificate.tie is not None else ""
    return f"proved for every point of the box{existence}, and checked independently{tie}"


def _half(verdict: Verdict, name: str) -> float:
    parameter = verdict.model.parameter(name)
    return (parameter.high - parameter.low) / 2


def score_table(board: Scoreboard) -> Table:
    """Return the families side by side: first the claims on levers that all have, then all claims."""
    caption = (
        f"Common levers: the claim changes nothing but what every family has ({len(board.common)} of "
        f"{len(board.verdicts[board.families[0]])} claims). Each cell: how many hold at the default, and the mean "
        "share of the family's own box."
    )
    table = _table("The chapter's family and its rivals on the same claims", ("family", "claims"), caption)
    for nature in NATURES:
        table.add_column(nature, justify="right")
    table.add_column("consequences that it alone explains")
    for common in (True, False):
        for family in board.families:
            cells = [_tallied(board.tally(family, nature, common)) for nature in NATURES]
            alone = " ".join(board.only(family)) or "none"
            table.add_row(family, "common levers" if common else "all", *cells, alone if common else "")
    return table


def _tallied(tally: Tally) -> str:
    return f"{tally.holds} of {tally.claims}" + (f" ({tally.mean_share:.2f})" if tally.claims else "")


def pairs_table(found: Consistency) -> Table:
    """Return the most conflicting pairs of claims."""
    table = _table("Claims that pull against one another most", ("claims",))
    for header in ("both hold", "if independent", "where one fails the other holds"):
        table.add_column(header, justify="right")
    for pair in found.pairs[:PAIRS]:
        if pair.conflict > 0:
            cells = (f"{100 * value:.1f} %" for value in (pair.joint, pair.product, pair.either))
            table.add_row(f"{pair.first} & {pair.second}", *cells)
    return table


def tensions_table(found: Consistency) -> Table:
    """Return the chapter's tensions with the windows in which their claims all hold."""
    table = _table("The chapter's tensions", ("tension", "claims"))
    for header in ("at the default", "all hold", "while, all else at the default", "what the model assumes"):
        table.add_column(header)
    for strain in found.strains:
        limits = "; ".join(window.spelled() for window in strain.windows if window.bounded and window.reach < 2)
        table.add_row(
            f"{strain.tension.id}: {strain.tension.text}",
            " ".join(strain.tension.claims),
            "all hold" if strain.holds else "not all hold",
            str(strain.share),
            limits,
            strain.tension.assumes,
        )
    return table


def consistency_lines(found: Consistency) -> list[str]:
    """Return the joint shares, the point with the most room, and what one must believe, one sentence each."""
    count = len(found.ids)
    model = found.trials.model
    lines = [f"All {count} claims {'hold' if found.holds else 'do not all hold'} at the default."]
    lines += [
        f"All {count} hold at once, half-widths of the ranges times {factor:g}: {found.joint(factor)}."
        for factor in FACTORS
    ]
    if found.holds:
        centre = found.centre
        moved = {name: model.defaults[name] + move for name, move in centre.displacement.items() if abs(move) > 5e-4}
        where = ", ".join(f"{name} {value:.3f}" for name, value in moved.items())
        lines.append(
            f"Most room for all of them: about {centre.room:.2f} half-widths of every range at once (to first order), "
            f"against {centre.start:.2f} at the default, at (in values of 2016) {where}; all else at the default."
        )
    lines += [f"To accept them all one must believe: {belief}." for belief in found.beliefs]
    return lines


def consistency_text(found: Consistency) -> str:
    """Return the whole analysis as text."""
    lines = "\n".join("• " + line for line in consistency_lines(found))
    return "\n".join((lines, as_text(tensions_table(found)), as_text(pairs_table(found))))


def _table(title: str, columns: tuple[str, ...], caption: str | None = None) -> Table:
    table = Table(title=title, caption=caption or None, title_justify="left", caption_justify="left")
    for header in columns:
        table.add_column(header)
    return table


def _yes(value: bool) -> str:
    return "yes" if value else ""


def brief(share: Share) -> str:
    """Return a share in a few characters: no rounding makes it all or nothing."""
    if share.count in (0, share.points):
        return "none" if share.count == 0 else "no failure"
    return "> 99 %" if share.value > 0.995 else "< 1 %" if share.value < 0.005 else f"{100 * share.value:.0f} %"


def _missing(share: Share) -> str:
    return f"; no equilibrium at {share.missing:,} points" if share.missing else ""
