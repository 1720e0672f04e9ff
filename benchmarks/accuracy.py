"""How far the numbers can be trusted, measured: `python benchmarks/accuracy.py [--games 1000000]`.

1. Stable profiles of random games near ties, against whole-number arithmetic without rounding.
2. Residuals of logit equilibria, recomputed from the payoffs.
3. Thresholds, against roots to fifty digits.
4. Measures in single precision, against double.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import mpmath
import numpy as np

import triangle as tri
from triangle import solvers
from triangle.kernel import compile_kernel, solve_batch

BATCH = 5_000
FORGIVEN = 64  # above all that steps of one can add up to, far below the tolerance at the third kind of game


# --- 1. stable profiles -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ties:
    """How close to ties the games are: parameters are small multiples of `base`, give or take `step`."""

    name: str
    base: int
    step: int
    power: int


KINDS = (
    Ties("exact ties are common (whole numbers from 0 to 4)", 1, 0, 2),
    Ties("losses of 10^-8 of the payoffs and more, or none", 2**20, 1, 1),
    Ties("losses of 10^-9.5 of the payoffs at most, or large: the former count as ties", 2**36, 1, 1),
)


def family_of(draw: np.random.Generator, kind: Ties) -> tri.GameFamily:
    """Two to four players with one to three actions, whole coefficients, a pair that may move together."""
    sizes = draw.integers(1, 4, draw.integers(2, 5))
    players = tuple(tri.Player(f"P{i}", [f"a{k}" for k in range(n)]) for i, n in enumerate(sizes))
    form = tri.GameForm(players)
    count = int(draw.integers(1, 4))
    parameters = [tri.Parameter(f"x{k}", 1.0, 0.0, 4.0 * kind.base + kind.step) for k in range(count)]
    terms = [
        tri.Term(
            f"t{k}",
            {f"x{k}": int(draw.integers(1, kind.power + 1))},
            {player.name: draw.integers(-3, 4, form.shape) for player in players},
        )
        for k in range(count)
    ]
    pair = draw.choice(len(sizes), 2, replace=False)
    return tri.GameFamily(form, parameters, terms, [tri.Coalition(tuple((f"P{m}", ("",)) for m in sorted(pair)))])


def whole_payoffs(family: tri.GameFamily, values: dict[str, np.ndarray]) -> np.ndarray:
    """Payoffs in 64-bit whole numbers, shape (games, players, *profiles): nothing is rounded."""
    games = len(next(iter(values.values())))
    total = np.zeros((games, len(family.form.names), *family.form.shape), dtype=np.int64)
    for term in family.terms:
        weight = np.ones(games, dtype=np.int64)
        for name, power in term.weight:
            weight *= values[name] ** power
        for player, array in enumerate(term.payoffs_on(family.form)):
            total[:, player] += np.multiply.outer(weight, array.astype(np.int64))
    return total


def stable(family: tri.GameFamily, payoffs: np.ndarray, forgiven: np.ndarray) -> np.ndarray:
    """Pairwise stability by definition, shape (games, profiles); losses up to `forgiven` (games,) tempt nobody."""
    shape = family.form.shape
    movers = [(player,) for player in range(len(shape))]
    movers += [tuple(family.form.index(name) for name in coalition.members) for coalition in family.coalitions]
    found = np.ones((len(payoffs), *shape), dtype=bool)
    for here in product(*map(range, shape)):
        for members in movers:
            choices = [range(count) if player in members else (here[player],) for player, count in enumerate(shape)]
            for there in product(*choices):
                gain = sum(payoffs[(slice(None), m, *there)] - payoffs[(slice(None), m, *here)] for m in members)
                found[(slice(None), *here)] &= ~(gain > forgiven)
    return found.reshape(len(payoffs), -1)


def near_ties(games: int) -> Iterator[str]:
    """One line for each kind of game."""
    for kind in KINDS:
        draw = np.random.default_rng(4)
        solved = differ = tied = 0
        while solved < games:
            family = family_of(draw, kind)
            least = 0 if kind.base == 1 else 1
            values = {
                p.name: kind.base * draw.integers(least, 5, BATCH) + draw.integers(-kind.step, kind.step + 1, BATCH)
                for p in family.parameters
            }
            payoffs = whole_payoffs(family, values)
            # What falls below the tolerance counts as a tie by design; no loss lies anywhere near the tolerance.
            forgiven = np.full(BATCH, FORGIVEN if kind.base > 2**30 else 0)
            without = np.full(BATCH, 0 if kind.base > 2**30 else -1)
            expected = stable(family, payoffs, forgiven)
            kernel = compile_kernel(family, "pairwise", measures=[])
            result = solve_batch(kernel, {name: array.astype(float) for name, array in values.items()})
            got = np.unpackbits(result.stable, axis=1, count=family.form.size).astype(bool)
            differ += int((got != expected).any(axis=1).sum())
            tied += int((stable(family, payoffs, without) != expected).any(axis=1).sum())
            solved += BATCH
        yield f"{kind.name}: {solved:,} games, {tied:,} decided by a tie, {differ} differ"


# --- 2. logit equilibria ------------------------------------------------------------------------------------------


def logit_residuals(games: int) -> Iterator[str]:
    """One line for each precision."""
    draw = np.random.default_rng(5)
    payoffs = draw.random((games, 3, 4, 6, 6))
    for precision in (0.1, 1.0, 10.0, 100.0):
        found = solvers.logit_qre(payoffs, precision)
        worst = 0.0
        for player in range(3):
            others = [found.strategies[other] for other in range(3) if other != player]
            moved = np.moveaxis(payoffs[:, player], 1 + player, 1)
            values = np.einsum("gabc,gb,gc->ga", moved, *others)
            logits = precision * (values - values.max(axis=1, keepdims=True))
            reply = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
            gaps = np.abs(reply - found.strategies[player]).max(axis=1)
            worst = max(worst, float(gaps[found.converged & found.principal].max()))
        on = float(np.mean(found.converged & found.principal))
        yield f"precision {precision:g}: {games:,} games, {on:.3%} on the branch, largest residual {worst:.1e}"


# --- 3. thresholds ------------------------------------------------------------------------------------------------


def thresholds(count: int) -> Iterator[str]:
    """Games of one player whose threshold is the root of a cubic."""
    mpmath.mp.dps = 50
    draw = np.random.default_rng(6)
    form = tri.GameForm((tri.Player("P", ["stay", "go"]),))
    stay = form.indicator("P", "", "stay")
    worst, roots = 0.0, 0
    for _ in range(count):
        coefficients = [int(number) for number in draw.integers(-9, 10, 4)]
        terms = [
            tri.Term(f"t{power}", {"x": power} if power else "", {"P": coefficient * stay})
            for power, coefficient in enumerate(coefficients)
        ]
        family = tri.GameFamily(form, [tri.Parameter("x", 0.5, 0.0, 1.0)], terms)
        if not any(coefficients[1:]):
            continue
        exact = [
            root.real
            for root in mpmath.polyroots(list(reversed(strip(coefficients))), maxsteps=200, extraprec=400)
            if abs(root.imag) < mpmath.mpf(10) ** -30 and 0 < root.real < 1
        ]
        for switch in tri.thresholds(family, None, "x", concept="nash").switches:
            nearest = min(abs(mpmath.mpf(float(switch.value)) - root) for root in exact)
            worst, roots = max(worst, float(nearest)), roots + 1
    yield f"{roots:,} switching points of {count:,} random cubics, largest error {worst:.1e}"


def strip(coefficients: list[int]) -> list[int]:
    """Without leading zeros (the last ones here)."""
    while coefficients[-1] == 0:
        coefficients = coefficients[:-1]
    return coefficients


# --- 4. single precision ------------------------------------------------------------------------------------------


def single_precision(samples: int) -> Iterator[str]:
    """The chapter's model in its plausible box and with every parameter from 0 to 1."""
    model = tri.chapter_model()
    for name, vary in (
        ("plausible box", None),
        ("every parameter from 0 to 1", {p.name: (0, 1) for p in model.parameters}),
    ):
        asked = {"samples": samples, "design": "sobol", "progress": False}
        double = tri.sweep(model, "baseline_2016", vary, **asked)
        single = tri.sweep(model, "baseline_2016", vary, **asked, dtype="float32")
        sets = float((double.equilibria != single.equilibria).mean())
        worst = 0.0
        for measure in double.data_vars:
            if double[measure].dtype.kind == "f":
                gap = np.abs(double[measure] - single[measure])
                worst = max(worst, float((gap / np.maximum(1.0, np.abs(double[measure]))).max()))
        yield f"{name}: {samples:,} games, {sets:.1%} with other equilibria, measures off by at most {worst:.1e}"


def main() -> None:
    """Print all four."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=1_000_000)
    games = parser.parse_args().games
    for title, lines in (
        ("Stable profiles near ties", near_ties(games)),
        ("Logit equilibria, 4 x 6 x 6, payoffs in [0, 1]", logit_residuals(max(100, games // 50))),
        ("Thresholds", thresholds(max(20, games // 1000))),
        ("Single precision", single_precision(2 ** max(10, int(np.log2(games))))),
    ):
        print(title)
        for line in lines:
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
