"""Structural balance of signed graphs, and how far a graph is from it.

A signed graph is balanced if its players fall into two factions (one may be empty) with good relations within and bad
ones between; equivalently, if no circle has an odd number of bad relations. Its frustration index is the least total
weight of relations that must change for that.

Heider, F. (1946). Attitudes and cognitive organization. Journal of Psychology 21(1), 107–112.
Cartwright, D. and Harary, F. (1956). Structural balance: a generalization of Heider's theory. Psychological Review
63(5), 277–293.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, FloatArray, as_payoffs
from .arrays import margin_factor

MOST_PLAYERS = 20
"""The index is found by trying all 2**(n-1) divisions into two factions."""

_BLOCK = 2**12


@dataclass(frozen=True, eq=False)
class BalanceResult:
    """How near to balance signed graphs are.

    Attributes
    ----------
    balanced : ndarray of bool, shape (*batch,)
    frustration : ndarray, shape (*batch,)
        The least total absolute weight of relations against the division into factions; for signs alone their number.
    factions : ndarray of bool, shape (*batch, n)
        A division that attains it: players with the same value are on one side. Player 0 is always False.
    divisions : ndarray of int, shape (*batch,)
        How many divisions attain it; the one above is the first of them.
    """

    balanced: BoolArray
    frustration: FloatArray
    factions: BoolArray
    divisions: NDArray[np.int64]


@checked
def structural_balance(relations: ArrayLike, tolerance: float = TOLERANCE) -> BalanceResult:
    """Return whether signed graphs are balanced, and their exact frustration index.

    Parameters
    ----------
    relations : array_like, shape (*batch, n, n)
        Symmetric; positive is good, negative bad, zero no relation, and the size is the weight. The diagonal is not
        read. At most `MOST_PLAYERS` players.
    tolerance : float
        Frustration up to this share of a graph's total absolute weight is none.

    Returns
    -------
    BalanceResult

    Raises
    ------
    ValueError
        Not finite, not square, not symmetric, or too large.

    Examples
    --------
    The enemy of my enemy is my friend; three enemies are not at rest.

    >>> marriage = [[0, 1, -1], [1, 0, -1], [-1, -1, 0]]
    >>> found = structural_balance(marriage)
    >>> bool(found.balanced), found.factions.tolist()
    (True, [False, False, True])
    >>> found = structural_balance(np.eye(3) - 1)
    >>> float(found.frustration), int(found.divisions)
    (1.0, 3)
    """
    array = as_payoffs(relations, "relations")
    if array.ndim < 2 or array.shape[-1] != array.shape[-2] or not 1 <= array.shape[-1] <= MOST_PLAYERS:
        raise ValueError(f"relations must have shape (*batch, n, n) with n from 1 to {MOST_PLAYERS}; got {array.shape}")
    if (array != np.swapaxes(array, -1, -2)).any():
        where = tuple(int(k) for k in np.argwhere(array != np.swapaxes(array, -1, -2))[0])
        raise ValueError(f"relations must be symmetric; entry {where} differs from its mirror image")
    count, batch = array.shape[-1], array.shape[:-2]
    first, second = np.triu_indices(count, 1)
    weights = array[..., first, second].reshape(prod(batch), len(first))
    total = np.abs(weights).sum(axis=1)
    least, which = np.full(len(weights), np.inf), np.zeros(len(weights), dtype=np.int64)
    number = np.zeros(len(weights), dtype=np.int64)
    for start in range(0, 2 ** (count - 1), _BLOCK):
        divisions = np.arange(start, min(start + _BLOCK, 2 ** (count - 1)))
        sides = _sides(divisions, count)
        across = sides[:, first] != sides[:, second]
        against = np.maximum(weights, 0) @ across.T + np.maximum(-weights, 0) @ ~across.T
        margin = margin_factor(tolerance) * total[:, None]
        best = against.min(axis=1)
        better = best < least - margin[:, 0]
        number[better] = 0
        which[better] = divisions[against[better].argmin(axis=1)]
        least[better] = best[better]
        number += (against <= least[:, None] + margin).sum(axis=1)
    return BalanceResult(
        balanced=(least <= tolerance * total).reshape(batch),
        frustration=least.reshape(batch),
        factions=_sides(which, count).reshape(*batch, count),
        divisions=number.reshape(batch),
    )


def _sides(divisions: NDArray[np.int64], count: int) -> BoolArray:
    """Return the side of each player; player 0 is on the False side, the last player is the lowest bit."""
    return np.asarray((divisions[:, None] >> np.arange(count)[::-1] & 1).astype(bool))
