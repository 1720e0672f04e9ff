"""Issue games in scenario files: ``[issues.NAME]`` sets a game, and the game moves the model's parameters."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .family import GameFamily
from .names import unknown
from .scenario_changes import changed

if TYPE_CHECKING:
    from .chapter.issues.interface import IssueGame
    from .chapter.issues.parts import Handed

Issues = dict[str, dict[str, float]]


def set_issues(
    issues: Issues, tables: Mapping[str, Mapping[str, Any]], values: Mapping[str, float], model: GameFamily
) -> tuple[list[str], dict[str, str]]:
    """Set issue games as a file's tables say; return every fault, and the changes as text.

    Parameters
    ----------
    issues : dict of str to dict of str to float
        What is inherited, by game; changed in place.
    tables : mapping of str to mapping
        By game, what the file sets.
    values : mapping of str to float
        The model's parameters before any game hands one over: a relative change of what a game reads there starts
        from it.
    model : GameFamily
    """
    faults: list[str] = []
    told: dict[str, str] = {}
    for name, table in tables.items():
        key = f"issues.{name}"
        try:
            game = _game(name, model)
        except ValueError as error:
            faults.append(f"key {key!r}: {error}")
            continue
        own = issues.setdefault(name, {})
        told[key] = "linked"
        for parameter, change in table.items():
            try:
                here = own.get(parameter, _unset(game, parameter, values))
                own[parameter], told[f"{key}.{parameter}"] = changed(key, game.parameter(parameter), here, change)
            except KeyError:
                allowed = unknown("parameter", parameter, game.defaults)
                faults.append(f"key '{key}.{parameter}' = {reprlib.repr(change)}: {allowed}")
            except ValueError as error:
                faults.append(str(error))
    return faults, told


def hand_over(
    values: Mapping[str, float], issues: Mapping[str, Mapping[str, float]]
) -> tuple[dict[str, float], dict[str, tuple[Handed, ...]]]:
    """Return the model's parameters after the games have moved them, and what each game handed over.

    Raises
    ------
    ValueError
        Two games that hand over one parameter, or a link that has no value there.
    """
    from .chapter.issues.links import linked

    found = linked(values, issues)
    return dict(found.values), dict(found.handed)


def _game(name: str, model: GameFamily) -> IssueGame:
    from .chapter.issues import issue_game

    game = issue_game(name)
    if not game.hands_over:
        raise ValueError("this game hands no parameter over; leave it out, or solve it alone")
    for link in game.hands_over:
        if link.parameter not in model.defaults:
            raise ValueError(f"the model {model.name!r} has no parameter {link.parameter!r} for it to set")
    return game


def _unset(game: IssueGame, parameter: str, values: Mapping[str, float]) -> float:
    """Return a game's parameter where nothing sets it: read from the model's values, or the default."""
    from .chapter.issues.reading import read_from_triangle
    from .chapter.parameters import triangle_parameters

    if parameter in game.reads:
        defaults = {p.name: float(p.default) for p in triangle_parameters()}
        return read_from_triangle(game.reads[parameter], {**defaults, **values})
    return game.defaults[parameter]
