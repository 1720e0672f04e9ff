r"""Mutual non-subversion: an assurance game with types (C08, C16, C67–C69).

A partner is a crusader, who always meddles, with probability ``1 − τ``, ``τ = trust − spill·fear``. Against a partner
that forbears, forbearing brings ``a = fear·support + elites`` and meddling ``meddle_i``; being meddled with costs
``betray`` either way. Both forbear in equilibrium iff ``τ·a ≥ max(meddle)``: the least trust needed is
``q* = max(meddle)/a``. Both meddling is always an equilibrium; forbearing risk-dominates it iff
``(τa − meddle_R)(τa − meddle_C) > meddle_R·meddle_C``. A West that means to subvert passes for harmless by
accommodating iff ``promotion > reset_cost``; then a reset leaves the fear where it was.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of
from .reading import build


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return belief, the worth of the front, the trust needed, and assurance."""
    belief = np.clip(p.trust - p.spill * p.fear, 0.0, 1.0)
    front = p.fear * p.support + p.elites
    tempted = np.maximum(p.meddle_R, p.meddle_C)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(front > 0, tempted / front, np.inf)
    assurance = np.where(belief * front >= tempted, belief, 0.0)
    return {
        "belief": belief,
        "front": front,
        "tempted": tempted,
        "trust_needed": needed,
        "assurance": assurance,
        "regime_value": p.fear * assurance,
    }


def safer(p: Point) -> FloatArray:
    """Return by how much forbearing risk-dominates meddling."""
    first, second = p.belief * p.front - p.meddle_R, p.belief * p.front - p.meddle_C
    return all_of(first, second, first * second - p.meddle_R * p.meddle_C)


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return both pure equilibria of those who are no crusaders, the risk-dominant one marked."""
    attacked = (1 - float(p.belief)) * float(p.betray)
    out = []
    if p.belief * p.front >= p.tempted:
        both = float(p.belief * p.front) - attacked
        rule = "risk dominance" if safer(p) > 0 else ""
        play = {"Russia": "forbears", "China": "forbears"}
        out.append(IssueEquilibrium("assurance", play, {"Russia": both, "China": both}, rule))
    payoffs = {who: float(p[f"meddle_{who[0]}"] - p.betray) for who in ("Russia", "China")}
    rule = "risk dominance" if out and safer(p) <= 0 else ""
    out.append(IssueEquilibrium("mutual meddling", {"Russia": "meddles", "China": "meddles"}, payoffs, rule))
    return tuple(out)


def dearer(less: Point, more: Point) -> FloatArray:
    """Return by how much more trust is needed at one setting than at another; 0 where neither has any front."""
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(less.trust_needed - more.trust_needed, nan=0.0)


GAME = build(
    "regime_assurance",
    quantities,
    equilibria,
    conditions={
        "trusting": lambda now: now.belief * now.front - now.tempted,
        "safer": safer,
        "pools": lambda now: now.promotion - now.reset_cost,
    },
    closed={
        "trusting": {"trust": lambda p: p.trust_needed + p.spill * p.fear},
        "pools": {"reset_cost": lambda p: p.promotion, "promotion": lambda p: p.reset_cost},
    },
    claims={
        "C08": lambda now, doubting: now.regime_value - doubting.regime_value,
        "C08e": lambda now: now.belief * now.front - now.tempted,
        "C08r": safer,
        "C16": lambda now: now.promotion - now.reset_cost,
        "C67": lambda now, less, more: dearer(less, more),
        "C68": lambda now, none: dearer(none, now),
        "C69": lambda now, less, more: more.regime_value - less.regime_value,
        "C69s": lambda now, less, more: more.regime_value - less.regime_value,
    },
)
