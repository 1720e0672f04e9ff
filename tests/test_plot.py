import matplotlib.pyplot as plt
import pytest

import triangle as tri
from triangle.views.plot.triangle import STYLES

MODEL = tri.chapter_model()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_the_triangle_is_drawn_for_every_outcome():
    figure, axes = tri.plot.triangle(tri.compare(MODEL, "us_russia_reset"))
    before, after = map(texts, axes)
    assert [ax.get_title() for ax in axes] == ["The triangle in 2016", "US–Russia reset"]
    assert "− hostile" in before
    assert "− hostile" not in after
    assert "Russia concedes 0.81; Russia's share 15%" in before
    assert "Russia concedes 0.28; Russia's share 32%" in after
    widths = [max(line.get_linewidth() for line in ax.lines) for ax in axes]
    assert widths[0] < widths[1]
    plt.close(figure)


def test_the_arrow_points_from_who_concedes():
    figure, axes = tri.plot.triangle(tri.compare(MODEL, "side_switch_2001"))
    runs = [[float(x) for x in ax.patches[0].get_path().vertices[[0, 2], 0]] for ax in axes]
    assert runs[0][0] < runs[0][1]
    assert runs[1][0] > runs[1][1]
    plt.close(figure)


def test_signs_differ_in_colour_and_in_line_so_that_grey_print_tells_them_apart():
    assert len({style for _, style, _ in STYLES.values()}) == len({colour for colour, _, _ in STYLES.values()}) == 3


def test_no_tie_and_several_equilibria_are_said():
    outcome = tri.compare(MODEL, [None], concept="nash")
    figure, (ax,) = tri.plot.triangle(outcome)
    assert "one of 2 equilibria" in texts(ax)
    plt.close(figure)
    apart = tri.chapter_model(without=[t.name for t in MODEL.terms if t.role in ("foundation", "product", "need")])
    figure, (ax,) = tri.plot.triangle(tri.compare(apart, [None]))
    assert "no tie" in texts(ax)
    plt.close(figure)


def test_another_game_is_refused():
    form = tri.GameForm((tri.Player("Row", ["C"]), tri.Player("Column", ["C"])))
    with pytest.raises(ValueError, match="is not the triangle"):
        tri.plot.triangle(tri.compare(tri.GameFamily(form), [None]))


def test_an_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'plto'"):
        _ = tri.plto
