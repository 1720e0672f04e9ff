"""The players, their stances, and the events in a profile that payoffs depend on.

The West is one player in the triangle and two, the United States and the European Union, in the variant ``quad``. What
it does and bears is written once, for either: `Events` reads from the form who acts for it, and weighs their acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..game import FloatArray, GameForm, Player
from ..parts import Coalition
from ..polynomial import monomial
from .shared import Shared

WEST, RUSSIA, CHINA = "West", "Russia", "China"
US, EU = "US", "EU"
TIE = ("distance", "partner", "ally")
WESTERN = {RUSSIA: ("pressure", "accommodate"), CHINA: ("contain", "engage")}
"""The stances that the West takes, or each of those who act for it."""


def _form(*western: str) -> GameForm:
    east = (
        Player(RUSSIA, {WEST: ("confront", "cooperate"), CHINA: TIE}),
        Player(CHINA, {WEST: ("challenge", "cooperate"), RUSSIA: TIE}),
    )
    return GameForm((*(Player(name, WESTERN) for name in western), *east))


FORM = _form(WEST)
QUAD = _form(US, EU)
LINK = Coalition.link(RUSSIA, CHINA)
COMMITMENTS: Mapping[str, str] = {
    "PE": "pressure/engage",
    "PC": "pressure/contain",
    "AE": "accommodate/engage",
    "AC": "accommodate/contain",
}
"""The West's four commitments: pressure or accommodate Russia, engage or contain China."""


@dataclass(frozen=True)
class Events:
    """Indicators over the profiles of a form, each an array of 0.0 and 1.0 of the form's shape."""

    form: GameForm

    def _is(self, player: str, toward: str, stance: str) -> FloatArray:
        return self.form.indicator(player, toward, stance)

    @cached_property
    def western(self) -> tuple[str, ...]:
        """Who acts for the West."""
        return tuple(name for name in self.form.names if name not in (RUSSIA, CHINA))

    def by(self, player: str, stance: str) -> FloatArray:
        """Return where a Western player takes one of the stances pressure, accommodate, contain, engage."""
        (toward,) = (toward for toward, options in WESTERN.items() if stance in options)
        return self._is(player, toward, stance)

    def _all(self, stance: str) -> FloatArray:
        return np.asarray(np.prod([self.by(player, stance) for player in self.western], axis=0))

    def portion(self, player: str, share: str) -> Shared:
        """Return a Western player's portion: all for a player alone; of two, the share, and 1 less the share.

        Parameters
        ----------
        player : str
        share : str
            The parameter that is the share of the first of the two.
        """
        whole = np.ones(self.form.shape)
        if len(self.western) == 1:
            return Shared.of(whole)
        first = Shared({monomial(share): whole})
        return first if player == self.western[0] else 1 - first

    def weighed(self, stance: str, share: str) -> Shared:
        """Return how far the West takes a stance: what each does for it, weighed with the portions."""
        acts = (self.by(player, stance) * self.portion(player, share) for player in self.western)
        return sum(acts, Shared({}))

    def borne(self, share: str, outcome: FloatArray | Shared, act: str = "") -> dict[str, Shared]:
        """Return what each Western player bears: its portion of an outcome, only where it takes ``act`` if given."""
        return {
            player: self.portion(player, share) * outcome * (self.by(player, act) if act else 1.0)
            for player in self.western
        }

    @cached_property
    def pressure(self) -> FloatArray:
        """The West presses Russia; where two act for it, both do."""
        return self._all("pressure")

    @cached_property
    def accommodate(self) -> FloatArray:
        """The West accommodates Russia; where two act for it, both do."""
        return self._all("accommodate")

    @cached_property
    def engage(self) -> FloatArray:
        """The West engages China; where two act for it, both do."""
        return self._all("engage")

    @cached_property
    def contain(self) -> FloatArray:
        """The West contains China; where two act for it, both do."""
        return self._all("contain")

    @cached_property
    def confront(self) -> FloatArray:
        """Russia confronts the West."""
        return self._is(RUSSIA, WEST, "confront")

    @cached_property
    def russia_cooperates(self) -> FloatArray:
        """Russia cooperates with the West."""
        return self._is(RUSSIA, WEST, "cooperate")

    @cached_property
    def challenge(self) -> FloatArray:
        """China challenges the West."""
        return self._is(CHINA, WEST, "challenge")

    @cached_property
    def china_cooperates(self) -> FloatArray:
        """China cooperates with the West."""
        return self._is(CHINA, WEST, "cooperate")

    @cached_property
    def detente(self) -> FloatArray:
        """The West accommodates (see `accommodate`) and Russia cooperates."""
        return self.accommodate * self.russia_cooperates

    @cached_property
    def offer_russia(self) -> FloatArray:
        """What Russia offers China: 0 distance, 1 partnership, 2 alliance."""
        return sum((level * self._is(RUSSIA, CHINA, TIE[level]) for level in (1, 2)), np.zeros(self.form.shape))

    @cached_property
    def offer_china(self) -> FloatArray:
        """What China offers Russia."""
        return sum((level * self._is(CHINA, RUSSIA, TIE[level]) for level in (1, 2)), np.zeros(self.form.shape))

    @cached_property
    def depth(self) -> FloatArray:
        """The depth of the tie: the lesser of the two offers."""
        return np.asarray(np.minimum(self.offer_russia, self.offer_china))

    @cached_property
    def tie(self) -> FloatArray:
        """Russia and China are partners or allies."""
        return np.asarray(self.depth >= 1, dtype=np.float64)

    @cached_property
    def ally(self) -> FloatArray:
        """Russia and China are allies."""
        return np.asarray(self.depth == 2, dtype=np.float64)

    @cached_property
    def unreturned_russia(self) -> FloatArray:
        """How much more Russia offers than China returns."""
        return np.asarray(np.maximum(self.offer_russia - self.offer_china, 0.0))

    @cached_property
    def unreturned_china(self) -> FloatArray:
        """How much more China offers than Russia returns."""
        return np.asarray(np.maximum(self.offer_china - self.offer_russia, 0.0))


EVENTS = Events(FORM)
