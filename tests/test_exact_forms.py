"""Measures in exact algebra."""

from fractions import Fraction as F

import numpy as np
import pytest

import triangle as tri
from triangle.exact import Certificate, Refused, certify, check_certificate
from triangle.exact.checker.arithmetic import P
from triangle.exact.checker.game import Game
from triangle.exact.checker.refutation import _number
from triangle.exact.checker.required import expression
from triangle.exact.family import exact_family
from triangle.exact.forms import form_of, value_at
from triangle.exact.rational import exact
from triangle.scenario import as_scenario
from triangle.statement import Comparison, Setting, Statement, Value

MODEL = tri.chapter_model()


@pytest.mark.parametrize("options", [{}, {"intensity": "none"}, {"bargaining": "outside_option"}])
def test_exact_forms_are_what_the_arrays_say_and_so_are_the_checkers(options):
    model = tri.chapter_model(**options)
    family, game = exact_family(model), Game(model)
    rng = np.random.default_rng(3)
    for _ in range(4):
        values = {p.name: round(float(rng.uniform(*p.admissible)), 4) for p in model.parameters}
        arrays = model.evaluate(values)
        at = {name: exact(value) for name, value in values.items()}
        for measure in (m for m in model.measures if m.name != "floor_binds"):
            for profile in map(int, rng.integers(0, model.form.size, 8)):
                form = form_of(measure, [family.quantity(name, profile) for name in measure.quantities])
                expected = arrays[measure.name].reshape(-1)[profile]
                assert float(value_at(form, at)) == pytest.approx(expected, abs=1e-12, nan_ok=True), measure.name
                known = expression(measure, [game.quantity(name, profile) for name in measure.quantities])
                plain, factor, under = _number(known, at) or (float("nan"), 0, 0)
                assert float(plain) + float(factor) * float(under) ** 0.5 == pytest.approx(
                    expected, abs=1e-12, nan_ok=True
                ), measure.name


def test_a_measure_that_is_no_polynomial_and_is_not_listed_is_refused():
    side = Value("floor_binds", "now")
    statement = Statement("floors", (Setting("now", tri.scenario("baseline_2016")),), (Comparison(side, "<=", None),))
    with pytest.raises(ValueError, match="'floor_binds' has no exact form"):
        certify(MODEL, None, statement)


def once(own):
    return own * 1


def unless_one(own):
    return own * (own != 1)


def test_a_measure_that_compares_its_quantities_is_refused_by_the_search_and_by_the_checker():
    """With a polynomial in place of a number `unless_one` would return the quantity itself."""
    here = Setting("now", tri.scenario("baseline_2016"))
    statement = Statement("odd", (here,), (Comparison(Value("odd", "now"), ">", offset=-9.0),))
    found = certify(MODEL.add(tri.Measure("odd", ("foundation",), once)), None, statement, 0.5)
    other = MODEL.add(tri.Measure("odd", ("foundation",), unless_one))
    with pytest.raises(Refused, match="no exact form of the measure 'odd'"):
        check_certificate(other, found)
    with pytest.raises(ValueError, match="'odd' has no exact form"):
        certify(other, None, statement, 0.5)


@pytest.mark.parametrize("quantity", [P(), P({(): F(1)}), P({(("x", 1),): F(1)})])
def test_a_polynomial_in_place_of_an_array_is_neither_true_nor_equal_to_anything(quantity):
    for ask in (bool, lambda p: p == 1, lambda p: p != p, np.logical_not):
        with pytest.raises(TypeError, match="depends on the point"):
            ask(quantity)


def tenth(own):
    return 0.1 * own


def test_a_float_in_a_measure_stands_for_its_decimal_in_a_proof_too():
    form = tri.GameForm((tri.Player("one", ["only"]),))
    game = tri.GameFamily(
        form, terms=(tri.Term("t", "", {"one": [3]}),), measures=(tri.Measure("m", ("payoff_one",), tenth),)
    )
    statement = Statement(
        "m", (Setting("now", as_scenario(game, None)),), (Comparison(Value("m", "now"), "==", offset=0.3),)
    )
    assert check_certificate(game, certify(game, None, statement))


def squared(own, other):
    return own * own - 2 * other


def test_a_modellers_own_polynomial_measure_needs_no_listing():
    model = MODEL.add(tri.Measure("odd", ("foundation", "product"), squared))
    statement = Statement(
        "odd", (Setting("now", tri.scenario("baseline_2016")),), (Comparison(Value("odd", "now"), ">", offset=-9.0),)
    )
    found = certify(model, None, statement, 0.5)
    assert isinstance(found, Certificate)
    assert check_certificate(model, found)
