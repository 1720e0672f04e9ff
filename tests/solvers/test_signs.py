"""Signs of relations: Dittmer's types, Wu's roles, structural balance, and Caplow's coalitions."""

from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangle.solvers import caplow_coalitions, structural_balance, triangle_type
from triangle.solvers.signs import EDGES, ROLES, TYPES

# --- types and roles ------------------------------------------------------------------------------------------------

PATTERNS = [
    ((1, 1, 1), "ménage à trois", ("friend", "friend", "friend")),
    ((1, 1, -1), "romantic triangle", ("pivot", "wing", "wing")),
    ((1, -1, 1), "romantic triangle", ("wing", "pivot", "wing")),
    ((-1, 1, 1), "romantic triangle", ("wing", "wing", "pivot")),
    ((1, -1, -1), "stable marriage", ("partner", "partner", "outcast")),
    ((-1, 1, -1), "stable marriage", ("partner", "outcast", "partner")),
    ((-1, -1, 1), "stable marriage", ("outcast", "partner", "partner")),
    ((-1, -1, -1), "unit veto", ("enemy", "enemy", "enemy")),
]


@pytest.mark.parametrize(("signs", "kind", "roles"), PATTERNS)
def test_every_pattern_of_signs_has_its_type_and_roles(signs, kind, roles):
    found = triangle_type(np.array(signs) * 0.3)
    assert str(found.type_name) == kind
    assert tuple(found.role_name) == roles
    assert TYPES[int(found.type)] == kind


def test_all_eight_patterns_are_listed_and_solved_as_one_batch():
    assert {signs for signs, _, _ in PATTERNS} == set(product((1, -1), repeat=3))
    found = triangle_type([signs for signs, _, _ in PATTERNS])
    assert found.type.tolist() == [TYPES.index(kind) for _, kind, _ in PATTERNS]
    assert found.role.tolist() == [[ROLES.index(role) for role in roles] for _, _, roles in PATTERNS]
    assert found.rank.min() == 1
    assert found.rank.max() == 6


def test_better_roles_have_no_fewer_friends():
    found = triangle_type([signs for signs, _, _ in PATTERNS])
    amity = {role: set(found.amity[found.role == code].tolist()) for code, role in enumerate(ROLES)}
    assert amity == {"pivot": {2}, "friend": {2}, "partner": {1}, "wing": {1}, "enemy": {0}, "outcast": {0}}


@pytest.mark.parametrize(
    ("relations", "told"),
    [([1, 0, 1], r"entry \(1,\) is 0"), ([1, 1], "one per pair"), (1.0, "one per pair"), ([1, np.nan, 1], "finite")],
)
def test_a_triangle_has_three_relations_none_neutral(relations, told):
    with pytest.raises(ValueError, match=told):
        triangle_type(relations)


def test_no_triangles_have_no_types():
    assert triangle_type(np.zeros((0, 3))).role.shape == (0, 3)


# --- balance --------------------------------------------------------------------------------------------------------


def symmetric(values, count):
    out = np.zeros((count, count))
    out[np.triu_indices(count, 1)] = values
    return out + out.T


def balanced_by_walking(relations):
    """Colour players along their relations; a clash shows a circle with an odd number of bad ones."""
    side = {}
    for start in range(len(relations)):
        if start in side:
            continue
        side[start], queue = False, [start]
        while queue:
            here = queue.pop()
            for there in np.flatnonzero(relations[here]):
                expected = side[here] ^ bool(relations[here, there] < 0)
                if there not in side:
                    side[int(there)] = expected
                    queue.append(int(there))
                elif side[int(there)] != expected:
                    return False
    return True


@st.composite
def signed_graphs(draw):
    count = draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return symmetric(rng.integers(-1, 2, count * (count - 1) // 2), count)


@given(signed_graphs())
def test_a_graph_is_balanced_exactly_if_it_can_be_coloured(relations):
    found = structural_balance(relations)
    assert found.balanced == balanced_by_walking(relations)
    assert found.balanced == (found.frustration == 0)


@given(signed_graphs())
def test_the_index_is_the_least_number_of_relations_whose_change_balances(relations):
    found = structural_balance(relations)
    sides = found.factions
    across = sides[:, None] != sides[None, :]
    against = ((relations > 0) & across) | ((relations < 0) & ~across)
    assert np.triu(against).sum() == found.frustration
    assert structural_balance(np.where(against, -relations, relations)).balanced
    edges = [(i, j) for i, j in combinations(range(len(relations)), 2) if relations[i, j]]
    if len(edges) <= 8:
        least = next(
            size
            for size in range(len(edges) + 1)
            for flipped in combinations(edges, size)
            if balanced_by_walking(flip(relations, flipped))
        )
        assert least == found.frustration


def flip(relations, edges):
    out = relations.copy()
    for i, j in edges:
        out[i, j] = out[j, i] = -out[i, j]
    return out


@given(signed_graphs(), st.integers(0, 6))
def test_a_player_that_changes_all_its_relations_leaves_frustration_as_it_was(relations, player):
    player %= len(relations)
    turned = relations.copy()
    turned[player] *= -1
    turned[:, player] *= -1
    before, after = structural_balance(relations), structural_balance(turned)
    assert before.frustration == after.frustration
    assert before.divisions == after.divisions


@pytest.mark.parametrize("count", range(2, 14))
def test_all_enemies_are_frustrated_by_what_a_largest_cut_leaves(count):
    """The largest cut of a complete graph has floor(n²/4) edges."""
    found = structural_balance(np.eye(count) - 1)
    assert found.frustration == count * (count - 1) // 2 - count**2 // 4


def test_the_petersen_graph_of_enemies_keeps_three_frustrated():
    """Its largest cut has 12 of the 15 edges."""
    edges = [(i, (i + 1) % 5) for i in range(5)] + [(i, i + 5) for i in range(5)]
    edges += [(5 + i, 5 + (i + 2) % 5) for i in range(5)]
    relations = np.zeros((10, 10))
    for i, j in edges:
        relations[i, j] = relations[j, i] = -1
    assert structural_balance(relations).frustration == 3


def test_a_triangle_is_balanced_exactly_if_the_product_of_its_signs_is_positive():
    for signs in product((1, -1), repeat=3):
        relations = symmetric(signs, 3)
        assert structural_balance(relations).balanced == (np.prod(signs) > 0)


def test_weights_count_and_batches_and_units_change_nothing_else():
    rng = np.random.default_rng(5)
    relations = np.stack([symmetric(rng.normal(size=10), 5) for _ in range(12)]).reshape(3, 4, 5, 5)
    found = structural_balance(relations)
    assert found.frustration.shape == (3, 4)
    for where in np.ndindex(3, 4):
        alone = structural_balance(relations[where])
        assert alone.frustration == pytest.approx(float(found.frustration[where]))
        assert (alone.factions == found.factions[where]).all()
    scaled = structural_balance(relations * 1e-9)
    assert (scaled.factions == found.factions).all()
    assert (scaled.balanced == found.balanced).all()


def test_many_players_are_divided_in_blocks():
    sides = np.random.default_rng(7).random(15) < 0.5
    relations = np.where(sides[:, None] == sides[None, :], 1.0, -1.0)
    found = structural_balance(relations)
    assert found.balanced
    assert found.divisions == 1
    assert (found.factions == (sides ^ sides[0])).all()


@pytest.mark.parametrize(
    ("relations", "told"),
    [
        (np.zeros((2, 3)), "must have shape"),
        (np.zeros((21, 21)), "n from 1 to 20"),
        ([[0, 1], [2, 0]], r"symmetric; entry \(0, 1\)"),
        ([[0, np.inf], [np.inf, 0]], "finite"),
    ],
)
def test_what_is_no_signed_graph_is_refused(relations, told):
    with pytest.raises(ValueError, match=told):
        structural_balance(relations)


def test_an_empty_batch_of_graphs_and_a_single_player():
    assert structural_balance(np.zeros((0, 4, 4))).factions.shape == (0, 4)
    assert structural_balance([[0.0]]).balanced


# --- Caplow ---------------------------------------------------------------------------------------------------------

TRIADS = [
    # Weights used by Vinacke, W. E. and Arkoff, A. (1957). An experimental study of coalitions in the triad. American
    # Sociological Review 22(4), for the six types of Caplow (1956).
    ((1, 1, 1), 1, {"AB", "AC", "BC"}),
    ((3, 2, 2), 2, {"BC"}),
    ((1, 2, 2), 3, {"AB", "AC"}),
    ((3, 1, 1), 4, set()),
    ((4, 3, 2), 5, {"AC", "BC"}),
    ((4, 2, 1), 6, set()),
    # Caplow (1959).
    ((3, 2, 1), 7, {"AB", "AC"}),
    ((2, 1, 1), 8, {"AB", "AC"}),
]


@pytest.mark.parametrize(("strengths", "kind", "pairs"), TRIADS)
def test_coalitions_follow_from_the_order_of_strengths(strengths, kind, pairs):
    for order in permutations(range(3)):
        found = caplow_coalitions([strengths[k] for k in order])
        named = {"".join(sorted("ABC"[order[k]] for k in pair)) for pair in found.pairs()}
        assert found.type == kind
        assert named == pairs


def test_strengths_are_compared_in_ratio():
    batch = np.array([strengths for strengths, _, _ in TRIADS], dtype=float)
    expected = [kind for _, kind, _ in TRIADS]
    for factor in (1e-12, 1.0, 1e12, 1 / 3):
        assert caplow_coalitions(batch * factor).type.tolist() == expected
    assert caplow_coalitions([0.1 + 0.2, 0.2, 0.1]).type == 7


def test_a_coalition_that_forms_outweighs_or_matches_the_third_unless_it_includes_the_strongest():
    rng = np.random.default_rng(9)
    strengths = rng.integers(1, 6, (500, 3)).astype(float)
    found = caplow_coalitions(strengths)
    for row, forms in zip(strengths, found.coalitions, strict=True):
        for (i, j), formed in zip(EDGES, forms, strict=True):
            if formed:
                assert row[i] + row[j] > row[3 - i - j]


@pytest.mark.parametrize(
    ("strengths", "told"), [([1, 2], "shape"), ([1, 0, 2], r"entry \(1,\) is 0"), ([1, np.nan, 2], "finite")]
)
def test_strengths_are_three_positive_numbers(strengths, told):
    with pytest.raises(ValueError, match=told):
        caplow_coalitions(strengths)


def test_pairs_are_of_one_triad():
    with pytest.raises(ValueError, match="one triad"):
        caplow_coalitions(np.ones((2, 3))).pairs()


def test_a_whole_number_too_large_for_a_float_is_named():
    with pytest.raises(ValueError, match="too large for a float"):
        caplow_coalitions([10**400, 2, 1])
