"""Which two of three players combine, given how strong each is: Caplow's theory of coalitions in the triad.

Caplow, T. (1956). A theory of coalitions in the triad. American Sociological Review 21(4), 489–493. (Types 1–6.)
Caplow, T. (1959). Further development of a theory of coalitions in the triad. American Journal of Sociology 64(5),
488–493. (Types 7 and 8, where the strongest exactly matches the two others together.)

With the strengths of the players written A ≥ B ≥ C:

====  ======================  =====================================
type  strengths               coalitions expected
====  ======================  =====================================
1     A = B = C               any two
2     A > B = C, A < B + C    the two weaker
3     A = B > C               the weakest with either of the others
4     A > B = C, A > B + C    none
5     A > B > C, A < B + C    the weakest with either of the others
6     A > B > C, A > B + C    none
7     A > B > C, A = B + C    the strongest with either of the others
8     A > B = C, A = B + C    the strongest with either of the others
====  ======================  =====================================

The expectations for types 7 and 8 are those for a triad of lasting relations and are recalled. The abstract of the
paper of 1959 confirms two new types and that expectations depend on whether the situation lasts, not these pairs: take
them as the definition that this library adopts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import checked
from ..game import TOLERANCE, BoolArray, as_payoffs
from .arrays import margin_factor
from .signs import EDGES

_EXPECTED = np.array(
    [  # strongest with middle, strongest with weakest, middle with weakest
        [False, False, False],
        [True, True, True],
        [False, False, True],
        [False, True, True],
        [False, False, False],
        [False, True, True],
        [False, False, False],
        [True, True, False],
        [True, True, False],
    ]
)


@dataclass(frozen=True, eq=False)
class CaplowResult:
    """The type of each triad and the coalitions to expect in it.

    Attributes
    ----------
    type : ndarray of int8, shape (*batch,)
        1 to 8; see the module.
    coalitions : ndarray of bool, shape (*batch, 3)
        Whether each pair may form, pairs in the order of `triangle.solvers.signs.EDGES`.
    """

    type: NDArray[np.int8]
    coalitions: BoolArray

    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Return the pairs that may form in a single triad; ``ValueError`` for a batch."""
        if self.coalitions.ndim != 1:
            raise ValueError(f"pairs() is for one triad, this is a batch of shape {self.type.shape}")
        return tuple(pair for pair, forms in zip(EDGES, self.coalitions, strict=True) if forms)


@checked
def caplow_coalitions(strengths: ArrayLike, tolerance: float = TOLERANCE) -> CaplowResult:
    """Return the coalitions that Caplow's theory expects for given strengths.

    Parameters
    ----------
    strengths : array_like, shape (*batch, 3)
        Positive.
    tolerance : float
        Strengths that differ by no more than this share of the greatest are equal.

    Returns
    -------
    CaplowResult

    Raises
    ------
    ValueError
        Not finite, not three, or not positive.

    Examples
    --------
    Two that together outweigh the strongest combine against it:

    >>> found = caplow_coalitions([3, 2, 2])
    >>> int(found.type), found.pairs()
    (2, ((1, 2),))
    >>> caplow_coalitions([[4, 3, 2], [4, 2, 1]]).type.tolist()
    [5, 6]
    """
    array = as_payoffs(strengths, "strengths")
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"strengths must have shape (*batch, 3), got {array.shape}")
    if (array <= 0).any():
        where = tuple(int(k) for k in np.argwhere(array <= 0)[0])
        raise ValueError(f"strengths must be positive; entry {where} is {array[where]:g}")
    order = np.argsort(-array, axis=-1, kind="stable")
    a, b, c = np.moveaxis(np.take_along_axis(array, order, axis=-1), -1, 0)
    margin = margin_factor(tolerance) * a
    top_tie, low_tie, even = a - b <= margin, b - c <= margin, np.abs(a - b - c) <= margin
    weaker = ~even & (a < b + c)
    kind = np.select(
        [top_tie & low_tie, top_tie, low_tie & even, low_tie & weaker, low_tie, even, weaker],
        [1, 3, 8, 2, 4, 7, 5],
        default=6,
    )
    # Where each pair of players stands in the order of strength: positions sum to 1, 2 or 3, which names the pair.
    position = np.argsort(order, axis=-1)
    place = np.stack([position[..., i] + position[..., j] - 1 for i, j in EDGES], axis=-1)
    return CaplowResult(kind.astype(np.int8), _EXPECTED[kind[..., None], place])
