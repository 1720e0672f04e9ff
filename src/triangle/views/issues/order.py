"""Figures of the games about the pivot, regimes, globalization, governance, transit and rhetoric."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...chapter.issues import eastern_pivot as pivot
from ...chapter.issues import transit as corridor
from ...chapter.issues.interface import IssueGame
from .style import BESIDE, BLUE, BOX, FILLS, GREEN, GREY, ORANGE, STEPS, at_default, label, panels, span

Drawn = tuple[Figure, list[Axes]]


def eastern_pivot(game: IssueGame) -> Drawn:
    """Draw Russia's payoff against the share that it keeps free, without and with China's offer."""
    figure, (ax,) = panels()
    a = np.linspace(0, 1, STEPS)
    point = game.point()
    offers = (
        (0.0, "no Chinese offer", BLUE, "--"),
        (float(point.price), f"offer f* = {float(point.price):.3f}", ORANGE, "-"),
    )
    for offer, name, colour, style in offers:
        russia, _ = pivot.payoffs(point, np.asarray(offer), a)
        ax.plot(a, russia, style, color=colour, label=name)
    ax.plot(0, float(pivot.payoffs(point, point.price, np.zeros(()))[0]), "o", color="black", clip_on=False, zorder=5)
    ax.annotate(
        "outcome: centred on China",
        (0, float(pivot.payoffs(point, point.price, np.zeros(()))[0])),
        (14, -4),
        textcoords="offset points",
        fontsize=9,
    )
    ax.set(xlabel="share of its ties that Russia keeps free (a)", ylabel="Russia's payoff (index)", xlim=(0, 1))
    ax.legend(fontsize=8, frameon=False, loc="lower right")
    return figure, [ax]


def regime_assurance(game: IssueGame) -> Drawn:
    """Draw trust against fear, with the trust that forbearance needs and where spill takes it."""
    figure, (ax,) = panels(1, 2.6)
    x = np.linspace(0.02, 1, STEPS)
    point = game.point(fear=x)
    ax.fill_between(x, np.minimum(point.trust_needed, 1), 1, color=FILLS[1])
    ax.plot(x, np.minimum(point.trust_needed, 1.2), "-", color="black", label="least trust needed q*")
    ax.plot(x, point.belief, "-", color=BLUE, lw=2, label="trust τ: suspicion falls on the West")
    strong = game.point(fear=x, spill=8 * game.defaults["spill"]).belief
    ax.plot(x, strong, "--", color=ORANGE, lw=2, label="trust τ: suspicion falls on everybody (spill ×8)")
    ax.text(0.75, 0.93, "both forbear", ha="center", fontsize=9)
    ax.text(0.06, 0.1, "someone meddles", fontsize=9)
    at_default(ax, game.defaults["fear"])
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=label(game, "fear"), ylabel="belief that the partner is no crusader")
    ax.legend(**BESIDE)
    return figure, [ax]


def globalization(game: IssueGame) -> Drawn:
    """Draw payoffs over the West's own turmoil, and China's stake over its openness."""
    figure, (left, right) = panels(2)
    x = np.linspace(0, 1, STEPS)
    point = game.point(turmoil=x)
    left.plot(x, point.russia, "-", color=BLUE, label="Russia")
    left.plot(x, point.china, "--", color=ORANGE, label="China")
    left.axhline(0, color="black", lw=0.8)
    at_default(left, game.defaults["turmoil"])
    left.set(xlim=(0, 1), xlabel=label(game, "turmoil"), ylabel="payoff in equilibrium (index)")
    left.legend(fontsize=8, frameon=False)
    openness = np.linspace(0, 1, STEPS)
    along = game.point(openness=openness)
    right.plot(openness, along.stake_C, "--", color=ORANGE, label="China's stake in calm, G")
    right.plot(openness, along.clash, "-", color=GREEN, label="what the clash adds to the obstacle")
    right.axhline(0, color="black", lw=0.8)
    turn = game.defaults["rank_C"] / game.defaults["legitimacy"]
    right.plot(turn, 0, "o", color="black")
    right.annotate(f"openness* = {turn:.3f}", (turn, 0), (8, -14), textcoords="offset points", fontsize=9)
    at_default(right, game.defaults["openness"])
    right.set(xlim=(0, 1), xlabel=label(game, "openness"), ylabel="index")
    right.legend(fontsize=8, frameon=False, loc="upper left")
    return figure, [left, right]


def governance(game: IssueGame) -> Drawn:
    """Draw Russian assertion over the gap, with and without engagement, and under side payments."""
    figure, (ax,) = panels()
    x = np.linspace(0, 1, STEPS)
    ax.plot(x, game.point(gap=x, engagement=1.0).assertiveness, "-", color=BLUE, label="China engaged")
    ax.plot(x, game.point(gap=x, engagement=0.0).assertiveness, "--", color=ORANGE, label="China not engaged")
    bargained = np.broadcast_to(game.point(gap=x, engagement=1.0).bargained, x.shape)
    ax.plot(x, bargained, ":", color=GREEN, lw=2, label="efficient bargain with side payments")
    at_default(ax, game.defaults["gap"])
    ax.set(xlim=(0, 1), ylim=(0, 0.7), xlabel=label(game, "gap"), ylabel="Russian assertion x")
    ax.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(0, 0.5))
    return figure, [ax]


def transit(game: IssueGame) -> Drawn:
    """Draw Russian assertion against China's interest in the route, in the three readings."""
    figure, (ax,) = panels()
    tau = np.linspace(0, 0.3, STEPS)
    point = game.point()
    more = point.plus(brink=point.extortion * point.brink)
    lines = (
        ("plain game: Russia bears β of the loss", point, point.weight, BLUE, "-"),
        ("calm bought beforehand", point, np.ones(()), GREEN, "-."),
        ("brinkmanship: disruption extorts more", more, point.weight, ORANGE, "--"),
    )
    for name, where, borne, colour, style in lines:
        ax.plot(tau, corridor.assertion_at(where, borne, tau), style, color=colour, label=name)
    at_default(ax, float(point.interest))
    ax.set(xlim=(0, 0.3), ylim=(0, 0.62), ylabel="Russian assertion x")
    ax.set_xlabel("what disruption costs China per unit of assertion (τ)")
    ax.legend(fontsize=8, facecolor="white", edgecolor="none", framealpha=1, loc="lower left", bbox_to_anchor=(0, 0.08))
    return figure, [ax]


def cheap_talk(game: IssueGame) -> Drawn:
    """Draw when words can tell the truth, and what either kind of Russia gets."""
    figure, (left, right) = panels(2)
    x = span(game, "tie_low", 0.0, 1.2)
    for option, colour, style in ((0.2, GREEN, "-."), (0.35, BLUE, "-"), (0.5, ORANGE, "--")):
        left.plot(
            x, game.point(tie_low=x, option_H=option).truth, style, color=colour, label=f"good alternative {option:g}"
        )
    left.axhline(0, color="black", lw=0.8)
    left.text(1.19, 0.006, "above 0 words can tell something", ha="right", fontsize=8, bbox=BOX)
    left.set_ylim(top=0.03)
    at_default(left, game.defaults["tie_low"], top=0.5)
    left.set(xlabel=label(game, "tie_low"), ylabel="gain from truth, poor alternative (index)")
    left.legend(fontsize=8, frameon=False, loc="lower left")
    point = game.point()
    lifted = float(point.poor + (1 - point.beta) * point.concedes * (point.option_H - point.option_L))
    groups = (
        ("words say nothing", (float(point.good), lifted)),
        ("words always true", (float(point.good), float(point.poor))),
    )
    for k, (name, values) in enumerate(groups):
        right.bar(
            np.arange(2) + (k - 0.5) * 0.36,
            values,
            0.34,
            label=name,
            color=FILLS[k + 1],
            ec="black",
            hatch=("//", "..")[k],
        )
    right.set_xticks([0, 1], ["good alternative", "poor alternative"])
    right.set(ylabel="Russia's payoff (index)", ylim=(0, 0.85))
    right.legend(fontsize=8, frameon=False, loc="upper left")
    right.axhline(0, color=GREY, lw=0.8)
    return figure, [left, right]
