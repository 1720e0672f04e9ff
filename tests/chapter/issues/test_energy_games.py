"""The games about oil and gas against brute force: grids of bargains, pipes and stakes, trees solved leaf by leaf."""

import numpy as np
import pytest

from triangle.chapter.issues import issue_game

rng = np.random.default_rng(7)


def draws(name, count, width=2.0):
    """Return points of the double box as dictionaries."""
    game = issue_game(name)
    columns = game.draw(1 << (count - 1).bit_length(), seed=3, width=width)
    return [{key: float(column[k]) for key, column in columns.items()} for k in range(count)]


@pytest.mark.parametrize("values", draws("oil_contract", 6, 1.0), ids=str)
@pytest.mark.parametrize("sunk", [0.0, 1.0])
def test_the_oil_contract_maximises_the_nash_product_over_volumes_and_prices(values, sunk):
    game = issue_game("oil_contract")
    v = game.defaults | values | {"sunk": sunk}
    flow, beta = v["terminal"] + 1, 0.5 - 0.5 * v["sensitivity"] * v["gap"]

    def elsewhere(y):
        return y * (1 + v["slope"] * v["others"] - v["slope"] * y)

    def worth(q):
        return (1 + v["premium"]) * q - v["taper"] * q**2 / 2

    reach = np.linspace(0, v["terminal"] if sunk else flow, 20001)
    threat = elsewhere(reach).max()
    q, price = np.meshgrid(np.linspace(1, flow, 801), np.linspace(0, 1.5, 1601), indexing="ij")
    russia, china = price * q + elsewhere(flow - q) - threat, worth(q) - price * q
    product = np.where((russia > 0) & (china > 0), np.maximum(russia, 1e-12) ** beta, 0)
    product = product * np.maximum(china, 1e-12) ** (1 - beta)
    best = np.unravel_index(np.argmax(product), product.shape)
    found = game.solve(**values, sunk=sunk).measures
    # The product is flat near its peak: volumes may be off by some steps, the product itself may not.
    k, m = np.argmin(abs(q[:, 0] - found["volume"])), np.argmin(abs(price[0] - found["price"]))
    assert product[k, m] == pytest.approx(product[best], rel=2e-5)
    assert found["volume"] == pytest.approx(q[best], abs=0.08)


def test_with_buyers_whose_price_never_falls_china_takes_what_its_premium_pays_for():
    game = issue_game("oil_contract")
    for premium, taper in ((0.05, 0.05), (0.12, 0.05), (0.15, 0.02)):
        found = game.solve(slope=0.0, premium=premium, taper=taper).measures
        assert found["volume"] == pytest.approx(np.clip(premium / taper, 1, 3))
        assert found["threat"] == pytest.approx(2.0)


@pytest.mark.parametrize("values", draws("gas_holdup", 12), ids=str)
def test_the_pipe_and_the_plant_are_russias_best_choice_on_a_grid(values):
    game = issue_game("gas_holdup")
    v = game.defaults | values
    beta = 0.5 - 0.5 * v["sensitivity"] * v["gap"]
    x = np.linspace(0, 4, 400_001)
    nets = {}
    for kept in (0, 1):
        threat = v["lng"] * kept
        again = threat + beta * (1 - threat - v["central_asia"])
        share = v["enforce"] * v["signed"] + (1 - v["enforce"]) * again
        payoff = share * 2 * np.sqrt(x) - (1 - v["prefinance"]) * x - kept * v["lng_cost"]
        nets[kept] = payoff.max(), x[payoff.argmax()]
    found = game.solve(**values).measures
    best = max(nets, key=lambda kept: nets[kept][0])
    assert found["keeps_lng"] == best
    assert found["pipe"] == pytest.approx(nets[best][1], abs=2e-5)
    assert found["russia"] == pytest.approx(nets[best][0], abs=1e-8)


def test_a_russia_that_keeps_the_whole_value_lays_the_first_best_pipe():
    found = issue_game("gas_holdup").solve(enforce=1.0, signed=1.0, prefinance=0.0).measures
    assert found["pipe"] == pytest.approx(1.0)
    assert found["russia"] == pytest.approx(1.0)


def test_lng_kept_takes_the_lock_in_to_seven_tenths():
    (handed,) = issue_game("gas_holdup").hand_over(lng_cost=0.04)
    assert handed.factor == pytest.approx(0.70, abs=0.005)


def test_gas_reads_the_recoverable_part_that_the_oil_contract_yields():
    oil = issue_game("oil_contract").solve().measures["recoverable"]
    assert issue_game("gas_holdup").defaults["oil_recoverable"] == pytest.approx(oil, abs=5e-4)


def tree_value(node):
    """Return the payoffs that backward induction reaches: a leaf is a tuple, a node (player, children)."""
    if isinstance(node[1], list):
        player, children = node
        return max((tree_value(child) for child in children), key=lambda payoffs: payoffs[player])
    return node


def test_the_gas_threat_is_what_its_tree_yields_leaf_by_leaf():
    game = issue_game("gas_threat")
    inside = 0
    for row in rng.uniform(size=(256, 5)):
        values = {
            "west_china_price": 0.7 + 1.8 * row[0],
            "eu_netback": 0.2 + row[1],
            "switchable": 0.1 + 0.3 * row[2],
            "concession": 0.05 + 0.2 * row[3],
            "eu_cost": 0.03 + 0.14 * row[4],
        }
        v = game.defaults | values
        netback = v["west_china_price"] - v["crowd"] * v["east"] - v["inland"]
        gain = v["switchable"] * (netback - v["altai"] * (1 - v["shared"] * v["east"]) - v["eu_netback"])
        hurt = v["switchable"] * v["eu_loss"]
        stands = (0, [(gain, -hurt), (0.0, 0.0)])
        yields = (0, [(gain, -hurt), (v["concession"], -v["eu_cost"])])
        expected = tree_value((0, [(1, [stands, yields]), stands]))
        (found,) = game.solve(**values).equilibria
        assert tuple(found.payoffs.values()) == pytest.approx(expected)
        inside += found.name == "the threat works"
    assert 10 < inside < 128


def test_a_threat_that_just_breaks_even_has_two_outcomes():
    found = issue_game("gas_threat").solve(west_china_price=1.48).equilibria
    assert [each.name for each in found] == ["an empty threat", "the threat works"]


def test_a_doubtful_threat_moves_europe_from_the_belief_in_the_formula():
    game = issue_game("gas_threat")
    names = [game.solve("doubtful", belief=belief).equilibria[0].name for belief in (0.79, 0.81)]
    assert names == ["doubt does not pay", "doubt pays"]


GRID = np.linspace(0, 1, 2001)


def payoff_russia(v, russia, china):
    cost = v["competition"] + v["fear"] * v["gap"]
    return v["finance"] * russia + v["access_R"] * china + v["hostage"] * russia * china - cost * russia**2 / 2


def payoff_china(v, russia, china):
    return -v["rent"] * china + v["access_C"] * russia + v["hostage"] * russia * china - v["rent_C"] * china**2 / 2


@pytest.mark.parametrize("values", draws("cross_investment", 12), ids=str)
def test_best_replies_on_a_grid_end_at_the_smallest_and_the_largest_equilibrium(values):
    game = issue_game("cross_investment")
    v = game.defaults | values
    point = game.point(values)
    for start, suffix in ((0.0, ""), (1.0, "_most")):
        russia = china = start
        for _ in range(200):
            russia = GRID[np.argmax(payoff_russia(v, GRID, china))]
            china = GRID[np.argmax(payoff_china(v, russia, GRID))]
        assert russia == pytest.approx(float(point[f"stake_R{suffix}"]), abs=2e-3)
        assert china == pytest.approx(float(point[f"stake_C{suffix}"]), abs=2e-3)


@pytest.mark.parametrize("values", [*draws("cross_investment", 8), {"fear": 2.05}, {"fear": 2.1}], ids=str)
def test_the_joint_optimum_is_the_best_of_a_grid(values):
    game = issue_game("cross_investment")
    v = game.defaults | values
    russia, china = np.meshgrid(GRID[::5], GRID[::5])
    total = payoff_russia(v, russia, china) + payoff_china(v, russia, china)
    point = game.point(values)
    assert float(point.possible) >= total.max() - 1e-12
    assert float(point.possible) == pytest.approx(total.max(), abs=1e-4)


def test_a_majority_stake_needs_transfers_and_a_fear_below_about_two():
    switch = [t.value for t in issue_game("cross_investment").thresholds("fear") if t.of == "C37t"]
    assert switch == pytest.approx([2.0808], abs=1e-3)


def test_side_payments_would_lift_energy_by_two_fifths():
    (handed,) = issue_game("cross_investment").hand_over(side_payments=1.0)
    assert handed.factor == pytest.approx(1.38, abs=0.005)
