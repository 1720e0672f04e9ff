"""The claims on the command line and on their page."""

import json
import re

import pytest
from typer.testing import CliRunner

import triangle as tri
from triangle.chapter.claims import registry
from triangle.cli import app
from triangle.studies.ablation import ablate
from triangle.studies.claims import check, check_all
from triangle.views.claims_page import ROOT_PAGE, reason_rows, verdict_sections
from triangle.views.markup import as_latex, as_markdown, rows_of

MODEL = tri.chapter_model()


def run(*arguments):
    return CliRunner().invoke(app, ["claims", *arguments])


def test_the_command_prints_all_claims_and_no_row_is_hidden():
    result = run("--json", "--points", "64")
    found = json.loads(result.stdout)["verdicts"]
    assert [each["id"] for each in found] == list(registry())
    text = run("--points", "64").stdout
    assert all(re.search(rf"│ {key}\s", text) for key in registry())


def test_the_command_filters_and_formats():
    short = json.loads(run("--verdict", "falls short", "--json").stdout)["verdicts"]
    assert {"C02", "C04", "C85", "C87"} <= {each["id"] for each in short}
    assert run("--section", "S4", "--tier", "A", "--points", "64", "--markdown").stdout.count("\n| C") == 9
    latex = run("--counterintuitive", "--points", "64", "--latex").stdout
    assert latex.startswith(r"\begin{longtable}")
    assert "%" not in re.sub(r"\\%", "", latex)


def test_the_command_tells_one_claim_in_full_and_draws_it(tmp_path):
    path = tmp_path / "c.png"
    result = run("C96", "--points", "64", "--json", "--figure", str(path))
    full = json.loads(result.stdout)
    assert {"windows", "ablation", "concepts", "counterexample", "margins"} <= set(full)
    assert path.stat().st_size > 10_000


def test_the_commands_draw_the_board_of_verdicts_and_the_strip_of_thresholds(tmp_path):
    board, strip = tmp_path / "board.png", tmp_path / "strip.png"
    assert run("--section", "S5", "--points", "64", "--figure", str(board)).exit_code == 0
    asked = ["thresholds", "baseline_2016", "ambition", "--figure", str(strip)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (board, strip))


@pytest.mark.parametrize(
    "arguments",
    [("C999",), ("--tier", "D"), ("--verdict", "maybe"), ("--section", "S9"), ("C12", "--tier", "A"),
     ("--json", "--latex"), ("--rivals", "--figure", "x.png"), ("C12", "--points", "100"),
     ("--consistency", "--rivals")],
)  # fmt: skip
def test_bad_input_to_the_command_is_refused(arguments):
    result = run(*arguments)
    assert isinstance(result.exception, ValueError)


def test_the_page_of_verdicts_is_what_the_code_prints():
    page = ROOT_PAGE.read_text(encoding="utf-8")
    for section in verdict_sections(check_all(MODEL)):
        assert section in page


def test_a_verdict_in_full_says_what_was_read_into_the_claim():
    text = str(check("C21", points=64)) + str(check("C22", points=64)) + str(check("C28", points=64))
    assert "gas_threat" in text
    assert "carried by market" in text
    assert "context: because" in text


def test_markup_escapes_what_the_formats_reserve():
    from rich.table import Table

    table = Table("a|b", "c_d")
    table.add_row("x | y\nz", "50 % & {more} \\ ~ ^ # $")
    assert as_markdown(table).splitlines()[-1] == "| x \\| y z | 50 % & {more} \\ ~ ^ # $ |"
    assert r"50 \% \& \{more\} \textbackslash{}" in as_latex(table)


def test_the_command_tells_thresholds_and_where_a_change_switches_sign():
    runner = CliRunner()
    plain = json.loads(runner.invoke(app, ["thresholds", "us_russia_reset", "detente", "--json"]).stdout)
    assert [each["exact"] for each in plain["thresholds"]] == ["337/1129"]
    signs = runner.invoke(app, ["thresholds", "us_russia_reset", "isolation", "--measure", "intensity"]).stdout
    assert "0.292147 … 1" in signs
    assert signs.index("[falls]") < signs.index("[rises]")
    for wrong in (["--against", "baseline_2001"], ["--measure", "intensit"]):
        assert isinstance(
            runner.invoke(app, ["thresholds", "us_russia_reset", "detente", *wrong]).exception, ValueError
        )
    alone = runner.invoke(app, ["thresholds", "baseline_2016", "detente", "--measure", "intensity"])
    assert "no baseline" in str(alone.exception)


def test_the_reasons_on_the_page_are_what_the_code_prints():
    page = ROOT_PAGE.read_text(encoding="utf-8")
    chosen = [check("C12", MODEL), check("C04r", MODEL)]
    ablated = ablate(MODEL, [each.statement for each in chosen])
    rows = rows_of(reason_rows(chosen, ablated))
    for row in rows[1:]:
        assert "| " + " | ".join(row) + " |" in page
