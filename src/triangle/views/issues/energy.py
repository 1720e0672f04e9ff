"""Figures of the games about oil and gas."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...chapter.issues import cross_investment as stakes
from ...chapter.issues.interface import IssueGame
from .style import BLUE, BOX, FILLS, GREEN, ORANGE, STEPS, at_default, label, panels, plane, regions, span

Drawn = tuple[Figure, list[Axes]]


def oil_contract(game: IssueGame) -> Drawn:
    """Draw price and China's share of the terminal against what other buyers take."""
    figure, (left, right) = panels(2)
    x = span(game, "others", 0.0, 4.5)
    gap = game.defaults["gap_before"]
    for sunk, style in ((0.0, "--"), (1.0, "-")):
        name = "branch sunk" if sunk else "branch not sunk"
        for year, value, colour in (("2008", gap, BLUE), ("2013", game.defaults["gap"], ORANGE)):
            point = game.point(others=x, sunk=sunk, gap=value)
            left.plot(x, point.price, style, color=colour, label=f"{name}, gap of {year}")
    point = game.point(others=x)
    right.plot(x, point.terminal_share, "-", color=BLUE)
    before = game.solve(others=game.defaults["plan"], sunk=0.0, gap=gap).measures
    after = game.solve().measures
    for ax, name in ((left, "price"), (right, "terminal_share")):
        ax.plot(game.defaults["plan"], before[name], "s", color="black", ms=6)
        ax.plot(game.defaults["others"], after[name], "o", color="black", ms=6)
        ax.set_xlabel(label(game, "others"))
    left.annotate("2008", (game.defaults["plan"], before["price"]), (6, -12), textcoords="offset points", fontsize=9)
    left.annotate("2013", (game.defaults["others"], after["price"]), (8, -10), textcoords="offset points", fontsize=9)
    right.annotate("planned", (game.defaults["plan"], before["terminal_share"]), (4, 8), textcoords="offset points")
    right.annotate("found", (game.defaults["others"], after["terminal_share"]), (8, 4), textcoords="offset points")
    left.set_ylabel("contract price (world price = 1)")
    right.set_ylabel("China's share of the terminal's cargoes")
    left.legend(fontsize=8, frameon=False, loc="upper left")
    left.set_ylim(top=1.35)
    return figure, [left, right]


def gas_holdup(game: IssueGame) -> Drawn:
    """Draw what the plant is worth to Russia and to the pair, and the trap in between."""
    figure, (ax,) = panels()
    x = span(game, "enforce", 0.0, 0.8)
    point = game.point(enforce=x)
    own, both = point.private_worth, point.joint_worth
    ax.fill_between(x, own, np.maximum(own, both), facecolor=FILLS[2], hatch="..", edgecolor="#888888", lw=0.5)
    ax.plot(x, own, "-", color=BLUE, label="worth to Russia: below it the plant is kept")
    ax.plot(x, both, "--", color=ORANGE, label="worth to the pair: above it even the pair drops it")
    ax.plot(
        game.defaults["enforce"], game.defaults["lng_cost"], "o", color="black", label="defaults: dropped, in the trap"
    )
    ax.text(0.33, 0.121, "hold-up trap", ha="center", fontsize=9, bbox=BOX)
    ax.set_xlabel(label(game, "enforce"))
    ax.set_ylabel(label(game, "lng_cost"))
    ax.set_ylim(0, 0.26)
    ax.legend(fontsize=8, frameon=False, loc="upper right")
    return figure, [ax]


def gas_threat(game: IssueGame) -> Drawn:
    """Draw Russia's gain by switching with the window in which the threat works, and the map of two prices."""
    figure, (left, right) = panels(2, 1.4)
    x = span(game, "west_china_price", 0.5, 2.5)
    gain = game.point(west_china_price=x).gain
    concession = game.defaults["concession"]
    left.axhspan(0, concession, facecolor=FILLS[1], hatch="//", edgecolor="#888888", lw=0.5)
    left.plot(x, gain, color=BLUE)
    left.axhline(0, color="black", lw=0.8)
    left.text(
        0.52,
        concession / 2,
        "window: 0 < m ≤ concession",
        fontsize=9,
        va="center",
        bbox=BOX,
    )
    left.text(0.52, 0.19, "above: Russia leaves anyway", fontsize=9)
    left.text(2.45, -0.1, "not credible", ha="right", fontsize=9)
    at_default(left, game.defaults["west_china_price"])
    left.set_xlabel(label(game, "west_china_price"))
    left.set_ylabel("Russia's gain by switching, a year (m)")
    ends = (np.linspace(0.0, 1.6, STEPS), np.linspace(0.4, 2.2, STEPS))
    found = plane(game, "eu_netback", "west_china_price", ends)
    codes = np.where(found["gain"] <= 0, 0.0, np.where(found["works"] > 0, 1.0, 2.0))
    names = ("not credible", "the threat works", "Russia leaves anyway")
    regions(right, game, "eu_netback", "west_china_price", codes, names, ends)
    return figure, [left, right]


def cross_investment(game: IssueGame) -> Drawn:
    """Draw the best replies, and Russia's stake against its fear without and with side payments."""
    figure, (left, right) = panels(2)
    z = np.linspace(0, 1, STEPS)
    point = game.point()
    left.plot(stakes.reply_russia(point, z), z, "-", color=BLUE, label="Russia's best reply")
    left.plot(z, stakes.reply_china(point, z), "--", color=ORANGE, label="China's best reply", lw=2.4, clip_on=False)
    left.plot(
        float(point.stake_R), float(point.stake_C), "o", color="black", label="equilibrium", clip_on=False, zorder=5
    )
    left.plot(float(point.majority), float(point.opening), "s", color=GREEN, label="best for the sum", clip_on=False)
    left.set(xlim=(0, 1), ylim=(0, 1), xlabel="stake that Russia opens", ylabel="stake that China opens")
    left.legend(fontsize=8, frameon=False, loc="center")
    x = span(game, "fear", 0.0, 3.5)
    along = game.point(fear=x)
    right.plot(x, along.stake_R, "-", color=BLUE, label="equilibrium, no side payments")
    right.plot(x, along.majority, "--", color=GREEN, label="best for the sum")
    right.axhline(0.5, color="black", lw=0.8)
    right.text(3.45, 0.52, "majority", ha="right", fontsize=9)
    at_default(right, game.defaults["fear"])
    right.set(ylim=(0, 1.05), xlabel=label(game, "fear"), ylabel="stake that Russia opens")
    right.legend(fontsize=8, frameon=False, loc="upper right", bbox_to_anchor=(1, 0.92))
    return figure, [left, right]
