"""Where the triangle's parameters can take their value from an issue game, and what changes when they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ...names import unknown
from . import issue_game, issue_games
from .parts import Handed, Link


@dataclass(frozen=True)
class Linked:
    """The triangle's parameters after some issue games have been set.

    Attributes
    ----------
    values : mapping of str to float
    handed : mapping of str to tuple of Handed
        By game, what each handed over.
    """

    values: Mapping[str, float]
    handed: Mapping[str, tuple[Handed, ...]]

    @property
    def outside(self) -> tuple[str, ...]:
        """The parameters that left their plausible range."""
        return tuple(h.parameter for handed in self.handed.values() for h in handed if not h.within)


def link_sources() -> Mapping[str, tuple[tuple[str, Link], ...]]:
    """Return for each parameter of the triangle the games that can hand it a value.

    Examples
    --------
    >>> [game for game, _ in link_sources()["pivot"]]
    ['oil_contract', 'eastern_pivot']
    """
    found: dict[str, list[tuple[str, Link]]] = {}
    for name in issue_games():
        for link in issue_game(name).hands_over:
            found.setdefault(link.parameter, []).append((name, link))
    return MappingProxyType({parameter: tuple(links) for parameter, links in found.items()})


def linked(base: Mapping[str, float], settings: Mapping[str, Mapping[str, float]]) -> Linked:
    """Return the triangle's parameters when issue games are set.

    Parameters
    ----------
    base : mapping of str to float
        The triangle's parameters, as a scenario sets them. Games read the gap and the like here, before any link is
        applied, so nothing goes round in a circle.
    settings : mapping of str to mapping of str to float
        By game, its own parameters. A game that is named with no parameters changes nothing, except that
        ``territorial_support`` puts its own chain in the place of a recognition between 0 and 1.

    Returns
    -------
    Linked

    Raises
    ------
    ValueError
        An unknown game, one that hands nothing over, a value that is not admissible, or two games that hand over the
        same parameter: each parameter has one source.

    Examples
    --------
    >>> from triangle import chapter_model
    >>> defaults = chapter_model().defaults
    >>> linked(defaults, {"arms_copying": {"fading": 1.0}}).handed["arms_copying"][0].factor < 0.13
    True
    """
    values = dict(base)
    handed: dict[str, tuple[Handed, ...]] = {}
    source: dict[str, str] = {}
    for name, own in settings.items():
        if name not in issue_games():
            raise ValueError(unknown("issue game", name, issue_games()))
        game = issue_game(name)
        if not game.hands_over:
            raise ValueError(f"{name} hands no parameter to the triangle; leave it out, or solve it alone")
        for link in game.hands_over:
            if link.parameter in source:
                both = f"{source[link.parameter]} and {name}"
                raise ValueError(f"{link.parameter} would come from {both}: name one source")
            source[link.parameter] = name
        handed[name] = game.hand_over(base, **own)
        values.update({found.parameter: found.value for found in handed[name]})
    return Linked(MappingProxyType(values), MappingProxyType(handed))
