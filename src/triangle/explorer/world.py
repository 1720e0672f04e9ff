"""What the explorer offers: models side by side, and the scenarios that can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..chapter.model import chapter_model
from ..chapter.parameters import triangle_parameters
from ..chapter.rivals import RIVALS, rival_model
from ..family import GameFamily
from ..names import unknown
from ..scenario import Scenario, Source, as_scenario, scenario, scenarios

CHAPTER, OWN = "chapter", "model"
DEFAULTS = ""
"""The name under which a page asks for a model at its defaults."""


@dataclass(frozen=True, eq=False)
class World:
    """The models and scenarios of one explorer.

    Attributes
    ----------
    models : mapping of str to GameFamily
        The first is shown first; the others are its rivals.
    scenarios : mapping of str to Scenario
        By name, in the order of the menu.
    start : str
        The scenario that is shown first; empty for the defaults.
    own : frozenset of str
        Scenarios that do not come with the library: a link must carry their values.
    """

    models: Mapping[str, GameFamily]
    scenarios: Mapping[str, Scenario]
    start: str = DEFAULTS
    own: frozenset[str] = field(default=frozenset())

    @cached_property
    def main(self) -> str:
        """The name of the model that is shown first."""
        return next(iter(self.models))

    def model(self, name: str) -> GameFamily:
        """Return a model by name; ``ValueError`` names the nearest valid one."""
        if name not in self.models:
            raise ValueError(unknown("model", name, self.models))
        return self.models[name]

    def scenario(self, name: str, model: str) -> Scenario:
        """Return a scenario for a model, with a value for each parameter of that model and for no other.

        Parameters that only a rival has keep its defaults.
        """
        family = self.model(model)
        if name != DEFAULTS and name not in self.scenarios:
            raise ValueError(unknown("scenario", name, self.scenarios))
        found = as_scenario(family, self.scenarios[name] if name else None)
        return replace(found, values={key: float(found.values[key]) for key in family.defaults})


def chapter_world(source: Source = None) -> World:
    """Return the chapter's model beside its rivals, with all scenarios that come with the library.

    Examples
    --------
    >>> world = chapter_world("us_russia_reset")
    >>> list(world.models), world.start
    (['chapter', 'balancing', 'wedge', 'indifferent'], 'us_russia_reset')
    """
    models: dict[str, GameFamily] = {CHAPTER: chapter_model()}
    models.update((name, rival_model(name)) for name in RIVALS)
    return _world(models, source)


def world_of(model: GameFamily, source: Source = None) -> World:
    """Return one model alone, with the scenarios that fit it; ``ValueError`` if it has fewer than two parameters."""
    if len(model.parameters) < 2:
        raise ValueError(
            f"a picture needs two parameters or more; the model {model.name!r} has {len(model.parameters)}"
        )
    return _world({OWN: model}, source)


def _world(models: Mapping[str, GameFamily], source: Source) -> World:
    model = next(iter(models.values()))
    own = all(parameter.name in model.defaults for parameter in triangle_parameters())
    names = scenarios() if own else ()  # to a model of something else none of them says anything
    found = {name: each for name in names if (each := _fitting(name, model)) is not None}
    if source is None:
        return World(models, found)
    chosen = scenario(source, model)
    if found.get(chosen.name) == chosen:
        return World(models, found, chosen.name)
    return World(models, {chosen.name: chosen, **found}, chosen.name, frozenset([chosen.name]))


def _fitting(name: str, model: GameFamily) -> Scenario | None:
    """Return a scenario that comes with the library, or None where it names what the model does not have."""
    try:
        return scenario(name, model)
    except ValueError:
        return None
