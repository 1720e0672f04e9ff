"""Draw the figures of docs/gallery.md anew: ``python -m triangle.views.gallery``, or with the page's path behind it.

The page is the only source. Its examples are run in order, as doctest runs them, and what is called ``figure`` when
the page shows a picture is written where the page looks for it.
"""

from __future__ import annotations

import doctest
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

PAGE = Path("docs/gallery.md")
DPI, COLOURS = 100, 256
MOST = 120_000
"""Bytes that a picture may take: pages with many are read over slow lines too."""
_SHOWN = re.compile(r"^!\[[^\]]*\]\((?P<path>images/[^)]+\.png)\)", re.MULTILINE)


def pictures(text: str) -> Iterator[tuple[str, str]]:
    r"""Yield for every picture of a page the path it is shown from and the source that was run before it.

    Examples
    --------
    >>> list(pictures(">>> figure = 1\n\n![One](images/one.png)\n\n>>> figure = 2\n"))
    [('images/one.png', 'figure = 1\n')]
    """
    start = 0
    for shown in _SHOWN.finditer(text):
        examples = doctest.DocTestParser().get_examples(text[start : shown.start()])
        yield shown["path"], "".join(example.source for example in examples)
        start = shown.end()


def draw(page: Path = PAGE) -> list[Path]:
    """Run a page's examples and write its pictures, each as small as a palette of 256 colours makes it.

    Raises
    ------
    ValueError
        The page is not there; no figure is there to be shown; or a picture would be larger than `MOST` bytes.
    """
    import matplotlib.pyplot as plt

    if not page.is_file():
        raise ValueError(f"{page}: no such page; run this from the project's folder, or name the page")
    scope: dict[str, Any] = {}
    written = []
    for path, source in pictures(page.read_text(encoding="utf-8")):
        exec(compile(source, str(page), "exec"), scope)
        if not isinstance(scope.get("figure"), Figure):
            raise ValueError(f"{page}, {path}: the examples before it make no figure")
        target = page.parent / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(scope["figure"], target)
        written.append(target)
        plt.close("all")
    return written


def _write(figure: Figure, target: Path) -> None:
    from PIL import Image

    raw = io.BytesIO()
    figure.savefig(raw, dpi=DPI, format="png")
    small = io.BytesIO()
    Image.open(raw).convert("RGB").quantize(COLOURS).save(small, format="png", optimize=True)
    if len(small.getvalue()) > MOST:
        raise ValueError(f"{target}: {len(small.getvalue()):,} bytes, and a picture may take {MOST:,}")
    target.write_bytes(small.getvalue())


if __name__ == "__main__":
    import matplotlib as mpl

    mpl.use("Agg")
    try:
        for drawn in draw(*map(Path, sys.argv[1:2])):
            print(drawn)
    except ValueError as error:
        sys.exit(f"gallery: {error}")
