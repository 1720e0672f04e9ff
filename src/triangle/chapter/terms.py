"""The terms of the triangle: every reason that enters a payoff, with its weight and the claims that justify it.

Roles, which the contract between Russia and China reads (see `triangle.chapter.contract`):

``foundation``
    Gains from the tie that need no contract: norms, regimes, common grievances.
``product``
    What the contract produces and the two divide.
``need``
    What a player has to lose, beside its share of the product, if there is no contract.
``alliance``
    Gains and costs of going from partnership to alliance.

What the West does enters weighed with a share, and what it bears is borne in portions (see `triangle.chapter.form`).
With one player in the West every share drops out. With two, a term falls into parts, one for each product of shares,
named ``term·share``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..game import FloatArray
from ..parts import Term
from ..polynomial import monomial, spelled, times
from .form import CHINA, EVENTS, RUSSIA, Events
from .shared import Shared

Row = tuple[str, str, Mapping[str, Shared | FloatArray], str, str, tuple[str, ...], tuple[str, ...], str]
"""A term before it falls into parts, in the order of the fields of `Term`."""

PART = "·"


def _terms(*rows: Row) -> tuple[Term, ...]:
    return tuple(part for row in rows for part in _parts(*row))


def _parts(
    name: str,
    weight: str,
    payoffs: Mapping[str, Shared | FloatArray],
    kind: str,
    role: str,
    claims: tuple[str, ...],
    carries: tuple[str, ...],
    meaning: str,
) -> Iterator[Term]:
    """Yield one term for each product of shares that the payoffs hold."""
    shared = {player: Shared.of(values).parts for player, values in payoffs.items()}
    for product in sorted({product for parts in shared.values() for product in parts}):
        told = name + PART + spelled(product) if product else name
        found = {player: parts[product] for player, parts in shared.items() if product in parts}
        yield Term(told, times(monomial(weight), product), found, kind, role, claims, carries, meaning)


def parts_of(terms: tuple[Term, ...], name: str) -> tuple[str, ...]:
    """Return the names of a term's parts, the name itself among them, or nothing if there is no such term."""
    return tuple(term.name for term in terms if term.name == name or term.name.startswith(name + PART))


def foundations(e: Events = EVENTS) -> tuple[Term, ...]:
    """Return the gains from the tie that no contract carries and no sanction reaches."""
    both = {RUSSIA: e.tie, CHINA: e.tie}
    support = e.accommodate * e.depth
    claims_support: dict[str, Shared | FloatArray] = {
        **e.borne("s_norm", -e.depth, "accommodate"),
        RUSSIA: support,
        CHINA: support,
    }
    return _terms(
        ("counter_primacy", "primacy*no_substitute", both, "driver", "foundation",
         ("C01", "C66"), ("D1", "D4"), "a common answer to US primacy, which no other partner can give"),
        ("shared_norms", "norms*no_substitute", both, "driver", "foundation",
         ("C07", "C65", "C66"), ("D2", "D4"), "common rejection of Western political norms"),
        ("regime_assurance", "fear*assurance", both, "driver", "foundation",
         ("C08", "C16", "C67", "C69"), ("D3",), "a partner that will not subvert one's regime"),
        ("elites", "elites*power_gap", both, "driver", "foundation",
         ("C68", "C04"), ("D8",), "ruling coalitions that gain from China's size"),
        ("central_asia", "restraint", both, "driver", "foundation",
         ("C51", "C54", "C56", "C60"), ("D9", "D10"), "shared fears in Central Asia met by Chinese restraint"),
        ("missile_defence", "missile_defence", both, "driver", "foundation",
         ("C46",), ("D13", "L9"), "a joint answer to US missile defence"),
        ("claims_support", "territory*recognition", claims_support, "lever", "foundation",
         ("C98", "C99"), ("L5", "L6"), "once the West recognises one claim, the two can back each other's"),
    )  # fmt: skip


def product(e: Events = EVENTS) -> tuple[Term, ...]:
    """Return what the contract produces."""
    both = {RUSSIA: e.tie, CHINA: e.tie}
    redirected = e.weighed("pressure", "s_sanctions") * e.tie
    return _terms(
        ("energy_trade", "energy", both, "driver", "product",
         ("C27", "C28", "C29", "C31", "C32"), ("D5",), "oil and gas for demand security and loans"),
        ("market", "energy*power_gap", both, "driver", "product",
         ("C04", "C22", "C32"), ("D5",), "a larger China buys more"),
        ("arms_trade", "arms", both, "driver", "product",
         ("C41", "C42", "C44"), ("D6",), "arms for money and technology"),
        ("redirection", "sanctions*offset", {RUSSIA: redirected}, "driver", "product",
         ("C02", "C84"), ("D11",), "trade with China that makes good part of what pressure costs"),
        ("crisis_finance", "crisis", {RUSSIA: e.tie}, "driver", "product",
         ("C03", "C63"), ("D12",), "Chinese loans when other credit dries up"),
    )  # fmt: skip


def needs(e: Events = EVENTS) -> tuple[Term, ...]:
    """Return what each side would lose without the contract, beside the product."""
    no_tie = 1 - e.tie
    watched = e.weighed("pressure", "s_isolation") * e.tie
    opened = e.weighed("accommodate", "s_detente") * e.russia_cooperates * no_tie
    switched = e.weighed("accommodate", "s_switch") * e.russia_cooperates * no_tie
    lost = e.weighed("accommodate", "s_defection") * e.russia_cooperates * no_tie
    contained = e.weighed("contain", "s_contain") * e.tie
    exposed = e.weighed("engage", "s_transit") * e.confront * e.tie
    return _terms(
        ("isolation", "sanctions*isolation", {RUSSIA: watched}, "driver", "need",
         ("C84", "C89"), ("D7", "D11"), "standing alone while the West presses is costly; a visible friend helps"),
        ("other_buyers", "energy*pivot", {RUSSIA: no_tie}, "context", "need",
         ("C30", "C34", "C47", "C50"), (), "energy that other Asian buyers would take"),
        ("lock_in", "lock_in", {RUSSIA: -no_tie}, "driver", "need",
         ("C27", "C34", "C107"), ("D5",), "pipes that lead to one buyer"),
        ("switch", "detente*trust", {RUSSIA: switched}, "context", "need",
         ("C87",), (), "what Russia expects of going over to the West"),
        ("multi_vector", "autonomy", {RUSSIA: -e.ally - opened}, "obstacle", "need",
         ("C17", "C37", "C102"), ("O5", "O6"), "the cost of having one partner only, whichever it is"),
        ("defection", "defection", {CHINA: -lost}, "driver", "need",
         ("C13",), (), "what China loses if Russia goes over to the West"),
        ("backing", "containment*backing", {CHINA: contained}, "driver", "need",
         ("C101", "C40"), ("L4",), "China's need of Russia while it is contained"),
        ("transit_interest", "transit", {CHINA: -exposed}, "lever", "need",
         ("C103", "C104"), ("L11",), "land transit that suffers when Russia confronts Europe"),
    )  # fmt: skip


def alliance(e: Events = EVENTS) -> tuple[Term, ...]:
    """Return what alliance adds to partnership, and what stands in its way."""
    both = {RUSSIA: -e.ally, CHINA: -e.ally}
    pact = {RUSSIA: e.weighed("pressure", "s_isolation"), CHINA: e.weighed("contain", "s_contain")}
    return _terms(
        ("pact", "primacy*threat", {player: e.ally * force for player, force in pact.items()}, "driver", "alliance",
         ("C38", "C70"), ("D1",), "a pact's worth against US power"),
        ("territorial_claims", "territory", both, "obstacle", "alliance",
         ("C09", "C72", "C73"), ("O1",), "having to back the other's territorial claims"),
        ("globalization_gap", "openness*globalization", {CHINA: -e.ally}, "obstacle", "alliance",
         ("C10", "C78"), ("O2", "O11"), "China's stake in an open world economy"),
        ("governance_gap", "governance", both, "obstacle", "alliance",
         ("C11", "C83"), ("O3", "O4"), "stabiliser and spoiler, with no common agenda of their own"),
    )  # fmt: skip


def context(e: Events = EVENTS) -> tuple[Term, ...]:
    """Return what the players gain and lose outside the tie and its contract."""
    whole = np.ones(e.form.shape)
    moderated = e.confront * e.tie * e.china_cooperates
    pressed = e.weighed("pressure", "s_sanctions")
    contained = e.weighed("contain", "s_contain")
    trade = {**e.borne("s_trade", whole, "engage"), CHINA: e.weighed("engage", "s_trade")}
    governing = {**e.borne("s_stability", e.china_cooperates, "engage")}
    governing[CHINA] = e.weighed("engage", "s_stability") * e.china_cooperates
    detente = e.weighed("accommodate", "s_detente") * e.russia_cooperates
    return _terms(
        ("sanctions_cost", "sanctions", {RUSSIA: -pressed}, "context", "",
         ("C23", "C84"), ("L2", "L3"), "what pressure costs Russia"),
        ("detente_gain", "detente", {RUSSIA: detente}, "context", "",
         ("C88", "C90", "C100"), ("L1",), "what mutual détente is worth to Russia"),
        ("assertion", "assertion", {**e.borne("s_harm", -e.confront), RUSSIA: e.confront}, "context", "",
         ("C81", "C94"), (), "Russia gains from confrontation what the West loses"),
        ("blowback", "sanctions*blowback", e.borne("s_blowback", -whole, "pressure"), "context", "",
         ("C92",), ("L2",), "what pressure costs the West itself"),
        ("norm_cost", "norm_cost", e.borne("s_norm", -whole, "accommodate"), "context", "",
         ("C95", "C98"), ("L6",), "the price of giving up non-recognition"),
        ("moderation", "assertion*moderation*power_gap", e.borne("s_harm", moderated), "driver", "",
         ("C94", "C104"), (), "China, the stronger for the gap, moderates its partner"),
        ("moderation_sanctions", "assertion*moderation*sanctions*gap_sanction", e.borne("s_harm", moderated * pressed),
         "driver", "", ("C94", "C104"), (), "the part of that which pressure adds through the gap"),
        ("western_trade", "openness", trade, "context", "",
         ("C19", "C78"), ("O11",), "trade between the West and China"),
        ("shared_stability", "stability", governing, "lever", "",
         ("C96", "C97"), ("L7",), "joint governance with China"),
        ("ambition", "ambition", {**e.borne("s_ambition", -e.challenge), CHINA: e.challenge}, "context", "",
         ("C74",), (), "China gains from a challenge what the West loses"),
        ("rivalry", "containment", {**e.borne("s_contain", whole, "contain"), CHINA: -contained}, "context", "",
         ("C101",), ("L4",), "the West gains from containment what China loses"),
        ("bloc", "bloc", e.borne("s_bloc", -e.depth), "context", "",
         ("C95",), (), "what a deeper tie costs the West"),
        ("rebuff", "rebuff", {RUSSIA: -e.unreturned_russia, CHINA: -e.unreturned_china}, "context", "",
         (), (), "the cost of an offer that is not returned (Snyder's abandonment)"),
    )  # fmt: skip


def chapter_terms(e: Events = EVENTS) -> tuple[Term, ...]:
    """Return all terms of the chapter's model, for one player in the West or two.

    Examples
    --------
    >>> len(chapter_terms())
    37
    """
    return foundations(e) + product(e) + needs(e) + alliance(e) + context(e)
