"""Windows: where a statement holds while one parameter moves and everything else stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from ..family import GameFamily
from ..statement import Statement
from .displaced import base_of, bounds_of
from .forms import RELATIONS
from .rational import exact
from .walk import Spot, walk


@dataclass(frozen=True)
class Window:
    """A range of a parameter on which a statement holds throughout, or fails throughout.

    Attributes
    ----------
    low, high : Fraction or float
        The displacement of the parameter; a fraction where it is exact. Whether the statement holds at an end itself
        is left out: the window is open.
    holds : bool
    base : Fraction
        What the displacement is added to: the parameter's value in the first setting.
    """

    low: Fraction | float
    high: Fraction | float
    holds: bool
    base: Fraction

    @property
    def values(self) -> tuple[float, float]:
        """The parameter's value in the first setting at both ends."""
        return float(self.base + self.low), float(self.base + self.high)


def windows(
    model: GameFamily,
    statement: Statement,
    parameter: str,
    within: tuple[Fraction, Fraction] | None = None,
    concept: str = "pairwise",
) -> tuple[Window, ...]:
    """Return where a statement holds while one parameter is displaced and all else stays.

    Parameters
    ----------
    model : GameFamily
    statement : Statement
    parameter : str
    within : (number, number), optional
        The range of the displacement; if not given, as far as the values of the first setting stay admissible.
    concept : {"pairwise", "nash", "commitment"}

    Returns
    -------
    tuple of Window
        In order, each as long as can be. Their ends are exact.

    Raises
    ------
    ValueError
        An unknown parameter or measure, or a measure without an exact form.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.form import COMMITMENTS
    >>> from triangle.statement import Comparison, Setting, Statement, Value
    >>> base = tri.scenario("baseline_2016")
    >>> before, after = (replace(base, held={"West": COMMITMENTS[code]}) for code in ("PE", "AC"))
    >>> closer = Statement(
    ...     "intensity rises",
    ...     (Setting("before", before), Setting("after", after)),
    ...     (Comparison(Value("intensity", "after"), ">", Value("intensity", "before")),),
    ... )
    >>> [(window.holds, round(window.values[0], 4)) for window in windows(tri.chapter_model(), closer, "isolation")]
    [(False, 0.0), (True, 0.2494)]
    """
    known = model.parameter(parameter)
    base = base_of(statement.settings[0], known)
    least, most = bounds_of(known)
    low, high = (least - base, most - base) if within is None else (exact(within[0]), exact(within[1]))
    found = walk(model, statement.settings, statement.comparisons, parameter, (low, high), concept=concept)
    allowed = [RELATIONS[comparison.relation] for comparison in statement.comparisons]
    out: list[Window] = []
    for k, cell in enumerate(found.cells):
        holds = _holds(cell, allowed)
        low_end, high_end = (root.number for root in found.roots[k : k + 2])
        if out and out[-1].holds == holds and (not holds or _holds(found.points[k], allowed)):
            out[-1] = replace(out[-1], high=high_end)
        else:
            out.append(Window(low_end, high_end, holds, base))
    return tuple(out)


def _holds(spot: Spot, allowed: list[frozenset[int]]) -> bool:
    """Whether every setting has an equilibrium and every comparison holds; what is left open does not."""
    return all(spot.equilibria) and all(
        signs is not None and signs <= right for signs, right in zip(spot.signs, allowed, strict=True)
    )
