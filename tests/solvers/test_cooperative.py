"""Values, core and nucleolus against published games, closed forms and brute force."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangle import solvers
from triangle.solvers.cooperative import graph_restricted


def weighted(quota, weights):
    return [int(sum(w for i, w in enumerate(weights) if s >> i & 1) >= quota) for s in range(1 << len(weights))]


def bankruptcy(estate, debts):
    owed = [sum(d for i, d in enumerate(debts) if not s >> i & 1) for s in range(1 << len(debts))]
    return [max(0, estate - other) for other in owed]


def airport(costs):
    return [-max([c for i, c in enumerate(costs) if s >> i & 1], default=0) for s in range(1 << len(costs))]


@st.composite
def games(draw, most=4):
    n = draw(st.integers(1, most))
    return [0, *draw(st.lists(st.integers(-6, 12), min_size=2**n - 1, max_size=2**n - 1))]


def by_orders(worth, n):
    total = np.zeros(n)
    for order in (orders := list(permutations(range(n)))):
        there = 0
        for i in order:
            total[i] += worth[there | 1 << i] - worth[there]
            there |= 1 << i
    return total / len(orders)


@given(games())
def test_shapley_is_the_average_over_all_orders(worth):
    n = len(worth).bit_length() - 1
    np.testing.assert_allclose(solvers.shapley(worth), by_orders(worth, n), atol=1e-9)


@pytest.mark.parametrize(
    ("worth", "expected"),
    [
        (airport([1, 2, 3]), [-1 / 3, -5 / 6, -11 / 6]),  # Littlechild and Owen (1973): each section by its users
        (weighted(3, [2, 1, 1]), [2 / 3, 1 / 6, 1 / 6]),
        (weighted(51, [50, 49, 1]), [2 / 3, 1 / 6, 1 / 6]),
    ],
)
def test_shapley_of_published_games(worth, expected):
    np.testing.assert_allclose(solvers.shapley(worth), expected)


def test_values_come_in_batches():
    batch = np.array([weighted(3, [2, 1, 1]), weighted(2, [1, 1, 1])])
    np.testing.assert_allclose(solvers.shapley(batch), [[2 / 3, 1 / 6, 1 / 6], [1 / 3] * 3])
    np.testing.assert_allclose(solvers.banzhaf(batch), [[0.75, 0.25, 0.25], [0.5] * 3])
    assert solvers.shapley(np.zeros((0, 8))).shape == (0, 3)


def test_banzhaf_of_the_six_founding_members_of_the_european_community():
    # 12 of 17 votes: France, Germany and Italy 4 each, Belgium and the Netherlands 2, Luxembourg 1, which is powerless.
    index = solvers.banzhaf(weighted(12, [4, 4, 4, 2, 2, 1]), normalised=True)
    np.testing.assert_allclose(index, np.array([5, 5, 5, 3, 3, 0]) / 21)


def test_myerson_on_the_full_graph_is_shapley_and_without_links_the_worth_alone():
    worth = [0, 1, 2, 6, 3, 7, 8, 15]
    full = 1 - np.eye(3, dtype=int)
    np.testing.assert_allclose(solvers.myerson(worth, full), solvers.shapley(worth))
    np.testing.assert_allclose(solvers.myerson(worth, np.zeros((3, 3))), [1, 2, 3])
    assert graph_restricted(worth, [[0, 1, 0], [1, 0, 0], [0, 0, 0]])[7] == 6 + 3


@pytest.mark.parametrize(
    ("estate", "division"),
    [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])],
)
def test_the_nucleolus_divides_estates_as_the_talmud_does(estate, division):
    np.testing.assert_allclose(solvers.nucleolus(bankruptcy(estate, [100, 200, 300])), division, atol=1e-12)


@pytest.mark.parametrize(
    ("worth", "expected"),
    [
        ([0, 0, 0, 0, 0, 1, 1, 1], [0, 0, 1]),  # gloves: the owner of the scarce one takes all
        (weighted(2, [1, 1, 1]), [1 / 3] * 3),
        ([0, 0, 0, 5, 0, 0, 0, 5], [2.5, 2.5, 0]),
    ],
)
def test_the_nucleolus_of_published_games(worth, expected):
    np.testing.assert_allclose(solvers.nucleolus(worth), expected, atol=1e-12)


def complaints(worth, allocation):
    n = len(allocation)
    sums = [sum(x for i, x in enumerate(allocation) if s >> i & 1) for s in range(1 << n)]
    return np.sort([worth[s] - sums[s] for s in range(1, (1 << n) - 1)])[::-1]


@given(games(3), st.integers(0, 2**32 - 1))
def test_no_imputation_has_smaller_complaints_than_the_nucleolus(worth, seed):
    n = len(worth).bit_length() - 1
    alone = np.array([worth[1 << i] for i in range(n)])
    rest = worth[-1] - alone.sum()
    if rest < 0:
        with pytest.raises(ValueError, match="prenucleolus"):
            solvers.nucleolus(worth)
        return
    found = solvers.nucleolus(worth)
    assert found.sum() == pytest.approx(worth[-1], abs=1e-9)
    assert (found >= alone - 1e-9).all()
    best = complaints(worth, found)
    rng = np.random.default_rng(seed)
    for other in alone + rest * np.concatenate([rng.dirichlet(np.ones(n), 40), np.eye(n)]):
        theirs = complaints(worth, other)
        first = next((k for k in range(len(best)) if abs(best[k] - theirs[k]) > 1e-7), None)
        assert first is None or best[first] < theirs[first]


@given(games(), st.sampled_from([1e-9, 1e-3, 1e6]))
def test_core_says_empty_exactly_if_the_least_complaint_is_positive_and_proves_it(worth, scale):
    result = solvers.core(worth)
    n = len(worth).bit_length() - 1
    if result.empty:
        assert result.exact
        for i in range(n):
            assert sum((w for s, w in result.balanced if s >> i & 1), Fraction(0)) == 1
        assert sum(w * worth[s] for s, w in result.balanced) > worth[-1]
    else:
        assert complaints(worth, result.allocation).max(initial=0.0) <= 1e-9 * max(1, np.abs(worth).max())
        assert result.allocation.sum() == pytest.approx(worth[-1], abs=1e-9)
    assert solvers.core(np.array(worth) * scale).empty == result.empty


@given(games(3), st.permutations(range(3)))
def test_relabelling_the_players_relabels_every_solution(worth, order):
    if len(worth) != 8:
        return
    moved = [worth[sum(1 << order[i] for i in range(3) if s >> i & 1)] for s in range(8)]
    for solve in (solvers.shapley, solvers.banzhaf, lambda w: solvers.nucleolus(w, rational=False)):
        np.testing.assert_allclose(solve(moved), np.asarray(solve(worth))[list(order)], atol=1e-8)


@pytest.mark.parametrize("solve", [solvers.shapley, solvers.banzhaf, solvers.core, solvers.nucleolus])
@pytest.mark.parametrize(
    ("worth", "message"),
    [
        ([0, 1, 2], "2\\*\\*n"),
        ([1, 1], "empty coalition"),
        ([0, np.nan], "finite"),
        ([], "2\\*\\*n"),
        ("ab", "numbers"),
    ],
)
def test_what_is_no_game_is_told(solve, worth, message):
    with pytest.raises(ValueError, match=message):
        solve(worth)
