"""Where bounds leave a box open, ask a solver of polynomial inequalities: z3 (de Moura and Bjørner 2008), if installed.

Asked is whether in a box, with the profiles of a comparison strictly stable, the comparison can fail. What z3 finds is
decided again in fractions and then is as good as any counterexample. When z3 says that there is no such point it gives
no proof that anyone could check: that is an answer of its own kind, never a certificate.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .displaced import Point
from .failures import Failures, Found
from .pieces import Node, Pair
from .point import side_form
from .rational import Polynomial
from .routes import Atom
from .tree import Tree

if TYPE_CHECKING:
    from .problem import Problem

SOLVERS = ("z3",)
TIMEOUT = 10.0
DIGITS = 30


@dataclass(frozen=True)
class SolverAnswer:
    """A solver finds no failure where bounds came to no end: decided by a solver, not certified.

    Attributes
    ----------
    statement : str
    factor : Fraction or None
        The box as a multiple of the plausible ranges; None if it was given otherwise.
    solver : str
        Its name and version.
    boxes : int
        The boxes that bounds left.
    share_left : float
        Their share of the whole; the rest is proved by bounds, but no certificate is made of that alone.
    questions : tuple of str
        What the solver was asked, each in SMT-LIB 2; it answered 'unsat' to every one.
    """

    statement: str
    factor: Fraction | None
    solver: str
    boxes: int
    share_left: float
    questions: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The fingerprint of the questions."""
        return hashlib.sha256("\n".join(self.questions).encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data, ready for JSON."""
        return {
            "decided_by": self.solver,
            "statement": self.statement,
            "factor": None if self.factor is None else str(self.factor),
            "boxes": self.boxes,
            "share_left": self.share_left,
            "digest": self.digest,
            "questions": list(self.questions),
        }

    def __str__(self) -> str:
        return (
            f"{self.statement}: {self.solver} finds no failure on what bounds left, {self.share_left:.3%} of the box "
            f"({len(self.questions)} questions); decided by a solver, not certified"
        )


def load(solver: str) -> Any:
    """Return the solver's module.

    Raises
    ------
    ValueError
        An unknown solver.
    ImportError
        It is not installed.
    """
    from ..names import unknown

    if solver not in SOLVERS:
        raise ValueError("solver: " + unknown("solver", solver, SOLVERS))
    try:
        return import_module(solver)
    except ImportError:
        raise ImportError("solver='z3' needs the package z3-solver: pip install 'triangle[proofs]'") from None


def ask(z3: Any, problem: Problem, tree: Tree, failures: Failures, timeout: float) -> SolverAnswer | Found | str:
    """Ask about every combination of profiles on every box that is left.

    Parameters
    ----------
    timeout : float
        Seconds for all questions together.

    Returns
    -------
    SolverAnswer, Found or str
        Nothing can fail; a failure decided in fractions; or why it remains open.
    """
    deadline = time.monotonic() + timeout
    asked: list[str] = []
    for node in (part for left in tree.left for part in _simple(problem, left)):
        for k, pair in problem.prover.open(node):
            left = deadline - time.monotonic()
            if left <= 0:
                return f"the budget is spent, and z3 came to no end within {timeout:g} s"
            question = _Question(z3, problem, node, problem.prover.atoms[k], pair)
            question.solver.set("timeout", max(1, int(1000 * left)))
            told = question.solver.check()
            if told == z3.sat:
                found = failures.among([question.point()])
                return found or "the budget is spent, and the point that z3 names is none that fails strictly"
            if told != z3.unsat:
                return f"the budget is spent, and z3 says {question.solver.reason_unknown() or told}"
            asked.append(question.solver.to_smt2())
    version = f"z3 {z3.get_version_string()}"
    return SolverAnswer(problem.statement.name, problem.factor, version, len(tree.left), tree.share_left, tuple(asked))


def _simple(problem: Problem, node: Node) -> Iterator[Node]:
    """Divide a box at its kinks; ends that stand for what was cut off there are boxes of their own beside it."""
    prover = problem.prover
    cut = prover.kink(node)
    touched = [each for each in prover.touched(node) if node.ends[each[0]][0] < node.ends[each[0]][1]]
    if cut is not None:
        name, at = cut
        parts = [node.part(name, (node.ends[name][0], at)), node.part(name, (at, node.ends[name][1]))]
    elif touched:
        name, side, end = touched[0]
        parts = [node.part(name, (end, end)), node.part(name, node.ends[name], [(name, side)])]
    else:
        yield node
        return
    for part in parts:
        yield from _simple(problem, part)


class _Question:
    """Whether a comparison can fail in a box, at a point where the profiles are strictly stable.

    Under ``commitment`` the leader's choice is left out, which asks about more points than there are.
    """

    def __init__(self, z3: Any, problem: Problem, node: Node, atom: Atom, pair: Pair) -> None:
        self.z3, self.problem, self.ends = z3, problem, node.ends
        self.solver = z3.SolverFor("QF_NRA")
        self.variables = {name: z3.Real(name) for name in node.ends}
        self._roots = 0
        self.profile = dict(zip(problem.prover.labels(atom), pair, strict=True))
        self.maps = {
            label: problem.prover.coordinates.replaced(problem.prover.settings[label], node.ends)
            for label in self.profile
        }
        for name, (low, high) in node.ends.items():
            self.solver.add(self.variables[name] >= self._number(low), self.variables[name] <= self._number(high))
        for label, profile in self.profile.items():
            for row in self._rows(label, profile):
                self.solver.add(row > 0)
        self._deny(atom)

    def _rows(self, label: str, profile: int) -> list[Any]:
        exactly = self.problem.prover.exact[label]
        rows = (exactly.row(int(entry)).substituted(self.maps[label]) for entry in exactly.entries[profile])
        return [self._term(row) for row in dict.fromkeys(rows) if row]

    def _deny(self, atom: Atom) -> None:
        comparison = self.problem.statement.comparisons[atom.comparison]
        sides = [self._side(side) for side in comparison.sides]
        left, right = sides[0], sides[1] if len(sides) > 1 else (self._number(Fraction(0)), [])
        big, small = atom.sides(left[0], right[0])
        value = self._number(atom.beta) * big - self._number(atom.sigma) * small + self._number(atom.gamma)
        self.solver.add(self.z3.Or(value <= 0 if atom.strict else value < 0, *left[1], *right[1]))

    def _side(self, side: Any) -> tuple[Any, list[Any]]:
        """Return a side's value, and when it is undefined."""
        z3, label = self.z3, side.setting
        held = self.problem.prover.settings[label].scenario.held
        form = side_form(self.problem.model, side, self.profile[label], held)
        base, divisor, factor, drop, one, two = (
            self._term(part.substituted(self.maps[label]) if isinstance(part, Polynomial) else Fraction(part))
            for part in (form.base, form.divisor, form.factor, form.factor_divisor, *form.takes)
        )
        value, undefined = base, []
        if isinstance(form.divisor, Polynomial):
            value, undefined = self._fresh(), [divisor <= 0]
            self.solver.add(value * divisor == base)
        if form.clipped:
            value = z3.If(value < 0, self._number(Fraction(0)), z3.If(value > 1, self._number(Fraction(1)), value))
        if form.rooted:
            root = self._fresh()
            self.solver.add(root >= 0, root * root == z3.If(z3.And(one > 0, two > 0), one * two, 0))
            if isinstance(form.factor_divisor, Polynomial):
                part = self._fresh()
                self.solver.add(part * drop == factor * root)
                value = value + part
            else:
                value = value + factor * root
        return value, undefined

    def _fresh(self) -> Any:
        self._roots += 1
        return self.z3.Real(f"auxiliary_{self._roots}")

    def _number(self, number: Fraction) -> Any:
        return self.z3.Q(number.numerator, number.denominator)

    def _term(self, part: Polynomial | Fraction) -> Any:
        if isinstance(part, Fraction):
            return self._number(part)
        total = self._number(Fraction(0))
        for product, number in part.terms.items():
            term = self._number(number)
            for name, power in product:
                for _ in range(power):
                    term = term * self.variables[name]
            total = total + term
        return total

    def point(self) -> Point:
        """Return the displacement that the solver found, rounded where it is irrational."""
        model = self.solver.model()
        inside: dict[str, Fraction] = {}
        for name, variable in self.variables.items():
            low, high = self.ends[name]
            value = model.eval(variable, model_completion=True)
            if self.z3.is_algebraic_value(value):
                value = value.approx(DIGITS)
            found = Fraction(value.numerator_as_long(), value.denominator_as_long())
            inside[name] = min(max(found, low), high)
        return self.problem.prover.coordinates.displacement(inside)
