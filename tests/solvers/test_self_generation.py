"""Self-generation: closed forms of the prisoners' dilemma, and the enclosing polygon checked from within."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from solvers.games import MATCHING_PENNIES, STAG_HUNT
from triangle.solvers.repeated_payoffs import repeated_payoffs
from triangle.solvers.self_generation import supports_itself

DILEMMA = np.array([[[3, 0], [4, 1]], [[3, 4], [0, 1]]], dtype=float)


@pytest.mark.parametrize("discount", [0.01, 0.5, 0.99])
def test_equilibria_of_the_round_support_themselves_alone_and_together(discount):
    assert supports_itself(STAG_HUNT, discount, [[4, 4]]).holds
    assert supports_itself(STAG_HUNT, discount, [[4, 4], [3, 3]]).holds
    assert not supports_itself(MATCHING_PENNIES, discount, [[0, 0]]).holds


@pytest.mark.parametrize(("discount", "holds"), [(1 / 3 - 1e-6, False), (1 / 3 + 1e-6, True)])
def test_cooperation_is_supported_by_reversion_from_the_critical_discount_on(discount, holds):
    # The grim trigger needs (4 - 3) / (4 - 1).
    assert supports_itself(DILEMMA, discount, [[1, 1], [3, 3]]).holds == holds


def test_a_corner_well_within_what_is_supported_falls_short_by_nothing():
    result = supports_itself(DILEMMA, 0.95, [[1, 1], [3, 3], [2, 2.6]])
    assert result.holds
    assert result.shortfall[(result.corners == [2, 2.6]).all(axis=1)] == 0


@given(st.integers(0, 10**6), st.sampled_from([0.2, 0.5, 0.8, 0.999]))
@example(126, 0.8)  # a corner that stands out in none of the directions moves on when the others have come to rest
@example(308, 0.8)
def test_where_the_enclosing_polygon_has_converged_it_supports_itself(seed, discount):
    payoffs = np.random.default_rng(seed).integers(0, 6, (2, 2, 3)).astype(float)
    found = repeated_payoffs(payoffs, discount, directions=4)
    if found.status == "converged":
        assert supports_itself(payoffs, discount, found.vertices, tolerance=1e-7).holds


def test_payoffs_beyond_the_polygon_are_not_supported():
    corners = repeated_payoffs(DILEMMA, 0.6).vertices
    centre = corners.mean(axis=0)
    result = supports_itself(DILEMMA, 0.6, centre + 1.01 * (corners - centre))
    assert not result.holds
    assert result.shortfall.max() > 1e-4


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_units_and_players_do_not_matter(factor):
    points = np.array([[1, 1], [3, 3], [2, 3]])
    plain = supports_itself(DILEMMA, 0.6, points)
    scale, shift = np.array([factor, 1.0]), np.array([0.0, -5.0])
    moved = supports_itself(DILEMMA * scale[:, None, None] + shift[:, None, None], 0.6, points * scale + shift)
    turned = supports_itself(DILEMMA[::-1].transpose(0, 2, 1), 0.6, points[:, ::-1])
    assert moved.holds == plain.holds == turned.holds
    np.testing.assert_allclose(moved.shortfall.max(), plain.shortfall.max(), atol=1e-9)


BAD = [
    (lambda: supports_itself(DILEMMA, 1.0, [[1, 1]]), "discount must be above 0 and below 1"),
    (lambda: supports_itself(DILEMMA, np.nan, [[1, 1]]), "discount must be above 0"),
    (lambda: supports_itself(DILEMMA, 0.5, [[1, 1, 1]]), r"points must have shape \(K, 2\)"),
    (lambda: supports_itself(DILEMMA, 0.5, np.zeros((0, 2))), "K at least 1"),
    (lambda: supports_itself(np.zeros((2, 2, 2, 2, 2)), 0.5, [[1, 1]]), "one game"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_told_plainly(call, message):
    with pytest.raises(ValueError, match=message):
        call()
