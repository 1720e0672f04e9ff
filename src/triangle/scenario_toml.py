"""Find and read a TOML file of scenarios or timelines: its contents as dictionaries, faults of its form in words."""

from __future__ import annotations

import reprlib
import tomllib
from collections.abc import Sequence
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
        There is no such file, it is too large, no text in UTF-8, or no TOML.
    """
    fault = ""
    try:
        if not path.is_file():
            fault = "there is no such file" if not path.exists() else "this is not a file"
        elif path.stat().st_size > MOST_BYTES:
            fault = f"the file has {path.stat().st_size:,} bytes; a {what} has at most {MOST_BYTES:,}"
        else:
            return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        fault = f"this is not text in UTF-8; a {what} is a TOML file"
    except OSError as raised:
        fault = f"cannot be read: {raised.strerror}"
    except (ValueError, RecursionError) as raised:
        fault = f"broken TOML: {raised}"
    raise error(str(path), [fault])


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
