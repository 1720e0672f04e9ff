"""Checks a proof that profiles of one scenario stay equilibria, and others stay none, on a whole box."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ...family import GameFamily
from .arithmetic import Ends, Refused, need, shown
from .check import Check, Piece, leaf


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
        piece = checked.piece(ends, any(node.get(key) for key in ("out", "sure", "bettered", "keeps")))
        checked.exclude(piece, ends, node, out, done)
        checked.lead(piece, ends, node, out, done)
        for profile, proofs, caps in node.get("keeps", []):
            _stable(checked, piece, ends, profile, proofs)
            if checked.concept == "commitment":
                _capped(checked, piece, ends, profile, caps)
            done.add(profile)
        if leaf(node):
            need(done >= set(written["stays"]), "a profile is not shown to stay an equilibrium")
            gone = out[label] | {p for p in written["stays_out"] if ("bettered", label, p) in done}
            need(gone >= set(written["stays_out"]), "a profile is not shown to stay none")


def _stable(checked: Check, piece: Piece, ends: Ends, profile: int, proofs: Any) -> None:
    """Accept that no condition of a profile is negative on a box."""
    (label,) = checked.settings
    need(profile in checked.allowed[label], f"profile {profile} is not open to the players")
    given = {(target, mover): steps for target, mover, steps in proofs}
    for target, mover in checked.moves(label, profile):
        row = piece.row(label, profile, target, mover)
        if row.terms:
            need((target, mover) in given, f"a condition of profile {profile} is left out")
            need(shown(row, ends, given[target, mover], False), f"a condition of profile {profile} is not shown")


def _capped(checked: Check, piece: Piece, ends: Ends, profile: int, caps: Any) -> None:
    """Accept that no other action of the leader is sure to better a profile: each has one that gives it no more."""
    (label,) = checked.settings
    game = checked.game
    given = {action: rest for action, *rest in caps}
    for action in {game.leads(p) for p in checked.allowed[label]} - {game.leads(profile)}:
        need(action in given, f"action {action} of the leader may be sure to give more than profile {profile}")
        rival, proofs, steps = given[action]
        need(game.leads(rival) == action, f"profile {rival} is not of action {action} of the leader")
        _stable(checked, piece, ends, rival, proofs)
        less = -piece.gain(label, profile, rival)
        need(shown(less, ends, steps, False), f"profile {rival} may give the leader more than {profile}")


def outcome_digest(written: Mapping[str, Any]) -> str:
    """Return the fingerprint of what is proved."""
    parts = {key: written[key] for key in ("setting", "stays", "stays_out", "concept")}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
