"""Figures of simulation, and the command that draws them."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from through_time import CHAPTER, MODEL, dated
from triangle.cli_simulate import simulate_command
from triangle.studies.counterfactual import counterfactual
from triangle.studies.hysteresis import path_dependence
from triangle.studies.simulate import simulate
from triangle.timeline import timelines
from triangle.views.plot.fan import fan
from triangle.views.plot.hysteresis import hysteresis


@pytest.fixture
def closed_figures():
    yield
    plt.close("all")


@pytest.mark.usefixtures("closed_figures")
def test_a_fan_names_every_event_once_and_shows_what_was_kept():
    figure, axes = fan(simulate(MODEL, CHAPTER, 40, measures=["intensity", "share", "depth"]))
    assert len(axes) == 2
    assert sorted(text.get_text() for text in figure.axes[-1].texts) == [f"E{k:02d}" for k in range(1, 23)]
    with pytest.raises(ValueError, match="'depth' is not among them"):
        fan(simulate(MODEL, CHAPTER, 10, measures=["intensity", "depth"]), ["depth"])


@pytest.mark.usefixtures("closed_figures")
def test_a_fan_of_a_counterfactual_begins_shortly_before_the_branch():
    _, axes = fan(counterfactual(CHAPTER, "reset_from_2017", MODEL, 40, measures=["share"]))
    assert axes[0].lines[0].get_xdata().tolist() == list(range(2012, 2021))


@pytest.mark.usefixtures("closed_figures")
def test_the_loops_figure_draws_both_ways_at_every_speed():
    swept = path_dependence(MODEL, dated("baseline_2014"), "sanctions", steps=3, speeds=(1, 2), equations=["lock_in"])
    _, axes = hysteresis(swept, ["share"])
    np.testing.assert_array_equal(axes[1].lines[0].get_ydata(), swept.up["share"][1])
    np.testing.assert_array_equal(axes[1].lines[1].get_ydata(), swept.down["share"][1])
    with pytest.raises(ValueError, match="the sweep kept"):
        hysteresis(swept, ["payoff_West"])


def command(*arguments: str):
    app = typer.Typer()
    app.command("simulate")(simulate_command)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["simulate", *arguments])


def test_the_command_lists_the_timelines():
    assert {t["name"] for t in json.loads(command("--json").output)} == set(timelines())


def test_the_command_writes_a_figure_and_every_year(tmp_path):
    path = tmp_path / "fan.png"
    found = json.loads(command(CHAPTER, "--runs", "20", "--figure", str(path), "--json").output)
    assert [row["year"] for row in found["years"]] == list(range(1991, 2018))
    assert path.read_bytes().startswith(b"\x89PNG")


def test_the_command_shows_a_branch_less_its_base():
    found = json.loads(command("reset_from_2017", "--runs", "20", "--against-base", "--json").output)
    years = {row["year"]: row["transfer"]["median"] for row in found["years"]}
    assert years[2016] == 0
    assert years[2018] > 0.3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((CHAPTER, "--against-base"), "branches from no other"),
        ((CHAPTER, "--figure", "fan.txt"), "ends in"),
        ((CHAPTER, "--equation", "trust", "--no-states"), "leave out --no-states"),
        (("--against-base",), "name a timeline"),
        (("chapter_1991",), "unknown timeline"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(arguments, told):
    result = command(*arguments)
    assert isinstance(result.exception, ValueError)
    assert told in str(result.exception)
