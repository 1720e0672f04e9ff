"""Every public function given what it was not made for: a result, or one clear line; no other error, no silence.

Each function starts from arguments that are right; one or two of them are then replaced by something out of `POOL`.
"""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot

import triangle as tri
from entries import DILEMMA, SOLVERS, library, plots
from nasty import POOL, faults_of, watched
from triangle import solvers
from triangle.arguments import checked

NAMES = sorted(library(Path("nowhere")))
DEFAULT = settings.default.max_examples
RESULTS = {
    "Comparison", "Outcome", "Policies", "QuantalOutcome", "ScenarioError",  # what functions return or raise
    "plot", "solvers", "explore",  # rooms, and a page of its own tests
    "claims", "issue_games", "scenarios", "timelines",  # no arguments
    "read_nfg",  # tests/test_readers.py
}  # fmt: skip
DEAR = {"beliefs", "certify", "check", "check_all", "consistency", "counterfactual", "discover", "largest_box",
        "path_dependence", "policy_contrasts", "score", "scoreboard"}  # fmt: skip


@pytest.fixture(scope="module")
def figures():
    return plots()


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    return library(tmp_path_factory.mktemp("library"))


def spoiled(arguments):
    """Arguments of which one or two are replaced, as (name, label in the pool)."""
    one = st.tuples(st.sampled_from(sorted(arguments)), st.sampled_from(sorted(POOL)))
    return st.lists(one, min_size=1, max_size=2, unique_by=lambda each: each[0])


def hold(function, arguments, spoils):
    """Call, and fail unless the answer is a result or an error as the house wants it."""
    given_now = arguments | {name: POOL[label]() for name, label in spoils}
    told: Exception | None = None
    with watched():
        try:
            found = function(**given_now)
            if hasattr(found, "__next__"):
                list(islice(found, 100))
        except (ValueError, OSError) as error:
            told = error
    assert told is None or not faults_of(told), f"{told!r}: {faults_of(told)}"


def test_every_public_function_is_spoiled_here():
    public = {name for name in solvers.__all__ if name[0].islower()}
    assert public == set(SOLVERS)
    assert set(tri.__all__) - RESULTS == set(NAMES)


@pytest.mark.parametrize("name", sorted(SOLVERS))
def test_a_solver_answers_or_says_in_one_line_what_is_wrong(name):
    @settings(max_examples=DEFAULT // 4)
    @given(spoiled(SOLVERS[name]))
    def tried(spoils):
        hold(getattr(solvers, name), SOLVERS[name], spoils)

    tried()


@pytest.mark.parametrize("name", NAMES)
def test_a_function_of_the_library_answers_or_says_in_one_line_what_is_wrong(name, functions, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    @settings(max_examples=DEFAULT // (25 if name in DEAR else 8))
    @given(spoiled(functions[name]))
    def tried(spoils):
        hold(getattr(tri, name), functions[name], spoils)

    tried()


def test_every_figure_is_spoiled_here(figures):
    assert set(figures) == set(tri.plot.__all__)


@pytest.mark.parametrize("name", sorted(tri.plot.__all__))
def test_a_figure_is_drawn_or_one_line_says_what_is_wrong(name, figures):
    getattr(tri.plot, name)(**figures[name])

    @settings(max_examples=DEFAULT // 8)
    @given(spoiled(figures[name]))
    def tried(spoils):
        hold(getattr(tri.plot, name), figures[name], spoils)
        pyplot.close("all")

    tried()


@pytest.mark.parametrize("name", sorted(SOLVERS))
def test_the_arguments_that_are_spoiled_were_right_before(name):
    with watched():
        getattr(solvers, name)(**SOLVERS[name])


def test_a_wrong_kind_is_told_with_the_argument_the_value_and_what_is_allowed():
    with pytest.raises(ValueError, match=r"^tolerance must be a number, got 'loose'$"):
        solvers.pure_nash(DILEMMA, tolerance="loose")
    with pytest.raises(ValueError, match=r"^model must be a GameFamily, got 'chapter'$"):
        tri.solve("chapter")


def test_too_few_or_too_many_arguments_are_told_in_the_words_of_python():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'payoffs'"):
        solvers.pure_nash()
    with pytest.raises(TypeError, match="unexpected keyword argument 'tolerence'"):
        solvers.pure_nash(DILEMMA, tolerence=0.0)


def test_a_generator_is_not_used_up_by_looking_at_it():
    @checked
    def total(values: Iterable[int] = ()) -> int:
        return sum(values)

    assert total(k for k in range(4)) == 6
