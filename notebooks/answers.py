"""The answers to the lessons' exercises: none is written down, each is computed.

The docstring of a solution is the hint that a wrong answer gets.
"""

from __future__ import annotations

from collections.abc import Callable

import triangle as tri

MODEL = tri.chapter_model()
QUAD = tri.chapter_model("quad")
ANSWERS: dict[str, Callable[[], object]] = {}


def exercise(name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a solution under the exercise's name."""

    def register(solution: Callable[[], object]) -> Callable[[], object]:
        ANSWERS[name] = solution
        return solution

    return register


def change(scenario: str, measure: str, model: tri.GameFamily = MODEL) -> tuple[float, float]:
    """A measure at the scenario's baseline and at the scenario; with several equilibria, at the one with most slack."""
    (row,) = [row for row in tri.compare(model, scenario).changes[scenario] if row.measure == measure]
    return float(row.before), float(row.after)


def measured(scenario: str | tri.Scenario, measure: str) -> float | str:
    """A measure at the scenario's only equilibrium."""
    (found,) = tri.solve(MODEL, scenario).equilibria
    return found.measures[measure]


def turn(scenario: str, parameter: str, measure: str = "intensity", against: str = "baseline_2016") -> float:
    """The first value of a parameter at which a measure's change against another scenario switches its sign."""
    return float(tri.thresholds(MODEL, scenario, parameter, measure=measure, against=against).switches[0].value)


def direction(before: float, after: float) -> str:
    """Which way a number went."""
    return "falls" if after < before else "rises" if after > before else "stays"


@exercise("reset: share")
def _() -> float:
    """Read Russia's share of the product in the comparison of the reset with 2016, after and before, and subtract."""
    before, after = change("us_russia_reset", "share")
    return after - before


@exercise("reset: isolation")
def _() -> float:
    """Ask `tri.thresholds` where the change of the intensity switches its sign along `isolation`."""
    return turn("us_russia_reset", "isolation")


@exercise("reset: wedge")
def _() -> str:
    """Compare the two scenarios in `tri.rival_model("wedge")`: does the intensity fall, stay or rise?"""
    return direction(*change("us_russia_reset", "intensity", tri.rival_model("wedge")))


@exercise("sanctions: share")
def _() -> float:
    """Take Russia's share of 2014 from that of 2013, in the comparison of the two baselines."""
    before, after = (
        tri.solve(MODEL, name).equilibria[0].measures["share"] for name in ("baseline_2013", "baseline_2014")
    )
    return float(before) - float(after)


@exercise("sanctions: sensitivity")
def _() -> float:
    """Ask `tri.thresholds` as for `isolation` above, and put `sensitivity` in its place."""
    return turn("baseline_2014", "sensitivity", against="baseline_2013")


@exercise("sanctions: 2016")
def _() -> str:
    """Compare the two with `tri.compare(model, [before, "baseline_2016"])` and look at the intensity."""
    before = tri.scenario("baseline_2016").with_values(MODEL, sanctions=0.2)
    return direction(*(float(measured(each, "intensity")) for each in (before, "baseline_2016")))


@exercise("relief: sensitivity")
def _() -> float:
    """Ask `tri.thresholds` as for `offset` above, and put `sensitivity` in its place."""
    return turn("eu_sanctions_relief", "sensitivity")


@exercise("relief: full")
def _() -> float:
    """Compare "full_sanctions_relief" with its baseline and read the share afterwards."""
    return change("full_sanctions_relief", "share")[1]


@exercise("relief: more")
def _() -> str:
    """Put the intensity after "eu_sanctions_relief" beside that after "full_sanctions_relief"."""
    half, full = (change(name, "intensity")[1] for name in ("eu_sanctions_relief", "full_sanctions_relief"))
    return "half" if half > full else "all"


@exercise("gap: sensitivity")
def _() -> float:
    """Ask `tri.thresholds` as for `elites` above, and put `sensitivity` in its place; take the smaller value."""
    return turn("widening_gap", "sensitivity")


@exercise("gap: balancing")
def _() -> float:
    """Print the thresholds that the figure of the balancing model draws."""
    balancing = tri.rival_model("balancing")
    pressed = tri.Scenario("pressed", "the West presses", "", dict(balancing.defaults), {"West": "pressure/engage"})
    (end,) = tri.thresholds(balancing, pressed, "power_gap").switches
    return float(end.value)


@exercise("gap: hedge")
def _() -> float:
    """Ask for the thresholds of `hedging` along `hedge` in "baseline_2016"."""
    confronts = MODEL.term("assertion").payoffs["Russia"]
    counterweight = tri.Term("hedge", "hedge*power_gap", {"Russia": 1 - confronts})
    hedging = MODEL.add(tri.Parameter("hedge", 0.0, 0.0, 1.0), counterweight)
    (turned,) = tri.thresholds(hedging, "baseline_2016", "hedge").switches
    return float(turned.value)


@exercise("alliance: enough")
def _() -> int:
    """Give `depth` one obstacle at a time, at its value in `as_it_is`, and count where no alliance comes."""
    free = tri.scenario("obstacles_vanish")
    names = ("territory", "globalization", "governance", "autonomy")
    alone = [free.with_values(MODEL, **{name: MODEL.defaults[name]}) for name in names]
    return sum(measured(each, "depth") != "alliance" for each in alone)


@exercise("alliance: governance")
def _() -> float:
    """Ask `tri.thresholds(model, free, ...)` as for `territory`."""
    (end,) = tri.thresholds(MODEL, "obstacles_vanish", "governance").switches
    return float(end.value)


@exercise("alliance: recognition")
def _() -> float:
    """Take the smallest value from which on favours are exchanged in one sea or in both."""
    claims = tri.issue_game("territorial_support")
    return min(switch.value for switch in claims.thresholds("recognition") if switch.of in ("south", "both_seas"))


@exercise("dominance: blowback")
def _() -> float:
    """Ask `tri.thresholds` as for `norm_cost`, and take the value from which on the West's payoff rises."""
    return turn("us_russia_reset", "blowback", measure="payoff_West")


@exercise("dominance: stability")
def _() -> float:
    """Read it off the strip of `stability`, or print what it draws."""
    return turn("widening_gap", "stability", measure="payoff_West")


@exercise("dominance: distraction")
def _() -> float:
    """Among the thresholds, take the one at which China ceases to restrain Russia: the one of C94."""
    (switch,) = (each for each in tri.issue_game("governance").thresholds("distraction") if each.of == "C94")
    return switch.value


@exercise("card: leaves")
def _() -> float:
    """It is where Europe yields nothing again: the upper end of the window."""
    gas = tri.issue_game("gas_threat")
    return max(switch.value for switch in gas.switches("west_china_price", [gas.claim("C21")]))


@exercise("card: netback")
def _() -> float:
    """Ask for the switches of C21 along `eu_netback` as for `west_china_price`."""
    gas = tri.issue_game("gas_threat")
    return max(switch.value for switch in gas.switches("eu_netback", [gas.claim("C21")]))


@exercise("card: belief")
def _() -> float:
    """The measure `belief_needed`: what the concession costs over what the switch would cost Europe."""
    return tri.issue_game("gas_threat").solve().measures["belief_needed"]


@exercise("asia: edge")
def _() -> float:
    """Take the threshold of the condition `russia_contests`."""
    (switch,) = (each for each in tri.issue_game("central_asia").thresholds("sec_edge") if each.of == "russia_contests")
    return switch.value


@exercise("asia: restraint")
def _() -> float:
    """Solve the game with `us_presence=0.0` and read the measure `restraint_slack`."""
    return tri.issue_game("central_asia").solve(us_presence=0.0).measures["restraint_slack"]


@exercise("asia: contest")
def _() -> str:
    """Solve the game with `fear=0.0, sec_cost_C=0.1, sec_edge=0.5` and read what the equilibrium is called."""
    (found,) = tri.issue_game("central_asia").solve(fear=0.0, sec_cost_C=0.1, sec_edge=0.5).equilibria
    return found.name.removeprefix("security: ").split(",")[0]


def two(us: str, eu: str) -> tri.Scenario:
    """The quad at its defaults, with the United States and the European Union held to a course each."""
    return tri.Scenario(f"{us}, {eu}", "", "", dict(QUAD.defaults), {"US": us, "EU": eu})


FIRM = two("pressure/engage", "pressure/engage")


def change_of_two(us: str, eu: str, measure: str) -> tuple[float, float]:
    """A measure of the quad while both press, and under another pair of commitments."""
    (rows,) = tri.compare(QUAD, [FIRM, two(us, eu)]).changes.values()
    (row,) = [row for row in rows if row.measure == measure]
    return float(row.before), float(row.after)


@exercise("quad: sanctions")
def _() -> float:
    """Ask `tri.thresholds` as for `s_isolation` above, and put `s_sanctions` in its place."""
    relief = two("pressure/engage", "accommodate/engage")
    (edge,) = tri.thresholds(QUAD, relief, "s_sanctions", measure="intensity", against=FIRM).switches
    return float(edge.value)


@exercise("quad: reset")
def _() -> str:
    """Make the setting with `west(...)` and compare it with `firm`."""
    return direction(*change_of_two("accommodate/engage", "pressure/engage", "intensity"))


@exercise("quad: europe")
def _() -> str:
    """Look at `before` and `after` of `change["payoff_EU"]`."""
    return direction(*change_of_two("pressure/engage", "accommodate/engage", "payoff_EU"))
