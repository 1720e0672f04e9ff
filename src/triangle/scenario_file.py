"""Scenario files: read, check, let them extend one another. A scenario is data; nothing in it is ever evaluated."""

from __future__ import annotations

import reprlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .family import GameFamily
from .names import unknown
from .parts import Parameter
from .scenario import Scenario, ScenarioError, folder, scenarios

MOST_BYTES = 1_000_000
MOST_ANCESTORS = 20
MOST_NUMBER = 1e300

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class _Change(BaseModel):
    """An override relative to the inherited value."""

    model_config = ConfigDict(extra="forbid")
    times: Number | None = None
    plus: Number | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.times is None) == (self.plus is None):
            raise ValueError("give one of times and plus")
        return self

    def applied(self, value: float) -> float:
        return value * self.times if self.times is not None else value + (self.plus or 0.0)

    def spelled(self) -> str:
        return f"× {self.times:g}" if self.times is not None else f"{self.plus:+g}"


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
    commitment: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    notes: dict[str, str] = {}


def find(source: str | Path, beside: Path) -> Path:
    """Return the path of a scenario given by name, or by a path that is relative to a folder."""
    text = str(source)
    if "/" in text or "\\" in text or text.endswith(".toml"):
        return beside / Path(text).expanduser()
    if text in scenarios():
        return folder() / f"{text}.toml"
    raise ScenarioError(text, [unknown("scenario", text, scenarios()) + " (a path ends in .toml)"])


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
    raw = _read(path)
    faults = [*_form_faults(raw), *_name_faults(raw, model)]
    linked: dict[str, Scenario] = {}
    for key in ("extends", "against"):
        if isinstance(raw.get(key), str):
            try:
                linked[key] = _relative(path, key, raw[key], model, (*descendants, path), loaded)
            except ScenarioError as error:
                faults += [
                    f"key {key!r}: {fault}" if error.where == str(path) else str(error) for fault in error.faults
                ]
    parent = linked.get("extends")
    values = dict(parent.values) if parent else dict(model.defaults)
    changes: dict[str, str] = {}
    for name, change in _table(raw, "parameters").items():
        if name in values:
            try:
                values[name], changes[name] = _changed(model.parameter(name), values[name], change)
            except ValueError as error:
                faults.append(str(error))
    if faults:
        raise ScenarioError(str(path), list(dict.fromkeys(faults)))
    file = _File.model_validate(raw)
    held = dict(parent.held) if parent and "commitment" not in raw else {}
    if file.commitment and model.leader is not None:
        leader = model.form.player(model.leader)
        held[model.leader] = changes["commitment"] = leader.actions[leader.action(file.commitment)]
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
    )


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a table of the file, or an empty one if what stands there is no table."""
    found = raw.get(key, {})
    return found if isinstance(found, dict) else {}


def _relative(
    path: Path, key: str, other: str, model: GameFamily, chain: tuple[Path, ...], loaded: dict[Path, Scenario]
) -> Scenario:
    """Load the scenario that a file extends or is compared with: beside the file first, then by name."""
    sibling = path.parent / f"{other}.toml"
    beside = "/" not in other and len(other) < 200 and sibling.is_file() and sibling != path
    try:
        target = sibling if beside else find(other, path.parent)
    except ScenarioError as error:
        raise ScenarioError(str(path), error.faults) from None
    return load(target, model, chain, loaded)


def _read(path: Path) -> dict[str, Any]:
    """Return a file's contents as nested dictionaries, or say why it is no scenario."""
    where = str(path)
    try:
        if not path.is_file():
            raise ScenarioError(where, ["there is no such file" if not path.exists() else "this is not a file"])
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ScenarioError(where, [f"the file has {size:,} bytes; a scenario has at most {MOST_BYTES:,}"])
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ScenarioError(where, ["this is not text in UTF-8; a scenario is a TOML file"]) from None
    except OSError as error:
        raise ScenarioError(where, [f"cannot be read: {error.strerror}"]) from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScenarioError(where, [f"broken TOML: {error}"]) from None


def _form_faults(raw: Mapping[str, Any]) -> list[str]:
    """Say which keys are missing, unknown or of the wrong type."""
    faults = []
    try:
        _File.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors():
            key = ".".join(map(str, fault["loc"])) or "file"
            if fault["type"] == "extra_forbidden":
                faults.append(unknown("key", key, _File.model_fields))
            elif fault["type"] == "missing":
                faults.append(f"key {key!r} is missing; a scenario needs title and asks")
            else:
                faults.append(f"key {key!r}: {fault['msg'].lower()}, got {reprlib.repr(fault['input'])}")
    return faults


def _name_faults(raw: Mapping[str, Any], model: GameFamily) -> list[str]:
    """Check the names in a file against the model: parameters, notes and stances."""
    faults: list[str] = []
    for table in ("parameters", "notes"):
        for name, value in _table(raw, table).items():
            if name not in model.defaults:
                faults.append(
                    f"key '{table}.{name}' = {reprlib.repr(value)}: " + unknown("parameter", name, model.defaults)
                )
    commitment = _table(raw, "commitment")
    if commitment and model.leader is None:
        faults.append(f"key 'commitment': the model {model.name!r} has no leader to hold to one")
    elif commitment and model.leader is not None:
        faults += _stance_faults(dict(model.form.player(model.leader).stances), commitment)
    return faults


def _stance_faults(stances: Mapping[str, tuple[str, ...]], commitment: Mapping[str, Any]) -> Iterator[str]:
    for toward, option in commitment.items():
        if toward not in stances:
            yield f"key 'commitment.{toward}' = {option!r}: " + unknown("stance toward", toward, stances)
        elif option not in stances[toward]:
            yield f"key 'commitment.{toward}': " + unknown("stance", option, stances[toward])
    for toward in stances:
        if toward not in commitment:
            yield f"key 'commitment.{toward}' is missing; allowed: {', '.join(stances[toward])}"


def _changed(parameter: Parameter, value: float, change: object) -> tuple[float, str]:
    """Return a parameter's new value, and the change as text."""
    key = f"key 'parameters.{parameter.name}' = {reprlib.repr(change)}"
    if isinstance(change, dict):
        try:
            relative = _Change.model_validate(change)
        except ValidationError:
            raise ValueError(f"{key}: a relative change is {{ times = number }} or {{ plus = number }}") from None
        new, text = relative.applied(value), relative.spelled()
    elif isinstance(change, int | float) and not isinstance(change, bool) and abs(change) < MOST_NUMBER:
        new, text = float(change), f"{change:g}"
    elif isinstance(change, int) and not isinstance(change, bool):
        raise ValueError(f"{key}: must be from {parameter.admissible[0]:g} to {parameter.admissible[1]:g}")
    else:
        raise ValueError(f"{key}: must be a number, {{ times = number }} or {{ plus = number }}")
    least, most = parameter.admissible
    if not least <= new <= most:
        shown = f" (that is {new:g})" if isinstance(change, dict) else ""
        raise ValueError(f"{key}{shown}: must be from {least:g} to {most:g}")
    return new, text
