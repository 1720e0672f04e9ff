"""Claims that pull against one another, and what lets them stand together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .parameters import read_table


@dataclass(frozen=True)
class Tension:
    """Claims that look contradictory.

    Attributes
    ----------
    id : str
    claims : tuple of str
    text : str
        The tension in words.
    assumes : str
        What the model assumes so that all of them can hold.
    """

    id: str
    claims: tuple[str, ...]
    text: str
    assumes: str


@cache
def tensions() -> tuple[Tension, ...]:
    """Return the tensions T1 to T5.

    Examples
    --------
    >>> tensions()[0].claims
    ('C85', 'C12')
    """
    return tuple(
        Tension(key, tuple(entry["claims"]), entry["text"], entry["assumes"])
        for key, entry in read_table("tensions").items()
    )
