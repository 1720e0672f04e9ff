"""Branch and bound: settle a box or split it where it is hardest, until nothing is left or the budget is spent."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any, Protocol

import numpy as np

from ..game import FloatArray
from .pieces import Node
from .prover import Prover

PAUSE = 16


class Settler(Protocol):
    """What tries to settle a box."""

    def open(self, node: Node) -> list[Any]:
        """Return what is still to be shown on a box."""
        ...

    def settle(self, node: Node) -> FloatArray:
        """Show what can be shown; return how much each variable stands in the way of the rest."""
        ...


@dataclass(frozen=True)
class Tree:
    """What became of a box.

    Attributes
    ----------
    record : dict
        The tree as the certificate writes it.
    left : tuple of Node
        Boxes that were not settled.
    share_left : float
        Their share of the volume.
    boxes : int
        How many boxes were looked at.
    """

    record: dict[str, Any]
    left: tuple[Node, ...]
    share_left: float
    boxes: int


def grow(prover: Prover, settler: Settler, root: Node, budget: int, stop: Callable[[], bool] | None = None) -> Tree:
    """Settle a box by splitting it, the largest part first.

    Parameters
    ----------
    budget : int
        The most boxes to look at.
    stop : callable, optional
        Asked after every `PAUSE` boxes whether to give up.
    """
    whole = prover.volume(root)
    order = count()
    todo = [(-whole, next(order), root)]
    done = 0
    left = []
    while todo and done < budget:
        if stop is not None and done % PAUSE == PAUSE - 1 and stop():
            break
        _, _, node = heapq.heappop(todo)
        done += 1
        cut = prover.kink(node)
        if cut is None:
            pulls = settler.settle(node)
            if not settler.open(node):
                continue
            cut = None if node.blocked else _where(prover, node, pulls)
        if cut is None and node.blocked is None:
            left.append(node)
            continue
        for child in _split(node, *cut) if cut is not None else _set_apart(node):
            heapq.heappush(todo, (-prover.volume(child), next(order), child))
    left += [node for _, _, node in todo]
    share = sum(map(prover.volume, left)) / whole if whole else float(bool(left))
    return Tree(root.record, tuple(left), min(1.0, share), done)


def _where(prover: Prover, node: Node, pulls: FloatArray) -> tuple[str, Fraction] | None:
    """Return the variable that stands most in the way and the middle of its range; None if none has a width."""
    widths = np.array([float(high - low) for low, high in node.ends.values()])
    if not len(widths) or not widths.any():
        return None
    score = np.where(widths > 0, pulls, -1.0) if pulls.any() else widths
    name = prover.variables[int(np.argmax(score))]
    low, high = node.ends[name]
    return name, (low + high) / 2


def _split(node: Node, name: str, at: Fraction) -> tuple[Node, Node]:
    low, high = node.ends[name]
    below, above = node.part(name, (low, at)), node.part(name, (at, high))
    node.record["split"] = [name, str(at), below.record, above.record]
    return below, above


def _set_apart(node: Node) -> tuple[Node, Node]:
    """Give the end that is in the way, and stands for a part that was cut off, a box of its own."""
    assert node.blocked is not None
    name, side = node.blocked
    end = node.ends[name][side]
    at_end, rest = node.part(name, (end, end)), node.part(name, node.ends[name], [node.blocked])
    node.record["face"] = [name, "-+"[side], at_end.record, rest.record]
    return at_end, rest
