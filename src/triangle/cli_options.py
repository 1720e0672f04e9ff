"""What the commands share: options, and how they read settings, check paths and print."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from .chapter.contract import Bargaining
from .chapter.measures import Intensity
from .conditions import Concept
from .family import GameFamily
from .scenario import Scenario
from .studies.method import SweepConcept

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURE_KINDS = (".png", ".pdf", ".svg")

Who = Literal["triangle", "quad"]
VariantOption = Annotated[
    Who, typer.Option(help="Who plays: the West as one, or the United States and the European Union as two.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter in every scenario; repeatable."),
]
WithoutOption = Annotated[list[str] | None, typer.Option("--without", metavar="TERM", help="Leave out a term.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
FigureOption = Annotated[Path | None, typer.Option("--figure", metavar="PATH", help="Write the figure here.")]
ConceptOption = Annotated[Concept, typer.Option(help="Solution concept.")]
SweepConceptOption = Annotated[
    SweepConcept, typer.Option(help="Solution concept; logit_qre is play that errs, and needs --precision.")
]
PrecisionOption = Annotated[
    float | None, typer.Option(metavar="NUMBER", help="Of logit_qre, per unit of payoff; 0 is uniform play.")
]
BargainingOption = Annotated[Bargaining, typer.Option(help="How Russia and China divide their contract.")]
IntensityOption = Annotated[Intensity, typer.Option(help="What intensity rests on.")]


def numbers(settings: list[str] | None, example: str) -> dict[str, float]:
    """Return what ``--set NAME=VALUE`` says, given any number of times."""
    values = {}
    for text in settings or ():
        name, equals, number = text.partition("=")
        try:
            values[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise ValueError(f"--set {text!r}: write NAME=VALUE with a number, such as {example}")
    return values


def with_settings(model: GameFamily, base: Scenario, settings: list[str] | None) -> Scenario:
    """Return a scenario with what ``--set`` says."""
    values = numbers(settings, "sanctions=0.4")
    return base.with_values(model, **values) if values else base


def check_figure(path: Path | None) -> None:
    """Refuse a figure that could not be written, before any work is done."""
    if path is None:
        return
    if path.is_dir() or path.suffix not in FIGURE_KINDS:
        raise ValueError(f"--figure {str(path)!r}: give a file that ends in {', '.join(FIGURE_KINDS)}")
    if not path.parent.is_dir():
        raise ValueError(f"--figure {str(path)!r}: there is no folder {str(path.parent)!r}")


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure; a file that is there is replaced only when the new one is whole."""
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=150, format=path.suffix[1:])
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a file beside a path to write to; it takes the path's place if all goes well, and goes otherwise."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def check_three(variant: Who, path: Path | None) -> None:
    """Refuse a figure of the triangle for the variant with two Western players."""
    if variant == "quad" and path is not None:
        raise ValueError("--figure draws three players; of --variant quad see triangle.views.plot.quad.quad in Python")


def console() -> Console:
    """Return standard output: as wide as the terminal, or of one width where it goes to a file."""
    found = Console(markup=False, emoji=False)
    return found if found.is_terminal else Console(width=118, markup=False, emoji=False)


def print_json(data: object) -> None:
    """Print plain data as JSON."""
    print(json.dumps(data, indent=2, allow_nan=False))
