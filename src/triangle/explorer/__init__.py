"""The explorer: one page, in the browser (`triangle explore`) or in a notebook (`triangle.explore`).

`world` says which models and scenarios are offered, `asked` reads a question, `answers` answers it; `serve` carries
questions and answers over HTTP and `widget` through a notebook. Everything drawn is drawn by the modules in ``page/``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..family import GameFamily
from ..scenario import Source

if TYPE_CHECKING:
    from .widget import Widget as Widget

__all__ = ["Widget", "explore"]


def explore(model: GameFamily | None = None, scenario: Source = None, *, state: str = "") -> Widget:
    """Return the explorer as a widget, to be shown by a notebook.

    Parameters
    ----------
    model : GameFamily, optional
        The chapter's model beside its rivals if not given.
    scenario : str, Path or Scenario, optional
        What is shown first; the model's defaults if not given.
    state : str
        What follows ``#`` in a link of the explorer: shown as it was when the link was made.

    Raises
    ------
    ImportError
        anywidget is not installed.
    ValueError
        An unknown scenario, or a faulty file.

    Examples
    --------
    >>> import triangle as tri
    >>> explore(tri.chapter_model(), "us_russia_reset").state
    ''
    """
    from .widget import Widget

    return Widget(model, scenario, state=state)


def __getattr__(name: str) -> object:
    """Load the widget when it is asked for: anywidget is an extra."""
    if name == "Widget":
        from .widget import Widget

        return Widget
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
