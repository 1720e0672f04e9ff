"""What claims rest on: terms, options and parameters taken away one at a time."""

import pytest

import triangle as tri
from triangle.chapter.claims import claim
from triangle.studies.ablation import ablate
from triangle.studies.claims import check

MODEL = tri.chapter_model()


@pytest.fixture(scope="module")
def ablated():
    chosen = ("C02", "C04", "C06", "C12", "C17", "C44", "C70", "C85", "C87", "C88", "C95")
    return ablate(MODEL, [claim(key).statement for key in chosen])


@pytest.mark.parametrize(
    ("key", "without"),
    [
        ("C02", {"redirection"}), ("C04", {"elites", "market"}), ("C44", {"arms_trade"}), ("C70", {"pact"}),
        ("C06", {"isolation", "lock_in", "intensity", "bargaining", "sensitivity"}), ("C17", set()),
        ("C12", {"isolation", "lock_in", "intensity", "bargaining", "sensitivity"}), ("C87", {"switch"}),
        ("C85", {"redirection", "energy_trade"}), ("C88", {"detente_gain", "assertion"}), ("C95", {"norm_cost"}),
    ],
)  # fmt: skip
def test_claims_die_without_the_published_terms_and_options(ablated, key, without):
    assert {each.name for each in ablated[key] if each.dies} == without


def test_a_verdict_names_what_it_rests_on_or_is_broken_by():
    holds, fails = check("C44", points=64), check("C12", tri.chapter_model(without=["isolation"]), points=64)
    assert (holds.rests_on, holds.broken_by) == (("arms_trade",), ())
    assert (fails.rests_on, fails.broken_by) == ((), ("redirection",))


def test_ablation_takes_away_every_term_both_options_and_the_stage_parameters(ablated):
    names = {each.name for each in ablated["C12"]}
    assert {term.name for term in MODEL.terms} < names
    assert {"bargaining", "intensity", "sensitivity", "gap_sanction", "feedback"} < names
    plain = check("C12", tri.chapter_model(intensity="none"), points=2048)
    (intensity,) = (each for each in ablated["C12"] if each.name == "intensity")
    assert (intensity.holds, intensity.share.count) == (plain.holds, plain.over.count)
    (isolation,) = (each for each in ablated["C12"] if each.name == "isolation")
    assert isolation.share.count == check("C12", tri.chapter_model(without=["isolation"]), points=2048).over.count
