"""Checks a counterexample: at a rational point named profiles are stable, and the comparison fails with them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ...family import GameFamily
from .arithmetic import P, Refused, fraction, need
from .check import digest, head
from .game import Game, Setting
from .required import Expression, side


def check_refutation(model: GameFamily, written: Mapping[str, Any], statement: str | None = None) -> None:
    """Accept a counterexample or say why not.

    Raises
    ------
    Refused
        With the reason.
    """
    try:
        _check(model, written, statement)
    except Refused:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise Refused(f"the counterexample is broken: {type(error).__name__}: {error}") from error


def _check(model: GameFamily, written: Mapping[str, Any], statement: str | None) -> None:
    head(model, written)
    need("proof" not in written, "a counterexample proves nothing on a box")
    about = written["statement"]
    need(about["digest"] == digest(about), "the statement was changed")
    need(statement is None or about["digest"] == statement, "the counterexample is about another statement")
    game, concept = Game(model), written["concept"]
    settings = {each["label"]: Setting(model, each) for each in about["settings"]}
    moved = {name: fraction(value) for name, value in written["point"].items()}
    for name, (low, high) in written["box"]["ranges"].items():
        need(fraction(low) <= moved.get(name, Fraction(0)) <= fraction(high), f"{name} is outside the box")
    need(set(moved) <= set(written["box"]["ranges"]), "a parameter moves that the box does not let move")
    values = {
        label: {name: setting.value(name, moved.get(name, Fraction(0))) for name in setting.base}
        for label, setting in settings.items()
    }
    refutes = written["refutes"]
    if refutes["comparison"] is None:
        (label,) = refutes["profiles"]
        setting = settings[label]
        stable = [p for p in game.allowed(setting.held) if _stable(game, setting, concept, p, values[label], False)]
        need(not stable, f"{label} has an equilibrium")
        return
    comparison = about["comparisons"][refutes["comparison"]]
    sides = [each for each in (comparison["left"], comparison["right"]) if each is not None]
    need(
        {each["setting"] for each in sides} == set(refutes["profiles"]), "profiles of the settings compared are needed"
    )
    for label, profile in refutes["profiles"].items():
        setting = settings[label]
        need(profile in game.allowed(setting.held), f"profile {profile} is not open to {label}")
        strict = not refutes["tie"]
        need(
            _outcome(game, setting, concept, profile, values[label], strict),
            f"profile {profile} is not stable in {label}",
        )
    numbers = []
    for each in sides:
        label = each["setting"]
        found = side(game, each, refutes["profiles"][label], settings[label].held)
        numbers.append(_number(found, values[label]))
    need(not _holds(comparison, numbers), "the comparison holds at the point")


def _at(polynomial: P, values: Mapping[str, Fraction]) -> Fraction:
    total = Fraction(0)
    for key, value in polynomial.terms.items():
        for name, power in key:
            value = value * values[name] ** power
        total += value
    return total


def _stable(
    game: Game, setting: Setting, concept: str, profile: int, values: Mapping[str, Fraction], strict: bool
) -> bool:
    for target, _, members in game.moves(profile, setting.held, concept):
        row = game.loss(members, profile, target)
        loss = _at(row, values)
        if row.terms and (loss < 0 or (strict and loss == 0)):
            return False
    return True


def _outcome(
    game: Game, setting: Setting, concept: str, profile: int, values: Mapping[str, Fraction], strict: bool
) -> bool:
    """Whether a profile is stable, and under ``commitment`` no other action is sure to give the leader more.

    An action is sure to give the least that any stable profile of its subgame gives. Strictly: each other action has no
    stable profile, or a strict one that gives less, or one with a payoff that is always the same.
    """
    if not _stable(game, setting, concept, profile, values, strict):
        return False
    if concept != "commitment" or game.leader in setting.held:
        return True
    others: dict[int, list[int]] = {}
    for other in game.allowed(setting.held):
        if game.leads(other) != game.leads(profile) and _stable(game, setting, concept, other, values, False):
            others.setdefault(game.leads(other), []).append(other)
    for there in others.values():
        gains = {q: game.loss([game.leader], q, profile) for q in there}
        if strict:
            there = [q for q in there if _stable(game, setting, concept, q, values, True)]
        if not any(_at(gains[q], values) < 0 or (not (strict and gains[q].terms) and _at(gains[q], values) == 0)
                   for q in there):  # fmt: skip
            return False
    return True


def _number(found: Expression, values: Mapping[str, Fraction]) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return ``(p, q, r)`` for the number p + q·√r; None if it is undefined."""
    bottom = _at(found.bottom, values)
    if bottom <= 0:
        return None
    plain = _at(found.top, values) / bottom
    if found.cut:
        plain = min(max(plain, Fraction(0)), Fraction(1))
    one, two = _at(found.one, values), _at(found.two, values)
    if not found.lift.terms or one <= 0 or two <= 0:
        return plain, Fraction(0), Fraction(0)
    return plain, _at(found.lift, values) / _at(found.drop, values), one * two


def _holds(comparison: Mapping[str, Any], numbers: list[tuple[Fraction, Fraction, Fraction] | None]) -> bool:
    left, right = numbers[0], numbers[1] if len(numbers) > 1 else (Fraction(0), Fraction(0), Fraction(0))
    if left is None or right is None:
        return False
    factor, offset = fraction(comparison["factor"]), fraction(comparison["offset"])
    plain = left[0] - factor * right[0] - offset
    told = _sign(plain, (left[1], left[2]), (-factor * right[1], right[2]))
    return {">": told > 0, ">=": told >= 0, "<": told < 0, "<=": told <= 0, "==": told == 0}[comparison["relation"]]


def _sign(plain: Fraction, first: tuple[Fraction, Fraction], second: tuple[Fraction, Fraction]) -> int:
    """Return the sign of p + q·√r + s·√t by halving bounds of the roots until it shows, or exactly where it is 0."""
    if _zero(plain, first, second):
        return 0
    digits = 16
    while True:
        low = high = plain
        for factor, under in (first, second):
            near = _root(under, digits)
            ends = sorted((factor * near, factor * (near + Fraction(1, 10**digits))))
            low, high = low + ends[0], high + ends[1]
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        digits *= 2


def _root(under: Fraction, digits: int) -> Fraction:
    from math import isqrt

    return Fraction(isqrt(under.numerator * 10 ** (2 * digits) // under.denominator), 10**digits)


def _zero(plain: Fraction, first: tuple[Fraction, Fraction], second: tuple[Fraction, Fraction]) -> bool:
    """Whether p + q·√r + s·√t is 0: whether (p + q·√r)² = s²·t, and p + q·√r has the sign of −s·√t."""
    (q, r), (s, t) = first, second
    one, two = q * q * r, s * s * t
    rest = two - plain * plain - one  # what 2·p·q·√r would have to be
    mixed = plain * q if r > 0 else Fraction(0)
    if 4 * plain * plain * one != rest * rest or _plus(mixed) != _plus(rest):
        return False
    return _plus_root(plain, q, r) == -(_plus(s) if t > 0 else 0)


def _plus(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _plus_root(plain: Fraction, factor: Fraction, under: Fraction) -> int:
    """Return the sign of p + q·√r."""
    one, two = _plus(plain), _plus(factor) if under > 0 else 0
    if one * two >= 0:
        return one or two
    return one * _plus(plain * plain - factor * factor * under)
