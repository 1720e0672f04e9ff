from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from exact_oracle import equilibria
from strategies import families
from triangle.chapter.form import COMMITMENTS
from triangle.exact import region
from triangle.exact.point import equilibria_at
from triangle.exact.rational import Polynomial, exact
from triangle.exact.redundant import independent
from triangle.scenario import Scenario

MODEL = tri.chapter_model()
X, Y = Polynomial.variable("x"), Polynomial.variable("y")
UNIT = {"x": (F(0), F(1)), "y": (F(0), F(1))}


def held(code):
    return replace(tri.scenario("baseline_2016"), held={"West": COMMITMENTS[code]})


def at_default(code, parameters, **options):
    profile = tri.solve(MODEL, held(code)).equilibria[0].profile
    return region(MODEL, held(code), profile, parameters, **options)


@given(families(), st.sampled_from(["nash", "pairwise"]), st.data())
def test_a_region_holds_the_points_at_which_the_profile_is_stable(drawn, concept, data):
    family, values, _ = drawn
    names = data.draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=2, unique=True))
    profile = data.draw(st.integers(0, family.form.size - 1))
    fixed = {n: float(array[0]) for n, array in values.items()}
    found = region(family, Scenario("here", "", "", fixed), profile, names, concept)
    for _ in range(12):
        point = {n: F(data.draw(st.integers(0, 16)), 4) for n in names}
        at = {n: exact(x) for n, x in fixed.items()} | point
        stable = profile in equilibria(family, at, concept)
        assert found.contains(point) == stable
        assert (found.slack(point) >= 0) == stable
        if found.nowhere:
            assert not stable
        if found.everywhere and not found.nowhere:
            assert stable


@pytest.mark.parametrize(
    ("code", "parameters", "text"),
    [
        ("AE", ["detente", "assertion"], "0.01151 + detente ≥ 0.8857·assertion"),
        ("AE", ["trust", "detente", "autonomy"], "detente + 0.645·detente·trust ≥ 0.208 + 0.645·autonomy"),
        ("PE", ["ambition", "transit"], "ambition ≤ 0.4"),
        ("PE", ["power_gap", "sanctions"], "stable everywhere in the ranges"),
        ("PC", ["primacy", "threat"], "stable everywhere in the ranges"),
    ],
)
def test_regions_of_the_chapter_reduce_to_what_is_known(code, parameters, text):
    found = at_default(code, parameters)
    assert found.text == text
    assert len(found.rows) > 10


@pytest.mark.parametrize(
    ("code", "parameters"),
    [("AE", ["detente", "sensitivity", "power_gap"]), ("PC", ["territory", "threat"]), ("AC", None)],
)
def test_what_was_left_out_as_redundant_was_redundant(code, parameters):
    found = at_default(code, parameters)
    rng = np.random.default_rng(1)
    fixed = {n: exact(v) for n, v in held(code).values.items()}
    profile = MODEL.form.flat(found.profile)
    seen = set()
    for _ in range(60):
        point = {n: F(int(rng.integers(0, 101)), 100) for n in found.parameters}
        stable = profile in equilibria_at(MODEL, fixed | point, "pairwise", {"West": COMMITMENTS[code]}).all
        assert found.contains(point) == stable
        seen.add(stable)
    assert len(found.inequalities) < len(found.rows)


def test_an_interior_point_is_inside_with_room_on_all_sides():
    found = at_default("AE", ["detente", "assertion", "autonomy"])
    point = found.interior_point()
    assert found.contains(point)
    assert found.slack(point) >= 0.05  # the cost of an offer that is not returned bounds it from above
    assert all(low < point[name] < high for name, (low, high) in found.ends.items())


def test_where_a_profile_is_never_stable_the_region_says_nowhere():
    found = region(
        MODEL, held("PE"), ("pressure/engage", "confront/distance", "cooperate/distance"), ["energy", "arms"]
    )
    assert found.nowhere
    assert found.text == "stable nowhere in the ranges"
    assert not found.contains({"energy": 0.5, "arms": 0.5})
    assert found.interior_point() is None


def test_the_binding_condition_is_the_cheapest_move():
    found = at_default("AE", ["detente"])
    assert found.binding({"detente": 0.3}) == ("Russia to West: cooperate → confront",)
    assert found.slack({"detente": F(337, 1129)}) == 0.0


def test_an_inequality_reads_as_text_and_as_latex():
    (found,) = at_default("AE", ["trust", "detente", "autonomy"]).inequalities
    assert found.latex() == (
        r"\mathrm{detente} + 0.645\,\mathrm{detente}\,\mathrm{trust} \ge 0.208 + 0.645\,\mathrm{autonomy}"
    )
    assert found.moves == ("Russia to West: cooperate → confront",)
    assert at_default("PE", ["ambition"]).latex() == "\\begin{aligned}\n& \\mathrm{ambition} \\le 0.4\n\\end{aligned}"


def test_rows_that_follow_from_others_are_left_out():
    rows = [X - F(1, 4), Y - F(1, 4), X + Y - F(1, 4), 2 - X, X * Y]
    assert independent(rows, UNIT) == [0, 1]
    assert independent([X - Y, Y - X, X * 0 + 1], UNIT) == [0, 1]


def test_a_row_that_follows_only_by_a_product_stays():
    assert independent([X - F(1, 4), Y - F(1, 4), X * Y - F(1, 16)], UNIT) == [0, 1, 2]


@pytest.mark.parametrize(
    ("row", "pieces"),
    [
        (X * X + Y * Y - 1, 1),
        (X * Y - F(1, 4), 1),
        (X - F(1, 2), 1),
        ((X - F(1, 2)) * (Y - F(1, 3)), 2),
        ((X - F(1, 2)) * (X - F(1, 2)) + (Y - F(1, 2)) * (Y - F(1, 2)) - F(1, 16), 2),
        (Y * Y * Y - X, 1),
        (X + Y + 1, 0),
    ],
)
def test_curves_are_the_zeros_of_the_inequalities(row, pieces):
    form = tri.GameForm((tri.Player("P", ["stay", "go"]),))
    stay = form.indicator("P", "", "stay")
    terms = tuple(
        tri.Term(f"t{k}", product, {"P": float(c) * stay}) for k, (product, c) in enumerate(row.terms.items())
    )
    family = tri.GameFamily(form, (tri.Parameter("x", 0, 0, 1), tri.Parameter("y", 0, 0, 1)), terms)
    found = region(family, None, ("stay",), ["x", "y"])
    curves = found.curves(points=60)
    assert len(curves) == pieces
    for curve in curves:
        values = [float(row.at({"x": exact(a), "y": exact(b)})) for a, b in zip(curve.x, curve.y, strict=True)]
        assert np.abs(values).max() < 1e-6
        assert curve.borders.all()


def test_a_curve_tells_where_it_borders_the_region():
    form = tri.GameForm((tri.Player("P", ["stay", "go", "run"]),))
    one = form.indicator("P", "", "stay")
    two = form.indicator("P", "", "run")
    terms = (tri.Term("x", "x", {"P": one}), tri.Term("y", "y", {"P": two}), tri.Term("c", "", {"P": -0.5 * one}))
    family = tri.GameFamily(form, (tri.Parameter("x", 0, 0, 1), tri.Parameter("y", 0, 0, 1)), terms)
    found = region(family, None, ("stay",), ["x", "y"])  # x ≥ 1/2 and x − 1/2 ≥ y, of which the first follows
    (curve,) = found.curves()
    assert curve.borders.all()
    assert curve.x[[0, -1]] == pytest.approx([0.5, 1.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parameters": ["sanction"]}, "did you mean 'sanctions'"),
        ({"parameters": ["energy", "energy"]}, "named twice"),
        ({"parameters": ["energy"], "within": {"arms": (0, 1)}}, "unknown free parameter"),
        ({"parameters": ["energy"], "within": {"energy": (0, 2)}}, "must be a range in"),
        ({"profile": ("pressure/contain", "confront/partner", "cooperate/partner")}, "does not fit"),
    ],
)
def test_bad_questions_are_refused(arguments, message):
    given_ = {"profile": ("pressure/engage", "confront/partner", "cooperate/partner"), **arguments}
    with pytest.raises(ValueError, match=message):
        region(MODEL, held("PE"), **given_)


def test_a_free_leader_has_no_region():
    with pytest.raises(ValueError, match="hold the leader"):
        region(MODEL, None, 0, ["energy"], "commitment")


def test_values_must_be_of_the_free_parameters_and_in_range():
    found = at_default("AE", ["detente"])
    with pytest.raises(ValueError, match="a value is needed for each free parameter, detente"):
        found.contains({"energy": 0.1})
    with pytest.raises(ValueError, match="detente = 3 is outside"):
        found.slack({"detente": 3})
    with pytest.raises(ValueError, match="two parameters"):
        found.curves()


def test_the_figure_shows_the_region_its_conditions_and_the_scenario():
    import matplotlib.pyplot as plt

    from triangle.views.plot.region import region as drawn

    found = at_default("AE", ["stability", "autonomy"])
    figure, ax = drawn(found)
    told = " ".join(text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts())
    assert all(str(inequality) in told for inequality in found.inequalities)
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.0, 1.0), (0.0, 1.0))
    marker = ax.lines[-1]
    assert (marker.get_xdata()[0], marker.get_ydata()[0]) == (0.4, 0.2)
    plt.close(figure)
    nowhere = region(
        MODEL, held("PE"), ("pressure/engage", "confront/distance", "cooperate/distance"), ["energy", "arms"]
    )
    figure, ax = drawn(nowhere)
    assert figure.legends[0].get_texts()[0].get_text() == "stable nowhere here"
    assert not ax.collections
    plt.close(figure)
