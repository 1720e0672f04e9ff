"""Where iterating the response follows the principal branch it agrees with the path; elsewhere it says so."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from triangle.solvers import logit_qre
from triangle.solvers.multilinear import Advantages
from triangle.solvers.qre import _follow
from triangle.solvers.qre_gentle import _radius, follow_contraction, iterate
from triangle.solvers.qre_path import softmax


def interacting(rng, games, shape):
    """Random games in which each order of interaction has a scale of its own."""
    players = len(shape)
    out = np.zeros((games, players, *shape))
    for kept in np.ndindex((2,) * players):
        axes = [count if keep else 1 for count, keep in zip(shape, kept, strict=True)]
        scale = np.exp(rng.uniform(-2, 2, (games, players) + (1,) * players))
        out += scale * rng.standard_normal((games, players, *axes))
    return out


def derivative(game, precision, odds):
    """The response's derivative in log odds by central differences."""
    columns = []
    for k in range(len(odds)):
        aside = np.zeros_like(odds)
        aside[k] = 1e-5
        up, down = (precision * game.values(softmax(at[:, None], game))[:, 0] for at in (odds + aside, odds - aside))
        columns.append((up - down) / 2e-5)
    return np.array(columns).T


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (1, 3), (2, 3, 2), (2, 2, 2, 2)], ids=str)
def test_the_radius_is_bounded_and_exactly_so_with_two_actions_each(shape):
    rng = np.random.default_rng(len(shape))
    games = Advantages.of(interacting(rng, 30, shape))
    odds, precision = rng.standard_normal((games.size, 30)), rng.uniform(0.1, 3.0, 30)
    bound, values = _radius(games, precision, softmax(odds, games))
    assert_allclose(values, games.values(softmax(odds, games)), atol=1e-12)
    for k in range(30):
        slopes = derivative(games.take(np.array([k])), precision[k], odds[:, k])
        radius = np.abs(np.linalg.eigvals(slopes)).max()
        assert radius <= bound[k] * (1 + 1e-5) + 1e-7
        if shape == (2, 2):
            assert_allclose(radius, bound[k], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 3, 2), (3, 3, 3), (2, 2, 2, 2)], ids=str)
def test_what_is_followed_by_iterating_agrees_with_the_path(shape):
    rng = np.random.default_rng(7)
    games = Advantages.of(interacting(rng, 400, shape))
    games = games.scaled(1 / games.widest().max(axis=0))
    target = np.exp(rng.uniform(0.0, 3.0, 400))
    odds, followed = follow_contraction(games, target)
    assert 40 < followed.sum() < 360
    there, lost = _follow(games.take(followed), target[followed])
    assert not lost.any()
    for mine, path in zip(softmax(odds[:, followed], games), there, strict=True):
        assert_allclose(mine, path, atol=1e-9)


def one(payoffs, precision):
    return follow_contraction(Advantages.of(np.array([payoffs], dtype=float)), np.array([float(precision)]))[1][0]


def test_a_path_that_is_crossed_or_leads_far_is_left_to_others():
    # At uniform play the radius is half the precision, and coordination is crossed at 2.
    meet = np.array([[[1, 0], [0, 1]]] * 2)
    assert one(meet, 1.79)
    assert not one(meet, 1.81)
    # One player leans towards its first action: the radius is smaller further on, but not where the path begins.
    cycle = np.array([[[1.25, 0.25], [0, 1]], [[0, 1], [1, 0]]])
    assert one(cycle, 1.79)
    assert not one(cycle, 1.81)
    # With a third action that is bad the radius at precision 2 is 0.70 at uniform play, and 0.904 further on.
    worse = np.array([[1, 0, 0], [0, 1, 0], [-0.3, -0.3, -0.3]])
    assert one([worse, worse.T], 1.9)
    assert not one([worse, worse.T], 2.0)
    # The radius stays below 0.9, but iterating twice is not enough for its answer to have settled.
    chase = [[[3, -1], [3, 1]], [[3, -2], [2, 3]]]
    assert one(chase, 0.6)
    assert not one(chase, 1.0)
    # Nothing but the length of a step speaks against following a dominant action.
    dominant = [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
    assert one(dominant, 1.79)
    assert not one(dominant, 1.81)


def test_games_of_a_batch_settle_at_their_own_pace():
    slow = np.array([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], dtype=float)
    cycling = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]]], dtype=float)
    lean = np.array([[0.3, 0.0], [0.0, 0.0]])
    games = Advantages.of(np.stack([slow * 1.5, slow * 0.1, cycling * 5.0, slow]) + lean)
    odds, settled = iterate(games, np.ones(4))
    assert settled.tolist() == [True, True, False, True]
    again = games.values(softmax(odds, games))
    assert_allclose(odds[:, settled], again[:, settled], atol=1e-9)
    assert (odds[:, settled] != 0.0).any(axis=0).all()


def test_wide_payoffs_whose_averages_are_tame_need_no_path(monkeypatch):
    def no_path(*_):
        raise AssertionError("followed by Newton's method")

    monkeypatch.setattr("triangle.solvers.qre._walk", no_path)
    found = logit_qre(np.random.default_rng(0).standard_normal((64, 3, 4, 6, 6)), 1.0)
    assert found.converged.all()
    assert found.principal.all()
