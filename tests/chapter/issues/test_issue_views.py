"""Figures, the page and the command of the issue games."""

import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import typer
from typer.testing import CliRunner

from triangle.chapter.issues import issue_game, issue_games
from triangle.cli_issue import issue_command
from triangle.views.issues.page import document

ROOT = Path(__file__).parents[3]


@pytest.fixture(name="command")
def _command():
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(issue_command)
    return lambda *words: CliRunner().invoke(app, list(words), catch_exceptions=False)


def test_the_page_of_issue_games_is_what_the_code_prints():
    assert (ROOT / "docs" / "issue-games.md").read_text(encoding="utf-8") == document()


def test_the_contents_lead_to_the_headings_as_github_and_myst_name_them():
    page = (ROOT / "docs" / "issue-games.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    kept = ["".join(c for c in heading.lower() if c.isalnum() or c in " _-") for heading in headings]
    assert re.findall(r"\]\(#([^)]*)\)", page) == [text.replace(" ", "-") for text in kept]
    assert len(headings) == len(issue_games())
    assert "#the-oil-contract-renegotiated-oil_contract" in page
    assert "<a " not in page


@pytest.mark.parametrize("name", issue_games())
def test_every_figure_has_labels_and_a_picture_on_the_page(name):
    figure, axes = issue_game(name).figure()
    assert all(ax.get_ylabel() and (ax.get_xlabel() or ax.get_xticklabels()) for ax in axes)
    assert issue_game(name).title == figure.get_suptitle()
    assert f"'{name}'" in figure.get_supxlabel()
    picture = ROOT / "docs" / "images" / "issues" / f"{name}.png"
    assert 5_000 < picture.stat().st_size < 200_000
    plt.close(figure)


def test_without_a_name_the_games_are_listed_with_their_claims(command):
    text = command().stdout
    assert all(name in text for name in issue_games())
    listed = json.loads(command("--json").stdout)
    assert [game["name"] for game in listed] == list(issue_games())
    assert "C105" in listed[2]["claims"]


def test_a_game_is_solved_explained_and_drawn(command, tmp_path):
    path = tmp_path / "threat.png"
    words = ("gas_threat", "--set", "west_china_price=1.6", "--threshold", "altai", "--figure", str(path))
    text = command(*words, "--samples", "64").stdout
    for expected in ("the threat works", "0 < m", "What switches along altai", "C105", "alternative", str(path)):
        assert expected in " ".join(text.split()) or expected in text
    assert path.stat().st_size > 0


def test_json_carries_equilibria_verdicts_and_thresholds(command):
    found = json.loads(command("transit", "--json", "--samples", "64", "--threshold", "brink").stdout)
    assert found["equilibria"][0]["payoffs"].keys() == {"Russia", "China", "European Union"}
    assert {verdict["id"] for verdict in found["verdicts"]} == set(issue_game("transit").claims)
    assert any(abs(switch["value"] - 0.335) < 1e-6 for switch in found["thresholds"])
    assert found["hands_over"][0]["parameter"] == "transit"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("gas",), "unknown issue game 'gas'"),
        (("transit", "--set", "worth"), "write NAME=VALUE"),
        (("transit", "--set", "worth=2"), "worth must lie from 0 to 1"),
        (("transit", "--reading", "calm"), "unknown reading 'calm'"),
        (("transit", "--threshold", "gaps"), "did you mean 'gap'"),
        (("transit", "--figure", "nowhere/x.png"), "there is no folder"),
        (("--set", "worth=1"), "name a game"),
    ],
)
def test_bad_input_is_told_before_any_work(command, words, message):
    with pytest.raises(ValueError, match=message):
        command(*words)
