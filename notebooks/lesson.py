"""What the lessons share: a guess written down before the result, and answers checked by solving the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isclose

from answers import ANSWERS

DIRECTIONS = ("falls", "stays", "rises")


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
