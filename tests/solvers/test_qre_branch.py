"""The principal branch and fits to it: turning points, crossings, ends, likelihoods, and pygambit's answers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from solvers.mixed_games import MCKELVEY_MCLENNAN
from triangle.solvers import fit_precision, logit_branch, logit_qre, regret

COORDINATION = np.array([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])
STAG_HUNT = np.array([[[3, 0], [2, 2]], [[3, 2], [0, 2]]])
# Ochs (1995), as in McKelvey & Palfrey (1995), section 6: matching pennies with one payoff raised.
PENNIES = np.array([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])


def folded():
    """Random games whose branch turns back, drawn once."""
    rng = np.random.default_rng(5)
    found = []
    while len(found) < 3:
        payoffs = rng.random((2, 3, 3))
        branch = logit_branch(payoffs, 60.0)
        if branch.turning_points:
            found.append((payoffs, branch))
    return found


FOLDED = folded()


# --- the branch ---------------------------------------------------------------------------------------------------


def test_a_branch_ends_near_a_nash_equilibrium_and_its_regret_says_so():
    branch = logit_branch(STAG_HUNT)
    assert branch.status == "nash"
    assert_allclose([part[-1] for part in branch.strategies], [[0, 1], [0, 1]], atol=1e-6)
    assert_allclose(branch.regrets[-1], regret(STAG_HUNT, [part[-1] for part in branch.strategies]))
    assert branch.max_regret <= 1e-6 * 3
    assert branch.turning_points == branch.bifurcations == ()


def test_every_point_of_a_branch_is_a_logit_equilibrium():
    for payoffs in np.random.default_rng(1).random((5, 3, 2, 3, 3)):
        branch = logit_branch(payoffs, 200.0)
        assert branch.status == "reached"
        assert branch.precisions[0] == 0
        assert branch.precisions[-1] == pytest.approx(200.0)
        assert (branch.residual <= 1e-10).all()


def test_the_branch_and_the_batch_solver_agree_at_given_precisions():
    levels = [0.0, 0.5, 3.0, 40.0]
    for payoffs in np.random.default_rng(2).random((5, 3, 2, 2, 3)):
        branch = logit_branch(payoffs, levels)
        first = [int(np.argmax(np.isclose(branch.precisions, level))) for level in levels]
        batch = logit_qre(payoffs, levels)
        for a, b in zip(branch.strategies, batch.strategies, strict=True):
            assert_allclose(a[first], b, atol=1e-9)


def test_turning_points_come_in_pairs_and_the_precision_changes_direction_there():
    for _, branch in FOLDED:
        turns = [turn.precision for turn in branch.turning_points]
        assert len(turns) % 2 == 0
        high, low = turns[:2]
        assert high > low
        steps = np.diff(branch.precisions)
        assert (steps > 0).any()
        assert (steps < 0).any()
        assert branch.precisions[steps.argmin()] <= max(turns)


def test_between_two_turning_points_a_precision_is_passed_three_times():
    for payoffs, branch in FOLDED:
        high, low = (turn.precision for turn in branch.turning_points[:2])
        passed = logit_branch(payoffs, [(high + low) / 2, 2 * high])
        assert np.isclose(passed.precisions, (high + low) / 2).sum() >= 3
        assert (passed.residual <= 1e-10).all()
        assert np.isclose(logit_branch(payoffs, [1.001 * high, 2 * high]).precisions, 1.001 * high).sum() == 1


def test_the_batch_solver_returns_where_the_branch_first_reaches_the_precision():
    for payoffs, branch in FOLDED:
        high, low = (turn.precision for turn in branch.turning_points[:2])
        middle = (high + low) / 2
        first = logit_branch(payoffs, [middle])
        found = logit_qre(payoffs, middle)
        assert found.principal
        assert_allclose(found.strategies[0], first.strategies[0][0], atol=1e-9)


def test_beyond_a_turning_point_the_batch_solver_follows_the_branch_round():
    for payoffs, branch in FOLDED:
        found = logit_qre(payoffs, 60.0)
        for a, b in zip(found.strategies, branch.strategies, strict=True):
            assert_allclose(a, b[-1], atol=1e-8)


def test_the_crossing_in_a_coordination_game_is_where_the_closed_form_says():
    # At even odds the slope of the response, λ/2, passes 1 at λ = 2; even odds stay a logit equilibrium beyond.
    branch = logit_branch(COORDINATION, 20.0)
    (crossing,) = branch.bifurcations
    assert crossing.precision == pytest.approx(2.0, abs=1e-4)
    assert branch.turning_points == ()
    assert_allclose(branch.strategies[0], 0.5, atol=1e-12)


def test_in_mckelvey_and_mclennans_game_the_crossing_is_reported_and_is_not_the_end():
    # Another library stops here and calls the point, where players can gain 0.2 and more, a Nash equilibrium.
    branch = logit_branch(MCKELVEY_MCLENNAN)
    (crossing,) = branch.bifurcations
    assert crossing.precision == pytest.approx(0.59676, abs=1e-4)
    assert regret(MCKELVEY_MCLENNAN, crossing.strategies).max() > 0.2
    assert branch.status == "nash"
    assert branch.max_regret <= 12e-6
    assert_allclose([part[-1, 0] for part in branch.strategies], [0.5, 0.5, 1.0], atol=1e-5)


def test_a_nearly_symmetric_game_turns_where_a_symmetric_one_is_crossed():
    nearly = COORDINATION + np.array([[[1e-3, 0], [0, 0]], [[1e-3, 0], [0, 0]]])
    branch = logit_branch(nearly)
    assert branch.bifurcations == ()
    assert_allclose(branch.strategies[0][-1], [1, 0], atol=1e-6)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_rescaled_payoffs_give_the_same_branch(factor):
    payoffs, branch = FOLDED[0]
    scaled = logit_branch(payoffs * factor, 60.0 / factor)
    assert_allclose(
        [turn.precision * factor for turn in scaled.turning_points],
        [turn.precision for turn in branch.turning_points],
        rtol=1e-6,
    )


def test_constant_games_and_players_without_a_choice_have_a_branch():
    constant = logit_branch(np.zeros((2, 2, 3)))
    assert constant.status == "nash"
    assert (constant.strategies[1] == 1 / 3).all()
    lone = logit_branch(np.ones((2, 1, 1)), [0, 1, 5])
    assert lone.precisions.tolist() == [0, 1, 5]
    assert (lone.strategies[0] == 1).all()


@pytest.mark.parametrize(
    ("payoffs", "precisions", "message"),
    [
        (np.zeros((4, 2, 2, 2)), 1.0, "one game"),
        (PENNIES, -2.0, "precisions must be finite and not negative"),
        (PENNIES, [], "at least"),
        (PENNIES * np.nan, 1.0, "must be finite"),
    ],
)
def test_bad_input_is_named(payoffs, precisions, message):
    with pytest.raises(ValueError, match=message):
        logit_branch(payoffs, precisions)


# --- fits ---------------------------------------------------------------------------------------------------------


def log_likelihood(payoffs, counts, precision):
    found = logit_qre(payoffs, precision)
    return sum(float(np.dot(c, np.log(p))) for c, p in zip(counts, found.strategies, strict=True))


def test_expected_counts_give_back_the_precision():
    for precision in (0.3, 2.0, 6.0):
        counts = [1000 * part for part in logit_qre(PENNIES, precision).strategies]
        fit = fit_precision(PENNIES, counts)
        assert fit.status == "interior"
        assert fit.precision == pytest.approx(precision, rel=1e-5)


def test_the_estimate_is_better_than_its_neighbours_and_the_interval_ends_where_the_test_rejects():
    counts = [[70, 30], [15, 85]]
    fit = fit_precision(PENNIES, counts)
    best = log_likelihood(PENNIES, counts, fit.precision)
    assert fit.log_likelihood == pytest.approx(best, abs=1e-8)
    for level in np.linspace(0.0, 20.0, 21):
        assert log_likelihood(PENNIES, counts, level) <= best + 1e-9
    for end in fit.interval:
        # Half the 95 % quantile of χ² with one degree of freedom.
        assert best - log_likelihood(PENNIES, counts, end) == pytest.approx(1.920729, abs=1e-5)


def test_the_standard_error_is_that_of_the_closed_form_where_the_opponent_does_not_matter():
    # A lone player between payoffs 0 and 1: the information is n p (1 - p).
    fit = fit_precision([[0.0, 1.0]], [[200, 600]])
    assert fit.precision == pytest.approx(np.log(3))
    assert fit.standard_error == pytest.approx(1 / np.sqrt(800 * 0.25 * 0.75), rel=1e-5)


def test_four_times_the_data_halve_the_standard_error():
    small, large = fit_precision(PENNIES, [[70, 30], [15, 85]]), fit_precision(PENNIES, [[280, 120], [60, 340]])
    assert small.precision == pytest.approx(large.precision, rel=1e-6)
    assert small.standard_error == pytest.approx(2 * large.standard_error, rel=1e-4)
    assert small.interval[0] < large.interval[0] < large.interval[1] < small.interval[1]


def test_local_maxima_are_all_reported_and_the_best_is_the_estimate():
    fit = fit_precision(PENNIES, [[70, 30], [15, 85]])
    assert len(fit.local_maxima) == 3
    assert fit.local_maxima[0] == (pytest.approx(fit.precision), pytest.approx(fit.log_likelihood))
    assert fit.local_maxima[0][1] > fit.local_maxima[1][1]
    # The likelihood also grows towards the Nash equilibrium, though it never gets as high.
    assert fit.local_maxima[1][0] == np.inf
    low, level = fit.local_maxima[2]
    counts = [[70, 30], [15, 85]]
    assert all(log_likelihood(PENNIES, counts, low + d) < level for d in (-0.05, 0.05))


def test_even_counts_give_zero_and_equilibrium_counts_no_upper_bound():
    even = fit_precision(PENNIES, [[50, 50], [50, 50]])
    assert (even.status, even.precision, even.interval[0]) == ("uniform", 0.0, 0.0)
    hare = fit_precision(STAG_HUNT, [[0, 50], [0, 50]])
    assert (hare.status, hare.precision, hare.interval[1]) == ("unbounded", np.inf, np.inf)
    assert hare.interval[0] > 0
    assert np.isnan(hare.standard_error)


def test_an_unobserved_player_counts_for_nothing_and_rescaling_for_its_factor():
    alone = fit_precision(PENNIES, [[70, 30], [0, 0]])
    scaled = fit_precision(PENNIES * 1e6, [[70, 30], [0, 0]])
    assert alone.precision == pytest.approx(1e6 * scaled.precision, rel=1e-6)


@pytest.mark.parametrize(
    ("counts", "keywords", "message"),
    [
        ([[1, 2]], {}, "one array per player, so 2; got 1"),
        ([[1, 2], [1, 2, 3]], {}, r"counts\[1\] must be 2 numbers"),
        ([[1, -2], [1, 2]], {}, r"counts\[0\] must be 2 numbers, none negative"),
        ([[0, 0], [0, 0]], {}, "one observation"),
        ([[1, np.nan], [0, 0]], {}, r"counts\[0\] must be finite"),
        ([[1, 2], [1, 2]], {"confidence": 95}, "between 0 and 1"),
        ([[1, 2], [1, 2]], {"confidence": 0.0}, "between 0 and 1"),
    ],
)
def test_bad_counts_are_named(counts, keywords, message):
    with pytest.raises(ValueError, match=message):
        fit_precision(PENNIES, counts, **keywords)


# --- second opinions ----------------------------------------------------------------------------------------------


def gambit_game(gambit, payoffs):
    return gambit.Game.from_arrays(*(np.asarray(table, dtype=float) for table in payoffs))


@pytest.mark.parametrize("ties", [False, True])
def test_pygambit_finds_the_same_logit_equilibria_unless_paths_cross(ties):
    # Where another path crosses the principal branch, which takes ties, Gambit may stop or turn off into the other.
    gambit = pytest.importorskip("pygambit")
    rng = np.random.default_rng(3)
    differ = 0
    for shape in ((2, 2), (2, 3), (3, 3), (2, 2, 2)):
        batch = (130, len(shape), *shape)
        payoffs = rng.integers(0, 4, batch).astype(float) if ties else rng.random(batch) * 3
        found = logit_qre(payoffs, 2.0)
        assert found.converged.all()
        for k, table in enumerate(payoffs):
            (theirs,) = gambit.qre.logit_solve_lambda(gambit_game(gambit, table), lam=2.0)
            ours = np.concatenate([part[k] for part in found.strategies])
            if np.abs(ours - [theirs[n] for n in range(len(theirs))]).max() > 1e-5:
                differ += 1
                assert logit_branch(table, 2.0).bifurcations
    assert differ <= (5 if ties else 0)


def test_pygambit_estimates_the_same_precisions():
    gambit = pytest.importorskip("pygambit")
    rng = np.random.default_rng(0)
    for _ in range(10):
        payoffs = rng.random((2, 3, 3))
        counts = [rng.multinomial(300, part).astype(float) for part in logit_qre(payoffs, 4.0).strategies]
        game = gambit_game(gambit, payoffs)
        data = game.mixed_strategy_profile()
        for player, observed in zip(game.players, counts, strict=True):
            for strategy, count in zip(player.strategies, observed, strict=True):
                data[strategy] = float(count)
        theirs = gambit.qre.logit_estimate(data)
        fit = fit_precision(payoffs, counts)
        assert fit.log_likelihood >= theirs.log_like - 1e-6
        assert fit.precision == pytest.approx(theirs.lam, rel=1e-3)
