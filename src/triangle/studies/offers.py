"""Russia's offer to switch in a scenario and in the dated sets: what is needed for it to matter, and what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from ..arguments import checked
from ..chapter.form import CHINA, FORM, WEST
from ..chapter.offer import KINDS, PLACE, SEEN, OfferStage, Seen, offer_stage
from ..family import GameFamily
from ..game import BoolArray
from ..names import unknown
from ..scenario import Source, as_scenario, scenarios
from ..solvers.signaling import SignalingEquilibrium
from .process import drawn_shifts

DATED = tuple(name for name in scenarios() if name.startswith("baseline_"))
"""The scenarios that are the chapter's dated sets."""


@dataclass(frozen=True, eq=False)
class DatedOffer:
    """The stage in a dated set: at its values, and over its parameter box.

    Attributes
    ----------
    scenario : str
    year : int or None
    stage : OfferStage
    shares : mapping of str to float
        Of the draws in which the stage exists: ``any`` and ``none`` for a West that accommodates whoever offers, or
        nobody; ``belief`` where its belief decides; ``stays`` where a genuine Russia stays if the West has no place
        for it; ``window`` where some suspended share of the tie tells the types apart. ``exists`` is a share of all.
    """

    scenario: str
    year: int | None
    stage: OfferStage = field(repr=False)
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Finding:
    """A statement about the dated sets, and whether it holds.

    Attributes
    ----------
    name, statement : str
    claims : tuple of str
    holds : bool
        At the dated values.
    figures : mapping of str to float
        What it rests on, by dated set.
    """

    name: str
    statement: str
    claims: tuple[str, ...]
    holds: bool
    figures: Mapping[str, float]


@checked
def offer(model: GameFamily, scenario: Source = None, place: float = PLACE, china_sees: Seen = "trust") -> OfferStage:
    """Return the stage in which Russia may offer to switch and the West does not know whether it means it.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path or Scenario, optional
        The model's defaults if not given. Of a commitment of the West only the stance toward China counts; it engages
        if there is none.
    place, china_sees
        See `triangle.chapter.offer.offer_stage`.

    Returns
    -------
    OfferStage

    Raises
    ------
    ValueError
        An unknown scenario, or a model or an argument that does not fit.

    Examples
    --------
    >>> import triangle as tri
    >>> stage = offer(tri.chapter_model(), "baseline_2016")
    >>> [(found.kind, found.sender.round(3).tolist()) for found in stage.solve(prior=0.5, cost=0.05)]
    [('pooling', [[0.0, 0.0]]), ('semi-separating', [[0.096, 1.0]])]
    """
    found = as_scenario(model, scenario)
    return offer_stage(model, _known(model, found.values), place, china_sees, toward_china(found.held.get(WEST)))


@dataclass(frozen=True)
class OfferRegion:
    """A rectangle of priors and prices of an offer in which the equilibria are of the same kinds.

    Attributes
    ----------
    prior, price : tuple of float
        The least and the greatest.
    kinds : tuple of str
        As `kind_of` says, in the order of `triangle.chapter.offer.KINDS`.
    unintuitive : tuple of str
        Those of them that do not survive the intuitive criterion.
    """

    prior: tuple[float, float]
    price: tuple[float, float]
    kinds: tuple[str, ...]
    unintuitive: tuple[str, ...]


def offer_regions(
    stage: OfferStage, by: Literal["cost", "suspend"] = "suspend", most: float | None = None
) -> tuple[OfferRegion, ...]:
    """Return which equilibria there are over the West's prior and the price of an offer.

    The borders are where the West, or a type that is sure of being accommodated for its offer alone, is indifferent.
    Within them the kinds do not change, so the stage is solved once in each rectangle.

    Parameters
    ----------
    stage : OfferStage
    by : {"cost", "suspend"}
        The price: one cost for both types, or the share of the tie that is suspended.
    most : float, optional
        The greatest price. If not given, the whole tie; or a quarter more than any type would pay.

    Examples
    --------
    >>> import triangle as tri
    >>> for found in offer_regions(offer(tri.chapter_model(), "baseline_2016")):
    ...     print([round(end, 2) for end in (*found.prior, *found.price)], *found.kinds, *found.unintuitive)
    [0.0, 0.91, 0.0, 0.32] bluff silence
    [0.0, 0.91, 0.32, 1.0] separating silence silence
    [0.91, 1.0, 0.0, 0.32] shy all offer silence
    [0.91, 1.0, 0.32, 1.0] separating shy silence
    """
    if by not in ("cost", "suspend"):
        raise ValueError(unknown("price", by, ("cost", "suspend")))
    unit = np.ones(2) if by == "cost" else stage.tie_worth
    with np.errstate(divide="ignore", invalid="ignore"):
        borders = [float(price) for price in stage.stake / unit if price > 0]
    top = most if most is not None else 1.0 if by == "suspend" else 1.25 * max(borders, default=1.0)
    priors = _cuts([float(stage.belief_needed)], 1.0)
    prices = _cuts(borders, top)
    found = []
    for prior in priors:
        for price in prices:
            middle: dict[str, float] = {by: (price[0] + price[1]) / 2}
            solved = stage.solve((prior[0] + prior[1]) / 2, **middle)
            told = {kind_of(each): each.intuitive for each in solved}
            kinds = tuple(kind for kind in KINDS if kind in told)
            found.append(OfferRegion(prior, price, kinds, tuple(kind for kind in kinds if not told[kind])))
    return tuple(found)


def _cuts(borders: list[float], top: float) -> list[tuple[float, float]]:
    ends = [0.0, *sorted({border for border in borders if 0 < border < top}), top]
    return list(pairwise(ends))


def kind_of(found: SignalingEquilibrium) -> str:
    """Return what an equilibrium of the stage is called (see `triangle.chapter.offer`); of a set, its middle one."""
    bargainer, genuine = found.sender.mean(axis=0)
    if found.kind == "separating":
        return "separating"
    if found.kind == "semi-separating":
        return "bluff" if bargainer > 0 else "shy"
    return "all offer" if genuine > 0.5 else "silence"


def toward_china(action: str | None) -> str:
    """Return the West's stance toward China in an action; it engages where it is held to none."""
    if action is None:
        return "engage"
    west = FORM.player(WEST)
    return west.choices[west.action(action)][west.dimension(CHINA)]


def dated_offers(
    model: GameFamily,
    draws: int = 1024,
    seed: int = 0,
    *,
    place: float = PLACE,
    china_sees: Seen = "trust",
    names: Sequence[str] = DATED,
) -> tuple[DatedOffer, ...]:
    """Return the stage in every dated set, with its shares of the parameter box.

    Parameters
    ----------
    model : GameFamily
    draws : int
        Sobol points of the plausible ranges, moved to each set's values as in `triangle.simulate`.
    seed : int
    place, china_sees
        See `triangle.chapter.offer.offer_stage`.
    names : sequence of str
        Scenarios.

    Examples
    --------
    >>> import triangle as tri
    >>> [(found.year, float(found.stage.belief_needed.round(2))) for found in dated_offers(tri.chapter_model(), 64)]
    [(2001, -0.19), (2008, -0.42), (2009, -0.64), (2013, -0.01), (2014, 1.03), (2016, 0.91)]
    """
    shifts = drawn_shifts(model, draws, seed)
    found = []
    for name in names:
        source = as_scenario(model, name)
        values = _known(model, source.values)
        drawn: dict[str, Any] = dict(values)
        for parameter, shift in shifts.items():
            least, most = model.parameter(parameter).admissible
            drawn[parameter] = np.clip(values[parameter] + shift, least, most)
        stance = toward_china(source.held.get(WEST))
        stage, box = (offer_stage(model, each, place, china_sees, stance) for each in (values, drawn))
        found.append(DatedOffer(name, source.year, stage, _shares(box)))
    return tuple(found)


def offer_findings(model: GameFamily) -> tuple[Finding, ...]:
    """Return what the dated sets say about the offer, each statement checked against the model.

    Examples
    --------
    >>> import triangle as tri
    >>> [(found.name, found.holds) for found in offer_findings(tri.chapter_model())]
    [('belief', True), ('foundations', True), ('suspension', True), ('outbid', True)]
    """
    stages = {name.removeprefix("baseline_"): offer(model, name) for name in DATED}
    needed = {year: float(stage.belief_needed) for year, stage in stages.items()}
    least = {
        f"{year}, China sees {seen}": float(stage.least_place[seen]) for year, stage in stages.items() for seen in SEEN
    }
    shares = {year: float(stage.window[0]) for year, stage in stages.items()}
    answered = {year: float(stage.least_place["all"]) for year, stage in stages.items()}
    deciding = [year for year, belief in needed.items() if 0 < belief < 1]
    return (
        Finding(
            "belief",
            "At the dated values what the West believes of Russia decides its reply in the set of 2016 alone: up to "
            "2013 it accommodates whoever offers, in 2014 nobody. That is norm_cost against sanctions, blowback and "
            "bloc, not a judgement of Russia, and the plausible ranges leave it open.",
            ("C18", "C87", "C95"),
            deciding == ["2016"],
            needed,
        ),
        Finding(
            "foundations",
            "A Russia to which the foundations of the tie mean nothing, but for which the West has no place, does not "
            "leave China: the contract pays it enough to stay, whatever China sees of it.",
            ("C13", "C87"),
            all(place > 0 for place in least.values()),
            least,
        ),
        Finding(
            "suspension",
            "Suspending a large enough share of the tie tells a Russia that means it from one that does not; a smaller "
            "share can be mimicked.",
            ("C18",),
            all(0 < share < 1 for share in shares.values()),
            shares,
        ),
        Finding(
            "outbid",
            "If China sees what the West has to give and answers it in its terms, from 2009 on a Russia that means its "
            f"offer stays at a place of {PLACE:g}; in 2001 and 2008 it leaves.",
            ("C13", "C87"),
            {year for year, place in answered.items() if place > PLACE} == {"2009", "2013", "2014", "2016"},
            answered,
        ),
    )


def _known(model: GameFamily, values: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name in model.defaults}


def _shares(box: OfferStage) -> dict[str, float]:
    there = ~np.isnan(box.worth).any(axis=(-3, -2, -1))
    needed, stays = box.belief_needed, box.least_place[box.china_sees] > 0

    def share(where: BoolArray) -> float:
        return float(where[there].mean()) if there.any() else float("nan")

    return {
        "exists": float(there.mean()),
        "any": share(needed <= 0),
        "belief": share((needed > 0) & (needed < 1)),
        "none": share(needed >= 1),
        "stays": share(stays),
        "window": share(~np.isnan(box.window[..., 0])),
    }
