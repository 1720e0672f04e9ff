"""Tornadoes of Sobol indices and of one parameter at a time, and the peeling trajectory."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

import triangle as tri
from triangle.studies.discovery import discover
from triangle.studies.sensitivity import one_at_a_time, sensitivity

MODEL = tri.chapter_model()
NAMES = ["us_russia_reset", "baseline_2016"]
ONE = tri.GameForm((tri.Player("Row", ["only"]),))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def indices():
    return sensitivity(MODEL, NAMES[0], "intensity", samples=64, against=NAMES[1])


def family(weights, measures=()):
    terms = [tri.Term(weight, weight, {"Row": [size]}) for weight, size in weights.items()]
    parameters = [tri.Parameter(name, 0.5, 0.0, 1.0, unit="tons", meaning=f"how much {name}") for name in "xyz"]
    return tri.GameFamily(ONE, parameters, terms, measures=measures)


def named(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() == "parameter"]


def bars(ax):
    """The bars of each place from the top, as (start, end), whichever way they run."""
    found = {}
    for patch in ax.patches:
        if patch.get_width() != 0:
            place = round(patch.get_y() + patch.get_height() / 2)
            found.setdefault(place, []).append((patch.get_x(), patch.get_x() + patch.get_width()))
    return [found[k] for k in sorted(found)]


def test_indices_are_bars_the_longest_on_top_with_their_intervals(indices):
    figure, (ax,) = tri.plot.tornado(indices, top=5)
    ranked = indices.parameter.values[np.argsort(-indices.total_order.values)][:5]
    assert named(ax) == list(ranked)
    for name, ends in zip(ranked, bars(ax), strict=True):
        here = indices.sel(parameter=name)
        np.testing.assert_allclose(sorted(end for _, end in ends), sorted([here.first_order, here.total_order]))
    intervals = np.concatenate([[segment[:, 0] for segment in lines.get_segments()] for lines in ax.collections])
    expected = [
        [float(indices[f"{order}_low"].sel(parameter=name)), float(indices[f"{order}_high"].sel(parameter=name))]
        for order in ("total_order", "first_order")
        for name in ranked
    ]
    np.testing.assert_allclose(intervals, expected)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["total index, 95% interval", "first-order index, 95% interval"]
    assert ax.get_xlabel() == "share of the variance"
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_the_figure_says_what_it_shows_and_what_it_leaves_out(indices):
    figure, _ = tri.plot.tornado(indices, top=5)
    assert figure.get_suptitle().splitlines() == [
        "What accounts for the change of intensity of cooperation (K)",
        "US–Russia reset against The triangle in 2016",
    ]
    (source,) = [text.get_text().replace("\n", " ") for text in figure.texts if "digest" in text.get_text()]
    assert "34 more parameters, none beyond a total index of" in source
    assert "us_russia_reset: West held to accommodate/engage" in source
    assert "2,624 solutions, seed 0" in source


def test_parameters_that_change_nothing_have_no_bar():
    figure, (ax,) = tri.plot.tornado(sensitivity(family({"x": 1, "y": 2}), None, "payoff_Row", samples=64))
    assert named(ax) == ["y", "x"]
    assert any("1 more parameters change nothing" in text.get_text() for text in figure.texts)
    assert "how much y" in [text.get_text() for text in ax.texts]


def above(payoff):
    return np.asarray(payoff > 1.0, dtype=float)


def test_categories_that_vary_have_a_panel_each():
    level = tri.Measure("level", ("payoff_Row",), above, categories=("low", "high", "never"))
    found = sensitivity(family({"x": 1, "y": 1}, [level]), None, "level", samples=64)
    _, axes = tri.plot.tornado(found)
    assert [ax.get_title() for ax in axes] == ["low", "high"]
    _, axes = tri.plot.tornado(found, category="high")
    assert len(axes) == 1
    with pytest.raises(ValueError, match="unknown category 'hihg'; did you mean 'high'"):
        tri.plot.tornado(found, category="hihg")
    with pytest.raises(ValueError, match="does not vary with any parameter"):
        tri.plot.tornado(found, category="never")


def test_both_ends_over_the_equilibria_have_a_panel_each():
    form = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
    terms = [
        tri.Term(name, name, {"Row": np.diag(where), "Column": np.diag(where)})
        for name, where in (("x", [1.0, 0.0]), ("y", [0.0, 1.0]))
    ]
    model = tri.GameFamily(form, [tri.Parameter(name, 1.5, 1.0, 2.0) for name in "xy"], terms)
    for found in (
        sensitivity(model, None, "payoff_Row", samples=64, concept="nash"),
        one_at_a_time(model, None, "payoff_Row", concept="nash"),
    ):
        _, axes = tri.plot.tornado(found)
        assert [ax.get_title() for ax in axes] == ["least over the equilibria", "greatest over the equilibria"]


def test_indices_without_an_interval_are_drawn_without_one_and_this_is_said():
    rare = tri.Measure("rare", ("payoff_Row",), very_high, categories=("no", "yes"))
    found = sensitivity(family({"x": 1, "y": 1}, [rare]), None, "rare", samples=256)
    assert found.status.values.tolist() == [2, 2]
    figure, axes = tri.plot.tornado(found)
    assert not axes[0].collections
    assert any("no interval where the outcome varies" in text.get_text().replace("\n", " ") for text in figure.texts)


def very_high(payoff):
    return np.asarray(payoff > 1.9, dtype=float)


def test_one_at_a_time_runs_from_the_scenario_to_both_ends():
    figure, (ax,) = tri.plot.tornado(one_at_a_time(family({"x": 1, "y": -4, "z": 2}), None, "payoff_Row"))
    assert named(ax) == ["y", "z", "x"]
    base = -0.5
    for (low, high), reach in zip(bars(ax), (-4, 2, 1), strict=True):
        assert (low[0], high[0]) == (base, base)
        assert (low[1], high[1]) == (base - reach / 2, base + reach / 2)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "low end of the range",
        "high end of the range",
    ]
    assert ax.get_xlabel() == "payoff of Row (index)"
    beside = [text.get_text() for text in ax.texts if text.get_text() in ("0", "1")]
    assert sorted(beside) == ["0", "0", "0", "1", "1", "1"]


def test_both_ends_on_one_side_are_seen_and_said():
    shape = tri.Measure("shape", ("payoff_Row",), away)
    _, (ax,) = tri.plot.tornado(one_at_a_time(family({"x": 1}, [shape]), None, "shape", vary={"x": (0.0, 0.9)}))
    assert sorted(end for _, end in bars(ax)[0]) == pytest.approx([0.16, 0.25])
    front = {patch.get_zorder(): patch.get_width() for patch in ax.patches if patch.get_width()}
    assert front[max(front)] < front[min(front)]
    assert "0 (low), 0.9 (high)" in [text.get_text() for text in ax.texts]


def away(payoff):
    return (payoff - 0.5) ** 2


def test_an_end_without_a_value_is_said():
    root = tri.Measure("root", ("payoff_Row",), below)
    found = one_at_a_time(family({"x": 1, "y": 0.1}, [root]), None, "root")
    figure, (ax,) = tri.plot.tornado(found)
    assert "no value at 1" in [text.get_text() for text in ax.texts]
    assert any("no value at an end of x" in text.get_text().replace("\n", " ") for text in figure.texts)


def below(payoff):
    return np.where(payoff > 0.9, np.nan, payoff)


@pytest.mark.parametrize(
    ("arguments", "message"), [({"top": 0}, "top must be"), ({"category": "high"}, "the measure has no categories")]
)
def test_bad_arguments_are_told(indices, arguments, message):
    with pytest.raises(ValueError, match=message):
        tri.plot.tornado(indices, **arguments)


def test_other_datasets_are_refused():
    with pytest.raises(ValueError, match="from the result of sensitivity or of one_at_a_time"):
        tri.plot.tornado(xr.Dataset())
    with pytest.raises(ValueError, match="nothing to draw"):
        tri.plot.tornado(one_at_a_time(family({"x": 1}), None, "payoff_Row", vary=["y"]))


def test_the_trajectory_is_drawn_on_the_points_kept_apart():
    rng = np.random.default_rng(0)
    x = {"a": rng.random(800), "b": rng.random(800)}
    found = discover(x, (x["a"] > 0.5) & (x["b"] < 0.4), name="a is large")
    figure, (ax,) = tri.plot.trajectory(found)
    dots = ax.collections[0].get_offsets()
    np.testing.assert_allclose(dots[:, 0], [box.held_out.coverage for box in found.trajectory])
    np.testing.assert_allclose(dots[:, 1], [box.held_out.density for box in found.trajectory])
    assert figure.get_suptitle() == "Where a is large"
    assert "the box: a, b" in [text.get_text() for text in figure.legends[0].get_texts()]
    with pytest.raises(ValueError, match="no trajectory to draw: the outcome occurs never"):
        tri.plot.trajectory(discover(x, np.zeros(800, dtype=bool)))
