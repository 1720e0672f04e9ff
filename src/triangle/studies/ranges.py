"""Over which ranges parameters vary: named, given, or all that are uncertain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..family import GameFamily
from ..scenario import Scenario
from .design import Range

Vary = Mapping[str, Range] | Sequence[str] | None


def ranges(model: GameFamily, setting: Scenario, vary: Vary = None) -> dict[str, Range]:
    """Return the range of every parameter that varies, round a scenario's values.

    Parameters
    ----------
    model : GameFamily
    setting : Scenario
    vary : mapping of str to (low, high), or sequence of str, optional
        Ranges; or names, whose plausible range is moved to the scenario's value. If not given, all parameters that
        have a plausible range and are not at its end already.

    Raises
    ------
    ValueError
        An unknown or repeated name, an empty range, a value that is not finite or not admissible, or nothing to vary.

    Examples
    --------
    >>> import triangle as tri
    >>> model, reset = tri.chapter_model(), tri.scenario("us_russia_reset")
    >>> ranges(model, reset, ["energy"]), ranges(model, reset, {"sanctions": (0, 1)})
    ({'energy': (0.3, 0.5)}, {'sanctions': (0.0, 1.0)})
    >>> len(ranges(model, reset))
    39
    """
    if isinstance(vary, Mapping):
        found = {name: _pair(name, ends) for name, ends in vary.items()}
        for name in found:
            model.parameter(name)
    elif vary is None:
        plausible = {p.name: p.range_at(setting.values[p.name]) for p in model.parameters if p.low < p.high}
        found = {name: (low, high) for name, (low, high) in plausible.items() if low < high}
    else:
        if isinstance(vary, str) or not isinstance(vary, Sequence):
            raise ValueError(f"vary takes names, or a mapping from names to (low, high), got {vary!r}")
        repeated = sorted({name for name in vary if list(vary).count(name) > 1})
        if repeated:
            raise ValueError(f"varied twice: {', '.join(repeated)}")
        found = {name: model.parameter(name).range_at(setting.values[name]) for name in vary}
    if not found:
        raise ValueError("there is no parameter to vary: give vary={name: (low, high)}")
    for name, (low, high) in found.items():
        model.resolve({name: [low, high]})
        if not low < high:
            raise ValueError(f"vary {name!r}: the range from {low:g} to {high:g} is empty")
    return found


def _pair(name: str, ends: object) -> Range:
    if not isinstance(ends, list | tuple) or len(ends) != 2:
        raise ValueError(f"vary {name!r}: give (low, high), got {ends!r}")
    try:
        return float(ends[0]), float(ends[1])
    except (TypeError, ValueError):
        raise ValueError(f"vary {name!r}: low and high must be numbers, got {ends!r}") from None
