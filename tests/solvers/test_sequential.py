"""Backward induction against every strategy profile of the sequential game."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers import brute
from solvers.brute import chosen
from solvers.games import GAMES
from solvers.random_games import games
from triangle import solvers


@given(games([(2, 2), (3, 2), (2, 3), (1, 3), (2, 2, 2), (1, 2, 2)]), st.data())
def test_outcomes_are_those_of_all_subgame_perfect_strategy_profiles(payoffs, data):
    order = data.draw(st.permutations(range(len(payoffs))))
    found = solvers.backward_induction(payoffs, order, players=len(payoffs))
    assert chosen(found) == brute.subgame_perfect_outcomes(payoffs, order)


@given(games())
def test_there_is_always_an_outcome_and_only_one_without_ties(payoffs):
    order = list(range(len(payoffs)))
    assert solvers.backward_induction(payoffs, order, players=len(payoffs)).any()
    apart = payoffs + np.random.default_rng(0).random(payoffs.shape) / 3
    assert solvers.backward_induction(apart, order, players=len(payoffs)).sum() == 1


@pytest.mark.parametrize("order", [[0], [0, 0], [1, 2], [0, 1, 2]])
def test_an_order_names_every_player_once(order):
    with pytest.raises(ValueError, match="each of the players 0–1 once"):
        solvers.backward_induction(GAMES["chicken"], order)
