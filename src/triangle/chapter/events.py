"""The chapter's dated events, what each says about a measure, and policy contrasts, read from their data tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..names import unknown
from .parameters import read_table

DIRECTIONS = ("down", "flat", "up")
TOLD = ("stated", "inferred")
NATURES = ("consequence", "driven", "input")
ASKS = ("up", "down", "not down")


@dataclass(frozen=True)
class Observation:
    """What an event says about one measure.

    Attributes
    ----------
    event, episode, measure : str
    first, last : int
        The measure is compared between the ends of these two years.
    direction : {"down", "flat", "up"}
    told : {"stated", "inferred"}
        Whether the chapter gives the direction, or it is read into what the chapter tells.
    nature : {"consequence", "driven", "input"}
        An answer of the players; decided by one dated parameter; or contained in the timeline.
    """

    event: str
    episode: str
    measure: str
    first: int
    last: int
    direction: str
    told: str
    nature: str

    @property
    def asked(self) -> tuple[str, int, int]:
        """The measure and the two years: observations that share them are one and the same question."""
        return self.measure, self.first, self.last

    @property
    def code(self) -> int:
        """The direction's place among `DIRECTIONS`."""
        return DIRECTIONS.index(self.direction)


@dataclass(frozen=True)
class DatedEvent:
    """One historical event of the chapter.

    Attributes
    ----------
    id, label, text, section : str
    year, to : int
    also, claims : tuple of str
    dating : str
        What the year rests on where the chapter gives none.
    observations : tuple of Observation
    episode : str
        Empty if the event is not scored.
    unscored : str
        Why it is not.
    finding : str
        What to make of the score: a judgement.
    """

    id: str
    label: str
    text: str
    year: int
    to: int
    section: str
    also: tuple[str, ...]
    claims: tuple[str, ...]
    dating: str
    observations: tuple[Observation, ...]
    episode: str
    unscored: str
    finding: str


@dataclass(frozen=True)
class Contrast:
    """One year with a lever and without it.

    Attributes
    ----------
    id, text, event : str
    claims : tuple of str
    year, read : int
        When the lever is pulled, and at the end of which year the measure is read.
    in_history : bool
        Whether history is the side with the lever; ``commitment`` and ``parameters`` are then what it is without.
    commitment : str
        A code such as PE; empty if the commitment is history's.
    parameters : mapping of str to float
    measure : str
    asks : {"up", "down", "not down"}
    """

    id: str
    text: str
    event: str
    claims: tuple[str, ...]
    year: int
    read: int
    in_history: bool
    commitment: str
    parameters: Mapping[str, float]
    measure: str
    asks: str


@cache
def events() -> Mapping[str, DatedEvent]:
    """Return the historical events by ID.

    Examples
    --------
    >>> len(events()), events()["E07"].observations[0].direction, events()["E08"].unscored
    (22, 'up', 'the chapter says nothing about how the tie with China moved')
    """
    return {key: _event(key, entry) for key, entry in read_table("events").items()}


def event(key: str) -> DatedEvent:
    """Return an event by ID; ``ValueError`` if there is none."""
    if key not in events():
        raise ValueError(unknown("event", key, events()))
    return events()[key]


def observations() -> tuple[Observation, ...]:
    """Return what all events say, in the events' order.

    Examples
    --------
    >>> len(observations()), sum(each.told == "stated" for each in observations())
    (32, 26)
    """
    return tuple(each for found in events().values() for each in found.observations)


@cache
def contrasts() -> Mapping[str, Contrast]:
    """Return the policy contrasts by name.

    Examples
    --------
    >>> contrasts()["opening_2001"].asks
    'down'
    """
    return {key: _contrast(key, entry) for key, entry in read_table("contrasts").items()}


def _event(key: str, entry: Mapping[str, Any]) -> DatedEvent:
    episode = entry.get("episode", "")
    said = tuple(
        Observation(
            key,
            episode,
            each["measure"],
            each["from"],
            each["to"],
            _one_of(f"{key}.direction", each["direction"], DIRECTIONS),
            _one_of(f"{key}.told", each["told"], TOLD),
            _one_of(f"{key}.nature", each["nature"], NATURES),
        )
        for each in entry.get("statements", ())
    )
    if bool(said) != bool(episode) or bool(said) == bool(entry.get("unscored")):
        raise ValueError(f"events.toml: {key} has either statements and an episode, or the reason why it is unscored")
    return DatedEvent(
        key,
        entry["label"],
        entry["text"],
        entry["year"],
        entry.get("to", entry["year"]),
        entry["section"],
        tuple(entry.get("also", ())),
        tuple(entry["claims"]),
        entry.get("dating", ""),
        said,
        episode,
        entry.get("unscored", ""),
        entry.get("finding", ""),
    )


def _contrast(key: str, entry: Mapping[str, Any]) -> Contrast:
    return Contrast(
        key,
        entry["text"],
        entry["event"],
        tuple(entry["claims"]),
        entry["year"],
        entry.get("read", entry["year"]),
        entry["in_history"],
        entry.get("commitment", ""),
        entry.get("parameters", {}),
        entry["measure"],
        _one_of(f"{key}.asks", entry["asks"], ASKS),
    )


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{what}: " + unknown("value", value, allowed))
    return value
