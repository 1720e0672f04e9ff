"""Prove a statement for every point of a box, or find a point at which it fails."""

from __future__ import annotations

from ..arguments import MOST_BOXES, check_count, checked
from ..family import GameFamily
from ..scenario import Source
from ..statement import Statement
from .boxes import Ranges
from .certificate import Certificate, Counterexample, Undecided
from .failures import Found
from .problem import Problem
from .solver import TIMEOUT, SolverAnswer, ask, load

BUDGET = 400


@checked
def certify(
    model: GameFamily,
    scenario: Source,
    statement: Statement,
    box: Ranges = 1.0,
    budget: int = BUDGET,
    concept: str = "pairwise",
    seed: int = 0,
    solver: str | None = None,
    timeout: float = TIMEOUT,
) -> Certificate | Counterexample | Undecided | SolverAnswer:
    """Prove a statement on a whole box, or return a point at which it fails.

    Parameters
    ----------
    model : GameFamily
    scenario : str, Path, Scenario or None
        Values to start from in place of those of the statement's settings, whose commitments and changes stay; None
        leaves the settings as they are.
    statement : Statement
    box : number, Box, or mapping of str to (number, number)
        The plausible ranges times a number, or ranges of displacements.
    budget : int
        The most boxes to look at.
    concept : {"pairwise", "nash", "commitment"}
        Under ``commitment`` the leader of a setting that does not hold it chooses its action.
    seed : int
        Of the Sobol points among which failures are looked for.
    solver : "z3", optional
        What to ask about boxes that are left when the budget is spent; it needs the extra ``proofs``.
    timeout : float
        Seconds that the solver may take.

    Returns
    -------
    Certificate, Counterexample, Undecided or SolverAnswer
        A certificate has passed the independent checker. A counterexample was decided in fractions, with its
        equilibria. Undecided says what share of the box is left. SolverAnswer says that the solver found no failure
        there: no certificate, for nobody can check it.

    Raises
    ------
    ValueError
        An unknown name, a measure without an exact form, a faulty box, ``commitment`` in a family without a leader,
        an unknown solver.
    ImportError
        The solver is not installed.

    Notes
    -----
    The proof is about strict equilibria: those at which no condition is zero, identically vanishing ones apart. With
    ties counted as equilibria, strict comparisons fail where a player is indifferent, on a set of measure zero; a
    failure of that kind that the search meets is reported with the certificate and refutes nothing.

    Under ``commitment`` a strict outcome is strict in its subgame, and every other action of the leader has no stable
    profile, or a strict one that gives the leader less (or always the same).

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> model = tri.chapter_model()
    >>> print(certify(model, None, claim("C10").statement))
    C10 holds on 1 times the plausible ranges: proved in 1 box
    >>> refuted = certify(model, None, claim("C12").statement)
    >>> refuted.fails, refuted.distance < 1
    ('intensity[after] > intensity[before]', True)
    """
    check_count("budget", budget, 0, MOST_BOXES)
    module = None if solver is None else load(solver)
    problem = Problem.of(model, scenario, statement, box, concept)
    failures = problem.failures(seed)
    tree, found = problem.settle(budget, failures, thorough=True)
    if found is not None:
        return problem.counterexample(found)
    if tree.left:
        told = problem.why_left(tree) if module is None else ask(module, problem, tree, failures, timeout)
        if isinstance(told, Found):
            return problem.counterexample(told)
        if isinstance(told, SolverAnswer):
            return told
        return Undecided(statement.name, problem.factor, tree.boxes, tree.share_left, told)
    tie = None if failures.tie is None else problem.counterexample(failures.tie)
    return problem.certificate(tree, problem.existence(budget), tie)
