import dataclasses
import json

import numpy as np
import pytest
import xarray as xr

import triangle as tri

MODEL = tri.chapter_model()


def test_a_grid_agrees_with_single_solves():
    found = tri.sweep(MODEL, "us_russia_reset", {"sanctions": (0, 1, 3), "detente": [0.2, 0.5, 0.9]})
    assert found.sizes == {"sanctions": 3, "detente": 3}
    base = tri.scenario("us_russia_reset")
    for sanctions in found.sanctions.values:
        for detente in found.detente.values:
            outcome = tri.solve(MODEL, base.with_values(MODEL, sanctions=sanctions, detente=detente))
            here = found.sel(sanctions=sanctions, detente=detente)
            assert int(here.equilibria) == len(outcome.equilibria)
            for measure in MODEL.measures:
                if measure.categories:
                    labels = {measure.categories[int(here[f"{measure.name}_{end}"])] for end in ("min", "max")}
                    assert labels <= set(outcome.measures[measure.name])
                else:
                    low, high = outcome.measures[measure.name]
                    assert float(here[f"{measure.name}_min"]) == pytest.approx(low)
                    assert float(here[f"{measure.name}_max"]) == pytest.approx(high)


def test_several_scenarios_are_a_dimension_over_the_same_points():
    names = ["baseline_2016", "us_russia_reset"]
    both = tri.sweep(MODEL, names, samples=64, design="sobol", seed=3)
    assert both.sizes == {"scenario": 2, "point": 64}
    for k, name in enumerate(names):
        setting = tri.scenario(name)
        point = {key: float(values[7]) for key, values in both.coords.items() if values.dims == ("point",)}
        (found,) = tri.solve(MODEL, setting.with_values(MODEL, **point)).equilibria
        assert float(both.intensity_min[k, 7]) == pytest.approx(found.measures["intensity"])
    rises = both.intensity_min.sel(scenario="us_russia_reset") > both.intensity_max.sel(scenario="baseline_2016")
    assert 0.4 < float(rises.mean()) < 1


def test_the_share_of_the_box_in_which_a_reset_raises_intensity():
    names = ["baseline_2016", "us_russia_reset"]
    found = tri.sweep(MODEL, names, samples=2**13, design="sobol", measures=["intensity", "share"], seed=1)
    before, after = (found.sel(scenario=name) for name in names)
    assert float((after.intensity_min > before.intensity_max).mean()) == pytest.approx(0.715, abs=0.02)
    assert bool((after.share_min > before.share_max).all())


def test_samples_stay_in_the_plausible_range_moved_to_the_scenario():
    found = tri.sweep(MODEL, "baseline_2001", samples=128, design="lhs", measures=["depth"])
    assert "crisis" not in found.coords
    for parameter in MODEL.parameters:
        if parameter.low < parameter.high:
            low, high = parameter.range_at(tri.scenario("baseline_2001").values[parameter.name])
            assert low <= float(found[parameter.name].min())
            assert float(found[parameter.name].max()) <= high


def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads():
    runs = [tri.sweep(MODEL, samples=256, design="sobol", seed=seed, threads=t) for seed, t in ((0, 1), (0, 2), (1, 1))]
    assert runs[0].identical(runs[1])
    assert not runs[0].equals(runs[2])


def test_datasets_are_labelled_and_say_where_they_come_from():
    found = tri.sweep(MODEL, "baseline_2016", {"sanctions": (0, 1, 5)}, measures=["depth", "intensity"])
    assert found.sanctions.attrs["units"] == "index 0–1"
    assert found.intensity_min.attrs["units"] == "index"
    assert found.depth_min.dtype == np.int8
    assert found.depth_min.attrs["flag_meanings"] == "no_equilibrium none partnership alliance"
    assert found.depth_min.attrs["flag_values"].tolist() == [-1, 0, 1, 2]
    for measure in MODEL.measures:
        if measure.categories:
            one = tri.sweep(MODEL, None, {"sanctions": [0.5]}, measures=[measure.name])[f"{measure.name}_min"]
            assert len(one.attrs["flag_meanings"].split()) == len(one.attrs["flag_values"])
    assert found.attrs["model_digest"] == MODEL.digest
    assert json.loads(found.attrs["parameters"])[0]["energy"] == 0.4
    assert found.attrs["concept"] == "pairwise"


def test_points_without_an_equilibrium_are_marked():
    form = tri.GameForm((tri.Player("Row", ["H", "T"]), tri.Player("Column", ["H", "T"])))
    match = np.array([[1.0, -1.0], [-1.0, 1.0]])
    level = tri.Measure("level", ("payoff_Row",), np.round, categories=("low", "high"))
    family = tri.GameFamily(
        form,
        (tri.Parameter("x", 1.0, 0.0, 2.0),),
        (tri.Term("pennies", "x", {"Row": match, "Column": -match}),),
        measures=(level,),
    )
    found = tri.sweep(family, None, {"x": [0.0, 1.0]}, concept="nash")
    assert found.equilibria.values.tolist() == [4, 0]
    assert found.level_min.values.tolist() == [0, -1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vary": {"sanction": (0, 1, 3)}}, "did you mean 'sanctions'"),
        ({"vary": {"sanctions": (0, 1, 0)}}, "n must be at least 1"),
        ({"vary": {"sanctions": (1, 0, 5)}}, "from 1 to 0 is empty"),
        ({"vary": {"sanctions": (0, 2, 5)}}, r"outside \[0, 1\]"),
        ({"vary": {"sanctions": [0.1, np.nan]}}, "finite"),
        ({"vary": {"sanctions": []}}, "list of values"),
        ({"vary": {"sanctions": "all"}}, "number"),
        ({"vary": {}}, "a grid needs vary"),
        ({}, "a grid needs vary"),
        ({"vary": {"sanctions": (0, 1, 10**14)}}, "100,000,000,000,000"),
        ({"vary": dict.fromkeys(("sanctions", "energy"), (0, 1, 10**4))}, r"100,000,000 points; sample"),
        ({"vary": {"sanctions": (0, 1, 3)}, "samples": 8}, "samples belongs to"),
        ({"vary": {"sanctions": (0, 1, 3)}, "measures": ["depht"]}, "did you mean 'depth'"),
        ({"vary": {"sanctions": (0, 1, 3)}, "concept": "nsah"}, "did you mean 'nash'"),
        ({"vary": {"sanctions": (0, 1, 3)}, "scenario": []}, "at least one scenario"),
        ({"design": "sobl", "samples": 8}, "did you mean 'sobol'"),
        ({"design": "sobol"}, "needs samples"),
        ({"design": "sobol", "samples": 100}, "try 128"),
        ({"design": "lhs", "samples": 10**9}, "at most"),
        ({"design": "lhs", "samples": 8, "vary": ["energy", "energy"]}, "varied twice: energy"),
        ({"design": "lhs", "samples": 8, "vary": {"energy": (0, 1, 3)}}, r"takes \(low, high\)"),
        ({"design": "lhs", "samples": 8, "vary": "energy"}, "vary must be a mapping"),
    ],
)
def test_bad_sweeps_are_told_before_any_work(arguments, message):
    with pytest.raises(ValueError, match=message):
        tri.sweep(MODEL, **arguments)


@pytest.mark.parametrize("seed", [0, 2**40])
def test_a_saved_sweep_reads_back_the_same(tmp_path, seed):
    found = tri.sweep(MODEL, samples=8, design="lhs", measures=["depth", "intensity"], seed=seed)
    found.to_netcdf(tmp_path / "sweep.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "sweep.nc", engine="h5netcdf") as back:
        assert back.load().identical(found)


# --- commitments ----------------------------------------------------------------------------------------------


def test_commitments_are_a_dimension_that_holds_the_leader():
    vary = {"sanctions": (0, 1, 3)}
    found = tri.sweep(MODEL, "us_russia_reset", vary, commitments="all")
    assert found.equilibria.dims == ("commitment", "sanctions")
    assert found.commitment.values.tolist() == list(MODEL.form.player("West").actions)
    for action in found.commitment.values:
        held = dataclasses.replace(tri.scenario("us_russia_reset"), held={"West": action})
        alone = tri.sweep(MODEL, held, vary)
        for name in alone.data_vars:
            np.testing.assert_array_equal(found[name].sel(commitment=action), alone[name])


def test_commitments_come_after_scenarios_and_in_the_order_given():
    chosen = ["pressure/engage", "accommodate/engage"]
    names = ["baseline_2016", "us_russia_reset"]
    found = tri.sweep(MODEL, names, samples=8, design="sobol", measures=["share"], commitments=chosen)
    assert found.share_min.dims == ("scenario", "commitment", "point")
    assert found.commitment.values.tolist() == chosen
    one = tri.sweep(MODEL, names, samples=8, design="sobol", measures=["share"], commitments=chosen[1])
    assert one.sizes["commitment"] == 1
    np.testing.assert_array_equal(found.share_min.sel(commitment=chosen[1:]), one.share_min)


@pytest.mark.parametrize(
    ("commitments", "message"),
    [
        (["engage"], "unknown commitment 'engage'"),
        ([], "each once"),
        (["pressure/engage", "pressure/engage"], "each once"),
    ],
)
def test_bad_commitments_are_told(commitments, message):
    with pytest.raises(ValueError, match=message):
        tri.sweep(MODEL, None, {"sanctions": (0, 1, 3)}, commitments=commitments)


def test_a_model_without_a_leader_has_no_commitments():
    with pytest.raises(ValueError, match="has no leader"):
        tri.sweep(dataclasses.replace(MODEL, leader=None), None, {"sanctions": (0, 1, 3)}, commitments="all")


# --- numbers --------------------------------------------------------------------------------------------------


def test_single_precision_changes_the_measures_little_and_the_equilibria_not_at_all():
    asked = {"samples": 2**12, "design": "sobol", "seed": 4}
    double = tri.sweep(MODEL, "baseline_2016", **asked)
    single = tri.sweep(MODEL, "baseline_2016", **asked, dtype="float32")
    np.testing.assert_array_equal(single.equilibria, double.equilibria)
    for measure in MODEL.measures:
        for end in ("min", "max"):
            one, other = single[f"{measure.name}_{end}"], double[f"{measure.name}_{end}"]
            assert one.dtype == (np.int8 if measure.categories else np.float32)
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_what_two_variables_share_cannot_be_changed_by_one_of_them():
    found = tri.sweep(MODEL, "us_russia_reset", {"sanctions": (0, 1, 3)}, measures=["share"])
    assert (found.equilibria == 1).all()
    if np.shares_memory(found.share_min.values, found.share_max.values):
        with pytest.raises(ValueError, match="read-only"):
            found.share_min.values[0] = 0.0
    own = found.copy(deep=True)
    own.share_min.values[0] = 0.0
    assert float(own.share_max[0]) > 0


def test_points_do_not_depend_on_how_many_there_are():
    few, many = (tri.sweep(MODEL, samples=n, design="sobol", measures=["share"], seed=5) for n in (64, 256))
    assert few.equals(many.isel(point=slice(64)))


# --- again ----------------------------------------------------------------------------------------------------

SWEEPS = {
    "grid": {"vary": {"sanctions": (0, 1, 4), "detente": [0.9, 0.2, 0.5]}},
    "sobol": {"vary": ["energy", "detente"], "samples": 16, "design": "sobol", "seed": 3},
    "lhs": {"vary": {"energy": (0.1, 0.2)}, "samples": 5, "design": "lhs", "seed": 2**40},
    "commitments": {"vary": {"sanctions": [0.4]}, "commitments": ["pressure/engage"], "concept": "nash"},
    "single": {"samples": 8, "design": "sobol", "dtype": "float32", "measures": ["share", "depth"]},
}


@pytest.mark.parametrize("asked", SWEEPS.values(), ids=SWEEPS)
@pytest.mark.parametrize(
    "scenarios", [None, "us_russia_reset", ["us_russia_reset"], ["baseline_2001", "baseline_2016"]]
)
def test_a_result_runs_again_to_the_same_bits(asked, scenarios):
    found = tri.sweep(MODEL, scenarios, **asked)
    assert tri.rerun(found).identical(found)


@pytest.mark.parametrize(
    "model",
    [
        tri.chapter_model(bargaining="outside_option", intensity="none", without=["isolation", "arms_trade"]),
        tri.rival_model("wedge"),
    ],
    ids=["variant", "rival"],
)
def test_a_saved_file_runs_again_with_the_model_that_it_names(tmp_path, model):
    name = model.parameters[0].name
    found = tri.sweep(model, None, {name: [0.1, 0.4, 0.35]})
    found.to_netcdf(tmp_path / "sweep.nc", engine="h5netcdf")
    assert tri.rerun(tmp_path / "sweep.nc").identical(found)


def test_a_result_of_another_model_is_not_run_again():
    changed = MODEL.replace(dataclasses.replace(MODEL.parameter("energy"), default=0.41))
    found = tri.sweep(changed, None, {"sanctions": (0, 1, 3)})
    assert tri.rerun(found, changed).identical(found)
    with pytest.raises(ValueError, match=rf"digest {MODEL.digest}, and {changed.digest} was swept .* pass model="):
        tri.rerun(found)
    own = tri.sweep(dataclasses.replace(changed, name="mine"), None, {"sanctions": (0, 1, 3)})
    with pytest.raises(ValueError, match="'mine' is not one of the chapter's: pass it as model="):
        tri.rerun(own)


def test_what_is_no_result_is_not_run_again(tmp_path):
    found = tri.sweep(MODEL, None, {"sanctions": [0.1, 0.4]}, measures=["share"])
    with pytest.raises(ValueError, match="no such file or folder"):
        tri.rerun(tmp_path / "none.nc")
    with pytest.raises(ValueError, match="not the result of a sweep, it has no attribute model_digest"):
        tri.rerun(xr.Dataset({"x": ("y", [1.0])}))
    with pytest.raises(ValueError, match="has lost its axis sanctions"):
        tri.rerun(found.drop_vars("sanctions"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": -1}, "seed is a whole number from 0"),
        ({"seed": 2**63}, "seed is a whole number from 0"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"dtype": "float16"}, "unknown dtype 'float16'"),
        ({"vary": {"sanctions": None}}, "a grid needs"),
        ({"vary": {"sanctions": ("a", 1, 3)}}, "the ends of a range are numbers, got 'a'"),
        ({"vary": {}, "samples": 8, "design": "sobol"}, "vary is empty"),
        ({"scenario": ["baseline_2016", "baseline_2016"]}, "a scenario is given twice"),
        ({"vary": {"sanctions": (0, 1, 10**6), "energy": (0, 1, 10**8 // 10**2)}}, r"TB .*samples=.*store="),
        ({"design": "sobol", "samples": 2**60}, r"at most 2\^52 points"),
    ],
)
def test_further_bad_sweeps_are_told_before_any_work(arguments, message):
    with pytest.raises(ValueError, match=message):
        tri.sweep(MODEL, **({"vary": {"sanctions": (0, 1, 3)}} | arguments))
