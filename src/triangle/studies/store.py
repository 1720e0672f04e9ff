"""A folder with the chunks of a sweep: written whole or not at all, checked, and resumed after any end.

``manifest.json`` describes the sweep (`Plan.describe`), how it is cut, and who wrote it, with a checksum of itself. A
finished chunk is one file in ``chunks`` (see `triangle.studies.chunkfile`). The folder has the same bytes whatever
stopped and resumed the sweep, and whoever computed it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from ..pickling import PickledByFields
from . import chunkfile
from .chunkfile import Damaged
from .lock import Locked, locked
from .method import variables
from .variables import Array, Arrays
from .vary import size_in_words

FORMAT = 2
MANIFEST = "manifest.json"
CHUNKS = "chunks"
LOCK = "lock"
ENDING = ".chunk"


class StoreError(ValueError):
    """A store that cannot be used as asked; the message says why, and what to do."""


@dataclass(frozen=True, eq=False)
class Store(PickledByFields):
    """A sweep's folder.

    Attributes
    ----------
    path : Path
    described : dict
        See `Plan.describe`.
    chunk : int
        Points in a chunk; the last one of a setting may have fewer.
    sha : str
        The manifest's checksum, by which chunks name the sweep that they belong to.
    """

    path: Path
    described: dict[str, Any] = field(repr=False)
    chunk: int
    sha: str

    @property
    def settings(self) -> int:
        """How many kernels the sweep takes: scenarios times commitments."""
        return math.prod(self.described["shape"][: self._own])

    @property
    def points(self) -> int:
        """How many points each setting is solved at."""
        return math.prod(self.described["shape"][self._own :])

    @property
    def _own(self) -> int:
        """How many dimensions lead those of the design."""
        return len(self.described["dims"]) - (len(self.described["design"].get("axes", ())) or 1)

    @property
    def per_setting(self) -> int:
        """How many chunks each setting has."""
        return -(-self.points // self.chunk)

    @property
    def count(self) -> int:
        """How many chunks there are in all."""
        return self.settings * self.per_setting

    def length(self, chunk: int) -> int:
        """Return how many points a chunk has."""
        return min(self.chunk, self.points - chunk % self.per_setting * self.chunk)

    def file(self, chunk: int) -> Path:
        """Return where a chunk is."""
        return self.path / CHUNKS / f"{chunk:08d}{ENDING}"

    # --- writing ----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing here; what a killed one left half written is cleared away."""
        with contextlib.ExitStack() as stack:
            with told(self.path):
                stack.enter_context(_lock(self.path))
                self._clear()
            stack.callback(self._clear)
            yield

    def _clear(self) -> None:
        for litter in self.path.rglob("*.tmp"):
            litter.unlink(missing_ok=True)

    def write(self, chunk: int, arrays: Arrays) -> None:
        """Write one finished chunk."""
        with told(self.path):
            chunkfile.write(self.file(chunk), self.sha, chunk, arrays)

    def finished(self, threads: int = 1) -> set[int]:
        """Return the chunks that are there, each checked to be whole.

        Raises
        ------
        StoreError
            A file is damaged.
        """
        there = self.there()
        with ThreadPoolExecutor(max(1, threads)) as pool:
            faults = [fault for fault in pool.map(self._fault, there) if fault]
        if faults:
            more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
            raise StoreError(
                f"{'; '.join(faults[:3])}{more}. The other chunks are kept; delete the damaged and run again"
            )
        return set(there)

    def there(self) -> list[int]:
        """Return the chunks that have a file, in order."""
        names = (entry.name for entry in os.scandir(self.path / CHUNKS) if entry.name.endswith(ENDING))
        numbers = sorted(int(name.removesuffix(ENDING)) for name in names if name.removesuffix(ENDING).isdigit())
        return [number for number in numbers if number < self.count]

    def _fault(self, chunk: int) -> str:
        try:
            header = self._checked_header(chunk)
            chunkfile.verify(self.file(chunk), header, header.arrays)
        except Damaged as damage:
            return str(damage)
        return ""

    # --- reading ----------------------------------------------------------------------------------------------

    @cached_property
    def _headers(self) -> dict[int, chunkfile.Header]:
        """The headers that were read."""
        return {}

    @cached_property
    def _sound(self) -> set[tuple[int, str]]:
        """The chunks and variables whose checksums were found right."""
        return set()

    def _checked_header(self, chunk: int) -> chunkfile.Header:
        path = self.file(chunk)
        header = chunkfile.read_header(path, self.sha, chunk)
        kinds = {variable.name: variable.dtype for variable in variables(self.described)}
        if header.points != self.length(chunk) or {name: kind for name, (kind, *_) in header.arrays.items()} != kinds:
            raise Damaged(f"{path}: it holds other variables or another number of points than the manifest says")
        return header

    def _checked(self, chunk: int, name: str) -> chunkfile.Header:
        """Return a chunk's header; the first time that a variable is asked for, its checksum is checked."""
        path = self.file(chunk)
        try:
            header = self._headers.get(chunk) or self._checked_header(chunk)
            if (chunk, name) not in self._sound:
                chunkfile.verify(path, header, [name])
        except FileNotFoundError:
            raise StoreError(f"{path}: the chunk is missing; run the sweep again to finish it") from None
        except Damaged as damage:
            raise StoreError(f"{damage}; delete it and run the sweep again") from None
        self._headers[chunk] = header
        self._sound.add((chunk, name))
        return header

    def read(self, chunk: int, name: str, start: int, stop: int) -> Array:
        """Return a variable's values in a chunk, from its point ``start`` up to ``stop``."""
        return chunkfile.read(self.file(chunk), self._checked(chunk, name), name, start, stop)

    def pick(self, chunk: int, name: str, index: np.ndarray[Any, np.dtype[np.intp]]) -> Array:
        """Return a variable's values at points of a chunk, in any order."""
        return chunkfile.pick(self.file(chunk), self._checked(chunk, name), name, index)


def bytes_per_point(described: Mapping[str, Any]) -> tuple[int, int]:
    """Return what a point takes on the disk: at the least, if twins have the same bits everywhere, and at the most."""
    kept = variables(described)
    return sum(variable.nbytes for variable in kept if not variable.twin), sum(variable.nbytes for variable in kept)


def check_room(folder: Path, described: Mapping[str, Any], games: int) -> None:
    """Refuse to start if so many games cannot fit on the disk, even if all twins are stored once."""
    least = games * bytes_per_point(described)[0]
    place = folder if folder.is_dir() else folder.parent
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        disk = shutil.disk_usage(place)
        if disk.total > 0 and disk.free < least:  # a place that is no disk has none, and refuses by itself
            raise StoreError(
                f"{folder}: {games:,} points need {size_in_words(least)} or more and the disk has "
                f"{size_in_words(disk.free)} free; keep fewer measures=, or sample fewer points with samples="
            )


def prepare(
    path: str | os.PathLike[str], described: dict[str, Any], chunk: int | None, usual: int, resume: bool
) -> Store:
    """Return the store of a sweep: a new one, or one of the same sweep that is there already.

    Parameters
    ----------
    path : str or path
        A folder that is empty, does not exist yet, or holds this sweep.
    described : dict
    chunk : int, optional
        Points in a chunk; a store that is there keeps its own.
    usual : int
        How many, if neither says.
    resume : bool
        Whether a store may be there already.

    Raises
    ------
    StoreError
        The folder holds something else, another sweep, or one that another version wrote.
    OSError
        It cannot be written.
    """
    folder = Path(path).expanduser().absolute()
    described = json.loads(json.dumps(described))
    with told(folder):
        if not (folder / MANIFEST).exists():
            check_room(folder, described, math.prod(described["shape"]))
        if not folder.is_dir():
            folder.mkdir()
        with _lock(folder):
            manifest = folder / MANIFEST
            if not manifest.exists():
                strange = sorted(p.name for p in folder.iterdir() if p.name not in (LOCK, CHUNKS))
                strange = [name for name in strange if not name.endswith(".tmp")]
                if strange or any((folder / CHUNKS).glob("*" + ENDING)):
                    held = ", ".join(strange[:3]) or "chunks without a manifest"
                    raise StoreError(f"{folder}: not a sweep's store (it holds {held}); name an empty or new folder")
                (folder / CHUNKS).mkdir(exist_ok=True)
                _write_manifest(manifest, described, chunk or usual)
            elif not resume:
                raise StoreError(f"{folder}: holds a sweep already; resume it (--resume), or name a new folder")
            store = load(folder)
    _same_sweep(store, described, chunk)
    return store


def _write_manifest(path: Path, described: Mapping[str, Any], chunk: int) -> None:
    from .. import __version__

    writer = {"triangle": __version__, "numpy": np.__version__}
    content = {"format": "triangle sweep", "version": FORMAT, "writer": writer, "chunk": chunk, "sweep": described}
    text = json.dumps(content | {"sha256": _sha(content)}, indent=1)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _sha(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def load(path: str | os.PathLike[str]) -> Store:
    """Return the store in a folder, finished or not.

    Raises
    ------
    StoreError
        There is none, its manifest was changed, or a later version wrote it.
    """
    folder = Path(path).expanduser().absolute()
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(f"{folder}: no sweep's store, it has no {MANIFEST}") from None
    except ValueError:
        raise StoreError(f"{folder / MANIFEST}: it has been changed, or is cut short; it is no JSON any more") from None
    if not isinstance(content, dict) or content.get("format") != "triangle sweep":
        raise StoreError(f"{folder / MANIFEST}: not the manifest of a sweep")
    if content.get("version") != FORMAT:
        raise StoreError(
            f"{folder / MANIFEST}: written in format {content.get('version')}, and this version of triangle reads "
            f"format {FORMAT}; use the version that wrote it"
        )
    said = content.pop("sha256", None)
    if said != _sha(content):
        raise StoreError(f"{folder / MANIFEST}: it has been changed since it was written; the chunks are untouched")
    return Store(folder, content["sweep"], content["chunk"], said)


def _same_sweep(store: Store, described: Mapping[str, Any], chunk: int | None) -> None:
    from .. import __version__

    difference = _difference(store.described, described, "")
    if difference:
        raise StoreError(f"{store.path}: holds another sweep: {difference}; name a new folder")
    if chunk is not None and chunk != store.chunk:
        raise StoreError(f"{store.path}: its chunks have {store.chunk:,} points, not {chunk:,}; leave out chunk=")
    writer = json.loads((store.path / MANIFEST).read_text(encoding="utf-8"))["writer"]
    if writer["triangle"] != __version__:
        raise StoreError(
            f"{store.path}: begun with triangle {writer['triangle']}, and this is {__version__}, whose numbers may "
            "differ; finish it with that version, or name a new folder"
        )


def _difference(there: Any, asked: Any, place: str) -> str:
    """Return the first place where two descriptions differ, in words; empty if nowhere."""
    if isinstance(there, Mapping) and isinstance(asked, Mapping):
        for key in [*there, *(key for key in asked if key not in there)]:
            found = _difference(there.get(key), asked.get(key), f"{place}.{key}" if place else str(key))
            if found:
                return found
        return ""
    if isinstance(there, list) and isinstance(asked, list) and len(there) == len(asked):
        for k, pair in enumerate(zip(there, asked, strict=True)):
            found = _difference(*pair, f"{place}[{k}]")
            if found:
                return found
        return ""
    return "" if there == asked else f"{place} is {_brief(there)} there and {_brief(asked)} here"


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(folder / LOCK))
        except Locked as busy:
            told_by = f"{folder}: {busy.holder} is sweeping into it now; wait for it, or name a new folder"
            raise StoreError(told_by) from None
        yield


_TOLD = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than is allowed",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.ENOENT: "no such folder (every worker must see it under this path)",
    errno.ENOTDIR: "its parent is not a folder",
    errno.EEXIST: "a file has that name",
}


NOTE = "from the store"


def hopeless(error: BaseException) -> bool:
    """Tell whether an error is of the store's disk or its rights, which another try would meet again."""
    return NOTE in getattr(error, "__notes__", ())


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say what the system could not do with the store, in words, and that finished chunks are kept."""
    try:
        yield
    except OSError as error:
        _retold(folder, error)


def _retold(folder: Path, error: OSError) -> NoReturn:
    if error.errno not in _TOLD:
        raise error
    kept = " (finished chunks are kept: make room and run the same sweep again)" if (folder / MANIFEST).exists() else ""
    again = OSError(error.errno, f"the store {str(folder)!r} cannot be written: {_TOLD[error.errno]}{kept}")
    again.add_note(NOTE)
    raise again from error
