"""What the West comes to believe of Russia: Bayes' rule, what reveals, random numbers, and bad input."""

from dataclasses import replace

import numpy as np
import pytest

import triangle as tri
from triangle.studies.beliefs import _played, _selected, _years, beliefs, updated
from triangle.studies.offers import offer
from triangle.timeline import Change, steady, timeline

MODEL = tri.chapter_model()
CHAPTER = "chapter_1991_2017"


@pytest.fixture(scope="module")
def now():
    return offer(MODEL, "baseline_2016")


def years(west="plays", selection="informative", suspend=0.25, line=None):
    line = line or timeline(CHAPTER)
    return _years(MODEL, line, west, 1.0, "trust", 20.0, 0.02, selection, None, suspend)


@pytest.mark.parametrize("selection", ["informative", "silence"])
def test_belief_is_a_martingale_under_the_prior(selection):
    belief = np.array([0.01, 0.3, 0.7, 0.95, 0.99])
    for step in years(selection=selection)[-4:]:
        expected = np.zeros_like(belief)
        mass = np.zeros_like(belief)
        offers = (1 - step.lapse) * step.offers(belief) + step.lapse / 2
        for message, reply, depth in np.ndindex(2, 2, 3):
            accepts = step.accepts(belief)[message]
            replied = accepts if reply else 1 - accepts
            likely = (offers if message else 1 - offers) * step.depth[:, reply, depth][:, None]
            chance = replied * (belief * likely[1] + (1 - belief) * likely[0])
            expected += chance * updated(belief, likely)
            mass += chance
        np.testing.assert_allclose(mass, 1)
        np.testing.assert_allclose(expected, belief, atol=1e-12)


def test_mixing_at_another_belief_is_the_equilibrium_there(now):
    for selection in ("informative", "silence"):
        offers, accepts = _played(now, selection, None, 0.25)
        for prior in (0.05, 0.9, 0.93):
            found = _selected(now.solve(prior, suspend=0.25), prior, selection)
            np.testing.assert_allclose(offers(np.array([prior]))[:, 0], found.sender[0], atol=1e-12)
            np.testing.assert_allclose(accepts(np.array([prior]))[:, 0], found.receiver[0], atol=1e-12)


def test_one_accommodated_year_reveals_and_pressure_does_not():
    line = steady(MODEL, tri.scenario("baseline_2016"), 3)
    pressed = beliefs(MODEL, replace(line, commitments=("pressure/engage",) * 3), runs=500)
    accommodated = beliefs(MODEL, replace(line, commitments=("accommodate/engage",) * 3), runs=500)
    first = accommodated.isel(year=0)
    stood, left = (first.belief.values[first.depth.values == depth] for depth in (1, 0))
    assert stood.max() < 0.01
    assert left.min() > 0.99
    # Both types keep the tie under pressure: belief stays where it was.
    assert float(abs(pressed.belief - 0.5).max()) < 1e-3


def test_the_likelihood_without_lapses_is_the_logit_of_what_leaving_adds():
    stage = offer(MODEL, "baseline_2001")
    (step,) = _years(
        MODEL, steady(MODEL, tri.scenario("baseline_2001"), 1), "plays", 1.0, "trust", 20.0, 0.0, "silence", 0.1, None
    )
    margin = 1 - float(stage.least_place["trust"])
    found = float(updated(np.array([0.5]), step.depth[:, 1, 1][:, None])[0])
    assert 1 < found / np.exp(-20 * margin) < 2  # twice as many ways to stay, one of them at the cost of a rebuff
    assert found == pytest.approx(2e-7, abs=1e-7)


def test_a_west_below_its_threshold_never_learns_from_silence():
    line = steady(MODEL, tri.scenario("baseline_2016"), 8)
    quiet = beliefs(MODEL, line, 0.5, 300, west="plays", selection="silence", cost=0.05, lapse=0.0)
    assert not quiet.offer.any()
    assert not quiet.reply.any()
    assert float(abs(quiet.belief - 0.5).max()) < 1e-3
    told = beliefs(MODEL, line, 0.5, 300, west="plays", suspend=0.4, lapse=0.0)
    assert (told.offer == told.type).all()
    assert (told.belief == told.type).all()


def test_lapses_are_the_only_offers_where_an_offer_would_change_nothing():
    found = beliefs(MODEL, steady(MODEL, tri.scenario("baseline_2016"), 4), runs=1000, lapse=0.2, selection="silence")
    assert float(found.offer.mean()) == pytest.approx(0.1, abs=0.02)
    # They tell nothing: both types lapse alike, and pressure moves neither.
    assert float(abs(found.belief - 0.5).max()) < 1e-3


def test_the_mean_belief_stays_at_the_prior_over_runs():
    found = beliefs(MODEL, CHAPTER, 0.3, 2000, west="plays", suspend=0.25, lapse=0.05)
    error = np.sqrt(0.3 * 0.7 / 2000)
    assert float(abs(found.belief.mean("run") - 0.3).max()) < 4 * error
    wrong = beliefs(MODEL, CHAPTER, 0.3, 400, genuine=0.0)
    assert not wrong.type.any()
    assert float(wrong.belief.isel(year=-1).max()) < 0.01


def test_equal_seeds_give_equal_bits_and_fewer_runs_are_the_first_of_more():
    many, few = (beliefs(MODEL, CHAPTER, runs=runs, seed=3, west="plays") for runs in (1100, 700))
    for name in ("type", "offer", "reply", "depth", "belief"):
        assert np.array_equal(many[name].values[:700], few[name].values)
    other = beliefs(MODEL, CHAPTER, runs=700, seed=4, west="plays")
    assert not np.array_equal(other.depth.values, few.depth.values)


def test_common_random_numbers_leave_equal_years_equal():
    base = timeline(CHAPTER)
    branch = base.changed(MODEL, Change(2014, {"norm_cost": 0.2}))
    first, second = (beliefs(MODEL, line, runs=300, west="plays", lapse=0.2) for line in (base, branch))
    before, after = slice(None, 2013), slice(2014, None)
    assert first.sel(year=before).equals(second.sel(year=before))
    assert bool((first.reply.sel(year=after) != second.reply.sel(year=after)).any())
    assert np.array_equal(first.type, second.type)


@pytest.mark.parametrize("prior", [0.0, 1.0])
def test_a_certain_west_stays_certain(prior):
    found = beliefs(MODEL, CHAPTER, prior, 200, west="plays", genuine=0.5)
    assert (found.belief == prior).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"prior": 2}, "prior must be a number from 0 to 1"),
        ({"genuine": -0.1}, "genuine must be"),
        ({"lapse": float("nan")}, "lapse must be"),
        ({"runs": 0}, "runs must be a whole number from 1 to"),
        ({"seed": -1}, "seed must be"),
        ({"west": "wins"}, "unknown option of west 'wins'"),
        ({"selection": "best"}, "unknown selection 'best'"),
        ({"precision": 0}, "precision must be a positive number"),
        ({"cost": -1.0, "west": "plays"}, "cost must be"),
        ({"cost": 0.1, "suspend": 0.1, "west": "plays"}, "give one of cost and suspend"),
        ({"cost": -1.0}, "cost must be"),
    ],
)
def test_unsound_simulations_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        beliefs(MODEL, CHAPTER, **arguments)
