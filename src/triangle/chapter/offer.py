r"""Russia's offer to switch to the West, when the West cannot know whether it is meant (C18, C87).

Russia is one of two types. The *bargainer* is the Russia of the model. For the *genuine* one the foundations of the
tie weigh nothing, it is sure that the West rewards a switch, and a place in the West is worth ``place`` to it once it
has left China. Russia offers to switch, at a cost, or stays silent; the West, who believes with probability ``μ`` that
Russia is genuine, accommodates or presses; then Russia keeps the tie or leaves it. China does not learn the type and
does what it does in the model's equilibrium under the West's reply. All payoffs are entries of payoff arrays.

Write ``D`` for what a type gains by being accommodated, ``T`` for what the tie is worth to it under pressure, and
``μ*`` for the belief from which on the West accommodates::

    μ* = [u_W(press) − u_W(accommodate | bargainer)] / [u_W(accommodate | genuine) − u_W(accommodate | bargainer)]

With ``D > 0``, costs ``c > 0`` and ``0 < μ* < 1`` an equilibrium of a kind exists iff

    separating     c_g ≤ D_g and c_b ≥ D_b
    bluff          μ ≤ μ*, c_b ≤ D_b and c_g/D_g ≤ c_b/D_b: the bargainer offers with probability
                   μ(1 − μ*)/[(1 − μ)μ*], and an offer is accepted with probability c_b/D_b
    shy            μ ≥ μ*, c_g ≤ D_g and c_g/D_g ≤ c_b/D_b: the genuine one is silent just so often that silence
                   leaves the belief μ*, and silence is accommodated with probability 1 − c_g/D_g
    all offer      μ ≥ μ* and c ≤ D for both
    silence        always; the West does what its prior says

An offer that suspends a share ``κ`` of the tie costs ``κ·T``: dear to the bargainer, cheap to the genuine one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..conditions import conditions
from ..family import GameFamily, Values
from ..game import LARGEST, TOLERANCE, BoolArray, FloatArray
from ..names import unknown
from ..parts import Parameter, Term
from ..solvers.signaling import SignalingResult, signaling_equilibria
from .form import CHINA, EVENTS, FORM, RUSSIA, WEST, WESTERN

Seen = Literal["nothing", "trust", "all"]
SEEN: tuple[Seen, ...] = get_args(Seen)
TYPES = ("bargainer", "genuine")
MESSAGES = ("silence", "offer")
REPLIES = ("pressure", "accommodate")
KINDS = ("separating", "bluff", "shy", "all offer", "silence")
PLACE = 1.0
"""What a place in the West is worth to a genuine Russia, in the payoffs' unit: a judgement."""
AWAY = FORM.indicator(RUSSIA, CHINA, "distance")[0, :, 0] == 1
"""Which of Russia's actions leave the tie."""
_SWITCH = FORM.player(RUSSIA).action("cooperate/distance")

_PLACE = "place_in_the_west"


@dataclass(frozen=True, eq=False)
class OfferStage:
    """The stage at one setting of the parameters, or at a batch of them.

    Attributes
    ----------
    worth : ndarray, shape (*batch, types, replies, actions)
        What each of Russia's actions is worth to its type (bargainer, genuine) after each reply (pressure,
        accommodation). NaN where the model under a reply has no equilibrium, several, or one without a tie to leave.
    depths : ndarray of int, shape (*batch, replies, actions)
        The depth of the tie under each action.
    west : ndarray, shape (*batch, types, replies)
        What the West gets once Russia has done what is best for its type.
    leaves : ndarray of bool, shape (*batch, types, replies)
        Whether Russia then leaves the tie.
    tie_worth : ndarray, shape (*batch, types)
        What the tie is worth under pressure, ``T``.
    least_place : mapping of str to ndarray, shape (*batch,)
        The ``place`` above which the genuine type leaves once it is accommodated, by what China sees of it when the
        two settle their terms: ``nothing``; its ``trust`` in the West; or ``all``, so that China answers the West's
        place as well.
    place : float
    china_sees : {"nothing", "trust", "all"}
    """

    worth: FloatArray
    depths: NDArray[np.int8]
    west: FloatArray
    leaves: BoolArray
    tie_worth: FloatArray
    least_place: Mapping[Seen, FloatArray]
    place: float
    china_sees: Seen
    toward_china: str = "engage"

    @property
    def russia(self) -> FloatArray:
        """What each type gets by what is best for it, shape (*batch, types, replies)."""
        return np.asarray(self.worth.max(axis=-1))

    @property
    def stake(self) -> FloatArray:
        """What each type gains by being accommodated, ``D``, shape (*batch, types)."""
        return np.asarray(self.russia[..., 1] - self.russia[..., 0])

    @property
    def belief_needed(self) -> FloatArray:
        """The belief from which on the West accommodates, ``μ*``, shape (*batch,).

        Not above 0 if it accommodates anyone, above 1 if no one; infinite if it presses and the type changes nothing.
        """
        gain = self.west[..., 1] - self.west[..., 0]
        low, high = gain[..., 0], gain[..., 1]
        margin = TOLERANCE * (np.abs(self.west).max(axis=(-2, -1)))
        with np.errstate(divide="ignore", invalid="ignore"):
            met = -low / (high - low)
        alike = np.where(low >= -margin, -np.inf, np.inf)
        return np.asarray(np.where(np.isnan(low), np.nan, np.where(high - low > margin, met, alike)))

    @property
    def window(self) -> FloatArray:
        """The least and the greatest share of the tie whose suspension tells the types apart, shape (*batch, 2).

        At most 1; NaN where no share does.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.minimum(self.stake / self.tie_worth, 1.0 + np.array([1.0, 0.0]))
        low, high = ends[..., 0], ends[..., 1]
        there = (low <= high) & (high >= 0)
        return np.where(there[..., None], np.stack([np.maximum(low, 0.0), high], axis=-1), np.nan)

    def costs(self, cost: float | None = None, suspend: float | None = None) -> FloatArray:
        """Return what an offer costs each type: one cost for both, or the suspension of a share of the tie.

        Raises
        ------
        ValueError
            Both or neither; a cost below 0 or not finite; a share outside 0 to 1.
        """
        if (cost is None) == (suspend is None):
            raise ValueError("an offer has a cost or suspends a share of the tie: give one of cost and suspend")
        if cost is not None:
            if not _is_number(cost) or not 0 <= cost < math.inf:
                raise ValueError(f"cost must be a finite number, 0 or more, got {cost!r}")
            return np.full_like(self.tie_worth, cost)
        return np.asarray(probability("suspend", suspend) * self.tie_worth)

    def payoffs(self, cost: float | None = None, suspend: float | None = None) -> tuple[FloatArray, FloatArray]:
        """Return the payoffs of Russia and of the West by type, message and reply, each (*batch, 2, 2, 2)."""
        price = np.stack([np.zeros_like(self.tie_worth), self.costs(cost, suspend)], axis=-1)
        west = np.stack([self.west, self.west], axis=-2)
        return self.russia[..., None, :] - price[..., None], west

    def solve(self, prior: float, cost: float | None = None, suspend: float | None = None) -> SignalingResult:
        """Return all perfect Bayesian equilibria of one stage.

        Parameters
        ----------
        prior : float
            The West's belief that Russia is genuine.
        cost, suspend : float
            See `costs`.

        Raises
        ------
        ValueError
            A batch of stages, a stage that does not exist, a prior outside 0 to 1, or an unsound cost.

        Examples
        --------
        >>> import triangle as tri
        >>> stage = offer_stage(tri.chapter_model(), {})
        >>> [found.kind for found in stage.solve(0.5, suspend=0.35) if found.intuitive]
        ['separating']
        """
        if self.russia.ndim > 2:
            raise ValueError(f"one stage is solved at a time, got a batch of shape {self.russia.shape[:-2]}")
        if np.isnan(self.russia).any():
            raise ValueError("the stage does not exist here: the model has no single equilibrium with a tie to leave")
        probability("prior", prior)
        return signaling_equilibria(*self.payoffs(cost, suspend), prior)

    def kinds(self, prior: ArrayLike, costs: ArrayLike) -> dict[str, BoolArray]:
        """Return where an equilibrium of each kind exists, by the closed forms of the module's notes.

        Parameters
        ----------
        prior : array_like
        costs : array_like, shape (…, 2)
            By type; the rest broadcasts with the prior.

        Raises
        ------
        ValueError
            A batch; a belief needed outside 0 to 1, a type that loses by being accommodated, a cost of 0 or below.
        """
        needed, stake = float(self.belief_needed), self.stake
        paid = np.asarray(costs, dtype=np.float64)
        if not 0 < needed < 1 or (stake <= 0).any() or (paid <= 0).any():
            raise ValueError(
                "the closed forms hold where the belief needed is between 0 and 1, both types gain by being "
                f"accommodated and costs are above 0; got {needed:.3f}, gains {stake.tolist()}; use solve"
            )
        share = paid / stake
        low, high = share[..., 0], share[..., 1]
        belief = np.asarray(prior, dtype=np.float64)
        doubtful, hopeful = belief <= needed, belief >= needed
        found = {
            "separating": (high <= 1) & (low >= 1),
            "bluff": doubtful & (low <= 1) & (high <= low),
            "shy": hopeful & (high <= 1) & (high <= low),
            "all offer": hopeful & (low <= 1) & (high <= 1),
            "silence": np.ones_like(low, dtype=bool),
        }
        shape = np.broadcast_shapes(belief.shape, low.shape)
        return {kind: np.broadcast_to(there, shape) for kind, there in found.items()}


def offer_stage(
    model: GameFamily,
    values: Values,
    place: float = PLACE,
    china_sees: Seen = "trust",
    toward_china: str = "engage",
) -> OfferStage:
    """Return the stage at a setting of the parameters.

    Parameters
    ----------
    model : GameFamily
        The chapter's triangle, or a family on the same stances with a tie.
    values : mapping of str to scalar or array
        As for `GameFamily.payoffs`; arrays give a batch of stages.
    place : float
        What a place in the West is worth to the genuine type.
    china_sees : {"nothing", "trust", "all"}
        What China knows of the genuine type when the two settle their terms.
    toward_china : {"engage", "contain"}
        What the West does to China, whatever it replies to Russia.

    Raises
    ------
    ValueError
        A model with other players or stances, or an argument that is not allowed.

    Examples
    --------
    >>> import triangle as tri
    >>> stage = offer_stage(tri.chapter_model(), {})
    >>> float(stage.belief_needed.round(2)), float(stage.least_place["trust"].round(2)), stage.window.round(2).tolist()
    (0.91, 0.6, [0.32, 1.0])
    """
    if model.form != FORM:
        raise ValueError(f"the offer is made among West, Russia and China; model {model.name!r} has other players")
    if not _is_number(place) or not 0 <= place <= LARGEST:
        raise ValueError(f"place must be a finite number, 0 or more, got {place!r}")
    if china_sees not in SEEN:
        raise ValueError(unknown("option of china_sees", china_sees, SEEN))
    if toward_china not in WESTERN[CHINA]:
        raise ValueError(unknown("stance toward China", toward_china, WESTERN[CHINA]))
    resolved = model.resolve(values)
    worths = _Worths.of(model, resolved)
    after = [_After.of(model, resolved, worths, f"{reply}/{toward_china}", place, china_sees) for reply in REPLIES]
    return OfferStage(
        worth=np.stack([each.worth for each in after], axis=-2),
        depths=np.stack([each.depths for each in after], axis=-2),
        west=np.stack([each.west for each in after], axis=-1),
        leaves=np.stack([each.leaves for each in after], axis=-1),
        tie_worth=after[0].kept - after[0].left,
        least_place=after[1].least_place,
        place=float(place),
        china_sees=china_sees,
        toward_china=toward_china,
    )


@lru_cache(maxsize=8)
def _genuine(model: GameFamily, in_contract: bool) -> GameFamily:
    """Return the family of the genuine type: no foundations for Russia, and a place in the West."""
    bare = [
        Term(
            term.name,
            term.weight,
            {player: values for player, values in term.payoffs.items() if player != RUSSIA},
            term.kind,
            term.role,
        )
        for term in model.terms
        if term.role == "foundation"
    ]
    place = Term(_PLACE, _PLACE, {RUSSIA: EVENTS.detente * (1 - EVENTS.tie)}, "context", "need" if in_contract else "")
    return model.replace(*bare).add(Parameter(_PLACE, 0.0, 0.0, 1.0), place)


@dataclass(frozen=True, eq=False)
class _Worths:
    """Payoffs over the profiles, (*batch, 4, 6, 6): the West's, and Russia's by type and by what China sees of it.

    Those of the genuine type are without a place in the West; each unit of it adds ``more``.
    """

    west: FloatArray
    bargainer: FloatArray
    genuine: Mapping[Seen, FloatArray]
    more: Mapping[Seen, FloatArray]

    @classmethod
    def of(cls, model: GameFamily, values: Values) -> _Worths:
        trusting = {**values, "trust": np.ones_like(values["trust"])} if "trust" in values else values
        place = {_PLACE: np.ones_like(next(iter(values.values())), dtype=np.float64)}
        played = model.payoffs(values)
        untrusted, trusted = (_genuine(model, False).payoffs(each)[..., 1, :, :, :] for each in (values, trusting))
        answered = _genuine(model, True).payoffs({**trusting, **place})[..., 1, :, :, :]
        welcome = np.broadcast_to(EVENTS.detente * (1 - EVENTS.tie), trusted.shape)
        return cls(
            west=played[..., 0, :, :, :],
            bargainer=played[..., 1, :, :, :],
            genuine={"nothing": untrusted, "trust": trusted, "all": trusted},
            more={"nothing": welcome, "trust": welcome, "all": answered - trusted},
        )


@dataclass(frozen=True, eq=False)
class _After:
    """What follows a reply, by type; ``kept`` and ``left`` are what is best for it with the tie and without."""

    worth: FloatArray
    depths: NDArray[np.int8]
    kept: FloatArray
    left: FloatArray
    west: FloatArray
    leaves: BoolArray
    least_place: Mapping[Seen, FloatArray]

    @classmethod
    def of(cls, model: GameFamily, values: Values, worths: _Worths, action: str, place: float, seen: Seen) -> _After:
        there, russia, china = _equilibrium(model, values, action)
        west = FORM.player(WEST).action(action)

        def row(games: FloatArray) -> FloatArray:
            return np.take_along_axis(games[..., west, :, :], china[..., None, None], axis=-1)[..., 0]

        # The terms are those of what China sees; what Russia gets by leaving is its own.
        own = {name: row(worths.genuine[name]) for name in SEEN}
        more = {name: row(worths.more[name]) for name in SEEN}
        genuine = np.where(AWAY, own["trust"] + place * more["trust"], own[seen] + place * more[seen])
        worth = np.where(there[..., None, None], np.stack([row(worths.bargainer), genuine], axis=-2), np.nan)
        # Where two actions tie, Russia does what it does in the model's equilibrium; so it stays.
        bonus = 2 * TOLERANCE * np.abs(worth).max(axis=-1, keepdims=True)
        usual = np.arange(len(AWAY)) == russia[..., None, None]
        best = np.where(there[..., None, None], worth + bonus * usual, 0.0).argmax(axis=-1)
        paid = np.take_along_axis(row(worths.west), best, axis=-1)
        gone = own["trust"][..., _SWITCH, None]
        return cls(
            worth=worth,
            depths=EVENTS.depth[west][:, china].T.reshape(*china.shape, len(AWAY)).astype(np.int8),
            kept=worth[..., ~AWAY].max(axis=-1),
            left=worth[..., AWAY].max(axis=-1),
            west=np.where(there[..., None], paid, np.nan),
            leaves=there[..., None] & AWAY[best],
            # A place makes leaving better one for one, and staying worse where China answers it.
            least_place={
                name: _crossing(there, (own[name] - gone)[..., ~AWAY], 1 - more[name][..., ~AWAY]) for name in SEEN
            },
        )


def _crossing(there: BoolArray, gains: FloatArray, slopes: FloatArray) -> FloatArray:
    """Return the place at which the last action that keeps the tie stops paying; NaN where there is none to keep."""
    slopes = np.where(there[..., None], slopes, 1.0)
    return np.where(there, (gains / slopes).max(axis=-1), np.nan)


def _equilibrium(model: GameFamily, values: Values, action: str) -> tuple[BoolArray, Any, Any]:
    """Return where the model has one equilibrium with a tie under a commitment, and Russia's and China's action."""
    stable = conditions(model, "pairwise", {WEST: action}).stable(model.monomials(values))
    single = stable.sum(axis=-1) == 1
    _, russia, china = np.unravel_index(stable.argmax(axis=-1), FORM.shape)
    tied = EVENTS.tie[FORM.player(WEST).action(action), russia, china] > 0
    return np.asarray(single & tied), np.asarray(russia), np.asarray(china)


def probability(name: str, value: Any) -> float:
    """Return a number checked to be a probability or a share."""
    if not _is_number(value) or not 0 <= value <= 1:
        raise ValueError(f"{name} must be a number from 0 to 1, got {value!r}")
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and not math.isnan(value)
