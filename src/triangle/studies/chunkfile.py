"""One finished chunk of a sweep in one file: raw arrays that can be read by slices, each with its checksum.

Layout: eight bytes of magic, the header's length (8 bytes, little-endian), the header as JSON, zeros to a multiple of
64; then each array, little-endian and from a multiple of 64; last the SHA-256 of all before the arrays. The header says
whose chunk it is, how many points it has, and for each array its type, its place after the header and its SHA-256, so
that a reader of one variable checks no other. Arrays of the same bits share one place: where every game has one
equilibrium, a measure's minimum and maximum are stored once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .variables import Array, kind_of

MAGIC = b"TRICHUNK"
_ALIGN = 64
_DIGEST = 32
_PIECE = 1 << 20
_LONGEST_HEADER = 1 << 24


class Damaged(ValueError):
    """A chunk file that is not what was written."""


@dataclass(frozen=True)
class Header:
    """What a chunk file says of itself.

    Attributes
    ----------
    sweep : str
        The checksum of the manifest that the chunk belongs to.
    chunk, points : int
    arrays : mapping of str to (str, int, str)
        What each array has at a point (`kind_of`), its first byte in the file, and its checksum.
    """

    sweep: str
    chunk: int
    points: int
    arrays: Mapping[str, tuple[str, int, str]]


def write(path: Path, sweep: str, chunk: int, arrays: Mapping[str, Array]) -> None:
    """Write a chunk so that the file is there whole or not at all, even if the machine stops meanwhile."""
    head, blocks = _laid_out(sweep, chunk, arrays)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp")
    try:
        with open(temporary, "xb", buffering=0) as file:
            for block in (head, *blocks, hashlib.sha256(head).digest()):
                _write_all(file, block)
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write_all(file: Any, block: Any) -> None:
    """Write all of a block: a raw file may take less than it is given."""
    view = memoryview(block).cast("B")
    while view:
        view = view[file.write(view) :]


def _laid_out(sweep: str, chunk: int, arrays: Mapping[str, Array]) -> tuple[bytes, list[Any]]:
    """Return the header and the blocks that follow it."""
    places: dict[str, tuple[str, int, str]] = {}
    blocks: list[Any] = []
    offset, last, before = 0, "", np.zeros(0)
    for name, values in arrays.items():
        array = np.ascontiguousarray(values)
        if last and _same_bits(array, before):
            places[name] = places[last]
            continue
        places[name] = (kind_of(array), offset, hashlib.sha256(array.data).hexdigest())
        padding = -array.nbytes % _ALIGN
        blocks += [array.data, bytes(padding)]
        offset, last, before = offset + array.nbytes + padding, name, array
    points = len(next(iter(arrays.values())))
    text = json.dumps({"sweep": sweep, "chunk": chunk, "points": points, "length": offset, "arrays": places}).encode()
    head = MAGIC + len(text).to_bytes(8, "little") + text
    return head + bytes(-len(head) % _ALIGN), blocks


def _same_bits(first: Array, second: Array) -> bool:
    if first.dtype != second.dtype or first.shape != second.shape:
        return False
    bits = f"u{first.dtype.itemsize}"
    return np.array_equal(first.view(bits), second.view(bits))


def read_header(path: Path, sweep: str, chunk: int) -> Header:
    """Return a file's header once it is certain that it is this chunk of this sweep, and whole by its length.

    Raises
    ------
    Damaged
    """
    with open(path, "rb") as file:
        magic, length = file.read(len(MAGIC)), int.from_bytes(file.read(8), "little")
        if magic != MAGIC or length > _LONGEST_HEADER:
            raise Damaged(f"{path}: not a chunk of a sweep")
        file.seek(0)
        start = -(-(len(MAGIC) + 8 + length) // _ALIGN) * _ALIGN
        head = file.read(start)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _DIGEST))
        if file.read() != hashlib.sha256(head).digest():
            raise Damaged(f"{path}: cut short, or its header is damaged")
    said = json.loads(head[len(MAGIC) + 8 : len(MAGIC) + 8 + length])
    if size != start + said["length"] + _DIGEST:
        raise Damaged(f"{path}: {size:,} bytes where {start + said['length'] + _DIGEST:,} were written")
    if said["sweep"] != sweep or said["chunk"] != chunk:
        raise Damaged(f"{path}: the chunk of another sweep, or another chunk of this one")
    arrays = {name: (kind, start + place, checksum) for name, (kind, place, checksum) in said["arrays"].items()}
    return Header(said["sweep"], said["chunk"], said["points"], arrays)


def verify(path: Path, header: Header, names: Collection[str]) -> None:
    """Raise `Damaged` if the checksum of one of some arrays is wrong."""
    places = {header.arrays[name] for name in names}
    with open(path, "rb", buffering=0) as file:
        for kind, place, checksum in sorted(places, key=lambda each: each[1]):
            state, left = hashlib.sha256(), header.points * np.dtype(kind).itemsize
            file.seek(place)
            while left and (piece := file.read(min(left, _PIECE))):
                state.update(piece)
                left -= len(piece)
            if state.hexdigest() != checksum:
                raise Damaged(f"{path}: the checksum of {_told(header, checksum)} is wrong")


def _told(header: Header, checksum: str) -> str:
    return " and ".join(name for name, (_, _, own) in header.arrays.items() if own == checksum)


def read(path: Path, header: Header, name: str, start: int, stop: int) -> Array:
    """Return the values of one array from point ``start`` up to ``stop``."""
    dtype, place, _ = header.arrays[name]
    kind = np.dtype(dtype)
    return np.fromfile(path, kind, count=stop - start, offset=place + start * kind.itemsize)


def pick(path: Path, header: Header, name: str, index: np.ndarray[Any, np.dtype[np.intp]]) -> Array:
    """Return the values of one array at points of any numbers."""
    dtype, place, _ = header.arrays[name]
    mapped = np.memmap(path, np.dtype(dtype), mode="r", offset=place, shape=(header.points,))
    return np.array(mapped[index])
