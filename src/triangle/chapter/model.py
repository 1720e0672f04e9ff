"""The chapter's triangle and its rivals as families of games."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..arguments import checked
from ..family import GameFamily
from ..game import GameForm
from ..names import unknown
from ..parts import Contribution, Parameter, Term
from .contract import BARGAINING, Bargaining, Contract
from .form import FORM, LINK, QUAD, WEST, Events
from .measures import INTENSITIES, Intensity, chapter_measures, structure
from .parameters import quad_parameters, triangle_parameters
from .terms import chapter_terms, parts_of


@dataclass(frozen=True)
class Variant:
    """Who plays, with which parameters, and who may move first."""

    form: GameForm
    parameters: Callable[[], tuple[Parameter, ...]]
    leader: str | None


VARIANTS: Mapping[str, Variant] = {
    "triangle": Variant(FORM, triangle_parameters, WEST),
    "quad": Variant(QUAD, quad_parameters, None),
}
MODEL_VERSION = "1"


@dataclass(frozen=True)
class Structure:
    """The stage that derives the quantities which depend on the stances alone."""

    @property
    def roles(self) -> tuple[str, ...]:
        """No roles of its own."""
        return ()

    @property
    def quantities(self) -> tuple[str, ...]:
        """No quantity that could be left without a contribution."""
        return ()

    def contributions(self, form: GameForm, terms: tuple[Term, ...]) -> Iterator[Contribution]:
        """Yield relations and configuration as constants over the profiles."""
        yield from structure(form)


@checked
def chapter_model(
    variant: str = "triangle",
    *,
    bargaining: Bargaining = "threat_point",
    intensity: Intensity = "hold_up",
    without: Iterable[str] = (),
) -> GameFamily:
    """Return the chapter's family of games.

    Parameters
    ----------
    variant : {"triangle", "quad"}
        West, Russia and China: 4 × 6 × 6 profiles; or the United States and the European Union in the West's place,
        with shares of what it does and bears: 4 × 4 × 6 × 6 profiles (see `triangle.chapter.quad`). It has no leader.
    bargaining : {"threat_point", "outside_option"}
        How Russia and China divide their contract (see `triangle.chapter.contract`).
    intensity : {"hold_up", "none"}
        Whether cooperation rests on investment that no contract covers.
    without : iterable of str
        Terms to leave out, with all their parts.

    Returns
    -------
    GameFamily

    Raises
    ------
    ValueError
        An unknown variant, option or term.

    Examples
    --------
    >>> model = chapter_model()
    >>> model.form.size, len(model.parameters), len(model.terms)
    (144, 41, 37)
    >>> chapter_model("quad", without=["isolation"]).payoffs().shape
    (4, 4, 4, 6, 6)
    """
    for kind, value, allowed in (
        ("variant", variant, VARIANTS),
        ("bargaining", bargaining, BARGAINING),
        ("intensity", intensity, INTENSITIES),
    ):
        if value not in allowed:
            raise ValueError(unknown(kind, value, allowed))
    if isinstance(without, str):
        raise ValueError(f"without takes a list of terms, got the text {without!r}")
    chosen = VARIANTS[variant]
    events = Events(chosen.form)
    terms = chapter_terms(events)
    family = GameFamily(
        chosen.form,
        parameters=chosen.parameters(),
        terms=terms,
        coalitions=(LINK,),
        leader=chosen.leader,
        stages=(Structure(), Contract(bargaining)),
        measures=chapter_measures(intensity, events.western),
        name=f"chapter {variant}",
        options={"bargaining": bargaining, "intensity": intensity, "version": MODEL_VERSION},
    )
    return family.without(*(part for name in without for part in parts_of(terms, name) or (name,)))
