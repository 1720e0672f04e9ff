r"""Central Asia: two contests side by side and a division of labour (C51–C62).

In each field leading alone gives ``A_i`` more than holding back while the other holds back, and leading against the
other's lead gives ``B_i``. With ``m = 1 + room·(1 − us_presence)`` and ``clash = fear + challenge·us_presence``

    security   A_i = sec_value_i·m − sec_cost_i + fear·vacuum·(1 − us_presence)
               B_R = sec_edge·sec_value_R·m − sec_cost_R − clash,   B_C with 1 − sec_edge
    economy    A_i = eco_value_i − eco_cost_i
               B_R = (1 − gap)/2·eco_value_R − eco_cost_R − friction,   B_C with (1 + gap)/2

``i`` leads alone in equilibrium iff ``A_i ≥ 0 ≥ B_j``, both lead iff both ``B ≥ 0``, nobody iff both ``A ≤ 0``. Where
either could lead, Russia does by risk dominance iff ``A_R·(−B_C) ≥ A_C·(−B_R)``.
"""

from __future__ import annotations

import numpy as np

from ...game import BoolArray, FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, truth
from .reading import build

LEADERS = ("nobody", "Russia", "China", "both")
NOBODY, RUSSIA, CHINA, BOTH = range(4)
FIELDS = ("security", "economy")


def gains(p: Point) -> dict[str, FloatArray]:
    """Return A and B of both players in both fields."""
    m = 1 + p.room * (1 - p.us_presence)
    clash = p.fear + p.challenge * p.us_presence
    vacuum = p.fear * p.vacuum * (1 - p.us_presence)
    half = (1 - p.gap) / 2
    return {
        "clash": clash,
        "prize": m,
        "vacuum_loss": vacuum,
        "sec_A_R": p.sec_value_R * m - p.sec_cost_R + vacuum,
        "sec_A_C": p.sec_value_C * m - p.sec_cost_C + vacuum,
        "sec_B_R": p.sec_edge * p.sec_value_R * m - p.sec_cost_R - clash,
        "sec_B_C": (1 - p.sec_edge) * p.sec_value_C * m - p.sec_cost_C - clash,
        "eco_A_R": p.eco_value_R - p.eco_cost_R,
        "eco_A_C": p.eco_value_C - p.eco_cost_C,
        "eco_B_R": half * p.eco_value_R - p.eco_cost_R - p.friction,
        "eco_B_C": (1 - half) * p.eco_value_C - p.eco_cost_C - p.friction,
    }


def orders(g: Point, field: str) -> dict[int, BoolArray]:
    """Return where each order of one field is an equilibrium."""
    a_r, a_c, b_r, b_c = (g[f"{field[:3]}_{kind}_{who}"] for kind in "AB" for who in "RC")
    return {
        NOBODY: np.asarray((a_r <= 0) & (a_c <= 0)),
        RUSSIA: np.asarray((a_r >= 0) & (b_c <= 0)),
        CHINA: np.asarray((a_c >= 0) & (b_r <= 0)),
        BOTH: np.asarray((b_r >= 0) & (b_c >= 0)),
    }


def selected(g: Point, field: str) -> FloatArray:
    """Return the order of one field: the equilibrium, or by risk dominance where either could lead."""
    a_r, a_c, b_r, b_c = (g[f"{field[:3]}_{kind}_{who}"] for kind in "AB" for who in "RC")
    found = orders(g, field)
    russia = found[RUSSIA] & (~found[CHINA] | (a_r * -b_c >= a_c * -b_r))
    otherwise = np.where(found[CHINA], float(CHINA), np.where(found[BOTH], float(BOTH), float(NOBODY)))
    return np.where(russia, float(RUSSIA), otherwise)


def contest_effort(p: Point) -> FloatArray:
    """Return what Russia and China spend in a contest for one prize with the United States (Hillman and Riley 1989).

    Of players with values ``v`` those whose value exceeds the total effort ``S = (n − 1)/Σ(1/v)`` take part, and each
    spends ``S·(1 − S/v)``.
    """
    worth = [p.sec_value_R / (1 + p.sec_cost_R), p.sec_value_C / (1 + p.sec_cost_C), p.us_value]
    values = np.array(np.broadcast_arrays(*worth))
    ordered = -np.sort(-values, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = np.cumsum(1 / ordered, axis=0)
        total = 1 / sums[1]
        total = np.where(ordered[2] > total, 2 / sums[2], total)
        efforts = np.where(values > total, total * (1 - total / values), 0.0)
    spent: FloatArray = efforts[0] + efforts[1]
    return spent


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return A and B, the orders selected, and the gain of the division."""
    g = p.plus(gains(p))
    order = {field: selected(g, field) for field in FIELDS}
    counts = [np.sum([mask.astype(np.float64) for mask in orders(g, field).values()], axis=0) for field in FIELDS]
    division = (order["security"] == RUSSIA) & (order["economy"] == CHINA)
    mean = ((1 - p.sec_edge) * p.sec_value_R * g.prize + g.clash - g.sec_B_C) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(g.sec_B_C > 0, g.sec_B_C / p.obstruct, 0.0)
    return {
        **{name: g[name] for name in gains(p)},
        **order,
        "division": truth(division),
        "rivalry": sum(((order[field] == BOTH).astype(np.float64) for field in FIELDS), np.zeros(())),
        "equilibria": counts[0] * counts[1],
        "restraint_slack": -g.sec_B_C,
        "patience_needed": needed,
        "gain": np.where(division, p.tie_share * mean, 0.0),
        "effort": contest_effort(p),
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return all equilibria in pure strategies, the selected one marked; or the outcome of a reading."""
    if reading == "move":
        order = BOTH if p.sec_B_R > 0 else CHINA
        words = "contests security" if order == BOTH else "yields security"
        return (_told(p, f"China moves, Russia {words.split()[0]}", order, int(p.economy)),)
    if reading == "repeated":
        return (_repeated(p),)
    out = []
    for security, here in orders(p, "security").items():
        for economy, there in orders(p, "economy").items():
            if here and there:
                chosen = security == int(p.security) and economy == int(p.economy)
                name = f"security: {LEADERS[security]}, economy: {LEADERS[economy]}"
                rule = "risk dominance in each field" if chosen and p.equilibria > 1 else ""
                out.append(_told(p, name, security, economy, rule))
    return tuple(out)


def _repeated(p: Point) -> IssueEquilibrium:
    if p.sec_B_C <= 0:
        return _told(p, "China holds back for its own sake", int(p.security), int(p.economy))
    if p.patience_needed > 1:
        return _told(p, "no patience is enough: China enters", BOTH if p.sec_B_R >= 0 else CHINA, int(p.economy))
    name = f"China holds back if its discount factor is {float(p.patience_needed):.2f} or more"
    return _told(p, name, RUSSIA, int(p.economy))


def _told(p: Point, name: str, security: int, economy: int, rule: str = "") -> IssueEquilibrium:
    play, payoffs = {}, {}
    for mine, player in ((RUSSIA, "Russia"), (CHINA, "China")):
        who, got, does = player[0], 0.0, []
        for field, order in (("security", security), ("economy", economy)):
            short = field[:3]
            lost = float(p.vacuum_loss) if field == "security" else 0.0
            does.append(f"{'leads' if order in (mine, BOTH) else 'holds back'} in {field}")
            if order == BOTH:
                got += float(p[f"{short}_B_{who}"])
            elif order == mine:
                got += float(p[f"{short}_A_{who}"]) - lost
            elif order == NOBODY:
                got -= lost
        play[player], payoffs[player] = ", ".join(does), got
    return IssueEquilibrium(name, play, payoffs, rule)


def better_divided(p: Point) -> FloatArray:
    """Return the slack of 'each wants both fields, and prefers the division to a contest of both'."""
    russia = p.sec_A_R - p.vacuum_loss - (p.sec_B_R + p.eco_B_R)
    china = p.eco_A_C - (p.sec_B_C + p.eco_B_C)
    return all_of(p.sec_A_R, p.sec_A_C, p.eco_A_R, p.eco_A_C, russia, china)


GAME = build(
    "central_asia",
    quantities,
    equilibria,
    conditions={
        "china_restrained": lambda now: -now.sec_B_C,
        "russia_contests": lambda now: now.sec_B_R,
        "russia_out_of_economy": lambda now: -now.eco_B_R,
        "division": lambda now: now.division,
    },
    closed={
        "russia_contests": {
            "sec_edge": lambda p: (p.sec_cost_R + p.clash) / (p.sec_value_R * p.prize),
            "fear": lambda p: p.sec_edge * p.sec_value_R * p.prize - p.sec_cost_R - p.challenge * p.us_presence,
        },
        "china_restrained": {"sec_edge": lambda p: 1 - (p.sec_cost_C + p.clash) / (p.sec_value_C * p.prize)},
    },
    claims={
        "C51": lambda now: now.division,
        "C51u": lambda now: all_of(now.division, 1.5 - now.equilibria),
        "C52": lambda now, before, gone: -(now.rivalry + before.rivalry + gone.rivalry),
        "C52T": lambda now, after: now.effort - after.effort,
        "C53": better_divided,
        "C54": lambda now: now.sec_A_R - now.vacuum_loss - np.maximum(now.sec_B_R, 0.0),
        "C54V": lambda now: now.sec_B_R,
        "C54c": lambda now: -now.sec_B_C,
        "C55": lambda now: all_of(now.eco_A_C, now.eco_B_C),
        "C56": lambda now, less, more: less.sec_B_C - more.sec_B_C,
        "C59": lambda now: -now.eco_B_R,
        "C61": lambda now: now.division,
    },
)
