"""The chapter's triangle and its rivals as families of games."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..family import GameFamily
from ..game import GameForm
from ..names import unknown
from ..parts import Contribution, Term
from .contract import BARGAINING, Bargaining, Contract
from .form import FORM, LINK, WEST
from .measures import INTENSITIES, Intensity, structure, triangle_measures
from .parameters import triangle_parameters
from .terms import triangle_terms

VARIANTS = ("triangle",)
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
    variant : {"triangle"}
        West, Russia and China: 4 × 6 × 6 profiles.
    bargaining : {"threat_point", "outside_option"}
        How Russia and China divide their contract (see `triangle.chapter.contract`).
    intensity : {"hold_up", "none"}
        Whether cooperation rests on investment that no contract covers.
    without : iterable of str
        Terms to leave out.

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
    >>> chapter_model(without=["isolation"]).payoffs().shape
    (3, 4, 6, 6)
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
    family = GameFamily(
        FORM,
        parameters=triangle_parameters(),
        terms=triangle_terms(),
        coalitions=(LINK,),
        leader=WEST,
        stages=(Structure(), Contract(bargaining)),
        measures=triangle_measures(intensity),
        name=f"chapter {variant}",
        options={"bargaining": bargaining, "intensity": intensity, "version": MODEL_VERSION},
    )
    return family.without(*without)
