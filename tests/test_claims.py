"""The chapter's claims: how they are formalised, their verdicts, and what a reader can do to them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import triangle as tri
from triangle.chapter.claims import MOVES, Claim, claim, comparison, registry, variants
from triangle.chapter.issues import issue_game
from triangle.evaluation import Share, Solutions
from triangle.statement import Loss, Value
from triangle.studies.claims import check, check_all, claims

MODEL = tri.chapter_model()
EVERY = check_all(MODEL)
TRIANGLE = EVERY.where(by="triangle")
OTHER = check_all(MODEL, variants().values())

# Shares in per cent, of another implementation of the model: the box of plausible ranges, a box of twice the
# width, the unit box (nothing where the claim is dated).
PUBLISHED = {
    "C02": (83, 66), "C04": (78, 75, 78), "C06": (72, 60, 74), "C12": (79, 64, 74), "C13": (91, 77, 46),
    "C15": (96, 83, 67), "C17": (100, 98, 99), "C18": (100, 100, 98), "C26": (99, 87, 69), "C44": (99, 77, 70),
    "C70": (100, 98, 96), "C84": (100, 100), "C85": (80, 66), "C86": (100, 100), "C87": (84, 64), "C88": (100, 93),
    "C91": (100, 92, 93), "C92": (99, 81, 71), "C95": (95, 82, 52), "C96": (100, 98, 75), "C100": (78, 62, 70),
    "C102": (100, 100, 100),
}  # fmt: skip
PUBLISHED_VARIANTS = {"C85s": 64, "C88x": 98, "C12o": 47, "C47G": 63, "C85l": 38, "C06t": 92, "C15t": 70, "C04r": 0.3,
                      "C99A": 100}  # fmt: skip


def test_every_claim_of_tier_a_is_tested_by_the_triangle_or_by_an_issue_game():
    tier_a = [v for v in EVERY if v.claim.tier == "A"]
    assert len(tier_a) == 55
    assert Counter(v.tested_by == "triangle" for v in tier_a) == {True: 41, False: 14}
    assert all(v.holds is not None and v.share is not None for v in tier_a)
    assert {v.claim.id for v in TRIANGLE if v.claim.tier == "B"} == {"C46", "C96", "C104"}


def test_claims_that_are_not_tested_say_what_carries_them_or_why_they_are_context():
    names = {item.name for item in (*MODEL.terms, *MODEL.parameters)}
    for verdict in EVERY.where(status="not tested"):
        assert verdict.claim.tier in "BC"
        assert verdict.holds is verdict.share is verdict.interval is verdict.nature is verdict.counterexample is None
        assert verdict.reason
        assert set(verdict.claim.carried_by) <= names
        if verdict.claim.tier == "B":
            assert verdict.claim.carried_by or issue_game(verdict.claim.issue_game)


def test_natures_are_counted_apart():
    assert {nature: sum(c.values()) for nature, c in EVERY.counts["triangle"].items()} == {
        "consequence": 22, "by construction": 19, "read-out": 3,
    }  # fmt: skip
    assert sum(sum(c.values()) for c in EVERY.counts["issue games"].values()) == 14


@pytest.mark.parametrize("found", [*registry().values(), *variants().values()], ids=lambda c: c.id)
def test_every_formalisation_names_what_exists_and_says_what_decides_it(found):
    if found.statement is None:
        assert not found.reading
        return
    assert found.nature
    assert found.reading
    assert found.condition
    measures = {measure.name for measure in MODEL.measures}
    for setting in found.statement.settings:
        assert not found.statement.lacking(MODEL)
        assert setting.scenario.held
    used = {side.setting for each in found.statement.comparisons for side in each.sides}
    assert used == {setting.label for setting in found.statement.settings}
    for each in found.statement.comparisons:
        for side in each.sides:
            assert side.measure in measures if isinstance(side, Value) else side.name in MOVES


def test_no_sign_that_the_chapter_leaves_open_is_tested():
    """A worsening between Washington and Beijing: what it does to intensity is not said."""
    measured = {side.measure for each in claim("C101").statement.comparisons for side in each.sides}
    assert measured == {"share", "transfer"}


@pytest.mark.parametrize("key", PUBLISHED)
def test_consequences_have_the_published_shares(key):
    verdict = TRIANGLE[key]
    shares = [verdict.share, verdict.wider.value, *([] if verdict.widest is None else [verdict.widest.value])]
    assert verdict.holds
    assert verdict.nature == "consequence"
    assert (verdict.widest is None) == verdict.dated == (len(PUBLISHED[key]) == 2)
    np.testing.assert_allclose(100 * np.array(shares), PUBLISHED[key], atol=2.0)


@pytest.mark.parametrize("key", PUBLISHED_VARIANTS)
def test_other_readings_have_the_published_shares_and_the_weak_ones_are_shown_as_such(key):
    verdict = OTHER[key]
    assert abs(100 * verdict.share - PUBLISHED_VARIANTS[key]) <= 1.0
    assert verdict.holds == (key not in {"C04r", "C12o", "C85l"})
    if not verdict.holds:
        assert verdict.status == "fails"
        assert verdict.counterexample.displacement == {}


def test_what_holds_by_construction_holds_nearly_everywhere():
    for verdict in TRIANGLE:
        if verdict.nature != "consequence":
            assert verdict.holds
            assert verdict.share > 0.995, verdict.claim.id


def test_the_strength_sets_what_is_asked_and_a_shortfall_is_shown():
    short = {v.claim.id for v in TRIANGLE if v.status == "falls short"}
    assert short == {"C02", "C04", "C85", "C87"}
    for verdict in TRIANGLE:
        assert (verdict.shortfall > 0) == (verdict.claim.id in short)
    assert TRIANGLE["C12"].required == 0
    assert TRIANGLE["C12"].status == "holds"
    firmer = replace(claim("C12"), strength="certain")
    assert check(firmer, MODEL).status == "falls short"


def test_a_possible_claim_fails_only_if_it_holds_nowhere():
    never = replace(claim("C12").statement, comparisons=(comparison("share[after] > 2"),))
    assert check(replace(claim("C12"), statement=never), MODEL, points=64).status == "fails"


def test_a_hundred_per_cent_of_samples_is_not_called_always():
    assert str(TRIANGLE["C89"].over) == "no failure in 8,192 points"
    assert TRIANGLE["C89"].counterexample is not None
    assert TRIANGLE["C89"].interval[0] < 1


def test_a_reader_can_falsify_a_claim_by_moving_one_range():
    moved = MODEL.replace(tri.Parameter("isolation", default=0.25, low=0.05, high=0.45, bounds=(0, 1)))
    before, after = TRIANGLE["C12"], check("C12", moved)
    assert after.share < before.share - 0.1
    gone = MODEL.replace(tri.Parameter("isolation", default=0.1, low=0.0, high=0.2, bounds=(0, 1)))
    assert not check("C12", gone).holds
    assert check("C85s", moved).share > OTHER["C85s"].share


def test_a_model_with_another_default_is_tested_at_its_own_default():
    dear = MODEL.replace(replace(MODEL.parameter("norm_cost"), default=0.2, low=0.05, high=0.35))
    assert not check("C95", dear, points=64).holds
    assert check("C87", dear, points=64).holds == TRIANGLE["C87"].holds  # 2001 has a value of its own


def test_concepts_agree_where_the_west_is_held_and_nash_alone_does_not_make_a_tie():
    found = TRIANGLE["C17"].concepts
    assert found["pairwise"] == found["commitment"]
    assert not found["nash"][0]


@pytest.mark.parametrize(("count", "points"), [(0, 16), (16, 16), (5, 16), (8191, 8192)])
def test_the_interval_of_a_share_is_clopper_and_pearsons(count, points):
    from scipy.stats import binomtest

    expected = binomtest(count, points).proportion_ci(0.95, method="exact")
    np.testing.assert_allclose(Share(count, points).interval, expected, atol=1e-9)


def test_seeds_are_kept_and_matter():
    again, other = check("C12", MODEL, points=512, seed=0), check("C12", MODEL, points=512, seed=2)
    assert again.over == check("C12", tri.chapter_model(), points=512, seed=0).over
    assert again.over != other.over


def test_a_claim_of_ones_own_is_checked_like_the_chapters():
    own = Claim("mine", "S5", "A", "likely", False, "…", nature="consequence", statement=claim("C06").statement)
    assert check(own, MODEL, points=256).share == check("C06", MODEL, points=256).share


@pytest.mark.parametrize(
    "text",
    ["share > 1", "share[a]", "share[a] = 1", "__import__[a] > b", "share[a] > 1 * 2", "share[a] > share[b] * 2", ""],
)
def test_comparisons_of_another_form_are_refused(text):
    with pytest.raises(ValueError, match=r"comparison|unknown"):
        Solutions(MODEL).evaluate(replace(claim("C12").statement, comparisons=(comparison(text),)))


def test_comparisons_are_read_as_written():
    found = comparison("alliance_slack[x] <= 1.5 * leaving[y] - 0.25")
    assert isinstance(found.left, Loss)
    assert (found.relation, found.factor, found.offset, found.right.setting) == ("<=", 1.5, -0.25, "y")
    assert comparison("gap[x] == 0.5").right is None


def test_claims_filter_by_section_tier_and_expectation():
    table = claims()
    assert {c.section for c in table.where(section="S2a")} == {"S2a"} | {c.section for c in table if "S2a" in c.also}
    assert len(table.where(counterintuitive=True)) + len(table.where(counterintuitive=False)) == 107
    with pytest.raises(KeyError):
        table["C999"]
    with pytest.raises(ValueError, match="did you mean"):
        check("C1O2")
