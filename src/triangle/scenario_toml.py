"""Find and read a TOML file of scenarios or timelines: its contents as dictionaries, faults of its form in words."""

from __future__ import annotations

import reprlib
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from .names import unknown
from .scenario import ScenarioError

MOST_BYTES = 1_000_000


def path_of(
    source: str | Path,
    beside: Path,
    what: str,
    names: Sequence[str],
    home: Path,
    error: type[ScenarioError] = ScenarioError,
) -> Path:
    """Return the path of a file given by its name in ``home``, or by a path relative to the folder ``beside``.

    ``what`` the file should be is told in the error that is raised where it is neither.
    """
    text = str(source)
    if "/" in text or "\\" in text or text.endswith(".toml"):
        return beside / Path(text).expanduser()
    if text in names:
        return home / f"{text}.toml"
    raise error(text, [unknown(what, text, names) + " (a path ends in .toml)"])


def contents(path: Path, what: str, error: type[ScenarioError] = ScenarioError) -> dict[str, Any]:
    """Return a file's contents.

    Parameters
    ----------
    path : Path
    what : str
        What the file should be, such as ``scenario``, for the message.
    error : type
        What is raised.

    Raises
    ------
    ScenarioError
        There is no such file, it is too large, no text in UTF-8, or no TOML; or a text in it holds characters that a
        terminal would obey.
    """
    fault = ""
    faults: list[str] = []
    try:
        if not path.is_file():
            fault = "there is no such file" if not path.exists() else "this is not a file"
        elif path.stat().st_size > MOST_BYTES:
            fault = f"the file has {path.stat().st_size:,} bytes; a {what} has at most {MOST_BYTES:,}"
        else:
            found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
            faults = list(dict.fromkeys(_controls(found, "file")))
            if not faults:
                return found
    except UnicodeDecodeError:
        fault = f"this is not text in UTF-8; a {what} is a TOML file"
    except OSError as raised:
        fault = f"cannot be read: {raised.strerror}"
    except (ValueError, RecursionError) as raised:
        fault = f"broken TOML: {raised}"
    raise error(str(path), faults or [fault])


def _controls(value: Any, key: str) -> Iterator[str]:
    """Say which texts, at whatever depth, hold control characters."""
    if isinstance(value, str):
        if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in value):
            yield f"key {key!r}: a text must have no control characters, got {reprlib.repr(value)}"
    elif isinstance(value, dict):
        for name, inside in value.items():
            yield from _controls(name, key)
            yield from _controls(inside, name if key == "file" else f"{key}.{name}")
    elif isinstance(value, list):
        for inside in value:
            yield from _controls(inside, key)


def form_faults(form: type[BaseModel], raw: dict[str, Any], needs: str) -> list[str]:
    """Say which keys of a file are missing, unknown or of the wrong type.

    Parameters
    ----------
    form : type
        The keys that are allowed.
    raw : dict
    needs : str
        What is added where a key of the file itself is missing.
    """
    try:
        form.model_validate(raw)
    except ValidationError as error:
        return [_told(form, fault, needs) for fault in error.errors()]
    return []


def _told(form: type[BaseModel], fault: Any, needs: str) -> str:
    key = ".".join(map(str, fault["loc"])) or "file"
    own = len(fault["loc"]) == 1
    if fault["type"] == "extra_forbidden":
        return unknown("key", key, form.model_fields) if own else f"unknown key {key!r}"
    if fault["type"] == "missing":
        return f"key {key!r} is missing" + (f"; {needs}" if own else "")
    return f"key {key!r}: {fault['msg'].lower()}, got {reprlib.repr(fault['input'])}"
