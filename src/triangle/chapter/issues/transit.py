r"""The land corridor from China to Europe through Russia (C20, C103–C104).

Assertion ``x`` disrupts the route and costs China ``τ·x`` with ``τ = exposure·min(worth, detour)``. In the bargain that
follows Russia bears its weight ``β`` of that loss and extorts ``brink`` of it; fees are lost besides. Russia maximises
``assertion·x − ½·cost·x² − (β − brink)·τ·x − exposure·fee·x``:

    x = max{[assertion − (β − brink)·τ − exposure·fee]/cost, 0}

It falls in ``τ`` iff ``β > brink``; with calm bought beforehand (1 in the place of ``β``) iff ``brink < 1``.
"""

from __future__ import annotations

import numpy as np

from ...game import FloatArray
from .parts import IssueEquilibrium
from .point import Point, all_of, weight
from .reading import build


def assertion_at(p: Point, borne: FloatArray, interest: FloatArray) -> FloatArray:
    """Return Russia's assertion when it bears a part of China's loss."""
    return np.maximum(p.assertion - (borne - p.brink) * interest - p.exposure * p.fee, 0.0) / p.cost


def quantities(p: Point) -> dict[str, FloatArray]:
    """Return China's interest in the route and Russia's assertion."""
    interest = p.exposure * np.minimum(p.worth, p.detour)
    beta = weight(p.sensitivity, p.gap)
    x = assertion_at(p, beta, interest)
    return {
        "weight": beta,
        "interest": interest,
        "assertiveness": x,
        "contracted": assertion_at(p, np.ones_like(beta), interest),
        "unhampered": assertion_at(p, beta, np.zeros_like(beta)),
        "europe": -p.eu_harm * x,
        "china": -(1 - beta + p.brink) * interest * x,
    }


def equilibria(p: Point, reading: str) -> tuple[IssueEquilibrium, ...]:
    """Return the subgame-perfect outcome, of the plain game or of a reading."""
    if reading == "brinkmanship":
        p = p.plus(brink=np.minimum(p.extortion * p.brink, 1.0))
    borne = np.ones(()) if reading == "contract" else p.weight
    x = float(assertion_at(p, borne, p.interest))
    loss = float(p.interest) * x
    bears = float(borne - p.brink) * loss
    russia = float(p.assertion) * x - float(p.cost) * x**2 / 2 - bears - float(p.exposure * p.fee) * x
    payoffs = {"Russia": russia, "China": bears - loss, "European Union": -float(p.eu_harm) * x}
    play = {"Russia": f"asserts itself by {x:.3f} ({float(p.unhampered):.3f} without the corridor)"}
    name = "tempered" if x < float(p.unhampered) else "not tempered"
    return (IssueEquilibrium(name, play, payoffs),)


GAME = build(
    "transit",
    quantities,
    equilibria,
    conditions={
        "tempered": lambda now: now.weight - now.brink,
        "worth_binds": lambda now: now.detour - now.worth,
    },
    closed={"tempered": {"brink": lambda p: p.weight, "gap": lambda p: (1 - 2 * p.brink) / p.sensitivity}},
    claims={
        "C20": lambda now, without: -without.interest,
        "C103": lambda now: (1 - now.weight) * now.interest,
        "C104": lambda now, without: all_of(without.assertiveness - now.assertiveness, now.europe - without.europe),
        "C104k": lambda now, without: without.contracted - now.contracted,
        "C104d": lambda now, without, cheap: 0.98 * without.assertiveness - cheap.assertiveness,
        "C104b": lambda now, without, extorting: without.assertiveness - extorting.assertiveness,
        "C94t": lambda now, less, more: less.assertiveness - more.assertiveness,
    },
)
