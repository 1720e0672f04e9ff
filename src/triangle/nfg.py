"""Gambit's strategic-game files (``.nfg``), read and written, with payoffs as exact fractions.

Both versions of the format are known: a payoff for every player at every profile, or numbered outcomes and the number
of the outcome at every profile (0 is none: zero to everyone). The first player's strategy varies fastest.

Gambit Project. Game representation formats. https://gambit.sourceforge.net
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arguments import checked
from .game import Game, GameForm, Player, as_payoffs
from .names import unknown
from .nfg_reader import Exact, Outcome, StrategicGame, parse_nfg

__all__ = ["Outcome", "StrategicGame", "format_nfg", "parse_nfg", "read_nfg", "write_nfg"]

Version = Literal["payoff", "outcome"]


@checked
def read_nfg(path: str | os.PathLike[str]) -> StrategicGame:
    """Read a ``.nfg`` file.

    Parameters
    ----------
    path : path-like
        UTF-8.

    Returns
    -------
    StrategicGame

    Raises
    ------
    ValueError
        Not a ``.nfg`` file, or a malformed one: the file, the line, and what is wrong there.
    OSError
        The file cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from None
    return parse_nfg(text, str(path))


def format_nfg(
    game: StrategicGame | Game | ArrayLike, version: Version = "payoff", title: str | None = None, comment: str = ""
) -> str:
    """Return a game as the text of a ``.nfg`` file.

    Parameters
    ----------
    game : StrategicGame, Game, or array_like of shape (N, A_1, …, A_N)
        An array may hold fractions; floats are written so that they are read back as the same floats.
    version : {"payoff", "outcome"}
        With ``"outcome"`` profiles of equal payoffs share one, unless the game has outcomes of its own.
    title, comment : str
        Those of a StrategicGame if not given.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        Payoffs that are not finite or not of that shape; an unknown version.

    Examples
    --------
    >>> print(format_nfg([[[1, 0], [0, Fraction(1, 3)]], [[1, 0], [0, 1]]], title="Meet"))
    NFG 1 R "Meet" { "1" "2" }
    <BLANKLINE>
    { { "1" "2" } { "1" "2" } }
    ""
    <BLANKLINE>
    1 1 0 0 0 0 1/3 1
    <BLANKLINE>
    """
    if version not in ("payoff", "outcome"):
        raise ValueError(unknown("version", version, ("payoff", "outcome")))
    given = game if isinstance(game, StrategicGame) else _strategic(game)
    heading = given.title if title is None else title
    names = " ".join(map(_quoted, given.form.names))
    actions = " ".join("{ " + " ".join(map(_quoted, player.actions)) + " }" for player in given.form.players)
    body = _payoff_body(given) if version == "payoff" else _outcome_body(given)
    lines = [f"NFG 1 R {_quoted(heading)} {{ {names} }}", "", f"{{ {actions} }}", _quoted(comment or given.comment)]
    return "\n".join([*lines, "", *body, ""])


@checked
def write_nfg(
    game: StrategicGame | Game | ArrayLike,
    path: str | os.PathLike[str],
    version: Version = "payoff",
    title: str | None = None,
    comment: str = "",
) -> None:
    """Write a game to a ``.nfg`` file; parameters as `format_nfg`. The file is complete or not there."""
    text = format_nfg(game, version, title, comment)
    draft = Path(path).with_name(Path(path).name + ".part")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _strategic(game: Game | ArrayLike) -> StrategicGame:
    if isinstance(game, Game):
        return StrategicGame(game.form, _exact(game.payoffs))
    array = np.asarray(game)
    if array.ndim < 2 or array.shape[0] != array.ndim - 1 or 0 in array.shape:
        raise ValueError(f"payoffs must have shape (N, A_1, …, A_N), one game; got {array.shape}")
    players = tuple(Player(str(i + 1), [str(k + 1) for k in range(n)]) for i, n in enumerate(array.shape[1:]))
    return StrategicGame(GameForm(players), _exact(array))


def _exact(payoffs: NDArray[np.generic]) -> Exact:
    """Return payoffs as fractions: floats as their shortest decimals, which read back as the same floats."""
    try:
        floats = as_payoffs(payoffs)
    except OverflowError:
        raise ValueError("payoffs must not be larger than any float") from None
    out = np.empty(floats.shape, dtype=object)
    for where, number in np.ndenumerate(np.asarray(payoffs, dtype=object)):
        rational = isinstance(number, int | Fraction | np.integer)
        out[where] = Fraction(number) if rational else Fraction(repr(float(number)))
    return out


def _payoff_body(game: StrategicGame) -> list[str]:
    rows = _by_profile(game)
    step = game.form.shape[0]
    return ["  ".join(" ".join(map(_written, row)) for row in rows[k : k + step]) for k in range(0, len(rows), step)]


def _outcome_body(game: StrategicGame) -> list[str]:
    rows = [tuple(row) for row in _by_profile(game)]
    if game.outcome is None:
        number = {row: n for n, row in enumerate(dict.fromkeys(rows), start=1)}
        outcomes, numbers = [Outcome("", row) for row in number], [number[row] for row in rows]
    else:
        outcomes, numbers = list(game.outcomes), [int(n) for n in game.outcome.transpose().ravel()]
    listed = [f"{{ {_quoted(one.label)} {', '.join(map(_written, one.payoffs))} }}" for one in outcomes]
    return ["{", *listed, "}", " ".join(map(str, numbers))]


def _by_profile(game: StrategicGame) -> list[list[Fraction]]:
    """Return every profile's payoffs, the first player's strategy fastest."""
    table = game.exact.reshape(len(game.form.players), *game.form.shape).transpose()
    return [list(row) for row in table.reshape(-1, len(game.form.players))]


def _written(number: Fraction) -> str:
    """Return a whole number or a decimal where that is exact, else a fraction."""
    if number.denominator == 1:
        return str(number.numerator)
    decimal = repr(float(number))
    return decimal if Fraction(decimal) == number else f"{number.numerator}/{number.denominator}"


def _quoted(label: str) -> str:
    return '"' + label.replace("\\", "\\\\").replace('"', '\\"') + '"'
