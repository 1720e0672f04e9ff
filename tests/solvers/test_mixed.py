"""Mixed Nash equilibria of published games, and against brute force."""

from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog

from solvers.mixed_games import MCKELVEY_MCLENNAN, NAU, PUBLISHED, flat, known, same_set, scales
from triangle.solvers import mixed_nash, regret
from triangle.solvers.lemke_howson import lemke_howson
from triangle.solvers.vertices import extreme_equilibria
from triangle.solvers.wholes import whole_numbers

REL = 1e-9


BY_NAME = pytest.mark.parametrize("game", PUBLISHED, ids=lambda game: game.name)


# --- published games ----------------------------------------------------------------------------------------------


@BY_NAME
def test_published_equilibria_are_found(game):
    found = mixed_nash(game.payoffs)
    assert len(found) == game.count
    assert found.status == "solved"
    assert (found.regrets <= REL * scales(game.payoffs)).all()
    if game.degenerate is not None:
        assert found.degenerate is game.degenerate
    if game.equilibria is not None:
        expected = np.array([[float(p) for strategy in profile for p in strategy] for profile in game.equilibria])
        assert same_set(flat(found), expected)


@BY_NAME
def test_complete_is_claimed_for_two_players_only(game):
    assert mixed_nash(game.payoffs).complete is (len(game.payoffs) == 2)


def test_the_totally_mixed_equilibria_of_mckelvey_and_mclennan_are_two():
    totally_mixed = [profile for profile in mixed_nash(MCKELVEY_MCLENNAN) if all((s > 0).all() for s in profile)]
    assert sorted(np.round([s[0] for s in profile], 6).tolist() for profile in totally_mixed) == [
        [0.4, 0.5, 0.333333],
        [0.5, 0.4, 0.25],
    ]


def test_the_irrational_equilibrium_solves_its_quadratic_equation():
    # Nau et al. give one equilibrium; that no rational with a small denominator comes near says it is irrational.
    (profile,) = mixed_nash(NAU)
    assert all(abs(F(float(s[0])).limit_denominator(1000) - F(float(s[0]))) > 1e-9 for s in profile)


def test_components_of_a_degenerate_game_are_segments_and_points():
    found = mixed_nash(PUBLISHED[1].payoffs)
    sizes = sorted(tuple(len(part) for part in subset.strategies) for (subset,) in found.components())
    assert sizes == [(1, 1), (1, 2)]
    middle = (np.array([1.0, 0, 0]), np.array([0.8, 0.2]))
    assert known(found, middle)
    assert not known(found, (np.array([1.0, 0, 0]), np.array([0.5, 0.5])))


def test_subsets_that_share_a_profile_are_one_component():
    found = mixed_nash([[[1, 1], [1, 0]], [[1, 1], [1, 0]]])
    ((first, second),) = found.components()
    assert first.isolated is second.isolated is False


# --- every method × every game ------------------------------------------------------------------------------------

METHODS = ("vertex", "support", "lemke_howson", "polynomial")


def applicable(methods):
    for game in PUBLISHED:
        for method in methods:
            heavy = method == "polynomial" and np.size(game.payoffs) > 30
            if (len(game.payoffs) == 2 or method == "polynomial") and not heavy:
                yield pytest.param(np.asarray(game.payoffs), method, id=f"{method} on {game.name}")


def agree(payoffs, found, rows):
    """Whether profiles are those found; where equilibria fill a line, a search may report any of its points."""
    if found.method != "polynomial" or not found.degenerate:
        return same_set(flat(found), rows)
    everything = mixed_nash(payoffs, "vertex")
    ends = np.cumsum(payoffs.shape[1:])[:-1]
    return all(known(everything, np.split(row, ends)) for row in [*rows, *flat(found)])


EVERY = pytest.mark.parametrize(("payoffs", "method"), list(applicable(METHODS)))
# The paths of Lemke and Howson end elsewhere if actions or players trade labels.
UNLABELLED = pytest.mark.parametrize(("payoffs", "method"), list(applicable(("vertex", "support", "polynomial"))))


@EVERY
def test_every_profile_has_no_regret(payoffs, method):
    found = mixed_nash(payoffs, method)
    assert len(found)
    assert found.method == method
    for profile, stated in zip(found, found.regrets, strict=True):
        assert_allclose(regret(payoffs, profile), stated, atol=1e-12 * scales(payoffs).max())
    assert found.max_regret == found.regrets.max()
    assert (found.regrets <= REL * scales(payoffs)).all()


@EVERY
@pytest.mark.parametrize("factor", [1e-9, 1 / 3, 1e9])
def test_rescaling_and_shifting_payoffs_changes_nothing(payoffs, method, factor):
    found = mixed_nash(payoffs, method)
    each = np.array([factor, 1 / factor, 7.0])[: len(payoffs)].reshape(-1, *[1] * len(payoffs))
    again = mixed_nash(payoffs * each + 3 * each, method)
    assert agree(payoffs, found, flat(again))
    assert found.degenerate == again.degenerate


@UNLABELLED
def test_permuting_actions_permutes_the_equilibria(payoffs, method):
    orders = [np.random.default_rng(i).permutation(n) for i, n in enumerate(payoffs.shape[1:])]
    permuted = mixed_nash(payoffs[np.ix_(range(len(payoffs)), *orders)], method)
    expected = np.array(
        [np.concatenate([s[o] for s, o in zip(p, orders, strict=True)]) for p in mixed_nash(payoffs, method)]
    )
    assert agree(payoffs[np.ix_(range(len(payoffs)), *orders)], permuted, expected)


@UNLABELLED
def test_renaming_players_renames_the_strategies(payoffs, method):
    players = len(payoffs)
    turned = payoffs[::-1].transpose(0, *range(players, 0, -1))
    expected = np.array([np.concatenate(profile[::-1]) for profile in mixed_nash(payoffs, method)])
    assert agree(turned, mixed_nash(turned, method), expected)


@EVERY
def test_a_dominated_action_is_not_played_and_changes_nothing(payoffs, method):
    players = len(payoffs)
    worse = np.insert(payoffs.astype(float), payoffs.shape[1], 0, axis=1)
    worse[0, -1] = payoffs[0].min() - 1
    found, before = mixed_nash(worse, method), mixed_nash(payoffs, method)
    assert all(profile[0][-1] == 0 for profile in found)
    kept = np.array([np.concatenate([profile[0][:-1], *profile[1:]]) for profile in found])
    if method == "lemke_howson":
        assert all(
            np.abs(flat(mixed_nash(payoffs)) - row).max(axis=1).min() < 1e-7 or before.degenerate for row in kept
        )
    elif not (players == 2 and mixed_nash(payoffs).degenerate):
        assert same_set(kept, flat(before))


# --- proofs on small games ----------------------------------------------------------------------------------------


@st.composite
def bimatrix_games(draw):
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    width = draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(-width, width + 1, (2, *shape))


def equilibria_by_brute_force(payoffs):
    """One equilibrium on every pair of supports that carries one, by linear programs alone."""
    first, second = payoffs.astype(float)
    found = []
    for mine in nonempty(first.shape[0]):
        for theirs in nonempty(first.shape[1]):
            y = indifferent(first, mine, theirs)
            x = indifferent(second.T, theirs, mine)
            if x is not None and y is not None:
                found.append((x, y))
    return found


def nonempty(count):
    return [[k for k in range(count) if bits[k]] for bits in product((0, 1), repeat=count) if any(bits)]


def indifferent(own, mine, theirs):
    """A strategy of the opponent on ``theirs`` that makes all of ``mine`` best responses, as far inside as possible."""
    rows, columns = own.shape
    used = len(theirs)
    worth = np.zeros((rows, used + 2))
    worth[:, :used] = own[:, theirs]
    worth[:, used] = -1.0
    others = [k for k in range(rows) if k not in mine]
    inner = np.hstack([-np.eye(used), np.zeros((used, 1)), np.ones((used, 1))])
    found = linprog(
        [*[0.0] * used, 0.0, -1.0],
        A_ub=np.vstack([worth[others], inner]),
        b_ub=np.zeros(len(others) + used),
        A_eq=np.vstack([worth[mine], [*[1.0] * used, 0.0, 0.0]]),
        b_eq=[*[0.0] * len(mine), 1.0],
        bounds=[(0, None)] * used + [(None, None), (0, 1)],
    )
    if found.status or found.x[-1] < 1e-9:
        return None
    out = np.zeros(columns)
    out[theirs] = found.x[:used]
    return out


SMALL = st.integers(0, 2**32 - 1)


@given(SMALL)
def test_every_equilibrium_that_brute_force_finds_is_in_a_component(seed):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(0, 3, (2, *rng.integers(1, 4, 2)))
    found = mixed_nash(payoffs)
    assert found.complete
    for profile in equilibria_by_brute_force(payoffs):
        assert known(found, profile)


@given(bimatrix_games())
def test_mixtures_within_a_nash_subset_are_equilibria(payoffs):
    rng = np.random.default_rng(0)
    for component in mixed_nash(payoffs).components():
        for subset in component:
            mixture = [rng.dirichlet(np.ones(len(corners))) @ corners for corners in subset.strategies]
            assert (regret(payoffs, mixture) <= REL * scales(payoffs)).all()


@given(bimatrix_games())
def test_degenerate_means_more_best_responses_than_actions_in_use(payoffs):
    first, second = payoffs
    claimed = extreme_equilibria(first, second).degenerate
    assert claimed == (has_too_many_best_responses(first) or has_too_many_best_responses(second.T))


def has_too_many_best_responses(own):
    """By the definition, for a player who chooses the rows: over all supports and sets of best responses."""
    rows, columns = own.shape
    return any(
        indifferent(own.astype(float), mine, theirs) is not None
        for theirs in nonempty(columns)
        for mine in nonempty(rows)
        if len(mine) == len(theirs) + 1
    )


@given(bimatrix_games())
def test_floats_integers_and_fractions_give_the_same_equilibria(payoffs):
    kinds = [payoffs, payoffs.astype(np.float32), payoffs / 7.0, payoffs * F(1, 7)]
    results = [mixed_nash(kind) for kind in kinds]
    for other in results[1:]:
        assert same_set(flat(results[0]), flat(other))
        assert results[0].degenerate is other.degenerate


@given(bimatrix_games())
def test_a_non_degenerate_game_has_an_odd_number_of_equilibria(payoffs):
    found = mixed_nash(payoffs)
    assert len(found) >= 1
    if not found.degenerate:
        assert len(found) % 2 == 1
        assert same_set(flat(found), flat(mixed_nash(payoffs, "support")))


@given(bimatrix_games())
def test_floats_and_whole_numbers_agree_where_floats_decide(payoffs):
    rng = np.random.default_rng(int(np.abs(payoffs).sum()))
    smooth = payoffs + rng.random(payoffs.shape)
    floats, wholes = extreme_equilibria(*smooth), extreme_equilibria(*smooth, exact=True)
    assert floats.degenerate is wholes.degenerate is False
    pair = [np.hstack([e.first[e.pairs[:, 0]], e.second[e.pairs[:, 1]]]) for e in (floats, wholes)]
    assert same_set(*pair)


@given(bimatrix_games(), st.integers(0, 7))
def test_lemke_howson_ends_at_an_equilibrium_from_every_label(payoffs, label):
    first, second = payoffs
    profile = lemke_howson(first, second, label % sum(first.shape))
    assert (regret(payoffs, profile) <= REL * scales(payoffs)).all()


@given(bimatrix_games())
def test_each_label_gives_one_of_the_ends_and_all_of_them_together_every_end(payoffs):
    ends = [mixed_nash(payoffs, "lemke_howson", initial_label=label) for label in range(sum(payoffs.shape[1:]))]
    assert all(len(end) == 1 and not end.complete for end in ends)
    together = np.unique(np.concatenate([flat(end) for end in ends]), axis=0)
    assert same_set(together, flat(mixed_nash(payoffs, "lemke_howson")))


def test_the_label_dropped_first_decides_which_equilibrium_of_chicken_is_found():
    # By hand: dropping an action leads to the equilibrium at which its player takes it.
    chicken = [[[0, -1], [1, -10]], [[0, 1], [-1, -10]]]
    found = [flat(mixed_nash(chicken, "lemke_howson", initial_label=label))[0].tolist() for label in range(4)]
    assert found == [[1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1]]


def test_ties_of_decimals_are_recognised_although_floats_break_them():
    payoffs = [[[0.1 + 0.2], [0.3]], [[1.0], [1.0]]]
    assert payoffs[0][0] != payoffs[0][1]
    assert mixed_nash(payoffs).degenerate
    assert len(mixed_nash(payoffs)) == 2


def test_fractions_are_taken_exactly():
    tiny = F(1, 10**30)
    better = mixed_nash([[[1 + tiny], [1]], [[0], [0]]])
    assert len(better) == 1
    assert not better.degenerate
    assert mixed_nash([[[F(1, 3)], [F(1, 3)]], [[0], [0]]]).degenerate


@pytest.mark.parametrize("method", ["lemke_howson", "vertex"])
def test_a_player_who_gets_the_same_everywhere_leaves_the_choice_to_the_other(method):
    found = mixed_nash([[[1, 0], [2, 3]], np.full((2, 2), 0.3)], method)
    assert {tuple(profile[0]) for profile in found} == {(0, 1)}


def test_floats_that_are_no_fractions_are_taken_bit_by_bit():
    values = np.array([0.0, 1.0, np.pi / 4, 2**-40])
    wholes = whole_numbers(values)
    assert [F(int(w), int(wholes[1])) for w in wholes] == [F(float(v)) for v in values]


# --- what may be given --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payoffs", "profiles"),
    [
        (np.zeros((2, 3, 3)), 9),
        (np.zeros((2, 1, 1)), 1),
        (np.zeros((1, 3)), 3),
        (np.zeros((3, 1, 1, 1)), 1),
        ([[1, 3, 3]], 2),
        ([[[1, 2]], [[5, 5]]], 2),
    ],
)
def test_ties_and_players_without_a_choice(payoffs, profiles):
    found = mixed_nash(payoffs)
    assert len(found) == profiles
    assert found.max_regret == 0.0
    assert found.complete
    assert found.degenerate is (profiles > 1)
    assert len(found.components()) == 1


@pytest.mark.parametrize(
    ("payoffs", "keywords", "message"),
    [
        ([[[1, np.nan]], [[1, 2]]], {}, r"payoffs must be finite; entry \(0, 0, 1\) is nan"),
        ([[[1, np.inf]], [[1, 2]]], {}, "payoffs must be finite"),
        (np.zeros((2, 2)), {}, "no axis"),
        (np.zeros((5, 2, 2, 2)), {}, "one game"),
        (np.zeros((0, 2, 2, 2)), {}, "one game"),
        (np.zeros((2, 2, 2)), {"method": "suport"}, "did you mean 'support'"),
        (np.zeros((3, 2, 2, 2)), {"method": "vertex"}, "two players with a choice"),
        (np.zeros((2, 12, 12)), {"method": "vertex"}, "'lemke_howson' fits"),
        (np.zeros((2, 2, 2)), {"max_supports": 0}, "max_supports must be a whole number from 1 on, got 0"),
        (np.zeros((2, 2, 2)), {"seed": -1}, "seed must be a whole number from 0 on, got -1"),
        (np.zeros((2, 2, 2)), {"initial_label": 0}, "goes with method 'lemke_howson', not with 'vertex'"),
        (
            np.zeros((2, 2, 3)),
            {"method": "lemke_howson", "initial_label": 5},
            "from 0 to 4, got 5",
        ),
        (
            np.zeros((2, 2, 3)),
            {"method": "lemke_howson", "initial_label": -1},
            "initial_label .* from 0 to 4, got -1",
        ),
    ],
)
def test_bad_input_is_named(payoffs, keywords, message):
    with pytest.raises(ValueError, match=message):
        mixed_nash(payoffs, **keywords)


def test_a_game_too_large_to_enumerate_is_solved_by_paths():
    payoffs = np.random.default_rng(0).random((2, 12, 12))
    found = mixed_nash(payoffs)
    assert found.method == "lemke_howson"
    assert not found.complete
    assert (found.regrets <= REL).all()
    with pytest.raises(ValueError, match="all extreme equilibria"):
        found.components()


def test_results_are_read_only():
    (profile,) = mixed_nash([[[1, 0], [0, 0]], [[1, 0], [0, 0]]], "support").profiles[:1]
    with pytest.raises(ValueError, match="read-only"):
        profile[0][0] = 0.5


def test_probabilities_that_floats_would_give_poorly_are_as_good_as_any():
    rng = np.random.default_rng(3)
    nearly = rng.normal(size=(120, 2, 4, 1)) * rng.normal(size=(120, 2, 1, 4)) + 1e-5 * rng.normal(size=(120, 2, 4, 4))
    for game in nearly:
        assert (mixed_nash(game).regrets <= 1e-12 * np.ptp(game, axis=(1, 2))).all()
