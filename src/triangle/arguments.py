"""Arguments held against what a function's annotations say, so that a wrong kind is told at the door and in one line.

Annotations that a value can be held against are held against it: numbers, whole numbers, texts, truth values, classes,
and sequences, mappings and unions of these. Whatever else an annotation says (arrays above all) is the function's own
to check.
"""

from __future__ import annotations

import inspect
import math
import numbers
import operator
import os
import reprlib
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import fields
from fractions import Fraction
from functools import cache, wraps
from itertools import islice
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

MOST_RUNS = 10**7
MOST_DRAWS = 10**6
"""How many runs and sets of parameters are taken at once: more would be refused by the memory, and less kindly."""

MOST_BOXES = 10**6
"""How many boxes a proof may try: days of work."""

_SET_BEFORE = "parameters are set on the scenario first, with Scenario.with_values(model, name=value)"

MOST_ENTRIES, MOST_READ = 10**7, 10**6
"""How many entries a sequence may have, and what gives its entries one by one."""

_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", type(None): "None"}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that says in one line which argument is of a wrong kind.

    Raises
    ------
    ValueError
        When it is called: an argument does not fit its annotation.

    Examples
    --------
    >>> @checked
    ... def halves(count: int, of: float = 1.0) -> float:
    ...     return of / 2**count
    >>> halves(2)
    0.25
    >>> halves(2, of="all")
    Traceback (most recent call last):
    ValueError: of must be a number, got 'all'
    """

    @wraps(function)
    def held(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = _signature(function).bind(*args, **kwargs)
        except TypeError as error:
            known = _signature(function).parameters
            if "scenario" in known and any(name not in known for name in kwargs):
                raise TypeError(f"{function.__name__}() {error}; {_SET_BEFORE}") from None
            return function(*args, **kwargs)  # which says in Python's own words what is missing or too much
        hints = _hints(function)
        for name, value in bound.arguments.items():
            if name in hints:
                try:
                    bound.arguments[name] = fitted(name, _taken(name, value), hints[name])
                except ValueError:
                    raise
                except Exception as error:  # an object may raise anything when it is looked into
                    raise ValueError(f"{name} cannot be read: {shown(error)}") from error
        return function(*bound.args, **bound.kwargs)

    return held


def _taken(name: str, value: Any) -> Any:
    """Return what can be looked into without being used up or without an end; ``ValueError`` if there is too much."""
    most = MOST_ENTRIES
    if isinstance(value, Iterable) and not isinstance(value, Sized):
        most = MOST_READ
        value = tuple(islice(value, most + 1))
    try:
        few = not isinstance(value, Sequence) or len(value) <= most
    except OverflowError:
        few = False
    if not few:
        raise ValueError(f"{name} must have at most {most} entries, got {shown(value)}")
    return value


def check_fields(record: Any) -> None:
    """Hold a new dataclass's fields against their annotations, as `checked` does; ``ValueError`` names the field."""
    hints = _hints(type(record))  # type: ignore[arg-type]  # a class is hashable
    named = getattr(record, "name", None)
    who = type(record).__name__ + (f" {named!r}" if isinstance(named, str) else "")
    for each in fields(record):
        name = f"{who}: {each.name}"
        fitted(name, _taken(name, getattr(record, each.name)), hints.get(each.name, Any))


def fitted(name: str, value: Any, hint: Any) -> Any:
    """Return a value that fits an annotation, NumPy's numbers as Python's; ``ValueError`` says what would fit."""
    if not _fits(value, hint):
        raise ValueError(f"{name} must be {_told(hint)}, got {shown(value)}")
    scalar = isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0)
    if scalar and int in _members(hint) and _whole(value):
        return int(value)
    scalar = scalar or (isinstance(value, Fraction) and Fraction not in _members(hint))
    if scalar and float in _members(hint) and _real(value):
        return float(value)
    return value


def check_count(name: str, value: Any, least: int, most: int | None = None) -> int:
    """Return a whole number in a range; ``ValueError`` that names it otherwise."""
    if not _whole(value) or value < least or (most is not None and value > most):
        end = f" to {most}" if most is not None else " on"
        raise ValueError(f"{name} must be a whole number from {least}{end}, got {shown(value)}")
    return int(value)


def shown(value: object) -> str:
    """Return a value in short and in one line, for an error.

    Examples
    --------
    >>> shown(np.arange(2.0))
    'array([0., 1.])'
    """
    try:
        told = reprlib.repr(value)
    except Exception:  # an object may raise anything from its own words
        told = f"an object of type {type(value).__name__}"
    return " ".join(told.split())


_signature = cache(inspect.signature)


@cache
def _hints(owner: Any) -> dict[str, Any]:
    """Return the annotations that can be read; a name known to a type checker alone says nothing here."""
    if isinstance(owner, type):
        module, written = inspect.getmodule(owner), inspect.get_annotations(owner)
        names = {**vars(module)} if module else {}
    else:
        plain = inspect.unwrap(owner)
        written, names = plain.__annotations__, plain.__globals__
    found = {}
    for name, text in written.items():
        try:
            found[name] = eval(text, names) if isinstance(text, str) else text
        except NameError:
            found[name] = Any
    return found


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value fits an annotation; one that cannot be held against it fits."""
    members = _members(hint)
    if len(members) > 1:
        return any(_fits(value, member) for member in members)
    if hint in _SIMPLE:
        return _SIMPLE[hint](value)
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return type(value) in {type(allowed) for allowed in inside}
    if origin in (Sequence, Iterable, tuple):
        return _fits_row(value, origin, inside)
    if origin is Callable:
        return callable(value)
    if origin is Mapping:
        keys, values = inside
        return isinstance(value, Mapping) and all(_fits(k, keys) and _fits(v, values) for k, v in value.items())
    if origin is os.PathLike:
        return isinstance(value, os.PathLike)
    if origin is None and isinstance(hint, type) and hint.__module__.partition(".")[0] in ("triangle", "pathlib"):
        return _acts_as(value, hint) if getattr(hint, "_is_protocol", False) else isinstance(value, hint)
    return True


def _acts_as(value: Any, protocol: type) -> bool:
    return all(hasattr(value, name) for name in vars(protocol) if not name.startswith("_"))


def _fits_row(value: Any, origin: Any, inside: tuple[Any, ...]) -> bool:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return False
    wanted: Any = Iterable if origin is Iterable else Sequence | np.ndarray
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, wanted):
        return False
    if origin is tuple and inside[-1] is not Ellipsis:
        return len(value) == len(inside) and all(map(_fits, value, inside))
    return all(_fits(each, inside[0]) for each in value)


def _members(hint: Any) -> tuple[Any, ...]:
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return tuple(m for each in typing.get_args(hint) for m in _members(each)) if union else (hint,)


def _whole(value: Any) -> bool:
    if isinstance(value, bool | np.bool):
        return False
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def _real(value: Any) -> bool:
    if isinstance(value, bool | np.bool):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf"
    if not isinstance(value, numbers.Real):
        return False
    try:
        math.isfinite(value)
    except OverflowError:
        return False
    return True


_SIMPLE: dict[Any, Callable[[Any], bool]] = {
    int: _whole,
    float: _real,
    str: lambda value: isinstance(value, str),
    bool: lambda value: isinstance(value, bool | np.bool),
    type(None): lambda value: value is None,
    None: lambda value: value is None,
}


def _told(hint: Any) -> str:
    """Return an annotation in words.

    Examples
    --------
    >>> _told(int | None), _told(Sequence[str])
    ('a whole number or None', 'a sequence, each a text')
    """
    members = _members(hint)
    if len(members) > 1:
        return " or ".join(dict.fromkeys(map(_told, members)))  # in the order in which they are written
    if hint in _WORDS:
        return _WORDS[hint]
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return " or ".join(map(repr, inside))
    if origin is Mapping:
        return f"a mapping from {_told(inside[0])} to {_told(inside[1])}"
    if origin in (Sequence, Iterable, tuple):
        fixed = origin is tuple and inside[-1] is not Ellipsis
        return f"({', '.join(map(_told, inside))})" if fixed else f"a sequence, each {_told(inside[0])}"
    if origin is Callable:
        return "a function"
    if origin is os.PathLike:
        return "a path"
    ours = isinstance(hint, type) and hint.__module__.partition(".")[0] in ("triangle", "pathlib")
    return f"a {hint.__name__}" if ours else "an array or the like"
