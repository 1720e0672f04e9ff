"""What a solver of Nash equilibria returns, and how equilibria of degenerate two-player games hang together.

In a degenerate game equilibria can fill whole sets. Two sets of strategies, one for each player, any two of which are
an extreme equilibrium, span a Nash subset: every pair of mixtures is an equilibrium too. All equilibria are the union
of the maximal Nash subsets, and those that touch form a component.

Winkels, H.-M. (1979). An algorithm to determine all equilibrium points of a bimatrix game. In O. Moeschlin & D.
Pallaschke (Eds.), Game Theory and Related Topics (pp. 137–148). North-Holland.
Avis, D., Rosenberg, G. D., Savani, R., & von Stengel, B. (2010). Enumeration of Nash equilibria for two-player games.
Economic Theory 42(1), 9–37.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..game import FloatArray

Profile = tuple[FloatArray, ...]
Status = Literal["solved", "stopped", "none found"]


@dataclass(frozen=True, eq=False)
class NashSubset:
    """A product of convex sets of strategies, all profiles of which are equilibria.

    Attributes
    ----------
    strategies : tuple of ndarray
        For each player its extreme strategies, shape (number, A_i); mix them as you like.
    """

    strategies: tuple[FloatArray, ...]

    @property
    def isolated(self) -> bool:
        """Whether it is a single profile."""
        return all(len(extreme) == 1 for extreme in self.strategies)


@dataclass(frozen=True, eq=False)
class NashResult:
    """Nash equilibria of one game; iterating gives the profiles.

    Attributes
    ----------
    profiles : tuple of tuple of ndarray
        One mixed strategy per player, player i's of shape (A_i,), no profile twice.
    regrets : ndarray, shape (profiles, N)
        What each player could still gain by moving alone, recomputed from the payoffs and in their units.
    max_regret : float
        The largest of these; NaN if there is no profile.
    status : {"solved", "stopped", "none found"}
        Whether the method ran to its end, ended at its limit before, or found nothing.
    complete : bool
        Whether it is proved that every equilibrium is known: they are the profiles, and in a degenerate game the
        mixtures of profiles that `components` gives. For floats it holds of the payoffs as
        `triangle.solvers.wholes` reads them.
    degenerate : bool or None
        Whether some mixed strategy has more pure best responses than it has actions in use. For more than two
        players: True where an equilibrium was found that is not isolated or leaves a best response unused. ``None`` if
        nothing is known.
    method : str
        What was done: ``"vertex"``, ``"support"``, ``"lemke_howson"`` or ``"polynomial"``.
    """

    profiles: tuple[Profile, ...]
    regrets: FloatArray = field(repr=False)
    max_regret: float
    status: Status
    complete: bool
    degenerate: bool | None
    method: str

    def __iter__(self) -> Iterator[Profile]:
        return iter(self.profiles)

    def __len__(self) -> int:
        return len(self.profiles)

    def components(self) -> tuple[tuple[NashSubset, ...], ...]:
        """Return the set of all equilibria: its components, each as the maximal Nash subsets whose union it is.

        Raises
        ------
        ValueError
            The extreme equilibria are not all known: more than two players with a choice, or not method ``"vertex"``.

        Examples
        --------
        >>> from triangle.solvers import mixed_nash
        >>> weak = mixed_nash([[[1, 1], [1, 0]], [[1, 0], [1, 1]]])
        >>> [[subset.strategies for subset in component] for component in weak.components()]
        [[(array([[1., 0.],
               [0., 1.]]), array([[1., 0.]]))]]
        """
        if self.method != "vertex" or not self.complete:
            raise ValueError("components need all extreme equilibria: two players with a choice, and method 'vertex'")
        return _components(self.profiles)


def _components(profiles: tuple[Profile, ...]) -> tuple[tuple[NashSubset, ...], ...]:
    players = len(profiles[0])
    kinds, codes = zip(*(_distinct([profile[i] for profile in profiles]) for i in range(players)), strict=True)
    # Whoever has one strategy in all equilibria takes no part; a lone player has a dummy for an opponent.
    varying = [i for i in range(players) if len(kinds[i]) > 1]
    dummy = [0] * len(profiles)
    pair = [*(codes[i] for i in varying), dummy, dummy][:2]
    subsets = _maximal_subsets(list(zip(*pair, strict=True)))
    parts = []
    for sets in subsets:
        chosen = {i: sorted(members) for i, members in zip(varying, sets, strict=False)}
        parts.append(NashSubset(tuple(kinds[i][chosen.get(i, [0])] for i in range(players))))
    groups = _touching(subsets)
    return tuple(tuple(parts[k] for k in group) for group in groups)


def _distinct(strategies: list[FloatArray]) -> tuple[FloatArray, list[int]]:
    """Return the different strategies, and for each given one which it is; the same vertex has the same bits."""
    seen: dict[bytes, int] = {}
    codes = [seen.setdefault(strategy.tobytes(), len(seen)) for strategy in strategies]
    places = [codes.index(code) for code in range(len(seen))]
    return np.stack([strategies[place] for place in places]), codes


def _maximal_subsets(pairs: list[tuple[int, int]]) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Return all maximal pairs of sets whose product lies in ``pairs``: intersections of partners, closed."""
    partners: dict[int, frozenset[int]] = {}
    for mine, partner in pairs:
        partners[mine] = partners.get(mine, frozenset()) | {partner}
    closed: set[frozenset[int]] = set()
    for theirs in partners.values():
        closed |= {theirs} | {theirs & other for other in closed}
    closed.discard(frozenset())
    found = [(frozenset(mine for mine in partners if partners[mine] >= theirs), theirs) for theirs in closed]
    return sorted(found, key=lambda subset: (sorted(subset[0]), sorted(subset[1])))


def _touching(subsets: list[tuple[frozenset[int], frozenset[int]]]) -> list[list[int]]:
    """Return which subsets are joined by a chain of common profiles; faces meet exactly where they share a vertex."""
    left = list(range(len(subsets)))
    groups = []
    while left:
        group, border = [], [left.pop(0)]
        while border:
            here = border.pop()
            group.append(here)
            near = [k for k in left if subsets[k][0] & subsets[here][0] and subsets[k][1] & subsets[here][1]]
            border += near
            left = [k for k in left if k not in near]
        groups.append(sorted(group))
    return groups
