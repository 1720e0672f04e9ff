"""Mixed Nash equilibria: pygambit, QuantEcon and Nashpy as second opinions on random games, ties included."""

from fractions import Fraction as F

import numpy as np
import pytest

from solvers.mixed_games import flat, known, same_set
from triangle.solvers import mixed_nash, regret


def random_bimatrix_games(count, ties, smallest=1):
    rng = np.random.default_rng(0)
    for _ in range(count):
        shape = (2, *rng.integers(smallest, 4, 2))
        yield rng.integers(-1, 2, shape) if ties else rng.standard_normal(shape)


@pytest.mark.parametrize("ties", [False, True])
def test_pygambit_finds_the_same_extreme_equilibria(ties):
    # With rationals Gambit's enumeration of extreme equilibria is exact, ties or not.
    gambit = pytest.importorskip("pygambit")
    for payoffs in random_bimatrix_games(500, ties):
        if not ties:
            payoffs = np.array([F(f"{v:.3f}") for v in payoffs.ravel()], dtype=object).reshape(payoffs.shape)
        game = gambit.Game.from_arrays(*(table.tolist() for table in payoffs))
        theirs = gambit.nash.enummixed_solve(game, rational=True).equilibria
        # With ties it may list an equilibrium twice.
        rows = {tuple(float(p[s]) for player in game.players for s in player.strategies) for p in theirs}
        assert same_set(flat(mixed_nash(payoffs)), np.array(sorted(rows)))


def test_quantecon_finds_the_same_equilibria_without_ties():
    quantecon = pytest.importorskip("quantecon.game_theory")
    for payoffs in random_bimatrix_games(1000, False, smallest=2):
        tables = payoffs[0].copy(), payoffs[1].T.copy()
        game = quantecon.NormalFormGame([quantecon.Player(table) for table in tables])
        rows = [np.concatenate(profile) for profile in quantecon.vertex_enumeration(game)]
        assert same_set(flat(mixed_nash(payoffs)), np.array(rows))


def test_with_ties_quantecon_finds_no_equilibrium_that_is_not_known_and_misses_some():
    # Its vertices come from convex hulls in floats, each with as many labels as a simple one: on ties some get lost.
    quantecon = pytest.importorskip("quantecon.game_theory")
    missed = 0
    for payoffs in random_bimatrix_games(1000, True, smallest=2):
        tables = payoffs[0] + 0.0, (payoffs[1].T + 0.0).copy()
        found = mixed_nash(payoffs)
        theirs = quantecon.vertex_enumeration(quantecon.NormalFormGame([quantecon.Player(t) for t in tables]))
        ours = flat(found)
        rows = np.array([np.concatenate(profile) for profile in theirs]).reshape(-1, ours.shape[1])
        gaps = np.abs(rows[:, None] - ours[None]).max(axis=-1)
        assert all(gap.min() < 1e-9 or known(found, p) for gap, p in zip(gaps, theirs, strict=True))
        missed += (gaps.min(axis=0, initial=1.0) > 1e-9).any()
    assert missed > 50


@pytest.mark.filterwarnings("ignore:\\s*An even number:RuntimeWarning")
def test_nashpy_finds_no_equilibrium_that_is_not_known_and_misses_some_even_without_ties():
    # Its tolerance of 1e-16 rejects regular equilibria whose payoffs are equal but for rounding.
    nashpy = pytest.importorskip("nashpy")
    rng = np.random.default_rng(1)
    missed = 0
    for _ in range(40):
        payoffs = rng.random((2, 3, 3))
        ours = flat(mixed_nash(payoffs))
        theirs = [np.concatenate(profile) for profile in nashpy.Game(*payoffs).support_enumeration()]
        assert all(np.abs(ours - row).max(axis=1).min() < 1e-9 for row in theirs)
        missed += len(ours) - len(theirs)
    assert missed > 0


def test_pygambit_finds_no_equilibrium_of_three_players_that_we_miss():
    gambit = pytest.importorskip("pygambit")
    rng = np.random.default_rng(2)
    for _ in range(150):
        payoffs = rng.integers(-9, 10, (3, 2, 2, 2))
        game = gambit.Game.from_arrays(*(table.tolist() for table in payoffs))
        theirs = gambit.nash.enumpoly_solve(game).equilibria
        found = mixed_nash(payoffs)
        ours = flat(found)
        for profile in theirs:
            row = np.array([float(profile[s]) for player in game.players for s in player.strategies])
            if (regret(payoffs, np.split(row, 3)) > 1e-6).any():
                continue
            assert np.abs(ours - row).max(axis=1).min() < 1e-5 or found.degenerate
