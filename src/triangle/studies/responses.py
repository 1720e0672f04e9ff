"""Best replies: from every profile, each mover's most profitable move, read off the compiled conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..game import BoolArray, FloatArray
from .solve import Outcome

STAYS = -1


@dataclass(frozen=True, eq=False)
class Responses:
    """Every mover's best reply at every profile.

    Attributes
    ----------
    outcome : Outcome
    targets : mapping of str to ndarray of int, shape (profiles,)
        By mover (a player, or a coalition that counts its gains in sum) the profile it would move to, the first of
        several that tie; -1 where no move pays.
    gains : mapping of str to ndarray, shape (profiles,)
        What the move gains, in units of payoff; 0 where none pays.
    allowed : ndarray of bool, shape (profiles,)
        False where a player is not at the action it is held to.
    """

    outcome: Outcome = field(repr=False)
    targets: Mapping[str, NDArray[np.intp]] = field(repr=False)
    gains: Mapping[str, FloatArray] = field(repr=False)
    allowed: BoolArray = field(repr=False)

    @property
    def moves(self) -> int:
        """How many best replies are moves."""
        return sum(int((targets != STAYS).sum()) for targets in self.targets.values())

    @property
    def rests(self) -> tuple[int, ...]:
        """The profiles that nobody leaves: the equilibria, unless the leader's commitment chooses among them."""
        left = np.any([targets != STAYS for targets in self.targets.values()], axis=0)
        return tuple(map(int, np.flatnonzero(self.allowed & ~left)))


def responses(outcome: Outcome) -> Responses:
    """Return every mover's best reply at every profile of an outcome's game.

    Parameters
    ----------
    outcome : Outcome
        Its scenario says who is held to what, its concept whether coalitions move.

    Returns
    -------
    Responses
        A gain counts from the tolerance on that decides stability.

    Examples
    --------
    >>> import triangle as tri
    >>> outcome = tri.solve(tri.chapter_model(), "baseline_2016")
    >>> found = responses(outcome)
    >>> list(found.targets), found.rests == tuple(each.index for each in outcome.equilibria)
    (['West', 'Russia', 'China', 'Russia–China'], True)
    """
    compiled, weights = outcome.compiled, outcome.weights
    gains = -compiled.losses(weights)
    mover = compiled.row_mover[compiled.entry_row]
    gains[gains <= compiled.tolerances(weights)[mover]] = 0.0
    targets, best = {}, {}
    for k, name in enumerate(compiled.movers):
        chosen = np.flatnonzero((mover == k) & (gains > 0))
        order = chosen[np.lexsort((compiled.entry_target[chosen], -gains[chosen]))]
        profiles, first = np.unique(compiled.entry_profile[order], return_index=True)
        targets[name] = np.full(compiled.form.size, STAYS, dtype=np.intp)
        targets[name][profiles] = compiled.entry_target[order[first]]
        best[name] = np.zeros(compiled.form.size)
        best[name][profiles] = gains[order[first]]
    return Responses(outcome, targets, best, compiled.allowed)
