"""The games about the pivot, regimes, globalization, governance, transit and rhetoric against grids and enumeration."""

from itertools import product

import numpy as np
import pytest

from triangle import solvers
from triangle.chapter.issues import issue_game


def draws(name, count, width=2.0, seed=3):
    """Return points of a box as dictionaries."""
    columns = issue_game(name).draw(1 << (count - 1).bit_length(), seed=seed, width=width)
    return [{key: float(column[k]) for key, column in columns.items()} for k in range(count)]


def beta_of(v):
    return 0.5 - 0.5 * v["sensitivity"] * v["gap"]


def test_the_pivot_is_what_backward_induction_over_offers_and_shares_yields():
    game = issue_game("eastern_pivot")
    free = np.linspace(0, 1, 41)[None, :]
    outcomes = set()
    for values in draws("eastern_pivot", 128):
        v = game.defaults | values
        beta = beta_of(v)
        offers = np.linspace(0, 1, 1201)[:, None]
        others = (v["surplus"] * (1 - beta) * v["leverage"] + v["others_pay"]) * v["reach"] * free**2
        russia = v["surplus"] * beta + others + (1 - free) * (offers + v["finance"])
        lever = v["surplus"] * (1 - beta) * v["leverage"] * v["reach"] * free**2
        china = v["surplus"] * (1 - beta) - lever + (1 - free) * (v["alignment"] - offers)
        # Between equal shares Russia is taken to do as China likes: an offer a trifle higher would make it.
        replies = np.array([np.flatnonzero(row >= row.max() - 1e-9)[0] for row in russia])
        best = int(np.argmax(china[np.arange(len(offers)), replies]))
        share = free[0, replies[best]]
        slack = v["alignment"] + v["finance"] - v["others_pay"] * v["reach"]
        if abs(slack) < 2e-3:
            continue
        found = game.solve(**values)
        assert share in (0, 1)
        assert found.measures["autonomy"] == share
        if share == 0:
            assert offers[best, 0] == pytest.approx(found.measures["price"], abs=1e-3)
        outcomes.add(share)
    assert outcomes == {0.0, 1.0}


def test_leverage_never_decides_whether_the_turn_succeeds():
    game = issue_game("eastern_pivot")
    for others in (0.2, 0.5):
        assert (
            len({game.solve(others_pay=others, leverage=level).measures["autonomy"] for level in (0.0, 0.5, 1.0)}) == 1
        )


def test_a_successful_turn_restores_the_pivot_of_2008():
    (handed,) = issue_game("eastern_pivot").hand_over(others_pay=0.5)
    assert (handed.parameter, round(handed.value, 12)) == ("pivot", 0.35)
    assert not handed.within


def test_forbearance_is_an_equilibrium_where_enumeration_over_types_says_so():
    game = issue_game("regime_assurance")
    seen = set()
    for values in draws("regime_assurance", 256):
        v = game.defaults | values
        belief = min(max(v["trust"] - v["spill"] * v["fear"], 0), 1)
        front = v["fear"] * v["support"] + v["elites"]
        payoffs = np.zeros((2, 2, 2))
        for r, c in product((0, 1), repeat=2):
            for i, (mine, theirs, who) in enumerate(((r, c, "R"), (c, r, "C"))):
                against = {"plain": theirs, "crusader": 1}
                for kind, chance in (("plain", belief), ("crusader", 1 - belief)):
                    other = against[kind]
                    gained = v[f"meddle_{who}"] if mine else front * (not other)
                    payoffs[i, r, c] += chance * (gained - v["betray"] * other)
        stable = solvers.pure_nash(payoffs)
        found = game.solve(**values)
        assert {e.name for e in found.equilibria} == {
            name for name, cell in (("assurance", (0, 0)), ("mutual meddling", (1, 1))) if stable[cell]
        }
        assert not stable[0, 1]
        assert not stable[1, 0]
        by_name = {e.name: e.payoffs for e in found.equilibria}
        if "assurance" in by_name:
            assert tuple(by_name["assurance"].values()) == pytest.approx(tuple(payoffs[:, 0, 0]))
        seen.add(bool(stable[0, 0]))
    assert seen == {True, False}


def test_fear_divides_only_when_suspicion_falls_on_the_partner_as_well():
    game = issue_game("regime_assurance")
    switch = [t.value for t in game.thresholds("spill", fear=0.8) if t.of == "trusting"]
    assert switch == pytest.approx([(0.85 - 0.15 / 0.5) / 0.8])


def test_fuel_and_calm_are_best_replies_on_a_grid():
    game = issue_game("globalization")
    grid = np.linspace(0, 2, 20_001)
    for values in draws("globalization", 24):
        v = game.defaults | values
        gains = v["rank_R"] + v["scapegoat"] + v["division"] - v["trade_R"]
        losses = v["legitimacy"] * v["openness"] - v["rank_C"]
        fuel = calm = 0.0
        for _ in range(30):
            disorder = v["turmoil"] + grid - calm
            russia = gains * disorder - v["contagion"] * disorder**2 / 2 - v["cost_fuel"] * grid**2 / 2
            fuel = grid[russia.argmax()]
            calm = grid[(-losses * (v["turmoil"] + fuel - grid) - v["cost_calm"] * grid**2 / 2).argmax()]
        found = game.solve(**values).measures
        assert found["fuel"] == pytest.approx(fuel, abs=2e-4)
        assert found["calm"] == pytest.approx(calm, abs=2e-4)


def test_russia_undoes_a_fifth_of_what_china_calms():
    game = issue_game("globalization")
    cheap, dear = (game.solve(cost_calm=cost).measures for cost in (1.9, 2.1))
    assert (cheap["fuel"] - dear["fuel"]) / (cheap["calm"] - dear["calm"]) == pytest.approx(0.4 / 1.9)


@pytest.mark.parametrize("engagement", [0.0, 1.0])
def test_chinas_restraint_is_the_leaders_best_choice_on_a_grid(engagement):
    game = issue_game("governance")
    corners = 0
    grid = np.linspace(0, 1, 4001)
    for values in draws("governance", 100):
        v = game.defaults | values | {"engagement": engagement}
        hold = v["leverage"] * v["gap"]
        assertion = np.maximum(v["assertion"] - hold * grid, 0) / v["spoil_cost"]
        net = v["stake"] + engagement * v["engaged"] - v["distraction"]
        china = -net * assertion - v["effort"] * grid**2 / 2
        found = game.solve(**values, engagement=engagement)
        assert found.equilibria[0].payoffs["China"] >= china.max() - 1e-9
        assert found.equilibria[0].payoffs["China"] == pytest.approx(china.max(), abs=1e-4)
        corners += found.measures["pressure"] >= min(1, v["assertion"] / hold) - 1e-9
    assert not engagement or corners > 0


def test_side_payments_make_assertion_the_best_for_the_sum_whatever_the_gap():
    game = issue_game("governance")
    x = np.linspace(0, 1, 100_001)
    v = game.defaults
    net = v["stake"] + v["engaged"] - v["distraction"]
    best = x[(v["assertion"] * x - v["spoil_cost"] * x**2 / 2 - net * x).argmax()]
    for gap in (0.2, 0.66, 0.9):
        assert game.solve(gap=gap).measures["bargained"] == pytest.approx(best, abs=2e-5)


def test_moderation_vanishes_without_engagement():
    (handed,) = issue_game("governance").hand_over(engagement=0.0)
    assert (handed.parameter, handed.value) == ("moderation", 0.0)


def test_assertion_along_the_corridor_is_best_on_a_grid_with_the_bargain_solved_after_it():
    game = issue_game("transit")
    x = np.linspace(0, 2, 40_001)
    for values in draws("transit", 32):
        v = game.defaults | values
        interest = v["exposure"] * min(v["worth"], v["detour"])
        surplus = 10.0 - interest * x
        taken = solvers.nash_bargaining(surplus, np.zeros((len(x), 2)), [beta_of(v), 1 - beta_of(v)])[:, 0]
        own = v["assertion"] * x - v["cost"] * x**2 / 2 - v["exposure"] * v["fee"] * x
        russia = own + taken + v["brink"] * interest * x
        assert game.solve(**values).measures["assertiveness"] == pytest.approx(x[russia.argmax()], abs=6e-5)


def test_brinkmanship_turns_the_corridor_against_its_purpose():
    game = issue_game("transit")
    assert game.solve().equilibria[0].name == "tempered"
    assert game.solve("contract").equilibria[0].name == "tempered"
    assert game.solve("brinkmanship").equilibria[0].name == "not tempered"


def test_words_and_leaving_agree_with_sums_over_what_the_tie_may_be_worth():
    game = issue_game("cheap_talk")
    middles = (np.arange(100_000) + 0.5) / 100_000
    informative = 0
    points = draws("cheap_talk", 48) + [
        v | {"tie_low": 0.02, "tie_width": 0.6} for v in draws("cheap_talk", 16, seed=5)
    ]
    for values in points:
        v = game.defaults | values
        low, high, prior, beta = v["option_L"], v["option_H"], v["prior"], beta_of(v)
        if high <= low:
            continue
        tie = v["tie_low"] + v["tie_width"] * middles
        truth = np.mean(beta * np.maximum(tie, low) + (1 - beta) * low)
        lie = np.mean(np.where(tie < high, low, beta * tie + (1 - beta) * high))
        pooled, screened = tie - high, (1 - prior) * np.maximum(tie - low, 0)
        concedes = (tie >= high) & (pooled >= screened)
        leaves = prior * np.mean(np.where(tie < high, 1.0, (1 - beta) * ~concedes))
        poor = np.mean(beta * np.maximum(tie, low) + (1 - beta) * np.where(concedes, high, low))
        good = np.mean(beta * np.maximum(tie, high) + (1 - beta) * high)
        found = game.solve(**values)
        assert found.measures["truth"] == pytest.approx(truth - lie, abs=2e-5)
        assert found.measures["leaves"] == pytest.approx(leaves, abs=2e-5)
        assert found.measures["babble"] == pytest.approx(prior * good + (1 - prior) * poor, abs=2e-5)
        told = np.mean(np.where(tie < high, low, beta * tie + (1 - beta) * high))
        honest = np.mean(beta * np.maximum(tie, low) + (1 - beta) * np.where(concedes, high, low))
        assert found.measures["naive_gain"] == pytest.approx(v["naive"] * (told - honest), abs=2e-5)
        informative += found.measures["truth"] >= 0
    assert informative > 0


def test_equal_alternatives_leave_nothing_to_say():
    found = issue_game("cheap_talk").solve(option_L=0.35, option_H=0.35).measures
    assert found["truth"] == 0
    assert found["babble"] == pytest.approx(found["credible_talk"])
