"""The West as two players: the sixteen commitments of the United States and the European Union, and what follows.

The variant ``quad`` has no part of its own in the solver: it is the chapter's model on a form with two Western players.
A stance of the West becomes what each does, weighed with a share; a payoff of the West is borne in portions, each for
its own act or for a common outcome. Where both act alike no share matters, so that on the diagonal, with the two
payoffs added, the triangle is left. Recognition takes both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product

import numpy as np

from ..evaluation import Share
from ..family import GameFamily
from ..game import TOLERANCE, BoolArray, FloatArray
from ..kernel import BatchResult, Kernel, compile_kernel, solve_batch
from ..scenario import Scenario
from ..statement import Box
from .form import COMMITMENTS, EU, US
from .model import chapter_model
from .parameters import read_table
from .split import both as both
from .split import committed as committed

PAIRS: tuple[tuple[str, str], ...] = tuple(product(COMMITMENTS, COMMITMENTS))
"""The sixteen pairs of commitments, the United States' first."""
FIRM = ("PE", "PE")
POINTS = 2**12
SEED = 1
MEASURES = ("intensity", "transfer", "share", "gap", "depth", "relation_EU_Russia", "relation_US_Russia",
            f"payoff_{US}", f"payoff_{EU}")  # fmt: skip

Holds = Callable[["Commitments"], BoolArray]


@dataclass(frozen=True, eq=False)
class Commitments:
    """The subgames of the sixteen pairs of commitments at many points; each is solved when it is first asked for.

    Parameters
    ----------
    model : GameFamily
        The variant ``quad``, whatever its options.
    values : mapping of str to ndarray, shape (points,)
        Every parameter.
    """

    model: GameFamily
    values: Mapping[str, FloatArray]
    _solved: dict[tuple[str, str], BatchResult] = field(default_factory=dict, repr=False)

    def at(self, us: str, eu: str) -> BatchResult:
        """Return the solutions at one pair of commitments."""
        if (us, eu) not in self._solved:
            self._solved[us, eu] = solve_batch(_kernel(self.model, us, eu), self.values)
        return self._solved[us, eu]

    def of(self, measure: str, us: str, eu: str) -> FloatArray:
        """Return a measure at the equilibrium of a pair of commitments; NaN where there is none, or several differ."""
        found = self.at(us, eu)
        low, high = (np.asarray(side[measure], dtype=np.float64) for side in (found.low, found.high))
        return np.where((found.count > 0) & (low == high), low, np.nan)

    def with_values(self, **values: FloatArray) -> Commitments:
        """Return the same points with some parameters set otherwise."""
        return Commitments(self.model, {**self.values, **values})

    @property
    def unique(self) -> BoolArray:
        """Where every pair of commitments has exactly one equilibrium, shape (points,)."""
        return np.asarray(np.logical_and.reduce([self.at(*pair).count == 1 for pair in PAIRS]))

    def nash(self) -> dict[tuple[str, str], BoolArray]:
        """Return where each pair is a Nash equilibrium of the two, who foresee what Russia and China answer.

        A payoff counts as no gain within `TOLERANCE` of the payoffs compared.
        """
        codes = tuple(COMMITMENTS)
        worth = {
            player: np.array([[self.of(f"payoff_{player}", us, eu) for eu in codes] for us in codes])
            for player in (US, EU)
        }
        best = {US: worth[US].max(axis=0, keepdims=True), EU: worth[EU].max(axis=1, keepdims=True)}
        content = [own >= best[p] - TOLERANCE * np.abs(own).max(axis=(0, 1)) for p, own in worth.items()]
        both = np.logical_and(*content)
        return {(us, eu): both[codes.index(us), codes.index(eu)] for us, eu in PAIRS}


@lru_cache(maxsize=64)
def _kernel(model: GameFamily, us: str, eu: str) -> Kernel:
    held = {US: COMMITMENTS[us], EU: COMMITMENTS[eu]}
    return compile_kernel(model, "pairwise", held, measures=MEASURES)


def commitments(model: GameFamily, scenario: Scenario | None = None) -> Commitments:
    """Return the sixteen pairs of commitments at one setting, the model's defaults if none is given.

    Examples
    --------
    >>> import triangle as tri
    >>> found = commitments(tri.chapter_model("quad"), tri.scenario("baseline_2009"))
    >>> [pair for pair, stable in found.nash().items() if stable.all()]
    [('AE', 'PE')]
    """
    given = {**model.defaults, **(scenario.values if scenario else {})}
    return Commitments(model, {name: np.array([given[name]]) for name in model.defaults})


def _above(first: FloatArray, second: FloatArray, factor: float = 1.0) -> BoolArray:
    """Return where the first exceeds ``factor`` times the second by more than a tie; never where one is NaN."""
    with np.errstate(invalid="ignore"):
        return np.asarray(first - factor * second > TOLERANCE * np.maximum(np.abs(first), np.abs(second)))


def _least(first: FloatArray, second: FloatArray, factor: float = 1.0) -> BoolArray:
    """Return where the first is not below ``factor`` times the second; never where one is NaN."""
    with np.errstate(invalid="ignore"):
        return np.asarray(first - factor * second >= -TOLERANCE * np.maximum(np.abs(first), np.abs(second)))


def _rise(c: Commitments, before: tuple[str, str], after: tuple[str, str], *measures: str) -> BoolArray:
    return np.asarray(np.logical_and.reduce([_above(c.of(m, *after), c.of(m, *before)) for m in measures]))


def _kept(c: Commitments, after: tuple[str, str], part: float) -> BoolArray:
    """Return where intensity keeps at least a part of what it is at (PE, PE)."""
    return _least(c.of("intensity", *after), c.of("intensity", *FIRM), part)


RELIEF, RESET, WEDGE = ("PE", "AE"), ("AE", "PE"), ("AC", "PE")


def _relief(c: Commitments) -> BoolArray:
    depth = c.of("depth", *RELIEF) >= c.of("depth", *FIRM)
    return _rise(c, FIRM, RELIEF, "share", "transfer") & _rise(c, RELIEF, FIRM, "gap") & _kept(c, RELIEF, 0.98) & depth


def _relief_watched_alike(c: Commitments) -> BoolArray:
    alike = c.with_values(s_isolation=c.values["s_sanctions"])
    return _rise(alike, FIRM, RELIEF, "share", "transfer") & _kept(alike, RELIEF, 0.98)


def _europe_moves_less(c: Commitments) -> BoolArray:
    def moved(measure: str, to: tuple[str, str]) -> FloatArray:
        return np.abs(c.of(measure, *to) - c.of(measure, *FIRM))

    return _above(moved("intensity", RESET), moved("intensity", RELIEF)) & _above(
        moved("transfer", RESET), moved("transfer", RELIEF)
    )


def _transit_through_europe(c: Commitments) -> BoolArray:
    free = c.with_values(transit=np.zeros_like(c.values["transit"]))

    def bite(us: str, eu: str) -> FloatArray:
        return free.of("transfer", us, eu) - c.of("transfer", us, eu)

    return _above(bite("PC", "PE"), bite("PE", "PC"))


def _europe_gains_by_firmness(c: Commitments) -> BoolArray:
    own = f"payoff_{EU}"
    return _rise(c, RELIEF, FIRM, own) & _rise(c, ("AE", "AE"), RESET, own)


def _only_firm(c: Commitments) -> BoolArray:
    stable = c.nash()
    others = np.logical_or.reduce([holds for pair, holds in stable.items() if pair != FIRM])
    known = [np.isfinite(c.of(f"payoff_{player}", *pair)) for player in (US, EU) for pair in PAIRS]
    return np.asarray(stable[FIRM] & ~others & np.logical_and.reduce(known))


FORMULAS: Mapping[str, Holds] = {
    "Q92": _relief,
    "Q92g": lambda c: _rise(c, FIRM, RELIEF, "transfer") & _rise(c, RELIEF, FIRM, "gap"),
    "Q92s": lambda c: _rise(c, FIRM, RELIEF, "share"),
    "Q92k": lambda c: _kept(c, RELIEF, 0.95),
    "Q92i": _relief_watched_alike,
    "Q12": lambda c: _rise(c, FIRM, WEDGE, "intensity", "share", "transfer"),
    "Q12e": lambda c: _rise(c, FIRM, RESET, "intensity", "share"),
    "Q12o": lambda c: _rise(c, ("PC", "PE"), WEDGE, "intensity", "share"),
    "QK": lambda c: _rise(c, FIRM, RESET, "intensity") & _rise(c, ("AE", "AE"), RESET, "intensity"),
    "Q20": _europe_moves_less,
    "Q101": lambda c: _rise(c, FIRM, ("PC", "PE"), "share", "transfer"),
    "Q104": _transit_through_europe,
    "Q105": _europe_gains_by_firmness,
    "Q105s": lambda c: c.of("relation_US_Russia", *RESET) == 2,
    "Q95": lambda c: _rise(c, RESET, FIRM, f"payoff_{US}") & _rise(c, RELIEF, FIRM, f"payoff_{EU}"),
    "Q95x": lambda c: _least(c.of(f"payoff_{EU}", *RESET), c.of(f"payoff_{EU}", *FIRM)),
    "QN": _only_firm,
}


@dataclass(frozen=True)
class QuadVerdict:
    """Whether a reading holds at the defaults, and at what share of the box of plausible ranges and of twice its width.

    Where a pair of commitments that it compares has no equilibrium, or several that differ, it does not hold.
    """

    id: str
    of: str
    nature: str
    reading: str
    holds: bool
    inside: Share
    wide: Share


@cache
def quad_verdicts(points: int = POINTS, seed: int = SEED) -> Mapping[str, QuadVerdict]:
    """Return what the variant says of the chapter's claims on the two Western players.

    Parameters
    ----------
    points : int
        Sobol points in each of the two boxes, a power of two.
    seed : int

    Examples
    --------
    >>> verdict = quad_verdicts(points=64)["Q92"]
    >>> verdict.of, verdict.holds
    ('C92', False)
    """
    model = chapter_model("quad")
    centre = commitments(model)
    boxes = []
    for width in (1.0, 2.0):
        moved = Box.plausible(model, width).sample(points, seed)
        values = {
            p.name: np.clip(p.default + moved.get(p.name, np.zeros(points)), *p.admissible) for p in model.parameters
        }
        boxes.append(Commitments(model, values))
    found = {}
    for key, entry in read_table("quad").items():
        holds = FORMULAS[key]
        shares = [Share(int(holds(box).sum()), points) for box in boxes]
        found[key] = QuadVerdict(key, entry["of"], entry["nature"], entry["reading"], bool(holds(centre)[0]), *shares)
    return found
