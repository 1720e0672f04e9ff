"""Why a profile is stable: what every move would cost, read off the rows term by term."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ..conditions import Condition, Conditions
from ..family import GameFamily
from ..game import FloatArray


@dataclass(frozen=True)
class Move:
    """A move that somebody could make, and what it would cost.

    Attributes
    ----------
    mover : str
        A player, or a coalition that moves together and counts its gains in sum.
    change : str
        What the move changes, such as ``"Russia: confront → cooperate"``.
    loss : float
        What the mover loses; negative if it gains.
    reasons : tuple of (str, float)
        The loss by term, largest first; the amounts add up to the loss. ``(contract)`` marks what a term does
        through the contract rather than directly.
    """

    mover: str
    change: str
    loss: float
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Explanation:
    """Every move away from a profile, the cheapest first.

    Attributes
    ----------
    profile : tuple of str
    moves : tuple of Move
    """

    profile: tuple[str, ...]
    moves: tuple[Move, ...]

    @property
    def binding(self) -> Move | None:
        """The cheapest move: the one by which the profile would first cease to be stable."""
        return self.moves[0] if self.moves else None

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        moves = [{"mover": m.mover, "change": m.change, "loss": m.loss, "reasons": dict(m.reasons)} for m in self.moves]
        return {"profile": list(self.profile), "moves": moves}

    def __str__(self) -> str:
        from ..views.tables import as_text, explanation_table

        return as_text(explanation_table(self))

    def _repr_html_(self) -> str:
        from ..views.tables import as_html, explanation_table

        return as_html(explanation_table(self))


def explain(model: GameFamily, compiled: Conditions, weights: FloatArray, profile: int) -> Explanation:
    """Return what every move at a profile would cost, term by term.

    Parameters
    ----------
    weights : ndarray, shape (monomials,)
        The monomials' values.
    profile : int
    """
    value = dict(zip(model.polynomials.monomials, map(float, weights), strict=True))
    moves = [_move(model, value, weights, condition) for condition in compiled.at(profile)]
    return Explanation(model.form.profile(profile), tuple(sorted(moves, key=lambda move: move.loss)))


def _move(model: GameFamily, value: dict[Any, float], weights: FloatArray, condition: Condition) -> Move:
    quantities = {f"payoff_{member}" for member in condition.members}
    reasons: defaultdict[str, float] = defaultdict(float)
    for part in model.contributions:
        if part.quantity in quantities:
            flat = part.values.reshape(-1)
            difference = value[part.monomial] * (flat[condition.profile] - flat[condition.target])
            reasons[part.label] += float(difference)
    loss = float(weights @ condition.coefficients)
    smallest = 1e-12 * max(1e-300, *(abs(amount) for amount in reasons.values()))
    told = sorted(((k, v) for k, v in reasons.items() if abs(v) > smallest), key=lambda item: -abs(item[1]))
    return Move(condition.mover, model.form.change(condition.profile, condition.target), loss, tuple(told))
