"""The contract between Russia and China: who pays whom, and on what the two could agree.

In every profile with a tie the two bargain over a transfer ``t`` from China to Russia (Nash 1950, with weights).
Write ``D_i`` for what the contract's terms give player ``i`` in the profile, less what they give it in the same
profile without the tie. With ``S_R = Σ D_R``, ``S_C = Σ D_C`` and Russia's weight ``β``::

    t = β·S_C − (1 − β)·S_R            β = ½ − ½·sensitivity·gap
    gap = power_gap + sanctions·gap_sanction·[pressure]

Where two act for the West, ``[pressure]`` is what each does, weighed with its share of the sanctions.

``threat_point``
    No contract is the threat point, so needs move the split: ``S`` runs over product, need and alliance terms.
``outside_option``
    Going without is an alternative that matters only where it is better than the deal (Binmore, Shaked and Sutton
    1989). The product and the alliance are split by ``β`` and needs do not move the split. Payoffs stay polynomial
    because the floor itself is not imposed; the measure ``floor_binds`` says where it would be.

Foundations need no contract and are in neither sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ..game import FloatArray, GameForm
from ..parts import Contribution, Term
from ..polynomial import Monomial, monomial, times
from .form import CHINA, RUSSIA, Events

Bargaining = Literal["threat_point", "outside_option"]
BARGAINING: tuple[str, ...] = get_args(Bargaining)


@dataclass(frozen=True)
class Contract:
    """The stage in which Russia and China divide what their tie yields.

    Parameters
    ----------
    bargaining : {"threat_point", "outside_option"}

    Notes
    -----
    Quantities that it derives, all over the profiles: ``depth``, ``tie``, ``gap``, ``weight`` (β), ``foundation``
    (F, both players in sum), ``product`` (Y), ``product_Russia`` (Russia's share before the transfer),
    ``need_Russia``, ``need_China``, ``surplus_Russia`` and ``surplus_China`` (``S`` above), ``own_Russia`` and
    ``own_China`` (payoffs before the transfer), and ``support`` (backing of territorial claims).
    """

    bargaining: Bargaining = "threat_point"

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of terms that the contract knows."""
        return ("foundation", "product", "need", "alliance")

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities named in the notes above."""
        shared = ("depth", "tie", "gap", "weight", "foundation", "product", "product_Russia", "support", "feedback")
        split = tuple(f"{name}_{player}" for name in ("need", "surplus", "own") for player in (RUSSIA, CHINA))
        return (*shared, *split)

    @property
    def bargained(self) -> tuple[str, ...]:
        """The roles of terms that move the split."""
        return ("product", "need", "alliance") if self.bargaining == "threat_point" else ("product", "alliance")

    def contributions(self, form: GameForm, terms: tuple[Term, ...]) -> Iterator[Contribution]:
        """Yield the transfer, in both payoffs, and the quantities that the measures are computed from."""
        events = Events(form)
        gap = _gap(events)
        weight = _weight(events)
        yield from (Contribution("gap", source, product, values) for source, product, values in gap)
        yield from (Contribution("weight", source, product, values) for source, product, values in weight)
        yield Contribution("depth", "depth", (), events.depth)
        yield Contribution("tie", "tie", (), events.tie)
        yield Contribution("support", "claims_support", monomial("recognition"), events.tie * events.accommodate)
        yield Contribution("feedback", "feedback", monomial("feedback"), np.ones(form.shape))
        for term in terms:
            gains = _gains(form, events, term)
            direct = term.payoffs_on(form)
            for player in (RUSSIA, CHINA):
                yield Contribution(f"own_{player}", term.name, term.weight, direct[form.index(player)])
            yield from self._quantities(term, *gains)
            if term.role in self.bargained:
                yield from _transfer(term, *gains, weight)

    def _quantities(self, term: Term, russia: FloatArray, china: FloatArray) -> Iterable[Contribution]:
        def add(quantity: str, values: FloatArray) -> Contribution:
            return Contribution(quantity, term.name, term.weight, values)

        found = []
        if term.role == "foundation":
            found = [add("foundation", russia + china)]
        elif term.role == "product":
            found = [add("product", russia + china), add("product_Russia", russia)]
        elif term.role == "need":
            found = [add("need_Russia", russia), add("need_China", china)]
        if term.role in self.bargained:
            found += [add("surplus_Russia", russia), add("surplus_China", china)]
        return found


Part = tuple[str, Monomial, FloatArray]


def _gap(events: Events) -> tuple[Part, ...]:
    """Return the power gap at each profile: the structural one, and what pressure adds."""
    pressed = events.weighed("pressure", "s_sanctions")
    added = monomial("sanctions*gap_sanction")
    return (
        ("power gap", monomial("power_gap"), np.ones(events.form.shape)),
        *(("gap under pressure", times(added, share), values) for share, values in pressed.parts.items()),
    )


def _weight(events: Events) -> tuple[Part, ...]:
    """Return Russia's bargaining weight β."""
    sensitive = monomial("sensitivity")
    reduced = tuple((name, times(sensitive, product), -0.5 * values) for name, product, values in _gap(events))
    return (("even split", (), np.full(events.form.shape, 0.5)), *reduced)


def _gains(form: GameForm, events: Events, term: Term) -> tuple[FloatArray, FloatArray]:
    """Return what a term gives Russia and China through the tie: its payoff less that at Russia's distance."""
    full = term.payoffs_on(form)
    player = form.player(RUSSIA)
    dimension = player.dimension(CHINA)
    apart = [
        player.choices.index((*choice[:dimension], "distance", *choice[dimension + 1 :])) for choice in player.choices
    ]
    found = []
    for name in (RUSSIA, CHINA):
        values = full[form.index(name)]
        found.append((values - np.take(values, apart, axis=form.index(RUSSIA))) * events.tie)
    return found[0], found[1]


def _transfer(term: Term, russia: FloatArray, china: FloatArray, weight: tuple[Part, ...]) -> Iterator[Contribution]:
    """Yield the term's part of t = β(D_R + D_C) − D_R, to Russia's payoff and from China's."""
    parts = [(times(term.weight, product), values * (russia + china)) for _, product, values in weight]
    for product, values in [*parts, (term.weight, -russia)]:
        if values.any():
            yield Contribution(f"payoff_{RUSSIA}", term.name, product, values, via="contract")
            yield Contribution(f"payoff_{CHINA}", term.name, product, -values, via="contract")
