"""Say which name was wrong, what is allowed, and the nearest valid one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MOST_LISTED = 12
_LONGEST = 200


def unknown(kind: str, name: object, allowed: Iterable[str]) -> str:
    """Return the message for a name that does not exist.

    Parameters
    ----------
    kind : str
        What the name should have named, such as ``"parameter"``.
    name : object
        The name as given.
    allowed : iterable of str
        The valid names.

    Examples
    --------
    >>> unknown("parameter", "sanction", ["sanctions", "energy"])
    "unknown parameter 'sanction'; did you mean 'sanctions'? Allowed: energy, sanctions"
    """
    names = sorted(allowed)
    told = repr(name)
    told = told if len(told) <= _LONGEST else told[:_LONGEST] + "…"
    near = difflib.get_close_matches(str(name)[:_LONGEST], names, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    listed = ", ".join(names[:_MOST_LISTED]) + (", …" if len(names) > _MOST_LISTED else "")
    return f"unknown {kind} {told}{hint} Allowed: {listed or 'none'}"
