"""Logit equilibria of batches: closed forms, and the defining equation on random games."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import brentq

import triangle as tri
from triangle.solvers import logit_qre, regret

STAG_HUNT = np.array([[[3, 0], [2, 2]], [[3, 2], [0, 2]]])

# Ochs (1995), as in McKelvey & Palfrey (1995), section 6: matching pennies with one payoff raised.
PENNIES = np.array([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])


def response(payoffs, strategies, precision):
    """The logit response, one player at a time and by plain sums: shares nothing with the solver."""
    players = len(payoffs)
    out = []
    for player in range(players):
        worth = np.moveaxis(payoffs[player], player, 0)
        for other in reversed([k for k in range(players) if k != player]):
            worth = worth @ strategies[other]
        weights = np.exp(precision * (worth - worth.max()))
        out.append(weights / weights.sum())
    return out


def error(payoffs, strategies, precision):
    best = response(np.asarray(payoffs, dtype=float), strategies, precision)
    return max(np.abs(a - b).max() for a, b in zip(best, strategies, strict=True))


def at(result, k):
    return [part[k] for part in result.strategies]


# --- known answers ------------------------------------------------------------------------------------------------


def test_zero_precision_is_uniform_play():
    found = logit_qre(np.random.default_rng(0).random((5, 3, 2, 3, 4)), 0)
    assert [np.unique(part).tolist() for part in found.strategies] == [[1 / 2], [1 / 3], [1 / 4]]
    assert found.converged.all()


def test_a_lone_player_plays_a_softmax():
    found = logit_qre([[1.0, 2.0, 4.0]], 1.5)
    weights = np.exp([1.5, 3.0, 6.0])
    assert_allclose(found.strategies[0], weights / weights.sum(), rtol=1e-12)


def test_in_the_prisoners_dilemma_each_defects_by_its_advantage():
    # With payoffs 3, 0, 4, 1 defection is better by 1 whatever the other does.
    found = logit_qre([[[3, 0], [4, 1]], [[3, 4], [0, 1]]], [0.5, 2.0, 30.0])
    for part in found.strategies:
        assert_allclose(part[:, 1], 1 / (1 + np.exp(-found.precision)), rtol=1e-12)


@pytest.mark.parametrize("precision", [0.3, 1.0, 3.0, 10.0])
def test_asymmetric_pennies_solve_their_scalar_equation(precision):
    def logistic(x):
        return 1 / (1 + np.exp(-x))

    def column(row):
        return logistic(precision * (1 - 2 * row))

    row = brentq(lambda p: p - logistic(precision * (10 * column(p) - 1)), 0.0, 1.0, xtol=1e-15)
    found = logit_qre(PENNIES, precision)
    assert_allclose([found.strategies[0][0], found.strategies[1][0]], [row, column(row)], atol=1e-11)


def test_very_precise_play_of_a_stag_hunt_is_at_its_risk_dominant_equilibrium():
    # Hare is best against even odds: 2 against 1.5.
    found = logit_qre(STAG_HUNT, 1e6)
    assert [part.tolist() for part in found.strategies] == [[0.0, 1.0], [0.0, 1.0]]


# --- the equation, on random games --------------------------------------------------------------------------------

SHAPES = [(3,), (2, 2), (3, 4), (1, 3), (2, 2, 2), (4, 6, 6), (2, 3, 2, 2)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("precision", [0.5, 3.0, 20.0, 300.0])
def test_the_response_to_an_equilibrium_is_itself(shape, precision):
    payoffs = np.random.default_rng(len(shape)).standard_normal((20, len(shape), *shape))
    found = logit_qre(payoffs, precision)
    assert found.converged.all()
    assert found.principal.all()
    for k, game in enumerate(payoffs):
        assert error(game, at(found, k), precision) <= max(1e-10, 1e-13 * precision)


@st.composite
def games(draw):
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(-2, 3, (len(shape), *shape))


@given(games(), st.floats(0.0, 20.0))
def test_whatever_is_called_converged_is_an_equilibrium(payoffs, precision):
    found = logit_qre(payoffs, precision)
    assert (found.status == "converged") == (found.residual <= 1e-10)
    if found.converged:
        assert error(payoffs, found.strategies, precision) <= 2e-10


@given(games(), st.floats(0.0, 10.0), st.sampled_from([1e-9, 1e-3, 1e9]))
def test_only_precision_times_payoffs_counts(payoffs, precision, factor):
    plain = logit_qre(payoffs, precision)
    scaled = logit_qre(payoffs * factor + factor, precision / factor)
    for a, b in zip(plain.strategies, scaled.strategies, strict=True):
        assert_allclose(a, b, atol=1e-6)


def test_permuting_actions_and_players_permutes_the_strategies():
    payoffs = np.random.default_rng(4).standard_normal((30, 3, 2, 3, 4))
    orders = [np.array(o) for o in ([1, 0], [2, 0, 1], [3, 1, 0, 2])]
    plain = logit_qre(payoffs, 4.0)
    permuted = logit_qre(payoffs[np.ix_(range(30), range(3), *orders)], 4.0)
    turned = logit_qre(payoffs[:, ::-1].transpose(0, 1, 4, 3, 2), 4.0)
    for a, b, order in zip(plain.strategies, permuted.strategies, orders, strict=True):
        assert_allclose(a[:, order], b, atol=1e-10)
    for a, b in zip(plain.strategies, turned.strategies[::-1], strict=True):
        assert_allclose(a, b, atol=1e-10)


def test_an_action_that_is_far_worse_is_not_played_and_changes_nothing():
    payoffs = np.random.default_rng(4).standard_normal((30, 2, 3, 3))
    worse = np.insert(payoffs, 3, 0.0, axis=2)
    worse[:, 0, 3] = payoffs[:, 0].min() - 100
    plain, more = logit_qre(payoffs, 5.0), logit_qre(worse, 5.0)
    assert (more.strategies[0][:, 3] < 1e-100).all()
    assert_allclose(more.strategies[0][:, :3], plain.strategies[0], atol=1e-9)


def test_a_batch_gives_what_its_games_give_alone():
    payoffs = np.random.default_rng(8).random((40, 3, 2, 2, 3))
    together = logit_qre(payoffs, 12.0)
    for k in (0, 17, 39):
        alone = logit_qre(payoffs[k], 12.0)
        for a, b in zip(together.strategies, alone.strategies, strict=True):
            assert_allclose(a[k], b, atol=1e-12)


def test_precisions_broadcast_against_the_batch():
    payoffs = np.random.default_rng(8).random((4, 2, 2, 3))
    found = logit_qre(payoffs, np.array([[1.0], [2.0], [9.0]]))
    assert found.strategies[1].shape == (3, 4, 3)
    assert found.residual.shape == found.status.shape == found.principal.shape == (3, 4)
    assert_allclose(found.strategies[1][2, 3], logit_qre(payoffs[3], 9.0).strategies[1], atol=1e-12)


def test_blocks_of_a_large_batch_join_up():
    payoffs = np.random.default_rng(9).random((2100, 2, 2, 2))
    found = logit_qre(payoffs, 3.0)
    assert found.converged.all()
    assert error(payoffs[2099], at(found, 2099), 3.0) <= 1e-10


def test_payoffs_of_a_million_at_a_precision_of_a_million_do_not_overflow():
    payoffs = np.random.default_rng(2).random((60, 3, 3, 3, 3)) * 1e6
    found = logit_qre(payoffs, 1e6)
    assert all(np.isfinite(part).all() for part in found.strategies)
    assert (found.status != "lost").all()
    # Rounding alone moves mixtures by a tenth of a percent and more here, and the status says so; the rest is exact.
    assert set(found.status[found.residual > 1e-10]) <= {"inexact"}
    assert found.converged.sum() >= 10
    assert (regret(payoffs, found.strategies) <= 1e-3).all()


def test_at_a_precision_of_a_million_random_games_still_converge():
    found = logit_qre(np.random.default_rng(2).random((60, 3, 4, 6, 6)), 1e6)
    assert found.converged.all()
    assert found.principal.all()


def test_symmetric_games_whose_branch_is_crossed_are_followed_through_and_to_the_crossing():
    rng = np.random.default_rng(0)
    for size in (2, 3, 4):
        own = rng.integers(0, 4, (128, size, size))
        payoffs = np.stack([own, own.transpose(0, 2, 1)], axis=1)
        # At precision 1 many of these games with two actions are just where the paths cross.
        for precision in (1.0, 5.0, 1000.0):
            found = logit_qre(payoffs, precision)
            assert found.converged.all()
            assert found.principal.all()
            assert_allclose(*found.strategies, atol=1e-6)


def test_the_chapters_model_is_solved_in_batches():
    model = tri.chapter_model()
    rng = np.random.default_rng(0)
    payoffs = model.payoffs({p.name: rng.uniform(p.low, p.high, (4, 25)) for p in model.parameters})
    found = logit_qre(payoffs, 8.0)
    assert [part.shape for part in found.strategies] == [(4, 25, *part.shape[2:]) for part in found.strategies]
    assert found.converged.all()
    assert found.principal.all()


# --- what may be given --------------------------------------------------------------------------------------------


def test_ties_single_actions_and_empty_batches():
    zero = logit_qre(np.zeros((2, 3, 2, 2, 2)), 50.0)
    assert (zero.strategies[0] == 0.5).all()
    assert zero.converged.all()
    single = logit_qre(np.ones((2, 1, 1)), 3.0)
    assert [part.tolist() for part in single.strategies] == [[1.0], [1.0]]
    empty = logit_qre(np.zeros((0, 2, 2, 3)), 3.0)
    assert [part.shape for part in empty.strategies] == [(0, 2), (0, 3)]
    assert empty.status.shape == (0,)


def test_integers_and_single_precision_are_read_as_floats():
    payoffs = np.random.default_rng(1).integers(-3, 4, (6, 2, 3, 3))
    plain = logit_qre(payoffs.astype(float), 2.0)
    for kind in (payoffs, payoffs.astype(np.float32), payoffs.astype(np.int8)):
        assert all((a == b).all() for a, b in zip(plain.strategies, logit_qre(kind, 2.0).strategies, strict=True))


@pytest.mark.parametrize(
    ("payoffs", "precision", "message"),
    [
        (np.full((2, 2, 2), np.nan), 1.0, r"entry \(0, 0, 0\) is nan"),
        (np.zeros((2, 2)), 1.0, "no axis"),
        (PENNIES, -1.0, "not negative, got -1"),
        (PENNIES, np.inf, "must be finite"),
        (PENNIES, "high", "must be a number"),
        (np.zeros((5, 2, 2, 2)), [1.0, 2.0], "does not broadcast"),
        (PENNIES * 1e200, 1e200, "must not exceed"),
    ],
)
def test_bad_input_is_named(payoffs, precision, message):
    with pytest.raises(ValueError, match=message):
        logit_qre(payoffs, precision)
