"""Sentences about what moved and why; every word follows from a number."""

from __future__ import annotations

from ..studies.compare import Change, Comparison

TOLD = ("transfer", "share", "intensity", "gap")
REASONS = 3
UNMOVED = 5e-4


def sentences(comparison: Comparison, measures: tuple[str, ...] = TOLD) -> list[str]:
    """Return a sentence for each measure and later scenario: whether it moved, how far, and by which terms.

    Measures that the model does not have are passed over; a model with none of them is told by its payoffs.
    """
    first, *others = comparison.outcomes
    model = first.model
    names = [m.name for m in model.measures if not m.categories]
    wanted = [name for name in measures if name in names] or names
    label = {m.name: m.long_name or m.name for m in model.measures}
    out = []
    for other in others:
        prefix = f"{other.scenario.name}: " if len(others) > 1 else ""
        changes = {change.measure: change for change in comparison.changes[other.scenario.name]}
        if not changes:
            out.append(f"{prefix}no equilibrium to compare.")
        for name in wanted:
            if name in changes:
                out.append(prefix + sentence(label[name], changes[name]))
        if len(first.equilibria) > 1 or len(other.equilibria) > 1:
            out.append("Of several equilibria the one with the largest slack is compared.")
    return out


def sentence(label: str, change: Change) -> str:
    """Return one measure's change in words, with its terms and causes.

    Examples
    --------
    >>> print(sentence("intensity", Change("k", 1.0, 1.5, (("trade", 0.7), ("isolation", -0.2)), (("gap", 0.5),))))
    Intensity rises from 1.000 to 1.500 (+0.500): trade +0.700, isolation -0.200. Set off by: gap +0.500.
    """
    subject = label[:1].upper() + label[1:]
    if change.total != change.total:
        return f"{subject} cannot be compared: it does not apply on one side."
    if abs(change.total) < UNMOVED:
        return f"{subject} stays at {change.before:.3f}."
    verb = "rises" if change.total > 0 else "falls"
    text = f"{subject} {verb} from {change.before:.3f} to {change.after:.3f} ({change.total:+.3f})"
    text += f": {_parts(change.by_term)}" if change.by_term else ""
    return text + (f". Set off by: {_parts(change.by_cause)}." if change.by_cause else ".")


def _parts(parts: tuple[tuple[str, float], ...]) -> str:
    shown = ", ".join(f"{name} {amount:+.3f}" for name, amount in parts[:REASONS])
    rest = sum(amount for _, amount in parts[REASONS:])
    return shown + (f", the rest {rest:+.3f}" if abs(rest) >= UNMOVED else "")
