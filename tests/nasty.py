"""What a person who distrusts a function gives it, and a watch over what it then does."""

from __future__ import annotations

import datetime
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from itertools import count, repeat
from pathlib import Path
from typing import Any

import numpy as np

from triangle import ScenarioError

SECONDS = 20
MOST_TOLD = 2_000


def _endless_self() -> list[Any]:
    inside: list[Any] = []
    inside.append(inside)
    return inside


class Unfriendly:
    """An object without a use, whose very name is no comfort."""

    def __bool__(self) -> bool:
        raise ValueError("neither true nor false")


class Endless:
    """What goes on for ever, again and again."""

    def __iter__(self) -> Iterator[int]:
        return count()


class Unreadable(Endless):
    """What breaks when it is looked into."""

    def __iter__(self) -> Iterator[int]:
        raise RuntimeError("torn out")

    def __len__(self) -> int:
        raise RuntimeError("torn out")


POOL: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "True": lambda: True,
    "no text": lambda: "",
    "a wrong name": lambda: "Atlantis",
    "a path upward": lambda: "../../etc/passwd",
    "a folder": lambda: Path("/tmp"),
    "a line break": lambda: "us_russia\nreset",
    "a null byte": lambda: "us\0reset",
    "unicode": lambda: "Россия 中国 \U0001f43b\u202e",
    "a lone surrogate": lambda: "\ud800",
    "a long text": lambda: "x" * 100_000,
    "bytes": lambda: b"pairwise",
    "zero": lambda: 0,
    "minus one": lambda: -1,
    "a huge whole number": lambda: 10**12,
    "a whole number beyond floats": lambda: 10**400,
    "a half": lambda: 0.5,
    "NaN": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "minus zero": lambda: -0.0,
    "the least float": lambda: 5e-324,
    "the largest float": lambda: 1.7976931348623157e308,
    "a complex number": lambda: 1j,
    "a fraction": lambda: Fraction(1, 3),
    "a decimal": lambda: Decimal("NaN"),
    "a NumPy scalar": lambda: np.float32(0.5),
    "a NumPy whole number": lambda: np.int8(-128),
    "a NumPy truth": lambda: np.True_,
    "a date": lambda: datetime.datetime(2014, 3, 18),
    "a NumPy date": lambda: np.datetime64("NaT"),
    "no dimension": lambda: np.array(1.0),
    "an empty array": lambda: np.array([]),
    "an empty deep array": lambda: np.zeros((2, 0, 2)),
    "a line": lambda: np.arange(4.0),
    "a square": lambda: np.eye(2),
    "two games' worth": lambda: np.zeros((2, 2, 2, 2, 2)),
    "an array of NaN": lambda: np.full((2, 2, 2), np.nan),
    "an array of infinity": lambda: np.full((2, 2, 2), -np.inf),
    "an array of objects": lambda: np.array([[[None, {}], ["a", 1]], [[1, 2], [3, 4]]], dtype=object),
    "an array of texts": lambda: np.array([["1", "2"], ["3", "x"]]),
    "a complex array": lambda: np.ones((2, 2, 2)) * 1j,
    "a masked array": lambda: np.ma.masked_all((2, 2, 2)),
    "a record": lambda: np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]),
    "an endless list": _endless_self,
    "a ragged list": lambda: [[1.0, 2.0], [3.0]],
    "an empty list": list,
    "an empty tuple": tuple,
    "an empty mapping": dict,
    "a mapping": lambda: {"Atlantis": float("nan")},
    "a mapping of numbers": lambda: {1: 2},
    "a mapping of nothing": lambda: {None: None},
    "a list of nothing": lambda: [None, None],
    "a list of texts": lambda: ["a", "b", "a"],
    "a list of lists": lambda: [[], [[]]],
    "pairs": lambda: [(0, 1), (0, 0)],
    "a set": lambda: {1, 2},
    "a set of texts": lambda: frozenset({"West"}),
    "a generator": lambda: (k for k in range(3)),
    "a range": lambda: range(3),
    "an endless generator": lambda: repeat(1.0),
    "an endless iterable": Endless,
    "a huge range": lambda: range(10**18),
    "a range beyond all lengths": lambda: range(10**30),
    "an unreadable row": Unreadable,
    "a function": lambda: len,
    "a class": lambda: dict,
    "an object": object,
    "an unfriendly object": Unfriendly,
}


class Hang(BaseException):
    """A call that took longer than `SECONDS`."""


FOREIGN = ("truth value", "ambiguous", "unhashable", "not subscriptable", "has no attribute", "NoneType")
"""Words of Python or NumPy that say nothing of an argument."""


@contextmanager
def watched(seconds: float = SECONDS) -> Iterator[None]:
    """Turn warnings into errors, and silence into `Hang`."""

    def stop(number: int, frame: object) -> None:
        raise Hang(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def faults_of(error: Exception) -> list[str]:
    """Return what is wrong with an error as an answer to a person: nothing, if it is one clear line."""
    told = str(error).replace(POOL["a line break"](), "a name of two lines")
    found = [f"speaks of {words!r}" for words in FOREIGN if words in told]
    if not told.strip():
        found.append("is empty")
    if "\n" in told and not isinstance(error, ScenarioError):
        found.append("is of more than one line")
    if len(told) > MOST_TOLD:
        found.append(f"has {len(told)} characters")
    return found
