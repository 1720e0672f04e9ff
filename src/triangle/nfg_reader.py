"""The text of Gambit's strategic-game files (``.nfg``), read into a game with exact payoffs."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from .game import FloatArray, Game, GameForm, Player

Exact = NDArray[np.object_]

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{},])|([^\s{},"]+)', re.DOTALL)
_FRACTION = re.compile(r"[+-]?[0-9]+/[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE]([+-]?[0-9]+))?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_LONGEST = 1000
_MOST_PLAYERS = 63  # an array has at most 64 axes, and one of them is the players'
_MOST_DIGITS = 18
_LARGEST = Fraction(sys.float_info.max)


@dataclass(frozen=True)
class Outcome:
    """An outcome that a file numbers: its name, and what each player gets."""

    label: str
    payoffs: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class StrategicGame:
    """What a ``.nfg`` file holds: one game with labels, its payoffs exact.

    Attributes
    ----------
    form : GameForm
    exact : ndarray of Fraction, shape (N, A_1, …, A_N)
        Every payoff as the file writes it: ``1/3`` stays a third and ``0.1`` a tenth.
    title, comment : str
    outcomes : tuple of Outcome
        The outcomes, if the file numbers them.
    outcome : ndarray of int, shape (A_1, …, A_N), or None
        The number of the outcome at each profile, from 1; 0 is none.
    """

    form: GameForm
    exact: Exact = field(repr=False)
    title: str = ""
    comment: str = ""
    outcomes: tuple[Outcome, ...] = ()
    outcome: NDArray[np.intp] | None = field(default=None, repr=False)

    @cached_property
    def payoffs(self) -> FloatArray:
        """The payoffs as the nearest floats, shape (N, A_1, …, A_N): what every solver takes."""
        return np.asarray(self.exact, dtype=np.float64)

    @cached_property
    def game(self) -> Game:
        """The game in floats, with labels."""
        return Game(self.form, self.payoffs)


def parse_nfg(text: str, name: str = "text") -> StrategicGame:
    """Read a game from the text of a ``.nfg`` file.

    Players or strategies that bear the same label, or none, are numbered as Gambit numbers them: ``x_1``, ``x_2``.

    Parameters
    ----------
    text : str
    name : str
        How to call the text in an error.

    Returns
    -------
    StrategicGame

    Raises
    ------
    ValueError
        As `read_nfg`.

    Examples
    --------
    >>> game = parse_nfg(
    ...     'NFG 1 R "Chicken" { "Ann" "Bob" } { { "swerve" "drive" } { "swerve" "drive" } } 0 0 1 -1 -1 1 -10 -21/2'
    ... )
    >>> game.form.names, game.exact[1, 1, 1], game.payoffs[0].tolist()
    (('Ann', 'Bob'), Fraction(-21, 2), [[0.0, -1.0], [1.0, -10.0]])
    """
    return _Reader(text, name).game()


@dataclass(frozen=True)
class _Token:
    kind: Literal["quoted", "mark", "word", "end"]
    value: str
    at: int


class _Reader:
    """A reader of one text: takes token by token, and knows the line that it is at."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.tokens = list(self._split())
        self.next = 0

    def _split(self) -> Iterator[_Token]:
        at = 0
        for found in _TOKEN.finditer(self.text):
            self._only_space(at, found.start())
            at = found.end()
            quoted, mark, word = found.groups()
            if quoted is not None:
                yield _Token("quoted", re.sub(r'\\([\\"])', r"\1", quoted), found.start())
            else:
                yield _Token("mark" if mark else "word", mark or word, found.start())
        self._only_space(at, len(self.text))
        yield _Token("end", "the end of the text", len(self.text))

    def _only_space(self, start: int, stop: int) -> None:
        gap = self.text[start:stop]
        if gap.strip():
            self.fail(start + len(gap) - len(gap.lstrip()), 'a quotation mark (") is not closed')

    def fail(self, at: int | _Token, message: str) -> NoReturn:
        position = at.at if isinstance(at, _Token) else at
        line = self.text.count("\n", 0, position) + 1
        raise ValueError(f"{self.name}, line {line}: {message}")

    @property
    def ahead(self) -> _Token:
        return self.tokens[self.next]

    def take(self, wanted: str, kind: str = "", value: str = "") -> _Token:
        """Return the next token, which must be of a kind or have a value; ``wanted`` says what in words."""
        token = self.ahead
        if (kind and token.kind != kind) or (value and (token.kind == "quoted" or token.value != value)):
            self.fail(token, f"expected {wanted}, got {_shown(token)}")
        self.next += 1
        return token

    def sees(self, value: str) -> bool:
        return self.ahead.kind == "mark" and self.ahead.value == value

    def game(self) -> StrategicGame:
        self.take("'NFG'", value="NFG")
        self.take("the format's version, 1", value="1")
        if self.ahead.value not in ("R", "D"):
            self.fail(self.ahead, f"expected R (rational) or D (decimal), got {_shown(self.ahead)}")
        self.next += 1
        title = self.take("the title in quotation marks", "quoted").value
        start = self.take("'{' before the players' names", value="{")
        names = self._labels()
        if not 1 <= len(names) <= _MOST_PLAYERS:
            self.fail(start, f"there are {len(names) or 'no'} players; from 1 to {_MOST_PLAYERS} are allowed")
        strategies = self._strategies(len(names))
        comment = self.take("", "quoted").value if self.ahead.kind == "quoted" else ""
        shape = tuple(s if isinstance(s, int) else len(s) for s in strategies)
        numbered = self.sees("{")
        body = self._outcomes(len(names)) if numbered else None
        if body is None:
            exact, outcome = self._payoffs(len(names), shape), None
        else:
            outcome = self._outcome_numbers(shape, len(body))
            table = np.array([[Fraction(0)] * len(names), *(one.payoffs for one in body)], dtype=object)
            exact = np.moveaxis(table[outcome], -1, 0)
        if self.ahead.kind != "end":
            self.fail(self.ahead, f"expected the end of the text, got {_shown(self.ahead)}")
        form = self._form(start, names, strategies)
        return StrategicGame(form, exact, title, comment, tuple(body or ()), outcome)

    def _labels(self) -> list[str]:
        """Return quoted labels up to the closing brace, which is taken too."""
        labels = []
        while not self.sees("}"):
            labels.append(self.take("a name in quotation marks, or '}'", "quoted").value)
        self.next += 1
        return labels

    def _strategies(self, players: int) -> list[int | list[str]]:
        """Return for each player the number of its strategies, or their labels; a file gives one or the other."""
        start = self.take("'{' before the strategies", value="{")
        found: list[int | list[str]] = []
        labelled = self.sees("{")
        while not self.sees("}"):
            here = self.ahead
            if labelled:
                self.take("'{' before a player's strategies", value="{")
                labels = self._labels()
                found.append(labels)
            else:
                found.append(self._whole("the number of a player's strategies, or '}'"))
            if not found[-1]:
                self.fail(here, f"player {len(found)} has no strategies")
        self.next += 1
        if len(found) != players:
            self.fail(start, f"strategies are given for {len(found)} players, but {players} are named")
        return found

    def _form(self, at: _Token, names: list[str], strategies: Sequence[int | list[str]]) -> GameForm:
        try:
            labels = [_distinct(s) if isinstance(s, list) else [str(k + 1) for k in range(s)] for s in strategies]
            return GameForm(tuple(map(Player, _distinct(names), labels)))
        except ValueError as error:
            self.fail(at, str(error))

    def _entries(self, count: int, what: str) -> list[_Token]:
        """Return the tokens of the body; how many there are is checked before anything of that size is made."""
        found = self.tokens[self.next : -1]
        odd = next((token for token in found if token.kind != "word"), None)
        if odd is not None:
            self.fail(odd, f"expected {what}, got {_shown(odd)}")
        if len(found) < count:
            self.fail(self.tokens[-1], f"expected {count} {what}, got {len(found)}")
        if len(found) > count:
            self.fail(found[count], f"expected {count} {what} and then the end, got {_shown(found[count])}")
        self.next += count
        return found

    def _payoffs(self, players: int, shape: tuple[int, ...]) -> Exact:
        tokens = self._entries(players * prod(shape), "payoffs")
        numbers = np.empty(len(tokens), dtype=object)
        numbers[:] = [self._number(token) for token in tokens]
        return np.moveaxis(numbers.reshape((*shape[::-1], players)), -1, 0).transpose(0, *range(len(shape), 0, -1))

    def _outcomes(self, players: int) -> list[Outcome]:
        self.take("'{' before the outcomes", value="{")
        found = []
        while not self.sees("}"):
            start = self.take("'{' before an outcome, or '}' after the last", value="{")
            label = self.take("the outcome's name in quotation marks", "quoted").value
            payoffs = []
            while not self.sees("}"):
                payoffs.append(self._number(self.take("a payoff, or '}'", "word")))
                if self.sees(","):
                    self.next += 1
            self.next += 1
            if len(payoffs) != players:
                self.fail(start, f"outcome {label!r} has {len(payoffs)} payoffs for {players} players")
            found.append(Outcome(label, tuple(payoffs)))
        self.next += 1
        return found

    def _outcome_numbers(self, shape: tuple[int, ...], count: int) -> NDArray[np.intp]:
        tokens = self._entries(prod(shape), "numbers of outcomes")
        numbers = []
        for token in tokens:
            if not _WHOLE.fullmatch(token.value) or token.kind != "word" or int(token.value) > count:
                self.fail(token, f"expected the number of an outcome, 0–{count}, got {_shown(token)}")
            numbers.append(int(token.value))
        return np.array(numbers, dtype=np.intp).reshape(shape[::-1]).transpose()

    def _whole(self, wanted: str) -> int:
        token = self.take(wanted, "word")
        if not _WHOLE.fullmatch(token.value) or len(token.value) > _MOST_DIGITS:
            self.fail(token, f"expected {wanted}, got {_shown(token)}")
        return int(token.value)

    def _number(self, token: _Token) -> Fraction:
        text = token.value
        decimal = _DECIMAL.fullmatch(text) if token.kind == "word" and len(text) <= _LONGEST else None
        if token.kind != "word" or len(text) > _LONGEST or not (decimal or _FRACTION.fullmatch(text)):
            self.fail(token, f"expected a payoff such as 2, -0.5 or 1/3, got {_shown(token)}")
        if decimal and decimal[3] and (len(decimal[3]) > 6 or abs(int(decimal[3])) > _LONGEST):
            self.fail(token, f"the exponent of payoff {_shown(token)} is out of range")
        try:
            number = Fraction(text)
        except ZeroDivisionError:
            self.fail(token, f"payoff {_shown(token)} divides by zero")
        if abs(number) > _LARGEST:
            self.fail(token, f"payoff {_shown(token)} is larger than any float")
        return number


def _shown(token: _Token) -> str:
    if token.kind == "end":
        return token.value
    value = token.value if len(token.value) <= 40 else token.value[:40] + "…"
    return f'"{value}"' if token.kind == "quoted" else repr(value)


def _distinct(labels: list[str]) -> list[str]:
    """Return the labels, those that are empty or not the only one of their kind numbered in order of appearance."""
    times, seen = Counter(labels), Counter[str]()
    out = []
    for label in labels:
        if label and times[label] == 1:
            out.append(label)
        else:
            seen[label] += 1
            out.append(f"{label}_{seen[label]}")
    return out
