"""Every public function with arguments that are right and cheap; for the tests that spoil them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import triangle as tri
from triangle import solvers

DILEMMA = np.array([[[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]])
THREE = np.arange(24.0).reshape(3, 2, 2, 2) % 7
MIXED = [[0.25, 0.75], [0.5, 0.5]]
WORTH = np.array([0.0, 1, 2, 4, 3, 5, 6, 10])
LINE = np.array([[False, True, False], [True, False, True], [False, True, False]])
MOVES = solvers.own_moves((2, 2))
UTILITIES = np.array([[1.0, 3, 0, 2], [1, 0, 3, 2]])
CUT = np.zeros((2, 2, 2))
TWO = {"players": 2, "tolerance": 1e-9}
CORRELATED = solvers.correlated_equilibrium(DILEMMA)


def _count(links: Any) -> Any:
    return np.asarray(links).sum(axis=1) * 1.0


SOLVERS: dict[str, dict[str, Any]] = {
    "backward_induction": {"payoffs": DILEMMA, "order": [0, 1], **TWO},
    "banzhaf": {"worth": WORTH, "normalised": True},
    "best_response_dynamics": {"payoffs": DILEMMA, "start": MIXED, "steps": 5, "rate": 0.1, "players": 2},
    "caplow_coalitions": {"strengths": [3.0, 2, 2], "tolerance": 1e-9},
    "check_correlated": {
        "payoffs": DILEMMA,
        "distribution": CORRELATED.distribution,
        "multipliers": CORRELATED.certificate.multipliers,
        "objective": "welfare",
        "sense": "max",
        "kind": "correlated",
        "players": 2,
    },
    "coalition_conflict_stability": {"utilities": UTILITIES, "moves": MOVES, "coalitions": [(0, 1)]},
    "coalition_proof": {"payoffs": DILEMMA, **TWO},
    "coalition_stable": {
        "payoffs": DILEMMA,
        "coalitions": [(0, 1)],
        "transferable": True,
        "moves": None,
        "blocking": "every",
        **TWO,
    },
    "coauthor_utilities": {"players": 3},
    "commitment": {
        "payoffs": THREE,
        "leader": 0,
        "concept": "nash",
        "coalitions": None,
        "transferable": False,
        "moves": None,
        "blocking": "every",
        "players": 3,
        "tolerance": 1e-9,
    },
    "conflict_stability": {"utilities": UTILITIES, "moves": MOVES},
    "connections_utilities": {"players": 3, "delta": 0.5, "cost": 0.1, "worth": None},
    "core": {"worth": WORTH},
    "correlated_equilibrium": {
        "payoffs": DILEMMA,
        "objective": "welfare",
        "sense": "max",
        "kind": "correlated",
        "players": 2,
    },
    "correlated_range": {"payoffs": DILEMMA, "measure": 0, "kind": "coarse", "players": 2},
    "critical_discount": {"payoffs": DILEMMA, "cooperate": [0, 0], "punish": [1, 1], **TWO},
    "efficient_networks": {"utilities": solvers.coauthor_utilities(3), "tolerance": 1e-9},
    "equilibrium_orders": {"moves": MOVES, "state": 0, "concept": "nash", "most": 1000},
    "fictitious_play": {"payoffs": DILEMMA, "rounds": 10, "seed": 0, **TWO},
    "fit_precision": {"payoffs": DILEMMA, "counts": [[3, 7], [4, 6]], "confidence": 0.95, "players": 2},
    "graph_restricted": {"worth": WORTH, "graph": LINE},
    "imputations": {"worth": WORTH},
    "iterated_dominance": {"payoffs": DILEMMA, "kind": "strict", "mixed": True, **TWO},
    "kalai_smorodinsky": {"points": [[0.0, 1], [1, 0], [0, 0]], "disagreement": [0.0, 0], "ideal": None},
    "kalai_smorodinsky_split": {"total": 1.0, "disagreement": [0.1, 0.2], "ideal": None},
    "logit_branch": {"payoffs": DILEMMA, "precisions": [0.0, 0.5], "players": 2},
    "logit_dynamics": {
        "payoffs": DILEMMA,
        "precision": 1.0,
        "groups": None,
        "moves": None,
        "alone": True,
        "players": 2,
    },
    "logit_qre": {"payoffs": DILEMMA, "precision": 1.0, "players": 2},
    "mixed_commitment": {"payoffs": DILEMMA, "leader": 0, **TWO},
    "mixed_nash": {
        "payoffs": DILEMMA,
        "method": None,
        "players": 2,
        "max_supports": 64,
        "seed": 0,
        "initial_label": None,
    },
    "myerson": {"worth": WORTH, "graph": LINE},
    "nash_bargaining": {"total": 1.0, "disagreement": [0.1, 0.2], "weights": None, "outside": None},
    "nash_bargaining_choice": {"points": [[0.0, 1], [1, 0]], "disagreement": [0.0, 0], "weights": None},
    "nash_bargaining_hull": {"points": [[0.0, 1], [1, 0]], "disagreement": [0.0, 0], "weights": None},
    "network_utilities": {"utility": _count, "players": 3},
    "nonmyopic": {"payoffs": DILEMMA},
    "nucleolus": {"worth": WORTH},
    "own_moves": {"shape": (2, 2)},
    "pairwise_stable_networks": {
        "utilities": solvers.coauthor_utilities(3),
        "transferable": False,
        "tolerance": 1e-9,
    },
    "prenucleolus": {"worth": WORTH},
    "pure_nash": {"payoffs": DILEMMA, **TWO},
    "regret": {"payoffs": DILEMMA, "strategies": MIXED, "players": 2},
    "repeated_payoffs": {
        "payoffs": DILEMMA,
        "discount": 0.5,
        "directions": 8,
        "max_rounds": 50,
        "tolerance": 1e-6,
    },
    "replicator": {"payoffs": DILEMMA, "start": MIXED, "times": [0.0, 1.0], "precision": 1e-6, "players": 2},
    "replicator_discrete": {"payoffs": DILEMMA, "start": MIXED, "steps": 5, "background": 1.0, "players": 2},
    "replicator_symmetric": {"matrix": DILEMMA[0], "start": [0.5, 0.5], "times": [0.0, 1.0], "precision": 1e-6},
    "required_preferences": {"moves": MOVES, "state": 0, "concept": "nash", "utilities": None},
    "rubinstein": {"discounts": [0.9, 0.8], "outside": None},
    "shapley": {"worth": WORTH},
    "signaling_equilibria": {
        "sender": np.arange(8.0).reshape(2, 2, 2),
        "receiver": np.arange(8.0).reshape(2, 2, 2) % 3,
        "prior": 0.4,
        "tolerance": 1e-9,
    },
    "stick_and_carrot": {"payoffs": DILEMMA, "cooperate": [0, 0], "punish": [1, 1], **TWO, "rounds": 1},
    "stochastically_stable": {
        "payoffs": DILEMMA,
        "groups": None,
        "moves": None,
        "alone": True,
        **TWO,
        "mistakes": "payoff",
    },
    "structural_balance": {"relations": [[0.0, 1, -1], [1, 0, 1], [-1, 1, 0]], "tolerance": 1e-9},
    "supports_itself": {"payoffs": DILEMMA, "discount": 0.5, "points": [[1.0, 1.0]], "tolerance": 1e-9},
    "triangle_type": {"relations": [1, -1, 1]},
    "utilities_of_rankings": {"rankings": [[0, [1, 2]], [2, 1, 0]]},
}


@cache
def model() -> tri.GameFamily:
    """A small family with a leader, a pair and a measure."""
    players = (tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"]))
    return tri.GameFamily(
        tri.GameForm(players),
        parameters=(
            tri.Parameter("x", 1.0, 0.0, 4.0),
            tri.Parameter("y", 0.5, 0.0, 1.0),
        ),
        terms=(
            tri.Term("tempt", "x", {"Row": [[0, 0], [1, 0]], "Column": [[0, 1], [0, 0]]}),
            tri.Term("peace", "x*y", {"Row": [[2, 0], [0, 1]], "Column": [[2, 0], [0, 1]]}),
        ),
        coalitions=(tri.Coalition((("Row", ("",)), ("Column", ("",)))),),
        leader="Row",
        measures=(tri.Measure("gain", ("payoff_Row",), _same),),
    )


def _same(quantity: Any) -> Any:
    return quantity


@cache
def chapter() -> tri.GameFamily:
    """The chapter's family."""
    return tri.chapter_model()


@cache
def rivals() -> Mapping[str, tri.GameFamily]:
    """One rival: every one takes time."""
    return {"wedge": tri.rival_model("wedge")}


@cache
def swept() -> Any:
    """A small sweep with samples."""
    return tri.sweep(model(), vary={"x": (0.0, 4.0), "y": (0.0, 1.0)}, samples=64, design="sobol")


@cache
def certificate() -> Any:
    """A certificate of the firmer statement."""
    return tri.certify(chapter(), "baseline_2016", statement(), 0.01, budget=40)


@cache
def statement() -> Any:
    """What the example of `Statement` states."""
    from dataclasses import replace

    from triangle.statement import Comparison, Setting, Statement, Value

    before, after = (tri.scenario(name) for name in ("baseline_2016", "us_russia_reset"))
    return Statement(
        "firmer",
        (Setting("before", replace(before, held={"West": "pressure/engage"})), Setting("after", after)),
        (Comparison(Value("share", "after"), ">", Value("share", "before")),),
    )


def library(folder: Path) -> dict[str, dict[str, Any]]:
    """The functions of the package itself; what they write goes to a folder."""
    small, full = model(), chapter()
    line = "chapter_1991_2017"
    run = {"precision": 20.0, "revision": 3.0, "seed": 0}
    tried = {"points": 16, "seed": 1, "concept": "pairwise"}
    return {
        "Change": {"year": 2015, "parameters": {"sanctions": 0.1}, "commitment": None, "to": None, "name": "c"},
        "Coalition": {"moves": (("Row", ("",)), ("Column", ("",)))},
        "Game": {"form": small.form, "payoffs": DILEMMA},
        "GameFamily": {
            "form": small.form,
            "parameters": small.parameters,
            "terms": small.terms,
            "coalitions": small.coalitions,
            "leader": "Row",
            "stages": (),
            "measures": small.measures,
            "name": "game",
            "options": {},
        },
        "GameForm": {"players": small.form.players},
        "Measure": {"name": "gain", "quantities": ("payoff_Row",), "function": _same, "categories": ()},
        "Parameter": {"name": "x", "default": 1.0, "low": 0.0, "high": 4.0, "bounds": None},
        "Player": {"name": "Row", "stances": ["C", "D"]},
        "Scenario": {"name": "s", "title": "s", "asks": "", "values": {"x": 1.0}, "held": {}},
        "Term": {"name": "t", "weight": "x*y**2", "payoffs": {"Row": [[1, 0], [0, 0]]}, "claims": (), "carries": ()},
        "beliefs": {"model": full, "source": line, "prior": 0.5, "runs": 4, "seed": 0, "cost": 0.05, "suspend": None,
                    "west": "timeline", "selection": "informative", "genuine": None, "place": 1.0,
                    "china_sees": "trust", "precision": 20.0, "lapse": 0.01},
        "certify": {"model": full, "scenario": "baseline_2016", "statement": statement(), "box": 0.01, "budget": 20,
                    "concept": "pairwise", "seed": 0, "solver": None, "timeout": 2.0},
        "chapter_model": {"variant": "triangle", "bargaining": "threat_point", "intensity": "hold_up", "without": ()},
        "check": {"which": "C12", "model": full, **tried},
        "check_all": {"model": full, "which": ["C12"], **tried},
        "check_certificate": {"model": full, "certificate": certificate(), "statement": statement()},
        "compare": {"model": full, "scenarios": ["baseline_2016", "us_russia_reset"], "concept": "pairwise"},
        "consistency": {"model": full, "which": ["C12", "C05"], **tried},
        "counterfactual": {"source": line, "change": tri.Change(2015, {"sanctions": 0.1}), "model": full, "runs": 4,
                           **run, "last": None, "equations": (), "draws": None, "start": "stationary",
                           "measures": ["intensity"], "threads": 1},
        "discover": {"data": swept(), "outcome": np.arange(64) % 2 == 0, "density": None, "alpha": 0.05,
                     "mass": 0.1, "held_out": 0.5, "seed": 0, "name": None},
        "issue_game": {"name": "gas_threat"},
        "largest_box": {"model": full, "statement": statement(), "most": 0.02, "precision": 0.01, "budget": 4,
                        "concept": "pairwise", "seed": 0},
        "nearest_change": {"model": small, "scenario": None, "until": "equilibria", "concept": "nash", "most": 1.0,
                           "precision": 0.25, "budget": 4},
        "offer": {"model": full, "scenario": "baseline_2016", "place": 1.0, "china_sees": "trust"},
        "one_at_a_time": {"model": small, "scenario": None, "measure": "gain", "vary": ["x"], "concept": "nash",
                          "against": None, "threads": 1, "end": None},
        "open_sweep": {"path": folder / "none"},
        "path_dependence": {"model": full, "scenario": "baseline_2016", "parameter": "sanctions", "low": 0.0,
                            "high": 0.5, "steps": 2, "speeds": (1,), "equations": (), "precision": 20.0,
                            "revision": 3.0, "measures": ("intensity",)},
        "policies": {"model": full, "scenario": "baseline_2016", "concept": "pairwise"},
        "policy_contrasts": {"models": {"chapter": full}, "draws": 2, "seed": 0, "timeline": line, "precision": 20.0,
                             "revision": 3.0, "equations": (), "bands": None},
        "propagate": {"model": full, "timeline": line, **run, "equations": (), "draws": None, "start": "stationary",
                      "measures": ["intensity"]},
        "region": {"model": small, "scenario": None, "profile": ("D", "D"), "parameters": ["x"], "concept": "nash",
                   "within": None},
        "rerun": {"source": swept(), "model": small, "store": None, "executor": None, "progress": False,
                  "threads": 1},
        "rival_model": {"name": "wedge", "bargaining": "threat_point", "intensity": "hold_up"},
        "scenario": {"source": "baseline_2016", "model": full},
        "score": {"model": full, "rivals": rivals(), **tried},
        "scoreboard": {"models": {"chapter": full}, "draws": 2, "seed": 0, "timeline": line, "precision": 20.0,
                       "revision": 3.0, "equations": (), "bands": None, "exponent": None, "threads": 1,
                       "progress": False},
        "sensitivity": {"model": small, "scenario": None, "measure": "gain", "samples": 8, "vary": ["x"],
                        "concept": "nash", "seed": 0, "against": None, "threads": 1, "confidence": 0.95, "end": None},
        "simulate": {"model": full, "timeline": line, "runs": 4, **run, "equations": (), "draws": None,
                     "start": "stationary", "measures": ["intensity"], "threads": 1, "progress": False},
        "solve": {"model": small, "scenario": None, "concept": "nash", "precision": None},
        "sweep": {"model": small, "scenario": None, "vary": {"x": (0.0, 4.0, 3)}, "samples": None, "design": "grid",
                  "concept": "nash", "measures": ["gain"], "seed": 0, "store": None, "executor": None,
                  "progress": False, "commitments": None, "threads": 1, "precision": None, "dtype": "float64",
                  "chunk": None, "resume": True},
        "thresholds": {"model": small, "scenario": None, "parameter": "x", "concept": "nash", "measure": None,
                       "against": None, "within": None},
        "timeline": {"source": line, "model": full},
        "write_nfg": {"game": DILEMMA, "path": folder / "game.nfg", "version": "payoff", "title": None,
                      "comment": ""},
    }  # fmt: skip


def plots() -> dict[str, dict[str, Any]]:
    """The figures."""
    small, full = model(), chapter()
    line = "chapter_1991_2017"
    run = {"precision": 20.0, "revision": 3.0, "seed": 0, "threads": 1}
    reset = tri.compare(full, "us_russia_reset")
    verdict = tri.check("C12", full, points=16)
    sampled = swept()
    grid = tri.sweep(small, vary={"x": (0.0, 4.0, 3), "y": (0.0, 1.0, 3)}, concept="nash")
    return {
        "claim": {"verdict": verdict, "title": None},
        "fan": {"found": tri.simulate(full, line, runs=4, **run), "measures": ["intensity"], "title": None},
        "hysteresis": {
            "found": tri.path_dependence(full, "baseline_2016", "sanctions", low=0.0, high=0.5, steps=2, speeds=[1]),
            "measures": ["intensity"],
            "title": None,
        },
        "offer": {"stage": tri.offer(full, "baseline_2016"), "prior": 0.5, "cost": 0.1, "suspend": 0.2, "title": None},
        "phase": {"dataset": grid, "measure": "gain", "title": None, "model": small, "exact": True},
        "policies": {"found": tri.policies(full, "baseline_2016"), "measures": ["share"], "title": None},
        "quad": {"model": tri.chapter_model("quad"), "scenario": None},
        "region": {"result": tri.region(small, None, ("D", "D"), ["x", "y"], "nash"), "title": None},
        "responses": {"found": reset.outcomes[0], "title": None},
        "thresholds": {"found": tri.thresholds(small, None, "x", "nash"), "title": None},
        "tornado": {
            "dataset": tri.one_at_a_time(small, None, "gain", ["x"], "nash"),
            "category": None,
            "top": 3,
            "title": None,
        },
        "trajectory": {"found": tri.discover(sampled, np.arange(64) % 2 == 0), "title": None},
        "triangle": {"comparison": reset},
        "verdicts": {"found": [verdict], "title": None, "exact": False},
        "waterfall": {"found": reset, "players": ["West"], "top": 2, "title": None},
    }
