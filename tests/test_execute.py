import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

import triangle as tri
from sweeping import CHUNKS, CUT, FAMILY, FATAL, FATAL_STORE, be_fatal, files, same_bits, small_sweep
from triangle.studies import execute
from triangle.studies.execute import SweepError
from triangle.studies.job import Job
from triangle.studies.stable import GRAIN

WHOLE = small_sweep()


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:  # forking a process with threads may block it
        yield pool


class InLine:
    """The least that an executor is: each task is run when it is submitted."""

    def __init__(self):
        self.submitted = 0

    def submit(self, function, *arguments):
        self.submitted += 1
        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


# --- the same bits everywhere ---------------------------------------------------------------------------------


def test_processes_give_the_same_bits(processes, tmp_path):
    assert same_bits(small_sweep(executor=processes), WHOLE)
    small_sweep(store=tmp_path / "threads")
    assert same_bits(small_sweep(executor=processes, store=tmp_path / "processes"), WHOLE)
    assert files(tmp_path / "processes") == files(tmp_path / "threads")


def test_the_chapters_model_gives_the_same_bits_on_threads_processes_and_chunks(processes, tmp_path):
    asked = {"samples": 2**17, "design": "sobol", "concept": "pairwise", "seed": 1}
    model = tri.chapter_model()
    expected = tri.sweep(model, "us_russia_reset", **asked)
    assert same_bits(tri.sweep(model, "us_russia_reset", **asked, executor=processes, chunk=GRAIN), expected)
    assert same_bits(tri.sweep(model, "us_russia_reset", **asked, store=tmp_path / "store"), expected)


def test_logit_play_gives_the_same_bits_in_processes(processes, tmp_path):
    asked = {"samples": 4096, "design": "sobol", "concept": "logit_qre", "precision": 2.0, "seed": 1}
    expected = tri.sweep(FAMILY, None, **asked)
    assert same_bits(tri.sweep(FAMILY, None, **asked, executor=processes, chunk=1024), expected)
    assert same_bits(tri.sweep(FAMILY, None, **asked, executor=processes, chunk=1024, store=tmp_path / "s"), expected)


def test_a_grid_gives_the_same_bits_whole_and_in_chunks(processes):
    vary = {"sanctions": (0, 1, 211), "power_gap": (0, 1, 397)}
    model = tri.chapter_model()
    expected = tri.sweep(model, "baseline_2016", vary)
    for how in ({"executor": processes, "chunk": GRAIN}, {"threads": 1}):
        assert same_bits(tri.sweep(model, "baseline_2016", vary, **how), expected)


@pytest.mark.parametrize("executor", [InLine(), ThreadPoolExecutor(3)], ids=["in line", "threads"])
def test_anything_that_submits_is_an_executor(executor, tmp_path):
    assert same_bits(small_sweep(executor=executor), WHOLE)
    assert same_bits(small_sweep(executor=executor, store=tmp_path / "store"), WHOLE)


def test_few_chunks_are_under_way_at_once():
    guard, under_way, most = threading.Lock(), 0, 0

    class Counting(ThreadPoolExecutor):
        def submit(self, *arguments):
            nonlocal under_way, most
            with guard:
                under_way += 1
                most = max(most, under_way)
            future = super().submit(*arguments)
            future.add_done_callback(lambda _: leave())
            return future

    def leave():
        nonlocal under_way
        with guard:
            under_way -= 1

    with Counting(2) as pool:
        assert same_bits(small_sweep(executor=pool), WHOLE)
    assert 1 < most <= 3


# --- failures -------------------------------------------------------------------------------------------------


def failing(chunk, times):
    """Replace solving so that one chunk fails some times."""
    solve, left = Job.solve, [times]

    def faulty(self, number):
        if number == chunk and left[0]:
            left[0] -= 1
            raise MemoryError("out of memory")
        return solve(self, number)

    return faulty


def test_a_chunk_that_fails_is_tried_again(monkeypatch):
    monkeypatch.setattr(Job, "solve", failing(5, execute.ATTEMPTS - 1))
    assert same_bits(small_sweep(executor=InLine()), WHOLE)


def test_a_chunk_that_fails_again_and_again_ends_the_sweep_and_keeps_the_rest(monkeypatch, tmp_path):
    monkeypatch.setattr(Job, "solve", failing(5, execute.ATTEMPTS))
    with pytest.raises(SweepError, match=r"chunk 5 failed 3 times, last with MemoryError: out of memory; \d+ of 16"):
        small_sweep(store=tmp_path / "store", threads=1)
    assert 1 <= len(list((tmp_path / "store" / "chunks").iterdir())) < CHUNKS
    assert same_bits(small_sweep(store=tmp_path / "store"), WHOLE)


def test_a_worker_process_that_dies_ends_the_sweep_and_keeps_the_rest(monkeypatch, tmp_path):
    store = tmp_path / "store"
    asked = CUT | {"chunk": GRAIN, "store": store}
    monkeypatch.setenv(FATAL_STORE, str(store))
    with (
        ProcessPoolExecutor(2, get_context("spawn")) as pool,
        pytest.raises(SweepError, match="a worker process ended before its work"),
    ):
        tri.sweep(FATAL, None, None, executor=pool, **asked)
    monkeypatch.delenv(FATAL_STORE)
    assert 3 <= len(list(store.glob("chunks/*.chunk"))) < CHUNKS
    assert tri.sweep(FATAL, None, None, **asked).equals(WHOLE)


def test_what_cannot_be_sent_to_processes_is_told_before_any_work(processes, tmp_path):
    measure = tri.Measure("double", ("payoff_Row",), lambda payoff: payoff)
    with pytest.raises(ValueError, match=r"measure 'double' cannot be sent to other processes .* top of a module"):
        tri.sweep(FAMILY.replace(measure), None, {"gain": (0, 1, 3)}, executor=processes)
    with pytest.raises(ValueError, match="measure 'double' cannot be sent"):
        tri.sweep(FAMILY.replace(measure), None, {"gain": (0, 1, 3)}, executor=processes, store=tmp_path / "s")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"executor": "threads"}, "executor takes a concurrent.futures.Executor or a dask.distributed.Client"),
        ({"executor": 4}, "executor takes"),
        ({"threads": 0}, "threads is a whole number from 1, got 0"),
        ({"threads": 1.5}, "threads must be a whole number"),
    ],
)
def test_what_is_no_executor_is_told(how, told):
    with pytest.raises(ValueError, match=told):
        small_sweep(**how)


# --- a cluster ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.mark.filterwarnings("ignore")  # those of distributed and of what it stands on
def test_a_cluster_gives_the_same_bits(cluster, tmp_path):
    assert same_bits(small_sweep(executor=cluster), WHOLE)
    assert same_bits(small_sweep(executor=cluster, store=tmp_path / "store"), WHOLE)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_in_the_middle_gives_the_same_bits(cluster, tmp_path):
    store = tmp_path / "store"
    before = set(cluster.run(os.getpid).values())
    cluster.run(be_fatal, str(store))
    found = tri.sweep(FATAL, None, None, **CUT, chunk=GRAIN, store=store, executor=cluster)
    assert (tmp_path / "store.struck").exists(), "a worker must have been killed"
    assert len(before - set(cluster.run(os.getpid).values())) == 1
    assert found.equals(WHOLE)
    assert not list(store.rglob("*.tmp"))
    small_sweep(store=tmp_path / "undisturbed")
    assert len(files(store)) == len(files(tmp_path / "undisturbed")) == CHUNKS + 1
