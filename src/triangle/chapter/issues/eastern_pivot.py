r"""The turn to the east: why partnering removes the leverage that it was to bring (C47–C50, C106).

China offers ``f`` for exclusive ties, Russia keeps a share ``a`` of them free, others engage by ``reach·a``. Then

    u_R = surplus·[β + (1 − β)·leverage·a²·reach] + others_pay·a²·reach + (1 − a)·(f + finance)

and China has the rest of the surplus and ``(1 − a)·(alignment − f)``. ``a`` enters squared, so ``u_R`` is convex and
only 0 or 1 can be best. Russia gives up its options for ``f* = [surplus·(1 − β)·leverage + others_pay]·reach −
finance``. China would pay up to ``alignment + surplus·(1 − β)·leverage·reach``. In the difference leverage cancels:
Russia ends up centred on China iff ``others_pay·reach ≤ alignment + finance``.
"""

from __future__ import annotations

import numpy as np

from ...game import TOLERANCE, FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, weight
from .reading import build


def payoffs(p: Point, offer: FloatArray, free: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both payoffs at an offer and a share kept free."""
    engaged = p.reach * free
    lever = p.surplus * (1 - p.beta) * p.leverage * free * engaged
    russia = p.surplus * p.beta + lever + p.others_pay * free * engaged + (1 - free) * (offer + p.finance)
    china = p.surplus * (1 - p.beta) - lever + (1 - free) * (p.alignment - offer)
    return russia, china


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return what Russia's options are worth, their price, and whether it keeps them."""
    beta = weight(p.sensitivity, p.gap)
    worth = (p.surplus * (1 - beta) * p.leverage + p.others_pay) * p.reach
    price = np.maximum(worth - p.finance, 0.0)
    sinocentric = p.others_pay * p.reach <= p.alignment + p.finance
    planned = beta + (1 - beta) * p.leverage * p.reach
    at_half, _ = payoffs(p.plus(beta=beta), price, np.full_like(beta, 0.5))
    at_none, _ = payoffs(p.plus(beta=beta), price, np.zeros_like(beta))
    return {
        "beta": beta,
        "worth": worth,
        "price": price,
        "planned": planned,
        "autonomy": np.where(sinocentric, 0.0, 1.0),
        "share": np.where(sinocentric, beta, planned),
        "half": at_none - at_half,
        "options": np.where(sinocentric, p.pivot, p.leverage),
    }


def sinocentric(p: Point) -> FloatArray:
    """Return the slack of 'Russia ends up centred on China'."""
    return p.alignment + p.finance - p.others_pay * p.reach


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the subgame-perfect outcome; both where China is indifferent whether to buy."""
    slack = p.finance - p.worth if reading == "no_offer" else sinocentric(p)
    margin = TOLERANCE * p.surplus
    offer = np.zeros(()) if reading == "no_offer" else p.price
    found = []
    if slack >= -margin:
        play = {"China": f"pays {offer:.3f} for exclusive ties", "Russia": "keeps no part of its ties free"}
        found.append(("centred on China", play, payoffs(p, offer, np.zeros(()))))
    if slack <= margin:
        play = {"China": "does not pay for exclusive ties", "Russia": "keeps its ties free"}
        found.append(("the turn succeeds", play, payoffs(p, np.zeros(()), np.ones(()))))
    return tuple(
        IssueEquilibrium(name, play, {"Russia": float(russia), "China": float(china)})
        for name, play, (russia, china) in found
    )


GAME = build(
    "eastern_pivot",
    quantities,
    equilibria,
    conditions={
        "sinocentric": sinocentric,
        "sinocentric_alone": lambda now: now.finance - now.worth,
    },
    closed={
        "sinocentric": {
            "others_pay": lambda p: (p.alignment + p.finance) / p.reach,
            "reach": lambda p: (p.alignment + p.finance) / p.others_pay,
            "alignment": lambda p: p.others_pay * p.reach - p.finance,
            "finance": lambda p: p.others_pay * p.reach - p.alignment,
        }
    },
    claims={
        "C30l": lambda now, unpaid: sinocentric(unpaid),
        "C47": lambda now: now.planned - now.beta,
        "C48": sinocentric,
        "C48c": lambda now: now.finance - now.worth,
        "C49": sinocentric,
        "C49x": lambda now, idle: -sinocentric(idle),
        "C50": sinocentric,
        "C50h": lambda now: now.half,
        "C50p": lambda now: all_of(sinocentric(now), now.worth - now.finance),
        "C106": lambda now, able: -sinocentric(able),
        "C106m": lambda now: now.finance - now.worth * now.reach_true,
    },
)
