"""The games about arms, signals, Central Asia and territory against enumeration, sums over periods and grids."""

from itertools import product

import numpy as np
import pytest

from triangle import solvers
from triangle.chapter.issues import issue_game
from triangle.chapter.issues.exercises import KINDS, silence_d1, silence_intuitive

PERIODS = np.arange(3000)


def draws(name, count, width=2.0, seed=3):
    """Return points of a box as dictionaries."""
    columns = issue_game(name).draw(1 << (count - 1).bit_length(), seed=seed, width=width)
    return [{key: float(column[k]) for key, column in columns.items()} for k in range(count)]


def test_designs_are_respected_where_no_date_of_copying_pays_as_sums_over_periods():
    game = issue_game("arms_copying")
    seen = set()
    for values in draws("arms_copying", 64):
        for changes in ({}, {"engines": 0.0}, {"engines": 0.0, "saturated": 1.0}, {"fading": 1.0}, {"together": 1.0}):
            v = game.defaults | values | changes
            gain = v["gain"] * (1 - v["saturation"] * v["saturated"])
            copy = v["copy"] * (1 - v["opaque"] * v["engines"]) * (1 - v["joint"] * v["together"])
            hazard = v["hazard_ahead"] if v["fading"] else v["hazard"]
            weights = (v["patience"] * (1 - hazard)) ** PERIODS
            loyal = (gain * weights).sum()
            copying = [(gain * weights[: date + 1]).sum() + copy * weights[date] for date in range(40)]
            clean = bool(game.solve(**values, **changes).measures["clean"])
            assert clean == (loyal >= max(copying) - 1e-12)
            seen.add(clean)
    assert seen == {True, False}


def test_the_pause_is_the_shortest_that_deters():
    game = issue_game("arms_copying")
    for values in draws("arms_copying", 48):
        v = game.defaults | values
        copy = v["copy"] * (1 - v["opaque"])
        future = v["patience"] * (1 - v["hazard"])
        lost = v["gain"] * np.cumsum(future ** np.arange(1, 400))
        deterring = np.flatnonzero(lost >= copy - 1e-12)
        found = game.solve(**values).measures["pause"]
        assert found == (deterring[0] + 1 if len(deterring) else np.inf)


def test_critical_discount_factors_of_the_four_periods():
    game = issue_game("arms_copying")
    periods = (
        ({"engines": 0.0}, 0.686),
        ({"engines": 0.0, "saturated": 1.0}, 0.973),
        ({}, 0.502),
        ({"fading": 1.0}, 0.923),
    )
    for changes, expected in periods:
        assert game.solve(**changes).measures["critical"] == pytest.approx(expected, abs=6e-4)


def test_a_need_that_surely_ends_leaves_no_clean_sale():
    found = issue_game("arms_copying").solve(hazard=1.0).measures
    assert found["critical"] == np.inf
    assert found["clean"] == 0


@pytest.mark.parametrize("promise", [0.0, 1.0])
def test_the_seller_to_two_rivals_does_best_at_a_corner_of_the_qualities(promise):
    game = issue_game("arms_two_rivals")
    china, india = np.meshgrid(np.linspace(0, 1, 21), np.linspace(0, 1, 21), indexing="ij")
    for values in draws("arms_two_rivals", 64):
        v = game.defaults | values | {"promise": promise}
        price_china = v["value_C"] * china + v["match"] * china * india
        refused = -v["harm_I"] * (1.0 if promise else china)
        price_india = v["value_I"] * india + v["match"] * china * india - v["harm_I"] * china - refused
        worry = v["neighbour"] * v["gap"] + v["leak"] * (1 - v["opaque"])
        russia = (1 + v["cash"]) * (price_china + price_india) - worry * china
        best = np.unravel_index(russia.argmax(), russia.shape)
        found = game.solve(**values, promise=promise)
        assert found.measures["russia"] == pytest.approx(russia.max())
        assert found.measures["quality_C"] == china[best]
        assert india[best] == 1


def signalling(v):
    """Return which kinds of equilibrium exist, by enumerating strategies, responses and beliefs off the path."""
    doubt = v["press_gain"] / (v["press_gain"] + v["press_cost"])
    costs = {"H": v["cost_H"], "L": v["cost_L"]}
    share = {"H": v["prior"], "L": 1 - v["prior"]}

    def west_replies(belief):
        gain = (1 - belief) * v["press_gain"] - belief * v["press_cost"]
        return (0,) if gain > 1e-12 else (1,) if gain < -1e-12 else (0, 1)

    found = set()
    for plan in product((0, 1), repeat=2):
        drills = dict(zip("HL", plan, strict=True))
        beliefs = {}
        for action in (0, 1):
            mass = sum(share[t] for t in "HL" if drills[t] == action)
            beliefs[action] = [share["H"] * (drills["H"] == action) / mass] if mass > 0 else np.linspace(0, 1, 101)
        for silent, seen in product((0, 1), repeat=2):
            if not any(silent in west_replies(b) for b in beliefs[0]):
                continue
            if not any(seen in west_replies(b) for b in beliefs[1]):
                continue
            payoff = {t: (v["restraint"] * silent, v["restraint"] * seen + v["status"] - costs[t]) for t in "HL"}
            if all(payoff[t][drills[t]] >= max(payoff[t]) - 1e-12 for t in "HL"):
                name = {(1, 0): "separating", (0, 0): "silence", (0, 1): "reversed"}.get(plan)
                found.add(name or ("drills_heeded" if seen else "drills_ignored"))
    if mixed_pooling(v, doubt):
        found.add("half_pooling")
    if mixed_silence(v, doubt):
        found.add("half_silent")
    return found


def mixed_pooling(v, doubt):
    """Return whether H drills, L mixes and the West mixes after a drill, by both indifferences."""
    heeded = (v["cost_L"] - v["status"]) / v["restraint"]
    bluff = v["prior"] * (1 - doubt) / ((1 - v["prior"]) * doubt)
    gain_of_high = v["restraint"] * heeded + v["status"] - v["cost_H"]
    return 0 < heeded < 1 and 0 < bluff < 1 and gain_of_high >= 0


def mixed_silence(v, doubt):
    """Return whether L is silent, H mixes and the West mixes after silence, by both indifferences."""
    spared = (v["restraint"] + v["status"] - v["cost_H"]) / v["restraint"]
    quiet = (1 - v["prior"]) * doubt / ((1 - doubt) * v["prior"])
    gain_of_low = v["restraint"] * (1 - spared) + v["status"] - v["cost_L"]
    return 0 < spared < 1 and 0 < quiet < 1 and gain_of_low <= 0


def test_every_kind_of_equilibrium_of_the_drills_is_found_and_no_other():
    game = issue_game("exercises")
    kinds = set()
    points = [*draws("exercises", 256), *({**values, "prior": 0.55} for values in draws("exercises", 64, seed=4))]
    for values in points:
        v = game.defaults | values
        if v["cost_H"] >= v["cost_L"]:
            continue
        expected = signalling(v)
        assert "reversed" not in expected
        point = game.point(values)
        assert {kind.__name__ for kind in KINDS if kind(point) >= 0} == expected
        kinds |= expected
    assert kinds == {kind.__name__ for kind in KINDS}


def test_refinements_of_silence_agree_with_their_definitions_on_a_grid_of_responses():
    """A drill is believed to come from the kind for which the larger set of responses would make it pay."""
    game = issue_game("exercises")
    responses = np.linspace(0, 1, 2001)
    outcomes = set()
    for values in draws("exercises", 128):
        v = game.defaults | values
        doubt = v["press_gain"] / (v["press_gain"] + v["press_cost"])
        if "silence" not in signalling(v) or v["cost_H"] >= v["cost_L"]:
            continue
        now = v["restraint"] * (v["prior"] >= doubt)
        sets = {t: v["status"] - v[f"cost_{t}"] + v["restraint"] * responses > now for t in "HL"}
        intuitive = not (sets["H"].any() and not sets["L"].any())
        divine = not (sets["H"].any() and sets["H"].sum() > sets["L"].sum())
        point = game.point(values)
        assert bool(silence_intuitive(point) >= 0) == intuitive
        assert bool(silence_d1(point) >= 0) == divine
        outcomes.add((intuitive, divine))
    assert len(outcomes) == 3


def test_the_answer_to_missile_defence_is_what_pure_nash_and_products_of_losses_say():
    game = issue_game("missile_defence")
    for values in draws("missile_defence", 128):
        v = game.defaults | values
        payoffs = np.zeros((2, 2, 2))
        for i, who in enumerate("RC"):
            acts = [
                v["alone"] * v[f"threat_{who}"] - v[f"cost_{who}"],
                v["recoup"] * v[f"threat_{who}"] - v[f"cost_{who}"],
            ]
            payoffs[i] = [[0, 0], acts] if i == 0 else [[0, acts[0]], [0, acts[1]]]
        stable = solvers.pure_nash(payoffs)
        found = game.solve(**values)
        names = {(0, 0): "words only", (0, 1): "China alone", (1, 0): "Russia alone", (1, 1): "a joint answer"}
        assert {e.name for e in found.equilibria} == {names[p] for p in product((0, 1), repeat=2) if stable[p]}
        if stable[0, 0] and stable[1, 1]:
            losses_acting = payoffs[0, 1, 1] * payoffs[1, 1, 1]
            losses_idle = payoffs[0, 1, 0] * payoffs[1, 0, 1]
            (chosen,) = [e.name for e in found.equilibria if e.selected]
            assert chosen == ("a joint answer" if losses_acting > losses_idle else "words only")


def central_asia_payoffs(v):
    """Return the 4×4 game: each leads or holds back in security and in the economy."""
    prize = 1 + v["room"] * (1 - v["us_presence"])
    clash = v["fear"] + v["challenge"] * v["us_presence"]
    empty = v["fear"] * v["vacuum"] * (1 - v["us_presence"])
    part = {"R": (v["sec_edge"], (1 - v["gap"]) / 2), "C": (1 - v["sec_edge"], (1 + v["gap"]) / 2)}
    payoffs = np.zeros((2, 4, 4))
    for r, c in product(range(4), repeat=2):
        leads = {"R": divmod(r, 2), "C": divmod(c, 2)}
        for i, (me, other) in enumerate((("R", "C"), ("C", "R"))):
            security, economy = part[me]
            if leads[me][0]:
                share = security if leads[other][0] else 1.0
                payoffs[i, r, c] += share * v[f"sec_value_{me}"] * prize - v[f"sec_cost_{me}"]
                payoffs[i, r, c] -= clash * leads[other][0]
            elif not leads[other][0]:
                payoffs[i, r, c] -= empty
            if leads[me][1]:
                share = economy if leads[other][1] else 1.0
                payoffs[i, r, c] += share * v[f"eco_value_{me}"] - v[f"eco_cost_{me}"]
                payoffs[i, r, c] -= v["friction"] * leads[other][1]
    return payoffs


def test_orders_of_central_asia_are_the_equilibria_of_the_four_by_four_game():
    game = issue_game("central_asia")
    several = 0
    for values in draws("central_asia", 200):
        payoffs = central_asia_payoffs(game.defaults | values)
        stable = solvers.pure_nash(payoffs)
        found = game.solve(**values)
        assert found.measures["equilibria"] == stable.sum()
        expected = sorted(tuple(payoffs[:, r, c]) for r, c in np.argwhere(stable))
        told = sorted((e.payoffs["Russia"], e.payoffs["China"]) for e in found.equilibria)
        assert np.allclose(told, expected)
        several += stable.sum() > 1
    assert several > 20


def test_the_division_falls_only_where_cheap_forces_little_fear_and_no_edge_meet():
    game = issue_game("central_asia")
    together = {"fear": 0.0, "sec_cost_C": 0.1, "sec_edge": 0.5}
    assert game.solve().claims["C51"]
    assert all(game.solve(**{name: value}).claims["C51"] for name, value in together.items())
    assert not game.solve(**together).claims["C51"]
    assert game.solve(**together).measures["patience_needed"] == pytest.approx(0.34)


def test_efforts_of_the_three_way_contest_have_no_better_reply():
    game = issue_game("central_asia")
    grid = np.linspace(0, 1, 4001)
    for values in draws("central_asia", 16):
        v = game.defaults | values
        worth = np.array(
            [v["sec_value_R"] / (1 + v["sec_cost_R"]), v["sec_value_C"] / (1 + v["sec_cost_C"]), v["us_value"]]
        )
        efforts = worth / 6
        for _ in range(4000):
            rest = efforts.sum() - efforts
            efforts = 0.5 * efforts + 0.5 * np.maximum(np.sqrt(worth * rest) - rest, 0)
        assert efforts[:2].sum() == pytest.approx(float(game.point(values).effort), abs=1e-6)
        for i in range(3):
            rest = efforts.sum() - efforts[i]
            own = worth[i] * grid / (grid + rest) - grid
            assert own.max() <= worth[i] * efforts[i] / (efforts[i] + rest) - efforts[i] + 1e-6


@pytest.mark.parametrize("recognition", [0.0, 0.3, 0.6, 0.8, 1.0])
def test_favours_are_exchanged_where_no_date_of_taking_without_giving_pays(recognition):
    game = issue_game("territorial_support")
    for values in draws("territorial_support", 60):
        v = game.defaults | values | {"recognition": recognition}
        w = recognition
        worry = (1 - w) * (v["separatism"] + v["western_penalty"]) + w * v["residual"] * v["separatism"]
        china_cost, russia_gain = worry - v["sympathy"], (1 - w) * v["crimea"] + v["post_soviet"]
        weights = v["patience"] ** PERIODS
        holds = {}
        for seas, worth, cost in (
            (1, v["worth_scs"], v["cost_scs"]),
            (2, v["worth_scs"] + v["worth_ecs"], v["cost_scs"] + v["cost_ecs"]),
        ):
            keeps = True
            for earned, paid in ((worth, china_cost), (russia_gain, cost)):
                loyal = ((earned - paid) * weights).sum()
                taking = [((earned - paid) * weights[:d]).sum() + earned * weights[d] for d in range(10)]
                keeps &= loyal >= max(taking) - 1e-9
            holds[seas] = keeps
        found = game.solve(**values, recognition=recognition)
        assert found.measures["seas"] == (2 if holds[2] else 1 if holds[1] else 0)
        alone = china_cost <= 0
        exchange = holds[1] or holds[2]
        assert found.measures["support"] == 0.5 * (exchange or alone) + 0.5 * exchange


def test_half_recognition_sets_off_more_than_full_recognition():
    game = issue_game("territorial_support")
    seas = [game.solve(recognition=w).measures["seas"] for w in (0.58, 0.60, 0.78, 0.80, 1.0)]
    assert seas == [0, 2, 2, 1, 1]
