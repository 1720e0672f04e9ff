"""How far one parameter can move before a statement changes its truth, with all else at the default.

The ends are exact: see `triangle.exact.windows`, of which this takes the window round the default.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from weakref import WeakKeyDictionary

from ..exact.displaced import base_of, bounds_of
from ..exact.point import Judge
from ..exact.windows import Window as Stretch
from ..exact.windows import windows as stretches
from ..family import GameFamily
from ..statement import Statement

_KNOWN: WeakKeyDictionary[GameFamily, dict[tuple[object, ...], tuple[Window, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Window:
    """The stretch of one parameter, round the default, on which a statement is as true as at the default.

    Attributes
    ----------
    parameter : str
    low, high : float
        Ends of the displacement; infinite where no change was met before the last admissible value.
    base : float or None
        The value that is displaced, if it is the same in all settings.
    reach : float
        The nearer end in half-widths of the parameter's plausible range: how wrong it may be.
    """

    parameter: str
    low: float
    high: float
    base: float | None
    reach: float

    @property
    def bounded(self) -> bool:
        """Some admissible value of the parameter changes the statement's truth."""
        return math.isfinite(self.low) or math.isfinite(self.high)

    def spelled(self, inside: bool = True) -> str:
        """Return the window as text, or what lies outside it."""
        base, mark = (0.0, " displaced by") if self.base is None else (self.base, "")
        below, above = (">", "<") if inside else ("<", ">")
        sides = [
            f"{sign} {round(base + end, 6):{'+' if mark else ''}.3g}"
            for sign, end in ((below, self.low), (above, self.high))
            if math.isfinite(end)
        ]
        return f"{self.parameter}{mark} " + (" and " if inside else " or ").join(sides or ["any" if inside else "none"])

    def __str__(self) -> str:
        return self.spelled()


def windows(model: GameFamily, statement: Statement, concept: str = "pairwise") -> tuple[Window, ...]:
    """Return the window of every uncertain parameter, the tightest first.

    Each parameter is moved on its own over all values that are admissible in some setting. A single value at which the
    truth is another, as at a tie, ends no window.

    Raises
    ------
    NoExactForm
        A measure has no exact form.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = windows(tri.chapter_model(), claim("C12").statement)
    >>> print(found[0], "|", found[1])
    isolation > 0.249 | sensitivity > 0.351
    """
    key = (concept, tuple(setting.key for setting in statement.settings), statement.comparisons)
    known = _KNOWN.setdefault(model, {})
    if key not in known:
        truth = Judge(model, statement, concept).truth().holds
        names = [parameter.name for parameter in model.parameters if parameter.low < parameter.high]
        found = [_around(model, statement, name, truth, concept) for name in names]
        known[key] = tuple(sorted(found, key=lambda window: window.reach))
    return known[key]


def intersection(model: GameFamily, each: Iterable[Sequence[Window]]) -> tuple[Window, ...]:
    """Return the windows on which several statements that hold at the default all hold, the tightest first.

    Parameters
    ----------
    each : iterable of sequences of Window
        The windows of every statement, over the same parameters.
    """
    joined: dict[str, Window] = {}
    for window in (window for windows in each for window in windows):
        old = joined.get(window.parameter, window)
        base = old.base if old.base == window.base else None
        low, high = max(old.low, window.low), min(old.high, window.high)
        reach = _reach(model, window.parameter, low, high)
        joined[window.parameter] = Window(window.parameter, low, high, base, reach)
    return tuple(sorted(joined.values(), key=lambda window: window.reach))


def _around(model: GameFamily, statement: Statement, name: str, truth: bool, concept: str) -> Window:
    """Return the window of one parameter round the default."""
    bases = _bases(model, statement, name)
    least, most = bounds_of(model.parameter(name))
    ends = least - max(bases), most - min(bases)
    pieces = stretches(model, statement, name, ends, concept)
    below = _last([piece for piece in reversed(pieces) if piece.low < 0], truth)
    above = _last([piece for piece in pieces if piece.high > 0], truth)
    low = -math.inf if below is None else min(0.0, float(below.high))
    high = math.inf if above is None else max(0.0, float(above.low))
    base = float(bases[0]) if len(set(bases)) == 1 else None
    return Window(name, low, high, base, _reach(model, name, low, high))


def _last(outward: list[Stretch], truth: bool) -> Stretch | None:
    """Return the first stretch on the way outward on which the truth is another; None if there is none."""
    return next((piece for piece in outward if piece.holds != truth), None)


def _bases(model: GameFamily, statement: Statement, name: str) -> list[Fraction]:
    """Return the scenario's value of a parameter in every setting that does not set it."""
    known = model.parameter(name)
    free = [s for s in statement.settings if s.changes.get(name, ("",))[0] != "set"]
    return [base_of(setting, known) for setting in free or statement.settings]


def _reach(model: GameFamily, name: str, low: float, high: float) -> float:
    parameter = model.parameter(name)
    below, above = parameter.default - parameter.low, parameter.high - parameter.default
    sides = [abs(end) / width if width else math.inf for end, width in ((low, below), (high, above))]
    return min(sides)
