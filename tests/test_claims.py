"""The chapter's claims: how they are formalised, their verdicts, and what a reader can do to them."""

import json
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

import triangle as tri
from triangle.chapter.claims import MOVES, Claim, claim, comparison, registry, variants
from triangle.chapter.issues import issue_game
from triangle.cli import app
from triangle.evaluation import Solutions
from triangle.exact import Refused, check_certificate
from triangle.exact.windows import windows as exact_windows
from triangle.statement import Box, Loss, Value
from triangle.studies.ablation import ablate
from triangle.studies.claims import check, check_all, claims
from triangle.studies.counterexample import counterexample
from triangle.studies.trials import Share, Trials
from triangle.studies.windows import windows
from triangle.views.claims_page import ROOT_PAGE, reason_rows, verdict_sections
from triangle.views.markup import as_latex, as_markdown, rows_of

MODEL = tri.chapter_model()
EVERY = check_all(MODEL)
TRIANGLE = EVERY.where(by="triangle")
OTHER = check_all(MODEL, variants().values())
IDS = [verdict.claim.id for verdict in TRIANGLE]

# Shares in per cent, published for an independent sketch of the model: the box of plausible ranges, a box of twice the
# width, the unit box (nothing where the claim is dated).
PUBLISHED = {
    "C02": (83, 66), "C04": (78, 75, 78), "C06": (72, 60, 74), "C12": (79, 64, 74), "C13": (91, 77, 46),
    "C15": (96, 83, 67), "C17": (100, 98, 99), "C18": (100, 100, 98), "C26": (99, 87, 69), "C44": (99, 77, 70),
    "C70": (100, 98, 96), "C84": (100, 100), "C85": (80, 66), "C86": (100, 100), "C87": (84, 64), "C88": (100, 93),
    "C91": (100, 92, 93), "C92": (99, 81, 71), "C95": (95, 82, 52), "C96": (100, 98, 75), "C100": (78, 62, 70),
    "C102": (100, 100, 100),
}  # fmt: skip
PUBLISHED_VARIANTS = {"C85s": 64, "C88x": 98, "C12o": 47, "C47G": 63, "C85l": 38, "C06t": 92, "C15t": 70, "C04r": 0.3,
                      "C99A": 100}  # fmt: skip
# By an exact point in the box; an independent proof says that no failure exists for the other 24.
REFUTED = {"C02", "C03", "C04", "C06", "C12", "C13", "C15", "C26", "C34", "C44", "C47", "C85", "C87", "C88", "C89",
           "C91", "C92", "C95", "C100", "C101"}  # fmt: skip


def test_every_claim_of_tier_a_is_tested_by_the_triangle_or_by_an_issue_game():
    tier_a = [v for v in EVERY if v.claim.tier == "A"]
    assert len(tier_a) == 55
    assert Counter(v.tested_by == "triangle" for v in tier_a) == {True: 41, False: 14}
    assert all(v.holds is not None and v.share is not None for v in tier_a)
    assert {v.claim.id for v in TRIANGLE if v.claim.tier == "B"} == {"C46", "C96", "C104"}


def test_claims_that_are_not_tested_say_what_carries_them_or_why_they_are_context():
    names = {item.name for item in (*MODEL.terms, *MODEL.parameters)}
    for verdict in EVERY.where(status="not tested"):
        assert verdict.claim.tier in "BC"
        assert verdict.holds is verdict.share is verdict.interval is verdict.nature is verdict.counterexample is None
        assert verdict.reason
        assert set(verdict.claim.carried_by) <= names
        if verdict.claim.tier == "B":
            assert verdict.claim.carried_by or issue_game(verdict.claim.issue_game)


def test_natures_are_counted_apart():
    assert {nature: sum(c.values()) for nature, c in EVERY.counts["triangle"].items()} == {
        "consequence": 22, "by construction": 19, "read-out": 3,
    }  # fmt: skip
    assert sum(sum(c.values()) for c in EVERY.counts["issue games"].values()) == 14


@pytest.mark.parametrize("found", [*registry().values(), *variants().values()], ids=lambda c: c.id)
def test_every_formalisation_names_what_exists_and_says_what_decides_it(found):
    if found.statement is None:
        assert not found.reading
        return
    assert found.nature
    assert found.reading
    assert found.condition
    measures = {measure.name for measure in MODEL.measures}
    for setting in found.statement.settings:
        assert not found.statement.lacking(MODEL)
        assert setting.scenario.held
    used = {side.setting for each in found.statement.comparisons for side in each.sides}
    assert used == {setting.label for setting in found.statement.settings}
    for each in found.statement.comparisons:
        for side in each.sides:
            assert side.measure in measures if isinstance(side, Value) else side.name in MOVES


def test_no_sign_that_the_chapter_leaves_open_is_tested():
    """A worsening between Washington and Beijing: what it does to intensity is not said."""
    measured = {side.measure for each in claim("C101").statement.comparisons for side in each.sides}
    assert measured == {"share", "transfer"}


@pytest.mark.parametrize("key", PUBLISHED)
def test_consequences_have_the_published_shares(key):
    verdict = TRIANGLE[key]
    shares = [verdict.share, verdict.wider.value, *([] if verdict.widest is None else [verdict.widest.value])]
    assert verdict.holds
    assert verdict.nature == "consequence"
    assert (verdict.widest is None) == verdict.dated == (len(PUBLISHED[key]) == 2)
    np.testing.assert_allclose(100 * np.array(shares), PUBLISHED[key], atol=2.0)


@pytest.mark.parametrize("key", PUBLISHED_VARIANTS)
def test_other_readings_have_the_published_shares_and_the_weak_ones_are_shown_as_such(key):
    verdict = OTHER[key]
    assert abs(100 * verdict.share - PUBLISHED_VARIANTS[key]) <= 1.0
    assert verdict.holds == (key not in {"C04r", "C12o", "C85l"})
    if not verdict.holds:
        assert verdict.status == "fails"
        assert verdict.counterexample.displacement == {}


def test_what_holds_by_construction_holds_nearly_everywhere():
    for verdict in TRIANGLE:
        if verdict.nature != "consequence":
            assert verdict.holds
            assert verdict.share > 0.995, verdict.claim.id


def test_the_strength_sets_what_is_asked_and_a_shortfall_is_shown():
    short = {v.claim.id for v in TRIANGLE if v.status == "falls short"}
    assert short == {"C02", "C04", "C85", "C87"}
    for verdict in TRIANGLE:
        assert (verdict.shortfall > 0) == (verdict.claim.id in short)
    assert TRIANGLE["C12"].required == 0
    assert TRIANGLE["C12"].status == "holds"
    firmer = replace(claim("C12"), strength="certain")
    assert check(firmer, MODEL).status == "falls short"


def test_a_possible_claim_fails_only_if_it_holds_nowhere():
    never = replace(claim("C12").statement, comparisons=(comparison("share[after] > 2"),))
    assert check(replace(claim("C12"), statement=never), MODEL, points=64).status == "fails"


@pytest.mark.parametrize(
    ("key", "without"),
    [
        ("C02", {"redirection"}), ("C04", {"elites", "market"}), ("C44", {"arms_trade"}), ("C70", {"pact"}),
        ("C06", {"isolation", "lock_in", "intensity", "bargaining", "sensitivity"}), ("C17", set()),
        ("C12", {"isolation", "lock_in", "intensity", "bargaining", "sensitivity"}), ("C87", {"switch"}),
        ("C85", {"redirection", "energy_trade"}), ("C88", {"detente_gain", "assertion"}), ("C95", {"norm_cost"}),
    ],
)  # fmt: skip
def test_claims_die_without_the_published_terms_and_options(ablated, key, without):
    assert {each.name for each in ablated[key] if each.dies} == without


@pytest.fixture(scope="module")
def ablated():
    chosen = ("C02", "C04", "C06", "C12", "C17", "C44", "C70", "C85", "C87", "C88", "C95")
    return ablate(MODEL, [*(TRIANGLE[key].statement for key in chosen), OTHER["C04r"].statement])


def test_ablation_takes_away_every_term_both_options_and_the_stage_parameters(ablated):
    names = {each.name for each in ablated["C12"]}
    assert {term.name for term in MODEL.terms} < names
    assert {"bargaining", "intensity", "sensitivity", "gap_sanction", "feedback"} < names
    plain = check("C12", tri.chapter_model(intensity="none"), points=2048)
    (intensity,) = (each for each in ablated["C12"] if each.name == "intensity")
    assert (intensity.holds, intensity.share.count) == (plain.holds, plain.over.count)
    (isolation,) = (each for each in ablated["C12"] if each.name == "isolation")
    assert isolation.share.count == check("C12", tri.chapter_model(without=["isolation"]), points=2048).over.count


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
def test_windows_agree_with_those_found_by_exact_arithmetic(key, parameter):
    found = next(window for window in TRIANGLE[key].windows if window.parameter == parameter)
    pieces = exact_windows(MODEL, TRIANGLE[key].statement, parameter)
    (here,) = (piece for piece in pieces if piece.low < 0 < piece.high)
    assert here.holds
    for end, exact_end, outermost in ((found.low, here.low, pieces[0].low), (found.high, here.high, pieces[-1].high)):
        if np.isfinite(end):
            np.testing.assert_allclose(end, float(exact_end), atol=1e-7)
        else:
            assert exact_end == outermost


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


def test_a_hundred_per_cent_of_samples_is_not_called_always():
    assert str(TRIANGLE["C89"].over) == "no failure in 8,192 points"
    assert TRIANGLE["C89"].counterexample is not None
    assert TRIANGLE["C89"].interval[0] < 1


def test_a_reader_can_falsify_a_claim_by_moving_one_range():
    moved = MODEL.replace(tri.Parameter("isolation", default=0.25, low=0.05, high=0.45, bounds=(0, 1)))
    before, after = TRIANGLE["C12"], check("C12", moved)
    assert after.share < before.share - 0.1
    gone = MODEL.replace(tri.Parameter("isolation", default=0.1, low=0.0, high=0.2, bounds=(0, 1)))
    assert not check("C12", gone).holds
    assert check("C85s", moved).share > OTHER["C85s"].share


def test_a_model_with_another_default_is_tested_at_its_own_default():
    dear = MODEL.replace(replace(MODEL.parameter("norm_cost"), default=0.2, low=0.05, high=0.35))
    assert not check("C95", dear, points=64).holds
    assert check("C87", dear, points=64).holds == TRIANGLE["C87"].holds  # 2001 has a value of its own


def test_concepts_agree_where_the_west_is_held_and_nash_alone_does_not_make_a_tie():
    found = TRIANGLE["C17"].concepts
    assert found["pairwise"] == found["commitment"]
    assert not found["nash"][0]


@pytest.mark.parametrize(("count", "points"), [(0, 16), (16, 16), (5, 16), (8191, 8192)])
def test_the_interval_of_a_share_is_clopper_and_pearsons(count, points):
    from scipy.stats import binomtest

    expected = binomtest(count, points).proportion_ci(0.95, method="exact")
    np.testing.assert_allclose(Share(count, points).interval, expected, atol=1e-9)


def test_seeds_are_kept_and_matter():
    again, other = check("C12", MODEL, points=512, seed=0), check("C12", MODEL, points=512, seed=2)
    assert again.over == check("C12", tri.chapter_model(), points=512, seed=0).over
    assert again.over != other.over


def test_a_claim_of_ones_own_is_checked_like_the_chapters():
    own = Claim("mine", "S5", "A", "likely", False, "…", nature="consequence", statement=claim("C06").statement)
    assert check(own, MODEL, points=256).share == check("C06", MODEL, points=256).share


@pytest.mark.parametrize(
    "text",
    ["share > 1", "share[a]", "share[a] = 1", "__import__[a] > b", "share[a] > 1 * 2", "share[a] > share[b] * 2", ""],
)
def test_comparisons_of_another_form_are_refused(text):
    with pytest.raises(ValueError, match=r"comparison|unknown"):
        Solutions(MODEL).evaluate(replace(claim("C12").statement, comparisons=(comparison(text),)))


def test_comparisons_are_read_as_written():
    found = comparison("alliance_slack[x] <= 1.5 * leaving[y] - 0.25")
    assert isinstance(found.left, Loss)
    assert (found.relation, found.factor, found.offset, found.right.setting) == ("<=", 1.5, -0.25, "y")
    assert comparison("gap[x] == 0.5").right is None


def test_claims_filter_by_section_tier_and_expectation():
    table = claims()
    assert {c.section for c in table.where(section="S2a")} == {"S2a"} | {c.section for c in table if "S2a" in c.also}
    assert len(table.where(counterintuitive=True)) + len(table.where(counterintuitive=False)) == 107
    with pytest.raises(KeyError):
        table["C999"]
    with pytest.raises(ValueError, match="did you mean"):
        check("C1O2")


# --- views -----------------------------------------------------------------------------------------------------------


def run(*arguments):
    return CliRunner().invoke(app, ["claims", *arguments])


def test_the_command_prints_all_claims_and_no_row_is_hidden():
    result = run("--json", "--points", "64")
    found = json.loads(result.stdout)["verdicts"]
    assert [each["id"] for each in found] == list(registry())
    text = run("--points", "64").stdout
    assert all(re.search(rf"│ {key}\s", text) for key in registry())


def test_the_command_filters_and_formats():
    short = json.loads(run("--verdict", "falls short", "--json").stdout)["verdicts"]
    assert {"C02", "C04", "C85", "C87"} <= {each["id"] for each in short}
    assert run("--section", "S4", "--tier", "A", "--points", "64", "--markdown").stdout.count("\n| C") == 9
    latex = run("--counterintuitive", "--points", "64", "--latex").stdout
    assert latex.startswith(r"\begin{longtable}")
    assert "%" not in re.sub(r"\\%", "", latex)


def test_the_command_tells_one_claim_in_full_and_draws_it(tmp_path):
    path = tmp_path / "c.png"
    result = run("C96", "--points", "64", "--json", "--figure", str(path))
    full = json.loads(result.stdout)
    assert {"windows", "ablation", "concepts", "counterexample", "margins"} <= set(full)
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize(
    "arguments",
    [("C999",), ("--tier", "D"), ("--verdict", "maybe"), ("--section", "S9"), ("C12", "--tier", "A"),
     ("--json", "--latex"), ("--figure", "x.png"), ("C12", "--points", "100"), ("--consistency", "--rivals")],
)  # fmt: skip
def test_bad_input_to_the_command_is_refused(arguments):
    result = run(*arguments)
    assert isinstance(result.exception, ValueError)


def test_the_page_of_verdicts_is_what_the_code_prints():
    page = ROOT_PAGE.read_text(encoding="utf-8")
    for section in verdict_sections(EVERY):
        assert section in page


def test_a_verdict_in_full_says_what_was_read_into_the_claim():
    text = str(check("C21", points=64)) + str(check("C22", points=64)) + str(check("C28", points=64))
    assert "gas_threat" in text
    assert "carried by market" in text
    assert "context: because" in text


def test_the_reasons_on_the_page_are_what_the_code_prints(ablated):
    page = ROOT_PAGE.read_text(encoding="utf-8")
    chosen = [TRIANGLE["C12"], OTHER["C04r"]]
    rows = rows_of(reason_rows(chosen, ablated))
    for row in rows[1:]:
        assert "| " + " | ".join(row) + " |" in page


def test_markup_escapes_what_the_formats_reserve():
    from rich.table import Table

    table = Table("a|b", "c_d")
    table.add_row("x | y\nz", "50 % & {more} \\ ~ ^ # $")
    assert as_markdown(table).splitlines()[-1] == "| x \\| y z | 50 % & {more} \\ ~ ^ # $ |"
    assert r"50 \% \& \{more\} \textbackslash{}" in as_latex(table)


def test_searches_without_anything_uncertain_find_nothing():
    fixed = replace(MODEL, parameters=tuple(replace(p, low=p.default, high=p.default) for p in MODEL.parameters))
    statement = claim("C12").statement.fitted(fixed)
    assert windows(fixed, statement) == ()
    trials = Trials(fixed, points=4)
    assert trials.share(statement).count == 4
    assert counterexample(trials, statement) is None
    assert Box.plausible(fixed).ranges == {}


def test_the_command_tells_thresholds_and_where_a_change_switches_sign():
    runner = CliRunner()
    plain = json.loads(runner.invoke(app, ["thresholds", "us_russia_reset", "detente", "--json"]).stdout)
    assert [each["exact"] for each in plain["thresholds"]] == ["337/1129"]
    signs = runner.invoke(app, ["thresholds", "us_russia_reset", "isolation", "--measure", "intensity"]).stdout
    assert "0.292147 … 1" in signs
    assert signs.index("[falls]") < signs.index("[rises]")
    for wrong in (["--against", "baseline_2001"], ["--measure", "intensit"]):
        assert isinstance(
            runner.invoke(app, ["thresholds", "us_russia_reset", "detente", *wrong]).exception, ValueError
        )
    alone = runner.invoke(app, ["thresholds", "baseline_2016", "detente", "--measure", "intensity"])
    assert "no baseline" in str(alone.exception)
