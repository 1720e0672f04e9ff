"""What figures share: colours that survive colour blindness and grey print, and lines of text."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ...arguments import shown

if TYPE_CHECKING:
    import xarray as xr

    from ...family import GameFamily


Colour = str | tuple[float, float, float] | tuple[float, float, float, float]


def _paler(colour: str, share: float) -> tuple[float, float, float]:
    red, green, blue = (1 - share * (1 - part) for part in to_rgb(colour))
    return red, green, blue


# Okabe and Ito's palette, in an order in which neighbours differ in lightness as well; then the same, paler.
_OKABE_ITO = ("#56B4E9", "#0072B2", "#F0E442", "#009E73", "#E69F00", "#CC79A7", "#D55E00")
PALETTE = tuple(to_hex(_paler(colour, share)) for share in (0.85, 0.4) for colour in _OKABE_ITO)
OTHER = "#9A9A9A"
INK, FAINT = "#222222", "#555555"
SEQUENTIAL = "cividis"
_SOURCE_SIZE, _SPACING = 8, 1.3


def wrapped(text: str, width: int) -> str:
    """Return text broken into lines."""
    return "\n".join(textwrap.wrap(text, width)) or text


def axis_label(attrs: Mapping[str, Any], name: str, width: int = 48) -> str:
    """Return a variable's long name and unit."""
    unit = str(attrs.get("units", "1"))
    told = str(attrs.get("long_name", name))
    whole = f"({unit})".replace(" ", "\N{NO-BREAK SPACE}")
    return wrapped(told if unit in ("", "1") else f"{told} {whole}", width)


def provenance(model: GameFamily, concept: str = "") -> dict[str, str]:
    """Return what `source_line` tells of a result that carries its model."""
    from ... import __version__

    found = {"source": f"triangle {__version__}, model {model.name}", "model_digest": model.digest}
    return found | ({"concept": concept} if concept else {})


def ink_on(colour: Colour) -> str:
    """Return black or white, whichever stands out more from a colour (WCAG 2 contrast)."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "black" if luminance > 0.179 else "white"


def source_line(figure: Figure, attrs: Mapping[str, Any], *notes: str) -> float:
    """Write at the foot of a figure which model and version it comes from, the concept, and further notes.

    Returns
    -------
    float
        The part of the figure's height that the line takes; the layout keeps it free.
    """
    parts = [
        str(attrs.get("source", "source not recorded")),
        f"digest {attrs['model_digest']}" if "model_digest" in attrs else "",
        f"concept {attrs['concept']}" if "concept" in attrs else "",
    ]
    text = "; ".join([", ".join(part for part in parts if part), *(note for note in notes if note)])
    text = wrapped(text, int(15.5 * figure.get_figwidth()))
    height = ((text.count("\n") + 1) * _SOURCE_SIZE * _SPACING + 10) / 72 / figure.get_figheight()
    figure.text(
        0.5, height / 2, text, fontsize=_SOURCE_SIZE, color=FAINT, linespacing=_SPACING, ha="center", va="center"
    )
    _keep_free(figure, height)
    return height


def legend_below(figure: Figure, foot: float, handles: Sequence[Artist], columns: int) -> None:
    """Put a legend between the axes and the source line, which takes ``foot`` of the figure's height."""
    rows = -(-len(handles) // columns)
    lines = [str(handle.get_label()).count("\n") + 1 for handle in handles]
    taken = sum(max(lines[k::rows]) for k in range(rows)) if lines else 0
    figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, foot), ncols=columns, frameon=False, fontsize=9.5,
        borderaxespad=0, handlelength=3.2,
    )  # fmt: skip
    _keep_free(figure, foot + (rows * 3 + taken * 13 + 8) / 72 / figure.get_figheight())


def _keep_free(figure: Figure, height: float) -> None:
    """Keep the layout out of the lowest part of the figure."""
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, height, 1, 1 - height))


def check_dataset(name: str, value: object, wanted: str) -> None:
    """Refuse what is no Dataset; ``ValueError`` says what was wanted."""
    import xarray as xr

    if not isinstance(value, xr.Dataset):
        raise ValueError(f"{name} must be an xarray.Dataset, {wanted}; got {shown(value)}")


def check_variables(dataset: xr.Dataset, needed: Iterable[str]) -> None:
    """Refuse a Dataset of which something was taken away; ``ValueError`` names it."""
    missing = [name for name in needed if name not in dataset]
    if missing:
        raise ValueError(f"the Dataset lacks {', '.join(map(repr, missing))}")


def read(attrs: Mapping[str, Any], key: str) -> list[Any]:
    """Return a list that a Dataset's attribute holds as JSON; empty if it is not there, ``ValueError`` if no JSON."""
    try:
        found = json.loads(attrs[key]) if key in attrs else None
    except (TypeError, ValueError):
        raise ValueError(f"the Dataset's attribute {key!r} must be JSON, got {shown(attrs[key])}") from None
    return found if isinstance(found, list) else []
