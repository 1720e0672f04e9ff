"""Commitment to a mixed strategy in a two-player game.

Conitzer, V. and Sandholm, T. (2006). Computing the optimal strategy to commit to. Proceedings of the 7th ACM Conference
on Electronic Commerce, 82–90.
von Stengel, B. and Zamir, S. (2010). Leadership games with convex strategy sets. Games and Economic Behavior 69(2),
446–457.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, FloatArray
from .arrays import margin_factor, read, scale_of
from .linear import maximise


@dataclass(frozen=True, eq=False)
class MixedCommitmentResult:
    """The leader's best commitment to a mixed strategy.

    Attributes
    ----------
    leader : int
    strategy : ndarray, shape (*batch, A_leader)
        A best commitment if the follower breaks ties in the leader's favour: a strong Stackelberg equilibrium.
    response : ndarray of int, shape (*batch,)
        The follower's action there; -1 if not solved.
    value : ndarray, shape (*batch,)
        What it gives the leader: the most that any commitment can.
    pessimistic_value : ndarray, shape (*batch,)
        What the leader can get as nearly as it likes if the follower breaks ties against it: the lowest payoff of the
        leader in any equilibrium of the commitment game. It is less than ``value`` only in degenerate games.
    action_values : ndarray, shape (*batch, A_follower)
        The most the leader gets where this action of the follower is a best response; NaN where it never is one.
    follower_regret : ndarray, shape (*batch,)
        What the follower would gain by another response to ``strategy``, recomputed from the payoffs.
    solved : ndarray of bool, shape (*batch,)
        Whether the linear programs were solved and ``follower_regret`` is within the tolerance.
    """

    leader: int
    strategy: FloatArray
    response: NDArray[np.intp]
    value: FloatArray
    pessimistic_value: FloatArray
    action_values: FloatArray
    follower_regret: FloatArray
    solved: BoolArray


@checked
def mixed_commitment(
    payoffs: ArrayLike, leader: int = 0, players: int | None = None, tolerance: float = TOLERANCE
) -> MixedCommitmentResult:
    """Return the leader's best commitment to a mixed strategy, by one linear program per action of the follower.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, 2, A_1, A_2)
    leader : {0, 1}
    players : int, optional
        2, where the shape leaves it open; see `triangle.solvers.arrays`.
    tolerance : float
        Actions of the follower whose payoffs differ nowhere by more than this share of its payoff scale are the same
        to it; a response may fall short of a best one by as much.

    Returns
    -------
    MixedCommitmentResult

    Raises
    ------
    ValueError
        Unsound payoffs; not two players; a leader other than 0 or 1.

    Examples
    --------
    The example of Conitzer and Sandholm: the leader's first action is dominant, and yet it gains from mixing.

    >>> game = [[[2, 4], [1, 3]], [[1, 0], [0, 1]]]
    >>> found = mixed_commitment(game)
    >>> found.strategy.round(9).tolist(), int(found.response), round(float(found.value), 9)
    ([0.5, 0.5], 1, 3.5)
    """
    games = read(payoffs, players)
    margin_factor(tolerance)
    if games.players != 2:
        raise ValueError(f"payoffs: mixed commitment is for two players, got {games.players}")
    if leader not in (0, 1):
        raise ValueError(f"leader must be 0 or 1, got {leader!r}")
    follower = 1 - leader
    moves, responses = games.shape[leader], games.shape[follower]
    flat = games.payoffs.reshape(prod(games.batch), 2, *games.shape)
    seen = flat if leader == 0 else flat[:, ::-1].transpose(0, 1, 3, 2)
    rows = [_solve(pair[0], pair[1], tolerance) for pair in seen]
    batch = games.batch

    def column(k: int, shape: tuple[int, ...] = (), dtype: type = np.float64) -> np.ndarray:
        return np.array([row[k] for row in rows], dtype=dtype).reshape((*batch, *shape))

    return MixedCommitmentResult(
        leader=int(leader),
        strategy=column(0, (moves,)),
        response=column(1, dtype=np.intp),
        value=column(2),
        pessimistic_value=column(3),
        action_values=column(4, (responses,)),
        follower_regret=column(5),
        solved=column(6, dtype=np.bool_),
    )


Row = tuple[FloatArray, int, float, float, FloatArray, float, bool]


def _solve(own: FloatArray, other: FloatArray, tolerance: float) -> Row:
    """Solve one game; ``own`` and ``other`` are the leader's and the follower's payoffs, the leader's actions first."""
    spread = float(scale_of(other, (0, 1))[0, 0])
    unit = (other - other.min()) / (spread or 1.0)
    count = other.shape[1]
    best = [_most(own[:, [b]], unit, [b]) for b in range(count)]
    strategies = [mixture for mixture, _ in best]
    values = np.array([value for _, value in best])
    if np.isnan(values).all():
        nothing = np.full(len(own), np.nan)
        return nothing, -1, np.nan, np.nan, values, np.nan, False
    response = int(np.nanargmax(values))
    strategy = strategies[response]
    assert strategy is not None
    worth = strategy @ other
    regret = float(worth.max() - worth[response])
    worst = max(_guaranteed(own, unit, tolerance), default=np.nan)
    solved = regret <= max(tolerance, TOLERANCE) * spread and not np.isnan(worst)
    return strategy, response, float(values[response]), float(worst), values, regret, solved


def _most(own: FloatArray, unit: FloatArray, same: list[int]) -> tuple[FloatArray | None, float]:
    """Return the mixture that makes the actions ``same`` best responses and gives most at the worst of them."""
    moves = len(own)
    rivals = [b for b in range(unit.shape[1]) if b not in same]
    floor, spread = float(own.min()), float(np.ptp(own)) or 1.0
    shares = (own - floor) / spread
    keeps = np.column_stack([(unit[:, rivals] - unit[:, same[:1]]).T, np.zeros(len(rivals))])
    bounded = np.column_stack([-shares.T, np.ones(len(same))])
    found = maximise(
        np.array([0.0] * moves + [1.0]),
        at_most=(np.vstack([keeps, bounded]), np.zeros(len(rivals) + len(same))),
        equal=(np.array([[1.0] * moves + [0.0]]), np.ones(1)),
        bounds=[(0.0, None)] * moves + [(None, None)],
    )
    if found is None:
        return None, np.nan
    mixture = np.maximum(found[:moves], 0.0)
    mixture /= mixture.sum()
    return mixture, float((mixture @ own).min())


def _guaranteed(own: FloatArray, unit: FloatArray, tolerance: float) -> list[float]:
    """Return what the leader gets from each class of equal actions that it can make strictly better than all others."""
    count = unit.shape[1]
    alike = np.abs(unit[:, :, None] - unit[:, None, :]).max(axis=0) <= tolerance
    values = []
    for b in range(count):
        same = [int(k) for k in np.flatnonzero(alike[b])]
        if same[0] == b and _strictly_best(unit, same, tolerance):
            values.append(_most(own[:, same], unit, same)[1])
    return [value for value in values if not np.isnan(value)]


def _strictly_best(unit: FloatArray, same: list[int], tolerance: float) -> bool:
    """Return whether some mixture makes the actions ``same`` better than all others by more than the tolerance."""
    rivals = [b for b in range(unit.shape[1]) if b not in same]
    if not rivals:
        return True
    leads = (unit[:, same[:1]] - unit[:, rivals]).T
    moves = len(unit)
    found = maximise(
        np.array([0.0] * moves + [1.0]),
        at_most=(np.column_stack([-leads, np.ones(len(rivals))]), np.zeros(len(rivals))),
        equal=(np.array([[1.0] * moves + [0.0]]), np.ones(1)),
        bounds=[(0.0, None)] * moves + [(None, None)],
    )
    return found is not None and bool((leads @ np.maximum(found[:moves], 0.0)).min() > tolerance)
