from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from exact_oracle import equilibria
from strategies import families
from triangle.chapter.claims import claim
from triangle.chapter.form import COMMITMENTS
from triangle.conditions import conditions
from triangle.exact import thresholds, windows
from triangle.exact.family import exact_conditions
from triangle.exact.point import Judge, equilibria_at
from triangle.exact.rational import exact
from triangle.kernel import compile_kernel, solve_batch
from triangle.scenario import Scenario
from triangle.statement import Comparison, Setting, Statement, Value

MODEL = tri.chapter_model()
CONCEPTS = st.sampled_from(["nash", "pairwise", "commitment"])


def of(model, **values):
    return Scenario("here", "here", "", {**model.defaults, **values})


def flats(model, profiles):
    return {model.form.flat(profile) for profile in profiles}


@pytest.mark.parametrize("held", [None, {"West": "pressure/engage"}, {"West": "accommodate/contain"}])
@pytest.mark.parametrize("concept", ["nash", "pairwise"])
def test_exact_rows_are_the_rows_of_the_conditions(concept, held):
    found = exact_conditions(MODEL, concept, held)
    compiled = conditions(MODEL, concept, held)
    assert found.compiled is compiled
    assert np.abs(found.rows / found.family.denominator - compiled.rows).max() < 1e-12


@given(families(), CONCEPTS)
def test_equilibria_at_a_point_are_those_of_the_definition(drawn, concept):
    family, values, _ = drawn
    for k in range(4):
        at = {name: exact(array[k]) for name, array in values.items()}
        found = equilibria_at(family, at, concept)
        assert set(found.all) == equilibria(family, at, concept)
        assert set(found.strict) <= set(found.all)


@given(families(), CONCEPTS, st.data())
def test_thresholds_agree_with_the_definition_in_fractions(drawn, concept, data):
    family, values, _ = drawn
    name = data.draw(st.sampled_from(sorted(values)))
    fixed = {n: exact(array[0]) for n, array in values.items()}
    found = thresholds(family, of(family, **{n: float(x) for n, x in fixed.items()}), name, concept)
    assert (float(found[0].low), float(found[-1].high)) == (0.0, 4.0)
    for k in range(33):
        here = found.at(F(k, 8))
        assert flats(family, here.equilibria) == equilibria(family, {**fixed, name: F(k, 8)}, concept)
    for interval in found:
        for part in (F(1, 1000), F(1, 3), F(999, 1000)):
            at = exact(float(interval.low)) * (1 - part) + exact(float(interval.high)) * part
            assert flats(family, interval.equilibria) == equilibria(family, {**fixed, name: at}, concept)
    for end in found.ends:
        if isinstance(end.value, F):
            assert flats(family, end.equilibria) == equilibria(family, {**fixed, name: end.value}, concept)
    for below, above in zip(found.intervals, found.intervals[1:], strict=False):
        assert below.high == above.low
        at = below.above
        assert below.equilibria != above.equilibria or at.equilibria != below.equilibria


def lone(weights):
    """One player who gets the sum of weight·value for staying and nothing for going."""
    form = tri.GameForm((tri.Player("P", ["stay", "go"]),))
    stay = form.indicator("P", "", "stay")
    terms = tuple(tri.Term(f"t{k}", weight, {"P": number * stay}) for k, (weight, number) in enumerate(weights))
    return tri.GameFamily(form, (tri.Parameter("x", 0.0, -2.0, 2.0), tri.Parameter("y", 0.0, -2.0, 2.0)), terms)


def names(profiles):
    return [profile[0] for profile in profiles]


def test_a_rational_threshold_is_a_fraction_and_both_sides_meet_there():
    found = thresholds(lone([("x", 3.0), ("", -1.0)]), None, "x")
    assert [names(interval.equilibria) for interval in found] == [["go"], ["stay"]]
    (switch,) = found.switches
    assert switch.value == F(1, 3)
    assert names(switch.equilibria) == ["stay", "go"]
    assert set(switch.reasons) == {"P: stay → go", "P: go → stay"}


def test_an_irrational_threshold_is_enclosed_to_thirteen_digits():
    found = thresholds(lone([("x**2", 1.0), ("", -2.0)]), None, "x")
    assert [names(interval.equilibria) for interval in found] == [["stay"], ["go"], ["stay"]]
    for switch, sign in zip(found.switches, (-1, 1), strict=True):
        assert isinstance(switch.value, float)
        assert switch.low < switch.high <= switch.low + F(1, 10**13)
        assert (switch.low**2 - 2) * (switch.high**2 - 2) < 0
        assert switch.value == pytest.approx(sign * 2**0.5, abs=1e-13)


def test_at_a_double_root_a_tie_is_told_and_the_sides_are_the_same():
    found = thresholds(lone([("x**2", -1.0), ("x", 1.0), ("", -0.25)]), None, "x")
    assert [names(interval.equilibria) for interval in found] == [["go"], ["go"]]
    (touch,) = found.switches
    assert touch.value == F(1, 2)
    assert names(touch.equilibria) == ["stay", "go"]


def test_a_condition_that_is_zero_along_the_line_is_a_tie_everywhere():
    found = thresholds(lone([("x*y", 1.0)]), None, "x")
    assert [names(interval.equilibria) for interval in found] == [["stay", "go"]]
    assert found.switches == ()


def test_a_tie_at_an_end_of_the_range_is_told():
    found = thresholds(lone([("x", 1.0), ("", -2.0)]), None, "x")
    assert [names(interval.equilibria) for interval in found] == [["go"]]
    assert names(found.ends[-1].equilibria) == ["stay", "go"]
    assert names(found.ends[0].equilibria) == ["go"]


def test_thresholds_look_only_within_the_range_given():
    family = lone([("x", 3.0), ("", -1.0)])
    assert len(thresholds(family, None, "x", within=(0.5, 1.0))) == 1
    assert thresholds(family, None, "x", within=(0.0, 1.0)).at(0.25).equilibria == (("go",),)


def test_roots_of_any_degree_are_found():
    family = lone([("x**5", 1.0), ("x**3", -5.0), ("x", 4.0)])  # x(x² − 1)(x² − 4)
    assert [switch.value for switch in thresholds(family, None, "x").switches] == [-1, 0, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parameter": "z"}, "unknown parameter 'z'"),
        ({"parameter": "x", "concept": "core"}, "unknown concept"),
        ({"parameter": "x", "measure": "payoff_P"}, "both measure and against"),
        ({"parameter": "x", "within": (0, 9)}, "within must be a range"),
        ({"parameter": "x", "measure": "payoff", "against": {}}, "unknown measure"),
    ],
)
def test_bad_questions_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        thresholds(lone([("x", 1.0)]), None, **arguments)


def test_a_value_outside_the_range_has_no_interval():
    with pytest.raises(ValueError, match="outside the range"):
        thresholds(lone([("x", 1.0)]), None, "x").at(5)


@pytest.mark.parametrize(
    ("scenario", "parameter"),
    [("us_russia_reset", "detente"), ("baseline_2001", "norm_cost"), ("baseline_2016", "ambition")],
)
@pytest.mark.parametrize("concept", ["pairwise", "commitment"])
def test_thresholds_of_the_chapter_agree_with_a_fine_sweep(scenario, parameter, concept):
    setting = replace(tri.scenario(scenario), held={}) if concept == "commitment" else tri.scenario(scenario)
    found = thresholds(MODEL, setting, parameter, concept)
    grid = np.linspace(0, 1, 1001)
    fixed = {name: value for name, value in setting.values.items() if name != parameter}
    kernel = compile_kernel(MODEL, concept, setting.held, fixed, [parameter], measures=())
    stable = np.unpackbits(solve_batch(kernel, {parameter: grid}).stable, axis=1, count=MODEL.form.size)
    for value, bits in zip(grid, stable, strict=True):
        told = found.at(round(float(value), 3))
        assert flats(MODEL, told.equilibria) == set(np.flatnonzero(bits))


def held(code, **values):
    base = tri.scenario("baseline_2016")
    return replace(base, held={"West": COMMITMENTS[code]}, values={**base.values, **values})


@pytest.mark.parametrize(
    ("parameter", "bound", "side"),
    [
        ("isolation", 0.2494, "above"), ("sensitivity", 0.3507, "above"), ("offset", 0.5616, "below"),
        ("lock_in", 0.0297, "above"), ("pivot", 0.5757, "below"), ("autonomy", 0.4505, "below"),
        ("power_gap", 0.3519, "above"),
    ],
)  # fmt: skip
def test_intensity_rises_with_a_reset_within_windows_of_one_parameter(parameter, bound, side):
    found = thresholds(MODEL, held("AC"), parameter, measure="intensity", against={"West": COMMITMENTS["PE"]})
    base = exact(MODEL.parameter(parameter).default)
    (here,) = [interval for interval in found if interval.low < base < interval.high]
    assert here.signs == (1,)
    edge = float(here.low if side == "above" else here.high)
    assert edge == pytest.approx(bound, abs=6e-5)
    beyond = found.intervals[found.intervals.index(here) + (-1 if side == "above" else 1)]
    assert beyond.signs == (-1,)


@pytest.mark.parametrize(
    ("scenario", "against"),
    [("side_switch_2001", "baseline_2001"), ("widening_gap", "baseline_2016"), ("crisis_2008", "baseline_2008")],
)
@pytest.mark.parametrize(
    ("parameter", "measure"), [("elites", "intensity"), ("energy", "intensity"), ("trust", "share")]
)
def test_signs_of_a_change_agree_with_a_fine_sweep(scenario, against, parameter, measure):
    """Foundations differ between some of these, and the parameter between others."""
    found = thresholds(MODEL, scenario, parameter, measure=measure, against=against, within=(0.01, 0.9))
    settings = (Setting("a", tri.scenario(scenario)), Setting("b", tri.scenario(against)))
    sides = (Value(measure, "a"), Value(measure, "b"))
    rises = Statement("rises", settings, (Comparison(sides[0], ">", sides[1]),))
    falls = Statement("falls", settings, (Comparison(sides[0], "<", sides[1]),))
    base = tri.scenario(scenario).values[parameter]
    grid = np.linspace(0.0101, 0.8991, 401)
    told = [
        rises.evaluate(MODEL, {parameter: grid - base}).holds,
        falls.evaluate(MODEL, {parameter: grid - base}).holds,
    ]
    for value, up, down in zip(grid, *told, strict=True):
        signs = found.at(float(value)).signs
        assert (signs == (1,)) == up
        assert (signs == (-1,)) == down


def test_the_fall_of_2001_has_the_windows_known():
    edges = {"energy": [0.360287], "lock_in": [0.0979759], "autonomy": [0.343201, 0.608799], "trust": [0.394665]}
    for parameter, known in edges.items():
        found = thresholds(
            MODEL, "side_switch_2001", parameter, measure="intensity", against={"West": COMMITMENTS["PE"]}
        )
        assert [float(switch) for switch in found.switches] == pytest.approx(known, abs=1e-6)


def test_a_window_of_a_statement_ends_where_its_truth_does():
    statement = claim("C12").statement
    judge = Judge(MODEL, statement)
    for parameter in ("isolation", "power_gap", "containment"):
        for window in windows(MODEL, statement, parameter):
            low, high = exact(float(window.low)), exact(float(window.high))
            for part in (F(1, 10**6), F(1, 2), 1 - F(1, 10**6)):
                at = low * (1 - part) + high * part
                assert judge.truth({parameter: at}).holds == window.holds


def test_text_and_plain_data_tell_the_same():
    found = thresholds(MODEL, "us_russia_reset", "detente")
    assert "0.298494 (= 337/1129)" in str(found)
    told = found.to_dict()
    assert told["thresholds"][0]["exact"] == "337/1129"
    assert [len(interval["equilibria"]) for interval in told["intervals"]] == [1, 1]
