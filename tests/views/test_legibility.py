"""Categories that stand side by side are told apart in grey print and by the colour-blind.

Stated in full: two categories differ by LIGHTER or more in lightness (CIE L*, 0 to 100) for normal, protanope and
deuteranope sight, or they differ in something that is no colour: hatch, line, marker, letter or width.
"""

from importlib import import_module
from itertools import combinations

import numpy as np
import pytest
from matplotlib import colormaps

from colour_vision import apart, lab
from triangle.views.plot.style import PALETTE, SEQUENTIAL, ink_on

LIGHTER = 15
HUE = 12


NAMES = ("claim", "hysteresis", "responses", "thresholds", "tornado", "triangle", "verdicts", "waterfall")
M = {name: import_module(f"triangle.views.plot.{name}") for name in NAMES}
CATEGORIES = {
    "claim": {"holds": (M["claim"].HOLDS, ""), "fails": (M["claim"].FAILS, "//")},
    "hysteresis": {"up": (M["hysteresis"].UP, "-"), "back": (M["hysteresis"].DOWN, "--")},
    "responses": dict(M["responses"].LOOKS) | {"first": (M["responses"].FIRST, "triangle")},
    "signs": {words: (M["thresholds"].SIGN_FILL[sign], words) for sign, words in M["thresholds"].SIGNS.items()},
    "tornado, one at a time": {"low": (M["tornado"].LOW, ""), "high": (M["tornado"].HIGH, "")},
    "tornado, indices": {"total": (M["tornado"].TOTAL, ""), "first": (M["tornado"].FIRST, "")},
    "triangle": {kind: (colour, style) for kind, (colour, style, _) in M["triangle"].STYLES.items()},
    "verdicts": dict(M["verdicts"].LOOKS),
    "waterfall": {name: (getattr(M["waterfall"], name), M["waterfall"].HATCHES[getattr(M["waterfall"], name)])
                  for name in ("GAIN", "LOSS", "WHOLE")},
}  # fmt: skip


@pytest.mark.parametrize("figure", CATEGORIES)
def test_categories_differ_in_lightness_or_in_something_that_is_no_colour(figure):
    for (one, a), (other, b) in combinations(CATEGORIES[figure].items(), 2):
        assert a[1] != b[1] or apart(a[0], b[0])[1] >= LIGHTER, f"{one} and {other}"


@pytest.mark.parametrize("figure", CATEGORIES)
def test_the_colour_blind_see_different_colours(figure):
    """Also where hatches or words tell categories apart, their colours do not fall together."""
    for (one, a), (other, b) in combinations(CATEGORIES[figure].items(), 2):
        assert apart(a[0], b[0])[0] >= HUE, f"{one} and {other}"


def test_neighbours_in_the_palette_of_regions_differ_for_the_colour_blind():
    """Regions carry letters, so that lightness need not tell all fourteen apart; the first seven differ in hue."""
    for one, other in combinations(PALETTE[:7], 2):
        assert apart(one, other)[0] >= HUE


def test_the_scale_rises_in_lightness_for_everybody():
    steps = [colormaps[SEQUENTIAL](share)[:3] for share in np.linspace(0, 1, 9)]
    for vision in ("normal", "protanopia", "deuteranopia"):
        lightness = [lab(step, vision)[0] for step in steps]
        assert (np.diff(lightness) > 5).all()


def test_words_on_colours_stand_out():
    for colour in [*PALETTE, *(colormaps[SEQUENTIAL](share)[:3] for share in np.linspace(0, 1, 21))]:
        assert abs(lab(colour)[0] - lab(ink_on(colour))[0]) > 45


def test_the_measure_of_difference_knows_what_is_hard_to_tell_apart():
    assert apart("#ff0000", "#00a000")[0] < apart("#0072B2", "#E69F00")[0]
    assert apart("#808080", "#808080") == (0, 0)
    np.testing.assert_allclose(lab("white"), [100, 0, 0], atol=1e-3)
