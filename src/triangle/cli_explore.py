"""The command ``triangle explore``: the page on this machine, in the browser."""

from __future__ import annotations

import secrets
import webbrowser
from importlib.util import find_spec
from typing import Annotated

import typer

MISSING = "the explorer in the browser needs starlette and uvicorn: pip install starlette uvicorn"
NAMED = "A scenario's name, the path of a TOML file, or a link of the explorer that somebody sent."


def explore_command(
    source: Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help=NAMED)] = None,
    port: Annotated[int, typer.Option(metavar="N", help="Where to listen on this machine; 0 is a free port.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open nothing.")] = False,
) -> None:
    """Move every parameter with a slider and see the outcomes change, in the browser."""
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise ValueError(MISSING)
    from .explorer.schema import schema
    from .explorer.serve import ADDRESS, listen, run
    from .explorer.world import chapter_world

    name, _, state = (source or "").partition("#")
    world = chapter_world(name if name and not state else None)
    bound = listen(port)
    schema(world)  # what every visit needs is worked out before the address is told
    token = secrets.token_urlsafe(16)
    address = f"http://{ADDRESS}:{bound.getsockname()[1]}/{token}/" + (f"#{state}" if state else "")
    print(f"Explorer: {address}\nIt is for this machine alone. Ctrl-C ends it.", flush=True)
    if not no_browser:
        webbrowser.open(address)
    run(world, bound, token)
