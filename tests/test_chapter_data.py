import re
from collections import Counter
from math import isclose

import pytest

import triangle as tri
from triangle.chapter.coverage import coverage
from triangle.chapter.figures import figure, figures, observed_gap, structural_gap
from triangle.chapter.parameters import read_table

CLAIMS = {f"C{k:02d}" for k in range(1, 108)}
SECTIONS = {"S0", "S1", "S2", "S2a", "S2b", "S2c", "S2d", "S2e", "S3a", "S3b", "S4", "S4a", "S4b", "S4c", "S5",
            "S6a", "S6b", "S6c"}  # fmt: skip


def test_every_driver_obstacle_and_lever_is_carried_or_says_why_not():
    elements = {element.id: element for element in coverage()}
    expected = [f"D{k}" for k in range(1, 14)] + [f"O{k}" for k in range(1, 12)] + [f"L{k}" for k in range(1, 13)]
    assert not set(expected) - set(elements)
    for element in elements.values():
        carried = bool(element.terms or element.parameters)
        assert carried != bool(element.not_modelled), element.id
        assert set(element.claims) <= CLAIMS


def test_nothing_carries_an_element_that_does_not_exist():
    model = tri.chapter_model()
    known = {element.id for element in coverage()}
    for item in (*model.terms, *model.parameters):
        assert set(item.carries) <= known, item.name
        assert set(item.claims) <= CLAIMS, item.name


def test_every_term_has_a_reason_and_every_weight_a_parameter():
    model = tri.chapter_model()
    used = {name for term in model.terms for name, _ in term.weight} | {"feedback", "sensitivity", "gap_sanction"}
    assert used == {parameter.name for parameter in model.parameters}
    for term in model.terms:
        assert term.meaning
        assert term.kind in {"driver", "obstacle", "lever", "context"}
        assert term.claims or term.name == "rebuff"


def test_every_parameter_says_where_it_comes_from():
    for parameter in tri.chapter_model().parameters:
        assert parameter.basis in {"data", "ordinal", "judgement", "lever", "technical"}
        assert parameter.note
        assert parameter.meaning
        if parameter.basis == "data":
            assert re.findall(r"F\d\d", parameter.note)
        assert (parameter.low == parameter.high) == (parameter.basis == "lever")


def test_figures_are_59_and_name_only_each_other():
    found = figures()
    assert list(found) == [f"F{k:02d}" for k in range(1, 60)]
    for entry in found.values():
        assert entry.section in SECTIONS
        for other in entry.inconsistent_with:
            assert other in found
            assert entry.note
        if entry.low is not None and entry.high is not None:
            assert entry.low <= entry.value <= entry.high


def test_the_inconsistencies_noted_are_there():
    burden = 100 * figure("F14").value / (1000 * figure("F04").value)
    assert isclose(burden, 2.36, abs_tol=0.005)
    assert burden > figure("F20").value
    assert isclose(100 * figure("F13").value / (1000 * figure("F03").value), 3.8, abs_tol=0.05)
    assert isclose(0.300 * 365 / figure("F33").value, 7.3, abs_tol=0.01)
    assert isclose(1.05 * 365 / figure("F37").value, 7.67, abs_tol=0.01)
    assert isclose(1000 * figure("F44").value / (figure("F42").value * figure("F43").value), 351, abs_tol=0.5)


@pytest.mark.parametrize(
    ("name", "year"),
    [("baseline_2008", 2008), ("baseline_2009", 2011), ("baseline_2013", 2013), ("baseline_2014", 2014),
     ("baseline_2016", 2016)],
)  # fmt: skip
def test_dated_gaps_are_computed_from_the_figures(name, year):
    values = tri.scenario(name).values
    expected = structural_gap(year, values["sanctions"], values["gap_sanction"])
    assert abs(values["power_gap"] - expected) <= 0.005 + 1e-9


def test_no_gap_is_made_up_for_a_year_without_figures():
    with pytest.raises(ValueError, match="2008 to 2016"):
        observed_gap(2001)


def test_scenarios_cite_existing_claims_and_sections_and_stay_in_range():
    model = tri.chapter_model()
    names = tri.scenarios()
    assert len(names) >= 20
    for name in names:
        found = tri.scenario(name)
        assert found.claims
        assert set(found.claims) <= CLAIMS
        assert found.section in SECTIONS
        assert set(found.values) == set(model.defaults)
        model.resolve(found.values)
        assert set(found.notes) <= set(model.defaults)


def test_all_claims_are_registered_with_tier_strength_and_what_carries_them():
    model = tri.chapter_model()
    names = {item.name for item in (*model.terms, *model.parameters)}
    claims = read_table("claims")
    assert set(claims) == CLAIMS
    assert Counter(entry["tier"] for entry in claims.values()) == {"A": 55, "B": 39, "C": 13}
    for key, entry in claims.items():
        assert entry["text"], key
        assert {entry["section"], *entry["also"]} <= SECTIONS
        assert entry["strength"] in {"certain", "likely", "possible", "recommendation"}
        assert set(entry["carried_by"]) <= names, key
        if entry["tier"] == "B":
            assert entry["carried_by"] or entry["issue_game"], key
        if entry["tier"] == "C":
            assert entry["context"], key
