"""Phase diagrams: colours, hatches, the cross, the legend, and what cannot be drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

import triangle as tri
from triangle.views.plot.panels import PIXELS
from triangle.views.plot.regions import Regions, regions
from triangle.views.plot.style import OTHER, PALETTE

MODEL = tri.chapter_model()
GRID = {"detente": (0, 1, 21), "ambition": (0.0125, 1.0125 - 0.025, 21)}
TWO = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def reset():
    return tri.sweep(MODEL, "us_russia_reset", GRID)


def small():
    """Matching pennies times x and, times y, a prize for meeting: two equilibria where y is large, else none."""
    match, prize = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[1.0, -1.0], [-1.0, 0.5]])
    worth = tri.Measure("worth", ("payoff_Row",), np.abs, long_name="worth of it", unit="points")
    side = tri.Measure("side", ("payoff_Row",), high_or_low, long_name="which side", categories=("low", "high, or so"))
    family = tri.GameFamily(
        TWO,
        [tri.Parameter("x", 0.5, 0.0, 1.0, unit="tons"), tri.Parameter("y", 0.5, 0.0, 1.0)],
        [
            tri.Term("pennies", "x", {"Row": match, "Column": -match}),
            tri.Term("both", "y", {"Row": prize, "Column": prize}),
        ],
        measures=[worth, side],
    )
    return tri.sweep(family, None, {"x": (0, 1, 12), "y": (0, 1, 10)}, concept="nash")


def high_or_low(payoff):
    return np.asarray(payoff > 0.9, dtype=float)


def legend(figure):
    return [text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts()]


def seen(ax):
    """The colour of the picture at places from 0 to 1 along the axes."""
    image = ax.images[0].get_array()

    def at(x, y):
        return tuple(int(part) for part in image[int(y * PIXELS), int(x * PIXELS)])

    return at


def rgb(colour):
    return tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))


def test_each_outcome_has_a_colour_and_a_label_that_names_it(reset):
    figure, (ax,) = tri.plot.phase(reset)
    labels = [" ".join(label.split()) for label in legend(figure)]
    assert labels[:4] == [
        f"{letter} West–Russia relation: {russia} West–China relation: {china}"
        for letter, russia, china in (
            ("A", "mixed", "mixed"),
            ("B", "mixed", "friendly"),
            ("C", "friendly", "mixed"),
            ("D", "friendly", "friendly"),
        )
    ]
    at = seen(ax)
    places = {"A": (0.1, 0.8), "B": (0.1, 0.2), "C": (0.9, 0.8), "D": (0.9, 0.2)}
    for k, (x, y) in enumerate(places.values()):
        np.testing.assert_allclose(at(x, y), rgb(PALETTE[k]), atol=1)
    for detente, ambition in places.values():
        here = reset.sel(detente=detente, ambition=ambition, method="nearest")
        code = 2 * int(here.relation_West_Russia_min == 2) + int(here.relation_West_China_min == 2)
        np.testing.assert_allclose(at(detente, ambition), rgb(PALETTE[code]), atol=1)


def test_regions_carry_their_letters_so_that_grey_print_tells_them_apart(reset):
    _, (ax,) = tri.plot.phase(reset)
    placed = {text.get_text(): text.get_position() for text in ax.texts}
    assert set("ABCD") <= set(placed)
    assert placed["A"][0] < 0.3 < placed["C"][0]
    assert placed["B"][1] < 0.4 < placed["A"][1]


def test_axes_have_long_names_and_units_and_the_figure_says_where_it_comes_from(reset):
    figure, (ax,) = tri.plot.phase(reset)
    assert " ".join(ax.get_xlabel().split()) == "Russia's gain from mutual détente with the West (index 0–1)"
    assert "ambition" not in ax.get_ylabel()
    assert ax.get_xlim() == (0.0, 1.0)
    (source,) = [text.get_text().replace("\n", " ") for text in figure.texts if "digest" in text.get_text()]
    assert source.startswith(reset.attrs["source"])
    assert MODEL.digest in source
    assert "concept pairwise; West held to accommodate/engage" in source
    assert figure.get_suptitle() == "US–Russia reset"
    assert tri.plot.phase(reset, title="My own")[0].get_suptitle() == "My own"


def test_the_scenario_is_marked_by_a_labelled_cross(reset):
    _, (ax,) = tri.plot.phase(reset)
    (cross,) = [line for line in ax.lines if line.get_marker() == "X"]
    values = tri.scenario("us_russia_reset").values
    assert (cross.get_xdata()[0], cross.get_ydata()[0]) == (values["detente"], values["ambition"])
    assert "the scenario" in [text.get_text() for text in ax.texts]


def test_a_scenario_outside_the_picture_is_said():
    found = tri.sweep(MODEL, "us_russia_reset", {"detente": (0.6, 1, 5), "ambition": (0, 1, 5)})
    figure, (ax,) = tri.plot.phase(found)
    assert not ax.lines
    assert any("own values lie outside" in text.get_text().replace("\n", " ") for text in figure.texts)


def test_several_equilibria_are_hatched_and_none_is_crossed():
    found = small()
    figure, (ax,) = tri.plot.phase(found, "side")
    assert {"several equilibria (up to 4)", "no equilibrium"} <= set(legend(figure))
    at = seen(ax)
    several, empty = (found.equilibria > 1).values, (found.equilibria == 0).values
    assert several.any()
    assert empty.any()
    x, y = np.argwhere(empty)[len(np.argwhere(empty)) // 2] / (np.array(empty.shape) - 1)
    colours = {at(x + dx / PIXELS, y) for dx in range(-15, 15)}
    assert colours == {(255, 255, 255), (140, 140, 140)}
    x, y = np.argwhere(several & (found.equilibria == 2).values)[-1] / (np.array(several.shape) - 1) - 0.03
    light, dark = sorted({at(x + dx / PIXELS, y) for dx in range(-10, 10)}, key=sum, reverse=True)[:2]
    assert sum(dark) < 0.5 * sum(light)


def test_a_sweep_with_one_equilibrium_everywhere_has_no_mark_in_the_legend():
    figure, _ = tri.plot.phase(tri.sweep(MODEL, None, {"energy": (0.3, 0.5, 3), "arms": (0.1, 0.2, 3)}))
    assert [" ".join(label.split()) for label in legend(figure)] == ["A partnership"]


def test_a_category_over_several_equilibria_names_both_ends():
    found = small()
    figure, _ = tri.plot.phase(found, "side")
    assert figure.legends[0].get_title().get_text() == "which side"
    assert all("high or so" in label or "low" in label for label in legend(figure)[:2])


def test_numbers_are_on_one_scale_with_a_bar_and_unit():
    found = tri.sweep(MODEL, "us_russia_reset", GRID, measures=["share"])
    figure, axes = tri.plot.phase(found, "share")
    assert len(axes) == 1
    bar = figure.axes[-1]
    assert bar.get_ylabel() == "Russia's share of the product"
    np.testing.assert_allclose(bar.get_ylim(), (found.share_min.min(), found.share_min.max()))


def test_numbers_that_differ_between_equilibria_are_drawn_twice_on_one_scale():
    found = small()
    figure, axes = tri.plot.phase(found, "worth")
    assert [ax.get_title() for ax in axes] == ["least over the equilibria", "greatest over the equilibria"]
    np.testing.assert_allclose(figure.axes[-1].get_ylim(), (found.worth_min.min(), found.worth_max.max()))
    assert figure.axes[-1].get_ylabel() == "worth of it (points)"
    assert axes[0].get_xlabel() == "x (tons)"


def test_scenarios_and_commitments_have_a_panel_each():
    grid = {"detente": (0, 1, 4), "ambition": (0, 1, 3)}
    both = tri.sweep(MODEL, ["us_russia_reset", "baseline_2001"], grid)
    figure, axes = tri.plot.phase(both)
    assert [ax.get_title() for ax in axes] == ["US–Russia reset", "The triangle in 2001"]
    assert figure.get_suptitle() == ""
    crosses = [(float(ax.lines[0].get_xdata()[0]), float(ax.lines[0].get_ydata()[0])) for ax in axes]
    values = [tri.scenario(name).values for name in ("us_russia_reset", "baseline_2001")]
    assert crosses == [(each["detente"], each["ambition"]) for each in values]
    every = tri.sweep(MODEL, "baseline_2016", grid, commitments="all")
    figure, axes = tri.plot.phase(every, "intensity")
    assert [ax.get_title() for ax in axes] == list(every.commitment.values)
    assert figure.get_suptitle() == "The triangle in 2016"


def test_uneven_and_descending_values_are_drawn_where_they_are():
    values = [1.0, 0.9, 0.5, 0.0]
    found = tri.sweep(MODEL, "us_russia_reset", {"detente": values, "ambition": (0.0, 0.3, 2)})
    _, (ax,) = tri.plot.phase(found)
    at = seen(ax)
    assert ax.get_xlim() == (0.0, 1.0)
    # Détente pays from about 0.3: of the values given that is halfway between 0 and 0.5.
    assert at(0.22, 0.2) != at(0.28, 0.2)
    assert at(0.1, 0.2) == at(0.22, 0.2)


def synthetic(codes, equilibria=None):
    codes = np.asarray(codes, dtype=np.int8)
    meanings = " ".join(["none", *(f"k{code}" for code in range(30))])
    attrs = {"flag_values": np.arange(-1, 30, dtype=np.int8), "flag_meanings": meanings}
    counts = np.ones(codes.shape, dtype=np.int16) if equilibria is None else np.asarray(equilibria, dtype=np.int16)
    return xr.Dataset(
        {"equilibria": (("y", "x"), counts), "m_min": (("y", "x"), codes, attrs), "m_max": (("y", "x"), codes, attrs)},
        {"x": np.arange(codes.shape[1], dtype=float), "y": np.arange(codes.shape[0], dtype=float)},
    )


def test_rare_outcomes_share_a_colour_and_are_counted():
    codes = np.zeros((100, 100))
    codes[:50] = 1
    codes[0, :3] = [5, 6, 7]
    found = regions([synthetic(codes)], ["m"], 14)
    assert found.labels == ("k0", "k1")
    assert (found.others, found.rare) == (3, 0.0003)
    assert (found.index[0][0, :3] == Regions.OTHER).all()
    figure, _ = tri.plot.phase(synthetic(codes))
    assert "3 rarer outcomes (0.0% of the points)" in legend(figure)
    assert OTHER not in PALETTE


def test_a_single_rare_outcome_keeps_its_name():
    codes = np.zeros((100, 100))
    codes[0, 0] = 9
    assert regions([synthetic(codes)], ["m"], 14).labels == ("k0", "k9")


def test_many_outcomes_keep_the_commonest():
    codes = np.repeat(np.arange(20), 5).reshape(10, 10)
    found = regions([synthetic(codes)], ["m"], 14)
    assert len(found.labels) == 14
    assert found.others == 6


@pytest.mark.parametrize("most", [2**22, 4])
def test_combinations_are_told_apart_however_the_table_is_packed(monkeypatch, most):
    monkeypatch.setattr("triangle.views.plot.regions._MOST", most)
    rng = np.random.default_rng(0)
    one, two = synthetic(rng.integers(0, 3, (30, 30))), synthetic(rng.integers(0, 4, (30, 30)))
    both = one.assign({"n_min": two.m_min, "n_max": two.m_max})
    found = regions([both], ["m", "n"], 14)
    pairs = one.m_min.values * 4 + two.m_min.values
    for label in range(12):
        assert len(np.unique(pairs[found.index[0] == label])) == 1
    assert found.labels[0] == "m: k0\nn: k0"


def test_measures_that_tell_nothing_apart_are_not_named():
    one = synthetic(np.arange(100).reshape(10, 10) // 50)
    both = one.assign({"n_min": 2 * one.m_min, "n_max": 2 * one.m_max, "o_min": 0 * one.m_min, "o_max": 0 * one.m_max})
    for name in ("n_min", "o_min"):
        both[name].attrs = one.m_min.attrs
    found = regions([both], ["o", "m", "n"], 14)
    assert (found.title, found.labels) == ("m", ("k0", "k1"))


@pytest.mark.parametrize(
    ("vary", "arguments", "message"),
    [
        ({"detente": (0, 1, 3)}, {}, r"needs two varied parameters, this sweep has 1 \(detente\)"),
        ({"detente": (0, 1, 2), "ambition": (0, 1, 2), "energy": (0, 1, 2)}, {}, r"has 3 .* with \.sel\(\)"),
        ({"detente": (0, 1, 3), "ambition": [0.2]}, {}, "two values of 'ambition' or more"),
        ({"detente": (0, 1, 3), "ambition": (0, 1, 3)}, {"measure": "shar"}, "did you mean 'share'"),
    ],
)
def test_what_cannot_be_drawn_is_told(vary, arguments, message):
    with pytest.raises(ValueError, match=message):
        tri.plot.phase(tri.sweep(MODEL, None, vary), **arguments)


def test_sampled_sweeps_and_other_datasets_are_refused():
    with pytest.raises(ValueError, match="design='grid'"):
        tri.plot.phase(tri.sweep(MODEL, None, ["energy", "arms"], samples=4, design="sobol"))
    with pytest.raises(ValueError, match="drawn from a sweep"):
        tri.plot.phase(xr.Dataset())
    found = tri.sweep(MODEL, None, {"detente": (0, 1, 3), "ambition": (0, 1, 3)}, measures=["share"])
    with pytest.raises(ValueError, match="no measure with categories; name one of its measures: share"):
        tri.plot.phase(found)


def test_a_grid_without_any_equilibrium_is_white_all_over():
    grid = small().sel(x=slice(0.5, 1), y=slice(0, 0.2))
    assert not grid.equilibria.any()
    figure, (ax,) = tri.plot.phase(grid)
    assert legend(figure) == ["no equilibrium"]
    assert (np.asarray(ax.images[0].get_array()) == 255).all(axis=-1).mean() > 0.5  # the rest are crosses


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda grid: grid.drop_vars("worth_max"), "the Dataset lacks 'worth_max'"),
        (lambda grid: grid.drop_vars("x"), "the Dataset lacks 'x'"),
        (lambda grid: grid.assign_coords(x=list("abcdefghijkl")), "needs numbers along 'x'"),
        (lambda grid: grid.assign_attrs(parameters="{"), "attribute 'parameters' must be JSON, got '{'"),
        (lambda grid: grid[["equilibria"]], "none was kept"),
        (lambda grid: grid["equilibria"], "dataset must be an xarray.Dataset, a sweep over a grid"),
    ],
)
def test_a_dataset_of_which_something_is_wrong_is_refused_by_name(spoil, message):
    spoiled = spoil(small())
    with pytest.raises(ValueError, match=message):
        tri.plot.phase(spoiled, "worth" if "worth_min" in getattr(spoiled, "data_vars", ()) else None)
