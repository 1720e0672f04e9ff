"""Figures, tables and the page of the issue games; nothing is computed here but lines to draw."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...chapter.issues.interface import IssueGame

_MODULES = {
    "oil_contract": "energy",
    "gas_holdup": "energy",
    "gas_threat": "energy",
    "cross_investment": "energy",
    "arms_copying": "security",
    "arms_two_rivals": "security",
    "exercises": "security",
    "missile_defence": "security",
    "central_asia": "security",
    "territorial_support": "security",
}


def draw(game: IssueGame) -> tuple[Figure, list[Axes]]:
    """Draw a game's figure with the function that bears its name.

    Returns
    -------
    (Figure, list of Axes)
    """
    module = import_module(f".{_MODULES.get(game.name, 'order')}", __name__)
    figure, axes = getattr(module, game.name)(game)
    figure.suptitle(game.title, fontsize=12)
    figure.supxlabel(f"Game '{game.name}'; whatever is not drawn is at its default.", fontsize=8, color="#444444")
    return figure, axes
