"""Coalitional games: published games, values by permutation, and proofs checked by hand."""

from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangle.solvers.cooperative import banzhaf, graph_restricted, imputations, members_of, myerson, shapley
from triangle.solvers.core import core
from triangle.solvers.excess import normal_form
from triangle.solvers.nucleolus import nucleolus, prenucleolus


def game(n, worth):
    """The array of worths of a function of the set of members."""
    return [worth(set(members_of(s))) if s else 0 for s in range(1 << n)]


def voting(quota, weights):
    return game(len(weights), lambda s: int(sum(weights[i] for i in s) >= quota))


def bankruptcy(estate, claims):
    return game(len(claims), lambda s: max(estate - sum(c for i, c in enumerate(claims) if i not in s), 0))


def apex(n):
    return game(n, lambda s: int((0 in s and len(s) > 1) or s == set(range(1, n))))


# Nine of fifteen votes, with all five permanent members (players 0–4); the council since 1965.
COUNCIL = voting(39, [7] * 5 + [1] * 10)
GLOVES = game(3, lambda s: min(len(s & {0}), len(s & {1, 2})))
COMMUNITY_1958 = voting(12, [4, 4, 4, 2, 2, 1])
# Runways for three aeroplanes that need lengths costing 12, 18 and 26: worths are minus the cost.
AIRPORT = game(3, lambda s: -max([12, 18, 26][i] for i in s))

# name, game, Shapley value, source
SHAPLEY = [
    ("Security Council", COUNCIL, [421 / 2145] * 5 + [4 / 2145] * 10),  # Shapley & Shubik's index, 1965 rules
    ("gloves", GLOVES, [2 / 3, 1 / 6, 1 / 6]),
    ("European Community of 1958", COMMUNITY_1958, [7 / 30] * 3 + [3 / 20] * 2 + [0]),
    ("airport", AIRPORT, [-4, -7, -15]),  # Littlechild & Owen (1973): each stretch is shared by those who need it
    ("apex of five", apex(5), [3 / 5] + [1 / 10] * 4),  # the apex is pivotal unless first or last
    ("votes 2, 1, 1", voting(3, [2, 1, 1]), [2 / 3, 1 / 6, 1 / 6]),
    ("votes 50, 49, 1", voting(51, [50, 49, 1]), [2 / 3, 1 / 6, 1 / 6]),  # one vote counts as much as forty-nine
    ("a player alone", [0, 7], [7]),
    ("all zero", [0] * 8, [0, 0, 0]),
]

# Banzhaf index; Dubey & Shapley (1979), Brams (1975), Felsenthal & Machover (1998).
BANZHAF = [
    ("Security Council", COUNCIL, [106 / 635] * 5 + [21 / 1270] * 10),
    ("European Community of 1958", COMMUNITY_1958, [5 / 21] * 3 + [3 / 21] * 2 + [0]),
    ("gloves", GLOVES, [3 / 5, 1 / 5, 1 / 5]),
]

# name, game, nucleolus
NUCLEOLUS = [
    ("Talmud 100", bankruptcy(100, [100, 200, 300]), [Fraction(100, 3)] * 3),  # Aumann & Maschler (1985)
    ("Talmud 200", bankruptcy(200, [100, 200, 300]), [50, 75, 75]),
    ("Talmud 300", bankruptcy(300, [100, 200, 300]), [50, 100, 150]),
    ("gloves", GLOVES, [1, 0, 0]),
    ("majority of three", voting(2, [1, 1, 1]), [Fraction(1, 3)] * 3),
    ("apex of four", apex(4), [Fraction(2, 5)] + [Fraction(1, 5)] * 3),  # the weights, Peleg (1968)
    ("apex of five", apex(5), [Fraction(3, 7)] + [Fraction(1, 7)] * 4),
    ("homogeneous majority", voting(5, [3, 2, 2, 1, 1]), [Fraction(w, 9) for w in (3, 2, 2, 1, 1)]),
    ("two players", [0, 1, 2, 9], [4, 5]),
    ("a pair and a dummy", [0, 0, 0, 5, 0, 0, 0, 5], [Fraction(5, 2), Fraction(5, 2), 0]),
    ("a player alone", [0, Fraction(7, 3)], [Fraction(7, 3)]),
    ("nothing to share", [0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 4]),
    ("all zero", [0] * 16, [0] * 4),
]


@pytest.mark.parametrize(("worth", "expected"), [c[1:] for c in SHAPLEY], ids=[c[0] for c in SHAPLEY])
def test_published_shapley_values(worth, expected):
    np.testing.assert_allclose(shapley(worth), expected, atol=1e-12)


@pytest.mark.parametrize(("worth", "expected"), [c[1:] for c in BANZHAF], ids=[c[0] for c in BANZHAF])
def test_published_banzhaf_indices(worth, expected):
    np.testing.assert_allclose(banzhaf(worth, normalised=True), expected, atol=1e-12)


@pytest.mark.parametrize(("worth", "expected"), [c[1:] for c in NUCLEOLUS], ids=[c[0] for c in NUCLEOLUS])
def test_published_nucleoli_are_found_exactly(worth, expected):
    result = nucleolus(worth)
    assert result.status == "exact"
    assert list(result.fractions) == expected


def contested_garment(estate, claims):
    """Aumann and Maschler's rule: half-claims are filled equally up to half of all, then emptied equally from above."""
    half = [Fraction(c, 2) for c in claims]
    if 2 * estate > sum(claims):
        return [c - loss for c, loss in zip(claims, contested_garment(sum(claims) - estate, claims), strict=True)]
    given_, left, awards = 0, Fraction(estate), {}
    for k, i in enumerate(sorted(range(len(claims)), key=lambda i: claims[i])):
        awards[i] = min(half[i], (left - given_) / (len(claims) - k))
        given_ += awards[i]
    return [awards[i] for i in range(len(claims))]


@given(st.lists(st.integers(0, 20), min_size=2, max_size=5), st.floats(0, 1))
def test_nucleolus_of_a_bankruptcy_is_the_talmuds_rule(claims, part):
    estate = int(part * sum(claims))
    assert list(nucleolus(bankruptcy(estate, claims)).fractions) == contested_garment(estate, claims)


@st.composite
def games(draw, most=4):
    n = draw(st.integers(1, most))
    return np.array([0, *draw(st.lists(st.integers(-6, 12), min_size=2**n - 1, max_size=2**n - 1))])


def players(worth):
    return len(worth).bit_length() - 1


@given(games())
def test_shapley_is_the_mean_over_all_orders(worth):
    n = players(worth)
    total = np.zeros(n)
    for order in permutations(range(n)):
        mask = 0
        for i in order:
            total[i] += worth[mask | 1 << i] - worth[mask]
            mask |= 1 << i
    np.testing.assert_allclose(shapley(worth), total / factorial(n), atol=1e-12)


@given(games())
def test_banzhaf_is_the_mean_over_all_coalitions_of_the_others(worth):
    n = players(worth)
    expected = [np.mean([worth[s | 1 << i] - worth[s] for s in range(1 << n) if not s >> i & 1]) for i in range(n)]
    np.testing.assert_allclose(banzhaf(worth), expected, atol=1e-12)
    if sum(expected):
        assert banzhaf(worth, normalised=True).sum() == pytest.approx(worth[-1])
    else:
        assert np.isnan(banzhaf(worth, normalised=True)).all()


def relabelled(worth, order):
    """The game in which player k is the old player ``order[k]``."""
    return np.array([worth[sum(1 << order[k] for k in members_of(s))] for s in range(len(worth))])


def sums(amounts):
    return np.array([sum(amounts[i] for i in members_of(s)) for s in range(1 << len(amounts))])


@given(games(), st.randoms(use_true_random=False), st.sampled_from([1e-9, 1.0, 1e9]), st.integers(-9, 9))
def test_values_follow_labels_units_and_zero_points(worth, random, factor, shift):
    n = players(worth)
    order = random.sample(range(n), n)
    amounts = shift * np.arange(1, n + 1)
    moved = (relabelled(worth, order) + sums(amounts)) * factor
    for value in (shapley, banzhaf, lambda w: prenucleolus(w).allocation, lambda w: nucleolus(w).allocation):
        expected = (value(worth)[order] + amounts) * factor
        np.testing.assert_allclose(value(moved), expected, rtol=1e-6, atol=1e-6 * factor)
    assert core(moved).empty == core(worth).empty


# ---- proofs


@given(games())
def test_core_proofs_hold_by_hand(worth):
    result, n = core(worth), players(worth)
    assert result.exact
    if result.empty:
        for i in range(n):
            assert sum(w for s, w in result.balanced if s >> i & 1) == 1
        assert all(w > 0 for _, w in result.balanced)
        gap = sum(w * int(worth[s]) for s, w in result.balanced) - int(worth[-1])
        assert gap > 0
        assert result.shortfall == pytest.approx(float(gap))
        assert result.complaint > 0
    else:
        paid = sums(result.allocation)
        assert paid[-1] == pytest.approx(worth[-1])
        assert (paid >= worth - 1e-9).all()
        assert result.complaint <= 1e-9
        assert result.balanced is None


CORES = [
    ("gloves", GLOVES, False),
    ("majority of three", voting(2, [1, 1, 1]), True),
    ("a veto", voting(3, [2, 1, 1]), False),
    ("airport", AIRPORT, False),
    ("exactly balanced", [0, 0, 0, 2, 0, 2, 2, 3], False),
    ("short by one", [0, 0, 0, 2 * 10**12, 0, 2 * 10**12, 2 * 10**12, 3 * 10**12 - 1], True),
    ("thirds", [0, 0, 0, Fraction(2, 3), 0, Fraction(2, 3), Fraction(2, 3), 1], False),
]


@pytest.mark.parametrize(("worth", "empty"), [c[1:] for c in CORES], ids=[c[0] for c in CORES])
def test_published_cores(worth, empty):
    result = core(worth)
    assert result.empty == empty
    assert result.exact


def test_a_core_lost_to_rounding_alone_is_not_called_empty():
    tenths = [0, 0, 0, 0.2, 0, 0.2, 0.2, 0.1 + 0.2 - 1e-16]
    assert not core(tenths).empty
    assert core([0, 0, 0, 0.2, 0, 0.2, 0.2, 0.2999]).empty


def complaints(worth, allocation):
    return sorted((worth - sums(allocation))[1:-1], reverse=True)


@given(games(), st.integers(0, 2**32 - 1))
def test_no_other_imputation_has_lexicographically_smaller_complaints(worth, seed):
    result, n = nucleolus(worth), players(worth)
    alone = worth[1 << np.arange(n)]
    if result.status == "no imputation":
        assert worth[-1] < alone.sum()
        assert np.isnan(result.allocation).all()
        return
    assert result.status == "exact"
    own = complaints(worth, result.allocation)
    rng = np.random.default_rng(seed)
    for size in (1e-3, 0.1, 1, 5):
        for _ in range(10):
            step = rng.normal(size=n) * size
            other = result.allocation + step - step.mean()
            if (other < alone - 1e-12).any():
                continue
            differ = next((a - b for a, b in zip(complaints(worth, other), own, strict=True) if abs(a - b) > 1e-9), 0)
            assert differ >= 0


@given(games())
def test_nucleolus_is_the_prenucleolus_where_that_is_an_imputation_and_lies_in_a_core_that_is_not_empty(worth):
    before = prenucleolus(worth)
    assert before.status == "exact"
    rational = all(before.fractions[i] >= int(worth[1 << i]) for i in range(players(worth)))
    if rational:
        assert nucleolus(worth).fractions == before.fractions
    if not core(worth).empty:
        assert (sums(before.allocation) >= worth - 1e-9).all()


def test_larger_games_are_solved_and_verified():
    rng = np.random.default_rng(3)
    worth = np.array([len(members_of(s)) ** 2 for s in range(256)]) + rng.integers(0, 6, 256)
    worth[0] = 0
    assert nucleolus(worth).status == "exact"
    rough = worth * 0.1
    result = nucleolus(rough)
    assert result.status in ("exact", "verified")
    np.testing.assert_allclose(result.allocation, nucleolus(worth).allocation * 0.1, rtol=1e-6)


def test_nucleolus_reads_as_an_array():
    np.testing.assert_allclose(nucleolus([0, 1, 2, 9]), [4, 5])


# ---- graphs

GRAPHS = st.integers(0, 63)
PAIRS = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def graph_of(bits, n=4):
    links = np.zeros((n, n), dtype=bool)
    for k, (a, b) in enumerate(PAIRS):
        links[a, b] = links[b, a] = bits >> k & 1
    return links


FOUR = st.lists(st.integers(-6, 12), min_size=15, max_size=15).map(lambda v: np.array([0, *v]))


def parts(links, members):
    left, out = set(members), []
    while left:
        part = {left.pop()}
        while grown := {j for j in left if any(links[i, j] for i in part)}:
            part |= grown
            left -= grown
        out.append(part)
    return out


@given(FOUR, GRAPHS)
def test_restricted_worth_is_the_sum_over_connected_parts(worth, bits):
    links = graph_of(bits)
    for s in range(16):
        expected = sum(worth[sum(1 << i for i in part)] for part in parts(links, members_of(s)))
        assert graph_restricted(worth, links)[s] == pytest.approx(expected)


@given(FOUR, GRAPHS, st.integers(0, 5))
def test_myerson_value_is_efficient_in_parts_and_fair_across_each_link(worth, bits, link):
    full, cut = myerson(worth, graph_of(bits | 1 << link)), myerson(worth, graph_of(bits & ~(1 << link)))
    a, b = PAIRS[link]
    assert full[a] - cut[a] == pytest.approx(full[b] - cut[b])
    for part in parts(graph_of(bits | 1 << link), range(4)):
        assert full[list(part)].sum() == pytest.approx(worth[sum(1 << i for i in part)])


def test_myerson_value_of_the_complete_graph_is_shapleys_and_of_the_empty_one_what_each_has_alone():
    worth = np.array(bankruptcy(200, [100, 200, 300]))
    np.testing.assert_allclose(myerson(worth, np.ones((3, 3))), shapley(worth))
    np.testing.assert_allclose(myerson(worth, np.zeros((3, 3))), worth[[1, 2, 4]])


def test_imputations_are_the_corners():
    np.testing.assert_allclose(imputations([0, 1, 0, 2, 0, 2, 2, 5]), [[5, 0, 0], [1, 4, 0], [1, 0, 4]])
    assert imputations([0, 3, 3, 5]).shape == (0, 2)


def test_batches_are_solved_game_by_game():
    batch = np.stack([GLOVES, bankruptcy(200, [100, 200, 300]), AIRPORT])[:, None]
    for value in (shapley, banzhaf, lambda w: myerson(w, np.ones((3, 3)))):
        assert value(batch).shape == (3, 1, 3)
        np.testing.assert_allclose(value(batch)[1, 0], value(batch[1, 0]))
    assert shapley(np.zeros((0, 8))).shape == (0, 3)
    assert banzhaf(batch, normalised=True).shape == (3, 1, 3)


# ---- bad input

BAD = [
    (lambda: shapley([0, 1, 2]), "worth must have 2\\*\\*n entries"),
    (lambda: shapley([0]), "n at least 1"),
    (lambda: shapley(3), "worth must have"),
    (lambda: banzhaf([1, 1]), "the empty coalition, entry 0, must be worth 0, got 1"),
    (lambda: shapley([0, np.nan]), r"worth must be finite; entry \(1,\) is nan"),
    (lambda: core(np.zeros((2, 4))), "worth must be one game"),
    (lambda: nucleolus(np.zeros((2, 4))), "worth must be one game"),
    (lambda: nucleolus(np.zeros(1 << 16)), "coalitions of 16 players; at most 15"),
    (lambda: myerson([0, 0, 0, 1], [[0, 1], [0, 0]]), "graph must be a symmetric bool array"),
    (lambda: myerson([0, 0, 0, 1], np.ones((3, 3))), r"of shape \(2, 2\)"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[str(k) for k in range(len(BAD))])
def test_bad_input_is_told_plainly(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("solve", [shapley, banzhaf, core, nucleolus, prenucleolus])
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
def test_every_solver_tells_what_is_no_game(solve, worth, message):
    with pytest.raises(ValueError, match=message):
        solve(worth)


def test_gains_that_are_nothing_but_rounding_are_none():
    assert 0.1 + 0.7 != 0.8
    assert not normal_form(np.array([0, 0.1, 0.7, 0.8])).worth.any()
    assert normal_form(np.array([0, 0.1, 0.7, 0.8 + 1e-9])).worth.tolist() == [0, 0, 0, 1]
