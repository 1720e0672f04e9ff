"""Gambit and QuantEcon asked the same questions, a thousand random games each, ties included."""

from functools import partial

import numpy as np
import pytest

from solvers.brute import chosen, survivors
from solvers.games import GAMES
from solvers.random_games import batch
from triangle import solvers

FORMS = [((2, 2), 400), ((3, 3), 300), ((2, 4), 100), ((2, 2, 2), 150), ((3, 1, 2), 50)]
"""Forms and how many games of each, a thousand in all. Payoffs are whole numbers from -2 to 2: most games have ties."""

SAMPLES = [batch(count, shape, seed=k) for k, (shape, count) in enumerate(FORMS)]


def gambit_game(gambit, payoffs):
    return gambit.Game.from_arrays(*(own.astype(int) for own in payoffs))


def gambit_profile(mixed):
    return tuple(
        next(k for k, strategy in enumerate(player.strategies) if mixed[strategy] == 1) for player in mixed.game.players
    )


def quantecon_game(quantecon, payoffs):
    """QuantEcon turns every player's own action to the front."""
    players = len(payoffs)
    turned = [np.transpose(own, [(i + k) % players for k in range(players)]) for i, own in enumerate(payoffs)]
    return quantecon.NormalFormGame([quantecon.Player(np.ascontiguousarray(own)) for own in turned])


def test_gambit_finds_the_same_pure_equilibria():
    gambit = pytest.importorskip("pygambit")
    games = 0
    for sample in SAMPLES:
        found = solvers.pure_nash(sample, players=sample.shape[1])
        for payoffs, mask in zip(sample, found, strict=True):
            theirs = gambit.nash.enumpure_solve(gambit_game(gambit, payoffs)).equilibria
            assert chosen(mask) == {gambit_profile(mixed) for mixed in theirs}
            games += 1
    assert games == 1000


def test_gambit_finds_the_pure_equilibria_of_the_published_games():
    gambit = pytest.importorskip("pygambit")
    for name in ("von_stengel", "mckelvey_mclennan", "majority", "bernheim_peleg_whinston"):
        theirs = gambit.nash.enumpure_solve(gambit_game(gambit, GAMES[name])).equilibria
        assert chosen(solvers.pure_nash(GAMES[name])) == {gambit_profile(mixed) for mixed in theirs}


def test_quantecon_finds_the_same_pure_equilibria():
    quantecon = pytest.importorskip("quantecon.game_theory")
    for sample in SAMPLES:
        found = solvers.pure_nash(sample, players=sample.shape[1])
        for payoffs, mask in zip(sample, found, strict=True):
            theirs = quantecon.pure_nash_brute(quantecon_game(quantecon, payoffs))
            assert chosen(mask) == {tuple(map(int, profile)) for profile in theirs}


@pytest.mark.parametrize("kind", ["strict", "weak"])
def test_gambit_eliminates_the_same_actions_by_pure_dominators(kind):
    """But where a player has two dominated actions, pygambit 16.7 at times removes one and a bystander.

    An example is ``[[2, -1, -2, -1], [0, 2, 0, -2]], [[-1, 1, 2, 1], [2, -2, 2, -2]]``: of the second player's
    columns the third strictly dominates the second and the fourth; Gambit removes the first and the fourth. Such
    games are few, and brute force must side with us in each.
    """
    gambit = pytest.importorskip("pygambit")
    games, disputed = 0, 0
    for sample in SAMPLES:
        found = solvers.iterated_dominance(sample, kind, mixed=False, players=sample.shape[1])
        for number, payoffs in enumerate(sample):
            ours = [own[number].tolist() for own in found]
            games += 1
            if gambit_survivors(gambit, payoffs, kind) != ours:
                disputed += 1
                assert [own.tolist() for own in survivors(payoffs, kind)] == ours
    assert games == 1000
    assert disputed <= 5


def gambit_survivors(gambit, payoffs, kind):
    left = gambit_game(gambit, payoffs).strategy_support_profile()
    while True:
        fewer = gambit.supports.undominated_strategies_solve(left, strict=kind == "strict")
        if len(fewer) == len(left):
            return [[strategy in left for strategy in player.strategies] for player in left.game.players]
        left = fewer


def test_quantecon_eliminates_the_same_actions_by_mixed_dominators():
    """QuantEcon tells which actions are strictly dominated in one game; the rounds are ours to play."""
    quantecon = pytest.importorskip("quantecon.game_theory")
    mixed_matters = 0
    for shape, count, width in (((3, 3), 500, 4), ((4, 2), 400, 4), ((3, 2, 2), 100, 3)):
        sample = batch(count, shape, seed=count, width=width)
        found = solvers.iterated_dominance(sample, players=len(shape))
        pure = solvers.iterated_dominance(sample, mixed=False, players=len(shape))
        mixed_matters += sum((a != b).any(axis=1).sum() for a, b in zip(found, pure, strict=True))
        for number, payoffs in enumerate(sample):
            left = [list(range(n)) for n in shape]
            while True:
                game = quantecon_game(quantecon, payoffs[(slice(None), *np.ix_(*left))])
                gone = [player.dominated_actions() for player in game.players]
                if not any(gone):
                    break
                left = [[a for k, a in enumerate(own) if k not in out] for own, out in zip(left, gone, strict=True)]
            assert [np.flatnonzero(own[number]).tolist() for own in found] == left
    assert mixed_matters > 20


def test_gambit_finds_the_subgame_perfect_outcomes_of_the_sequential_game():
    """No two payoffs tie, so there is one outcome, and it must be among those of Gambit's equilibria of the tree."""
    gambit = pytest.importorskip("pygambit")
    # pygambit 16.3 has one function for both, which by default looks at plans instead of moves
    moves = getattr(gambit.nash, "enumpure_agent_solve", partial(gambit.nash.enumpure_solve, use_strategic=False))
    rng = np.random.default_rng(6)
    for _ in range(30):
        payoffs = np.stack([rng.permutation(8).reshape(2, 2, 2) for _ in range(3)]).astype(float)
        found = solvers.backward_induction(payoffs, [0, 1, 2])
        (outcome,) = np.argwhere(found)
        tree = gambit.Game.new_tree(players=["0", "1", "2"])
        frontier = {(): tree.root}
        for player in tree.players:
            reached = {}
            for history, node in frontier.items():
                tree.append_move(node, player, ["0", "1"])
                reached |= {(*history, a): child for a, child in enumerate(node.children)}
            frontier = reached
        for history, node in frontier.items():
            worth = [int(own[history]) for own in payoffs]
            tree.set_outcome(node, tree.add_outcome(label=str(history), payoffs=worth))  # in either order, by release
        theirs = set()
        for mixed in moves(tree).equilibria:
            node = tree.root
            path = []
            while node.children:
                step = next(k for k, action in enumerate(node.infoset.actions) if mixed[action] == 1)
                path.append(step)
                node = list(node.children)[step]
            theirs.add(tuple(path))
        assert tuple(map(int, outcome)) in theirs
