"""What a payoff is made of: the sum over the terms, at one equilibrium or between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from .compare import Comparison, most_stable
from .solve import Equilibrium, Outcome

Parts = tuple[tuple[str, float], ...]
SMALLEST = 1e-12


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Every player's payoff, or its change, as a sum over terms.

    Attributes
    ----------
    outcome : Outcome
        At whose equilibrium the payoffs are.
    before : Outcome or None
        What the change starts from; None if the payoff itself is taken apart, from zero.
    start, end : mapping of str to float
        By player; ``start`` is 0 without ``before``.
    parts : mapping of str to tuple of (str, float)
        By player the terms, largest first; they add up to ``end - start``. ``(contract)`` marks what a term does
        through the contract rather than directly.
    """

    outcome: Outcome = field(repr=False)
    before: Outcome | None = field(repr=False)
    start: Mapping[str, float]
    end: Mapping[str, float]
    parts: Mapping[str, Parts]


def decompose(found: Outcome | Comparison) -> Decomposition:
    """Take every player's payoff apart, term by term.

    Parameters
    ----------
    found : Outcome or Comparison
        An outcome: the payoffs at its most stable equilibrium. A comparison: how they differ between the first and the
        last outcome. Payoffs are sums over terms, so the differences are unique: no order of switching matters.

    Returns
    -------
    Decomposition

    Raises
    ------
    ValueError
        There is no equilibrium, or a comparison has but one outcome.

    Examples
    --------
    >>> import triangle as tri
    >>> found = decompose(tri.compare(tri.chapter_model(), "us_russia_reset"))
    >>> [(name, round(amount, 2)) for name, amount in found.parts["West"][:2]]
    [('norm_cost', -0.6), ('assertion', 0.35)]
    """
    if isinstance(found, Outcome):
        after, before = found, None
    elif len(found.outcomes) < 2:
        raise ValueError("a change needs two outcomes; for one, decompose the outcome itself")
    else:
        before, after = found.outcomes[0], found.outcomes[-1]
    ends = _sources(after, _equilibrium(after))
    starts = {} if before is None else _sources(before, _equilibrium(before))
    parts = {}
    for player in after.model.form.names:
        here, there = ends[player], starts.get(player, {})
        moved = {name: here.get(name, 0.0) - there.get(name, 0.0) for name in {**here, **there}}
        kept = [(name, amount) for name, amount in moved.items() if abs(amount) > SMALLEST]
        parts[player] = tuple(sorted(kept, key=lambda item: (-abs(item[1]), item[0])))
    total = {player: sum(each.values()) for player, each in ends.items()}
    first = {player: sum(starts.get(player, {}).values()) for player in ends}
    return Decomposition(after, before, first, total, parts)


def _equilibrium(outcome: Outcome) -> Equilibrium:
    found = most_stable(outcome)
    if found is None:
        raise ValueError(
            f"{outcome.scenario.name!r} has no equilibrium under {outcome.concept}: no payoff to take apart"
        )
    return found


def _sources(outcome: Outcome, at: Equilibrium) -> dict[str, dict[str, float]]:
    """Return by player what every source adds to its payoff at an equilibrium."""
    model = outcome.model
    value = dict(zip(model.polynomials.monomials, map(float, outcome.weights), strict=True))
    out: dict[str, defaultdict[str, float]] = {player: defaultdict(float) for player in model.form.names}
    for part in model.contributions:
        player = part.quantity.removeprefix("payoff_")
        if player != part.quantity and player in out:
            amount = value[part.monomial] * float(part.values.reshape(-1)[at.index])
            out[player][part.label] += amount
    return {player: dict(found) for player, found in out.items()}
