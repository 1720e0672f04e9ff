import json
import os
import subprocess
import sys

import pytest

import triangle as tri

CODE = "from triangle.cli import main; main()"


def triangle(*arguments, cwd=None, **environment):
    return subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        env=os.environ | environment,
    )


def test_run_prints_the_table_the_reasons_and_where_the_figure_is(tmp_path):
    found = triangle("run", "us_russia_reset", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    for part in ("baseline_2016", "Russia concedes 0.275", "5.248", "romantic triangle, pivot China", "isolation"):
        assert part in found.stdout
    assert found.stdout.rstrip().endswith("Figure: us_russia_reset.png")
    assert (tmp_path / "us_russia_reset.png").read_bytes().startswith(b"\x89PNG")


def test_run_gives_json_without_a_figure_unless_asked(tmp_path):
    found = triangle("run", "us_russia_reset", "--json", "--explain", "--set", "sanctions=0.5", cwd=tmp_path)
    data = json.loads(found.stdout)
    assert data["figure"] is None
    assert not list(tmp_path.iterdir())
    assert [o["parameters"]["sanctions"] for o in data["outcomes"]] == [0.5, 0.5]
    assert data["explanations"][0]["moves"]


def test_options_reach_the_model(tmp_path):
    arguments = ("run", "us_russia_reset", "--json", "--bargaining", "outside_option", "--intensity", "none",
                 "--without", "isolation", "--concept", "nash")  # fmt: skip
    outcome = json.loads(triangle(*arguments, cwd=tmp_path).stdout)["outcomes"][1]
    assert outcome["options"] == {"bargaining": "outside_option", "intensity": "none", "version": "1"}
    assert outcome["concept"] == "nash"
    assert len(outcome["equilibria"]) == 2


def test_play_that_errs_is_shown_beside_that_of_the_baseline(tmp_path):
    arguments = ("run", "us_russia_reset", "--concept", "logit_qre", "--precision")
    found = triangle(*arguments, "20", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    for part in ("baseline_2016", "cooperate/partner 72.4%", "others <0.1%", "West held to accommodate/engage"):
        assert part in found.stdout
    assert not list(tmp_path.iterdir())
    data = json.loads(triangle(*arguments, "20", "--json", cwd=tmp_path).stdout)
    assert [round(o["strategies"]["Russia"]["cooperate/partner"], 3) for o in data["outcomes"]] == [0.001, 0.724]
    for wrong in (("20", "--explain"), ("20", "--figure", "a.png"), ("-1",)):
        refused = triangle(*arguments, *wrong, cwd=tmp_path)
        assert refused.returncode == 2
        assert refused.stderr.startswith("triangle: ")


def test_the_version_is_that_of_the_library():
    assert triangle("--version").stdout == f"triangle {tri.__version__}\n"


def test_scenarios_are_listed():
    assert "us_russia_reset" in triangle("scenarios").stdout
    found = json.loads(triangle("scenarios", "--json").stdout)
    assert len(found) >= 20
    assert all(entry["title"] and entry["asks"] and entry["section"] for entry in found)


def test_compare_puts_several_side_by_side_and_draws_them(tmp_path):
    names = ("baseline_2008", "baseline_2013", "baseline_2016")
    found = triangle("compare", *names, "--figure", "three.png", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert all(name in found.stdout for name in names)
    assert (tmp_path / "three.png").stat().st_size > 10_000


def test_compare_shows_the_wests_commitments():
    assert "pressure/engage *" in triangle("compare", "baseline_2016", "--policies").stdout
    data = json.loads(triangle("compare", "baseline_2016", "--policies", "--json").stdout)
    assert data[0]["best"] == ["pressure/engage"]


def test_a_users_own_file_works_like_the_others(tmp_path):
    (tmp_path / "mine.toml").write_text('title = "Mine"\nasks = "?"\nextends = "us_russia_reset"\n')
    found = triangle("run", "mine.toml", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "Mine" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "us_rusia_reset"), "did you mean 'us_russia_reset'"),
        (("run", "none.toml"), "no such file"),
        (("run", "baseline_2016", "--set", "sanction=1"), "did you mean 'sanctions'"),
        (("run", "baseline_2016", "--set", "sanctions=2"), "outside [0, 1]"),
        (("run", "baseline_2016", "--set", "sanctions"), "NAME=VALUE"),
        (("run", "baseline_2016", "--set", "sanctions=a"), "NAME=VALUE"),
        (("run", "baseline_2016", "--without", "isolatoin"), "did you mean 'isolation'"),
        (("run", "baseline_2016", "--figure", "nowhere/a.png"), "no folder 'nowhere'"),
        (("run", "baseline_2016", "--figure", "."), "ends in .png"),
        (("run", "baseline_2016", "--figure", "name"), "ends in .png"),
        (("run", "baseline_2016", "--set", "self=0.4"), "unknown parameter 'self'"),
        (("run", "baseline_2016", "--figure", "a.xyz"), "xyz"),
        (("run", "baseline_2016", "--concept", "nsah"), "nsah"),
        (("run", "broken.toml"), "broken TOML"),
        (("run", "binary.toml"), "not text in UTF-8"),
        (("run", "empty.toml"), "'title' is missing"),
        (("run", "large.toml"), "50,000,000 bytes"),
        (("run", "circle.toml"), "circle"),
        (("compare", "baseline_2016", "--policies", "--figure", "a.png"), "leave it out"),
        (("compare",), "Missing argument"),
        (("rnu",), "rnu"),
    ],
)
def test_bad_input_is_one_message_and_exit_status_2(tmp_path, arguments, told):
    (tmp_path / "broken.toml").write_text("title = \n")
    (tmp_path / "binary.toml").write_bytes(bytes(range(256)))
    (tmp_path / "empty.toml").touch()
    with (tmp_path / "large.toml").open("wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "circle.toml").write_text('title = "t"\nasks = "?"\nextends = "circle"\n')
    before = sorted(tmp_path.iterdir())
    found = triangle(*arguments, cwd=tmp_path)
    assert found.returncode == 2
    assert told in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("command", [(), ("scenarios",), ("run",), ("compare",)])
def test_every_command_has_help(command):
    found = triangle(*command, "--help")
    assert found.returncode == 0
    assert "Usage" in found.stdout


def test_a_terminal_without_unicode_gets_what_it_can_show(tmp_path):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    found = triangle("run", "us_russia_reset", cwd=tmp_path, **plain)
    assert found.returncode == 0, found.stderr
    assert "Russia concedes 0.275" in found.stdout
    data = json.loads(triangle("run", "us_russia_reset", "--json", cwd=tmp_path, **plain).stdout)
    assert data["outcomes"][1]["equilibria"][0]["measures"]["configuration"] == "ménage à trois"


def test_a_reader_that_stops_reading_gets_no_traceback(tmp_path):
    command = [sys.executable, "-c", CODE, "run", "us_russia_reset", "--json", "--explain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
