import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

import triangle as tri
from sweeping import FAMILY, FORM, files, same_bits
from triangle.cli import app
from triangle.solvers import iterated_dominance, logit_qre
from triangle.studies.dataset import labelled
from triangle.studies.design import Sobol
from triangle.studies.job import Job, packed, run_packed
from triangle.studies.lazy import open_sweep
from triangle.studies.plan import Plan
from triangle.studies.store import StoreError
from triangle.studies.summary import summary

MODEL = tri.chapter_model()
KEPT = ["share", "intensity", "depth", "relation_West_Russia"]
POINTS = 4096
MANY = {"samples": POINTS, "design": "sobol", "concept": "logit_qre", "precision": 3.0, "seed": 2}

_ROW, _COLUMN = FORM.indicator("Row", "", "C"), FORM.indicator("Column", "", "C")
_SAME = _ROW * _COLUMN + (1 - _ROW) * (1 - _COLUMN)
PENNIES = tri.GameFamily(
    FORM,
    parameters=(tri.Parameter("prize", 4.0, 0.0, 9.0),),
    terms=(
        tri.Term("prize", "prize", {"Row": _ROW * _COLUMN}),
        tri.Term("one", "", {"Row": (1 - _ROW) * (1 - _COLUMN), "Column": 1 - _SAME}),
    ),
)


def undefined_below_zero(payoff):
    return np.where(payoff < 0, np.nan, payoff)


def logit(model, scenario, vary, precision, **how):
    return tri.sweep(model, scenario, vary, concept="logit_qre", precision=precision, **how)


def alone(model, scenario, values, precision):
    """Expectations at one point, profile by profile: (strategies, means, probabilities that it is defined)."""
    form, held = model.form, scenario.held if scenario else {}
    values = (scenario.values if scenario else {}) | values
    allowed = [
        [form.player(p).action(held[p])] if p in held else range(len(form.player(p).actions)) for p in form.names
    ]
    payoffs = model.payoffs(values)[np.ix_(range(len(form.names)), *allowed)]
    found = logit_qre(payoffs, precision)
    assert found.status == "converged"
    at = model.evaluate(values)
    means, defined = {}, {}
    for measure in model.measures:
        total = chance = 0.0
        shares = dict.fromkeys(measure.categories, 0.0)
        for places in itertools.product(*(range(len(actions)) for actions in allowed)):
            weight = float(np.prod([s[k] for s, k in zip(found.strategies, places, strict=True)]))
            value = float(at[measure.name][tuple(a[k] for a, k in zip(allowed, places, strict=True))])
            if measure.categories:
                shares[measure.categories[int(value)]] += weight
            elif not np.isnan(value):
                total, chance = total + weight * value, chance + weight
        means[measure.name] = shares if measure.categories else total / chance
        defined[measure.name] = chance
    strategies = {}
    for player, strategy, actions in zip(form.players, found.strategies, allowed, strict=True):
        strategies[player.name] = np.zeros(len(player.actions))
        strategies[player.name][list(actions)] = strategy
    return strategies, means, defined


def assert_as_alone(model, scenario, point, values, precision):
    strategies, means, defined = alone(model, scenario, values, precision)
    assert int(point.status) == 0
    for player, strategy in strategies.items():
        np.testing.assert_allclose(point[f"strategy_{player}"], strategy, atol=1e-9)
    for measure in model.measures:
        if measure.categories:
            found = point[f"{measure.name}_probability"]
            assert found[f"{measure.name}_category"].values.tolist() == list(measure.categories)
            np.testing.assert_allclose(found, list(means[measure.name].values()), atol=1e-9)
        else:
            np.testing.assert_allclose(point[f"{measure.name}_mean"], means[measure.name], rtol=1e-8, atol=1e-9)
            np.testing.assert_allclose(point[f"{measure.name}_defined"], defined[measure.name], atol=1e-9)


# --- what is found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", [0.5, 8.0])
@pytest.mark.parametrize("name", ["baseline_2016", "us_russia_reset"])
def test_a_sweep_gives_what_each_point_gives_alone(name, precision):
    scenario = tri.scenario(name, MODEL)
    found = logit(MODEL, name, {"sanctions": [0.1, 0.8], "detente": [0.3, 0.9]}, precision)
    for s, d in itertools.product(range(2), range(2)):
        values = {"sanctions": float(found.sanctions[s]), "detente": float(found.detente[d])}
        assert_as_alone(MODEL, scenario, found.isel(sanctions=s, detente=d), values, precision)


def test_samples_over_all_parameters_give_what_each_point_gives_alone():
    found = logit(FAMILY, None, None, 6.0, samples=64, design="sobol", seed=1)
    for k in range(0, 64, 9):
        point = found.isel(point=k)
        assert_as_alone(FAMILY, None, point, {name: float(point[name]) for name in ("gain", "cost", "twist")}, 6.0)


@pytest.mark.parametrize("scenario", ["baseline_2016", "us_russia_reset"])
def test_at_precision_zero_play_is_uniform_over_the_actions_that_are_not_ruled_out(scenario):
    setting = tri.scenario(scenario, MODEL)
    found = logit(MODEL, scenario, {"sanctions": [0.0, 1.0]}, 0).isel(sanctions=1)
    held = setting.held.get("West")
    free = [0, 1, 2, 3] if held is None else [MODEL.form.player("West").action(held)]
    np.testing.assert_allclose(found.strategy_West[free], 1 / len(free), atol=1e-15)
    np.testing.assert_allclose(found.strategy_China, 1 / 6, atol=1e-15)
    at = MODEL.evaluate(setting.values | {"sanctions": 1.0})
    for measure in MODEL.measures:
        values = at[measure.name][free]
        if measure.categories:
            shares = [(values == code).mean() for code in range(len(measure.categories))]
            np.testing.assert_allclose(found[f"{measure.name}_probability"], shares, atol=1e-14)
        else:
            np.testing.assert_allclose(found[f"{measure.name}_mean"], np.nanmean(values), atol=1e-13)
            np.testing.assert_allclose(found[f"{measure.name}_defined"], (~np.isnan(values)).mean(), atol=1e-14)


def test_at_a_high_precision_a_game_that_dominance_solves_gives_the_measures_of_its_one_profile():
    found = logit(FAMILY, None, {"gain": (0, 2, 5), "cost": (0, 1, 5), "twist": (-0.9, 1, 5)}, 1e5)
    grids = np.meshgrid(found.gain, found.cost, found.twist, indexing="ij")
    values = {name: grid.ravel() for name, grid in zip(("gain", "cost", "twist"), grids, strict=True)}
    payoffs = FAMILY.payoffs(values)
    left = iterated_dominance(payoffs)
    by_row, by_column = np.diff(payoffs[:, 0], axis=1), np.diff(payoffs[:, 1], axis=2)
    losses = np.abs(np.concatenate([by_row.reshape(-1, 2), by_column.reshape(-1, 2)], axis=1))
    clear = (left[0].sum(axis=1) == 1) & (left[1].sum(axis=1) == 1) & (losses.min(axis=1) > 1e-3)
    assert clear.sum() > 40
    one = np.flatnonzero(clear)
    row, column = left[0].argmax(axis=1)[one], left[1].argmax(axis=1)[one]
    at = FAMILY.evaluate(values)
    assert (found.status.values.ravel()[one] == 0).all()
    np.testing.assert_allclose(found.double_mean.values.ravel()[one], at["double"][one, row, column], atol=1e-12)
    codes = found.sign_probability.values.reshape(-1, 2)[one].argmax(axis=1)
    np.testing.assert_array_equal(codes, at["sign"][one, row, column])
    np.testing.assert_allclose(found.strategy_Row.values.reshape(-1, 2)[one, row], 1.0, atol=1e-12)


def test_payoffs_twice_as_large_at_half_the_precision_give_the_same_play():
    double = tri.GameFamily(
        FORM,
        parameters=FAMILY.parameters,
        terms=tuple(
            tri.Term(t.name, t.weight, {p: 2.0 * v for p, v in t.payoffs.items()}) for t in FAMILY.terms
        ),
    )  # fmt: skip
    vary = {"gain": (0, 2, 3), "twist": (-1, 1, 3)}
    whole, half = logit(FAMILY, None, vary, 4.0), logit(double, None, vary, 2.0)
    np.testing.assert_allclose(half.strategy_Row, whole.strategy_Row, atol=1e-10)


def test_a_measure_is_expected_where_it_is_defined_and_the_chance_of_that_is_told():
    partial = tri.Measure("above", ("payoff_Row",), undefined_below_zero, unit="index")
    never = tri.Measure("never", ("payoff_Row",), lambda payoff: np.full(payoff.shape, np.nan))
    found = logit(FAMILY.add(partial, never), None, {"cost": [0.5]}, 0.0).isel(cost=0)
    row = FAMILY.payoffs({"cost": 0.5})[0]
    assert 0 < (row >= 0).sum() < 4
    assert float(found.above_defined) == pytest.approx((row >= 0).mean())
    assert float(found.above_mean) == pytest.approx(row[row >= 0].mean())
    assert float(found.never_defined) == 0.0
    assert np.isnan(found.never_mean)
    assert float(found.double_defined) == 1.0


def test_where_the_equilibrium_is_not_reached_the_status_says_so_and_no_number_is_given():
    fine, coarse = (logit(PENNIES, None, {"prize": (2, 9, 5)}, precision) for precision in (10.0, 1e10))
    assert (fine.status == 0).all()
    assert fine.residual.max() <= 1e-10
    labels = dict(zip(coarse.status.flag_values, coarse.status.flag_meanings.split(), strict=True))
    assert labels == {0: "converged", 1: "inexact", 2: "lost"}
    assert (coarse.status != 0).all()
    assert ((coarse.residual > 1e-10) & np.isfinite(coarse.residual)).all()
    for name in set(coarse.data_vars) - {"status", "residual"}:
        assert np.isfinite(fine[name]).all()
        assert np.isnan(coarse[name]).all()
    said = summary(coarse)
    assert said["status"] == {"inexact": 5}
    assert set(said["strategies"]["Row"].values()) == {said["numbers"]["payoff_Row"]["mean"]} == {None}
    outcome = tri.solve(PENNIES, None, "logit_qre", precision=1e10)
    assert outcome.status == "inexact"
    assert np.isnan(list(outcome.strategies["Row"].values())).all()
    assert json.loads(json.dumps(outcome.to_dict(), allow_nan=False))["measures"]["payoff_Row"] is None


def test_scenarios_and_commitments_are_dimensions():
    both = logit(MODEL, ["baseline_2001", "baseline_2016"], {"detente": (0, 1, 2)}, 5, commitments="all", measures=KEPT)
    assert dict(both.status.sizes) == {"scenario": 2, "commitment": 4, "detente": 2}
    np.testing.assert_array_equal(both.strategy_West.isel(detente=0), np.broadcast_to(np.eye(4), (2, 4, 4)))
    one = both.sel(scenario="baseline_2016", commitment="pressure/engage")
    base = tri.scenario("baseline_2016", MODEL)
    held = tri.Scenario("x", "x", "", base.values, {**base.held, "West": "pressure/engage"})
    same = logit(MODEL, held, {"detente": (0, 1, 2)}, 5, measures=KEPT)
    np.testing.assert_array_equal(one.strategy_Russia, same.strategy_Russia)
    np.testing.assert_array_equal(one.share_mean, same.share_mean)


def test_solve_gives_the_point_of_a_sweep():
    outcome = tri.solve(MODEL, "us_russia_reset", concept="logit_qre", precision=5)
    value = outcome.scenario.values["sanctions"]
    point = logit(MODEL, "us_russia_reset", {"sanctions": [value]}, 5).isel(sanctions=0)
    assert outcome.status == "converged"
    for player, strategy in outcome.strategies.items():
        np.testing.assert_allclose(list(strategy.values()), point[f"strategy_{player}"], atol=1e-9)
    assert outcome.measures["share"] == pytest.approx(float(point.share_mean), abs=1e-9)
    chances = point.depth_probability.to_series().to_dict()
    assert outcome.measures["depth"] == pytest.approx(chances, abs=1e-9)
    assert outcome.defined["share"] == pytest.approx(float(point.share_defined), abs=1e-9)
    assert "converged, logit_qre at precision 5 per unit of payoff; West held to accommodate/engage" in str(outcome)
    assert outcome.model.measure("share").long_name in outcome._repr_html_().replace("&#x27;", "'")


# --- stores, threads, executors, files ------------------------------------------------------------------------


def test_bits_do_not_depend_on_threads_chunks_executors_or_stores(tmp_path):
    expected = tri.sweep(FAMILY, **MANY, threads=1)
    assert same_bits(tri.sweep(FAMILY, **MANY, threads=2), expected)
    with ThreadPoolExecutor(2) as pool:
        assert same_bits(tri.sweep(FAMILY, **MANY, executor=pool, chunk=1), expected)
    for threads, chunk in ((1, 3 * 1024), (2, 1024)):
        folder = tmp_path / str(chunk)
        assert same_bits(tri.sweep(FAMILY, **MANY, store=folder, chunk=chunk, threads=threads).load(), expected)
    assert len(list((tmp_path / "1024" / "chunks").iterdir())) == 4


def test_a_job_that_was_sent_gives_the_same_bits():
    points = tri.sweep(FAMILY, **MANY)
    setting = tri.Scenario("defaults", "defaults", "", dict(FAMILY.defaults), {})
    ranges = {p.name: (p.low, p.high) for p in FAMILY.parameters}
    plan = Plan(
        FAMILY, (setting,), False, None, Sobol(ranges, POINTS, 2), "logit_qre", FAMILY.measures, "float64", 2, 3.0
    )
    sent = packed(Job(plan, 2048))
    parts = [run_packed(sent, k) for k in range(2)]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    found = labelled(plan.described, whole, plan.design.points(0, POINTS))
    for name in points.data_vars:
        assert found[name].values.tobytes() == points[name].values.tobytes()


def test_a_store_that_was_stopped_is_finished_to_the_same_bytes_and_refuses_another_precision(tmp_path):
    folder = tmp_path / "store"
    whole = tri.sweep(FAMILY, **MANY, store=folder, chunk=1024).load()
    before = files(folder)
    for k in (0, 2):
        (folder / "chunks" / f"{k:08d}.chunk").unlink()
    with pytest.raises(StoreError, match=r"precision is 3\.0 there and 4\.0 here"):
        tri.sweep(FAMILY, **(MANY | {"precision": 4.0}), store=folder)
    again = tri.sweep(FAMILY, **MANY, store=folder)
    assert same_bits(again.load(), whole)
    assert files(folder) == before
    assert same_bits(tri.rerun(folder, FAMILY), whole)


@pytest.mark.parametrize(
    "chosen",
    [
        {"point": slice(1000, 2100)},
        {"point": [4000, 3, 1025], "action_Row": 1},
        {"point": 2048, "sign_category": [1, 0]},
        {"point": slice(5, 4000, 7), "action_Column": slice(None, None, -1)},
        {"action_Row": 0},
    ],
)
def test_a_stored_sweep_reads_any_part_of_what_a_point_has_several_of(tmp_path_factory, chosen):
    folder = tmp_path_factory.getbasetemp() / "logit_store"
    lazy = open_sweep(folder) if folder.exists() else tri.sweep(FAMILY, **MANY, store=folder, chunk=1024)
    whole = lazy.load()
    assert open_sweep(folder).isel(chosen).load().identical(whole.isel(chosen))


def test_a_file_keeps_labels_precision_and_bits_and_runs_again(tmp_path):
    asked = {"vary": {"sanctions": [0.4], "detente": (0, 1, 2)}, "commitments": ["pressure/engage"], "measures": KEPT}
    found = logit(MODEL, ["baseline_2016"], precision=5, dtype="float32", **asked)
    assert found.strategy_West.dtype == found.share_mean.dtype == np.float32
    assert found.attrs["precision"] == 5.0
    assert found.attrs["precision_units"] == "1 / unit of payoff"
    assert found.strategy_West.action_West.values.tolist() == list(MODEL.form.player("West").actions)
    assert found.share_mean.attrs["units"] == MODEL.measure("share").unit
    found.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as saved:
        assert saved.load().identical(found)
    assert tri.rerun(tmp_path / "a.nc").identical(found)


# --- the command line, and what is refused --------------------------------------------------------------------


def command(*arguments):
    return CliRunner().invoke(app, ["sweep", "us_russia_reset", "--vary", "sanctions=0:1:3", *arguments])


def test_the_command_sweeps_and_sums_up(tmp_path):
    out = tmp_path / "a.nc"
    said = command(
        "--concept", "logit_qre", "--precision", "5", "--measures", "share,depth", "--json", "--out", str(out)
    )
    assert said.exit_code == 0, said.output
    told, found = json.loads(said.stdout), logit(MODEL, "us_russia_reset", {"sanctions": (0, 1, 3)}, 5)
    assert (told["precision"], told["points"], told["shape"]) == (5.0, 3, {"sanctions": 3})
    assert told["status"] == {"converged": 3}
    assert told["strategies"]["China"] == pytest.approx(found.strategy_China.mean("sanctions").to_series().to_dict())
    assert told["categories"]["depth"] == pytest.approx(found.depth_probability.mean("sanctions").to_series().to_dict())
    share = {"min": found.share_mean.min(), "mean": found.share_mean.mean(), "max": found.share_mean.max()}
    assert told["numbers"]["share"] == pytest.approx(
        {k: float(v) for k, v in share.items()} | {"defined": 1.0}, abs=1e-3
    )
    shown = command("--concept", "logit_qre", "--precision", "5").stdout
    for part in ("Logit equilibria", "converged", "Strategies, mean probability", "Expected values"):
        assert part in shown


BAD = {
    "missing": (None, "needs precision="),
    "negative": (-1.0, "from 0 on, per unit of payoff; got -1.0"),
    "nan": (float("nan"), "got nan"),
    "infinite": (float("inf"), "got inf"),
    "text": ("float32", "got 'float32'"),
    "true": (True, "got True"),
    "too large": (1e300, "their product must not exceed 1e\\+300"),
}


@pytest.mark.parametrize(("precision", "message"), BAD.values(), ids=BAD)
def test_a_precision_that_is_no_precision_is_refused_before_any_work(tmp_path, precision, message):
    with pytest.raises(ValueError, match=message):
        logit(MODEL, None, {"sanctions": (0, 1, 3)}, precision, store=tmp_path / "store")
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match=message):
        tri.solve(MODEL, None, "logit_qre", precision=precision)


def test_a_precision_belongs_to_logit_equilibria_only():
    for concept in ("nash", "pairwise", "commitment"):
        with pytest.raises(ValueError, match=r"precision=2\.0 belongs to concept='logit_qre'"):
            tri.sweep(MODEL, None, {"sanctions": (0, 1, 3)}, concept=concept, precision=2.0)
        with pytest.raises(ValueError, match=r"precision=2\.0 belongs to concept='logit_qre'"):
            tri.solve(MODEL, None, concept, precision=2.0)
    with pytest.raises(ValueError, match="belongs to concept='logit_qre'"):
        CliRunner().invoke(
            app, ["sweep", "baseline_2016", "--vary", "sanctions=0:1:3", "--precision", "2"],
            catch_exceptions=False, standalone_mode=False,
        )  # fmt: skip


def test_a_figure_and_too_many_points_are_refused_before_any_work(tmp_path):
    with pytest.raises(ValueError, match="logit_qre has probabilities"):
        raise command(
            "--vary", "detente=0:1:3", "--concept", "logit_qre", "--precision", "5", "--figure", str(tmp_path / "a.png")
        ).exception
    with pytest.raises(ValueError, match="from 1 to 2,000,000 points"):
        logit(MODEL, None, {"sanctions": (0, 1, 2001), "detente": (0, 1, 1000)}, 5)
