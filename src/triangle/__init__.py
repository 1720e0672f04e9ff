"""The West–Russia–China strategic triangle as parameterised games, solved and explained.

Start with ``triangle.compare(triangle.chapter_model(), "us_russia_reset")``.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from .chapter.model import chapter_model
from .family import GameFamily
from .game import Game, GameForm, Player
from .parts import Coalition, Measure, Parameter, Term
from .scenario import Scenario, ScenarioError, scenario, scenarios
from .studies.compare import Comparison, compare
from .studies.solve import Outcome, Policies, policies, solve
from .studies.sweep import sweep

__version__ = "0.1.0"

__all__ = [
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
    "Scenario",
    "ScenarioError",
    "Term",
    "chapter_model",
    "compare",
    "plot",
    "policies",
    "scenario",
    "scenarios",
    "solve",
    "sweep",
]


def __getattr__(name: str) -> ModuleType:
    """Load the figures, and with them matplotlib, only when they are asked for."""
    if name == "plot":
        return import_module(".views.plot", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
