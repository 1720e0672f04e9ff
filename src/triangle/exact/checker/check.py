"""Walks through the tree of a certificate and accepts it or says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from ...family import GameFamily
from .arithmetic import Ends, P, Refused, fraction, need, shown
from .game import Game, Setting
from .required import Expression, Inequality, expression, inequalities, required, side

FORMAT = 1
CONCEPTS = ("nash", "pairwise", "commitment")
MOST_NODES = 200_000
SEMANTICS = (
    "At every point of the box, and for every combination of profiles of the settings that are strictly stable there "
    "(every condition positive, conditions that vanish identically apart), every comparison holds."
)
OF_A_LEADER = (
    " Where a leader commits itself, a profile counts if it is strictly stable in its subgame, and every other action "
    "of the leader has no stable profile, or a strictly stable one that gives the leader less, or always the same."
)

Node = Mapping[str, Any]


def check(model: GameFamily, written: Mapping[str, Any], statement: str | None = None) -> None:
    """Accept a certificate, as read from JSON, or say why not.

    Parameters
    ----------
    model : GameFamily
    written : mapping
    statement : str, optional
        The digest of the statement that the certificate must be about.

    Raises
    ------
    Refused
        With the reason.
    """
    try:
        need(written["statement"]["digest"] == digest(written["statement"]), "the statement was changed")
        about = written["statement"]
        need(statement is None or about["digest"] == statement, "the certificate is about another statement")
        checked = Check(model, written, about["settings"], about["comparisons"])
        need(written["semantics"] == semantics(checked.concept), "the certificate claims to say something else")
        checked.run()
    except Refused:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise Refused(f"the certificate is broken: {type(error).__name__}: {error}") from error


def semantics(concept: str) -> str:
    """Return what a certificate says that is accepted."""
    return SEMANTICS + (OF_A_LEADER if concept == "commitment" else "")


def head(model: GameFamily, written: Mapping[str, Any]) -> None:
    """Refuse what is written in another format, about another family, or under a concept that does not fit it."""
    need(written["format"] == FORMAT, f"format {FORMAT} is needed")
    need(written["model"]["digest"] == model.digest, "it is about another family, or another version")
    need(written["concept"] in CONCEPTS, "no such concept")
    need(written["concept"] != "commitment" or model.leader is not None, "the family has no leader")


class Check:
    """A certificate on its way through the checks.

    Parameters
    ----------
    model : GameFamily
    written : mapping
    settings, comparisons : sequence of mapping
        What it is about, as written.
    """

    def __init__(
        self,
        model: GameFamily,
        written: Mapping[str, Any],
        settings: Sequence[Mapping[str, Any]],
        comparisons: Sequence[Mapping[str, Any]],
    ) -> None:
        head(model, written)
        self.written = written
        self.concept = str(written["concept"])
        self.game = Game(model)
        self.settings = {s["label"]: Setting(model, s) for s in settings}
        need(len(self.settings) == len(settings), "a label is given twice")
        self.comparisons = comparisons
        self.asked = inequalities(comparisons)
        self.allowed = {label: self.game.allowed(setting.held) for label, setting in self.settings.items()}
        self._moves: dict[tuple[str, int], dict[tuple[int, str], tuple[str, ...]]] = {}
        self._pieces: dict[tuple[Any, ...], Piece] = {}
        self.cut: dict[str, tuple[bool, bool]] = {}
        self.origins, self.ends, self.rest = self._box()

    def run(self) -> None:
        """Accept the proof of the comparisons, and of existence if there is one."""
        for node, ends, out, done in self.nodes(self.written["proof"]):
            piece = self.piece(ends, any(node.get(key) for key in ("out", "sure", "bettered", "shown")))
            self.exclude(piece, ends, node, out, done)
            self.lead(piece, ends, node, out, done)
            for k, pair, route, numbers, steps in node.get("shown", []):
                self._show(piece, ends, k, tuple(pair), route, numbers, steps, done)
                done.add((k, tuple(pair)))
            if leaf(node):
                self._complete(out, done)
        if self.written["existence"] is not None:
            self._check_existence()

    def exclude(self, piece: Piece, ends: Ends, node: Node, out: dict[str, set[int]], done: set[Any]) -> None:
        """Put out the profiles at which a move is shown never to cost anything."""
        for label, items in node.get("out", {}).items():
            for profile, target, mover, steps in items:
                row = piece.row(label, profile, target, mover)
                need(not self._vanishes(row, ends, done), "a condition that vanishes puts no profile out")
                need(shown(-row, ends, steps, False), f"profile {profile} of {label} is not shown to be out")
                out[label].add(profile)

    def lead(self, piece: Piece, ends: Ends, node: Node, out: Mapping[str, set[int]], done: set[Any]) -> None:
        """Put aside the profiles that another action of the leader is sure to better.

        That action must have a stable profile in its subgame everywhere on the box, and none of its profiles that may
        be strictly stable may give the leader less.
        """
        used = node.get("sure") or node.get("bettered")
        need(not used or self.concept == "commitment", "nobody leads where nobody commits itself")
        for label, items in node.get("sure", {}).items():
            for action, witness in items:
                self._witness(piece, ends, label, witness)
                need(
                    all(self.game.leads(profile) == action for profile, _ in witness["profiles"]),
                    "a profile of another action of the leader makes no action sure",
                )
                done.add(("sure", label, action))
        for label, items in node.get("bettered", {}).items():
            for profile, action, rivals in items:
                need(("sure", label, action) in done, f"action {action} of the leader is not shown to be sure")
                need(self.game.leads(profile) != action, "no action betters itself")
                given = dict(rivals)
                for rival in self.allowed[label]:
                    if self.game.leads(rival) == action and rival not in out[label]:
                        need(rival in given, f"profile {rival} of {label} may give the leader less")
                        gain = piece.gain(label, profile, rival)
                        need(not self._vanishes(gain, ends, done), "a difference that vanishes betters nothing")
                        need(shown(gain, ends, given[rival], False), f"profile {profile} of {label} may be the best")
                done.add(("bettered", label, profile))

    # --- the box ----------------------------------------------------------------------------------------------

    def _box(self) -> tuple[dict[str, Fraction], dict[str, tuple[Fraction, Fraction]], dict[str, Fraction]]:
        """Return the coordinates; what a range loses must be seen by no setting."""
        box = self.written["box"]
        origins = {name: fraction(value) for name, value in box["origins"].items()}
        ends, rest = {}, {}
        ranges = {name: (fraction(low), fraction(high)) for name, (low, high) in box["ranges"].items()}
        if box["factor"] is not None:
            wanted = _plausible(self.game.model, fraction(box["factor"]))
            need(ranges == wanted, f"box: it is not {box['factor']} times the plausible ranges")
        known = {p.name for p in self.game.model.parameters}
        for name, (low, high) in ranges.items():
            need(name in known, f"box: no parameter {name!r}")
            need(low <= high, f"box, {name}: the ends are in the wrong order")
            if name not in box["kept"]:
                need(self._still(name, low, high), f"box: {name} was left out and matters")
                rest[name] = low
                continue
            first, last = map(fraction, box["kept"][name])
            need(low <= first <= last <= high, f"box, {name}: the part kept is not in the range")
            need(
                self._still(name, low, first) and self._still(name, last, high), f"box: what was cut of {name} matters"
            )
            ends[name] = (first + origins[name], last + origins[name])
            self.cut[name] = (low < first, last < high)
        need(set(box["kept"]) <= set(ranges), "box: a part kept of no range")
        return origins, ends, rest

    def _vanishes(self, row: P, ends: Ends, done: set[Any]) -> bool:
        """Whether a condition is zero all over the box, or where the box touches an end that was cut back.

        What was cut back has a width: where a condition vanishes there, a tie is not rare, and excludes nothing. Ends
        that have a node of their own do not count.
        """
        touched = [
            [(name, self.ends[name][k]) for k in (0, 1) if self._touches(ends, name, k) and (name, k) not in done]
            for name in ends
        ]
        corners = product(*(sides for sides in touched if sides))
        return any(not row.replaced(_fixing(row, dict(corner))).terms for corner in corners)

    def _touches(self, ends: Ends, name: str, side: int) -> bool:
        return self.cut[name][side] and ends[name][side] == self.ends[name][side]

    def _still(self, name: str, low: Fraction, high: Fraction) -> bool:
        return all(setting.still(name, low, high) for setting in self.settings.values())

    def piece(self, ends: Ends, used: Any) -> Piece:
        """Return the parameters as polynomials on a box; nothing may be shown on one with a bend inside."""
        if not used:
            return Piece(self, {})
        maps = {label: s.maps(self.origins, ends, self.rest) for label, s in self.settings.items()}
        key = tuple(tuple(sorted(part.terms.items())) for each in maps.values() for part in each.values())
        if key not in self._pieces:
            self._pieces[key] = Piece(self, maps)
        return self._pieces[key]

    def nodes(self, root: Node) -> Iterator[tuple[Node, dict[str, tuple[Fraction, Fraction]], Any, set[Any]]]:
        """Yield every node with its box, and what is known on it from the nodes above (to be added to)."""
        todo: list[tuple[Node, Any, Any, Any]] = [(root, self.ends, {label: set() for label in self.settings}, set())]
        count = 0
        while todo:
            node, ends, out, done = todo.pop()
            count += 1
            need(count <= MOST_NODES, "the tree is too large")
            yield node, ends, out, done
            if "face" in node:
                need("split" not in node, "a node is divided twice")
                name, sign, *parts = node["face"]
                side = {"-": 0, "+": 1}[sign]
                need(self._touches(ends, name, side), f"nothing was cut off at an end of {name} that is set apart")
                end = ends[name][side]
                for child, own, apart in zip(parts, ((end, end), ends[name]), ([], [(name, side)]), strict=True):
                    known = {k: set(v) for k, v in out.items()}
                    todo.append((child, {**ends, name: own}, known, {*done, *apart}))
            if "split" in node:
                name, at, below, above = node["split"]
                low, high = ends[name]
                middle = fraction(at)
                need(low < middle < high, f"a box is split at {name} = {at}, which is not inside it")
                for child, part in ((below, (low, middle)), (above, (middle, high))):
                    todo.append((child, {**ends, name: part}, {k: set(v) for k, v in out.items()}, set(done)))

    # --- comparisons ------------------------------------------------------------------------------------------

    def _labels(self, asked: Inequality) -> list[str]:
        written = self.comparisons[asked.comparison]
        sides = [written["left"]] + ([written["right"]] if written["right"] is not None else [])
        return list(dict.fromkeys(each["setting"] for each in sides))

    def _show(
        self,
        piece: Piece,
        ends: Ends,
        k: int,
        pair: tuple[int, ...],
        route: str,
        numbers: Sequence[str],
        steps: Any,
        done: set[Any],
    ) -> None:
        asked = self.asked[k]
        labels = self._labels(asked)
        need(len(pair) == len(labels), "a pair of profiles does not fit its comparison")
        told = f"comparison {asked.comparison} with profiles {pair}"
        if route == "clash":
            need(len(labels) == 2, "only two settings can clash")
            first, second, last = steps
            total = piece.row(labels[0], pair[0], *first) + piece.row(labels[1], pair[1], *second)
            for each in (piece.row(labels[0], pair[0], *first), piece.row(labels[1], pair[1], *second)):
                need(not self._vanishes(each, ends, done), "a condition that vanishes clashes with nothing")
            need(shown(-total, ends, last, False), f"{told}: the two conditions are not shown to clash")
            return
        written = self.comparisons[asked.comparison]
        at = dict(zip(labels, pair, strict=True))
        left = piece.side(written["left"], at)
        right = piece.side(written["right"], at) if written["right"] is not None else Expression(P())
        a, b = (right, left) if asked.swapped else (left, right)
        needs = required(route, [fraction(number) for number in numbers], asked, a, b)
        need(len(needs) == len(steps), f"{told}: {len(needs)} proofs are needed")
        for (polynomial, strict), each in zip(needs, steps, strict=True):
            need(shown(polynomial, ends, each, strict), f"{told}: an inequality of route {route!r} is not shown")

    def _complete(self, out: Mapping[str, set[int]], done: set[Any]) -> None:
        """Refuse a leaf on which a pair of profiles that may be equilibria is left."""
        left = {
            label: [p for p in allowed if p not in out[label] and ("bettered", label, p) not in done]
            for label, allowed in self.allowed.items()
        }
        for k, asked in enumerate(self.asked):
            for pair in product(*(left[label] for label in self._labels(asked))):
                need((k, pair) in done, f"comparison {asked.comparison} is not shown for profiles {pair}")

    # --- existence --------------------------------------------------------------------------------------------

    def moves(self, label: str, profile: int) -> dict[tuple[int, str], tuple[str, ...]]:
        """Return every move from a profile of a setting, with the players whose payoffs count."""
        if (label, profile) not in self._moves:
            found = self.game.moves(profile, self.settings[label].held, self.concept)
            self._moves[label, profile] = {(target, mover): members for target, mover, members in found}
        return self._moves[label, profile]

    def _check_existence(self) -> None:
        for node, ends, _, done in self.nodes(self.written["existence"]):
            piece = self.piece(ends, node.get("witness"))
            for label, witnesses in node.get("witness", {}).items():
                self._witness(piece, ends, label, witnesses)
                done.add(label)
            if leaf(node):
                need(done >= set(self.settings), "a setting is left without an equilibrium")

    def _witness(self, piece: Piece, ends: Ends, label: str, witness: Mapping[str, Any]) -> None:
        """Accept a profile with no condition negative, or two that turn on a pivot r: a condition of the first.

        Where r is not negative the first is an equilibrium if each of its conditions is at least 0 or at least r;
        elsewhere the second is, if each of its conditions is at least 0 or at least −r.
        """
        profiles = witness["profiles"]
        pivot = P()
        if witness["pivot"] is None:
            need(len(profiles) == 1, "two profiles need a pivot")
        else:
            need(len(profiles) == 2, "a pivot is for two profiles")
            pivot = piece.row(label, profiles[0][0], *witness["pivot"])
        for (profile, proofs), cost in zip(profiles, (pivot, -pivot), strict=False):
            need(profile in self.allowed[label], f"profile {profile} is not open to {label}")
            given = {(target, mover): (kind, steps) for target, mover, kind, steps in proofs}
            for target, mover in self.moves(label, profile):
                row = piece.row(label, profile, target, mover)
                if row.terms:
                    need((target, mover) in given, f"a condition of profile {profile} of {label} is left out")
                    kind, steps = given[target, mover]
                    need(kind in ("zero", "pivot"), f"a condition is compared with {kind!r}")
                    over = row if kind == "zero" else row - cost
                    need(shown(over, ends, steps, False), f"a condition of profile {profile} of {label} is not shown")


def leaf(node: Node) -> bool:
    """Whether a node has no parts."""
    return "split" not in node and "face" not in node


def _plausible(model: GameFamily, factor: Fraction) -> dict[str, tuple[Fraction, Fraction]]:
    """Return the plausible ranges times a factor, as displacements from the defaults."""
    found = {p.name: (fraction(p.low), fraction(p.default), fraction(p.high)) for p in model.parameters}
    return {name: (factor * (a - b), factor * (c - b)) for name, (a, b, c) in found.items() if a < c}


def _fixing(row: P, values: Mapping[str, Fraction]) -> dict[str, P]:
    """Return what replaces the names in a row if some of them are fixed."""
    names = {name for key in row.terms for name, _ in key}
    return {n: P({(): values[n]}) if n in values else P({((n, 1),): Fraction(1)}) for n in names}


class Piece:
    """Polynomials on boxes where every parameter is one and the same linear function of its coordinate."""

    def __init__(self, checked: Check, maps: Mapping[str, Mapping[str, P]]) -> None:
        self.checked, self.maps = checked, maps
        self._rows: dict[tuple[str, int, int, str], P] = {}
        self._sides: dict[tuple[str, int], Expression] = {}

    def row(self, label: str, profile: int, target: int, mover: str) -> P:
        """Return what a move costs; refuse a move that does not exist."""
        key = (label, profile, target, mover)
        if key not in self._rows:
            moves = self.checked.moves(label, profile)
            need((target, mover) in moves, f"{mover} has no move from {profile} to {target}")
            loss = self.checked.game.loss(moves[target, mover], profile, target)
            self._rows[key] = loss.replaced(self.maps[label])
        return self._rows[key]

    def gain(self, label: str, profile: int, other: int) -> P:
        """Return what the leader gets more at another profile."""
        game = self.checked.game
        return game.loss([game.leader], other, profile).replaced(self.maps[label])

    def side(self, written: Mapping[str, Any], at: Mapping[str, int]) -> Expression:
        """Return one side of a comparison in the coordinates."""
        label = str(written["setting"])
        key = (repr(sorted(written.items(), key=str)), at[label])
        if key not in self._sides:
            setting = self.checked.settings[label]
            maps = self.maps[label]
            if "measure" in written:
                game = self.checked.game
                measure = game.model.measure(written["measure"])
                parts = [game.quantity(name, at[label]).replaced(maps) for name in measure.quantities]
                self._sides[key] = expression(measure, parts)
            else:
                found = side(self.checked.game, written, at[label], setting.held)
                self._sides[key] = Expression(found.top.replaced(maps))
        return self._sides[key]


def digest(statement: Mapping[str, Any]) -> str:
    """Return the fingerprint of a statement as a certificate writes it."""
    import hashlib
    import json

    parts = {key: statement[key] for key in ("name", "settings", "comparisons")}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
