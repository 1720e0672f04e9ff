"""Mutation testing: how many small faults, drawn at random, the tests of the module concerned notice.

For each group of modules a fixed seed draws mutants (`mutants.py` says what they are) from all that there are. Each
goes into a copy of the tree, and the module's tests run there until the first failure: its own doctests, then the files
that `TESTS` names. Prints the mutants that survived and a table. At the end every test that killed a mutant runs on the
code as it is, where it must pass; otherwise the count means nothing, and the command ends with 1.

A survivor is a hole in those tests or a change that nobody could notice; only reading tells which.

    python benchmarks/mutation.py [--sample 40 | --each 3] [--seed 0] [--group kernel] [--modules 'solvers/p*']
    python benchmarks/mutation.py --only solvers/pure.py:70
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib import import_module
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from mutants import Mutant, mutants

ROOT = Path(__file__).parents[1]
PACKAGE = Path("src/triangle")
COPIED = ("src", "tests", "scenarios", "notebooks")
HEAVY = ("hypothesis.extra.numpy", "scipy.integrate", "scipy.optimize", "scipy.spatial", "scipy.special", "scipy.stats",
         "scipy.sparse.csgraph", "numpy.testing", "nashpy", "pydantic", "xarray", "numba", "quantecon.game_theory",
         "pygambit", "z3")  # fmt: skip
"""Imported once, before the copies of this process that run the tests."""

GROUPS: dict[str, tuple[str, ...]] = {
    "conditions": ("conditions.py",),
    "kernel": ("kernel.py", "blocks.py", "pruning.py", "products.py", "contraction.py"),
    "checker": ("exact/checker/*.py",),
    "exact": ("exact/*.py",),
    "solvers": ("solvers/*.py",),
}

_BATCH = "test_conditions test_kernel"
_PROOFS = (
    "test_exact_forms test_exact_commitment test_exact_certify test_exact_tampering "
    "test_exact_forgery test_exact_refutation"
)
_LINE = "test_exact_numbers test_exact_thresholds test_exact_commitment"
_PLANE = "test_exact_numbers test_exact_region"
_ALL = "test_exact_numbers test_exact_thresholds test_exact_region test_exact_nearest " + _PROOFS
_MIXED = "solvers/test_mixed solvers/test_mixed_many solvers/test_mixed_peers"
_STABLE = "solvers/test_published solvers/test_pure solvers/test_coalitions solvers/test_second_opinions"
_LEADER = "solvers/test_published solvers/test_sequential solvers/test_leadership"
_QRE = "solvers/test_qre solvers/test_qre_branch"
_SIGNS = "solvers/test_signs"
_CONFLICT = "solvers/test_conflict"
_WORTH = "solvers/test_cooperative"
_LP = "solvers/test_correlated solvers/test_dominance solvers/test_cooperative"
_REPEATED = "solvers/test_repeated solvers/test_self_generation"
_MOTION = "solvers/test_replicator solvers/test_evolution"

TESTS: dict[str, str] = {
    "conditions.py": "test_conditions test_kernel test_exact_thresholds",
    **dict.fromkeys(("kernel.py", "blocks.py", "pruning.py", "products.py", "contraction.py"), "test_kernel"),
    "exact/checker/*.py": "test_exact_routes test_exact_nearest " + _PROOFS,
    **{f"exact/{m}.py": _ALL for m in ("rational", "rough", "forms", "point", "displaced", "family")},
    **{f"exact/{m}.py": _LINE for m in ("line", "thresholds", "windows", "walk", "compared", "univariate")},
    **{f"exact/{m}.py": _PLANE for m in ("region", "redundant", "curves")},
    "exact/nearest.py": "test_exact_nearest",
    "exact/outcome.py": "test_exact_nearest test_exact_tampering",
    "exact/solver.py": "test_exact_solver",
    "exact/routes.py": "test_exact_routes " + _PROOFS,
    "exact/*.py": _PROOFS,
    "solvers/__init__.py": "solvers/test_package",
    "solvers/arrays.py": "solvers/test_arrays solvers/test_regret solvers/test_package " + _STABLE,
    **{f"solvers/{m}.py": "solvers/test_polygon solvers/test_bargaining" for m in ("bargaining", "bargaining_sets")},
    **{f"solvers/{m}.py": _SIGNS for m in ("signs", "balance", "caplow")},
    **{f"solvers/{m}.py": _STABLE for m in ("pure", "coalitions", "moves")},
    **{f"solvers/{m}.py": _CONFLICT for m in ("conflict", "conflict_coalitions", "conflict_inverse")},
    **{f"solvers/{m}.py": _WORTH for m in ("cooperative", "core", "excess", "nucleolus")},
    **{f"solvers/{m}.py": "solvers/test_correlated" for m in ("correlated", "correlated_certificate")},
    "solvers/dominance.py": "solvers/test_published solvers/test_dominance solvers/test_second_opinions",
    **{f"solvers/{m}.py": _MOTION for m in ("replicator", "evolution")},
    "solvers/fictitious_play.py": "solvers/test_fictitious_play",
    "solvers/elimination.py": "solvers/test_elimination " + _QRE,
    **{f"solvers/{m}.py": _LEADER for m in ("leadership", "mixed_leadership", "sequential")},
    **{
        f"solvers/{m}.py": _MIXED
        for m in ("lemke_howson", "mixed", "nash_sets", "small_vertices", "supports", "two_by_two_by_two", "vertices")
    },
    "solvers/linear.py": _LP,
    **{f"solvers/{m}.py": "solvers/test_logit_dynamics" for m in ("gentle_chains", "logit_dynamics")},
    "solvers/wholes.py": _MIXED,
    "solvers/multilinear.py": _MIXED + " " + _QRE,
    "solvers/networks.py": "solvers/test_networks",
    "solvers/nonmyopic.py": "solvers/test_nonmyopic",
    "solvers/polygon.py": "solvers/test_polygon solvers/test_bargaining " + _REPEATED,
    "solvers/qre*.py": _QRE,
    "solvers/rational.py": "solvers/test_cooperative test_exact_numbers test_exact_thresholds",
    "solvers/regret.py": "solvers/test_regret solvers/test_repeated",
    **{f"solvers/{m}.py": _REPEATED for m in ("repeated", "repeated_payoffs", "self_generation")},
    "solvers/signaling.py": "solvers/test_signaling",
}
"""Patterns of modules and the tests that answer for them; the first that fits counts."""


@dataclass
class Trial:
    """What came of one mutant: killed, survived or timed out, and by which test."""

    mutant: Mutant
    fate: str
    by: str = ""


@dataclass(eq=False)
class Watch:
    """A plugin of pytest: no shrinking of what failed already, and the name of the first test that failed."""

    failed: list[str] = field(default_factory=list)

    def pytest_sessionstart(self) -> None:
        some = (Phase.explicit, Phase.generate)
        settings.register_profile("unshrunk", settings.get_profile("fast"), phases=some, database=None)
        settings.load_profile("unshrunk")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


class Bench:
    """A copy of the tree, in which one file at a time is another."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self.folder, self.seconds = folder, seconds
        for name in COPIED:
            left_out = shutil.ignore_patterns("__pycache__", "node_modules", "baseline")
            shutil.copytree(ROOT / name, folder / name, ignore=left_out)
        for name in ("pyproject.toml", "conftest.py"):
            shutil.copy(ROOT / name, folder)
        os.environ |= {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.path.insert(0, str(folder / "src"))

    def run(self, targets: list[str]) -> tuple[str, list[str]]:
        """How the tests went, in a fork of this process that has the heavy imports behind it."""
        read, write = os.pipe()
        child = os.fork()
        if not child:
            with suppress(BaseException):
                os.setpgid(0, 0)
                resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds))
                resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
                os.chdir(self.folder)
                silent = os.open(os.devnull, os.O_RDWR)
                for stream in (0, 1, 2):
                    os.dup2(silent, stream)
                watch = Watch()
                code = pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *targets], plugins=[watch])
                os.write(write, "\n".join(watch.failed[:1]).encode())
                os._exit(int(code))
            os._exit(int(pytest.ExitCode.INTERNAL_ERROR))
        os.close(write)
        late = time.monotonic() + 6 * self.seconds
        while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < late:
            time.sleep(0.05)
        if not ended[0]:
            os.killpg(child, signal.SIGKILL)
            ended = os.waitpid(child, 0)
        with os.fdopen(read) as pipe:
            failed = pipe.read().splitlines()
        code = os.waitstatus_to_exitcode(ended[1])
        if code >= pytest.ExitCode.INTERNAL_ERROR and not failed:
            raise RuntimeError(f"the tests did not run: {' '.join(targets)}")
        slow = code in (-signal.SIGXCPU, -signal.SIGKILL)
        return "timed out" if slow else "killed" if code else "survived", failed

    def trial(self, mutant: Mutant) -> Trial:
        original = mutant.path.read_bytes()
        mutant.path.write_bytes(mutant.source())
        try:
            fate, failed = self.run(tests_of(mutant.path, self.folder))
        finally:
            mutant.path.write_bytes(original)
        return Trial(mutant, fate, *failed)

    def modules(self, groups: Sequence[str], pattern: str) -> dict[str, list[Path]]:
        """The modules of each group in this copy: what is edited meanwhile makes no difference."""
        inside, of = self.folder / PACKAGE, {}
        for group in groups:
            files = [path for glob in GROUPS[group] for path in sorted(inside.glob(glob))]
            of[group] = [path for path in files if fnmatch(str(path.relative_to(inside)), pattern)]
            for path in of[group]:
                tests_of(path, self.folder)
        return of


def tests_of(module: Path, root: Path) -> list[str]:
    """The module itself, for its doctests, and its files of tests."""
    inside = module.relative_to(root / PACKAGE)
    names = next((names for pattern, names in TESTS.items() if fnmatch(str(inside), pattern)), None)
    if names is None:
        raise SystemExit(f"{inside}: no row of TESTS in {Path(__file__).name} says which tests answer for it")
    own = [str(PACKAGE / inside)] if ">>>" in module.read_text() else []
    return own + [f"tests/{name}.py" for name in names.split()]


def drawn(files: list[Path], sample: int, seed: str) -> list[Mutant]:
    """Mutants of these modules, every one as likely as any other; a larger sample has the smaller in it."""
    every = [mutant for path in files for mutant in mutants(path)]
    random.Random(seed).shuffle(every)
    return every[:sample]


def asked_for(of: dict[str, list[Path]], asked: argparse.Namespace) -> dict[str, list[Mutant]]:
    """The mutants to try, by the row of the table in which they count."""
    modules = {f"{path.parent.name}/{path.name}": path for paths in of.values() for path in paths}
    if asked.only:
        name, _, line = asked.only.partition(":")
        if name not in modules:
            raise SystemExit(f"--only {asked.only}: no such module in these groups")
        every = [(mutant, mutant.difference().splitlines()[0]) for mutant in mutants(modules[name])]
        return {name: [mutant for mutant, place in every if not line or place == asked.only]}
    if asked.each is None:
        return {group: drawn(paths, asked.sample, f"{group} {asked.seed}") for group, paths in of.items()}
    return {name: drawn([path], asked.each, f"{name} {asked.seed}") for name, path in modules.items()}


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, share = 1.96, hits / tries
    middle = (share + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z / (1 + z * z / tries) * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return middle - half, middle + half


def rows(trials: dict[str, list[Trial]]) -> Iterator[str]:
    yield "| modules | mutants | killed | timed out | survived | noticed | 95 % interval |"
    yield "|---|---|---|---|---|---|---|"
    whole = [trial for row in trials.values() for trial in row]
    for group, of in [*trials.items(), ("all", whole)]:
        n = Counter(trial.fate for trial in of)
        low, high = wilson(len(of) - n["survived"], len(of))
        share = 1 - n["survived"] / len(of)
        yield (
            f"| {group} | {len(of)} | {n['killed']} | {n['timed out']} | {n['survived']} "
            f"| {share:.0%} | {low:.0%} to {high:.0%} |"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=40, help="mutants of each group")
    parser.add_argument("--each", type=int, help="instead, mutants of each module, whatever the others are")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--group", choices=GROUPS, action="append", help="which groups; all if not given")
    parser.add_argument("--modules", default="*", help="those that fit this pattern alone")
    parser.add_argument(
        "--only", help="instead of a sample, every mutant of this module or line, named as it is printed"
    )
    parser.add_argument("--seconds", type=int, default=60, help="of processor time for the tests of one mutant")
    asked = parser.parse_args()
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    for name in HEAVY:
        with suppress(ImportError):
            import_module(name)
    trials: dict[str, list[Trial]] = {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), asked.seconds)
        for row, chosen in asked_for(bench.modules(asked.group or list(GROUPS), asked.modules), asked).items():
            for mutant in chosen:
                trial = bench.trial(mutant)
                trials.setdefault(row, []).append(trial)
                print(f"{trial.fate}{f' by {trial.by}' if trial.by else ''}: {mutant.difference()}\n", flush=True)
        if not trials:
            raise SystemExit("no mutants there")
        print(*rows(trials), sep="\n", flush=True)
        killers = {trial.by for of in trials.values() for trial in of if trial.by}
        # a doctest cannot be named alone, so all those of its file run
        fate, failed = bench.run(sorted({name.split("::")[0] if name.startswith("src") else name for name in killers}))
    if fate != "survived":
        print(f"fails on the code as it is, so its kills do not count: {' '.join(failed)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
