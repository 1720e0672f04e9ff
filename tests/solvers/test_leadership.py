"""Commitment to a pure and to a mixed strategy, against brute force and closed forms."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers import brute
from solvers.brute import chosen
from solvers.games import GAMES
from solvers.random_games import batch, games
from triangle import solvers

PAIRS = [(2, 2), (2, 3), (3, 2), (1, 3), (3, 1), (2, 4)]


def by_hand(payoffs, leader, subgames):
    """The best and the worst outcome of each subgame for the leader, from the stable profiles."""
    worth = {}
    for action in range(payoffs.shape[1 + leader]):
        values = [brute.at(payoffs, leader, p) for p in subgames if p[leader] == action]
        if values:
            worth[action] = (min(values), max(values))
    return worth


@given(games(), st.integers(0, 3), st.sampled_from(["nash", "pairwise", "strong"]))
def test_commitments_are_compared_by_their_worst_and_best_outcomes(payoffs, leader, concept):
    players = len(payoffs)
    leader %= players
    followers = [i for i in range(players) if i != leader]
    sizes = {"nash": (), "pairwise": (2,), "strong": range(2, players)}[concept]
    listed = [members for size in sizes for members in itertools.combinations(followers, size)]
    subgames = brute.coalition_stable(payoffs, listed, movers=followers)
    worth = by_hand(payoffs, leader, subgames)

    found = solvers.commitment(payoffs, leader, concept, players=players)
    assert chosen(found.subgame) == subgames
    assert {a for a in range(payoffs.shape[1 + leader]) if not np.isnan(found.guaranteed[a])} == set(worth)
    assert {a: (found.guaranteed[a], found.hoped[a]) for a in worth} == worth
    if not worth:
        assert not found.pessimistic.any()
        assert np.isnan(found.pessimistic_value)
        assert np.isnan(found.optimistic_value)
        return
    low, high = max(low for low, _ in worth.values()), max(high for _, high in worth.values())
    assert found.pessimistic_value == low
    assert found.optimistic_value == high
    assert set(np.flatnonzero(found.pessimistic)) == {a for a in worth if worth[a][0] == low}
    assert set(np.flatnonzero(found.optimistic)) == {a for a in worth if worth[a][1] == high}
    assert chosen(found.outcomes) == {p for p in subgames if brute.at(payoffs, leader, p) >= low}


@given(games([(2, 2), (3, 2), (2, 3)]), st.integers(0, 1))
def test_with_one_follower_the_outcomes_are_those_of_backward_induction(payoffs, leader):
    found = solvers.commitment(payoffs, leader)
    assert (found.outcomes == solvers.backward_induction(payoffs, [leader, 1 - leader])).all()


@given(games([(2, 2), (3, 2), (2, 3)]), st.integers(0, 1))
def test_moving_first_is_worth_no_less_than_any_pure_equilibrium_if_ties_break_well(payoffs, leader):
    found = solvers.commitment(payoffs, leader)
    for profile in brute.nash(payoffs):
        assert found.optimistic_value >= brute.at(payoffs, leader, profile)


def test_a_batch_of_commitments_is_one_game_after_another():
    payoffs = batch(40, (2, 3, 2), seed=3)
    together = solvers.commitment(payoffs, 1, "pairwise", players=3)
    for k, one in enumerate(payoffs):
        alone = solvers.commitment(one, 1, "pairwise")
        assert (together.outcomes[k] == alone.outcomes).all()
        assert together.pessimistic_value[k] == pytest.approx(float(alone.pessimistic_value), nan_ok=True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"leader": 2}, "players 0–1, got 2"),
        ({"leader": -1}, "players 0–1, got -1"),
        ({"leader": 0, "concept": "bayes"}, "unknown concept 'bayes'"),
        ({"leader": 0, "concept": "nash", "coalitions": [(0, 1)]}, "'nash' has no coalitions"),
    ],
)
def test_a_commitment_that_makes_no_sense_is_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        solvers.commitment(GAMES["chicken"], **arguments)


# --- mixed --------------------------------------------------------------------------------------------------------


def two_action_leader(own, other):
    """Best value and lowest equilibrium value for a leader with two actions, by its breakpoints.

    ``own`` and ``other`` have shape (2, responses). As the leader's probability of its second action goes from 0 to 1
    every payoff is a line; responses change where two of the follower's lines cross.
    """
    cuts = {0.0, 1.0}
    for b, c in itertools.combinations(range(other.shape[1]), 2):
        start, slope = (other[0] - other[0][:, None])[b, c], (other[1] - other[0])[c] - (other[1] - other[0])[b]
        if slope and 0 <= -start / slope <= 1:
            cuts.add(-start / slope)
    cuts = sorted(cuts)
    line = lambda payoffs, p, b: payoffs[0, b] * (1 - p) + payoffs[1, b] * p  # noqa: E731 -- a formula
    best = max(
        line(own, p, b)
        for p in cuts
        for b in range(other.shape[1])
        if line(other, p, b) >= max(line(other, p, c) for c in range(other.shape[1])) - 1e-9
    )
    lows = []
    for left, right in itertools.pairwise(cuts):
        middle = (left + right) / 2
        most = max(line(other, middle, c) for c in range(other.shape[1]))
        tied = [b for b in range(other.shape[1]) if line(other, middle, b) >= most - 1e-9]
        ends = {left, right}
        for b, c in itertools.combinations(tied, 2):
            start, slope = own[0, b] - own[0, c], (own[1, b] - own[0, b]) - (own[1, c] - own[0, c])
            if slope and left <= -start / slope <= right:
                ends.add(-start / slope)
        lows.append(max(min(line(own, p, b) for b in tied) for p in ends))
    return best, max(lows)


@given(games([(2, 2), (2, 3), (2, 4), (2, 5)]))
def test_a_mixed_commitment_of_two_actions_is_best_at_a_breakpoint(payoffs):
    found = solvers.mixed_commitment(payoffs)
    best, low = two_action_leader(payoffs[0], payoffs[1])
    assert found.solved
    assert found.value == pytest.approx(best, abs=1e-7)
    assert found.pessimistic_value == pytest.approx(low, abs=1e-7)


@given(games(PAIRS), st.integers(0, 1))
def test_a_mixed_commitment_keeps_its_promises(payoffs, leader):
    found = solvers.mixed_commitment(payoffs, leader)
    own, other = payoffs[leader], payoffs[1 - leader]
    if leader == 1:
        own, other = own.T, other.T
    assert found.solved
    assert found.strategy.min() >= 0
    assert found.strategy.sum() == pytest.approx(1)
    assert found.strategy @ own[:, found.response] == pytest.approx(float(found.value), abs=1e-7)
    worth = found.strategy @ other
    assert found.follower_regret == pytest.approx(worth.max() - worth[found.response], abs=1e-12)
    assert found.follower_regret <= 1e-7
    assert found.pessimistic_value <= found.value + 1e-7
    assert found.value >= solvers.commitment(payoffs, leader).optimistic_value - 1e-7
    assert np.nanmax(found.action_values) == found.value


@given(games([(3, 3), (2, 4)]), st.integers(0, 1))
def test_in_a_zero_sum_game_commitment_is_worth_the_value(payoffs, leader):
    zero_sum = np.stack([payoffs[0], -payoffs[0]])
    found = [solvers.mixed_commitment(zero_sum, who) for who in (0, 1)]
    assert found[0].value == pytest.approx(-found[1].value, abs=1e-7)
    assert found[leader].pessimistic_value == pytest.approx(float(found[leader].value), abs=1e-7)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_the_commitment_does_not_depend_on_units(factor):
    for name in ("conitzer_sandholm", "inspection", "chicken", "rock_paper_scissors"):
        base, scaled = solvers.mixed_commitment(GAMES[name]), solvers.mixed_commitment(GAMES[name] * factor)
        assert scaled.solved
        assert scaled.strategy == pytest.approx(base.strategy, abs=1e-6)
        assert scaled.value / factor == pytest.approx(float(base.value))


def test_an_indifferent_follower_separates_hope_from_guarantee():
    found = solvers.mixed_commitment(np.array([[[1.0, 0.0], [0.0, 1.0]], np.zeros((2, 2))]))
    assert found.value == pytest.approx(1)
    assert found.pessimistic_value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("payoffs", "leader", "told"),
    [(np.zeros((3, 2, 2, 2)), 0, "for two players, got 3"), (np.zeros((2, 2, 2)), 2, "leader must be 0 or 1")],
)
def test_mixed_commitment_is_for_two(payoffs, leader, told):
    with pytest.raises(ValueError, match=told):
        solvers.mixed_commitment(payoffs, leader)
