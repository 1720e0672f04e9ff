"""Repetition: closed forms of the prisoners' dilemma, play written out round by round, QuantEcon's payoff sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from solvers.games import CHICKEN, PRISONERS_DILEMMA
from triangle.solvers import critical_discount, repeated_payoffs, stick_and_carrot


def dilemma(reward, temptation, punishment, sucker):
    row = np.array([[reward, sucker], [temptation, punishment]], dtype=float)
    return np.stack([row, row.T])


def best_deviation(payoffs, profile, player):
    return max(
        payoffs[(player, *profile[:player], a, *profile[player + 1 :])] for a in range(payoffs.shape[1 + player])
    )


@given(st.integers(0, 10**6))
def test_the_grim_trigger_holds_above_the_critical_discount_and_not_below(seed):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-4, 5, (3, 2, 3, 2)).astype(float)
    promise, threat = (tuple(int(rng.integers(n)) for n in (2, 3, 2)) for _ in range(2))
    found = critical_discount(payoffs, promise, threat)
    for i in range(3):
        best = best_deviation(payoffs, promise, i)
        keeps = [
            d
            for d in np.arange(0, 1, 0.001)
            if payoffs[(i, *promise)] >= (1 - d) * best + d * payoffs[(i, *threat)] - 1e-12
        ]
        assert (min(keeps) if keeps else np.inf) == pytest.approx(found[i], abs=0.00101)


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_stick_and_carrot_holds_above_its_discount_and_not_below(seed, rounds):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-4, 5, (2, 3, 3)).astype(float)
    promise, stick = (tuple(int(k) for k in rng.integers(3, size=2)) for _ in range(2))
    found = stick_and_carrot(payoffs, promise, stick, rounds=rounds)
    for i in range(2):

        def keeps(d, i=i):
            # What is worth to be ``left`` rounds of punishment away from cooperation, written out round by round.
            worth = [payoffs[(i, *promise)]]
            for _ in range(rounds):
                worth.append((1 - d) * payoffs[(i, *stick)] + d * worth[-1])
            return all(
                value >= (1 - d) * best_deviation(payoffs, stick if left else promise, i) + d * worth[-1] - 1e-12
                for left, value in enumerate(worth)
            )

        kept = [d for d in np.arange(0, 1, 0.001) if keeps(d)]
        assert (min(kept) if kept else np.inf) == pytest.approx(found[i], abs=0.00101)


@pytest.mark.parametrize("rounds", [0, 1.5, -1])
def test_a_number_of_rounds_must_be_whole(rounds):
    with pytest.raises(ValueError, match="rounds must be a whole number"):
        stick_and_carrot(PRISONERS_DILEMMA, (0, 0), (1, 1), rounds=rounds)


def test_the_prisoners_dilemma_has_its_closed_forms():
    np.testing.assert_allclose(critical_discount(dilemma(3, 5, 1, 0), (0, 0), (1, 1)), [0.5, 0.5])
    np.testing.assert_allclose(critical_discount(dilemma(4, 5, 1, 0), (0, 0), (1, 1)), [0.25, 0.25])
    np.testing.assert_allclose(stick_and_carrot(dilemma(4, 5, 1, 0), (0, 0), (1, 1)), [1 / 3, 1 / 3])


def test_an_equilibrium_needs_no_threat_and_an_idle_threat_does_not_help():
    assert critical_discount(PRISONERS_DILEMMA, (1, 1), (0, 0)).tolist() == [0, 0]
    assert critical_discount(PRISONERS_DILEMMA, (0, 0), (0, 0)).tolist() == [np.inf, np.inf]
    assert stick_and_carrot(PRISONERS_DILEMMA, (0, 0), (0, 0)).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("solver", [critical_discount, stick_and_carrot])
def test_units_and_batches_do_not_matter(solver, factor):
    games = np.random.default_rng(3).normal(size=(5, 2, 2, 3, 3))
    found = solver(games * factor + factor, (0, 1), (2, 2))
    assert found.shape == (5, 2, 2)
    np.testing.assert_allclose(found, [[solver(g, (0, 1), (2, 2)) for g in row] for row in games], rtol=1e-7)
    assert solver(np.zeros((0, 2, 3, 3)), (0, 1), (2, 2)).shape == (0, 2)


@pytest.mark.parametrize("profile", [(0,), (0, 2), (-1, 0), (0.5, 0), "ab"])
def test_a_profile_that_does_not_exist_is_refused(profile):
    with pytest.raises(ValueError, match="cooperate"):
        critical_discount(PRISONERS_DILEMMA, profile, (1, 1))
    with pytest.raises(ValueError, match="punish"):
        stick_and_carrot(PRISONERS_DILEMMA, (0, 0), profile)


def test_patient_prisoners_get_the_individually_rational_payoffs_and_impatient_ones_nothing_more():
    patient = repeated_payoffs(dilemma(3, 4, 1, 0), 0.9)
    assert patient.status == "converged"
    np.testing.assert_allclose(patient.vertices, [[1, 1], [11 / 3, 1], [3, 3], [1, 11 / 3]], atol=1e-6)
    very_patient = repeated_payoffs(dilemma(3, 4, 1, 0), 1 - 1e-6)
    assert very_patient.status == "converged"
    np.testing.assert_allclose(very_patient.vertices, patient.vertices, atol=1e-6)
    impatient = repeated_payoffs(dilemma(3, 4, 1, 0), 0.2)
    np.testing.assert_allclose(impatient.vertices, [[1, 1]], atol=1e-6)


@pytest.mark.parametrize(("above", "best"), [(1e-3, 3.0), (-1e-3, 1.0)])
def test_cooperation_enters_at_the_critical_discount(above, best):
    # Where the sum of temptation and sucker's payoff is so low that alternating is worse than defecting.
    payoffs = dilemma(3, 5, 1, -8)
    found = repeated_payoffs(payoffs, critical_discount(payoffs, (0, 0), (1, 1))[0] + above)
    assert found.vertices.max() >= best - 1e-6
    assert (found.vertices.max() > 1 + 1e-6) == (best > 1)


# Corners of the sets that QuantEcon 0.11.4's RepeatedGame.equilibrium_payoffs finds, recorded because it compiles for
# many seconds. For a set without area it raises Qhull's error, so there is nothing to record.
QUANTECON = {
    0.6: {1: [[6, 5], [8, 6.2], [8, 8], [5.6, 8.4], [4, 8.222222222], [4, 5.24], [5.6, 5]]},
    0.9: {
        0: [[8, 8], [5, 9], [5, 7], [6.6, 7], [7.2, 7.2]],
        1: [[7.333333333, 5], [8, 6], [8, 8], [4.4, 8.6], [4, 8.5], [4, 5]],
        2: [[5, 4], [6.35, 4], [6.35, 4.2], [5, 6]],
    },
}
STAGES = np.array(
    [
        [[[8, 6, 5], [2, 3, 0], [0, 0, 1]], [[8, 6, 9], [5, 6, 9], [7, 6, 5]]],
        [[[8, 2, 1], [2, 4, 8], [4, 0, 3]], [[6, 8, 7], [9, 1, 8], [0, 5, 2]]],
        [[[8, 0, 1], [2, 1, 8], [8, 5, 0]], [[0, 3, 4], [6, 4, 2], [1, 6, 7]]],
    ]
)


@pytest.mark.parametrize(("stage", "discount"), [(0, 0.6), (1, 0.6), (2, 0.6), (0, 0.9), (1, 0.9), (2, 0.9)])
def test_quantecon_finds_the_same_set(stage, discount):
    ours = repeated_payoffs(STAGES[stage], discount)
    corners = QUANTECON[discount].get(stage)
    if corners is None:
        assert len(ours.vertices) == 0 or np.ptp(ours.vertices, axis=0).min() < 1e-6
    else:
        assert_allclose(ours.support, (ours.directions @ np.transpose(corners)).max(axis=1), atol=1e-6)


def test_without_a_pure_equilibrium_the_impatient_have_none():
    pennies = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
    found = repeated_payoffs(pennies, 0.3)
    assert found.status == "empty"
    assert found.vertices.shape == (0, 2)
    assert np.isneginf(found.support).all()


def test_units_only_move_the_polygon():
    plain = repeated_payoffs(CHICKEN, 0.7)
    moved = repeated_payoffs(CHICKEN * np.array([1e6, 1e-6]).reshape(2, 1, 1) + 5, 0.7)
    np.testing.assert_allclose((moved.vertices - 5) / [1e6, 1e-6], plain.vertices, atol=1e-6)
    np.testing.assert_allclose((moved.directions @ moved.vertices.T).max(axis=1), moved.support, rtol=1e-9)


def test_given_directions_are_kept_beside_the_axes():
    found = repeated_payoffs(CHICKEN, 0.7, directions=[[1.0, 1.0]])
    assert len(found.directions) == 5
    assert found.support[1] == pytest.approx((found.directions[1] @ found.vertices.T).max())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(discount=1.0), "discount"),
        (dict(discount=float("nan")), "discount"),
        (dict(directions=3), "directions"),
        (dict(directions=[[0.0, 0.0]]), "directions"),
        (dict(max_rounds=0), "max_rounds"),
        (dict(payoffs=np.zeros((3, 2, 2, 2, 2))), "players|batch|axis|game"),
        (dict(payoffs=np.zeros((3, 2, 2, 2))), "one game"),
    ],
)
def test_unsound_input_of_payoff_sets_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        repeated_payoffs(**{"payoffs": CHICKEN, "discount": 0.5, **arguments})


@pytest.mark.parametrize("rounds", [0, 10**9 + 1])
def test_a_stick_of_too_few_or_too_many_rounds_is_refused(rounds):
    with pytest.raises(ValueError, match="rounds must be a whole number from 1 to 1000000000"):
        stick_and_carrot(PRISONERS_DILEMMA, (0, 0), (1, 1), rounds=rounds)
