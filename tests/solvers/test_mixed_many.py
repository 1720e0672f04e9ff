"""Mixed Nash equilibria of games of more than two players: found where they are known, and honest about the search."""

import numpy as np
from numpy.testing import assert_allclose

from solvers.mixed_games import MCKELVEY_MCLENNAN, PUBLISHED, flat, same_set
from triangle.solvers import mixed_nash


def test_all_equilibria_of_a_game_of_three_are_found_where_they_are_known():
    # Three players who want to match: pure ones, and the symmetric totally mixed one.
    both = np.zeros((2, 2, 2))
    both[0, 0, 0] = both[1, 1, 1] = 1.0
    found = mixed_nash([both, both, both])
    mixed = [p for p in found if all((s > 0.01).all() for s in p)]
    assert len(mixed) == 1
    assert_allclose([s[0] for s in mixed[0]], 0.5, atol=1e-9)
    assert not found.complete


def test_a_third_player_without_a_choice_leaves_a_game_of_two():
    two = np.array(PUBLISHED[0].payoffs)
    three = np.insert(two, 1, 5, axis=0)[:, :, None, :]
    found = mixed_nash(three)
    assert found.complete
    assert found.method == "vertex"
    assert all(profile[1].tolist() == [1.0] for profile in found)
    assert same_set(np.array([np.concatenate([p[0], p[2]]) for p in found]), flat(mixed_nash(two)))


def test_a_fourth_player_who_decides_nothing_can_mix_as_it_likes():
    found = mixed_nash(np.stack([*np.repeat(MCKELVEY_MCLENNAN[..., None], 2, axis=-1), np.zeros((2, 2, 2, 2))]))
    assert found.degenerate
    assert len({tuple(np.round(np.concatenate(p[:3]), 6)) for p in found}) == 9


def test_a_search_that_is_cut_off_says_so():
    found = mixed_nash(np.random.default_rng(0).random((3, 3, 3, 3)), max_supports=20)
    assert found.status == "stopped"
    assert not found.complete


def test_the_seed_decides_the_search():
    payoffs = np.random.default_rng(3).random((3, 2, 3, 2))
    first, again = mixed_nash(payoffs, seed=0), mixed_nash(payoffs, seed=0)
    assert (flat(first) == flat(again)).all()
