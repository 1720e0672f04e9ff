r"""Multi-vector rhetoric as cheap talk before bargaining (C17–C18).

Russia's alternative is ``H`` (probability ``prior``) or ``L``; China's worth of the tie ``v`` is uniform on
``[tie_low, tie_low + tie_width]``, ``F = P(v < option_H)``. A word H that is believed makes China break off where
``v < option_H``, and otherwise concede ``option_H`` when it names the terms. So L admits to be L iff

    β·E[(v − option_L)⁺·1{v < option_H}] ≥ (1 − β)·(1 − F)·(option_H − option_L).

When words say nothing, China concedes ``option_H`` to both iff ``v ≥ option_H`` and ``prior·(v − option_L) ≥
option_H − option_L``; otherwise it screens, and H leaves when China names the terms. H always leaves where
``v < option_H``. Hence ``P(leave) = prior·[(1 − β)·P(screen, v ≥ option_H) + F]``.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, weight
from .reading import build


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return the gain from truth, the play when words say nothing, and what belief would change."""
    beta = weight(p.sensitivity, p.gap)
    low, high = np.minimum(p.option_L, p.option_H), p.option_H
    top = p.tie_low + p.tie_width
    cut = np.clip(high, p.tie_low, top)
    below = (cut - p.tie_low) / p.tie_width
    start = np.clip(low, p.tie_low, cut)
    risked = ((cut - low) ** 2 - (start - low) ** 2) / (2 * p.tie_width)
    with np.errstate(divide="ignore", invalid="ignore"):
        switch = np.where(p.prior > 0, low + (high - low) / p.prior, np.where(high > low, np.inf, high))
        needed = np.where(p.tie_low > low, np.minimum((high - low) / (p.tie_low - low), 1.0), 1.0)
    edge = np.clip(np.maximum(switch, high), p.tie_low, top)
    concedes = (top - edge) / p.tie_width
    screens = np.maximum(edge - cut, 0.0) / p.tie_width
    extra = high - low
    own = _mean_worth(p.tie_low, top, low)
    poor = beta * own + (1 - beta) * low
    good = beta * _mean_worth(p.tie_low, top, high) + (1 - beta) * high
    return {
        "beta": beta,
        "broken": below,
        "risked": risked,
        "truth": beta * risked - (1 - beta) * (1 - below) * extra,
        "screens": screens,
        "concedes": concedes,
        "belief_needed": needed,
        "leaves": p.prior * ((1 - beta) * screens + below),
        "poor": poor,
        "good": good,
        "babble": p.prior * good + (1 - p.prior) * (poor + (1 - beta) * concedes * extra),
        "credible_talk": p.prior * good + (1 - p.prior) * poor,
        "naive_gain": p.naive * ((1 - beta) * extra * screens - beta * risked),
    }


def _mean_worth(bottom: FloatArray, top: FloatArray, option: FloatArray) -> FloatArray:
    """Return E[max(v, option)] for v uniform from bottom to top."""
    cut = np.clip(option, bottom, top)
    return (option * (cut - bottom) + (top**2 - cut**2) / 2) / (top - bottom)


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return babbling, and truthful talk where it is an equilibrium."""
    low = float(p.poor)
    lifted = low + float((1 - p.beta) * p.concedes * (p.option_H - p.option_L))
    concedes = f"{100 * float(p.concedes):.0f} %"
    play = {
        "Russia": "says whatever it likes",
        "China": f"does not listen; concedes to both kinds in {concedes} of cases when it names the terms",
    }
    found = [IssueEquilibrium("babbling", play, {"Russia of kind H": float(p.good), "Russia of kind L": lifted})]
    if p.truth >= 0:
        play = {
            "Russia": "tells the truth",
            "China": f"believes it; breaks off with kind H in {100 * float(p.broken):.0f} % of cases",
        }
        found.append(
            IssueEquilibrium("truthful talk", play, {"Russia of kind H": float(p.good), "Russia of kind L": low})
        )
    return tuple(found)


GAME = build(
    "cheap_talk",
    quantities,
    equilibria,
    conditions={"informative": lambda now: now.truth, "safe_tie": lambda now: now.tie_low - now.option_H},
    closed={"safe_tie": {"tie_low": lambda p: p.option_H, "option_H": lambda p: p.tie_low}},
    claims={
        "C17": lambda now: 0.05 - now.leaves,
        "C17q": lambda now: 0.25 - now.leaves,
        "C17p": lambda now, after: after.concedes - now.concedes,
        "C18": lambda now: -now.truth,
        "C18p": lambda now: now.credible_talk - now.babble,
        "C18n": lambda now: now.naive_gain,
        "C18i": lambda now, weak: weak.truth,
    },
)
