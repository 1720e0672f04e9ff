"""Sensitivity: estimators against closed forms and scipy, then studies of families whose indices are known."""

import json

import numpy as np
import pytest
import xarray as xr
from scipy import stats

import triangle as tri
from triangle.studies.probe import UndefinedMeasureError
from triangle.studies.sensitivity import one_at_a_time, sensitivity
from triangle.studies.sobol import CONSTANT, ESTIMATED, TOO_RARE, design, sobol_indices

MODEL = tri.chapter_model()
ONE = tri.GameForm((tri.Player("Row", ["only"]),))
TWO = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))


def ishigami(x):
    angle = np.pi * (2 * x - 1)
    return np.sin(angle[:, 0]) + 7 * np.sin(angle[:, 1]) ** 2 + 0.1 * angle[:, 2] ** 4 * np.sin(angle[:, 0])


def ishigami_indices(a=7.0, b=0.1):
    alone = 0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = sum(alone) + both
    return np.array(alone) / variance, np.array([alone[0] + both, alone[1], both]) / variance


G = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(x):
    return np.prod((np.abs(4 * x - 2) + G) / (1 + G), axis=1)


def g_indices():
    alone = 1 / (3 * (1 + G) ** 2)
    variance = np.prod(1 + alone) - 1
    total = [alone[k] * np.prod(np.delete(1 + alone, k)) for k in range(len(G))]
    return alone / variance, np.array(total) / variance


def outputs(function, samples, inputs, seed=0):
    f = [function(x) for x in design(samples, inputs, seed)]
    return f[0], f[1], np.array(f[2:])


@pytest.mark.parametrize(
    ("function", "indices", "inputs"), [(ishigami, ishigami_indices, 3), (g_function, g_indices, 4)]
)
def test_estimates_meet_the_closed_forms(function, indices, inputs):
    first, total = indices()
    found = sobol_indices(*outputs(function, 2**13, inputs), resamples=50)
    np.testing.assert_allclose(found.first, first, atol=0.005)
    np.testing.assert_allclose(found.total, total, atol=0.005)
    assert found.status == ESTIMATED


def test_estimates_are_those_of_scipy_on_the_same_points():
    f_a, f_b, f_ab = outputs(ishigami, 256, 3)
    peer = stats.sobol_indices(
        func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": f_ab[:, None]}, n=256, method="saltelli_2010"
    )
    found = sobol_indices(f_a, f_b, f_ab, resamples=10)
    np.testing.assert_allclose(found.first, np.ravel(peer.first_order), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.total, np.ravel(peer.total_order), rtol=1e-10)


def test_intervals_agree_with_a_bootstrap_written_out():
    f_a, f_b, f_ab = outputs(ishigami, 128, 3)
    rng = np.random.default_rng(5)
    draws = [rng.integers(0, 128, 128) for _ in range(40)]
    again = [sobol_indices(f_a[rows], f_b[rows], f_ab[:, rows], resamples=1) for rows in draws]
    found = sobol_indices(f_a, f_b, f_ab, resamples=40, seed=5, confidence=0.8)
    np.testing.assert_allclose(found.first_interval, np.quantile([r.first for r in again], [0.1, 0.9], axis=0))
    np.testing.assert_allclose(found.total_interval, np.quantile([r.total for r in again], [0.1, 0.9], axis=0))


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    first, total = g_indices()
    hits = []
    for seed in range(100):
        a, b = np.random.default_rng(seed).random((2, 256, 4))
        mixed = [np.where(np.arange(4) == k, b, a) for k in range(4)]
        found = sobol_indices(g_function(a), g_function(b), np.array(list(map(g_function, mixed))), 0.9, 200, seed)
        for (low, high), truth in ((found.first_interval, first), (found.total_interval, total)):
            hits.append((low <= truth) & (truth <= high))
    assert 0.85 < np.mean(hits) < 0.95


def test_intervals_do_not_ask_for_memory_by_the_resample(monkeypatch):
    f = outputs(g_function, 512, 4)
    whole = sobol_indices(*f, resamples=64)
    monkeypatch.setattr("triangle.studies.sobol._BLOCK_BYTES", 8 * 512 * 3)
    pieces = sobol_indices(*f, resamples=64)
    np.testing.assert_allclose(pieces.first_interval, whole.first_interval, rtol=1e-12)


def test_an_output_without_variance_has_no_index_and_says_so():
    found = sobol_indices(np.full(64, 0.1), np.full(64, 0.1), np.full((2, 64), 0.1 + 1e-16))
    assert found.status == CONSTANT
    assert np.isnan(found.first).all()
    assert np.isnan(found.total_interval).all()


def test_an_output_that_varies_at_one_point_has_no_interval_and_says_so():
    f_a = np.zeros(64)
    f_a[3] = 1.0
    found = sobol_indices(f_a, np.zeros(64), np.zeros((2, 64)))
    assert found.status == TOO_RARE
    assert np.isfinite(found.total).all()
    assert np.isnan(found.total_interval).all()


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([0.0, np.nan], [0.0, 1.0], [[0.0, 1.0]]), "finite at every point"),
        (([0.0, 1.0], [0.0], [[0.0, 1.0]]), "shapes must be"),
        (([], [], [[]]), "shapes must be"),
    ],
)
def test_bad_outputs_are_refused(arrays, message):
    with pytest.raises(ValueError, match=message):
        sobol_indices(*map(np.array, arrays))


def polynomial():
    """One player, one action: 2x + y + 4xz."""
    terms = [tri.Term(weight, weight, {"Row": [size]}) for weight, size in (("x", 2), ("y", 1), ("x*z", 4))]
    return tri.GameFamily(ONE, [tri.Parameter(name, 0.5, 0.0, 1.0) for name in "xyz"], terms)


def test_a_polynomial_payoff_has_its_closed_form_indices():
    found = sensitivity(polynomial(), None, "payoff_Row", samples=2**12)
    alone, both = np.array([16, 1, 4]) / 12, np.array([16, 0, 16]) / 144
    variance = alone.sum() + 16 / 144
    np.testing.assert_allclose(found.first_order, alone / variance, atol=0.005)
    np.testing.assert_allclose(found.total_order, (alone + both) / variance, atol=0.005)
    assert float(found.output_mean) == pytest.approx(2.5, abs=1e-3)
    assert float(found.output_variance) == pytest.approx(variance, rel=1e-2)
    assert (found.total_order_low <= found.total_order).all()
    assert (found.total_order <= found.total_order_high).all()
    assert found.end == "unique"
    assert found.attrs["evaluations"] == 2**12 * 5


def coordination():
    """Both coordinate on C, worth x to each, or on D, worth y: two equilibria everywhere."""
    c, d = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    return tri.GameFamily(
        TWO,
        [tri.Parameter(name, 1.5, 1.0, 2.0) for name in "xy"],
        [tri.Term("c", "x", {"Row": c, "Column": c}), tri.Term("d", "y", {"Row": d, "Column": d})],
        measures=[
            tri.Measure("worth", ("payoff_Row",), np.abs),
            tri.Measure("high", ("payoff_Row",), np.round, categories=("nil", "low", "high")),
        ],
    )


def test_several_equilibria_give_both_ends():
    found = sensitivity(coordination(), None, "worth", samples=2**12, concept="nash")
    assert found.sizes == {"end": 2, "parameter": 2}
    np.testing.assert_allclose(found.first_order, 0.4, atol=0.01)
    np.testing.assert_allclose(found.total_order, 0.6, atol=0.01)
    np.testing.assert_allclose(found.output_mean, [4 / 3, 5 / 3], atol=1e-3)
    for end in ("min", "max"):
        one = sensitivity(coordination(), None, "worth", samples=2**12, concept="nash", end=end)
        assert one.end == end
        np.testing.assert_array_equal(one.total_order, found.total_order.sel(end=end))
    assert sensitivity(polynomial(), None, "payoff_Row", samples=8, end="both").sizes["end"] == 2


def test_a_category_is_in_every_equilibrium_or_in_some():
    found = sensitivity(coordination(), None, "high", samples=2**10, concept="nash")
    assert found.category.values.tolist() == ["nil", "low", "high"]
    # x and y are both below 1.5, hence low, in a quarter of the square; at least one of them in three quarters.
    np.testing.assert_allclose(found.output_mean, [[0, 0.25, 0.25], [0, 0.75, 0.75]], atol=0.01)
    np.testing.assert_allclose(found.first_order.sel(category=["low", "high"]), 1 / 3, atol=0.02)
    assert found.status.sel(category="nil").values.tolist() == [CONSTANT, CONSTANT]
    assert found.first_order.sel(category="nil").isnull().all()
    assert found.status.attrs["flag_meanings"].split() == ["estimated", "constant", "too_rare"]


def test_a_change_is_taken_between_scenarios_displaced_alike():
    family = polynomial()
    low = tri.Scenario("low", "low", "", {"x": 0.25, "y": 0.5, "z": 0.5})
    high = tri.Scenario("high", "high", "", {"x": 0.75, "y": 0.5, "z": 0.5})
    found = sensitivity(family, high, "payoff_Row", vary={"x": (0.6, 0.9), "z": (0, 1)}, against=low, samples=2**10)
    # 2·0.5 + 4·0.5·z: x moves both scenarios alike and drops out.
    np.testing.assert_allclose(found.total_order, [0.0, 1.0], atol=1e-6)
    assert float(found.output_mean) == pytest.approx(2.0, abs=1e-3)
    assert json.loads(found.attrs["scenarios"]) == ["high", "low"]
    assert found.output_mean.attrs["long_name"] == "mean of the change of payoff of Row"
    cut = sensitivity(family, high, "payoff_Row", vary={"x": (0.0, 1.0)}, against=low, samples=2**10)
    # The other scenario's x is cut at 0 where this one's is below 0.5, so there it is no longer displaced alike.
    x = np.random.default_rng(0).random(10**5)
    truth = 4 * (x - np.clip(x - 0.5, 0, 1))
    assert float(cut.output_mean) == pytest.approx(truth.mean(), abs=0.01)


def test_a_change_over_several_equilibria_spans_every_pair_of_them():
    model = coordination()
    before, after = (tri.Scenario(name, name, "", {"x": 1.5, "y": 1.5}) for name in ("before", "after"))
    found = sensitivity(model, after, "worth", against=before, samples=2**10, concept="nash")
    np.testing.assert_allclose(found.output_mean, [-1 / 3, 1 / 3], atol=0.01)


def test_the_change_that_a_reset_makes_agrees_with_sweeps_of_both_scenarios():
    found = sensitivity(MODEL, "us_russia_reset", "intensity", samples=2**10, against="baseline_2016")
    both = tri.sweep(MODEL, ["us_russia_reset", "baseline_2016"], samples=2**12, design="sobol", measures=["intensity"])
    change = both.intensity_min[0] - both.intensity_max[1]
    assert float(found.output_mean) == pytest.approx(float(change.mean()), abs=0.01)
    assert float(found.output_variance) == pytest.approx(float(change.var()), rel=0.05)
    assert found.total_order.idxmax() == "isolation"


def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads():
    asked = {"scenario": "us_russia_reset", "measure": "share", "samples": 64}
    runs = [sensitivity(MODEL, seed=seed, threads=threads, **asked) for seed, threads in ((0, 1), (0, 2), (1, 1))]
    assert runs[0].identical(runs[1])
    assert not runs[0].equals(runs[2])


def test_results_are_labelled_and_can_be_saved(tmp_path):
    found = sensitivity(MODEL, "us_russia_reset", "share", samples=16, vary=["energy", "power_gap"])
    assert found.sel(parameter="energy").scenario_value == 0.4
    assert found.low.values.tolist() == [0.3, 0.48]
    assert found.attrs["model_digest"] == MODEL.digest
    assert json.loads(found.attrs["held"]) == [{"West": "accommodate/engage"}]
    found.to_netcdf(tmp_path / "found.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "found.nc", engine="h5netcdf") as back:
        xr.testing.assert_identical(back.load(), found)


def test_a_measure_without_a_value_is_an_error_that_counts_and_gives_an_example():
    match = np.array([[1.0, -1.0], [-1.0, 1.0]])
    pennies = tri.GameFamily(
        TWO,
        [tri.Parameter("x", 1.0, -1.0, 1.0), tri.Parameter("y", 0.5, 0.0, 1.0)],
        [tri.Term("pennies", "x", {"Row": match, "Column": -match})],
    )
    with pytest.raises(
        UndefinedMeasureError, match=r"256 of 256 points .* \(256 without an equilibrium, 0 with"
    ) as told:
        sensitivity(pennies, None, "payoff_Row", samples=64, concept="nash")
    assert set(told.value.example) == {"x", "y"}
    with pytest.raises(UndefinedMeasureError, match=r"no value at 8 of 8 points .* 8 with one in which it does not"):
        sensitivity(MODEL, None, "share", samples=2, vary=["energy", "arms"], concept="nash")


def test_the_example_in_the_error_is_a_point_without_a_value():
    family = tri.GameFamily(
        ONE,
        [tri.Parameter("x", 0.5, 0.0, 1.0), tri.Parameter("y", 0.5, 0.0, 1.0)],
        [tri.Term("x", "x", {"Row": [1.0]}), tri.Term("y", "y", {"Row": [0.5]})],
        measures=[tri.Measure("root", ("payoff_Row",), undefined_above_one)],
    )
    with pytest.raises(UndefinedMeasureError) as told:
        sensitivity(family, None, "root", samples=64)
    assert told.value.example["x"] + 0.5 * told.value.example["y"] > 1
    assert 0 < told.value.undefined < told.value.points == 256


def undefined_above_one(payoff):
    return np.where(payoff > 1, np.nan, payoff)


def test_one_at_a_time_agrees_with_single_solves():
    found = one_at_a_time(MODEL, "us_russia_reset", "share", vary=["energy", "power_gap"], against="baseline_2016")
    reset, baseline = tri.scenario("us_russia_reset"), tri.scenario("baseline_2016")

    def change(**values):
        (after,) = tri.solve(MODEL, reset.with_values(MODEL, **values)).equilibria
        (before,) = tri.solve(MODEL, baseline.with_values(MODEL, **values)).equilibria
        return after.measures["share"] - before.measures["share"]

    assert float(found.base) == pytest.approx(change())
    for name in ("energy", "power_gap"):
        for side in ("low", "high"):
            at = found.sel(parameter=name, side=side)
            assert float(at.value) == pytest.approx(change(**{name: float(at[side])}))


def test_one_at_a_time_keeps_both_ends_and_leaves_a_gap_where_there_is_no_value():
    both = one_at_a_time(coordination(), None, "worth", concept="nash", vary={"x": (1.0, 2.0)})
    assert both.value.sel(parameter="x").values.tolist() == [[1.0, 1.5], [1.5, 2.0]]
    assert both.base.values.tolist() == [1.5, 1.5]
    family = tri.GameFamily(
        ONE,
        [tri.Parameter("x", 0.5, 0.0, 2.0)],
        [tri.Term("x", "x", {"Row": [1.0]})],
        measures=[tri.Measure("root", ("payoff_Row",), undefined_above_one)],
    )
    gap = one_at_a_time(family, None, "root")
    np.testing.assert_array_equal(gap.value, [[0.0, np.nan]])
    with pytest.raises(UndefinedMeasureError, match="no value at 1 of 1 points"):
        one_at_a_time(family, tri.Scenario("far", "far", "", {"x": 1.5}), "root")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measure": "shares"}, "did you mean 'share'"),
        ({"vary": ["energi"]}, "did you mean 'energy'"),
        ({"vary": {"energi": (0, 1)}}, "did you mean 'energy'"),
        ({"vary": ["energy", "energy"]}, "varied twice: energy"),
        ({"vary": ["crisis"]}, "range from 0 to 0 is empty"),
        ({"vary": {"energy": (1, 0)}}, "from 1 to 0 is empty"),
        ({"vary": {"energy": (0, 2)}}, r"outside \[0, 1\]"),
        ({"vary": {"energy": (0, np.nan)}}, "finite"),
        ({"vary": {"energy": 0.5}}, "vary must be a mapping"),
        ({"vary": {"energy": ("a", "b")}}, "vary must be a mapping"),
        ({"vary": "energy"}, "vary must be a mapping"),
        ({"vary": []}, "no parameter to vary"),
        ({"samples": 100}, "powers of two"),
        ({"samples": 1}, "powers of two"),
        ({"samples": 64.0}, "samples must be a whole number"),
        ({"concept": "nsah"}, "did you mean 'nash'"),
        ({"end": "mean"}, "unknown end 'mean'"),
        ({"confidence": 95}, "between 0 and 1"),
        ({"seed": -1}, "whole number from 0"),
        ({"against": "baseline_2061"}, "did you mean 'baseline_2016'"),
    ],
)
def test_bad_questions_are_told_before_any_work(arguments, message):
    with pytest.raises(ValueError, match=message):
        sensitivity(MODEL, **{"scenario": "us_russia_reset", "measure": "share", "samples": 8, **arguments})
