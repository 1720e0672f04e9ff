"""The dated events as data, and forecasts of them without a model: against closed forms and brute force."""

import itertools

import numpy as np
import pytest

from triangle.chapter import events as data
from triangle.chapter.claims import registry
from triangle.chapter.events import Observation, contrasts, event, events, observations
from triangle.studies.forecasts import EFFECTIVE, climatology, effective_share, left_out, over_draws, reader, uniform
from triangle.studies.observed import BANDS


def said(k, direction="up", measure="intensity", episode="", asked=None):
    first = 2000 + (k if asked is None else asked)
    return Observation(f"E{k:02d}", episode or f"e{k}", measure, first, first + 1, direction, "stated", "consequence")


# --- data ------------------------------------------------------------------------------------------------------------


def test_all_historical_events_are_there_and_those_not_scored_say_why():
    assert list(events()) == [f"E{k:02d}" for k in range(1, 23)]
    unscored = {each.id for each in events().values() if not each.observations}
    assert unscored == {"E04", "E08", "E17", "E21", "E22"}
    assert all(bool(each.unscored) == (each.id in unscored) for each in events().values())


@pytest.mark.parametrize("key", events())
def test_an_event_is_told_where_its_claims_are(key):
    found = event(key)
    claims = [registry()[name] for name in found.claims]
    told = {section for each in claims for section in (each.section, *each.also)}
    assert {found.section, *found.also} == told
    assert found.year <= found.to


def test_statements_speak_of_scored_measures_around_the_event():
    for each in observations():
        dated = event(each.event)
        assert each.measure in BANDS
        assert dated.year - 3 <= each.first < each.last <= max(dated.to, dated.year + 3)


def test_stated_inferred_and_the_three_natures_are_counted_apart():
    counts = {
        (told, nature): sum(each.told == told and each.nature == nature for each in observations())
        for told, nature in itertools.product(data.TOLD, data.NATURES)
    }
    assert counts == {
        ("stated", "consequence"): 17, ("stated", "driven"): 7, ("stated", "input"): 2,
        ("inferred", "consequence"): 6, ("inferred", "driven"): 0, ("inferred", "input"): 0,
    }  # fmt: skip


def test_contrasts_rest_on_claims_and_events_that_exist():
    for each in contrasts().values():
        assert set(each.claims) <= set(registry())
        assert each.event in events() or not each.event.startswith("E")
        assert bool(each.commitment) != bool(each.parameters)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"statements": [{"direction": "sideways"}]}, "'sideways'"),
        ({"statements": [{"told": "rumoured"}]}, "'rumoured'"),
        ({"unscored": "for a reason"}, "either statements and an episode, or the reason"),
        ({"episode": ""}, "either statements and an episode, or the reason"),
    ],
)
def test_a_faulty_entry_is_told(monkeypatch, change, told):
    good = {"measure": "gap", "from": 2000, "to": 2001, "direction": "up", "told": "stated", "nature": "input"}
    entry = {"label": "l", "text": "t", "year": 2001, "section": "S0", "claims": [], "episode": "e"} | change
    entry["statements"] = [good | each for each in change.get("statements", [{}])]
    monkeypatch.setattr(data, "read_table", lambda name: {"E01": entry})
    with pytest.raises(ValueError, match=told):
        data.events.__wrapped__()


def test_an_unknown_event_is_told():
    with pytest.raises(ValueError, match="E07"):
        event("E7")


# --- forecasts without a model ---------------------------------------------------------------------------------------


def test_uniform_gives_every_direction_a_third():
    np.testing.assert_allclose(uniform(observations()).chances, 1 / 3)


def test_climatology_counts_other_episodes_and_adds_one():
    listed = [said(1, "up"), said(2, "up"), said(3, "down"), said(4, "up", "gap"), said(5, "flat", episode="e1")]
    found = climatology(listed).chances
    np.testing.assert_allclose(found[0], [2 / 5, 1 / 5, 2 / 5])
    np.testing.assert_allclose(found[1], [2 / 6, 2 / 6, 2 / 6])
    np.testing.assert_allclose(found[3], [1 / 3, 1 / 3, 1 / 3])


def test_the_reader_has_terms_worsen_and_nothing_else_turn():
    listed = [said(1, measure=name) for name in ("intensity", "transfer", "depth")]
    np.testing.assert_allclose(reader(listed).chances, [[0.01, 0.01, 0.98], [0.98, 0.01, 0.01], [0.01, 0.98, 0.01]])


# --- leaving out -----------------------------------------------------------------------------------------------------

LISTED = [
    said(1, "up"), said(2, "down", asked=1), said(3, "flat", "gap"), said(4, "up", "gap"), said(4, "down"),
    said(5, "up", episode="e4"),
]  # fmt: skip


def drawn(seed, draws=60):
    return np.random.default_rng(seed).dirichlet([0.3] * 3, (len(LISTED), draws)).transpose(0, 2, 1)


def by_hand(chances, group, exponent):
    """The definition, one draw at a time."""
    found = np.zeros(chances.shape[:2])
    for k, each in enumerate(LISTED):
        out = [other for other in LISTED if group(other) == group(each)]
        weight = []
        for draw in range(chances.shape[2]):
            product, seen = 1.0, {other.asked for other in out}
            for row, other in reversed(list(enumerate(LISTED))):
                if other.asked not in seen:
                    seen.add(other.asked)
                    product *= max(chances[row, ["down", "flat", "up"].index(other.direction), draw], 0.05)
            weight.append(product ** exponent[group(each)])
        for direction in range(3):
            found[k, direction] = np.dot(weight, chances[k, direction]) / np.sum(weight)
    return found


@pytest.mark.parametrize("group", [lambda each: each.event, lambda each: each.episode])
@pytest.mark.parametrize("seed", range(3))
def test_left_out_forecasts_are_those_of_the_definition(group, seed):
    chances = drawn(seed)
    found = left_out("f", "w", chances, LISTED, group)
    np.testing.assert_allclose(found.chances, by_hand(chances, group, found.exponents), rtol=1e-10)
    np.testing.assert_allclose(found.chances.sum(axis=1), 1)


def test_the_exponent_is_the_largest_that_leaves_a_tenth_of_the_draws():
    chances = drawn(0)
    found = left_out("f", "w", chances, LISTED, lambda each: each.event)
    assert any(power < 1 for power in found.exponents.values())
    for out, power in found.exponents.items():
        share = found.effective[out]
        assert share >= EFFECTIVE
        assert power == 1 or share == pytest.approx(EFFECTIVE, abs=1e-6)


def test_draws_that_say_the_same_are_weighted_alike():
    chances = np.repeat(drawn(1, 1), 20, axis=2)
    found = left_out("f", "w", chances, LISTED, lambda each: each.event)
    np.testing.assert_allclose(found.chances, over_draws("f", "box", chances, LISTED).chances)
    assert set(found.exponents.values()) == {1.0}
    np.testing.assert_allclose(found.errors, 0, atol=1e-12)


def test_weights_that_rest_on_few_draws_are_refused():
    chances = np.full((len(LISTED), 3, 100), 0.001)
    chances[:, :, 0] = 0.9
    with pytest.raises(
        ValueError, match=r"exponent 1 leaves an effective sample of 1\.\d % of the draws of 'f' .* 10 %"
    ):
        left_out("f", "w", chances, LISTED, lambda each: each.event, exponent=1)
    left_out("f", "w", chances, LISTED, lambda each: each.event)


@pytest.mark.parametrize("exponent", [0, -1, 1.5, float("nan")])
def test_an_exponent_out_of_range_is_refused(exponent):
    with pytest.raises(ValueError, match="exponent must be above 0 and at most 1"):
        left_out("f", "w", drawn(0), LISTED, lambda each: each.event, exponent)


def test_equal_weights_have_the_whole_sample():
    assert effective_share(np.full(50, 0.02)) == pytest.approx(1)
    assert effective_share(np.eye(1, 50)[0]) == pytest.approx(0.02)
