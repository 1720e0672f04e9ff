"""The package of solvers: its names, where they live, and that they load only when used."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from inspect import getdoc, isfunction
from pathlib import Path

import pytest

from triangle import solvers

SOURCE = Path(solvers.__file__)

PROMISED = [
    "pure_nash",
    "mixed_nash",
    "logit_qre",
    "logit_branch",
    "iterated_dominance",
    "correlated_equilibrium",
    "backward_induction",
    "commitment",
    "coalition_stable",
    "conflict_stability",
    "nonmyopic",
    "nash_bargaining",
    "rubinstein",
    "shapley",
    "nucleolus",
    "core",
    "critical_discount",
    "replicator",
    "logit_dynamics",
    "regret",
]


def typed_names():
    """What the block for type checkers imports: name to module."""
    block = next(node for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body if isinstance(node, ast.If))
    return {
        alias.asname: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }


@pytest.mark.parametrize("name", solvers.__all__)
def test_every_name_loads_from_its_module(name):
    home = solvers._HOMES[name]
    assert getattr(solvers, name) is getattr(import_module(f"triangle.solvers.{home}"), name)


def test_type_checkers_are_told_the_same():
    assert typed_names() == solvers._HOMES


@pytest.mark.parametrize("name", PROMISED)
def test_the_names_that_users_rely_on_are_there(name):
    assert name in solvers.__all__
    assert name in dir(solvers)
    assert callable(getattr(solvers, name))


def test_a_function_stays_in_its_place_when_the_module_of_its_name_is_loaded():
    for name in set(solvers._HOMES) & set(solvers._HOMES.values()):
        module = import_module(f"triangle.solvers.{name}")
        assert getattr(solvers, name) is getattr(module, name)


@pytest.mark.parametrize("name", solvers.__all__)
def test_every_public_name_is_documented_and_a_function_in_sections(name):
    found = getattr(solvers, name)
    told = getdoc(found) or ""
    assert len(told) > 40
    if isfunction(found):
        assert any(f"{section}\n-" in told for section in ("Parameters", "Examples"))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'pure_nahs'"):
        solvers.pure_nahs  # noqa: B018 -- looking it up is the test


def test_importing_the_package_loads_no_solver_and_nothing_heavy():
    code = "import json, sys, triangle.solvers; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    assert "triangle.solvers" in loaded
    assert [name for name in loaded if name.startswith("triangle.solvers.")] == []
    assert not {"matplotlib", "nashpy", "scipy.optimize", "scipy.stats", "sympy"} & set(loaded)
