"""Brute force from raw payoffs, written apart from the library's own way of deciding stability."""

from __future__ import annotations

from itertools import product

import numpy as np

REL = 1e-9


def nash_profiles(payoffs, players=None):
    """All profiles from which no listed player gains by moving alone; ``payoffs`` has shape (N, A_1, …, A_N)."""
    n = payoffs.shape[0]
    shape = payoffs.shape[1:]
    found = set()
    for profile in product(*map(range, shape)):
        if all(_content(payoffs[i], profile, i, shape[i]) for i in (range(n) if players is None else players)):
            found.add(profile)
    return found


def _content(own, profile, axis, count):
    here = own[profile]
    for action in range(count):
        there = own[(*profile[:axis], action, *profile[axis + 1 :])]
        if there > here + REL * (np.ptp(own) + 1e-300):
            return False
    return True


def pair_blocks(payoffs, profile, members, reachable):
    """Whether a coalition gains in sum; ``reachable[m][a]`` lists the actions member m may go to from a."""
    total = sum(payoffs[m] for m in members)
    slackness = REL * (np.ptp(total) + 1e-300)
    for actions in product(*(reachable[m][profile[m]] for m in members)):
        there = list(profile)
        for m, action in zip(members, actions, strict=True):
            there[m] = action
        if total[tuple(there)] > total[profile] + slackness:
            return True
    return False


def pairwise_profiles(payoffs, coalitions, players=None):
    return {
        profile
        for profile in nash_profiles(payoffs, players)
        if not any(pair_blocks(payoffs, profile, members, reach) for members, reach in coalitions)
    }


def triangle_reach():
    """Russia's and China's six actions are (stance to the West, tie); a link move changes the tie alone."""
    same = [[3 * (a // 3) + tie for tie in range(3)] for a in range(6)]
    return [((1, 2), {1: same, 2: same})]
