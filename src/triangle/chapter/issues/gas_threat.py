r"""The threat to redirect gas from Europe to China: a tree of three moves (C21, C36, C105).

Payoffs are relative to no threat, a year. A switch gives Russia

    m = switchable·[west_china_price − crowd·east − inland − altai·(1 − shared·east) − eu_netback]

and Europe ``−switchable·eu_loss``; a concession that is kept gives Russia ``concession`` and Europe ``−eu_cost``. By
backward induction Europe yields iff ``0 < m ≤ concession`` and ``switchable·eu_loss > eu_cost``. If Europe gives
probability ``belief`` to a Russia that switches unless it is paid, a free threat is made by both kinds and tells
nothing; with ``m ≤ 0`` Europe then yields iff ``belief·switchable·eu_loss > eu_cost``.
"""

from __future__ import annotations

import numpy as np

from ...game import TOLERANCE, FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, any_of
from .reading import build


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return what switching gives either side, and whether the threat works."""
    netback = p.west_china_price - p.crowd * p.east - p.inland - p.altai * (1 - p.shared * p.east)
    gain = p.switchable * (netback - p.eu_netback)
    hurt = p.switchable * p.eu_loss
    works = (gain > 0) & (gain <= p.concession) & (hurt > p.eu_cost)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(hurt > 0, p.eu_cost / hurt, np.inf)
    return {
        "gain": gain,
        "hurt": hurt,
        "works": works.astype(np.float64),
        "concession_paid": p.concession * works,
        "belief_needed": needed,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the subgame-perfect outcomes; at a tie of Russia's last move there are two."""
    if reading == "doubtful":
        return (_doubtful(p),)
    tied = abs(p.gain) <= TOLERANCE * p.eu_netback
    return tuple(_outcome(p, switches) for switches in ((False, True) if tied else (bool(p.gain > 0),)))


def _outcome(p: Point, switches: bool) -> IssueEquilibrium:
    """Return the outcome when Russia, faced with a firm Europe, would switch or not."""
    kept = p.gain <= p.concession
    yields = switches and kept and p.hurt > p.eu_cost
    if yields:
        payoffs = {"Russia": float(p.concession), "European Union": float(-p.eu_cost)}
        return _told("the threat works", "threatens, and stays", "yields", payoffs)
    if switches:
        payoffs = {"Russia": float(p.gain), "European Union": float(-p.hurt)}
        return _told("Russia leaves", "switches", "yields nothing", payoffs)
    return _told("an empty threat", "may threaten, and stays", "yields nothing", {"Russia": 0.0, "European Union": 0.0})


def _doubtful(p: Point) -> IssueEquilibrium:
    """Return the pooling outcome when Europe is not sure that Russia counts its costs."""
    if p.gain > 0:
        return _outcome(p, True)
    if p.belief * p.hurt > p.eu_cost:
        payoffs = {"Russia": float(p.concession), "European Union": float(-p.eu_cost)}
        return _told("doubt pays", "threatens, whatever its kind", "yields to be safe", payoffs)
    payoffs = {"Russia": 0.0, "European Union": float(-p.belief * p.hurt)}
    return _told("doubt does not pay", "threatens, whatever its kind", "yields nothing", payoffs)


def _told(name: str, russia: str, union: str, payoffs: dict[str, float]) -> IssueEquilibrium:
    return IssueEquilibrium(name, {"Russia": russia, "European Union": union}, payoffs)


def yielding(p: Point) -> FloatArray:
    """Return the slack of 'the threat works'."""
    return all_of(p.gain, p.concession - p.gain, p.hurt - p.eu_cost)


GAME = build(
    "gas_threat",
    quantities,
    equilibria,
    conditions={
        "credible": lambda now: now.gain,
        "buyable": lambda now: now.concession - now.gain,
        "hurts": lambda now: now.hurt - now.eu_cost,
        "works": yielding,
    },
    closed={
        "credible": {
            "west_china_price": lambda p: (
                p.eu_netback + p.crowd * p.east + p.inland + p.altai * (1 - p.shared * p.east)
            ),
            "eu_netback": lambda p: (
                p.west_china_price - p.crowd * p.east - p.inland - p.altai * (1 - p.shared * p.east)
            ),
        },
        "hurts": {
            "switchable": lambda p: p.eu_cost / p.eu_loss,
            "eu_loss": lambda p: p.eu_cost / p.switchable,
            "eu_cost": lambda p: p.hurt,
        },
    },
    claims={
        "C21": lambda now: -yielding(now),
        "C21b": lambda now: all_of(-yielding(now), any_of(now.gain, now.eu_cost - now.belief * now.hurt)),
        "C21v": lambda now: now.eu_cost - now.hurt,
        "C36": lambda now: any_of(-now.gain, yielding(now)),
        "C36n": lambda now, free: -free.gain,
        "C105": lambda now: -now.gain,
        "C105g": lambda now, after: -after.gain,
        "C105h": lambda now, after: now.gain - after.gain,
        "C105w": lambda now, lost: all_of(lost.gain, any_of(lost.gain - lost.concession, lost.eu_cost - lost.hurt)),
    },
)
