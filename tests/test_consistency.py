"""Which claims hold together."""

import numpy as np
import pytest

import triangle as tri
from triangle.chapter.claims import claim, registry, variants
from triangle.chapter.tensions import tensions
from triangle.evaluation import Solutions
from triangle.statement import Box
from triangle.studies.centre import centre
from triangle.studies.consistency import conjunction, consistency
from triangle.views.claims import consistency_lines

MODEL = tri.chapter_model()
FOUND = consistency(MODEL, points=4096)
HUMP = consistency(MODEL, ["C85", "C12", "C06", "C04"], points=1024)


def test_all_claims_of_the_triangle_hold_at_once_in_a_third_of_the_box():
    assert len(FOUND.ids) == 44
    assert FOUND.holds
    np.testing.assert_allclose(FOUND.joint().value, 0.358, atol=0.01)
    np.testing.assert_allclose(FOUND.joint(0.5).value, 0.80, atol=0.02)
    assert FOUND.joint(0.25).value > 0.99
    assert 0.04 < FOUND.joint(2.0).value < 0.08


def test_joint_shares_are_counted_from_the_claims_one_by_one():
    drawn = Box.plausible(MODEL).sample(1024, seed=1)
    each = [claim(key).statement.fitted(MODEL).evaluate(MODEL, drawn).holds for key in HUMP.ids]
    for i, first in enumerate(each):
        for j, second in enumerate(each):
            assert HUMP.matrix[i, j] == (first & second).mean()
    assert HUMP.joint().count == np.logical_and.reduce(each).sum()


def test_the_most_conflicting_pairs_are_the_two_sides_of_the_hump():
    rising, falling = {"C02", "C04", "C85"}, {"C06", "C12", "C100"}
    published = {("C04", "C06"): 0.498, ("C06", "C85"): 0.511, ("C02", "C06"): 0.547, ("C04", "C100"): 0.560,
                 ("C04", "C12"): 0.566, ("C85", "C100"): 0.576, ("C12", "C85"): 0.583,
                 ("C02", "C100"): 0.611}  # fmt: skip
    worst = {(pair.first, pair.second): pair for pair in FOUND.pairs[:8]}
    assert set(worst) == set(published)
    for names, pair in worst.items():
        assert set(names) & rising
        assert set(names) & falling
        np.testing.assert_allclose(pair.joint, published[names], atol=0.02)
        assert pair.either > 0.98
        assert pair.joint > 0


def test_a_conjunction_says_what_all_say():
    drawn = Box.plausible(MODEL, 2.0).sample(256, seed=0)
    parts = [claim(key).statement.fitted(MODEL) for key in ("C12", "C17", "C85", "C26")]
    solved = Solutions(MODEL, drawn)
    expected = np.logical_and.reduce([solved.evaluate(each).holds for each in parts])
    np.testing.assert_array_equal(solved.evaluate(conjunction(parts)).holds, expected)


def test_the_windows_of_two_claims_in_tension_are_where_both_windows_meet():
    strain = next(strain for strain in HUMP.strains if strain.tension.id == "T1")
    assert strain.holds
    assert abs(strain.share.value - 0.58) < 0.03
    found = {window.parameter: window for window in strain.windows}
    np.testing.assert_allclose(found["isolation"].base + found["isolation"].low, 0.2494, atol=6e-5)
    for displacement, expected in (({"isolation": found["isolation"].high * 0.999}, True),
                                   ({"isolation": found["isolation"].high * 1.001}, False),
                                   ({"isolation": found["isolation"].low * 1.001}, False)):  # fmt: skip
        holds = [claim(k).statement.fitted(MODEL).evaluate(MODEL, displacement).holds[0] for k in ("C85", "C12")]
        assert all(holds) == expected


def test_tensions_name_claims_that_the_triangle_tests():
    assert [tension.id for tension in tensions()] == ["T1", "T2", "T3", "T4", "T5"]
    for tension in tensions():
        assert len(tension.claims) > 1
        assert all(registry()[key].statement is not None for key in tension.claims)


def test_what_one_must_believe_are_middling_values_of_the_parameters_of_the_hump():
    said = {sentence.split("(")[1].split(")")[0]: sentence for sentence in HUMP.beliefs}
    assert {"isolation", "sensitivity", "offset"} <= set(said)
    assert "middling" in said["isolation"]
    assert consistency(MODEL, [variants()["C12o"]], points=4).beliefs == ()


def test_the_centre_has_more_room_than_the_default_and_all_claims_hold_round_it():
    found = centre(MODEL, [claim(key).statement.fitted(MODEL) for key in HUMP.ids])
    assert found.holds
    assert found.room > 1.5 * found.start
    np.testing.assert_allclose(found.start, 0.108, atol=0.02)
    assert any(move == 0 for move in found.displacement.values())
    drawn = Box.plausible(MODEL, 0.5).sample(512, seed=0)
    moved = {name: move + found.displacement[name] for name, move in drawn.items()}
    share = HUMP.together().evaluate(MODEL, moved).holds.mean()
    assert share > HUMP.joint(0.5).value


def test_the_report_is_data_and_text():
    found = HUMP.to_dict()
    assert found["claims"] == ["C85", "C12", "C06", "C04"]
    assert len(found["matrix"]) == 4
    lines = consistency_lines(HUMP)
    assert "All 4 claims hold at the default." in lines
    assert any("must believe" in line for line in lines)
    assert "T1" in str(HUMP)


def test_claims_that_the_triangle_does_not_test_are_refused():
    with pytest.raises(ValueError, match="does not test C21, C22"):
        consistency(MODEL, ["C12", "C21", "C22"])
