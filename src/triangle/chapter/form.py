"""The three players of the triangle, their stances, and the events in a profile that payoffs depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..game import FloatArray, GameForm, Player
from ..parts import Coalition

WEST, RUSSIA, CHINA = "West", "Russia", "China"
TIE = ("distance", "partner", "ally")

FORM = GameForm(
    (
        Player(WEST, {RUSSIA: ("pressure", "accommodate"), CHINA: ("contain", "engage")}),
        Player(RUSSIA, {WEST: ("confront", "cooperate"), CHINA: TIE}),
        Player(CHINA, {WEST: ("challenge", "cooperate"), RUSSIA: TIE}),
    )
)
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
    def pressure(self) -> FloatArray:
        """The West presses Russia."""
        return self._is(WEST, RUSSIA, "pressure")

    @cached_property
    def accommodate(self) -> FloatArray:
        """The West accommodates Russia."""
        return self._is(WEST, RUSSIA, "accommodate")

    @cached_property
    def engage(self) -> FloatArray:
        """The West engages China."""
        return self._is(WEST, CHINA, "engage")

    @cached_property
    def contain(self) -> FloatArray:
        """The West contains China."""
        return self._is(WEST, CHINA, "contain")

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
        """The West accommodates and Russia cooperates."""
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
