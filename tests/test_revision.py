"""The revision process: its limit at infinite precision, and one year as a power of its slot."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triangle as tri
from through_time import CHAPTER, HELD, MODEL, NO_TIE, dated, dense_kernel, joint_targets, own_targets
from triangle.chapter.form import EVENTS
from triangle.conditions import conditions
from triangle.studies.revision import units
from triangle.studies.simulate import propagate, simulate
from triangle.timeline import steady


def strictly_stable(family, payoffs):
    """Every move of every player and coalition costs something: by enumeration of the definition."""
    form = family.form
    flat = payoffs.reshape(len(form.players), -1)
    out = np.ones(form.size, dtype=bool)
    for profile in range(form.size):
        movers = [((k,), own_targets(form, profile, k)) for k in range(len(form.players))]
        movers += [
            (tuple(form.index(n) for n in c.members), joint_targets(form, profile, c)) for c in family.coalitions
        ]
        for members, targets in movers:
            value = flat[list(members)].sum(axis=0)
            out[profile] &= all(value[profile] - value[t] > 1e-7 for t in targets if t != profile)
    return out


def absorbing(family, payoffs, held=None):
    """Profiles at which every unit stays for sure at infinite precision."""
    moving = units(family, held)
    flat = payoffs.reshape(len(family.form.players), -1)[:, moving.places]
    values = moving.unit_payoffs({k: row[:, None] for k, row in enumerate(flat)})
    weights = family.monomials()[None]
    choices = moving.choices(values, np.inf, moving.margins(moving.compiled.tolerances(weights)))
    law = np.eye(len(moving.places))
    kernel = np.hstack([moving.spread(law[:, [k]], choices, 1, 0.2) for k in range(len(law))])
    return moving.places[np.diag(kernel) > 1 - 1e-12], kernel


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_best_responses_absorb_exactly_at_the_strict_pairwise_stable_profiles(seed):
    rng = np.random.default_rng(seed)
    form = tri.GameForm(
        (
            tri.Player("A", ["l", "r"]),
            tri.Player("B", {"A": ["x", "y"], "C": ["s", "t"]}),
            tri.Player("C", {"A": ["x", "y"], "B": ["s", "t", "u"]}),
        )
    )
    payoffs = {name: rng.integers(0, 4, form.shape) for name in form.names}
    family = tri.GameFamily(form, terms=(tri.Term("all", "", payoffs),), coalitions=(tri.Coalition.link("B", "C"),))
    found, kernel = absorbing(family, family.payoffs())
    np.testing.assert_allclose(kernel.sum(axis=0), 1)
    expected = strictly_stable(family, family.payoffs())
    assert found.tolist() == np.flatnonzero(expected).tolist()
    stable = conditions(family, "pairwise").stable(family.monomials())
    assert stable[found].all()


@pytest.mark.parametrize("action", MODEL.form.player("West").actions)
def test_the_chapter_absorbs_exactly_at_its_pairwise_stable_profile(action):
    held = {"West": action}
    found, _ = absorbing(MODEL, MODEL.payoffs(), held)
    assert found.tolist() == [e.index for e in tri.solve(MODEL, replace(dated(), held=held)).equilibria]


def test_best_responses_reach_the_equilibrium_of_every_year_but_those_of_a_turn_and_the_next():
    found = propagate(MODEL, CHAPTER, precision=np.inf, measures=[])
    for y, year in enumerate(found.timeline.years):
        [equilibrium] = tri.solve(MODEL, found.timeline.at(year)).equilibria
        mass = found.law[y, equilibrium.index, 0]
        turn = year in {1994, 1995, 2001, 2002, 2003, 2004, 2009, 2010, 2012, 2013}
        assert mass == pytest.approx(1, abs=1e-4) or (turn and mass > 0.96), (year, mass)


def test_a_huge_precision_gives_the_profiles_of_best_responses():
    huge = simulate(MODEL, CHAPTER, 100, precision=1e6, measures=[], start=NO_TIE)
    best = simulate(MODEL, CHAPTER, 100, precision=np.inf, measures=[], start=NO_TIE)
    np.testing.assert_array_equal(huge.runs.profile, best.runs.profile)


def test_a_year_of_the_law_is_the_power_of_the_slot_kernel():
    found = propagate(MODEL, steady(MODEL, dated(), 3), start=NO_TIE, measures=[])
    kernel = np.linalg.matrix_power(dense_kernel(MODEL.payoffs(), 20, 0.25), 12)
    expected = np.linalg.matrix_power(kernel, 3)[MODEL.form.flat(NO_TIE)]
    np.testing.assert_allclose(found.law[2, :, 0], expected, atol=1e-12)


@pytest.mark.parametrize("revision", [1, 3, 7.5])
def test_one_year_repeated_converges_to_the_stationary_law(revision):
    found = propagate(MODEL, steady(MODEL, dated(), 30), revision=revision, start=NO_TIE, measures=[])
    values, vectors = np.linalg.eig(dense_kernel(MODEL.payoffs(), 20, 0.25)[36:72, 36:72].T)
    stationary = np.real(vectors[:, np.argmin(abs(values - 1))])
    np.testing.assert_allclose(found.law[-1, 36:72, 0], stationary / stationary.sum(), atol=1e-10)


def test_one_year_repeated_converges_to_the_stationary_law_of_logit_dynamics():
    found = propagate(MODEL, steady(MODEL, dated(), 30), start=NO_TIE, measures=[])
    subgame = MODEL.payoffs()[1:, MODEL.form.player("West").action(HELD["West"])]
    same = np.kron(np.eye(2), np.ones((3, 3))).astype(bool)  # the stance to the West stays, the tie may change
    solved = tri.solvers.logit_dynamics(subgame, 20.0, {(0, 1): {0: same, 1: same}}, players=2)
    np.testing.assert_allclose(found.law[-1, 36:72, 0], solved.stationary.ravel(), atol=1e-10)


def test_runs_agree_with_the_exact_law():
    found = simulate(MODEL, CHAPTER, 6000, equations=(), measures=[])
    assert found.method == "exact"
    share = np.stack([np.bincount(found.runs.profile.values[:, y], minlength=144) for y in range(27)]) / 6000
    law = found.distribution.values
    noise = np.sqrt(law * (1 - law) / 6000)
    assert (abs(share - law) <= 5 * noise + 1e-3).all()
    assert (abs(share - law).sum(axis=1) / 2 < 0.02).all()


def test_the_closure_agrees_with_the_runs():
    runs = simulate(MODEL, CHAPTER, 4000, measures=["intensity", "transfer"]).runs
    closed = propagate(MODEL, CHAPTER, equations="all", measures=["intensity", "transfer"])
    assert closed.method == "closure"
    for name in ("intensity", "transfer"):
        deviation = runs[name].std("run").values / np.sqrt(4000)
        np.testing.assert_array_less(abs(closed.means[name][:, 0] - runs[name].mean("run")), 4 * deviation + 2e-3)


def test_without_the_link_no_tie_forms():
    unlinked = replace(MODEL, coalitions=())
    line = steady(MODEL, dated(), 20)
    ties = [
        propagate(m, line, precision=200, start=NO_TIE, measures=[]).probability(EVENTS.tie) for m in (MODEL, unlinked)
    ]
    assert ties[0][0, 0] > 0.95
    assert ties[1][-1, 0] < 0.01


def test_a_leader_that_plays_has_its_own_slots():
    line = steady(MODEL, replace(dated("baseline_2001"), held={}), 10)
    found = propagate(MODEL, line, measures=[])
    assert found.probability(EVENTS.accommodate)[-1, 0] == pytest.approx(0.07, abs=0.01)
