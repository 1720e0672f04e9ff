"""Simulation through time: the revision process, its limit, its states, and what a change of history changes."""

import json
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import triangle as tri
from triangle.chapter.form import EVENTS
from triangle.chapter.states import EQUATIONS
from triangle.cli_simulate import simulate_command
from triangle.conditions import conditions
from triangle.studies.counterfactual import counterfactual
from triangle.studies.hysteresis import path_dependence
from triangle.studies.revision import units
from triangle.studies.simulate import propagate, simulate
from triangle.timeline import Change, steady, timeline, timelines
from triangle.views.plot.fan import fan
from triangle.views.plot.hysteresis import hysteresis

CHAPTER = "chapter_1991_2017"
MODEL = tri.chapter_model()
HELD = {"West": "pressure/engage"}
NO_TIE = ("pressure/engage", "confront/distance", "cooperate/distance")


def dated(name="baseline_2016", **values):
    return replace(tri.scenario(name).with_values(MODEL, **values), held=HELD)


def joint_targets(form, profile, coalition):
    """Every profile to which a coalition may move, staying included, straight from the definition."""
    actions = form.profile(profile)
    found = []
    for other in range(form.size):
        there = form.profile(other)
        moved = {name for name, a, b in zip(form.names, actions, there, strict=True) if a != b}
        if moved <= set(coalition.members) and all(
            a == b or toward in dict(coalition.moves)[name]
            for name in moved
            for (toward, _), a, b in zip(
                form.player(name).stances,
                form.player(name).choices[form.player(name).action(actions[form.index(name)])],
                form.player(name).choices[form.player(name).action(there[form.index(name)])],
                strict=True,
            )
        ):
            found.append(other)
    return found


def own_targets(form, profile, player):
    actions = form.profile(profile)
    return [
        other
        for other in range(form.size)
        if all(a == b for k, (a, b) in enumerate(zip(actions, form.profile(other), strict=True)) if k != player)
    ]


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


def dense_kernel(payoffs, precision, chance):
    """One slot under a commitment of the West to action 1, written down profile by profile."""
    form, link = MODEL.form, MODEL.coalitions[0]
    flat = payoffs.reshape(3, -1)
    matrix = np.zeros((form.size, form.size))
    for p in range(form.size):
        for members, targets in (
            ((1,), own_targets(form, p, 1)),
            ((2,), own_targets(form, p, 2)),
            ((1, 2), joint_targets(form, p, link)),
        ):
            value = precision * flat[list(members)][:, targets].mean(axis=0)
            weight = np.exp(value - value.max())
            matrix[p, targets] += chance * weight / weight.sum()
        matrix[p, p] += 1 - 3 * chance
    return matrix


# --- the limit -------------------------------------------------------------------------------------------------------


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


# --- the law ---------------------------------------------------------------------------------------------------------


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


# --- random numbers --------------------------------------------------------------------------------------------------


def test_equal_seeds_give_equal_bits_on_any_number_of_threads_and_runs():
    line = timeline(CHAPTER).until(1996)
    options = dict(draws=64, measures=["intensity"], start=NO_TIE)
    first = simulate(MODEL, line, 1100, seed=3, threads=1, **options).runs
    again = simulate(MODEL, line, 1100, seed=3, threads=2, **options).runs
    fewer = simulate(MODEL, line, 1050, seed=3, **options).runs
    other = simulate(MODEL, line, 1050, seed=4, **options).runs
    assert first.equals(again)
    assert first.isel(run=slice(0, 1050)).equals(fewer)
    assert not other.profile.equals(fewer.profile)


# --- states ----------------------------------------------------------------------------------------------------------


def test_trust_falls_after_a_failed_switch_and_is_renewed():
    found = simulate(MODEL, CHAPTER, 500, precision=np.inf, equations=["trust"], measures=[]).runs
    trust = found.trust.median("run")
    before = 0.8 * 0.8 + 0.2 * 0.2
    after = before / (before + 16 * (1 - before))
    assert float(trust.sel(year=2001)) == 0.8
    assert float(trust.sel(year=2002)) == pytest.approx(before)
    assert float(trust.sel(year=2003)) == pytest.approx(0.8 * after + 0.04)
    assert float(trust.sel(year=2009)) == 0.3


def thaws(equations):
    """Intensity under pressure, and in the first years of two thaws, from the values of 2001."""
    press, thaw = "pressure/engage", "accommodate/engage"
    line = steady(MODEL, dated("baseline_2001"), 9)
    line = replace(line, commitments=(press, thaw, thaw, *[press] * 4, thaw, thaw))
    return propagate(MODEL, line, equations=equations, measures=["intensity"]).means["intensity"][[0, 1, 7], 0]


def test_a_failed_thaw_turns_the_sign_of_the_next_and_without_trust_all_thaws_are_alike():
    np.testing.assert_allclose(thaws(()), [3.04, 2.92, 2.92], atol=0.01)
    np.testing.assert_allclose(thaws(["trust"]), [3.04, 2.97, 3.05], atol=0.01)


def test_projects_under_history_are_the_dated_volumes():
    found = simulate(MODEL, CHAPTER, 200, precision=np.inf, equations=["projects"], measures=[]).runs
    expected = np.tile(timeline(CHAPTER).values["energy"], (200, 1))
    np.testing.assert_allclose(found.energy, expected, atol=1e-12)


def test_projects_stop_without_a_tie():
    line = steady(MODEL, dated(rebuff=0.08), 6)
    line.values["energy"][3:] = 0.5
    unlinked = replace(MODEL, coalitions=())
    found = propagate(unlinked, line, precision=1e4, equations=["projects"], start=NO_TIE, measures=[])
    assert found.driven["energy"][-1, 0] == pytest.approx(0.4, abs=1e-3)


def test_the_mean_gap_departs_from_its_dated_value_by_no_more_than_the_lag_of_turns():
    found = simulate(MODEL, CHAPTER, 500, precision=np.inf, measures=[]).runs
    departed = found.power_gap.mean("run") - timeline(CHAPTER).values["power_gap"]
    assert 0 < float(abs(departed).max()) <= 0.003


def test_lock_in_never_falls_and_rests_on_last_years_volume():
    found = simulate(MODEL, CHAPTER, 500, measures=[]).runs.lock_in
    assert (found.diff("year") >= 0).all()
    expected = {2001: 0.0, 2008: 0.07, 2013: 0.13, 2014: 0.14, 2016: 0.19}
    assert {year: round(float(found.sel(year=year).mean()), 2) for year in expected} == expected


def test_an_equation_left_out_leaves_its_parameter_dated():
    found = simulate(MODEL, CHAPTER, 50, equations=["trust"], measures=["gap"]).runs
    assert set(found.data_vars) == {"profile", "gap", "trust"}


def test_rivals_run_with_the_equations_whose_parameters_they_have():
    found = simulate(tri.rival_model("wedge"), CHAPTER, 100, measures=["intensity"])
    assert found.runs.attrs["equations"] == "gap_feedback"
    with pytest.raises(ValueError, match="lacks the parameter"):
        simulate(tri.rival_model("wedge"), CHAPTER, 10, equations=["lock_in"])


def test_every_equation_says_its_unit_basis_and_claims():
    assert all(e.unit and e.basis and e.claims and e.meaning for e in EQUATIONS.values())


# --- what would have happened ----------------------------------------------------------------------------------------


def test_a_branch_equal_to_its_base_differs_in_nothing():
    same = Change(2015, {"sanctions": float(timeline(CHAPTER).values["sanctions"][24])}, to=2015)
    difference = counterfactual(CHAPTER, same, MODEL, 100, measures=["intensity", "depth"]).difference
    assert all((difference[name].fillna(0) == 0).all() for name in difference.data_vars)


def test_nothing_differs_before_the_branch_and_states_are_carried_over():
    found = counterfactual(CHAPTER, "sanctions_lifted_2015", MODEL, 600, measures=["transfer", "share"])
    before = found.difference.sel(year=slice(None, 2014))
    assert all((before[name] == 0).all() for name in before.data_vars)
    assert found.branch.timeline.years[-1] == 2018
    summary = found.summary(2015)
    assert summary["transfer"]["mean"] == pytest.approx(0.34, abs=0.05)
    assert summary["transfer"]["above"] > 0.95


def test_the_reset_moves_terms_to_russia_and_leaves_the_sign_on_intensity_open():
    found = counterfactual(CHAPTER, "reset_from_2017", MODEL, 1024, draws=1024, measures=["intensity", "transfer"])
    summary = found.summary(2017)
    assert summary["transfer"]["mean"] == pytest.approx(0.52, abs=0.03)
    assert summary["intensity"]["5%"] < 0 < summary["intensity"]["95%"]


def test_a_branch_of_another_timeline_is_refused():
    with pytest.raises(ValueError, match="does not branch from 'no_reset_2009'"):
        counterfactual("no_reset_2009", "reset_from_2017", MODEL, 10)


# --- the way up and the way back -------------------------------------------------------------------------------------


def sweep(equations, speeds=(1, 5), steps=8):
    return path_dependence(MODEL, dated("baseline_2014"), "sanctions", steps=steps, speeds=speeds, equations=equations)


@pytest.mark.parametrize("equations", [(), ("trust",)])
def test_without_a_state_that_moves_there_is_no_loop(equations):
    found = sweep(equations)
    assert all(found.nature(name) == "no loop" for name in found.up)
    assert found.width("intensity").max() < 1e-6


def test_the_ratchet_leaves_a_loop_that_is_the_same_at_every_speed():
    found = sweep(("lock_in", "projects"))
    assert found.nature("share") == "hysteresis"
    np.testing.assert_allclose(found.width("share"), 0.025, atol=1e-3)
    assert (found.loop("share")[:, 0] < -0.02).all()


def test_the_gaps_loop_closes_as_the_sweep_slows():
    found = sweep(("gap_feedback",), speeds=(1, 40))
    assert found.nature("intensity") == "lag"


def test_the_link_leaves_no_loop_in_a_rival_that_breaks_the_tie():
    balancing = tri.rival_model("balancing")
    setting = replace(tri.scenario("baseline_2016"), held=HELD)
    options = dict(steps=10, speeds=(1, 5), equations=(), precision=200.0, measures=["intensity"])
    linked = path_dependence(balancing, setting, "power_gap", **options)
    unlinked = path_dependence(replace(balancing, coalitions=()), setting, "power_gap", **options)
    assert linked.width("intensity")[-1] < 1e-3
    assert unlinked.width("intensity")[-1] > 0.1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"parameter": "sanction"}, "sanctions"),
        ({"low": 0.8, "high": 0.2}, "in order"),
        ({"high": 1.5}, "from 0 to 1"),
        ({"steps": 0}, "steps must be"),
        ({"speeds": (5, 1)}, "ascending"),
        ({"speeds": ()}, "ascending"),
        ({"measures": ["depth"]}, "category"),
    ],
)
def test_a_faulty_sweep_is_refused(options, told):
    with pytest.raises(ValueError, match=told):
        path_dependence(MODEL, dated(), **({"parameter": "sanctions"} | options))


# --- figures and the command -----------------------------------------------------------------------------------------


@pytest.fixture
def closed_figures():
    yield
    plt.close("all")


@pytest.mark.usefixtures("closed_figures")
def test_a_fan_names_every_event_once_and_shows_what_was_kept():
    figure, axes = fan(simulate(MODEL, CHAPTER, 40, measures=["intensity", "share", "depth"]))
    assert len(axes) == 2
    assert sorted(text.get_text() for text in figure.axes[-1].texts) == [f"E{k:02d}" for k in range(1, 23)]
    with pytest.raises(ValueError, match="'depth' is not among them"):
        fan(simulate(MODEL, CHAPTER, 10, measures=["intensity", "depth"]), ["depth"])


@pytest.mark.usefixtures("closed_figures")
def test_a_fan_of_a_counterfactual_begins_shortly_before_the_branch():
    _, axes = fan(counterfactual(CHAPTER, "reset_from_2017", MODEL, 40, measures=["share"]))
    assert axes[0].lines[0].get_xdata().tolist() == list(range(2012, 2021))


@pytest.mark.usefixtures("closed_figures")
def test_the_loops_figure_draws_both_ways_at_every_speed():
    swept = sweep(("lock_in",), speeds=(1, 2), steps=3)
    _, axes = hysteresis(swept, ["share"])
    np.testing.assert_array_equal(axes[1].lines[0].get_ydata(), swept.up["share"][1])
    np.testing.assert_array_equal(axes[1].lines[1].get_ydata(), swept.down["share"][1])
    with pytest.raises(ValueError, match="the sweep kept"):
        hysteresis(swept, ["payoff_West"])


def command(*arguments: str):
    app = typer.Typer()
    app.command("simulate")(simulate_command)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["simulate", *arguments])


def test_the_command_lists_the_timelines():
    assert {t["name"] for t in json.loads(command("--json").output)} == set(timelines())


def test_the_command_writes_a_figure_and_every_year(tmp_path):
    path = tmp_path / "fan.png"
    found = json.loads(command(CHAPTER, "--runs", "20", "--figure", str(path), "--json").output)
    assert [row["year"] for row in found["years"]] == list(range(1991, 2018))
    assert path.read_bytes().startswith(b"\x89PNG")


def test_the_command_shows_a_branch_less_its_base():
    found = json.loads(command("reset_from_2017", "--runs", "20", "--against-base", "--json").output)
    years = {row["year"]: row["transfer"]["median"] for row in found["years"]}
    assert years[2016] == 0
    assert years[2018] > 0.3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((CHAPTER, "--against-base"), "branches from no other"),
        ((CHAPTER, "--figure", "fan.txt"), "ends in"),
        ((CHAPTER, "--equation", "trust", "--no-states"), "leave out --no-states"),
        (("--against-base",), "name a timeline"),
        (("chapter_1991",), "unknown timeline"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(arguments, told):
    result = command(*arguments)
    assert isinstance(result.exception, ValueError)
    assert told in str(result.exception)


# --- input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"runs": 0}, "runs must be"),
        ({"runs": 1.5}, "runs must be"),
        ({"seed": -1}, "seed must be"),
        ({"precision": 0}, "precision must be"),
        ({"precision": float("nan")}, "precision must be"),
        ({"revision": -1}, "revision must be"),
        ({"revision": 1e9}, "revision must be"),
        ({"draws": 0}, "draws must be"),
        ({"equations": ["turst"]}, "trust"),
        ({"equations": "trust"}, "equations is"),
        ({"measures": ["intensty"]}, "intensity"),
        ({"start": ("pressure",)}, "3 actions"),
        ({"timeline": "chapter"}, "unknown timeline"),
    ],
)
def test_bad_input_is_refused(options, told):
    chosen = {"timeline": CHAPTER, "runs": 10} | options
    with pytest.raises(ValueError, match=told):
        simulate(MODEL, **chosen)
