"""Published games and what is known of them, as records; no solver is imported here.

A record says which game, which solver with which arguments, the answer expected, and where that is published or
derived. ``expected`` is a set of profiles for solvers that return a mask over profiles, else what the solver returns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


def bimatrix(*rows):
    """Payoffs (2, A_1, A_2) from rows of pairs."""
    return np.moveaxis(np.array(rows, dtype=float), -1, 0)


def sparse(players, shape, entries, otherwise=0.0):
    """Payoffs (N, A_1, …) that are ``otherwise`` to everyone but at the profiles listed."""
    out = np.full((players, *shape), otherwise, dtype=float)
    for profile, payoffs in entries.items():
        out[(slice(None), *profile)] = payoffs
    return out


PRISONERS_DILEMMA = bimatrix([(3, 3), (0, 5)], [(5, 0), (1, 1)])
BATTLE_OF_THE_SEXES = bimatrix([(2, 1), (0, 0)], [(0, 0), (1, 2)])
MATCHING_PENNIES = bimatrix([(1, -1), (-1, 1)], [(-1, 1), (1, -1)])
STAG_HUNT = bimatrix([(4, 4), (0, 3)], [(3, 0), (3, 3)])
CHICKEN = bimatrix([(0, 0), (-1, 1)], [(1, -1), (-10, -10)])
ROCK_PAPER_SCISSORS = bimatrix([(0, 0), (-1, 1), (1, -1)], [(1, -1), (0, 0), (-1, 1)], [(-1, 1), (1, -1), (0, 0)])

# Gibbons, R. (1992). Game Theory for Applied Economists, section 1.1.B.
GIBBONS_ELIMINATION = bimatrix([(1, 0), (1, 2), (0, 1)], [(0, 3), (0, 1), (2, 0)])
# The same, section 1.1.C: the last row is dominated by a mixture alone.
GIBBONS_MIXED = bimatrix([(3, 0), (0, 0)], [(0, 0), (3, 0)], [(1, 0), (1, 0)])
# Osborne, M. J. and Rubinstein, A. (1994). A Course in Game Theory, section 4.3: weak dominance depends on the order.
WEAK_ORDER = bimatrix([(1, 1), (0, 0)], [(1, 1), (2, 1)], [(0, 0), (2, 1)])

# Conitzer and Sandholm (2006), section 1: moving first and mixing beats a dominant action.
CONITZER_SANDHOLM = bimatrix([(2, 1), (4, 0)], [(1, 0), (3, 1)])
# An inspector, and one who may comply or cheat. Inspecting one time in ten, announced, makes cheating not worth it.
INSPECTION = bimatrix([(0, 0), (-10, 10)], [(-1, 0), (-6, -90)])

# McKelvey, R. D. and McLennan, A. (1997). The maximal number of regular totally mixed Nash equilibria. Journal of
# Economic Theory 72(2): nine equilibria, four of them pure, two totally mixed.
MCKELVEY_MCLENNAN = sparse(
    3, (2, 2, 2), {(0, 0, 0): (9, 8, 12), (1, 1, 0): (9, 8, 2), (1, 0, 1): (3, 4, 6), (0, 1, 1): (3, 4, 6)}
)
# Bernheim, Peleg and Whinston (1987): the better of two equilibria is not coalition-proof.
BERNHEIM_PELEG_WHINSTON = sparse(
    3,
    (2, 2, 2),
    {
        (0, 0, 0): (0, 0, 10),
        (0, 1, 0): (-5, -5, 0),
        (1, 0, 0): (-5, -5, 0),
        (1, 1, 0): (1, 1, -5),
        (0, 0, 1): (-2, -2, 0),
        (0, 1, 1): (-5, -5, 0),
        (1, 0, 1): (-5, -5, 0),
        (1, 1, 1): (-1, -1, 5),
    },
)


def majority():
    """Divide the dollar by majority: each of three names another, and two who name each other share 3.

    Action 0 of player i names player i + 1, action 1 player i + 2 (modulo 3).
    """
    entries = {}
    for profile in np.ndindex(2, 2, 2):
        named = [(i + 1 + action) % 3 for i, action in enumerate(profile)]
        entries[profile] = [1.5 if named[named[i]] == i else 0.0 for i in range(3)]
    return sparse(3, (2, 2, 2), entries)


MAJORITY = majority()
# von Stengel, B. (1999). New maximal numbers of equilibria in bimatrix games. Discrete & Computational Geometry 21(4):
# 75 equilibria, two of them pure.
VON_STENGEL = np.array(
    [
        [
            [9504, -660, 19976, -20526, 1776, -8976],
            [-111771, 31680, -130944, 168124, -8514, 52764],
            [397584, -113850, 451176, -586476, 29216, -178761],
            [171204, -45936, 208626, -263076, 14124, -84436],
            [1303104, -453420, 1227336, -1718376, 72336, -461736],
            [737154, -227040, 774576, -1039236, 48081, -300036],
        ],
        [
            [72336, 48081, 29216, 14124, 1776, -8514],
            [-461736, -300036, -178761, -84436, -8976, 52764],
            [1227336, 774576, 451176, 208626, 19976, -130944],
            [-1718376, -1039236, -586476, -263076, -20526, 168124],
            [1303104, 737154, 397584, 171204, 9504, -111771],
            [-453420, -227040, -113850, -45936, -660, 31680],
        ],
    ],
    dtype=float,
)
# Selten, R. (1975). Reexamination of the perfectness concept. International Journal of Game Theory 4(1), figure 1, in
# strategic form: "Selten's horse". Actions R and L, as in Gambit's catalogue.
SELTENS_HORSE = sparse(
    3,
    (2, 2, 2),
    {
        (0, 0, 0): (1, 1, 1),
        (0, 0, 1): (1, 1, 1),
        (0, 1, 0): (4, 4, 0),
        (0, 1, 1): (0, 0, 1),
        (1, 0, 0): (3, 2, 2),
        (1, 1, 0): (3, 2, 2),
    },
)
# Bagwell, K. (1995). Commitment and observability in games. Games and Economic Behavior 8(2): Stackelberg or Cournot.
BAGWELL = bimatrix([(5, 2), (3, 1)], [(6, 3), (4, 4)])
# Moulin and Vial (1978), as in Georgalos, Ray and Sen Gupta (2020), Experimental Economics 23: their C and Y, here the
# last row and the middle column, are dominated. The numbers are recalled; they have every property that is told there.
MOULIN_VIAL = bimatrix([(3, 3), (1, 1), (4, 1)], [(1, 4), (5, 2), (0, 0)], [(1, 1), (0, 0), (2, 5)])
# Kohlberg, E. and Mertens, J.-F. (1986). On the strategic stability of equilibria. Econometrica 54(5): all equilibria
# form a hexagon. The numbers are recalled; that the set is one confirms them.
KOHLBERG_MERTENS = bimatrix([(1, 1), (0, -1), (-1, 1)], [(-1, 0), (0, 0), (-1, 0)], [(1, -1), (0, -1), (-2, -2)])
# Shapley, L. S. (1974). A note on the Lemke–Howson algorithm. Mathematical Programming Study 1, figures 2 and 3, as in
# Gambit's catalogue.
SHAPLEY_FOUND = bimatrix([(2, 3), (2, 0), (0, 2)], [(0, 0), (3, 3), (0, 2)], [(3, 0), (0, 0), (1, 1)])
SHAPLEY_HIDDEN = bimatrix([(0, 0), (3, 2), (0, 3)], [(2, 3), (2, 2), (0, 0)], [(3, 0), (0, 0), (1, 1)])
# Nau, R., Gomez Canovas, S. and Hansen, P. (2004). On the geometry of Nash equilibria and correlated equilibria.
# International Journal of Game Theory 32(4), sections 5 and 6, as in Gambit's catalogue.
NAU_CONTINUUM = sparse(
    3,
    (2, 2, 2),
    {(0, 0, 0): (0, 0, 2), (1, 0, 0): (3, 0, 0), (0, 1, 0): (0, 3, 0), (0, 0, 1): (1, 1, 0), (1, 1, 1): (0, 0, 3)},
)
NAU_INSIDE = sparse(
    3,
    (2, 2, 4),
    {
        **{(0, 0, 0): (2, 0, 0), (1, 0, 0): (0, 2, 1), (0, 1, 0): (0, 1, 1), (1, 1, 0): (1, 0, 2)},
        **{(0, 0, 1): (1, 0, 2), (1, 0, 1): (0, 1, 1), (0, 1, 1): (0, 2, 1), (1, 1, 1): (2, 0, 0)},
        **{(0, 0, 2): (1, 0, 1), (1, 0, 2): (0, 2, 0), (0, 1, 2): (0, 1, 2), (1, 1, 2): (2, 0, 1)},
        **{(0, 0, 3): (2, 0, 1), (1, 0, 3): (0, 1, 2), (0, 1, 3): (0, 2, 0), (1, 1, 3): (1, 0, 1)},
    },
)
# An offer of 0, 1 or 2 of a pie of 2, refused (0) or accepted (1).
ULTIMATUM = bimatrix([(0, 0), (2, 0)], [(0, 0), (1, 1)], [(0, 0), (0, 2)])
# Selten, R. (1978). The chain store paradox. Stay out or enter; fight or yield.
CHAIN_STORE = bimatrix([(1, 5), (1, 5)], [(0, 0), (2, 2)])

GAMES = {
    "prisoners_dilemma": PRISONERS_DILEMMA,
    "battle_of_the_sexes": BATTLE_OF_THE_SEXES,
    "matching_pennies": MATCHING_PENNIES,
    "stag_hunt": STAG_HUNT,
    "chicken": CHICKEN,
    "rock_paper_scissors": ROCK_PAPER_SCISSORS,
    "gibbons_elimination": GIBBONS_ELIMINATION,
    "gibbons_mixed": GIBBONS_MIXED,
    "weak_order": WEAK_ORDER,
    "conitzer_sandholm": CONITZER_SANDHOLM,
    "inspection": INSPECTION,
    "mckelvey_mclennan": MCKELVEY_MCLENNAN,
    "bernheim_peleg_whinston": BERNHEIM_PELEG_WHINSTON,
    "majority": MAJORITY,
    "von_stengel": VON_STENGEL,
    "ultimatum": ULTIMATUM,
    "chain_store": CHAIN_STORE,
    "seltens_horse": SELTENS_HORSE,
    "bagwell": BAGWELL,
    "moulin_vial": MOULIN_VIAL,
    "kohlberg_mertens": KOHLBERG_MERTENS,
    "shapley_found": SHAPLEY_FOUND,
    "shapley_hidden": SHAPLEY_HIDDEN,
    "nau_continuum": NAU_CONTINUUM,
    "nau_inside": NAU_INSIDE,
    "one_player": np.array([[0.0, 2.0, 2.0]]),
    "single_actions": np.array([[[1.0]], [[2.0]]]),
    "zeros": np.zeros((3, 2, 1, 3)),
}


@dataclass(frozen=True)
class Record:
    """One published or derived fact: the solver, called with the game and the arguments, answers as expected."""

    game: str
    solver: str
    expected: Any
    source: str
    arguments: dict[str, Any] = field(default_factory=dict)
    tolerance: float = 1e-9


BY_HAND = "by hand from the definition"
EVERYTHING = {(a, b, c) for a in range(2) for b in range(1) for c in range(3)}
SOME_PAIR = set(np.ndindex(2, 2, 2)) - {(0, 0, 0), (1, 1, 1)}

RECORDS = [
    Record("prisoners_dilemma", "pure_nash", {(1, 1)}, "Luce and Raiffa (1957), chapter 5"),
    Record("battle_of_the_sexes", "pure_nash", {(0, 0), (1, 1)}, "Luce and Raiffa (1957), chapter 5"),
    Record("matching_pennies", "pure_nash", set(), "von Neumann (1928)"),
    Record("stag_hunt", "pure_nash", {(0, 0), (1, 1)}, "Skyrms (2004), chapter 1"),
    Record("chicken", "pure_nash", {(0, 1), (1, 0)}, "Rapoport and Chammah (1966)"),
    Record("rock_paper_scissors", "pure_nash", set(), BY_HAND),
    Record("gibbons_elimination", "pure_nash", {(0, 1)}, "Gibbons (1992), section 1.1"),
    Record(
        "mckelvey_mclennan",
        "pure_nash",
        {(0, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 1)},
        "McKelvey and McLennan (1997); nine equilibria, four of them pure",
    ),
    Record("bernheim_peleg_whinston", "pure_nash", {(0, 0, 0), (1, 1, 1)}, "Bernheim, Peleg and Whinston (1987)"),
    Record("von_stengel", "pure_nash", {(1, 5), (4, 0)}, "von Stengel (1999): 75, of which Gambit finds these pure"),
    Record("chain_store", "pure_nash", {(0, 0), (1, 1)}, "Selten (1978)"),
    Record("majority", "pure_nash", SOME_PAIR, BY_HAND),
    Record("majority", "coalition_stable", SOME_PAIR, BY_HAND, {"coalitions": "all"}),
    Record("seltens_horse", "pure_nash", {(0, 0, 1), (1, 0, 0)}, "Selten (1975): both types contain one pure"),
    Record("bagwell", "pure_nash", {(1, 1)}, "Bagwell (1995)"),
    Record("bagwell", "backward_induction", {(0, 0)}, "Bagwell (1995)", {"order": [0, 1]}),
    Record("bagwell", "commitment", {(0, 0)}, "Bagwell (1995)", {"leader": 0}),
    Record("moulin_vial", "pure_nash", {(0, 0)}, "Moulin and Vial (1978)"),
    Record("moulin_vial", "iterated_dominance", ([1, 0, 0], [1, 0, 0]), "Georgalos, Ray and Sen Gupta (2020)"),
    Record("nau_continuum", "pure_nash", {(1, 0, 0), (0, 1, 0), (1, 1, 1)}, "Nau et al. (2004), section 5"),
    Record("nau_inside", "pure_nash", set(), "Nau et al. (2004), section 6: a segment of mixed ones"),
    Record("zeros", "pure_nash", EVERYTHING, BY_HAND),
    Record("single_actions", "pure_nash", {(0, 0)}, BY_HAND),
    Record("one_player", "pure_nash", {(1,), (2,)}, BY_HAND),
    Record("prisoners_dilemma", "coalition_stable", set(), "Aumann (1959)", {"coalitions": "all"}),
    Record("stag_hunt", "coalition_stable", {(0, 0)}, BY_HAND, {"coalitions": "all"}),
    Record("bernheim_peleg_whinston", "coalition_stable", set(), "BPW (1987)", {"coalitions": "all"}),
    Record("bernheim_peleg_whinston", "coalition_stable", {(1, 1, 1)}, BY_HAND, {"coalitions": "pairs"}),
    Record("chicken", "coalition_stable", {(0, 1), (1, 0)}, BY_HAND, {"coalitions": "all"}),
    Record(
        "chain_store",
        "coalition_stable",
        {(0, 0)},
        "6 in sum beats 4",
        {"coalitions": "all", "transferable": True},
    ),
    Record("bernheim_peleg_whinston", "coalition_proof", {(1, 1, 1)}, "Bernheim, Peleg and Whinston (1987)"),
    Record("prisoners_dilemma", "coalition_proof", {(1, 1)}, "Bernheim, Peleg and Whinston (1987), section 1"),
    Record("stag_hunt", "coalition_proof", {(0, 0)}, "two players: the equilibria that none dominates"),
    Record("chain_store", "backward_induction", {(1, 1)}, "Selten (1978)", {"order": [0, 1]}),
    Record("chicken", "backward_induction", {(0, 1)}, BY_HAND, {"order": [1, 0]}),
    Record("ultimatum", "backward_induction", {(0, 1), (1, 1)}, BY_HAND, {"order": [0, 1]}),
    Record("matching_pennies", "backward_induction", {(0, 1), (1, 0)}, BY_HAND, {"order": [0, 1]}),
    Record("prisoners_dilemma", "iterated_dominance", ([0, 1], [0, 1]), "Luce and Raiffa (1957)"),
    Record("gibbons_elimination", "iterated_dominance", ([1, 0], [0, 1, 0]), "Gibbons (1992), section 1.1.B"),
    Record("gibbons_mixed", "iterated_dominance", ([1, 1, 0], [1, 1]), "Gibbons (1992), section 1.1.C"),
    Record("gibbons_mixed", "iterated_dominance", ([1, 1, 1], [1, 1]), "the same", {"mixed": False}),
    Record("weak_order", "iterated_dominance", ([0, 1, 0], [1, 1]), BY_HAND, {"kind": "weak"}),
    Record("weak_order", "iterated_dominance", ([1, 1, 1], [1, 1]), BY_HAND, {"kind": "strict"}),
    Record("battle_of_the_sexes", "iterated_dominance", ([1, 1], [1, 1]), BY_HAND, {"kind": "weak"}),
]
