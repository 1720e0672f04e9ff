"""Mixed Nash equilibria of games of more than two players: found where they are known, and honest about the search."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from solvers.mixed_games import MCKELVEY_MCLENNAN, PUBLISHED, flat, same_set
from triangle.solvers import mixed_nash
from triangle.solvers.supports import search_supports
from triangle.solvers.two_by_two_by_two import closed_form


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


@pytest.mark.parametrize("shape", [(3, 3, 3), (2, 2, 2)])
def test_a_search_that_is_cut_off_says_so(shape):
    found = mixed_nash(np.random.default_rng(0).random((3, *shape)), max_supports=20)
    assert found.status == "stopped"
    assert not found.complete


def test_the_seed_decides_the_search():
    payoffs = np.random.default_rng(3).random((3, 2, 3, 2))
    first, again = mixed_nash(payoffs, seed=0), mixed_nash(payoffs, seed=0)
    assert (flat(first) == flat(again)).all()


def unit(payoffs):
    low = payoffs.min(axis=(1, 2, 3), keepdims=True)
    return (payoffs - low) / (payoffs.max(axis=(1, 2, 3), keepdims=True) - low)


def test_the_closed_form_and_the_search_find_the_same_equilibria(monkeypatch):
    monkeypatch.setattr("triangle.solvers.supports.closed_form", lambda payoffs: None)
    rng = np.random.default_rng(5)
    decided = 0
    for number in range(60):
        payoffs = rng.integers(-9, 10, (3, 2, 2, 2)) if number % 2 else rng.standard_normal((3, 2, 2, 2))
        known = closed_form(unit(payoffs))
        if known is not None:
            decided += 1
            searched = search_supports(payoffs.astype(float), 27, 0)
            assert same_set(np.hstack(known), np.hstack(searched.strategies))
            assert not searched.degenerate
    assert decided > 50


def test_the_closed_form_gives_no_answer_where_equilibria_fill_a_line_or_touch_a_border():
    rng = np.random.default_rng(6)
    for _ in range(200):
        payoffs = rng.integers(0, 3, (3, 2, 2, 2))
        if (np.ptp(payoffs, axis=(1, 2, 3)) == 0).any():
            continue
        known, found = closed_form(unit(payoffs)), mixed_nash(payoffs)
        if found.degenerate:
            assert known is None
        if known is not None:
            # As many as the index theorem allows in a regular game.
            assert len(known[0]) % 2 == 1
