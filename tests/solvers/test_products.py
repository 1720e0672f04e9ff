"""Every solver with every published game: what must not depend on names, order, units or actions nobody would take."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.games import GAMES
from solvers.random_games import games
from triangle import solvers


@dataclass(frozen=True)
class Case:
    """A solver that answers with a mask over profiles; ``at`` says where each player of the original now sits."""

    name: str
    mask: Any
    nash: bool = True  # whether what it finds are Nash equilibria


CASES = [
    Case("pure_nash", lambda p, at: solvers.pure_nash(p, players=len(at))),
    Case("strong", lambda p, at: solvers.coalition_stable(p, "all", players=len(at))),
    Case("pairs that share gains", lambda p, at: solvers.coalition_stable(p, "pairs", True, players=len(at))),
    Case(
        "pairs of which one gains",
        lambda p, at: solvers.coalition_stable(p, "pairs", blocking="some", players=len(at)),
    ),
    Case("coalition_proof", lambda p, at: solvers.coalition_proof(p, players=len(at))),
    Case("backward induction", lambda p, at: solvers.backward_induction(p, at, players=len(at)), nash=False),
    Case("commitment", lambda p, at: solvers.commitment(p, at[0], players=len(at)).outcomes, nash=False),
    Case(
        "commitment before strong followers",
        lambda p, at: solvers.commitment(p, at[0], "strong", players=len(at)).outcomes,
        nash=False,
    ),
    Case(
        "strict dominance",
        lambda p, at: box(solvers.iterated_dominance(p, players=len(at))),
        nash=False,
    ),
    Case(
        "weak dominance",
        lambda p, at: box(solvers.iterated_dominance(p, "weak", players=len(at))),
        nash=False,
    ),
]


def box(masks):
    """The profiles of which every action is true."""
    out = np.ones((), dtype=bool)
    for own in masks:
        out = np.logical_and.outer(out, own)
    return out


every_game = pytest.mark.parametrize("game", GAMES.values(), ids=GAMES.keys())


def seats(payoffs):
    return list(range(len(payoffs)))


@every_game
def test_no_equilibrium_has_a_regret(game):
    for case in CASES:
        found = case.mask(game, seats(game))
        stable = solvers.pure_nash(game, players=len(game))
        if case.nash:
            assert not (found & ~stable).any(), case.name
        for profile in np.argwhere(found & stable):
            scale = np.ptp(game) or 1.0
            assert solvers.regret(game, profile, len(game)).max() <= 1e-9 * scale


@every_game
def test_players_may_be_renamed(game):
    for case in CASES:
        expected = case.mask(game, seats(game))
        for turn in range(1, len(game)):
            order = np.roll(seats(game), turn)  # order[k]: which player now sits at k
            moved = game[order].transpose(0, *(order + 1))
            at = np.argsort(order)
            assert (case.mask(moved, list(at)) == expected.transpose(order)).all(), case.name


@every_game
def test_actions_may_be_listed_in_any_order(game):
    for case in CASES:
        rng = np.random.default_rng(0)
        picks = np.ix_(*(rng.permutation(count) for count in game.shape[1:]))
        shuffled = np.stack([own[picks] for own in game])
        assert (case.mask(shuffled, seats(game)) == case.mask(game, seats(game))[picks]).all(), case.name


@every_game
@pytest.mark.parametrize("factor", [1e-9, 1e-3, 1e9])
def test_units_do_not_matter(game, factor):
    for case in CASES:
        assert (case.mask(game * factor, seats(game)) == case.mask(game, seats(game))).all(), case.name


@every_game
def test_each_player_may_have_units_and_a_zero_of_its_own(game):
    """Not where gains are summed: a transfer needs one currency."""
    shape = (len(game), *(1,) * len(game))
    factors = np.resize([1e-6, 1e6, 3.0], len(game)).reshape(shape)
    shifts = np.resize([10.0, -1e5, 0.25], len(game)).reshape(shape) * factors
    for case in CASES:
        if "share" not in case.name:
            assert (case.mask(game * factors + shifts, seats(game)) == case.mask(game, seats(game))).all(), case.name


@every_game
def test_an_action_that_is_worse_than_all_others_for_everyone_changes_nothing(game):
    for case in CASES:
        for player in seats(game):
            bad = game.min(axis=tuple(range(1, game.ndim)), keepdims=True) - np.ptp(game) - 1.0
            added = np.broadcast_to(bad, (*game.shape[: player + 1], 1, *game.shape[player + 2 :]))
            larger = np.concatenate([game, added], axis=player + 1)
            found = case.mask(larger, seats(game))
            inside = tuple(slice(0, count) for count in game.shape[1:])
            assert (found[inside] == case.mask(game, seats(game))).all(), case.name
            assert found.sum() == found[inside].sum(), case.name


@every_game
def test_numbers_of_any_kind_give_the_same_answer(game):
    for case in CASES:
        expected = case.mask(game, seats(game))
        assert (case.mask(game.tolist(), seats(game)) == expected).all(), case.name
        assert (case.mask(game.astype(np.float32), seats(game)) == expected).all(), case.name
        if (game == game.astype(np.int64)).all():
            assert (case.mask(game.astype(np.int64), seats(game)) == expected).all(), case.name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_batch_is_answered_game_by_game(case):
    for shape in ((2, 3), (2, 2, 2)):
        payoffs = np.random.default_rng(4).integers(-2, 3, (6, 5, len(shape), *shape)).astype(float)
        if "dominance" in case.name:
            kind = "weak" if "weak" in case.name else "strict"
            masks = solvers.iterated_dominance(payoffs, kind, players=len(shape))
            together = np.ones((6, 5), dtype=bool)
            for own in masks:
                together = together[..., None] & own.reshape(6, 5, *(1,) * (together.ndim - 2), -1)
        else:
            together = case.mask(payoffs, list(range(len(shape))))
        for where in np.ndindex(6, 5):
            assert (together[where] == case.mask(payoffs[where], list(range(len(shape))))).all(), case.name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_everything_is_stable_where_nothing_is_at_stake(case):
    for shape in ((2, 3), (1, 1), (2, 1, 2)):
        zeros = np.zeros((len(shape), *shape))
        assert case.mask(zeros, list(range(len(shape)))).all(), case.name


# --- solvers that answer with strategies --------------------------------------------------------------------------


@every_game
def test_pure_equilibria_are_among_the_mixed_ones_and_these_among_the_correlated_ones(game):
    players = len(game)
    found = solvers.mixed_nash(game, players=players)
    assert found.status == "solved"
    assert found.max_regret <= 1e-9 * np.ptp(game)
    for profile in np.argwhere(solvers.pure_nash(game, players=players)):
        assert any(all(s[a] == 1.0 for s, a in zip(mixed, profile, strict=True)) for mixed in found)
    room = 1e-7 * (np.ptp(game) or 1.0)
    for player in seats(game):
        low, high = solvers.correlated_range(game, player, players=players).values
        for mixed in found:
            weights = box_of(mixed)
            assert low - room <= (game[player] * weights).sum() <= high + room


def box_of(strategies):
    out = np.ones(())
    for strategy in strategies:
        out = np.multiply.outer(out, strategy)
    return out


two_players = pytest.mark.parametrize("game", [g for g in GAMES.values() if len(g) == 2])


@two_players
@pytest.mark.parametrize("leader", [0, 1])
def test_a_lottery_announced_is_worth_more_than_an_action_and_than_any_correlated_equilibrium(game, leader):
    # von Stengel and Zamir (2010), theorems on the highest and the lowest payoff of the leader.
    found = solvers.mixed_commitment(game, leader)
    room = 1e-7 * (np.ptp(game) or 1.0)
    assert found.solved
    assert found.value >= solvers.commitment(game, leader).optimistic_value - room
    assert found.value >= solvers.correlated_range(game, leader).values[1] - room
    assert found.value >= found.pessimistic_value - room
    worst = min((game[leader] * box_of(profile)).sum() for profile in solvers.mixed_nash(game))
    assert found.pessimistic_value >= worst - room


@two_players
def test_what_an_announced_lottery_is_worth_depends_neither_on_names_nor_on_units_nor_on_bad_actions(game):
    def worth(payoffs, leader=0):
        found = solvers.mixed_commitment(payoffs, leader)
        return np.array([found.value, found.pessimistic_value])

    expected = pytest.approx(worth(game), abs=1e-7 * (np.ptp(game) or 1.0))
    rng = np.random.default_rng(0)
    rows, columns = (rng.permutation(count) for count in game.shape[1:])
    assert worth(game[:, rows][:, :, columns]) == expected
    assert worth(game[::-1].transpose(0, 2, 1), leader=1) == expected
    for factor in (1e-9, 1e9):
        assert worth((game + 3) * factor) / factor - 3 == expected
    for axis in (1, 2):
        worse = game.min() - np.ptp(game) - 1.0
        assert worth(np.insert(game, game.shape[axis], worse, axis=axis)) == expected


@given(games([(2, 2), (3, 2), (2, 2, 2)]), st.sampled_from(CASES), st.sampled_from([1e-9, 1e9]), st.integers(0, 99))
def test_random_games_in_other_units_and_order_have_the_same_solutions(payoffs, case, factor, seed):
    players = seats(payoffs)
    expected = case.mask(payoffs, players)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(payoffs))
    moved = (payoffs[order] * factor).transpose(0, *(order + 1))
    assert (case.mask(moved, list(np.argsort(order))) == expected.transpose(order)).all()
