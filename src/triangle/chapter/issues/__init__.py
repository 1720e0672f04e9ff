"""The small games of the chapter's issue areas, one a file, behind one interface."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ...arguments import checked
from ...names import unknown
from .interface import IssueGame

_GAMES = (
    "oil_contract",
    "gas_holdup",
    "gas_threat",
    "cross_investment",
    "arms_copying",
    "arms_two_rivals",
    "exercises",
    "missile_defence",
    "eastern_pivot",
    "central_asia",
    "regime_assurance",
    "territorial_support",
    "globalization",
    "governance",
    "transit",
    "cheap_talk",
)


def issue_games() -> tuple[str, ...]:
    """Return the names of the issue games, in the order of the chapter.

    Examples
    --------
    >>> len(issue_games()), issue_games()[2]
    (16, 'gas_threat')
    """
    return _GAMES


@checked
@cache
def issue_game(name: str) -> IssueGame:
    """Return an issue game by name.

    Raises
    ------
    ValueError
        There is none of that name.

    Examples
    --------
    >>> issue_game("missile_defence").players
    ('Russia', 'China')
    """
    if name not in _GAMES:
        raise ValueError(unknown("issue game", name, _GAMES))
    game: IssueGame = import_module(f".{name}", __name__).GAME
    return game
