"""Scenarios that set issue games: the triangle moves by what they hand over, and files are checked like the rest."""

import json
import pickle
import subprocess
import sys

import pytest

import triangle as tri
from triangle.chapter.issues import issue_game, issue_games
from triangle.chapter.issues.links import link_sources, linked
from triangle.chapter.quad import both
from triangle.views.markdown import link_table, parameter_table

GOOD = 'title = "t"\nasks = "?"\n'
MODEL = tri.chapter_model()


def written(folder, text, name="mine.toml"):
    path = folder / name
    path.write_text(GOOD + text, encoding="utf-8")
    return path


def told(path, model=None):
    with pytest.raises(tri.ScenarioError) as caught:
        tri.scenario(path, model)
    return "\n".join(caught.value.faults)


# --- what moves ---------------------------------------------------------------------------------------------------


def test_the_triangle_moves_by_what_the_game_yields_over_what_it_yields_at_its_reference():
    found = tri.scenario("lng_terminal")
    game = issue_game("gas_holdup")
    factor = game.solve(lng_cost=0.05).measures["loss"] / game.solve().measures["loss"]
    assert 0 < factor < 1
    assert found.values["lock_in"] == pytest.approx(MODEL.defaults["lock_in"] * factor)
    assert {name for name in MODEL.defaults if found.values[name] != MODEL.defaults[name]} == {"lock_in"}


def test_a_kept_plant_gives_russia_a_better_hand_and_a_contest_in_central_asia_a_weaker_tie():
    (before, after) = tri.compare(MODEL, "lng_terminal").outcomes
    assert after.measures["share"] > before.measures["share"]
    assert after.measures["transfer"] > before.measures["transfer"]
    (before, after) = tri.compare(MODEL, "central_asia_contest").outcomes
    assert after.scenario.values["restraint"] == 0
    assert after.measures["intensity"][0] == pytest.approx(before.measures["intensity"][0] - 2 * 0.3)


def test_a_game_with_all_at_its_defaults_changes_nothing(tmp_path):
    for name in issue_games():
        game = issue_game(name)
        if game.hands_over and name != "territorial_support":
            same = "".join(f"{p} = {v!r}\n" for p, v in game.defaults.items() if p not in game.reads)
            found = tri.scenario(written(tmp_path, f"[issues.{name}]\n{same}"))
            assert found.values == pytest.approx(dict(MODEL.defaults)), name
            assert [each.factor for each in found.handed[name]] == pytest.approx([1.0] * len(game.hands_over))


def test_several_games_move_several_parameters_as_the_library_does(tmp_path):
    text = "[issues.arms_copying]\nfading = 1.0\n[issues.oil_contract]\nothers = 0.9\n"
    found = tri.scenario(written(tmp_path, text))
    expected = linked(MODEL.defaults, {"arms_copying": {"fading": 1.0}, "oil_contract": {"others": 0.9}})
    assert found.values == dict(expected.values)
    assert found.handed == dict(expected.handed)


def test_the_game_starts_from_the_files_own_parameters(tmp_path):
    plain = tri.scenario("lng_terminal")
    factor = plain.values["lock_in"] / MODEL.defaults["lock_in"]
    text = "[parameters]\nlock_in = 0.3\n[issues.gas_holdup]\nlng_cost = 0.05\n"
    assert tri.scenario(written(tmp_path, text)).values["lock_in"] == pytest.approx(0.3 * factor)


def test_what_a_game_reads_from_the_triangle_it_reads_before_any_link(tmp_path):
    text = "[parameters]\npower_gap = 0.4\n[issues.gas_holdup]\nlng_cost = 0.05\n"
    found = tri.scenario(written(tmp_path, text))
    game = issue_game("gas_holdup")
    gap = 0.4 + MODEL.defaults["sanctions"] * MODEL.defaults["gap_sanction"]
    factor = game.solve(gap=gap, lng_cost=0.05).measures["loss"] / game.solve(gap=gap).measures["loss"]
    assert found.values["lock_in"] == pytest.approx(MODEL.defaults["lock_in"] * factor)


# --- inheritance --------------------------------------------------------------------------------------------------


def test_a_link_is_inherited_and_not_applied_twice(tmp_path):
    child = tri.scenario(written(tmp_path, 'extends = "lng_terminal"\n[parameters]\nenergy = 0.3\n'))
    parent = tri.scenario("lng_terminal")
    assert child.values["lock_in"] == parent.values["lock_in"]
    assert child.values["energy"] == 0.3
    assert child.issues == {"gas_holdup": {"lng_cost": 0.05}}
    assert "issues.gas_holdup" not in child.changes


def test_a_child_changes_an_inherited_game_relative_to_what_it_inherits(tmp_path):
    text = 'extends = "lng_terminal"\n[issues.gas_holdup]\nlng_cost = { times = 4 }\nlng = { plus = 0.1 }\n'
    child = tri.scenario(written(tmp_path, text))
    assert child.issues["gas_holdup"] == pytest.approx({"lng_cost": 0.2, "lng": 0.35})
    assert child.changes["issues.gas_holdup.lng_cost"] == "× 4"
    assert tri.scenario("lng_terminal").issues["gas_holdup"] == {"lng_cost": 0.05}


def test_a_relative_change_of_what_a_game_reads_starts_from_the_triangle(tmp_path):
    text = "[parameters]\nsensitivity = 0.4\n[issues.gas_holdup]\nsensitivity = { times = 0.5 }\n"
    assert tri.scenario(written(tmp_path, text)).issues["gas_holdup"] == pytest.approx({"sensitivity": 0.2})


# --- provenance ---------------------------------------------------------------------------------------------------


def test_a_scenario_keeps_what_was_handed_over_and_from_where():
    found = tri.scenario("central_asia_contest")
    (handed,) = found.handed["central_asia"]
    assert (handed.parameter, handed.measure, handed.value, handed.within) == ("restraint", "gain", 0.0, False)
    assert found.unlinked["restraint"] == MODEL.defaults["restraint"]
    assert found.changes["issues.central_asia.sec_cost_C"] == "0.1"
    (line,) = found.links
    assert "restraint 0.300 → 0.000" in line
    assert "outside its plausible range" in line
    assert not tri.scenario("us_russia_reset").links


def test_a_value_set_afterwards_stands_and_no_longer_counts_as_handed_over():
    found = tri.scenario("lng_terminal").with_values(MODEL, lock_in=0.25)
    assert found.values["lock_in"] == 0.25
    assert not found.links
    assert tri.scenario("lng_terminal").with_values(MODEL, energy=0.3).links == tri.scenario("lng_terminal").links


def test_a_linked_scenario_can_be_sent_to_another_process_and_written_as_json():
    found = tri.scenario("lng_terminal")
    assert pickle.loads(pickle.dumps(found)) == found
    assert json.loads(json.dumps(tri.solve(MODEL, found).to_dict()))["parameters"]["lock_in"] < 0.15


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[issues.gas_holdpu]\nlng = 0.1\n", ["issues.gas_holdpu", "did you mean 'gas_holdup'"]),
        ("[issues.gas_threat]\n", ["issues.gas_threat", "hands no parameter over"]),
        ("[issues.gas_holdup]\nlgn = 0.1\n", ["issues.gas_holdup.lgn", "0.1", "did you mean 'lng'"]),
        ("[issues.gas_holdup]\nlng = 1.5\n", ["issues.gas_holdup.lng", "1.5", "from 0 to 1"]),
        ("[issues.gas_holdup]\nlng_cost = 0.6\n", ["issues.gas_holdup.lng_cost", "from 0 to 0.5"]),
        ("[issues.gas_holdup]\nlng = { times = 9 }\n", ["issues.gas_holdup.lng", "2.25", "from 0 to 1"]),
        ("[issues.gas_holdup]\nlng = { time = 9 }\n", ["issues.gas_holdup.lng", "times = number"]),
        ('[issues.gas_holdup]\nlng = "0.1 + 0.1"\n', ["issues.gas_holdup.lng", "must be a number"]),
        ("[issues.gas_holdup]\nlng = nan\n", ["issues.gas_holdup.lng", "nan", "must be a number"]),
        ("[issues]\ngas_holdup = 3\n", ["issues.gas_holdup", "dictionary", "3"]),
        ("issues = 3\n", ["issues", "dictionary", "3"]),
        ("[issues.oil_contract]\n[issues.eastern_pivot]\n", ["'issues'", "pivot", "oil_contract and eastern_pivot"]),
    ],
)  # fmt: skip
def test_a_faulty_table_is_told_by_file_key_value_and_what_is_allowed(tmp_path, text, parts):
    path = written(tmp_path, text)
    found = told(path)
    for part in parts:
        assert part in found


def test_all_faults_are_told_at_once_with_those_of_the_rest(tmp_path):
    text = (
        "[parameters]\nsanction = 1\n[issues.gas_holdup]\nlng = 3\nlgn = 0\n[issues.gas_threat]\n[issues.oil]\nx = 1\n"
    )
    found = told(written(tmp_path, text))
    for key in ("parameters.sanction", "gas_holdup.lng'", "gas_holdup.lgn'", "issues.gas_threat", "issues.oil"):
        assert key in found


def test_a_conflict_with_an_inherited_game_is_told(tmp_path):
    written(tmp_path, "[issues.oil_contract]\nothers = 0.9\n", "first.toml")
    found = told(written(tmp_path, 'extends = "first"\n[issues.eastern_pivot]\n'))
    assert "name one source" in found


def test_a_model_without_the_parameter_is_told(tmp_path):
    form = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
    family = tri.GameFamily(form, (tri.Parameter("gain", 1.0, 0.0, 2.0),), name="dilemma")
    found = told(written(tmp_path, "[issues.gas_holdup]\nlng = 0.1\n"), family)
    assert "the model 'dilemma' has no parameter 'lock_in'" in found


def test_issue_games_are_loaded_only_where_a_file_sets_one():
    code = (
        "import sys, triangle as tri; links = 'triangle.chapter.issues.links'; tri.scenario('us_russia_reset');"
        "before = links in sys.modules; tri.scenario('lng_terminal'); print(before, links in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "True"]


# --- the tables, and players held by name --------------------------------------------------------------------------


def test_the_table_of_parameters_says_which_game_can_set_which():
    rows = {row.split("`")[1]: row for row in parameter_table().splitlines()[2:]}
    for name, row in rows.items():
        games = [game for game, _ in link_sources().get(name, ())]
        assert row.endswith("| " + ", ".join(f"`{game}`" for game in games) + " |")
    assert link_table().count("\n") == 1 + sum(len(issue_game(name).hands_over) for name in issue_games())


def test_the_two_western_players_are_held_by_name(tmp_path):
    quad = tri.chapter_model("quad")
    text = (
        '[commitment.US]\nRussia = "accommodate"\nChina = "engage"\n'
        '[commitment.EU]\nRussia = "pressure"\nChina = "engage"\n[issues.gas_holdup]\nlng_cost = 0.05\n'
    )
    found = tri.scenario(written(tmp_path, text), quad)
    assert found.held == {"US": "accommodate/engage", "EU": "pressure/engage"}
    assert found.values["lock_in"] == tri.scenario("lng_terminal").values["lock_in"]
    assert len(tri.solve(quad, found).equilibria) == 1


def test_stances_without_a_name_hold_both_western_players(tmp_path):
    quad = tri.chapter_model("quad")
    found = tri.scenario(written(tmp_path, '[commitment]\nRussia = "accommodate"\nChina = "engage"\n'), quad)
    assert found.held == {"US": "accommodate/engage", "EU": "accommodate/engage"}


@pytest.mark.parametrize("name", tri.scenarios())
def test_a_scenario_of_the_triangle_read_for_the_two_is_the_one_turned_for_both(name):
    def compared(scenario):
        return [] if scenario is None else [(scenario.held, scenario.name), *compared(scenario.baseline)]

    read, turned = tri.scenario(name, tri.chapter_model("quad")), both(tri.scenario(name))
    assert compared(read) == compared(turned)
    assert turned.values.items() <= read.values.items()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('[commitment]\nRusia = "pressure"\nChina = "engage"\n', ["no leader", "Rusia and China", "[commitment.US]"]),
        ('[commitment]\nRussia = "presure"\nChina = "engage"\n', ["commitment.Russia", "did you mean 'pressure'"]),
        ('[commitment.UK]\nRussia = "pressure"\n', ["commitment.UK", "unknown player", "EU"]),
        ('[commitment.US]\nRussia = "presure"\n', ["commitment.US.Russia", "commitment.US.China", "missing"]),
    ],
)  # fmt: skip
def test_a_wrong_way_to_hold_them_is_told(tmp_path, text, parts):
    found = told(written(tmp_path, text), tri.chapter_model("quad"))
    for part in parts:
        assert part in found


def test_in_the_triangle_any_player_can_be_held_by_name(tmp_path):
    text = (
        '[commitment.West]\nRussia = "pressure"\nChina = "engage"\n'
        '[commitment.China]\nWest = "challenge"\nRussia = "partner"\n'
    )
    found = tri.scenario(written(tmp_path, text))
    assert found.held == {"West": "pressure/engage", "China": "challenge/partner"}
    assert found.changes["commitment.China"] == "challenge/partner"


def test_a_stance_that_is_no_text_is_told(tmp_path):
    found = told(written(tmp_path, '[commitment]\nRussia = 3\nChina = ["engage"]\n'))
    assert "commitment.Russia" in found
    assert "unknown stance 3" in found
    assert "commitment.China" in found
