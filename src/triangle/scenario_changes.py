"""Changes of a parameter as scenario files write them: a number, or a change of what is inherited."""

from __future__ import annotations

import reprlib
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .parts import Parameter

MOST_NUMBER = 1e300

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class _Change(BaseModel):
    """An override relative to the inherited value."""

    model_config = ConfigDict(extra="forbid")
    times: Number | None = None
    plus: Number | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.times is None) == (self.plus is None):
            raise ValueError("give one of times and plus")
        return self

    def applied(self, value: float) -> float:
        return value * self.times if self.times is not None else value + (self.plus or 0.0)

    def spelled(self) -> str:
        return f"× {self.times:g}" if self.times is not None else f"{self.plus:+g}"


def changed(table: str, parameter: Parameter, value: float, change: object) -> tuple[float, str]:
    """Return a parameter's new value, and the change as text.

    Parameters
    ----------
    table : str
        The table of the file in which the change stands, for errors.
    parameter : Parameter
    value : float
        What it inherits.
    change : object
        As read: a number, ``{ times = number }`` or ``{ plus = number }``.

    Raises
    ------
    ValueError
        Something else, or a value that is not admissible; named with key, value and what is allowed.

    Examples
    --------
    >>> changed("parameters", Parameter("arms", 0.2, 0.1, 0.3, bounds=(0, 1)), 0.4, {"times": 0.5})
    (0.2, '× 0.5')
    """
    key = f"key '{table}.{parameter.name}' = {reprlib.repr(change)}"
    if isinstance(change, dict):
        try:
            relative = _Change.model_validate(change)
        except ValidationError:
            raise ValueError(f"{key}: a relative change is {{ times = number }} or {{ plus = number }}") from None
        new, text = relative.applied(value), relative.spelled()
    elif isinstance(change, int | float) and not isinstance(change, bool) and abs(change) < MOST_NUMBER:
        new, text = float(change), f"{change:g}"
    elif isinstance(change, int) and not isinstance(change, bool):
        raise ValueError(f"{key}: must be from {parameter.admissible[0]:g} to {parameter.admissible[1]:g}")
    else:
        raise ValueError(f"{key}: must be a number, {{ times = number }} or {{ plus = number }}")
    least, most = parameter.admissible
    if not least <= new <= most:
        shown = f" (that is {new:g})" if isinstance(change, dict) else ""
        raise ValueError(f"{key}{shown}: must be from {least:g} to {most:g}")
    return new, text
