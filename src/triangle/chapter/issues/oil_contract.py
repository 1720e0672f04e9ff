r"""The oil contract between Russia and China, bargained against a terminal on the Pacific (C29–C32, C107).

China values a volume ``Q`` at ``V(Q) = A·Q − taper·Q²/2`` with ``A = 1 + premium``; other buyers bring
``Ro(y) = y·(a − slope·y)`` with ``a = 1 + slope·others``. The flow is ``N = terminal + 1`` and only the terminal can
serve others. Without a deal China has 0 and Russia ``d = max Ro(y)``, over ``y ≤ terminal`` once the branch is sunk and
over ``y ≤ N`` before. Joint value is greatest, and the surplus split by Russia's weight ``β``, at

    Q* = clip[(A − a + 2·slope·N)/(taper + 2·slope), 1, N]
    W_R = d + β·(V + Ro − d)                       p = (W_R − Ro)/Q*
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, weight
from .reading import build


def others_revenue(p: Point, volume: FloatArray) -> FloatArray:
    """Return what other buyers pay in all for a volume."""
    return volume * (1 + p.slope * p.others - p.slope * volume)


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return contract, split and threat point."""
    flow = p.terminal + 1
    value = 1 + p.premium + p.refineries * p.demand
    alone = 1 + p.slope * p.others
    with np.errstate(divide="ignore", invalid="ignore"):
        best = (value - alone + 2 * p.slope * flow) / (p.taper + 2 * p.slope)
        most = np.where(p.slope > 0, alone / (2 * p.slope), np.inf)
    flat = np.where(value >= alone, flow, 1.0)
    volume = np.clip(np.where(p.taper + 2 * p.slope > 0, best, flat), 1.0, flow)
    reach = np.where(p.sunk > 0, p.terminal, flow)
    threat = others_revenue(p, np.minimum(most, reach))
    rest = others_revenue(p, flow - volume)
    worth = value * volume - p.taper * volume**2 / 2
    beta = weight(p.sensitivity, p.gap)
    russia = threat + beta * (worth + rest - threat)
    return {
        "volume": volume,
        "weight": beta,
        "threat": threat,
        "surplus": worth + rest - threat,
        "russia": russia,
        "china": (1 - beta) * (worth + rest - threat),
        "price": (russia - rest) / volume,
        "terminal_share": (volume - 1) / p.terminal,
        "netback": russia / flow,
        "recoverable": (threat - rest) / worth,
        "elsewhere": (flow - volume) / flow,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the bargain; without a surplus there is none."""
    if p.surplus <= 0:
        play = {"Russia": f"sells to others for {p.threat:.2f}", "China": "buys elsewhere"}
        return (IssueEquilibrium("no contract", play, {"Russia": float(p.threat), "China": 0.0}),)
    play = {
        "Russia": f"sells China {p.volume:.2f} at {p.price:.2f}, and {p.terminal + 1 - p.volume:.2f} to others",
        "China": f"takes {100 * p.terminal_share:.0f} % of the terminal's cargoes beside the branch",
    }
    return (IssueEquilibrium("contract", play, {"Russia": float(p.russia), "China": float(p.china)}),)


GAME = build(
    "oil_contract",
    quantities,
    equilibria,
    conditions={
        "gain": lambda now: now.surplus,
        "terminal_helps": lambda now: 1 + now.slope * now.others - 2 * now.slope * now.terminal,
        "dependent": lambda now: now.terminal_share - 0.5,
    },
    closed={
        "terminal_helps": {
            "others": lambda p: 2 * p.terminal - 1 / p.slope,
            "terminal": lambda p: (p.others + 1 / p.slope) / 2,
        },
    },
    claims={
        "C29": lambda now: now.surplus,
        "C30": lambda now, plan: all_of(now.terminal_share - plan.terminal_share, plan.netback - now.netback),
        "C30d": lambda now: now.terminal_share - 0.5,
        "C30p": lambda now, plan: plan.price - now.price,
        "C30x": lambda now: 2 * now.slope * now.terminal - 1 - now.slope * now.others,
        "C31": lambda now, before: cheaper_and_more(before, now),
        "C31n": lambda now, before: before.netback - now.netback,
        "C31r": lambda now, before, after: cheaper_and_more(before, after),
        "C31s": lambda now, before, after: cheaper_and_more(before, after),
        "C31g": lambda now, before, after: cheaper_and_more(before, after),
        "C31o": lambda now, before, after: cheaper_and_more(before, after),
        "C32": lambda now, after: after.volume - now.volume,
        "C32x": lambda now, after: now.price - after.price,
        "C107": lambda now, diversified: now.russia - diversified.russia,
        "C107x": lambda now: (2 * now.weight - 1) * now.surplus,
    },
)


def cheaper_and_more(before: Point, after: Point) -> FloatArray:
    """Return the slack of 'price down and volume up'."""
    return all_of(before.price - after.price, after.volume - before.volume)
