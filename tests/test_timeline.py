"""Timelines: dated values on straight lines, commitments without gaps, branches that share the past."""

from pathlib import Path

import numpy as np
import pytest

import triangle as tri
from triangle.timeline import Change, TimelineError, timeline, timelines

CHAPTER = "chapter_1991_2017"
HEAD = 'title = "t"\nasks = "a"\n'
WHOLE = HEAD + "first = 2000\nlast = 2005\n"
ANCHOR = '[[anchor]]\nyear = {year}\nbasis = "judgement"\nparameters = {{ sanctions = {value} }}\n'
PLAYS = '[[commitment]]\nfrom = 2000\nplays = true\nbasis = "judgement"\n'


@pytest.fixture(scope="module")
def chapter():
    return timeline(CHAPTER)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "made.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(TimelineError) as caught:
        timeline(written(tmp_path, text))
    return caught.value.faults


@pytest.mark.parametrize("name", timelines())
def test_every_timeline_loads_and_fits_the_model(name):
    found = timeline(name)
    assert all(len(values) == len(found.years) for values in found.values.values())
    assert all(basis.basis for basis in found.bases)


@pytest.mark.parametrize("year", [2001, 2008, 2009, 2013, 2014, 2016])
def test_an_anchor_is_the_dated_scenario_of_its_year(chapter, year):
    assert chapter.at(year).values == pytest.approx(dict(tri.scenario(f"baseline_{year}").values), abs=1e-15)


def test_values_run_on_a_straight_line_between_anchors(chapter):
    gap = chapter.values["power_gap"]
    before, after = gap[chapter.place(2001)], gap[chapter.place(2008)]
    assert gap[chapter.place(2004)] == pytest.approx(before + 3 / 7 * (after - before))


def test_the_chapter_has_all_historical_events_once(chapter):
    assert [event.id for event in chapter.events] == [f"E{k:02d}" for k in range(1, 23)]


def test_no_year_of_the_chapter_is_an_exact_tie(chapter):
    model = tri.chapter_model()
    assert all(len(tri.solve(model, chapter.at(year)).equilibria) == 1 for year in chapter.years)


@pytest.mark.parametrize("name", [name for name in timelines() if name != CHAPTER])
def test_a_branch_shares_the_past_and_only_the_past(name):
    branch = timeline(name)
    base = timeline(CHAPTER).until(branch.years[-1])
    start = branch.place(branch.branch)
    assert branch.commitments[:start] == base.commitments[:start]
    assert all((branch.values[key][:start] == base.values[key][:start]).all() for key in base.values)
    differs = branch.commitments[start] != base.commitments[start]
    assert differs or any(branch.values[key][start] != base.values[key][start] for key in base.values)


def test_a_change_in_python_is_the_branch_of_the_file(chapter):
    made = chapter.until(2018).changed(tri.chapter_model(), Change(2015, {"sanctions": 0.1}))
    filed = timeline("sanctions_lifted_2015")
    assert made.branch == filed.branch
    assert made.commitments == filed.commitments
    assert all((made.values[key] == filed.values[key]).all() for key in filed.values)


def test_the_last_year_is_held_beyond_the_end(chapter):
    longer = chapter.until(2020)
    assert longer.years[-1] == 2020
    assert (longer.values["energy"][-4:] == chapter.values["energy"][-1]).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WHOLE + ANCHOR.format(year=2003, value=0.2) + ANCHOR.format(year=2000, value=0.1) + PLAYS, "in order"),
        (WHOLE + 2 * ANCHOR.format(year=2000, value=0.1) + PLAYS, "given twice"),
        (WHOLE + ANCHOR.format(year=2002, value=0.1) + PLAYS, "the first anchor is 2002"),
        (WHOLE + ANCHOR.format(year=2000, value=1.5) + PLAYS, "must be from 0 to 1"),
        (WHOLE + ANCHOR.format(year=2000, value=0.1), "commitment gap"),
        (WHOLE + ANCHOR.format(year=2000, value=0.1).replace("sanctions", "sanction") + PLAYS, "'sanctions'"),
        (WHOLE + ANCHOR.format(year=2000, value=0.1) + PLAYS.replace("2000", "1999"), "must lie in 2000–2005"),
        (WHOLE + ANCHOR.format(year=2000, value=0.1) + 2 * PLAYS, "another commitment"),
        (
            WHOLE + ANCHOR.format(year=2000, value=0.1) + PLAYS
            + '[[news]]\nyear = 2001\nparameter = "energy"\nvalue = 0.1\nbasis = "j"\n',
            "no state",
        ),
        (
            HEAD + f'extends = "{CHAPTER}"\n'
            + '[[shock]]\nfrom = 2010\nto = 2012\nparameters = { sanctions = 0.1 }\nbasis = "j"\n'
            + '[[shock]]\nfrom = 2012\nparameters = { sanctions = 0.2 }\nbasis = "j"\n',
            "two shocks in 2012",
        ),
        (
            HEAD + f'extends = "{CHAPTER}"\n[[shock]]\nfrom = 2031\nparameters = {{ sanctions = 0.1 }}\nbasis = "j"\n',
            "must lie in 1991–2017",
        ),
        (HEAD + f'extends = "{CHAPTER}"\n', "changes something"),
        (HEAD + 'extends = "chapter_1991_2018"\n', "unknown timeline"),
        (HEAD + 'first = "soon"\n', "'first'"),
        ('title = "t"\n', "'asks' is missing"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_error(tmp_path, text, told):
    assert any(told in fault for fault in faults(tmp_path, text))


def test_all_faults_are_told_at_once(tmp_path):
    text = WHOLE + ANCHOR.format(year=2003, value=7) + ANCHOR.format(year=2002, value=0.1)
    assert len(faults(tmp_path, text)) >= 3


@pytest.mark.parametrize(
    ("content", "told"), [(b"\xff\xfe", "UTF-8"), (b"title = ", "broken TOML"), (b"#" * 1_000_001, "bytes")]
)
def test_what_is_no_timeline_is_told(tmp_path, content, told):
    path = tmp_path / "made.toml"
    path.write_bytes(content)
    with pytest.raises(TimelineError, match=told):
        timeline(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TimelineError, match="no such file"):
        timeline(tmp_path / "none.toml")


def test_a_circle_of_branches_is_an_error(tmp_path):
    shock = '[[shock]]\nfrom = 2010\nparameters = { sanctions = 0.1 }\nbasis = "j"\n'
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / f"{name}.toml").write_text(HEAD + f'extends = "{other}"\n' + shock, encoding="utf-8")
    with pytest.raises(TimelineError, match="circle"):
        timeline(tmp_path / "one.toml")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (Change(1980, {"sanctions": 0.1}), "1991–2017"),
        (Change(2015, {"sanction": 0.1}), "sanctions"),
        (Change(2015, {"sanctions": 2.0}), "outside"),
        (Change(2015, commitment="pressure"), "pressure/engage"),
        (Change(2015, {"sanctions": 0.1}, to=2014), "cannot end"),
        ([Change(2015, {"sanctions": 0.1}), Change(2016, {"sanctions": 0.2})], "two changes of 'sanctions' in 2016"),
        ([], "at least one change"),
    ],
)
def test_a_faulty_change_is_refused(chapter, changes, told):
    with pytest.raises(ValueError, match=told):
        chapter.changed(tri.chapter_model(), changes)


def test_a_timeline_does_not_change_under_its_branches(chapter):
    before = chapter.values["sanctions"].copy()
    chapter.changed(tri.chapter_model(), Change(1995, {"sanctions": 0.9}))
    np.testing.assert_array_equal(chapter.values["sanctions"], before)
