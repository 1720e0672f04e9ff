"""Sentences about what moved and why; every word follows from a number."""

from __future__ import annotations

from ..parts import Measure
from ..studies.compare import Change, Comparison, most_stable
from ..studies.solve import Outcome

TOLD = ("transfer", "share", "intensity", "gap")
REASONS = 3
UNMOVED = 5e-4


def spelled(measure: Measure, value: float | str) -> str:
    """Return a measure's value as a reader sees it: a label, a number, or who gives how much.

    Examples
    --------
    >>> spelled(Measure("t", ("t",), abs, signs=("Russia concedes", "China concedes")), -0.81)
    'Russia concedes 0.810'
    """
    if isinstance(value, str):
        return value
    if value != value:
        return "–"
    if measure.signs:
        return "nobody concedes" if abs(value) < UNMOVED else f"{measure.signs[value > 0]} {abs(value):.3f}"
    return f"{value:.3f}"


def sentences(comparison: Comparison) -> list[str]:
    """Return what switched, and for each measure of `TOLD` whether it moved, how far, and by which terms.

    Measures that the model does not have are passed over; a model with none of them is told by all it has.
    """
    first, *others = comparison.outcomes
    numeric = [m for m in first.model.measures if not m.categories]
    wanted = [m for m in numeric if m.name in TOLD] or numeric
    out = []
    for other in others:
        prefix = f"{other.scenario.name}: " if len(others) > 1 else ""
        changes = {change.measure: change for change in comparison.changes[other.scenario.name]}
        if not changes:
            out.append(f"{prefix}No equilibrium to compare.")
            continue
        out.append(prefix + switched(first, other))
        out += [prefix + sentence(measure, changes[measure.name]) for measure in wanted]
        if len(first.equilibria) > 1 or len(other.equilibria) > 1:
            out.append(f"{prefix}Of several equilibria the one with the largest slack is compared.")
    return out


def switched(before: Outcome, after: Outcome) -> str:
    """Return which stances change between two outcomes."""
    first, second = most_stable(before), most_stable(after)
    assert first is not None
    assert second is not None
    parts = []
    for player, here, there in zip(before.model.form.players, first.profile, second.profile, strict=True):
        pairs = zip(player.stances, *(player.choices[player.action(a)] for a in (here, there)), strict=True)
        for (toward, _), old, new in pairs:
            if old != new:
                parts.append(f"{player.name}{f' to {toward}' if toward else ''} from {old} to {new}")
    return f"Stances that switch: {'; '.join(parts)}." if parts else "No stance switches."


def sentence(measure: Measure, change: Change) -> str:
    """Return one measure's change in words, with its terms and causes.

    Examples
    --------
    >>> change = Change("k", 1.0, 1.5, (("trade", 0.7), ("isolation", -0.2)), (("gap", 0.5),))
    >>> print(sentence(Measure("k", ("k",), abs, "intensity"), change))
    Intensity rises from 1.000 to 1.500 (+0.500): trade +0.700, isolation -0.200. Set off by: gap +0.500.
    """
    label = measure.long_name or measure.name
    subject = label[:1].upper() + label[1:]
    before, after = spelled(measure, change.before), spelled(measure, change.after)
    if change.total != change.total:
        return f"{subject} cannot be compared: it is {before} before and {after} after."
    if abs(change.total) < UNMOVED:
        return f"{subject} stays as it is ({before})."
    if measure.signs:
        text = f"{after} (before: {before}; {change.total:+.3f})"
    else:
        verb = "rises" if change.total > 0 else "falls"
        text = f"{subject} {verb} from {before} to {after} ({change.total:+.3f})"
    text += f": {_parts(change.by_term)}" if change.by_term else ""
    return text + (f". Set off by: {_parts(change.by_cause)}." if change.by_cause else ".")


def _parts(parts: tuple[tuple[str, float], ...]) -> str:
    shown = ", ".join(f"{name} {amount:+.3f}" for name, amount in parts[:REASONS])
    rest = sum(amount for _, amount in parts[REASONS:])
    return shown + (f", the rest {rest:+.3f}" if abs(rest) >= UNMOVED else "")
