"""Run the chunks of a job on threads, on any executor, or on a cluster: bounded in flight, retried, stopped cleanly."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from ..blas import one_blas_thread
from .job import Job, packed, run_packed
from .plan import Plan
from .store import hopeless
from .variables import Arrays
from .vary import whole

ATTEMPTS = 3
_PATIENCE = 10.0  # seconds for chunks that run on other processes to end after a stop

Done = Callable[[int, Arrays | None], None]


class SweepError(RuntimeError):
    """A sweep that could not be finished; what is done of it is kept if it has a store."""


@dataclass(frozen=True)
class _Pool:
    """Where chunks run.

    Attributes
    ----------
    submit : callable
        Takes a chunk's number and returns its future.
    in_flight : callable
        Returns how many chunks may be under way at once, so that memory stays bounded.
    patience : float, optional
        How many seconds to wait for running chunks after a stop; as long as it takes, if not given.
    """

    submit: Callable[[int], Future[Arrays | None]]
    in_flight: Callable[[], int]
    patience: float | None


def execute(job: Job, chunks: Collection[int], executor: Any, threads: int | None, done: Done) -> None:
    """Run chunks of a job, in any order.

    Parameters
    ----------
    job : Job
    chunks : collection of int
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Threads of this process if not given.
    threads : int, optional
        As many as there are processors if not given; without an executor only.
    done : callable
        Called in this thread with each finished chunk and its arrays (None if they went to the store).

    Raises
    ------
    SweepError
        A chunk failed `ATTEMPTS` times, or the workers died.
    OSError
        The store cannot be written.
    """
    waiting = iter(chunks)
    attempts: dict[int, int] = {}
    under_way: dict[Future[Arrays | None], int] = {}
    finished = 0
    with _pool(job, executor, threads, len(chunks)) as pool:
        try:
            while True:
                while len(under_way) < pool.in_flight() and (chunk := next(waiting, None)) is not None:
                    under_way[pool.submit(chunk)] = chunk
                if not under_way:
                    return
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    chunk = under_way.pop(future)
                    arrays, error = _outcome(future)
                    if error is None:
                        finished += 1
                        done(chunk, arrays)
                        continue
                    attempts[chunk] = attempts.get(chunk, 0) + 1
                    _give_up(error, chunk, attempts[chunk], f"{finished} of {len(chunks)} chunks were finished")
                    under_way[pool.submit(chunk)] = chunk
        except BrokenExecutor as broken:
            _give_up(broken, -1, ATTEMPTS, f"{finished} of {len(chunks)} chunks were finished")
        finally:
            for future in under_way:
                future.cancel()
            wait(under_way, timeout=pool.patience)


def _outcome(future: Future[Arrays | None]) -> tuple[Arrays | None, BaseException | None]:
    try:
        return future.result(), None
    except Exception as error:
        return None, error


def _give_up(error: BaseException, chunk: int, attempt: int, state: str) -> None:
    """Raise the error that ends the sweep, unless the chunk should be tried again."""
    if hopeless(error):
        raise error
    if isinstance(error, BrokenExecutor):
        raise SweepError(
            f"a worker process ended before its work was done ({error}); {state}. "
            "With a store they are kept: run the same sweep again with a new executor"
        ) from error
    if attempt >= ATTEMPTS:
        raise SweepError(f"chunk {chunk} failed {attempt} times, last with {_in_words(error)}; {state}") from error


def _in_words(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


@contextlib.contextmanager
def _pool(job: Job, executor: Any, threads: int | None, chunks: int) -> Iterator[_Pool]:
    if executor is None:
        own = threads or processors()
        # One more than compute, where they also write: so nobody computes less while a disk is slow.
        workers = max(1, min(own + (job.store is not None), chunks))
        with one_blas_thread, ThreadPoolExecutor(workers, "sweep") as pool:
            yield _Pool(lambda chunk: pool.submit(job.run, chunk), lambda: workers + 1, None)
    elif isinstance(executor, ThreadPoolExecutor):
        width = executor._max_workers
        yield _Pool(lambda chunk: executor.submit(job.run, chunk), lambda: width + 1, None)
    else:
        load = packed(job)
        if hasattr(executor, "get_executor"):
            yield _of_cluster(executor, load)
        else:
            width = int(getattr(executor, "_max_workers", None) or processors())
            yield _Pool(lambda chunk: executor.submit(run_packed, load, chunk), lambda: 2 * width, _PATIENCE)


def _of_cluster(client: Any, load: bytes) -> _Pool:
    """Return a pool on a dask.distributed Client, which moves the chunks of a lost worker to the others itself."""
    if getattr(client, "asynchronous", False):
        raise ValueError("executor: a dask Client with asynchronous=True cannot be waited for; make one without")
    pool = client.get_executor(pure=False)

    def in_flight() -> int:
        threads: list[int] = list(client.nthreads().values())
        return 2 * max(1, sum(threads))

    return _Pool(lambda chunk: pool.submit(run_packed, load, chunk), in_flight, _PATIENCE)


def check_executor(executor: object, threads: object) -> None:
    """Refuse what is no executor.

    Raises
    ------
    ValueError
        Neither None nor anything with ``submit``; or threads that are no whole number from 1.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise ValueError(
            "executor takes a concurrent.futures.Executor or a dask.distributed.Client; "
            f"got {executor!r} (None is threads)"
        )
    if threads is not None and (not whole(threads) or threads < 1):
        raise ValueError(f"threads is a whole number from 1, got {threads!r}")


def check_sendable(plan: Plan, executor: object) -> None:
    """Refuse a plan that the executor's processes could not be sent; see `packed`."""
    if executor is not None and not isinstance(executor, ThreadPoolExecutor):
        packed(Job(plan, plan.method.chunk))


def processors() -> int:
    """Return how many processors this process may use."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
