r"""Stakeholder and spoiler, and the stabiliser's upper hand (C11, C80–C83, C94–C96).

*Roles.* Player ``i`` chooses crises iff ``salience − exposure·openness_i > provide·(1 ∓ gap)/2`` (minus for Russia).
*Moderation.* With ``n = stake + engagement·engaged − distraction`` and ``L = leverage·gap`` Russia maximises
``assertion·x − ½·spoil_cost·x² − y·L·x`` after China has maximised ``−n·x − ½·effort·y²`` over ``0 ≤ y ≤ 1``:

    y = min{max(n, 0)·L/(spoil_cost·effort), 1, assertion/L}          x = (assertion − L·y)/spoil_cost

*Bargain.* With side payments ``x = max(assertion − n, 0)/spoil_cost`` whatever the gap. *Norms.* Both reject any move
on sovereignty (their ideals are the status quo); on openness no change suits both iff
``−ideal_R ≤ status_quo ≤ ideal_C``.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of
from .reading import build


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return roles, restraint, assertion and what it costs the West."""
    net = p.stake + p.engagement * p.engaged - p.distraction
    hold = p.leverage * p.gap
    with np.errstate(divide="ignore", invalid="ignore"):
        corner = np.where(hold > 0, p.assertion / hold, 1.0)
        pressure = np.minimum(np.maximum(net, 0.0) * hold / (p.spoil_cost * p.effort), np.minimum(1.0, corner))
        unrestrained = p.assertion / p.spoil_cost
        assertive = (p.assertion - hold * pressure) / p.spoil_cost
        moderation = np.where((p.gap > 0) & (p.assertion > 0), (1 - assertive / unrestrained) / p.gap, 0.0)
    bargained = np.maximum(p.assertion - net, 0.0) / p.spoil_cost
    return {
        "stake_net": net,
        "hold": hold,
        "pressure": pressure,
        "assertiveness": assertive,
        "moderation": moderation,
        "bargained": bargained,
        "west": -p.harm * assertive,
        "russia": p.assertion * assertive - p.spoil_cost * assertive**2 / 2 - pressure * hold * assertive,
        "china": -net * assertive - p.effort * pressure**2 / 2,
        "role_R": p.salience - p.exposure * p.openness_R - p.provide * (1 - p.gap) / 2,
        "role_C": p.provide * (1 + p.gap) / 2 - p.salience + p.exposure * p.openness,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the subgame-perfect outcome, or the efficient bargain (payoffs before side payments)."""
    west = "engages China" if p.engagement > 0 else "does not engage China"
    roles = {"Russia": "crises" if p.role_R > 0 else "provision", "China": "provision" if p.role_C > 0 else "crises"}
    if reading == "bargain":
        x = float(p.bargained)
        payoffs = {
            "West": -float(p.harm) * x,
            "Russia": float(p.assertion) * x - float(p.spoil_cost) * x**2 / 2,
            "China": -float(p.stake_net) * x,
        }
        play = {"West": west, "Russia and China": f"agree on assertion {x:.3f}"}
        return (IssueEquilibrium("efficient bargain", play, payoffs),)
    play = {
        "West": west,
        "China": f"restrains Russia by {float(p.pressure):.3f}; its part: {roles['China']}",
        "Russia": f"asserts itself by {float(p.assertiveness):.3f}; its part: {roles['Russia']}",
    }
    payoffs = {name: float(p[name.lower()]) for name in ("West", "Russia", "China")}
    name = "China restrains Russia" if p.pressure > 0 else "China lets Russia act"
    return (IssueEquilibrium(name, play, payoffs),)


def norms(p: Point) -> FloatArray:
    """Return the slack of 'no change of norms suits both'."""
    return all_of(p.status_quo + p.ideal_R, p.ideal_C - p.status_quo)


def gain(alone: Point, engaged: Point) -> FloatArray:
    """Return what engaging China is worth to the West."""
    return engaged.west - alone.west


GAME = build(
    "governance",
    quantities,
    equilibria,
    conditions={
        "restrains": lambda now: now.stake_net,
        "russia_spoils": lambda now: now.role_R,
        "china_provides": lambda now: now.role_C,
        "no_programme": norms,
    },
    closed={
        "restrains": {"distraction": lambda p: p.stake + p.engagement * p.engaged},
        "russia_spoils": {"gap": lambda p: 1 - 2 * (p.salience - p.exposure * p.openness_R) / p.provide},
    },
    claims={
        "C11": lambda now: all_of(now.role_R, now.role_C, norms(now)),
        "C80": lambda now: now.role_C,
        "C81": lambda now: now.role_R,
        "C82": lambda now, alone: -alone.stake_net,
        "C83": norms,
        "C94": lambda now, less, more: more.west - less.west,
        "C94n": lambda now, less, more: more.west - less.west,
        "C94c": lambda now, less, more: less.bargained - more.bargained,
        "C95": lambda now, engaged, stronger: engaged.west - stronger.west,
        "C96": lambda now, alone, engaged: gain(alone, engaged),
        "C96x": lambda now, alone_less, engaged_less, alone_more, engaged_more: (
            gain(alone_more, engaged_more) - gain(alone_less, engaged_less)
        ),
    },
)
