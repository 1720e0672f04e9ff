"""Conflict analysis: published conflicts, brute force by search, and what must not depend on labels or units."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangle.solvers.conflict import conflict_stability, own_moves, utilities_of_rankings
from triangle.solvers.conflict_coalitions import coalition_conflict_stability
from triangle.solvers.conflict_inverse import equilibrium_orders, required_preferences

CONCEPTS = ("nash", "gmr", "smr", "seq")


def edges(states, *pairs):
    out = np.zeros((states, states), dtype=bool)
    for a, b in pairs:
        out[a, b] = True
    return out


# The Elmira groundwater dispute: Ministry, Uniroyal, local government; states 1–9 of the papers are 0–8 here.
# Kilgour, Hipel, Fang & Peng (2001); Fang, Hipel & Kilgour (1993).
ELMIRA = (
    utilities_of_rankings(
        [[6, 2, 3, 7, 4, 0, 1, 5, 8], [0, 3, 7, 4, 8, 2, 6, 1, 5], [6, 2, 4, 0, 7, 5, 3, 1, 8]],
    ),
    np.stack(
        [
            edges(9, (0, 1), (2, 3), (4, 5), (6, 7)),
            edges(9, (0, 2), (1, 3), (4, 6), (5, 7), *((k, 8) for k in range(8))),
            edges(9, *((k, k + 4) for k in range(4)), *((k + 4, k) for k in range(4))),
        ]
    ),
)
DILEMMA = ([[3, 1, 4, 2], [3, 4, 1, 2]], own_moves((2, 2)))
CHICKEN = ([[3, 2, 4, 1], [3, 4, 2, 1]], own_moves((2, 2)))

# name, conflict, equilibria under each concept; the two games after Fraser & Hipel (1984).
PUBLISHED = [
    ("Elmira", ELMIRA, {"nash": [4, 7, 8], "gmr": [0, 3, 4, 7, 8], "smr": [0, 3, 4, 7, 8], "seq": [4, 7, 8]}),
    ("prisoners' dilemma", DILEMMA, {"nash": [3], "gmr": [0, 3], "smr": [0, 3], "seq": [0, 3]}),
    ("Chicken", CHICKEN, {"nash": [1, 2], "gmr": [0, 1, 2], "smr": [0, 1, 2], "seq": [1, 2]}),
]


@pytest.mark.parametrize(
    ("utilities", "moves", "expected"), [(*c, e) for _, c, e in PUBLISHED], ids=[p[0] for p in PUBLISHED]
)
def test_published_equilibria(utilities, moves, expected):
    found = conflict_stability(utilities, moves).equilibria
    assert {concept: np.flatnonzero(found[concept]).tolist() for concept in CONCEPTS} == expected


def test_ministry_and_uniroyal_leave_the_status_quo_of_elmira_together():
    result = coalition_conflict_stability(*ELMIRA)
    assert np.flatnonzero(result.stable["nash"]).tolist() == [7, 8]
    against = [c for c, stable in zip(result.coalitions, result["nash"][:, 4], strict=True) if not stable]
    assert against == [(0, 1)]


def test_result_reads_like_a_mapping_of_four_concepts():
    result = conflict_stability(*DILEMMA)
    assert set(result) == set(CONCEPTS)
    assert all(result[c].shape == (2, 4) and result[c].dtype == bool for c in result)
    with pytest.raises(KeyError, match="unknown concept 'nahs'; did you mean 'nash'"):
        result["nahs"]


# ---- brute force: sequences followed one by one, sets of Python integers, no matrices


def sequences(moves, movers, start):
    """All states that the movers reach from ``start``, nobody moving twice running."""
    seen, stack, ends = set(), [(start, None)], set()
    while stack:
        state, last = stack.pop()
        for mover in movers:
            if mover == last:
                continue
            for to in range(len(moves[mover])):
                if moves[mover][state][to] and to != state and (to, mover) not in seen:
                    seen.add((to, mover))
                    ends.add(to)
                    stack.append((to, mover))
    return ends


def brute_stability(u, moves):
    n, states = len(u), len(u[0])
    better = [
        [[m and u[i][q] > u[i][s] for q, m in enumerate(row)] for s, row in enumerate(moves[i])] for i in range(n)
    ]
    out = {c: [[True] * states for _ in range(n)] for c in CONCEPTS}
    for i in range(n):
        others = [k for k in range(n) if k != i]
        for s in range(states):
            for q in range(states):
                if not better[i][s][q] or q == s:
                    continue
                ends = sequences(moves, others, q)
                bad = {e for e in ends if u[i][e] <= u[i][s]}
                stuck = {e for e in bad if all(u[i][z] <= u[i][s] for z in range(states) if moves[i][e][z])}
                credible = {e for e in sequences(better, others, q) if u[i][e] <= u[i][s]}
                for concept, sanctions in zip(CONCEPTS, (set(), bad, stuck, credible), strict=True):
                    out[concept][i][s] &= bool(sanctions)
    return {c: np.array(v) for c, v in out.items()}


@st.composite
def conflicts(draw, fewest=1, most=6):
    n, s = draw(st.integers(1, 3)), draw(st.integers(fewest, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    moves = rng.random((n, s, s)) < draw(st.sampled_from([0.15, 0.35, 0.7]))
    return rng.integers(0, draw(st.integers(1, 6)) + 1, (n, s)), moves


@given(conflicts())
def test_stability_is_that_of_exhaustive_search(conflict):
    utilities, moves = conflict
    found, expected = conflict_stability(utilities, moves), brute_stability(utilities.tolist(), moves.tolist())
    for concept in CONCEPTS:
        assert (found[concept] == expected[concept]).all(), concept


@given(conflicts())
def test_nash_implies_smr_and_seq_and_these_imply_gmr(conflict):
    result = conflict_stability(*conflict)
    assert (result.nash <= result.smr).all()
    assert (result.nash <= result.seq).all()
    assert (result.smr <= result.gmr).all()
    assert (result.seq <= result.gmr).all()


@given(
    conflicts(), st.randoms(use_true_random=False), st.sampled_from([1e-9, 1.0, 1e9]), st.sampled_from([0.0, -3.0, 7.0])
)
def test_labels_units_and_zero_points_do_not_matter(conflict, random, factor, shift):
    utilities, moves = conflict
    n, s = utilities.shape
    players, states = random.sample(range(n), n), random.sample(range(s), s)
    plain = conflict_stability(utilities, moves)
    moved = conflict_stability(
        (utilities[np.ix_(players, states)] + shift) * factor, moves[np.ix_(players, states, states)]
    )
    for concept in CONCEPTS:
        assert (moved[concept] == plain[concept][np.ix_(players, states)]).all()


@given(conflicts())
def test_explanations_agree_with_stability_and_their_sanctions_are_sanctions(conflict):
    utilities, moves = conflict
    result = conflict_stability(utilities, moves)
    n, states = utilities.shape
    for i in range(n):
        for s in range(states):
            told = result.explain(i, s)
            for concept in CONCEPTS:
                assert result[concept][i, s] == (not told.unsanctioned(concept))
            for improvement in told.improvements:
                assert moves[i, s, improvement.target]
                for concept, sanction in improvement.sanctions.items():
                    if sanction is None:
                        continue
                    at, last = improvement.target, i
                    for mover, start, end in sanction.path:
                        assert mover not in (i, last if last != i else None)
                        assert start == at
                        assert moves[mover, start, end]
                        if concept == "seq":
                            assert utilities[mover, end] > utilities[mover, start]
                        at, last = end, mover
                    assert at == sanction.state
                    assert utilities[i, at] <= utilities[i, s]
                    if concept == "smr":
                        assert not (moves[i, at] & (utilities[i] > utilities[i, s])).any()


def test_an_irreversible_move_cannot_be_taken_back():
    ways = np.stack([edges(3, (0, 1)), edges(3, (1, 2))])
    utilities = [[1, 2, 0], [0, 0, 1]]
    assert conflict_stability(utilities, ways).equilibria["seq"].tolist() == [True, False, True]
    no_answer = np.stack([ways[0], edges(3, (2, 1))])
    assert conflict_stability(utilities, no_answer).equilibria["gmr"].tolist() == [False, True, True]


def test_single_state_and_players_without_moves_are_stable():
    assert all(v.all() for v in conflict_stability([[0]], [[[0]]]).values())
    assert all(v.all() for v in conflict_stability(np.eye(3), np.zeros((3, 3, 3), bool)).values())


# ---- coalitions


def brute_coalitions(u, moves):
    n, states = len(u), len(u[0])
    every = [c for size in range(1, n + 1) for c in combinations(range(n), size)]
    gains = {
        c: [
            [q in sequences(moves, c, s) and all(u[i][q] > u[i][s] for i in c) for q in range(states)]
            for s in range(states)
        ]
        for c in every
    }
    out = {c: [] for c in CONCEPTS}
    for c in every:
        others = [k for k in range(n) if k not in c]
        apart = [d for d in every if not set(c) & set(d)]
        rows = {concept: [True] * states for concept in CONCEPTS}
        for s in range(states):
            content = {q for q in range(states) if any(u[i][q] <= u[i][s] for i in c)}
            for q in range(states):
                if not gains[c][s][q]:
                    continue
                ends = sequences(moves, others, q)
                stuck = {e for e in ends & content if sequences(moves, c, e) <= content}
                credible = sequences([gains[d] for d in apart], range(len(apart)), q)
                for concept, sanctions in zip(
                    CONCEPTS, (set(), ends & content, stuck, credible & content), strict=True
                ):
                    rows[concept][s] &= bool(sanctions)
        for concept in CONCEPTS:
            out[concept].append(rows[concept])
    return tuple(every), {concept: np.array(v) for concept, v in out.items()}


@given(conflicts(most=5))
def test_coalition_stability_is_that_of_exhaustive_search(conflict):
    utilities, moves = conflict
    found = coalition_conflict_stability(utilities, moves)
    coalitions, expected = brute_coalitions(utilities.tolist(), moves.tolist())
    assert found.coalitions == coalitions
    for concept in CONCEPTS:
        assert (found[concept] == expected[concept]).all(), concept


@given(conflicts())
def test_coalitions_of_one_are_the_players(conflict):
    alone = conflict_stability(*conflict)
    single = coalition_conflict_stability(*conflict, [[i] for i in range(len(conflict[0]))])
    for concept in CONCEPTS:
        assert (single[concept] == alone[concept]).all()


# ---- the inverse question


@given(conflicts(), st.sampled_from(CONCEPTS), st.integers(0, 5))
def test_requirements_hold_exactly_where_the_state_is_stable(conflict, concept, pick):
    utilities, moves = conflict
    state = pick % utilities.shape[1]
    needed = required_preferences(moves, state, concept, utilities)
    stable = conflict_stability(utilities, moves)[concept][:, state]
    assert [needed[i].holds(utilities[i]) for i in range(len(utilities))] == stable.tolist()


@given(conflicts(fewest=2, most=4), st.sampled_from(CONCEPTS))
def test_shares_count_the_strict_orders_and_alternatives_are_minimal(conflict, concept):
    utilities, moves = conflict
    states = utilities.shape[1]
    orders = list(permutations(range(states)))
    for needed in required_preferences(moves, 0, concept, utilities):
        with_order = [
            np.where(np.arange(len(utilities))[:, None] == needed.player, order, utilities) for order in orders
        ]
        stable = [conflict_stability(u, moves)[concept][needed.player, 0] for u in with_order]
        assert needed.share == Fraction(sum(map(int, stable)), len(orders))
        assert not any(a < b for a in needed.alternatives for b in needed.alternatives)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_joint_orders_are_all_those_that_make_the_state_an_equilibrium(concept):
    moves = np.stack([edges(3, (0, 1), (1, 0)), edges(3, (1, 2), (0, 2), (2, 1))])
    found = {tuple(map(tuple, ranks.tolist())) for ranks in equilibrium_orders(moves, 0, concept)}
    orders = list(permutations(range(3)))
    expected = {(a, b) for a in orders for b in orders if conflict_stability([a, b], moves).equilibria[concept][0]}
    assert found == expected
    assert 0 < len(found) < 36


def test_inverse_needs_the_others_preferences_under_seq_alone():
    assert required_preferences(DILEMMA[1], 0, "smr")
    with pytest.raises(ValueError, match="utilities: sequential stability depends"):
        required_preferences(DILEMMA[1], 0, "seq")


def test_shares_are_left_out_where_too_many_states_matter():
    star = edges(40, *((0, k) for k in range(1, 40)))
    (needed,) = required_preferences(star[None], 0)
    assert needed.alternatives == (frozenset(range(1, 40)),)
    assert needed.share is None


# ---- bad input

BAD = [
    (
        lambda: conflict_stability([[1, np.nan]], np.zeros((1, 2, 2))),
        r"utilities must be finite; entry \(0, 1\) is nan",
    ),
    (lambda: conflict_stability([1, 2], np.zeros((1, 2, 2))), "utilities must have shape"),
    (lambda: conflict_stability(np.zeros((2, 0)), np.zeros((2, 0, 0))), "at least one of each"),
    (lambda: conflict_stability([[1, 2]], np.zeros((2, 2, 2))), r"moves must have shape \(1, 2, 2\)"),
    (lambda: conflict_stability([[1, 2]], [[[0, 2], [0, 0]]]), "moves must be bool, or 0 and 1"),
    (lambda: conflict_stability([[1, 2]], [[[0, 1], [0]]]), "moves must hold one square array per player"),
    (lambda: conflict_stability(*DILEMMA).explain(2, 0), "player 2 is outside 0–1"),
    (lambda: conflict_stability(*DILEMMA).explain(0, 4), "state 4 is outside 0–3"),
    (lambda: conflict_stability(*DILEMMA).explain(0, 0).unsanctioned("sec"), "did you mean 'seq'"),
    (lambda: coalition_conflict_stability(*DILEMMA, [[0, 2]]), r"coalitions\[0\] must name some of the players 0–1"),
    (lambda: coalition_conflict_stability(*DILEMMA, [[0], []]), r"coalitions\[1\]"),
    (lambda: required_preferences(DILEMMA[1], 4), "state 4 is outside 0–3"),
    (lambda: required_preferences(DILEMMA[1], 0, "nahs"), "did you mean 'nash'"),
    (lambda: required_preferences(DILEMMA[1][0], 0), "moves must have shape"),
    (lambda: equilibrium_orders(np.zeros((3, 5, 5)), 0), "most=100000"),
    (lambda: own_moves((2, 0)), "each player needs an action"),
    (lambda: utilities_of_rankings([[0, 1], [0, 0]]), r"rankings\[1\] must name each of the states 0–1 once"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_told_plainly(call, message):
    with pytest.raises(ValueError, match=message):
        call()
