"""What travels to other processes, and what is told from there."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

import triangle as tri
from triangle.scenario import ScenarioError
from triangle.studies.probe import UndefinedMeasureError
from triangle.timeline import TimelineError

MODELS = [tri.chapter_model(), tri.chapter_model(bargaining="outside_option", intensity="none", without=["isolation"])]


@pytest.mark.parametrize("model", MODELS, ids=["default", "variant"])
def test_a_pickled_family_is_the_same_game(model):
    payoffs = model.payoffs({"sanctions": [0.1, 0.9]})
    back = pickle.loads(pickle.dumps(model))
    assert back.digest == model.digest
    assert np.array_equal(back.payoffs({"sanctions": [0.1, 0.9]}), payoffs)
    assert [measure.name for measure in back.measures] == [measure.name for measure in model.measures]


def test_what_was_computed_does_not_travel():
    model = tri.chapter_model()
    before = len(pickle.dumps(model))
    assert model.digest
    assert model.polynomials.payoffs.nbytes > before
    assert len(pickle.dumps(model)) == before


def test_what_was_read_only_comes_back_read_only():
    term, polynomials = pickle.loads(pickle.dumps((MODELS[0].terms[0], MODELS[0].polynomials)))
    for mapping in (term.payoffs, polynomials.quantities):
        with pytest.raises(TypeError):
            mapping["West"] = 0
        assert not any(array.flags.writeable for array in mapping.values())
    assert not polynomials.payoffs.flags.writeable


@pytest.mark.parametrize(
    "error",
    [
        ScenarioError("a.toml", ["one fault", "another"]),
        TimelineError("b.toml", ["a fault"]),
        UndefinedMeasureError("share", "a scenario", 8, 3, 1, {"trust": 0.5}),
    ],
)
def test_an_error_comes_back_whole_from_another_process(error):
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert (str(back), vars(back)) == (str(error), vars(error))


@pytest.mark.parametrize("key", ["C12", "C21"], ids=["of the triangle", "of an issue game"])
def test_a_verdict_comes_back_from_another_process_and_goes_on_working(key):
    verdict = tri.check(key, points=64)
    back = pickle.loads(pickle.dumps(verdict))
    assert back.to_dict() == verdict.to_dict()
    assert back.margins() == verdict.margins()
    assert back.issue == verdict.issue


def test_an_issue_game_that_was_solved_comes_back():
    found = tri.issue_game("gas_threat").solve(west_china_price=1.6)
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_verdict_on_a_game_of_ones_own_says_why_it_cannot_travel():
    game = tri.issue_game("gas_threat")
    own = {key: replace(claim, finding="mine") for key, claim in game.claims.items()}
    with pytest.raises(pickle.PicklingError, match="a game of your own"):
        pickle.dumps(replace(game, claims=own).check("C21", samples=16))
