"""Measures in exact algebra."""

import numpy as np
import pytest

import triangle as tri
from triangle.exact import Certificate, certify, check_certificate
from triangle.exact.family import exact_family
from triangle.exact.forms import form_of, value_at
from triangle.exact.rational import exact
from triangle.statement import Comparison, Setting, Statement, Value

MODEL = tri.chapter_model()


@pytest.mark.parametrize("options", [{}, {"intensity": "none"}, {"bargaining": "outside_option"}])
def test_exact_forms_are_what_the_arrays_say(options):
    model = tri.chapter_model(**options)
    family = exact_family(model)
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


def test_a_measure_that_is_no_polynomial_and_is_not_listed_is_refused():
    side = Value("floor_binds", "now")
    statement = Statement("floors", (Setting("now", tri.scenario("baseline_2016")),), (Comparison(side, "<=", None),))
    with pytest.raises(ValueError, match="'floor_binds' has no exact form"):
        certify(MODEL, None, statement)


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
