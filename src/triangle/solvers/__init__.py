"""Solution concepts: payoff arrays in, frozen results out; one concept a file, its paper cited.

Every solver takes payoffs of shape ``(*batch, N, A_1, …, A_N)`` (see `triangle.solvers.arrays`) unless its docstring
says otherwise, and compares payoffs with a tolerance relative to the game's own scale. Nothing here knows of any
particular model. A solver's module is loaded when its name is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .balance import BalanceResult as BalanceResult
    from .balance import structural_balance as structural_balance
    from .bargaining import kalai_smorodinsky_split as kalai_smorodinsky_split
    from .bargaining import nash_bargaining as nash_bargaining
    from .bargaining import rubinstein as rubinstein
    from .bargaining_sets import BargainingResult as BargainingResult
    from .bargaining_sets import kalai_smorodinsky as kalai_smorodinsky
    from .bargaining_sets import nash_bargaining_choice as nash_bargaining_choice
    from .bargaining_sets import nash_bargaining_hull as nash_bargaining_hull
    from .caplow import CaplowResult as CaplowResult
    from .caplow import caplow_coalitions as caplow_coalitions
    from .coalitions import coalition_proof as coalition_proof
    from .coalitions import coalition_stable as coalition_stable
    from .conflict import ConflictResult as ConflictResult
    from .conflict import conflict_stability as conflict_stability
    from .conflict import own_moves as own_moves
    from .conflict import utilities_of_rankings as utilities_of_rankings
    from .conflict_coalitions import CoalitionConflictResult as CoalitionConflictResult
    from .conflict_coalitions import coalition_conflict_stability as coalition_conflict_stability
    from .conflict_inverse import Requirement as Requirement
    from .conflict_inverse import equilibrium_orders as equilibrium_orders
    from .conflict_inverse import required_preferences as required_preferences
    from .cooperative import banzhaf as banzhaf
    from .cooperative import graph_restricted as graph_restricted
    from .cooperative import imputations as imputations
    from .cooperative import myerson as myerson
    from .cooperative import shapley as shapley
    from .core import CoreResult as CoreResult
    from .core import core as core
    from .correlated import CorrelatedRange as CorrelatedRange
    from .correlated import CorrelatedResult as CorrelatedResult
    from .correlated import correlated_equilibrium as correlated_equilibrium
    from .correlated import correlated_range as correlated_range
    from .correlated_certificate import CorrelatedCertificate as CorrelatedCertificate
    from .correlated_certificate import check_correlated as check_correlated
    from .dominance import iterated_dominance as iterated_dominance
    from .evolution import AdaptationPath as AdaptationPath
    from .evolution import best_response_dynamics as best_response_dynamics
    from .evolution import replicator_discrete as replicator_discrete
    from .fictitious_play import FictitiousPlay as FictitiousPlay
    from .fictitious_play import fictitious_play as fictitious_play
    from .leadership import CommitmentResult as CommitmentResult
    from .leadership import commitment as commitment
    from .logit_dynamics import LogitDynamics as LogitDynamics
    from .logit_dynamics import StochasticStability as StochasticStability
    from .logit_dynamics import logit_dynamics as logit_dynamics
    from .logit_dynamics import stochastically_stable as stochastically_stable
    from .mixed import mixed_nash as mixed_nash
    from .mixed_leadership import MixedCommitmentResult as MixedCommitmentResult
    from .mixed_leadership import mixed_commitment as mixed_commitment
    from .nash_sets import NashResult as NashResult
    from .nash_sets import NashSubset as NashSubset
    from .networks import coauthor_utilities as coauthor_utilities
    from .networks import connections_utilities as connections_utilities
    from .networks import efficient_networks as efficient_networks
    from .networks import network_utilities as network_utilities
    from .networks import pairwise_stable_networks as pairwise_stable_networks
    from .nonmyopic import NonmyopicResult as NonmyopicResult
    from .nonmyopic import nonmyopic as nonmyopic
    from .nucleolus import NucleolusResult as NucleolusResult
    from .nucleolus import nucleolus as nucleolus
    from .nucleolus import prenucleolus as prenucleolus
    from .pure import pure_nash as pure_nash
    from .qre import QREResult as QREResult
    from .qre import logit_qre as logit_qre
    from .qre_branch import BranchPoint as BranchPoint
    from .qre_branch import LogitBranch as LogitBranch
    from .qre_branch import logit_branch as logit_branch
    from .qre_fit import PrecisionFit as PrecisionFit
    from .qre_fit import fit_precision as fit_precision
    from .regret import regret as regret
    from .repeated import critical_discount as critical_discount
    from .repeated import stick_and_carrot as stick_and_carrot
    from .repeated_payoffs import RepeatedPayoffs as RepeatedPayoffs
    from .repeated_payoffs import repeated_payoffs as repeated_payoffs
    from .replicator import replicator as replicator
    from .replicator import replicator_symmetric as replicator_symmetric
    from .self_generation import SelfGeneration as SelfGeneration
    from .self_generation import supports_itself as supports_itself
    from .sequential import backward_induction as backward_induction
    from .signaling import SignalingEquilibrium as SignalingEquilibrium
    from .signaling import SignalingResult as SignalingResult
    from .signaling import signaling_equilibria as signaling_equilibria
    from .signs import TriangleResult as TriangleResult
    from .signs import triangle_type as triangle_type

_NAMES: dict[str, tuple[str, ...]] = {
    "balance": ("BalanceResult", "structural_balance"),
    "bargaining": ("kalai_smorodinsky_split", "nash_bargaining", "rubinstein"),
    "bargaining_sets": (
        "BargainingResult",
        "kalai_smorodinsky",
        "nash_bargaining_choice",
        "nash_bargaining_hull",
    ),
    "caplow": ("CaplowResult", "caplow_coalitions"),
    "coalitions": ("coalition_proof", "coalition_stable"),
    "conflict": ("ConflictResult", "conflict_stability", "own_moves", "utilities_of_rankings"),
    "conflict_coalitions": ("CoalitionConflictResult", "coalition_conflict_stability"),
    "conflict_inverse": ("Requirement", "equilibrium_orders", "required_preferences"),
    "cooperative": ("banzhaf", "graph_restricted", "imputations", "myerson", "shapley"),
    "core": ("CoreResult", "core"),
    "correlated": ("CorrelatedRange", "CorrelatedResult", "correlated_equilibrium", "correlated_range"),
    "correlated_certificate": ("CorrelatedCertificate", "check_correlated"),
    "dominance": ("iterated_dominance",),
    "evolution": ("AdaptationPath", "best_response_dynamics", "replicator_discrete"),
    "fictitious_play": ("FictitiousPlay", "fictitious_play"),
    "leadership": ("CommitmentResult", "commitment"),
    "logit_dynamics": ("LogitDynamics", "StochasticStability", "logit_dynamics", "stochastically_stable"),
    "mixed_leadership": ("MixedCommitmentResult", "mixed_commitment"),
    "mixed": ("mixed_nash",),
    "nash_sets": ("NashResult", "NashSubset"),
    "networks": (
        "coauthor_utilities",
        "connections_utilities",
        "efficient_networks",
        "network_utilities",
        "pairwise_stable_networks",
    ),
    "nonmyopic": ("NonmyopicResult", "nonmyopic"),
    "nucleolus": ("NucleolusResult", "nucleolus", "prenucleolus"),
    "pure": ("pure_nash",),
    "qre": ("QREResult", "logit_qre"),
    "qre_branch": ("BranchPoint", "LogitBranch", "logit_branch"),
    "qre_fit": ("PrecisionFit", "fit_precision"),
    "regret": ("regret",),
    "repeated": ("critical_discount", "stick_and_carrot"),
    "repeated_payoffs": ("RepeatedPayoffs", "repeated_payoffs"),
    "replicator": ("replicator", "replicator_symmetric"),
    "self_generation": ("SelfGeneration", "supports_itself"),
    "sequential": ("backward_induction",),
    "signaling": ("SignalingEquilibrium", "SignalingResult", "signaling_equilibria"),
    "signs": ("TriangleResult", "triangle_type"),
}
"""Which module a name lives in; the block above says the same to a type checker, and a test that the two agree."""

_HOMES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


class _Solvers(ModuleType):
    """The package; its function `regret` stays in its place when the module `regret` is loaded."""

    def __setattr__(self, name: str, value: object) -> None:
        taken = isinstance(value, ModuleType) and _HOMES.get(name) == name
        super().__setattr__(name, getattr(value, name) if taken else value)


sys.modules[__name__].__class__ = _Solvers


def __getattr__(name: str) -> object:
    """Load a solver's module the first time that one of its names is used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
