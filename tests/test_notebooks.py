"""The notebooks run, show what is kept in them, and check answers."""

import re

import answers
import keep
import lesson
import nbformat
import pytest

import triangle as tri

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


PARADOXES = ["C04", "C05", "C12", "C13", "C21", "C51", "C52", "C70", "C85", "C89", "C92", "C94", "C95", "C99"]


def test_there_is_a_lesson_for_each_paradox():
    assert len(LESSONS) >= 8
    taught = {claim for name in LESSONS for claim in re.findall(r"\bC\d\d", cells(name)[0].source)}
    assert set(PARADOXES) <= taught


@pytest.mark.parametrize("page", ["notebooks/README.md", "docs/teaching.md"])
def test_pages_about_the_notebooks_link_every_lesson_and_nothing_that_is_not_there(page):
    text = (FOLDER.parent / page).read_text(encoding="utf-8")
    linked = re.findall(r"\((?:notebooks/)?(\w+)\.ipynb\)", text)
    assert set(LESSONS) <= set(linked) <= set(NAMES)


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


# --- what the lessons print ---------------------------------------------------------------------------------------


def test_the_reasons_of_a_change_add_up_to_it_whatever_number_is_shown(capsys):
    model = tri.chapter_model()
    change = lesson.moved(tri.compare(model, "us_russia_reset"))["intensity"]
    for top in (1, 3, 50):
        lesson.why(model, change, top)
        whole, *parts = (float(number) for number in re.findall(r"[+-]\d\.\d{3}", capsys.readouterr().out))
        assert whole == pytest.approx(change.after - change.before, abs=6e-4)
        assert sum(parts) == pytest.approx(whole, abs=6e-4 * len(parts) + 6e-4)


def test_a_verdict_is_told_with_its_shortfall_and_its_nature(capsys):
    lesson.told(tri.check("C85", points=256))
    assert re.search(r"holds at the defaults, and in \d\d\.\d% .*consequence.*'certain'.*falls short", told(capsys))
    lesson.told(tri.check("C05", points=256))
    assert "at all of 256 points" in told(capsys)
    lesson.told(tri.check("C92", tri.rival_model("wedge"), points=256))
    assert re.search(r"fails at the defaults, and at none of 256 points", told(capsys))
    with pytest.raises(ValueError, match="C32 is not tested"):
        lesson.told(tri.check("C32", points=256))


def test_a_failure_is_told_by_the_parameters_that_could_overturn_the_claim(capsys):
    verdict = tri.check("C85", points=1024)
    lesson.failure(verdict)
    text = told(capsys)
    assert "isolation +" in text
    assert "intensity[after] > intensity[before]" in text
    assert "norms" not in text, "it has no part in the difference of the two years"
    lesson.failure(tri.check("C04r", points=256))
    assert told(capsys).startswith("It fails at the defaults: intensity[wide]")
    lesson.failure(tri.check("C05", points=256))
    assert told(capsys).startswith("No failure was found")


def told(capsys):
    return " ".join(capsys.readouterr().out.split())
