"""Build the sdist and the wheel, install them where nothing else is, and see that they work.

Tried in turn: the wheel under every Python found, from 3.11 to 3.14; the sdist; the oldest releases of all that
the library requires; each extra alone. Everywhere: one game solved, a sweep written to a file and read, a claim
checked, scenarios and timelines found, `pip check`; and the types seen by a strict mypy in a program that
imports the library. Ends with 1 where any of it fails.

    python tests/packaging/check_packages.py
"""

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


def lowest(folder: Path) -> Path:
    """Constraints that hold every requirement at the oldest release that pyproject.toml admits."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    path = folder / "lowest.txt"
    path.write_text("\n".join(line.replace(">=", "==") for line in project["dependencies"]), encoding="utf-8")
    return path


def main() -> int:
    """Try everything; 1 where anything failed."""
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
    return int(trial.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
