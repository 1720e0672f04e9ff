import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from oracles import nash_profiles, pair_blocks, pairwise_profiles
from strategies import families
from triangle.conditions import _losses, conditions


def stable_sets(family, values, concept, held=None):
    compiled = conditions(family, concept, held)
    bits = compiled.stable(family.monomials(values))
    return [{tuple(map(int, np.unravel_index(p, family.form.shape))) for p in np.flatnonzero(row)} for row in bits]


@given(families())
def test_nash_and_pairwise_agree_with_brute_force(drawn):
    family, values, pair = drawn
    every = {m: [list(range(family.form.shape[m]))] * family.form.shape[m] for m in pair}
    payoffs = family.payoffs(values)
    assert stable_sets(family, values, "nash") == [nash_profiles(game) for game in payoffs]
    assert stable_sets(family, values, "pairwise") == [pairwise_profiles(game, [(pair, every)]) for game in payoffs]


@given(families())
def test_commitment_agrees_with_brute_force(drawn):
    family, values, pair = drawn
    every = {m: [list(range(family.form.shape[m]))] * family.form.shape[m] for m in pair}
    followers = range(1, len(family.form.players))
    for game, found in zip(family.payoffs(values), stable_sets(family, values, "commitment"), strict=True):
        coalitions = [(pair, every)] if 0 not in pair else []
        subgame = pairwise_profiles(game, coalitions, followers)
        sure = [min((game[0][p] for p in subgame if p[0] == a), default=-np.inf) for a in range(family.form.shape[0])]
        assert found == {p for p in subgame if game[0][p] >= max(sure) - 1e-9 * np.abs(game[0]).max()}


@given(families(), st.integers(0, 2))
def test_a_held_player_has_no_conditions_and_stays(drawn, action):
    family, values, pair = drawn
    action %= family.form.shape[1]
    every = {m: [list(range(family.form.shape[m]))] * family.form.shape[m] for m in pair}
    others = [i for i in range(len(family.form.players)) if i != 1]
    for game, found in zip(
        family.payoffs(values), stable_sets(family, values, "pairwise", {"P1": f"a{action}"}), strict=True
    ):
        expected = {p for p in nash_profiles(game, others) if p[1] == action}
        if 1 not in pair:
            expected = {p for p in expected if not pair_blocks(game, p, pair, every)}
        assert found == expected


@given(families(), st.sampled_from([1e-9, 1e9]), st.sampled_from(["nash", "pairwise"]))
def test_rescaling_all_payoffs_changes_nothing(drawn, scale, concept):
    family, values, _ = drawn
    scaled = family.replace(
        *(tri.Term(t.name, t.weight, {p: a * scale for p, a in t.payoffs.items()}) for t in family.terms)
    )
    assert stable_sets(scaled, values, concept) == stable_sets(family, values, concept)


@given(families(), st.sampled_from([1e-9, 1e9]))
def test_rescaling_one_player_changes_no_nash_equilibrium(drawn, scale):
    family, values, _ = drawn
    scaled = family.replace(
        *(
            tri.Term(t.name, t.weight, {p: a * (scale if p == "P0" else 1) for p, a in t.payoffs.items()})
            for t in family.terms
        )
    )
    assert stable_sets(scaled, values, "nash") == stable_sets(family, values, "nash")


@given(families(), st.integers(0, 2**32 - 1))
def test_a_constant_given_the_others_actions_changes_no_nash_equilibrium(drawn, seed):
    family, values, _ = drawn
    shape = list(family.form.shape)
    shape[0] = 1
    constant = np.random.default_rng(seed).integers(-9, 10, shape) * 1.0
    shifted = family.add(tri.Term("constant", "", {"P0": constant}))
    assert stable_sets(shifted, values, "nash") == stable_sets(family, values, "nash")


@given(families(), st.integers(0, 2**32 - 1))
def test_relabelled_players_have_relabelled_equilibria(drawn, seed):
    family, values, _ = drawn
    order = np.random.default_rng(seed).permutation(len(family.form.players))
    form = tri.GameForm(tuple(family.form.players[k] for k in order))
    terms = tuple(
        tri.Term(t.name, t.weight, {p: np.transpose(np.broadcast_to(a, family.form.shape), order)
                                    for p, a in t.payoffs.items()})
        for t in family.terms
    )  # fmt: skip
    relabelled = tri.GameFamily(form, family.parameters, terms, family.coalitions)
    for concept in ("nash", "pairwise"):
        expected = [{tuple(p[k] for k in order) for p in game} for game in stable_sets(family, values, concept)]
        assert stable_sets(relabelled, values, concept) == expected


@given(families(), st.integers(0, 2**32 - 1))
def test_permuted_actions_have_permuted_equilibria(drawn, seed):
    family, values, _ = drawn
    order = np.random.default_rng(seed).permutation(family.form.shape[0])
    terms = tuple(
        tri.Term(t.name, t.weight, {p: np.take(np.broadcast_to(a, family.form.shape), order, axis=0)
                                    for p, a in t.payoffs.items()})
        for t in family.terms
    )  # fmt: skip
    permuted = tri.GameFamily(family.form, family.parameters, terms, family.coalitions)
    for concept in ("nash", "pairwise"):
        found = [{(int(order[p[0]]), *p[1:]) for p in game} for game in stable_sets(permuted, values, concept)]
        assert found == stable_sets(family, values, concept)


@given(families())
def test_slack_is_the_least_loss_and_is_not_negative_at_an_equilibrium(drawn):
    family, values, _ = drawn
    compiled = conditions(family, "pairwise")
    weights = family.monomials(values)
    for profile in range(family.form.size):
        losses = [weights @ condition.coefficients for condition in compiled.at(profile)]
        expected = np.min(losses, axis=0) if losses else np.full(4, np.inf)
        np.testing.assert_allclose(compiled.slack(weights, profile), expected, atol=1e-12)
        assert (compiled.slack(weights, profile)[compiled.stable(weights)[:, profile]] >= -1e-6).all()


@given(families())
def test_what_a_move_costs_is_what_its_movers_payoffs_say(drawn):
    family, values, _ = drawn
    compiled = conditions(family, "pairwise")
    weights, payoffs = family.monomials(values), family.payoffs(values).reshape(4, len(family.form.players), -1)

    def cost(members, profile, target):
        who = [family.form.index(name) for name in members]
        return (payoffs[:, who, profile] - payoffs[:, who, target]).sum(axis=1)

    movers = compiled.row_mover[compiled.entry_row]
    moves = zip(movers, compiled.entry_profile, compiled.entry_target, strict=True)
    expected = [cost(compiled.members[mover], profile, target) for mover, profile, target in moves]
    np.testing.assert_allclose(compiled.losses(weights).T, np.reshape(expected, (-1, 4)), atol=1e-12)
    for profile in range(family.form.size):
        for each in compiled.at(profile):
            told = weights @ each.coefficients
            np.testing.assert_allclose(told, cost(each.members, each.profile, each.target), atol=1e-12)


def test_no_row_is_identically_zero_or_repeated():
    compiled = conditions(tri.chapter_model(), "pairwise")
    assert compiled.rows.any(axis=1).all()
    signed = {(mover, *row) for mover, row in zip(compiled.row_mover, compiled.rows, strict=True)}
    assert len(signed) == len(compiled.rows)
    assert not any((mover, *(-np.array(row))) in signed for mover, *row in signed)


@pytest.mark.parametrize(
    ("concept", "held", "message"),
    [
        ("nsah", None, "did you mean 'nash'"),
        ("nash", {"Wset": "pressure/engage"}, "did you mean 'West'"),
        ("nash", {"West": "pressure/engaged"}, "did you mean 'pressure/engage'"),
    ],
)
def test_wrong_names_are_told_with_the_nearest(concept, held, message):
    with pytest.raises(ValueError, match=message):
        conditions(tri.chapter_model(), concept, held)


def test_commitment_needs_a_leader():
    form = tri.GameForm((tri.Player("A", ["x", "y"]), tri.Player("B", ["x", "y"])))
    with pytest.raises(ValueError, match="needs a leader"):
        conditions(tri.GameFamily(form), "commitment")


def test_what_moves_from_one_member_to_another_costs_them_nothing_whatever_the_rounding():
    payoffs = np.array([[[0.3, 0.1], [0.0, 0.2]]])  # monomials, members, profiles: 0.3 against 0.1 + 0.2
    _, _, difference = _losses(payoffs, np.array([0]), np.array([1]), np.ones(2, dtype=bool))
    assert difference.tolist() == [[0.0]]
