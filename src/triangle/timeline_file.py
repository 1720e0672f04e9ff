"""Timeline files: read, check, interpolate, let one branch from another. A timeline is data; nothing is evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from .chapter.events import events as dated_events
from .family import GameFamily
from .game import FloatArray
from .names import unknown
from .scenario import ScenarioError, folder, scenario
from .scenario_changes import Number
from .scenario_toml import contents, form_faults, path_of
from .timeline import Basis, Event, Timeline, TimelineError, timelines

MOST_BRANCHES = 20
MOST_YEARS = 10_000
STATES = ("trust",)
"""Parameters whose state news may set."""

Year = int


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    basis: str = Field(min_length=1)
    claims: list[str] = []


class _Anchor(_Entry):
    year: Year
    scenario: str | None = None
    parameters: dict[str, Number] = {}


class _Shock(_Entry):
    from_: Year = Field(alias="from")
    to: Year | None = None
    parameters: dict[str, Number] = Field(min_length=1)


class _Commitment(_Entry):
    from_: Year = Field(alias="from")
    to: Year | None = None
    plays: bool = False
    stances: dict[str, str] = {}
    events: list[str] = []


class _News(_Entry):
    year: Year
    parameter: str
    value: Number


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    id: str
    year: Year
    to: Year | None = None
    label: str = Field(min_length=1)
    dating: str = ""


class _File(BaseModel):
    """The keys of a timeline file."""

    model_config = ConfigDict(extra="forbid", strict=True)
    title: str = Field(min_length=1)
    asks: str = Field(min_length=1)
    first: Year | None = None
    last: Year | None = None
    extends: str | None = None
    claims: list[str] = []
    note: str = ""
    anchor: list[_Anchor] = []
    shock: list[_Shock] = []
    commitment: list[_Commitment] = []
    news: list[_News] = []
    events: list[str] = []
    event: list[_Event] = []


@dataclass
class _Reading:
    """A file that has the right form, the model it must fit, and the faults found on the way."""

    path: Path
    file: _File
    model: GameFamily
    base: Timeline | None
    faults: list[str] = field(default_factory=list)

    @property
    def first(self) -> int:
        return self.base.years[0] if self.base else (self.file.first or 0)

    @property
    def last(self) -> int:
        return self.file.last if self.file.last is not None else (self.base.years[-1] if self.base else 0)

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.first, self.last + 1))


def find(source: str | Path, beside: Path) -> Path:
    """Return the path of a timeline given by name, or by a path that is relative to a folder."""
    return path_of(source, beside, "timeline", timelines(), folder() / "timelines", TimelineError)


def load(path: Path, model: GameFamily, descendants: tuple[Path, ...] = ()) -> Timeline:
    """Read a timeline file and what it branches from; `TimelineError` lists every fault."""
    if path in descendants or len(descendants) > MOST_BRANCHES:
        circle = " → ".join(p.stem for p in (*descendants, path))
        raise TimelineError(str(path), [f"extends runs in a circle or too deep: {circle}"])
    raw = contents(path, "timeline", TimelineError)
    misshapen = form_faults(_File, raw, "a timeline needs title and asks")
    if misshapen:
        raise TimelineError(str(path), misshapen)
    file = _File.model_validate(raw)
    base = None
    if file.extends is not None:
        sibling = path.parent / f"{file.extends}.toml"
        target = sibling if sibling.is_file() and sibling != path else find(file.extends, path.parent)
        base = load(target, model, (*descendants, path))
    reading = _Reading(path, file, model, base)
    made = _branch(reading) if base else _whole(reading)
    if reading.faults or made is None:
        raise TimelineError(str(path), list(dict.fromkeys(reading.faults)))
    return made


def _whole(reading: _Reading) -> Timeline | None:
    """Return the timeline of a file that stands by itself."""
    file, faults = reading.file, reading.faults
    for key in ("first", "last"):
        if getattr(file, key) is None:
            faults.append(f"key {key!r} is missing; a timeline that extends no other has a first and a last year")
    if not file.anchor:
        faults.append("there is no anchor; a timeline that extends no other has at least one")
    if faults:
        return None
    _order(reading)
    anchors = [_point(reading, anchor) for anchor in file.anchor]
    commitments = _commitments(reading)
    _check_rest(reading)
    if faults:
        return None
    values = _interpolated(reading, anchors)
    _shocked(reading, values)
    return _timeline(reading, values, commitments) if not faults else None


def _order(reading: _Reading) -> None:
    """Check that years run forward and that no run would begin before the first figure."""
    file, faults = reading.file, reading.faults
    if reading.last < reading.first or reading.last - reading.first > MOST_YEARS:
        faults.append(f"key 'last' = {reading.last}: must be from {reading.first} to {reading.first + MOST_YEARS}")
    dated = [("anchor", [entry.year for entry in file.anchor])]
    dated.append(("commitment", [entry.from_ for entry in file.commitment]))
    for kind, years in dated:
        for before, after in pairwise(years):
            if after == before:
                faults.append(f"{kind} {after} is given twice: one value of a parameter in a year")
            elif after < before:
                faults.append(f"{kind} {after} comes after {before}: dates must be in order")
    earliest = min((anchor.year for anchor in file.anchor), default=reading.first)
    if reading.first < earliest:
        faults.append(f"key 'first' = {reading.first}: the first anchor is {earliest}, and there is no value before it")


def _point(reading: _Reading, anchor: _Anchor) -> dict[str, float]:
    """Return an anchor as a complete point: what it does not name is the named scenario's value, or the default."""
    where = f"anchor {anchor.year}"
    values = dict(reading.model.defaults)
    if anchor.scenario is not None:
        try:
            values.update(scenario(anchor.scenario, reading.model).values)
        except ScenarioError as error:
            reading.faults += [f"{where}, scenario: {fault}" for fault in error.faults]
    values.update(_checked(reading, where, anchor.parameters))
    return values


def _checked(reading: _Reading, where: str, given: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters of an entry that are known and in range; the others are faults."""
    good = {}
    for name, value in given.items():
        if name not in reading.model.defaults:
            reading.faults.append(f"{where}, {name} = {value:g}: " + unknown("parameter", name, reading.model.defaults))
            continue
        least, most = reading.model.parameter(name).admissible
        if least <= value <= most:
            good[name] = float(value)
        else:
            reading.faults.append(f"{where}, {name} = {value:g}: must be from {least:g} to {most:g}")
    return good


def _interpolated(reading: _Reading, anchors: Sequence[Mapping[str, float]]) -> dict[str, FloatArray]:
    """Return every year's values: on straight lines between anchors, and held after the last."""
    dates = [anchor.year for anchor in reading.file.anchor]
    return {
        name: np.interp(reading.years, dates, [anchor[name] for anchor in anchors]) for name in reading.model.defaults
    }


def _inside(reading: _Reading, where: str, begin: int, end: int | None) -> range:
    """Return the years of an entry, or note that they do not lie in the timeline."""
    stop = reading.last if end is None else end
    if not reading.first <= begin <= stop <= reading.last:
        told = f"{begin}–{stop}" if end is not None else f"{begin}"
        reading.faults.append(f"{where}: {told} must lie in {reading.first}–{reading.last}, and end after it begins")
        return range(0)
    return range(begin, stop + 1)


def _shocked(reading: _Reading, values: Mapping[str, FloatArray]) -> None:
    """Set what the shocks say, in place; two of one parameter in a year are a fault."""
    seen: dict[tuple[str, int], int] = {}
    for shock in reading.file.shock:
        where = f"shock {shock.from_}"
        years = _inside(reading, where, shock.from_, shock.to)
        for name, value in _checked(reading, where, shock.parameters).items():
            clash = [year for year in years if (name, year) in seen]
            if clash:
                first = seen[name, clash[0]]
                reading.faults.append(f"{where}, {name}: two shocks in {clash[0]}; the other is from {first}")
            seen.update({(name, year): shock.from_ for year in years})
            for year in years:
                values[name][year - reading.first] = value


def _commitments(reading: _Reading) -> tuple[str | None, ...]:
    """Return the leader's action in every year: the base's, or nobody's, where the file says nothing."""
    base, faults = reading.base, reading.faults
    found: dict[int, str | None] = {}
    if base is not None:
        found = dict(zip(reading.years, base.until(reading.last).commitments, strict=True))
    own: set[int] = set()
    for entry in reading.file.commitment:
        where = f"commitment {entry.from_}"
        years = _inside(reading, where, entry.from_, entry.to)
        twice = own & set(years)
        if twice:
            faults.append(f"{where}: {min(twice)} has another commitment already")
        own |= set(years)
        found.update(dict.fromkeys(years, _action(reading, where, entry)))
    missing = [year for year in reading.years if year not in found]
    if missing and not faults:
        faults.append(f"commitment gap: none for {missing[0]}; write plays = true for years in which the leader plays")
    return tuple(found.get(year) for year in reading.years)


def _action(reading: _Reading, where: str, entry: _Commitment) -> str | None:
    model, faults = reading.model, reading.faults
    if entry.plays == bool(entry.stances):
        faults.append(f"{where}: give either stances or plays = true")
    elif entry.stances and model.leader is None:
        faults.append(f"{where}: the model {model.name!r} has no leader to hold to one")
    elif entry.stances and model.leader is not None:
        player = model.form.player(model.leader)
        try:
            return player.actions[player.action(entry.stances)]
        except ValueError as error:
            faults.append(f"{where}: {error}")
    return None


def _check_rest(reading: _Reading) -> None:
    """Check the news and the events."""
    said: set[tuple[str, int]] = set()
    for news in reading.file.news:
        where = f"news {news.year}"
        _inside(reading, where, news.year, news.year)
        _checked(reading, where, {news.parameter: news.value})
        if news.parameter in reading.model.defaults and news.parameter not in STATES:
            reading.faults.append(f"{where}: {news.parameter!r} has no state that news could set; {', '.join(STATES)}")
        if (news.parameter, news.year) in said:
            reading.faults.append(f"{where}: {news.parameter!r} is set twice in {news.year}")
        said.add((news.parameter, news.year))
    reading.faults += [
        unknown("event", name, dated_events()) for name in reading.file.events if name not in dated_events()
    ]
    ids = [*reading.file.events, *(event.id for event in reading.file.event)]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        reading.faults.append(f"event {name!r} is given twice")
    for event in _events(reading.file):
        _inside(reading, f"event {event.id}", event.year, event.to)


def _events(file: _File) -> tuple[Event, ...]:
    """Return the chapter's events that a file names, and its own."""
    named = [dated_events()[name] for name in file.events if name in dated_events()]
    own = [Event(e.id, e.year, e.year if e.to is None else e.to, e.label, e.dating) for e in file.event]
    return (*(Event(e.id, e.year, e.to, e.label, e.dating) for e in named), *own)


def _branch(reading: _Reading) -> Timeline | None:
    """Return the timeline of a file that departs from another."""
    file, faults, base = reading.file, reading.faults, reading.base
    assert base is not None
    if file.anchor:
        faults.append("a branch has no anchors: what it sets from a year on are shocks and commitments")
    if file.first is not None:
        faults.append(f"key 'first' = {file.first}: a branch begins with its base, in {base.years[0]}")
    if reading.last < base.years[0]:
        faults.append(f"key 'last' = {reading.last}: the base begins in {base.years[0]}")
        return None
    dates = [shock.from_ for shock in file.shock] + [held.from_ for held in file.commitment]
    dates += [news.year for news in file.news]
    if not dates:
        faults.append("a branch changes something: give a shock, a commitment or news")
    longer = base.until(reading.last)
    values = {name: array.copy() for name, array in longer.values.items()}
    _shocked(reading, values)
    commitments = _commitments(reading)
    _check_rest(reading)
    return _timeline(reading, values, commitments, min(dates)) if not faults else None


def _timeline(
    reading: _Reading, values: Mapping[str, FloatArray], commitments: tuple[str | None, ...], branch: int | None = None
) -> Timeline:
    file, base = reading.file, reading.base
    news: dict[str, dict[int, float]] = {name: dict(years) for name, years in (base.news if base else {}).items()}
    for entry in file.news:
        news.setdefault(entry.parameter, {})[entry.year] = float(entry.value)
    for array in values.values():
        array.flags.writeable = False
    return Timeline(
        name=reading.path.stem,
        title=file.title,
        asks=file.asks,
        years=reading.years,
        values=values,
        leader=reading.model.leader,
        commitments=commitments,
        news=news,
        events=(*(base.events if base else ()), *_events(file)),
        bases=(*(base.bases if base else ()), *_bases(file)),
        base=base,
        branch=branch,
        note=file.note,
        claims=tuple(file.claims),
    )


def _bases(file: _File) -> Iterator[Basis]:
    for anchor in file.anchor:
        yield Basis("anchor", anchor.year, anchor.basis, tuple(anchor.claims))
    for shock in file.shock:
        yield Basis("shock", shock.from_, shock.basis, tuple(shock.claims))
    for held in file.commitment:
        yield Basis("commitment", held.from_, held.basis, tuple(held.claims), tuple(held.events))
    for news in file.news:
        yield Basis("news", news.year, news.basis, tuple(news.claims))
