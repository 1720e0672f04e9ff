"""The chapter's model: its equilibria by brute force, the published tables, and the closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from oracles import nash_profiles, pair_blocks, pairwise_profiles, triangle_reach
from triangle.chapter.form import COMMITMENTS
from triangle.conditions import conditions

MODEL = tri.chapter_model()
FORM = MODEL.form
BASELINES = [name for name in tri.scenarios() if name.startswith("baseline_")]


def brute_force(payoffs, held=None):
    """Pairwise stable profiles from raw payoffs; ``held`` is the West's action if it is committed."""
    if held is None:
        return pairwise_profiles(payoffs, triangle_reach())
    ((members, reach),) = triangle_reach()
    nash = {p for p in nash_profiles(payoffs, players=(1, 2)) if p[0] == held}
    return {p for p in nash if not pair_blocks(payoffs, p, members, reach)}


def found_profiles(outcome):
    return {tuple(map(int, np.unravel_index(e.index, FORM.shape))) for e in outcome.equilibria}


@pytest.mark.parametrize("name", tri.scenarios())
def test_every_scenario_has_the_equilibria_that_brute_force_finds(name):
    outcome = tri.solve(MODEL, name)
    held = outcome.scenario.held.get("West")
    action = FORM.player("West").action(held) if held else None
    assert found_profiles(outcome) == brute_force(MODEL.payoffs(outcome.scenario.values), action)
    assert outcome.equilibria


@pytest.mark.parametrize("commitment", COMMITMENTS.values())
@pytest.mark.parametrize("name", BASELINES)
def test_every_dated_set_and_commitment_has_one_equilibrium_and_brute_force_agrees(name, commitment):
    base = tri.scenario(name)
    setting = tri.Scenario("s", "s", "", base.values, {"West": commitment})
    outcome = tri.solve(MODEL, setting)
    assert len(outcome.equilibria) == 1
    assert found_profiles(outcome) == brute_force(MODEL.payoffs(base.values), FORM.player("West").action(commitment))


@given(st.integers(0, 2**32 - 1))
def test_random_points_of_the_unit_box_agree_with_brute_force(seed):
    rng = np.random.default_rng(seed)
    values = {p.name: rng.choice([rng.random(), round(rng.random(), 1)]) for p in MODEL.parameters}
    outcome = tri.solve(MODEL, tri.Scenario("s", "s", "", values))
    assert found_profiles(outcome) == brute_force(MODEL.payoffs(values))


@pytest.mark.parametrize(
    ("commitment", "stances", "expected"),
    [
        # transfer, share, intensity, gap, next gap, payoffs of West, Russia and China; alliance slack
        ("PE", ("confront", "cooperate"), (-0.810, 0.155, 5.147, 0.66, 0.754, 0.382, 2.054, 4.384, 1.88)),
        ("PC", ("confront", "challenge"), (-0.727, 0.199, 5.289, 0.66, 0.751, -0.610, 2.137, 3.451, 1.60)),
        ("AE", ("cooperate", "cooperate"), (-0.275, 0.324, 5.248, 0.58, 0.631, 0.200, 2.899, 3.949, 2.16)),
        ("AC", ("cooperate", "challenge"), (-0.222, 0.358, 5.284, 0.58, 0.623, -0.700, 2.952, 2.946, 1.88)),
    ],
)
def test_the_default_equilibria_under_the_four_commitments(commitment, stances, expected):
    held = {"West": COMMITMENTS[commitment]}
    outcome = tri.solve(MODEL, tri.Scenario("s", "s", "", MODEL.defaults, held))
    (found,) = outcome.equilibria
    assert found.profile[1:] == tuple(f"{stance}/partner" for stance in stances)
    measures = [found.measures[m] for m in ("transfer", "share", "intensity", "gap", "next_gap")]
    measures += [found.measures[f"payoff_{player}"] for player in FORM.names]
    np.testing.assert_allclose(measures, expected[:-1], atol=6e-4)
    upgrade = [m for m in outcome.explain().moves if m.mover == "Russia–China" and m.change.count("→ ally") == 2]
    np.testing.assert_allclose(upgrade[0].loss, expected[-1], atol=6e-3)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        # transfer, share, intensity, next gap, payoff of the West; None where the table leaves a cell open
        ("us_russia_reset", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.28, 0.32, 5.25, 0.63, 0.20)),
        ("reset_while_containing_china", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.19, 0.38, 5.30, 0.62, -0.50)),
        ("grand_bargain", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.22, 0.36, 5.28, 0.62, 0.20)),
        ("eu_sanctions_relief", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.58, 0.21, 5.19, 0.70, 0.46)),
        ("tighter_sanctions", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.93, 0.13, 5.10, 0.78, 0.35)),
        ("us_china_rivalry", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.64, 0.24, 5.40, 0.74, -0.11)),
        ("recognition_of_crimea", (-0.28, 0.32, 5.25, 0.63, 0.20), (-0.28, 0.32, 6.25, 0.63, -0.30)),
        ("engage_belt_and_road", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.84, 0.14, 5.08, 0.75, 0.58)),
        ("widening_gap", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.92, 0.12, 5.21, 0.91, 0.40)),
        ("arms_self_sufficiency", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.76, 0.12, 4.82, 0.74, 0.38)),
        ("missile_defence", (-0.81, 0.15, 5.15, 0.75, 0.38), (-0.81, 0.15, 5.75, 0.75, 0.38)),
        ("ukraine_2014", (-0.24, 0.35, 5.04, 0.52, 0.50), (-0.61, 0.22, 5.13, 0.62, 0.41)),
        ("crisis_2008", (-0.17, 0.35, 4.13, 0.40, 0.52), (-0.29, 0.36, 4.33, 0.41, 0.52)),
        ("reset_2009", (-0.35, 0.34, 4.61, 0.48, 0.52), (-0.14, 0.47, 4.62, 0.43, 0.65)),
        ("side_switch_2001", (-0.17, 0.32, 3.04, 0.44, 0.41), (0.23, 0.77, 2.92, 0.36, 0.45)),
    ],
)
def test_the_scenarios_give_the_published_table(name, before, after):
    comparison = tri.compare(MODEL, name)
    for outcome, expected in zip(comparison.outcomes, (before, after), strict=True):
        (found,) = outcome.equilibria
        measures = [found.measures[m] for m in ("transfer", "share", "intensity", "next_gap", "payoff_West")]
        np.testing.assert_allclose(measures, expected, atol=5.1e-3)
        assert found.measures["depth"] == "partnership"


@given(st.integers(0, 2**32 - 1))
def test_closed_forms_agree_with_the_arrays(seed):
    """At depth 1: X_R = βΠ − n_R, K = F + 2√(X_R·X_C), t = X_R − y_R, each from the parameters alone."""
    rng = np.random.default_rng(seed)
    v = {p.name: float(rng.random()) for p in MODEL.parameters}
    measures = MODEL.evaluate(v)
    for where in np.ndindex(FORM.shape):
        west, russia, china = (FORM.players[k].choices[a] for k, a in enumerate(where))
        if {russia[1], china[1]} - {"partner", "ally"} or (russia[1], china[1]) == ("ally", "ally"):
            continue
        press, engaged = west[0] == "pressure", west[1] == "engage"
        confront, conciliatory = russia[0] == "confront", china[0] == "cooperate"
        detente = not press and not confront
        gap = v["power_gap"] + v["sanctions"] * v["gap_sanction"] * press
        beta = 0.5 - 0.5 * v["sensitivity"] * gap
        need_r = press * v["sanctions"] * v["isolation"] + v["lock_in"] - v["energy"] * v["pivot"]
        need_r += detente * (v["autonomy"] - v["detente"] * v["trust"])
        need_c = (not engaged) * v["containment"] * v["backing"] + detente * v["defection"]
        need_c -= confront * engaged * v["transit"]
        one_sided = v["crisis"] + press * v["sanctions"] * v["offset"]
        product = 2 * v["energy"] * (1 + v["power_gap"]) + 2 * v["arms"] + one_sided
        take_r = beta * (product + need_r + need_c) - need_r
        take_c = product - take_r
        transfer = take_r - (product + one_sided) / 2
        shared = v["primacy"] * v["no_substitute"] + v["norms"] * v["no_substitute"] + v["fear"] * v["assurance"]
        shared += v["elites"] * v["power_gap"] + v["restraint"] + v["missile_defence"]
        shared += (not press) * v["territory"] * v["recognition"]
        share = min(1.0, max(0.0, take_r / product))
        invested = 2 * np.sqrt(max(take_r, 0) * max(take_c, 0))
        expected = {
            "transfer": transfer, "share": share, "intensity": 2 * shared + invested, "gap": gap,
            "next_gap": gap + v["feedback"] * (1 - 2 * share) * invested,
        }  # fmt: skip
        for name, value in expected.items():
            assert measures[name][where] == pytest.approx(value, abs=1e-9), name
        moderated = v["assertion"] * v["moderation"] * gap * confront * conciliatory
        west_payoff = -v["sanctions"] * v["blowback"] * press - v["norm_cost"] * (not press) + v["openness"] * engaged
        west_payoff += v["stability"] * engaged * conciliatory - v["ambition"] * (not conciliatory)
        west_payoff += v["containment"] * (not engaged) - v["bloc"] - v["assertion"] * confront + moderated
        west_payoff -= v["territory"] * v["recognition"] * (not press)
        assert measures["payoff_West"][where] == pytest.approx(west_payoff, abs=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_the_alliance_condition_is_the_closed_form(seed):
    """S at depth 1 less S at depth 2 has the sign of what the obstacles weigh against the pact."""
    rng = np.random.default_rng(seed)
    v = {p.name: float(rng.random()) for p in MODEL.parameters}
    payoffs = MODEL.payoffs(v)
    for press, contain, recognised in ((1, 0, 0), (1, 1, 0), (0, 0, 1), (0, 1, 1)):
        west = ("pressure" if press else "accommodate") + "/" + ("contain" if contain else "engage")
        at = {d: FORM.flat((west, f"confront/{d}", f"cooperate/{d}")) for d in ("partner", "ally")}
        pair = payoffs[1].ravel() + payoffs[2].ravel()
        obstacles = 2 * v["territory"] * (1 - recognised * v["recognition"]) + v["openness"] * v["globalization"]
        obstacles += 2 * v["governance"] + v["autonomy"]
        expected = obstacles - v["primacy"] * v["threat"] * (press + contain)
        assert pair[at["partner"]] - pair[at["ally"]] == pytest.approx(expected, abs=1e-9)


def test_the_transfer_cancels_in_the_pair_and_does_not_touch_the_west():
    values = {p.name: 0.37 for p in MODEL.parameters}
    whole, bare = MODEL.payoffs(values), np.zeros((3, *FORM.shape))
    for term in MODEL.terms:
        bare += 0.37 ** len(term.weight) * term.payoffs_on(FORM)
    np.testing.assert_allclose(whole[1] + whole[2], bare[1] + bare[2], atol=1e-12)
    np.testing.assert_allclose(whole[0], bare[0], atol=1e-12)


def test_outside_options_leave_needs_out_of_the_split():
    other = tri.chapter_model(bargaining="outside_option")
    held = {"West": COMMITMENTS["PE"]}
    (found,) = tri.solve(other, tri.Scenario("s", "s", "", other.defaults, held)).equilibria
    beta = 0.5 - 0.5 * 0.5 * 0.66
    assert found.measures["share"] == pytest.approx(beta)
    lifted = other.evaluate({"lock_in": 0.9})["transfer"] - other.evaluate({"lock_in": 0.1})["transfer"]
    assert not lifted.any()


def test_a_floor_that_would_bind_is_reported():
    other = tri.chapter_model(bargaining="outside_option")
    setting = tri.scenario("side_switch_2001")
    assert tri.solve(other, setting).equilibria[0].measures["floor_binds"] == "yes"
    assert tri.solve(MODEL, setting).equilibria[0].measures["floor_binds"] == "no"


def test_intensity_without_hold_up_is_foundation_plus_product():
    plain = tri.chapter_model(intensity="none")
    for commitment, expected in (("PE", 3.784 + 1.884), ("AE", 3.784 + 1.564)):
        held = {"West": COMMITMENTS[commitment]}
        (found,) = tri.solve(plain, tri.Scenario("s", "s", "", plain.defaults, held)).equilibria
        assert found.measures["intensity"] == pytest.approx(expected)


def test_without_rebuff_unreturned_offers_are_ties():
    assert len(tri.solve(tri.chapter_model(without=["rebuff"])).equilibria) > 1


def test_configurations_follow_the_signs():
    codes = MODEL.evaluate({})["configuration"]
    labels = MODEL.measure("configuration").categories
    cases = {
        ("accommodate/engage", "cooperate/partner", "cooperate/partner"): "ménage à trois",
        ("accommodate/engage", "cooperate/distance", "cooperate/partner"): "romantic triangle, pivot West",
        ("accommodate/contain", "cooperate/ally", "challenge/ally"): "romantic triangle, pivot Russia",
        ("pressure/engage", "confront/partner", "cooperate/partner"): "romantic triangle, pivot China",
        ("pressure/contain", "confront/partner", "challenge/partner"): "stable marriage, outcast West",
        ("pressure/engage", "cooperate/distance", "cooperate/partner"): "stable marriage, outcast Russia",
        ("accommodate/contain", "cooperate/partner", "challenge/distance"): "stable marriage, outcast China",
        ("pressure/contain", "confront/distance", "challenge/distance"): "unit veto",
    }
    for profile, label in cases.items():
        assert labels[int(codes.ravel()[FORM.flat(profile)])] == label


def test_pressing_dominates_exactly_where_the_norm_costs_more_than_the_blowback():
    compiled = conditions(MODEL, "nash")
    profile = FORM.flat(("pressure/engage", "confront/partner", "cooperate/partner"))
    for norm_cost, sanctions, blowback in ((0.6, 0.8, 0.2), (0.1, 0.8, 0.2), (0.16, 0.8, 0.2)):
        values = {"norm_cost": norm_cost, "sanctions": sanctions, "blowback": blowback, "gap_sanction": 0.0}
        weights = MODEL.monomials(values)
        losses = [weights @ c.coefficients for c in compiled.at(profile) if c.mover == "West"]
        switch = min(losses, key=lambda loss: abs(loss - (norm_cost - sanctions * blowback)))
        assert switch == pytest.approx(norm_cost - sanctions * blowback, abs=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variant": "triangel"}, "did you mean 'triangle'"),
        ({"bargaining": "threat"}, "did you mean 'threat_point'"),
        ({"intensity": "holdup"}, "did you mean 'hold_up'"),
        ({"without": ["isolatoin"]}, "did you mean 'isolation'"),
        ({"without": "isolation"}, "without must be a sequence"),
    ],
)
def test_wrong_options_are_told(options, message):
    with pytest.raises(ValueError, match=message):
        tri.chapter_model(**options)
