"""What the tests of timelines and simulation share."""

from dataclasses import replace

import numpy as np

import triangle as tri

CHAPTER = "chapter_1991_2017"
MODEL = tri.chapter_model()
HELD = {"West": "pressure/engage"}
NO_TIE = ("pressure/engage", "confront/distance", "cooperate/distance")


def dated(name="baseline_2016", **values):
    return replace(tri.scenario(name).with_values(MODEL, **values), held=HELD)


def joint_targets(form, profile, coalition):
    """Every profile to which a coalition may move, staying included, straight from the definition."""
    actions = form.profile(profile)
    found = []
    for other in range(form.size):
        there = form.profile(other)
        moved = {name for name, a, b in zip(form.names, actions, there, strict=True) if a != b}
        if moved <= set(coalition.members) and all(
            a == b or toward in dict(coalition.moves)[name]
            for name in moved
            for (toward, _), a, b in zip(
                form.player(name).stances,
                form.player(name).choices[form.player(name).action(actions[form.index(name)])],
                form.player(name).choices[form.player(name).action(there[form.index(name)])],
                strict=True,
            )
        ):
            found.append(other)
    return found


def own_targets(form, profile, player):
    actions = form.profile(profile)
    return [
        other
        for other in range(form.size)
        if all(a == b for k, (a, b) in enumerate(zip(actions, form.profile(other), strict=True)) if k != player)
    ]


def dense_kernel(payoffs, precision, chance):
    """One slot under a commitment of the West to action 1, written down profile by profile."""
    form, link = MODEL.form, MODEL.coalitions[0]
    flat = payoffs.reshape(3, -1)
    matrix = np.zeros((form.size, form.size))
    for p in range(form.size):
        for members, targets in (
            ((1,), own_targets(form, p, 1)),
            ((2,), own_targets(form, p, 2)),
            ((1, 2), joint_targets(form, p, link)),
        ):
            value = precision * flat[list(members)][:, targets].mean(axis=0)
            weight = np.exp(value - value.max())
            matrix[p, targets] += chance * weight / weight.sum()
        matrix[p, p] += 1 - 3 * chance
    return matrix
