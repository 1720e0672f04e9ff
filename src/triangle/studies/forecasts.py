"""Forecasts of the dated events: a family's, as it is or fitted to the other events, and three that know no model.

A family's forecast is the mean over its draws. Nothing in it was fitted, so leaving an event out needs a fit: a draw's
weight is the product of the probabilities that it gave to what was observed, over the distinct questions of the other
events, each probability no less than `LEAST_WEIGHT`, raised to the largest power up to 1 at which the effective sample
(Kish 1965) is a tenth of the draws. With the full power a handful of draws would have all the weight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..chapter.events import DIRECTIONS, Observation
from ..game import FloatArray

DRAWS = 1024
"""Of each family, if nothing else is asked for."""

LEAST_WEIGHT = 0.05
EFFECTIVE = 0.1
READER = {"intensity": "up", "foundation": "up", "investment": "up", "gap": "up", "transfer": "down"}
"""The reader's rule: cooperation grows, the gap widens, the terms worsen, and nothing else moves."""
READERS_DOUBT = 0.01


@dataclass(frozen=True, eq=False)
class Forecast:
    """One forecaster.

    Attributes
    ----------
    family, way : str
        ``way`` is empty for a forecaster that is no family.
    chances : ndarray, shape (observations, 3)
        Of a fall, no change and a rise.
    errors : ndarray, shape (observations,)
        The standard error of the observed direction's, from the finite number of draws; 0 without draws. It takes the
        draws as independent, and points of a Sobol sequence err less.
    exponents : mapping of str to float
        Of the weights, for each event or episode that is left out.
    effective : mapping of str to float
        The effective sample that they leave, as a share of the draws.
    """

    family: str
    way: str
    chances: FloatArray = field(repr=False)
    errors: FloatArray = field(repr=False)
    exponents: dict[str, float] = field(default_factory=dict, repr=False)
    effective: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The family and the way."""
        return f"{self.family}, {self.way}" if self.way else self.family


def uniform(observations: Sequence[Observation]) -> Forecast:
    """Give each direction a third."""
    return _plain("uniform", np.full((len(observations), len(DIRECTIONS)), 1 / 3))


def reader(observations: Sequence[Observation]) -> Forecast:
    """Give all but two hundredths to the direction that `READER` says."""
    found = np.full((len(observations), len(DIRECTIONS)), READERS_DOUBT)
    said = [DIRECTIONS.index(READER.get(each.measure, "flat")) for each in observations]
    found[np.arange(len(said)), said] = 1 - 2 * READERS_DOUBT
    return _plain("reader's rule", found)


def climatology(observations: Sequence[Observation]) -> Forecast:
    """Give each direction how often it is observed of the measure in other episodes, one more than counted."""
    found = np.ones((len(observations), len(DIRECTIONS)))
    for row, each in zip(found, observations, strict=True):
        for other in observations:
            if other.measure == each.measure and other.episode != each.episode:
                row[other.code] += 1
        row /= row.sum()
    return _plain("climatology", found)


def over_draws(family: str, way: str, drawn: FloatArray, observations: Sequence[Observation]) -> Forecast:
    """Return the mean over draws, shape (observations, 3, draws)."""
    observed = _observed(drawn, observations)
    draws = drawn.shape[2]
    errors = observed.std(axis=1, ddof=1) / np.sqrt(draws) if draws > 1 else np.zeros(len(observed))
    return Forecast(family, way, drawn.mean(axis=2), errors)


def left_out(
    family: str,
    way: str,
    drawn: FloatArray,
    observations: Sequence[Observation],
    group: Callable[[Observation], str],
    exponent: float | None = None,
) -> Forecast:
    """Return for each event, or episode, the forecast of draws weighted by how they did on the others.

    Parameters
    ----------
    family, way : str
    drawn : ndarray, shape (observations, 3, draws)
    observations : sequence of Observation
    group : callable
        What is left out together with an observation.
    exponent : float, optional
        Of the weights, above 0 and up to 1; the largest that leaves enough for each group if not given.

    Raises
    ------
    ValueError
        The exponent is out of range, or leaves an effective sample of less than a tenth of the draws.
    """
    _check_exponent(exponent)
    groups = [group(each) for each in observations]
    observed = _observed(drawn, observations)
    found, errors = np.empty(drawn.shape[:2]), np.empty(len(observations))
    exponents, effective = {}, {}
    for out in dict.fromkeys(groups):
        told = _log_likelihood(observed, observations, [each == out for each in groups])
        power = largest_exponent(told) if exponent is None else exponent
        chance = weights(told, power)
        exponents[out], effective[out] = power, effective_share(chance)
        if effective[out] < EFFECTIVE:
            raise ValueError(
                f"exponent {power:g} leaves an effective sample of {100 * effective[out]:.1f} % of the draws of "
                f"{family!r} without {out}; {100 * EFFECTIVE:g} % are needed: give a smaller one, or none"
            )
        for k in (k for k, each in enumerate(groups) if each == out):
            found[k] = drawn[k] @ chance
            errors[k] = np.sqrt((chance**2) @ (observed[k] - observed[k] @ chance) ** 2)
    return Forecast(family, way, found, errors, exponents, effective)


def weights(log_likelihood: FloatArray, exponent: float) -> FloatArray:
    """Return weights that sum to 1, shape (draws,)."""
    found = np.exp(exponent * (log_likelihood - log_likelihood.max()))
    return np.asarray(found / found.sum())


def effective_share(chance: FloatArray) -> float:
    """Return the effective sample of some weights as a share of their number."""
    return float(1 / (chance**2).sum() / len(chance))


def largest_exponent(log_likelihood: FloatArray) -> float:
    """Return the largest exponent up to 1 that leaves an effective sample of a tenth of the draws.

    Examples
    --------
    >>> largest_exponent(np.zeros(50))
    1.0
    >>> power = largest_exponent(np.arange(100.0))
    >>> round(effective_share(weights(np.arange(100.0), power)), 6)
    0.1
    """
    low, high = 0.0, 1.0
    if effective_share(weights(log_likelihood, high)) >= EFFECTIVE:
        return high
    while high - low > 1e-12:
        middle = (low + high) / 2
        enough = effective_share(weights(log_likelihood, middle)) >= EFFECTIVE
        low, high = (middle, high) if enough else (low, middle)
    return low


def _check_exponent(value: Any) -> None:
    if value is not None and (not isinstance(value, int | float | np.number) or not 0 < value <= 1):
        raise ValueError(f"exponent must be above 0 and at most 1, got {value!r}")


def _log_likelihood(observed: FloatArray, observations: Sequence[Observation], out: Sequence[bool]) -> FloatArray:
    """Return what the draws gave to the distinct questions that nothing left out asks, shape (draws,)."""
    gone = {each.asked for each, left in zip(observations, out, strict=True) if left}
    rows = {each.asked: k for k, each in enumerate(observations) if each.asked not in gone}
    return np.asarray(np.log(np.maximum(observed[list(rows.values())], LEAST_WEIGHT)).sum(axis=0))


def _observed(drawn: FloatArray, observations: Sequence[Observation]) -> FloatArray:
    return np.asarray(drawn[np.arange(len(observations)), [each.code for each in observations]])


def _plain(name: str, found: FloatArray) -> Forecast:
    return Forecast(name, "", found, np.zeros(len(found)))
