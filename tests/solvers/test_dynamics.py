"""Learning: logistic growth in closed form, constants of motion, zero-sum frequencies, dominated actions."""

import numpy as np
import pytest

from solvers.games import MATCHING_PENNIES, PRISONERS_DILEMMA, ROCK_PAPER_SCISSORS
from triangle.solvers import fictitious_play, regret, replicator


def test_a_constant_advantage_grows_logistically():
    time = np.linspace(0, 20, 7)
    path = replicator([[[0, 0], [1, 1]], [[0, 0], [0, 0]]], [[0.99, 0.01], [0.3, 0.7]], time)
    odds = 0.01 / 0.99 * np.exp(time)
    np.testing.assert_allclose(path.strategies[0][:, 1], odds / (1 + odds), rtol=1e-6)
    np.testing.assert_allclose(path.strategies[1], np.tile([0.3, 0.7], (7, 1)))
    assert path.completed


def test_matching_pennies_goes_round_with_its_constant_of_motion():
    path = replicator(MATCHING_PENNIES, [[0.8, 0.2], [0.6, 0.4]], np.linspace(0, 30, 40))
    kept = sum(np.log(s).sum(axis=1) for s in path.strategies)
    np.testing.assert_allclose(kept, kept[0], atol=1e-5)
    assert np.ptp(path.strategies[0][:, 0]) > 0.3


def test_one_population_is_two_that_start_alike():
    path = replicator(ROCK_PAPER_SCISSORS, [[0.5, 0.3, 0.2]] * 2, np.linspace(0, 20, 9))
    np.testing.assert_allclose(path.strategies[0], path.strategies[1], atol=1e-9)
    product = path.strategies[0].prod(axis=1)
    np.testing.assert_allclose(product, product[0], rtol=1e-5)


def test_an_absent_action_stays_absent():
    path = replicator(PRISONERS_DILEMMA, [[1, 0], [0.5, 0.5]], [0, 50])
    np.testing.assert_array_equal(path.strategies[0], [[1, 0], [1, 0]])
    assert path.strategies[1][-1, 1] == pytest.approx(1)


@pytest.mark.parametrize("game", [MATCHING_PENNIES, ROCK_PAPER_SCISSORS])
@pytest.mark.parametrize("seed", [0, 1])
def test_fictitious_play_nears_the_value_of_zero_sum_games(game, seed):
    found = fictitious_play(game, 2000, seed)
    assert found.regret.max() < 0.1
    np.testing.assert_allclose(found.regret, regret(game, found.frequencies), atol=1e-12)


def test_fictitious_play_leaves_dominated_actions_and_repeats_with_its_seed():
    games = np.stack([PRISONERS_DILEMMA, 1e9 * PRISONERS_DILEMMA])
    found = fictitious_play(games, 100, seed=0)
    assert (found.frequencies[0][:, 1] >= 0.99).all()
    again = fictitious_play(games, 100, seed=0)
    np.testing.assert_array_equal(found.frequencies[1], again.frequencies[1])
    assert fictitious_play(np.zeros((0, 2, 2, 3)), 3).frequencies[1].shape == (0, 3)


@pytest.mark.parametrize("time", [[0], [0, 0], [[0, 1]], [0, np.nan]])
def test_times_that_do_not_increase_are_refused(time):
    with pytest.raises(ValueError, match="time"):
        replicator(PRISONERS_DILEMMA, [[0.5, 0.5]] * 2, time)


def test_unsound_starts_and_rounds_are_refused():
    with pytest.raises(ValueError, match="start"):
        replicator(PRISONERS_DILEMMA, [[0.5, 0.6]] * 2, [0, 1])
    with pytest.raises(ValueError, match="rounds"):
        fictitious_play(PRISONERS_DILEMMA, 0)
