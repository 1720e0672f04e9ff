"""How a sweep solves its points: what every concept offers, whether by the batch kernel or by a path of its own.

A sweep knows its concept as a `Method`. Chunks, stores, executors, labels and summaries ask it for nothing but what
stands here, so another kind of solution is one more class and a line in ``METHODS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from ..conditions import CONCEPTS, Concept
from ..names import unknown
from .logit import Logit
from .stable import Stable
from .variables import Arrays, Variable

if TYPE_CHECKING:
    from .design import Design
    from .plan import Plan

SweepConcept = Literal[Concept, "logit_qre"]


class Solver(Protocol):
    """One setting of a sweep, ready to be solved at any points."""

    def solve(self, design: Design, start: int, stop: int, threads: int | None) -> Arrays:
        """Return every variable at the points from ``start``, a multiple of the method's grain, up to ``stop``."""
        ...


class Method(Protocol):
    """A way to solve points.

    Points are cut at multiples of the grain only: then each has the same neighbours, and the same bits, however a sweep
    is cut.
    """

    @property
    def grain(self) -> int:
        """Where points may be cut."""
        ...

    @property
    def batch(self) -> int:
        """Points that a thread takes on at a time."""
        ...

    @property
    def chunk(self) -> int:
        """Points of a stored chunk, if nothing else is asked for."""
        ...

    @property
    def most(self) -> int:
        """The most points kept in memory."""
        ...

    def piece(self, design: Design) -> int:
        """Return how many points all threads of a process take on at a time."""
        ...

    def check(self, precision: object) -> float | None:
        """Return the logit precision that is asked for; ``ValueError`` if it does not fit the concept."""
        ...

    def variables(self, described: Mapping[str, Any]) -> tuple[Variable, ...]:
        """Return what a sweep keeps, from its description alone (`Plan.describe`)."""
        ...

    def compile(self, plan: Plan, setting: int) -> Solver:
        """Return the solver of one of a plan's settings."""
        ...


METHODS: Mapping[str, Method] = {**dict.fromkeys(CONCEPTS, Stable()), "logit_qre": Logit()}
assert set(METHODS) == {*CONCEPTS, *get_args(SweepConcept)}


def method_of(concept: str) -> Method:
    """Return how points are solved under a concept.

    Raises
    ------
    ValueError
        An unknown concept.

    Examples
    --------
    >>> method_of("nash").grain, method_of("logit_qre").grain
    (32768, 1024)
    """
    if concept not in METHODS:
        raise ValueError(unknown("concept", concept, METHODS))
    return METHODS[concept]


def variables(described: Mapping[str, Any]) -> tuple[Variable, ...]:
    """Return what a sweep of this description keeps of every point."""
    return method_of(described["concept"]).variables(described)
