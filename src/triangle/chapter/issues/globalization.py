r"""Disorder in the West: Russia fuels, China calms (C10, C76–C79).

Disorder is ``D = turmoil + f − s``. With ``A = rank_R + scapegoat + division − trade_R`` and
``G = legitimacy·openness − rank_C``

    u_R = A·D − ½·contagion·D² − ½·cost_fuel·f²          u_C = −G·D − ½·cost_calm·s²

The only equilibrium: ``s = max(G, 0)/cost_calm``, ``f = max[A − contagion·(turmoil − s), 0]/(cost_fuel + contagion)``.
``∂f/∂s = contagion/(cost_fuel + contagion)``: Russia undoes that part of what China calms.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of
from .reading import build


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return the equilibrium, payoffs, and the obstacle to an alliance."""
    stake_r = p.rank_R + p.scapegoat + p.division - p.trade_R
    stake_c = p.legitimacy * p.openness - p.rank_C
    calm = np.maximum(stake_c, 0.0) / p.cost_calm
    fuel = np.maximum(stake_r - p.contagion * (p.turmoil - calm), 0.0) / (p.cost_fuel + p.contagion)
    disorder = p.turmoil + fuel - calm
    with np.errstate(divide="ignore", invalid="ignore"):
        clash = np.where(p.openness > 0, np.maximum(stake_c, 0.0) * fuel / p.openness, 0.0)
    return {
        "stake_R": stake_r,
        "stake_C": stake_c,
        "calm": calm,
        "fuel": fuel,
        "disorder": disorder,
        "russia": stake_r * disorder - p.contagion * disorder**2 / 2 - p.cost_fuel * fuel**2 / 2,
        "china": -stake_c * disorder - p.cost_calm * calm**2 / 2,
        "clash": clash,
        "obstacle": p.blame + clash,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the only equilibrium."""
    play = {"Russia": f"fuels by {float(p.fuel):.3f}", "China": f"calms by {float(p.calm):.3f}"}
    name = f"disorder {float(p.disorder):.3f}"
    return (IssueEquilibrium(name, play, {"Russia": float(p.russia), "China": float(p.china)}),)


GAME = build(
    "globalization",
    quantities,
    equilibria,
    conditions={
        "china_calms": lambda now: now.stake_C,
        "russia_fuels": lambda now: now.stake_R - now.contagion * (now.turmoil - now.calm),
        "russia_gains": lambda now: now.stake_R - now.contagion * now.disorder,
    },
    closed={
        "china_calms": {
            "openness": lambda p: p.rank_C / p.legitimacy,
            "legitimacy": lambda p: p.rank_C / p.openness,
            "rank_C": lambda p: p.legitimacy * p.openness,
        },
    },
    claims={
        "C10": lambda now: now.obstacle,
        "C10d": lambda now, decoupled: decoupled.stake_C,
        "C76": lambda now, less, more: all_of(more.russia - less.russia, less.china - more.china),
        "C78": lambda now, more: all_of(more.calm - now.calm, now.stake_C, now.stake_R),
        "C79": lambda now: all_of(now.fuel, now.calm),
    },
)
