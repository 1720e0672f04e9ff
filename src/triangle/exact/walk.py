"""Walk along one parameter: the equilibria of several settings, and the signs of comparisons between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

from ..family import GameFamily
from ..statement import Comparison, Loss, Setting, Value
from .compared import critical, sign_between
from .displaced import Point, affine, pieces, setting_values
from .family import exact_conditions
from .forms import Form, difference_sign, value_at
from .line import Profiles, Track, between, track
from .point import side_form
from .rational import Polynomial, exact
from .univariate import Root, compare, merged, roots_in

FINE = Fraction(1, 10**30)
OPEN = 2
"""In place of a sign: a touch at an irrational point, where bounds do not tell zero from nearly zero."""

Signs = frozenset[int | None]
"""The signs of a comparison over the combinations of equilibria; None is undefined."""


@dataclass(frozen=True)
class Spot:
    """What is the case at a point, or on a cell.

    Attributes
    ----------
    equilibria : tuple of tuple of int
        Of every setting.
    signs : tuple of Signs or None
        Of every comparison; None where a touch at an irrational point leaves it open.
    """

    equilibria: tuple[Profiles, ...]
    signs: tuple[Signs | None, ...]


@dataclass(frozen=True)
class Walk:
    """The line cut where something switches.

    Attributes
    ----------
    roots : tuple of Root
        The ends, and the points where something switches.
    points, cells : tuple of Spot
        At the roots, and between them.
    reasons : tuple of tuple of str
        For each root the moves that decide, in words.
    """

    roots: tuple[Root, ...]
    points: tuple[Spot, ...]
    cells: tuple[Spot, ...]
    reasons: tuple[tuple[str, ...], ...]


def walk(
    model: GameFamily,
    settings: Sequence[Setting],
    comparisons: Sequence[Comparison],
    parameter: str,
    ends: tuple[Fraction, Fraction],
    origin: Fraction = Fraction(0),
    concept: str = "pairwise",
) -> Walk:
    """Walk along one parameter.

    Parameters
    ----------
    ends : (Fraction, Fraction)
        The coordinate at the ends; the displacement of the parameter is the coordinate less ``origin``.
    """
    known = model.parameter(parameter)
    roots: list[Root] = []
    points: list[Spot] = []
    cells: list[Spot] = []
    reasons: list[tuple[str, ...]] = []
    low, high = (end - origin for end in ends)
    for start, stop in pieces(settings, known, low, high):
        piece = _Piece(model, settings, comparisons, parameter, (start, stop), origin, concept)
        skip = 1 if roots else 0
        if skip:
            reasons[-1] = tuple(dict.fromkeys(reasons[-1] + piece.reasons[0]))
        roots += piece.roots[skip:]
        points += piece.points[skip:]
        cells += piece.cells
        reasons += piece.reasons[skip:]
    return _shortened(Walk(tuple(roots), tuple(points), tuple(cells), tuple(reasons)))


class _Piece:
    """A part of the line without a kink."""

    def __init__(
        self,
        model: GameFamily,
        settings: Sequence[Setting],
        comparisons: Sequence[Comparison],
        parameter: str,
        displacement: tuple[Fraction, Fraction],
        origin: Fraction,
        concept: str,
    ) -> None:
        self.model, self.settings, self.comparisons, self.parameter = model, settings, comparisons, parameter
        self.low, self.high = (end + origin for end in displacement)
        self.places = {setting.label: k for k, setting in enumerate(settings)}
        self.values: list[Point] = [setting_values(model, setting) for setting in settings]
        self.maps = []
        self.tracks: list[Track] = []
        for setting, values in zip(settings, self.values, strict=True):
            constant, slope = affine(setting, model.parameter(parameter), *displacement)
            self.maps.append((constant - slope * origin, slope))
            exactly = exact_conditions(model, concept, setting.scenario.held)
            self.tracks.append(track(exactly, values, parameter, *self.maps[-1], self.low, self.high))
        self._forms: dict[tuple[Value | Loss, int], Form] = {}
        self._cut()

    def _cut(self) -> None:
        own = [cut.root for found in self.tracks for cut in found.cuts]
        self.critical: dict[tuple[int, Profiles], list[Root]] = {}
        coarse = merged(own)
        spans = [self._equilibria(Root.rational(between(a, b)), 0) for a, b in pairwise(coarse)]
        spans += [self._equilibria(root, 1) for root in coarse]
        for equilibria in dict.fromkeys(spans):
            for k, comparison in enumerate(self.comparisons):
                for combination in self._combinations(comparison, equilibria):
                    if (k, combination) not in self.critical:
                        self.critical[k, combination] = list(self._critical(comparison, combination))
        self.roots = merged([*own, *(root for found in self.critical.values() for root in found)])
        middles = [between(a, b) for a, b in pairwise(self.roots)]
        self.cells = [self._spot(Root.rational(middle), 0, ()) for middle in middles]
        self.points = [
            self._spot(root, 1, tuple(middles[c] for c in (k - 1, k) if 0 <= c < len(middles)))
            for k, root in enumerate(self.roots)
        ]
        told: list[dict[str, None]] = [{} for _ in self.roots]
        for found in self.tracks:
            for cut in found.cuts:
                (place,) = (k for k, root in enumerate(self.roots) if compare(root, cut.root) == 0)
                told[place].update(dict.fromkeys(cut.reasons))
        self.reasons = [tuple(reasons) for reasons in told]

    def _equilibria(self, place: Root, side: int) -> tuple[Profiles, ...]:
        return tuple(found.near(place)[side] for found in self.tracks)

    def _combinations(self, comparison: Comparison, equilibria: tuple[Profiles, ...]) -> Iterator[Profiles]:
        """Yield the profiles that the sides of a comparison may have, one setting having one profile at a time."""
        labels = list(dict.fromkeys(side.setting for side in comparison.sides))
        for chosen in product(*(equilibria[self.places[label]] for label in labels)):
            profile = dict(zip(labels, chosen, strict=True))
            yield tuple(profile[side.setting] for side in comparison.sides)

    def _form(self, side: Value | Loss, profile: int) -> Form:
        key = (side, profile)
        if key not in self._forms:
            place = self.places[side.setting]
            form = side_form(self.model, side, profile, self.settings[place].scenario.held)
            self._forms[key] = form.mapped(lambda part: self._on_line(part, place))
        return self._forms[key]

    def _on_line(self, part: object, place: int) -> object:
        if not isinstance(part, Polynomial):
            return part
        others = {name: value for name, value in self.values[place].items() if name != self.parameter}
        start, slope = self.maps[place]
        left = part.fixed(others)
        if start == 0 and slope == 1:
            return left
        return left.substituted({self.parameter: Polynomial.variable(self.parameter) * slope + start})

    def _critical(self, comparison: Comparison, profiles: Profiles) -> Iterator[Root]:
        forms = [self._form(side, p) for side, p in zip(comparison.sides, profiles, strict=True)]
        left, right = forms[0], forms[1] if len(forms) > 1 else None
        for found in critical(left, right, exact(comparison.factor), exact(comparison.offset)):
            if found.names:
                yield from roots_in(found.univariate(self.parameter), self.low, self.high)

    def _sign(self, comparison: Comparison, profiles: Profiles, at: Fraction) -> int | None:
        forms = [self._form(side, p) for side, p in zip(comparison.sides, profiles, strict=True)]
        values = [value_at(form, {self.parameter: at}) for form in forms]
        right = values[1] if len(values) > 1 else None
        return difference_sign(values[0], right, exact(comparison.factor), exact(comparison.offset))

    def _spot(self, place: Root, side: int, middles: tuple[Fraction, ...]) -> Spot:
        equilibria = self._equilibria(place, side)
        signs: list[Signs | None] = []
        for k, comparison in enumerate(self.comparisons):
            found = [
                self._sign_at(k, profiles, place, middles) for profiles in self._combinations(comparison, equilibria)
            ]
            signs.append(None if OPEN in found else frozenset(found))
        return Spot(equilibria, tuple(signs))

    def _sign_at(self, k: int, profiles: Profiles, place: Root, middles: tuple[Fraction, ...]) -> int | None:
        """Return a sign; at an irrational point from the signs beside it and bounds, which leave only a touch open."""
        comparison = self.comparisons[k]
        if place.value is not None:
            return self._sign(comparison, profiles, place.value)
        beside = {self._sign(comparison, profiles, middle) for middle in middles}
        if all(compare(place, root) for root in self.critical.get((k, profiles), ())):
            return next(iter(beside))
        if None not in beside and (len(beside) > 1 or 0 in beside):
            return 0
        forms = [self._form(side, p) for side, p in zip(comparison.sides, profiles, strict=True)]
        left, right = forms[0], forms[1] if len(forms) > 1 else None
        enclosure = place.refine(FINE)
        numbers = exact(comparison.factor), exact(comparison.offset)
        told = sign_between(left, right, *numbers, self.parameter, (enclosure.low, enclosure.high))
        return OPEN if told is None else told


def _shortened(whole: Walk) -> Walk:
    """Leave out the points at which nothing switches."""
    last = len(whole.roots) - 1
    kept = [k for k in range(last + 1) if k in (0, last) or not whole.cells[k - 1] == whole.cells[k] == whole.points[k]]
    return Walk(
        tuple(whole.roots[k] for k in kept),
        tuple(whole.points[k] for k in kept),
        tuple(whole.cells[k] for k in kept[:-1]),
        tuple(whole.reasons[k] for k in kept),
    )
