"""Which term or parameter carries each driver, obstacle and lever of the chapter, or why none does."""

from __future__ import annotations

from dataclasses import dataclass

from ..family import GameFamily
from .model import chapter_model
from .parameters import read_table


@dataclass(frozen=True)
class Element:
    """A driver (D), obstacle (O), lever (L) or outside shock (X) of the chapter.

    Attributes
    ----------
    id, name, kind : str
    claims : tuple of str
    terms, parameters : tuple of str
        What carries it in the model.
    not_modelled : str
        Why nothing does; empty if something does.
    """

    id: str
    name: str
    kind: str
    claims: tuple[str, ...]
    terms: tuple[str, ...]
    parameters: tuple[str, ...]
    not_modelled: str


def coverage(model: GameFamily | None = None) -> tuple[Element, ...]:
    """Return every element of the chapter with what carries it in a model.

    Examples
    --------
    >>> {element.id: element for element in coverage()}["D3"].terms
    ('regime_assurance',)
    """
    family = model if model is not None else chapter_model()
    return tuple(
        Element(
            key,
            entry["name"],
            entry["kind"],
            tuple(entry["claims"]),
            tuple(term.name for term in family.terms if key in term.carries),
            tuple(parameter.name for parameter in family.parameters if key in parameter.carries),
            entry.get("not_modelled", ""),
        )
        for key, entry in read_table("elements").items()
    )
