"""The best-reply graph of the triangle: every profile, and where each mover would go from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Rectangle

from ...arguments import checked
from ...studies.responses import STAYS, Responses
from ...studies.responses import responses as best_replies
from ...studies.solve import Outcome
from .style import FAINT, INK, legend_below, provenance, source_line, wrapped

if TYPE_CHECKING:
    from ...game import GameForm

FIRST = "#7A4B00"
LOOKS: dict[str, tuple[str, Literal["-", "--", ":"]]] = {
    "down": ("#D55E00", "-"),
    "across": ("#0072B2", "--"),
    "pair": ("#3A3A3A", ":"),
}
"""Colour and line of who moves: the player of the rows, of the columns, and their pair; triangles have `FIRST`."""
RAIL = 0.23
BAND = "#F0F0F0"


@checked
def responses(found: Outcome | Responses, title: str | None = None) -> tuple[Figure, list[Axes]]:
    """Draw the best replies of a game of three players as a graph of its profiles.

    Parameters
    ----------
    found : Outcome or Responses
        Of a game of three players; the triangle has 4 × 6 × 6 = 144 profiles. Its scenario and concept say who moves.
    title : str, optional
        The scenario if not given.

    Returns
    -------
    (Figure, list of Axes)
        A block for every action of the first player, a row and a column in it for every action of the second and the
        third. A player's best reply does not depend on what it does itself, so the replies of a column, or of a row,
        run along one rail to the same profile. The first player's replies are triangles that point to the block they
        lead to; a pair that moves together has dotted arrows. Stars are equilibria; squares are Nash equilibria that
        the pair would leave; what is held fixed is left out.

    Raises
    ------
    ValueError
        Not three players.

    Examples
    --------
    >>> import triangle as tri
    >>> figure, axes = responses(tri.solve(tri.chapter_model(), "baseline_2016"))
    >>> len(axes)
    4
    >>> plt.close(figure)
    """
    if isinstance(found, Outcome):
        found = best_replies(found)
    form = found.outcome.model.form
    if len(form.players) != 3:
        raise ValueError(f"a best-reply graph is drawn of three players; this game has {len(form.players)}")
    allowed = found.allowed.reshape(form.shape)
    blocks = [int(k) for k in np.flatnonzero(allowed.any(axis=(1, 2)))]
    across = min(2, len(blocks))
    down = -(-len(blocks) // across)
    figure, grid = plt.subplots(down, across, figsize=(max(7.0, 5.0 * across), 3.3 * down + 1.4), squeeze=False)
    figure.set_layout_engine("constrained", h_pad=0.06, w_pad=0.06)
    axes = list(grid.ravel())[: len(blocks)]
    for ax in grid.ravel()[len(blocks) :]:
        ax.remove()
    for k, (ax, block) in enumerate(zip(axes, blocks, strict=True)):
        _block(ax, found, block, left=k % across == 0, top=k < across)
        _first(ax, found, block, {b: divmod(j, across) for j, b in enumerate(blocks)})
    scenario = found.outcome.scenario
    figure.suptitle(wrapped(title or f"Best replies: {scenario.title}", 90), fontsize=13)
    notes = [f"scenario {scenario.name}", f"{found.moves} best replies at {int(found.allowed.sum())} profiles"]
    foot = source_line(figure, provenance(found.outcome.model, found.outcome.concept), *notes)
    legend_below(figure, foot, _keys(found), 4 if across > 1 else 3)
    return figure, axes


def _pair(found: Responses) -> str | None:
    """Return the pair of the second and the third player, if it moves together."""
    _, second, third = found.outcome.model.form.names
    for coalition in found.outcome.model.coalitions:
        if set(coalition.members) == {second, third} and coalition.name in found.targets:
            return coalition.name
    return None


def _block(ax: Axes, found: Responses, block: int, left: bool, top: bool) -> None:
    """Draw the profiles at one action of the first player, with the replies of the other two and of their pair."""
    form = found.outcome.model.form
    first, second, third = form.players
    rows, columns = form.shape[1:]
    _bands(ax, form)
    for player, look, axis in ((second, "down", 0), (third, "across", 1)):
        if player.name in found.targets:
            targets = found.targets[player.name].reshape(form.shape)[block]
            _rails(ax, targets, form, axis, *LOOKS[look])
    pair = _pair(found)
    if pair is not None:
        _joint(ax, found.targets[pair].reshape(form.shape)[block], form)
    _nodes(ax, found, block)
    ax.set(xlim=(-0.62, columns - 0.38), ylim=(rows - 0.38, -0.62))
    ax.set_xticks(range(columns), [action.replace("/", "\n") for action in third.actions] if top else [])
    ax.set_yticks(range(rows), [action.replace("/", "\n") for action in second.actions] if left else [])
    ax.tick_params(length=0, labelsize=7.5)
    ax.xaxis.set_ticks_position("top")
    ax.xaxis.set_label_position("top")
    if top:
        ax.set_xlabel(third.name, fontsize=10)
    if left:
        ax.set_ylabel(second.name, fontsize=10)
    told = f"{first.name}: {first.actions[block]}"
    ax.text(0.5, -0.015, told, transform=ax.transAxes, ha="center", va="top", fontsize=10, color=INK, weight="bold")
    ax.spines[:].set_color("#BBBBBB")


def _bands(ax: Axes, form: GameForm) -> None:
    """Shade every second group of rows and columns that share their first stance."""
    for axis, player in enumerate(form.players[1:]):
        size = len(player.stances[-1][1]) if len(player.stances) > 1 else len(player.actions)
        for start in range(size, len(player.actions), 2 * size):
            corner = (start - 0.5, -0.62) if axis else (-0.62, start - 0.5)
            last = start + size >= len(player.actions)
            wide = size + 0.12 * last
            extent = (wide, form.shape[1] + 0.24) if axis else (form.shape[2] + 0.24, wide)
            ax.add_patch(Rectangle(corner, *extent, color=BAND, alpha=0.6, linewidth=0, zorder=0))


def _rails(ax: Axes, targets: np.ndarray, form: GameForm, axis: int, colour: str, style: str) -> None:
    """Draw a player's replies: along each column (axis 0) or row (axis 1) one rail to every profile it leads to."""
    for line in range(targets.shape[1 - axis]):
        along = np.take(targets, line, axis=1 - axis)
        for target in {int(t) for t in along if t != STAYS}:
            end = int(np.unravel_index(target, form.shape)[1 + axis])
            starts = [k for k, t in enumerate(along) if t == target]
            for side in (min(starts), max(starts)):
                if (side < end) == (side == min(starts)) and side != end:
                    _rail(ax, line, side, end, axis, colour, style)
            for start in starts:
                place = (line + RAIL, start) if axis == 0 else (start, line + RAIL)
                ax.plot(*place, "o", color=colour, markersize=2.6, zorder=3)


def _rail(ax: Axes, line: int, start: int, end: int, axis: int, colour: str, style: str) -> None:
    tip = end - 0.12 * np.sign(end - start)
    ends = ((line + RAIL, start), (line + RAIL, tip)) if axis == 0 else ((start, line + RAIL), (tip, line + RAIL))
    arrow = FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=8, color=colour, linestyle=style, linewidth=1.2,
                            shrinkA=0, shrinkB=0, zorder=2)  # fmt: skip
    ax.add_patch(arrow)


def _joint(ax: Axes, targets: np.ndarray, form: GameForm) -> None:
    """Draw the pair's replies that change both stances; those that change one lie on a player's rail."""
    colour, style = LOOKS["pair"]
    for start in np.argwhere(targets != STAYS):
        end = np.unravel_index(int(targets[tuple(start)]), form.shape)[1:]
        arrow = FancyArrowPatch(
            (start[1], start[0]), (float(end[1]), float(end[0])), arrowstyle="-|>", mutation_scale=7, color=colour,
            linestyle=style, linewidth=1.0, shrinkA=5, shrinkB=7, zorder=2.5, connectionstyle="arc3,rad=-0.08",
        )  # fmt: skip
        ax.add_patch(arrow)


def _nodes(ax: Axes, found: Responses, block: int) -> None:
    form = found.outcome.model.form
    equilibria = {each.index for each in found.outcome.equilibria}
    left = {p for name in form.names if name in found.targets for p in np.flatnonzero(found.targets[name] != STAYS)}
    for row in range(form.shape[1]):
        for column in range(form.shape[2]):
            flat = int(np.ravel_multi_index((block, row, column), form.shape))
            if not found.allowed[flat]:
                continue
            if flat in equilibria:
                look = {"marker": "*", "markersize": 19, "color": "#F0E442", "markeredgecolor": INK}
            elif flat not in left:
                look = {
                    "marker": "s",
                    "markersize": 8,
                    "color": "white",
                    "markeredgecolor": INK,
                    "markeredgewidth": 1.6,
                }
            else:
                look = {"marker": "o", "markersize": 4.5, "color": "white", "markeredgecolor": FAINT}
            ax.plot(column, row, zorder=5, linestyle="none", **look)  # type: ignore[arg-type]


def _first(ax: Axes, found: Responses, block: int, places: dict[int, tuple[int, int]]) -> None:
    """Draw the first player's replies as triangles that point to the block that they lead to."""
    form = found.outcome.model.form
    if form.names[0] not in found.targets:
        return
    targets = found.targets[form.names[0]].reshape(form.shape)[block]
    for row, column in np.argwhere(targets != STAYS):
        there = int(np.unravel_index(int(targets[row, column]), form.shape)[0])
        down, right = (a - b for a, b in zip(places[there], places[block], strict=True))
        angle = np.degrees(np.arctan2(-down, right)) - 90
        ax.plot(column - 0.4, row - 0.2, marker=(3, 0, angle), color=FIRST, markersize=6, zorder=4)


def _keys(found: Responses) -> list[Line2D]:
    first, second, third = found.outcome.model.form.names
    keys = [
        Line2D([], [], marker="*", markersize=14, color="#F0E442", markeredgecolor=INK, linestyle="none",
               label="equilibrium"),
    ]  # fmt: skip
    pair = _pair(found)
    if pair is not None:
        keys.append(Line2D([], [], marker="s", color="white", markeredgecolor=INK, markeredgewidth=1.6,
                           linestyle="none", label=f"Nash, left by {pair}"))  # fmt: skip
    for name, look in ((second, "down"), (third, "across")):
        if name in found.targets:
            keys.append(Line2D([], [], color=LOOKS[look][0], linestyle=LOOKS[look][1], marker="o", markersize=3,
                               label=f"{name}'s reply"))  # fmt: skip
    if pair is not None:
        keys.append(Line2D([], [], color=LOOKS["pair"][0], linestyle=":", label=f"{pair} together"))
    if first in found.targets:
        keys.append(Line2D([], [], color=FIRST, marker="^", linestyle="none",
                           label=f"{first}'s reply: to the block it points to"))  # fmt: skip
    return keys
