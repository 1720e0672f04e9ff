"""A family's quantities, moves and parameters in a setting, read off its terms and its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from ...family import GameFamily
from ...parts import Contribution
from .arithmetic import Ends, P, fraction, need


class Game:
    """The family's quantities and moves, read off its terms and its form."""

    def __init__(self, model: GameFamily) -> None:
        self.model = model
        self.form = model.form
        self.choices = list(product(*(range(len(player.choices)) for player in model.form.players)))
        self.number = {choice: k for k, choice in enumerate(self.choices)}
        self._quantities: dict[tuple[str, int], P] = {}
        self._parts: dict[str, list[Contribution]] = {}
        for part in model.contributions:
            self._parts.setdefault(part.quantity, []).append(part)

    def quantity(self, name: str, profile: int) -> P:
        """Return a quantity at a profile."""
        if (name, profile) not in self._quantities:
            total = P()
            for part in self._parts.get(name, ()):
                total = total + P({part.monomial: fraction(part.values.reshape(-1)[profile])})
            self._quantities[name, profile] = total
        return self._quantities[name, profile]

    def loss(self, movers: Sequence[str], profile: int, target: int) -> P:
        """Return what the movers lose in sum by going from a profile to another."""
        total = P()
        for player in movers:
            total = total + self.quantity(f"payoff_{player}", profile) - self.quantity(f"payoff_{player}", target)
        return total

    @property
    def leader(self) -> str:
        """The leader's name."""
        need(self.model.leader is not None, "the family has no leader")
        return str(self.model.leader)

    def leads(self, profile: int) -> int:
        """Return the leader's action at a profile."""
        return self.choices[profile][self.form.index(self.leader)]

    def allowed(self, held: Mapping[str, str]) -> list[int]:
        """Return the profiles in which everybody held to an action takes it."""
        fixed = {self.form.index(player): self.form.player(player).action(a) for player, a in held.items()}
        return [k for k, c in enumerate(self.choices) if all(c[i] == a for i, a in fixed.items())]

    def moves(self, profile: int, held: Mapping[str, str], concept: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Yield every move from a profile: where to, whose, and by which players.

        Whoever is held does not move, nor does a leader that commits itself, nor a coalition with either.
        """
        here = self.choices[profile]
        waiting = {*held, *([self.leader] if concept == "commitment" else [])}
        for i, player in enumerate(self.form.players):
            for action in range(len(player.choices)) if player.name not in waiting else ():
                if action != here[i]:
                    yield self.number[(*here[:i], action, *here[i + 1 :])], player.name, (player.name,)
        for coalition in self.model.coalitions if concept != "nash" else ():
            members = dict(coalition.moves)
            if set(members) & waiting:
                continue
            reach = [self._reach(i, here[i], members.get(p.name)) for i, p in enumerate(self.form.players)]
            for choice in product(*reach):
                if choice != here:
                    yield self.number[choice], coalition.name, tuple(members)

    def _reach(self, index: int, action: int, stances: Sequence[str] | None) -> list[int]:
        """Return the actions that a member of a coalition may go to, changing only some of its stances."""
        player = self.form.players[index]
        free = {k for k, (toward, _) in enumerate(player.stances) if stances is not None and toward in stances}
        here = player.choices[action]
        return [
            k
            for k, there in enumerate(player.choices)
            if all(a == b for j, (a, b) in enumerate(zip(here, there, strict=True)) if j not in free)
        ]


class Setting:
    """A setting as the certificate writes it: who is held, and every parameter as a function of its displacement."""

    def __init__(self, model: GameFamily, written: Mapping[str, Any]) -> None:
        self.label = str(written["label"])
        self.held = dict(written["held"])
        self.base = {name: fraction(value) for name, value in written["values"].items()}
        self.changes = {name: (str(how), fraction(number)) for name, (how, number) in written["changes"].items()}
        self.bounds = {p.name: (fraction(p.admissible[0]), fraction(p.admissible[1])) for p in model.parameters}
        need(set(self.base) == set(self.bounds), f"setting {self.label}: a parameter is missing or unknown")
        need(set(self.changes) <= set(self.bounds), f"setting {self.label}: a change of an unknown parameter")
        need(all(how in ("set", "plus", "times") for how, _ in self.changes.values()), "no such change")

    def value(self, name: str, displacement: Fraction) -> Fraction:
        """Return a parameter's value: displaced and cut at the bounds, then changed and cut again."""
        least, most = self.bounds[name]
        value = min(max(self.base[name] + displacement, least), most)
        how, number = self.changes.get(name, ("plus", Fraction(0)))
        if how == "set":
            value = number
        elif how == "plus":
            value = value + number
        else:
            value = value * number
        return min(max(value, least), most)

    def bends(self, name: str, low: Fraction, high: Fraction) -> list[Fraction]:
        """Return the displacements strictly between two at which the value could bend."""
        least, most = self.bounds[name]
        how, number = self.changes.get(name, ("plus", Fraction(0)))
        at = {least, most}
        if how == "plus":
            at |= {least - number, most - number}
        elif how == "times" and number != 0:
            at |= {least / number, most / number}
        return sorted(d for d in (value - self.base[name] for value in at) if low < d < high)

    def line(self, name: str, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        """Return where a line starts (at displacement 0) and its slope, if the value follows one between two ends."""
        first, last = self.value(name, low), self.value(name, high)
        slope = (last - first) / (high - low) if high > low else Fraction(0)
        for bend in self.bends(name, low, high):
            need(self.value(name, bend) == first + slope * (bend - low), f"{name} bends inside a box")
        return first - slope * low, slope

    def still(self, name: str, low: Fraction, high: Fraction) -> bool:
        """Whether the value is one and the same between two displacements."""
        return len({self.value(name, d) for d in (low, high, *self.bends(name, low, high))}) == 1

    def maps(self, origins: Mapping[str, Fraction], ends: Ends, rest: Mapping[str, Fraction]) -> dict[str, P]:
        """Return every parameter as a polynomial in the coordinates, each an origin plus a displacement."""
        found = {name: P({(): self.value(name, rest.get(name, Fraction(0)))}) for name in self.base}
        for name, (low, high) in ends.items():
            start, slope = self.line(name, low - origins[name], high - origins[name])
            found[name] = P({((name, 1),): slope, (): start - slope * origins[name]})
        return found
