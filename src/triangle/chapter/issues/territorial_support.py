r"""Territorial claims: Western recognition, then favours exchanged between Russia and China (C72–C75, C98–C99).

With recognition ``w`` supporting Russia costs China ``k_C = (1 − w)(separatism + western_penalty) +
w·residual·separatism − sympathy`` a period, and is worth ``b_R = (1 − w)·crimea + post_soviet`` to Russia. Under grim
trigger with discount factor ``δ`` a favour that costs ``k`` and earns ``b`` is returned iff ``k ≤ δ·b``: giving for
good is worth ``(b − k)/(1 − δ)`` and taking once ``b``. So favours are exchanged in the South China Sea iff
``k_C ≤ δ·worth_scs`` and ``cost_scs ≤ δ·b_R``, in both seas iff ``k_C ≤ δ·(worth_scs + worth_ecs)`` and
``cost_scs + cost_ecs ≤ δ·b_R``; China alone supports iff ``k_C ≤ 0``. ``N`` counts half for each who supports.
"""

from __future__ import annotations

import numpy as np

from ...game import TOLERANCE, FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, any_of, truth
from .reading import build

SEAS = ("no sea", "the South China Sea", "both seas")


def south(p: Point) -> FloatArray:
    """Return the slack of an exchange over the South China Sea."""
    return all_of(p.patience * p.worth_scs - p.china_cost, p.patience * p.russia_gain - p.cost_scs)


def both_seas(p: Point) -> FloatArray:
    """Return the slack of an exchange over both seas."""
    worth, cost = p.worth_scs + p.worth_ecs, p.cost_scs + p.cost_ecs
    return all_of(p.patience * worth - p.china_cost, p.patience * p.russia_gain - cost)


def margin(p: Point) -> FloatArray:
    """Return the tolerance of a comparison, from the size of what is at stake."""
    return TOLERANCE * (p.separatism + p.western_penalty + p.crimea + p.post_soviet + p.cost_scs + p.cost_ecs)


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return costs and gains at the recognition given, and the widest exchange that enforces itself."""
    w = p.recognition
    worry = (1 - w) * (p.separatism + p.western_penalty) + w * p.residual * p.separatism
    found = {"china_cost": worry - p.sympathy, "russia_gain": (1 - w) * p.crimea + p.post_soviet}
    at = p.plus(found)
    tolerance = margin(p)
    seas = np.where(both_seas(at) >= -tolerance, 2.0, np.where(south(at) >= -tolerance, 1.0, 0.0))
    china = (seas > 0) | (at.china_cost <= tolerance)
    condemns = p.damage + p.conspiracy <= p.principle * p.separatism
    return found | {
        "seas": seas,
        "support": 0.5 * china + 0.5 * (seas > 0),
        "stance": np.where(china, 1.0, np.where(condemns, -1.0, 0.0)),
        "territory": 0.5 * (at.china_cost + p.cost_scs + p.cost_ecs),
        "tacit": p.goodwill * p.gap - p.tacit_cost,
        "tacit_before": p.goodwill * p.gap_before - p.tacit_cost,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return every exchange that enforces itself and the play without trust, as payoffs a period."""
    alone = bool(p.china_cost <= margin(p))
    without = "supports Russia unrewarded" if alone else ("condemns" if p.stance < 0 else "stays neutral")
    payoffs = {"Russia": float(p.russia_gain) * alone, "China": -float(p.china_cost) * alone}
    found = [IssueEquilibrium("no exchange", {"China": without, "Russia": "supports nothing"}, payoffs)]
    for seas, slack in ((1, south(p)), (2, both_seas(p))):
        if slack >= -margin(p):
            worth = float(p.worth_scs) + (float(p.worth_ecs) if seas == 2 else 0.0)
            cost = float(p.cost_scs) + (float(p.cost_ecs) if seas == 2 else 0.0)
            play = {"China": "supports Russia", "Russia": f"supports China in {SEAS[seas]}"}
            payoffs = {"Russia": float(p.russia_gain) - cost, "China": worth - float(p.china_cost)}
            rule = "widest exchange that enforces itself" if seas == int(p.seas) else ""
            found.append(IssueEquilibrium(f"exchange over {SEAS[seas]}", play, payoffs, rule))
    return tuple(found)


def withheld(none: Point, full: Point) -> FloatArray:
    """Return by how much the West does better without recognition."""
    return full.norm_price + full.harm * (full.support - none.support) - full.thaw


GAME = build(
    "territorial_support",
    quantities,
    equilibria,
    conditions={
        "south": south,
        "both_seas": both_seas,
        "unrewarded": lambda now: -now.china_cost,
        "neutral": lambda now: now.damage + now.conspiracy - now.principle * now.separatism,
        "withhold": lambda now, none, full: withheld(none, full),
    },
    claims={
        "C09": lambda now: -both_seas(now),
        "C72": lambda now: all_of(-south(now), -both_seas(now), now.china_cost),
        "C72b": lambda now: all_of(
            now.china_cost - now.patience * now.worth_scs, now.patience * now.russia_gain - now.cost_scs
        ),
        "C73": lambda now: all_of(
            now.damage + now.conspiracy - now.principle * now.separatism,
            -south(now),
            -both_seas(now),
            now.china_cost,
        ),
        "C74": lambda now: all_of(now.tacit, -now.tacit_before),
        "C75": lambda now, full: -both_seas(full),
        "C98": lambda now, none, full: withheld(none, full),
        "C98n": lambda now, none, full: withheld(none, full),
        "C99": lambda now, none, full: all_of(any_of(south(full), both_seas(full)), truth(none.seas == 0)),
        "C99s": lambda now, full: -full.china_cost,
        "C99+": lambda now, full: both_seas(full),
        "C99o": lambda now, full: full.patience * full.russia_gain - full.cost_scs,
        "C99b": lambda now, full: full.patience * full.russia_gain - full.cost_scs,
    },
)
