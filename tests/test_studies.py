import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from triangle.studies.compare import EXACT_UP_TO, shapley_attribution
from triangle.views.words import sentences

MODEL = tri.chapter_model()


def test_solve_takes_names_paths_scenarios_and_nothing(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "t"\nasks = "?"\nextends = "us_russia_reset"\n')
    by_name, by_path = tri.solve(MODEL, "us_russia_reset"), tri.solve(MODEL, path)
    assert by_name.equilibria == by_path.equilibria == tri.solve(MODEL, tri.scenario(path)).equilibria
    assert tri.solve(MODEL).equilibria == tri.solve(MODEL, "baseline_2016").equilibria


@pytest.mark.parametrize(("study", "keyword"), [(tri.solve, "sanctions"), (tri.policies, "set")])
def test_a_value_given_to_a_study_is_told_where_values_are_set(study, keyword):
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{keyword}'; .*Scenario.with_values"):
        study(MODEL, "us_russia_reset", **{keyword: 0.5})


def test_measures_of_an_outcome_span_its_equilibria():
    outcome = tri.solve(MODEL, "baseline_2016", concept="nash")
    assert len(outcome.equilibria) == 2
    assert outcome.measures["depth"] == ("none", "partnership")
    low, high = outcome.measures["intensity"]
    assert (low, high) == (0.0, pytest.approx(5.147, abs=1e-3))


def test_measures_at_equilibria_are_those_of_the_whole_array():
    outcome = tri.solve(MODEL, "side_switch_2001")
    whole = MODEL.evaluate(outcome.scenario.values)
    (found,) = outcome.equilibria
    for measure in MODEL.measures:
        value = whole[measure.name].ravel()[found.index]
        shown = found.measures[measure.name]
        assert shown == (measure.categories[int(value)] if measure.categories else pytest.approx(value))


@pytest.mark.parametrize("name", ["baseline_2016", "us_russia_reset", "side_switch_2001", "obstacles_vanish"])
def test_reasons_add_up_to_the_loss_and_the_loss_is_the_payoff_difference(name):
    outcome = tri.solve(MODEL, name)
    payoffs = MODEL.payoffs(outcome.scenario.values).reshape(3, -1)
    index = outcome.equilibria[0].index
    conditions = list(outcome.compiled.at(index))
    explanation = outcome.explain()
    assert len(explanation.moves) == len(conditions)
    assert explanation.binding is not None
    assert explanation.binding.loss == pytest.approx(outcome.equilibria[0].slack)
    for move in explanation.moves:
        assert sum(amount for _, amount in move.reasons) == pytest.approx(move.loss, abs=1e-12)
        assert [abs(a) for _, a in move.reasons] == sorted((abs(a) for _, a in move.reasons), reverse=True)
    for condition in conditions:
        members = [k for k, player in enumerate(MODEL.form.names) if player in condition.members]
        loss = sum(payoffs[k, index] - payoffs[k, condition.target] for k in members)
        assert outcome.weights @ condition.coefficients == pytest.approx(loss, abs=1e-12)


def test_explaining_an_equilibrium_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="1 equilibria; no number 1"):
        tri.solve(MODEL).explain(1)


@pytest.mark.parametrize("name", [name for name in tri.scenarios() if not name.startswith("baseline_")])
def test_attribution_adds_up_by_term_and_by_cause(name):
    comparison = tri.compare(MODEL, name)
    assert len(comparison.outcomes) == 2
    for change in comparison.changes[name]:
        for parts in (change.by_term, change.by_cause):
            if change.total == change.total:
                assert sum(amount for _, amount in parts) == pytest.approx(change.total, abs=1e-9), change


def test_many_changed_parameters_still_add_up():
    comparison = tri.compare(MODEL, ["baseline_2001", "baseline_2016"])
    old, new = (outcome.scenario.values for outcome in comparison.outcomes)
    assert sum(old[name] != new[name] for name in old) > EXACT_UP_TO
    for change in comparison.changes["baseline_2016"]:
        assert sum(amount for _, amount in change.by_cause) == pytest.approx(change.total, abs=1e-9)


def test_a_single_lever_gets_the_whole_change():
    changes = {c.measure: c for c in tri.compare(MODEL, "missile_defence").changes["missile_defence"]}
    assert changes["intensity"].by_term == (("missile_defence", pytest.approx(0.6)),)
    assert changes["intensity"].by_cause == (("missile_defence", pytest.approx(0.6)),)
    assert changes["transfer"].by_term == ()


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_shapley_values_are_those_of_the_definition(factors, seed):
    from itertools import permutations

    table = np.random.default_rng(seed).normal(size=2**factors)

    def evaluate(on):
        return table[(on * (1 << np.arange(factors))).sum(axis=1)][:, None]

    expected = np.zeros(factors)
    orders = list(permutations(range(factors)))
    for order in orders:
        code = 0
        for k in order:
            expected[k] += table[code | 1 << k] - table[code]
            code |= 1 << k
    np.testing.assert_allclose(shapley_attribution(factors, evaluate)[:, 0], expected / len(orders), atol=1e-12)


def test_beyond_the_exact_limit_an_additive_function_is_still_exact():
    effects = np.arange(EXACT_UP_TO + 3.0)
    found = shapley_attribution(len(effects), lambda on: (on @ effects)[:, None])
    np.testing.assert_allclose(found[:, 0], effects, atol=1e-9)


def test_policies_find_the_wests_best_commitment():
    assert tri.policies(MODEL, "baseline_2016").best == ("pressure/engage",)
    assert tri.policies(MODEL, "baseline_2009").best == ("accommodate/engage",)
    table = tri.policies(MODEL, "baseline_2001")
    assert table.best == ("accommodate/engage",)
    assert [o.scenario.held["West"] for o in table.outcomes] == list(MODEL.form.player("West").actions)


@pytest.mark.parametrize("name", [name for name in tri.scenarios() if name.startswith("baseline_")])
def test_commitment_as_a_concept_is_the_best_policy(name):
    found = {e.profile[0] for e in tri.solve(MODEL, name, concept="commitment").equilibria}
    assert found == set(tri.policies(MODEL, name).best)


def test_comparing_needs_a_scenario_and_one_without_a_baseline_stands_alone():
    with pytest.raises(ValueError, match="at least one"):
        tri.compare(MODEL, [])
    assert len(tri.compare(MODEL, "baseline_2016").outcomes) == 1


def test_a_game_without_an_equilibrium_is_said_to_have_none():
    form = tri.GameForm((tri.Player("Row", ["H", "T"]), tri.Player("Column", ["H", "T"])))
    match = np.array([[1.0, -1.0], [-1.0, 1.0]])
    family = tri.GameFamily(form, terms=(tri.Term("pennies", "", {"Row": match, "Column": -match}),))
    outcome = tri.solve(family)
    assert outcome.equilibria == ()
    assert outcome.measures == {}
    assert "no equilibrium" in str(outcome)
    comparison = tri.compare(family, [None, None])
    assert sentences(comparison) == ["No equilibrium to compare."]
    assert "no equilibrium" in str(comparison)


def test_a_family_of_ones_own_is_solved_compared_and_shown():
    form = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
    both = form.indicator("Row", "", "C") * form.indicator("Column", "", "C")
    family = tri.GameFamily(
        form,
        (tri.Parameter("gain", 1.0, 0.0, 2.0),),
        (tri.Term("gain", "gain", {"Row": both, "Column": both}),),
    )
    assert {e.profile for e in tri.solve(family).equilibria} == {("C", "C"), ("D", "D")}
    lower = tri.Scenario("lower", "A lower gain", "", {"gain": 0.5})
    (line, *rest) = sentences(tri.compare(family, [None, lower]))
    assert line == "No stance switches."
    assert any("Payoff of Row falls from 1.000 to 0.500 (-0.500): gain -0.500" in text for text in rest)


@pytest.mark.parametrize("make", [
    lambda: tri.solve(MODEL, "us_russia_reset"),
    lambda: tri.solve(MODEL, "us_russia_reset").explain(),
    lambda: tri.compare(MODEL, "us_russia_reset"),
    lambda: tri.compare(MODEL, ["baseline_2013", "baseline_2014", "baseline_2016"]),
    lambda: tri.policies(MODEL, "baseline_2016"),
])  # fmt: skip
def test_results_print_as_text_html_and_json(make):
    found = make()
    text, html = str(found), found._repr_html_()
    assert "partner" in text
    assert html.startswith("<table>")
    assert html.count("<tr>") == html.count("</tr>") > 3
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))


def test_html_escapes_what_a_file_says(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('title = "<script>"\nasks = "?"\n')
    assert "<script>" not in tri.solve(MODEL, path)._repr_html_()


def test_sentences_name_terms_and_figures():
    told = sentences(tri.compare(MODEL, "us_russia_reset"))
    assert told[0] == (
        "Stances that switch: West to Russia from pressure to accommodate; Russia to West from confront to cooperate."
    )
    assert told[1].startswith("Russia concedes 0.275 (before: Russia concedes 0.810; +0.535): ")
    assert "isolation +0.210" in told[1]
    assert told[3].startswith("Intensity of cooperation (K) rises from 5.147 to 5.248 (+0.101)")


def test_a_coalition_of_players_with_a_dash_in_their_names_is_explained():
    form = tri.GameForm((tri.Player("A–B", ["x", "y"]), tri.Player("C", ["x", "y"])))
    both = form.indicator("A–B", "", "y") * form.indicator("C", "", "y")
    pair = tri.Coalition((("A–B", ("",)), ("C", ("",))))
    family = tri.GameFamily(form, terms=(tri.Term("gain", "", {"A–B": both, "C": 2 * both}),), coalitions=(pair,))
    moves = tri.solve(family).explain().moves
    together = [move for move in moves if move.mover == "A–B–C" and move.change.count("→") == 2]
    assert together[0].reasons == (("gain", 3.0),)


def test_attribution_adds_up_where_a_measure_does_not_apply_on_the_way():
    held = {"West": "pressure/engage"}
    nothing = dict.fromkeys(("energy", "arms", "crisis"), 0.0)
    before = tri.Scenario("before", "", "", {**MODEL.defaults, **nothing}, held)
    after = tri.Scenario("after", "", "", {**MODEL.defaults, **nothing, "energy": 0.4, "sanctions": 0.0}, held)
    (share,) = (c for c in tri.compare(MODEL, [before, after]).changes["after"] if c.measure == "share")
    assert share.total != 0
    for parts in (share.by_term, share.by_cause):
        assert sum(amount for _, amount in parts) == pytest.approx(share.total, abs=1e-9)


def test_scenarios_of_one_name_are_told_apart():
    base = tri.scenario("baseline_2016")
    others = [base.with_values(MODEL, sanctions=value) for value in (0.1, 0.9)]
    comparison = tri.compare(MODEL, [base, *others])
    assert list(comparison.changes) == ["baseline_2016 (2)", "baseline_2016 (3)"]
    lower, higher = ({c.measure: c.total for c in found}["gap"] for found in comparison.changes.values())
    assert lower < 0 < higher


def test_a_scenario_with_some_values_has_the_defaults_for_the_rest():
    some = tri.Scenario("some", "", "", {"sanctions": 0.5})
    comparison = tri.compare(MODEL, [None, some])
    assert {name for c in comparison.changes["some"] for name, _ in c.by_cause} == {"sanctions"}


def test_markup_in_a_title_is_shown_and_not_obeyed(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('title = "[red]T[/red] [/foo]"\nasks = "?"\n')
    assert "[red]T[/red] [/foo]" in str(tri.solve(MODEL, path))


def test_option_labels_with_a_slash_are_shown():
    family = tri.GameFamily(
        tri.GameForm((tri.Player("A", ["yes/no", "n"]),)),
        (tri.Parameter("p", 0.5, -1.0, 1.0),),
        (tri.Term("t", "p", {"A": [0.0, 1.0]}),),
    )
    other = tri.Scenario("other", "", "", {"p": -0.5})
    assert "A from n to yes/no" in str(tri.compare(family, [None, other]))


@pytest.mark.parametrize("ask", [tri.compare, tri.policies])
def test_play_that_errs_is_no_concept_where_stable_profiles_are_compared(ask):
    with pytest.raises(ValueError, match=r"^unknown concept 'logit_qre'\. Allowed: commitment, nash, pairwise$"):
        ask(tri.chapter_model(), "us_russia_reset", "logit_qre")
