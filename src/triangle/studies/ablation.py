"""What a statement rests on: how often it still holds when one term, option or parameter is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..chapter.contract import Contract
from ..chapter.measures import intensity_hold_up, triangle_measures
from ..evaluation import Share, Solutions
from ..family import GameFamily
from ..statement import Box, Statement
from .trials import FEWER_POINTS, SEED

STAGE_PARAMETERS: Mapping[str, str] = {
    "sensitivity": "the gap's pull on Russia's weight",
    "gap_sanction": "what pressure adds to the gap",
    "feedback": "the feedback of cooperation on the gap",
}
"""Parameters through which a stage works, beside the terms; each is taken away by setting it to zero."""

DEAD = 0.5


@dataclass(frozen=True)
class Ablated:
    """What is left of a statement without one thing.

    Attributes
    ----------
    name : str
        A term, an option or a parameter.
    kind : {"term", "option", "parameter"}
    holds : bool
        At the default.
    share : Share
        In the box of plausible ranges.
    """

    name: str
    kind: str
    holds: bool
    share: Share

    @property
    def dies(self) -> bool:
        """The statement fails at the default, or at half of the points or more."""
        return not self.holds or self.share.value <= DEAD


@dataclass(frozen=True, eq=False)
class Reduced:
    """A family with one thing taken away, and the displacement that takes it if it is a parameter."""

    name: str
    kind: str
    model: GameFamily
    gone: tuple[str, ...] = ()


def reductions(model: GameFamily) -> Iterator[Reduced]:
    """Yield a family without each of its terms, without the threat point, without the hold-up, and so on."""
    for term in model.terms:
        yield Reduced(term.name, "term", model.without(term.name))
    if any(isinstance(stage, Contract) and stage.bargaining == "threat_point" for stage in model.stages):
        stages = tuple(Contract("outside_option") if isinstance(s, Contract) else s for s in model.stages)
        yield Reduced("bargaining", "option", replace(model, stages=stages))
    intensity = {measure.name: measure for measure in model.measures}.get("intensity")
    if intensity is not None and intensity.function is intensity_hold_up:
        (plain,) = (measure for measure in triangle_measures("none") if measure.name == "intensity")
        yield Reduced("intensity", "option", model.replace(plain))
    for name in STAGE_PARAMETERS:
        if name in model.defaults:
            yield Reduced(name, "parameter", model, (name,))


def ablate(
    model: GameFamily, statements: Sequence[Statement], points: int = FEWER_POINTS, seed: int = SEED
) -> Mapping[str, tuple[Ablated, ...]]:
    """Take away one thing at a time and try statements again.

    Parameters
    ----------
    model : GameFamily
    statements : sequence of Statement
    points : int
        A power of two.
    seed : int

    Returns
    -------
    mapping of str to tuple of Ablated
        For each statement by its name, all that was taken away, the most harmful first.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> found = ablate(tri.chapter_model(), [claim("C44").statement], points=64)
    >>> [each.name for each in found["C44"] if each.dies]
    ['arms_trade']
    """
    # The last point is the default.
    drawn = {name: np.append(moves, 0.0) for name, moves in Box.plausible(model).sample(points, seed).items()}
    drawn = drawn or {model.parameters[0].name: np.zeros(points + 1)}
    found: dict[str, list[Ablated]] = {statement.name: [] for statement in statements}
    for reduced in reductions(model):
        gone = {name: np.full(points + 1, _away(reduced.model, name)) for name in reduced.gone}
        solved = Solutions(reduced.model, {**drawn, **gone})
        solved.prepare(setting for statement in statements for setting in statement.settings)
        for statement in statements:
            at = solved.evaluate(statement)
            share = Share(int(at.holds[:-1].sum()), points, int((~at.exists[:-1]).sum()))
            found[statement.name].append(Ablated(reduced.name, reduced.kind, bool(at.holds[-1]), share))
    return {name: tuple(sorted(each, key=lambda a: (a.share.value, a.holds))) for name, each in found.items()}


def _away(model: GameFamily, name: str) -> float:
    """Return the displacement that takes a parameter to its least admissible value, whatever the scenario."""
    least, most = model.parameter(name).admissible
    return least - most
