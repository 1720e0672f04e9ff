"""Equilibria by definition, from raw payoffs in fractions: shares nothing with the library's conditions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product


def payoffs_at(family, values):
    """For every player a mapping from profiles (tuples of actions) to payoffs, summed from the terms."""
    profiles = list(product(*(range(n) for n in family.form.shape)))
    out = [dict.fromkeys(profiles, Fraction(0)) for _ in family.form.players]
    for term in family.terms:
        weight = Fraction(1)
        for name, power in term.weight:
            weight *= values[name] ** power
        for player, array in zip(out, term.payoffs_on(family.form), strict=True):
            for profile in profiles:
                player[profile] += weight * Fraction(repr(float(array[profile])))
    return out


def equilibria(family, values, concept="pairwise", held=None, strict=False):
    """Flat indices of the equilibria; strict leaves out those at which a move that is not always free is free here."""
    pay = payoffs_at(family, values)
    still = {family.form.index(name): family.form.player(name).action(a) for name, a in (held or {}).items()}
    leads = concept == "commitment" and family.form.index(family.leader) not in still
    leader = family.form.index(family.leader) if leads else None
    waiting = set(still) | ({leader} if leads else set())
    found = [
        p
        for p in pay[0]
        if all(p[i] == a for i, a in still.items()) and _stable(family, pay, p, concept, waiting, strict)
    ]
    if leads:
        sure = {}
        for p in found:
            sure[p[leader]] = min(sure.get(p[leader], pay[leader][p]), pay[leader][p])
        found = [p for p in found if all(pay[leader][p] >= least for least in sure.values())]
    shape = family.form.shape
    return {_flat(p, shape) for p in found}


def _stable(family, pay, profile, concept, waiting, strict):
    for i, count in enumerate(family.form.shape):
        for action in range(count) if i not in waiting else ():
            there = (*profile[:i], action, *profile[i + 1 :])
            if there != profile and _tempts(pay, (i,), profile, there, strict):
                return False
    for coalition in family.coalitions if concept != "nash" else ():
        members = [family.form.index(name) for name in coalition.members]
        if waiting & set(members):
            continue
        for there in product(*(range(n) if i in members else (profile[i],) for i, n in enumerate(family.form.shape))):
            if there != profile and _tempts(pay, members, profile, there, strict):
                return False
    return True


def _tempts(pay, members, here, there, strict):
    gain = sum(pay[i][there] - pay[i][here] for i in members)
    return gain > 0 or (strict and gain == 0)


def _flat(profile, shape):
    flat = 0
    for action, count in zip(profile, shape, strict=True):
        flat = flat * count + action
    return flat
