"""The licences of all that the library requires: `python tests/packaging/licences.py > docs/licences.md`."""

import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
HEAD = """# Licences

triangle is under the MIT licence. It contains no code of others; what it requires is installed beside it, under
licences of its own. As the packages themselves state them:

| package | needed for | licence |
|---|---|---|"""

FOOT = "The extra peers is for benchmarks and second opinions in tests; nothing in the library imports it."


def licence(name: str) -> str:
    """What a package says of its licence: the expression, else the classifiers, else the first line of the field."""
    told = metadata.metadata(name)
    if told.get("License-Expression"):
        return told["License-Expression"]
    classified = [line.split(" :: ")[-1] for line in told.get_all("Classifier", []) if line.startswith("License :: ")]
    classified = [line for line in classified if line != "OSI Approved"]
    return ", ".join(classified) or (told.get("License") or "not stated").splitlines()[0]


def needed() -> dict[str, list[str]]:
    """Each direct requirement, and the extras that ask for it; "the library" where all do."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"the library": project["dependencies"]}
    groups |= {f"extra {extra}": listed for extra, listed in project["optional-dependencies"].items()}
    found: dict[str, list[str]] = {}
    for group, listed in groups.items():
        for line in listed:
            found.setdefault(Requirement(line).name, []).append(group)
    return found


def page() -> str:
    """The whole page."""
    rows = [f"| {name} | {', '.join(groups)} | {licence(name)} |" for name, groups in needed().items()]
    return "\n".join([HEAD, *rows, "", FOOT])


if __name__ == "__main__":
    print(page())
