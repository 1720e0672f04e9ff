"""Points of a sweep solved for their stable profiles, by the batch kernel.

The kernel solves its games in blocks that start at multiples of `kernel.BLOCK` from the start of what it is given, and
the rounding of a game can depend on the block that it is in. So ``grain`` is a whole number of blocks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..blocks import NO_EQUILIBRIUM
from ..kernel import BLOCK, THOROUGH, Kernel, compile_kernel, solve_batch, solve_grid
from .design import Grid
from .variables import NUMBERS, Array, Arrays, Variable, flags

if TYPE_CHECKING:
    from .design import Design
    from .plan import Plan

COUNT = "equilibria"
GRAIN = math.lcm(BLOCK, 2**14)


@dataclass(frozen=True)
class Stable:
    """The method of ``pairwise``, ``nash`` and ``commitment``; see `triangle.studies.method.Method`."""

    grain: int = GRAIN
    batch: int = 2 * GRAIN  # so few that they stay in the processor's cache
    chunk: int = 2**18
    most: int = 20_000_000

    def piece(self, design: Design) -> int:
        """Return 2^20, or the whole of a grid, whose points the kernel makes itself."""
        return design.size if isinstance(design, Grid) else 2**20

    def check(self, precision: object) -> None:
        """Refuse a precision: stable profiles have none."""
        if precision is not None:
            raise ValueError(
                f"precision={precision!r} belongs to concept='logit_qre'; the type of the numbers is dtype="
            )

    def variables(self, described: Mapping[str, Any]) -> tuple[Variable, ...]:
        """Return the number of equilibria, and each measure's least and greatest value over them.

        Numbers are NaN where there is no equilibrium, codes of categories -1.
        """
        found = [Variable(COUNT, "<i2", {"long_name": "number of equilibria", "units": "1"})]
        for measure in described["measures"]:
            categories = measure["categories"]
            for end in ("min", "max"):
                told = f"{measure['long_name']}, {end}imum over the equilibria"
                if categories:
                    kind, more = "|i1", flags(NO_EQUILIBRIUM, ["no_equilibrium", *categories])
                else:
                    kind, more = NUMBERS[described["dtype"]], {"units": measure["units"]}
                found.append(Variable(f"{measure['name']}_{end}", kind, {"long_name": told} | more, twin=end == "max"))
        return tuple(found)

    def compile(self, plan: Plan, setting: int) -> StableSolver:
        """Compile the kernel of a setting, pruned for the box of the design."""
        at, design = plan.settings[setting], plan.design
        kernel = compile_kernel(
            plan.model,
            plan.concept,
            at.held,
            at.values,
            design.names,
            [measure.name for measure in plan.measures],
            ranges=design.bounds,
            dtype=plan.dtype,
            games=design.size,
        )
        if design.size >= THOROUGH:
            _ = kernel.thorough  # now, once; threads that meet it together would each compute it
        return StableSolver(kernel)


@dataclass(frozen=True, eq=False)
class StableSolver:
    """A compiled kernel as a solver of points."""

    kernel: Kernel

    def solve(self, design: Design, start: int, stop: int, threads: int | None) -> Arrays:
        """Return every variable; arrays of a measure's minimum and maximum may be the same."""
        if isinstance(design, Grid) and (start, stop) == (0, design.size):
            result = solve_grid(self.kernel, design.axes, threads)
        else:
            result = solve_batch(self.kernel, design.points(start, stop), threads)
        found: dict[str, Array] = {COUNT: result.count.astype("<i2", copy=False)}
        for name in result.low:
            for end, values in (("min", result.low[name]), ("max", result.high[name])):
                found[f"{name}_{end}"] = values.astype(values.dtype.newbyteorder("<"), copy=False)
        return found
