"""Scenarios: settings of the parameters that have a name, found among those that come along or by path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import check_fields, checked, fitted
from .family import GameFamily

if TYPE_CHECKING:
    from .chapter.issues.parts import Handed


class ScenarioError(ValueError):
    """All that is wrong with a scenario file.

    Attributes
    ----------
    where : str
        The file, or the name that was asked for.
    faults : tuple of str
    """

    def __init__(self, where: str, faults: list[str] | tuple[str, ...]) -> None:
        self.where = where
        self.faults = tuple(faults)
        lines = [f"{where}: {fault}" for fault in self.faults]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[object, ...]]:
        """Pickle by construction: an error that cannot be unpickled breaks the pool of processes it is raised in."""
        return type(self), (self.where, self.faults)


@dataclass(frozen=True)
class Scenario:
    """A setting of the parameters, and what the leader is held to.

    Attributes
    ----------
    name, title, asks : str
    values : mapping of str to float
        Every parameter of the model.
    held : mapping of str to str
        Players held to an action (the West's commitment), empty if everybody plays.
    baseline : Scenario or None
        The scenario that this one is compared with: what it extends, unless its file says otherwise.
    changes : mapping of str to str
        What this file itself sets, as text, for display and provenance.
    issues : mapping of str to mapping of str to float
        By issue game, the game's own parameters that are set, inherited ones included.
    handed : mapping of str to tuple of Handed
        By issue game, what it handed to `values`.
    unlinked : mapping of str to float
        Every parameter before any game handed one over; empty where none did. What extends the scenario starts here.
    """

    name: str
    title: str
    asks: str
    values: Mapping[str, float]
    held: Mapping[str, str] = field(default_factory=dict)
    baseline: Scenario | None = field(default=None, repr=False)
    section: str = ""
    claims: tuple[str, ...] = ()
    year: int | None = None
    note: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    issues: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    handed: Mapping[str, tuple[Handed, ...]] = field(default_factory=dict, repr=False)
    unlinked: Mapping[str, float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def links(self) -> tuple[str, ...]:
        """What issue games handed over, a line each.

        Examples
        --------
        >>> scenario("lng_terminal").links
        ('gas_holdup: lock_in 0.200 → 0.139 (loss 0.159, × 0.697)',)
        """
        return tuple(
            f"{game}: {each.parameter} {self.unlinked[each.parameter]:.3f} → {each.value:.3f} "
            f"({each.measure} {each.measured:.3f}, × {each.factor:.3f}"
            + (")" if each.within else "; outside its plausible range)")
            for game, handed in self.handed.items()
            for each in handed
        )

    def with_values(self, model: GameFamily, /, **values: float) -> Scenario:
        """Return the scenario with some parameters set otherwise.

        A value set here stands, whatever an issue game handed over.

        Raises
        ------
        ValueError
            An unknown parameter, or a value that is no number or out of range.

        Examples
        --------
        >>> import triangle as tri
        >>> tri.scenario("us_russia_reset").with_values(tri.chapter_model(), sanctions=0.5).values["sanctions"]
        0.5
        """
        given = {name: fitted(f"parameter {name!r} of a scenario", value, float) for name, value in values.items()}
        resolved = model.resolve(given)
        checked = {name: float(resolved[name]) for name in given}
        kept = {
            game: tuple(each for each in handed if each.parameter not in checked)
            for game, handed in self.handed.items()
        }
        return replace(self, values={**self.values, **checked}, handed=kept)


@cache
def folder() -> Path:
    """Return the folder of the scenarios that come with the library: in the wheel, or in a source checkout."""
    installed = Path(__file__).parent / "_scenarios"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "scenarios"


def scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the library.

    Examples
    --------
    >>> "us_russia_reset" in scenarios()
    True
    """
    return tuple(sorted(path.stem for path in folder().glob("*.toml")))


@checked
def scenario(source: str | Path | Scenario, model: GameFamily | None = None) -> Scenario:
    """Return a checked scenario.

    Parameters
    ----------
    source : str or Path
        The name of one that comes with the library, or the path of a TOML file (anything with a slash or ``.toml``).
    model : GameFamily, optional
        Whose parameters and stances the file must fit; the chapter's model if not given.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        All faults of the file at once, each with file, key, value and what is allowed.

    Examples
    --------
    >>> scenario("us_russia_reset").held
    {'West': 'accommodate/engage'}
    """
    if isinstance(source, Scenario):
        return source
    if model is None:
        from .chapter.model import chapter_model

        model = chapter_model()
    from .scenario_file import find, load

    return load(find(source, Path.cwd()), model)


Source = str | Path | Scenario | None
"""A scenario, its name, the path of its file, or None: the model at its defaults."""


def as_scenario(model: GameFamily, source: Source) -> Scenario:
    """Return a scenario by name or path; ``None`` is the model at its defaults, with nobody held to anything."""
    if source is None:
        return Scenario("defaults", f"{model.name} at its defaults", "", dict(model.defaults))
    found = scenario(source, model)
    strangers = [player for player in found.held if player not in model.form.names]
    if strangers:
        raise ValueError(
            f"scenario {found.name!r} holds {', '.join(strangers)}, not a player of the model {model.name!r}: "
            f"read it for that model, as in scenario({found.name!r}, model)"
        )
    missing = set(model.defaults) - set(found.values)
    return replace(found, values={**model.defaults, **found.values}) if missing else found
