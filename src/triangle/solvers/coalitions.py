"""Stability against moves of coalitions: pairwise, strong and coalition-proof equilibria, in pure strategies.

Aumann, R. (1959). Acceptable points in general cooperative n-person games. In Contributions to the Theory of Games IV
(Annals of Mathematics Studies 40). Princeton University Press.
Bernheim, B. D., Peleg, B. and Whinston, M. D. (1987). Coalition-proof Nash equilibria I: Concepts. Journal of Economic
Theory 42(1), 1–12.
Jackson, M. O. and Wolinsky, A. (1996). A strategic model of social and economic networks. Journal of Economic Theory
71(1), 44–74.
"""

from __future__ import annotations

from functools import reduce
from itertools import combinations
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, BoolArray
from ..names import unknown
from .arrays import Games, margin_factor, read, scale_of, scale_of_sum
from .moves import Coalitions, Members, Mover, Moves, movers
from .pure import nash_mask

Blocking = Literal["every", "some"]


@checked
def coalition_stable(
    payoffs: ArrayLike,
    coalitions: Coalitions,
    transferable: bool = False,
    moves: Moves | None = None,
    *,
    blocking: Blocking = "every",
    players: int | None = None,
    tolerance: float = TOLERANCE,
) -> BoolArray:
    """Return the profiles from which no player gains by moving alone and no coalition by moving together.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    coalitions : {"all", "pairs"} or iterable of iterables of int
        Who may move together. Players moving alone always count: they need not be listed. ``"all"`` gives strong
        equilibria (Aumann 1959), ``"pairs"`` pairwise ones, ``()`` Nash equilibria.
    transferable : bool
        If true, members can share their gains: a move tempts a coalition if its members gain in sum.
    moves : mapping or sequence, optional
        Which joint moves are open to which coalition; see `triangle.solvers.moves`. Without it all are.
    blocking : {"every", "some"}
        Without transfers a move tempts a coalition if every member gains, or, with ``"some"``, if one gains and none
        loses (as Jackson and Wolinsky 1996 say of a new link).
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float
        Gains up to this share of the payoff scale, a player's own or that of the coalition's sum, are none.

    Returns
    -------
    ndarray of bool, shape (*batch, A_1, …, A_N)

    Raises
    ------
    ValueError
        Unsound payoffs, coalitions or moves.

    Examples
    --------
    The one equilibrium of the prisoners' dilemma is not strong: both gain by moving together.

    >>> dilemma = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    >>> coalition_stable(dilemma, ()).tolist()
    [[False, False], [False, True]]
    >>> coalition_stable(dilemma, "all").any()
    np.False_

    It is, if the pair cannot leave it by a joint move.

    >>> stuck = np.array([[True, True], [False, True]])
    >>> coalition_stable(dilemma, [(0, 1)], moves={(0, 1): {0: stuck, 1: stuck}}).tolist()
    [[False, False], [False, True]]
    """
    games = read(payoffs, players)
    if blocking not in get_args(Blocking):
        raise ValueError(unknown("blocking", blocking, get_args(Blocking)))
    listed = movers(games.shape, coalitions, moves)
    return stable_mask(games, tuple(range(games.players)), listed, transferable, blocking, tolerance)


def stable_mask(
    games: Games,
    alone: Members,
    together: list[Mover],
    transferable: bool = False,
    blocking: Blocking = "every",
    tolerance: float = TOLERANCE,
) -> BoolArray:
    """Return the profiles at which neither the players ``alone`` nor the coalitions ``together`` have a move."""
    restricted = {mover.members[0] for mover in together if len(mover.members) == 1}
    stable = nash_mask(games, tuple(player for player in alone if player not in restricted), tolerance)
    for mover in together:
        stable &= ~_tempted(games, mover, transferable, blocking, tolerance)
    return stable


@checked
def coalition_proof(payoffs: ArrayLike, players: int | None = None, tolerance: float = TOLERANCE) -> BoolArray:
    """Return the coalition-proof Nash equilibria: no coalition has a move that no part of it would leave again.

    A profile is self-enforcing for a coalition if it is coalition-proof for each smaller coalition in it, the others
    held where they are. It is coalition-proof for the coalition if it is self-enforcing and no self-enforcing move of
    the coalition makes every member better off (Bernheim, Peleg and Whinston 1987). Pure strategies throughout: moves
    to mixed ones do not count.

    Parameters
    ----------
    payoffs : array_like, shape (*batch, N, A_1, …, A_N)
    players : int, optional
        Where the shape leaves the number of players open; see `triangle.solvers.arrays`.
    tolerance : float

    Returns
    -------
    ndarray of bool, shape (*batch, A_1, …, A_N)

    Raises
    ------
    ValueError
        Unsound payoffs (see `triangle.solvers.arrays.read`).

    Examples
    --------
    The prisoners would agree to be silent, but neither would keep to it: confessing is coalition-proof.

    >>> coalition_proof([[[3, 0], [5, 1]], [[3, 5], [0, 1]]]).tolist()
    [[False, False], [False, True]]
    """
    games = read(payoffs, players)
    proof: dict[Members, BoolArray] = {}
    for size in range(1, games.players + 1):
        for members in combinations(range(games.players), size):
            enforcing = np.ones((*games.batch, *games.shape), dtype=bool)
            # What is coalition-proof for a coalition is so for every part of it: one member fewer is enough.
            for part in combinations(members, size - 1) if size > 1 else ():
                enforcing &= proof[part]
            tempted = _tempted(games, Mover(members), False, "every", tolerance, credible=enforcing)
            proof[members] = enforcing & ~tempted
    return proof[tuple(range(games.players))]


def _tempted(
    games: Games,
    mover: Mover,
    transferable: bool,
    blocking: Blocking,
    tolerance: float,
    credible: BoolArray | None = None,
) -> BoolArray:
    """Return the profiles from which a coalition has a move, to a ``credible`` profile, that it gains by."""
    factor = margin_factor(tolerance)
    worth = [games.own(member) for member in mover.members]
    if transferable:
        margins = [factor * scale_of_sum(worth, games.profile_axes)]
        worth = [np.asarray(sum(worth))]
    else:
        margins = [factor * scale_of(own, games.profile_axes) for own in worth]
    more = [own + margin for own, margin in zip(worth, margins, strict=True)]
    same = [own - margin for own, margin in zip(worth, margins, strict=True)]
    tempted = np.zeros((*games.batch, *games.shape), dtype=bool)
    for actions in mover.joint_actions(games.shape):
        there = mover.target(games.shape, actions)
        gains = (own[there] > bar for own, bar in zip(worth, more, strict=True))
        tempting = reduce(np.logical_and if blocking == "every" else np.logical_or, gains)
        if blocking == "some":
            for own, bar in zip(worth, same, strict=True):
                tempting &= own[there] >= bar
        if credible is not None:
            tempting &= credible[there]
        open_from = mover.allowed_from(games.shape, actions)
        tempted |= tempting if open_from is None else tempting & open_from
    return tempted
