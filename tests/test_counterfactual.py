"""What a change of history changes, and what a way up and back leaves behind."""

from dataclasses import replace

import numpy as np
import pytest

import triangle as tri
from through_time import CHAPTER, HELD, MODEL, dated
from triangle.studies.counterfactual import counterfactual
from triangle.studies.hysteresis import path_dependence
from triangle.timeline import Change, timeline


def test_a_branch_equal_to_its_base_differs_in_nothing():
    same = Change(2015, {"sanctions": float(timeline(CHAPTER).values["sanctions"][24])}, to=2015)
    difference = counterfactual(CHAPTER, same, MODEL, 100, measures=["intensity", "depth"]).difference
    assert all((difference[name].fillna(0) == 0).all() for name in difference.data_vars)


def test_nothing_differs_before_the_branch_and_states_are_carried_over():
    found = counterfactual(CHAPTER, "sanctions_lifted_2015", MODEL, 600, measures=["transfer", "share"])
    before = found.difference.sel(year=slice(None, 2014))
    assert all((before[name] == 0).all() for name in before.data_vars)
    assert found.branch.timeline.years[-1] == 2018
    summary = found.summary(2015)
    assert summary["transfer"]["mean"] == pytest.approx(0.34, abs=0.05)
    assert summary["transfer"]["above"] > 0.95


def test_the_reset_moves_terms_to_russia_and_leaves_the_sign_on_intensity_open():
    found = counterfactual(CHAPTER, "reset_from_2017", MODEL, 1024, draws=1024, measures=["intensity", "transfer"])
    summary = found.summary(2017)
    assert summary["transfer"]["mean"] == pytest.approx(0.52, abs=0.03)
    assert summary["intensity"]["5%"] < 0 < summary["intensity"]["95%"]


def test_a_branch_of_another_timeline_is_refused():
    with pytest.raises(ValueError, match="does not branch from 'no_reset_2009'"):
        counterfactual("no_reset_2009", "reset_from_2017", MODEL, 10)


# --- the way up and the way back -------------------------------------------------------------------------------------


def sweep(equations, speeds=(1, 5), steps=8):
    return path_dependence(MODEL, dated("baseline_2014"), "sanctions", steps=steps, speeds=speeds, equations=equations)


@pytest.mark.parametrize("equations", [(), ("trust",)])
def test_without_a_state_that_moves_there_is_no_loop(equations):
    found = sweep(equations)
    assert all(found.nature(name) == "no loop" for name in found.up)
    assert found.width("intensity").max() < 1e-6


def test_the_ratchet_leaves_a_loop_that_is_the_same_at_every_speed():
    found = sweep(("lock_in", "projects"))
    assert found.nature("share") == "hysteresis"
    np.testing.assert_allclose(found.width("share"), 0.025, atol=1e-3)
    assert (found.loop("share")[:, 0] < -0.02).all()


def test_the_gaps_loop_closes_as_the_sweep_slows():
    found = sweep(("gap_feedback",), speeds=(1, 40))
    assert found.nature("intensity") == "lag"


def test_the_link_leaves_no_loop_in_a_rival_that_breaks_the_tie():
    balancing = tri.rival_model("balancing")
    setting = replace(tri.scenario("baseline_2016"), held=HELD)
    options = dict(steps=10, speeds=(1, 5), equations=(), precision=200.0, measures=["intensity"])
    linked = path_dependence(balancing, setting, "power_gap", **options)
    unlinked = path_dependence(replace(balancing, coalitions=()), setting, "power_gap", **options)
    assert linked.width("intensity")[-1] < 1e-3
    assert unlinked.width("intensity")[-1] > 0.1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"parameter": "sanction"}, "sanctions"),
        ({"low": 0.8, "high": 0.2}, "in order"),
        ({"high": 1.5}, "from 0 to 1"),
        ({"steps": 0}, "steps must be"),
        ({"speeds": (5, 1)}, "ascending"),
        ({"speeds": ()}, "ascending"),
        ({"measures": ["depth"]}, "category"),
    ],
)
def test_a_faulty_sweep_is_refused(options, told):
    with pytest.raises(ValueError, match=told):
        path_dependence(MODEL, dated(), **({"parameter": "sanctions"} | options))
