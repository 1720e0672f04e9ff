"""Boxes of displacements, and what the parameters are on them.

A box has one coordinate for each parameter that is uncertain: ``origin + displacement``. The origin is chosen so that
no coordinate is negative; it has no other meaning. Where no setting sees a displacement, because every setting cuts or
overrides the parameter there, the box is cut back: what holds at its new end holds beyond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..arguments import fitted, shown
from ..family import GameFamily
from ..statement import Box, Setting
from .displaced import affine, base_of, kinks, pieces, setting_values
from .rational import Polynomial, exact

WIDEST = 10**6

Ends = Mapping[str, tuple[Fraction, Fraction]]
Ranges = Box | Mapping[str, tuple[float, float]] | float | int | Fraction


def ranges_of(model: GameFamily, box: Ranges) -> tuple[dict[str, tuple[Fraction, Fraction]], Fraction | None]:
    """Return ranges of displacements, and the factor if the box is the plausible one times a factor.

    Raises
    ------
    ValueError
        An unknown parameter, a range with its ends in the wrong order, or a negative factor.
    """
    if isinstance(box, int | float | Fraction):
        factor = exact(box)
        if factor < 0:
            raise ValueError(f"box: the factor of the plausible ranges must not be negative, got {box}")
        if factor > WIDEST:
            raise ValueError(f"box: the factor of the plausible ranges must not exceed {WIDEST:,}, got {shown(box)}")
        found = {}
        for parameter in model.parameters:
            if parameter.low < parameter.high:
                low, default, high = map(exact, (parameter.low, parameter.default, parameter.high))
                found[parameter.name] = (factor * (low - default), factor * (high - default))
        return found, factor
    given = box.ranges if isinstance(box, Box) else fitted("box", box, Mapping[str, Sequence[Any]])
    ranges = {}
    for name, ends in given.items():
        model.parameter(name)
        if len(ends) != 2:
            raise ValueError(f"box, {name}: give (low, high), got {shown(ends)}")
        low, high = map(exact, ends)
        if low > high:
            raise ValueError(f"box, {name}: the range runs from {float(low):g} to {float(high):g}, lower end first")
        ranges[name] = (low, high)
    return ranges, None


@dataclass(frozen=True)
class Coordinates:
    """The coordinates of a statement's box.

    Attributes
    ----------
    origins : mapping of str to Fraction
        For each coordinate what the displacement is added to.
    ends : mapping of str to (Fraction, Fraction)
    kinks : mapping of str to tuple of Fraction
        Where inside its range some setting has a kink.
    still : mapping of str to Fraction
        Displacements of parameters whose range no setting sees.
    cut : mapping of str to (Fraction, Fraction)
        How much of the range was cut off at its lower and at its upper end. Such an end stands for a whole part of the
        range, so a condition that vanishes there is a tie on a set that is not small: it must put no profile out.
    """

    model: GameFamily
    settings: tuple[Setting, ...]
    origins: Mapping[str, Fraction]
    ends: Ends
    kinks: Mapping[str, tuple[Fraction, ...]]
    still: Mapping[str, Fraction]
    cut: Ends

    @classmethod
    def of(cls, model: GameFamily, settings: Sequence[Setting], ranges: Ends) -> Coordinates:
        """Choose the coordinates for ranges of displacements."""
        origins, ends, bends, still, cut = {}, {}, {}, {}, {}
        for name, (low, high) in ranges.items():
            parameter = model.parameter(name)
            seen = [
                piece
                for piece in pieces(settings, parameter, low, high)
                if any(affine(setting, parameter, *piece)[1] for setting in settings)
            ]
            if not seen:
                still[name] = low
                continue
            cut[name] = (seen[0][0] - low, high - seen[-1][1])
            low, high = seen[0][0], seen[-1][1]
            origin = max(base_of(settings[0], parameter), -low)
            origins[name] = origin
            ends[name] = (low + origin, high + origin)
            inner = {kink for setting in settings for kink in kinks(setting, parameter) if low < kink < high}
            bends[name] = tuple(kink + origin for kink in sorted(inner))
        return cls(model, tuple(settings), origins, ends, bends, still, cut)

    @property
    def variables(self) -> tuple[str, ...]:
        """The coordinates' names, in order."""
        return tuple(self.ends)

    def replaced(self, setting: Setting, ends: Ends) -> dict[str, Polynomial]:
        """Return every parameter of a setting as a polynomial in the coordinates, on a box without kinks inside."""
        found = {
            name: Polynomial.constant(value) for name, value in setting_values(self.model, setting, self.still).items()
        }
        for name, (low, high) in ends.items():
            origin = self.origins[name]
            constant, slope = affine(setting, self.model.parameter(name), low - origin, high - origin)
            found[name] = Polynomial.variable(name) * slope + (constant - slope * origin)
        return found

    def displacement(self, point: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Return the displacement at coordinates."""
        return {**self.still, **{name: value - self.origins[name] for name, value in point.items()}}

    def written(self, ranges: Ends, factor: Fraction | None) -> dict[str, Any]:
        """Return the box as certificates write it: its ranges, and what is kept of them."""

        def ends(given: Ends, shift: Mapping[str, Fraction]) -> dict[str, list[str]]:
            return {name: [str(end - shift.get(name, 0)) for end in pair] for name, pair in given.items()}

        return {
            "factor": None if factor is None else str(factor),
            "ranges": ends(ranges, {}),
            "kept": ends(self.ends, self.origins),
            "origins": {name: str(origin) for name, origin in self.origins.items()},
        }


def pieces_key(coordinates: Coordinates, ends: Ends) -> tuple[Any, ...]:
    """Return what tells apart the pieces of a box on which the settings are linear, and its ends without width."""
    passed = tuple(sum(kink <= ends[name][0] for kink in bends) for name, bends in coordinates.kinks.items() if bends)
    return passed, tuple((name, low) for name, (low, high) in ends.items() if low == high)
