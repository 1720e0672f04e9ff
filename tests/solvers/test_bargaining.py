"""Bargaining: closed forms, the axioms, and solutions found by other means (games of finite length, dense mixtures)."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from triangle.solvers.bargaining import kalai_smorodinsky_split, nash_bargaining, rubinstein
from triangle.solvers.bargaining_sets import kalai_smorodinsky, nash_bargaining_choice, nash_bargaining_hull
from triangle.solvers.polygon import convex_hull

# what, arguments, shares; the rule is s_i = d_i + w_i (S − Σ d), and an outside option binds only if greater.
SPLITS = [
    ("equal split", dict(total=10, disagreement=[0, 0]), [5, 5]),
    ("threat points", dict(total=10, disagreement=[2, 1]), [5.5, 4.5]),
    ("weights", dict(total=10, disagreement=[2, 0], weights=[3, 1]), [8, 2]),
    ("weights of any sum", dict(total=10, disagreement=[2, 0], weights=[0.3, 0.1]), [8, 2]),
    ("idle outside options", dict(total=10, disagreement=[0, 0], outside=[4, 5]), [5, 5]),
    ("a binding outside option", dict(total=10, disagreement=[0, 0], outside=[7, 0]), [7, 3]),
    ("an outside option below the threat point", dict(total=10, disagreement=[4, 0], outside=[1, 0]), [7, 3]),
    ("no way out", dict(total=10, disagreement=[2, 1], outside=[-np.inf, -np.inf]), [5.5, 4.5]),
    ("two bind", dict(total=12, disagreement=[0, 0, 0], outside=[5, 4, 0]), [5, 4, 3]),
    ("one makes another bind", dict(total=12, disagreement=[0, 0, 0], outside=[8, 3, 0]), [8, 3, 1]),
    ("no surplus", dict(total=3, disagreement=[2, 1]), [2, 1]),
    ("just enough for the outside options", dict(total=10, disagreement=[0, 0], outside=[7, 3]), [7, 3]),
    ("a player without weight", dict(total=10, disagreement=[1, 2], weights=[1, 0]), [8, 2]),
    ("such a player with a way out", dict(total=10, disagreement=[1, 2], weights=[1, 0], outside=[0, 4]), [6, 4]),
    ("all below zero", dict(total=-4, disagreement=[-10, -2]), [-6, 2]),
    ("a player alone", dict(total=3, disagreement=[1]), [3]),
    ("nothing to agree on", dict(total=2, disagreement=[2, 1]), [np.nan, np.nan]),
    ("better apart", dict(total=10, disagreement=[0, 0], outside=[7, 4]), [np.nan, np.nan]),
]


@pytest.mark.parametrize(("arguments", "expected"), [s[1:] for s in SPLITS], ids=[s[0] for s in SPLITS])
def test_nash_split(arguments, expected):
    np.testing.assert_allclose(nash_bargaining(**arguments), expected, rtol=0, atol=1e-12)


NUMBERS = st.integers(-8, 8)


@st.composite
def problems(draw):
    n = draw(st.integers(1, 4))
    vectors = st.lists(NUMBERS, min_size=n, max_size=n).map(np.array)
    weights = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n).map(np.array))
    return draw(st.integers(-5, 40)), draw(vectors), weights, draw(vectors)


@given(problems())
def test_a_split_is_efficient_respects_all_options_and_shares_what_is_left_by_weight(problem):
    total, d, weights, outside = problem
    shares = nash_bargaining(total, d, weights, outside)
    floor = np.maximum(d, outside)
    if floor.sum() > total:
        assert np.isnan(shares).all()
        return
    assert shares.sum() == pytest.approx(total)
    assert (shares >= floor - 1e-12).all()
    # The optimum of the Nash product on {s ≥ outside}: equal gain per weight where free, no more where bound.
    per_weight = (shares - d) / weights
    free = shares > floor + 1e-9
    if free.any():
        assert per_weight[free] == pytest.approx(per_weight[free].mean())
        assert (per_weight[~free] >= per_weight[free].mean() - 1e-9).all()


@given(problems(), st.sampled_from([1e-9, 1.0, 1e9]), st.integers(-5, 5))
def test_a_split_follows_units_and_zero_points(problem, factor, shift):
    total, d, weights, outside = problem
    plain = nash_bargaining(total, d, weights, outside)
    moved = nash_bargaining(
        (total + shift * len(d)) * factor, (d + shift) * factor, weights, (outside + shift) * factor
    )
    np.testing.assert_allclose(moved, (plain + shift) * factor, rtol=1e-9, atol=1e-9 * factor)


def test_batches_broadcast():
    shares = nash_bargaining(np.array([[10.0], [20.0]]), np.array([[1, 0], [2, 0], [3, 0]]), outside=[0, 6])
    assert shares.shape == (2, 3, 2)
    np.testing.assert_allclose(shares[:, 1], [[4, 6], [11, 9]])
    assert nash_bargaining(np.zeros(0), np.zeros((0, 2))).shape == (0, 2)


def test_float32_and_integers_are_read_at_double_precision():
    assert nash_bargaining(np.float32(1), np.array([0, 0], np.int8)).dtype == np.float64


# ---- Kalai–Smorodinsky on a total


def test_kalai_smorodinsky_without_ideals_splits_the_surplus_equally():
    np.testing.assert_allclose(kalai_smorodinsky_split([10, 2, 1], [2, 0]), [[6, 4], [2, 0], [np.nan, np.nan]])


@given(st.integers(1, 50), st.lists(st.integers(0, 30), min_size=2, max_size=4))
def test_kalai_smorodinsky_gives_all_the_same_part_of_the_way_to_their_ideals(total, ideal):
    shares = kalai_smorodinsky_split(total, np.zeros(len(ideal)), ideal)
    assert shares.sum() == pytest.approx(min(total, sum(ideal)))
    np.testing.assert_allclose(shares * sum(ideal), np.array(ideal) * shares.sum())


# ---- Rubinstein


@pytest.mark.parametrize(
    ("discounts", "expected"),
    [
        ([0.9, 0.9], 1 / 1.9),
        ([0.5, 0.8], 0.2 / 0.6),
        ([0, 0.3], 0.7),
        ([0.3, 0], 1.0),
        ([1, 0.4], 1.0),
        ([0.4, 1], 0.0),
    ],
)
def test_rubinstein_closed_form(discounts, expected):
    np.testing.assert_allclose(rubinstein(discounts), [expected, 1 - expected], atol=1e-15)


def by_long_backward_induction(discounts, outside, periods=4000):
    """The first mover's share when the game ends after many periods with nothing."""
    value = {0: 0.0, 1: 0.0}
    for k in range(periods, -1, -1):
        proposer, responder = k % 2, 1 - k % 2
        keeps = max(discounts[responder] * value[responder], outside[responder])
        value = {proposer: 1 - keeps, responder: keeps}
    return value[0]


@given(st.tuples(st.floats(0, 0.99), st.floats(0, 0.99)), st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_rubinstein_is_the_limit_of_games_of_finite_length(discounts, outside):
    assume(sum(outside) <= 1)
    assert rubinstein(discounts, outside)[0] == pytest.approx(by_long_backward_induction(discounts, outside), abs=1e-9)


def test_outside_options_worth_less_than_the_share_change_nothing():
    plain = rubinstein([0.9, 0.9])
    np.testing.assert_allclose(rubinstein([0.9, 0.9], [0.4, 0.4]), plain)
    np.testing.assert_allclose(rubinstein([0.9, 0.9], [-np.inf, 0.6]), [0.4, 0.6])
    assert np.isnan(rubinstein([0.9, 0.9], [0.6, 0.6])).all()


def test_short_periods_give_nashs_split_with_weights_by_patience():
    rates, period = np.array([1.0, 3.0]), 1e-6
    np.testing.assert_allclose(rubinstein(np.exp(-rates * period)), nash_bargaining(1, [0, 0], 1 / rates), atol=1e-5)


# ---- sets of agreements

HULLS = [
    ("triangle", [[0, 0], [4, 0], [0, 2]], [0, 0], [2, 1]),
    ("triangle with threat", [[0, 0], [4, 0], [0, 2]], [1, 0], [2.5, 0.75]),
    ("a corner", [[0, 0], [3, 0], [2, 2], [0, 3]], [0, 0], [2, 2]),
    ("a segment", [[1, 3], [3, 1]], [0, 0], [2, 2]),
    ("one agreement", [[1, 3]], [0, 0], [1, 3]),
    ("repeated", [[1, 3], [1, 3], [1, 3]], [0, 0], [1, 3]),
]


@pytest.mark.parametrize(("points", "d", "expected"), [h[1:] for h in HULLS], ids=[h[0] for h in HULLS])
def test_nash_on_a_polygon(points, d, expected):
    result = nash_bargaining_hull(points, d)
    np.testing.assert_allclose(result.shares, expected, atol=1e-12)
    assert result.status == "agreed"


POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6).map(np.array)


def mixtures(points, steps=200):
    corners = convex_hull(points.astype(float))
    part = np.linspace(0, 1, steps)[:, None]
    return np.concatenate([a + part * (b - a) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)])


@given(POINTS, st.tuples(NUMBERS, NUMBERS), st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_no_mixture_has_a_greater_nash_product(points, d, weights):
    result = nash_bargaining_hull(points, d, weights)
    gains = mixtures(points) - d
    gains = gains[(gains > 1e-6).all(axis=1)]
    if result.status == "no gain":
        assert not len(gains)
        assert np.isnan(result.shares).all()
        return
    own = np.log(result.shares - d) @ weights
    assert all(np.log(g) @ weights <= own + 1e-9 for g in gains)


@given(POINTS, st.tuples(NUMBERS, NUMBERS))
def test_no_mixture_gives_all_a_greater_part_of_their_ideals(points, d):
    result = kalai_smorodinsky(points, d)
    every = mixtures(points)
    rational = every[(every >= np.array(d) - 1e-9).all(axis=1)]
    if result.status == "no gain":
        assert not ((every - d) > 1e-6).all(axis=1).any()
        return
    ideal = rational.max(axis=0) - d
    part = (result.shares - d) / ideal
    assert part[0] == pytest.approx(part[1], rel=0.05)
    assert ((every - d) / ideal).min(axis=1).max() <= part.max() + 1e-6


def test_kalai_smorodinsky_agrees_with_the_split_of_a_total():
    frontier = np.eye(3) * 6
    np.testing.assert_allclose(kalai_smorodinsky(frontier, [0, 0, 0]).shares, [2, 2, 2], atol=1e-9)
    np.testing.assert_allclose(
        kalai_smorodinsky(frontier, [0, 0, 0], ideal=[6, 3, 3]).shares,
        kalai_smorodinsky_split(6, [0, 0, 0], [6, 3, 3]),
        atol=1e-9,
    )


@pytest.mark.parametrize("solve", [nash_bargaining_hull, kalai_smorodinsky])
@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_solutions_on_sets_follow_units(solve, factor):
    points = np.array([[0, 0], [4, 0], [3, 2], [0, 3]])
    scaled = solve(points * [factor, 1], [0, 0]).shares
    np.testing.assert_allclose(scaled, solve(points, [0, 0]).shares * [factor, 1], rtol=1e-6)


@pytest.mark.parametrize("solve", [nash_bargaining_hull, kalai_smorodinsky])
def test_where_one_cannot_gain_there_is_no_agreement(solve):
    assert solve([[0, 0], [4, 0]], [0, 0]).status == "no gain"
    assert solve([[0, 0], [4, 0]], [5, 5]).status == "no gain"


def test_the_choice_among_agreements_tells_ties_and_refusals():
    assert nash_bargaining_choice([[1, 4], [2, 2], [4, 1]], [0, 0]).tolist() == [True, True, True]
    assert nash_bargaining_choice([[1, 4], [2, 2], [4, 1]], [0, 0], [2, 1]).tolist() == [False, False, True]
    assert nash_bargaining_choice([[1, 4, 0], [2, 2, 0]], [0, 0, 0]).tolist() == [False, False]


# ---- bad input

BAD = [
    (lambda: nash_bargaining(np.nan, [0, 0]), "total must be finite"),
    (lambda: nash_bargaining(1, [0, np.inf]), "disagreement must be finite"),
    (lambda: nash_bargaining(1, 0), "disagreement must have shape"),
    (lambda: nash_bargaining(1, [0, 0], [1, -1]), "weights must not be negative"),
    (lambda: nash_bargaining(1, [0, 0], [0, 0]), "one of them must be positive"),
    (lambda: nash_bargaining(1, [0, 0], [1, 1, 1]), r"weights must have one entry per player, so 2; got shape \(3,\)"),
    (lambda: nash_bargaining(1, [0, 0], outside=[0, np.inf]), "outside must be finite"),
    (lambda: nash_bargaining([1, 2, 3], [[0, 0], [0, 0]]), "shapes do not fit each other: total"),
    (lambda: kalai_smorodinsky_split(10, [3, 3], [5, 2]), "player 1 would have less than its disagreement"),
    (lambda: rubinstein([0.5, 0.5, 0.5]), r"discounts must have shape \(\*batch, 2\)"),
    (lambda: rubinstein([0.5, 1.5]), "discounts must lie in 0 to 1, got 1.5"),
    (lambda: rubinstein([1, 1]), "with both 1 every split"),
    (lambda: nash_bargaining_hull([[1, 2, 3]], [0, 0, 0]), "two players, got 3"),
    (lambda: nash_bargaining_hull([[1, 2]], [0]), "disagreement must have one entry per player, so 2"),
    (lambda: nash_bargaining_choice([[1, 2]], [0, 0], [0, 1]), "each above zero"),
    (lambda: nash_bargaining_choice(np.zeros((0, 2)), [0, 0]), "at least one of each"),
    (lambda: kalai_smorodinsky([[1, 2]], [0, 0], [1, 0]), "each above its disagreement payoff"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_told_plainly(call, message):
    with pytest.raises(ValueError, match=message):
        call()
