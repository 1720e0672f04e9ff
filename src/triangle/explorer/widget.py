"""The explorer in a notebook: the page's own module, with messages in place of HTTP."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from ..family import GameFamily
from ..scenario import Source
from .answers import reply
from .asked import Fault
from .assets import joined, read
from .world import World, chapter_world, world_of


class Widget(anywidget.AnyWidget):
    """The explorer, to be shown by a notebook.

    Parameters
    ----------
    model : GameFamily, optional
        The chapter's model beside its rivals if not given.
    scenario : str, Path or Scenario, optional
        What is shown first.
    state : str
        What follows ``#`` in a link of the explorer.

    Attributes
    ----------
    state : str
        Where the reader is, as in a link; set it, and the picture follows.
    world : World
        The models and scenarios that are offered.

    Examples
    --------
    >>> import triangle as tri
    >>> widget = Widget(tri.chapter_model(), "us_russia_reset")
    >>> widget.world.start
    'us_russia_reset'
    """

    _esm = joined()
    _css = read("explorer.css")
    state = traitlets.Unicode("").tag(sync=True)

    def __init__(self, model: GameFamily | None = None, scenario: Source = None, *, state: str = "") -> None:
        self.world: World = chapter_world(scenario) if model is None else world_of(model, scenario)
        super().__init__(state=state)
        self.on_msg(self._asked)

    def _asked(self, widget: object, content: object, buffers: object) -> None:
        """Answer one message of the page: ``{"id": …, "kind": …, "body": …}``."""
        if not isinstance(content, dict) or "id" not in content:
            return
        told: dict[str, Any] = {"id": content["id"]}
        try:
            found = reply(self.world, str(content.get("kind")), content.get("body", {}))
        except Fault as fault:
            self.send({**told, "fault": fault.to_dict()})
            return
        if isinstance(found, bytes):
            self.send(told, buffers=[found])
        else:
            self.send({**told, "answer": found})
