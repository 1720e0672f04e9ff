"""Run the notebooks and keep what they print: `python notebooks/keep.py [NAME …]`; without names, all of them."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
SECONDS = 60  # the longest that one notebook may take


def names() -> list[str]:
    """The notebooks of this folder."""
    return sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def run(name: str) -> Any:
    """A notebook executed anew, with nothing in it that differs from run to run."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    options = {"timeout": SECONDS, "kernel_name": "python3", "coalesce_streams": True}
    client = NotebookClient(notebook, resources={"metadata": {"path": FOLDER}}, **options)
    inherited = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}  # figures belong in the page
    client.execute(env=inherited)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
    return notebook


def printed(notebook: Any) -> list[str]:
    """What each cell shows as text, a picture being one word; where an object lies in memory is left out."""
    shown = []
    for cell in notebook.cells:
        parts = []
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            text = "[picture]" if "image/png" in data else output.get("text") or data.get("text/plain", "")
            parts.append(re.sub(r"0x[0-9a-f]+", "0x…", text))
        shown.append("".join(parts))
    return shown


def main(wanted: list[str]) -> None:
    """Run the notebooks named and write them back."""
    for name in wanted or names():
        nbformat.write(run(name), FOLDER / f"{name}.ipynb")
        print(f"kept {name}.ipynb")


if __name__ == "__main__":
    main(sys.argv[1:])
