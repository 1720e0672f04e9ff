"""Every figure against a picture of it, on fixed data; no two labels of a figure overlap, none is cut off.

Pictures are compared by the root of the mean square of the difference of pixels (0 to 255): up to TOLERANCE passes,
which is room for another rasteriser and none for another colour, bar or label. After a change that is meant, look at

    python -m pytest tests/views/test_images.py -n0 --mpl-generate-path=tests/views/baseline

and commit what is right. Without ``--mpl`` (pyproject.toml sets it) pictures are drawn and not compared.
"""

import re
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import triangle as tri

MODEL = tri.chapter_model()
TOLERANCE = 2
STYLE = {
    "baseline_dir": "baseline",
    "style": "default",
    "backend": "agg",
    "tolerance": TOLERANCE,
    "savefig_kwargs": {"dpi": 50},
    "deterministic": True,
}
image = pytest.mark.mpl_image_compare(**STYLE)


def finished(figure):
    """The figure with version and digest blanked, once its labels have been found apart and whole."""
    for text in figure.texts:
        told = re.sub(r"triangle \d[^,]*,", "triangle,", text.get_text())
        text.set_text(re.sub(r"digest [0-9a-f]{16}", "digest " + 16 * "0", told))
    figure.draw_without_rendering()
    boxes = [(text.get_text(), text.get_window_extent()) for text in _texts(figure)]
    page = figure.bbox
    cut = [told for told, box in boxes if box.x0 < -1 or box.y0 < -1 or box.x1 > page.x1 + 1 or box.y1 > page.y1 + 1]
    assert not cut, f"cut off: {cut}"
    touching = [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    assert not touching, f"overlapping: {touching}"
    return figure


def _texts(figure):
    """What is written and seen: ticks outside the axes' limits are not drawn."""
    found = figure.findobj(lambda artist: isinstance(artist, plt.Text) and artist.get_visible())
    hidden = {id(text) for ax in figure.axes if not ax.axison for text in ax.xaxis.findobj(plt.Text)}
    hidden |= {id(text) for ax in figure.axes if not ax.axison for text in ax.yaxis.findobj(plt.Text)}
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            shown = {id(tick) for tick in axis._update_ticks()}
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                labels = (tick.label1, tick.label2)
                hidden |= {id(label) for label in labels if id(tick) not in shown or not label.get_visible()}
    return [text for text in found if text.get_text().strip() and id(text) not in hidden]


def test_a_label_on_another_is_found():
    figure, ax = plt.subplots()
    ax.text(0.5, 0.5, "one thing")
    ax.text(0.52, 0.5, "another")
    with pytest.raises(AssertionError, match="overlapping"):
        finished(figure)
    plt.close(figure)


def test_a_label_beyond_the_page_is_found():
    figure, ax = plt.subplots()
    ax.text(0.9, 0.5, "a long label that runs out of the page")
    with pytest.raises(AssertionError, match="cut off"):
        finished(figure)
    plt.close(figure)


def pennies():
    """Matching pennies times x and, times y, a prize for meeting: two equilibria where y is large, else none."""
    match, prize = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[1.0, -1.0], [-1.0, 0.5]])
    side = tri.Measure("side", ("payoff_Row",), _high, long_name="which side", categories=("low", "high"))
    form = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
    return tri.GameFamily(
        form,
        [tri.Parameter("x", 0.5, 0.0, 1.0, unit="tons"), tri.Parameter("y", 0.5, 0.0, 1.0)],
        [
            tri.Term("pennies", "x", {"Row": match, "Column": -match}),
            tri.Term("both", "y", {"Row": prize, "Column": prize}),
        ],
        measures=[side],
    )


def _high(payoff):
    return np.asarray(payoff > 0.9, dtype=float)


@image
def test_phase_diagram():
    return finished(
        tri.plot.phase(tri.sweep(MODEL, "us_russia_reset", {"detente": (0, 1, 21), "ambition": (0, 1, 21)}))[0]
    )


@image
def test_phase_diagram_with_several_equilibria_and_none():
    family = pennies()
    found = tri.sweep(family, None, {"x": (0, 1, 25), "y": (0, 1, 25)}, concept="nash")
    return finished(tri.plot.phase(found, title="Pennies", model=family)[0])


@image
def test_phase_diagram_of_numbers():
    grid = {"isolation": (0, 1, 21), "sensitivity": (0, 1, 21)}
    return finished(tri.plot.phase(tri.sweep(MODEL, "baseline_2016", grid), "share")[0])


@image
def test_threshold_strip():
    return finished(tri.plot.thresholds(tri.thresholds(MODEL, "baseline_2016", "norm_cost"))[0])


@image
def test_threshold_strip_of_a_change():
    found = tri.thresholds(MODEL, "us_russia_reset", "isolation", measure="intensity", against="baseline_2016")
    return finished(tri.plot.thresholds(found)[0])


@image
def test_tornado():
    return finished(tri.plot.tornado(tri.one_at_a_time(MODEL, "us_russia_reset", "share"), top=6)[0])


@image
def test_policy_table():
    return finished(tri.plot.policies(tri.policies(MODEL, "baseline_2016"))[0])


@image
def test_policy_table_with_several_equilibria():
    found = tri.policies(MODEL, "baseline_2016", "nash")
    return finished(tri.plot.policies(found, ["intensity", "share", "depth", "payoff_West"])[0])


@image
def test_best_replies():
    return finished(tri.plot.responses(tri.solve(MODEL, "baseline_2016"))[0])


@image
def test_fan_chart():
    found = tri.simulate(MODEL, "chapter_1991_2017", runs=60, draws=20)
    return finished(tri.plot.fan(found, ["intensity", "share"])[0])


@image
def test_hysteresis_loop():
    found = tri.path_dependence(MODEL, "baseline_2014", "sanctions", steps=6, speeds=[1, 4])
    return finished(tri.plot.hysteresis(found, ["share", "intensity"])[0])


@image
def test_waterfall():
    return finished(tri.plot.waterfall(tri.solve(MODEL, "baseline_2016"))[0])


@image
def test_waterfall_of_a_change():
    return finished(tri.plot.waterfall(tri.compare(MODEL, "us_russia_reset"))[0])


@image
def test_triangle_before_and_after():
    return finished(tri.plot.triangle(tri.compare(MODEL, "us_russia_reset"))[0])


@image
def test_verdict_board():
    chosen = ["C01", "C02", "C04", "C12", "C17", "C21", "C47", "C66", "C72", "C85", "C86", "C89"]
    return finished(tri.plot.verdicts(tri.check_all(MODEL, chosen, points=256))[0])


@image
def test_region():
    profile = tri.solve(MODEL, "us_russia_reset").equilibria[0].profile
    return finished(tri.plot.region(tri.region(MODEL, "us_russia_reset", profile, ["detente", "assertion"]))[0])


@image
def test_one_claim():
    return finished(tri.plot.claim(tri.check("C12", points=256))[0])


@image
def test_offers_that_are_meant_and_not():
    return finished(tri.plot.offer(tri.offer(MODEL, "baseline_2016"), prior=0.5, suspend=0.35)[0])
