"""Objects that travel to other processes without what they have computed on the way."""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import Any


class PickledByFields:
    """Mixin for a dataclass: it is pickled by its fields alone, and computes its cached properties anew.

    Examples
    --------
    >>> import pickle
    >>> import triangle as tri
    >>> model = tri.chapter_model()
    >>> pickle.loads(pickle.dumps(model)).digest == model.digest
    True
    """

    def __getstate__(self) -> dict[str, Any]:
        state = {item.name: getattr(self, item.name) for item in fields(self)}  # type: ignore[arg-type]  # a dataclass
        return {name: dict(value) if isinstance(value, MappingProxyType) else value for name, value in state.items()}
