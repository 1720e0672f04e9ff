"""Adapting populations: closed forms, fixed points, and what must not depend on units or labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.games import MATCHING_PENNIES, PRISONERS_DILEMMA
from triangle.solvers import best_response_dynamics, replicator, replicator_discrete, replicator_symmetric

EVEN = ([0.5, 0.5], [0.5, 0.5])


def test_a_generation_multiplies_shares_by_relative_fitness():
    path = replicator_discrete([[[2, 0], [0, 1]], [[2, 0], [0, 1]]], EVEN, 1, background=1)
    np.testing.assert_allclose(path.strategies[0], [[0.5, 0.5], [2 / 3.5, 1.5 / 3.5]])


@given(st.integers(0, 10**6), st.sampled_from([1e-9, 1e9]))
def test_generations_do_not_depend_on_units(seed, factor):
    rng = np.random.default_rng(seed)
    payoffs, start = rng.uniform(1, 2, (2, 3, 2)), [rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(2))]
    plain = replicator_discrete(payoffs, start, 20)
    scaled = replicator_discrete(payoffs * factor, start, 20)
    for a, b in zip(plain.strategies, scaled.strategies, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9)


def test_slow_generations_follow_the_continuous_replicator():
    payoffs, start = PRISONERS_DILEMMA, [[0.9, 0.1], [0.6, 0.4]]
    slow = replicator_discrete(payoffs, start, 2_000, background=1_000)
    smooth = replicator(payoffs, start, [0, 2])
    np.testing.assert_allclose(slow.strategies[1][-1], smooth.strategies[1][-1], atol=3e-3)


# ---- best response


@given(st.integers(0, 10**6), st.floats(0.01, 1))
def test_a_step_moves_the_given_part_to_the_best_responses(seed, rate):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(0, 3, (2, 3, 3)).astype(float)
    start = [rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3))]
    path = best_response_dynamics(payoffs, start, 1, rate)
    for own in (0, 1):
        worth = payoffs[0] @ start[1] if own == 0 else start[0] @ payoffs[1]
        best = worth > worth.max() - 1e-9
        expected = (1 - rate) * start[own] + rate * best / best.sum()
        np.testing.assert_allclose(path.strategies[own][1], expected, atol=1e-12)


def test_a_strict_equilibrium_is_reached_and_kept():
    path = best_response_dynamics(PRISONERS_DILEMMA, ([1, 0], [1, 0]), 200, 0.2)
    assert path.regret == pytest.approx(np.zeros(2), abs=1e-12)
    assert path.times[-1] == pytest.approx(40)


def test_at_rate_one_matching_pennies_goes_round_in_four_steps():
    path = best_response_dynamics(MATCHING_PENNIES, ([1, 0], [1, 0]), 8, 1.0)
    row = path.strategies[0][:, 0]
    assert row.tolist() == [1, 1, 0, 0, 1, 1, 0, 0, 1]


def test_relabelled_actions_give_relabelled_paths():
    rng = np.random.default_rng(5)
    payoffs, start = rng.integers(0, 3, (4, 2, 3, 3)), [rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3))]
    plain = best_response_dynamics(payoffs, start, 30).strategies[0]
    turned = best_response_dynamics(payoffs[:, :, ::-1], [start[0][::-1], start[1]], 30).strategies[0]
    assert plain.shape == (4, 31, 3)
    np.testing.assert_allclose(turned, plain[..., ::-1], atol=1e-12)


BAD = [
    (lambda: replicator_symmetric([[1, 2, 3], [1, 2, 3]], [0.5, 0.5], [0, 1]), "matrix must have shape"),
    (lambda: replicator_symmetric(np.eye(2), [0.7, 0.7], [0, 1]), "must be probabilities"),
    (lambda: replicator_symmetric(np.eye(2), [0.5, 0.5], [0, 0]), "times must ascend; entry 1 is 0.0 after 0.0"),
    (lambda: replicator_symmetric(np.zeros((2, 2, 2)), np.full((3, 2), 0.5), [0, 1]), "do not fit the batch"),
    (lambda: replicator_discrete(MATCHING_PENNIES, EVEN, 3), "fitness must be positive, so more than 1"),
    (lambda: replicator_discrete(PRISONERS_DILEMMA, EVEN, -1, background=1), "steps must be 0 or more"),
    (lambda: replicator_discrete(np.zeros((2, 2, 2)), EVEN, 1), "more than 0.0; got 0.0"),
    (lambda: best_response_dynamics(PRISONERS_DILEMMA, EVEN, 3, rate=0), "rate must be above 0"),
    (lambda: best_response_dynamics(PRISONERS_DILEMMA, EVEN[:1], 3), "start: one per player, so 2"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_told_plainly(call, message):
    with pytest.raises(ValueError, match=message):
        call()
