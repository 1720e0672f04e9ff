import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from triangle.polynomial import monomial, spelled, times

FORM = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D", "E"])))
GAIN = tri.Parameter("gain", 1.0, 0.0, 2.0)
COST = tri.Parameter("cost", 0.5, 0.0, 1.0)


def family():
    terms = (
        tri.Term("gain", "gain*cost**2", {"Row": np.arange(6).reshape(2, 3)}),
        tri.Term("cost", "cost", {"Column": [-1.0, 0.0, 1.0]}),
    )
    return tri.GameFamily(FORM, (GAIN, COST), terms)


def test_payoffs_are_weights_times_arrays():
    payoffs = family().payoffs({"gain": 2.0})
    np.testing.assert_allclose(payoffs[0], 2 * 0.25 * np.arange(6).reshape(2, 3))
    np.testing.assert_allclose(payoffs[1], 0.5 * np.array([[-1, 0, 1], [-1, 0, 1]]))


def test_payoffs_broadcast_over_arrays_of_values():
    gain, cost = np.linspace(0, 2, 5)[:, None], np.linspace(0, 1, 3)
    batch = family().payoffs({"gain": gain, "cost": cost})
    assert batch.shape == (5, 3, 2, 2, 3)
    one = family().payoffs({"gain": float(gain[3, 0]), "cost": float(cost[1])})
    np.testing.assert_array_equal(batch[3, 1], one)


@given(st.integers(0, 2**32 - 1))
def test_the_chapters_payoffs_are_linear_in_each_terms_array(seed):
    model = tri.chapter_model()
    rng = np.random.default_rng(seed)
    term = model.terms[rng.integers(len(model.terms))]
    doubled = model.replace(tri.Term(term.name, term.weight, {p: 2 * a for p, a in term.payoffs.items()},
                                     role=term.role))  # fmt: skip
    whole, without, twice = (m.payoffs() for m in (model, model.without(term.name), doubled))
    np.testing.assert_allclose(twice - whole, whole - without, atol=1e-12)


def test_families_are_immutable_and_changes_make_new_ones():
    first = family()
    tax = tri.Parameter("tax", 0.1, 0.0, 1.0)
    second = first.add(tax, tri.Term("tax", "tax", {"Row": [[-1.0], [0.0]]}))
    assert len(first.terms) == 2
    assert second.payoffs()[0, 0, 0] == pytest.approx(-0.1)
    assert second.without("tax").without_parameters("tax").digest == first.digest
    assert not first.replace(tri.Parameter("gain", 0.0, 0.0, 2.0)).payoffs()[0].any()
    with pytest.raises(AttributeError):
        first.name = "other"
    with pytest.raises(TypeError):
        first.defaults["gain"] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        first.polynomials.payoffs[:] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        first.terms[0].payoffs["Row"][0, 0] = 5


def test_a_contract_follows_a_change_of_its_terms():
    model = tri.chapter_model()
    tie = model.term("arms_trade").payoffs["Russia"]
    richer = model.add(
        tri.Parameter("wheat", 0.3, 0.2, 0.4, bounds=(0, 1)),
        tri.Term("wheat", "wheat", {"Russia": tie, "China": tie}, role="product"),
    )
    both = richer.evaluate()["intensity"] - model.evaluate()["intensity"]
    at = model.form.flat(("accommodate/engage", "cooperate/partner", "cooperate/partner"))
    assert both.ravel()[at] > 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"gian": 1.0}, "did you mean 'gain'"),
        ({"gain": "much"}, "'gain' must be a number"),
        ({"gain": np.nan}, "'gain' must be finite, got nan"),
        ({"gain": [0.1, np.inf]}, "'gain' must be finite, got inf"),
        ({"gain": 2.5}, r"'gain' = 2.5 is outside \[0, 2\]"),
        ({"gain": [1.0, 1.0], "cost": [0.1, 0.2, 0.3]}, r"gain \(2,\), cost \(3,\)"),
    ],
)
def test_bad_values_are_told(values, message):
    with pytest.raises(ValueError, match=message):
        family().payoffs(values)


def test_a_value_out_of_range_warns_or_passes_by_option():
    with pytest.warns(UserWarning, match="outside"):
        warned = family().payoffs({"gain": 3.0}, outside="warn")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(family().payoffs({"gain": 3.0}, outside="ignore"), warned)
    with pytest.raises(ValueError, match="'raise', 'warn' or 'ignore'"):
        family().payoffs({}, outside="never")


def test_a_plausible_range_is_not_the_admissible_one():
    model = tri.chapter_model()
    assert model.parameter("sanctions").low == 0.6
    model.payoffs({"sanctions": 0.1})
    with pytest.raises(ValueError, match="outside"):
        model.payoffs({"sanctions": 1.1})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: tri.Parameter("x", 0.5, 0.6, 1.0), "low <= default <= high"),
        (lambda: tri.Parameter("x", float("nan"), 0.0, 1.0), "low <= default <= high"),
        (lambda: tri.Parameter("x y", 0.5, 0.0, 1.0), "identifier"),
        (lambda: tri.Term("t", "gain", {"Row": [np.nan]}), "must be finite"),
        (lambda: family().add("x"), "takes a Parameter, a Term or a Measure, got 'x'"),
        (lambda: family().replace(None), "takes a Parameter"),
        (lambda: family().payoffs({"gain": 10**400}), "'gain' must be a number"),
        (lambda: tri.Coalition.link("Row", "Row"), "two members or more"),
        (lambda: tri.Coalition({}), "two members or more"),
        (lambda: tri.Player("P", {"p": ["a/b", "a"], "q": ["c", "b/c"]}), "same label"),
        (lambda: tri.Parameter("x", "a", 0.0, 1.0), "must be a number"),
        (lambda: tri.Term("t", "gain", {"Row": "abc"}), "payoffs of 'Row' must be an array of numbers"),
        (lambda: tri.Term("t", "gain", [1.0]), "payoffs must be a mapping"),
        (lambda: tri.Term("t", "2*gain", {}), "'2' is not a parameter name"),
        (lambda: tri.Term("t", "gain+cost", {}), "not a parameter name"),
        (lambda: tri.Term("t", {"gain": 0}, {}), "whole number"),
        (lambda: tri.Player("P", []), "no action"),
        (lambda: tri.Player("P", ["a", "a"]), "repeat a label"),
        (lambda: tri.GameForm((tri.Player("P", ["a"]), tri.Player("P", ["a"]))), "same name"),
        (lambda: family().add(GAIN), "parameter given twice: gain"),
        (lambda: family().add(tri.Term("t", "gian", {})), "term 't'.*did you mean 'gain'"),
        (lambda: family().add(tri.Term("t", "gain", {"Rwo": 1.0})), "did you mean 'Row'"),
        (lambda: family().add(tri.Term("t", "gain", {"Row": [1.0, 2.0]})), r"shape \(2,\) does not fit \(2, 3\)"),
        (lambda: family().add(tri.Term("t", "gain", {}, role="product")), "unknown role 'product'"),
        (lambda: family().without("gian"), "did you mean 'gain'"),
        (lambda: family().replace(tri.Parameter("gian", 1.0, 0.0, 2.0)), "did you mean 'gain'"),
        (lambda: family().without_parameters("gain"), "still used"),
        (lambda: family().quantity("depht"), "unknown quantity"),
        (lambda: FORM.flat(("C",)), "a profile has 2 actions"),
        (lambda: FORM.flat(("C", "F")), "unknown action 'F'"),
        (lambda: FORM.flat({"Row": "C"}), "no action given for Column"),
        (lambda: FORM.flat(6), "outside 0–5"),
        (lambda: FORM.profile(6), "profile 6 is outside 0–5"),
        (lambda: FORM.profile("D"), "index must be a whole number, got 'D'"),
        (lambda: FORM.index(np.int64(2)), "player 2 is outside 0–1"),
        (lambda: FORM.indicator("Row", "", "E"), "unknown stance 'E'"),
        (lambda: tri.Game(FORM, np.zeros((2, 2, 2))), "have shape"),
        (lambda: tri.Game(FORM, np.full((2, 2, 3), np.inf)), r"entry \(0, 0, 0\) is inf"),
    ],
)
def test_bad_definitions_are_told(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_monomials_have_one_form():
    assert monomial("b*a**2") == monomial({"a": 2, "b": 1}) == monomial("a·b·a") == (("a", 2), ("b", 1))
    assert monomial("") == monomial("1") == ()
    assert times(monomial("a"), monomial("a*b")) == monomial("a**2*b")
    assert spelled(monomial("a**12")) == "a¹²"


def test_profiles_are_found_by_label_index_and_mapping():
    for flat in range(FORM.size):
        profile = FORM.profile(flat)
        assert FORM.flat(profile) == FORM.flat(dict(zip(FORM.names, profile, strict=True))) == flat


def test_regret_is_what_a_player_could_gain():
    game = tri.Game(FORM, family().payoffs())
    np.testing.assert_allclose(game.regret()[1], 0.5 * np.array([[2, 1, 0], [2, 1, 0]]))
    assert game.at(("D", "E")) == {"Row": pytest.approx(1.25), "Column": 0.5}


def test_a_two_player_game_goes_to_nashpy():
    game = tri.Game(FORM, family().payoffs())
    found = [tuple(int(s.argmax()) for s in pair) for pair in game.to_nashpy().vertex_enumeration()]
    assert (1, 2) in found
    with pytest.raises(ValueError, match="two-player"):
        tri.Game(tri.chapter_model().form, tri.chapter_model().payoffs()).to_nashpy()


def test_the_digest_follows_every_change_and_survives_pickling():
    model = tri.chapter_model()
    other = tri.chapter_model(bargaining="outside_option")
    assert model.digest == tri.chapter_model().digest
    assert len({model.digest, other.digest, model.without("isolation").digest}) == 3


def test_parameters_and_scenarios_survive_pickling():
    for item in (GAIN, tri.scenario("us_russia_reset")):
        assert pickle.loads(pickle.dumps(item)) == item
