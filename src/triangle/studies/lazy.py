"""Open a stored sweep as one Dataset that reads from its chunks what is asked for, and no more."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray, BackendEntrypoint
from xarray.core import indexing

from ..arguments import checked
from .dataset import labelled
from .design import Grid, LatinHypercube, Sobol, design_from
from .method import variables
from .store import Store, StoreError, load
from .variables import Array, Variable

if TYPE_CHECKING:
    from xarray.core.indexing import ExplicitIndexer

_LONG_RUN = 4096
_PIECE = 1 << 20

Index = NDArray[np.intp]


class ChunkArray(BackendArray):
    """A variable of a stored sweep, as an array: of the sweep's shape, and one more axis where points have several."""

    def __init__(self, store: Store, variable: Variable) -> None:
        self.store = store
        self.name = variable.name
        self.point = np.dtype(variable.dtype)
        self.dtype = self.point.base
        self.along = tuple(store.described["shape"])
        self.shape = self.along + self.point.shape

    def __getitem__(self, key: ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._outer)

    def _outer(self, key: tuple[Any, ...]) -> Array:
        found = read_outer(self.along, self.point, key[: len(self.along)], self._run, self._places)
        return found[(..., *key[len(self.along) :])]

    def _run(self, start: int, out: Array) -> None:
        """Fill ``out`` with the values from the place ``start`` on, counted over the whole array."""
        done = 0
        while done < len(out):
            chunk, first = self._chunk(start + done)
            stop = min(self.store.length(chunk), first + len(out) - done)
            out[done : done + stop - first] = self.store.read(chunk, self.name, first, stop)
            done += stop - first

    def _chunk(self, place: int) -> tuple[int, int]:
        setting, point = divmod(place, self.store.points)
        return setting * self.store.per_setting + point // self.store.chunk, point % self.store.chunk

    def _places(self, places: Index, out: Array) -> None:
        """Fill ``out`` with the values at places in any order, each chunk read once."""
        setting, point = np.divmod(places, self.store.points)
        chunks = setting * self.store.per_setting + point // self.store.chunk
        order = np.argsort(chunks, kind="stable")
        bounds = np.flatnonzero(np.diff(chunks[order], prepend=-1, append=-1))
        for first, stop in pairwise(bounds):
            here = order[first:stop]
            out[here] = self.store.pick(int(chunks[here[0]]), self.name, point[here] % self.store.chunk)


class PointArray(BackendArray):
    """A varied parameter of a sampled sweep, computed from the design where it is read."""

    def __init__(self, design: Sobol | LatinHypercube, name: str) -> None:
        self.design = design
        self.name = name
        self.dtype = np.dtype(np.float64)
        self.shape = design.shape

    def __getitem__(self, key: ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._outer)

    def _outer(self, key: tuple[Any, ...]) -> Array:
        return read_outer(self.shape, self.dtype, key, self._run, self._places)

    def _run(self, start: int, out: Array) -> None:
        for first in range(0, len(out), _PIECE):
            last = min(first + _PIECE, len(out))
            out[first:last] = self.design.points(start + first, start + last, [self.name])[self.name]

    def _places(self, places: Index, out: Array) -> None:
        out[:] = self.design.at(self.name, places)


def read_outer(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    key: tuple[Any, ...],
    run: Callable[[int, Array], None],
    places: Callable[[Index, Array], None],
) -> Array:
    """Read an outer selection of an array that is kept flat, in C order.

    Parameters
    ----------
    shape : tuple of int
    dtype : dtype
        Of what is kept at a place; the axes of an array of values are the last of the result.
    key : tuple of int, slice or ndarray of int
        One for each dimension.
    run : callable
        ``run(start, out)`` fills ``out`` with the consecutive values from ``start`` on.
    places : callable
        ``places(index, out)`` fills ``out`` with the values at any places.
    """
    along = [_chosen(length, part) for length, part in zip(shape, key, strict=True)]
    kept = tuple(len(part) for part, k in zip(along, key, strict=True) if not isinstance(k, int | np.integer))
    found = np.empty(math.prod(map(len, along)), dtype=dtype)
    starts, length = _runs(shape, along)
    if length >= _LONG_RUN or len(starts) == 1:
        for k, start in enumerate(starts.tolist()):
            run(start, found[k * length : (k + 1) * length])
    else:
        step = max(1, _PIECE // max(1, length))
        for k in range(0, len(starts), step):
            index = (starts[k : k + step, None] + np.arange(length)).reshape(-1)
            places(index, found[k * length : k * length + len(index)])
    return found.reshape(kept + dtype.shape)


def _chosen(length: int, key: Any) -> range | Index:
    """Return the places that a key picks along a dimension; a slice stays a range, whatever its length."""
    if isinstance(key, slice):
        return range(length)[key]
    if isinstance(key, int | np.integer):
        return range(length)[int(key) :][:1]
    chosen = np.asarray(key, dtype=np.intp)
    return np.where(chosen < 0, chosen + length, chosen)


def _runs(shape: tuple[int, ...], along: list[range | Index]) -> tuple[Index, int]:
    """Return where stretches of consecutive values start, and their common length (0 if nothing is chosen)."""
    if not all(map(len, along)):
        return np.zeros(0, dtype=np.intp), 0
    length, axis, first = 1, len(shape), 0
    while axis and length == math.prod(shape[axis:]) and _consecutive(along[axis - 1]):
        axis -= 1
        first += int(along[axis][0]) * math.prod(shape[axis + 1 :])
        length *= len(along[axis])
    starts = np.array([first], dtype=np.intp)
    for k in range(axis):
        stride = math.prod(shape[k + 1 :])
        starts = (starts[:, None] + stride * np.asarray(along[k], dtype=np.intp)).reshape(-1)
    return starts, length


def _consecutive(chosen: range | Index) -> bool:
    if isinstance(chosen, range):
        return chosen.step == 1 or len(chosen) == 1
    return bool((np.diff(chosen) == 1).all())


class SweepBackend(BackendEntrypoint):
    """Lets `xarray.open_dataset` read a stored sweep."""

    description = "A sweep of triangle kept in a folder (store=)"
    open_dataset_parameters = ("filename_or_obj", "drop_variables")

    def open_dataset(self, filename_or_obj: Any, *, drop_variables: Any = None) -> xr.Dataset:
        """Return the Dataset of a finished store, unread."""
        return opened(load(filename_or_obj)).drop_vars(drop_variables or [])


@checked
def open_sweep(path: str | os.PathLike[str]) -> xr.Dataset:
    """Open a finished store (``sweep(…, store=path)``) as one Dataset.

    Nothing is read but what is asked for, when it is asked for: ``.sel``, ``.isel`` and plots read their part, and a
    chunk's checksum is checked when it is first read. The varied parameters of a sampled sweep are coordinates that
    are computed again where they are read. With dask installed, ``.chunk()`` gives a Dataset that computes in pieces.

    Parameters
    ----------
    path : str or path
        The folder.

    Raises
    ------
    StoreError
        A ValueError: no store, one that is not finished, changed or damaged, or one of a later format.

    Examples
    --------
    >>> import tempfile
    >>> import triangle as tri
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = tri.sweep(tri.chapter_model(), "us_russia_reset", {"detente": (0, 1, 5)}, store=folder)
    ...     open_sweep(folder).equilibria.values
    array([1, 1, 1, 1, 1], dtype=int16)
    """
    return xr.open_dataset(path, engine=SweepBackend, cache=False)


def opened(store: Store) -> xr.Dataset:
    """Return the Dataset of a finished store, unread."""
    missing = store.count - len(store.there())
    if missing:
        raise StoreError(
            f"{store.path}: not finished, {missing:,} of {store.count:,} chunks are missing; run the same sweep again"
        )
    dims, shape = store.described["dims"], store.described["shape"]
    pieces = dict(zip(dims, _preferred(shape, store.chunk), strict=True))
    data = {}
    for kept in variables(store.described):
        along, cut = ([*dims, kept.dim], pieces | {kept.dim: len(kept.labels)}) if kept.dim else (dims, pieces)
        data[kept.name] = _lazily(along, ChunkArray(store, kept), cut)
    design = design_from(store.described["design"])
    if isinstance(design, Grid):
        return labelled(store.described, data, design.axes)
    points = {name: _lazily(design.dims, PointArray(design, name), pieces) for name in design.names}
    return labelled(store.described, data, points)


def _preferred(shape: Sequence[int], chunk: int) -> list[int]:
    """Return how far to cut along each dimension so that pieces are about as large as a chunk."""
    cuts = []
    for k, length in enumerate(shape):
        cuts.append(max(1, min(length, chunk // math.prod(shape[k + 1 :]))))
    return cuts


def _lazily(dims: Sequence[str], array: BackendArray, pieces: Mapping[str, int]) -> xr.Variable:
    """Return a variable that reads when it is used."""
    cuts = {"preferred_chunks": {name: pieces[name] for name in dims}}
    return xr.Variable(dims, indexing.LazilyIndexedArray(array), encoding=cuts)
