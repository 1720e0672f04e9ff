r"""The gas pipeline as an incomplete contract: hold-up, and a plant that is not kept (C33–C35).

With ``L`` = 1 if the LNG plant is kept, a trade of value ``S = 2√x`` over a pipe ``x`` is split so that Russia gets

    s_L = enforce·signed + (1 − enforce)·[lng·L + β·(1 − lng·L − central_asia)].

Russia lays ``x = s²/(1 − prefinance)²``, hence ``S = 2s/(1 − prefinance)``, and nets ``s²/(1 − prefinance)``. So it
drops the plant where ``lng_cost > (s₁² − s₀²)/(1 − prefinance)``. The pair, which bears the whole of ``x``, would drop
it where ``lng_cost > 2(s₁ − s₀)/(1 − prefinance) − (s₁² − s₀²)/(1 − prefinance)²``.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, best, weight
from .reading import build


def part(p: Point, recoverable: FloatArray) -> FloatArray:
    """Return Russia's part of the trade's value when it could recover some of it elsewhere."""
    open_part = recoverable + weight(p.sensitivity, p.gap) * (1 - recoverable - p.central_asia)
    return p.enforce * p.signed + (1 - p.enforce) * open_part


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return the outcome with the plant (suffix 1), without it (suffix 0), and as Russia chooses."""
    own = 1 - p.prefinance
    with_plant, without = part(p, p.lng), part(p, np.zeros_like(p.lng))
    found: dict[str, FloatArray] = {"part_oil": part(p, p.oil_recoverable)}
    for suffix, s, recovered in (("1", with_plant, p.lng), ("0", without, np.zeros_like(p.lng))):
        pipe, value = s**2 / own**2, 2 * s / own
        found |= {
            f"share_{suffix}": s,
            f"pipe_{suffix}": pipe,
            f"loss_{suffix}": (s - recovered) * value,
            f"russia_{suffix}": s * value - own * pipe,
            f"china_{suffix}": (1 - s) * value - p.prefinance * pipe,
        }
    private = found["russia_1"] - found["russia_0"]
    keeps = (private > p.lng_cost).astype(np.float64)
    found |= {
        "private_worth": private,
        "joint_worth": private + found["china_1"] - found["china_0"],
        "keeps_lng": keeps,
    }
    for name in ("share", "pipe", "loss", "china"):
        found[name] = np.where(keeps > 0, found[f"{name}_1"], found[f"{name}_0"])
    found["russia"] = np.where(keeps > 0, found["russia_1"] - p.lng_cost, found["russia_0"])
    return found


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the subgame-perfect outcome; both where Russia is indifferent."""
    nets = {"1": float(p.russia_1 - p.lng_cost), "0": float(p.russia_0)}
    out = []
    for suffix in best(nets):
        does, done = ("keeps", "kept") if suffix == "1" else ("drops", "dropped")
        play = {
            "Russia": f"{does} the plant and lays a pipe of {p[f'pipe_{suffix}']:.2f} (first best 1)",
            "China": f"leaves Russia {100 * p[f'share_{suffix}']:.0f} % of the trade",
        }
        payoffs = {"Russia": nets[suffix], "China": float(p[f"china_{suffix}"])}
        out.append(IssueEquilibrium(f"LNG {done}", play, payoffs))
    return tuple(out)


GAME = build(
    "gas_holdup",
    quantities,
    equilibria,
    conditions={
        "kept": lambda now: now.private_worth - now.lng_cost,
        "worth_keeping": lambda now: now.joint_worth - now.lng_cost,
        "trap": lambda now: all_of(now.lng_cost - now.private_worth, now.joint_worth - now.lng_cost),
    },
    closed={
        "kept": {"lng_cost": lambda p: (p.share_1**2 - p.share_0**2) / (1 - p.prefinance)},
        "worth_keeping": {
            "lng_cost": lambda p: (
                2 * (p.share_1 - p.share_0) / (1 - p.prefinance)
                - (p.share_1**2 - p.share_0**2) / (1 - p.prefinance) ** 2
            )
        },
    },
    claims={
        "C33": lambda now: now.part_oil - now.share_0,
        "C34": lambda now: now.lng_cost - now.private_worth,
        "C34b": lambda now: all_of(now.share_1 - now.share_0, now.loss_0 - now.loss_1),
        "C34c": lambda now, after: now.private_worth - after.private_worth,
        "C34h": lambda now: now.china_1 - now.china_0,
        "C34t": lambda now: now.lng_cost - now.joint_worth,
        "C35": lambda now, after: now.pipe_0 - after.pipe_0,
    },
)
