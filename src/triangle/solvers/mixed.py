"""Nash equilibria in mixed strategies of one game.

Two players: all extreme equilibria (`triangle.solvers.vertices`), so that the whole set is known, degenerate or not; or
the equilibria at the ends of Lemke–Howson paths. More players: a search of the supports (`triangle.solvers.supports`),
which proves nothing about what it did not find. A player with a single action counts as no player. The peers' usual
faults are excluded by construction: ties are decided in whole numbers, no tolerance is absolute, and every profile's
regret is computed anew from the payoffs. Nashpy's routines of the same names serve as second opinions in the tests and
not here: on games with ties they miss equilibria or do not end (`docs/solvers.md` has the counts).

Nash, J. (1951). Non-cooperative games. Annals of Mathematics 54(2), 286–295.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import check_count, checked
from ..game import FloatArray
from ..names import unknown
from .arrays import Games, action_payoffs, read_one
from .lemke_howson import lemke_howson
from .nash_sets import NashResult, Profile, Status
from .supports import search_supports
from .vertices import extreme_equilibria, feasible_size

METHODS = ("vertex", "support", "lemke_howson", "polynomial")

_LONG_NAMES = {"vertex_enumeration": "vertex", "support_enumeration": "support"}
_ACCURATE = 1e-12


@checked
def mixed_nash(
    payoffs: ArrayLike,
    method: str | None = None,
    players: int | None = None,
    max_supports: int = 4096,
    seed: int = 0,
    initial_label: int | None = None,
) -> NashResult:
    """Return Nash equilibria in mixed strategies.

    Parameters
    ----------
    payoffs : array_like, shape (N, A_1, …, A_N)
        Integers and fractions are taken exactly; floats as `triangle.solvers.wholes` says.
    method : {"vertex", "support", "lemke_howson", "polynomial"}, optional
        ``"vertex"``: all extreme equilibria of a game of up to two players with a choice.
        ``"support"``: of these, the ones whose strategies use equally many actions; all, unless degenerate.
        ``"lemke_howson"``: the ends of the paths from every label, or from one; a few equilibria, quickly.
        ``"polynomial"``: any number of players; Newton's method from many points on each support.
        If not given: ``"vertex"`` for up to two players with a choice (``"lemke_howson"`` if both have more than about
        ten actions), else ``"polynomial"``.
    players : int, optional
        Where the shape of the payoffs leaves it open; see `triangle.solvers.arrays`.
    max_supports : int
        How many combinations of supports ``"polynomial"`` may search, smallest first.
    seed : int
        Of the points from which ``"polynomial"`` starts.
    initial_label : int, optional
        The one action that a path of ``"lemke_howson"`` is to drop first, instead of each in turn: the actions of the
        players with a choice are counted on, the first player's from 0.

    Returns
    -------
    NashResult

    Raises
    ------
    ValueError
        Unsound payoffs, a batch, an unknown method, or one that does not fit the number or the size of the players; a
        label that does not exist, or with a method that has none; no support to search; a negative seed.

    Examples
    --------
    >>> battle = [[[3, 0], [0, 2]], [[2, 0], [0, 3]]]
    >>> for first, second in mixed_nash(battle):
    ...     print(first, second)
    [1. 0.] [1. 0.]
    [0.6 0.4] [0.4 0.6]
    [0. 1.] [0. 1.]
    >>> found = mixed_nash(battle)
    >>> found.complete, found.degenerate, found.status
    (True, False, 'solved')
    """
    games = read_one(payoffs, players)
    choosing = [i for i, count in enumerate(games.shape) if count > 1]
    method = _method(method, games.shape, choosing)
    check_count("max_supports", max_supports, 1)
    check_count("seed", seed, 0)
    if initial_label is not None and method != "lemke_howson":
        raise ValueError(f"initial_label goes with method 'lemke_howson', not with {method!r}")
    if method == "polynomial":
        small = games.payoffs[choosing].reshape(len(choosing), *(games.shape[i] for i in choosing))
        search = search_supports(small, max_supports, seed)
        strategies = _padded(search.strategies, games.shape, choosing)
        return _result(games, strategies, method, search.status, False, search.degenerate)
    tables = _two_tables(payoffs, games, choosing)
    if method == "lemke_howson":
        ends = [lemke_howson(*tables, label) for label in _labels(initial_label, sum(tables[0].shape))]
        pair = [np.stack(part) for part in zip(*ends, strict=True)]
        return _result(games, _padded(_merged(pair), games.shape, choosing), method, "solved", False, None)
    return _enumerated(games, tables, choosing, method)


def _method(method: str | None, shape: tuple[int, ...], choosing: list[int]) -> str:
    sizes = [shape[i] for i in choosing]
    fits = len(sizes) <= 2 and feasible_size(*[*sizes, 1, 1][:2])
    if method is None:
        return "polynomial" if len(sizes) > 2 else ("vertex" if fits else "lemke_howson")
    method = _LONG_NAMES.get(method, method)
    if method not in METHODS:
        raise ValueError(unknown("method", method, METHODS))
    if method != "polynomial" and len(sizes) > 2:
        told = f"method {method!r} is for two players with a choice, and this game has {len(sizes)}"
        raise ValueError(f"{told}; 'polynomial' fits")
    if method == "polynomial" and not sizes:
        return "vertex"
    if method in ("vertex", "support") and not fits:
        raise ValueError(f"method {method!r} would compute too many minors for {sizes} actions; 'lemke_howson' fits")
    return method


def _labels(chosen: int | None, count: int) -> range:
    if chosen is None:
        return range(count)
    label = check_count("initial_label", chosen, 0, count - 1)
    return range(label, label + 1)


def _enumerated(
    games: Games, tables: tuple[NDArray[Any], NDArray[Any]], choosing: list[int], method: str
) -> NashResult:
    """Return the extreme equilibria; in whole numbers if floats give certain signs but poor probabilities."""
    result = None
    for exact in (False, True):
        found = extreme_equilibria(*tables, exact)
        pair = [found.first[found.pairs[:, 0]], found.second[found.pairs[:, 1]]]
        if method == "support":
            equal = (pair[0] > 0).sum(axis=1) == (pair[1] > 0).sum(axis=1)
            pair = [part[equal] for part in pair]
        complete = method == "vertex" or not found.degenerate
        strategies = _padded(pair, games.shape, choosing)
        result = _result(games, strategies, method, "solved", complete, found.degenerate)
        if _relative(games, result.regrets) <= _ACCURATE:
            break
    assert result is not None
    return result


def _two_tables(payoffs: ArrayLike, games: Games, choosing: list[int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the payoffs of two players with a choice, as given if exact; a missing player is indifferent."""
    raw = np.asarray(payoffs)
    source = raw if raw.dtype.kind in "iuO" else games.payoffs
    sizes = [*(games.shape[i] for i in choosing), 1, 1][:2]
    tables = [source[i].reshape(sizes) for i in choosing]
    tables += [np.zeros(sizes)] * (2 - len(tables))
    return tables[0], tables[1]


def _padded(strategies: Sequence[FloatArray], shape: tuple[int, ...], choosing: list[int]) -> list[FloatArray]:
    """Return strategies of all players, (profiles, A_i) each, given those of the players with a choice."""
    count = len(strategies[0])
    given = dict(zip(choosing, strategies, strict=False))
    return [given.get(i, np.ones((count, 1))) for i in range(len(shape))]


def _merged(strategies: Sequence[FloatArray]) -> list[FloatArray]:
    """Drop profiles that came out twice; the solvers in whole numbers give equal ones equal bits."""
    together = np.concatenate(strategies, axis=1)
    _, first = np.unique(together, axis=0, return_index=True)
    return [part[first] for part in strategies]


def _result(
    games: Games,
    strategies: list[FloatArray],
    method: str,
    status: Status,
    complete: bool,
    degenerate: bool | None,
) -> NashResult:
    """Order the profiles (those on the earlier actions first) and compute their regrets."""
    count = len(strategies[0])
    if count > 1:
        order = np.lexsort(np.round(np.concatenate(strategies, axis=1), 9).T[::-1])[::-1]
        strategies = [part[order] for part in strategies]
    for part in strategies:
        part.flags.writeable = False
    regrets = _regrets(games, strategies)
    profiles: tuple[Profile, ...] = tuple(zip(*strategies, strict=True))
    largest = float(regrets.max()) if count else float("nan")
    told: Status = status if count or status == "stopped" else "none found"
    return NashResult(profiles, regrets, largest, told, complete, degenerate, method)


def _regrets(games: Games, strategies: list[FloatArray]) -> FloatArray:
    """Return every player's regret at each profile, (profiles, N), from the payoffs as they were given."""
    if games.players == 2:
        (first, second), (mine, theirs) = games.payoffs, strategies
        worth = [theirs @ first.T, mine @ second]
    else:
        worth = action_payoffs(games, strategies)
    regrets = np.empty((len(strategies[0]), games.players))
    for player, (own, strategy) in enumerate(zip(worth, strategies, strict=True)):
        regrets[:, player] = own.max(axis=-1) - (own * strategy).sum(axis=-1)
    return np.maximum(regrets, 0.0)


def _relative(games: Games, regrets: FloatArray) -> float:
    """Return the largest regret in units of the player's scale, of which the tolerance is a share."""
    if not regrets.any():
        return 0.0
    scale = games.scale.reshape(games.players)
    return float((regrets / np.where(scale > 0, scale, 1.0)).max())
