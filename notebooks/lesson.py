"""What the lessons share: a guess written down before the result, and answers checked by solving the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isclose

from answers import ANSWERS

from triangle import Comparison, GameFamily
from triangle.studies.compare import Change
from triangle.studies.verdict import Verdict

DIRECTIONS = ("falls", "stays", "rises")
HAND = {
    "power gap": "how weak a hand the gap gives Russia",
    "gap under pressure": "how far pressure widens that gap",
}
"""What moves the bargain without being a term."""


@dataclass(frozen=True)
class Marked:
    """How a guess or an answer compares with what the model gives; printed as one line."""

    right: bool
    line: str

    def __repr__(self) -> str:
        """Return the line alone."""
        return self.line


def direction(before: float, after: float, still: float = 0.005) -> str:
    """Which way a number went: "falls", "stays" (by at most `still` of its size) or "rises".

    >>> direction(5.147, 5.248)
    'rises'
    """
    if abs(after - before) <= still * max(abs(before), abs(after)):
        return "stays"
    return "rises" if after > before else "falls"


def guess(prediction: str, before: float, after: float, what: str) -> Marked:
    """Hold a prediction ("falls", "stays" or "rises") against what happens.

    >>> guess("falls", 5.147, 5.248, "the intensity of cooperation")
    You said it falls. The intensity of cooperation rises, from 5.147 to 5.248.
    """
    if prediction not in DIRECTIONS:
        raise ValueError(f"prediction is {prediction!r}; write one of {', '.join(map(repr, DIRECTIONS))}")
    truth = direction(before, after)
    move = f"{truth}, from {before:.3f} to {after:.3f}" if truth != "stays" else f"stays at {after:.3f}"
    verdict = "You were right" if prediction == truth else f"You said it {prediction}"
    return Marked(prediction == truth, f"{verdict}. {what[0].upper()}{what[1:]} {move}.")


def moved(comparison: Comparison) -> dict[str, Change]:
    """Every measure's change from the first scenario of a comparison to the last.

    >>> import triangle as tri
    >>> round(moved(tri.compare(tri.chapter_model(), "us_russia_reset"))["share"].total, 3)
    0.169
    """
    *_, changes = comparison.changes.values()
    return {row.measure: row for row in changes}


def why(model: GameFamily, change: Change, top: int = 5) -> None:
    """Print which terms of the model made a measure change, the largest part first; all the parts add up."""
    meanings = {term.name: term.meaning for term in model.terms} | HAND
    print(f"change of {change.measure}: {change.total:+.3f}, of which")
    for name, value in change.by_term[:top]:
        print(f"  {value:+.3f}  {name}: {meanings[name]}")
    if rest := [value for _, value in change.by_term[top:]]:
        print(f"  {sum(rest):+.3f}  {len(rest)} smaller parts")


def told(verdict: Verdict) -> None:
    """Print how far a claim holds, and how far its author's words would have it hold."""
    claim, over = verdict.claim, verdict.over
    if over is None:
        raise ValueError(f"{claim.id} is not tested: {verdict.reason}")
    low, high = over.interval
    share = f"in {over.value:.1%} of the plausible range (95 % interval {low:.1%} to {high:.1%})"
    if over.count in (0, over.points):
        share = f"at {'all' if over.count else 'none'} of {over.points:,} points of the plausible range"
    print(f"{claim.id}: {claim.text}")
    print(f"It {'holds' if verdict.holds else 'fails'} at the defaults, and {share}. Nature: {verdict.nature}.")
    asked = f"more than {verdict.required:.0%}" if verdict.required else "one point"
    print(f"The author's word is {claim.strength!r}, which asks for {asked}: it {verdict.status}.")


def failure(verdict: Verdict) -> None:
    """Print the nearest known failure of a claim: how far the parameters that matter must move for it."""
    found = verdict.counterexample
    if found is None:
        print("No failure was found in the plausible range.")
        return
    if found.distance == 0:
        print("It fails at the defaults: " + "; ".join(map(str, found.fails)))
        return
    matter = [window.parameter for window in verdict.windows if window.bounded]
    print(f"It fails when parameters move {found.distance:.0%} of the way to the ends of their ranges, among them")
    print("  " + ", ".join(f"{name} {found.displacement[name]:+.3f}" for name in matter if found.displacement[name]))
    print("  What fails there: " + "; ".join(map(str, found.fails)))


def check(exercise: str, answer: object) -> Marked:
    """Hold an answer against the model, which is solved anew; None is no answer yet.

    Numbers are right within two per cent; words must be the same but for case and spaces.
    """
    if exercise not in ANSWERS:
        raise ValueError(f"no exercise {exercise!r}; there are {', '.join(sorted(ANSWERS))}")
    if answer is None:
        return Marked(False, "Not answered yet: replace None by your answer and run the cell again.")
    solution: Callable[[], object] = ANSWERS[exercise]
    if agrees(answer, solution()):
        return Marked(True, "Right.")
    return Marked(False, "Not what the model gives. " + str((solution.__doc__ or "").strip()))


def agrees(answer: object, truth: object) -> bool:
    """Whether an answer counts as the truth."""
    if isinstance(truth, str) or isinstance(answer, str):
        return str(answer).strip().lower() == str(truth).strip().lower()
    if isinstance(truth, bool) or isinstance(answer, bool):
        return answer is truth
    return isclose(float(answer), float(truth), rel_tol=0.02, abs_tol=1e-9)  # type: ignore[arg-type]
