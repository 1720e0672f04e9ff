r"""Joint exercises as a costly signal to the West: all perfect Bayesian equilibria by kind (C38–C40).

The pair is of kind H (an alliance is possible, probability ``prior``) or L. A drill costs ``cost_t`` and brings
``status``; restraint by the West brings ``restraint``. The West holds back iff its belief in H is at least
``μ* = press_gain/(press_gain + press_cost)``. Write ``g`` for restraint, ``z`` for status, ``c`` for the costs, with
``c_H < c_L`` unless said otherwise. A kind exists iff

    separating         c_H ≤ g + z ≤ c_L
    all drill          prior ≥ μ* and g + z ≥ max c (heeded), or prior < μ* and z ≥ max c (not heeded)
    silence            prior ≥ μ* and z − g ≤ min c, or prior < μ* and z ≤ min c
    half-pooling       prior < μ* and z < c_L < g + z: L drills with probability prior(1 − μ*)/[(1 − prior)μ*], the
                       West heeds a drill with probability (c_L − z)/g, and its belief after one is μ*
    half-silent        prior > μ* and z < c_H < g + z: H keeps quiet just so often that silence leaves the belief μ*,
                       the West holds back after silence with probability (g + z − c_H)/g and always after a drill
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, any_of, weight
from .reading import build


def separating(p: Point) -> FloatArray:
    """Return the slack of 'H drills and L does not'."""
    return all_of(p.restraint + p.status - p.cost_H, p.cost_L - p.restraint - p.status)


def half_pooling(p: Point) -> FloatArray:
    """Return the slack of 'H drills, L drills at times'."""
    heeded = p.restraint + p.status
    return all_of(p.doubt - p.prior, p.cost_L - p.status, heeded - p.cost_L, p.cost_L - p.cost_H)


def half_silent(p: Point) -> FloatArray:
    """Return the slack of 'L is silent, H is silent at times'."""
    heeded = p.restraint + p.status
    return all_of(p.prior - p.doubt, p.cost_H - p.status, heeded - p.cost_H, p.cost_L - p.cost_H)


def drills_heeded(p: Point) -> FloatArray:
    """Return the slack of 'all drill and the West holds back'."""
    return all_of(p.prior - p.doubt, p.restraint + p.status - p.cost_H, p.restraint + p.status - p.cost_L)


def drills_ignored(p: Point) -> FloatArray:
    """Return the slack of 'all drill and the West presses'."""
    return all_of(p.doubt - p.prior, p.status - p.cost_H, p.status - p.cost_L)


def silence(p: Point) -> FloatArray:
    """Return the slack of 'nobody drills'; off the path a drill is met with pressure."""
    dearest = np.minimum(p.cost_H, p.cost_L) - p.status
    return np.where(p.prior >= p.doubt, dearest + p.restraint, dearest)


def most_from_drill(p: Point, cost: FloatArray) -> FloatArray:
    """Return the most that a drill could add for a kind, from silence."""
    return p.status - cost + p.restraint * (p.prior < p.doubt)


def silence_intuitive(p: Point) -> FloatArray:
    """Return the slack of 'silence survives the intuitive criterion': L could gain as well, or H cannot."""
    return any_of(most_from_drill(p, p.cost_L), -most_from_drill(p, p.cost_H))


def silence_d1(p: Point) -> FloatArray:
    """Return the slack of 'silence survives D1': the kind with the lower cost, which it points to, cannot gain."""
    return np.where(p.cost_H < p.cost_L, -most_from_drill(p, p.cost_H), silence(p))


def informative(p: Point) -> FloatArray:
    """Return the slack of 'some equilibrium tells the West something'."""
    return any_of(separating(p), half_pooling(p), half_silent(p))


KINDS = (separating, half_pooling, half_silent, drills_heeded, drills_ignored, silence)


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return the West's switching belief, the mixing of the half-pooling equilibrium, and what a drill changes."""
    doubt = p.press_gain / (p.press_gain + p.press_cost)
    p = p.plus(doubt=doubt)
    with np.errstate(divide="ignore", invalid="ignore"):
        bluff = np.clip(p.prior * (1 - doubt) / ((1 - p.prior) * doubt), 0, 1)
    heeded = np.clip((p.cost_L - p.status) / p.restraint, 0, 1)
    trusted = np.clip((p.restraint + p.status - p.cost_H) / p.restraint, 0, 1)
    response = np.where(half_pooling(p) > 0, heeded, np.where(half_silent(p) > 0, 1 - trusted, 0.0))
    now, before = weight(p.sensitivity, p.gap), weight(p.sensitivity, p.gap_before)
    return {
        "doubt": doubt,
        "bluff": bluff,
        "heeded": heeded,
        "trusted": trusted,
        "response": np.where(separating(p) >= 0, 1.0, response),
        "equilibria": np.sum([np.where(kind(p) >= 0, 1.0, 0.0) for kind in KINDS], axis=0),
        "sea": (1 - now) * p.sea_C - now * p.sea_R,
        "sea_before": (1 - before) * p.sea_C_2008 - before * p.sea_R,
        "sea_gap_alone": (1 - before) * p.sea_C - before * p.sea_R,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return every kind of perfect Bayesian equilibrium, with the one that survives D1 marked."""
    heed, belief = "holds back", f"belief after a drill {float(p.doubt):.2f}"
    silent = "holds back" if p.prior >= p.doubt else "presses"
    told = {
        "separating": ("drills iff it means it", f"{heed} after a drill, presses after silence"),
        "half_pooling": (
            f"H drills, L drills with probability {float(p.bluff):.2f}",
            f"{heed} after a drill with probability {float(p.heeded):.2f} ({belief}), presses after silence",
        ),
        "half_silent": (
            "H drills at times, L never",
            f"{heed} after a drill; after silence with probability {float(p.trusted):.2f}",
        ),
        "drills_heeded": ("both kinds drill", heed),
        "drills_ignored": ("both kinds drill", "presses"),
        "silence": ("neither kind drills", f"{silent}; a drill would be met with pressure"),
    }
    found = [kind.__name__ for kind in KINDS if kind(p) >= 0]
    removed = "silence" in found and bool(silence_d1(p) < 0)
    out = []
    for name in found:
        pair, west = told[name]
        chosen = "D1, which removes silence" if removed and name != "silence" else ""
        out.append(
            IssueEquilibrium(name.replace("_", "-"), {"The pair": pair, "West": west}, _payoffs(p, name), chosen)
        )
    return tuple(out)


def _payoffs(p: Point, kind: str) -> dict[str, float]:
    g, z, high, low = (float(p[name]) for name in ("restraint", "status", "cost_H", "cost_L"))
    holds = float(p.prior >= p.doubt)
    found = {
        "separating": (g + z - high, 0.0),
        "half_pooling": (float(p.heeded) * g + z - high, 0.0),
        "half_silent": (g + z - high, float(p.trusted) * g),
        "drills_heeded": (g + z - high, g + z - low),
        "drills_ignored": (z - high, z - low),
        "silence": (g * holds, g * holds),
    }[kind]
    return {"pair of kind H": found[0], "pair of kind L": found[1]}


GAME = build(
    "exercises",
    quantities,
    equilibria,
    conditions={
        "separating": separating,
        "half_pooling": half_pooling,
        "half_silent": half_silent,
        "silence": silence,
        "silence_intuitive": silence_intuitive,
        "silence_d1": silence_d1,
    },
    closed={
        "half_pooling": {
            "prior": lambda p: p.doubt,
            "cost_L": lambda p: p.restraint + p.status,
        }
    },
    claims={
        "C38": informative,
        "C38h": half_pooling,
        "C38s": lambda now: now.cost_L - now.status,
        "C38u": silence,
        "C38v": lambda now: all_of(silence(now), silence_intuitive(now)),
        "C38w": lambda now: all_of(silence(now), silence_d1(now)),
        "C39": lambda now: all_of(now.sea, -now.sea_before),
        "C39g": lambda now: all_of(now.sea, -now.sea_gap_alone),
        "C40": informative,
    },
)
