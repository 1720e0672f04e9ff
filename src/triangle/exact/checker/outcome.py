"""Checks a proof that profiles of one scenario stay equilibria, and others stay none, on a whole box."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ...family import GameFamily
from .arithmetic import Refused, need, shown
from .check import Check


def check_outcome(model: GameFamily, written: Mapping[str, Any]) -> None:
    """Accept the proof or say why not.

    Raises
    ------
    Refused
        With the reason.
    """
    try:
        _check(model, written)
    except Refused:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise Refused(f"the proof is broken: {type(error).__name__}: {error}") from error


def _check(model: GameFamily, written: Mapping[str, Any]) -> None:
    need(written["digest"] == outcome_digest(written), "what is proved was changed")
    checked = Check(model, written, [written["setting"]], [])
    (label,) = checked.settings
    for node, ends, out, done in checked.nodes(written["proof"]):
        piece = checked.piece(ends, node.get("out") or node.get("keeps"))
        checked.exclude(piece, ends, node, out)
        for profile, proofs in node.get("keeps", []):
            need(profile in checked.allowed[label], f"profile {profile} is not open to the players")
            given = {(target, mover): steps for target, mover, steps in proofs}
            for target, mover in checked.moves(label, profile):
                row = piece.row(label, profile, target, mover)
                if row.terms:
                    need((target, mover) in given, f"a condition of profile {profile} is left out")
                    need(
                        shown(row, ends, given[target, mover], False), f"a condition of profile {profile} is not shown"
                    )
            done.add(profile)
        if "split" not in node:
            need(done >= set(written["stays"]), "a profile is not shown to stay an equilibrium")
            need(out[label] >= set(written["stays_out"]), "a profile is not shown to stay none")


def outcome_digest(written: Mapping[str, Any]) -> str:
    """Return the fingerprint of what is proved."""
    parts = {key: written[key] for key in ("setting", "stays", "stays_out", "concept")}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
