"""Correlated and coarse correlated equilibria: published optima, certificates, and Nash equilibria as a check."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog

from solvers.mixed_games import NAU, PUBLISHED
from triangle.solvers import check_correlated, correlated_equilibrium, correlated_range, mixed_nash
from triangle.solvers.correlated import CorrelatedResult

# Aumann, R. J. (1974). Subjectivity and correlation in randomized strategies. Journal of Mathematical Economics 1.
CHICKEN = np.array([[[6, 2], [7, 0]], [[6, 7], [2, 0]]])
# A cycle of best responses in which both players would rather stay on the diagonal.
CYCLE = np.array([[[3, 1, 0], [0, 3, 1], [1, 0, 3]], [[3, 0, 1], [1, 3, 0], [0, 1, 3]]])
DILEMMA = np.array([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])

PRODUCT = [np.asarray(game.payoffs) for game in PUBLISHED] + [CHICKEN, CYCLE, DILEMMA]
NAMES = [game.name for game in PUBLISHED] + ["chicken", "cycle", "dilemma"]
EVERY = pytest.mark.parametrize("payoffs", PRODUCT, ids=NAMES)
KINDS = pytest.mark.parametrize("kind", ["correlated", "coarse"])


def scales(payoffs):
    return np.ptp(np.asarray(payoffs, dtype=float).reshape(len(payoffs), -1), axis=1)


def largest_gain(payoffs, distribution, player, kind):
    """What a player gains by its best reaction to what it is told, by plain loops over profiles."""
    count = distribution.shape[player]
    gain = np.zeros((count, count))
    for profile, chance in np.ndenumerate(distribution):
        for action in range(count):
            other = (*profile[:player], action, *profile[player + 1 :])
            gain[profile[player], action] += chance * (payoffs[player][other] - payoffs[player][profile])
    return gain.max(axis=1).sum() if kind == "correlated" else gain.sum(axis=0).max()


# --- published results --------------------------------------------------------------------------------------------


def test_the_best_correlated_equilibrium_of_chicken_is_aumanns():
    best = correlated_equilibrium(CHICKEN)
    assert_allclose(best.distribution, [[0.5, 0.25], [0.25, 0]], atol=1e-9)
    assert best.value == pytest.approx(10.5)
    assert_allclose(best.payoffs, [5.25, 5.25])


def test_the_range_of_one_players_payoff_in_chicken_has_its_ends_at_the_pure_equilibria():
    assert correlated_range(CHICKEN, 0).values == pytest.approx((2, 7))


def test_dominance_leaves_one_correlated_equilibrium():
    both = correlated_range(DILEMMA)
    assert both.values == pytest.approx((2, 2))
    assert both.lowest.distribution[1, 1] == pytest.approx(1)


def test_correlated_equilibria_of_zero_sum_games_all_have_the_value():
    pennies = np.array([[[2, -1], [-1, 1]], [[-2, 1], [1, -1]]])
    assert correlated_range(pennies, 0).values == pytest.approx((0.2, 0.2))
    assert correlated_range(pennies, 0, kind="coarse").values == pytest.approx((0.2, 0.2))


def test_the_irrational_nash_equilibrium_of_nau_lies_among_rational_correlated_ones():
    ((first, second, third),) = mixed_nash(NAU).profiles
    nash = np.einsum("a,b,c->abc", first, second, third)
    assert correlated_range(NAU, nash).highest.value >= (nash * nash).sum() - 1e-9
    assert correlated_equilibrium(NAU).value > (NAU * nash).sum() + 0.1


# --- every game, every kind ---------------------------------------------------------------------------------------


@EVERY
@KINDS
@pytest.mark.parametrize("objective", ["welfare", 0, "measure"])
@pytest.mark.parametrize("sense", ["max", "min"])
def test_optima_are_equilibria_and_certified(payoffs, kind, objective, sense):
    measure = np.random.default_rng(0).standard_normal(payoffs.shape[1:]) if objective == "measure" else objective
    found = correlated_equilibrium(payoffs, measure, sense, kind)
    assert found.status == "optimal"
    assert found.certificate.holds
    assert found.distribution.sum() == pytest.approx(1)
    assert (found.distribution >= 0).all()
    for player, stated in enumerate(found.regrets):
        gain = max(0.0, largest_gain(payoffs, found.distribution, player, kind))
        assert gain == pytest.approx(stated, abs=1e-12 * scales(payoffs)[player])
        assert gain <= 1e-9 * scales(payoffs)[player]


@EVERY
@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_rescaling_payoffs_rescales_the_value(payoffs, factor):
    plain, scaled = correlated_equilibrium(payoffs), correlated_equilibrium(payoffs * factor)
    assert scaled.status == "optimal"
    assert scaled.value == pytest.approx(factor * plain.value, rel=1e-8, abs=1e-9 * factor * scales(payoffs).max())
    one = correlated_equilibrium(payoffs, 0)
    mixed = payoffs * np.array([factor, 1 / factor, 1.0])[: len(payoffs)].reshape(-1, *[1] * len(payoffs))
    unequal = correlated_equilibrium(mixed, 0)
    assert unequal.value == pytest.approx(factor * one.value, rel=1e-8, abs=1e-9 * factor * scales(payoffs)[0])


@EVERY
@KINDS
def test_permuting_actions_and_players_leaves_the_value(payoffs, kind):
    orders = [np.random.default_rng(i).permutation(n) for i, n in enumerate(payoffs.shape[1:])]
    turned = payoffs[np.ix_(range(len(payoffs)), *orders)][::-1].transpose(0, *range(len(payoffs), 0, -1))
    value = correlated_equilibrium(payoffs, kind=kind).value
    assert correlated_equilibrium(turned, kind=kind).value == pytest.approx(value, abs=1e-8 * scales(payoffs).max())


@EVERY
def test_a_dominated_action_is_never_told(payoffs):
    worse = np.insert(payoffs.astype(float), payoffs.shape[1], 0, axis=1)
    worse[0, -1] = payoffs[0].min() - 1
    found = correlated_equilibrium(worse, 0)
    assert found.distribution[-1].max() <= 1e-9
    assert found.value == pytest.approx(correlated_equilibrium(payoffs, 0).value, abs=1e-7 * scales(payoffs).max())


# --- relations that hold in all games -----------------------------------------------------------------------------


@st.composite
def games(draw):
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(-2, 3, (len(shape), *shape))


@given(games())
def test_coarse_equilibria_include_correlated_ones_and_these_the_nash_equilibria(payoffs):
    inner, outer = correlated_range(payoffs), correlated_range(payoffs, kind="coarse")
    slack = 1e-8 * (1 + scales(payoffs).max())
    assert outer.lowest.value <= inner.lowest.value + slack
    assert inner.highest.value <= outer.highest.value + slack
    if len(payoffs) <= 2:
        for profile in mixed_nash(payoffs):
            worth = payoffs.sum(axis=0).astype(float)
            for strategy in reversed(profile):
                worth = worth @ strategy
            assert inner.lowest.value - slack <= worth <= inner.highest.value + slack


@given(games(), st.integers(0, 2**32 - 1))
def test_any_multipliers_bound_every_equilibrium(payoffs, seed):
    # Weak duality needs no optimum.
    rng = np.random.default_rng(seed)
    for kind in ("correlated", "coarse"):
        shapes = [(n, n) if kind == "correlated" else (n,) for n in payoffs.shape[1:]]
        multipliers = [rng.random(shape) - 0.3 for shape in shapes]
        ends = correlated_range(payoffs, kind=kind)
        high = check_correlated(payoffs, ends.highest.distribution, multipliers, "welfare", "max", kind)
        low = check_correlated(payoffs, ends.lowest.distribution, multipliers, "welfare", "min", kind)
        assert high.bound >= ends.highest.value - 1e-8
        assert low.bound <= ends.lowest.value + 1e-8


@given(games())
def test_a_dense_program_written_apart_finds_the_same_optimum(payoffs):
    shape = payoffs.shape[1:]
    profiles = list(np.ndindex(*shape))
    rows = []
    for player, count in enumerate(shape):
        for told in range(count):
            for played in range(count):
                row = [
                    (payoffs[(player, *s[:player], played, *s[player + 1 :])] - payoffs[(player, *s)])
                    * (s[player] == told)
                    for s in profiles
                ]
                rows.append(row)
    welfare = [payoffs[(slice(None), *s)].sum() for s in profiles]
    found = linprog(
        -np.array(welfare),
        A_ub=rows,
        b_ub=np.zeros(len(rows)),
        A_eq=np.ones((1, len(profiles))),
        b_eq=[1],
        method="highs",
    )
    assert correlated_equilibrium(payoffs).value == pytest.approx(-found.fun, abs=1e-6)


def test_five_hundred_random_games_are_solved_and_certified_ties_included():
    rng = np.random.default_rng(0)
    for k in range(500):
        shape = tuple(rng.integers(1, 4, rng.integers(2, 4)))
        size = (len(shape), *shape)
        payoffs = rng.integers(-1, 2, size) if k % 2 else rng.standard_normal(size)
        assert correlated_equilibrium(payoffs, kind="coarse" if k % 3 else "correlated").status == "optimal"


def test_pygambits_nash_equilibria_lie_within_the_range():
    gambit = pytest.importorskip("pygambit")
    rng = np.random.default_rng(1)
    for k in range(250):
        payoffs = rng.integers(-2, 3, (2, 3, 3)) if k % 2 else rng.integers(-99, 100, (2, 3, 3))
        game = gambit.Game.from_arrays(*(table.tolist() for table in payoffs))
        low, high = correlated_range(payoffs, 0).values
        for profile in gambit.nash.enummixed_solve(game, rational=True).equilibria:
            row = [float(profile[s]) for player in game.players for s in player.strategies]
            first = np.array(row[:3]) @ payoffs[0] @ row[3:]
            assert low - 1e-6 <= first <= high + 1e-6


# --- certificates -------------------------------------------------------------------------------------------------


def test_the_certificate_is_recomputed_by_the_checker():
    for kind in ("correlated", "coarse"):
        found = correlated_equilibrium(CHICKEN, kind=kind)
        again = check_correlated(CHICKEN, found.distribution, found.certificate.multipliers, kind=kind)
        assert again.bound == pytest.approx(found.value)
        assert again.holds


def test_a_worse_distribution_or_false_multipliers_do_not_pass():
    found = correlated_equilibrium(CHICKEN)
    worse = check_correlated(CHICKEN, [[0, 1], [0, 0]], found.certificate.multipliers)
    assert not worse.holds
    assert worse.gap > 0.1
    false = check_correlated(CHICKEN, found.distribution, [2 * m for m in found.certificate.multipliers])
    assert not false.holds
    nothing = check_correlated(CHICKEN, found.distribution, [0 * m for m in found.certificate.multipliers])
    assert nothing.bound == 12


def test_a_distribution_that_is_no_equilibrium_cannot_reach_beyond_the_bound_unnoticed():
    found = correlated_equilibrium(CHICKEN)
    beyond = check_correlated(CHICKEN, [[1, 0], [0, 0]], found.certificate.multipliers)
    assert beyond.gap < 0
    assert not beyond.holds


def test_the_certificate_of_a_distribution_that_is_no_equilibrium_does_not_hold_although_none_does_better():
    pennies = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
    nothing = [np.zeros((2, 2))] * 2
    found = check_correlated(pennies, [[1, 0], [0, 0]], nothing)
    assert found.gap == found.slackness == 0.0
    assert found.regret == pytest.approx(1.0, rel=1e-6)  # the second loses all of its range
    assert not found.holds
    assert check_correlated(pennies, np.full((2, 2), 0.25), nothing).holds


# --- what may be given --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payoffs", "value"),
    [(np.zeros((2, 2, 2)), 0.0), ([[1, 4, 2]], 4.0), (np.ones((2, 1, 1)), 2.0), (np.full((3, 1, 2, 1), 1e9), 3e9)],
)
def test_ties_lone_players_and_single_actions(payoffs, value):
    found = correlated_equilibrium(payoffs)
    assert found.status == "optimal"
    assert found.value == value
    assert isinstance(found, CorrelatedResult)
    assert found.max_regret == 0


def test_integers_and_single_precision_are_read_as_floats():
    plain = correlated_equilibrium(CHICKEN.astype(float))
    for kind in (CHICKEN, CHICKEN.astype(np.float32), CHICKEN.tolist()):
        assert (correlated_equilibrium(kind).distribution == plain.distribution).all()


def test_a_measure_of_integers_and_a_players_number_as_numpy_integer():
    first = correlated_equilibrium(CHICKEN, np.int64(1)).value
    assert first == correlated_equilibrium(CHICKEN, CHICKEN[1].tolist()).value == pytest.approx(7)


@pytest.mark.parametrize(
    ("payoffs", "keywords", "message"),
    [
        (CHICKEN * np.nan, {}, "payoffs must be finite"),
        (np.zeros((5, 2, 2, 2)), {}, "one game"),
        (CHICKEN, {"objective": "wellfare"}, "did you mean 'welfare'"),
        (CHICKEN, {"objective": 2}, "player 2 is outside 0–1"),
        (CHICKEN, {"objective": [1, 2, 3]}, r"shape of the profiles, \(2, 2\)"),
        (CHICKEN, {"objective": [[1, np.inf], [0, 0]]}, "objective must be finite"),
        (CHICKEN, {"sense": "most"}, "sense"),
        (CHICKEN, {"kind": "corse"}, "did you mean 'coarse'"),
    ],
)
def test_bad_input_is_named(payoffs, keywords, message):
    with pytest.raises(ValueError, match=message):
        correlated_equilibrium(payoffs, **keywords)


def test_the_checker_names_what_does_not_fit():
    with pytest.raises(ValueError, match="distribution"):
        check_correlated(CHICKEN, [1.0], [np.zeros((2, 2))] * 2)
    with pytest.raises(ValueError, match=r"multipliers\[1\]"):
        check_correlated(CHICKEN, np.full((2, 2), 0.25), [np.zeros((2, 2)), np.zeros(2)])
    with pytest.raises(ValueError, match="multipliers: one array per player, so 2; got 1"):
        check_correlated(CHICKEN, np.full((2, 2), 0.25), [np.zeros((2, 2))])
    for no_distribution in ([[2, -1], [0, 0]], [[0.5, 0.4], [0.3, 0.2]]):
        with pytest.raises(ValueError, match="probabilities must not be negative and must sum to 1"):
            check_correlated(CHICKEN, no_distribution, [np.zeros((2, 2))] * 2)
