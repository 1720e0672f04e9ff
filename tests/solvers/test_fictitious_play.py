"""Fictitious play: zero-sum frequencies, dominated actions."""

import numpy as np
import pytest

from solvers.games import MATCHING_PENNIES, PRISONERS_DILEMMA, ROCK_PAPER_SCISSORS
from triangle.solvers import fictitious_play, regret


@pytest.mark.parametrize("game", [MATCHING_PENNIES, ROCK_PAPER_SCISSORS])
@pytest.mark.parametrize("seed", [0, 1])
def test_fictitious_play_nears_the_value_of_zero_sum_games(game, seed):
    found = fictitious_play(game, 2000, seed)
    assert found.regret.max() < 0.1
    np.testing.assert_allclose(found.regret, regret(game, found.frequencies), atol=1e-12)


def test_fictitious_play_leaves_dominated_actions():
    games = np.stack([PRISONERS_DILEMMA, 1e9 * PRISONERS_DILEMMA])
    assert (fictitious_play(games, 100).frequencies[0][:, 1] >= 0.99).all()


def test_an_empty_batch_stays_empty():
    assert fictitious_play(np.zeros((0, 2, 2, 3)), 3).frequencies[1].shape == (0, 3)


def test_the_seed_decides_where_play_starts_and_is_0_unless_told():
    games = np.stack([MATCHING_PENNIES] * 20)
    found, again, other = (fictitious_play(games, 5, *seed).frequencies[1] for seed in ((), (0,), (1,)))
    np.testing.assert_array_equal(found, again)
    assert (found != other).any()


def test_no_round_is_refused():
    with pytest.raises(ValueError, match="rounds"):
        fictitious_play(PRISONERS_DILEMMA, 0)
