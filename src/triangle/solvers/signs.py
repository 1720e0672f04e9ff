"""Strategic triangles by the signs of their three relations: Dittmer's types and Wu's roles.

Dittmer, L. (1981). The strategic triangle: an elementary game-theoretical analysis. World Politics 33(4), 485–515.
Names four patterns: *ménage à trois* (+ + +), *romantic triangle* (+ + −), *stable marriage* (+ − −) and, for three
bad relations, *unit veto* (− − −).

Wu, Yu-Shan (1996). Exploring dual triangles: the development of Taipei–Washington–Beijing relations. Issues & Studies
32(10), 26–52. Ranks the six roles that players have in these patterns (p. 30), from the pivot, who is courted by both
others, down to the outcast; checked against the table that Wu (2000), "Unintending pivot: the US between Taipei and
Beijing", repeats from there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import as_payoffs

EDGES = ((0, 1), (0, 2), (1, 2))
"""The order of the three relations, and of the three pairs in `triangle.solvers.caplow`."""

TYPES = ("ménage à trois", "romantic triangle", "stable marriage", "unit veto")
"""In the order of their codes, which count the bad relations."""

ROLES = ("pivot", "friend", "partner", "wing", "enemy", "outcast")
"""From the best to the worst; the code is the rank less one."""

_ROLE = np.array([[-1, -1, 1], [-1, 3, 0], [5, 2, -1], [4, -1, -1]], dtype=np.int8)
"""The role by the triangle's bad relations (row) and the player's own good ones (column)."""


@dataclass(frozen=True, eq=False)
class TriangleResult:
    """The type of each triangle and the role of each player in it.

    Attributes
    ----------
    type : ndarray of int8, shape (*batch,)
        A code into `TYPES`: the number of bad relations.
    role : ndarray of int8, shape (*batch, 3)
        Each player's code into `ROLES`.
    amity : ndarray of int8, shape (*batch, 3)
        How many good relations each player has.
    """

    type: NDArray[np.int8]
    role: NDArray[np.int8]
    amity: NDArray[np.int8]

    @property
    def rank(self) -> NDArray[np.int8]:
        """Each player's rank among the six roles, 1 (pivot) to 6 (outcast), shape (*batch, 3)."""
        return np.asarray(self.role + 1, dtype=np.int8)

    @property
    def type_name(self) -> NDArray[np.str_]:
        """The names of the types."""
        return np.asarray(TYPES)[self.type]

    @property
    def role_name(self) -> NDArray[np.str_]:
        """The names of the roles."""
        return np.asarray(ROLES)[self.role]


@checked
def triangle_type(relations: ArrayLike) -> TriangleResult:
    """Return which of Dittmer's types a triangle is, and the players' roles in it.

    Parameters
    ----------
    relations : array_like, shape (*batch, 3)
        The relations of the pairs in the order of `EDGES`: positive is good, negative bad; the size does not matter.

    Returns
    -------
    TriangleResult

    Raises
    ------
    ValueError
        Not finite, not three relations, or one that is zero: the types know no neutral relation.

    Examples
    --------
    Player 0 is on good terms with both others, who are not with each other:

    >>> found = triangle_type([1, 1, -1])
    >>> str(found.type_name), found.role_name.tolist(), found.rank.tolist()
    ('romantic triangle', ['pivot', 'wing', 'wing'], [1, 4, 4])
    """
    array = as_payoffs(relations, "relations")
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"relations must have shape (*batch, 3), one per pair {EDGES}; got {array.shape}")
    if (array == 0).any():
        where = tuple(int(k) for k in np.argwhere(array == 0)[0])
        raise ValueError(f"relations must be positive or negative; entry {where} is 0")
    good = array > 0
    amity = np.stack([good[..., [k for k, pair in enumerate(EDGES) if i in pair]].sum(axis=-1) for i in range(3)], -1)
    bad = (~good).sum(axis=-1)
    return TriangleResult(bad.astype(np.int8), _ROLE[bad[..., None], amity], amity.astype(np.int8))
