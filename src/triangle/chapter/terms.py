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
"""

from __future__ import annotations

from ..parts import Term
from .form import CHINA, EVENTS, RUSSIA, WEST

_E = EVENTS


def foundations() -> tuple[Term, ...]:
    """Return the gains from the tie that no contract carries and no sanction reaches."""
    both = {RUSSIA: _E.tie, CHINA: _E.tie}
    claims_support = {WEST: -_E.accommodate * _E.depth, RUSSIA: _E.accommodate * _E.depth}
    return (
        Term("counter_primacy", "primacy*no_substitute", both, "driver", "foundation",
             ("C01", "C66"), ("D1", "D4"), "a common answer to US primacy, which no other partner can give"),
        Term("shared_norms", "norms*no_substitute", both, "driver", "foundation",
             ("C07", "C65", "C66"), ("D2", "D4"), "common rejection of Western political norms"),
        Term("regime_assurance", "fear*assurance", both, "driver", "foundation",
             ("C08", "C16", "C67", "C69"), ("D3",), "a partner that will not subvert one's regime"),
        Term("elites", "elites*power_gap", both, "driver", "foundation",
             ("C68", "C04"), ("D8",), "ruling coalitions that gain from China's size"),
        Term("central_asia", "restraint", both, "driver", "foundation",
             ("C51", "C54", "C56", "C60"), ("D9", "D10"), "shared fears in Central Asia met by Chinese restraint"),
        Term("missile_defence", "missile_defence", both, "driver", "foundation",
             ("C46",), ("D13", "L9"), "a joint answer to US missile defence"),
        Term("claims_support", "territory*recognition", claims_support | {CHINA: claims_support[RUSSIA]},
             "lever", "foundation", ("C98", "C99"), ("L5", "L6"),
             "once the West recognises one claim, the two can back each other's"),
    )  # fmt: skip


def product() -> tuple[Term, ...]:
    """Return what the contract produces."""
    both = {RUSSIA: _E.tie, CHINA: _E.tie}
    return (
        Term("energy_trade", "energy", both, "driver", "product",
             ("C27", "C28", "C29", "C31", "C32"), ("D5",), "oil and gas for demand security and loans"),
        Term("market", "energy*power_gap", both, "driver", "product",
             ("C04", "C22", "C32"), ("D5",), "a larger China buys more"),
        Term("arms_trade", "arms", both, "driver", "product",
             ("C41", "C42", "C44"), ("D6",), "arms for money and technology"),
        Term("redirection", "sanctions*offset", {RUSSIA: _E.pressure * _E.tie}, "driver", "product",
             ("C02", "C84"), ("D11",), "trade with China that makes good part of what pressure costs"),
        Term("crisis_finance", "crisis", {RUSSIA: _E.tie}, "driver", "product",
             ("C03", "C63"), ("D12",), "Chinese loans when other credit dries up"),
    )  # fmt: skip


def needs() -> tuple[Term, ...]:
    """Return what each side would lose without the contract, beside the product."""
    no_tie = 1 - _E.tie
    return (
        Term("isolation", "sanctions*isolation", {RUSSIA: _E.pressure * _E.tie}, "driver", "need",
             ("C84", "C89"), ("D7", "D11"), "standing alone while the West presses is costly; a visible friend helps"),
        Term("other_buyers", "energy*pivot", {RUSSIA: no_tie}, "context", "need",
             ("C30", "C34", "C47", "C50"), (), "energy that other Asian buyers would take"),
        Term("lock_in", "lock_in", {RUSSIA: -no_tie}, "driver", "need",
             ("C27", "C34", "C107"), ("D5",), "pipes that lead to one buyer"),
        Term("switch", "detente*trust", {RUSSIA: _E.detente * no_tie}, "context", "need",
             ("C87",), (), "what Russia expects of going over to the West"),
        Term("multi_vector", "autonomy", {RUSSIA: -_E.ally - _E.detente * no_tie}, "obstacle", "need",
             ("C17", "C37", "C102"), ("O5", "O6"), "the cost of having one partner only, whichever it is"),
        Term("defection", "defection", {CHINA: -_E.detente * no_tie}, "driver", "need",
             ("C13",), (), "what China loses if Russia goes over to the West"),
        Term("backing", "containment*backing", {CHINA: _E.contain * _E.tie}, "driver", "need",
             ("C101", "C40"), ("L4",), "China's need of Russia while it is contained"),
        Term("transit_interest", "transit", {CHINA: -_E.confront * _E.engage * _E.tie}, "lever", "need",
             ("C103", "C104"), ("L11",), "land transit that suffers when Russia confronts Europe"),
    )  # fmt: skip


def alliance() -> tuple[Term, ...]:
    """Return what alliance adds to partnership, and what stands in its way."""
    both = {RUSSIA: -_E.ally, CHINA: -_E.ally}
    return (
        Term("pact", "primacy*threat", {RUSSIA: _E.ally * _E.pressure, CHINA: _E.ally * _E.contain},
             "driver", "alliance", ("C38", "C70"), ("D1",), "a pact's worth against US power"),
        Term("territorial_claims", "territory", both, "obstacle", "alliance",
             ("C09", "C72", "C73"), ("O1",), "having to back the other's territorial claims"),
        Term("globalization_gap", "openness*globalization", {CHINA: -_E.ally}, "obstacle", "alliance",
             ("C10", "C78"), ("O2", "O11"), "China's stake in an open world economy"),
        Term("governance_gap", "governance", both, "obstacle", "alliance",
             ("C11", "C83"), ("O3", "O4"), "stabiliser and spoiler, with no common agenda of their own"),
    )  # fmt: skip


def context() -> tuple[Term, ...]:
    """Return what the players gain and lose outside the tie and its contract."""
    moderated = _E.confront * _E.tie * _E.china_cooperates
    stable = _E.engage * _E.china_cooperates
    return (
        Term("sanctions_cost", "sanctions", {RUSSIA: -_E.pressure}, "context", "",
             ("C23", "C84"), ("L2", "L3"), "what pressure costs Russia"),
        Term("detente_gain", "detente", {RUSSIA: _E.detente}, "context", "",
             ("C88", "C90", "C100"), ("L1",), "what mutual détente is worth to Russia"),
        Term("assertion", "assertion", {WEST: -_E.confront, RUSSIA: _E.confront}, "context", "",
             ("C81", "C94"), (), "Russia gains from confrontation what the West loses"),
        Term("blowback", "sanctions*blowback", {WEST: -_E.pressure}, "context", "",
             ("C92",), ("L2",), "what pressure costs the West itself"),
        Term("norm_cost", "norm_cost", {WEST: -_E.accommodate}, "context", "",
             ("C95", "C98"), ("L6",), "the price of giving up non-recognition"),
        Term("moderation", "assertion*moderation*power_gap", {WEST: moderated}, "driver", "",
             ("C94", "C104"), (), "China, the stronger for the gap, moderates its partner"),
        Term("moderation_sanctions", "assertion*moderation*sanctions*gap_sanction", {WEST: moderated * _E.pressure},
             "driver", "", ("C94", "C104"), (), "the part of that which pressure adds through the gap"),
        Term("western_trade", "openness", {WEST: _E.engage, CHINA: _E.engage}, "context", "",
             ("C19", "C78"), ("O11",), "trade between the West and China"),
        Term("shared_stability", "stability", {WEST: stable, CHINA: stable}, "lever", "",
             ("C96", "C97"), ("L7",), "joint governance with China"),
        Term("ambition", "ambition", {WEST: -_E.challenge, CHINA: _E.challenge}, "context", "",
             ("C74",), (), "China gains from a challenge what the West loses"),
        Term("rivalry", "containment", {WEST: _E.contain, CHINA: -_E.contain}, "context", "",
             ("C101",), ("L4",), "the West gains from containment what China loses"),
        Term("bloc", "bloc", {WEST: -_E.depth}, "context", "",
             ("C95",), (), "what a deeper tie costs the West"),
        Term("rebuff", "rebuff", {RUSSIA: -_E.unreturned_russia, CHINA: -_E.unreturned_china}, "context", "",
             (), (), "the cost of an offer that is not returned (Snyder's abandonment)"),
    )  # fmt: skip


def triangle_terms() -> tuple[Term, ...]:
    """Return all terms of the chapter's triangle.

    Examples
    --------
    >>> len(triangle_terms())
    37
    """
    return foundations() + product() + needs() + alliance() + context()
