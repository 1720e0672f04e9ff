"""Logit revision: Gibbs shares, eigenvectors, risk dominance, trees counted one by one, extreme precision."""

from importlib import import_module
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.games import CHICKEN, PRISONERS_DILEMMA, STAG_HUNT
from triangle.solvers import logit_dynamics, stochastically_stable
from triangle.solvers.gentle_chains import stationary_shares
from triangle.solvers.rational import fractions, solve

SHAPES = [(2, 2), (2, 3), (2, 2, 2), (3, 1, 2), (1, 1), (4,)]


def random_game(shape, seed, batch=()):
    return np.random.default_rng(seed).integers(-3, 4, (*batch, len(shape), *shape)).astype(float)


def potential_game(shape, seed):
    """A potential, and payoffs that differ from it by what the player cannot change."""
    rng = np.random.default_rng(seed)
    potential = rng.normal(size=shape)
    payoffs = [potential + rng.normal(size=shape).mean(axis=i, keepdims=True) for i in range(len(shape))]
    return potential, np.stack(payoffs)


def naive_chain(payoffs, precision, members):
    """The transition matrix written out move by move, for movers without restriction."""
    shape = payoffs.shape[1:]
    states = list(np.ndindex(*shape))
    out = np.zeros((len(states), len(states)))
    for s, here in enumerate(states):
        for mover in members:
            reach = [
                t
                for t, there in enumerate(states)
                if all(there[k] == here[k] for k in set(range(len(shape))) - set(mover))
            ]
            weight = np.array([np.exp(precision * np.mean([payoffs[(i, *states[t])] for i in mover])) for t in reach])
            out[s, reach] += weight / weight.sum() / len(members)
    return out


def least_trees(cost):
    """Least cost of a tree to each root: every choice of one edge per other state, cycles thrown out."""
    size = len(cost)
    best = np.full(size, np.inf)
    for root in range(size):
        others = [k for k in range(size) if k != root]
        for choice in product(range(size), repeat=size - 1):
            step = dict(zip(others, choice, strict=True))

            def arrives(k, step=step, root=root):
                for _ in range(size):
                    if k == root:
                        return True
                    k = step[k]
                return k == root

            if all(arrives(k) for k in others):
                best[root] = min(best[root], sum(cost[k, step[k]] for k in others))
    return best - best.min()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("precision", [0.0, 0.5, 5.0, 300.0])
def test_shares_in_a_potential_game_are_gibbs(shape, precision):
    potential, payoffs = potential_game(shape, 1)
    result = logit_dynamics(payoffs, precision, players=len(shape))
    weight = precision * (potential - potential.max())
    expected = weight - np.log(np.exp(weight).sum())
    np.testing.assert_allclose(result.log_stationary, expected, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SHAPES), st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 1.5]), st.booleans())
def test_chain_is_the_one_written_out_and_its_share_the_eigenvector(shape, seed, precision, paired):
    payoffs = random_game(shape, seed)
    alone = [(i,) for i in range(len(shape))]
    pairs = [(0, 1)] if paired and len(shape) > 1 else []
    result = logit_dynamics(payoffs, precision, pairs, players=len(shape))
    chain = naive_chain(payoffs, precision, alone + pairs)
    np.testing.assert_allclose(result.transition, chain, atol=1e-12)
    values, vectors = np.linalg.eig(chain.T)
    share = np.real(vectors[:, np.argmax(np.real(values))])
    np.testing.assert_allclose(result.stationary.ravel(), share / share.sum(), atol=1e-8)
    assert result.unique


def test_batches_and_precisions_broadcast():
    payoffs = random_game((2, 3), 5, (4, 1))
    rates = np.array([0.0, 1.0, 7.0])
    result = logit_dynamics(payoffs, rates, players=2)
    assert result.transition.shape == (4, 3, 6, 6)
    for g, k in np.ndindex(4, 3):
        one = logit_dynamics(payoffs[g, 0], rates[k])
        np.testing.assert_allclose(result.stationary[g, k], one.stationary, rtol=1e-12)
    assert logit_dynamics(np.zeros((0, 2, 2, 2)), 1.0).stationary.shape == (0, 2, 2)


def test_extreme_precision_and_payoffs_keep_ties_exact():
    result = logit_dynamics(1e6 * np.array([[[1, 0], [0, 1]], [[1, 0], [0, 1]]]), 1e6)
    np.testing.assert_allclose(result.stationary, [[0.5, 0], [0, 0.5]], atol=1e-12)
    assert result.log_stationary[0, 1] == pytest.approx(-1e12)
    np.testing.assert_allclose(result.transition.sum(axis=-1), 1.0)


def test_the_risk_dominant_convention_remains():
    # Young (1993): the larger product of losses from deviating; logit agrees for symmetric 2 x 2 games.
    assert np.argwhere(stochastically_stable(STAG_HUNT).stable).tolist() == [[1, 1]]
    assert np.argwhere(stochastically_stable(PRISONERS_DILEMMA).stable).tolist() == [[1, 1]]
    assert np.argwhere(stochastically_stable(CHICKEN).stable).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("mistakes", ["payoff", "uniform"])
def test_least_trees_are_those_found_by_trying_all(seed, mistakes):
    payoffs = random_game((2, 3) if seed % 2 else (2, 2), seed)
    if payoffs.shape[1:] == (2, 3):
        payoffs = payoffs[:, :, :2]
    groups = [(0, 1)] if seed % 3 == 0 else None
    members = [(0,), (1,), *(groups or [])]
    states = list(np.ndindex(2, 2))
    cost = np.full((4, 4), np.inf)
    for mover in members:
        worth = np.array([np.mean([payoffs[(i, *t)] for i in mover]) for t in states])
        for s, here in enumerate(states):
            reach = [t for t, there in enumerate(states) if all(there[k] == here[k] for k in {0, 1} - set(mover))]
            lost = worth[reach].max() - worth[reach]
            cost[s, reach] = np.minimum(cost[s, reach], lost if mistakes == "payoff" else lost > 0)
    expected = least_trees(cost)
    result = stochastically_stable(payoffs, groups, mistakes=mistakes)
    np.testing.assert_allclose(result.excess.ravel(), expected, atol=1e-12)
    np.testing.assert_array_equal(result.stable.ravel(), expected == 0)


@pytest.mark.parametrize("players", [3, 5, 7])
def test_with_uniform_mistakes_the_convention_that_more_must_leave_remains(players):
    # Kandori, Mailath and Rob (1993): in a stag hunt of 4 against a sure 3, stag needs three quarters of the others.
    others = players - 1
    payoffs = np.zeros((players, *[2] * players))
    for profile in np.ndindex(*payoffs.shape[1:]):
        for i, own in enumerate(profile):
            stags = sum(action == 0 for k, action in enumerate(profile) if k != i)
            payoffs[(i, *profile)] = 4 * stags if own == 0 else 3 * others
    result = stochastically_stable(payoffs, mistakes="uniform")
    to_hare = next(k for k in range(players) if 4 * (others - k) <= 3 * others)
    to_stag = next(k for k in range(players) if 4 * k >= 3 * others)
    assert result.stable[(1,) * players]
    assert result.excess[(0,) * players] == to_stag - to_hare
    assert result.excess.max() == np.round(result.excess.max())


def test_unknown_mistakes_are_refused():
    with pytest.raises(ValueError, match="mistakes"):
        stochastically_stable(STAG_HUNT, mistakes="rare")


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SHAPES), st.integers(0, 10**6), st.sampled_from([None, "all"]))
def test_stable_profiles_are_those_that_keep_a_share(shape, seed, groups):
    payoffs = random_game(shape, seed)
    stable = stochastically_stable(payoffs, groups, players=len(shape))
    share = logit_dynamics(payoffs, 200.0, groups, players=len(shape))
    np.testing.assert_array_equal(share.stationary > 1e-6, stable.stable)
    np.testing.assert_allclose(-share.log_stationary / 200.0, stable.excess, atol=0.2)


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_stability_does_not_depend_on_units(factor):
    payoffs = random_game((3, 3), 8)
    plain = stochastically_stable(payoffs)
    np.testing.assert_array_equal(stochastically_stable(payoffs * factor).stable, plain.stable)


def test_relabelling_players_relabels_the_answer():
    payoffs = random_game((2, 3), 4)
    swapped = payoffs[::-1].transpose(0, 2, 1)
    np.testing.assert_allclose(
        logit_dynamics(swapped, 2.0).stationary, logit_dynamics(payoffs, 2.0).stationary.T, rtol=1e-12
    )


def test_a_pair_that_may_only_go_up_stays_up():
    up = np.array([[1, 1], [0, 1]])
    rise = {(0, 1): {0: up, 1: up}}
    result = logit_dynamics(PRISONERS_DILEMMA[:, ::-1, ::-1], 0.0, rise, alone=False)
    assert result.unique
    assert result.recurrent.tolist() == [[-1, -1], [-1, 0]]
    np.testing.assert_array_equal(result.stationary, [[0, 0], [0, 1]])
    stable = stochastically_stable(PRISONERS_DILEMMA, rise, alone=False)
    assert np.isinf(stable.excess).sum() == 3


def test_where_the_start_decides_the_long_run_is_not_made_up():
    stay = {0: np.eye(2), 1: np.eye(2)}
    result = logit_dynamics(CHICKEN, 1.0, [0, 1], moves={0: {0: stay[0]}, 1: {1: stay[1]}})
    assert not result.unique
    assert np.isnan(result.stationary).all()
    with pytest.raises(ValueError, match="4 closed classes"):
        stochastically_stable(CHICKEN, {0: {0: stay[0]}, 1: {1: stay[1]}})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(precision=-1.0), "precision must be finite"),
        (dict(precision=np.nan), "precision must be finite"),
        (dict(precision=[1.0, 2.0], payoffs=np.zeros((3, 2, 2, 2)), players=2), "does not fit the batch"),
        (dict(payoffs=np.full((2, 2, 2), np.nan)), "payoffs"),
        (dict(payoffs=np.full((2, 2, 2), 1e290), precision=1e20), "must not exceed"),
        (dict(groups=[(0, 7)]), "coalitions"),
        (dict(alone=False), "nobody may revise"),
    ],
)
def test_unsound_input_is_refused(arguments, message):
    given_ = {"payoffs": CHICKEN, "precision": 1.0, **arguments}
    with pytest.raises(ValueError, match=message):
        logit_dynamics(**given_)


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 2, 2), (3, 4, 4)])
def test_plain_floats_and_logarithms_give_the_same_long_run(shape, monkeypatch):
    payoffs = np.random.default_rng(8).normal(size=(20, len(shape), *shape))
    rates = np.linspace(0.0, 3.0, 20)
    plain = logit_dynamics(payoffs, rates)
    monkeypatch.setattr(import_module("triangle.solvers.logit_dynamics"), "GENTLE", -1.0)
    exact = logit_dynamics(payoffs, rates)
    np.testing.assert_allclose(plain.stationary, exact.stationary, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(plain.transition, exact.transition, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(plain.log_stationary, exact.log_stationary, atol=1e-11)


@pytest.mark.parametrize("spread", [1.0, 8.0])
def test_every_share_is_right_to_rounding_however_small(spread):
    states = 6
    for seed in range(5):
        chain = np.exp(spread * np.random.default_rng(seed).normal(size=(states, states)))
        chain /= chain.sum(axis=1, keepdims=True)
        exact = [fractions(row) for row in chain]
        # What flows into a state flows out of it, but for the last, whose equation follows from the others'.
        flows = [[exact[k][j] - (sum(exact[j]) if k == j else 0) for k in range(states)] for j in range(states - 1)]
        shares = solve([*flows, [1] * states], [0] * (states - 1) + [1])
        found = fractions(stationary_shares(chain[None])[0])
        assert max(abs(a / b - 1) for a, b in zip(found, shares, strict=True)) < 20 * 2**-53


def test_shares_too_rare_for_plain_floats_are_left_to_logarithms():
    # From every rung one falls to the best one, the lowest; to climb is a mistake, of probability e^-20 each.
    rungs = 60
    moves = np.eye(rungs, k=1, dtype=bool)
    moves[:, 0] = True
    worth = np.where(np.arange(rungs) == 0, 20.0, 0.0)
    result = logit_dynamics(worth[None], 1.0, {(0,): moves}, players=1)
    steps = np.diff(result.log_stationary)[1:-1]
    np.testing.assert_allclose(steps, -20.0 - np.log1p(np.exp(-20.0)), rtol=1e-12)
    assert result.stationary[-1] == 0.0
