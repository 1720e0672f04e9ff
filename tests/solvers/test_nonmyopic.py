"""The theory of moves: published 2 × 2 games, all ordinal games by recursion, relabelling and units."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangle.solvers.nonmyopic import nonmyopic

STATES = ((0, 0), (0, 1), (1, 0), (1, 1))


def game(*pairs):
    """A game from its four outcomes as (row's rank, column's rank), in the order of STATES."""
    return np.array(pairs, dtype=float).T.reshape(2, 2, 2)


def ends(result, state):
    return {tuple(map(int, where)) for where in np.argwhere(result.outcomes[state])}


DILEMMA = game((3, 3), (1, 4), (4, 1), (2, 2))
CHICKEN = game((3, 3), (2, 4), (4, 2), (1, 1))

# name, game, the states in which play ends from each initial state (Brams 1994).
PUBLISHED = [
    ("prisoners' dilemma", DILEMMA, [{(0, 0)}, {(0, 0)}, {(0, 0)}, {(1, 1)}]),
    ("Chicken", CHICKEN, [{(0, 0)}, {(1, 0)}, {(0, 1)}, {(0, 1), (1, 0)}]),
]


@pytest.mark.parametrize(("payoffs", "expected"), [p[1:] for p in PUBLISHED], ids=[p[0] for p in PUBLISHED])
def test_published_outcomes(payoffs, expected):
    result = nonmyopic(payoffs)
    assert [ends(result, state) for state in STATES] == expected
    assert {tuple(map(int, e)) for e in np.argwhere(result.equilibria)} == set().union(*expected)


def test_two_sidedness_makes_the_favoured_player_of_the_dilemma_magnanimous():
    result = nonmyopic(DILEMMA)
    assert not result.moves[0, 1, 0]
    assert result.moves[1, 1, 0]
    assert result.survivors[1, 1, 0].tolist() == [1, 1]
    assert result.survivors[0, 1, 0].tolist() == [0, 0]


# ---- the rules followed by recursion, one game and one state at a time


def flip(state, player):
    return (1 - state[0], state[1]) if player == 0 else (state[0], 1 - state[1])


def play(u, start, here, mover, trusting=False):
    """Where play ends when it is the mover's turn at ``here``; back at the start it is over.

    Who trusts moves to a state that both prefer even if the other would go on from there: the other stays for its sake.
    """
    if here == start:
        return start
    following = flip(here, mover)
    there = play(u, start, following, 1 - mover, trusting)
    if u[mover][there] > u[mover][here]:
        return there
    return following if trusting and following != start and both_prefer(u, following, here) else here


def both_prefer(u, a, b):
    return all(u[i][a] > u[i][b] for i in (0, 1))


def by_rules(u, start, trusting=False):
    induced = [play(u, start, flip(start, i), 1 - i, trusting) for i in (0, 1)]
    willing = [i for i in (0, 1) if u[i][induced[i]] > u[i][start]]
    if not willing:
        return {start}
    if len(willing) == 1:
        (mover,) = willing
        better = both_prefer(u, induced[1 - mover], induced[mover])
        return {induced[1 - mover] if better else induced[mover]}
    a, b = induced
    return {a} if both_prefer(u, a, b) else {b} if both_prefer(u, b, a) else {a, b}


def test_all_strict_ordinal_games_follow_the_rules_in_one_batch():
    orders = list(permutations((1, 2, 3, 4)))
    batch = np.array([[np.reshape(a, (2, 2)), np.reshape(b, (2, 2))] for a, b in product(orders, orders)])
    result = nonmyopic(batch)
    assert result.outcomes.shape == (576, 2, 2, 2, 2)
    for k, u in enumerate(batch):
        for state in STATES:
            found = {tuple(map(int, where)) for where in np.argwhere(result.outcomes[k][state])}
            assert found == by_rules(u, state)
            for mover in (0, 1):
                end = play(u, state, flip(state, mover), 1 - mover)
                assert tuple(result.survivors[(k, mover, *state)]) == end


def test_where_both_players_like_one_outcome_best_it_is_the_only_equilibrium():
    orders = list(permutations((1, 2, 3, 4)))
    batch = np.array([[np.reshape(a, (2, 2)), np.reshape(b, (2, 2))] for a, b in product(orders, orders)])
    agreed = (batch == 4).all(axis=1)
    chosen = agreed.any(axis=(1, 2))
    assert chosen.sum() == 144
    assert (nonmyopic(batch[chosen]).equilibria == agreed[chosen]).all()


TIED = st.lists(st.integers(0, 3), min_size=8, max_size=8).map(lambda v: np.reshape(v, (2, 2, 2)))


@given(TIED)
def test_games_with_ties_follow_the_rules(u):
    result = nonmyopic(u)
    for state in STATES:
        assert ends(result, state) == by_rules(u, state)


@given(TIED, st.sampled_from([1e-9, 1.0, 1e9]), st.integers(-5, 5))
def test_units_zero_points_and_labels_do_not_matter(u, factor, shift):
    plain = nonmyopic(u).outcomes
    assert (nonmyopic((u + shift) * factor).outcomes == plain).all()
    assert (nonmyopic(u[:, ::-1]).outcomes == plain[::-1, :, ::-1]).all()
    assert (nonmyopic(u[::-1].transpose(0, 2, 1)).outcomes == plain.transpose(1, 0, 3, 2)).all()


def test_an_indifferent_player_stays():
    assert (nonmyopic(np.zeros((2, 2, 2))).outcomes.reshape(4, 4) == np.eye(4, dtype=bool)).all()


def test_empty_batches_and_integers_are_read():
    assert nonmyopic(np.zeros((0, 2, 2, 2))).outcomes.shape == (0, 2, 2, 2, 2)
    assert (nonmyopic(DILEMMA.astype(np.int8)).outcomes == nonmyopic(DILEMMA).outcomes).all()
    assert nonmyopic(np.stack([DILEMMA, CHICKEN])[:, None]).equilibria.shape == (2, 1, 2, 2)


def test_three_games_are_three_games_and_not_one_of_three_players():
    assert nonmyopic(np.stack([DILEMMA] * 3)).equilibria.shape == (3, 2, 2)


@pytest.mark.parametrize(
    ("shape", "message"), [((2, 2, 3), "two players with two actions"), ((1, 2), "axis of length 2")]
)
def test_other_games_are_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        nonmyopic(np.zeros(shape))


def test_nan_is_named():
    with pytest.raises(ValueError, match=r"entry \(0, 0, 0\) is nan"):
        nonmyopic(np.where(np.arange(8).reshape(2, 2, 2) == 0, np.nan, 1.0))


def conflict_games():
    """Every strict ordinal 2 × 2 game without a state that is best for both, one of each class of relabelled ones."""
    flips = (np.asarray, np.flipud, np.fliplr, lambda x: np.flipud(np.fliplr(x)))
    found = {}
    for row, column in product(permutations((1, 2, 3, 4)), repeat=2):
        a, b = np.reshape(row, (2, 2)), np.reshape(column, (2, 2))
        if not ((a == 4) & (b == 4)).any():
            names = [tuple(np.ravel([f(x), f(y)])) for x, y in ((a, b), (b.T, a.T)) for f in flips]
            found[min(names)] = np.array([a, b], dtype=float)
    return np.array(list(found.values()))


def test_cooperative_outcomes_are_nonmyopic_equilibria_in_all_conflict_games_but_one():
    """45 of 57 have a state that is next-best or better for both (Brams and Ismail, Theory and Decision, 2021)."""
    games = conflict_games()
    cooperative = (games >= 3).all(axis=1)
    having = cooperative.any(axis=(1, 2))
    equilibria = nonmyopic(games).equilibria
    assert (len(games), int(having.sum())) == (57, 45)
    assert int((having & ~(cooperative & ~equilibria).any(axis=(1, 2))).sum()) == 44


def test_conflict_games_by_their_number_of_equilibria():
    """31, 23 and 3 of the 57 games have one, two and three; see the module for the 31, 24 and 2 that are remembered."""
    games = conflict_games()
    found = nonmyopic(games).equilibria
    assert np.bincount(found.sum(axis=(1, 2))).tolist() == [0, 31, 23, 3]
    trusting = [set().union(*(by_rules(u, start, trusting=True) for start in STATES)) for u in games]
    assert np.bincount([len(ends) for ends in trusting]).tolist() == [0, 31, 24, 2]
    (differs,) = (k for k, ends in enumerate(trusting) if len(ends) != found[k].sum())
    assert set(zip(*games[differs].reshape(2, 4).tolist(), strict=True)) in (
        {(1, 1), (3, 2), (2, 4), (4, 3)},
        {(1, 1), (2, 3), (4, 2), (3, 4)},
    )
