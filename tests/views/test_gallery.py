"""The gallery's pictures are made from its page, are there, and are small."""

from pathlib import Path

import pytest

from triangle.views.gallery import MOST, draw, pictures
from triangle.views.plot import __all__ as figures

PAGE = Path(__file__).parents[2] / "docs" / "gallery.md"


def test_every_picture_of_the_gallery_is_there_and_small():
    shown = [PAGE.parent / path for path, _ in pictures(PAGE.read_text(encoding="utf-8"))]
    assert len(shown) >= 10
    for path in shown:
        assert 0 < path.stat().st_size < MOST


def test_the_gallery_shows_the_figures_of_the_library():
    source = "".join(source for _, source in pictures(PAGE.read_text(encoding="utf-8")))
    elsewhere = {"claim", "quad", "region", "trajectory"}
    assert {name for name in figures if f"tri.plot.{name}(" not in source} == elsewhere


def test_a_picture_shows_what_its_examples_drew(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        ">>> import matplotlib.pyplot as plt\n>>> figure = plt.figure(figsize=(1, 1))\n\n![One](images/one.png)\n"
        "\n>>> figure = plt.figure(figsize=(2, 1))\n\n![Two](images/two.png)\n",
        encoding="utf-8",
    )
    one, two = draw(page)
    assert (one, two) == (tmp_path / "images/one.png", tmp_path / "images/two.png")
    sizes = [int.from_bytes(path.read_bytes()[16:20], "big") for path in (one, two)]
    assert sizes[1] == 2 * sizes[0]


def test_a_page_without_a_figure_and_no_page_are_told(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(">>> x = 1\n\n![One](images/one.png)\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"images/one\.png: the examples before it make no figure"):
        draw(page)
    with pytest.raises(ValueError, match="no such page"):
        draw(tmp_path / "none.md")
