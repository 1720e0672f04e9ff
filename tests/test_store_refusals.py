"""What a stored sweep refuses: another sweep, damage, a second process, a disk that will not."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import triangle as tri
from sweeping import CHUNKS, FAMILY, POINTS, chunks, files, same_bits, small_sweep
from triangle.studies import chunkfile, store
from triangle.studies.lazy import open_sweep
from triangle.studies.stable import GRAIN
from triangle.studies.store import StoreError

WHOLE = small_sweep()


# --- refusing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"seed": 8}, r"design.seed is 7 there and 8 here"),
        ({"samples": 2 * POINTS}, r"design.samples is 524288 there and 1048576 here"),
        ({"concept": "pairwise"}, r'concept is "nash" there and "pairwise" here'),
        ({"measures": ["sign"]}, "measures"),
        ({"chunk": 2 * GRAIN}, "its chunks have 32,768 points, not 65,536"),
    ],
)
def test_a_store_of_another_sweep_is_refused_with_the_first_difference(stored, how, told):
    expected = files(stored)
    with pytest.raises(StoreError, match=told):
        small_sweep(store=stored, **how)
    assert files(stored) == expected


def test_the_order_of_parameters_is_part_of_the_sweep(tmp_path):
    asked = {"samples": 64, "design": "sobol", "concept": "nash", "store": tmp_path / "sweep"}
    tri.sweep(FAMILY, None, ["gain", "cost"], **asked)
    with pytest.raises(StoreError, match=r'design.names\[0\] is "gain" there and "cost" here'):
        tri.sweep(FAMILY, None, ["cost", "gain"], **asked)


def change(folder, **entries):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


def test_a_changed_manifest_is_told(stored):
    change(stored, chunk=2 * GRAIN)
    for use in (lambda: small_sweep(store=stored), lambda: open_sweep(stored)):
        with pytest.raises(StoreError, match=r"manifest.json: it has been changed"):
            use()
    assert len(chunks(stored)) == CHUNKS


def test_a_manifest_cut_short_is_told(stored):
    path = stored / "manifest.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StoreError, match="changed, or is cut short"):
        open_sweep(stored)


def test_a_later_format_and_another_version_are_told(stored):
    change(stored, version=3)
    with pytest.raises(StoreError, match="written in format 3, and this version of triangle reads format 2"):
        open_sweep(stored)
    path = stored / "manifest.json"
    content = json.loads(path.read_text()) | {"version": 2, "writer": {"triangle": "9.9", "numpy": "2"}}
    del content["sha256"]
    path.write_text(json.dumps(content | {"sha256": store._sha(content)}))
    with pytest.raises(StoreError, match=r"begun with triangle 9.9, and this is"):
        small_sweep(store=stored)


@pytest.mark.parametrize("damage", ["value", "header", "short", "long", "swapped", "nothing"])
def test_a_damaged_chunk_is_told_and_the_others_are_kept(stored, damage):
    file, other = chunks(stored)[1:3]
    data = bytearray(file.read_bytes())
    if damage == "value":
        data[-200] ^= 1
    elif damage == "header":
        data[40] ^= 1
    elif damage == "short":
        del data[-1]
    elif damage == "long":
        data.append(0)
    elif damage == "swapped":
        data = bytearray(other.read_bytes())
    else:
        data.clear()
    file.write_bytes(data)
    found = open_sweep(stored)
    with pytest.raises(StoreError, match=r"00000001.chunk: .*; delete it"):
        found.load()
    with pytest.raises(StoreError, match=r"00000001.chunk: .* The other chunks are kept"):
        small_sweep(store=stored)
    file.unlink()
    assert same_bits(small_sweep(store=stored), WHOLE)


def test_damage_to_one_variable_leaves_the_others_readable(stored):
    (file, *_) = chunks(stored)
    data = bytearray(file.read_bytes())
    data[-200] ^= 1
    file.write_bytes(data)
    found = open_sweep(stored)
    assert np.array_equal(found.double_min, WHOLE.double_min, equal_nan=True)
    with pytest.raises(StoreError, match=r"the checksum of sign_max is wrong"):
        found.sign_max.load()


def test_an_unfinished_store_is_not_opened(stored):
    chunks(stored)[4].unlink()
    with pytest.raises(StoreError, match="1 of 16 chunks are missing; run the same sweep again"):
        open_sweep(stored)


def test_a_chunk_that_goes_missing_is_told(stored):
    found = open_sweep(stored)
    chunks(stored)[0].unlink()
    with pytest.raises(StoreError, match="the chunk is missing"):
        found.sign_min[:5].load()


def test_what_is_no_store_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(StoreError, match=r"not a sweep's store \(it holds thesis.tex\)"):
        small_sweep(store=tmp_path)
    with pytest.raises(StoreError, match="no sweep's store"):
        open_sweep(tmp_path)
    with pytest.raises(FileNotFoundError, match="cannot be written: no such folder"):
        small_sweep(store=tmp_path / "no" / "where")
    with pytest.raises(OSError, match=r"cannot be written: (its parent is not a folder|a file has that name)"):
        small_sweep(store=tmp_path / "thesis.tex")
    assert list(files(tmp_path)) == ["thesis.tex"]


HOLD = """
import sys, time
from pathlib import Path
from triangle.studies.lock import locked
with locked(Path(sys.argv[1]) / "lock"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_and_told_who_is_first(stored):
    chunks(stored)[0].unlink()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(stored)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=rf"process {process.pid} on \S+ is sweeping into it now"):
            small_sweep(store=stored)
        process.kill()
    assert (stored / "lock").exists(), "what a killed process leaves"
    assert same_bits(small_sweep(store=stored), WHOLE)
    assert not (stored / "lock").exists()


def test_a_second_thread_is_refused(stored):
    with store.load(stored).locked(), pytest.raises(StoreError, match="this process is sweeping into it now"):
        small_sweep(store=stored)


def test_what_a_killed_process_left_half_written_is_cleared(stored):
    expected = files(stored)
    (stored / "chunks" / "00000003.chunk.17-abc.tmp").write_bytes(b"half")
    (stored / "manifest.json.17.tmp").write_bytes(b"half")
    small_sweep(store=stored)
    assert files(stored) == expected


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EACCES, "no permission"),
    ],
)
def test_a_disk_that_refuses_is_told_and_finished_chunks_are_kept(tmp_path, monkeypatch, code, told):
    folder = tmp_path / "sweep"
    original = chunkfile._write_all

    def refuse(file, block):
        if len(list(folder.glob("chunks/*.chunk"))) >= 3:
            raise OSError(code, os.strerror(code))
        original(file, block)

    monkeypatch.setattr(chunkfile, "_write_all", refuse)
    with pytest.raises(OSError, match=told) as caught:
        small_sweep(store=folder)
    monkeypatch.undo()
    assert caught.value.errno == code
    assert "finished chunks are kept" in str(caught.value)
    assert 3 <= len(chunks(folder)) < CHUNKS
    assert not list(folder.rglob("*.tmp"))
    assert same_bits(small_sweep(store=folder), WHOLE)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that nobody can write to")
def test_a_place_that_cannot_be_written_is_told():
    with pytest.raises(OSError, match="the store '/proc/store' cannot be written"):
        small_sweep(store="/proc/store")


def test_a_sweep_too_large_for_the_disk_is_refused_before_any_work(tmp_path):
    with pytest.raises(StoreError, match=r"points need [\d.,]+ PB or more and the disk has .* free"):
        small_sweep(store=tmp_path / "large", samples=2**50, chunk=None)
    assert not list(tmp_path.iterdir())


def test_a_sweep_too_large_for_memory_names_its_size_and_the_ways_out():
    with pytest.raises(ValueError, match=r"from 1 to 20,000,000 points.*1.1 TB to 2 TB .*samples=.*store="):
        tri.sweep(FAMILY, None, {"gain": (0, 2, 10**6), "cost": (0, 1, 10**5)})


@pytest.mark.parametrize("chunk", [0, -1, 2.5, True, "many"])
def test_a_chunk_is_a_whole_number_of_points(tmp_path, chunk):
    with pytest.raises(ValueError, match=r"chunk (is|must be) a whole number"):
        small_sweep(store=tmp_path / "sweep", chunk=chunk)
    assert not list(tmp_path.iterdir())
