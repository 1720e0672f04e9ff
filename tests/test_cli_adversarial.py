"""The command line given what it was not made for: status 0, or 2 and one message; no traceback, no half a file."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import matplotlib.figure
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nasty import watched
from triangle.cli import main

DEFAULT = settings.default.max_examples
CODE = "from triangle.cli import main; main()"
MOST_TOLD = 8_000

WORDS = ["", " ", "-", "--", "Atlantis", "../../etc/passwd", "/etc/shadow", "/dev/null", "/dev/full", ".", "/", "~",
         "us_russia\nreset", "Россия\u202e", "\udcff", "x" * 5_000,
         "\x1b[31mred", "\x1b]0;title\x07", "../\x1b[2Jx.toml", "a\rb.png",
         "logit_qre", "nan", "inf", "-inf", "-1", "0", "1e400", "1" * 400,
         "1_000", "0x10", "0.5", "½", "1;2", "$(id)", "%s%n", "{}", "a=b", "=", "energy=", "=1", "energy=nan",
         "energy=1e400", "energy=0.1", "energy=0.1=2", "sanctions=0:1:3", "sanctions=0:1:1000000000000",
         "sanctions=1:0:3", "sanctions=0:1:0", "sanctions=0:1:-1", "sanctions=nan:nan:3", "sanctions=",
         "sanctions=,,", "sanctions",
         "sanctions=0.1,0.2",
         "gone.toml", "folder.toml", "none/figure.png", "figure.png", "figure.gif", "folder", "folder.png", "folder.nc",
         "closed/figure.png", "out.nc", "none/out.nc", "store"]  # fmt: skip
"""Every kind of wrong word, and some that are right for one option or another."""

GOOD = {"SCENARIO": ["us_russia_reset", "baseline_2016"], "PARAMETER": ["sanctions", "energy"],
        "TIMELINE": ["chapter_1991_2017"], "ID": ["C12", "C03"], "GAME": ["gas_threat", "cheap_talk"]}  # fmt: skip

MODEL = ["--concept", "--bargaining", "--intensity", "--without", "--variant", "--set"]
COMMANDS: dict[str, tuple[list[str], list[str], list[str], list[str]]] = {
    # command: its words, options with a value, options without, and what keeps it short
    "scenarios": ([], [], ["--json"], []),
    "run": (["SCENARIO"], [*MODEL, "--precision", "--figure"], ["--json", "--explain"], []),
    "compare": (["SCENARIO", "SCENARIO"], [*MODEL, "--figure"], ["--json", "--policies"], []),
    "sweep": (["SCENARIO"], ["--vary", "--samples", "--design", "--precision", "--measures", "--commitments", "--seed",
              "--dtype", "--threads", "--out", "--store", "--figure", *MODEL], ["--resume", "--json"], []),
    "thresholds": (["SCENARIO", "PARAMETER"], ["--measure", "--against", *MODEL], ["--json"], []),
    "claims": (["ID"], ["--section", "--tier", "--verdict", "--seed", "--points", "--figure", *MODEL[:-1]],
               ["--counterintuitive", "--json", "--markdown", "--latex"], ["--points", "16"]),
    "issue": (["GAME"], ["--set", "--variant", "--threshold", "--samples", "--seed", "--figure"], ["--json"],
              ["--samples", "16"]),
    "simulate": (["TIMELINE"], ["--runs", "--precision", "--revision", "--seed", "--draws", "--equation",
    "--bargaining",
                 "--intensity", "--without", "--figure"], ["--no-states", "--against-base", "--json"], ["--runs", "4"]),
    "scoreboard": ([], ["--draws", "--seed"], ["--json", "--contrasts"], []),
    "offer": (["SCENARIO"], ["--prior", "--cost", "--suspend", "--place", "--china-sees", "--through", "--west",
              "--runs", "--seed", "--set", "--bargaining", "--intensity", "--without", "--figure"], ["--json"], []),
    "Atlantis": (["SCENARIO"], ["--set"], ["--json"], []),
}  # fmt: skip
PICTURES = {f"{name}.png" for name in GOOD["SCENARIO"]}
DEAR = {"scoreboard", "claims", "sweep", "simulate"}


@st.composite
def lines(draw, command):
    """A command with right words of which some are spoiled."""
    words, valued, flags, short = COMMANDS[command]
    said = [
        draw(st.sampled_from(GOOD[word])) if draw(st.integers(0, 3)) else draw(st.sampled_from(WORDS)) for word in words
    ]
    for option in draw(st.lists(st.sampled_from(valued), max_size=3)) if valued else ():
        said += [option, draw(st.sampled_from(WORDS))]
    said += draw(st.lists(st.sampled_from(flags), max_size=2)) if flags else []
    said += draw(st.sampled_from([[], [], [], ["--no-such-option"], ["--"], ["one", "more"]]))
    if command == "scoreboard" and "--draws" not in said:
        said += ["--draws", "0"]  # a board takes time
    return [command, *said[: len(words)], *short, *said[len(words) :]]


def laid_out(folder):
    """Lay out what the words name: folders in place of files, a folder that is closed, a file that is there."""
    for name in ("folder", "folder.toml", "folder.png", "folder.nc"):
        (folder / name).mkdir(parents=True)
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0o500)
    (folder / "energy").write_text("")


def called(arguments):
    """Call the command line in this process; return its status, what it said, and what it said of errors."""
    out, err = io.StringIO(), io.StringIO()
    old = sys.argv
    sys.argv = ["triangle", *arguments]
    try:
        with watched(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
        status = 0
    except SystemExit as end:
        status = end.code or 0
    finally:
        sys.argv = old
    return status, out.getvalue(), err.getvalue()


def written(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("around") / "here"
    laid_out(folder)
    before = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_answers_or_says_in_one_message_what_is_wrong(command, place):
    @settings(max_examples=DEFAULT // (16 if command in DEAR else 8))
    @given(lines(command))
    def tried(arguments):
        there = written(place)
        status, _, told = called(arguments)
        assert status in (0, 2), (status, told)
        assert "Traceback" not in told
        assert "\x1b" not in told, "a terminal would obey it"
        if status:
            assert told.strip(), "a failure without a word"
            assert len(told) < MOST_TOLD
        fresh = {name for name in written(place) - there if not name.startswith("store/")}
        assert fresh <= ({"figure.png", "out.nc", *PICTURES} if status == 0 else set())
        assert [path.name for path in place.parent.iterdir()] == ["here"]

    tried()


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "us_russia_reset", "--figure", "whole.png"),
        ("compare", "baseline_2016", "us_russia_reset", "--figure", "whole.png"),
        ("issue", "gas_threat", "--samples", "16", "--figure", "whole.png"),
        ("claims", "C12", "--points", "16", "--figure", "whole.png"),
        ("simulate", "chapter_1991_2017", "--runs", "4", "--figure", "whole.png"),
        ("offer", "baseline_2016", "--figure", "whole.png"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_picture_that_cannot_be_written_leaves_the_old_one_and_nothing_else(arguments, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("whole.png").write_bytes(b"the old one")

    def fails(self, path, **_):
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", fails)
    status, _, told = called(arguments)
    assert (status, told.splitlines()[-1]) == (2, "triangle: [Errno 28] No space left on device")
    assert Path("whole.png").read_bytes() == b"the old one"
    assert written(tmp_path) == {"whole.png"}


def test_from_a_shell_bad_words_end_with_status_2_and_one_line(tmp_path):
    for words in (["run", "Atlantis"], ["run", b"\xff\xfe"], ["thresholds", "baseline_2016", "us\nreset"]):
        found = subprocess.run([sys.executable, "-c", CODE, *words], capture_output=True, cwd=tmp_path, check=False)
        assert found.returncode == 2
        assert found.stdout == b""
        assert found.stderr.startswith(b"triangle: ")
        assert found.stderr.count(b"\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_name_does_not_steer_the_terminal_that_the_error_is_printed_on(place):
    status, _, told = called(["run", "\x1b[31mred\x07\u202e"])
    assert status == 2
    assert told.startswith(r"triangle: \x1b[31mred\x07\u202e: unknown scenario")


def test_a_full_device_is_told_and_not_traced(tmp_path):
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-c", CODE, "scenarios"], stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False
        )
    assert found.returncode in (1, 2)
    assert b"Traceback" not in found.stderr
