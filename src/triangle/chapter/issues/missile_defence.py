r"""A joint answer to missile defence: a weakest-link game of two (C46).

Acting costs ``cost_i``; both acting recoups ``recoup·threat_i``, one alone ``alone·threat_i`` for itself. With
``L_i = recoup·threat_i − cost_i`` and ``M_i = cost_i − alone·threat_i``: both acting is an equilibrium iff both
``L_i ≥ 0``, neither acting iff both ``M_i ≥ 0``, ``i`` alone iff ``M_i ≤ 0`` and ``L_j ≤ 0``. Of the two symmetric
ones the risk-dominant has the larger product of losses from deviating, ``L_R·L_C`` against ``M_R·M_C``.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of
from .reading import build


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return what acting together gives (L) and what acting alone costs (M)."""
    found: dict[str, FloatArray] = {}
    for who in ("R", "C"):
        threat, cost = p[f"threat_{who}"], p[f"cost_{who}"]
        found[f"together_{who}"] = p.recoup * threat - cost
        found[f"alone_{who}"] = cost - p.alone * threat
    least = np.minimum(found["together_R"], found["together_C"])
    return found | {"element": np.maximum(least, 0.0)}


def action(p: Point) -> FloatArray:
    """Return the slack of 'both acting is an equilibrium'."""
    return np.minimum(p.together_R, p.together_C)


def inaction(p: Point) -> FloatArray:
    """Return the slack of 'neither acting is an equilibrium'."""
    return np.minimum(p.alone_R, p.alone_C)


def safer(p: Point) -> FloatArray:
    """Return by how much acting risk-dominates doing nothing."""
    return p.together_R * p.together_C - p.alone_R * p.alone_C


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return all equilibria in pure strategies; where both symmetric ones exist the risk-dominant is marked."""
    both, neither = bool(action(p) >= 0), bool(inaction(p) >= 0)
    rule = "risk dominance" if both and neither else ""
    found = []
    if both:
        payoffs = {"Russia": float(p.together_R), "China": float(p.together_C)}
        chosen = rule if safer(p) > 0 else ""
        found.append(IssueEquilibrium("a joint answer", {"Russia": "acts", "China": "acts"}, payoffs, chosen))
    if neither:
        payoffs = {"Russia": 0.0, "China": 0.0}
        chosen = rule if safer(p) <= 0 else ""
        play = {"Russia": "does nothing", "China": "does nothing"}
        found.append(IssueEquilibrium("words only", play, payoffs, chosen))
    for who, other, name, second in (("R", "C", "Russia", "China"), ("C", "R", "China", "Russia")):
        if p[f"alone_{who}"] <= 0 and p[f"together_{other}"] <= 0:
            payoffs = {name: -float(p[f"alone_{who}"]), second: 0.0}
            found.append(IssueEquilibrium(f"{name} alone", {name: "acts", second: "does nothing"}, payoffs))
    return tuple(found)


GAME = build(
    "missile_defence",
    quantities,
    equilibria,
    conditions={"action": action, "inaction": inaction, "action_safer": safer},
    closed={
        "action": {
            "threat_C": lambda p: p.cost_C / p.recoup,
            "cost_C": lambda p: p.recoup * p.threat_C,
            "recoup": lambda p: np.maximum(p.cost_R / p.threat_R, p.cost_C / p.threat_C),
        }
    },
    claims={
        "C46": lambda now, before: all_of(action(now), -action(before)),
        "C46d": lambda now: all_of(action(now), inaction(now)),
        "C46r": lambda now: all_of(action(now), inaction(now), -safer(now)),
        "C46m": lambda now, after: all_of(after.together_R - now.together_R, after.together_C - now.together_C),
    },
)
