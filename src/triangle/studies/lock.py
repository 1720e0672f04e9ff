"""A lock on a folder that other processes respect, and that a killed process cannot leave behind."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        # POSIX record locks: not inherited by forked workers, which may outlive a killed parent, and kept on NFS too.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_BUSY = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_UNSUPPORTED = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)

# A process's own locks do not exclude its other threads, so they are listed here.
_held: set[tuple[int, int]] = set()
_guard = threading.Lock()


class Locked(RuntimeError):
    """Somebody else holds the lock.

    Attributes
    ----------
    holder : str
        Who, in words.
    """

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` while the block runs; the file is gone afterwards.

    Raises
    ------
    Locked
        Another process, or another thread of this one, holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, locked(Path(folder) / "lock"):
    ...     with locked(Path(folder) / "lock"):
    ...         pass
    Traceback (most recent call last):
    triangle.studies.lock.Locked: this process
    """
    place = os.stat(path.parent)
    key = (place.st_dev, place.st_ino)
    with _guard:
        if key in _held:
            raise Locked("this process")
        _held.add(key)
    try:
        descriptor = _acquired(path)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                path.unlink()
            os.close(descriptor)
    finally:
        with _guard:
            _held.discard(key)


def _acquired(path: Path) -> int:
    """Return the descriptor of the lock file, locked and still the one at its path."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _take(descriptor)
        except OSError as error:
            holder = _holder(descriptor)
            if error.errno in _BUSY:
                os.close(descriptor)
                raise Locked(holder) from None
            if error.errno not in _UNSUPPORTED:
                os.close(descriptor)
                raise
            told = f"{path.parent}: this file system has no locks; see to it that no second process writes there"
            warnings.warn(told, stacklevel=4)
        with contextlib.suppress(FileNotFoundError):
            found, own = os.stat(path), os.fstat(descriptor)
            if (found.st_dev, found.st_ino) == (own.st_dev, own.st_ino):
                _sign(descriptor)
                return descriptor
        os.close(descriptor)  # its last holder took the file away between our opening and our locking it


def _sign(descriptor: int) -> None:
    """Write who holds the lock, for the message to others; the lock holds without it."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "host": platform.node()}).encode())


def _holder(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        who = json.loads(os.read(descriptor, 1000))
        return f"process {who['pid']} on {who['host']}"
    except (ValueError, KeyError, TypeError, OSError):
        return "another process"
