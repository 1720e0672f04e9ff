"""What verdicts say exactly: windows of single parameters, counterexamples and proofs."""

from dataclasses import replace

import numpy as np
import pytest

import triangle as tri
from triangle.chapter.claims import Claim, claim
from triangle.exact import Refused, check_certificate
from triangle.statement import Box, Comparison, Setting, Statement, Value
from triangle.studies.claims import check, check_all
from triangle.studies.counterexample import counterexample
from triangle.studies.noisy import noisy
from triangle.studies.trials import Trials
from triangle.studies.windows import intersection, windows
from triangle.views.claims import certificate_text

MODEL = tri.chapter_model()
KEYS = ("C02", "C03", "C06", "C12", "C13", "C18", "C26", "C85", "C87", "C88", "C89", "C92", "C94", "C95", "C96", "C99")
TRIANGLE = check_all(MODEL, KEYS)

# By an exact point in the box; an independent proof says that no failure exists for the other 24.
REFUTED = {"C02", "C03", "C04", "C06", "C12", "C13", "C15", "C26", "C34", "C44", "C47", "C85", "C87", "C88", "C89",
           "C91", "C92", "C95", "C100", "C101"}  # fmt: skip


def test_windows_of_single_parameters_are_the_exact_ones():
    found = {w.parameter: w for w in TRIANGLE["C12"].windows}
    exact = {"isolation": 0.2494, "sensitivity": 0.3507, "offset": 0.5616, "lock_in": 0.0297, "pivot": 0.5757,
             "autonomy": 0.4505, "power_gap": 0.3519}  # fmt: skip
    assert {name for name, window in found.items() if window.bounded} == set(exact)
    for name, value in exact.items():
        ends = [found[name].base + end for end in (found[name].low, found[name].high) if np.isfinite(end)]
        np.testing.assert_allclose(ends, [value], atol=6e-5)
    assert TRIANGLE["C12"].nearest_flip.parameter == "isolation"


@pytest.mark.parametrize(
    ("key", "parameter"),
    [("C12", "isolation"), ("C87", "autonomy"), ("C95", "norm_cost"), ("C13", "assertion"), ("C02", "offset")],
)
def test_windows_are_where_a_fine_grid_of_solved_games_says(key, parameter):
    verdict = TRIANGLE[key]
    found = next(window for window in verdict.windows if window.parameter == parameter)
    least, most = MODEL.parameter(parameter).admissible
    moves = np.linspace(least - most, most - least, 4001)
    holds = verdict.statement.evaluate(MODEL, {parameter: moves}).holds
    inside = (moves > found.low + 1e-9) & (moves < found.high - 1e-9)  # not at a tie itself
    assert holds[inside].all()
    step = moves[1] - moves[0]
    for end, beyond in ((found.low, -step), (found.high, step)):
        assert not np.isfinite(end) or not holds[np.abs(moves - (end + beyond)).argmin()]


def test_windows_of_claims_together_are_those_of_one_statement_that_says_both():
    both = [TRIANGLE[key].statement for key in ("C06", "C12")]
    joined = intersection(MODEL, [windows(MODEL, each) for each in both])
    one = Statement(
        "both",
        tuple(replace(s, label=f"{k}_{s.label}") for k, each in enumerate(both) for s in each.settings),
        tuple(
            replace(c, **{side: replace(getattr(c, side), setting=f"{k}_{getattr(c, side).setting}")
                          for side in ("left", "right") if getattr(c, side) is not None})
            for k, each in enumerate(both)
            for c in each.comparisons
        ),
    )  # fmt: skip
    whole = {window.parameter: window for window in windows(MODEL, one)}
    assert {w.parameter: (w.low, w.high) for w in joined} == {name: (w.low, w.high) for name, w in whole.items()}


def test_a_measure_without_an_exact_form_is_told_and_stops_nothing_else():
    statement = Statement(
        "no floor", (Setting("now", tri.scenario("baseline_2016")),), (Comparison(Value("floor_binds", "now"), "<="),)
    )
    own = Claim("mine", "S5", "A", "likely", False, "…", nature="consequence", statement=statement)
    verdict = check(own, MODEL, points=64)
    assert "'floor_binds' has no exact form" in verdict.inexact
    assert verdict.holds is not None
    assert verdict.windows == ()
    assert verdict.proof is None
    assert verdict.proved == 0.0
    assert "nothing exact can be said" in certificate_text(verdict)


def test_an_error_in_a_proof_is_not_taken_for_a_measure_without_an_exact_form(monkeypatch):
    def broken(*_, **__):
        raise ValueError("broken")

    monkeypatch.setattr("triangle.exact.certify", broken)
    with pytest.raises(ValueError, match="broken"):
        _ = check("C96", MODEL, points=64).proof


def test_a_verdict_flips_on_either_side_of_its_nearest_flip():
    for key in ("C12", "C85", "C95"):
        verdict = TRIANGLE[key]
        flip = verdict.nearest_flip
        end = min((flip.low, flip.high), key=abs)
        for part, expected in ((0.999, verdict.holds), (1.001, not verdict.holds)):
            found = verdict.statement.evaluate(MODEL, {flip.parameter: part * end})
            assert found.holds[0] == expected


def test_counterexamples_fail_when_solved_anew_and_exist_for_exactly_the_refuted_claims():
    for key in ("C06", "C26", "C88", "C89", "C94", "C99"):
        verdict = TRIANGLE[key]
        found = verdict.counterexample
        assert (found is not None) == (key in REFUTED), key
        if found is not None:
            assert found.distance <= 1 + 1e-9
            assert not verdict.statement.evaluate(MODEL, found.displacement).holds[0]
            assert found.fails
            half = verdict.statement.evaluate(MODEL, {k: 0.99 * v for k, v in found.displacement.items()})
            assert half.holds[0]


@pytest.mark.parametrize(("key", "distance"), [("C06", 0.123), ("C12", 0.166), ("C02", 0.219), ("C92", 0.453)])
def test_the_nearest_failures_are_as_near_as_the_exact_ones(key, distance):
    assert TRIANGLE[key].counterexample.distance <= distance + 1e-3


@pytest.mark.parametrize("key", ["C18", "C96", "C99"])
def test_what_nothing_refutes_is_proved_and_the_independent_checker_accepts_it(key):
    verdict = TRIANGLE[key]
    assert verdict.counterexample is None
    certificate = verdict.certificate
    assert certificate.exists
    assert check_certificate(MODEL, certificate, verdict.statement)
    for tampered in (
        {**certificate.to_dict(), "concept": "nash"},
        {**certificate.to_dict(), "statement": {**certificate.to_dict()["statement"], "name": "C12"}},
    ):
        with pytest.raises(Refused):
            check_certificate(MODEL, tampered, verdict.statement)


@pytest.mark.parametrize("key", ["C03", "C06", "C89"])
def test_what_is_refuted_fails_in_fractions_and_has_no_certificate(key):
    verdict = TRIANGLE[key]
    assert verdict.counterexample.decided
    assert verdict.certificate is None
    assert verdict.proof is None


def test_searches_without_anything_uncertain_find_nothing():
    fixed = replace(MODEL, parameters=tuple(replace(p, low=p.default, high=p.default) for p in MODEL.parameters))
    statement = claim("C12").statement.fitted(fixed)
    assert windows(fixed, statement) == ()
    trials = Trials(fixed, points=4)
    assert trials.share(statement).count == 4
    assert counterexample(trials, statement) is None
    assert Box.plausible(fixed).ranges == {}


# --- players that err ------------------------------------------------------------------------------------------------


def logit_by_hand(payoffs, precision, steps=600):
    """Two players' logit play, followed from chance by small steps of the precision and damped responses."""
    rows, columns = np.full(payoffs.shape[1], 1 / payoffs.shape[1]), np.full(payoffs.shape[2], 1 / payoffs.shape[2])
    for part in np.linspace(0, precision, steps):
        for _ in range(60):
            up, across = np.exp(part * (payoffs[0] @ columns)), np.exp(part * (rows @ payoffs[1]))
            rows, columns = (rows + up / up.sum()) / 2, (columns + across / across.sum()) / 2
    return rows, columns


@pytest.mark.parametrize("precision", [5.0, 20.0])
def test_expected_values_are_those_of_logit_play_followed_by_hand(precision):
    statement = claim("C12").statement
    found = noisy(MODEL, statement, precision)
    (comparison, told) = next(iter(found.expected.items()))
    for side, value in zip((comparison.left, comparison.right), told, strict=True):
        setting = statement.setting(side.setting)
        arrays = MODEL.evaluate({name: float(x) for name, x in setting.values(MODEL).items()})
        west = MODEL.form.player("West").action(setting.scenario.held["West"])
        payoffs = np.stack([arrays[f"payoff_{name}"][west] for name in ("Russia", "China")])
        stakes = max(np.ptp(payoffs[0], axis=0).max(), np.ptp(payoffs[1], axis=1).max())
        rows, columns = logit_by_hand(payoffs, precision / stakes)
        expected = sum(
            rows[i] * columns[j] * arrays[side.measure][west, i, j]
            for i in range(len(rows))
            for j in range(len(columns))
        )
        assert value == pytest.approx(expected, rel=1e-6)


def test_what_fails_at_the_default_may_be_told_apart_from_what_fails_where_players_err():
    verdict = check("C70", MODEL, points=64)
    assert [each.holds for each in verdict.noisy] == [False, False, True]
    assert not noisy(MODEL, claim("C85l").statement, 80.0).holds
    assert "holds at precision 80; fails at precision 5, 20" in str(verdict).replace("\n", " ")
