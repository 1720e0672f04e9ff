"""The reference lists every public name, and no other."""

import re
from pathlib import Path

import triangle as tri
import triangle.solvers
from triangle.views import plot

PAGE = Path(__file__).parents[1] / "docs" / "reference.md"
OTHERS = {"plot", "solvers"}  # packages, whose own names are listed


def test_every_public_name_is_in_the_reference_once():
    listed = re.findall(r"^   (\w+)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted([*(set(tri.__all__) - OTHERS), *triangle.solvers.__all__, *plot.__all__])
