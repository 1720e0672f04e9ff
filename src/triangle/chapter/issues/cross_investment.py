r"""Stakes in each other's energy companies: a supermodular game with two equilibria at most apart (C37).

Russia opens ``z_R``, China ``z_C``, both from 0 to 1, at once. With ``k = competition + fear·gap``

    u_R = finance·z_R + access_R·z_C + hostage·z_R·z_C − ½·k·z_R²
    u_C = −rent·z_C + access_C·z_R + hostage·z_R·z_C − ½·rent_C·z_C²

Best replies are ``z_R = clip[(finance + hostage·z_C)/k]`` and ``z_C = clip[(hostage·z_R − rent)/rent_C]``. China opens
nothing iff ``rent ≥ hostage·finance/k``; then ``z_R = finance/k``. Otherwise, inside the square,
``z_R = (finance·rent_C − hostage·rent)/(k·rent_C − hostage²)``. One equilibrium if ``hostage² < k·rent_C``.
"""

from __future__ import annotations

import numpy as np

from ...game import TOLERANCE, BoolArray, FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of
from .reading import build


def reply_russia(p: Point, stake: FloatArray) -> FloatArray:
    """Return Russia's best reply to China's stake."""
    rises = p.finance + p.hostage * stake
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p.cost > 0, np.clip(rises / p.cost, 0, 1), np.where(rises > 0, 1.0, 0.0))


def reply_china(p: Point, stake: FloatArray) -> FloatArray:
    """Return China's best reply to Russia's stake."""
    return np.clip((p.hostage * stake - p.rent) / p.rent_C, 0, 1)


def payoffs(p: Point, russia: FloatArray, china: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both payoffs at two stakes."""
    both = p.hostage * russia * china
    first = p.finance * russia + p.access_R * china + both - p.cost * russia**2 / 2
    second = -p.rent * china + p.access_C * russia + both - p.rent_C * china**2 / 2
    return first, second


def together(p: Point, russia: FloatArray, china: FloatArray) -> FloatArray:
    """Return the sum of both payoffs at two stakes."""
    first, second = payoffs(p, russia, china)
    return first + second


def candidates(p: Point) -> list[tuple[FloatArray, FloatArray]]:
    """Return every pair of stakes that can be an equilibrium: at corners, on edges, and inside."""
    zero, one = np.zeros_like(p.cost), np.ones_like(p.cost)
    determinant = p.cost * p.rent_C - p.hostage**2
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = (p.finance * p.rent_C - p.hostage * p.rent) / determinant
    inside = np.where(np.isfinite(inside), inside, np.nan)
    return [
        (reply_russia(p, zero), zero),
        (one, reply_china(p, one)),
        (zero, reply_china(p, zero)),
        (inside, (p.hostage * inside - p.rent) / p.rent_C),
        (reply_russia(p, one), one),
    ]


def stable(p: Point, russia: FloatArray, china: FloatArray) -> BoolArray:
    """Return where two stakes are best replies to each other."""
    off = np.abs(reply_russia(p, china) - russia) + np.abs(reply_china(p, russia) - china)
    return np.asarray(off <= 10 * TOLERANCE)


def joint_optimum(p: Point) -> tuple[FloatArray, FloatArray]:
    """Return the stakes that maximise the sum: inside the square, on an edge, or at a corner."""
    zero, one = np.zeros_like(p.cost), np.ones_like(p.cost)
    rise_R, rise_C = p.finance + p.access_C, p.access_R - p.rent
    determinant = p.cost * p.rent_C - 4 * p.hostage**2
    with np.errstate(divide="ignore", invalid="ignore"):
        inside_R = (rise_R * p.rent_C + 2 * p.hostage * rise_C) / determinant
        inside_C = (rise_C * p.cost + 2 * p.hostage * rise_R) / determinant
        edges = [((rise_R + 2 * p.hostage * c) / p.cost, c) for c in (zero, one)]
        edges += [(r, (rise_C + 2 * p.hostage * r) / p.rent_C) for r in (zero, one)]
    options = [(r, c) for r in (zero, one) for c in (zero, one)] + [(inside_R, inside_C), *edges]
    cut = [tuple(np.clip(np.nan_to_num(z, nan=0.0, posinf=1.0, neginf=0.0), 0, 1) for z in pair) for pair in options]
    sums = np.array([together(p, r, c) for r, c in cut])
    chosen = np.argmax(sums, axis=0)[None]
    stakes = [np.take_along_axis(np.array([pair[k] for pair in cut]), chosen, axis=0)[0] for k in (0, 1)]
    return stakes[0], stakes[1]


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return the smallest and the largest equilibrium, and the joint optimum."""
    p = p.plus(cost=p.competition + p.fear * p.gap)
    pairs = [(r, c, stable(p, r, c)) for r, c in candidates(p)]
    found: dict[str, FloatArray] = {"cost": p.cost}
    for suffix, pick, absent in (("", np.fmin, np.inf), ("_most", np.fmax, -np.inf)):
        for k, who in enumerate(("R", "C")):
            found[f"stake_{who}{suffix}"] = pick.reduce([np.where(pair[2], pair[k], absent) for pair in pairs])
        found[f"joint{suffix}"] = together(p, found[f"stake_R{suffix}"], found[f"stake_C{suffix}"])
    russia, china = joint_optimum(p)
    best = {"R": russia, "C": china}
    found |= {"majority": russia, "opening": china, "possible": together(p, russia, china)}
    for suffix in ("", "_most"):
        for who in best:
            found[f"stake_{who}{suffix}"] = np.where(p.side_payments > 0, best[who], found[f"stake_{who}{suffix}"])
        found[f"joint{suffix}"] = np.where(p.side_payments > 0, found["possible"], found[f"joint{suffix}"])
    return found


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return all equilibria in pure strategies; with side payments, what is best for the sum."""
    if p.side_payments > 0:
        return (_told(p, "stakes that are paid for", float(p.majority), float(p.opening)),)
    pairs = [(float(r), float(c)) for r, c in candidates(p) if stable(p, r, c)]
    found = dict.fromkeys((round(r, 9), round(c, 9)) for r, c in sorted(pairs))
    return tuple(_told(p, "stakes without side payments", r, c) for r, c in found)


def _told(p: Point, name: str, russia: float, china: float) -> IssueEquilibrium:
    first, second = payoffs(p, np.asarray(russia), np.asarray(china))
    play = {"Russia": f"opens {russia:.3f} of a full stake", "China": f"opens {china:.3f} of a full stake"}
    return IssueEquilibrium(name, play, {"Russia": float(first), "China": float(second)})


GAME = build(
    "cross_investment",
    quantities,
    equilibria,
    conditions={
        "closed": lambda now: now.rent - now.hostage * np.clip(now.finance / now.cost, 0, 1),
        "unique": lambda now: now.cost * now.rent_C - now.hostage**2,
    },
    closed={"closed": {"rent": lambda p: p.hostage * np.minimum(p.finance / p.cost, 1)}},
    claims={
        "C37": lambda now: all_of(np.where(now.stake_C_most > 0, -now.stake_C_most, 1.0), 0.5 - now.stake_R_most),
        "C37f": lambda now, after: now.stake_R_most - after.stake_R_most,
        "C37w": lambda now: 0.5 * now.possible - now.joint_most,
        "C37y": lambda now: all_of(now.stake_R - 0.1, 0.3 - now.stake_R_most),
        "C37t": lambda now: 0.5 - now.majority,
    },
)
