import errno
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import triangle as tri
from sweeping import CHUNKS, FAMILY, POINTS, files, same_bits, small_sweep
from triangle.studies import chunkfile, store
from triangle.studies.again import rerun
from triangle.studies.lazy import SweepBackend, open_sweep
from triangle.studies.stable import GRAIN
from triangle.studies.store import StoreError

WHOLE = small_sweep()


@pytest.fixture
def stored(tmp_path):
    small_sweep(store=tmp_path / "sweep")
    return tmp_path / "sweep"


def chunks(folder):
    return sorted((folder / "chunks").iterdir())


# --- what is kept ---------------------------------------------------------------------------------------------


def test_a_stored_sweep_is_the_sweep_in_memory(tmp_path):
    found = small_sweep(store=tmp_path / "sweep")
    assert same_bits(found, WHOLE)
    assert same_bits(open_sweep(tmp_path / "sweep"), WHOLE)
    assert len(chunks(tmp_path / "sweep")) == CHUNKS
    assert len(np.unique(WHOLE.equilibria)) > 1, "the case must have games of several kinds"


@pytest.mark.parametrize("chunk", [1, 3 * GRAIN, POINTS, 4 * POINTS])
@pytest.mark.parametrize("threads", [1, 3])
def test_chunks_and_threads_make_no_difference(tmp_path, chunk, threads):
    assert same_bits(small_sweep(store=tmp_path / "sweep", chunk=chunk, threads=threads), WHOLE)
    assert same_bits(small_sweep(chunk=chunk, threads=threads), WHOLE)


@pytest.mark.parametrize("design", ["grid", "lhs"])
def test_grids_hypercubes_scenarios_and_commitments_are_stored_alike(tmp_path, design):
    settings = {"a": dict(FAMILY.defaults, twist=0.5), "b": dict(FAMILY.defaults, twist=-0.5)}
    held = [tri.Scenario(name, name, "", values) for name, values in settings.items()]
    vary = {"gain": (0, 2, 201), "cost": np.linspace(0, 1, 150) ** 2} if design == "grid" else ["gain", "cost"]
    asked = {"vary": vary, "samples": None if design == "grid" else 30_150, "design": design, "commitments": "all"}
    expected = tri.sweep(FAMILY, held, **asked, concept="nash")
    assert expected.sizes == {"scenario": 2, "commitment": 2} | (
        {"gain": 201, "cost": 150} if design == "grid" else {"point": 30_150}
    )
    found = tri.sweep(FAMILY, held, **asked, concept="nash", store=tmp_path / "sweep", chunk=GRAIN)
    assert same_bits(found, expected)
    for part in ({"commitment": 1}, {"scenario": 0, list(expected.sizes)[-1]: [5, 3]}):
        assert same_bits(found.isel(part).load(), expected.isel(part))


def test_values_that_are_equal_are_stored_once(tmp_path):
    sure = {"vary": {"gain": (0.0, 0.1), "cost": (0.5, 1.0)}, "samples": 2**14, "design": "sobol", "concept": "nash"}
    found = tri.sweep(FAMILY, None, **sure, store=tmp_path / "sure")
    assert set(np.unique(found.equilibria)) == {1}
    (file,) = chunks(tmp_path / "sure")
    assert file.stat().st_size < (2 + 8 + 1 + 1) * 2**14
    assert same_bits(found, tri.sweep(FAMILY, None, **sure))


def test_a_chunk_is_raw_arrays_each_with_its_checksum(stored):
    data = chunks(stored)[3].read_bytes()
    assert data[:8] == b"TRICHUNK"
    length = int.from_bytes(data[8:16], "little")
    header = json.loads(data[16 : 16 + length])
    start = -(-(16 + length) // 64) * 64
    assert hashlib.sha256(data[:start]).digest() == data[-32:]
    dtype, place, checksum = header["arrays"]["double_min"]
    values = np.frombuffer(data, dtype, header["points"], start + place)
    assert np.array_equal(values, WHOLE.double_min.values[3 * GRAIN : 4 * GRAIN], equal_nan=True)
    assert hashlib.sha256(values.tobytes()).hexdigest() == checksum
    assert header["sweep"] == json.loads((stored / "manifest.json").read_text())["sha256"]


# --- reading --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part",
    [
        slice(None),
        slice(5, 9),
        slice(GRAIN - 3, 3 * GRAIN + 5),
        slice(None, None, 9999),
        slice(POINTS - 1, 10, -50_001),
        [7, 3, POINTS - 1, 7],
        17,
        -1,
        [],
        slice(0, 0),
        np.arange(POINTS) % 1000 == 3,
    ],
)
def test_any_part_can_be_read(stored, part):
    found = open_sweep(stored).isel(point=part).load()
    assert same_bits(found, WHOLE.isel(point=part))


def test_a_stored_grid_is_read_by_labels_and_by_points(tmp_path):
    vary = {"gain": (0, 2, 41), "twist": (-1, 1, 60), "cost": (0, 1, 37)}
    expected = tri.sweep(FAMILY, None, vary, concept="nash")
    found = tri.sweep(FAMILY, None, vary, concept="nash", store=tmp_path / "grid", chunk=1)
    assert len(chunks(tmp_path / "grid")) == 3
    assert same_bits(found.sel(gain=1.0, cost=slice(0.25, 0.75)).load(), expected.sel(gain=1.0, cost=slice(0.25, 0.75)))
    picked = {"gain": [40, 0, 7], "twist": slice(2, 29, 3), "cost": [5]}
    assert same_bits(found.isel(picked).load(), expected.isel(picked))
    along = {name: xr.DataArray([3, 29, 0], dims="way") for name in vary}
    assert same_bits(found.isel(along).load(), expected.isel(along))
    assert same_bits(found.transpose("cost", ...).isel(cost=3).load(), expected.transpose("cost", ...).isel(cost=3))


def test_opening_reads_no_chunk_and_reading_reads_only_its_own(stored):
    for file in chunks(stored)[1:]:
        file.write_bytes(b"x" * file.stat().st_size)
    found = open_sweep(stored)
    assert found.double_min[:100].values.shape == (100,)
    assert "energy" not in found.coords
    with pytest.raises(StoreError, match=r"00000001.chunk: not a chunk"):
        found.double_min[GRAIN].load()


def test_a_stored_sweep_works_with_dask(stored):
    pytest.importorskip("dask")
    lazy = open_sweep(stored).chunk({"point": GRAIN})
    assert lazy.chunks["point"] == (GRAIN,) * CHUNKS
    assert float(lazy.double_min.mean().compute(scheduler="threads")) == pytest.approx(float(WHOLE.double_min.mean()))
    with xr.open_dataset(stored, engine=SweepBackend, chunks={}) as auto:
        assert auto.chunks["point"] == (GRAIN,) * CHUNKS


def test_a_stored_sweep_is_saved_as_netcdf(stored, tmp_path):
    open_sweep(stored).to_netcdf(tmp_path / "sweep.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "sweep.nc", engine="h5netcdf") as back:
        assert same_bits(back.load(), WHOLE)


# --- resuming -------------------------------------------------------------------------------------------------


def test_only_missing_chunks_are_solved_again(stored, monkeypatch):
    expected = files(stored)
    for file in chunks(stored)[2:5]:
        file.unlink()
    written = []
    original = chunkfile.write
    monkeypatch.setattr(chunkfile, "write", lambda path, *rest: (written.append(path.name), original(path, *rest)))
    small_sweep(store=stored)
    assert sorted(written) == [f"{k:08d}.chunk" for k in (2, 3, 4)]
    assert files(stored) == expected
    written.clear()
    small_sweep(store=stored, chunk=None)
    assert not written


def test_a_finished_sweep_is_opened_as_it_is(stored):
    assert same_bits(small_sweep(store=stored), WHOLE)
    with pytest.raises(StoreError, match="holds a sweep already"):
        small_sweep(store=stored, resume=False)


SCRIPT = """
import sys, time
sys.path.insert(0, {tests!r})
from sweeping import small_sweep
from triangle.studies.job import Job
solve = Job.solve
Job.solve = lambda self, chunk: (time.sleep({pause}), solve(self, chunk))[1]
small_sweep(store={folder!r}, threads=2)
"""


def sweeping(folder, pause, **how):
    """Start a process that sweeps into a folder, slowed down so that it can be stopped in the middle."""
    code = SCRIPT.format(tests=str(Path(__file__).parent), folder=str(folder), pause=pause)
    return subprocess.Popen([sys.executable, "-c", code], **how)


def test_a_sweep_killed_at_any_moment_resumes_to_the_same_bytes(tmp_path):
    small_sweep(store=tmp_path / "whole")
    folder = tmp_path / "killed"
    draw = random.Random(3)
    before: dict[str, int] = {}
    for _ in range(3):
        with sweeping(folder, 0.03) as process:
            target = len(before) + draw.randint(1, 3)
            while process.poll() is None and len(list(folder.glob("chunks/*.chunk"))) < target:
                time.sleep(0.001)
            time.sleep(0.02 * draw.random())
            process.send_signal(signal.SIGKILL)
        there = {path.name: path.stat().st_ino for path in folder.glob("chunks/*.chunk")}
        assert before.items() <= there.items(), "a finished chunk was solved again"
        before = there
    small_sweep(store=folder)
    there = {path.name: path.stat().st_ino for path in folder.glob("chunks/*.chunk")}
    assert before.items() <= there.items()
    assert files(folder) == files(tmp_path / "whole")


def test_an_interrupted_sweep_leaves_no_litter_and_resumes(tmp_path):
    folder = tmp_path / "stopped"
    with sweeping(folder, 0.1, stderr=subprocess.PIPE) as process:
        while process.poll() is None and not list(folder.glob("chunks/*.chunk")):
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode != 0
    assert b"KeyboardInterrupt" in told
    assert all(name == "manifest.json" or name.endswith(".chunk") for name in files(folder))
    assert 0 < len(chunks(folder)) < CHUNKS
    assert same_bits(small_sweep(store=folder), WHOLE)


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


# --- again ----------------------------------------------------------------------------------------------------


def test_a_store_runs_again_to_the_same_bits(stored, tmp_path):
    assert same_bits(rerun(stored, FAMILY), WHOLE)
    assert same_bits(rerun(open_sweep(stored), FAMILY, store=tmp_path / "again"), WHOLE)
    with pytest.raises(ValueError, match="pass it as model="):
        rerun(stored)
