"""What a displacement makes of a parameter in a setting: a piecewise linear function, because of the cuts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from ..family import GameFamily
from ..parts import Parameter
from ..statement import Setting
from .rational import exact

Point = Mapping[str, Fraction]


def bounds_of(parameter: Parameter) -> tuple[Fraction, Fraction]:
    """Return a parameter's admissible bounds as fractions."""
    least, most = parameter.admissible
    return exact(least), exact(most)


def base_of(setting: Setting, parameter: Parameter) -> Fraction:
    """Return the scenario's own value of a parameter."""
    return exact(setting.scenario.values.get(parameter.name, parameter.default))


def value_in(setting: Setting, parameter: Parameter, displacement: Fraction = Fraction(0)) -> Fraction:
    """Return a parameter's value in a setting: displaced and cut, then changed and cut."""
    least, most = bounds_of(parameter)
    value = min(max(base_of(setting, parameter) + displacement, least), most)
    if parameter.name not in setting.changes:
        return value
    operation, number = setting.changes[parameter.name]
    given = exact(number)
    changed = {"set": given, "plus": value + given, "times": value * given}[operation]
    return min(max(changed, least), most)


def setting_values(model: GameFamily, setting: Setting, displacement: Point | None = None) -> dict[str, Fraction]:
    """Return every parameter's value in a setting."""
    moved = displacement or {}
    return {p.name: value_in(setting, p, moved.get(p.name, Fraction(0))) for p in model.parameters}


def breakpoints(setting: Setting, parameter: Parameter) -> set[Fraction]:
    """Return the displacements at which the value of a parameter in a setting may have a kink."""
    base = base_of(setting, parameter)
    ends = bounds_of(parameter)
    found = set(ends)
    if parameter.name in setting.changes:
        operation, number = setting.changes[parameter.name]
        given = exact(number)
        if operation == "plus":
            found |= {end - given for end in ends}
        elif operation == "times" and given:
            found |= {end / given for end in ends}
    return {value - base for value in found}


def affine(setting: Setting, parameter: Parameter, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return ``(a, b)`` such that the value is ``a + b·displacement`` between two displacements without a kink."""
    at_low = value_in(setting, parameter, low)
    if low == high:
        return at_low, Fraction(0)
    slope = (value_in(setting, parameter, high) - at_low) / (high - low)
    return at_low - slope * low, slope


def pieces(
    settings: Iterable[Setting], parameter: Parameter, low: Fraction, high: Fraction
) -> list[tuple[Fraction, Fraction]]:
    """Return the range of a displacement divided at every kink that some setting has inside it."""
    inner = {kink for setting in settings for kink in kinks(setting, parameter) if low < kink < high}
    ends = [low, *sorted(inner), high]
    return list(pairwise(ends))


def kinks(setting: Setting, parameter: Parameter) -> set[Fraction]:
    """Return the displacements at which the value of a parameter in a setting has a kink."""
    candidates = sorted(breakpoints(setting, parameter))
    ends = [candidates[0] - 1, *candidates, candidates[-1] + 1]
    slopes = [affine(setting, parameter, a, b)[1] for a, b in pairwise(ends)]
    return {kink for kink, (before, after) in zip(candidates, pairwise(slopes), strict=True) if before != after}
