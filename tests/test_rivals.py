"""The rivals: what they share with the chapter's family, their own stories, and the score."""

from dataclasses import replace

import numpy as np
import pytest

import triangle as tri
from triangle.chapter.claims import claim, variants
from triangle.chapter.form import COMMITMENTS
from triangle.chapter.rivals import RIVALS, rival_model
from triangle.chapter.terms import context
from triangle.studies.claims import check_all
from triangle.studies.score import score

MODEL = tri.chapter_model()
BOARD = score(MODEL)


def depths(model, commitment, **values):
    setting = tri.Scenario("s", "s", "", {**model.defaults, **values}, {"West": COMMITMENTS[commitment]})
    return {equilibrium.measures["depth"] for equilibrium in tri.solve(model, setting).equilibria}


@pytest.mark.parametrize("name", RIVALS)
def test_rivals_share_the_context_the_contract_and_the_measures(name):
    rival = rival_model(name)
    assert {term.name for term in context()} <= {term.name for term in rival.terms}
    assert [measure.name for measure in rival.measures] == [measure.name for measure in MODEL.measures]
    assert rival.stages == MODEL.stages
    assert (rival.form, rival.leader, rival.coalitions) == (MODEL.form, MODEL.leader, MODEL.coalitions)
    for parameter in rival.parameters:
        if parameter.name in MODEL.defaults:
            assert parameter == MODEL.parameter(parameter.name)


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_has_no_parameter_that_does_nothing(name):
    rival = rival_model(name)
    used = {factor for product in rival.polynomials.monomials for factor, _ in product}
    assert used == set(rival.defaults)


def test_balancing_has_the_gap_break_the_tie():
    rival = rival_model("balancing")
    assert depths(rival, "PE", power_gap=tri.scenario("baseline_2008").values["power_gap"]) == {
        "partnership",
        "alliance",
    }
    assert depths(rival, "PE") == {"none"}
    assert rival.term("neighbour").kind == "obstacle"


def test_wedge_has_any_opening_end_the_tie_and_pressure_hold_it():
    rival = rival_model("wedge")
    assert "none" not in depths(rival, "PE") | depths(rival, "PC")
    assert depths(rival, "AE") == depths(rival, "AC") == {"none"}


def test_indifferent_has_every_depth_stable_and_moves_no_measure_of_the_tie():
    rival = rival_model("indifferent")
    for code in COMMITMENTS:
        assert depths(rival, code) == {"none", "partnership", "alliance"}
        held = tri.Scenario("s", "s", "", rival.defaults, {"West": COMMITMENTS[code]})
        outcome = tri.solve(rival, held)
        assert outcome.measures["intensity"] == (0.0, 0.0)
        assert outcome.measures["transfer"] == (0.0, 0.0)


def test_options_reach_the_rivals():
    assert rival_model("wedge", bargaining="outside_option", intensity="none").options == {
        "bargaining": "outside_option", "intensity": "none", "version": "1",
    }  # fmt: skip
    with pytest.raises(ValueError, match="did you mean 'wedge'"):
        rival_model("wegde")


def test_common_levers_are_what_every_family_has():
    for key in BOARD.common:
        assert all(not claim(key).statement.lacking(rival_model(name)) for name in RIVALS)
    assert len(BOARD.common) == 25
    assert "C01" not in BOARD.common


def test_the_score_on_common_levers_keeps_natures_apart():
    found = {family: BOARD.tally(family, "consequence") for family in BOARD.families}
    assert [(found[f].holds, found[f].claims) for f in BOARD.families] == [(19, 19), (8, 19), (6, 19), (1, 19)]
    np.testing.assert_allclose([found[f].mean_share for f in BOARD.families], [0.92, 0.33, 0.33, 0.06], atol=0.01)
    assert BOARD.tally("chapter", "consequence", common=False).claims == 22


def test_the_null_fails_most_claims_or_the_tests_would_be_hollow():
    for nature in ("consequence", "by construction"):
        for common in (True, False):
            tally = BOARD.tally("indifferent", nature, common)
            assert tally.holds * 3 <= tally.claims
    held = [v.claim.id for v in BOARD.verdicts["indifferent"] if v.holds]
    assert set(held) == {"C05", "C72", "C96", "C98"}


def test_the_wedge_holds_where_an_independent_implementation_said():
    held = {v.claim.id for v in BOARD.verdicts["wedge"] if v.holds and v.nature == "consequence"}
    assert held == {"C02", "C84", "C85", "C87", "C96", "C26"}
    more = check_all(rival_model("wedge"), [variants()["C85s"], claim("C101")], points=256)
    assert all(verdict.holds for verdict in more)
    assert set(BOARD.better("wedge", "chapter")) == {"C02", "C85", "C87", "C26"}


def test_what_only_the_chapter_explains_holds_under_no_rival():
    only = BOARD.only("chapter")
    assert {"C12", "C88", "C92", "C100"} <= set(only)
    for key in only:
        assert not any(BOARD.verdicts[rival][key].holds for rival in RIVALS)


def test_a_rival_says_which_parameters_of_a_claim_it_lacks():
    verdict = BOARD.verdicts["balancing"]["C13"]
    assert verdict.lacking == ("defection",)
    assert not verdict.holds


def test_the_scoreboard_is_data_and_text():
    found = BOARD.to_dict()
    assert found["families"]["chapter"]["consequence"]["common"]["claims"] == 19
    assert "indifferent" in str(BOARD)
    with pytest.raises(ValueError, match="may not be called"):
        score(MODEL, {"chapter": MODEL}, points=4)


def test_a_family_of_ones_own_can_be_scored():
    gentle = replace(MODEL.without("bloc"), name="gentle")
    board = score(MODEL, {"gentle": gentle}, points=64)
    assert board.families == ("chapter", "gentle")
    assert len(board.common) == 44
