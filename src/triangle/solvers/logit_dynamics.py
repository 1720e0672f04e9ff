"""Logit revision: how often each profile is played in the long run, and which profiles remain as mistakes get rare.

Each period one mover, a player or a coalition, is drawn (all equally likely) and chooses among the profiles within
its reach, staying included, with probabilities proportional to ``exp(precision × payoff)``; a coalition counts the
mean of its members' payoffs, so that one precision means the same for all. The Markov chain's probabilities span
thousands of orders of magnitude, so every one is kept as ``exp(log − precision × waste)``: the waste is the payoff
given up, exact where payoffs are whole numbers. States are eliminated one by one without a subtraction of
probabilities (Grassmann, Taksar and Heyman). The same elimination on wastes alone, with minimum for sum and sum for
product, gives the least waste of a revision tree to each profile, since a probability in the long run is a sum over
trees (Freidlin and Wentzell's formula) and no term of it is negative.

Where no choice is very rare the same elimination in plain floats is as good (`triangle.solvers.gentle_chains`).

Alós-Ferrer, C. and Netzer, N. (2010). The logit-response dynamics. Games and Economic Behavior 68(2), 413–427.
Blume, L. E. (1993). The statistical mechanics of strategic interaction. Games and Economic Behavior 5(3), 387–424.
Grassmann, W. K., Taksar, M. I. and Heyman, D. P. (1985). Regenerative analysis and steady state distributions for
Markov chains. Operations Research 33(5), 1107–1116.
Kandori, M., Mailath, G. J. and Rob, R. (1993). Learning, mutation, and long run equilibria in games. Econometrica
61(1), 29–56.
Young, H. P. (1993). The evolution of conventions. Econometrica 61(1), 57–84.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked, shown
from ..game import LARGEST, TOLERANCE, BoolArray, FloatArray, as_numbers
from ..names import unknown
from .arrays import Games, margin_factor, read, scale_of_sum
from .gentle_chains import GENTLE, gentle_transition, stationary_shares
from .moves import Coalitions, Mover, Moves, Restriction, movers

Mistakes = Literal["payoff", "uniform"]
_MISTAKES = get_args(Mistakes)

Groups = Coalitions | Mapping[Any, Restriction | None]


@dataclass(frozen=True, eq=False)
class LogitDynamics:
    """The Markov chain of logit revision and where it stays.

    Attributes
    ----------
    transition : ndarray, shape (*batch, P, P)
        Probability of going from a profile (row) to another in one period; profiles in C order.
    stationary : ndarray, shape (*batch, A_1, …, A_N)
        Share of time spent in each profile in the long run; NaN if it depends on the start.
    log_stationary : ndarray, shape (*batch, A_1, …, A_N)
        Its natural logarithm, which tells apart what is too rare to be a float.
    recurrent : ndarray of int, shape (A_1, …, A_N)
        The recurrent class of each profile, counted from 0; -1 where play leaves for good. It follows from the moves.
    unique : bool
        Whether there is just one recurrent class, so that the long run does not depend on the start. It can fail only
        if moves are restricted.
    """

    transition: FloatArray
    stationary: FloatArray
    log_stationary: FloatArray
    recurrent: NDArray[np.intp]
    unique: bool


@dataclass(frozen=True, eq=False)
class StochasticStability:
    """Which profiles remain as mistakes get rare.

    Attributes
    ----------
    stable : ndarray of bool, shape (*batch, A_1, …, A_N)
        The profiles whose share in the long run does not vanish as precision grows.
    excess : ndarray, shape (*batch, A_1, …, A_N)
        Least waste of a revision tree to each profile beyond that of a stable one, in payoffs (in mistakes, if these
        are uniform): at high precision the
        profile's share falls as ``exp(-precision × excess)``. Infinite where play leaves for good.
    """

    stable: BoolArray
    excess: FloatArray


@checked
def logit_dynamics(
    payoffs: ArrayLike,
    precision: ArrayLike,
    groups: Groups | None = None,
    moves: Moves | None = None,
    *,
    alone: bool = True,
    players: int | None = None,
) -> LogitDynamics:
    """Return the Markov chain of logit revision and its stationary distribution.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    precision : array_like
        Not negative, in units of one over payoff; broadcasts against the batch. 0 is choice at random.
    groups : {"all", "pairs"}, iterable of iterables of int, or mapping from coalition to restriction, optional
        The coalitions that may revise together, as in `triangle.solvers.coalition_stable`; a mapping gives each its
        restricted joint moves as well. Without it players revise alone.
    moves : mapping or sequence, optional
        Restrictions where ``groups`` is no mapping; see `triangle.solvers.moves`.
    alone : bool
        Whether every player revises alone too, listed or not (restricted under its own key, if at all).
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.

    Returns
    -------
    LogitDynamics

    Raises
    ------
    ValueError
        Unsound payoffs, coalitions or moves; no mover; precision that is negative, not finite, of a shape that does not
        fit the batch, or so high that precision times payoff range is above `triangle.solvers.arrays.LARGEST`.

    Examples
    --------
    In a potential game the share of a profile is proportional to exp(precision × potential): here potential is 1 where
    the two meet.

    >>> meet = [[[1, 0], [0, 1]], [[1, 0], [0, 1]]]
    >>> logit_dynamics(meet, np.log(4)).stationary
    array([[0.4, 0.1],
           [0.1, 0.4]])
    """
    games = read(payoffs, players)
    revising = _revising(games, groups, moves, alone)
    rate, games = _broadcast(games, precision)
    reach = [_reach(games, mover) for mover in revising]
    flat = games.flat()
    worths = [flat[:, list(mover.members)].sum(axis=1) / len(mover.members) for mover in revising]
    recurrent = _recurrent_classes(reach)
    unique = int(recurrent.max()) == 0
    kept = np.flatnonzero(recurrent == 0)
    transition = np.empty((len(rate), games.size, games.size))
    stationary = np.full((len(rate), games.size), 0.0 if unique else np.nan)
    shares = np.full((len(rate), games.size), -np.inf if unique else np.nan)
    widest = np.max([np.ptp(worth, axis=1) for worth in worths], axis=0)
    easy = np.flatnonzero(rate * widest <= GENTLE)
    transition[easy] = gentle_transition([worth[easy] for worth in worths], reach, rate[easy])
    plain = np.zeros(len(rate), dtype=bool)
    if unique:
        found = stationary_shares(transition[easy][:, kept[:, None], kept])
        well = ~np.isnan(found).any(axis=1)
        plain[easy[well]] = True
        stationary[easy[well, None], kept] = found[well]
        shares[easy[well, None], kept] = np.log(found[well])
    else:
        plain[easy] = True
    rare = np.flatnonzero(~plain)
    logs, wastes = _exponents([worth[rare] for worth in worths], reach, rate[rare, None, None])
    transition[rare] = np.exp(logs - rate[rare, None, None] * wastes)
    if unique:
        inside = np.ix_(np.arange(len(rare)), kept, kept)
        shares[rare[:, None], kept] = _long_run(logs[inside], wastes[inside], rate[rare])
        stationary[rare] = np.exp(shares[rare])
    shape = (*games.batch, *games.shape)
    return LogitDynamics(
        transition=transition.reshape(*games.batch, games.size, games.size),
        stationary=stationary.reshape(shape),
        log_stationary=shares.reshape(shape),
        recurrent=recurrent.reshape(games.shape),
        unique=unique,
    )


@checked
def stochastically_stable(
    payoffs: ArrayLike,
    groups: Groups | None = None,
    moves: Moves | None = None,
    *,
    alone: bool = True,
    players: int | None = None,
    tolerance: float = TOLERANCE,
    mistakes: Mistakes = "payoff",
) -> StochasticStability:
    """Return the profiles that revision still visits as mistakes get rare.

    They are the roots of the revision trees of least waste (Alós-Ferrer and Netzer 2010): a tree leads from every
    profile to its root by moves of the movers, and a move wastes what the mover could have got more by its best one, or
    counts as one mistake if it is not a best one (Kandori, Mailath and Rob 1993; Young 1993).

    Parameters
    ----------
    payoffs, groups, moves, alone, players
        As for `logit_dynamics`.
    tolerance : float
        Waste up to this share of the payoff scale, the largest of the movers', is none.
    mistakes : {"payoff", "uniform"}
        ``"payoff"``: logit revision, where costly mistakes are rarer. ``"uniform"``: all are equally likely, so
        that only their number counts, and `StochasticStability.excess` is that number. One mover revises at a time,
        unlike in Kandori, Mailath and Rob's model, where all do.

    Returns
    -------
    StochasticStability

    Raises
    ------
    ValueError
        Unsound payoffs, coalitions or moves; no mover; moves so restricted that the long run depends on the start;
        unknown mistakes.

    Examples
    --------
    Of two conventions the one with less risk remains (Young 1993), though the other pays both more.

    >>> stag_hunt = [[[4, 0], [3, 3]], [[4, 3], [0, 3]]]
    >>> result = stochastically_stable(stag_hunt)
    >>> result.stable.tolist(), result.excess.tolist()
    ([[False, False], [False, True]], [[2.0, 3.0], [3.0, 0.0]])
    >>> stochastically_stable(stag_hunt, mistakes="uniform").stable.tolist()  # with two players one leads either way
    [[True, False], [False, True]]
    """
    if mistakes not in _MISTAKES:
        raise ValueError(unknown("mistakes", mistakes, _MISTAKES))
    games = read(payoffs, players)
    factor = margin_factor(tolerance)
    revising = _revising(games, groups, moves, alone)
    reach = [_reach(games, mover) for mover in revising]
    recurrent = _recurrent_classes(reach)
    if recurrent.max() > 0:
        raise ValueError(f"moves: the long run depends on the start, as there are {recurrent.max() + 1} closed classes")
    flat = games.flat()
    waste = np.full((len(flat), games.size, games.size), np.inf)
    margin = np.zeros((len(flat), 1))
    for mover, open_to in zip(revising, reach, strict=True):
        own = [flat[:, member] for member in mover.members]
        given_up = _waste(np.asarray(sum(own)) / len(own), open_to)
        slack = factor * scale_of_sum(own, (-1,)) / len(own)
        if mistakes == "uniform":
            given_up = np.where(np.isfinite(given_up), given_up > slack[..., None], np.inf)
        else:
            np.maximum(margin, slack, out=margin)
        np.minimum(waste, given_up, out=waste)
    kept = np.flatnonzero(recurrent == 0)
    excess = np.full((len(flat), games.size), np.inf)
    excess[:, kept] = _least_trees(waste[:, kept[:, None], kept])
    shape = (*games.batch, *games.shape)
    return StochasticStability(stable=(excess <= margin).reshape(shape), excess=excess.reshape(shape))


def _revising(games: Games, groups: Groups | None, moves: Moves | None, alone: bool) -> list[Mover]:
    if not isinstance(groups, Mapping):
        found = movers(games.shape, () if groups is None else groups, moves)
    elif moves is None:
        found = movers(games.shape, list(groups), groups)
    else:
        raise ValueError("moves: groups already gives each coalition its moves; give one of the two")
    listed = {mover.members for mover in found}
    singles = [Mover((i,)) for i in range(games.players) if alone and (i,) not in listed]
    if not singles and not found:
        raise ValueError("groups: nobody may revise; list a coalition or let players revise alone")
    return singles + found


def _broadcast(games: Games, precision: ArrayLike) -> tuple[FloatArray, Games]:
    """Return one precision per game, and the games repeated for each precision."""
    rate = as_numbers(precision, "precision")
    if not (np.isfinite(rate) & (rate >= 0)).all():
        raise ValueError(f"precision must be finite numbers, 0 or more, got {shown(precision)}")
    try:
        batch = np.broadcast_shapes(games.batch, rate.shape)
    except ValueError:
        raise ValueError(f"precision: shape {rate.shape} does not fit the batch of shape {games.batch}") from None
    flat = np.broadcast_to(rate, batch).ravel()
    widened = Games(np.broadcast_to(games.payoffs, (*batch, games.players, *games.shape)), batch)
    span = np.abs(widened.flat()).max(axis=(1, 2), initial=0.0) * 2 * games.players * games.size
    if (flat > LARGEST / np.maximum(span, 1.0)).any():
        raise ValueError(f"precision times the range of payoffs must not exceed {LARGEST:g}, got {shown(precision)}")
    return np.asarray(flat), widened


def _reach(games: Games, mover: Mover) -> BoolArray:
    """Return which profiles a mover can choose from each, staying included, shape (P, P)."""
    open_to = np.eye(games.size, dtype=bool)
    open_to[mover.pairs(games.shape)] = True
    return open_to


def _waste(worth: FloatArray, open_to: BoolArray) -> FloatArray:
    """Return what a mover gives up by each choice, infinite where there is no such choice; worth is (games, P)."""
    choices = np.where(open_to, worth[:, None, :], -np.inf)
    return np.asarray(choices.max(axis=-1, keepdims=True) - choices)


def _exponents(
    worths: Sequence[FloatArray], reach: Sequence[BoolArray], rate: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the transition probabilities as logarithm and waste, shapes (games, P, P)."""
    shape = (len(rate), *reach[0].shape)
    total = np.full(shape, -np.inf), np.zeros(shape)
    for worth, open_to in zip(worths, reach, strict=True):
        total = _plus(total, _choice(worth, open_to, rate, len(reach)), rate)
    return total


def _choice(worth: FloatArray, open_to: BoolArray, rate: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Return the probabilities of a mover's choices times that of being drawn: logarithm and waste."""
    waste = np.where(open_to, _waste(worth, open_to), 0.0)
    total = np.log(np.where(open_to, np.exp(-rate * waste), 0.0).sum(axis=-1, keepdims=True))
    return np.where(open_to, -log(count) - total, -np.inf), waste


def _plus(
    one: tuple[FloatArray, FloatArray], other: tuple[FloatArray, FloatArray], rate: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Add probabilities given as logarithm and waste: the larger one's waste is kept, so that ties stay exact."""
    first = _larger(one, other, rate)
    log_high, high = np.where(first, one[0], other[0]), np.where(first, one[1], other[1])
    log_low, low = np.where(first, other[0], one[0]), np.where(first, other[1], one[1])
    gap = np.where(np.isneginf(log_low), -np.inf, log_low - rate * (low - high))
    return np.logaddexp(log_high, gap), high


def _larger(one: tuple[FloatArray, FloatArray], other: tuple[FloatArray, FloatArray], rate: FloatArray) -> BoolArray:
    return np.asarray(one[0] - rate * one[1] >= other[0] - rate * other[1])


def _sum(terms: tuple[FloatArray, FloatArray], rate: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Add probabilities along the last axis, as `_plus`."""
    top = np.argmax(terms[0] - rate[:, None] * terms[1], axis=-1)[..., None]
    waste = np.take_along_axis(terms[1], top, axis=-1)
    gap = np.where(np.isneginf(terms[0]), -np.inf, terms[0] - rate[:, None] * (terms[1] - waste))
    return np.logaddexp.reduce(gap, axis=-1), waste[..., 0]


def _long_run(logs: FloatArray, wastes: FloatArray, rate: FloatArray) -> FloatArray:
    """Return the logarithms of the stationary distribution of irreducible chains, shape (games, states)."""
    logs, wastes = logs.copy(), wastes.copy()
    size = logs.shape[-1]
    for n in range(size - 1, 0, -1):
        leave, cost = _sum((logs[:, n, :n], wastes[:, n, :n]), rate)
        logs[:, :n, n] -= leave[:, None]
        wastes[:, :n, n] -= cost[:, None]
        around = (
            logs[:, :n, n, None] + logs[:, n, None, :n],
            wastes[:, :n, n, None] + wastes[:, n, None, :n],
        )
        logs[:, :n, :n], wastes[:, :n, :n] = _plus((logs[:, :n, :n], wastes[:, :n, :n]), around, rate[:, None, None])
    share, given_up = np.zeros((len(logs), size)), np.zeros((len(logs), size))
    for n in range(1, size):
        came = share[:, :n] + logs[:, :n, n], given_up[:, :n] + wastes[:, :n, n]
        share[:, n], given_up[:, n] = _sum(came, rate)
    total, least = _sum((share, given_up), rate)
    return np.asarray(share - total[:, None] - rate[:, None] * (given_up - least[:, None]))


def _least_trees(waste: FloatArray) -> FloatArray:
    """Return the least waste of a tree to each root beyond the least of all, shape (games, states)."""
    waste = waste.copy()
    size = waste.shape[-1]
    for n in range(size - 1, 0, -1):
        waste[:, :n, n] -= waste[:, n, :n].min(axis=-1)[:, None]
        around = waste[:, :n, n, None] + waste[:, n, None, :n]
        np.minimum(waste[:, :n, :n], around, out=waste[:, :n, :n])
    tree = np.zeros((len(waste), size))
    for n in range(1, size):
        tree[:, n] = (tree[:, :n] + waste[:, :n, n]).min(axis=-1)
    return np.asarray(tree - tree.min(axis=-1, keepdims=True))


def _recurrent_classes(reach: list[BoolArray]) -> NDArray[np.intp]:
    """Return the closed class of each profile, counted from 0 in C order, or -1 for those that are left for good."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    linked = np.logical_or.reduce(reach)
    count, part = connected_components(csr_array(linked), directed=True, connection="strong")
    leaves = np.zeros(count, dtype=bool)
    source, target = np.nonzero(linked)
    leaves[part[source[part[source] != part[target]]]] = True
    closed = [c for c in dict.fromkeys(part.tolist()) if not leaves[c]]
    number = np.full(count, -1, dtype=np.intp)
    number[closed] = np.arange(len(closed))
    return np.asarray(number[part])
