"""Published games with their mixed equilibria, as records, and how sets of equilibria are compared."""

from dataclasses import dataclass
from fractions import Fraction as F

import numpy as np
from scipy.optimize import linprog


@dataclass(frozen=True)
class Published:
    """A game, the equilibria that its source gives (None: only how many), and whether it is degenerate."""

    name: str
    payoffs: list
    count: int
    equilibria: tuple | None
    degenerate: bool | None
    source: str


def outcomes(shape, flat):
    """Payoffs from a list of outcomes in the order of .nfg files: the first player's action varies fastest."""
    return np.array(flat).reshape(*shape[::-1], len(shape)).transpose(range(len(shape), -1, -1))


VON_STENGEL_SMALL = outcomes(
    (6, 6),
    [
        *(-81, 72, -180, -180, 20, 297, -30, -333, 270, 270, 90, -153),
        *(36, 36, 72, -81, -3, 126, 17, -126, -153, 90, -36, -36),
        *(-126, 17, -333, -30, 42, 42, -33, -33, 297, 20, 126, -3),
        *(126, -3, 297, 20, -33, -33, 42, 42, -333, -30, -126, 17),
        *(-36, -36, -153, 90, 17, -126, -3, 126, 72, -81, 36, 36),
        *(90, -153, 270, 270, -30, -333, 20, 297, -180, -180, -81, 72),
    ],
)

VON_STENGEL = outcomes(
    (6, 6),
    [
        *(9504, 72336, -111771, -461736, 397584, 1227336, 171204, -1718376, 1303104, 1303104, 737154, -453420),
        *(-660, 48081, 31680, -300036, -113850, 774576, -45936, -1039236, -453420, 737154, -227040, -227040),
        *(19976, 29216, -130944, -178761, 451176, 451176, 208626, -586476, 1227336, 397584, 774576, -113850),
        *(-20526, 14124, 168124, -84436, -586476, 208626, -263076, -263076, -1718376, 171204, -1039236, -45936),
        *(1776, 1776, -8514, -8976, 29216, 19976, 14124, -20526, 72336, 9504, 48081, -660),
        *(-8976, -8514, 52764, 52764, -178761, -130944, -84436, 168124, -461736, -111771, -300036, 31680),
    ],
)

MCKELVEY_MCLENNAN = outcomes((2, 2, 2), [9, 8, 12, 0, 0, 0, 0, 0, 0, 9, 8, 2, 0, 0, 0, 3, 4, 6, 3, 4, 6, 0, 0, 0])

# The first wants to match the second, the second the third, and the third to differ from the first.
JORDAN = outcomes((2, 2, 2), [1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0])

NAU = outcomes((2, 2, 2), [3, 0, 2, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0, 0, 3, 0, 0, 1, 0, 2, 0, 3])

AGT = "von Stengel, B. (2007), in Nisan et al. (Eds.), Algorithmic Game Theory, ch. 3"

PUBLISHED = [
    Published(
        "inspection with three actions",
        [[[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]],
        3,
        (
            ((1, 0, 0), (1, 0)),
            ((F(4, 5), F(1, 5), 0), (F(2, 3), F(1, 3))),
            ((0, F(1, 3), F(2, 3)), (F(1, 3), F(2, 3))),
        ),
        False,
        f"{AGT}, example (3.1)",
    ),
    Published(
        "the same, made degenerate",
        [[[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]],
        3,
        (((1, 0, 0), (1, 0)), ((1, 0, 0), (F(2, 3), F(1, 3))), ((0, F(1, 3), F(2, 3)), (F(1, 3), F(2, 3)))),
        True,
        f"{AGT}, example (3.7)",
    ),
    Published(
        "rock, paper, scissors",
        [[[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]],
        1,
        (((F(1, 3),) * 3, (F(1, 3),) * 3),),
        False,
        "folklore",
    ),
    Published(
        "Shapley's cycle",
        [[[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]],
        1,
        (((F(1, 3),) * 3, (F(1, 3),) * 3),),
        False,
        "Shapley (1964), Some topics in two-person games",
    ),
    Published(
        "chicken",
        [[[6, 2], [7, 0]], [[6, 7], [2, 0]]],
        3,
        (((1, 0), (0, 1)), ((0, 1), (1, 0)), ((F(2, 3), F(1, 3)), (F(2, 3), F(1, 3)))),
        False,
        "Aumann (1974), Subjectivity and correlation in randomized strategies, example 2.7",
    ),
    Published(
        "pure coordination on one of five",
        [np.eye(5, dtype=int).tolist()] * 2,
        31,
        None,
        False,
        "one equilibrium for each nonempty set of actions: Quint & Shubik (1997), Int. J. Game Theory 26, 353–359",
    ),
    Published(
        "Lieberman's zero-sum game",
        outcomes((3, 3), [15, -15, -15, 15, 1, -1, 0, 0, -2, 2, 2, -2, 0, 0, -1, 1, 0, 0]),
        2,
        (((1, 0, 0), (0, 0, 1)), ((0, 0, 1), (0, 0, 1))),
        True,
        "Lieberman (1960), as game 1 of McKelvey & Palfrey (1995); it has a saddle point at (3, 3)",
    ),
    Published("von Stengel's with small payoffs", VON_STENGEL_SMALL, 75, None, False, "Savani & von Stengel (2006)"),
    Published("von Stengel's", VON_STENGEL, 75, None, False, "von Stengel (1999), Discrete Comput. Geom. 21, 557–568"),
    Published(
        "McKelvey and McLennan's",
        MCKELVEY_MCLENNAN,
        9,
        None,
        None,
        "McKelvey & McLennan (1996), Handbook of Computational Economics 1: 9 equilibria, 2 of them totally mixed",
    ),
    Published(
        "Jordan's matching pennies of three",
        JORDAN,
        1,
        (((F(1, 2),) * 2,) * 3,),
        None,
        "Jordan (1993), Games and Economic Behavior 5, 368–386: one equilibrium, at which no player's learning settles",
    ),
    Published(
        "Nau, Gomez Canovas and Hansen's",
        NAU,
        1,
        None,
        None,
        "Nau, Gomez Canovas & Hansen (2004), Int. J. Game Theory 32, section 4: one equilibrium, irrational",
    ),
]


def flat(result):
    return np.array([np.concatenate(profile) for profile in result])


def same_set(first, second, tolerance=1e-7):
    """Whether two arrays hold the same rows in any order."""
    if len(first) != len(second):
        return False
    gaps = np.abs(first[:, None] - second[None]).max(axis=-1)
    return not len(first) or bool((gaps.min(axis=0) <= tolerance).all() and (gaps.min(axis=1) <= tolerance).all())


def scales(payoffs):
    payoffs = np.asarray(payoffs, dtype=float)
    return np.ptp(payoffs.reshape(len(payoffs), -1), axis=1) + 1e-300


def in_hull(point, corners):
    """Whether a strategy is a mixture of others, by a linear program."""
    found = linprog(
        np.zeros(len(corners)),
        A_eq=np.vstack([np.transpose(corners), np.ones(len(corners))]),
        b_eq=[*point, 1.0],
        bounds=(0, None),
    )
    return found.status == 0


def known(result, profile):
    """Whether a profile belongs to the set of equilibria that the result describes."""
    return any(
        all(in_hull(strategy, corners) for strategy, corners in zip(profile, subset.strategies, strict=True))
        for component in result.components()
        for subset in component
    )
