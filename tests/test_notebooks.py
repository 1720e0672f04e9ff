"""The notebooks run, show what is kept in them, and check answers."""

import re

import answers
import keep
import lesson
import nbformat
import pytest

FOLDER = keep.FOLDER
STEPS = [
    "The question",
    "Your prediction",
    "What happens",
    "Why",
    "What would overturn it",
    "A rival's view",
    "Exercises",
]
NAMES = keep.names()
LESSONS = [name for name in NAMES if name.startswith("lesson")]


def cells(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells


def source(name):
    return "\n".join(cell.source for cell in cells(name))


@pytest.mark.filterwarnings("default")  # of the kernel's machinery, which runs in this process
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_prints_what_is_kept_in_it(name):
    kept = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    assert keep.printed(keep.run(name)) == keep.printed(kept)


def test_there_is_a_lesson_for_each_paradox():
    assert len(LESSONS) >= 8


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_asks_before_it_shows_and_ends_with_exercises(name):
    headings = re.findall(r"^## (.+)$", source(name), flags=re.M)
    assert [heading for heading in headings if heading in STEPS] == STEPS
    assert re.search(r"\bC\d\d", source(name))


def test_every_exercise_is_asked_and_every_question_has_an_answer():
    asked = [found for name in NAMES for found in re.findall(r'lesson\.check\("([^"]+)"', source(name))]
    assert sorted(asked) == sorted(answers.ANSWERS)


@pytest.mark.parametrize("exercise", sorted(answers.ANSWERS))
def test_the_right_answer_is_accepted_and_others_are_not(exercise):
    truth = answers.ANSWERS[exercise]()
    wrong = not truth if isinstance(truth, bool) else truth + "?" if isinstance(truth, str) else truth * 1.5 + 0.1
    assert lesson.check(exercise, truth).right
    assert not lesson.check(exercise, wrong).right
    assert not lesson.check(exercise, None).right
    assert answers.ANSWERS[exercise].__doc__, "a wrong answer gets a hint"


def test_a_guess_is_held_against_what_happens():
    assert lesson.guess("rises", 1.0, 2.0, "the tie").right
    assert not lesson.guess("stays", 1.0, 2.0, "the tie").right
    assert lesson.guess("stays", 1.0, 1.001, "the tie").right
    with pytest.raises(ValueError, match="prediction is 'up'; write one of 'falls', 'stays', 'rises'"):
        lesson.guess("up", 1.0, 2.0, "the tie")
    with pytest.raises(ValueError, match="no exercise 'none'"):
        lesson.check("none", 1)
