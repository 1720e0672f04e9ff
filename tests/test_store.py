"""Sweeps kept in a folder: the same bytes whatever happened on the way, and one clear error for what cannot go on."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import triangle as tri
from triangle.studies.job import GRAIN
from triangle.studies.store import StoreError

MODEL = tri.chapter_model()
ASKED = {"samples": 4 * GRAIN, "design": "sobol", "seed": 2, "measures": ["intensity", "depth"]}


def swept(folder, **changes):
    return tri.sweep(MODEL, "baseline_2001", store=folder, chunk=GRAIN, progress=False, **(ASKED | changes))


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "store"
    swept(folder)
    return folder


def test_a_store_opens_lazily_as_one_dataset_with_the_numbers_of_a_sweep_in_memory(whole):
    memory = tri.sweep(MODEL, "baseline_2001", progress=False, **ASKED)
    lazy = tri.open_sweep(whole)
    assert not lazy.intensity_min._in_memory
    assert lazy.load().identical(memory)
    some = tri.open_sweep(whole).isel(point=[5, GRAIN + 7, 3])
    np.testing.assert_array_equal(some.intensity_max.values, memory.intensity_max.values[[5, GRAIN + 7, 3]])
    np.testing.assert_array_equal(some.energy.values, memory.energy.values[[5, GRAIN + 7, 3]])


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_sweep_goes_on_where_it_stopped_and_keeps_what_is_there(whole, tmp_path, kept):
    folder = tmp_path / "store"
    swept(folder)
    chunks = sorted((folder / "chunks").iterdir())
    for chunk in chunks[kept:]:
        chunk.unlink()
    (folder / "chunks" / "half.tmp").write_bytes(b"litter")
    before = {chunk: chunk.stat().st_mtime_ns for chunk in chunks[:kept]}
    swept(folder)
    assert contents(folder) == contents(whole)
    assert before == {chunk: chunk.stat().st_mtime_ns for chunk in chunks[:kept]}


CODE = """
import sys, triangle as tri
tri.sweep(tri.chapter_model(), "baseline_2001", store=sys.argv[1], chunk={grain}, progress=False, **{asked!r})
"""


def test_a_killed_sweep_loses_only_the_chunks_in_flight(tmp_path):
    asked = ASKED | {"samples": 64 * GRAIN, "measures": ["intensity", "share", "depth"]}
    folder, plain = tmp_path / "store", tmp_path / "plain"
    kept = 0
    for moment in range(1, 4):
        process = subprocess.Popen([sys.executable, "-c", CODE.format(grain=GRAIN, asked=asked), str(folder)])
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            done = set((folder / "chunks").glob("*.chunk")) if folder.exists() else set()
            if len(done) > kept + 3 * moment:
                break
            time.sleep(0.01)
        before = {path: path.stat().st_mtime_ns for path in done}
        process.send_signal(signal.SIGKILL)
        process.wait()
        there = set((folder / "chunks").glob("*.chunk"))
        assert done <= there
        assert before == {path: path.stat().st_mtime_ns for path in done}
        kept = len(there)
    first = {path: path.stat().st_mtime_ns for path in there}
    swept(folder, **asked)
    assert first == {path: path.stat().st_mtime_ns for path in first}
    swept(plain, **asked)
    assert contents(folder) == contents(plain)


def test_ctrl_c_leaves_a_store_without_litter_that_can_be_resumed(tmp_path):
    folder = tmp_path / "store"
    asked = ASKED | {"samples": 64 * GRAIN}
    process = subprocess.Popen(
        [sys.executable, "-c", CODE.format(grain=GRAIN, asked=asked), str(folder)], stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not list((folder / "chunks").glob("*.chunk")) if folder.exists() else True:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate()
    left = contents(folder)
    assert not [path for path in left if path.suffix == ".tmp" or path.name == "lock"]
    assert len(left) < 65
    swept(folder, **asked)
    assert len(contents(folder)) == 65


def test_a_store_of_another_sweep_is_refused_and_untouched(whole):
    before = contents(whole)
    with pytest.raises(StoreError, match=r"another sweep: .*seed"):
        swept(whole, seed=3)
    with pytest.raises(StoreError, match=r"another sweep: .*concept"):
        swept(whole, concept="nash")
    with pytest.raises(StoreError, match="holds a sweep already"):
        swept(whole, resume=False)
    with pytest.raises(StoreError, match="chunks have"):
        tri.sweep(MODEL, "baseline_2001", store=whole, chunk=2 * GRAIN, progress=False, **ASKED)
    assert contents(whole) == before


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_chunk_is_named_and_the_others_are_kept(tmp_path, damage):
    folder = tmp_path / "store"
    swept(folder)
    chunk = sorted((folder / "chunks").iterdir())[1]
    content = bytearray(chunk.read_bytes())
    content[len(content) // 2] ^= 1
    chunk.write_bytes({"flip": bytes(content), "cut": bytes(content[:-40]), "empty": b""}[damage])
    with pytest.raises(StoreError, match=rf"{chunk.name}.*kept"):
        swept(folder)
    with pytest.raises(StoreError, match=chunk.name):
        tri.open_sweep(folder).load()
    chunk.unlink()
    swept(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m | {"chunk": 2 * m["chunk"]}, "changed since it was written"),
        (lambda m: m | {"version": 99}, "format 99"),
        (lambda m: m | {"format": "a letter"}, "not the manifest of a sweep"),
    ],
)
def test_a_changed_manifest_is_refused(tmp_path, change, message):
    folder = tmp_path / "store"
    swept(folder)
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(change(json.loads(manifest.read_text()))))
    for call in (lambda: swept(folder), lambda: tri.open_sweep(folder)):
        with pytest.raises(StoreError, match=message):
            call()


def test_two_processes_do_not_write_to_one_store(tmp_path):
    folder = tmp_path / "store"
    asked = ASKED | {"samples": 256 * GRAIN, "measures": None}
    process = subprocess.Popen([sys.executable, "-c", CODE.format(grain=GRAIN, asked=asked), str(folder)])
    try:
        deadline = time.monotonic() + 60
        while not list(folder.glob("chunks/*.chunk")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        with pytest.raises(StoreError, match=f"process {process.pid} .*is sweeping into it now"):
            swept(folder, **asked)
    finally:
        process.kill()
        process.wait()


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"letters\.txt"):
        swept(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_full_disk_is_told_and_finished_chunks_are_kept(tmp_path, monkeypatch):
    from triangle.studies import chunkfile

    folder, usual, written = tmp_path / "store", chunkfile.write, []

    def full(path, sha, chunk, arrays):
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        usual(path, sha, chunk, arrays)
        written.append(chunk)

    monkeypatch.setattr(chunkfile, "write", full)
    with pytest.raises(OSError, match="the disk is full"):
        swept(folder, threads=1)
    assert len(list(folder.glob("chunks/*.chunk"))) == 2
    monkeypatch.undo()
    swept(folder)


@pytest.mark.skipif(
    os.geteuid() != 0 if hasattr(os, "geteuid") else True, reason="needs a file system it cannot write to"
)
def test_a_place_that_cannot_be_written_is_told():
    with pytest.raises(OSError, match="cannot be written"):
        swept("/proc/store")


def test_a_sweep_too_large_for_the_disk_is_refused_before_any_work(tmp_path):
    with pytest.raises(StoreError, match=r"needs .*free"):
        swept(tmp_path / "store", samples=2**44, measures=None)


def test_a_store_run_again_gives_the_same_numbers(whole):
    assert tri.rerun(whole).identical(tri.open_sweep(whole).load())
