"""The page on the West as two players, docs/quad.md; print it with ``python -m triangle.views.quad``."""

from __future__ import annotations

from ..chapter.form import EU, US
from ..chapter.model import chapter_model
from ..chapter.parameters import read_table
from ..chapter.quad import PAIRS, commitments, committed, quad_verdicts
from ..scenario import scenario
from ..studies.solve import Outcome, solve
from .markdown import markdown_table

HEAD = """# The West as two players

Printed by `python -m triangle.views.quad`; a test keeps this page in step with the code.

What changes when the West does not act as one: for readers who doubt that it does. `chapter_model("quad")` has the
United States and the European Union in the West's place: 4 × 4 × 6 × 6 = 576 profiles.
Each takes the West's four stances; Russia and China take one stance toward the West as a whole, since the chapter gives
no payoffs for telling its members apart. Terms, contract, measures, conditions and solver are the triangle's.

**How the West is divided.** Where a term asks what the West does, it gets what each does, weighed with a share: the
pressure that Russia feels is s·[US presses] + (1 − s)·[EU presses]. What the West gains or pays is borne in portions,
each for its own act or of a common outcome. A term then falls into parts such as `isolation` and
`isolation·s_isolation`; `without=["isolation"]` leaves out all of them. Recognition (C98, C99) counts where both give
it; a mean would be the triangle on the diagonal just as well. A relation with the West, in Dittmer's configuration,
is friendly if it is so with both.

**The triangle inside it.** Where both do the same, Russia, China, every measure and the two Western payoffs added up
are the triangle's, at all parameters and whatever the shares; under a commitment of both to the same, so are the
equilibria. When the West plays, the triangle's equilibria are those profiles of the diagonal that the two would not
leave *together*. That is not Nash play of two: alone, each counts only its own portion. Tests show all three.

**Scenarios and claims.** Any scenario of the triangle can be put to the two: a `[commitment]` that names nobody holds
both alike; `[commitment.US]` and `[commitment.EU]` hold each to its own. In Python `triangle.chapter.quad` has `both`,
which turns a scenario that has been read, and `committed`. `tri.check("C92", tri.chapter_model("quad"))` tests a claim:
both are held to what the West is held to, so that what is seen is the triangle's diagonal, but for the claims that the
chapter makes of one of the two. In C92 the EU moves alone, in C12 and C101 the United States; these are the readings
Q92, Q12 and Q101 below. The other readings are in `triangle.chapter.quad.quad_verdicts` only. On the command line
`run`, `compare`, `sweep`, `thresholds` and `claims` take `--variant quad`.

**What does not apply.** The variant has no leader (`leader=None`): which of the two would move first the chapter does
not say. The concept `commitment`, `tri.policies` and the commitments of a sweep or a timeline, which are about one
leader, are refused. `triangle.chapter.quad.commitments` has the two commit themselves at the same time.

When all four move at once at the defaults there are two equilibria, (PE, PE) and (PC, PE). The second rests on an exact
tie of two judgements: the United States gains as much by containing China (s_contain·containment = .27) as by its trade
with a China that challenges (s_trade·openness = .27). Read nothing into it."""

VERDICTS = """The share of 4,096 Sobol points (seed 1) of the box of plausible ranges, and of a box of twice the width,
at which a reading holds, with a 95 % interval. These readings are outside every count of claims. Q92g, Q92s, Q92k,
Q92i and QK were added after Q92 had failed: they are findings, no tests. The chapter's C21 and C105 on gas have no term
here; the [issue game](issue-games.md) `gas_threat` is about them, and Q105 is about firmness towards Russia only.

- **Q92 fails** at the defaults and in most of the box: European relief alone lowers intensity by 2.3 %, since
  the product shrinks with the sanctions while Russia is as watched by the United States as before. Were it watched by
  the two as it is sanctioned (Q92i) the claim would hold. What the triangle says of C92 hangs on who is watching.
- **Q104** fails in the wide box only where transit itself is cut at zero and nothing is left to bite.
- **QN** as a reset of the United States alone in 2008 and 2009 is a read-out of judged shares, and no evidence."""


def document() -> str:
    """Return the whole page."""
    parts = (
        HEAD,
        "## Sixteen commitments, at the defaults",
        "PE: pressure on Russia, engagement with China; PC: pressure, containment; AE: accommodation, engagement; AC: "
        "accommodation, containment. The United States' stands first; Russia and China answer.",
        outcome_table(),
        "![Transfer and intensity under the sixteen commitments](images/quad_commitments.png)",
        "`triangle.views.plot.quad.quad` draws it: the tie is closest where the United States opens and the EU presses "
        "(QK), and from pressure by both an opening of the EU alone loosens it (Q92).",
        "## What becomes of the chapter's claims",
        VERDICTS,
        verdict_table(),
        "## Where the two end if each commits itself",
        "Nash equilibria of the two in commitments, both foreseeing the answer, at the dated baselines.",
        nash_table(),
        "## The shares",
        "Each is the part of the United States.",
        share_table(),
    )
    return "\n\n".join(parts) + "\n"


def outcome_table() -> str:
    """Return what Russia and China answer to each pair of commitments."""
    model, base = chapter_model("quad"), scenario("baseline_2016")
    rows = (_outcome_row(us, eu, solve(model, committed(base, us, eu))) for us, eu in PAIRS)
    headers = ("US, EU", "Russia, China to the West", "transfer", "share", "intensity", "gap", "next gap", US, EU)
    return markdown_table(headers, rows)


def _outcome_row(us: str, eu: str, outcome: Outcome) -> tuple[str, ...]:
    (found,) = outcome.equilibria
    stances = ", ".join(action.split("/")[0] for action in found.profile[2:])
    names = ("transfer", "share", "intensity", "gap", "next_gap", f"payoff_{US}", f"payoff_{EU}")
    return (f"{us}, {eu}", stances, *(f"{found.measures[name]:.3f}" for name in names))


def verdict_table() -> str:
    """Return every reading with its verdict."""
    rows = (
        (v.id, v.of or "–", v.reading, v.nature, "holds" if v.holds else "FAILS", str(v.inside), str(v.wide))
        for v in quad_verdicts().values()
    )
    headers = ("reading", "of", "in words", "nature", "at the defaults", "in the box", "twice the width")
    return markdown_table(headers, rows)


def nash_table() -> str:
    """Return the Nash equilibria in commitments at the dated baselines."""
    model = chapter_model("quad")
    rows = []
    for year in (2001, 2008, 2009, 2013, 2014, 2016):
        stable = commitments(model, scenario(f"baseline_{year}")).nash()
        rows.append((str(year), "; ".join(f"({us}, {eu})" for (us, eu), holds in stable.items() if holds.all()) or "–"))
    return markdown_table(("year", "US, EU"), rows)


def share_table() -> str:
    """Return the shares with their ranges and bases."""
    rows = (
        (f"`{p}`", f"{e['default']:g}", f"{e['low']:g}–{e['high']:g}", e["meaning"], e["basis_note"],
         " ".join(e["claims"]))
        for p, e in read_table("shares").items()
    )  # fmt: skip
    return markdown_table(("name", "default", "range", "meaning", "where it comes from", "claims"), rows)


if __name__ == "__main__":
    print(document(), end="")
