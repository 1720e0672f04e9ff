"""Stability against coalitions, with and without transfers and restricted moves, against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from solvers import brute
from solvers.brute import chosen
from solvers.games import GAMES
from solvers.random_games import games
from triangle import solvers
from triangle.conditions import conditions
from triangle.solvers.moves import movers

SMALL = [(2, 2), (3, 2), (1, 3), (2, 2, 2), (3, 1, 2), (2, 3, 2)]


@given(games(SMALL), st.booleans(), st.sampled_from(["every", "some"]), st.integers(0, 2**32 - 1))
def test_coalitions_block_as_the_definition_says(payoffs, transferable, blocking, seed):
    players = len(payoffs)
    listed = brute.subsets(range(players))
    rng = np.random.default_rng(seed)
    some = [members for members in listed if rng.random() < 0.6]
    found = solvers.coalition_stable(payoffs, some, transferable, blocking=blocking, players=players)
    assert chosen(found) == brute.coalition_stable(payoffs, some, transferable, blocking)


@given(games(SMALL), st.booleans(), st.integers(0, 2**32 - 1))
def test_restricted_moves_are_the_only_ones(payoffs, transferable, seed):
    players, shape = len(payoffs), payoffs.shape[1:]
    rng = np.random.default_rng(seed)
    coalitions = brute.subsets(range(players), least=2)
    moves = {}
    for number, members in enumerate(coalitions):
        if number % 3 == 0:
            moves[members] = {m: rng.random((shape[m], shape[m])) < 0.5 for m in members if rng.random() < 0.8}
        elif number % 3 == 1:
            table = np.zeros((np.prod(shape), np.prod(shape)), dtype=bool)
            for p in brute.profiles(payoffs):
                for q in brute.deviations(payoffs, p, members):
                    table[np.ravel_multi_index(p, shape), np.ravel_multi_index(q, shape)] = rng.random() < 0.5
            moves[members] = table

    def allowed(members, here, there):
        given_moves = moves.get(members)
        if given_moves is None:
            return True
        if isinstance(given_moves, dict):
            return all(
                here[m] == there[m] or m not in given_moves or given_moves[m][here[m], there[m]] for m in members
            )
        return given_moves[np.ravel_multi_index(here, shape), np.ravel_multi_index(there, shape)]

    found = solvers.coalition_stable(payoffs, coalitions, transferable, moves, players=players)
    assert chosen(found) == brute.coalition_stable(payoffs, coalitions, transferable, allowed=allowed)
    for mover in movers(shape, coalitions, moves):
        source, target = mover.pairs(shape)
        listed = set(zip(source.tolist(), target.tolist(), strict=True))
        expected = {
            (int(np.ravel_multi_index(p, shape)), int(np.ravel_multi_index(q, shape)))
            for p in brute.profiles(payoffs)
            for q in brute.deviations(payoffs, p, mover.members)
            if p != q and allowed(mover.members, p, q)
        }
        assert listed == expected


@given(games(SMALL))
def test_coalition_proof_is_the_recursive_definition(payoffs):
    assert chosen(solvers.coalition_proof(payoffs, players=len(payoffs))) == brute.coalition_proof(payoffs)


@given(games(SMALL))
def test_strong_equilibria_are_coalition_proof_and_both_are_nash(payoffs):
    players = len(payoffs)
    strong = solvers.coalition_stable(payoffs, "all", players=players)
    proof = solvers.coalition_proof(payoffs, players=players)
    nash = solvers.pure_nash(payoffs, players=players)
    assert not (strong & ~proof).any()
    assert not (proof & ~nash).any()


def test_moves_may_be_listed_along_with_the_coalitions_and_in_any_order_of_members():
    payoffs = GAMES["prisoners_dilemma"]
    stuck = np.array([[True, True], [False, True]])
    expected = solvers.coalition_stable(payoffs, [(0, 1)], moves={(0, 1): {0: stuck, 1: stuck}})
    assert chosen(expected) == {(1, 1)}
    assert (solvers.coalition_stable(payoffs, [(1, 0)], moves=[{0: stuck, 1: stuck}]) == expected).all()
    assert (solvers.coalition_stable(payoffs, [{0, 1}], moves={frozenset((0, 1)): {0: stuck}}) == expected).all()


def test_a_single_players_moves_can_be_irreversible():
    payoffs = GAMES["prisoners_dilemma"]
    honest = np.array([[True, False], [True, True]])  # from confessing back to silence, never the other way
    found = solvers.coalition_stable(payoffs, (), moves={0: {0: honest}, 1: {1: honest}})
    assert chosen(found) == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    ("coalitions", "moves", "told"),
    [
        ("strong", None, "unknown coalitions 'strong'"),
        ([()], None, "each names players among 0–1"),
        ([(0, 0)], None, "each once"),
        ([(0, 2)], None, r"0–1, each once; got \(0, 2\)"),
        ([1.5], None, "coalitions must be"),
        (["ab"], None, "coalitions must be"),
        ([(0, 1)], {(0, 1): {2: np.eye(2)}}, "no member 2"),
        ([(0, 1)], {(0, 1): {0: np.eye(3)}}, r"bool array of shape \(2, 2\)"),
        ([(0, 1)], {(0, 1): {0: np.full((2, 2), 0.5)}}, "bool array"),
        ((), {(0, 1): np.eye(4)}, "not among the coalitions"),
        ([(0, 1)], [], "one restriction per coalition, so 1"),
        ((), {0: np.ones((4, 4))}, "changes the action of player 1"),
    ],
)
def test_coalitions_and_moves_that_make_no_sense_are_refused(coalitions, moves, told):
    with pytest.raises(ValueError, match=told):
        solvers.coalition_stable(GAMES["chicken"], coalitions, moves=moves)


def test_an_unknown_way_of_blocking_is_refused():
    with pytest.raises(ValueError, match="unknown blocking 'each'"):
        solvers.coalition_stable(GAMES["chicken"], "all", blocking="each")


def test_the_chapters_pairwise_condition_is_a_coalition_with_restricted_moves_and_transfers():
    model = tri.chapter_model()
    rng = np.random.default_rng(11)
    values = {p.name: rng.uniform(*p.admissible, 60) for p in model.parameters}
    moves = dict(chapter_moves(model))
    expected = conditions(model, "pairwise").stable(model.monomials(values)).reshape(60, *model.form.shape)
    found = solvers.coalition_stable(model.payoffs(values), list(moves), transferable=True, moves=moves)
    assert (found == expected).all()
    assert expected.any()
    assert (expected != solvers.pure_nash(model.payoffs(values))).any()


def test_the_chapters_commitment_is_a_leader_before_pairwise_followers():
    model = tri.chapter_model()
    rng = np.random.default_rng(12)
    values = {p.name: rng.uniform(*p.admissible, 60) for p in model.parameters}
    moves = dict(chapter_moves(model))
    expected = conditions(model, "commitment").stable(model.monomials(values)).reshape(60, *model.form.shape)
    leader = model.form.index(model.leader)
    found = solvers.commitment(model.payoffs(values), leader, "pairwise", list(moves), transferable=True, moves=moves)
    assert (found.outcomes == expected).all()


def chapter_moves(model):
    """Each coalition's members with the actions that they reach by changing only the stances that they may."""
    for coalition in model.coalitions:
        reach = {}
        for name, stances in coalition.moves:
            player = model.form.player(name)
            fixed = [k for k, (toward, _) in enumerate(player.stances) if toward not in stances]
            keys = [tuple(choice[k] for k in fixed) for choice in player.choices]
            reach[model.form.index(name)] = np.array([[a == b for b in keys] for a in keys])
        yield tuple(sorted(reach)), reach
