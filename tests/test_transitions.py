"""How likely a measure is to fall, stay or rise between two years: against the joint law written down by hand."""

from dataclasses import replace

import numpy as np
import pytest

from through_time import CHAPTER, MODEL, NO_TIE, dated, dense_kernel
from triangle.chapter.events import observations
from triangle.studies.observed import BANDS, chances, observed_process
from triangle.studies.simulate import prepare, simulate
from triangle.studies.transitions import Band, Span, transitions
from triangle.timeline import steady, timeline

WEST = {"West": MODEL.payoffs()[0]}


def two_years(*commitments):
    line = replace(steady(MODEL, dated(), len(commitments)), commitments=commitments)
    return prepare(MODEL, line, 20.0, 3.0, 0, (), None, NO_TIE, [])


@pytest.fixture(scope="module")
def year():
    return np.linalg.matrix_power(dense_kernel(MODEL.payoffs(), 20, 0.25), 12)


@pytest.mark.parametrize("second", ["pressure/engage", "accommodate/engage"])
@pytest.mark.parametrize("band", [Band(0.0), Band(0.3), Band(0.5, relative=True)])
def test_a_change_of_a_measure_has_the_chance_of_the_pairs_of_profiles_between_which_it_changes(year, second, band):
    size, form = MODEL.form.size, MODEL.form
    entering = np.zeros((size, size))
    for p in range(size):
        entering[p, form.flat((second, *form.profile(p)[1:]))] = 1
    before = year[form.flat(NO_TIE)]
    joint = before[:, None] * (entering @ year)
    values = WEST["West"].ravel()
    change = values[None, :] - values[:, None]
    width = band.size * abs(values[:, None]) if band.relative else band.size
    expected = [(joint * where).sum() for where in (change < -width, abs(change) <= width, change > width)]
    found = transitions(two_years("pressure/engage", second), [Span("West", 1, 2)], {"West": band}, WEST)
    np.testing.assert_allclose(found[0, :, 0], expected, atol=1e-12)
    assert sum(value > 0.01 for value in expected) >= 1


def test_chances_agree_with_runs_when_the_west_plays_in_between():
    process = two_years("pressure/engage", None, "accommodate/engage")
    found = transitions(process, [Span("West", 1, 3), Span("West", 2, 3)], {"West": Band(0.1)}, WEST)[:, :, 0]
    profiles = simulate(MODEL, process.timeline, 4096, equations=(), measures=[], start=NO_TIE).runs.profile.values
    payoffs = WEST["West"].ravel()[profiles]
    for chances_, first in zip(found, (0, 1), strict=True):
        change = payoffs[:, 2] - payoffs[:, first]
        share = np.array([(change < -0.1).mean(), (abs(change) <= 0.1).mean(), (change > 0.1).mean()])
        np.testing.assert_array_less(abs(share - chances_), 4 * np.sqrt(chances_ * (1 - chances_) / 4096) + 1e-4)


def test_spans_that_overlap_do_not_disturb_one_another():
    process = two_years(*["pressure/engage", "accommodate/engage"] * 3)
    spans = [Span("West", first, last) for first in range(1, 6) for last in range(first + 1, 7)]
    bands = {"West": Band(0.1)}
    together = transitions(process, spans, bands, WEST)
    alone = np.concatenate([transitions(process, [span], bands, WEST) for span in spans])
    np.testing.assert_allclose(together, alone, atol=1e-12)
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-12)


def test_chances_agree_with_runs_in_which_the_states_are_not_their_means():
    said = [each for each in observations() if each.measure in ("intensity", "transfer")]
    line = timeline(CHAPTER, MODEL)
    given = chances(observed_process(MODEL, line, 20.0, 3.0, 0, "all", 64), said, BANDS)[:, :, 1:].mean(axis=2)
    runs = simulate(MODEL, line, 2048, draws=64, measures=["intensity", "transfer"]).runs
    for each, expected in zip(said, given, strict=True):
        before, after = (runs[each.measure].sel(year=year).values for year in (each.first, each.last))
        band = BANDS[each.measure]
        width = band.size * abs(before) if band.relative else band.size
        share = [
            (after - before < -width).mean(),
            (abs(after - before) <= width).mean(),
            (after - before > width).mean(),
        ]
        noise = np.sqrt(expected * (1 - expected) / 2048)
        np.testing.assert_array_less(abs(share - expected), 4 * noise + 0.02, err_msg=str(each))


def test_draws_in_several_pieces_on_several_threads_are_the_same_to_the_bit():
    said = observations()[:4]
    process = observed_process(MODEL, timeline(CHAPTER, MODEL).until(2004), 20.0, 3.0, 0, (), 150)
    first, again = (chances(process, said, BANDS, threads) for threads in (1, 2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(("span", "told"), [(Span("West", 2, 2), "after it begins"), (Span("West", 1, 9), "not 9")])
def test_a_span_that_cannot_be_is_refused(span, told):
    with pytest.raises(ValueError, match=told):
        transitions(two_years("pressure/engage", "pressure/engage"), [span], {"West": Band(0)}, WEST)
