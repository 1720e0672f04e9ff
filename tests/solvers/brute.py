"""Solution concepts by brute force, straight from their definitions: one game, plain loops, exact comparisons.

Meant for games of small whole numbers, where a tie is a tie. Nothing of the library is used.
"""

from __future__ import annotations

from itertools import chain, combinations, product

import numpy as np


def profiles(payoffs):
    return list(product(*map(range, payoffs.shape[1:])))


def at(payoffs, player, profile):
    return payoffs[(player, *profile)]


def deviations(payoffs, profile, members):
    """All profiles that differ from one in nothing but the members' actions."""
    for actions in product(*(range(payoffs.shape[1 + m]) for m in members)):
        there = list(profile)
        for member, action in zip(members, actions, strict=True):
            there[member] = action
        yield tuple(there)


def subsets(players, least=1):
    players = list(players)
    return list(chain.from_iterable(combinations(players, size) for size in range(least, len(players) + 1)))


def nash(payoffs, movers=None):
    movers = range(len(payoffs)) if movers is None else movers
    return {
        p
        for p in profiles(payoffs)
        if all(at(payoffs, i, q) <= at(payoffs, i, p) for i in movers for q in deviations(payoffs, p, (i,)))
    }


def tempts(payoffs, here, there, members, transferable=False, blocking="every"):
    gains = [at(payoffs, m, there) - at(payoffs, m, here) for m in members]
    if transferable:
        return sum(gains) > 0
    if blocking == "every":
        return min(gains) > 0
    return min(gains) >= 0 and max(gains) > 0


def coalition_stable(payoffs, coalitions, transferable=False, blocking="every", allowed=None, movers=None):
    """``allowed(members, here, there)`` says whether a joint move is open."""
    return {
        p
        for p in nash(payoffs, movers)
        if not any(
            tempts(payoffs, p, q, members, transferable, blocking)
            for members in coalitions
            for q in deviations(payoffs, p, members)
            if q != p and (allowed is None or allowed(members, p, q))
        )
    }


def coalition_proof(payoffs):
    """The recursive definition: reduced games, self-enforcing profiles, undominated ones among them."""

    def is_proof(members, p):
        if not self_enforcing(members, p):
            return False
        return not any(
            all(at(payoffs, m, q) > at(payoffs, m, p) for m in members) and self_enforcing(members, q)
            for q in deviations(payoffs, p, members)
        )

    def self_enforcing(members, p):
        return all(is_proof(part, p) for part in subsets(members) if len(part) < len(members))

    everyone = tuple(range(len(payoffs)))
    return {p for p in profiles(payoffs) if is_proof(everyone, p)}


def subgame_perfect_outcomes(payoffs, order):
    """Outcomes of all subgame-perfect strategy profiles, each strategy profile tried in turn.

    A strategy of a later player is a map from the earlier moves to an action.
    """
    shape = [payoffs.shape[1 + i] for i in order]
    histories = [list(product(*map(range, shape[:k]))) for k in range(len(order))]
    nodes = [(k, h) for k in range(len(order)) for h in histories[k]]

    def play(strategy, history):
        history = list(history)
        while len(history) < len(order):
            history.append(strategy[len(history), tuple(history)])
        profile = [0] * len(order)
        for place, player in enumerate(order):
            profile[player] = history[place]
        return tuple(profile)

    found = set()
    for choices in product(*(range(shape[k]) for k, _ in nodes)):
        strategy = dict(zip(nodes, choices, strict=True))
        if all(
            at(payoffs, order[k], play(strategy, h))
            >= max(at(payoffs, order[k], play(strategy, (*h, a))) for a in range(shape[k]))
            for k, h in nodes
        ):
            found.add(play(strategy, ()))
    return found


def survivors(payoffs, kind="strict"):
    """Iterated elimination by pure dominators, all that are dominated at once."""
    left = [set(range(count)) for count in payoffs.shape[1:]]
    while True:
        gone = []
        for i in range(len(payoffs)):
            rest = list(product(*(sorted(left[j]) for j in range(len(payoffs)) if j != i)))
            for a, b in product(left[i], repeat=2):
                leads = [at(payoffs, i, (*r[:i], b, *r[i:])) - at(payoffs, i, (*r[:i], a, *r[i:])) for r in rest]
                if min(leads) > 0 if kind == "strict" else min(leads) >= 0 and max(leads) > 0:
                    gone.append((i, a))
        if not gone:
            return [np.isin(np.arange(n), list(keep)) for n, keep in zip(payoffs.shape[1:], left, strict=True)]
        for i, a in gone:
            left[i].discard(a)


def chosen(mask):
    """The profiles at which a mask over profiles is true."""
    return {tuple(map(int, where)) for where in np.argwhere(mask)}
