"""The page of licences lists all that is required, and for whom."""

import re
import runpy
from pathlib import Path

HERE = Path(__file__).parent


def test_the_page_lists_every_requirement_once():
    needed = runpy.run_path(str(HERE / "licences.py"))["needed"]()
    rows = re.findall(
        r"^\| ([\w-]+) \| ([^|]+) \| ([^|]+) \|$", (HERE.parents[1] / "docs/licences.md").read_text("utf-8"), re.M
    )
    listed = {name: groups.split(", ") for name, groups, _ in rows if name != "package"}
    assert listed == needed
    assert len(listed) > 20
