"""What the figures show: boundaries, thresholds, best replies, payoffs term by term, policies and verdicts."""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pytest

import triangle as tri
from triangle.studies.boundaries import boundaries
from triangle.studies.decomposition import decompose
from triangle.studies.responses import STAYS, responses

MODEL = tri.chapter_model()
GRID = {"norm_cost": (0, 0.4, 13), "containment": (0, 1, 11)}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def swept():
    return tri.sweep(MODEL, "baseline_2016", GRID)


def equilibria(**values):
    setting = tri.scenario("baseline_2016").with_values(MODEL, **values)
    return {each.profile for each in tri.solve(MODEL, setting).equilibria}


# --- boundaries ---------------------------------------------------------------------------------------------------


def test_a_profile_is_stable_on_one_side_of_its_boundary_only(swept):
    found = boundaries(swept)
    assert found
    for curve in found:
        inside = np.flatnonzero(
            np.isfinite(curve.x) & (curve.x > 0.01) & (curve.x < 0.39) & (curve.y > 0.02) & (curve.y < 0.98)
        )
        k = int(inside[len(inside) // 2])
        x, y = float(curve.x[k]), float(curve.y[k])
        around = [
            curve.profile in equilibria(norm_cost=x + dx, containment=y + dy)
            for dx, dy in product((-1e-6, 1e-6), repeat=2)
        ]
        assert len(set(around)) == 2, curve.condition


def test_wherever_cells_differ_a_boundary_lies_between_them(swept):
    lines = [
        (curve.x[k], curve.y[k]) for curve in boundaries(swept) for k in range(len(curve.x)) if np.isfinite(curve.x[k])
    ]
    xs, ys = swept["norm_cost"].values, swept["containment"].values
    points = np.array(lines)
    counted = 0
    for y in ys[[2, 8]]:
        sets = [equilibria(norm_cost=float(x), containment=float(y)) for x in xs]
        for k in range(len(xs) - 1):
            if sets[k] != sets[k + 1]:
                counted += 1
                near = points[np.abs(points[:, 1] - y) < 0.01]
                assert ((near[:, 0] >= xs[k] - 1e-9) & (near[:, 0] <= xs[k + 1] + 1e-9)).any()
    assert counted >= 2


def test_a_slice_of_a_larger_sweep_has_the_boundaries_of_its_own_place():
    found = tri.sweep(
        MODEL, "us_russia_reset", {"detente": (0, 1, 9), "assertion": (0, 1, 9), "moderation": (0, 0.4, 2)}
    )
    direct = tri.sweep(MODEL, "us_russia_reset", {"detente": (0, 1, 9), "assertion": (0, 1, 9)})
    assert {c.condition for c in boundaries(found.sel(moderation=0.4))} == {c.condition for c in boundaries(direct)}


def foot(figure):
    return " ".join(" ".join(text.get_text().split()) for text in figure.texts)


def test_a_phase_diagram_says_whether_its_boundaries_are_exact(swept):
    figure, (ax,) = tri.plot.phase(swept)
    assert ax.collections
    assert "boundaries from formulas" in foot(figure)
    figure, (ax,) = tri.plot.phase(swept, exact=False)
    assert not ax.collections
    assert "boundaries between sampled cells" in foot(figure)


def test_a_model_of_ones_own_must_be_given_for_exact_boundaries():
    mine = MODEL.replace(tri.Parameter("energy", 0.45, 0.3, 0.6, bounds=(0, 1)))
    found = tri.sweep(mine, None, {"norm_cost": (0, 0.4, 5), "containment": (0, 1, 5)})
    figure, _ = tri.plot.phase(found)
    assert "boundaries between sampled cells: the model" in foot(figure)
    figure, _ = tri.plot.phase(found, model=mine)
    assert "boundaries from formulas" in foot(figure)
    with pytest.raises(ValueError, match="was swept"):
        tri.plot.phase(found, model=MODEL)


def test_under_commitment_the_cells_edges_are_drawn_and_the_reason_is_said():
    found = tri.sweep(
        MODEL, "baseline_2016", {"norm_cost": (0, 0.4, 4), "containment": (0, 1, 4)}, concept="commitment"
    )
    figure, _ = tri.plot.phase(found)
    assert "hold it to an action" in foot(figure)


# --- thresholds ---------------------------------------------------------------------------------------------------


def test_a_strip_writes_every_threshold_and_marks_the_scenario():
    found = tri.thresholds(MODEL, "baseline_2016", "norm_cost")
    _, ax = tri.plot.thresholds(found)
    written = [text.get_text() for text in ax.texts if text.get_gid() == "threshold"]
    assert written == [f"{float(switch):.4g}" for switch in found.switches]
    assert "the scenario, 0.6" in [text.get_text() for text in ax.texts]
    assert ax.get_xlabel().startswith("The West's price")


def test_a_strip_names_the_equilibria_of_each_letter_and_hatches_several():
    found = tri.thresholds(MODEL, "baseline_2016", "norm_cost")
    figure, _ = tri.plot.thresholds(found)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    for interval, label in zip(found, labels, strict=True):
        for profile in interval.equilibria:
            assert ", ".join(profile) in label
    hatched = [bool(patch.get_hatch()) for patch in figure.legends[0].get_patches()]
    assert hatched == [len(interval.equilibria) > 1 for interval in found]


def test_thresholds_carry_the_scenarios_own_value():
    found = tri.thresholds(MODEL, "us_russia_reset", "detente")
    assert float(found.value) == tri.scenario("us_russia_reset").values["detente"]


# --- best replies -------------------------------------------------------------------------------------------------


def brute_force(outcome, members, free):
    """For every profile the greatest gain in sum from changing the members' free stances, from raw payoffs."""
    form = outcome.model.form
    payoffs = outcome.model.payoffs(outcome.scenario.values)
    gains = np.zeros(form.shape)
    for here in np.ndindex(form.shape):
        for there in np.ndindex(form.shape):
            changed = [k for k in range(3) if here[k] != there[k]]
            if not set(changed) <= set(members):
                continue
            if free and any(
                form.players[k].choices[here[k]][0] != form.players[k].choices[there[k]][0] for k in changed
            ):
                continue
            gains[here] = max(gains[here], sum(payoffs[(k, *there)] - payoffs[(k, *here)] for k in members))
    return gains.ravel()


def test_best_replies_are_those_of_the_raw_payoffs():
    outcome = tri.solve(MODEL, "baseline_2016")
    found = responses(outcome)
    movers = {"West": ([0], False), "Russia": ([1], False), "China": ([2], False), "Russia–China": ([1, 2], True)}
    payoffs = MODEL.payoffs(outcome.scenario.values).reshape(3, -1)
    for name, (members, free) in movers.items():
        expected = brute_force(outcome, members, free)
        np.testing.assert_allclose(found.gains[name], expected, atol=1e-9)
        moving = np.flatnonzero(found.targets[name] != STAYS)
        assert len(moving)
        got = payoffs[members][:, found.targets[name][moving]] - payoffs[members][:, moving]
        np.testing.assert_allclose(got.sum(axis=0), expected[moving], atol=1e-9)


@pytest.mark.parametrize("concept", ["nash", "pairwise"])
def test_what_nobody_leaves_is_an_equilibrium(concept):
    outcome = tri.solve(MODEL, "baseline_2016", concept)
    assert responses(outcome).rests == tuple(each.index for each in outcome.equilibria)


def test_only_profiles_that_the_scenario_allows_are_drawn():
    _, axes = tri.plot.responses(tri.solve(MODEL, "us_russia_reset"))
    assert len(axes) == 1
    stars = [line for line in axes[0].lines if line.get_marker() == "*"]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in stars] == [(4, 4)]


def test_best_replies_of_other_than_three_players_are_refused():
    form = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
    with pytest.raises(ValueError, match="three players; this game has 2"):
        tri.plot.responses(tri.solve(tri.GameFamily(form)))


# --- payoffs term by term -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["us_russia_reset", "widening_gap"])
def test_the_terms_add_up_to_the_payoffs(source):
    comparison = tri.compare(MODEL, source)
    found = decompose(comparison)
    ends = []
    for outcome in comparison.outcomes:
        (only,) = outcome.equilibria
        ends.append(MODEL.payoffs(outcome.scenario.values).reshape(3, -1)[:, only.index])
    for k, player in enumerate(MODEL.form.names):
        np.testing.assert_allclose([found.start[player], found.end[player]], [ends[0][k], ends[-1][k]])
        np.testing.assert_allclose(sum(amount for _, amount in found.parts[player]), ends[-1][k] - ends[0][k])


def test_bars_of_a_waterfall_end_where_the_payoff_is():
    outcome = tri.solve(MODEL, "baseline_2016")
    _, axes = tri.plot.waterfall(outcome, top=4)
    for ax, player in zip(axes, MODEL.form.names, strict=True):
        bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
        assert bars[0][0] == 0
        np.testing.assert_allclose([a[1] for a in bars[:-2]], [b[0] for b in bars[1:-1]])
        np.testing.assert_allclose(bars[-2][1], outcome.equilibria[0].measures[f"payoff_{player}"])
        np.testing.assert_allclose(bars[-1], (0, bars[-2][1]))


def test_a_waterfall_needs_an_equilibrium_and_two_outcomes_for_a_change():
    with pytest.raises(ValueError, match="two outcomes"):
        tri.plot.waterfall(tri.compare(MODEL, [None]))
    with pytest.raises(ValueError, match="did you mean 'West'"):
        tri.plot.waterfall(tri.solve(MODEL), ["Wst"])


# --- policies and verdicts ----------------------------------------------------------------------------------------


def test_the_surest_commitment_is_starred_and_every_cell_says_its_value():
    found = tri.policies(MODEL, "baseline_2016")
    _, ax = tri.plot.policies(found, ["intensity"])
    starred = [label.get_text() for label in ax.get_xticklabels() if "★" in label.get_text()]
    assert starred == ["★ " + action.replace("/", "\n") for action in found.best]
    values = [f"{outcome.equilibria[0].measures['intensity']:.3f}" for outcome in found.outcomes]
    assert [text.get_text() for text in ax.texts] == values


def test_a_policy_table_leaves_out_what_is_the_same_everywhere():
    _, ax = tri.plot.policies(tri.policies(MODEL, "baseline_2016"))
    labels = " ".join(label.get_text() for label in ax.get_yticklabels())
    assert "intensity" in labels
    assert "allies" not in labels
    with pytest.raises(ValueError, match="did you mean 'share'"):
        tri.plot.policies(tri.policies(MODEL, "baseline_2016"), ["shar"])


def test_every_tested_claim_has_a_tile_and_shortfalls_are_written():
    found = tri.check_all(MODEL, ["C01", "C02", "C12", "C20", "C85"], points=256)
    tested = [v for v in found if v.over is not None]
    figure, ax = tri.plot.verdicts(found)
    told = [text.get_text() for text in ax.texts]
    for verdict in tested:
        assert verdict.claim.id + "*" * verdict.claim.counterintuitive in told
    short = [f"−{100 * verdict.shortfall:.0f} %" for verdict in tested if verdict.shortfall]
    assert short
    assert sorted(text for text in told if text.endswith(" %")) == sorted(short)
    assert f"{len(found) - len(tested)} more not tested" in foot(figure)
    assert "by construction (1)" in [" ".join(text.split()) for text in told]


def test_a_proof_is_shown_only_where_it_was_looked_for():
    found = tri.check_all(MODEL, ["C05", "C12"], points=256)
    _, ax = tri.plot.verdicts(found)
    assert "■" not in [text.get_text() for text in ax.texts]
    figure, ax = tri.plot.verdicts(found, exact=True)
    marks = [text.get_text() for text in ax.texts]
    assert (marks.count("■"), marks.count("✕")) == (1, 1)
    assert "proofs not looked for" not in foot(figure)


def test_a_board_needs_a_verdict():
    with pytest.raises(ValueError, match="none of the claims is tested"):
        tri.plot.verdicts(tri.check_all(MODEL, ["C20"], points=256))
