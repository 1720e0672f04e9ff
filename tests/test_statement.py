"""Statements: settings, comparisons, every combination of equilibria, shared displacement, boxes."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triangle as tri
from triangle.evaluation import Solutions
from triangle.statement import Box, Comparison, Loss, Setting, Statement, Value

MODEL = tri.chapter_model()
PE, AE = ({"West": f"{russia}/engage"} for russia in ("pressure", "accommodate"))
NOW = tri.scenario("baseline_2016")
ALLIANCE = ("Russia–China", (("Russia", "China", "ally"), ("China", "Russia", "ally")))


def setting(label, held=PE, base=NOW, **changes):
    return Setting(label, replace(base, held=held), changes)


def statement(comparison, *settings):
    return Statement("s", settings, (comparison,))


def coordination():
    """Two players who like to match; two equilibria, worth 2 and 1 to both."""
    form = tri.GameForm((tri.Player("Row", ["A", "B"]), tri.Player("Column", ["A", "B"])))
    both = [form.indicator("Row", "", a) * form.indicator("Column", "", a) for a in "AB"]
    terms = [tri.Term(n, n, {"Row": m, "Column": m}) for n, m in zip(("good", "fair"), both, strict=True)]
    return tri.GameFamily(
        form, (tri.Parameter("good", 2.0, 1.0, 3.0), tri.Parameter("fair", 1.0, 0.5, 1.5, bounds=(-5.0, 5.0))), terms
    )


GAME = coordination()
FREE = tri.Scenario("free", "free", "", {})


def test_a_change_is_made_after_the_displacement_and_both_are_cut_at_the_bounds():
    changed = setting("s", sanctions=("times", 0.5), energy=("plus", 0.3), crisis=("set", 0.2))
    values = changed.values(MODEL, {"sanctions": [0.0, 0.1, 5.0], "energy": 0.4, "arms": -9.0})
    np.testing.assert_allclose(values["sanctions"], [0.4, 0.45, 0.5])
    assert set(values["energy"]) == {1.0}
    assert set(values["arms"]) == {0.0}
    assert set(values["crisis"]) == {0.2}
    assert values["norms"].shape == (3,)


def test_one_displacement_moves_every_year_by_the_same_amount():
    early, late = (setting(y, base=tri.scenario(f"baseline_{y}")) for y in ("2008", "2013"))
    moved = {"energy": np.array([0.05, -0.02])}
    for each in (early, late):
        plain, shifted = each.values(MODEL)["energy"], each.values(MODEL, moved)["energy"]
        np.testing.assert_allclose(shifted - plain, moved["energy"])


@pytest.mark.parametrize(
    ("relation", "left", "right", "holds"),
    [
        (">", 1.0, 1.0, False), (">=", 1.0, 1.0, True), ("<", 1.0, 1.0 + 1e-12, False), ("<=", 1.0 + 1e-12, 1.0, True),
        ("==", 1.0, 1.0 + 1e-12, True), ("==", 1.0, 1.001, False), (">", 1e-15, 0.0, True), ("<", 1e12, 2e12, True),
        (">", math.nan, 0.0, False), (">=", 0.0, math.nan, False), ("==", math.nan, math.nan, False),
    ],
)  # fmt: skip
def test_comparisons_are_relative_to_the_values_and_false_where_one_is_undefined(relation, left, right, holds):
    comparison = Comparison(Value("x", "a"), relation, Value("x", "b"))
    assert comparison.holds(np.array(left), np.array(right)) == holds


def test_a_factor_and_an_offset_are_on_the_right():
    comparison = Comparison(Value("x", "a"), ">", Value("x", "b"), factor=0.5, offset=1.0)
    assert str(comparison) == "x[a] > 0.5·x[b] + 1"
    assert bool(comparison.holds(np.array(2.1), np.array(2.0)))
    assert not bool(comparison.holds(np.array(1.9), np.array(2.0)))


def test_a_statement_must_hold_for_every_combination_of_equilibria():
    one, other = Setting("one", FREE), Setting("other", FREE, {"fair": ("plus", 0.0)})
    payoff_is = [
        (">", 0.5, True),  # both equilibria pay more than 0.5
        (">", 1.5, False),  # one of them does not
    ]
    for relation, bound, expected in payoff_is:
        says = statement(Comparison(Value("payoff_Row", "one"), relation, offset=bound), one)
        assert says.evaluate(GAME).holds[0] == expected
    across = statement(Comparison(Value("payoff_Row", "one"), ">=", Value("payoff_Row", "other")), one, other)
    assert not across.evaluate(GAME).holds[0]
    np.testing.assert_allclose(across.evaluate(GAME).margins, [[-1.0]])


def test_values_of_one_setting_are_compared_at_the_same_equilibrium():
    same = statement(Comparison(Value("payoff_Row", "s"), "==", Value("payoff_Column", "s")), Setting("s", FREE))
    assert same.evaluate(GAME).holds[0]


def test_a_setting_without_equilibrium_makes_it_fail_and_is_counted_apart():
    form = GAME.form
    match = sum(form.indicator("Row", "", a) * form.indicator("Column", "", a) for a in "AB")
    pennies = tri.GameFamily(
        form, (tri.Parameter("stake", 1.0, 0.5, 1.5),), (tri.Term("s", "stake", {"Row": match, "Column": -match}),)
    )
    found = statement(Comparison(Value("payoff_Row", "s"), ">=", offset=-9.0), Setting("s", FREE)).evaluate(pennies)
    assert not found.exists[0]
    assert not found.holds[0]
    assert np.isnan(found.margins).all()


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_many_points_at_once_agree_with_solving_one_by_one(seed):
    """The oracle is `triangle.solve`: every pair of its equilibria is compared in turn."""
    rng = np.random.default_rng(seed)
    wide = {p.name: rng.uniform(-1, 1, 3) for p in MODEL.parameters}
    before, after = setting("before"), setting("after", AE, sanctions=("times", 0.5))
    free = setting("free", {})
    says = Statement(
        "s",
        (before, after, free),
        (
            Comparison(Value("intensity", "after"), ">", Value("intensity", "before"), 0.98),
            Comparison(Value("payoff_China", "free"), "<=", Value("payoff_Russia", "free"), offset=0.5),
            Comparison(Value("depth", "free"), ">=", Value("depth", "after")),
        ),
    )
    found = says.evaluate(MODEL, wide)
    for k in range(3):
        points = {n: v[k] for n, v in wide.items()}
        outcomes = {}
        for each in (before, after, free):
            values = {n: float(v) for n, v in each.values(MODEL, points).items()}
            outcomes[each.label] = tri.solve(MODEL, tri.Scenario("s", "s", "", values, each.scenario.held)).equilibria
        assert found.exists[k] == all(outcomes.values())
        number = {"none": 0, "partnership": 1, "alliance": 2}
        tied = [
            a.measures["intensity"] > 0.98 * b.measures["intensity"] + 1e-9
            for a in outcomes["after"]
            for b in outcomes["before"]
        ]
        same = [e.measures["payoff_China"] <= e.measures["payoff_Russia"] + 0.5 + 1e-9 for e in outcomes["free"]]
        deep = [
            number[a.measures["depth"]] >= number[b.measures["depth"]]
            for a in outcomes["free"]
            for b in outcomes["after"]
        ]
        assert found.each[:, k].tolist() == [found.exists[k] and all(part) for part in (tied, same, deep)]


def test_a_loss_is_what_the_explanation_of_the_equilibrium_says():
    outcome = tri.solve(MODEL, replace(NOW, held=PE))
    moves = {(m.mover, m.change): m.loss for m in outcome.explain().moves}
    slack = next(
        loss for (mover, change), loss in moves.items() if mover == "Russia–China" and change.count("→ ally") == 2
    )
    found = Solutions(MODEL).of(setting("s")).value(Loss("slack", *ALLIANCE, "s"))
    np.testing.assert_allclose(found, [[slack]])


def test_a_loss_is_zero_where_the_movers_stand_there_already():
    free = dict.fromkeys(("territory", "globalization", "governance", "autonomy"), ("set", 0.0))
    found = Solutions(MODEL).of(setting("allied", **free)).value(Loss("slack", *ALLIANCE, "allied"))
    assert found.tolist() == [[0.0]]


def test_solutions_do_not_depend_on_threads_or_on_what_is_solved_together():
    moved = Box.plausible(MODEL).sample(64)
    says = statement(Comparison(Value("share", "a"), ">", Value("share", "b")), setting("a", AE), setting("b"))
    alone = Solutions(MODEL, moved, threads=1)
    together = Solutions(MODEL, moved, threads=2)
    together.prepare([setting("c", energy=("set", 0.1)), *says.settings])
    np.testing.assert_array_equal(alone.evaluate(says).margins, together.evaluate(says).margins)


def test_what_another_family_lacks_changes_nothing_and_is_named():
    says = statement(Comparison(Value("payoff_Row", "s"), ">", offset=0.0), Setting("s", NOW, {"energy": ("set", 0.0)}))
    assert says.lacking(GAME) == ("energy",)
    fitted = says.fitted(GAME)
    assert fitted.settings[0].changes == {}
    assert fitted.settings[0].scenario.values == {"good": 2.0, "fair": 1.0}
    assert fitted.evaluate(GAME).holds[0]


def test_a_box_has_no_levers_and_keeps_its_half_widths():
    box = Box.plausible(MODEL, 2.0)
    assert "crisis" not in box.ranges
    assert box.ranges["energy"] == (-0.2, 0.2)
    drawn = box.sample(256, seed=0)
    for name, (low, high) in box.ranges.items():
        assert low <= drawn[name].min() < drawn[name].max() <= high
    again = box.sample(256, seed=0)
    np.testing.assert_array_equal(drawn["energy"], again["energy"])
    assert not np.array_equal(drawn["energy"], box.sample(256, seed=1)["energy"])


def test_the_widest_box_reaches_every_admissible_value():
    box = Box.admissible(MODEL, {"power_gap": (0.3, 0.8)})
    assert box.ranges["energy"] == (-0.4, 0.6)
    np.testing.assert_allclose(box.ranges["power_gap"], (0.3 - 0.58, 0.8 - 0.58))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Setting("s", NOW, {"energy": ("add", 1.0)}), "unknown operation 'add'"),
        (lambda: Setting("s", NOW, {"energy": ("set", math.inf)}), "must be finite"),
        (lambda: Comparison(Value("x", "a"), "!="), "unknown relation"),
        (lambda: Comparison(Value("x", "a"), ">", factor=math.nan), "must be finite"),
        (lambda: Statement("s", (setting("a"),), ()), "compares nothing"),
        (lambda: Statement("s", (setting("a"), setting("a")), (Comparison(Value("x", "a"), ">"),)), "given twice"),
        (lambda: statement(Comparison(Value("x", "b"), ">"), setting("a")), "unknown setting 'b'"),
        (lambda: setting("a", enrgy=("set", 0.0)).values(MODEL), "did you mean 'energy'"),
        (lambda: statement(Comparison(Value("shar", "a"), ">"), setting("a")).evaluate(MODEL), "did you mean 'share'"),
        (
            lambda: statement(Comparison(Loss("x", "Iran", ALLIANCE[1], "a"), ">"), setting("a")).evaluate(MODEL),
            "unknown mover 'Iran'",
        ),
        (lambda: Solutions(MODEL, {"energy": np.zeros((2, 2))}), "one dimension"),
        (lambda: Box.plausible(MODEL, -1.0), "from 0"),
        (lambda: Box.plausible(MODEL).sample(100), "powers of two"),
    ],
)
def test_bad_input_is_one_clear_error(make, told):
    with pytest.raises(ValueError, match=told):
        make()
