"""Scenario files: read, check, let them extend one another. A scenario is data; nothing in it is ever evaluated."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from .family import GameFamily
from .names import unknown
from .scenario import Scenario, ScenarioError, folder, scenarios
from .scenario_changes import changed
from .scenario_issues import hand_over, set_issues
from .scenario_toml import contents, form_faults, path_of

if TYPE_CHECKING:
    from .chapter.issues.parts import Handed

MOST_ANCESTORS = 20


class _File(BaseModel):
    """The keys of a scenario file."""

    model_config = ConfigDict(extra="forbid", strict=True)
    title: str = Field(min_length=1)
    asks: str = Field(min_length=1)
    section: str = ""
    claims: list[str] = []
    extends: str | None = None
    against: str | None = None
    year: int | None = None
    note: str = ""
    commitment: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    issues: dict[str, dict[str, Any]] = {}
    notes: dict[str, str] = {}


def find(source: str | Path, beside: Path) -> Path:
    """Return the path of a scenario given by name, or by a path that is relative to a folder."""
    return path_of(source, beside, "scenario", scenarios(), folder())


def load(
    path: Path, model: GameFamily, descendants: tuple[Path, ...] = (), loaded: dict[Path, Scenario] | None = None
) -> Scenario:
    """Read a scenario file and all that it extends, each file once; `ScenarioError` lists every fault."""
    loaded = {} if loaded is None else loaded
    if path not in loaded:
        try:
            loaded[path] = _load(path, model, descendants, loaded)
        except RecursionError:
            raise ScenarioError(str(path), ["its tables are nested too deep"]) from None
    return loaded[path]


def _load(path: Path, model: GameFamily, descendants: tuple[Path, ...], loaded: dict[Path, Scenario]) -> Scenario:
    if path in descendants or len(descendants) > MOST_ANCESTORS:
        circle = " → ".join(p.stem for p in (*descendants, path))
        raise ScenarioError(str(path), [f"extends runs in a circle or too deep: {circle}"])
    raw = contents(path, "scenario")
    faults = [*form_faults(_File, raw, "a scenario needs title and asks"), *_name_faults(raw, model)]
    linked: dict[str, Scenario] = {}
    for key in ("extends", "against"):
        if isinstance(raw.get(key), str):
            try:
                linked[key] = _relative(path, raw[key], model, (*descendants, path), loaded)
            except ScenarioError as error:
                faults += [
                    f"key {key!r}: {fault}" if error.where == str(path) else str(error) for fault in error.faults
                ]
    parent = linked.get("extends")
    values = dict(parent.unlinked or parent.values) if parent else dict(model.defaults)
    changes: dict[str, str] = {}
    for name, change in _table(raw, "parameters").items():
        if name in values:
            try:
                values[name], changes[name] = changed("parameters", model.parameter(name), values[name], change)
            except ValueError as error:
                faults.append(str(error))
    issues = {name: dict(own) for name, own in parent.issues.items()} if parent else {}
    issue_faults, told = set_issues(issues, _tables(raw, "issues"), values, model)
    changes.update(told)
    faults += issue_faults
    handed: Mapping[str, tuple[Handed, ...]] = {}
    unlinked: dict[str, float] = {}
    if issues and not faults:
        try:
            unlinked, (values, handed) = values, hand_over(values, issues)
        except ValueError as error:
            faults.append(f"key 'issues': {error}")
    if faults:
        raise ScenarioError(str(path), list(dict.fromkeys(faults)))
    file = _File.model_validate(raw)
    held = dict(parent.held) if parent and "commitment" not in raw else {}
    for key, name, stances in _commitments(raw, model):
        player = model.form.player(name)
        held[name] = changes[key] = player.actions[player.action(stances)]
    return Scenario(
        name=path.stem,
        title=file.title,
        asks=file.asks,
        values=values,
        held=held,
        baseline=linked.get("against", parent),
        section=file.section,
        claims=tuple(file.claims),
        year=file.year,
        note=file.note,
        notes=file.notes,
        changes=changes,
        issues=issues,
        handed=handed,
        unlinked=unlinked,
    )


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a table of the file, or an empty one if what stands there is no table."""
    found = raw.get(key, {})
    return found if isinstance(found, dict) else {}


def _tables(raw: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    """Return the tables in a table of the file; what is none has been told by its form."""
    return {name: table for name, table in _table(raw, key).items() if isinstance(table, dict)}


def _commitments(raw: Mapping[str, Any], model: GameFamily) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield who is held to which stances: by its stances alone, or by a table of its name."""
    alone = _alone(raw)
    for name in _meant(alone, model) if alone else ():
        yield "commitment", name, alone
    for name, stances in _tables(raw, "commitment").items():
        yield f"commitment.{name}", name, dict(stances)


def _alone(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stances that stand in ``[commitment]`` without a player's name."""
    return {toward: option for toward, option in _table(raw, "commitment").items() if not isinstance(option, dict)}


def _meant(stances: Mapping[str, Any], model: GameFamily) -> tuple[str, ...]:
    """Return who is held by stances alone: the leader, or without one all players who take just such stances."""
    if model.leader is not None:
        return (model.leader,)
    return tuple(player.name for player in model.form.players if {*dict(player.stances)} == {*stances})


def _relative(
    path: Path, other: str, model: GameFamily, chain: tuple[Path, ...], loaded: dict[Path, Scenario]
) -> Scenario:
    """Load the scenario that a file extends or is compared with: beside the file first, then by name."""
    sibling = path.parent / f"{other}.toml"
    beside = "/" not in other and len(other) < 200 and sibling.is_file() and sibling != path
    try:
        target = sibling if beside else find(other, path.parent)
    except ScenarioError as error:
        raise ScenarioError(str(path), error.faults) from None
    return load(target, model, chain, loaded)


def _name_faults(raw: Mapping[str, Any], model: GameFamily) -> list[str]:
    """Check the names in a file against the model: parameters, notes and stances."""
    faults: list[str] = []
    for table in ("parameters", "notes"):
        for name, value in _table(raw, table).items():
            if name not in model.defaults:
                faults.append(
                    f"key '{table}.{name}' = {reprlib.repr(value)}: " + unknown("parameter", name, model.defaults)
                )
    alone = _alone(raw)
    if alone and not _meant(alone, model):
        players = ", ".join(f"[commitment.{name}]" for name in model.form.names)
        faults.append(
            f"key 'commitment': the model {model.name!r} has no leader to hold, and nobody who takes stances toward "
            f"just {' and '.join(alone)}; hold players by name: {players}"
        )
    for key, name, commitment in _commitments(raw, model):
        if name in model.form.names:
            faults += _stance_faults(key, dict(model.form.player(name).stances), commitment)
        else:
            faults.append(f"key {key!r}: " + unknown("player", name, model.form.names))
    return faults


def _stance_faults(key: str, stances: Mapping[str, tuple[str, ...]], commitment: Mapping[str, Any]) -> Iterator[str]:
    for toward, option in commitment.items():
        if toward not in stances:
            yield f"key '{key}.{toward}' = {option!r}: " + unknown("stance toward", toward, stances)
        elif option not in stances[toward]:
            yield f"key '{key}.{toward}': " + unknown("stance", option, stances[toward])
    for toward in stances:
        if toward not in commitment:
            yield f"key '{key}.{toward}' is missing; allowed: {', '.join(stances[toward])}"
