"""Correlated and coarse correlated equilibria: distributions that best serve an objective, with a certificate.

A mediator draws a profile and tells each player its own action. The distribution is a correlated equilibrium if no
player gains by another action than the one it was told (Aumann); a coarse one if none gains by settling on an action
beforehand (Moulin and Vial). These distributions are a polytope, so the best for any measure is a linear program,
solved sparsely by HiGHS. Its dual certifies the optimum: multipliers of the incentive constraints bound the measure at
every equilibrium, whatever the solver did (`triangle.solvers.correlated_certificate`).

Aumann, R. J. (1987). Correlated equilibrium as an expression of Bayesian rationality. Econometrica 55(1), 1–18.
Moulin, H., & Vial, J.-P. (1978). Strategically zero-sum games: the class of games whose completely mixed equilibria
cannot be improved upon. International Journal of Game Theory 7(3–4), 201–221.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arguments import checked
from ..game import TOLERANCE, FloatArray
from .arrays import Games, read_one
from .correlated_certificate import (
    CorrelatedCertificate,
    certificate_of,
    check_choice,
    disobedience,
    measure_of,
    regrets_of,
)
from .linear import PRECISION

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Objective = str | int | ArrayLike


@dataclass(frozen=True, eq=False)
class CorrelatedResult:
    """A correlated (or coarse correlated) equilibrium.

    Attributes
    ----------
    distribution : ndarray, shape (A_1, …, A_N)
    value : float
        Of the objective.
    payoffs : ndarray, shape (N,)
        What each player expects.
    regrets : ndarray, shape (N,)
        What each player gains by disobeying as best it can, recomputed from the payoffs and in their units.
    status : {"optimal", "inexact", "failed"}
        ``"optimal"``: regrets and certificate hold. ``"inexact"``: the program was solved, but one of them exceeds the
        tolerance. ``"failed"``: the solver gave up; the arrays are NaN.
    certificate : CorrelatedCertificate
    """

    distribution: FloatArray
    value: float
    payoffs: FloatArray
    regrets: FloatArray
    status: Literal["optimal", "inexact", "failed"]
    certificate: CorrelatedCertificate = field(repr=False)

    @property
    def max_regret(self) -> float:
        """The largest regret, in units of the payoffs."""
        return float(self.regrets.max())


@dataclass(frozen=True, eq=False)
class CorrelatedRange:
    """The least and the greatest value of a measure over all equilibria of the kind, each with where it is taken."""

    lowest: CorrelatedResult
    highest: CorrelatedResult

    @property
    def values(self) -> tuple[float, float]:
        """The two values."""
        return self.lowest.value, self.highest.value


@checked
def correlated_equilibrium(
    payoffs: ArrayLike,
    objective: Objective = "welfare",
    sense: str = "max",
    kind: str = "correlated",
    players: int | None = None,
) -> CorrelatedResult:
    """Return the equilibrium with the largest or the smallest value of an objective.

    Parameters
    ----------
    payoffs : array_like, shape (N, A_1, …, A_N)
    objective : {"welfare"}, int or array_like
        The sum of the payoffs; one player's payoff; or a measure, an array of shape (A_1, …, A_N).
    sense : {"max", "min"}
    kind : {"correlated", "coarse"}
    players : int, optional
        Where the shape of the payoffs leaves it open; see `triangle.solvers.arrays`.

    Returns
    -------
    CorrelatedResult

    Raises
    ------
    ValueError
        Unsound payoffs or a batch; an unknown objective, sense or kind; a measure that does not fit the profiles or is
        not finite.

    Examples
    --------
    >>> chicken = [[[6, 2], [7, 0]], [[6, 7], [2, 0]]]
    >>> best = correlated_equilibrium(chicken)
    >>> best.distribution, round(best.value, 6), best.status
    (array([[0.5 , 0.25],
           [0.25, 0.  ]]), 10.5, 'optimal')
    """
    games = read_one(payoffs, players)
    check_choice(sense, kind)
    measure = measure_of(games, objective)
    spread = float(np.ptp(measure)) or 1.0
    scaled = (measure.ravel() - measure.min()) / spread
    unit, ranges = _unit_payoffs(games)
    found = _solve(_constraints(unit, kind), scaled if sense == "max" else -scaled)
    if found is None:
        return _failed(games, kind)
    distribution = found[0].reshape(games.shape)
    multipliers = _in_units(found[1], games.shape, spread / ranges, kind)
    certificate = certificate_of(games, distribution, multipliers, measure, sense, kind)
    regrets = regrets_of(disobedience(games, distribution, kind))
    fine = bool((regrets <= TOLERANCE * games.scale.reshape(games.players)).all()) and certificate.holds
    return CorrelatedResult(
        distribution,
        float((distribution * measure).sum()),
        (games.payoffs * distribution).reshape(games.players, -1).sum(axis=1),
        regrets,
        "optimal" if fine else "inexact",
        certificate,
    )


@checked
def correlated_range(
    payoffs: ArrayLike, measure: Objective = "welfare", kind: str = "correlated", players: int | None = None
) -> CorrelatedRange:
    """Return the least and the greatest value of a measure over all equilibria.

    Parameters
    ----------
    payoffs : array_like, shape (N, A_1, …, A_N)
    measure : {"welfare"}, int or array_like
        As ``objective`` in `correlated_equilibrium`.
    kind : {"correlated", "coarse"}
    players : int, optional
        Where the shape of the payoffs leaves it open; see `triangle.solvers.arrays`.

    Returns
    -------
    CorrelatedRange

    Raises
    ------
    ValueError
        As `correlated_equilibrium`.

    Examples
    --------
    >>> chicken = [[[6, 2], [7, 0]], [[6, 7], [2, 0]]]
    >>> [round(value, 6) for value in correlated_range(chicken, 0).values]
    [2.0, 7.0]
    """
    ends = [correlated_equilibrium(payoffs, measure, sense, kind, players) for sense in ("min", "max")]
    return CorrelatedRange(*ends)


def _unit_payoffs(games: Games) -> tuple[FloatArray, FloatArray]:
    """Return the payoffs with each player's shifted and scaled to run from 0 to 1, and their ranges (1 for none)."""
    low = games.payoffs.min(axis=games.profile_axes, keepdims=True)
    spread = games.payoffs.max(axis=games.profile_axes, keepdims=True) - low
    ranges = np.where(spread > 0.0, spread, 1.0)
    return (games.payoffs - low) / ranges, ranges.reshape(games.players)


def _constraints(unit: FloatArray, kind: str) -> csr_array:
    """Return the gains from every disobedience, one row each, as multiples of the profiles' probabilities.

    Rows are ordered by player, action told (all of them together for coarse equilibria), and action played.
    """
    from scipy.sparse import csr_array

    shape = unit.shape[1:]
    profiles = np.arange(int(np.prod(shape))).reshape(shape)
    data, rows, columns = [], [], []
    start = 0
    for player, own in enumerate(unit):
        count = shape[player]
        payoff = np.moveaxis(own, player, 0).reshape(count, -1)
        where = np.moveaxis(profiles, player, 0).reshape(count, -1)
        told, played = np.mgrid[:count, :count]
        gain = payoff[None] - payoff[:, None]
        row = played if kind == "coarse" else told * count + played
        data.append(gain.ravel())
        rows.append(np.broadcast_to(start + row[..., None], gain.shape).ravel())
        columns.append(np.broadcast_to(where[:, None], gain.shape).ravel())
        start += count if kind == "coarse" else count * count
    parts = (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(parts, shape=(start, profiles.size))


def _solve(constraints: csr_array, objective: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Return the distribution that maximises the objective and the constraints' multipliers, or None."""
    from scipy.optimize import linprog

    binding = np.flatnonzero(np.abs(constraints).sum(axis=1) > 0)
    size = constraints.shape[1]
    found = linprog(
        -objective,
        A_ub=constraints[binding] if len(binding) else None,
        b_ub=np.zeros(len(binding)) if len(binding) else None,
        A_eq=np.ones((1, size)),
        b_eq=[1.0],
        bounds=(0.0, 1.0),
        method="highs",
        options={"primal_feasibility_tolerance": PRECISION, "dual_feasibility_tolerance": PRECISION},
    )
    if found.status != 0:
        return None
    multipliers = np.zeros(constraints.shape[0])
    if len(binding):
        multipliers[binding] = np.maximum(-found.ineqlin.marginals, 0.0)
    distribution = np.maximum(found.x, 0.0)
    return distribution / distribution.sum(), multipliers


def _in_units(multipliers: FloatArray, shape: tuple[int, ...], units: FloatArray, kind: str) -> tuple[FloatArray, ...]:
    """Return the multipliers player by player, in units of the measure over the player's payoff."""
    out, start = [], 0
    for count, unit in zip(shape, units, strict=True):
        own = (count, count) if kind == "correlated" else (count,)
        size = int(np.prod(own))
        out.append(multipliers[start : start + size].reshape(own) * unit)
        start += size
    return tuple(out)


def _failed(games: Games, kind: str) -> CorrelatedResult:
    nan = float("nan")
    multipliers = tuple(np.full((n, n) if kind == "correlated" else (n,), nan) for n in games.shape)
    each = np.full(games.players, nan)
    certificate = CorrelatedCertificate(multipliers, nan, nan, nan, nan)
    return CorrelatedResult(np.full(games.shape, nan), nan, each, each, "failed", certificate)
