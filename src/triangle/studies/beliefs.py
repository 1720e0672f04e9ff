"""What the West comes to believe of Russia: the offer's stage played through the years of a timeline.

Russia is of one type in all years of a run. In a year in which the West is held to a commitment that is its reply, and
Russia, whose offer would change nothing, is silent. In a year in which the West plays the two play an equilibrium of
the stage at the West's belief of the moment. Then the depth of the tie is drawn: Russia chooses with logit
probabilities among what its actions are worth to its type. The West sees the offer and the depth, and updates by Bayes'
rule, knowing all of these probabilities. So its belief is a martingale under its own prior.

Without lapses one observation could be final. With probability ``lapse`` an offer, and likewise the depth, is drawn at
random: in what happens and in what the West reckons with. The equilibrium itself is that of the stage without lapses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from ..arguments import MOST_RUNS, check_count, checked
from ..chapter.form import FORM, WEST
from ..chapter.offer import MESSAGES, PLACE, REPLIES, TYPES, OfferStage, Seen, offer_stage, probability
from ..family import GameFamily
from ..game import FloatArray
from ..names import unknown
from ..solvers.signaling import SignalingEquilibrium, SignalingResult
from ..timeline import Timeline, timeline
from .offers import toward_china
from .process import BLOCK
from .simulate import PRECISION

if TYPE_CHECKING:
    import xarray as xr

Selection = Literal["informative", "silence"]
LAPSE = 0.01
_TYPES, _YEAR = 2, 3
"""Streams of random numbers, apart from those of `triangle.simulate`."""


@dataclass(frozen=True, eq=False)
class YearOfBelief:
    """How likely what is in a year.

    Attributes
    ----------
    offers : callable
        From the West's beliefs, shape (runs,), the probability of an offer by type without lapses, shape (2, runs).
    accepts : callable
        From the beliefs the probability of accommodation by message, shape (2, runs).
    depth : ndarray, shape (types, replies, depths)
        The probability of each depth of the tie.
    needed : float
        The belief from which on the West would accommodate.
    lapse : float
        The probability that the message is at random.
    """

    offers: Callable[[FloatArray], FloatArray]
    accepts: Callable[[FloatArray], FloatArray]
    depth: FloatArray
    needed: float
    lapse: float


@checked
def beliefs(
    model: GameFamily,
    source: str | Path | Timeline,
    prior: float = 0.5,
    runs: int = 1000,
    seed: int = 0,
    *,
    cost: float | None = None,
    suspend: float | None = None,
    west: Literal["timeline", "plays"] = "timeline",
    selection: Selection = "informative",
    genuine: float | None = None,
    place: float = PLACE,
    china_sees: Seen = "trust",
    precision: float = PRECISION,
    lapse: float = LAPSE,
) -> xr.Dataset:
    """Simulate offers, replies, the tie and the West's belief through the years of a timeline.

    Parameters
    ----------
    model : GameFamily
        The chapter's triangle.
    source : str, Path or Timeline
    prior : float
        The West's belief before the first year that Russia is genuine.
    runs : int
    seed : int
        From 0 to 2^64 - 1. Equal seeds give equal bits; fewer runs are the first of more; and the random numbers do not
        depend on anything else, so that two calls can be compared run by run.
    cost, suspend : float, optional
        What an offer costs (see `OfferStage.costs`); a cost of .05 if neither is given.
    west : {"timeline", "plays"}
        Whether the timeline's commitments hold, or the West replies as it likes in every year.
    selection : {"informative", "silence"}
        Which equilibrium is played where there are several: the one whose messages tell the West most, or the one in
        which Russia is silent.
    genuine : float, optional
        The share of runs in which Russia is genuine, if the West is wrong about it; the prior if not given.
    place, china_sees
        See `triangle.chapter.offer.offer_stage`.
    precision : float
        Of Russia's logit choice; infinite for what is best.
    lapse : float
        The probability that an offer, or the depth, is at random.

    Returns
    -------
    xarray.Dataset, dimensions (run, year)
        ``type`` of each run; ``offer`` and ``reply`` (codes); ``depth``; ``belief`` at the year's end; and by year
        ``belief_needed``.

    Raises
    ------
    ValueError
        A number out of range, an unknown option, a faulty timeline, or a year without the stage.

    Examples
    --------
    >>> import triangle as tri
    >>> found = beliefs(tri.chapter_model(), "chapter_1991_2017", prior=0.5, runs=400)
    >>> [round(float(found.belief.sel(year=1991).where(found.type == kind).mean()), 2) for kind in (0, 1)]
    [0.01, 0.99]
    """
    _checked(runs, seed, west, selection, precision)
    prior, lapse = probability("prior", prior), probability("lapse", lapse)
    share = prior if genuine is None else probability("genuine", genuine)
    if cost is None and suspend is None:
        cost = 0.05
    line = timeline(source, model)
    steps = _years(model, line, west, place, china_sees, precision, lapse, selection, cost, suspend)
    draws = [_uniforms(seed, block, line) for block in range(-(-runs // BLOCK))]
    first, rest = (np.concatenate(parts, axis=-1)[..., :runs] for parts in zip(*draws, strict=True))
    kind = (first < share).astype(np.int8)
    belief = np.full(runs, prior)
    shape = (runs, len(line.years))
    kept: dict[str, Any] = {name: np.empty(shape, dtype=np.int8) for name in ("offer", "reply", "depth")}
    kept["belief"] = np.empty(shape)
    for y, step in enumerate(steps):
        told, belief = _year(step, kind, belief, rest[y])
        for name, values in {**told, "belief": belief}.items():
            kept[name][:, y] = values
    settings: dict[str, Any] = {"prior": prior, "genuine": share, "seed": seed, "runs": runs, "west": west}
    settings |= {"selection": selection, "place": place, "china_sees": china_sees}
    settings |= {"precision": precision, "lapse": lapse}
    settings["offer_costs"] = f"cost {cost:g}" if cost is not None else f"suspends {suspend:g} of the tie"
    return _labelled(model, line, kind, kept, [step.needed for step in steps], settings)


def _year(step: YearOfBelief, kind: Any, belief: FloatArray, numbers: FloatArray) -> tuple[dict[str, Any], FloatArray]:
    """Return what happens in a year in every run, and the belief at its end."""
    runs = np.arange(len(kind))
    offers = (1 - step.lapse) * step.offers(belief) + step.lapse / 2
    offer = (numbers[0] < offers[kind, runs]).astype(np.int8)
    reply = (numbers[1] < step.accepts(belief)[offer, runs]).astype(np.int8)
    told = np.where(offer == 1, offers, 1 - offers)
    edges = np.cumsum(step.depth, axis=-1)[kind, reply]
    depth = (numbers[2][:, None] >= edges[:, :-1]).sum(axis=-1).astype(np.int8)
    likely = told * step.depth[:, reply, depth]
    return {"offer": offer, "reply": reply, "depth": depth}, updated(belief, likely)


def updated(belief: FloatArray, likely: FloatArray) -> FloatArray:
    """Return beliefs after an observation, by Bayes' rule.

    Parameters
    ----------
    belief : ndarray, shape (runs,)
    likely : ndarray, shape (2, runs)
        The probability of what is seen, by type. Where it could not happen the belief stays.

    Examples
    --------
    >>> updated(np.array([0.5, 0.5]), np.array([[0.2, 0.0], [0.8, 0.0]]))
    array([0.8, 0.5])
    """
    seen = belief * likely[1]
    total = seen + (1 - belief) * likely[0]
    return np.asarray(np.divide(seen, total, out=belief.copy(), where=total > 0))


def _years(
    model: GameFamily,
    line: Timeline,
    west: str,
    place: float,
    china_sees: Seen,
    precision: float,
    lapse: float,
    selection: Selection,
    cost: float | None,
    suspend: float | None,
) -> list[YearOfBelief]:
    """Return how each year goes; years that are alike share one."""
    made: dict[Any, YearOfBelief] = {}
    found = []
    for y, year in enumerate(line.years):
        action = line.commitments[y]
        values = {name: float(array[y]) for name, array in line.values.items() if name in model.defaults}
        key = (action, *values.values())
        if key not in made:
            stage = offer_stage(model, values, place, china_sees, toward_china(action))
            if np.isnan(stage.worth).any():
                raise ValueError(f"{line.name}, {year}: the model has no single equilibrium with a tie to leave")
            stage.costs(cost, suspend)
            held = action is not None and west == "timeline"
            offers, accepts = _held(action) if held else _played(stage, selection, cost, suspend)
            made[key] = YearOfBelief(
                offers, accepts, _depths(stage, precision, lapse), float(stage.belief_needed), lapse
            )
        found.append(made[key])
    return found


Chances = Callable[[FloatArray], FloatArray]


def _held(action: str | None) -> tuple[Chances, Chances]:
    player = FORM.player(WEST)
    accommodates = action is not None and "accommodate" in player.choices[player.action(action)]

    def offers(belief: FloatArray) -> FloatArray:
        return np.zeros((2, len(belief)))

    def accepts(belief: FloatArray) -> FloatArray:
        return np.full((2, len(belief)), float(accommodates))

    return offers, accepts


def _played(
    stage: OfferStage, selection: Selection, cost: float | None, suspend: float | None
) -> tuple[Chances, Chances]:
    """Return the selected equilibrium's probabilities as functions of the belief.

    Which equilibria there are depends on the belief only by the side of ``belief_needed`` that it is on. Where a type
    mixes it does so that the belief after the message is that one: its odds of the shared message go with those of the
    prior.
    """
    needed = float(stage.belief_needed)
    below, above = (0.5, 0.5) if not 0 < needed < 1 else (needed / 2, (1 + needed) / 2)
    chosen = [(at, _selected(stage.solve(at, cost, suspend), at, selection)) for at in (below, above)]

    def offers(belief: FloatArray) -> FloatArray:
        parts = [_offers(play.sender[0], at, belief) for at, play in chosen]
        return np.where(belief < needed, *parts)

    def accepts(belief: FloatArray) -> FloatArray:
        parts = [np.repeat(play.receiver[0][:, None], len(belief), axis=1) for _, play in chosen]
        return np.where(belief < needed, *parts)

    return offers, accepts


def _offers(sender: FloatArray, at: float, belief: FloatArray) -> FloatArray:
    """Return the probability of an offer by type at other beliefs than the one at which the stage was solved."""
    out = np.repeat(sender[:, None], len(belief), axis=1)
    with np.errstate(divide="ignore"):
        ratio = (belief / (1 - belief)) / (at / (1 - at))
        for kind in range(2):
            if 0 < sender[kind] < 1:
                shared = sender[1 - kind]
                mixed = sender[kind] if shared == 1 else 1 - sender[kind]
                scaled = np.clip(mixed * ratio if kind == 0 else mixed / ratio, 0.0, 1.0)
                out[kind] = scaled if shared == 1 else 1 - scaled
    return out


def _selected(found: SignalingResult, prior: float, selection: Selection) -> SignalingEquilibrium:
    """Return the equilibrium that is played; of a set its first member is."""
    silent = [each for each in found if each.sender[0].max() == 0]
    if selection == "silence" and silent:
        return silent[0]
    return max(found, key=lambda each: _told(each.sender[0], prior))


def _told(sender: FloatArray, prior: float) -> float:
    """Return how much the message is expected to move the belief: the variance of what follows it."""
    sends = np.stack([1 - sender, sender], axis=1)
    weights = np.array([1 - prior, prior])[:, None] * sends
    chance = weights.sum(axis=0)
    after = np.divide(weights[1], chance, out=np.full(2, prior), where=chance > 0)
    return round(float(chance @ (after - prior) ** 2), 12)


def _depths(stage: OfferStage, precision: float, lapse: float) -> FloatArray:
    """Return the probability of each depth of the tie, shape (types, replies, depths)."""
    gaps = stage.worth - stage.worth.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore"):  # what is steep enough to overflow has no weight
        weights = (gaps >= -1e-9).astype(np.float64) if np.isinf(precision) else np.exp(precision * gaps)
    weights /= weights.sum(axis=-1, keepdims=True)
    out = np.zeros((2, 2, 3))
    for reply in range(2):
        possible = np.unique(stage.depths[reply])
        for depth in possible.tolist():
            out[:, reply, depth] = weights[:, reply][:, stage.depths[reply] == depth].sum(axis=-1)
        out[:, reply] *= 1 - lapse
        out[:, reply, possible] += lapse / len(possible)
    return out


def _uniforms(seed: int, block: int, line: Timeline) -> tuple[FloatArray, FloatArray]:
    """Return a block's random numbers: for the type, and for offer, reply and depth in every year."""

    def stream(number: int, year: int) -> np.random.Generator:
        key = np.array([seed, block], dtype=np.uint64)
        counter = np.array([0, 0, number, year % 2**64], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=key, counter=counter))

    return stream(_TYPES, 0).random(BLOCK), np.stack([stream(_YEAR, year).random((3, BLOCK)) for year in line.years])


def _checked(runs: Any, seed: Any, west: Any, selection: Any, precision: Any) -> None:
    check_count("runs", runs, 1, MOST_RUNS)
    check_count("seed", seed, 0, 2**64 - 1)
    if west not in ("timeline", "plays"):
        raise ValueError(unknown("option of west", west, ("timeline", "plays")))
    if selection not in get_args(Selection):
        raise ValueError(unknown("selection", selection, get_args(Selection)))
    if isinstance(precision, bool) or not isinstance(precision, int | float | np.number) or not precision > 0:
        raise ValueError(f"precision must be a positive number, got {precision!r}")


def _labelled(
    model: GameFamily, line: Timeline, kind: Any, kept: dict[str, Any], needed: list[float], settings: dict[str, Any]
) -> xr.Dataset:
    import xarray as xr

    from .. import __version__

    def codes(name: str, labels: tuple[str, ...]) -> dict[str, Any]:
        flags = np.arange(len(labels), dtype=np.int8)
        return {"long_name": name, "flag_values": flags, "flag_meanings": " ".join(labels)}

    about = {
        "type": codes("Russia's type", TYPES),
        "offer": codes("Russia's message", MESSAGES),
        "reply": codes("the West's reply", REPLIES),
        "depth": codes("depth of the tie", ("none", "partnership", "alliance")),
        "belief": {"long_name": "the West's belief that Russia is genuine, at the year's end", "units": "1"},
    }
    data: dict[str, Any] = {"type": ("run", kind, about["type"])}
    data |= {name: (("run", "year"), values, about[name]) for name, values in kept.items()}
    told = {"long_name": "belief from which on the West accommodates", "units": "1"}
    data["belief_needed"] = ("year", np.array(needed), told)
    attrs = {
        "title": f"{line.title}: what the West comes to believe",
        "source": f"triangle {__version__}, model {model.name}",
        "model_digest": model.digest,
        "timeline": line.name,
        **settings,
    }
    return xr.Dataset(data, {"year": list(line.years), "run": np.arange(len(kind))}, attrs)
