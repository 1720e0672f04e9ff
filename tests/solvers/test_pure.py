"""Pure Nash equilibria against brute force; what all solvers make of an empty batch."""

import numpy as np
import pytest
from hypothesis import given

from solvers import brute
from solvers.brute import chosen
from solvers.random_games import batch, games
from triangle import solvers


@given(games())
def test_pure_nash_is_what_the_definition_says(payoffs):
    assert chosen(solvers.pure_nash(payoffs, players=len(payoffs))) == brute.nash(payoffs)


def test_a_batch_is_solved_game_by_game_whatever_its_shape():
    payoffs = batch(3000, (2, 3, 2), seed=5).reshape(30, 100, 3, 2, 3, 2)
    found = solvers.pure_nash(payoffs)
    assert found.shape == (30, 100, 2, 3, 2)
    for where in [(0, 0), (7, 99), (29, 50)]:
        assert chosen(found[where]) == brute.nash(payoffs[where])


def test_games_that_do_not_fit_one_block_are_solved_too():
    rng = np.random.default_rng(0)
    large = rng.normal(size=(2, 400, 300))
    rows, columns = large[0].argmax(axis=0), large[1].argmax(axis=1)
    expected = {(int(rows[c]), c) for c in range(300) if columns[rows[c]] == c}
    assert chosen(solvers.pure_nash(large)) == expected


@pytest.mark.parametrize("shape", [(0,), (0, 4), (4, 0)])
def test_an_empty_batch_gives_empty_answers(shape):
    payoffs = np.zeros((*shape, 2, 3, 2))
    assert solvers.pure_nash(payoffs).shape == (*shape, 3, 2)
    assert solvers.coalition_stable(payoffs, "all").shape == (*shape, 3, 2)
    assert solvers.coalition_proof(payoffs).shape == (*shape, 3, 2)
    assert solvers.backward_induction(payoffs, [1, 0]).shape == (*shape, 3, 2)
    assert [own.shape for own in solvers.iterated_dominance(payoffs)] == [(*shape, 3), (*shape, 2)]
    found = solvers.commitment(payoffs, leader=1)
    assert (found.outcomes.shape, found.pessimistic.shape, found.pessimistic_value.shape) == (
        (*shape, 3, 2),
        (*shape, 2),
        shape,
    )
    mixed = solvers.mixed_commitment(payoffs, leader=1)
    assert (mixed.strategy.shape, mixed.value.shape, mixed.action_values.shape) == ((*shape, 2), shape, (*shape, 3))
