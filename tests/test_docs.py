import re
from pathlib import Path

import pytest

import triangle as tri
from triangle.views.markdown import document

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]


def test_the_page_of_tables_is_what_the_code_prints():
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
        place = ROOT if target.startswith("notebooks/") else page.parent  # they are copied when the pages are built
        assert (place / target).exists(), target


def test_the_readme_counts_what_there_is():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    model = tri.chapter_model()
    assert f"{len(tri.scenarios())} files" in text
    counted = (
        f"{len(model.parameters)} parameters, {len(model.terms)} terms, a contract, {len(model.measures)} measures"
    )
    assert counted in text
