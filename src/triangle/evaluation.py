"""Where statements hold: their settings solved at many points, and compared for every combination of equilibria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from .conditions import Conditions, IntArray, conditions
from .family import GameFamily
from .game import BoolArray, FloatArray
from .kernel import Kernel, compile_kernel, solve_batch
from .names import unknown
from .statement import Comparison, Displacement, Loss, Setting, Statement, Value

CONFIDENCE = 0.95
RARE = 0.0005
"""Up to this share of failures they are counted and not given in per cent."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Where a statement holds.

    Attributes
    ----------
    holds : ndarray of bool, shape (points,)
        Every setting has an equilibrium and every comparison holds for every combination of them.
    exists : ndarray of bool, shape (points,)
        Every setting has an equilibrium.
    each : ndarray of bool, shape (comparisons, points)
        The same for each comparison alone.
    margins : ndarray, shape (comparisons, points)
        The least margin over the combinations, in the units of the values; NaN where a value does not exist.
    """

    holds: BoolArray
    exists: BoolArray
    each: BoolArray
    margins: FloatArray


@dataclass(frozen=True, eq=False)
class Solved:
    """One setting solved at many points.

    Attributes
    ----------
    setting : Setting
    displacement : mapping of str to ndarray, shape (points,)
    profiles : ndarray of int, shape (k,)
        Those that are stable at some point.
    stable : ndarray of bool, shape (k, points)
    """

    model: GameFamily
    setting: Setting
    displacement: Mapping[str, FloatArray]
    profiles: IntArray
    stable: BoolArray

    @property
    def weights(self) -> FloatArray:
        """Every monomial at every point, shape (points, monomials); not kept, for it takes much room."""
        values = self.setting.values(self.model, self.displacement)
        points = self.stable.shape[1]
        return self.model.monomials({name: np.broadcast_to(array, (points,)) for name, array in values.items()})

    @property
    def exists(self) -> BoolArray:
        """Where there is an equilibrium, shape (points,)."""
        return np.asarray(self.stable.any(axis=0))

    def value(self, side: Value | Loss) -> FloatArray:
        """Return a value at every profile that is stable somewhere, shape (k, points)."""
        return self.measure(side.measure) if isinstance(side, Value) else self.loss(side)

    def measure(self, name: str) -> FloatArray:
        """Return a measure, shape (k, points); NaN where it does not apply."""
        measure = self.model.measure(name)
        found = measure.function(*(self._quantities[quantity] for quantity in measure.quantities))
        return np.broadcast_to(found, self.stable.shape)

    @cached_property
    def _quantities(self) -> dict[str, FloatArray]:
        """All quantities that measures need."""
        names = dict.fromkeys(name for measure in self.model.measures for name in measure.quantities)
        weights = self.weights
        found = {}
        for name in names:
            coefficients = self.model.quantity(name).reshape(-1, self.model.form.size)[:, self.profiles]
            used = np.flatnonzero(coefficients.any(axis=1))
            found[name] = coefficients[used].T @ weights[:, used].T
        return found

    def loss(self, loss: Loss) -> FloatArray:
        """Return what a move would cost, shape (k, points); nothing at a profile where it has been made already.

        A loss is the same number under every concept, so the row is always that of the conditions with coalitions.
        """
        compiled = conditions(self.model, "pairwise", self.setting.scenario.held)
        if loss.mover not in compiled.movers:
            raise ValueError(f"{loss}: " + unknown("mover", loss.mover, compiled.movers))
        rows = np.zeros((len(self.profiles), len(compiled.monomials)))
        for k, profile in enumerate(map(int, self.profiles)):
            target = loss.target(self.model, profile)
            if target != profile:
                rows[k] = _row(compiled, loss.mover, profile, target)
        return np.asarray(rows @ self.weights.T)


def _row(compiled: Conditions, mover: str, profile: int, target: int) -> FloatArray:
    """Return the polynomial of what a move costs; zero if it never changes the movers' payoff."""
    entries = np.flatnonzero((compiled.entry_profile == profile) & (compiled.entry_target == target))
    for entry in entries:
        row = compiled.entry_row[entry]
        if compiled.movers[compiled.row_mover[row]] == mover:
            return np.asarray(compiled.rows[row] * int(compiled.entry_sign[entry]))
    return np.zeros(len(compiled.monomials))


class Solutions:
    """Settings of one family solved at one displacement, each once however many statements ask for it.

    Parameters
    ----------
    model : GameFamily
    displacement : mapping of str to scalar or array, optional
    concept : {"pairwise", "nash", "commitment"}
    threads : int, optional
        The results do not depend on it.
    """

    def __init__(
        self,
        model: GameFamily,
        displacement: Displacement | None = None,
        concept: str = "pairwise",
        threads: int | None = None,
    ) -> None:
        self.model = model
        self.concept = concept
        self.threads = threads
        given = {name: np.asarray(array, dtype=np.float64) for name, array in (displacement or {}).items()}
        shape = np.broadcast_shapes((1,), *(array.shape for array in given.values()))
        if len(shape) != 1:
            raise ValueError(f"a displacement has numbers or arrays of one dimension; together they have {len(shape)}")
        self.displacement = {name: np.broadcast_to(array, shape) for name, array in given.items()}
        self.points = shape[0]
        self._solved: dict[tuple[object, ...], Solved] = {}

    def of(self, setting: Setting) -> Solved:
        """Return a setting solved."""
        self.prepare([setting])
        return self._solved[setting.key]

    def prepare(self, settings: Iterable[Setting]) -> None:
        """Solve settings that are not solved yet; all with one commitment go through the kernel together."""
        groups: dict[tuple[tuple[str, str], ...], list[Setting]] = {}
        for setting in {s.key: s for s in settings if s.key not in self._solved}.values():
            groups.setdefault(tuple(sorted(setting.scenario.held.items())), []).append(setting)
        for held, group in groups.items():
            values = [setting.values(self.model, self.displacement) for setting in group]
            arrays = {
                name: np.concatenate([np.broadcast_to(each[name], (self.points,)) for each in values])
                for name in self.model.defaults
            }
            packed = solve_batch(_kernel(self.model, self.concept, held), arrays, self.threads).stable
            bits = np.unpackbits(packed, axis=1, count=self.model.form.size).astype(bool)
            for setting, part in zip(group, bits.reshape(len(group), self.points, -1), strict=True):
                profiles = np.flatnonzero(part.any(axis=0))
                stable = np.ascontiguousarray(part[:, profiles].T)
                self._solved[setting.key] = Solved(self.model, setting, self.displacement, profiles, stable)

    def evaluate(self, statement: Statement) -> Evaluation:
        """Say where a statement holds; see `Statement.evaluate`."""
        self.prepare(statement.settings)
        solved = {setting.label: self.of(setting) for setting in statement.settings}
        exists = np.logical_and.reduce([found.exists for found in solved.values()])
        each, margins = [], []
        for comparison in statement.comparisons:
            holds, margin = _compared(comparison, solved)
            each.append(holds & exists)
            margins.append(np.where(exists, margin, np.nan))
        return Evaluation(np.logical_and.reduce(each), exists, np.array(each), np.array(margins))


@lru_cache(maxsize=64)
def _kernel(model: GameFamily, concept: str, held: tuple[tuple[str, str], ...]) -> Kernel:
    """Compile stability alone, with every parameter varying: one kernel serves all settings with one commitment."""
    return compile_kernel(model, concept, dict(held), measures=())


def _compared(comparison: Comparison, solved: Mapping[str, Solved]) -> tuple[BoolArray, FloatArray]:
    """Return where a comparison holds for every combination of equilibria, and its least margin over them."""
    first = solved[comparison.left.setting]
    left, both = first.value(comparison.left), first.stable
    right: FloatArray = np.zeros((1, 1))
    if comparison.right is not None:
        second = solved[comparison.right.setting]
        right = second.value(comparison.right)
        if comparison.right.setting != comparison.left.setting:
            left, right, both = left[:, None], right[None], first.stable[:, None] & second.stable[None]
    axes = tuple(range(both.ndim - 1))
    holds = np.all(comparison.holds(left, right) | ~both, axis=axes)
    margin = np.where(both, comparison.margin(left, right), np.inf).min(axis=axes, initial=np.inf)
    return holds, margin


@dataclass(frozen=True)
class Share:
    """At how many of some points a statement holds.

    Attributes
    ----------
    count, points : int
    missing : int
        Points at which some setting has no equilibrium; the statement does not hold there.

    Examples
    --------
    >>> print(Share(8192, 8192), "|", Share(6144, 8192))
    no failure in 8,192 points | 75.0 % (74.0–75.9)
    """

    count: int
    points: int
    missing: int = 0

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.count / self.points

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The Clopper–Pearson interval at 95 per cent (Clopper and Pearson 1934).

        It is made for independent points. Sobol points spread more evenly, so it errs on the wide side.
        """
        from scipy.special import betaincinv

        k, n, tail = self.count, self.points, (1 - CONFIDENCE) / 2
        low = float(betaincinv(k, n - k + 1, tail)) if k else 0.0
        high = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
        return low, high

    def __str__(self) -> str:
        if self.count == self.points:
            return f"no failure in {self.points:,} points"
        if self.count == 0:
            return f"at none of {self.points:,} points"
        failed = self.points - self.count
        if failed <= RARE * self.points:
            return f"{failed:,} {'failure' if failed == 1 else 'failures'} in {self.points:,} points"
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({100 * low:.1f}–{100 * high:.1f})"
