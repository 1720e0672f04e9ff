"""Build the sdist and the wheel, install them where nothing else is, and see that they work.

Tried in turn: the wheel under every Python found, from 3.11 to 3.14; the sdist; the oldest releases of all that
the library requires; each extra alone. Everywhere: one game solved, a sweep written to a file and read, a claim
checked, scenarios and timelines found, `pip check`; and the types seen by a strict mypy in a program that
imports the library. Ends with 1 where any of it fails.

    python tests/packaging/check_packages.py

With `--suite` the whole suite runs as well under the oldest releases, of the extras too: in a fresh environment, on
a copy of what is committed. Left out are the notebooks, which show the newest releases' output, and pictures held
against those that the newest matplotlib drew. What old releases warn of among themselves is no error there: the
oldest matplotlib uses what the newest pyparsing would rather not offer. `--suite TEST...` runs some of the tests.

    python tests/packaging/check_packages.py --suite tests/test_store.py
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = {
    "cluster": "import dask.distributed, zarr",
    "teach": "import anywidget, jupyterlab",
    "browser": "import playwright",
    "explore": "import starlette, uvicorn",
    "peers": "import numba, pygambit, quantecon",
    "proofs": "import z3",
    "docs": "import myst_nb, pydata_sphinx_theme, sphinx",
}
OLDEST = ("cluster", "explore", "peers", "proofs", "teach")
"""Extras whose oldest releases the suite runs under."""

APART = ("tests/test_notebooks.py", "tests/explorer/test_browser.py", "tests/views/test_images.py")
WARNED = ("-W", "ignore::DeprecationWarning", "-W", "ignore::PendingDeprecationWarning")
SMOKE = """
import pathlib, tempfile
import triangle as tri
model = tri.chapter_model()
assert tri.solve(model, "us_russia_reset").equilibria
path = pathlib.Path(tempfile.mkdtemp()) / "sweep.nc"
swept = tri.sweep(model, "us_russia_reset", vary={"sanctions": (0, 1, 11)})
swept.to_netcdf(path)
assert tri.rerun(path).identical(swept)
assert tri.check("C12").holds
assert "us_russia_reset" in tri.scenarios() and "chapter_1991_2017" in tri.timelines()
"""
TYPED = """
import triangle as tri
from triangle.solvers import pure_nash
reveal_type(tri.chapter_model())
reveal_type(pure_nash)
"""


def run(*command: object, cwd: Path | None = None) -> str:
    """What the command prints; an error that shows it where the command fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(map(str, command[:6]))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def interpreters() -> dict[str, str]:
    """The Pythons on this machine, by version."""
    found = {}
    for version in PYTHONS:
        roots = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
        at = shutil.which(f"python{version}")
        candidates = ([at] if at else []) + [str(root) for root in roots]
        for candidate in candidates:
            asked = [candidate, "-c", "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"]
            told = subprocess.run(asked, capture_output=True, text=True)
            if told.stdout.strip() == version:
                found[version] = candidate
                break
    return found


class Trial:
    """Fresh environments, and a line for each of what was tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.failed = 0

    def install(self, name: str, python: str, package: str, *options: object) -> Path:
        """A new environment with the package alone; its interpreter."""
        run(python, "-m", "venv", self.folder / name)
        inside = self.folder / name / "bin" / "python"
        run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options, package)
        return inside

    def attempt(self, name: str, python: str, package: str, *options: object, also: str = "") -> None:
        """Install, check, run; one line says how it went."""
        try:
            inside = self.install(name, python, package, *options)
            run(inside, "-m", "pip", "check")
            run(inside, "-I", "-c", SMOKE + also, cwd=self.folder)
            run(inside.parent / "triangle", "scenarios", "--json", cwd=self.folder)
        except RuntimeError as error:
            self.failed += 1
            print(f"FAILED  {name}\n{error}", flush=True)
        else:
            print(f"works   {name}", flush=True)
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def suite(self, tests: list[str]) -> None:
        """The tests, on a copy of what is committed, under the oldest releases of all requirements and extras."""
        copy, inside = self.folder / "copy", self.folder / "suite" / "bin" / "python"
        try:
            run("git", "clone", "--quiet", ROOT, copy)
            run(sys.executable, "-m", "venv", self.folder / "suite")
            install = (inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            extras = ",".join(("dev", *OLDEST))
            run(*install, "--constraint", lowest(self.folder, OLDEST), "--editable", f"{copy}[{extras}]")
            run(inside, "-m", "pip", "check")
        except RuntimeError as error:
            self.failed += 1
            print(f"FAILED  the suite's environment\n{error}", flush=True)
            return
        apart = [f"--ignore={path}" for path in APART]
        told = subprocess.run([inside, "-m", "pytest", "-q", "-n", "auto", *WARNED, *apart, *tests], cwd=copy)
        self.failed += told.returncode != 0
        print(f"{'FAILED' if told.returncode else 'works '}  the suite under the oldest releases", flush=True)

    def types(self, package: str) -> None:
        """A program that imports the library sees its types."""
        try:
            inside = self.install("typed", sys.executable, package)
            run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "mypy")
            (self.folder / "user.py").write_text(TYPED, encoding="utf-8")
            told = run(inside, "-m", "mypy", "--strict", "user.py", cwd=self.folder)
            if "GameFamily" not in told or '"Any"' in told:
                raise RuntimeError(told)
        except RuntimeError as error:
            self.failed += 1
            print(f"FAILED  py.typed\n{error}")
        else:
            print("works   py.typed: mypy --strict reads the types of the installed wheel")


def lowest(folder: Path, extras: tuple[str, ...] = ()) -> Path:
    """Constraints that hold every requirement at the oldest release that pyproject.toml admits."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for name in extras for line in project["optional-dependencies"][name]]
    path = folder / "lowest.txt"
    # a constraint takes no extras of its own: dask[distributed] is held as dask
    path.write_text("\n".join(re.sub(r"\[.*\]", "", line).replace(">=", "==") for line in wanted), encoding="utf-8")
    return path


def main() -> int:
    """Try everything; 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", nargs="*", metavar="TEST", help="also the suite, or these tests of it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        trial = Trial(folder)
        builder = trial.install("builder", sys.executable, "build")
        run(builder, "-m", "build", "--outdir", folder / "dist", ROOT)
        wheel = str(next((folder / "dist").glob("*.whl")))
        source = str(next((folder / "dist").glob("*.tar.gz")))
        for version, python in interpreters().items():
            trial.attempt(f"wheel, Python {version}", python, wheel)
        trial.attempt("sdist", sys.executable, source)
        trial.attempt("oldest releases", sys.executable, wheel, "--constraint", lowest(folder))
        for extra, imports in EXTRAS.items():
            trial.attempt(f"extra {extra} alone", sys.executable, f"{wheel}[{extra}]", also=imports)
        trial.types(wheel)
        if asked.suite is not None:
            trial.suite(asked.suite)
    return int(trial.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
