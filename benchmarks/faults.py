"""What befalls a stored sweep, again and again: killed, out of disk, clock moved, worker lost, two at once.

After each fault the sweep is resumed, and its folder must hold the bytes of a sweep that nothing disturbed; chunks that
were finished before the fault must not have been solved again. Prints how often each was tried, and how often it
went wrong; ends with 1 if it ever did.

    python benchmarks/faults.py [--times 100]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

import triangle as tri  # noqa: E402
from sweeping import CUT, FATAL, GRAIN, files, small_sweep  # noqa: E402

SWEEP = """
import os, sys, time, random
sys.path.insert(0, {tests!r})
from triangle.studies.job import Job
solve = Job.solve
Job.solve = lambda self, chunk: (time.sleep({pause}), solve(self, chunk))[1]
{before}
from sweeping import FATAL, be_fatal, small_sweep
import triangle as tri
{sweep}
"""
PLAIN = "small_sweep(store={folder!r}, threads=2)"

# Time runs backwards, jumps by years and stands still.
CLOCK = """
real = time.time
draw = random.Random({seed})
time.time = lambda: real() + draw.choice([-3e9, -86400.0, 0.0, 3600.0, 3e9])
time.time_ns = lambda: int(time.time() * 1e9)
"""

LOST = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from sweeping import CUT, GRAIN
be_fatal({folder!r})
with ProcessPoolExecutor(2, get_context("spawn")) as pool:
    tri.sweep(FATAL, None, None, **CUT, chunk=GRAIN, store={folder!r}, executor=pool)
"""


class Trials:
    """A folder to work in, the bytes that are right, and what went wrong."""

    def __init__(self, folder: Path, times: int) -> None:
        self.folder, self.times = folder, times
        self.draw = random.Random(20)
        whole = folder / "whole"
        small_sweep(store=whole)
        self.right = files(whole)
        self.whole = tri.open_sweep(whole).load()
        self.wrong: list[str] = []

    def start(
        self, folder: Path, *, pause: float = 0.03, before: str = "", sweep: str = PLAIN
    ) -> subprocess.Popen[bytes]:
        """A process that sweeps into the folder, slowed down so that there is a middle."""
        told = {"folder": str(folder), "seed": self.draw.randint(0, 10**6)}
        code = SWEEP.format(tests=str(TESTS), pause=pause, before=before.format(**told), sweep=sweep.format(**told))
        return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def settle(self, what: str, folder: Path) -> None:
        """Resume; complain where a finished chunk was solved again or a byte differs."""
        before = finished(folder)
        small_sweep(store=folder)
        if not before.items() <= finished(folder).items():
            self.wrong.append(f"{what}: a finished chunk was solved again")
        if files(folder) != self.right:
            self.wrong.append(f"{what}: the bytes differ")
        shutil.rmtree(folder)


def finished(folder: Path) -> dict[str, int]:
    """The finished chunks and the files they are: a chunk written anew is another file."""
    return {path.name: path.stat().st_ino for path in folder.glob("chunks/*.chunk")}


def killed(trials: Trials) -> int:
    """kill -9 at a random moment: while it starts, writes its manifest, solves, or after it has ended."""
    for number in range(trials.times):
        folder = trials.folder / f"killed{number}"
        with trials.start(folder) as process:
            wanted = trials.draw.randint(-1, 15)
            while process.poll() is None and wanted >= 0 and len(finished(folder)) < wanted:
                time.sleep(0.0005)
            time.sleep(trials.draw.random() * (0.05 if wanted >= 0 else 1.0))
            process.send_signal(signal.SIGKILL)
        trials.settle("killed", folder)
    return trials.times


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A file system of so many bytes; OSError where this machine lets nobody mount one."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        raise OSError(mounted.stderr.decode().strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def disk_full(trials: Trials) -> int:
    """A disk that is full in the middle; it is then emptied of what else lay there."""
    size = sum(map(len, trials.right.values()))
    for number in range(trials.times):
        with small_disk(trials.folder / f"disk{number}", 2 * size + 2**20) as disk:
            (disk / "other").write_bytes(b"0" * int(size * trials.draw.uniform(1.02, 1.9) + 2**20))
            with trials.start(disk / "sweep", pause=0.0) as process:
                told = process.stderr.read().decode() if process.stderr else ""
            if process.returncode == 0 or "disk" not in told:
                trials.wrong.append(f"disk full: ended with {process.returncode}: {told[-200:]}")
            (disk / "other").unlink()
            trials.settle("disk full", disk / "sweep")
    return trials.times


def clock_moved(trials: Trials) -> int:
    """A clock that jumps by years at every reading, files dated in the future, and a kill in the middle."""
    for number in range(trials.times):
        folder = trials.folder / f"clock{number}"
        with trials.start(folder, before=CLOCK) as process:
            while process.poll() is None and len(finished(folder)) < trials.draw.randint(1, 12):
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
        for path in folder.rglob("*"):
            when = time.time() + trials.draw.choice([-3e8, 3e8])
            os.utime(path, (when, when))
        trials.settle("clock moved", folder)
    return trials.times


def worker_lost(trials: Trials) -> int:
    """One of two worker processes is killed in the middle."""
    times = max(1, trials.times // 5)
    for number in range(times):
        folder = trials.folder / f"worker{number}"
        with trials.start(folder, pause=0.0, sweep=LOST) as process:
            told = process.stderr.read().decode() if process.stderr else ""
        if process.returncode == 0 or "kept" not in told:
            trials.wrong.append(f"worker lost: ended with {process.returncode}: {told[-200:]}")
        if not finished(folder):
            trials.wrong.append("worker lost: no chunk was kept")
        again = tri.sweep(FATAL, None, None, **CUT, chunk=GRAIN, store=folder)
        if not again.equals(trials.whole):
            trials.wrong.append("worker lost: the numbers differ")
        shutil.rmtree(folder)
    return times


def two_at_once(trials: Trials) -> int:
    """Two processes start on one store at the same moment, and now and then one of them is killed."""
    for number in range(trials.times):
        folder = trials.folder / f"two{number}"
        pair = [trials.start(folder, pause=0.01) for _ in range(2)]
        if number % 3 == 0:
            time.sleep(trials.draw.random())
            pair[0].send_signal(signal.SIGKILL)
        ends = []
        for process in pair:
            told = process.communicate()[1].decode()
            ends.append(process.returncode)
            if process.returncode not in (0, -signal.SIGKILL) and "sweeping into it now" not in told:
                trials.wrong.append(f"two at once: {told[-200:]}")
        if 0 not in ends and -signal.SIGKILL not in ends:
            trials.wrong.append(f"two at once: neither was let in: {ends}")
        trials.settle("two at once", folder)
    return trials.times


def damaged(trials: Trials) -> int:
    """A bit flipped anywhere in any file: it must be told, never read."""
    for number in range(trials.times):
        folder = trials.folder / f"damaged{number}"
        shutil.copytree(trials.folder / "whole", folder)
        path = trials.draw.choice([path for path in sorted(folder.rglob("*")) if path.is_file()])
        content = bytearray(path.read_bytes())
        content[trials.draw.randrange(len(content))] ^= 1 << trials.draw.randrange(8)
        path.write_bytes(content)
        with suppress(ValueError, OSError):
            small_sweep(store=folder)
        if path.read_bytes() == bytes(content):
            try:
                tri.open_sweep(folder).load()
                trials.wrong.append(f"damaged: {path.name} was read as if it were whole")
            except (ValueError, OSError):
                pass
        shutil.rmtree(folder)
    return trials.times


FAULTS: dict[str, Callable[[Trials], int]] = {
    "kill -9 at a random moment": killed,
    "disk full in the middle": disk_full,
    "clock moved, then killed": clock_moved,
    "worker process lost": worker_lost,
    "two processes on one store": two_at_once,
    "one bit flipped": damaged,
}


def main() -> int:
    """Run every fault and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows, wrong = [], []
    with tempfile.TemporaryDirectory() as made:
        trials = Trials(Path(made), asked.times)
        for name, fault in FAULTS.items():
            trials.wrong = []
            try:
                tried: int | str = fault(trials)
            except OSError as error:
                tried = f"left out: {error}"
            rows.append({"fault": name, "tried": tried, "went wrong": len(trials.wrong)})
            wrong += trials.wrong
            if not asked.json:
                print(f"{name:32} tried {tried:>6}   went wrong {len(trials.wrong)}", flush=True)
    if asked.json:
        print(json.dumps(rows, indent=1))
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
