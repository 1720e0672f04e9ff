"""What is reported of every profile: depth, concession, share, intensity, gap, relations, configuration, payoffs.

Formulas in words and symbols are in docs/model.md; each function here is one of them, elementwise over arrays.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from ..game import FloatArray, GameForm
from ..parts import Contribution, Measure, identity, payoff_measure
from .form import CHINA, RUSSIA, WEST, Events

Intensity = Literal["hold_up", "none"]
INTENSITIES: tuple[str, ...] = get_args(Intensity)

CONFIGURATIONS = (
    "ménage à trois",
    "romantic triangle, pivot West",
    "romantic triangle, pivot Russia",
    "romantic triangle, pivot China",
    "stable marriage, outcast West",
    "stable marriage, outcast Russia",
    "stable marriage, outcast China",
    "unit veto",
)
RELATIONS = ("hostile", "mixed", "friendly")
DEPTHS = ("none", "partnership", "alliance")
YES_NO = ("no", "yes")
_BARGAIN = ("tie", "surplus_Russia", "surplus_China", "weight")
_DIVISION = ("product", "product_Russia", *_BARGAIN)


def transfer(tie: FloatArray, surplus_russia: FloatArray, surplus_china: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the transfer from China to Russia; negative where Russia concedes."""
    return tie * (weight * surplus_china - (1 - weight) * surplus_russia)


def share(product: FloatArray, product_russia: FloatArray, *bargain: FloatArray) -> FloatArray:
    """Return Russia's share of the product, from 0 to 1; NaN where nothing is produced."""
    take = product_russia + transfer(*bargain)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(product > 0, np.clip(take / product, 0.0, 1.0), np.nan)


def investment(product: FloatArray, product_russia: FloatArray, *bargain: FloatArray) -> FloatArray:
    """Return the two-sided hold-up investment ``2√(X_R·X_C)``, zero where a take is negative."""
    russia = product_russia + transfer(*bargain)
    return np.asarray(2 * np.sqrt(np.maximum(russia, 0) * np.maximum(product - russia, 0)))


def intensity_hold_up(tie: FloatArray, foundation: FloatArray, *division: FloatArray) -> FloatArray:
    """Return ``K = F + 2√(X_R·X_C)`` where there is a tie, else 0 (Grossman, Hart and Moore's hold-up)."""
    return tie * (foundation + investment(*division))


def intensity_none(tie: FloatArray, foundation: FloatArray, *division: FloatArray) -> FloatArray:
    """Return ``K = F + Y``: intensity if investment could be contracted."""
    return tie * (foundation + division[0])


def next_gap(gap: FloatArray, feedback: FloatArray, *division: FloatArray) -> FloatArray:
    """Return next period's gap: it widens while Russia takes less than half of what is produced (C26)."""
    product, product_russia, *bargain = division
    russia = np.clip(product_russia + transfer(*bargain), 0, np.maximum(product, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        lean = np.where(product > 0, 1 - 2 * russia / product, 0.0)
    return gap + feedback * lean * investment(*division)


def payoff_after(own: FloatArray, sign: FloatArray, *bargain: FloatArray) -> FloatArray:
    """Return a payoff after the transfer, which is paid to (+1) or by (−1) the player."""
    return own + sign * transfer(*bargain)


def floor_binds(tie: FloatArray, need_russia: FloatArray, need_china: FloatArray, *division: FloatArray) -> FloatArray:
    """Return 1 where a side would do better without the contract than with its share of it."""
    product, product_russia, *bargain = division
    russia = product_russia + transfer(*bargain)
    short = (russia < -need_russia) | (product - russia < -need_china)
    return ((tie > 0) & short).astype(np.float64)


def structure(form: GameForm) -> tuple[Contribution, ...]:
    """Return the quantities that depend on the stances alone, as constants over the profiles.

    A relation is friendly if both are cooperative, hostile if neither is, mixed otherwise. For Dittmer's
    configuration (1981) only a friendly relation, or a tie, counts as amity; where two act for the West, it takes both
    to be its friend.
    """
    events = Events(form)
    openings = {RUSSIA: ("accommodate", events.russia_cooperates), CHINA: ("engage", events.china_cooperates)}
    relations = {
        f"relation_{player}_{toward}": events.by(player, stance) + answer
        for toward, (stance, answer) in openings.items()
        for player in events.western
    }
    amity = (events.detente == 1, events.engage * events.china_cooperates == 1, events.tie == 1)
    patterns = {
        (1, 1, 1): 0, (1, 1, 0): 1, (1, 0, 1): 2, (0, 1, 1): 3,
        (0, 0, 1): 4, (0, 1, 0): 5, (1, 0, 0): 6, (0, 0, 0): 7,
    }  # fmt: skip
    codes = np.zeros(form.shape)
    for pattern, code in patterns.items():
        codes[np.logical_and.reduce([have == bool(want) for have, want in zip(amity, pattern, strict=True)])] = code
    friendly = sum(have.astype(int) for have in amity)
    arrays = {
        "alliance": events.ally,
        **relations,
        "configuration": codes,
        "balanced": np.isin(friendly, (1, 3)).astype(float),
        "receives": np.ones(form.shape),
        "pays": -np.ones(form.shape),
    }
    return tuple(Contribution(name, "stances", (), values) for name, values in arrays.items())


def total(*payoffs: FloatArray) -> FloatArray:
    """Return the sum of several players' payoffs."""
    return np.asarray(sum(payoffs))


def triangle_measures(intensity: Intensity) -> tuple[Measure, ...]:
    """Return the measures of the triangle, with intensity under hold-up or without it."""
    return chapter_measures(intensity, (WEST,))


def chapter_measures(intensity: Intensity, western: tuple[str, ...]) -> tuple[Measure, ...]:
    """Return the measures of the model with these players in the West; of several, their sum is the West's payoff."""
    strength = intensity_hold_up if intensity == "hold_up" else intensity_none
    index = "index"
    names = tuple(f"payoff_{player}" for player in western)
    together = (Measure(f"payoff_{WEST}", names, total, f"payoff of {' and '.join(western)}", index),) * (
        len(names) > 1
    )
    needs = ("tie", "need_Russia", "need_China", *_DIVISION)
    return (
        Measure("depth", ("depth",), identity, "depth of the Russia–China tie", "1", DEPTHS),
        Measure("alliance", ("alliance",), identity, "Russia and China are allies", "1", YES_NO),
        Measure(
            "transfer",
            _BARGAIN,
            transfer,
            "transfer from China to Russia",
            index,
            signs=("Russia concedes", "China concedes"),
        ),
        Measure("share", _DIVISION, share, "Russia's share of the product", "1"),
        Measure("intensity", ("tie", "foundation", *_DIVISION), strength, "intensity of cooperation (K)", index),
        Measure("gap", ("gap",), identity, "power gap between China and Russia", index),
        Measure("next_gap", ("gap", "feedback", *_DIVISION), next_gap, "power gap after feedback", index),
        *(
            Measure(f"relation_{player}_{toward}", (f"relation_{player}_{toward}",), identity,
                    f"{player}–{toward} relation", "1", RELATIONS)
            for toward in (RUSSIA, CHINA)
            for player in western
        ),
        Measure("support", ("support",), identity, "mutual support for territorial claims", "index 0–1"),
        *(payoff_measure(player) for player in western),
        *together,
        Measure(f"payoff_{RUSSIA}", ("own_Russia", "receives", *_BARGAIN), payoff_after, "payoff of Russia", index),
        Measure(f"payoff_{CHINA}", ("own_China", "pays", *_BARGAIN), payoff_after, "payoff of China", index),
        Measure("configuration", ("configuration",), identity, "Dittmer's configuration", "1", CONFIGURATIONS),
        Measure("balanced", ("balanced",), identity, "structural balance (product of signs)", "1", YES_NO),
        Measure("floor_binds", needs, floor_binds, "a side would do better without the contract", "1", YES_NO),
    )  # fmt: skip
