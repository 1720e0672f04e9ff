"""What a stored sweep keeps, how it is read, and how it goes on after it was stopped."""

import hashlib
import json
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
from sweeping import CHUNKS, FAMILY, POINTS, chunks, files, same_bits, small_sweep
from triangle.studies import chunkfile
from triangle.studies.again import rerun
from triangle.studies.lazy import SweepBackend, open_sweep
from triangle.studies.stable import GRAIN
from triangle.studies.store import StoreError

WHOLE = small_sweep()


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


# --- again ----------------------------------------------------------------------------------------------------


def test_a_store_runs_again_to_the_same_bits(stored, tmp_path):
    assert same_bits(rerun(stored, FAMILY), WHOLE)
    assert same_bits(rerun(open_sweep(stored), FAMILY, store=tmp_path / "again"), WHOLE)
    with pytest.raises(ValueError, match="pass it as model="):
        rerun(stored)
