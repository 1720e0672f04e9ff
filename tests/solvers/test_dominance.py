"""Iterated dominance, strict and weak, by pure and mixed dominators."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers import brute
from solvers.games import GAMES
from solvers.random_games import batch, games
from triangle import solvers


@given(games(), st.sampled_from(["strict", "weak"]))
def test_pure_dominators_eliminate_as_the_definition_says(payoffs, kind):
    found = solvers.iterated_dominance(payoffs, kind, mixed=False, players=len(payoffs))
    assert all((a == b).all() for a, b in zip(found, brute.survivors(payoffs, kind), strict=True))


@given(games(), st.sampled_from(["strict", "weak"]))
def test_mixed_dominators_remove_no_less_than_pure_ones_under_strict_dominance(payoffs, kind):
    mixed = solvers.iterated_dominance(payoffs, kind, players=len(payoffs))
    pure = solvers.iterated_dominance(payoffs, kind, mixed=False, players=len(payoffs))
    assert all(own.any() for own in mixed)
    if kind == "strict":
        assert not any((a & ~b).any() for a, b in zip(mixed, pure, strict=True))


@given(games([(3, 3), (4, 2), (3, 2, 2)]))
def test_every_equilibrium_survives_strict_dominance(payoffs):
    left = solvers.iterated_dominance(payoffs, players=len(payoffs))
    for profile in brute.nash(payoffs):
        assert all(own[a] for own, a in zip(left, profile, strict=True))


def test_a_batch_eliminates_as_its_games_do_alone():
    payoffs = batch(200, (4, 3), seed=8, width=3).reshape(10, 20, 2, 4, 3)
    for kind in ("strict", "weak"):
        together = solvers.iterated_dominance(payoffs, kind)
        for where in itertools.product(range(10), range(20)):
            alone = solvers.iterated_dominance(payoffs[where], kind)
            assert all((t[where] == a).all() for t, a in zip(together, alone, strict=True))


def test_a_mixture_can_dominate_weakly_where_no_action_does():
    own = [[2, 0, 1], [0, 2, 1], [1, 1, 0]]
    payoffs = np.array([own, np.zeros((3, 3))])
    assert solvers.iterated_dominance(payoffs, "weak")[0].tolist() == [True, True, False]
    assert solvers.iterated_dominance(payoffs, "weak", mixed=False)[0].tolist() == [True, True, True]
    assert solvers.iterated_dominance(payoffs, "strict")[0].tolist() == [True, True, True]


def test_a_mixture_that_only_equals_an_action_dominates_nothing():
    own = [[2, 0], [0, 2], [1, 1]]
    payoffs = np.array([own, np.zeros((3, 2))])
    for kind in ("strict", "weak"):
        assert solvers.iterated_dominance(payoffs, kind)[0].all()


def test_an_unknown_kind_of_dominance_is_refused():
    with pytest.raises(ValueError, match="unknown kind 'very'"):
        solvers.iterated_dominance(GAMES["chicken"], kind="very")
