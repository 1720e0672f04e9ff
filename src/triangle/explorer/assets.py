"""The files of the page; its JavaScript modules joined into the one module that page and notebook share.

The modules in ``page/`` import from one another and are joined in `ORDER`: import lines are dropped, and so is the
word ``export``, except in the last. They share one scope then, so no two may use one name at the top: `joined` refuses
that.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

ORDER = (
    "state", "grid", "legend", "canvas", "dom", "legendlist", "picture", "sliders", "point", "claims", "guess",
    "rivals", "links", "layout", "explorer", "entry",
)  # fmt: skip
_IMPORT = re.compile(r"^import\b[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class|let)\b)", re.MULTILINE)
_TOP = re.compile(r"^(?:export )?(?:async )?(?:function|const|class|let) ([A-Za-z_$][\w$]*)", re.MULTILINE)


def read(name: str) -> str:
    """Return a file of the page as text."""
    return files("triangle.explorer").joinpath("page", name).read_text(encoding="utf-8")


@cache
def joined() -> str:
    """Return the explorer as one JavaScript module: ``mount`` for a page, the default export for anywidget.

    Raises
    ------
    ValueError
        Two modules use one name at the top.
    """
    homes: dict[str, str] = {}
    parts = []
    for name in ORDER:
        source = read(f"{name}.js")
        for top in _TOP.findall(source):
            if top in homes:
                raise ValueError(f"{name}.js and {homes[top]}.js both define {top!r}; they are joined into one module")
            homes[top] = name
        source = _IMPORT.sub("", source)
        parts.append(source if name == ORDER[-1] else _EXPORT.sub("", source))
    return "\n".join(parts)
