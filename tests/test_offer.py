"""Russia's offer to switch: thresholds, equilibria, findings, the command and the figure."""

import json
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pytest
from typer.testing import CliRunner

import triangle as tri
from triangle.chapter.offer import KINDS, offer_stage
from triangle.cli import app
from triangle.studies.offers import dated_offers, kind_of, offer, offer_findings, offer_regions
from triangle.timeline import timeline
from triangle.views.plot.offer import offer as draw

MODEL = tri.chapter_model()
CHAPTER = "chapter_1991_2017"
PRINTED = {  # belief needed, place needed, by dated set
    "2001": (-0.19, 0.21),
    "2008": (-0.43, 0.33),
    "2009": (-0.64, 0.49),
    "2013": (-0.01, 0.53),
    "2014": (1.03, 0.60),
    "2016": (0.91, 0.60),
}


@pytest.fixture(scope="module")
def now():
    return offer(MODEL, "baseline_2016")


def by_hand(v):
    """The thresholds from the parameters: partnership under both replies, China engaged and cooperative."""
    pressed_gap = v["power_gap"] + v["sanctions"] * v["gap_sanction"]
    weight = {
        "press": 0.5 - 0.5 * v["sensitivity"] * pressed_gap,
        "meet": 0.5 - 0.5 * v["sensitivity"] * v["power_gap"],
    }
    trade = 2 * v["energy"] * (1 + v["power_gap"]) + 2 * v["arms"] + v["crisis"]
    built = v["lock_in"] - v["energy"] * v["pivot"]
    foundations = (
        (v["primacy"] + v["norms"]) * v["no_substitute"] + v["fear"] * v["assurance"] + v["elites"] * v["power_gap"]
        + v["restraint"] + v["missile_defence"]
    )  # fmt: skip
    pressed = trade + v["sanctions"] * (v["offset"] + v["isolation"]) + built - v["transit"]
    met = {trust: trade + built + v["autonomy"] - v["detente"] * trust + v["defection"] for trust in (v["trust"], 1.0)}
    without = -v["sanctions"] + v["assertion"] - built
    tie = np.array([weight["press"] * pressed + foundations, weight["press"] * pressed])
    alone = {trust: v["detente"] * (1 + trust) - v["autonomy"] - built for trust in (v["trust"], 1.0)}
    stay = alone[v["trust"]] + weight["meet"] * met[v["trust"]] + foundations
    moderated = v["assertion"] * v["moderation"] * pressed_gap
    press_less_meet = -v["assertion"] + moderated - v["sanctions"] * v["blowback"] + v["norm_cost"]
    return {
        "tie_worth": tie,
        "stake": np.array([stay, alone[1.0] + 1.0]) - without - tie,
        "belief_needed": press_less_meet / v["bloc"],
        "trust": weight["meet"] * met[1.0],
        "nothing": weight["meet"] * met[v["trust"]] - v["detente"] * (1 - v["trust"]),
        "all": met[1.0],
    }


@pytest.mark.parametrize("year", PRINTED)
def test_thresholds_of_the_dated_sets(year):
    source = tri.scenario(f"baseline_{year}")
    stage, expected = offer(MODEL, source), by_hand(source.values)
    assert float(stage.belief_needed) == pytest.approx(expected["belief_needed"])
    np.testing.assert_allclose(stage.tie_worth, expected["tie_worth"])
    np.testing.assert_allclose(stage.stake, expected["stake"])
    for seen in ("nothing", "trust", "all"):
        assert float(stage.least_place[seen]) == pytest.approx(expected[seen])
    assert (float(stage.belief_needed), float(stage.least_place["trust"])) == pytest.approx(PRINTED[year], abs=0.006)
    low, high = expected["stake"] / expected["tie_worth"]
    np.testing.assert_allclose(stage.window, [low, min(high, 1)])


@pytest.mark.parametrize("seen", ["nothing", "trust", "all"])
def test_a_genuine_russia_leaves_just_above_the_place_it_needs_and_only_if_accommodated(now, seen):
    needed = float(now.least_place[seen])
    leaves = [
        offer(MODEL, "baseline_2016", place=needed + step, china_sees=seen).leaves.tolist() for step in (-1e-6, 0, 1e-6)
    ]
    stays = [[False, False], [False, False]]
    assert leaves == [stays, stays, [[False, False], [False, True]]]


def test_where_neither_type_leaves_no_belief_matters():
    never = offer(MODEL, "baseline_2016", place=0.0)
    always = offer(MODEL, "baseline_2001", place=0.0)
    assert float(never.belief_needed) == np.inf
    assert float(always.belief_needed) == -np.inf
    for prior in (0.0, 0.5, 1.0):
        assert {each.receiver[0, 0] for each in never.solve(prior, cost=0.1)} == {0.0}
        assert 1.0 in {each.receiver[0, 0] for each in always.solve(prior, cost=0.1)}


def test_equilibria_of_2016(now):
    silence, bluff = now.solve(0.5, cost=0.05)
    assert (kind_of(silence), kind_of(bluff)) == ("silence", "bluff")
    needed, gained = float(now.belief_needed), float(now.stake[0])
    np.testing.assert_allclose(bluff.sender, [[(1 - needed) / needed, 1]])
    np.testing.assert_allclose(bluff.receiver, [[0, 0.05 / gained]])
    assert bluff.sender[0, 0] == pytest.approx(0.096, abs=6e-4)
    assert bluff.receiver[0, 1] == pytest.approx(0.06, abs=2e-3)
    assert now.solve(0.2, cost=0.05).equilibria[1].sender[0, 0] == pytest.approx(0.024, abs=6e-4)
    assert now.solve(0.5, suspend=0.25).equilibria[1].receiver[0, 1] == pytest.approx(0.78, abs=5e-3)
    told = {kind_of(each): each.intuitive for each in now.solve(0.5, suspend=0.35)}
    assert told == {"silence": False, "separating": True}


@pytest.mark.parametrize(
    ("prior", "paid", "kinds"),
    [
        (0.5, {"cost": 0.05}, {"silence", "bluff"}),
        (0.5, {"suspend": 0.35}, {"silence", "separating"}),
        (0.95, {"suspend": 0.25}, {"silence", "shy", "all offer"}),
        (0.5, {"cost": 1.8}, {"silence"}),
    ],
)
def test_a_search_over_behaviour_strategies_finds_the_same_outcomes(now, prior, paid, kinds):
    """On a grid that holds the mixtures of the closed forms: what is an equilibrium by definition, and what is not."""
    sender, receiver = now.payoffs(**paid)
    needed, shares = float(now.belief_needed), now.costs(**paid) / now.stake
    odds = prior / (1 - prior) * (1 - needed) / needed
    messages = [0, 0.3, 0.7, 1, *(x for x in (odds, 1 - 1 / odds) if 0 < x < 1)]
    replies = [0, 0.3, 0.7, 1, *(x for x in (shares[0], 1 - shares[1]) if 0 < x < 1)]
    found = {
        tuple(np.round(sends, 9).tolist())
        for sends in product(messages, repeat=2)
        for answers in product(replies, repeat=2)
        if holds(sender, receiver, prior, np.array(sends), np.array(answers))
    }
    solved = now.solve(prior, **paid)
    assert {kind_of(each) for each in solved} == kinds
    assert found == {tuple(np.round(each.sender[0], 9).tolist()) for each in solved}


def holds(sender, receiver, prior, sends, answers):
    """The definition, within rounding."""
    chances = np.stack([1 - answers, answers], axis=1)
    worth = (sender * chances).sum(axis=2)
    if (worth.max(axis=1) - (1 - sends) * worth[:, 0] - sends * worth[:, 1] > 1e-9).any():
        return False
    for m, sent in enumerate((1 - sends, sends)):
        weights = np.array([1 - prior, prior]) * sent
        beliefs = [weights[1] / weights.sum()] if weights.sum() > 0 else np.linspace(0, 1, 101)
        low, high = receiver[:, m, 1] - receiver[:, m, 0]
        gains = [(1 - belief) * low + belief * high for belief in beliefs]
        if answers[m] < 1 and min(gains) > 1e-9:
            return False
        if answers[m] > 0 and max(gains) < -1e-9:
            return False
    return True


@pytest.mark.parametrize(("prior", "reply"), [(0.5, 0.0), (0.95, 1.0)])
def test_words_that_cost_nothing_change_no_reply(now, prior, reply):
    for found in now.solve(prior, cost=0.0):
        on_path = found.receiver[:, [m for m in range(2) if found.reached[m]]]
        assert (on_path == reply).all()


def test_closed_forms_name_the_equilibria_that_the_solver_finds(now):
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(30):
        prior, price = rng.uniform(rng.choice([0.0, 0.9]), 1.0), rng.uniform(0.01, 1.0)
        by = rng.choice(["cost", "suspend"])
        price *= 2.0 if by == "cost" else 1.0
        expected = {k for k, there in now.kinds(prior, now.costs(**{by: price})).items() if there}
        assert {kind_of(each) for each in now.solve(prior, **{by: price})} == expected
        seen |= expected
    for _ in range(30):  # costs of any kind, one for each type
        prior, costs = rng.random(), rng.uniform(0.01, 2, 2)
        price = np.array([[0, costs[0]], [0, costs[1]]])
        sender = now.russia[:, None, :] - price[..., None]
        solved = tri.solvers.signaling_equilibria(sender, now.payoffs(cost=0)[1], prior)
        assert {kind_of(e) for e in solved} == {k for k, there in now.kinds(prior, costs).items() if there}
    assert seen == set(KINDS)


def test_a_batch_is_its_stages_side_by_side():
    sanctions = np.array([0.2, 0.5, 0.9])
    batch = offer_stage(MODEL, {"sanctions": sanctions, "trust": 0.3})
    for k, value in enumerate(sanctions):
        one = offer_stage(MODEL, {"sanctions": value, "trust": 0.3})
        for name in ("worth", "depths", "west", "leaves", "tie_worth", "belief_needed", "window"):
            np.testing.assert_allclose(getattr(batch, name)[k], getattr(one, name), atol=1e-12)
        assert batch.least_place["all"][k] == pytest.approx(float(one.least_place["all"]))


def test_the_findings_are_computed_from_the_model():
    assert all(found.holds for found in offer_findings(MODEL))
    free = {found.name: found.holds for found in offer_findings(MODEL.without("norm_cost"))}
    assert not free["belief"]
    poor = {found.name: found.holds for found in offer_findings(MODEL.without("energy_trade", "market", "arms_trade"))}
    assert not poor["foundations"]


def test_whether_belief_decides_is_open_over_the_plausible_ranges():
    for found in dated_offers(MODEL, 64):
        shares = found.shares
        assert shares["exists"] == 1
        assert shares["any"] + shares["belief"] + shares["none"] == pytest.approx(1)
        assert 0.02 < shares["belief"] < 0.6


def test_in_the_first_years_dropping_the_foundations_is_enough_to_leave():
    line = timeline(CHAPTER)
    needed = [float(offer_stage(MODEL, line.at(year).values).least_place["trust"]) for year in (1991, 1992, 1994)]
    assert needed[0] < needed[1] < 0 < needed[2]


def test_regions_say_what_the_solver_finds_inside_them(now):
    rng = np.random.default_rng(1)
    for by in ("suspend", "cost"):
        for found in offer_regions(now, by):
            prior, price = rng.uniform(*found.prior), rng.uniform(*found.price)
            told = {kind_of(each): each.intuitive for each in now.solve(prior, **{by: price})}
            assert set(found.kinds) == set(told)
            assert set(found.unintuitive) == {kind for kind, intuitive in told.items() if not intuitive}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"place": -1}, "place must be a finite number, 0 or more, got -1"),
        ({"place": float("nan")}, "place must be"),
        ({"china_sees": "everything"}, "unknown option of china_sees 'everything'"),
        ({"toward_china": "ignore"}, "unknown stance toward China"),
    ],
)
def test_a_stage_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        offer_stage(MODEL, {}, **arguments)


def test_models_without_the_three_or_without_a_tie_are_refused():
    with pytest.raises(ValueError, match="among West, Russia and China"):
        offer_stage(tri.chapter_model("quad"), {})
    with pytest.raises(ValueError, match="no single equilibrium with a tie"):
        offer(tri.rival_model("balancing"), "baseline_2016").solve(0.5, cost=0.1)


@pytest.mark.parametrize(
    ("prior", "paid", "message"),
    [
        (1.2, {"cost": 0.1}, "prior must be a number from 0 to 1, got 1.2"),
        (float("nan"), {"cost": 0.1}, "prior must be"),
        (0.5, {"cost": -0.1}, "cost must be a finite number, 0 or more, got -0.1"),
        (0.5, {"suspend": 1.1}, "suspend must be a number from 0 to 1"),
        (0.5, {}, "give one of cost and suspend"),
        (0.5, {"cost": 0.1, "suspend": 0.1}, "give one of cost and suspend"),
    ],
)
def test_unsound_priors_and_costs_are_refused(now, prior, paid, message):
    with pytest.raises(ValueError, match=message):
        now.solve(prior, **paid)


def test_a_batch_is_not_solved_and_closed_forms_keep_to_where_they_hold():
    with pytest.raises(ValueError, match="one stage is solved at a time"):
        offer_stage(MODEL, {"sanctions": [0.1, 0.2]}).solve(0.5, cost=0.1)
    with pytest.raises(ValueError, match="the closed forms hold where"):
        offer(MODEL, "baseline_2001").kinds(0.5, [0.1, 0.1])


# --- command and figure -------------------------------------------------------------------------------------------


def run(*words):
    found = CliRunner().invoke(app, ["offer", *words], catch_exceptions=False)
    assert found.exit_code == 0
    return found.stdout


def test_the_command_tells_a_scenario_as_numbers_and_in_words(tmp_path):
    path = tmp_path / "offer.png"
    found = json.loads(run("baseline_2016", "--suspend", "0.35", "--json", "--figure", str(path)))
    assert [each["kind"] for each in found["equilibria"]] == ["pooling", "separating"]
    assert [each["intuitive"] for each in found["equilibria"]] == [False, True]
    assert path.stat().st_size > 10_000
    assert "accommodates from a belief of 0.91 on" in run("baseline_2016")


def test_the_command_lists_dated_sets_and_follows_a_timeline():
    found = json.loads(run("--json"))
    assert [each["year"] for each in found["sets"]] == [2001, 2008, 2009, 2013, 2014, 2016]
    assert all(each["holds"] for each in found["findings"])
    rows = json.loads(run("--through", CHAPTER, "--runs", "200", "--json"))["years"]
    assert [row["year"] for row in rows] == list(range(1991, 2018))
    assert rows[0]["belief of bargainer"] < 0.05 < 0.95 < rows[0]["belief of genuine"]


@pytest.mark.parametrize(
    "words",
    [
        ("--through", CHAPTER, "baseline_2016"),
        ("--set", "sanctions=0.2"),
        ("baseline_2016", "--cost", "0.1", "--suspend", "0.1"),
        ("baseline_2016", "--prior", "1.5"),
    ],
)
def test_the_command_refuses_what_does_not_go_together(words):
    with pytest.raises(ValueError, match=r"--through|name a scenario|--suspend|prior must be"):
        CliRunner().invoke(app, ["offer", *words], catch_exceptions=False)


def test_the_figure_tells_its_regions_apart_without_colour(now):
    figure, axes = draw(now, prior=0.5, suspend=0.3)
    looks = [(patch.get_hatch(), patch.get_facecolor()) for patch in figure.legends[0].get_patches()]
    assert len({hatch for hatch, _ in looks}) == len(looks) == 6
    assert [len(ax.patches) for ax in axes] == [4, 6]
    assert [len(ax.lines) for ax in axes] == [1, 0]
    plt.close(figure)
