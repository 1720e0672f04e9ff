"""One finished chunk of a sweep in one file: raw arrays that can be read by slices, and a checksum.

Layout: eight bytes of magic, the header's length (8 bytes, little-endian), the header as JSON, zeros to a multiple of
64; then each array, little-endian and from a multiple of 64; last the SHA-256 of all before it. The header says whose
chunk it is, how many points it has, and for each array its type and its place after the header. Arrays of the same
bits share one place: where every game has one equilibrium, a measure's minimum and maximum are stored once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .dataset import Array

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
    arrays : mapping of str to (str, int)
        Each array's type and its first byte in the file.
    size : int
        Of the whole file, in bytes.
    """

    sweep: str
    chunk: int
    points: int
    arrays: Mapping[str, tuple[str, int]]
    size: int


def write(path: Path, sweep: str, chunk: int, arrays: Mapping[str, Array]) -> None:
    """Write a chunk so that the file is there whole or not at all, even if the machine stops meanwhile."""
    head, blocks = _laid_out(sweep, chunk, arrays)
    state = hashlib.sha256()
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.tmp")
    try:
        with open(temporary, "xb", buffering=0) as file:
            for block in (head, *blocks):
                state.update(block)
                _write_all(file, block)
            _write_all(file, state.digest())
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
    places: dict[str, tuple[str, int]] = {}
    blocks: list[Any] = []
    kept: list[tuple[Array, int]] = []
    offset = 0
    for name, values in arrays.items():
        array = np.ascontiguousarray(values)
        place = next((at for other, at in kept[-1:] if _same_bits(other, array)), None)
        if place is None:
            place = offset
            kept.append((array, place))
            padding = -array.nbytes % _ALIGN
            blocks += [array.data, bytes(padding)] if array.nbytes else []
            offset += array.nbytes + padding
        places[name] = (array.dtype.str, place)
    points = len(next(iter(arrays.values())))
    text = json.dumps({"sweep": sweep, "chunk": chunk, "points": points, "length": offset, "arrays": places}).encode()
    head = MAGIC + len(text).to_bytes(8, "little") + text
    return head + bytes(-len(head) % _ALIGN), [block for block in blocks if len(block)]


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
        text = file.read(length)
        size = os.fstat(file.fileno()).st_size
    try:
        said = json.loads(text)
        start = len(MAGIC) + 8 + length
        start += -start % _ALIGN
        arrays = {name: (str(dtype), start + int(place)) for name, (dtype, place) in said["arrays"].items()}
        header = Header(said["sweep"], said["chunk"], said["points"], arrays, start + said["length"] + _DIGEST)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(f"{path}: its header cannot be read") from None
    if size != header.size:
        raise Damaged(f"{path}: {size:,} bytes where {header.size:,} were written")
    if header.sweep != sweep or header.chunk != chunk:
        raise Damaged(f"{path}: the chunk of another sweep, or another chunk of this one")
    return header


def verify(path: Path) -> None:
    """Read a whole file and raise `Damaged` if its checksum is wrong."""
    state = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size - _DIGEST
        while left > 0:
            piece = file.read(min(left, _PIECE))
            if not piece:
                break
            state.update(piece)
            left -= len(piece)
        if left or file.read(_DIGEST) != state.digest():
            raise Damaged(f"{path}: its checksum is wrong")


def read(path: Path, header: Header, name: str, start: int, stop: int) -> Array:
    """Return the values of one array from point ``start`` up to ``stop``."""
    dtype, place = header.arrays[name]
    kind = np.dtype(dtype)
    return np.fromfile(path, kind, count=stop - start, offset=place + start * kind.itemsize)


def pick(path: Path, header: Header, name: str, index: np.ndarray[Any, np.dtype[np.intp]]) -> Array:
    """Return the values of one array at points of any numbers."""
    dtype, place = header.arrays[name]
    mapped = np.memmap(path, np.dtype(dtype), mode="r", offset=place, shape=(header.points,))
    return np.array(mapped[index])
