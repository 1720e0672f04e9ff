"""The table of modules in CONTRIBUTING.md: every module is in it, and imports point down it."""

import ast
import re
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "triangle"
ROWS = re.findall(r"^\| (`[^|]+) \|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
ROOMS = [re.findall(r"`([^`]+)`", row) for row in ROWS]
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))

REACHING_UP = {
    ("studies/", "views/"),  # a result shows itself
    ("chapter/", "views/"),
    ("scenario.py", "scenario_*.py"),  # a name or a path is read when it is asked for
    ("scenario.py", "chapter/"),  # and for the chapter's model, unless told for which
}
"""Who may import from above when a function is called, or for a type checker alone."""


def room(path):
    """Return the number of the row that a module stands in, counted from the top."""
    (found,) = [k for k, names in enumerate(ROOMS) if any(_matches(path, name) for name in names)]
    return found


def _matches(path, name):
    return path.parts[0] == name[:-1] if name.endswith("/") else len(path.parts) == 1 and fnmatch(path.name, name)


def imports(path):
    """Yield what a module imports from the library, and whether that is done when the module is loaded."""
    tree = ast.parse((SOURCE / path).read_text(encoding="utf-8"))
    late = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = path.parent.parts[: len(path.parent.parts) - node.level + 1]
            whole = (*place, *(node.module or "").split("."))
            for target in [whole] if node.module else [(*place, alias.name) for alias in node.names]:
                yield _file(tuple(filter(None, target))), node not in late
        assert not (isinstance(node, ast.Import) and any(alias.name.startswith("triangle") for alias in node.names))


def _file(parts):
    """Return the module that the parts of an import name: a package, a module, or a name in a package."""
    for found in (Path(*parts, "__init__.py"), Path(*parts).with_suffix(".py"), Path(*parts[:-1], "__init__.py")):
        if found in MODULES:
            return found
    raise AssertionError(f"no module {'.'.join(parts)}")


def test_every_module_stands_in_one_row_and_every_row_has_modules():
    assert {room(path) for path in MODULES} == set(range(len(ROOMS)))
    for name in (name for names in ROOMS for name in names):
        assert any(_matches(path, name) for path in MODULES), name


def test_imports_point_down_the_table():
    up, reached = [], set()
    for path in MODULES:
        for target, at_once in imports(path):
            if path == Path("__init__.py") or target == Path("__init__.py") or room(target) >= room(path):
                continue
            pair = (ROOMS[room(path)][0], ROOMS[room(target)][0])
            reached.add(pair)
            if at_once or pair not in REACHING_UP:
                up.append(f"{path} imports {target}" + (" when it is loaded" if at_once else ""))
    assert up == []
    assert reached == REACHING_UP
