"""Scenario discovery: a box of few parameters that says where an outcome occurs (PRIM), and how far to trust it.

A box is found on one part of the points and judged on the other. Coverage is the share of the outcome that lies in the
box, density the share of the box in which the outcome occurs, mass the share of all points that it holds.

References
----------
Friedman, J. H. and Fisher, N. I. (1999). Bump hunting in high-dimensional data. Statistics and Computing 9, 123–143.
Bryant, B. P. and Lempert, R. J. (2010). Thinking inside the box: a participatory, computer-assisted approach to
scenario discovery. Technological Forecasting and Social Change 77, 34–49.
Lavrač, N., Flach, P. and Zupan, B. (1999). Rule evaluation measures: a unifying view. In Inductive Logic Programming,
LNAI 1634, 174–185.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import check_count, checked
from ..game import BoolArray, FloatArray
from ..names import unknown
from ..statement import Comparison
from .points import Data, points_of
from .prim import Limits, paste, peel

if TYPE_CHECKING:
    import xarray as xr

Status = Literal["found", "never", "always", "chance"]
SIGNIFICANCE = 0.05
LEAST_POINTS = 10


@dataclass(frozen=True)
class Scores:
    """How well a box picks out an outcome, on some points.

    Attributes
    ----------
    points, inside, hits, outcomes : int
        All points, those in the box, those of them with the outcome, and all with the outcome.
    """

    points: int
    inside: int
    hits: int
    outcomes: int

    @property
    def coverage(self) -> float:
        """The share of the outcome that lies in the box; NaN if it does not occur."""
        return self.hits / self.outcomes if self.outcomes else float("nan")

    @property
    def density(self) -> float:
        """The share of the box in which the outcome occurs; NaN if the box is empty."""
        return self.hits / self.inside if self.inside else float("nan")

    @property
    def mass(self) -> float:
        """The share of all points that the box holds."""
        return self.inside / self.points

    @property
    def gain(self) -> float:
        """Mass times the density beyond that of all points: weighted relative accuracy (Lavrač et al. 1999)."""
        return self.hits / self.points - self.mass * self.outcomes / self.points

    def to_dict(self) -> dict[str, float | None]:
        """Return the scores as plain data; what is undefined becomes None."""
        values = {"coverage": self.coverage, "density": self.density, "mass": self.mass}
        return {name: None if value != value else value for name, value in values.items()}


@dataclass(frozen=True)
class Box:
    """A box of parameters.

    Attributes
    ----------
    limits : mapping of str to (low, high)
        Of the parameters that are restricted; infinite where one end is open.
    found_on, held_out : Scores
        On the points that it was found on, and on those kept apart.
    """

    limits: Mapping[str, tuple[float, float]]
    found_on: Scores
    held_out: Scores

    @property
    def restricted(self) -> int:
        """How many parameters are restricted."""
        return len(self.limits)

    def contains(self, data: xr.Dataset | Data) -> BoolArray:
        """Return which points of a sweep, or of arrays of parameters, are in the box.

        ``data.isel(point=~box.contains(data))`` leaves the points that a further box may explain.
        """
        points = points_of(data)
        inside = np.ones(points.shape, dtype=bool)
        for name, (low, high) in self.limits.items():
            if name not in points.columns:
                raise ValueError(unknown("parameter", name, points.columns))
            values = points.columns[name].reshape(points.shape)
            inside &= (values >= low) & (values <= high)
        return inside

    def to_dict(self) -> dict[str, Any]:
        """Return the box as plain data; an open end becomes None."""
        return {
            "limits": {name: [end if np.isfinite(end) else None for end in ends] for name, ends in self.limits.items()},
            "found_on": self.found_on.to_dict(),
            "held_out": self.held_out.to_dict(),
        }


@dataclass(frozen=True)
class Discovery:
    """The box that was found, or why there is none, and the way to it.

    Attributes
    ----------
    outcome : str
        What was looked for.
    status : {"found", "never", "always", "chance"}
        Whether a box was found; or that the outcome occurs at no point or at every point; or that no box does better
        on the points kept apart than chance would.
    box : Box or None
    quasi_p : mapping of str to float
        For every restricted parameter, how probable it is that a box without that restriction gives as many hits in as
        many points by chance (Bryant and Lempert 2010), on the points kept apart.
    trajectory : tuple of Box
        The peeling trajectory, from all points on.
    ranges : mapping of str to (float, float)
        Of every varied parameter, over the points.
    rate : float
        The share of all points at which the outcome occurs.
    points : int
    source : mapping of str to str
        Where the points come from.
    settings : mapping of str to float or None
        The arguments of the search.
    """

    outcome: str
    status: Status
    box: Box | None
    quasi_p: Mapping[str, float]
    trajectory: tuple[Box, ...] = field(repr=False)
    ranges: Mapping[str, tuple[float, float]] = field(repr=False)
    rate: float
    points: int
    source: Mapping[str, str] = field(repr=False, default_factory=dict)
    settings: Mapping[str, float | None] = field(repr=False, default_factory=dict)

    @property
    def dense_enough(self) -> bool:
        """Whether the box has the density that was asked for, where it was found; True if none was asked for."""
        asked = self.settings.get("density")
        return asked is None or (self.box is not None and self.box.found_on.density >= asked)

    def to_dict(self) -> dict[str, Any]:
        """Return the discovery as plain data, ready for JSON."""
        return {
            "outcome": self.outcome,
            "status": self.status,
            "rate": self.rate,
            "points": self.points,
            "box": self.box.to_dict() if self.box else None,
            "quasi_p": dict(self.quasi_p),
            "trajectory": [box.to_dict() for box in self.trajectory],
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
            "source": dict(self.source),
            "settings": dict(self.settings),
        }

    def __str__(self) -> str:
        from ..views.boxes import discovery_table
        from ..views.tables import as_text

        return as_text(discovery_table(self))

    def _repr_html_(self) -> str:
        from ..views.boxes import discovery_table
        from ..views.tables import as_html

        return as_html(discovery_table(self))


@checked
def discover(
    data: xr.Dataset | Data,
    outcome: ArrayLike | Callable[[xr.Dataset], ArrayLike] | Comparison,
    *,
    density: float | None = None,
    alpha: float = 0.05,
    mass: float = 0.01,
    held_out: float = 0.5,
    seed: int = 0,
    name: str | None = None,
) -> Discovery:
    """Find a box of few parameters in which an outcome is frequent.

    The points are parted at random. On the first part PRIM peels (`triangle.studies.prim`), one box of the trajectory
    is chosen and pasted, and restrictions that chance explains are dropped. The second part judges the box.

    Parameters
    ----------
    data : xarray.Dataset or mapping of str to array_like
        A sweep, best a sampled one, or the varied parameters as arrays of shape (points,).
    outcome : array_like of bool, callable or Comparison
        At each point whether the outcome occurs; or a function of the sweep that returns this; or a comparison of
        measures, whose settings name the sweep's scenarios, which holds where it does for every combination of
        equilibria (and not where a scenario has none).
    density : float, optional
        Choose the box with the largest coverage among those of at least this density, or the densest if none is.
        Dropping restrictions that chance explains may cost some of it: see `Discovery.dense_enough`. If not given, the
        box with the largest gain (weighted relative accuracy): its mass times its density beyond that of all points.
    alpha : float
        The share of a box's points that one cut takes away.
    mass : float
        The share of the points below which no box goes.
    held_out : float
        The share of the points kept apart to judge the box.
    seed : int
        Of the parting. The order of the points does not matter.
    name : str, optional
        What to call the outcome.

    Returns
    -------
    Discovery

    Raises
    ------
    ValueError
        An outcome that is not true or false at each point, shapes that do not fit, too few points, a share not
        between 0 and 1, an unknown measure or scenario.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.statement import Comparison, Value
    >>> model, names = tri.chapter_model(), ["us_russia_reset", "baseline_2016"]
    >>> found = tri.sweep(model, names, samples=2**12, design="sobol", measures=["intensity"])
    >>> rises = Comparison(Value("intensity", names[0]), ">", Value("intensity", names[1]))
    >>> box = discover(found, rises).box
    >>> list(box.limits), round(box.held_out.density, 2), round(box.held_out.coverage, 2)
    (['isolation', 'sensitivity'], 0.91, 0.69)
    """
    for told, value, most in (("alpha", alpha, 0.5), ("mass", mass, 1.0), ("held_out", held_out, 1.0)):
        if not 0 < value < most:
            raise ValueError(f"{told} must be between 0 and {most:g}, got {value}")
    if density is not None and not 0 < density <= 1:
        raise ValueError(f"density must be above 0 and at most 1, got {density}")
    check_count("seed", seed, 0)
    points = points_of(data)
    names = tuple(points.columns)
    x, y = np.stack(list(points.columns.values()), axis=1), points.where(outcome)
    if len(y) < 4 * LEAST_POINTS:
        raise ValueError(f"discovery needs {4 * LEAST_POINTS} points or more, got {len(y)}")
    x, y = _sorted(x, y)
    first = np.zeros(len(y), dtype=bool)
    kept = max(LEAST_POINTS, round((1 - held_out) * len(y)))
    first[np.random.default_rng(seed).permutation(len(y))[:kept]] = True
    search = _Search(names, x[first], y[first], x[~first], y[~first], alpha)
    rate = float(y.mean())
    status: Status = "never" if rate == 0 else "always" if rate == 1 else "found"
    box, quasi_p, trajectory = None, {}, [Limits.open(len(names))]
    if status == "found":
        trajectory = peel(search.x, search.y, alpha, max(LEAST_POINTS, int(mass * kept)))
        limits = paste(search.x, search.y, search.chosen(trajectory, density), alpha)
        limits = search.simplified(limits)
        box, quasi_p = search.box(limits), search.quasi_p(limits, held_out=True)
        if not box.limits or _tail(box.held_out, rate) > SIGNIFICANCE:
            status, box, quasi_p = "chance", None, {}
    return Discovery(
        outcome=name or _text(outcome),
        status=status,
        box=box,
        quasi_p=MappingProxyType(quasi_p),
        trajectory=tuple(map(search.box, trajectory)),
        ranges=MappingProxyType({n: (float(v.min()), float(v.max())) for n, v in zip(names, x.T, strict=True)}),
        rate=rate,
        points=len(y),
        source=MappingProxyType(_source(data)),
        settings=MappingProxyType(
            {"density": density, "alpha": alpha, "mass": mass, "held_out": held_out, "seed": int(seed)}
        ),
    )


@dataclass(frozen=True, eq=False)
class _Search:
    """The points to find a box on (x, y), those to judge it on, and the cuts' size."""

    names: tuple[str, ...]
    x: FloatArray
    y: BoolArray
    other_x: FloatArray
    other_y: BoolArray
    alpha: float

    def box(self, limits: Limits) -> Box:
        ends = {
            name: (float(limits.low[k]), float(limits.high[k]))
            for k, name in enumerate(self.names)
            if limits.restricted[k]
        }
        found_on, held_out = _scores(limits, self.x, self.y), _scores(limits, self.other_x, self.other_y)
        return Box(MappingProxyType(ends), found_on, held_out)

    def chosen(self, trajectory: list[Limits], density: float | None) -> Limits:
        scores = [_scores(limits, self.x, self.y) for limits in trajectory]
        if density is None:
            return trajectory[max(range(len(scores)), key=lambda k: scores[k].gain)]
        dense = [k for k in range(len(scores)) if scores[k].density >= density]
        # No box may be dense enough: then the densest is the nearest to what was asked.
        best = max(dense, key=lambda k: scores[k].coverage) if dense else None
        return trajectory[max(range(len(scores)), key=lambda k: scores[k].density) if best is None else best]

    def simplified(self, limits: Limits) -> Limits:
        """Drop restrictions that chance explains, the worst first."""
        while True:
            quasi_p = self.quasi_p(limits)
            worst = max(quasi_p, key=lambda name: quasi_p[name], default=None)
            if worst is None or quasi_p[worst] <= SIGNIFICANCE:
                return limits
            limits = limits.without(self.names.index(worst))

    def quasi_p(self, limits: Limits, held_out: bool = False) -> dict[str, float]:
        x, y = (self.other_x, self.other_y) if held_out else (self.x, self.y)
        here = _scores(limits, x, y)
        wider = {k: _scores(limits.without(k), x, y) for k in map(int, np.flatnonzero(limits.restricted))}
        return {self.names[k]: _tail(here, scores.density) for k, scores in wider.items()}


def _scores(limits: Limits, x: FloatArray, y: BoolArray) -> Scores:
    inside = limits.contains(x)
    return Scores(len(y), int(inside.sum()), int(y[inside].sum()), int(y.sum()))


def _tail(scores: Scores, rate: float) -> float:
    """Return how probable as many hits in as many points are if each is one with this rate; 1 in an empty box."""
    from scipy.stats import binom

    return float(binom.sf(scores.hits - 1, scores.inside, rate)) if scores.inside else 1.0


def _sorted(x: FloatArray, y: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Return the points in an order of their own, so that how they were given does not matter."""
    order = np.lexsort((y, *x.T[::-1]))
    return x[order], y[order]


def _text(outcome: object) -> str:
    if isinstance(outcome, Comparison):
        return str(outcome)
    name = getattr(outcome, "__name__", "<lambda>") if callable(outcome) else "<lambda>"
    return "the outcome occurs" if name == "<lambda>" else name.replace("_", " ")


def _source(data: Any) -> dict[str, str]:
    wanted = ("title", "source", "model_digest", "scenarios", "concept", "design", "seed")
    return {key: str(data.attrs[key]) for key in wanted if key in getattr(data, "attrs", {})}
