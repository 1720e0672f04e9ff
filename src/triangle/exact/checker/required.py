"""What has to be shown for a comparison: the checker's own account of measures and of sufficient inequalities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...parts import Measure
from .arithmetic import P, fraction, need
from .game import Game

Needs = list[tuple[P, bool]]
"""Polynomials to be shown positive (True) or not negative (False)."""

NONE, ONE = P(), P({(): Fraction(1)})


@dataclass(frozen=True)
class Expression:
    """``top / bottom + (lift / drop)·√(max(one, 0)·max(two, 0))``, if ``cut`` cut to [0, 1]; ``bottom`` is positive."""

    top: P
    bottom: P = ONE
    cut: bool = False
    lift: P = NONE
    drop: P = ONE
    one: P = NONE
    two: P = NONE


def _takes(product: P, before: P, tie: P, surplus_russia: P, surplus_china: P, weight: P) -> tuple[P, P]:
    """Return what Russia and China take of the product: before the transfer, plus or minus it."""
    transfer = tie * (weight * (surplus_russia + surplus_china) - surplus_russia)
    russia = before + transfer
    return russia, product - russia


def expression(measure: Measure, parts: Sequence[P]) -> Expression:
    """Return a measure as an expression of its quantities at a profile."""
    name = f"{measure.function.__module__}.{measure.function.__name__}"
    if name == "triangle.chapter.measures.share":
        return Expression(_takes(*parts)[0], parts[0], cut=True)
    if name == "triangle.chapter.measures.intensity_hold_up":
        tie, foundation, *division = parts
        one, two = _takes(*division)
        return Expression(tie * foundation, lift=tie * 2, one=one, two=two)
    if name == "triangle.chapter.measures.next_gap":
        gap, feedback, *division = parts
        one, two = _takes(*division)
        return Expression(gap, lift=feedback * 2 * (division[0] - one * 2), drop=division[0], one=one, two=two)
    try:
        found: Any = measure.function(*parts)
    except Exception:
        found = None
    need(isinstance(found, P), f"the checker knows no exact form of the measure {measure.name!r}")
    return Expression(found)


def side(game: Game, written: Mapping[str, Any], profile: int, held: Mapping[str, str]) -> Expression:
    """Return one side of a comparison, as the certificate writes it, at a profile."""
    if "measure" in written:
        measure = game.model.measure(written["measure"])
        return expression(measure, [game.quantity(name, profile) for name in measure.quantities])
    target = list(game.choices[profile])
    for name, toward, stance in written["to"]:
        index = game.form.index(name)
        player = game.form.players[index]
        choice = list(player.choices[target[index]])
        choice[player.dimension(toward)] = stance
        target[index] = player.choices.index(tuple(choice))
    number = game.number[tuple(target)]
    for there, mover, members in game.moves(profile, held, "pairwise"):
        if (there, mover) == (number, written["mover"]):
            return Expression(game.loss(members, profile, number))
    return Expression(P())


@dataclass(frozen=True)
class Inequality:
    """``more·a − less·b + plus`` is to be positive, or not negative."""

    comparison: int
    swapped: bool
    strict: bool
    more: Fraction
    less: Fraction
    plus: Fraction


def inequalities(comparisons: Sequence[Mapping[str, Any]]) -> list[Inequality]:
    """Return what the comparisons say as inequalities; an equality says two."""
    found = []
    for k, written in enumerate(comparisons):
        relation, offset = written["relation"], fraction(written["offset"])
        factor = fraction(written["factor"]) if written["right"] is not None else Fraction(0)
        need(relation in (">", ">=", "<", "<=", "=="), f"no such relation: {relation!r}")
        strict = relation in (">", "<")
        if relation in (">", ">=", "=="):
            found.append(Inequality(k, False, strict, Fraction(1), factor, -offset))
        if relation in ("<", "<=", "=="):
            found.append(Inequality(k, True, strict, factor, Fraction(1), offset))
    return found


def required(route: str, numbers: Sequence[Fraction], asked: Inequality, a: Expression, b: Expression) -> Needs:
    """Return what a route has to show for ``more·a − less·b + plus`` to be positive (not negative, if not strict)."""
    if route == "ratio":
        return _of_ratios(asked, a, b)
    need(not a.cut and not b.cut, f"route {route!r} is not for a measure that is cut")
    need(a.bottom.constant() == 1 and b.bottom.constant() == 1, f"route {route!r} is not for a ratio")
    level = a.top * asked.more - b.top * asked.less + asked.plus
    up, down = a.lift * asked.more, b.lift * asked.less
    if route in ("rising", "falling"):
        return _one_root(route, asked.strict, level, (a, up, down) if route == "rising" else (b, -down, up))
    x, y = up.constant(), down.constant()
    need(x is not None and y is not None and x >= 0 and y >= 0, f"route {route!r} needs roots with numbers before them")
    assert x is not None
    assert y is not None
    need(a.drop.constant() == 1 and b.drop.constant() == 1, f"route {route!r} is not for a divided root")
    return _two_roots(route, numbers, asked.strict, level, (a, x), (b, y))


def _of_ratios(asked: Inequality, a: Expression, b: Expression) -> Needs:
    """Go through the parts of min(1, max(0, ·)) that may be in force on either side.

    Where neither is cut the difference itself is needed. Where ``b`` is cut it may be 0 in place of its ratio, where
    ``a`` is cut it may be 1: then the inequality is needed with that end in place of the ratio, unless it holds anyway
    because ``a`` is never below 0 or ``b`` never above 1.
    """
    need(not a.lift.terms and not b.lift.terms, "route 'ratio' is not for a root")
    cut = a.cut or b.cut
    need(not cut or (asked.more >= 0 and asked.less >= 0), "a measure that is cut needs factors that are not negative")

    def enough(number: Fraction) -> bool:
        return number > 0 or (number == 0 and not asked.strict)

    difference = a.top * b.bottom * asked.more - b.top * a.bottom * asked.less
    found = [(difference + a.bottom * b.bottom * asked.plus, asked.strict)]
    if b.cut and not (a.cut and enough(asked.plus)):
        found.append((a.top * asked.more + a.bottom * asked.plus, asked.strict))
    if a.cut and not (b.cut and enough(asked.more - asked.less + asked.plus)):
        found.append((b.bottom * (asked.more + asked.plus) - b.top * asked.less, asked.strict))
    if a.cut and b.cut:
        need(enough(asked.more + asked.plus), "1 against 0 does not satisfy the comparison")
    return found + [(each.bottom, True) for each in (a, b) if each.bottom.constant() != 1]


def _one_root(route: str, strict: bool, level: P, root: tuple[Expression, P, P]) -> Needs:
    """Show level ≥ 0 and that the only root counts on the right side."""
    side, factor, other = root
    need(not other.terms, f"route {route!r} is for one root")
    found = [(level, False), (factor, strict), (side.drop, True)]
    return found + ([(side.one, True), (side.two, True)] if strict else [])


def _two_roots(
    route: str,
    numbers: Sequence[Fraction],
    strict: bool,
    level: P,
    first: tuple[Expression, Fraction],
    second: tuple[Expression, Fraction],
) -> Needs:
    """Show ``level + x·√(a.one·a.two) > y·√(b.one·b.two)``; a root of a product with a negative part counts as 0.

    ``plain``
        There is no second root, or it is the first one with a factor not greater: level > 0.
    ``root``
        There is no second root: level ≥ 0 and the first root is positive.
    ``product``, ``plain product``
        level ≥ 0 and the first root is the greater, one of the two strictly.
    ``below``
        y·√(uv) ≤ (y/2)·(τv + u/τ) for u, v ≥ 0 and any τ > 0, and that is less than the level.
    ``tangent``
        With T = (y/2)·(τv + u/τ) − level: the first root, squared, exceeds T².
    ``chord``, ``falling chord``
        level·(√A + √B) + A − B > 0 suffices; √A + √B is replaced by its least value where level ≥ 0, by its greatest
        where level ≤ 0. The numbers c, d are shown to satisfy c² ≤ A, d² ≤ B (or c² ≥ A, d² ≥ B).
    """
    (a, x), (b, y) = first, second
    square_a, square_b = a.one * a.two * (x * x), b.one * b.two * (y * y)
    parts_a = [(a.one, False), (a.two, False)]
    parts_b = [(b.one, False), (b.two, False)]
    if route == "plain":
        same = x >= y and not (a.one - b.one).terms and not (a.two - b.two).terms
        need(y == 0 or same, "route 'plain' needs equal roots or no second one")
        return [(level, strict)]
    if route == "root":
        need(y == 0 and x > 0, "route 'root' is for a first root alone")
        return [(level, False), (a.one, strict), (a.two, strict)]
    if route == "product":
        need(x > 0, "route 'product' needs a first root")
        return [(level, False), (square_a - square_b, strict), (a.one, strict), (a.two, strict)]
    if route == "plain product":
        return [(level, strict), (square_a - square_b, False), *parts_a]
    if route in ("below", "tangent"):
        need(len(numbers) == 1 and numbers[0] > 0, "a tangent touches at one positive number")
        tau = numbers[0]
        touching = (b.two * tau + b.one * (1 / tau)) * (y / 2) - level
        if route == "below":
            return [(-touching, strict), *parts_b]
        return [(square_a - touching * touching, strict), *parts_a, *parts_b]
    need(route in ("chord", "falling chord"), f"no such route: {route!r}")
    need(len(numbers) == 2 and min(numbers) >= 0 and sum(numbers) > 0, "a chord has two numbers, not negative")
    c, d = numbers
    total = level * (c + d) + square_a - square_b
    kept = [*parts_a, *parts_b]
    if route == "chord":
        return [(level, False), (total, strict), (square_a - c * c, False), (square_b - d * d, False), *kept]
    return [(-level, False), (total, strict), (c * c - square_a, False), (d * d - square_b, False), *kept]
