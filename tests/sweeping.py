"""What the tests of stored and distributed sweeps share: a small family of four profiles that solves fast."""

import contextlib
import os
import signal

import triangle as tri
from triangle.studies.stable import GRAIN

FORM = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
ROW, COLUMN = FORM.indicator("Row", "", "C"), FORM.indicator("Column", "", "C")
BOTH = ROW * COLUMN


def doubled(payoff):
    return 2.0 * payoff


def sign(payoff):
    return (payoff > 0).astype(float)


FAMILY = tri.GameFamily(
    FORM,
    parameters=(
        tri.Parameter("gain", 1.0, 0.0, 2.0),
        tri.Parameter("cost", 0.5, 0.0, 1.0),
        tri.Parameter("twist", 0.2, -1.0, 1.0),
    ),
    terms=(
        tri.Term("gain", "gain", {"Row": BOTH, "Column": BOTH}),
        tri.Term("cost", "cost", {"Row": -ROW, "Column": -COLUMN}),
        tri.Term("twist", "gain*twist", {"Row": ROW - COLUMN, "Column": COLUMN * (1 - ROW)}),
    ),
    leader="Row",
    measures=(
        tri.Measure("double", ("payoff_Row",), doubled, "twice the payoff of Row", "index"),
        tri.Measure("sign", ("payoff_Column",), sign, "whether Column gains", categories=("no, or even", "yes")),
    ),
    name="small",
)
FATAL_STORE = "TRIANGLE_TEST_FATAL_STORE"


def be_fatal(store):
    """Let `fatal` strike in this process once the store has some chunks."""
    os.environ[FATAL_STORE] = store


def fatal(payoff):
    """Compute what `doubled` does; but the first process that does so in a store with some chunks is killed."""
    store = os.environ.get(FATAL_STORE)
    if store and sum(name.endswith(".chunk") for name in os.listdir(f"{store}/chunks")) >= 3:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(f"{store}.struck", os.O_CREAT | os.O_EXCL))
            os.kill(os.getpid(), signal.SIGKILL)
    return doubled(payoff)


FATAL = FAMILY.replace(tri.Measure("double", ("payoff_Row",), fatal, "twice the payoff of Row", "index"))
POINTS = 16 * GRAIN
CHUNKS = 16
CUT = {"samples": POINTS, "design": "sobol", "concept": "nash", "seed": 7}


def small_sweep(**how):
    """Sweep the small family over Sobol points: sixteen chunks of the smallest size."""
    return tri.sweep(FAMILY, None, None, **({"chunk": GRAIN} | CUT | how))


def files(folder):
    """Every file of a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def same_bits(first, second):
    """Whether two Datasets are the same to the last bit, labels and attributes too."""
    return first.identical(second) and all(
        first[name].values.tobytes() == second[name].values.tobytes() for name in first.variables
    )


def chunks(folder):
    """The files of a store's chunks."""
    return sorted((folder / "chunks").iterdir())
