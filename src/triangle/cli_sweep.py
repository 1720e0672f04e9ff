"""The command ``triangle sweep``: read what to vary, sweep, and print what was found."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from .chapter.model import chapter_model
from .cli_options import (
    BargainingOption,
    FigureOption,
    IntensityOption,
    JsonOption,
    PrecisionOption,
    SetOption,
    SweepConceptOption,
    VariantOption,
    WithoutOption,
    check_figure,
    console,
    print_json,
    replacing,
    save_figure,
    with_settings,
)
from .family import GameFamily
from .kernel import FloatType
from .scenario import scenario
from .studies.design import Kind
from .studies.method import method_of
from .studies.summary import summary
from .studies.sweep import sweep

if TYPE_CHECKING:
    import xarray as xr

_VARY = "write NAME=LOW:HIGH:N or NAME=A,B,C for a grid, NAME=LOW:HIGH or NAME alone for samples"
_MOST_SHOWN = 8


def sweep_command(
    names: Annotated[list[str], typer.Argument(metavar="SCENARIO…", help="Several become a dimension.")],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=LOW:HIGH:N",
            help="A parameter's axis: evenly spaced, or values A,B,C. With --samples, its range LOW:HIGH, or its name "
            "alone for the plausible range; all parameters if none is named. Repeatable.",
        ),
    ] = None,
    samples: Annotated[int | None, typer.Option(metavar="N", help="How many points to sample.")] = None,
    design: Annotated[
        Kind | None, typer.Option(help="Where the points are; grid, or sobol if --samples is given.")
    ] = None,
    concept: SweepConceptOption = "pairwise",
    precision: PrecisionOption = None,
    measures: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Keep this measure only; repeatable, or A,B,C.")
    ] = None,
    commitments: Annotated[
        list[str] | None,
        typer.Option(metavar="ACTION", help="Hold the West to this, or to 'all' in turn: a dimension. Repeatable."),
    ] = None,
    variant: VariantOption = "triangle",
    bargaining: BargainingOption = "threat_point",
    intensity: IntensityOption = "hold_up",
    settings: SetOption = None,
    without: WithoutOption = None,
    seed: Annotated[int, typer.Option(help="Of the samples.")] = 0,
    dtype: Annotated[FloatType, typer.Option(help="Of the measures.")] = "float64",
    threads: Annotated[int | None, typer.Option(help="As many as there are processors, if not given.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="PATH.nc", help="Save the result as netCDF.")] = None,
    store: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep chunks here while sweeping.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Finish the sweep that the store holds.")] = False,
    figure: FigureOption = None,
    as_json: JsonOption = False,
) -> None:
    """Solve scenarios at every point of a grid, or at sampled points."""
    chosen = design or ("grid" if samples is None else "sobol")
    axes = _varied(vary, settings)
    for name, axis in axes.items() if chosen == "grid" else ():
        if axis is None or (isinstance(axis, tuple) and len(axis) == 2):
            raise ValueError(f"--vary {name}: a grid needs NAME=LOW:HIGH:N or NAME=A,B,C; or sample with --samples N")
    method_of(concept).check(precision)
    check_figure(figure)
    _check_phase(figure, chosen, axes, concept)
    _check_out(out)
    if resume and store is None:
        raise ValueError("--resume finishes a store: give --store DIR")
    model = chapter_model(variant, bargaining=bargaining, intensity=intensity, without=without or ())
    kept = [name for text in measures for name in text.split(",")] if measures else None
    drawn = _drawn(model, kept) if figure else None
    scenarios = [with_settings(model, scenario(name, model), settings) for name in names]
    try:
        found = sweep(
            model,
            scenarios if len(scenarios) > 1 else scenarios[0],
            axes or None,
            samples,
            chosen,
            concept,
            kept,
            seed,
            store,
            commitments="all" if commitments == ["all"] else commitments,
            threads=threads,
            precision=precision,
            dtype=dtype,
            resume=resume,
        )
    except KeyboardInterrupt:
        told = f"; finished chunks are kept in {store}: run it again with --resume" if store else ""
        typer.echo(f"triangle: stopped{told}", err=True)
        raise typer.Exit(130) from None
    files = {"out": _save(found, out), "store": store, "figure": _figure(found, figure, drawn)}
    written = {kind: str(path) if path else None for kind, path in files.items()}
    if as_json:
        print_json(_described(found) | summary(found) | written)
        return
    _show(found, written)


def _varied(vary: list[str] | None, settings: list[str] | None) -> dict[str, Any]:
    """Return what ``--vary`` says: for each name a tuple (low, high, n) or (low, high), a list, or None."""
    found: dict[str, Any] = {}
    for text in vary or ():
        name, equals, values = (part.strip() for part in text.partition("="))
        if name in found:
            raise ValueError(f"--vary: varied twice: {name}")
        found[name] = _values(text, values) if equals else None
    for text in settings or ():
        name = text.partition("=")[0].strip()
        if found.get(name) is not None:
            raise ValueError(f"--set {text!r}: {name} is varied; set one or vary it")
    return found


def _values(text: str, values: str) -> tuple[float, ...] | list[float]:
    parts = values.split(":")
    try:
        if len(parts) == 3:
            return float(parts[0]), float(parts[1]), int(parts[2])
        if len(parts) == 2:
            return float(parts[0]), float(parts[1])
        if len(parts) == 1:
            return [float(value) for value in values.split(",")]
    except ValueError:
        pass
    raise ValueError(f"--vary {text!r}: {_VARY}")


def _check_phase(figure: Path | None, design: str, axes: Mapping[str, Any], concept: str) -> None:
    """Refuse a figure that cannot be drawn of this sweep, before any work is done."""
    if figure and concept == "logit_qre":
        raise ValueError("--figure draws equilibria as regions; logit_qre has probabilities: plot them from --out")
    lengths = [axis[2] if isinstance(axis, tuple) and len(axis) == 3 else len(axis or ()) for axis in axes.values()]
    if figure and (design != "grid" or len(axes) != 2 or min(lengths) < 2):
        raise ValueError(
            "--figure draws a phase diagram: a grid over two parameters, --vary A=… --vary B=…, of two values or more"
        )


def _drawn(model: GameFamily, kept: list[str] | None) -> str | None:
    """Return the measure to draw: the only one kept, or none in particular, which draws all categories together."""
    measures = [model.measure(name) for name in kept] if kept else list(model.measures)
    if len(measures) == 1:
        return measures[0].name
    if not any(measure.categories for measure in measures):
        raise ValueError("--figure draws measures with categories together, or one measure: keep one with --measures")
    return None


def _check_out(path: Path | None) -> None:
    """Refuse a result that could not be written, before any work is done."""
    if path is None:
        return
    if path.is_dir() or path.suffix != ".nc":
        raise ValueError(f"--out {str(path)!r}: give a file that ends in .nc")
    if not path.parent.is_dir():
        raise ValueError(f"--out {str(path)!r}: there is no folder {str(path.parent)!r}")
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"--out {str(path)!r}: the folder {str(path.parent)!r} cannot be written")


def _save(found: xr.Dataset, path: Path | None) -> Path | None:
    """Write netCDF; a file that is there is replaced only when the new one is whole."""
    if path is None:
        return None
    with replacing(path) as temporary:
        found.to_netcdf(temporary, engine="h5netcdf")
    return path


def _figure(found: xr.Dataset, path: Path | None, measure: str | None) -> Path | None:
    if path is None:
        return None
    from .views.plot import phase

    drawn, _ = phase(found, measure)
    return save_figure(drawn, path)


def _described(found: xr.Dataset) -> dict[str, Any]:
    attrs = found.attrs
    return {
        key: attrs[key]
        for key in ("title", "source", "model_digest", "concept", "precision", "design", "seed")
        if key in attrs
    }


def _show(found: xr.Dataset, written: Mapping[str, str | None]) -> None:
    said = summary(found)
    screen = console()
    shape = " × ".join(f"{name} {length:,}" for name, length in said["shape"].items())
    screen.print(f"{found.attrs['title']}: {said['points']:,} games ({shape})", highlight=False, soft_wrap=True)
    tables = _of_logit(said) if "status" in said else _of_equilibria(said)
    for table in tables:
        if table.row_count:
            screen.print(table)
    for kind, path in written.items():
        if path:
            print(f"{kind.capitalize()}: {path}")


def _of_equilibria(said: Mapping[str, Any]) -> list[Table]:
    counts = _counted("Equilibria", "how many", said["equilibria"], said["points"])
    shares = _labelled("Categories, share of games", "measure", said["categories"])
    headers = {"min": "least", "mean_min": "mean of least", "mean_max": "mean of greatest", "max": "greatest"}
    return [counts, shares, _numbers("Numbers", headers, said["numbers"])]


def _of_logit(said: Mapping[str, Any]) -> list[Table]:
    return [
        _counted("Logit equilibria", "status", said["status"], said["points"]),
        _labelled("Strategies, mean probability", "player", said["strategies"]),
        _labelled("Categories, mean probability", "measure", said["categories"]),
        _numbers("Expected values", {"min": "least", "mean": "mean", "max": "greatest"}, said["numbers"]),
    ]


def _counted(title: str, what: str, counts: Mapping[Any, int], points: int) -> Table:
    table = Table(title=title)
    for header in (what, "games", "share"):
        table.add_column(header, justify="right")
    for count, games in counts.items():
        table.add_row(str(count), f"{games:,}", f"{games / points:.1%}")
    return table


def _labelled(title: str, what: str, rows: Mapping[str, Mapping[str, float | None]]) -> Table:
    table = Table(title=title)
    for header in (what, "outcomes"):
        table.add_column(header, overflow="fold")
    for name, labels in rows.items():
        there = {label: share for label, share in labels.items() if share is not None}
        ordered = sorted(there.items(), key=lambda item: -item[1])
        more = f", … {len(ordered) - _MOST_SHOWN} more" if len(ordered) > _MOST_SHOWN else ""
        told = ", ".join(f"{label.replace('_', ' ')} {share:.1%}" for label, share in ordered[:_MOST_SHOWN])
        table.add_row(name, told + more)
    return table


def _numbers(title: str, headers: Mapping[str, str], rows: Mapping[str, Mapping[str, float | None]]) -> Table:
    table = Table(title=title)
    for header in ("measure", *headers.values(), "defined"):
        table.add_column(header, justify="left" if header == "measure" else "right")
    for name, at in rows.items():
        cells = [at[key] for key in headers]
        table.add_row(name, *("–" if cell is None else f"{cell:.3f}" for cell in cells), f"{at['defined'] or 0:.1%}")
    return table
