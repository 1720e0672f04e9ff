"""Timelines: the dated values of all parameters, the leader's commitments and the events of a stretch of years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from .arguments import check_fields, checked, shown
from .family import GameFamily
from .game import FloatArray
from .names import unknown
from .scenario import Scenario, ScenarioError, folder


class TimelineError(ScenarioError):
    """All that is wrong with a timeline file: ``where`` it is and its ``faults``."""


LAST = 9999


@dataclass(frozen=True)
class Event:
    """A dated event of the chapter's, as a mark beside the years.

    Attributes
    ----------
    id, label : str
    year : int
    to : int
        The last year, ``year`` itself for an event of one year.
    dating : str
        What the year rests on where the chapter gives none.
    """

    id: str
    year: int
    to: int
    label: str
    dating: str = ""


@dataclass(frozen=True)
class Basis:
    """What a stretch of dated input rests on: an anchor, a commitment, a shock or a piece of news."""

    kind: str
    year: int
    basis: str
    claims: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What a counterfactual sets otherwise, from a year on.

    Parameters
    ----------
    year : int
        The first year that differs.
    parameters : mapping of str to float, optional
    commitment : str or mapping of str to str, optional
        The leader's action, by label or by stances; ``"plays"`` lets the leader choose.
    to : int, optional
        The last year that differs; the end if not given.
    name : str

    Examples
    --------
    >>> Change(2015, {"sanctions": 0.1}).parameters
    {'sanctions': 0.1}
    """

    year: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    commitment: str | Mapping[str, str] | None = None
    to: int | None = None
    name: str = "change"

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, eq=False)
class Timeline:
    """Every parameter and the leader's commitment in every year.

    Attributes
    ----------
    name, title, asks : str
    years : tuple of int
        Consecutive; a value is that of the year's end.
    values : mapping of str to ndarray, shape (years,)
        Every parameter of the model.
    leader : str or None
    commitments : tuple of (str or None)
        The action that the leader is held to in each year; None where it plays.
    news : mapping of str to mapping of int to float
        For a parameter with a state equation, the years in which news sets its state.
    events : tuple of Event
    bases : tuple of Basis
        What each dated input rests on.
    base : Timeline or None
        The timeline that this one branches from.
    branch : int or None
        The first year that may differ from it.
    """

    name: str
    title: str
    asks: str
    years: tuple[int, ...]
    values: Mapping[str, FloatArray]
    leader: str | None
    commitments: tuple[str | None, ...]
    news: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    bases: tuple[Basis, ...] = ()
    base: Timeline | None = field(default=None, repr=False)
    branch: int | None = None
    note: str = ""
    claims: tuple[str, ...] = ()

    def place(self, year: int) -> int:
        """Return a year's position; ``ValueError`` if the timeline does not have it."""
        if year not in self.years:
            raise ValueError(f"timeline {self.name!r} has the years {self.years[0]}–{self.years[-1]}, not {year!r}")
        return self.years.index(year)

    def at(self, year: int) -> Scenario:
        """Return one year as a scenario.

        Raises
        ------
        ValueError
            The timeline does not have the year.

        Examples
        --------
        >>> import triangle as tri
        >>> from triangle.timeline import timeline
        >>> tri.solve(tri.chapter_model(), timeline("chapter_1991_2017").at(2014)).equilibria[0].profile
        ('pressure/engage', 'confront/partner', 'cooperate/partner')
        """
        place = self.place(year)
        action = self.commitments[place]
        return Scenario(
            f"{self.name}_{year}",
            f"{self.title}: {year}",
            self.asks,
            {name: float(values[place]) for name, values in self.values.items()},
            {self.leader: action} if self.leader is not None and action is not None else {},
            year=year,
        )

    @property
    def root(self) -> Timeline:
        """The timeline that no other is the base of, over the same years: history, for a branch of it."""
        return self if self.base is None else self.base.root.until(self.years[-1])

    def until(self, last: int) -> Timeline:
        """Return the timeline up to a year; beyond its end the last year's values and commitment are held.

        Raises
        ------
        ValueError
            The year is before the first.
        """
        if last < self.years[0]:
            raise ValueError(f"timeline {self.name!r} begins in {self.years[0]}; it cannot end in {last}")
        if last > LAST:
            raise ValueError(f"timeline {self.name!r} can be continued to {LAST}; it cannot end in {shown(last)}")
        years = tuple(range(self.years[0], last + 1))
        kept = np.minimum(np.arange(len(years)), len(self.years) - 1)
        return replace(
            self,
            years=years,
            values={name: values[kept] for name, values in self.values.items()},
            commitments=tuple(self.commitments[k] for k in kept),
        )

    def changed(self, model: GameFamily, changes: Change | Iterable[Change], name: str | None = None) -> Timeline:
        """Return a branch that shares every year before the first change.

        Raises
        ------
        ValueError
            A year outside the timeline, an unknown parameter or action, a value out of range, or two changes of one
            parameter in a year.

        Examples
        --------
        >>> import triangle as tri
        >>> from triangle.timeline import timeline
        >>> lifted = timeline("chapter_1991_2017").changed(tri.chapter_model(), Change(2015, {"sanctions": 0.1}))
        >>> lifted.values["sanctions"][-4:]
        array([0.6, 0.1, 0.1, 0.1])
        """
        listed = (changes,) if isinstance(changes, Change) else tuple(changes)
        if not listed:
            raise ValueError("a branch needs at least one change")
        values = {key: array.copy() for key, array in self.values.items()}
        commitments = list(self.commitments)
        touched: set[tuple[str, int]] = set()
        for change in listed:
            span = self._span(change)
            allowed = model.resolve(dict(change.parameters))
            for key in change.parameters:
                if key not in values:
                    raise ValueError(unknown("parameter", key, values))
                values[key][span] = float(allowed[key])
            if change.commitment is not None:
                commitments[span] = [self._action(model, change.commitment)] * (span.stop - span.start)
            keys = [*change.parameters, *(["commitment"] if change.commitment is not None else [])]
            cells = {(key, year) for key in keys for year in self.years[span]}
            if touched & cells:
                key, year = min(touched & cells)
                raise ValueError(f"two changes of {key!r} in {year}")
            touched |= cells
        return replace(
            self,
            name=name or listed[0].name,
            title=f"{self.title}; {name or listed[0].name}",
            values=values,
            commitments=tuple(commitments),
            base=self,
            branch=min(change.year for change in listed),
        )

    def _span(self, change: Change) -> slice:
        last = self.years[-1] if change.to is None else change.to
        if last < change.year:
            raise ValueError(f"a change from {change.year} cannot end in {last}")
        return slice(self.place(change.year), self.place(last) + 1)

    def _action(self, model: GameFamily, commitment: str | Mapping[str, str]) -> str | None:
        if commitment == "plays":
            return None
        if model.leader is None:
            raise ValueError(f"the model {model.name!r} has no leader to hold to a commitment")
        player = model.form.player(model.leader)
        return player.actions[player.action(commitment)]


def steady(model: GameFamily, source: Scenario, years: int, first: int = 1) -> Timeline:
    """Return a timeline that repeats one scenario.

    Parameters
    ----------
    model : GameFamily
    source : Scenario
    years : int
        How many, the first of which is numbered ``first``.

    Raises
    ------
    ValueError
        No year, or a player other than the leader is held.

    Examples
    --------
    >>> import triangle as tri
    >>> steady(tri.chapter_model(), tri.scenario("baseline_2016"), 3).years
    (1, 2, 3)
    """
    if years < 1:
        raise ValueError(f"years must be 1 or more, got {years!r}")
    others = [name for name in source.held if name != model.leader]
    if others:
        raise ValueError(f"a timeline holds the leader alone to an action; the scenario holds {', '.join(others)}")
    values = {**model.defaults, **{name: v for name, v in source.values.items() if name in model.defaults}}
    action = source.held.get(model.leader) if model.leader is not None else None
    return Timeline(
        source.name,
        source.title,
        source.asks,
        tuple(range(first, first + years)),
        {name: np.full(years, value) for name, value in values.items()},
        model.leader,
        (action,) * years,
    )


def timelines() -> tuple[str, ...]:
    """Return the names of the timelines that come with the library.

    Examples
    --------
    >>> timelines()[0]
    'chapter_1991_2017'
    """
    return tuple(sorted(path.stem for path in (folder() / "timelines").glob("*.toml")))


@checked
def timeline(source: str | Path | Timeline, model: GameFamily | None = None) -> Timeline:
    """Return a checked timeline.

    Parameters
    ----------
    source : str or Path
        The name of one that comes with the library, or the path of a TOML file (anything with a slash or ``.toml``).
    model : GameFamily, optional
        Whose parameters and stances the file must fit; the chapter's model if not given.

    Returns
    -------
    Timeline

    Raises
    ------
    TimelineError
        All faults of the file at once, each with key, value and what is allowed.

    Examples
    --------
    >>> found = timeline("chapter_1991_2017")
    >>> found.years[0], found.years[-1], len(found.events)
    (1991, 2017, 22)
    >>> found.commitments[found.place(2010)]
    'accommodate/engage'
    """
    if isinstance(source, Timeline):
        return source
    if model is None:
        from .chapter.model import chapter_model

        model = chapter_model()
    from .timeline_file import find, load

    return load(find(source, Path.cwd()), model)
