"""The replicator equation: closed forms, constants of motion, batches that are as good as their games alone."""

from importlib import import_module

import numpy as np
import pytest

from solvers.games import MATCHING_PENNIES, PRISONERS_DILEMMA, ROCK_PAPER_SCISSORS
from triangle.solvers import regret, replicator, replicator_symmetric


def test_a_constant_advantage_grows_logistically():
    time = np.linspace(0, 20, 7)
    path = replicator([[[0, 0], [1, 1]], [[0, 0], [0, 0]]], [[0.99, 0.01], [0.3, 0.7]], time)
    odds = 0.01 / 0.99 * np.exp(time)
    np.testing.assert_allclose(path.strategies[0][:, 1], odds / (1 + odds), rtol=1e-6)
    np.testing.assert_allclose(path.strategies[1], np.tile([0.3, 0.7], (7, 1)))
    assert path.status == "done"


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


def test_batches_are_followed_like_their_games_alone():
    rng = np.random.default_rng(4)
    payoffs = rng.normal(size=(5, 3, 2, 3, 2)) * np.array([1e-3, 1e-1, 1, 5, 20])[:, None, None, None, None]
    start = [rng.dirichlet(np.ones(n), 5) for n in (2, 3, 2)]
    times = [0, 0.5, 3]
    path = replicator(payoffs, start, times)
    assert [s.shape for s in path.strategies] == [(5, 3, 2), (5, 3, 3), (5, 3, 2)]
    np.testing.assert_allclose(path.regret, regret(payoffs, [s[:, -1] for s in path.strategies]), atol=1e-12)
    for k, game in enumerate(payoffs):
        alone = replicator(game, [s[k] for s in start], times, precision=1e-11)
        for together, single in zip(path.strategies, alone.strategies, strict=True):
            np.testing.assert_allclose(together[k], single, atol=1e-6)


def test_quiet_games_in_a_batch_do_not_loosen_the_error_of_a_lively_one():
    rounds = np.linspace(0, 20, 30)
    games = np.concatenate([[MATCHING_PENNIES], np.zeros((2_000, 2, 2, 2))])
    path = replicator(games, [[0.8, 0.2], [0.6, 0.4]], rounds, precision=1e-6)
    kept = sum(np.log(s[0]).sum(axis=-1) for s in path.strategies)
    np.testing.assert_allclose(kept, kept[0], atol=1e-4)


def test_one_game_from_many_starts():
    starts = [np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([1 / 3, 2 / 3])]
    path = replicator([[[2, 0], [0, 1]], [[2, 0], [0, 1]]], starts, [0, 30])
    np.testing.assert_allclose(path.strategies[1][:, -1], [[1, 0], [0, 1]], atol=1e-6)


def test_a_single_time_is_the_start_and_an_empty_batch_stays_empty():
    path = replicator(PRISONERS_DILEMMA, [[0.5, 0.5]] * 2, [3])
    assert path.strategies[0].tolist() == [[0.5, 0.5]]
    assert path.regret == pytest.approx([0.75, 0.75])
    empty = replicator(np.zeros((0, 2, 2, 3)), [[0.5, 0.5], [0.2, 0.3, 0.5]], [0, 1])
    assert empty.strategies[1].shape == (0, 2, 3)


def test_a_path_that_goes_round_too_often_ends_early_and_says_so(monkeypatch):
    monkeypatch.setattr(import_module("triangle.solvers.replicator"), "MOST_STEPS", 20)
    path = replicator(MATCHING_PENNIES, [[0.8, 0.2], [0.6, 0.4]], np.linspace(0, 1e6, 1001))
    assert path.status == "failed"
    assert len(path.times) == path.strategies[0].shape[0] < 20


@pytest.mark.parametrize("times", [[], [0, 0], [[0, 1]], [0, np.nan]])
def test_times_that_do_not_ascend_are_refused(times):
    with pytest.raises(ValueError, match="times"):
        replicator(PRISONERS_DILEMMA, [[0.5, 0.5]] * 2, times)


@pytest.mark.parametrize(
    ("start", "message"),
    [([[0.5, 0.6]] * 2, "sum to 1"), ([np.full((3, 2), 0.5), np.full((2, 2), 0.5)], "do not fit the batch")],
)
def test_unsound_starts_are_refused(start, message):
    with pytest.raises(ValueError, match=message):
        replicator(PRISONERS_DILEMMA, start, [0, 1])


# ---- one population


def test_one_population_of_hawks_and_doves_grows_as_the_one_with_two_alike():
    matrix = np.array([[-1.0, 2.0], [0.0, 1.0]])
    times = np.linspace(0, 4, 9)
    one = replicator_symmetric(matrix, [0.9, 0.1], times)
    two = replicator(np.stack([matrix, matrix.T]), [[0.9, 0.1], [0.9, 0.1]], times)
    np.testing.assert_allclose(one.strategies[0], two.strategies[0], atol=1e-7)
    assert one.status == "done"


def test_a_constant_advantage_grows_logistically_in_one_population():
    times = np.array([0.0, 1.0, 3.0])
    share = replicator_symmetric([[2, 2], [0, 0]], [0.1, 0.9], times).strategies[0][:, 0]
    np.testing.assert_allclose(share, 1 / (1 + 9 * np.exp(-2 * times)), rtol=1e-7)


def test_rock_paper_scissors_keeps_the_product_of_its_shares():
    path = replicator_symmetric(ROCK_PAPER_SCISSORS[0], [0.5, 0.3, 0.2], np.linspace(0, 30, 50))
    np.testing.assert_allclose(path.strategies[0].prod(axis=1), 0.03, rtol=1e-5)


def test_batches_of_one_population_are_those_one_by_one():
    rng = np.random.default_rng(2)
    matrix, start = rng.normal(size=(3, 2, 4, 4)), rng.dirichlet(np.ones(4), (3, 2))
    path = replicator_symmetric(matrix, start, [0, 1, 2])
    assert path.strategies[0].shape == (3, 2, 3, 4)
    assert path.regret.shape == (3, 2, 1)
    alone = replicator_symmetric(matrix[1, 1], start[1, 1], [0, 1, 2])
    np.testing.assert_allclose(path.strategies[0][1, 1], alone.strategies[0], atol=1e-7)
    assert replicator_symmetric(np.zeros((0, 2, 2)), np.zeros((0, 2)), [0, 1]).regret.shape == (0, 1)


def test_an_absent_action_of_one_population_stays_absent_and_its_worth_shows_in_the_regret():
    path = replicator_symmetric([[0, 0], [1, 1]], [1, 0], [0, 10])
    assert (path.strategies[0][:, 1] == 0).all()
    assert path.regret == pytest.approx([1])


def test_extreme_shares_neither_vanish_nor_leave_the_simplex():
    path = replicator_symmetric([[0, 0], [1, 1]], [1 - 1e-12, 1e-12], [0, 500])
    assert np.isfinite(path.strategies[0]).all()
    assert path.strategies[0][-1] == pytest.approx([0, 1])
