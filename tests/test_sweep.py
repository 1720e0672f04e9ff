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
        ({"design": "lhs", "samples": 8, "vary": "energy"}, "vary takes names"),
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
