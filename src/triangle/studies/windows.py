"""How far one parameter can move before a statement changes its truth, with all else at the default."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..evaluation import Solutions
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..statement import Statement

STEPS = 128
HALVINGS = 26


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

    Each parameter is moved on its own over all values that are admissible in some setting, in `STEPS` steps to either
    side; the first change of truth is then halved down to rounding. Two changes within one step can be missed.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = windows(tri.chapter_model(), claim("C12").statement)
    >>> print(found[0], "|", found[1])
    isolation > 0.249 | sensitivity > 0.351
    """
    names = [p.name for p in model.parameters if p.low < p.high]
    bases = {name: _bases(model, statement, name) for name in names}
    ends = np.array([[_end(model, bases[name], name, side) for side in (0, 1)] for name in names])
    if not names:
        return ()
    truth = bool(Solutions(model, None, concept).evaluate(statement).holds[0])
    fractions = np.arange(1, STEPS + 1) / STEPS
    moves = ends[:, :, None] * fractions
    same = _truths(model, statement, concept, names, moves) == truth
    first = np.where(same.all(axis=2), STEPS, same.argmin(axis=2))
    near = ends * first / STEPS
    far = ends * np.minimum(first + 1, STEPS) / STEPS
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        kept = _truths(model, statement, concept, names, middle[:, :, None])[:, :, 0] == truth
        near, far = np.where(kept, middle, near), np.where(kept, far, middle)
    found = []
    for name, (low, high), changed in zip(names, far, first < STEPS, strict=True):
        low, high = (float(low) if changed[0] else -math.inf), (float(high) if changed[1] else math.inf)
        same_base = bases[name][0] if len(set(bases[name])) == 1 else None
        found.append(Window(name, low, high, same_base, _reach(model, name, low, high)))
    return tuple(sorted(found, key=lambda window: window.reach))


def _bases(model: GameFamily, statement: Statement, name: str) -> list[float]:
    """Return the scenario's value of a parameter in every setting that does not set it."""
    default = model.parameter(name).default
    free = [s for s in statement.settings if s.changes.get(name, ("",))[0] != "set"]
    return [float(s.scenario.values.get(name, default)) for s in free or statement.settings]


def _end(model: GameFamily, bases: list[float], name: str, side: int) -> float:
    """Return the displacement beyond which every setting is cut at the admissible bound."""
    least, most = model.parameter(name).admissible
    return float(least - max(bases) if side == 0 else most - min(bases))


def _truths(model: GameFamily, statement: Statement, concept: str, names: list[str], moves: FloatArray) -> BoolArray:
    """Say where a statement holds when each parameter alone is moved; ``moves`` has shape (parameters, 2, steps)."""
    displacement = {}
    for k, name in enumerate(names):
        column = np.zeros_like(moves)
        column[k] = moves[k]
        displacement[name] = column.ravel()
    return Solutions(model, displacement, concept).evaluate(statement).holds.reshape(moves.shape)


def _reach(model: GameFamily, name: str, low: float, high: float) -> float:
    parameter = model.parameter(name)
    below, above = parameter.default - parameter.low, parameter.high - parameter.default
    sides = [abs(end) / width if width else math.inf for end, width in ((low, below), (high, above))]
    return min(sides)
