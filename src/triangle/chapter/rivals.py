"""The families that the chapter argues against, on the same stances, contract and measures.

``balancing``
    Asymmetry alone decides: the gap drives Russia away from its stronger neighbour and towards the West (Walt 1987).
``wedge``
    Accommodation pulls Russia out of the tie; pressure and containment hold it together.
``indifferent``
    The context alone, with no driver and no obstacle: the null. Every depth of the tie is stable.

All share with the chapter's family what the players gain and lose outside the tie, how the contract divides, and what
intensity rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from ..arguments import checked
from ..family import GameFamily
from ..names import unknown
from ..parts import Parameter, Term
from .contract import Bargaining, Contract
from .form import CHINA, EVENTS, FORM, LINK, RUSSIA, WEST
from .measures import Intensity, triangle_measures
from .model import MODEL_VERSION, Structure
from .parameters import triangle_parameters
from .terms import context

Rival = Literal["balancing", "wedge", "indifferent"]
RIVALS: tuple[Rival, ...] = get_args(Rival)

_STAGES = ("sensitivity", "gap_sanction", "feedback", "recognition")


@checked
def rival_model(
    name: Rival, *, bargaining: Bargaining = "threat_point", intensity: Intensity = "hold_up"
) -> GameFamily:
    """Return a rival of the chapter's family.

    Parameters
    ----------
    name : {"balancing", "wedge", "indifferent"}
    bargaining : {"threat_point", "outside_option"}
    intensity : {"hold_up", "none"}
        As for `triangle.chapter_model`.

    Raises
    ------
    ValueError
        An unknown rival or option.

    Examples
    --------
    >>> import triangle as tri
    >>> balancing = rival_model("balancing")
    >>> outcome = tri.solve(balancing, tri.Scenario("now", "now", "", balancing.defaults, {"West": "pressure/engage"}))
    >>> [found.measures["depth"] for found in outcome.equilibria]
    ['none']
    """
    if name not in RIVALS:
        raise ValueError(unknown("rival", name, RIVALS))
    own = _terms()[name]
    terms = (*own, *context())
    used = {parameter for term in terms for parameter, _ in term.weight} | set(_STAGES)
    parameters = (*triangle_parameters(), *_parameters())
    return GameFamily(
        FORM,
        parameters=tuple(parameter for parameter in parameters if parameter.name in used),
        terms=terms,
        coalitions=(LINK,),
        leader=WEST,
        stages=(Structure(), Contract(bargaining)),
        measures=triangle_measures(intensity),
        name=f"rival {name}",
        options={"bargaining": bargaining, "intensity": intensity, "version": MODEL_VERSION},
    )


def _parameters() -> tuple[Parameter, ...]:
    """Return what the rivals need beside the chapter's parameters; every size is a judgement."""

    def judged(name: str, default: float, half: float, meaning: str) -> Parameter:
        note = "Judgement: set once so that the rival's own story comes out at its defaults."
        low, high = round(default - half, 12), round(default + half, 12)
        return Parameter(name, default, low, high, meaning=meaning, note=note, bounds=(0.0, 1.0))

    return (
        judged("gain", 0.25, 0.1, "What the tie yields to each side, whatever else is the case"),
        judged("neighbour", 0.9, 0.1, "How much a stronger neighbour frightens Russia, per unit of the gap"),
        judged("hedge", 0.5, 0.2, "What the West is worth to Russia as a counterweight, per unit of the gap"),
        judged("pull", 0.7, 0.2, "What an accommodating West offers a Russia that leaves China"),
    )


def _terms() -> Mapping[str, tuple[Term, ...]]:
    tie = EVENTS.tie
    apart = 1 - tie
    gain = Term(
        "gain", "gain", {RUSSIA: tie, CHINA: tie}, "driver", "product", meaning="what the tie yields to each side"
    )
    return {
        "balancing": (
            gain,
            Term("neighbour", "neighbour*power_gap", {RUSSIA: -tie}, "obstacle", "need",
                 meaning="a tie to a stronger neighbour frightens"),
            Term("hedge", "hedge*power_gap", {RUSSIA: EVENTS.detente}, "driver", "",
                 meaning="the West as a counterweight to the neighbour"),
        ),
        "wedge": (
            gain,
            Term("redirection", "sanctions*offset", {RUSSIA: EVENTS.pressure * tie}, "driver", "product",
                 meaning="trade that pressure turns to China"),
            Term("backing", "containment*backing", {CHINA: EVENTS.contain * tie}, "driver", "need",
                 meaning="China's need of Russia while it is contained"),
            Term("pull", "pull", {RUSSIA: EVENTS.detente * apart}, "obstacle", "need",
                 meaning="what an accommodating West offers a Russia that leaves"),
        ),
        "indifferent": (),
    }  # fmt: skip
