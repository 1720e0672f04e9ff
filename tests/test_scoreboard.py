"""The scoreboard of dated events and policy contrasts: recorded figures, the null, refusals, page, command."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import triangle as tri
from through_time import CHAPTER, MODEL, dated
from triangle.chapter.events import events, observations
from triangle.cli import app
from triangle.studies.contrasts import policy_contrasts
from triangle.studies.events import scoreboard
from triangle.studies.simulate import propagate
from triangle.timeline import Change, steady, timeline
from triangle.views.markup import rows_of
from triangle.views.scoreboard import BEGIN, END, contrasts_table, statements_table, summary_table, unscored_table

DRAWS = 96
PAGE = (Path(__file__).parents[1] / "docs" / "time.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def board():
    return scoreboard(draws=DRAWS, progress=False)


@pytest.fixture(scope="module")
def levers():
    return policy_contrasts(draws=DRAWS)


def missed(board, forecast):
    given = board.given(forecast)
    return {each.event for each, chance in zip(board.observations, given, strict=True) if chance <= 0.5}


# --- recorded figures ------------------------------------------------------------------------------------------------

RECORDED = {
    ("chapter", "default"): (22, 4, 17, -0.71, 0.154, 0.261, 13),
    ("climatology", ""): (18, 6, 18, -0.56, 0.178, 0.165, 12),
    ("reader's rule", ""): (21, 6, 18, -0.90, 0.189, 0.213, 14),
    ("uniform", ""): (0, 0, 0, -1.10, 0.444, 0.444, 0),
    ("indifferent", "default"): (6, 0, 4, -3.11, 0.689, 0.736, 0),
}


@pytest.mark.parametrize("name", RECORDED)
def test_forecasters_without_draws_have_the_recorded_scores(board, name):
    forecast = board.forecast(*name)
    stated, inferred = (board.tally(forecast, told) for told in ("stated", "inferred"))
    answers = board.tally(forecast, nature="consequence")
    found = (stated.hits, inferred.hits, answers.hits, stated.log_score, stated.brier, answers.brier)
    assert (*found, len(board.whole(forecast))) == pytest.approx(RECORDED[name], abs=0.006)
    assert (stated.statements, inferred.statements, answers.statements) == (26, 6, 23)


BOX = {
    ("E02", "intensity", 2000): (0.04, 0.68, 0.99, 0.0),
    ("E03", "investment", 2003): (0.42, 0.50, 0.76, 1.0),
    ("E09", "transfer", 2010): (0.84, 0.22, 0.99, 0.0),
    ("E10", "intensity", 2012): (0.89, 0.04, 1.0, 0.0),
    ("E14", "intensity", 2013): (0.88, 0.11, 1.0, 0.0),
    ("E14", "transfer", 2013): (1.0, 0.19, 1.0, 0.0),
    ("E18", "intensity", 2015): (0.07, 0.07, 1.0, 0.0),
    ("E20", "depth", 2015): (1.0, 0.55, 0.62, 0.45),
}
"""Shares of 4,096 other draws, for the chapter, balancing, wedge and indifferent."""


@pytest.mark.parametrize("key", BOX)
def test_means_over_draws_are_within_three_standard_errors_of_recorded_ones(board, key):
    place = next(k for k, each in enumerate(board.observations) if (each.event, each.measure, each.first) == key)
    for family, recorded in zip(board.families, BOX[key], strict=True):
        forecast = board.forecast(family, "box")
        error = forecast.errors[place] * np.sqrt(1 + DRAWS / 4096)
        assert board.given(forecast)[place] == pytest.approx(recorded, abs=3 * error + 0.01)


def test_the_null_explains_no_event(board):
    for way in ("default", "box", "event out", "episode out"):
        assert board.whole(board.forecast("indifferent", way)) == ()


def test_the_wedge_is_ahead_on_consequences_and_that_is_shown(board):
    hits = [board.tally(board.forecast(name, "box"), nature="consequence").hits for name in ("wedge", "chapter")]
    assert hits[0] > hits[1]
    assert f"wedge {hits[0]}" in str(board)


# --- findings --------------------------------------------------------------------------------------------------------


def test_every_miss_of_the_chapter_is_admitted_and_nothing_else(board):
    admitted = {each.id for each in events().values() if "miss" in each.finding.split(":")[0].split(".")[0].lower()}
    assert missed(board, board.forecast("chapter", "default")) == admitted | {"E12"}
    assert events()["E12"].finding.startswith("As E11")


def test_what_moved_a_measure_is_what_the_findings_say(board):
    moved = {(each.event, each.measure): board.moved[each.asked] for each in observations()}
    assert moved["E02", "intensity"].by_commitments < 0 < moved["E02", "intensity"].by_values
    assert moved["E09", "transfer"].by_commitments < 0 < moved["E09", "transfer"].by_values
    reset = moved["E07", "intensity"]
    assert abs(reset.by_commitments) < 0.01 * reset.before < reset.by_values
    for key in ("E16", "E18", "E19"):
        assert abs(moved[key, "intensity"].change) < 0.01 * moved[key, "intensity"].before
    assert moved["E11", "transfer"].change > 0.02


def test_a_change_is_the_difference_of_the_means_and_stances_that_do_not_change_move_nothing(board):
    law = propagate(MODEL, CHAPTER, equations="all", measures=["intensity"]).means["intensity"][:, 0]
    line = timeline(CHAPTER)
    for each in observations():
        moved = board.moved[each.asked]
        first, last = line.place(each.first), line.place(each.last)
        if each.measure == "intensity":
            assert moved.change == pytest.approx(law[last] - law[first], abs=1e-9)
        if len(set(line.commitments[first : last + 1])) == 1:
            assert moved.by_values == moved.change


# --- contrasts -------------------------------------------------------------------------------------------------------

LEVERS = {
    "opening_2001": ((0.70, 0.81), (0.0, None), (1.0, 1.0)),
    "reset_2010": ((0.92, None), (1.0, None), (0.0, 0.0)),
    "sanctions_2014": ((0.48, 0.73), (0.11, 0.64), (1.0, 1.0)),
    "sanctions_terms_2014": ((1.0, 1.0), (0.0, 0.64), (1.0, 1.0)),
    "relief_2015_later": ((0.72, None), (0.80, None), (0.0, 0.0)),
}


@pytest.mark.parametrize("key", LEVERS)
def test_contrasts_are_within_three_standard_errors_of_recorded_shares(levers, key):
    for family, recorded in zip(("chapter", "balancing", "wedge"), LEVERS[key], strict=True):
        effect = levers.effects[key, family]
        for share, expected in zip((effect.holds, effect.sign), recorded, strict=True):
            if expected is not None:
                error = np.sqrt(max(expected * (1 - expected), 0.01) * (1 / DRAWS + 1 / 4096))
                assert share == pytest.approx(expected, abs=3 * error)


def test_a_lever_is_the_difference_between_history_and_its_branch(levers):
    line = timeline(CHAPTER).until(2014)
    branch = line.changed(MODEL, Change(2014, {"sanctions": 0.1}))
    ends = [
        propagate(MODEL, way, equations="all", draws=DRAWS, measures=["transfer"]).means["transfer"][-1]
        for way in (line, branch)
    ]
    effect = levers.effects["sanctions_terms_2014", "chapter"]
    assert effect.median == pytest.approx(np.median(ends[0] - ends[1]))
    assert effect.moves == (abs(ends[0] - ends[1]) > 0.02).mean()


def test_where_nothing_moves_no_fall_is_trivial_and_a_missing_parameter_is_named(levers):
    assert levers.effects["reset_2010", "indifferent"].moves == 0
    assert levers.effects["crisis_2009", "wedge"].lacking == ("crisis",)
    cells = {row[0]: row for row in rows_of(contrasts_table(levers))}
    assert cells["The reset does not lower intensity (2010)"][-1] == "1.00 / 1.00 trivial"
    assert cells["The crisis raises intensity (2009)"][-1] == "no such parameter"


# --- the page --------------------------------------------------------------------------------------------------------


def printed():
    """The tables on the page as lists of rows, by title."""
    found = {}
    for title, body in re.findall(r"\*\*(.+?)\*\*\n\n((?:\|.*\n)+)", PAGE[PAGE.index(BEGIN) : PAGE.index(END)]):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines()]
        found[title.split(" (")[0].split(":")[0]] = [rows[0], *rows[2:]]
    return found


def test_the_page_has_the_tables_of_the_code(board, levers):
    page = printed()
    for table in (summary_table(board), statements_table(board), contrasts_table(levers), unscored_table()):
        made = rows_of(table)
        there = page[str(table.title).split(" (")[0].split(":")[0]]
        assert there[0] == made[0]
        assert [row[0] for row in there] == [row[0] for row in made]
        exact = [k for k, name in enumerate(made[0]) if name in ("statement", "told", "default", "claims", "why")]
        assert [[row[k] for k in exact] for row in there] == [[row[k] for k in exact] for row in made]
    plain = [row for row in page["Forecasters on the dated events"] if row[0] in ("climatology", "reader's rule")]
    assert plain == [row for row in rows_of(summary_table(board)) if row[0] in ("climatology", "reader's rule")]


def test_the_pages_numbers_are_within_three_standard_errors(board):
    header, *rows = printed()["Probability given to what was observed"]
    known = {"<.01": 0.005, ">.99": 0.995}
    for column, (family, way) in {
        "box": ("chapter", "box"), "episode out": ("chapter", "episode out"), "balancing": ("balancing", "box"),
        "wedge": ("wedge", "box"), "indifferent": ("indifferent", "box"),
    }.items():  # fmt: skip
        forecast = board.forecast(family, way)
        there = [known.get(cell) or float(cell) for cell in (row[header.index(column)] for row in rows)]
        room = 3 * forecast.errors * np.sqrt(1 + DRAWS / 4096) + 0.01
        np.testing.assert_array_less(abs(board.given(forecast) - there), room + 0.005)


def test_the_page_has_the_findings_of_the_data():
    for each in events().values():
        assert not each.finding or f"- {each.id}: {each.finding}" in PAGE


# --- data, and what is refused ---------------------------------------------------------------------------------------


def test_the_board_is_labelled_data(board):
    found = board.to_dataset()
    assert dict(found.sizes) == {"forecaster": 19, "statement": 32, "direction": 3}
    np.testing.assert_allclose(found.chance.sum("direction"), 1)
    given = found.chance.sel(direction=found.observed)
    np.testing.assert_allclose(given, found.probability)
    np.testing.assert_allclose(found.brier, (1 - given) ** 2)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"draws": 1}, "draws must be"),
        ({"draws": 2.5}, "draws must be"),
        ({"models": {}}, "at least one family"),
        ({"models": MODEL}, "models must be a mapping"),
        ({"seed": -1}, "seed must be"),
        ({"models": {"quad": tri.chapter_model("quad")}}, "has others"),
        ({"bands": {"intensty": 0.1}}, "intensity"),
        ({"bands": {"gap": -0.1}}, "gap must be a number from 0 on"),
        ({"bands": {"gap": "wide"}}, "bands must be a mapping from a text to a number"),
        ({"exponent": 0}, "exponent must be above 0"),
        ({"exponent": "1"}, "exponent must be a number"),
        ({"timeline": steady(MODEL, dated(), 3, first=2000)}, "has the years 2000–2002, not"),
        ({"precision": 0}, "precision must be"),
    ],
)
def test_bad_input_is_refused(options, told):
    with pytest.raises(ValueError, match=told):
        scoreboard(**({"models": {"chapter": MODEL}, "draws": 2} | options))


def test_an_unknown_forecast_is_told(board):
    with pytest.raises(ValueError, match="chapter, box"):
        board.forecast("chapter", "bx")


def test_a_wide_band_makes_every_rise_a_miss():
    found = scoreboard({"chapter": MODEL}, draws=2, bands={"intensity": 2.0})
    given = found.given(found.forecast("chapter", "default"))
    assert all(
        chance < 0.01 for chance, each in zip(given, found.observations, strict=True) if each.measure == "intensity"
    )


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_prints_what_the_study_finds(monkeypatch, board):
    monkeypatch.setattr("triangle.studies.events.scoreboard", lambda **options: board)
    shown = CliRunner().invoke(app, ["scoreboard"]).output
    assert "indifferent is the null" in shown.replace("\n", " ")
    assert "E02: A miss." in shown
    found = json.loads(CliRunner().invoke(app, ["scoreboard", "--json"]).output)
    assert found["forecasters"]["uniform"]["stated"]["hits"] == 0
    assert len(found["statements"]) == 32
    assert set(found["unscored"]) == {"E04", "E08", "E17", "E21", "E22"}


def test_the_command_prints_contrasts(monkeypatch, levers):
    monkeypatch.setattr("triangle.studies.contrasts.policy_contrasts", lambda **options: levers)
    found = json.loads(CliRunner().invoke(app, ["scoreboard", "--contrasts", "--json"]).output)
    assert found["contrasts"][0]["families"]["wedge"]["holds"] == 1
    assert "Policy contrasts" in CliRunner().invoke(app, ["scoreboard", "--contrasts"]).output


def test_the_command_refuses_what_the_study_refuses():
    result = CliRunner().invoke(app, ["scoreboard", "--draws", "1"])
    assert isinstance(result.exception, ValueError)
    assert "draws must be" in str(result.exception)
