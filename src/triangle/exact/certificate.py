"""What came of an attempt to prove a statement: a certificate, a counterexample, or neither; saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..arguments import checked, shown
from ..family import GameFamily
from ..statement import Loss, Setting, Statement, Value
from .checker import Refused, check, check_refutation, digest
from .rational import exact

SPENT = "the budget is spent"
Profile = tuple[str, ...]


def written_statement(model: GameFamily, statement: Statement) -> dict[str, Any]:
    """Return a statement as plain data with exact numbers, with its digest."""
    fitted = statement.fitted(model)
    out: dict[str, Any] = {
        "name": fitted.name,
        "settings": [written_setting(model, setting) for setting in fitted.settings],
        "comparisons": [
            {
                "left": _side(comparison.left),
                "relation": comparison.relation,
                "right": None if comparison.right is None else _side(comparison.right),
                "factor": str(exact(comparison.factor)),
                "offset": str(exact(comparison.offset)),
            }
            for comparison in fitted.comparisons
        ],
    }
    return {**out, "digest": digest(out)}


def written_setting(model: GameFamily, setting: Setting) -> dict[str, Any]:
    """Return a setting as plain data with exact numbers."""
    return {
        "label": setting.label,
        "held": dict(setting.scenario.held),
        "values": {p.name: str(exact(setting.scenario.values.get(p.name, p.default))) for p in model.parameters},
        "changes": {name: [how, str(exact(number))] for name, (how, number) in setting.changes.items()},
    }


def _side(side: Value | Loss) -> dict[str, Any]:
    if isinstance(side, Value):
        return {"measure": side.measure, "setting": side.setting}
    return {"mover": side.mover, "to": [list(step) for step in side.to], "setting": side.setting}


@dataclass(frozen=True)
class Counterexample:
    """A rational point at which a statement fails, decided exactly.

    Attributes
    ----------
    statement : str
    displacement : mapping of str to Fraction
    distance : float
        The largest displacement in half-widths of the plausible ranges.
    values : mapping of str to mapping of str to Fraction
        The parameters in every setting.
    equilibria : mapping of str to tuple of profiles
        All equilibria of every setting.
    fails : str
        The comparison that fails, or ``"existence"``.
    with_profiles : mapping of str to Profile
        The equilibria with which it fails.
    compared : tuple of float
        The values compared there.
    tie : bool
        It fails only with equilibria that are not strict: at a tie.
    """

    statement: str
    displacement: Mapping[str, Fraction]
    distance: float
    values: Mapping[str, Mapping[str, Fraction]]
    equilibria: Mapping[str, tuple[Profile, ...]]
    fails: str
    with_profiles: Mapping[str, Profile]
    compared: tuple[float, ...]
    tie: bool
    written: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain data: what a checker needs, and how it reads."""
        return {
            **self.written,
            "distance": self.distance,
            "equilibria": {label: [list(p) for p in profiles] for label, profiles in self.equilibria.items()},
            "fails": self.fails,
            "with": {label: list(profile) for label, profile in self.with_profiles.items()},
            "compared": list(self.compared),
        }

    def save(self, path: str | Path) -> None:
        """Write the point as JSON."""
        _save(path, self.to_dict())

    def __str__(self) -> str:
        moved = sorted(self.displacement.items(), key=lambda item: -abs(item[1]))
        told = ", ".join(f"{name} {float(move):+.4g}" for name, move in moved[:6] if move)
        numbers = " against ".join(f"{number:.6g}" for number in self.compared)
        return (
            f"{self.statement} fails{' at a tie' if self.tie else ''} {self.distance:.4g} half-widths away "
            f"({told or 'no displacement'}{', …' if len(moved) > 6 else ''}): {self.fails}, {numbers}"
        )


@dataclass(frozen=True)
class Certificate:
    """A proof that a statement holds everywhere on a box, which the independent checker accepts.

    Attributes
    ----------
    statement : str
    factor : Fraction or None
        The box as a multiple of the plausible ranges; None if it was given otherwise.
    boxes : int
        How many boxes the proof looked at.
    exists : bool
        It is also proved that every setting has an equilibrium everywhere on the box.
    tie : Counterexample or None
        A point at which the statement fails at a tie, if the search met one: the proof is about strict equilibria.
    written : mapping
        The certificate itself.
    """

    statement: str
    factor: Fraction | None
    boxes: int
    exists: bool
    tie: Counterexample | None
    written: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the certificate as plain data."""
        return dict(self.written)

    def save(self, path: str | Path) -> None:
        """Write the certificate as JSON."""
        _save(path, self.to_dict())

    @classmethod
    def load(cls, path: str | Path) -> Certificate:
        """Read a certificate; it is not checked by that: see `check_certificate`.

        Raises
        ------
        ValueError
            The file is no certificate.
        """
        try:
            written = json.loads(Path(path).read_text(encoding="utf-8"))
            return cls.of(written)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: this is no certificate ({type(error).__name__}: {error})") from None

    @classmethod
    def of(cls, written: Mapping[str, Any], tie: Counterexample | None = None) -> Certificate:
        """Return the certificate that plain data describe."""
        factor = written["box"]["factor"]
        return cls(
            statement=str(written["statement"]["name"]),
            factor=None if factor is None else exact(factor),
            boxes=_count(written["proof"]),
            exists=written["existence"] is not None,
            tie=tie,
            written=written,
        )

    def __str__(self) -> str:
        box = "the box given" if self.factor is None else f"{float(self.factor):g} times the plausible ranges"
        concept = "" if self.written["concept"] == "pairwise" else f" ({self.written['concept']})"
        exists = "" if self.exists else "; existence of equilibria is not proved"
        tie = "; it fails at a tie" if self.tie else ""
        boxes = f"{self.boxes} box{'es' if self.boxes > 1 else ''}"
        return f"{self.statement} holds{concept} on {box}: proved in {boxes}{exists}{tie}"


@dataclass(frozen=True)
class Undecided:
    """Neither a proof nor a counterexample was found within the budget.

    Attributes
    ----------
    statement : str
    factor : Fraction or None
    boxes : int
    share_left : float
        The share of the box on which the statement is open.
    reason : str
    """

    statement: str
    factor: Fraction | None
    boxes: int
    share_left: float
    reason: str = SPENT

    def __str__(self) -> str:
        left = f"{self.share_left:.3%} of the box left"
        return f"{self.statement} is undecided: {self.reason}; {self.boxes} boxes, {left}"


@checked
def check_certificate(model: GameFamily, certificate: Any, statement: Statement | None = None) -> bool:
    """Check a certificate, or a counterexample, with the independent checker.

    Under which concept it holds and on which box, the certificate says itself: print it.

    Parameters
    ----------
    model : GameFamily
    certificate : Certificate, Counterexample, or the plain data of one
    statement : Statement, optional
        What it must be about.

    Returns
    -------
    bool
        True; what is not accepted raises an error with the reason.

    Raises
    ------
    Refused
        A `ValueError` with the reason.

    Examples
    --------
    >>> import triangle as tri
    >>> from triangle.chapter.claims import claim
    >>> from triangle.exact import certify
    >>> model = tri.chapter_model()
    >>> found = certify(model, None, claim("C18").statement)
    >>> check_certificate(model, found)
    True
    >>> wider = found.to_dict() | {"box": {**found.written["box"], "ranges": {"transit": ["-1", "1"]}}}
    >>> check_certificate(model, wider)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    Refused: box: it is not 1 times the plausible ranges
    """
    written = certificate.to_dict() if hasattr(certificate, "to_dict") else certificate
    if not isinstance(written, Mapping):
        raise Refused(f"a certificate is a mapping, got {shown(written)}")
    if "decided_by" in written:
        raise Refused(f"what {written['decided_by']} says comes without a proof that could be checked")
    wanted = None if statement is None else written_statement(model, statement)["digest"]
    (check_refutation if "refutes" in written else check)(model, written, wanted)
    return True


def _count(node: Mapping[str, Any]) -> int:
    todo, found = [node], 0
    while todo:
        here = todo.pop()
        found += 1
        todo += here.get("split", here.get("face", ()))[2:]
    return found


def _save(path: str | Path, data: Mapping[str, Any]) -> None:
    """Write JSON beside its place and then move it there, so that nothing half written is left."""
    target = Path(path)
    draft = target.with_name(target.name + ".part")
    draft.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(target)
