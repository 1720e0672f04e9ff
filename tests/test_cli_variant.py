"""``--variant quad``: the commands on the variant with two Western players, and what they refuse there."""

import json

import pytest
from typer.testing import CliRunner

import triangle as tri
from triangle.chapter.quad import both
from triangle.cli import app

MODEL = tri.chapter_model("quad")
HELD = {"US": "accommodate/engage", "EU": "accommodate/engage"}


def told(*arguments):
    """Run a command in this process and return what it printed."""
    found = CliRunner().invoke(app, [*map(str, arguments), "--variant", "quad"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def refused(*arguments):
    found = CliRunner().invoke(app, [*map(str, arguments), "--variant", "quad"])
    assert isinstance(found.exception, ValueError)  # What main turns into one message and exit status 2.
    return str(found.exception)


def test_run_holds_both_and_agrees_with_solving_in_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, after = json.loads(told("run", "us_russia_reset", "--set", "s_sanctions=0.3", "--json"))["outcomes"]
    scenario = both(tri.scenario("us_russia_reset")).with_values(MODEL, s_sanctions=0.3)
    assert after["held"] == HELD
    assert after == json.loads(json.dumps(tri.solve(MODEL, scenario).to_dict()))
    assert (before["held"], len(before["equilibria"])) == ({}, 2)
    assert "EU → Russia" in told("run", "us_russia_reset")
    assert not list(tmp_path.iterdir())


def test_compare_puts_scenarios_of_four_side_by_side():
    shown = told("compare", "us_russia_reset", "us_china_rivalry", "--concept", "nash")
    for part in ("US → China", "EU → Russia", "us_china_rivalry", "payoff of EU"):
        assert part in shown


def test_a_sweep_over_a_share_is_that_of_python(tmp_path):
    told("sweep", "us_russia_reset", "--vary", "s_sanctions=0:1:5", "--out", tmp_path / "quad.nc")
    expected = tri.sweep(MODEL, "us_russia_reset", {"s_sanctions": (0.0, 1.0, 5)})
    assert tri.rerun(tmp_path / "quad.nc").identical(expected)


def test_thresholds_of_a_share_are_found(tmp_path):
    path = tmp_path / "lone.toml"
    lone = '[commitment.{}]\nRussia = "{}"\nChina = "engage"\n'
    path.write_text('title = "t"\nasks = "?"\n' + lone.format("US", "accommodate") + lone.format("EU", "pressure"))
    found = json.loads(told("thresholds", path, "s_detente", "--json"))
    exact = tri.thresholds(MODEL, tri.scenario(path, MODEL), "s_detente")
    assert found == json.loads(json.dumps(exact.to_dict()))
    assert len(exact.intervals) > 1  # Russia turns where the United States' part of détente is large enough.


def test_a_claim_is_that_of_the_two():
    found = json.loads(told("claims", "--section", "S5", "--verdict", "fails", "--points", "64", "--json"))
    assert [each["id"] for each in found["verdicts"]] == ["C92"]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("run", "us_russia_reset", "--figure", "x.png"), ["--figure draws three players"]),
        (("compare", "baseline_2016", "--policies"), ["has no leader whose commitments"]),
        (("run", "us_russia_reset", "--concept", "commitment"), ["'commitment' needs a leader"]),
        (("sweep", "us_russia_reset", "--vary", "s_sanctions=0:1:3", "--commitments", "all"), ["has no leader"]),
        (("claims", "--rivals"), ["about the triangle"]),
        (("run", "us_russia_reset", "--set", "s_sanction=0.3"), ["did you mean 's_sanctions'"]),
    ],
)
def test_what_the_variant_has_not_is_told(arguments, parts):
    found = refused(*arguments)
    for part in parts:
        assert part in found


def test_a_file_that_names_the_west_is_refused(tmp_path):
    path = tmp_path / "west.toml"
    path.write_text('title = "t"\nasks = "?"\n[commitment.West]\nRussia = "pressure"\nChina = "engage"\n')
    found = refused("run", path)
    assert "commitment.West" in found
    assert "Allowed: China, EU, Russia, US" in found


def test_a_share_of_the_quad_is_unknown_to_the_triangle():
    found = CliRunner().invoke(app, ["run", "us_russia_reset", "--set", "s_sanctions=0.3", "--json"])
    assert "unknown parameter 's_sanctions'" in str(found.exception)


@pytest.mark.parametrize("command", ["run", "compare", "sweep", "thresholds", "claims"])
def test_another_variant_is_no_option(command):
    arguments = {"thresholds": ["baseline_2016", "sanctions"], "claims": []}.get(command, ["baseline_2016"])
    found = CliRunner().invoke(app, [command, *arguments, "--variant", "five"])
    assert found.exit_code == 2
