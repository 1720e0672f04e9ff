"""Scenario discovery: planted boxes are found again, and what is not there is not found."""

import json
from dataclasses import FrozenInstanceError
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

import triangle as tri
from triangle.statement import Box as Ranges
from triangle.statement import Comparison, Loss, Setting, Statement, Value
from triangle.studies.discovery import discover
from triangle.studies.prim import Limits, paste, peel

MODEL = tri.chapter_model()
NAMES = ["us_russia_reset", "baseline_2016"]


def points(count=4096, inputs=12, seed=1):
    rng = np.random.default_rng(seed)
    return {f"p{k}": rng.random(count) for k in range(inputs)}


def planted(x):
    return (x["p3"] > 0.6) & (x["p7"] < 0.5) & (x["p9"] > 0.2) & (x["p9"] < 0.7)


@pytest.fixture(scope="module")
def reset():
    return tri.sweep(MODEL, NAMES, samples=2**11, design="sobol", measures=["intensity", "depth", "share"])


RISES = Comparison(Value("intensity", NAMES[0]), ">", Value("intensity", NAMES[1]))


def test_a_planted_box_is_recovered():
    x = points()
    found = discover(x, planted(x))
    assert found.status == "found"
    assert set(found.box.limits) == {"p3", "p7", "p9"}
    np.testing.assert_allclose(found.box.limits["p3"], [0.6, np.inf], atol=0.03)
    np.testing.assert_allclose(found.box.limits["p7"], [-np.inf, 0.5], atol=0.03)
    np.testing.assert_allclose(found.box.limits["p9"], [0.2, 0.7], atol=0.03)
    assert found.box.held_out.coverage > 0.9
    assert found.box.held_out.density > 0.9
    assert max(found.quasi_p.values()) < 1e-6


def test_a_planted_box_is_recovered_from_noise():
    x = points()
    found = discover(x, planted(x) ^ (np.random.default_rng(2).random(4096) < 0.1))
    assert set(found.box.limits) == {"p3", "p7", "p9"}
    inside = found.box.contains(x)
    assert np.mean(inside & planted(x)) / np.mean(inside | planted(x)) > 0.85


def test_an_outcome_that_depends_on_nothing_gives_no_box_and_says_so():
    x = points()
    statuses = [discover(x, np.random.default_rng(seed).random(4096) < 0.3).status for seed in range(8)]
    assert statuses.count("chance") >= 7
    found = discover(x, np.random.default_rng(0).random(4096) < 0.3)
    assert found.box is None
    assert "no box does better than chance" in " ".join(str(found).split())


@pytest.mark.parametrize(("value", "status", "words"), [(True, "always", "at every one"), (False, "never", "at none")])
def test_an_outcome_that_is_the_same_everywhere_gives_no_box_and_says_so(value, status, words):
    found = discover(points(), np.full(4096, value))
    assert (found.status, found.box, found.rate) == (status, None, float(value))
    assert f"occurs {words} of the 4,096 points" in " ".join(str(found).split())


def test_the_order_of_the_points_does_not_matter():
    x = points(1024)
    y = planted(x)
    order = np.random.default_rng(3).permutation(1024)
    first, second = discover(x, y), discover({name: values[order] for name, values in x.items()}, y[order])
    assert first.to_dict() == second.to_dict()


def test_the_seed_parts_the_points():
    x = points(1024)
    runs = [discover(x, planted(x), seed=seed).to_dict() for seed in (0, 0, 1)]
    assert runs[0] == runs[1]
    assert runs[0]["box"] != runs[2]["box"]


def test_scores_are_what_counting_gives():
    x = points(1000)
    y = planted(x)
    box = discover(x, y, held_out=0.3).box
    inside = box.contains(x)
    both = [box.found_on, box.held_out]
    assert [scores.points for scores in both] == [700, 300]
    assert sum(scores.inside for scores in both) == inside.sum()
    assert sum(scores.hits for scores in both) == (inside & y).sum()
    assert sum(scores.outcomes for scores in both) == y.sum()
    assert box.held_out.coverage == box.held_out.hits / box.held_out.outcomes
    assert box.held_out.density == box.held_out.hits / box.held_out.inside
    assert box.held_out.mass == box.held_out.inside / 300


def test_a_quasi_p_value_is_the_binomial_tail_of_the_box_without_the_restriction():
    x = {"a": np.linspace(0, 1, 800), "b": np.random.default_rng(0).random(800)}
    y = (x["a"] > 0.5) & (x["b"] > 0.4)
    found = discover(x, y)
    # Restrictions that are kept are telling, so the values are tiny; they are recomputed here by counting.
    low = found.box.limits["a"][0]
    assert found.quasi_p["a"] < 1e-6
    wide = found.box.held_out
    without = found.box.limits["b"]
    held = np.ones(800, dtype=bool)
    order = np.lexsort((y, x["b"], x["a"]))
    held[order[np.random.default_rng(0).permutation(800)[:400]]] = False
    inside = held & (x["b"] >= without[0]) & (x["b"] <= without[1])
    assert wide.inside == (inside & (x["a"] >= low)).sum()
    expected = stats.binomtest(wide.hits, wide.inside, y[inside].mean(), alternative="greater").pvalue
    assert found.quasi_p["a"] == pytest.approx(expected)


def test_the_trajectory_peels_from_all_points_to_fewer_and_denser():
    x = points(2048)
    found = discover(x, planted(x))
    boxes = found.trajectory
    assert (boxes[0].limits, boxes[0].found_on.mass, boxes[0].found_on.coverage) == ({}, 1.0, 1.0)
    steps = list(pairwise(boxes))
    assert all(after.found_on.inside < before.found_on.inside for before, after in steps)
    assert all(after.found_on.inside >= 0.94 * before.found_on.inside - 1 for before, after in steps)
    assert boxes[-1].found_on.density == 1.0
    assert boxes[-1].restricted == len(boxes[-1].limits) >= 3


def test_a_density_that_is_asked_for_chooses_the_box_and_is_told_if_it_is_not_reached():
    x = points()
    y = x["p1"] + x["p2"] > 1
    loose, dense = discover(x, y), discover(x, y, density=0.95)
    assert dense.box.found_on.density >= 0.95 > loose.box.found_on.density
    assert dense.box.found_on.coverage < loose.box.found_on.coverage
    assert loose.dense_enough
    assert dense.dense_enough
    noisy = discover(x, y ^ (np.random.default_rng(2).random(4096) < 0.2), density=0.99)
    assert not noisy.dense_enough
    assert "short of the density of 99%" in " ".join(str(noisy).split())


def test_pasting_gives_back_what_was_peeled_too_far():
    x = np.linspace(0, 1, 201)[:, None]
    y = (x[:, 0] > 0.3) & (x[:, 0] < 0.8)
    box = paste(x, y, Limits(np.array([0.5]), np.array([0.6])), alpha=0.05)
    assert 0.295 <= box.low[0] <= 0.31
    assert 0.78 <= box.high[0] <= 0.805
    assert not paste(x, np.ones(201, dtype=bool), Limits(np.array([0.5]), np.array([0.6]))).restricted.any()


def test_equal_values_are_never_parted():
    x = np.repeat([0.0, 1.0, 2.0], 50)[:, None]
    y = x[:, 0] == 1
    (*_, last) = peel(x, y, alpha=0.1)
    np.testing.assert_array_equal(last.contains(x), y)
    assert (last.low[0], last.high[0]) == (0.5, 1.5)
    assert len(peel(np.zeros((50, 1)), np.arange(50) < 9)) == 1


def test_boxes_do_not_depend_on_the_units_of_the_parameters():
    x = points(1024)
    y = planted(x)
    first = discover(x, y).box
    second = discover({name: 1000 * values - 5 for name, values in x.items()}, y).box
    assert first.found_on == second.found_on
    for name, ends in first.limits.items():
        np.testing.assert_allclose(second.limits[name], 1000 * np.array(ends) - 5)


def test_outcomes_are_arrays_functions_or_comparisons(reset):
    after, before = (reset.sel(scenario=name) for name in NAMES)
    rises = after.intensity_min > before.intensity_max
    ways = [discover(reset, way) for way in (RISES, rises, rises.values, lambda _: rises)]
    assert len({json.dumps(way.to_dict()["box"]) for way in ways}) == 1
    assert ways[0].outcome == "intensity[us_russia_reset] > intensity[baseline_2016]"
    assert ways[0].source["model_digest"] == MODEL.digest
    assert "isolation" in ways[0].box.limits
    assert discover(reset, rises, name="intensity rises").outcome == "intensity rises"


def test_what_is_left_may_be_explained_by_a_further_box(reset):
    first = discover(reset, RISES).box
    rest = reset.isel(point=~first.contains(reset))
    assert rest.sizes["point"] == (~first.contains(reset)).sum()
    second = discover(rest, RISES)
    assert not (first.contains(rest)).any()
    assert second.points == rest.sizes["point"]


def test_a_comparison_holds_for_every_combination_of_equilibria():
    form = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
    c, d = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    model = tri.GameFamily(
        form,
        [tri.Parameter(name, 0.5, -1.0, 1.0) for name in "xy"],
        [tri.Term("c", "x", {"Row": c, "Column": c}), tri.Term("d", "y", {"Row": d, "Column": d})],
    )
    found = tri.sweep(model, None, vary={"x": (0.1, 1, 20), "y": (0.1, 1, 20)}, concept="nash")
    least = np.minimum(*np.meshgrid(found.x, found.y, indexing="ij"))
    above = discover(found, Comparison(Value("payoff_Row", ""), ">", offset=0.5))
    assert above.rate == np.mean(least > 0.5)
    assert above.box.contains(found).shape == (20, 20)
    below = discover(found, Comparison(Value("payoff_Row", ""), "<", offset=0.5))
    assert below.rate == pytest.approx(np.mean((found.payoff_Row_max < 0.5).values))


def test_a_comparison_does_not_hold_where_there_is_no_equilibrium():
    form = tri.GameForm((tri.Player("Row", ["H", "T"]), tri.Player("Column", ["H", "T"])))
    match = np.array([[1.0, -1.0], [-1.0, 1.0]])
    level = tri.Measure("level", ("payoff_Row",), np.zeros_like, categories=("low", "high"))
    model = tri.GameFamily(
        form,
        [tri.Parameter(name, 0.5, -1.0, 1.0) for name in "xy"],
        [
            tri.Term("pennies", "x", {"Row": match, "Column": -match}),
            tri.Term("y", "y", {"Row": match, "Column": match}),
        ],
        measures=[level],
    )
    found = tri.sweep(model, None, samples=256, design="sobol", concept="nash")
    for comparison in (Comparison(Value("level", ""), "<=", offset=0.0), Comparison(Value("level", ""), "<", offset=1)):
        assert discover(found, comparison).rate == np.mean(found.equilibria.values > 0) < 1


def test_the_points_of_a_statement_may_be_searched():
    scenarios = [tri.scenario(name) for name in NAMES]
    settings = tuple(Setting(s.name, s) for s in scenarios)
    statement = Statement("a reset raises intensity", settings, (RISES,))
    displacement = Ranges.plausible(MODEL).sample(2**11)
    found = discover(displacement, statement.evaluate(MODEL, displacement).holds, name=statement.name)
    assert "isolation" in found.box.limits
    assert found.box.held_out.density > found.rate


def test_results_are_frozen_and_plain_data(reset):
    found = discover(reset, RISES)
    with pytest.raises(FrozenInstanceError):
        found.status = "never"
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["status"] == "found"
    assert plain["box"]["limits"]["isolation"][1] is None
    assert len(plain["trajectory"]) == len(found.trajectory)
    assert "<caption>Where intensity[us_russia_reset] &gt; " in found._repr_html_()
    assert "On the points kept apart: coverage" in " ".join(str(found).split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outcome": np.ones(8)}, r"shape \(8,\), the points \(4096,\)"),
        ({"outcome": np.ones(4096)}, "true or false at each point, got float64"),
        ({"outcome": RISES}, "needs a sweep"),
        ({"outcome": lambda found: found}, "needs a sweep"),
        ({"data": {"x": [0.1, np.nan]}, "outcome": [True, False]}, "'x' must be finite"),
        ({"data": {"x": [0.1], "y": [0.1, 0.2]}, "outcome": [True]}, "one length, got x"),
        ({"data": {}, "outcome": []}, "no varied parameter"),
        ({"data": {"x": np.arange(9)}, "outcome": np.arange(9) > 4}, "40 points or more, got 9"),
        ({"alpha": 0.0}, "alpha must be between 0 and 0.5"),
        ({"mass": 1.0}, "mass must be between"),
        ({"held_out": 1.0}, "held_out must be between"),
        ({"density": 1.5}, "density must be above 0"),
        ({"seed": -1}, "seed must be a whole number"),
    ],
)
def test_bad_questions_are_told_before_any_work(arguments, message):
    x = points()
    with pytest.raises(ValueError, match=message):
        discover(**{"data": x, "outcome": planted(x), **arguments})


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (Comparison(Value("intensty", NAMES[0]), ">", offset=1), "did you mean 'intensity'"),
        (Comparison(Value("intensity", "baseline_2061"), ">", offset=1), "did you mean 'baseline_2016'"),
        (Comparison(Loss("slack", "West", (), NAMES[0]), ">", offset=1), "needs a sweep with measures"),
        (lambda found: found.intensity_min > 1, "choose or combine the others"),
    ],
)
def test_outcomes_that_a_sweep_cannot_answer_are_refused(reset, outcome, message):
    with pytest.raises(ValueError, match=message):
        discover(reset, outcome)


def test_a_box_asks_only_for_parameters_that_are_there():
    x = points()
    box = discover(x, planted(x)).box
    with pytest.raises(ValueError, match="unknown parameter 'p3'"):
        box.contains({"p7": [0.1]})
