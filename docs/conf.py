"""How the documentation is built: `make docs` writes it to build/docs."""

import re
import shutil
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).parent
NOTEBOOKS = HERE / "notebooks"

project = "triangle"
author = "the triangle authors"
copyright = author
version = release = installed("triangle-games")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build"]

# Notebooks are shown with the outputs kept in them, which the tests compare with what they print.
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_typehints = "none"  # the NumPy-style docstrings say more, and shorter
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "pydata_sphinx_theme"
html_title = "triangle"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
}
html_sidebars: dict[str, list[str]] = {"index": []}


def copy_notebooks() -> None:
    """Sphinx reads only what lies below its folder."""
    shutil.rmtree(NOTEBOOKS, ignore_errors=True)
    NOTEBOOKS.mkdir()
    for path in (HERE.parent / "notebooks").glob("*.ipynb"):
        shutil.copy(path, NOTEBOOKS)


def setup(app: object) -> None:
    """Sphinx calls this."""
    copy_notebooks()
    shutil.rmtree(HERE / "api", ignore_errors=True)  # else the page of a name that is gone stays, and fails the build
    app.connect("autodoc-process-docstring", escape_stars, priority=100)  # type: ignore[attr-defined]


def escape_stars(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """A shape such as (*batch, N) is no emphasis; docstrings spare those who read them in Python the backslash."""
    for index, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            lines[index] = re.sub(r"(?<![\w*\\])\*(?=[A-Za-z_.]+(?![A-Za-z_.*]))", r"\\*", line)
