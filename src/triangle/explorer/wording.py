"""Outcomes in plain words: one part for each stance, with the tie told once."""

from __future__ import annotations

from functools import lru_cache

from ..chapter.form import CHINA, RUSSIA, TIE
from ..game import GameForm

SPOKEN = {
    ("West", "Russia", "pressure"): "the West presses Russia",
    ("West", "Russia", "accommodate"): "the West accommodates Russia",
    ("West", "China", "contain"): "the West contains China",
    ("West", "China", "engage"): "the West engages China",
    ("Russia", "West", "confront"): "Russia confronts the West",
    ("Russia", "West", "cooperate"): "Russia cooperates with the West",
    ("China", "West", "challenge"): "China challenges the West",
    ("China", "West", "cooperate"): "China cooperates with the West",
}
OFFERED = {"distance": "offers no tie", "partner": "offers a partnership", "ally": "offers an alliance"}
MATCHED = dict(zip(TIE, ("no tie", "partners", "allies"), strict=True))


def parts(form: GameForm, profile: tuple[str, ...]) -> list[str]:
    """Return a profile in words, in an order that is the same for all profiles of a form.

    Examples
    --------
    >>> from triangle.chapter.form import FORM
    >>> parts(FORM, ("pressure/engage", "confront/partner", "challenge/partner"))[-3:]
    ['Russia confronts the West', 'China challenges the West', 'Russia and China: partners']
    """
    stances = {
        (player.name, toward): option
        for player, action in zip(form.players, profile, strict=True)
        for (toward, _), option in zip(player.stances, player.choices[player.action(action)], strict=True)
    }
    offers = [stances.pop(pair, "") for pair in ((RUSSIA, CHINA), (CHINA, RUSSIA))]
    told = [SPOKEN.get((*pair, option), _plain(*pair, option)) for pair, option in stances.items()]
    if offers[0] and offers[0] == offers[1]:
        return [*told, f"Russia and China: {MATCHED.get(offers[0], offers[0])}"]
    if all(offers):
        offered = (f"{who} {OFFERED.get(what, what)}" for who, what in zip((RUSSIA, CHINA), offers, strict=True))
        return [*told, " and ".join(offered)]
    return told


def _plain(player: str, toward: str, option: str) -> str:
    return f"{player} to {toward}: {option}" if toward else f"{player}: {option}"


@lru_cache(maxsize=8)
def outcomes(form: GameForm) -> dict[str, list[str] | list[list[int]]]:
    """Return every profile of a form in words: the distinct parts, and for each profile which it is made of."""
    rows = [parts(form, form.profile(profile)) for profile in range(form.size)]
    distinct = list(dict.fromkeys(part for row in rows for part in row))
    place = {part: k for k, part in enumerate(distinct)}
    return {"parts": distinct, "rows": [[place[part] for part in row] for row in rows]}
