"""A bar with the rate and the remaining time of long work, on a terminal or in a notebook; silent elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_DELAY = 0.5
"""Seconds before a bar appears by itself: work that is quicker needs none."""


@contextmanager
def points_bar(
    total: int, shown: bool | None, finished: int = 0, work: str = "sweep", unit: str = "points"
) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many more points are solved.

    Parameters
    ----------
    total : int
        All points.
    shown : bool or None
        None shows a bar if standard error is a terminal or the cell of a notebook.
    finished : int
        Points that were there before; they do not count for the rate.
    work, unit : str
        What is done, and to how many of what.

    Examples
    --------
    >>> with points_bar(100, shown=False) as more:
    ...     more(50)
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not (shown if shown is not None else console.is_terminal or console.is_jupyter):
        yield lambda points: None
        return
    begun = time.monotonic()
    bar = _bar(console)
    task = bar.add_task(work, total=total, completed=finished, rate="")
    with ExitStack() as stack:
        if shown:
            stack.enter_context(bar)
        solved, running = 0, bool(shown)

        def more(points: int) -> None:
            nonlocal solved, running
            solved += points
            passed = time.monotonic() - begun
            if not running and passed > _DELAY:
                stack.enter_context(bar)
                running = True
            bar.update(task, advance=points, rate=rate_in_words(solved / max(passed, 1e-9), unit))

        yield more


def _bar(console: Console) -> Progress:
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
    )


def rate_in_words(rate: float, unit: str = "points") -> str:
    """Return points, or other units, a second in words.

    Examples
    --------
    >>> rate_in_words(2_345_678), rate_in_words(512, "runs")
    ('2.35 million points/s', '512 runs/s')
    """
    return f"{rate / 1e6:,.3g} million {unit}/s" if rate >= 1e6 else f"{rate:,.0f} {unit}/s"
