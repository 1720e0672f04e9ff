"""A phase diagram as bytes: which profiles are stable at each node of a grid, and one measure there.

The layout: four bytes, the length of the header (unsigned, little-endian); the header, JSON in UTF-8, filled up with
spaces so that the arrays begin at a multiple of eight; the arrays one after the other. The header tells each array's
``type`` (``uint8``, ``uint16`` or ``float32``, little-endian), ``start`` (from the beginning of all) and ``length``.
Arrays are in rows: y rises from row to row, x along a row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..game import FloatArray
from ..kernel import BatchResult, compile_kernel, solve_grid
from .asked import Asked

Array = NDArray[Any]


def phase(asks: Asked, x: str, y: str, nodes: int, measure: str = "") -> bytes:
    """Solve a grid of two parameters over their admissible values.

    Parameters
    ----------
    asks : Asked
        All other parameters. A compiled kernel costs less than the grid, so it is compiled for every setting.
    x, y : str
        A parameter that the model does not have (a rival's axis) changes nothing.
    nodes : int
        Values along each axis, from end to end.
    measure : str, optional
        Its least and greatest value over the equilibria come along; codes of a category as numbers, -1 where there is
        no equilibrium, NaN where a measure does not apply.

    Returns
    -------
    bytes
        The array ``set`` says for each node which of the header's ``sets`` of profiles is stable there.
    """
    result, shape = solved(asks, x, y, nodes, (measure,) if measure else ())
    sets, code = sets_of(result)
    arrays = {"set": code.reshape(shape)}
    if measure:
        arrays["low"] = result.low[measure].astype("<f4").reshape(shape)
        if result.high[measure] is not result.low[measure]:
            arrays["high"] = result.high[measure].astype("<f4").reshape(shape)
    whole = {name: np.broadcast_to(array, (nodes, nodes)) for name, array in arrays.items()}
    head = {"model": asks.name, "x": x, "y": y, "shape": [nodes, nodes], "sets": sets, "measure": measure}
    return packed(head, whole)


def solved(asks: Asked, x: str, y: str, nodes: int, measures: tuple[str, ...]) -> tuple[BatchResult, tuple[int, int]]:
    """Return the solved grid and its shape: one node along an axis that the model does not have."""
    model = asks.model
    values: dict[str, FloatArray] = {
        name: np.linspace(*model.parameter(name).admissible, nodes) for name in (y, x) if name in model.defaults
    }
    kernel = compile_kernel(
        model, asks.concept, asks.scenario.held, asks.scenario.values, list(values), measures, dtype="float32"
    )
    rows, columns = (nodes if name in values else 1 for name in (y, x))
    return solve_grid(kernel, values, threads=1), (rows, columns)


def sets_of(result: BatchResult) -> tuple[list[list[int]], Array]:
    """Return the sets of profiles that are stable together somewhere, and for each game which of them is."""
    games = len(result.count)
    live = np.flatnonzero(result.bits.any(axis=1))
    stable = np.unpackbits(result.bits[live], axis=1, count=games).astype(bool)
    key = np.zeros(games, dtype=np.int64)
    for row in stable:
        key = np.unique(2 * key + row, return_inverse=True)[1] if key.max(initial=0) >> 61 else 2 * key + row
    _, first, code = np.unique(key, return_index=True, return_inverse=True)
    sets = [live[stable[:, game]].tolist() for game in first]
    return sets, code.astype(np.uint8 if len(sets) <= 256 else "<u2")


def packed(head: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """Return a header and arrays in the layout that the module describes."""
    data = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    table, start = {}, 0
    for name, array in data.items():
        table[name] = {"type": array.dtype.name, "start": start, "length": array.size}
        start += -(-array.nbytes // 8) * 8
    text = json.dumps({**head, "arrays": table}, ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-(4 + len(text)) % 8)
    parts = [len(text).to_bytes(4, "little"), text]
    parts += [array.tobytes() + bytes(-array.nbytes % 8) for array in data.values()]
    return b"".join(parts)


def unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the header and the arrays of a phase diagram: what the page does, in Python.

    Examples
    --------
    >>> head, arrays = unpacked(packed({"shape": [1, 2]}, {"set": np.array([[0, 1]], dtype=np.uint8)}))
    >>> arrays["set"]
    array([[0, 1]], dtype=uint8)
    """
    begin = 4 + int.from_bytes(data[:4], "little")
    head = json.loads(data[4:begin])
    arrays = {
        name: np.frombuffer(data, np.dtype(each["type"]), each["length"], begin + each["start"]).reshape(head["shape"])
        for name, each in head["arrays"].items()
    }
    return head, arrays
