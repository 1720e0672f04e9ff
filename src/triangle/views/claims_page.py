"""The page of verdicts, docs/claims.md; print it with ``python -m triangle.views.claims_page``.

`verdict_sections` is cheap and `reason_sections` is not: a test compares the first with the page word by word, and of
the second the rows of some claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.table import Table

from ..chapter.claims import NATURES, Claim, registry, variants
from ..studies.ablation import Ablated, ablate
from ..studies.claims import Verdicts, check_all, default_model
from ..studies.consistency import consistency
from ..studies.score import score
from ..studies.verdict import Verdict
from .claims import (
    ablation_text,
    asked,
    brief,
    carrier,
    certificate_text,
    consistency_lines,
    counterexample_text,
    counts_line,
    flip_text,
    pairs_table,
    score_table,
    tensions_table,
)
from .markup import as_markdown

ROOT_PAGE = Path(__file__).parents[3] / "docs" / "claims.md"

HEAD = """# Verdicts on the chapter's claims

What the chapter claims, what the model says of each claim, and what that rests on: for readers who want to know how
firmly the argument follows from its assumptions. Every claim stands here in our own words; C12 is its ID and S5 the
section of the chapter where it is made. `triangle claims C12` tells one in full. Printed by
`python -m triangle.views.claims_page`; a test keeps this page in step with the code. Parameters and terms are explained
in [the tables](tables.md), the solution concepts in [the model](model.md#solution-concepts).

**Tiers.** A claim of tier A is tested, by the triangle or by an [issue game](issue-games.md); one of tier B is carried
by terms and parameters and not tested; one of tier C is context. *Paradox* marks what most readers would not expect.

**How to read it.** A claim is formalised as comparisons between settings, which must hold for every combination of
equilibria. *In the box* is the share of 8,192 Sobol points (seed 1) of the plausible ranges at which it holds, with a
95 % interval; *no failure in 8,192 points* is what it says and no proof. *Twice the width* doubles every range, cut
where a parameter ends; *all admissible values* takes each parameter from one end of what it may be to the other.
Neither is asked of anything. Where *dated* stands, the claim compares years, whose values would no longer differ there.
The ranges are judgements: a share says how much rests on exact numbers, and is no probability. The author's strength
sets what is *asked*: `certain` more than 95 % of the box, `likely` and `recommendation` more than half of it,
`possible` one point. The three thresholds are this project's.

**Nature** comes before everything else. A *consequence* is a claim on which several terms pull in different directions:
only these are evidence for the argument's logic. A claim that holds *by construction* rests on one monotone term, put
there because the chapter says so; a *read-out* reads a lever off. They are never added up. Some defaults were chosen
with C12, C84, C85 and C87 in view (see the parameters' bases): 'holds at the default' proves little, shares and
windows say more."""


def document() -> str:
    """Return the whole page."""
    verdicts = check_all()
    return "\n\n".join([HEAD, *verdict_sections(verdicts), *reason_sections(verdicts)]) + "\n"


def verdict_sections(verdicts: Verdicts) -> Iterator[str]:
    """Yield the counts, the tables of verdicts, and what is not tested."""
    yield "## Counts"
    yield counts_line(verdicts)
    yield shortfalls(verdicts)
    triangle = verdicts.where(by="triangle")
    for title, nature in (("Consequences", "consequence"), ("By construction, and read-outs", None)):
        chosen = [v for v in triangle if (v.nature == "consequence") == (nature == "consequence")]
        yield f"## {title}"
        yield as_markdown(verdict_rows(chosen))
    yield "## Claims of tier A that issue games test"
    yield "They are not about the triangle: each has a small game of its own (`triangle issue NAME`)."
    yield as_markdown(verdict_rows(verdicts.where(by="issue games")))
    yield "## Other readings"
    yield (
        "Sharper or contrary readings of some claims, outside every count. C04r, C12o and C85l fail, and say what the "
        "claims they belong to do not cover."
    )
    yield as_markdown(verdict_rows(check_all(which=variants().values())))
    yield "## Not tested by the triangle"
    yield "Tier B is carried by terms and parameters of the triangle, or by an issue game; tier C is context."
    yield as_markdown(untested([v.claim for v in verdicts if v.status == "not tested"]))


def shortfalls(verdicts: Verdicts) -> str:
    """Return what the models do not reproduce as firmly as the chapter says it, the worst first."""
    short = sorted((v for v in verdicts if v.status in ("fails", "falls short")), key=lambda v: -v.shortfall)
    told = ", ".join(f"{v.claim.id} ({100 * (v.share or 0):.0f} % of the box, {asked(v)})" for v in short)
    return f"Not reproduced as firmly as the chapter states them, the worst first: {told}."


def verdict_rows(verdicts: Sequence[Verdict] | Verdicts) -> Table:
    """Return verdicts with their shares in three boxes."""
    table = Table()
    for header in ("claim", "in our words", "read as", "strength", "paradox", "nature", "verdict", "in the box",
                   "twice the width", "all admissible values", "asked"):  # fmt: skip
        table.add_column(header)
    for v in verdicts:
        reading = v.claim.reading if v.issue is None else v.issue.claim.reading
        table.add_row(
            f"{v.claim.id} ({v.claim.section})", v.claim.text, reading, v.claim.strength,
            "yes" if v.claim.counterintuitive else "", v.nature or "", v.status, str(v.over),
            _wide(v), _widest(v), asked(v),
        )  # fmt: skip
    return table


def _wide(verdict: Verdict) -> str:
    if verdict.wider is not None:
        return brief(verdict.wider)
    issue = verdict.issue
    return "–" if issue is None else brief(issue.wide)


def _widest(verdict: Verdict) -> str:
    if verdict.widest is not None:
        return brief(verdict.widest)
    return "dated" if verdict.statement is not None else "–"


def untested(claims: Sequence[Claim]) -> Table:
    """Return claims of tiers B and C with what carries them, or why they are context."""
    table = Table()
    for header in ("claim", "tier", "in our words", "carried by, or why it is context"):
        table.add_column(header)
    for each in claims:
        why = f"context: {each.context}" if each.tier == "C" else carrier(each)
        table.add_row(f"{each.id} ({each.section})", each.tier, each.text, why)
    return table


def reason_sections(verdicts: Verdicts) -> Iterator[str]:
    """Yield what decides each claim, the rivals, and which claims hold together."""
    model = default_model()
    chosen = [*verdicts.where(by="triangle"), *check_all(which=variants().values())]
    ablated = ablate(model, [v.statement for v in chosen if v.statement is not None])
    yield "## What decides each claim"
    yield (
        "*Windows*: how far one parameter can move alone, all else at the default, before the verdict there flips; a "
        "single value at which it does, as at a tie or at the last admissible value, ends no window. "
        "*Dies without*: the terms, options (`bargaining`, `intensity`) and stage parameters whose loss makes the "
        "claim fail at the default, or leaves half of the box or less. *Concepts*: where another than `pairwise` says "
        "otherwise at the default; under `nash` no tie is as stable as a tie, since two must agree on one, so what is "
        "said of the tie does not hold for every equilibrium. `logit_qre` asks for expected values where players err, "
        "on the principal branch, at precisions of 5, 20 and 80 relative to the stakes (the largest difference that "
        "a player's own action makes to its payoff). *Counterexample*: the nearest failure that a search in "
        "the box found, all parameters moving at once. "
        "*Exactly*: a proof for every point of the box, found by branch and bound and accepted by a checker that "
        "shares nothing with the search, or that the counterexample fails when all is computed in fractions. Proofs "
        "are about equilibria that are no ties: 'at a tie it fails' names claims that a tie in the box breaks. "
        "Multiples are of the plausible ranges' half-widths, all at once."
    )
    yield headline(chosen)
    yield as_markdown(reason_rows(chosen, ablated))
    yield "## The chapter's family and its rivals"
    yield (
        "The chapter argues against somebody: `balancing` (the gap alone drives Russia to the West), `wedge` "
        "(accommodation pulls Russia out of the tie) and `indifferent` (the null: no driver, no obstacle)."
    )
    board = score(model)
    yield as_markdown(score_table(board))
    for rival in board.families[1:]:
        better = " ".join(board.better(rival, board.families[0])) or "none"
        yield f"Consequences that hold in more of the box of `{rival}` than of the chapter's family: {better}."
    yield "## Which claims hold together"
    found = consistency(model)
    yield "\n".join(f"- {line}" for line in consistency_lines(found))
    yield as_markdown(tensions_table(found))
    yield as_markdown(pairs_table(found))


def headline(verdicts: Sequence[Verdict]) -> str:
    """Return how far the chapter's headline carries, and which claims are proved on the whole box."""
    found = {v.claim.id: v.counterexample for v in verdicts}
    reset, opening = found["C06"], found["C12"]
    assert reset is not None
    assert opening is not None
    proved = [v for v in verdicts if v.certificate is not None and not v.claim.variant_of]
    split = "; ".join(
        f"{nature}: {' '.join(v.claim.id for v in proved if v.nature == nature) or 'none'}" for nature in NATURES
    )
    unseen = [
        v.claim.id for v in verdicts if found[v.claim.id] and v.over is not None and v.over.count == v.over.points
    ]
    refuted = sum(each is not None and each.decided for key, each in found.items() if key in registry())
    worst = [
        f"that a reset does not loosen the tie (C06) fails once all parameters are wrong together by "
        f"{reset.distance:.3f} half-widths of their plausible ranges (about 1/{1 / reset.distance:.0f}), in the worst "
        "direction",
        f"that an opening tightens it (C12), by {opening.distance:.3f} (about 1/{1 / opening.distance:.0f})",
    ]
    return (
        f"**How far the headline carries.** In words: {'; '.join(worst)}. A single parameter may be wrong by more: "
        f"see the windows. {len(proved)} claims are proved for the whole box ({split}). {refuted} are refuted by a "
        f"point in it, {' and '.join(unseen)} among them although no sampled point fails. Most of these hold at most "
        "points of the box: read the shares."
    )


def reason_rows(verdicts: Sequence[Verdict], ablated: Mapping[str, tuple[Ablated, ...]]) -> Table:
    """Return for each claim what decides it, what flips it, what it rests on, and its nearest failure."""
    table = Table()
    for header in ("claim", "condition", "windows", "nearest flip", "dies without", "concepts", "counterexample",
                   "exactly"):  # fmt: skip
        table.add_column(header)
    for v in verdicts:
        windows = "; ".join(w.spelled(inside=bool(v.holds)) for w in v.windows if w.bounded and w.reach < 2)
        fails = counterexample_text(v.counterexample, v)
        rests = ablation_text(ablated[v.claim.id], v.holds)
        table.add_row(v.claim.id, f"{v.claim.condition}: `{v.deciding}`", windows or "none within two half-widths",
                      flip_text(v.nearest_flip), rests if v.holds else f"would hold without: {rests}",
                      concepts_text(v), fails, exact_text(v))  # fmt: skip
    return table


def exact_text(verdict: Verdict) -> str:
    """Return how large a box a claim is proved on, and where it is refuted, in multiples of the plausible ranges."""
    proved = f"proved to {verdict.proved:.3g}; " if verdict.counterexample is not None and verdict.proved else ""
    return proved + certificate_text(verdict)


def concepts_text(verdict: Verdict) -> str:
    """Return the concepts, and the precisions of logit play, under which a claim is not as under ``pairwise``."""
    other = [name for name, (holds, _) in verdict.concepts.items() if holds != verdict.holds]
    other += [f"logit_qre at {n.precision:g}" for n in verdict.noisy if n.holds != verdict.holds]
    said = "fails" if verdict.holds else "holds"
    return f"{said} under {', '.join(other)}" if other else "all agree"


if __name__ == "__main__":
    print(document(), end="")
