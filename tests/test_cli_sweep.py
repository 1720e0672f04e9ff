import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

import triangle as tri
from triangle.cli import app

CODE = "from triangle.cli import main; main()"
GRID = ("--vary", "sanctions=0:1:21", "--vary", "power_gap=0:1:11")


def process(*arguments, **how):
    return subprocess.Popen([sys.executable, "-c", CODE, "sweep", *arguments], text=True, **how)


def sweep(*arguments):
    """Run the command in this process and return what it printed."""
    found = CliRunner().invoke(app, ["sweep", *map(str, arguments)], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_grid_is_saved_drawn_and_summed_up(tmp_path):
    told = sweep("us_russia_reset", *GRID, "--out", tmp_path / "reset.nc", "--figure", tmp_path / "reset.png")
    for part in ("US–Russia reset: 231 games (sanctions 21 × power_gap 11)", "Equilibria", "intensity", "reset.png"):
        assert part in told
    assert (tmp_path / "reset.png").read_bytes().startswith(b"\x89PNG")
    vary = {"sanctions": (0.0, 1.0, 21), "power_gap": (0.0, 1.0, 11)}
    with xr.open_dataset(tmp_path / "reset.nc", engine="h5netcdf") as saved:
        expected = tri.sweep(tri.chapter_model(), "us_russia_reset", vary)
        assert saved.load().identical(expected)
    assert tri.rerun(tmp_path / "reset.nc").identical(expected)


def test_json_tells_shape_counts_shares_and_ranges(tmp_path):
    arguments = ("baseline_2016", *GRID, "--measures", "depth,share", "--json", "--out", tmp_path / "a.nc")
    told = json.loads(sweep(*arguments))
    found = tri.sweep(tri.chapter_model(), "baseline_2016", {"sanctions": (0, 1, 21), "power_gap": (0, 1, 11)})
    assert told["shape"] == {"sanctions": 21, "power_gap": 11}
    assert told["points"] == 231
    assert told["equilibria"] == {str(k): int((found.equilibria == k).sum()) for k in np.unique(found.equilibria)}
    alone = (found.depth_min == found.depth_max) & (found.depth_min == 1)
    assert told["categories"]["depth"]["partnership"] == pytest.approx(float(alone.mean()))
    assert told["numbers"]["share"]["min"] == pytest.approx(float(found.share_min.min()))
    assert told["numbers"]["share"]["mean_max"] == pytest.approx(float(found.share_max.mean()))
    assert told["out"] == str(tmp_path / "a.nc")
    assert told["model_digest"] == tri.chapter_model().digest
    assert set(told["categories"]) | set(told["numbers"]) == {"depth", "share"}


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        (("us_russia_reset", "--samples", "64"), {"point": 64}),
        (("us_russia_reset", "--samples", "60", "--design", "lhs", "--vary", "energy"), {"point": 60}),
        (("us_russia_reset", "--samples", "64", "--vary", "energy=0.1:0.2", "--seed", "3"), {"point": 64}),
        (("us_russia_reset", "--vary", "energy=0.3,0.1,0.2"), {"energy": 3}),
        (("baseline_2016", "us_russia_reset", *GRID[:2]), {"scenario": 2, "sanctions": 21}),
        (("baseline_2016", *GRID[:2], "--commitments", "all"), {"commitment": 4, "sanctions": 21}),
        (
            ("baseline_2016", *GRID[:2], "--commitments", "pressure/engage", "--commitments", "accommodate/engage"),
            {"commitment": 2, "sanctions": 21},
        ),
    ],
)
def test_what_is_varied_gives_the_shape(arguments, shape):
    assert json.loads(sweep(*arguments, "--json", "--measures", "depth"))["shape"] == shape


def test_options_reach_the_sweep(tmp_path):
    sweep("us_russia_reset", "--samples", 64, "--vary", "energy=0.1:0.2", "--seed", 3, "--out", tmp_path / "a.nc",
          "--concept", "nash", "--bargaining", "outside_option", "--intensity", "none", "--without", "isolation",
          "--set", "sanctions=0.3", "--dtype", "float32", "--threads", "1")  # fmt: skip
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as found:
        model = tri.chapter_model(bargaining="outside_option", intensity="none", without=["isolation"])
        assert found.attrs["model_digest"] == model.digest
        assert found.attrs["concept"] == "nash"
        assert found.attrs["seed"] == 3
        assert json.loads(found.attrs["parameters"])[0]["sanctions"] == 0.3
        assert found.share_min.dtype == np.float32
        assert float(found.energy.min()) >= 0.1
        assert tri.rerun(found.load()).identical(found)


def test_a_store_is_resumed_only_when_asked(tmp_path):
    arguments = ("us_russia_reset", "--samples", "64", "--measures", "depth", "--store", str(tmp_path / "store"))
    first = sweep(*arguments, "--json")
    (chunk,) = (tmp_path / "store" / "chunks").iterdir()
    content = chunk.read_bytes()
    with pytest.raises(ValueError, match=r"holds a sweep already; resume it \(--resume\)"):
        sweep(*arguments)
    chunk.unlink()
    assert sweep(*arguments, "--json", "--resume") == first
    assert chunk.read_bytes() == content


def test_figures_show_several_scenarios_and_numbers(tmp_path):
    sweep("baseline_2016", *GRID, "--commitments", "all", "--figure", tmp_path / "four.png")
    sweep("baseline_2016", *GRID, "--measures", "share", "--figure", tmp_path / "share.png")
    assert (tmp_path / "four.png").stat().st_size > 10_000
    assert (tmp_path / "share.png").stat().st_size > 10_000


def test_ctrl_c_says_how_to_go_on(tmp_path):
    arguments = ("us_russia_reset", "--samples", str(2**22), "--threads", "1", "--store", str(tmp_path / "store"))
    with process(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        while running.poll() is None and not list(tmp_path.glob("store/chunks/*.chunk")):
            time.sleep(0.002)
        running.send_signal(signal.SIGINT)
        out, told = running.communicate()
    assert running.returncode == 130
    assert out == ""
    assert told == f"triangle: stopped; finished chunks are kept in {tmp_path / 'store'}: run it again with --resume\n"
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--vary", "sanction=0:1:3"), "did you mean 'sanctions'"),
        (("--vary", "sanctions=0:1:0"), "n must be at least 1"),
        (("--vary", "sanctions=0:1:2.5"), "write NAME=LOW:HIGH:N"),
        (("--vary", "sanctions=a"), "write NAME=LOW:HIGH:N"),
        (("--vary", "sanctions="), "write NAME=LOW:HIGH:N"),
        (("--vary", "sanctions=0:1:2:3"), "write NAME=LOW:HIGH:N"),
        (("--vary", "sanctions=0:1:3", "--vary", "sanctions=0:1:4"), "varied twice: sanctions"),
        (("--vary", "sanctions=0:1:3", "--set", "sanctions=0.3"), "sanctions is varied"),
        (("--vary", "sanctions=0:nan:3"), "finite"),
        (("--vary", "sanctions"), "a grid needs NAME=LOW:HIGH:N"),
        (("--vary", "sanctions=0:1"), "a grid needs NAME=LOW:HIGH:N"),
        ((), "a grid needs vary"),
        (("--samples", "100"), "try 128"),
        (("--samples", "64", "--design", "grid", "--vary", "sanctions=0:1:3"), "samples belongs to"),
        (("--samples", "64", "--vary", "sanctions=0:1:3"), "takes (low, high)"),
        (("--vary", "sanctions=0:1:100000000000000"), "800 TB"),
        (("--samples", str(2**46), "--store", "large"), "PB or more and the disk has"),
        (("--samples", "64", "--resume"), "give --store"),
        (("--samples", "64", "--figure", "a.png"), "a grid over two parameters"),
        (("--vary", "sanctions=0:1:3", "--figure", "a.png"), "a grid over two parameters"),
        (("--vary", "sanctions=0:1:3", "--vary", "energy=0.4", "--figure", "a.png"), "two values or more"),
        ((*GRID, "--measures", "share,gap", "--figure", "a.png"), "keep one with --measures"),
        ((*GRID, "--figure", "a.xyz"), "ends in .png"),
        ((*GRID, "--out", "a.csv"), "ends in .nc"),
        ((*GRID, "--out", "nowhere/a.nc"), "no folder 'nowhere'"),
        ((*GRID, "--store", "nowhere/deep"), "no such folder"),
        ((*GRID, "--measures", "depht"), "did you mean 'depth'"),
        ((*GRID, "--commitments", "engage"), "unknown commitment"),
        ((*GRID, "--seed", "-1"), "seed"),
        ((*GRID, "--threads", "0"), "threads"),
    ],
)
def test_bad_input_is_told_before_any_work(tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, OSError)) as error:
        sweep("us_russia_reset", *arguments)
    assert told in str(error.value)
    assert not list(tmp_path.iterdir())
