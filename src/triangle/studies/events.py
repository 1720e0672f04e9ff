"""The scoreboard of the dated events: what the chapter's family, its rivals and forecasters without a model gave them.

A statement is a measure, two years and a direction. It is a hit if the direction that was observed had a probability
of more than a half. Beside hits stand the mean logarithm of that probability (Good 1952) and the mean squared shortfall
(Brier 1950, the observed direction against the rest). Statements that are stated and inferred are never added up, and
consequences are shown apart from what one dated parameter decides and from what the timeline contains.

References
----------
Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78, 1–3.
Good, I. J. (1952). Rational decisions. Journal of the Royal Statistical Society B 14, 107–114.
Kish, L. (1965). Survey Sampling. Wiley.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arguments import MOST_DRAWS, check_count, checked
from ..chapter.events import DIRECTIONS, Observation, observations
from ..family import GameFamily
from ..game import BoolArray, FloatArray
from ..names import unknown
from ..timeline import Timeline
from ..timeline import timeline as named_timeline
from .forecasts import DRAWS, Forecast, climatology, left_out, over_draws, reader, uniform
from .observed import Moved, bands_with, chances, families_with, moves, observed_process
from .process import Process
from .progress import points_bar
from .simulate import PRECISION, REVISION, Equations

if TYPE_CHECKING:
    import xarray as xr

HISTORY = "chapter_1991_2017"
LEAST_LOG = 0.01
WAYS = ("default", "box", "event out", "episode out")


@dataclass(frozen=True)
class EventTally:
    """How a forecaster did on some statements.

    Attributes
    ----------
    hits, statements : int
    log_score : float
        The mean logarithm of the probability given, no probability below .01; 0 is best.
    brier : float
        The mean of (1 − probability)²; 0 is best.
    """

    hits: int
    statements: int
    log_score: float
    brier: float


@dataclass(frozen=True, eq=False)
class EventBoard:
    """Forecasters scored on the dated events.

    Attributes
    ----------
    observations : tuple of Observation
    forecasts : tuple of Forecast
        Of every family four: at the dated values (``default``), the mean over draws (``box``), and of draws weighted by
        the other events (``event out``) or the other episodes (``episode out``); then those that know no model.
    draws, seed : int
    process : Process
        The first family's, its first column at the dated values.
    """

    observations: tuple[Observation, ...]
    forecasts: tuple[Forecast, ...] = field(repr=False)
    draws: int
    seed: int
    process: Process = field(repr=False)

    @property
    def families(self) -> tuple[str, ...]:
        """The families' names."""
        return tuple(dict.fromkeys(each.family for each in self.forecasts if each.way))

    def forecast(self, family: str, way: str = "") -> Forecast:
        """Return one forecast; ``ValueError`` if there is none of that name."""
        found = {(each.family, each.way): each for each in self.forecasts}
        if (family, way) not in found:
            names = [each.name for each in self.forecasts]
            raise ValueError(unknown("forecast", f"{family}, {way}" if way else family, names))
        return found[family, way]

    def given(self, forecast: Forecast) -> FloatArray:
        """Return the probability that a forecaster gave to what was observed, shape (observations,)."""
        return forecast.chances[np.arange(len(self.observations)), [each.code for each in self.observations]]

    def tally(self, forecast: Forecast, told: str | None = None, nature: str | None = None) -> EventTally:
        """Score a forecaster on the statements that are told in one way, or of one nature."""
        chosen = self._where(told, nature)
        given = self.given(forecast)[chosen]
        if not len(given):
            return EventTally(0, 0, float("nan"), float("nan"))
        logs, squares = np.log(np.maximum(given, LEAST_LOG)), (1 - given) ** 2
        return EventTally(int((given > 0.5).sum()), len(given), float(logs.mean()), float(squares.mean()))

    def whole(self, forecast: Forecast) -> tuple[str, ...]:
        """Return the events of which every stated statement is a hit."""
        hit = self.given(forecast) > 0.5
        stated = [each.told == "stated" for each in self.observations]
        missed = {
            each.event for each, yes, asked in zip(self.observations, hit, stated, strict=True) if asked and not yes
        }
        return tuple(event for event in self.scored if event not in missed)

    @property
    def scored(self) -> tuple[str, ...]:
        """The events that are scored."""
        return tuple(dict.fromkeys(each.event for each in self.observations))

    @cached_property
    def moved(self) -> Mapping[tuple[str, int, int], Moved]:
        """What moved each measure under the first family at the dated values, by measure and years."""
        return moves(self.process, self.observations)

    def _where(self, told: str | None, nature: str | None) -> BoolArray:
        return np.array([told in (None, each.told) and nature in (None, each.nature) for each in self.observations])

    def to_dataset(self) -> xr.Dataset:
        """Return all probabilities and scores as a Dataset (forecaster × statement × direction)."""
        import xarray as xr

        from .. import __version__

        said = self.observations
        given = np.stack([self.given(each) for each in self.forecasts])
        both = ("forecaster", "statement")
        data = {
            "chance": ((*both, "direction"), np.stack([each.chances for each in self.forecasts])),
            "probability": (both, given, {"long_name": "probability given to what was observed", "units": "1"}),
            "standard_error": (both, np.stack([each.errors for each in self.forecasts])),
            "hit": (both, given > 0.5),
            "log_score": (both, np.log(np.maximum(given, LEAST_LOG))),
            "brier": (both, (1 - given) ** 2),
        }
        names = ("event", "episode", "measure", "first", "last", "told", "nature")
        coords: dict[str, Any] = {name: ("statement", [getattr(each, name) for each in said]) for name in names}
        coords |= {"observed": ("statement", [each.direction for each in said])}
        coords |= {"forecaster": [each.name for each in self.forecasts], "direction": list(DIRECTIONS)}
        process = self.process
        about = {
            "source": f"triangle {__version__}",
            "draws": self.draws,
            "seed": self.seed,
            "timeline": process.timeline.name,
            "precision": process.precision,
            "revision": process.revision,
            "equations": " ".join(equation.name for equation in process.equations),
        }
        return xr.Dataset(data, coords, about)

    def to_dict(self) -> dict[str, Any]:
        """Return the scoreboard as plain data, ready for JSON."""
        from ..chapter.events import events

        return {
            "draws": self.draws,
            "seed": self.seed,
            "forecasters": {each.name: self._tallied(each) for each in self.forecasts},
            "statements": [self._statement(k) for k in range(len(self.observations))],
            "unscored": {key: each.unscored for key, each in events().items() if key not in self.scored},
        }

    def _tallied(self, forecast: Forecast) -> dict[str, Any]:
        told = {told: vars(self.tally(forecast, told)) for told in ("stated", "inferred")}
        consequences = vars(self.tally(forecast, nature="consequence"))
        fitted = {"exponents": forecast.exponents, "effective": forecast.effective} if forecast.exponents else {}
        return {**told, "consequence": consequences, "events": list(self.whole(forecast)), **fitted}

    def _statement(self, k: int) -> dict[str, Any]:
        said = self.observations[k]
        return {
            **vars(said),
            "probability": {each.name: float(self.given(each)[k]) for each in self.forecasts},
            "moved": vars(self.moved[said.asked]),
        }

    def __str__(self) -> str:
        from ..views.scoreboard import as_plain

        return as_plain(self)

    def _repr_html_(self) -> str:
        from ..views.scoreboard import as_page

        return as_page(self)


@checked
def scoreboard(
    models: Mapping[str, GameFamily] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    *,
    timeline: str | Path | Timeline = HISTORY,
    precision: float = PRECISION,
    revision: float = REVISION,
    equations: Equations = "all",
    bands: Mapping[str, float] | None = None,
    exponent: float | None = None,
    threads: int | None = None,
    progress: bool | None = None,
) -> EventBoard:
    """Score families, and forecasters that know no model, on the chapter's dated events.

    Parameters
    ----------
    models : mapping of str to GameFamily, optional
        The chapter's family and its three rivals if not given; of these the last, ``indifferent``, is the null.
    draws : int
        Sobol points of each family's plausible ranges, from 2 on.
    seed : int
        Of the draws.
    timeline : str, Path or Timeline
    precision, revision, equations
        As for `triangle.simulate`; a law is propagated, with states at their means.
    bands : mapping of str to float, optional
        Other sizes of the bands that count as no change, by measure: ``intensity``, ``foundation``, ``investment``
        (relative to the first year), ``transfer``, ``gap``, ``depth``, ``stance``.
    exponent : float, optional
        Of the weights when an event or an episode is left out (see `triangle.studies.forecasts`).
    threads : int, optional
    progress : bool, optional
        Show a bar; on a terminal if not given.

    Returns
    -------
    EventBoard

    Raises
    ------
    ValueError
        A number out of range, an unknown measure, a timeline without the events' years, a family without the chapter's
        stances, or an exponent that leaves too small an effective sample.

    Examples
    --------
    >>> board = scoreboard(draws=64)
    >>> stated = board.tally(board.forecast("chapter", "default"), "stated")
    >>> stated.hits, stated.statements
    (22, 26)
    >>> board.tally(board.forecast("uniform"), "stated").hits
    0
    """
    families = families_with(models)
    draws = check_count("draws", draws, 2, MOST_DRAWS)
    said, widths = observations(), bands_with(bands)
    line = named_timeline(timeline)
    processes = {
        name: observed_process(model, line, precision, revision, seed, equations, draws)
        for name, model in families.items()
    }
    found: list[Forecast] = []
    with points_bar(len(families) * draws, progress, work="score", unit="draws") as more:
        for name, process in processes.items():
            found += _forecasts(name, chances(process, said, widths, threads), said, exponent)
            more(draws)
    found += [climatology(said), reader(said), uniform(said)]
    return EventBoard(said, tuple(found), draws, seed, next(iter(processes.values())))


def _forecasts(
    name: str, drawn: FloatArray, said: tuple[Observation, ...], exponent: float | None
) -> Iterable[Forecast]:
    default, box = drawn[:, :, :1], drawn[:, :, 1:]
    yield over_draws(name, WAYS[0], default, said)
    yield over_draws(name, WAYS[1], box, said)
    yield left_out(name, WAYS[2], box, said, lambda each: each.event, exponent)
    yield left_out(name, WAYS[3], box, said, lambda each: each.episode, exponent)
