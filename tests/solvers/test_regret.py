"""Regret of pure and mixed strategies, one game or many."""

import numpy as np
import pytest
from hypothesis import given

from solvers.brute import nash
from solvers.games import GAMES
from solvers.random_games import games
from triangle.solvers import pure_nash, regret
from triangle.solvers.arrays import read
from triangle.solvers.regret import profile_regrets


@given(games())
def test_a_pure_profile_has_no_regret_exactly_where_it_is_an_equilibrium(payoffs):
    players = len(payoffs)
    stable = nash(payoffs)
    for profile in np.ndindex(payoffs.shape[1:]):
        assert (regret(payoffs, profile, players).max() == 0) == (profile in stable)


def test_the_mixed_equilibrium_of_rock_paper_scissors_has_none():
    third = np.full(3, 1 / 3)
    assert regret(GAMES["rock_paper_scissors"], (third, third)) == pytest.approx([0, 0])


def test_regret_is_in_units_of_the_payoffs():
    payoffs = GAMES["prisoners_dilemma"]
    assert regret(payoffs * 1e9, (0, 0)).tolist() == [2e9, 2e9]
    assert regret(payoffs * 1e-9, (0, 0)) == pytest.approx([2e-9, 2e-9])


def test_pure_and_mixed_forms_of_a_profile_agree_and_batches_broadcast():
    rng = np.random.default_rng(3)
    payoffs = rng.normal(size=(6, 3, 2, 3, 2))
    actions = np.stack([rng.integers(0, n, 6) for n in (2, 3, 2)], axis=-1)
    units = [np.eye(n)[actions[:, i]] for i, n in enumerate((2, 3, 2))]
    found = regret(payoffs, actions)
    assert found.shape == (6, 3)
    assert regret(payoffs, units) == pytest.approx(found)
    assert regret(payoffs, (1, 2, 0)).shape == (6, 3)
    assert regret(payoffs, [np.full(n, 1 / n) for n in (2, 3, 2)]).shape == (6, 3)


def test_profile_regrets_vanish_where_pure_nash_says():
    payoffs = np.random.default_rng(1).integers(0, 3, (50, 2, 3, 3)).astype(float)
    assert ((profile_regrets(read(payoffs)).max(axis=1) == 0) == pure_nash(payoffs)).all()


@pytest.mark.parametrize(
    ("strategies", "told"),
    [
        ((0,), "one per player, so 2"),
        ((0, 2), "player 1 has actions 0–1, got 2"),
        ((-1, 0), "player 0 has actions 0–1, got -1"),
        (([1.0, 0.0], [0.5, 0.4]), r"strategies\[1\] must be probabilities"),
        (([1.0, 0.0], [1.5, -0.5]), r"strategies\[1\] must be probabilities"),
        (([1.0, 0.0], [1.0, 0.0, 0.0]), "player 1 has 2 actions"),
        (([1.0, 0.0], [np.nan, 1.0]), "finite"),
        (3, "one per player"),
    ],
)
def test_what_is_no_strategy_is_refused(strategies, told):
    with pytest.raises(ValueError, match=told):
        regret(GAMES["prisoners_dilemma"], strategies)


def test_batches_that_do_not_broadcast_are_named():
    with pytest.raises(ValueError, match=r"strategies: batches .* do not broadcast: \(4,\), \(3,\), \(\)"):
        regret(np.zeros((4, 2, 2, 2)), [np.full((3, 2), 0.5), [1.0, 0.0]])


def test_an_empty_batch_has_no_regrets():
    assert regret(np.zeros((0, 2, 2, 2)), (0, 0)).shape == (0, 2)
