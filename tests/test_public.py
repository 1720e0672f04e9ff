"""The public names: this list changes only on purpose."""

import inspect
import subprocess
import sys

import triangle as tri
import triangle.solvers

NAMES = """
    Change Coalition Comparison Game GameFamily GameForm Measure Outcome Parameter Player Policies QuantalOutcome
    Scenario ScenarioError Term beliefs certify chapter_model check check_all check_certificate claims compare
    consistency counterfactual discover explore issue_game issue_games largest_box nearest_change offer
    one_at_a_time open_sweep path_dependence plot policies policy_contrasts propagate read_nfg region rerun
    rival_model scenario scenarios score scoreboard sensitivity simulate solve solvers sweep thresholds timeline
    timelines write_nfg
"""

HEAVY = (
    "triangle.exact",
    "triangle.kernel",
    "matplotlib",
    "xarray",
    "pandas",
    "dask",
    "scipy.stats",
    "scipy.optimize",
    "nashpy",
    "pydantic",
    "sympy",
)


def test_the_public_names_are_these():
    assert sorted(tri.__all__) == sorted(NAMES.split())


def test_every_public_name_is_there_and_documented():
    for module in (tri, triangle.solvers):
        for name in module.__all__:
            assert inspect.getdoc(getattr(module, name)), name
        assert set(module.__all__) <= set(dir(module))


def test_importing_the_library_loads_nothing_heavy():
    code = f"import sys, triangle; print([name for name in {HEAVY} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
