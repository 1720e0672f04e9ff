"""What payoff arrays may be, which axis is what, and what is refused."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.random_games import games
from triangle import solvers
from triangle.solvers.arrays import action_payoffs, best_responses, expected_payoffs, read, read_one, scale_of


@pytest.mark.parametrize(
    ("shape", "players", "batch"),
    [
        ((2, 3, 4), 2, ()),
        ((3, 2, 2, 2), 3, ()),  # also three games of two players: the fewest batch axes win
        ((5, 2, 3, 4), 2, (5,)),
        ((5, 7, 2, 3, 4), 2, (5, 7)),
        ((0, 2, 3, 4), 2, (0,)),
        ((1, 4), 1, ()),
        ((6, 1, 4), 1, (6,)),
        ((2, 1, 1), 2, ()),
        ((10, 3, 4, 6, 6), 3, (10,)),
        ((4, 2, 2, 2, 2), 4, ()),
    ],
)
def test_the_players_axis_is_as_long_as_there_are_axes_behind_it(shape, players, batch):
    found = read(np.zeros(shape))
    assert (found.players, found.batch) == (players, batch)


def test_players_says_which_reading_is_meant():
    assert read(np.zeros((3, 2, 2, 2)), players=2).batch == (3,)
    assert solvers.pure_nash(np.zeros((3, 2, 2, 2)), players=2).shape == (3, 2, 2)
    assert solvers.pure_nash(np.zeros((3, 2, 2, 2))).shape == (2, 2, 2)


@pytest.mark.parametrize("shape", [(), (3,), (2, 2), (3, 2, 2), (2, 2, 2, 2)])
def test_a_shape_in_which_no_axis_fits_is_refused(shape):
    if shape == (2, 2, 2, 2):
        assert read(np.zeros(shape)).batch == (2,)
        return
    with pytest.raises(ValueError, match=r"must have shape \(\*batch, N, A_1, …, A_N\)"):
        read(np.zeros(shape))


def test_players_that_fit_no_axis_are_refused():
    with pytest.raises(ValueError, match="no axis of length 3"):
        read(np.zeros((2, 2, 2)), players=3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_entry_that_is_not_finite_is_named(bad):
    payoffs = np.zeros((2, 2, 2))
    payoffs[1, 0, 1] = bad
    with pytest.raises(ValueError, match=r"finite; entry \(1, 0, 1\)"):
        solvers.pure_nash(payoffs)


@pytest.mark.parametrize(
    ("payoffs", "told"),
    [
        ([[[1, 2], [3]]], "rectangular"),
        (np.zeros((2, 2, 2), dtype=complex), "real numbers, got dtype complex128"),
        (np.full((2, 2, 2), "1"), "real numbers"),
        (np.full((2, 2, 2), "one", dtype=object), "rectangular array of numbers"),
        (np.full((2, 2, 2), None), r"finite; entry \(0, 0, 0\)"),
        (np.full((2, 2, 2), 1e301), "1e\\+300"),
        (np.full((2, 2, 2), 10**400, dtype=object), "1e\\+300"),
        (np.zeros((2, 0, 2)), "player 0 has no action"),
        (np.ma.masked_equal(np.zeros((2, 2, 2)), 0), "masked"),
    ],
)
def test_what_is_no_payoff_array_is_refused(payoffs, told):
    with pytest.raises(ValueError, match=told):
        read(payoffs)


def test_integers_single_precision_fractions_and_lists_are_read():
    as_lists = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    expected = solvers.pure_nash(np.array(as_lists, dtype=float))
    exact = np.array([[[Fraction(x) for x in row] for row in own] for own in as_lists], dtype=object)
    for given_as in (as_lists, np.array(as_lists, dtype=np.int8), np.array(as_lists, dtype=np.float32), exact):
        assert (solvers.pure_nash(given_as) == expected).all()


def test_the_payoffs_given_are_not_changed():
    payoffs = np.arange(8.0).reshape(2, 2, 2)
    before = payoffs.copy()
    solvers.pure_nash(payoffs)
    solvers.coalition_stable(payoffs, "all", transferable=True)
    solvers.iterated_dominance(payoffs)
    assert (payoffs == before).all()


def test_one_game_is_not_a_batch():
    assert read_one(np.zeros((2, 2, 2))).batch == ()
    with pytest.raises(ValueError, match=r"one game .* batch of shape \(5,\)"):
        read_one(np.zeros((5, 2, 2, 2)))


@pytest.mark.parametrize("tolerance", [-1e-9, np.nan, np.inf])
def test_a_tolerance_is_a_finite_number_not_below_zero(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        solvers.pure_nash(np.zeros((2, 2, 2)), tolerance=tolerance)


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_a_tie_is_relative_to_the_range_of_payoffs_or_to_what_rounding_leaves(factor, shift):
    payoffs = (np.array([[[1.0, 0.0], [1.0 + 1e-12, 0.5]], [[0.0, 0.0], [0.0, 0.0]]]) + shift) * factor
    assert solvers.pure_nash(payoffs)[0, 0]


def test_without_tolerance_every_difference_counts():
    payoffs = np.array([[[1.0, 0.0], [1.0 + 1e-12, 0.5]], [[0.0, 0.0], [0.0, 0.0]]])
    assert not solvers.pure_nash(payoffs, tolerance=0)[0, 0]


def test_scale_of_zeros_is_zero():
    assert scale_of(np.zeros((2, 3)), (-1,)).tolist() == [[0.0], [0.0]]


@given(games(), st.integers(0, 1000))
def test_expected_payoffs_are_sums_over_profiles_weighted_with_probabilities(payoffs, seed):
    rng = np.random.default_rng(seed)
    strategies = [rng.dirichlet(np.ones(count)) for count in payoffs.shape[1:]]
    weights = strategies[0]
    for strategy in strategies[1:]:
        weights = np.multiply.outer(weights, strategy)
    expected = [(own * weights).sum() for own in payoffs]
    found = read(payoffs, players=len(payoffs))
    assert expected_payoffs(found, strategies) == pytest.approx(expected, abs=1e-10)
    for player, worth in enumerate(action_payoffs(found, strategies)):
        for action, value in enumerate(worth):
            pure = list(strategies)
            pure[player] = np.eye(payoffs.shape[1 + player])[action]
            assert value == pytest.approx(expected_payoffs(found, pure)[player], abs=1e-10)


def test_batches_of_games_and_strategies_broadcast():
    rng = np.random.default_rng(0)
    payoffs = rng.normal(size=(5, 3, 2, 3, 4))
    strategies = [rng.dirichlet(np.ones(n), size=(7, 5)) for n in (2, 3, 4)]
    found = expected_payoffs(read(payoffs), strategies)
    assert found.shape == (7, 5, 3)
    one = expected_payoffs(read(payoffs[2]), [s[4, 2] for s in strategies])
    assert found[4, 2] == pytest.approx(one)


def test_best_responses_include_ties():
    pennies = read([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    found = best_responses(pennies, [np.array([0.5, 0.5]), np.array([0.7, 0.3])])
    assert found[0].tolist() == [True, False]
    assert found[1].tolist() == [True, True]
