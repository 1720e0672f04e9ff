"""The West–Russia–China strategic triangle as parameterised games, solved and explained.

Start with ``triangle.compare(triangle.chapter_model(), "us_russia_reset")``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .chapter.model import chapter_model
from .family import GameFamily
from .game import Game, GameForm, Player
from .parts import Coalition, Measure, Parameter, Term
from .scenario import Scenario, ScenarioError, scenario, scenarios
from .studies.compare import Comparison, compare
from .studies.solve import Outcome, Policies, policies, solve
from .timeline import Change, timeline, timelines

if TYPE_CHECKING:
    from .chapter.issues import issue_game as issue_game
    from .chapter.issues import issue_games as issue_games
    from .chapter.rivals import rival_model as rival_model
    from .exact import certify as certify
    from .exact import check_certificate as check_certificate
    from .exact import largest_box as largest_box
    from .exact import region as region
    from .exact import thresholds as thresholds
    from .exact.nearest import nearest_change as nearest_change
    from .explorer import explore as explore
    from .nfg import read_nfg as read_nfg
    from .nfg import write_nfg as write_nfg
    from .studies.again import rerun as rerun
    from .studies.beliefs import beliefs as beliefs
    from .studies.claims import check as check
    from .studies.claims import check_all as check_all
    from .studies.claims import claims as claims
    from .studies.consistency import consistency as consistency
    from .studies.contrasts import policy_contrasts as policy_contrasts
    from .studies.counterfactual import counterfactual as counterfactual
    from .studies.discovery import discover as discover
    from .studies.events import scoreboard as scoreboard
    from .studies.hysteresis import path_dependence as path_dependence
    from .studies.lazy import open_sweep as open_sweep
    from .studies.offers import offer as offer
    from .studies.quantal import QuantalOutcome as QuantalOutcome
    from .studies.score import score as score
    from .studies.sensitivity import one_at_a_time as one_at_a_time
    from .studies.sensitivity import sensitivity as sensitivity
    from .studies.simulate import propagate as propagate
    from .studies.simulate import simulate as simulate
    from .studies.sweep import sweep as sweep

__version__ = "0.1.0"

_LATER: dict[str, tuple[str, ...]] = {
    "chapter.issues": (
        "issue_game",
        "issue_games",
    ),
    "chapter.rivals": ("rival_model",),
    "exact": (
        "certify",
        "check_certificate",
        "largest_box",
        "region",
        "thresholds",
    ),
    "exact.nearest": ("nearest_change",),
    "explorer": ("explore",),
    "nfg": (
        "read_nfg",
        "write_nfg",
    ),
    "studies.again": ("rerun",),
    "studies.beliefs": ("beliefs",),
    "studies.claims": (
        "check",
        "check_all",
        "claims",
    ),
    "studies.consistency": ("consistency",),
    "studies.contrasts": ("policy_contrasts",),
    "studies.counterfactual": ("counterfactual",),
    "studies.discovery": ("discover",),
    "studies.events": ("scoreboard",),
    "studies.hysteresis": ("path_dependence",),
    "studies.lazy": ("open_sweep",),
    "studies.offers": ("offer",),
    "studies.quantal": ("QuantalOutcome",),
    "studies.score": ("score",),
    "studies.sensitivity": (
        "one_at_a_time",
        "sensitivity",
    ),
    "studies.simulate": (
        "propagate",
        "simulate",
    ),
    "studies.sweep": ("sweep",),
}
"""Which module a name lives in that is loaded when the name is first used; the block above tells a type checker."""

_HOMES = {name: module for module, names in _LATER.items() for name in names}
_PACKAGES = {"plot": "views.plot", "solvers": "solvers"}

__all__ = [
    "Change",
    "Coalition",
    "Comparison",
    "Game",
    "GameFamily",
    "GameForm",
    "Measure",
    "Outcome",
    "Parameter",
    "Player",
    "Policies",
    "QuantalOutcome",
    "Scenario",
    "ScenarioError",
    "Term",
    "beliefs",
    "certify",
    "chapter_model",
    "check",
    "check_all",
    "check_certificate",
    "claims",
    "compare",
    "consistency",
    "counterfactual",
    "discover",
    "explore",
    "issue_game",
    "issue_games",
    "largest_box",
    "nearest_change",
    "offer",
    "one_at_a_time",
    "open_sweep",
    "path_dependence",
    "plot",
    "policies",
    "policy_contrasts",
    "propagate",
    "read_nfg",
    "region",
    "rerun",
    "rival_model",
    "scenario",
    "scenarios",
    "score",
    "scoreboard",
    "sensitivity",
    "simulate",
    "solve",
    "solvers",
    "sweep",
    "thresholds",
    "timeline",
    "timelines",
    "write_nfg",
]


def __getattr__(name: str) -> object:
    """Load what most sessions do not need when it is first asked for."""
    if name in _PACKAGES:
        return import_module(f".{_PACKAGES[name]}", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
