"""Points of a sweep solved for logit quantal response equilibria, by a batched path of its own.

Nothing here is a condition that holds or fails, so neither rows nor pruning help: payoffs are evaluated for a block of
points, `triangle.solvers.logit_qre` finds play on the principal branch, and what is kept are expectations over the
product distribution of the players' strategies. A player that a scenario holds to an action plays that one only.

A point's last digit can depend on the block that it is in, so ``grain`` is a whole number of blocks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..blas import one_blas_thread
from ..conditions import IntArray
from ..contraction import Contraction
from ..family import GameFamily
from ..game import LARGEST, BoolArray, FloatArray
from ..parts import Measure
from ..products import Lines, Products
from .variables import NUMBERS, Array, Arrays, Variable, flags

if TYPE_CHECKING:
    from .design import Design
    from .plan import Plan

STATUS = "status"
STATUSES = ("converged", "inexact", "lost")
"""Of `triangle.solvers.QREResult`, in the order of their codes."""

_GRAIN = 1024
_MOST_PAYOFFS = 2**21  # of a block: 16 MB


@dataclass(frozen=True)
class Logit:
    """The method of ``logit_qre``; see `triangle.studies.method.Method`."""

    grain: int = _GRAIN
    batch: int = _GRAIN
    chunk: int = 2**14
    most: int = 2_000_000

    def piece(self, design: Design) -> int:
        """Return 2^13: some seconds of work, after which a bar can move."""
        return 2**13

    def check(self, precision: object) -> float:
        """Return the precision as a number."""
        allowed = "a finite number from 0 on, per unit of payoff"
        if precision is None:
            raise ValueError(f"concept='logit_qre' needs precision= (of solve and sweep), {allowed}")
        real = isinstance(precision, int | float | np.integer | np.floating) and not isinstance(precision, bool)
        number = float(precision) if real else np.nan  # type: ignore[arg-type]  # it is a number by then
        if not (np.isfinite(number) and number >= 0.0):
            raise ValueError(f"precision is {allowed}; got {precision!r}")
        return number

    def variables(self, described: Mapping[str, Any]) -> tuple[Variable, ...]:
        """Return status, residual, every player's strategy and every measure's expectation.

        Where the status is not ``converged`` all but the residual are NaN.
        """
        number = NUMBERS[described["dtype"]]
        told = "largest change of a probability under the logit response"
        found = [
            Variable(STATUS, "|i1", {"long_name": "status of the logit equilibrium", **flags(0, STATUSES)}),
            Variable("residual", number, {"long_name": told, "units": "1"}),
        ]
        for player, actions in described["model"]["players"].items():
            attrs = {"long_name": f"probability of each action of {player}", "units": "1"}
            kind = f"({len(actions)},){number}"
            found.append(Variable(f"strategy_{player}", kind, attrs, f"action_{player}", tuple(actions)))
        for measure in described["measures"]:
            found.extend(_of_measure(measure, number))
        return tuple(found)

    def compile(self, plan: Plan, setting: int) -> LogitSolver:
        """Contract what does not vary, and refuse a precision that overflows in the design's box."""
        at, design = plan.settings[setting], plan.design
        assert plan.precision is not None
        games = LogitGames(plan.model, plan.measures, plan.precision, at.held, at.values, design.names)
        games.check_reach(design.bounds)
        return LogitSolver(games, plan.dtype)


def _of_measure(measure: Mapping[str, Any], number: str) -> list[Variable]:
    name, told, categories = measure["name"], measure["long_name"], tuple(measure["categories"])
    if categories:
        attrs = {"long_name": f"{told}, probability of each category", "units": "1"}
        kind = f"({len(categories)},){number}"
        return [Variable(f"{name}_probability", kind, attrs, f"{name}_category", categories)]
    mean = {"long_name": f"{told}, expected value where it is defined", "units": measure["units"]}
    defined = {"long_name": f"{told}, probability that it is defined", "units": "1"}
    return [Variable(f"{name}_mean", number, mean), Variable(f"{name}_defined", number, defined)]


@dataclass(frozen=True, eq=False)
class Played:
    """Logit equilibria of a block of points.

    Attributes
    ----------
    strategies : tuple of N ndarrays, player i's of shape (A_i, points)
        Of all actions; those that a held player does not take have probability zero.
    residual : ndarray, shape (points,)
    status : ndarray of int8, shape (points,)
        Places in `STATUSES`.
    expected : dict of str to ndarray
        For a number the pair of expected value, given that it is defined, and probability that it is, shape
        (2, points); for categories their probabilities, shape (categories, points).
    """

    strategies: tuple[FloatArray, ...]
    residual: FloatArray
    status: Array
    expected: dict[str, FloatArray]

    @property
    def reached(self) -> BoolArray:
        """Where the equilibrium was reached, shape (points,)."""
        return np.asarray(self.status == 0)


class LogitGames:
    """Payoffs and quantities of a family as polynomials of the varying parameters, and play at a precision.

    Parameters
    ----------
    family : GameFamily
    measures : sequence of Measure
    precision : float
    held : mapping of str to str
    fixed : mapping of str to float
        Every parameter that does not vary.
    varying : tuple of str
    """

    def __init__(
        self,
        family: GameFamily,
        measures: tuple[Measure, ...],
        precision: float,
        held: Mapping[str, str],
        fixed: Mapping[str, float],
        varying: tuple[str, ...],
    ) -> None:
        self.form, self.measures, self.precision = family.form, measures, precision
        taken = [np.arange(len(player.actions)) for player in self.form.players]
        for name, action in held.items():
            taken[self.form.index(name)] = np.array([self.form.player(name).action(action)])
        self.taken = taken
        profiles = np.arange(self.form.size).reshape(self.form.shape)[np.ix_(*taken)].ravel()
        monomials = family.polynomials.monomials
        contract = Contraction(monomials, set(varying), fixed)
        self.products = Products(contract.kept)

        def rows(coefficients: FloatArray) -> FloatArray:
            """Return polynomials (monomials, …, profiles) at the profiles that may be played, one a row."""
            flat = coefficients.reshape(len(monomials), -1, self.form.size)[..., profiles]
            return self.products.spread(contract(flat.reshape(len(monomials), -1).T), contract.kept)

        self.payoffs = rows(family.polynomials.payoffs)
        one = np.array([product == () for product in self.products.monomials], dtype=bool)
        names = dict.fromkeys(name for measure in measures for name in measure.quantities)
        self.quantities = {name: _Sparse.of(rows(family.quantity(name)), one) for name in names}
        self.block = max(8, min(_GRAIN, 1 << (_MOST_PAYOFFS // len(self.payoffs)).bit_length() - 1))

    def check_reach(self, bounds: Mapping[str, tuple[float, float]]) -> None:
        """Refuse a precision that would overflow somewhere in a box.

        Raises
        ------
        ValueError
        """
        work = self.products.work(1, np.float64)
        most = {name: np.array([max(abs(low), abs(high))]) for name, (low, high) in bounds.items()}
        with np.errstate(over="ignore", invalid="ignore"):
            self.products.fill(work, most)
            reach = 2.0 * float((np.abs(self.payoffs) @ work[self.products.first :]).max(initial=0.0))
        if not self.precision <= LARGEST / max(reach, 1.0):
            raise ValueError(
                f"precision is per unit of payoff, and payoffs may differ by {reach:.3g} here: their product must not "
                f"exceed {LARGEST:g}; got {self.precision:g}"
            )

    def play(self, values: Mapping[str, FloatArray], points: int) -> Played:
        """Return play at a block of points, and what is to be expected of it."""
        from ..solvers.qre import logit_qre

        work = self.products.work(points, np.float64)
        self.products.fill(work, values)
        lines = work[self.products.first :]
        shape = tuple(map(len, self.taken))
        payoffs = np.ascontiguousarray((self.payoffs @ lines).T).reshape(points, len(shape), *shape)
        found = logit_qre(payoffs, self.precision, players=len(shape))
        joint = np.ones((1, points))
        for strategy in found.strategies:
            joint = (joint[:, None] * strategy.T[None]).reshape(-1, points)
        full = []
        for player, strategy, actions in zip(self.form.players, found.strategies, self.taken, strict=True):
            full.append(np.zeros((len(player.actions), points)))
            full[-1][actions] = strategy.T
        status = np.array([STATUSES.index(word) for word in found.status.tolist()], dtype=np.int8)
        return Played(tuple(full), found.residual, status, self._expected(lines, joint))

    def _expected(self, lines: Lines, joint: FloatArray) -> dict[str, FloatArray]:
        """Return what `Played` has of every measure, from the probabilities of the profiles (profiles, points)."""
        at = {name: rows.at(lines) for name, rows in self.quantities.items()}
        found = {}
        for measure in self.measures:
            quantities = [at[name] for name in measure.quantities]
            # What varies at no point has one column, which is enough if all have one.
            shape = np.broadcast_shapes(*(quantity.shape for quantity in quantities))
            values = np.asarray(measure.function(*(np.broadcast_to(quantity, shape) for quantity in quantities)))
            expect = _probabilities if measure.categories else _mean
            found[measure.name] = expect(values, joint, len(measure.categories))
        return found


@dataclass(frozen=True, eq=False)
class _Sparse:
    """Polynomials without the lines that none of them uses.

    Attributes
    ----------
    rows : ndarray, shape (profiles, used)
    used : ndarray of int, shape (used,)
    varies : bool
    """

    rows: FloatArray
    used: IntArray
    varies: bool

    @classmethod
    def of(cls, rows: FloatArray, one: BoolArray) -> _Sparse:
        """Return rows over all lines, sparse; ``one`` says which line is constant."""
        used = np.flatnonzero(rows.any(axis=0))
        return cls(np.ascontiguousarray(rows[:, used]), used, bool((~one[used]).any()))

    def at(self, lines: Lines) -> FloatArray:
        """Return the values (profiles, points), or (profiles, 1) if they are the same at all points."""
        return np.asarray(self.rows @ lines[self.used, : None if self.varies else 1])


def _probabilities(codes: FloatArray, joint: FloatArray, categories: int) -> FloatArray:
    """Return the probability of each category, shape (categories, points)."""
    chosen = codes.astype(np.int8) == np.arange(categories, dtype=np.int8)[:, None, None]
    if codes.shape[1] == 1:
        return np.asarray(chosen[..., 0].astype(np.float64) @ joint)
    return np.stack([(joint * each).sum(axis=0) for each in chosen])


def _mean(values: FloatArray, joint: FloatArray, _: int = 0) -> FloatArray:
    """Return expected values given that they are defined, and the probability that they are, shape (2, points)."""
    undefined = np.isnan(values)
    if not undefined.any():
        mean = (joint * values).sum(axis=0) / joint.sum(axis=0)
        return np.stack([mean, np.ones_like(mean)])
    weight = np.where(undefined, 0.0, joint)
    total = weight.sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = (weight * np.where(undefined, 0.0, values)).sum(axis=0) / total
    return np.stack([mean, np.where(undefined.any(axis=0), np.minimum(total, 1.0), 1.0)])


@dataclass(frozen=True, eq=False)
class LogitSolver:
    """`LogitGames` as a solver of points."""

    games: LogitGames
    dtype: str

    def solve(self, design: Design, start: int, stop: int, threads: int | None) -> Arrays:
        """Return every variable, block by block."""
        starts = range(start, stop, self.games.block)

        def block(first: int) -> Arrays:
            last = min(first + self.games.block, stop)
            return self._arrays(self.games.play(design.points(first, last), last - first))

        workers = max(1, min(threads or os.cpu_count() or 1, len(starts)))
        with one_blas_thread:
            if workers == 1:
                parts = list(map(block, starts))
            else:
                with ThreadPoolExecutor(workers) as pool:
                    parts = list(pool.map(block, starts))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _arrays(self, played: Played) -> Arrays:
        """Return play as a sweep keeps it: NaN where it was not reached."""
        number = np.dtype(NUMBERS[self.dtype])
        where = played.reached
        found: Arrays = {STATUS: played.status, "residual": played.residual.astype(number)}

        def keep(name: str, values: FloatArray) -> None:
            found[name] = np.where(where, values, np.nan).T.astype(number)

        for player, strategy in zip(self.games.form.names, played.strategies, strict=True):
            keep(f"strategy_{player}", strategy)
        for measure in self.games.measures:
            values = played.expected[measure.name]
            if measure.categories:
                keep(f"{measure.name}_probability", values)
            else:
                keep(f"{measure.name}_mean", values[0])
                keep(f"{measure.name}_defined", values[1])
        return found
