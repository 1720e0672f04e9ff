import os
import subprocess
import sys

import pytest

from sweeping import POINTS, same_bits, small_sweep
from triangle.studies import progress
from triangle.studies.progress import points_bar, rate_in_words

pty = pytest.importorskip("pty")

ON_A_TERMINAL = """
import time
from triangle.studies.progress import points_bar
with points_bar(3_000_000, None, finished=1_000_000) as more:
    time.sleep({pause})
    more(1_000_000)
    time.sleep(0.3)
    more(1_000_000)
"""


def seen_on_a_terminal(pause):
    primary, secondary = pty.openpty()
    code = ON_A_TERMINAL.format(pause=pause)
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=secondary, env=os.environ | {"TERM": "xterm"}
    ) as running:
        os.close(secondary)
        seen = b""
        while True:
            try:
                piece = os.read(primary, 4096)
            except OSError:  # how Linux says that nobody writes any more
                break
            if not piece:
                break
            seen += piece
    os.close(primary)
    assert running.returncode == 0
    return seen.decode()


def test_a_terminal_shows_rate_share_and_remaining_time():
    seen = seen_on_a_terminal(pause=0.6)
    for part in ("sweep", "points/s", "67%", "100%", "left"):
        assert part in seen


def test_a_sweep_that_is_soon_done_shows_no_bar():
    assert seen_on_a_terminal(pause=0) == ""


def test_nothing_is_shown_when_piped(capsys, tmp_path):
    small_sweep()
    small_sweep(store=tmp_path / "store")
    small_sweep(store=tmp_path / "store", progress=False)
    assert capsys.readouterr() == ("", "")


def test_a_bar_can_be_forced(capsys, tmp_path):
    assert same_bits(small_sweep(progress=True), small_sweep(store=tmp_path / "store", progress=True))
    out, told = capsys.readouterr()
    assert out == ""
    assert told.count("100%") == 2


@pytest.mark.parametrize("how", [{}, {"threads": 3}, {"store": "store"}])
def test_every_point_is_counted_once(monkeypatch, tmp_path, how):
    counted = []
    monkeypatch.setattr(
        "triangle.studies.sweep.points_bar", lambda total, shown, finished=0: Counting(counted, finished)
    )
    if "store" in how:
        how = {"store": tmp_path / "store"}
        small_sweep(**how)
        for k in (2, 5):
            (tmp_path / f"store/chunks/{k:08d}.chunk").unlink()
        counted.clear()
    small_sweep(**how)
    assert sum(counted) == POINTS


class Counting:
    def __init__(self, counted, finished):
        self.counted = counted
        counted.append(finished)

    def __enter__(self):
        return self.counted.append

    def __exit__(self, *error):
        pass


def test_the_rate_is_of_what_was_solved_now(monkeypatch):
    now = iter([0.0, 2.0, 4.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    rates = []
    monkeypatch.setattr(progress, "rate_in_words", lambda rate, unit: rates.append(rate) or rate_in_words(rate, unit))
    monkeypatch.setattr(progress, "_bar", lambda console: Silent())
    with points_bar(1000, True, finished=600) as more:
        more(200)
        more(200)
    assert rates == [100.0, 100.0]


class Silent:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def add_task(self, *arguments, **fields):
        return 0

    def update(self, *arguments, **fields):
        pass
