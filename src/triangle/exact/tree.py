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
    whole = root.volume
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
            cut = _where(prover, node, pulls)
        if cut is None:
            left.append(node)
            continue
        children = _split(node, *cut)
        node.record["split"] = [cut[0], str(cut[1]), children[0].record, children[1].record]
        for child in children:
            heapq.heappush(todo, (-child.volume, next(order), child))
    left += [node for _, _, node in todo]
    share = sum(node.volume for node in left) / whole if whole else float(bool(left))
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
    below, above = (
        Node({**node.ends, name: part}, {label: set(out) for label, out in node.out.items()}, set(node.done))
        for part in ((low, at), (at, high))
    )
    return below, above
