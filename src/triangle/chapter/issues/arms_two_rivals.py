r"""A seller of arms and two rival buyers (C43).

Buyer ``j`` gets ``value_j·q_j + match·q_C·q_I`` from the qualities sold, India ``−harm_I·q_C`` besides. Each is asked
what it would lose by refusing. With a believed promise (``promise`` = 1) an India that refuses would face a China fully
armed, so it also pays to be spared; without, its refusal changes nothing. Russia then maximises

    (1 + cash)·[value_C·q_C + value_I·q_I + 2·match·q_C·q_I + promise·harm_I·(1 − q_C)]
        − [neighbour·gap + leak·(1 − opaque)]·q_C,

which is linear in each quality. India gets the best; China gets the same class iff
``(1 + cash)·(value_C + 2·match − promise·harm_I) > neighbour·gap + leak·(1 − opaque)``, and nothing otherwise.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, best
from .reading import build


def seller(p: Point, china: FloatArray, india: FloatArray) -> FloatArray:
    """Return Russia's payoff when it sells two qualities at the highest prices that are accepted."""
    prices = p.value_C * china + p.value_I * india + 2 * p.match * china * india + p.promise * p.harm_I * (1 - china)
    return (1 + p.cash * p.pressed) * prices - p.cost * china


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return what arming China too is worth and costs, and the qualities sold."""
    cost = p.neighbour * p.gap + p.leak * (1 - p.opaque * p.engines)
    revenue = (1 + p.cash * p.pressed) * (p.value_C + 2 * p.match - p.promise * p.harm_I)
    p = p.plus(cost=cost)
    china = (revenue > cost).astype(np.float64)
    one = np.ones_like(china)
    return {
        "cost": cost,
        "revenue": revenue,
        "worth": revenue - cost,
        "quality_C": china,
        "quality_I": one,
        "russia": seller(p, china, one),
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return what Russia sells; both where it is indifferent."""
    one = np.ones(())
    options = {"India ahead": 0 * one, "the same class for both": one}
    payoffs = {name: float(seller(p, china, one)) for name, china in options.items()}
    out = []
    for name in best(payoffs):
        china = float(options[name])
        india = float(-p.promise * p.harm_I)
        play = {
            "Russia": f"sells {name}",
            "China": "buys the best" if china else "gets nothing new",
            "India": "buys the best",
        }
        out.append(
            IssueEquilibrium(name, play, {"Russia": payoffs[name], "China": 0.0, "India": _india(p, china, india)})
        )
    return tuple(out)


def _india(p: Point, china: float, promised: float) -> float:
    """Return India's payoff: its price leaves it at what refusing would bring."""
    return promised - (1 - float(p.promise)) * float(p.harm_I) * china


GAME = build(
    "arms_two_rivals",
    quantities,
    equilibria,
    conditions={"same": lambda now: now.worth},
    closed={
        "same": {
            "harm_I": lambda p: np.where(
                p.promise > 0, (p.value_C + 2 * p.match - p.cost / (1 + p.cash * p.pressed)) / p.promise, np.nan
            ),
            "gap": lambda p: (p.revenue - p.leak * (1 - p.opaque * p.engines)) / p.neighbour,
        }
    },
    claims={
        "C43": lambda now, before: all_of(-before.worth, now.worth),
        "C43a": lambda now, before: -before.worth,
        "C43b": lambda now: now.worth,
        "C43k": lambda now, promised: promised.worth,
        "C43g": lambda now, after: now.worth - after.worth,
    },
)
