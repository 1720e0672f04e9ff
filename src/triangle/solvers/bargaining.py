"""Splitting a total: Nash's and Kalai and Smorodinsky's solutions, and Rubinstein's alternating offers.

A **disagreement payoff** is what a player has while no agreement is reached; the solutions share the gain above it. An
**outside option** is what it gets by leaving for good. The two are kept apart: an outside option does not raise a
player's share unless it is worth more than the share itself, and then it is what the player gets.

Nash, J. (1950). The bargaining problem. Econometrica 18(2), 155–162. Kalai, E., & Smorodinsky, M. (1975). Other
solutions to Nash's bargaining problem. Econometrica 43(3), 513–518. Rubinstein, A. (1982). Perfect equilibrium in a
bargaining model. Econometrica 50(1), 97–109. Binmore, K., Shaked, A., & Sutton, J. (1989). An outside option
experiment. Quarterly Journal of Economics 104(4), 753–770.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, FloatArray, as_numbers, as_payoffs


@checked
def nash_bargaining(
    total: ArrayLike, disagreement: ArrayLike, weights: ArrayLike | None = None, outside: ArrayLike | None = None
) -> FloatArray:
    """Split a total among n players by the (weighted) Nash bargaining solution, under the outside-option principle.

    Each player gets its disagreement payoff and its weight's part of the surplus over all of these. Whoever would get
    less than its outside option gets just that instead, and the others share the rest by the same rule.

    Parameters
    ----------
    total : array_like, shape (*batch)
    disagreement : array_like, shape (*batch, n)
        What each player has while they disagree.
    weights : array_like, shape (*batch, n), optional
        Bargaining weights, not negative, of any positive sum; equal if not given. One of weight zero gets its
        disagreement payoff or its outside option.
    outside : array_like, shape (*batch, n), optional
        What each player gets by leaving; ``-inf`` for a player that cannot.

    Returns
    -------
    ndarray, shape (*batch, n)
        Payoffs in the units of the total, to which they sum. NaN for all players where there is nothing to agree on:
        the total is less than the sum of what the players can have without (the greater of disagreement payoff and
        outside option). Where it equals that sum each gets just that.

    Raises
    ------
    ValueError
        Not finite, weights that are negative or all zero, or shapes that do not broadcast.

    Examples
    --------
    >>> nash_bargaining(10, [2, 0])
    array([6., 4.])
    >>> nash_bargaining(10, [2, 0], outside=[5, 3])
    array([6., 4.])
    >>> nash_bargaining(10, [2, 0], outside=[7, 3])
    array([7., 3.])
    >>> nash_bargaining([10, 1], [2, 0], weights=[3, 1])
    array([[ 8.,  2.],
           [nan, nan]])
    """
    whole, d = _problem(total, disagreement)
    w = _weights(weights, d.shape[-1])
    o = _outside(outside, d.shape[-1])
    whole, d, w, o = _broadcast(whole, d, weights=w, outside=o)
    floor = np.maximum(d, o)
    scale = np.maximum(np.abs(whole), np.abs(floor).sum(axis=-1, keepdims=True))
    shares = d
    bound = np.zeros(d.shape, dtype=bool)
    for _ in range(d.shape[-1] + 1):
        rest = (whole - np.where(bound, floor, d).sum(axis=-1, keepdims=True)) / _positive(np.where(bound, 0.0, w))
        shares = np.where(bound, floor, d + w * rest)
        # Each player that is bound leaves less for the others, so none is ever freed again.
        bound = bound | (floor > shares)
    agreed = floor.sum(axis=-1, keepdims=True) <= whole + TOLERANCE * scale
    return np.where(agreed, np.maximum(shares, floor), np.nan)


@checked
def kalai_smorodinsky_split(total: ArrayLike, disagreement: ArrayLike, ideal: ArrayLike | None = None) -> FloatArray:
    """Split a total so that all players gain the same part of the most that each could gain.

    Parameters
    ----------
    total : array_like, shape (*batch)
    disagreement : array_like, shape (*batch, n)
    ideal : array_like, shape (*batch, n), optional
        The most that each player could get; if not given, the whole total less the others' disagreement payoffs, and
        then the surplus is split equally.

    Returns
    -------
    ndarray, shape (*batch, n)
        NaN where the total is less than the sum of the disagreement payoffs. Players get no more than their ideals
        even where these sum to less than the total.

    Raises
    ------
    ValueError
        Not finite, an ideal below the disagreement payoff, or shapes that do not broadcast.

    Examples
    --------
    A bankrupt's two creditors, each with no more in view than its claim or the estate.

    >>> kalai_smorodinsky_split(100, [0, 0], ideal=[50, 100]).round(2)
    array([33.33, 66.67])
    """
    whole, d = _problem(total, disagreement)
    best = whole - d.sum(axis=-1, keepdims=True) + d if ideal is None else as_payoffs(ideal, "ideal")
    whole, d, best = _broadcast(whole, d, ideal=best)
    surplus = whole - d.sum(axis=-1, keepdims=True)
    scale = np.maximum(np.abs(whole), np.abs(d).sum(axis=-1, keepdims=True))
    agreed = surplus >= -TOLERANCE * scale
    if (agreed & (best < d - TOLERANCE * scale)).any():
        bad = np.argwhere(agreed & (best < d - TOLERANCE * scale))[0]
        raise ValueError(f"ideal: player {bad[-1]} would have less than its disagreement payoff")
    gain = np.maximum(best - d, 0.0)
    part = np.clip(surplus / _positive(gain), 0.0, 1.0)
    return np.where(agreed, d + part * gain, np.nan)


@checked
def rubinstein(discounts: ArrayLike, outside: ArrayLike | None = None) -> FloatArray:
    """Return the split of one pie between two players who make offers in turn, player 0 first.

    Parameters
    ----------
    discounts : array_like, shape (*batch, 2)
        What a unit one period later is worth to each player now: from 0 up to 1, not both of them 1.
    outside : array_like, shape (*batch, 2), optional
        What each can get by leaving, as a part of the pie, when it has just refused an offer; ``-inf`` or 0 if nothing.

    Returns
    -------
    ndarray, shape (*batch, 2)
        The shares in the unique subgame-perfect equilibrium: without outside options ``(1 - b) / (1 - a b)`` for
        player 0, where a and b are its own and the other's discount factor. NaN where the outside options are together
        worth more than the pie.

    Raises
    ------
    ValueError
        Not two players, a discount factor outside 0 to 1, or both 1 (any split is then an equilibrium).

    Notes
    -----
    With outside options, player 0 offers the other what it would hold out for: the greater of its discounted share as
    the next to offer and its outside option. So an option that is worth less than that changes nothing (Binmore, Shaked
    and Sutton 1989). As periods become short the split tends to Nash's with weights in the inverse ratio of the
    players' discount rates.

    Examples
    --------
    >>> rubinstein([0.5, 0.5]).round(4)
    array([0.6667, 0.3333])
    >>> rubinstein([0.5, 0.5], outside=[0, 0.3]).round(4), rubinstein([0.5, 0.5], outside=[0, 0.5])
    (array([0.6667, 0.3333]), array([0.5, 0.5]))
    """
    factors = as_payoffs(discounts, "discounts")
    if factors.ndim == 0 or factors.shape[-1] != 2:
        raise ValueError(f"discounts must have shape (*batch, 2): one per player; got {factors.shape}")
    if ((factors < 0) | (factors > 1)).any():
        raise ValueError(f"discounts must lie in 0 to 1, got {float(factors[(factors < 0) | (factors > 1)][0])}")
    if (factors == 1).all(axis=-1).any():
        raise ValueError("discounts: with both 1 every split is an equilibrium; one must be below 1")
    options = np.maximum(_outside(outside, 2), 0.0)
    factors, options = _shaped(discounts=factors, outside=options)
    (own, other), (stay, leave) = np.moveaxis(factors, -1, 0), np.moveaxis(options, -1, 0)
    alternating = (1 - other) / (1 - own * other)
    held_to_option = 1 - other * (1 - stay)
    first = np.minimum(1 - leave, np.maximum(alternating, held_to_option))
    shares = np.stack([first, 1 - first], axis=-1)
    return np.where(options.sum(axis=-1, keepdims=True) <= 1 + TOLERANCE, shares, np.nan)


def _problem(total: ArrayLike, disagreement: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the total with an axis for the players, and the disagreement payoffs."""
    whole, d = as_payoffs(total, "total"), as_payoffs(disagreement, "disagreement")
    if d.ndim == 0 or d.shape[-1] == 0:
        raise ValueError(f"disagreement must have shape (*batch, n), one entry per player; got {d.shape}")
    return whole[..., None], d


def _weights(weights: ArrayLike | None, players: int) -> FloatArray:
    if weights is None:
        return np.full(players, 1.0 / players)
    array = as_payoffs(weights, "weights")
    if (array < 0).any() or (array.sum(axis=-1) <= 0).any():
        raise ValueError("weights must not be negative, and one of them must be positive")
    return np.asarray(array / array.sum(axis=-1, keepdims=True))


def _outside(outside: ArrayLike | None, players: int) -> FloatArray:
    if outside is None:
        return np.full(players, -np.inf)
    array = as_numbers(outside, "outside")
    as_payoffs(np.where(array == -np.inf, 0.0, array), "outside")
    return array


def _broadcast(whole: FloatArray, disagreement: FloatArray, **others: FloatArray) -> list[FloatArray]:
    """Broadcast to one batch; the number of players is the disagreement payoffs'."""
    players = disagreement.shape[-1]
    arrays = {"disagreement": disagreement, **others}
    for name, array in others.items():
        if array.ndim == 0 or array.shape[-1] != players:
            raise ValueError(f"{name} must have one entry per player, so {players}; got shape {array.shape}")
    return [*_shaped(total=np.broadcast_to(whole, (*whole.shape[:-1], players)), **arrays)]


def _shaped(**arrays: FloatArray) -> tuple[FloatArray, ...]:
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError:
        told = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes do not fit each other: {told}") from None


def _positive(parts: FloatArray) -> FloatArray:
    """Return the sum over players, or 1 where it is zero and there is nothing to divide by it."""
    total = parts.sum(axis=-1, keepdims=True)
    return np.where(total > 0, total, 1.0)
