"""Where a sweep runs: threads, processes, a cluster that loses a worker; the bits are the same."""

import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

import triangle as tri
from triangle.studies.execute import SweepError
from triangle.studies.job import GRAIN

MODEL = tri.chapter_model()
ASKED = {"samples": 8 * GRAIN, "design": "sobol", "measures": ["intensity", "depth"], "progress": False}


def swept(**changes):
    return tri.sweep(MODEL, "baseline_2008", **(ASKED | changes))


@pytest.fixture(scope="module")
def plain():
    return swept(threads=1)


@pytest.mark.parametrize("arguments", [{"threads": 3}, {"chunk": GRAIN}, {"chunk": 4 * GRAIN, "threads": 2}])
def test_threads_and_chunks_change_no_bit(plain, arguments):
    assert swept(**arguments).identical(plain)


def test_an_executor_of_threads_changes_no_bit(plain):
    with ThreadPoolExecutor(2) as pool:
        assert swept(executor=pool, chunk=GRAIN).identical(plain)


def test_processes_change_no_bit(plain):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert swept(executor=pool, chunk=GRAIN).identical(plain)


def _end():
    os._exit(1)


def test_a_pool_whose_process_died_is_told_and_finished_chunks_are_kept(plain, tmp_path):
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(_end)
        with pytest.raises(SweepError, match="worker process ended"):
            swept(executor=pool, chunk=GRAIN, store=tmp_path / "store")
    assert swept(store=tmp_path / "store").load().identical(plain)


@pytest.mark.parametrize("executor", ["dask", 3, object()])
def test_what_is_no_executor_is_told(executor):
    with pytest.raises(ValueError, match="executor"):
        swept(executor=executor)


def test_a_cluster_that_loses_a_worker_gives_the_same_bits(tmp_path):
    distributed = pytest.importorskip("distributed")
    asked = {"samples": 64 * GRAIN, "store": tmp_path / "store", "chunk": GRAIN}
    killed = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = [info["nanny"] for info in client.scheduler_info()["workers"].values()]
        assert len(workers) == 2
        victim = next(iter(client.run(os.getpid).values()))

        def kill_when_some_are_done():
            while len(list((tmp_path / "store").glob("chunks/*.chunk"))) < 4:
                time.sleep(0.005)
            os.kill(victim, signal.SIGKILL)
            killed.append(len(list((tmp_path / "store").glob("chunks/*.chunk"))))

        killer = threading.Thread(target=kill_when_some_are_done, daemon=True)
        killer.start()
        found = swept(executor=client, **asked)
        killer.join(10)
    assert killed
    assert killed[0] < 64
    expected = swept(samples=64 * GRAIN)
    assert found.load().identical(expected)
