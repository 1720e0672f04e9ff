r"""Arms sales as a repeated game in which the buyer may copy (C41, C42, C44, C45).

While the need lasts (it ends with probability ``hazard`` a period) Russia sells for ``profit`` and China gains
``gain``; a copy adds ``copy`` for China and costs Russia ``leak``, and ends sales for good (grim trigger). With
``D = patience·(1 − hazard)`` China respects the design iff ``gain/(1 − D) ≥ gain + copy``, that is

    patience ≥ δ* = copy/[(1 − hazard)·(copy + gain)].

Otherwise Russia sells if ``profit ≥ leak``, and is copied; else it does not sell. A pause of ``k`` periods deters iff
``copy ≤ gain·D·(1 − D^k)/(1 − D)``. A known last period would unravel everything, so the end must be uncertain.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of
from .reading import build


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return the critical discount factor, and what is sold and copied."""
    gain = p.gain * (1 - p.saturation * p.saturated)
    copy = p.copy * (1 - p.opaque * p.engines) * (1 - p.joint * p.together)
    hazard = p.hazard + p.fading * (p.hazard_ahead - p.hazard)
    future = p.patience * (1 - hazard)
    with np.errstate(divide="ignore", invalid="ignore"):
        critical = np.where(copy > 0, copy / ((1 - hazard) * (copy + gain)), 0.0)
        left = 1 - copy * (1 - future) / (gain * future)
        pause = np.where(left > 0, np.ceil(np.log(left) / np.log(future) - 1e-9), np.inf)
    clean = p.patience >= critical
    copied = ~clean & (p.profit >= p.leak)
    stolen = p.profit + gain + copy - p.leak
    return {
        "gain_now": gain,
        "copy_now": copy,
        "hazard_now": hazard,
        "critical": critical,
        "clean": clean.astype(np.float64),
        "sells": (clean | copied).astype(np.float64),
        "value": np.where(clean, p.profit + gain, np.where(copied, stolen, p.service)),
        "pause": pause,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the best equilibrium that grim punishment sustains, and the one without trust."""
    future = p.patience * (1 - p.hazard_now)
    sells = p.profit >= p.leak
    wary = {"Russia": float((p.profit - p.leak) * sells), "China": float((p.gain_now + p.copy_now) * sells)}
    words = "sells and is copied" if sells else "does not sell; servicing remains"
    without = IssueEquilibrium("without trust", {"Russia": words, "China": "copies what it gets"}, wary)
    if not p.clean:
        return (without,)
    stream = 1 / (1 - future)
    play = {
        "Russia": "sells until it is copied"
        + (f" (a pause of {p.pause:.0f} would do)" if np.isfinite(p.pause) else ""),
        "China": "respects the design",
    }
    payoffs = {"Russia": float(p.profit * stream), "China": float(p.gain_now * stream)}
    return (IssueEquilibrium("clean sales", play, payoffs, "best for both that is self-enforcing"), without)


def trust(p: Point) -> FloatArray:
    """Return the slack of 'sales are clean'."""
    return p.patience - p.critical


def rise(before: Point, after: Point) -> FloatArray:
    """Return by how much the critical discount factor rises; 0 where no patience was enough before."""
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(after.critical - before.critical, nan=0.0, posinf=1.0)


GAME = build(
    "arms_copying",
    quantities,
    equilibria,
    conditions={
        "clean": trust,
        "worth_leaking": lambda now: now.profit - now.leak,
        "possible": lambda now: now.gain_now / (now.copy_now + now.gain_now) - now.hazard_now,
    },
    closed={
        "clean": {
            "patience": lambda p: p.critical,
            "hazard": lambda p: 1 - p.copy_now / (p.patience * (p.copy_now + p.gain_now)),
        },
        "worth_leaking": {"profit": lambda p: p.leak, "leak": lambda p: p.profit},
    },
    claims={
        "C41": lambda now, sated: all_of(-trust(sated), sated.leak - sated.profit),
        "C42": trust,
        "C42b": lambda now, sated: all_of(-trust(sated), sated.leak - sated.profit, trust(now)),
        "C44": lambda now, ahead: all_of(trust(now), -trust(ahead)),
        "C44m": rise,
        "C45": lambda now, ahead, built: all_of(-trust(ahead), trust(built)),
        "C45g": lambda now, built: trust(built),
    },
)
