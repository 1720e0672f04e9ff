"""Figures of the games about arms, signals, Central Asia and territory."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...chapter.issues import central_asia as fields
from ...chapter.issues import exercises as signals
from ...chapter.issues.interface import IssueGame
from ...chapter.issues.point import Point
from ...game import FloatArray
from .style import (
    BESIDE,
    BLUE,
    BOX,
    FILLS,
    GREEN,
    GREY,
    HATCHES,
    ORANGE,
    STEPS,
    at_default,
    label,
    panels,
    plane,
    regions,
    span,
)

Drawn = tuple[Figure, list[Axes]]


def arms_copying(game: IssueGame) -> Drawn:
    """Draw the critical discount factor against the chance that the need ends, in three periods."""
    figure, (ax,) = panels(1, 2.2)
    x = span(game, "hazard", 0.0, 0.7)
    eras: tuple[tuple[str, dict[str, float], str, str], ...] = (
        ("2000s: everything can be copied", {"engines": 0.0}, BLUE, "-"),
        ("mid-2000s: and the market is sated", {"engines": 0.0, "saturated": 1.0}, ORANGE, "--"),
        ("2010s: engines cannot be copied", {"engines": 1.0}, GREEN, "-."),
    )
    for name, changes, colour, style in eras:
        critical = game.point({"hazard": x, **changes}).critical
        ax.plot(x, np.where(critical <= 1.05, critical, np.nan), style, color=colour, label=name)
    ax.axhline(game.defaults["patience"], color="black", lw=1)
    ax.text(0.69, game.defaults["patience"] + 0.008, "China's patience", ha="right", fontsize=9)
    at_default(ax, game.defaults["hazard"], "2016")
    at_default(ax, game.defaults["hazard_ahead"], "self-sufficiency near")
    ax.set(xlim=(0, 0.7), ylim=(0.4, 1.0), xlabel=label(game, "hazard"), ylabel="critical discount factor δ*")
    ax.legend(**BESIDE)
    return figure, [ax]


def arms_two_rivals(game: IssueGame) -> Drawn:
    """Draw the two sides of the inequality in the 2000s and in 2016, with and without a believed promise."""
    figure, (ax,) = panels()
    cases: tuple[tuple[str, dict[str, float]], ...] = (
        ("2000s,\nIndia is promised\nto be ahead", {"engines": 0.0, "pressed": 0.0, "promise": 1.0}),
        ("2016,\nstill promised", {"promise": 1.0}),
        ("2016,\nno promise believed", {}),
    )
    points = [game.point(changes) for _, changes in cases]
    where = np.arange(len(cases))
    ax.bar(
        where - 0.18,
        [float(p.revenue) for p in points],
        0.34,
        color=FILLS[1],
        ec="black",
        hatch="//",
        label="what arming China too brings",
    )
    ax.bar(
        where + 0.18,
        [float(p.cost) for p in points],
        0.34,
        color=FILLS[2],
        ec="black",
        hatch="..",
        label="what it costs",
    )
    for k, p in enumerate(points):
        ax.text(
            k, max(float(p.revenue), float(p.cost)) + 0.03, "same class" if p.worth > 0 else "India ahead", ha="center"
        )
    ax.set_xticks(where, [name for name, _ in cases])
    ax.set(ylim=(0, 1.15), ylabel="Russia's gain and cost (index)")
    ax.legend(fontsize=8, frameon=False, loc="upper left")
    return figure, [ax]


def exercises(game: IssueGame) -> Drawn:
    """Draw which equilibria exist by the bluffer's cost and the prior."""
    figure, (ax,) = panels(1, 2.2)
    ends = (np.linspace(0.0, 0.8, STEPS), np.linspace(0.01, 0.7, STEPS))
    point = Point(plane(game, "cost_L", "prior", ends))
    hint, proof = signals.half_pooling(point) >= 0, signals.separating(point) >= 0
    silent_hint = signals.half_silent(point) > 0
    codes = np.where(proof, 3.0, np.where(hint, 1.0, np.where(silent_hint, 4.0, 0.0)))
    pooled = (signals.drills_heeded(point) >= 0) | (signals.drills_ignored(point) >= 0)
    codes = np.where((codes == 0) & pooled, 2.0, codes)
    names = (
        "silence only",
        "a hint: the bluffer mixes",
        "all drill: no news",
        "proof: only H drills",
        "H drills at times",
    )
    regions(ax, game, "cost_L", "prior", codes, names, ends)
    ax.axhline(float(game.point().doubt), color="black", lw=0.8, ls="--")
    ax.text(
        0.79,
        float(game.point().doubt) + 0.01,
        "μ*: above it the West holds back unasked",
        ha="right",
        fontsize=8,
        bbox=BOX,
    )
    return figure, [ax]


def missile_defence(game: IssueGame) -> Drawn:
    """Draw which equilibria exist by the threat to either."""
    figure, (ax,) = panels(1, 2.2)
    ends = (np.linspace(0, 1, STEPS), np.linspace(0, 1, STEPS))
    found = plane(game, "threat_R", "threat_C", ends)
    action = np.minimum(found["together_R"], found["together_C"]) >= 0
    safer = found["together_R"] * found["together_C"] > found["alone_R"] * found["alone_C"]
    codes = np.where(action, np.where(safer, 3.0, 1.0), 0.0)
    names = ("no joint answer possible", "possible; words are safer", "", "possible, and safer than words")
    regions(ax, game, "threat_R", "threat_C", codes, names, ends)
    before = game.defaults["threat_C_before"]
    ax.annotate(
        "before Korea",
        (game.defaults["threat_R"], game.defaults["threat_C"] - 0.02),
        (game.defaults["threat_R"], before),
        arrowprops={"arrowstyle": "->", "color": "black"},
        fontsize=9,
        ha="center",
        bbox=BOX,
    )
    return figure, [ax]


def central_asia(game: IssueGame) -> Drawn:
    """Draw the order of the region by Russia's edge and shared fear, at the defaults and with cheap Chinese forces."""
    figure, axes = panels(2, 1.8)
    ends = (np.linspace(0.3, 0.95, STEPS), np.linspace(0.0, 0.8, STEPS))
    names = ("contest in security", "division, the only equilibrium", "China leads in security", "division, one of two")
    cheap = 0.1
    settings: list[dict[str, float]] = [{}, {"sec_cost_C": cheap}]
    for ax, changes in zip(axes, settings, strict=True):
        regions(ax, game, "sec_edge", "fear", _orders(game, ends, changes), names, ends)
        gone = plane(game, "sec_edge", "fear", ends, **{**changes, "us_presence": 0.0})
        for name, style in (("sec_B_R", "--"), ("sec_B_C", ":")):
            if (gone[name] > 0).any():
                ax.contour(
                    ends[0], ends[1], gone[name], levels=[0.0], colors=["black"], linestyles=style, linewidths=1.8
                )
    legend = axes[0].get_legend()
    assert legend is not None
    legend.remove()
    axes[0].set_title("as in 2016", fontsize=10)
    axes[1].set_title(f"Chinese forces cost {cheap:g}", fontsize=10)
    axes[0].text(
        0.31,
        0.78,
        "after full American exit, below the heavy line\nRussia (dashed) or China (dotted) would contest",
        va="top",
        fontsize=8,
        bbox=BOX,
    )
    return figure, axes


def _orders(game: IssueGame, ends: tuple[FloatArray, FloatArray], changes: dict[str, float]) -> FloatArray:
    found = plane(game, "sec_edge", "fear", ends, **changes)
    alone = np.where(found["equilibria"] < 1.5, 1.0, 3.0)
    other = np.where(found["security"] == fields.CHINA, 2.0, 0.0)
    return np.where(found["division"] > 0, alone, other)


def territorial_support(game: IssueGame) -> Drawn:
    """Draw costs and what they may be, against recognition, with the bands in which favours are exchanged."""
    figure, (ax,) = panels(1, 2.2)
    w = np.linspace(0, 1, 1001)
    point = game.point(recognition=w)
    d = game.defaults
    for seas, name, k in ((2, "both seas", 3), (1, "South China Sea only", 1)):
        ax.fill_between(
            w,
            0,
            0.7,
            where=point.seas == seas,
            facecolor=FILLS[k],
            hatch=HATCHES[k],
            edgecolor="#888888",
            lw=0.5,
            label=f"exchange: {name}",
            step="mid",
        )
    ax.plot(w, point.china_cost, "-", color=ORANGE, lw=2, label="China's cost of support k_C")
    ax.plot(w, d["patience"] * point.russia_gain, "--", color=BLUE, lw=2, label="the most Russia gives for it, δ·b_R")
    for worth, name in ((d["worth_scs"], "δ·worth of the South"), (d["worth_scs"] + d["worth_ecs"], "δ·worth of both")):
        ax.axhline(d["patience"] * worth, color=GREY, lw=1)
        ax.text(0.01, d["patience"] * worth + 0.008, name, fontsize=8)
    for cost, name in (
        (d["cost_scs"], "cost to Russia, South"),
        (d["cost_scs"] + d["cost_ecs"], "cost to Russia, both"),
    ):
        ax.axhline(cost, color=BLUE, lw=1, ls=":")
        ax.text(0.01, cost + 0.008, name, fontsize=8, color=BLUE)
    ax.set(xlim=(0, 1), ylim=(0, 0.7), xlabel=label(game, "recognition"), ylabel="a period (index)")
    ax.legend(**BESIDE)
    return figure, [ax]
