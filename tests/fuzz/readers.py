"""Every reader of files fed with what a coverage-guided fuzzer thinks up (atheris, on libFuzzer).

Each reader may say, by the error that it documents, that a file is faulty. Anything else is a fault of ours: another
error, a minute's silence, a gigabyte taken for a small file. What is found goes to tests/fuzz/found/, and from then
on is a test (tests/test_readers.py).

    python tests/fuzz/readers.py [READER …] [--seconds 15]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triangle import GameFamily

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOUND = HERE / "found"


def scratch(name: str) -> Path:
    """A file of this process, in memory where there is such a place."""
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())
    made = folder / f"triangle-fuzz-{os.getpid()}"
    made.mkdir(exist_ok=True)
    return made / name


def read_scenario(content: bytes) -> None:
    """A scenario file."""
    import triangle as tri

    path = scratch("fuzzed.toml")
    path.write_bytes(content)
    with suppress(tri.ScenarioError):
        tri.scenario(path)


def read_timeline(content: bytes) -> None:
    """A timeline file."""
    from triangle.timeline import TimelineError, timeline

    path = scratch("fuzzed_timeline.toml")
    path.write_bytes(content)
    with suppress(TimelineError):
        timeline(path)


def read_game(content: bytes) -> None:
    """A strategic game in Gambit's format: what is read must be written and read back to the same."""
    import triangle as tri

    path, again = scratch("fuzzed.nfg"), scratch("again.nfg")
    path.write_bytes(content)
    try:
        game = tri.read_nfg(path)
    except ValueError:
        return
    tri.write_nfg(game, again)
    tri.read_nfg(again)


def read_certificate(content: bytes) -> None:
    """A certificate as JSON: refused, or true; one that was altered is not accepted unless it says the same."""
    import triangle as tri

    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return
    with suppress(ValueError):
        tri.check_certificate(model(), data)


def read_manifest(content: bytes) -> None:
    """A store whose manifest is anything."""
    _read_store("manifest.json", content)


def read_chunk(content: bytes) -> None:
    """A store with a chunk that is anything."""
    _read_store("chunks/00000000.chunk", content)


def _read_store(part: str, content: bytes) -> None:
    import triangle as tri

    folder = scratch("store")
    if not folder.exists():
        _make_store(folder)
    path = folder / part
    whole = path.read_bytes()
    path.write_bytes(content)
    try:
        with suppress(ValueError):
            tri.open_sweep(folder).load()
    finally:
        path.write_bytes(whole)


def _make_store(folder: Path) -> None:
    import triangle as tri

    tri.sweep(model(), "baseline_2016", {"sanctions": (0, 1, 5)}, measures=["share"], store=folder, progress=False)


@cache
def model() -> GameFamily:
    """The chapter's model, made once."""
    import triangle as tri

    return tri.chapter_model()


READERS: dict[str, Callable[[bytes], None]] = {
    "scenario": read_scenario,
    "timeline": read_timeline,
    "game": read_game,
    "certificate": read_certificate,
    "manifest": read_manifest,
    "chunk": read_chunk,
}


def seeds(name: str) -> Iterable[bytes]:
    """Sound files to start from."""
    import triangle as tri

    if name == "scenario":
        yield from (path.read_bytes() for path in (ROOT / "scenarios").glob("*.toml"))
        yield b'title = "t"\nasks = "?"\n[issues.gas_holdup]\nlng = 0.5\n[parameters]\nsanctions = { times = 0.5 }\n'
    elif name == "timeline":
        yield from (path.read_bytes() for path in (ROOT / "scenarios/timelines").glob("*.toml"))
    elif name == "game":
        yield b'NFG 1 R "t" { "A" "B" } { 2 2 }\n\n1 1/3 0.5 -2 3e1 0 1 1\n'
        yield b'NFG 1 R "t" { "A" "B" } { { "a" "b" } { "c" "d" } } ""\n{ { "x" 1, 2 } { "y" 1/2 3 } }\n1 2 0 1\n'
    elif name == "certificate":
        from triangle.chapter.claims import claim

        for key in ("C18", "C12", "C89"):
            yield json.dumps(tri.certify(model(), None, claim(key).statement).to_dict()).encode()
    else:
        folder = scratch("seed")
        _make_store(folder)
        yield (folder / ("manifest.json" if name == "manifest" else "chunks/00000000.chunk")).read_bytes()


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz one reader in this process; libFuzzer ends it with a status other than 0 where something is found."""
    import atheris

    with atheris.instrument_imports(include=["triangle"]):
        import triangle.exact.checker
        import triangle.scenario_file
        import triangle.studies.lazy
        import triangle.timeline_file  # noqa: F401
    for number, seed in enumerate(seeds(name)):
        (corpus / f"{name}{number}").write_bytes(seed)
    FOUND.mkdir(exist_ok=True)
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-verbosity=0"]
    atheris.Setup(
        [sys.argv[0], *limits, f"-artifact_prefix={FOUND}/{name}-", "-print_final_stats=1", str(corpus)], READERS[name]
    )
    atheris.Fuzz()


def main() -> int:
    """Fuzz the readers named one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", choices=[*READERS, []], default=[])
    parser.add_argument("--seconds", type=int, default=15, help="for each reader")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        with tempfile.TemporaryDirectory() as corpus:
            fuzz(asked.readers[0], asked.seconds, Path(corpus))
        return 0
    failed = 0
    for name in asked.readers or READERS:
        command = [sys.executable, __file__, name, "--here", f"--seconds={asked.seconds}"]
        done = subprocess.run(command, capture_output=True, text=True)
        told = done.stderr.splitlines()
        runs = next((line.split()[-1] for line in told if "number_of_executed_units" in line), "?")
        failed += done.returncode != 0
        print(f"{name:12} {runs:>8} files  {'nothing found' if done.returncode == 0 else 'FOUND A FAULT'}", flush=True)
        if done.returncode:
            print("\n".join(told[-40:]))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
