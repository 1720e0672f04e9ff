"""Signalling games: published equilibria, a search over behaviour strategies, ties, relabelling and bad input."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.optimize import nnls

from triangle.chapter.issues import issue_game
from triangle.solvers import signaling_equilibria

GRID = [Fraction(k, 4) for k in range(5)]
POINTS = list(product(GRID, GRID))

BEER = [[[3, 1], [2, 0]], [[2, 0], [3, 1]]]  # weak, surly; quiche, beer; no duel, duel
DUEL = [[[0, 1], [0, 1]], [[0, -1], [0, -1]]]


def is_equilibrium(sender, receiver, prior, messages, replies):
    """The definition, in fractions: no type gains, and each reply is best under a belief that Bayes' rule allows."""
    answer = [(1 - y, y) for y in replies]
    for t, sent in enumerate(messages):
        worth = [sum(answer[m][a] * sender[t][m][a] for a in range(2)) for m in range(2)]
        if (1 - sent) * worth[0] + sent * worth[1] < max(worth):
            return False
    for m in range(2):
        weight = [p * (sent if m else 1 - sent) for p, sent in zip((1 - prior, prior), messages, strict=True)]
        gain = [receiver[t][m][1] - receiver[t][m][0] for t in range(2)]
        # After a message that nobody sends: what some belief between 0 and 1 can make of it.
        bayes = [sum(w * g for w, g in zip(weight, gain, strict=True))]
        expected = bayes if sum(weight) > 0 else sorted(gain)
        if replies[m] < 1 and expected[0] > 0:
            return False
        if replies[m] > 0 and expected[-1] < 0:
            return False
        if 0 < replies[m] < 1 and not expected[0] <= 0 <= expected[-1]:
            return False
    return True


def spanned(corners):
    """Which points of the grid are mixtures of the corners."""
    matrix = np.vstack([corners.T, np.ones(len(corners))])
    return [nnls(matrix, np.array([float(x), float(y), 1.0]))[1] < 1e-9 for x, y in POINTS]


def random_game(rng, width):
    sender, receiver = rng.integers(-width, width + 1, size=(2, 2, 2, 2)).tolist()
    return sender, receiver, Fraction(int(rng.integers(0, 9)), 8)


def told(result):
    return [(e.kind, np.round(e.sender, 9).tolist(), np.round(e.receiver, 9).tolist()) for e in result]


@pytest.mark.parametrize("width", [1, 4])
def test_all_and_only_equilibria_are_found_ties_included(width):
    rng = np.random.default_rng(width)
    for _ in range(30):
        sender, receiver, prior = random_game(rng, width)
        found = signaling_equilibria(sender, receiver, prior)
        assert found.max_regret < 1e-12
        sets = [(spanned(each.sender), spanned(each.receiver)) for each in found]
        for i, j in product(range(len(POINTS)), repeat=2):
            expected = is_equilibrium(sender, receiver, prior, POINTS[i], POINTS[j])
            assert any(mine[i] and theirs[j] for mine, theirs in sets) == expected, (sender, receiver, prior)


def test_no_one_gains_and_beliefs_follow_bayes_rule():
    rng = np.random.default_rng(0)
    for _ in range(150):
        sender, receiver, prior = rng.normal(size=(2, 2, 2)), rng.normal(size=(2, 2, 2)), rng.random()
        found = signaling_equilibria(sender, receiver, prior)
        assert len(found) > 0
        assert found.max_regret < 1e-12
        for each in found:
            for m, messages in product(range(2), each.sender):
                sent = np.array([1 - prior, prior]) * (messages if m else 1 - messages)
                if sent.sum() > 0:
                    low, high = each.beliefs[m]
                    assert low - 1e-12 <= sent[1] / sent.sum() <= high + 1e-12


def test_beer_and_quiche():
    quiche, beer = signaling_equilibria(BEER, DUEL, 0.9)
    assert (quiche.kind, beer.kind) == ("pooling", "pooling")
    assert quiche.reached == (True, False)
    np.testing.assert_allclose(quiche.beliefs, [[0.9, 0.9], [0, 0.5]])
    np.testing.assert_allclose(beer.beliefs, [[0, 0.5], [0.9, 0.9]])
    np.testing.assert_allclose(beer.payoffs, [[2, 2], [3, 3], [0, 0]])
    assert (quiche.intuitive, beer.intuitive) == (False, True)


def test_beer_and_quiche_with_few_surly_types():
    (found,) = signaling_equilibria(BEER, DUEL, 0.1)
    assert found.kind == "semi-separating"
    assert found.isolated
    # The weak have beer just so often that beer leaves even odds; after beer a duel is fought half of the time.
    np.testing.assert_allclose(found.sender, [[1 / 9, 1]])
    np.testing.assert_allclose(found.receiver, [[1, 0.5]])
    np.testing.assert_allclose(found.beliefs, [[0, 0], [0.5, 0.5]])


def spence(schooling, prior):
    """Productivities 1 and 2, schooling that costs its length over productivity, wages 1 and 2 set in competition."""
    sender = [[[wage - (schooling / able if m else 0) for wage in (1, 2)] for m in range(2)] for able in (1, 2)]
    receiver = [[[-((wage - able) ** 2) for wage in (1, 2)] for _ in range(2)] for able in (1, 2)]
    return signaling_equilibria(sender, receiver, prior)


@pytest.mark.parametrize(("schooling", "separates"), [(0.9, False), (1, True), (1.5, True), (2, True), (2.1, False)])
def test_schooling_separates_where_only_the_able_can_afford_it(schooling, separates):
    assert any([0.0, 1.0] in each.sender.tolist() for each in spence(schooling, 0.3)) == separates


def test_schooling_that_separates_removes_the_pool_without_it():
    kinds = {(each.kind, each.intuitive) for each in spence(1.5, 0.3)}
    assert kinds == {("separating", True), ("pooling", False)}


def exercise(values):
    """The exercises of the chapter as payoff arrays: silence and drill, pressure and restraint."""
    v = values
    sender = [
        [[0, v["restraint"]], [v["status"] - cost, v["restraint"] + v["status"] - cost]]
        for cost in (v["cost_L"], v["cost_H"])
    ]
    receiver = [[[v["press_gain"], 0]] * 2, [[-v["press_cost"], 0]] * 2]
    return signaling_equilibria(sender, receiver, v["prior"])


def named(found):
    """The closed forms' names of the equilibria that are found."""
    first, second = found.sender[0]
    if found.kind == "separating":
        return "separating"
    if found.kind == "semi-separating":
        return "half-pooling" if second == 1 else "half-silent"
    if first == 0:
        return "silence"
    return "drills-heeded" if found.receiver[0, 1] == 1 else "drills-ignored"


def test_closed_forms_of_the_joint_exercises_agree():
    game, rng = issue_game("exercises"), np.random.default_rng(5)
    names = ("restraint", "status", "cost_L", "cost_H", "press_gain", "press_cost", "prior")
    seen = set()
    for _ in range(80):
        values = dict(zip(names, rng.uniform(0.02, 1, 7).tolist(), strict=True))
        values["cost_H"], values["cost_L"] = sorted((values["cost_H"], values["cost_L"]))
        expected = {each.name for each in game.solve(**values).equilibria}
        assert {named(each) for each in exercise(values)} == expected
        seen |= expected
    assert len(seen) == 6


def test_other_names_for_types_messages_and_replies_give_the_same_equilibria():
    rng = np.random.default_rng(3)
    for _ in range(20):
        sender, receiver, prior = random_game(rng, 3)
        sender, receiver = np.array(sender, float), np.array(receiver, float)
        plain = told(signaling_equilibria(sender, receiver, prior))
        types = told(signaling_equilibria(sender[::-1], receiver[::-1], 1 - prior))
        messages = told(signaling_equilibria(sender[:, ::-1], receiver[:, ::-1], prior))
        replies = told(signaling_equilibria(sender[:, :, ::-1], receiver[:, :, ::-1], prior))
        assert _flipped(types, "swap", "") == sorted(map(_sets, plain))
        assert _flipped(messages, "not", "swap") == sorted(map(_sets, plain))
        assert _flipped(replies, "", "not") == sorted(map(_sets, plain))


def _sets(found):
    kind, sender, receiver = found
    return kind, sorted(map(tuple, sender)), sorted(map(tuple, receiver))


def _flipped(found, sender, receiver):
    turn = {
        "": lambda p: p,
        "swap": lambda p: [p[1], p[0]],
        "not": lambda p: [round(1 - p[0], 9), round(1 - p[1], 9)],
    }
    return sorted(_sets((k, [turn[sender](p) for p in s], [turn[receiver](p) for p in r])) for k, s, r in found)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_units_and_constants_do_not_matter(unit):
    rng = np.random.default_rng(4)
    for _ in range(30):
        sender, receiver, prior = random_game(rng, 3)
        plain = told(signaling_equilibria(sender, receiver, prior))
        moved = np.array(sender) * unit * np.array([1.0, 7.0])[:, None, None] + 3 * unit
        assert told(signaling_equilibria(moved, np.array(receiver) * unit, prior)) == plain


def test_ties_made_by_rounding_are_ties():
    # 0.1 + 0.2 against 0.3: words that cost nothing and change nothing leave every strategy of the sender open.
    words = [[[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2]]] * 2
    (found,) = signaling_equilibria(words, [[[0, -1]] * 2] * 2, 0.5)
    assert sorted(map(tuple, found.sender)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    # A prior at the receiver's point of indifference, which no float hits.
    even = signaling_equilibria(BEER, [[[0, 1]] * 2, [[0, -9]] * 2], 0.1)
    assert any(len(each.receiver) > 2 or not each.isolated for each in even)
    assert told(even) == told(signaling_equilibria(BEER, [[[0, 1]] * 2, [[0, -9]] * 2], Fraction(1, 10)))


def test_a_dominated_reply_is_no_threat_off_the_path():
    # Only a reply that is worse under every belief would keep the types silent.
    sender = [[[1, 1], [2, 0]]] * 2
    receiver = [[[0, 0], [1, 0]]] * 2
    (found,) = signaling_equilibria(sender, receiver, 0.5)
    assert found.sender.tolist() == [[1.0, 1.0]]


def test_a_type_that_cannot_be_still_does_what_is_best_for_it():
    for found in signaling_equilibria([[[1, 1], [0, 0]], [[0, 0], [1, 1]]], [[[1, 0]] * 2, [[0, 1]] * 2], 0.0):
        assert found.sender.tolist() == [[0.0, 1.0]]
        assert found.beliefs[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("prior", [-0.1, 1.1, float("nan"), "half", True])
def test_a_prior_that_is_no_probability_is_refused(prior):
    with pytest.raises(ValueError, match="prior must be a"):
        signaling_equilibria(BEER, DUEL, prior)


@pytest.mark.parametrize(
    ("sender", "message"),
    [([[1, 0], [0, 1]], "sender must have shape"), ([[[1, 0], [float("nan"), 0]]] * 2, "sender.*nan")],
)
def test_unsound_payoffs_are_refused(sender, message):
    with pytest.raises(ValueError, match=message):
        signaling_equilibria(sender, DUEL, 0.5)
