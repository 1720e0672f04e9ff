"""Simulation through time: random numbers, states, the laws of runs, and bad input."""

from dataclasses import replace

import numpy as np
import pytest

import triangle as tri
from through_time import CHAPTER, MODEL, NO_TIE, dated
from triangle.chapter.states import EQUATIONS
from triangle.studies.simulate import propagate, simulate
from triangle.timeline import steady, timeline

# --- random numbers --------------------------------------------------------------------------------------------------


def test_equal_seeds_give_equal_bits_on_any_number_of_threads_and_runs():
    line = timeline(CHAPTER).until(1996)
    options = dict(draws=64, measures=["intensity"], start=NO_TIE)
    first = simulate(MODEL, line, 1100, seed=3, threads=1, **options).runs
    again = simulate(MODEL, line, 1100, seed=3, threads=2, **options).runs
    fewer = simulate(MODEL, line, 1050, seed=3, **options).runs
    other = simulate(MODEL, line, 1050, seed=4, **options).runs
    assert first.equals(again)
    assert first.isel(run=slice(0, 1050)).equals(fewer)
    assert not other.profile.equals(fewer.profile)


# --- states ----------------------------------------------------------------------------------------------------------


def test_trust_falls_after_a_failed_switch_and_is_renewed():
    found = simulate(MODEL, CHAPTER, 500, precision=np.inf, equations=["trust"], measures=[]).runs
    trust = found.trust.median("run")
    before = 0.8 * 0.8 + 0.2 * 0.2
    after = before / (before + 16 * (1 - before))
    assert float(trust.sel(year=2001)) == 0.8
    assert float(trust.sel(year=2002)) == pytest.approx(before)
    assert float(trust.sel(year=2003)) == pytest.approx(0.8 * after + 0.04)
    assert float(trust.sel(year=2009)) == 0.3


def thaws(equations):
    """Intensity under pressure, and in the first years of two thaws, from the values of 2001."""
    press, thaw = "pressure/engage", "accommodate/engage"
    line = steady(MODEL, dated("baseline_2001"), 9)
    line = replace(line, commitments=(press, thaw, thaw, *[press] * 4, thaw, thaw))
    return propagate(MODEL, line, equations=equations, measures=["intensity"]).means["intensity"][[0, 1, 7], 0]


def test_a_failed_thaw_turns_the_sign_of_the_next_and_without_trust_all_thaws_are_alike():
    np.testing.assert_allclose(thaws(()), [3.04, 2.92, 2.92], atol=0.01)
    np.testing.assert_allclose(thaws(["trust"]), [3.04, 2.97, 3.05], atol=0.01)


def test_projects_under_history_are_the_dated_volumes():
    found = simulate(MODEL, CHAPTER, 200, precision=np.inf, equations=["projects"], measures=[]).runs
    expected = np.tile(timeline(CHAPTER).values["energy"], (200, 1))
    np.testing.assert_allclose(found.energy, expected, atol=1e-12)


def test_projects_stop_without_a_tie():
    line = steady(MODEL, dated(rebuff=0.08), 6)
    line.values["energy"][3:] = 0.5
    unlinked = replace(MODEL, coalitions=())
    found = propagate(unlinked, line, precision=1e4, equations=["projects"], start=NO_TIE, measures=[])
    assert found.driven["energy"][-1, 0] == pytest.approx(0.4, abs=1e-3)


def test_the_mean_gap_departs_from_its_dated_value_by_no_more_than_the_lag_of_turns():
    found = simulate(MODEL, CHAPTER, 500, precision=np.inf, measures=[]).runs
    departed = found.power_gap.mean("run") - timeline(CHAPTER).values["power_gap"]
    assert 0 < float(abs(departed).max()) <= 0.003


def test_lock_in_never_falls_and_rests_on_last_years_volume():
    found = simulate(MODEL, CHAPTER, 500, measures=[]).runs.lock_in
    assert (found.diff("year") >= 0).all()
    expected = {2001: 0.0, 2008: 0.07, 2013: 0.13, 2014: 0.14, 2016: 0.19}
    assert {year: round(float(found.sel(year=year).mean()), 2) for year in expected} == expected


def test_an_equation_left_out_leaves_its_parameter_dated():
    found = simulate(MODEL, CHAPTER, 50, equations=["trust"], measures=["gap"]).runs
    assert set(found.data_vars) == {"profile", "gap", "trust"}


def test_rivals_run_with_the_equations_whose_parameters_they_have():
    found = simulate(tri.rival_model("wedge"), CHAPTER, 100, measures=["intensity"])
    assert found.runs.attrs["equations"] == "gap_feedback"
    with pytest.raises(ValueError, match="lacks the parameter"):
        simulate(tri.rival_model("wedge"), CHAPTER, 10, equations=["lock_in"])


def test_every_equation_says_its_unit_basis_and_claims():
    assert all(e.unit and e.basis and e.claims and e.meaning for e in EQUATIONS.values())


# --- input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"runs": 0}, "runs must be"),
        ({"runs": 1.5}, "runs must be"),
        ({"seed": -1}, "seed must be"),
        ({"precision": 0}, "precision must be"),
        ({"precision": float("nan")}, "precision must be"),
        ({"revision": -1}, "revision must be"),
        ({"revision": 1e9}, "revision must be"),
        ({"draws": 0}, "draws must be"),
        ({"equations": ["turst"]}, "trust"),
        ({"equations": "trust"}, "equations is"),
        ({"measures": ["intensty"]}, "intensity"),
        ({"start": ("pressure",)}, "3 actions"),
        ({"timeline": "chapter"}, "unknown timeline"),
    ],
)
def test_bad_input_is_refused(options, told):
    chosen = {"timeline": CHAPTER, "runs": 10} | options
    with pytest.raises(ValueError, match=told):
        simulate(MODEL, **chosen)
