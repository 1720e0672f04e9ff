"""What the explorer answers is what the library says: compared with its public functions."""

import json

import numpy as np
import pytest

import triangle as tri
from triangle.explorer.answers import KINDS, reply
from triangle.explorer.asked import Fault
from triangle.explorer.phase import unpacked
from triangle.explorer.schema import schema
from triangle.explorer.world import chapter_world, world_of

AXES = {"x": "sanctions", "y": "ambition"}
SETTINGS = [
    {"scenario": "us_russia_reset"},
    {"scenario": "baseline_2016", "values": {"power_gap": 0.31, "isolation": 0.9}},
    {"scenario": "us_russia_reset", "held": {}, "concept": "commitment"},
    {"scenario": "obstacles_vanish", "concept": "nash", "values": {"rebuff": 0.0}},
    {"scenario": "", "held": {"West": "pressure/contain"}},
]
REQUIRED = {
    "phase": AXES,
    "curves": AXES | {"profiles": [136]},
    "claim": {"claim": "C12"},
    "question": {"measure": "intensity"},
    "answer": {"measure": "intensity", "guess": "rises"},
}


def scenario_of(world, setting):
    """The setting as a scenario of the library, without the explorer's reading of it."""
    name = setting["scenario"]
    model = world.models["chapter"]
    base = tri.scenario(name) if name else tri.Scenario("defaults", "", "", dict(model.defaults))
    base = base.with_values(model, **setting.get("values", {}))
    return tri.Scenario(base.name, "", "", base.values, setting.get("held", base.held))


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_phase_diagram_is_the_sweep_of_the_same_grid_to_the_bit(world, setting):
    model, concept = world.models["chapter"], setting.get("concept", "pairwise")
    vary = {"ambition": (0.0, 1.0, 100), "sanctions": (0.0, 1.0, 100)}
    swept = tri.sweep(model, scenario_of(world, setting), vary, concept=concept, dtype="float32")
    for measure in ("share", "transfer", "configuration"):
        head, arrays = unpacked(reply(world, "phase", {**setting, **AXES, "measure": measure}))
        assert head["shape"] == [100, 100]
        low, high = arrays["low"], arrays.get("high", arrays["low"])
        assert np.array_equal(low, swept[f"{measure}_min"].values.astype(np.float32), equal_nan=True)
        assert np.array_equal(high, swept[f"{measure}_max"].values.astype(np.float32), equal_nan=True)
    sizes = np.array([len(found) for found in head["sets"]])
    assert np.array_equal(sizes[arrays["set"]], swept["equilibria"].values)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_sets_of_a_phase_diagram_are_the_equilibria_at_its_nodes(world, setting):
    head, arrays = unpacked(reply(world, "phase", {**setting, **AXES, "n": 12}))
    values = np.linspace(0, 1, 12)
    model, base = world.models["chapter"], scenario_of(world, setting)
    for row, column in [(0, 0), (3, 7), (11, 2), (11, 11), (6, 6)]:
        at = base.with_values(model, ambition=values[row], sanctions=values[column])
        outcome = tri.solve(model, at, setting.get("concept", "pairwise"))
        assert head["sets"][arrays["set"][row, column]] == [found.index for found in outcome.equilibria]


def test_a_tie_all_over_the_picture_is_drawn(world):
    # At these values China is indifferent between challenge and cooperation wherever the West engages it.
    setting = {"scenario": "us_russia_reset", "values": {"stability": 0.2, "ambition": 0.2}}
    head, _ = unpacked(reply(world, "phase", {**setting, "x": "sanctions", "y": "power_gap", "n": 10}))
    outcome = tri.solve(world.models["chapter"], scenario_of(world, setting))
    assert len(outcome.equilibria) == 2
    assert [found.index for found in outcome.equilibria] in head["sets"]


def test_a_rival_without_the_parameters_of_the_axes_is_the_same_everywhere(world):
    head, arrays = unpacked(reply(world, "phase", {"model": "indifferent", "x": "primacy", "y": "norms"}))
    assert len(head["sets"]) == 1
    assert len(head["sets"][0]) == 3  # every depth of the tie is stable
    assert arrays["set"].shape == (100, 100)


def test_a_rival_varies_along_the_one_axis_that_it_has(world):
    head, arrays = unpacked(reply(world, "phase", {"model": "wedge", "x": "primacy", "y": "ambition", "n": 30}))
    assert len(head["sets"]) > 1
    assert (arrays["set"] == arrays["set"][:, :1]).all()


def test_every_profile_has_a_colour_and_stable_ones_come_first(world):
    model = schema(world)["models"]["chapter"]
    assert len(model["slots"]) == 144
    stable = {found.index for name in tri.scenarios() for found in tri.solve(world.models["chapter"], name).equilibria}
    assert max(model["slots"][profile] for profile in stable) < len(schema(world)["colours"]["palette"])


def test_a_cell_tells_stances_and_measures_as_solve_does(world):
    at = {"detente": 0.1, "ambition": 0.7}
    found = reply(world, "cell", {"scenario": "us_russia_reset", "at": at})
    model = world.models["chapter"]
    (only,) = tri.solve(model, tri.scenario("us_russia_reset").with_values(model, **at)).equilibria
    (told,) = found["equilibria"]
    assert told["profile"] == only.index
    assert "/".join(each["stance"] for each in told["stances"]) == "/".join(only.profile)
    measures = {each["name"]: each["told"] for each in told["measures"]}
    assert measures["intensity"] == f"{only.measures['intensity']:.3f}"
    assert measures["transfer"] == f"Russia concedes {-only.measures['transfer']:.3f}"
    assert measures["transfer"] in found["sentence"]


def test_reasons_add_up_to_what_each_move_would_lose(world):
    (told,) = reply(world, "pin", {"scenario": "us_russia_reset", "at": {}})["equilibria"]
    assert len(told["moves"]) > 3
    for move in told["moves"]:
        assert sum(amount for _, amount in move["reasons"]) + (move["rest"] or 0.0) == pytest.approx(move["loss"])


def test_the_nearest_thresholds_are_those_of_the_exact_search(world):
    at = {"detente": 0.1}
    found = reply(world, "nearest", {"scenario": "us_russia_reset", "at": at, "parameters": ["detente", "primacy"]})
    along = {each["parameter"]: each for each in found["along"]}
    exact = tri.thresholds(world.models["chapter"], "us_russia_reset", "detente").switches
    (switch,) = along["detente"]["switches"]
    assert (switch["value"], switch["exact"]) == (float(exact[0]), str(exact[0].value))
    assert along["detente"]["away"] == pytest.approx((float(exact[0]) - 0.1) / 0.1)
    assert along["primacy"]["switches"] == []
    assert [each["parameter"] for each in found["along"]] == ["detente", "primacy"]


def test_borders_lie_on_the_threshold(world):
    body = {"scenario": "us_russia_reset", "x": "detente", "y": "primacy", "profiles": [136]}
    curves = reply(world, "curves", body)["curves"]
    threshold = float(tri.thresholds(world.models["chapter"], "us_russia_reset", "detente").switches[0])
    assert len(curves) == 1
    assert np.allclose([x for x, _ in curves[0]], threshold)
    assert {curves[0][0][1], curves[0][-1][1]} == {0.0, 1.0}


def test_a_claim_has_the_verdict_of_check(world):
    verdict = tri.check("C12", world.models["chapter"], points=1024)
    found = reply(world, "claim", {"claim": "C12"})
    assert (found["status"], found["share"]) == (verdict.status, verdict.share)
    assert found["now"] is None
    assert reply(world, "claim", {"claim": "C12", "values": {"isolation": 0.1}})["now"] is False
    assert reply(world, "claim", {"claim": "C12", "values": {"isolation": 0.39}})["now"] is True


def test_the_claims_of_a_picture_are_its_scenarios_and_its_axes(world):
    found = reply(world, "claims", {"scenario": "us_russia_reset", "axes": ["sanctions"]})["claims"]
    assert found[:4] == list(tri.scenario("us_russia_reset").claims)
    assert set(world.models["chapter"].parameter("sanctions").claims) <= set(found)


def test_a_question_does_not_give_the_answer_away(world):
    asked = reply(world, "question", {"measure": "intensity"})
    told = json.dumps(asked)
    assert "intensity of cooperation" in asked["question"]
    assert len(asked["changes"]) == 1
    for leak in ("5.248", "5.147", "concedes", "partner"):
        assert leak not in told


@pytest.mark.parametrize(("measure", "said"), [("intensity", "rises"), ("gap", "falls")])
def test_an_answer_is_that_of_the_comparison(world, measure, said):
    found = reply(world, "answer", {"measure": measure, "guess": "rises"})
    change = {c.measure: c for c in tri.compare(world.models["chapter"], "us_russia_reset").changes["us_russia_reset"]}
    assert found["said"] == said
    assert found["right"] is (said == "rises")
    assert found["after"] == f"{change[measure].after:.3f}"


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_saved_scenario_reads_back_to_the_last_digit(world, setting, tmp_path):
    path = tmp_path / "saved.toml"
    path.write_text(reply(world, "toml", setting)["toml"], encoding="utf-8")
    expected, found = scenario_of(world, setting), tri.scenario(path)
    assert dict(found.values) == dict(expected.values)
    assert dict(found.held) == dict(expected.held)
    assert found.asks


def test_a_scenario_with_issue_games_is_saved_with_what_they_handed_over(world, tmp_path):
    path = tmp_path / "saved.toml"
    path.write_text(reply(world, "toml", {"scenario": "lng_terminal"})["toml"], encoding="utf-8")
    assert dict(tri.scenario(path).values) == dict(tri.scenario("lng_terminal").values)


def test_a_rivals_file_is_read_with_the_rival(world, tmp_path):
    path = tmp_path / "saved.toml"
    path.write_text(reply(world, "toml", {"model": "wedge", "values": {"pull": 0.55}})["toml"], encoding="utf-8")
    assert tri.scenario(path, tri.rival_model("wedge")).values["pull"] == 0.55


def test_a_title_with_quotes_and_odd_characters_is_saved(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('title = "A \\"quoted\\" \\u2028 title \\\\"\nasks = "Why?"\n', encoding="utf-8")
    again = tmp_path / "again.toml"
    again.write_text(reply(chapter_world(str(own)), "toml", {})["toml"], encoding="utf-8")
    assert tri.scenario(again).title == 'A "quoted" \u2028 title \\'


def test_an_own_model_is_explored_with_its_own_words():
    row, column = tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])
    form = tri.GameForm((row, column))
    both = form.indicator("Row", "", "C") * form.indicator("Column", "", "C")
    model = tri.GameFamily(
        form,
        parameters=(tri.Parameter("gain", 1.0, 0.0, 2.0), tri.Parameter("cost", 0.5, 0.0, 1.0)),
        terms=(
            tri.Term("gain", "gain", {"Row": both, "Column": both}),
            tri.Term("cost", "cost", {name: -form.indicator(name, "", "C") for name in ("Row", "Column")}),
        ),
    )
    own = world_of(model)
    told = schema(own)
    assert list(own.scenarios) == []
    assert told["axes"] == ["gain", "cost"]
    assert told["models"]["model"]["leader"] is None
    head, arrays = unpacked(reply(own, "phase", {"x": "gain", "y": "cost", "n": 5}))
    assert head["sets"][arrays["set"][4, 0]] == [3]  # nothing to gain, and a cost: neither cooperates
    assert head["sets"][arrays["set"][4, 4]] == [0, 3]  # twice the cost to gain: that, or both do
    assert head["sets"][arrays["set"][0, 0]] == [0, 1, 2, 3]  # nothing at stake
    assert reply(own, "cell", {"at": {"gain": 0.0}})["sentence"] == "Row: D; Column: D."


def test_a_model_with_one_parameter_has_no_picture():
    form = tri.GameForm((tri.Player("Row", ["C", "D"]),))
    with pytest.raises(ValueError, match="two parameters or more"):
        world_of(tri.GameFamily(form, parameters=(tri.Parameter("gain", 1.0, 0.0, 2.0),)))


def test_a_model_with_two_players_in_the_west_is_explored_too():
    model = tri.chapter_model("quad")
    quad = world_of(model, "eu_sanctions_relief")
    outcome = tri.solve(model, "eu_sanctions_relief")
    head, arrays = unpacked(reply(quad, "phase", {**AXES, "n": 5}))
    assert len(model.form.profile(head["sets"][arrays["set"][0, 0]][0])) == 4
    (told,) = reply(quad, "pin", {})["equilibria"]
    assert [told["profile"]] == [found.index for found in outcome.equilibria]
    assert [each["player"] for each in told["stances"]] == [
        "US",
        "US",
        "EU",
        "EU",
        "Russia",
        "Russia",
        "China",
        "China",
    ]
    along = reply(quad, "nearest", {"parameters": ["s_sanctions"]})["along"]
    switches = tri.thresholds(model, "eu_sanctions_relief", "s_sanctions").switches
    assert {each["value"] for each in along[0]["switches"]} <= {float(each) for each in switches}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "schema"])
@pytest.mark.parametrize(
    ("change", "key", "allowed"),
    [
        ({"model": "balance"}, "model", "balancing"),
        ({"model": 3}, "model", "text"),
        ({"scenario": "us_russia_rest"}, "scenario", "us_russia_reset"),
        ({"concept": "trembling"}, "concept", "pairwise"),
        ({"values": {"sanction": 0.2}}, "values.sanction", "sanctions"),
        ({"values": {"sanctions": 1.5}}, "values.sanctions", "from 0 to 1"),
        ({"values": {"sanctions": float("nan")}}, "values.sanctions", "finite"),
        ({"values": {"sanctions": "0.5"}}, "values.sanctions", "number"),
        ({"values": {"sanctions": True}}, "values.sanctions", "number"),
        ({"values": [0.5]}, "values", "table"),
        ({"held": {"Japan": "engage"}}, "held.Japan", "West"),
        ({"held": {"West": "pressure"}}, "held.West", "pressure/engage"),
        ({"held": {"West": ["pressure/engage"]}}, "held.West", "pressure/engage"),
    ],
)
def test_a_wrong_setting_is_told_by_key_value_and_what_is_allowed(world, kind, change, key, allowed):
    with pytest.raises(Fault) as fault:
        reply(world, kind, REQUIRED.get(kind, {}) | change)
    assert fault.value.key == key
    assert allowed in fault.value.allowed


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("phase", {"x": "sanctions"}, "y"),
        ("phase", {"x": "sanctions", "y": "sanctions"}, "y"),
        ("phase", {"x": "sanction", "y": "ambition"}, "x"),
        ("phase", AXES | {"n": 1}, "n"),
        ("phase", AXES | {"n": 401}, "n"),
        ("phase", AXES | {"n": 10.5}, "n"),
        ("phase", AXES | {"n": True}, "n"),
        ("phase", AXES | {"measure": "intensty"}, "measure"),
        ("curves", AXES | {"profiles": [144]}, "profiles"),
        ("curves", AXES | {"profiles": "all"}, "profiles"),
        ("curves", AXES | {"profiles": [0] * 9}, "profiles"),
        ("curves", AXES | {"profiles": [0], "held": {"West": "accommodate/engage"}}, "curves"),
        ("cell", {"at": {"sanctions": 2}}, "at.sanctions"),
        ("cell", {"at": {"sanction": 0.2}}, "at.sanction"),
        ("nearest", {"parameters": ["sanction"]}, "parameters"),
        ("nearest", {"parameters": "sanctions"}, "parameters"),
        ("claims", {"axes": "sanctions"}, "axes"),
        ("claim", {"claim": "C999"}, "claim"),
        ("question", {"measure": "depth"}, "measure"),
        ("answer", {"measure": "intensity", "guess": "explodes"}, "guess"),
        ("answer", {"scenario": "baseline_2016", "measure": "intensity", "guess": "rises"}, "scenario"),
        ("phase", [], "body"),
        ("shell", {}, "kind"),
    ],
)
def test_a_wrong_question_is_told_by_its_key(world, kind, body, key):
    with pytest.raises(Fault) as fault:
        reply(world, kind, body)
    assert fault.value.key == key
    assert fault.value.allowed
