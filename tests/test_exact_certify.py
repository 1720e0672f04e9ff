import ast
import copy
from dataclasses import replace
from fractions import Fraction as F
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
import triangle.exact.checker
from exact_oracle import equilibria, payoffs_at
from strategies import families
from triangle.chapter.claims import claim
from triangle.chapter.form import COMMITMENTS
from triangle.exact import (
    Certificate,
    Counterexample,
    Refused,
    Undecided,
    certify,
    check_certificate,
    largest_box,
    nearest_change,
)
from triangle.exact.displaced import setting_values
from triangle.exact.family import exact_family
from triangle.exact.forms import form_of, value_at
from triangle.exact.point import Judge
from triangle.exact.rational import exact
from triangle.scenario import Scenario
from triangle.statement import Box, Comparison, Loss, Setting, Statement, Value

MODEL = tri.chapter_model()
TRUE = {
    ">": lambda x: x > 0,
    ">=": lambda x: x >= 0,
    "<": lambda x: x < 0,
    "<=": lambda x: x <= 0,
    "==": lambda x: x == 0,
}


# --- measures in exact algebra ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"intensity": "none"}, {"bargaining": "outside_option"}])
def test_exact_forms_are_what_the_arrays_say(options):
    model = tri.chapter_model(**options)
    family = exact_family(model)
    rng = np.random.default_rng(3)
    for _ in range(4):
        values = {p.name: round(float(rng.uniform(*p.admissible)), 4) for p in model.parameters}
        arrays = model.evaluate(values)
        at = {name: exact(value) for name, value in values.items()}
        for measure in (m for m in model.measures if m.name != "floor_binds"):
            for profile in map(int, rng.integers(0, model.form.size, 8)):
                form = form_of(measure, [family.quantity(name, profile) for name in measure.quantities])
                expected = arrays[measure.name].reshape(-1)[profile]
                assert float(value_at(form, at)) == pytest.approx(expected, abs=1e-12, nan_ok=True), measure.name


def test_a_measure_that_is_no_polynomial_and_is_not_listed_is_refused():
    side = Value("floor_binds", "now")
    statement = Statement("floors", (Setting("now", tri.scenario("baseline_2016")),), (Comparison(side, "<=", None),))
    with pytest.raises(ValueError, match="'floor_binds' has no exact form"):
        certify(MODEL, None, statement)


def squared(own, other):
    return own * own - 2 * other


def test_a_modellers_own_polynomial_measure_needs_no_listing():
    model = MODEL.add(tri.Measure("odd", ("foundation", "product"), squared))
    statement = Statement(
        "odd", (Setting("now", tri.scenario("baseline_2016")),), (Comparison(Value("odd", "now"), ">", offset=-9.0),)
    )
    found = certify(model, None, statement, 0.5)
    assert isinstance(found, Certificate)
    assert check_certificate(model, found)


# --- random families against the definition ---------------------------------------------------------------------------


@st.composite
def questions(draw):
    """A family, a statement about payoffs in two settings, and ranges that are cut by the bounds now and then."""
    family, values, _ = draw(families())
    base = Scenario("here", "", "", {name: float(array[0]) for name, array in values.items()})
    held = {"P0": "a0"} if draw(st.booleans()) else {}
    how, number = draw(st.sampled_from([("plus", 1.0), ("times", 0.5), ("set", 3.0), ("set", 0.0)]))
    changes = {draw(st.sampled_from(sorted(values))): (how, number)}
    both = (Setting("a", replace(base, held=held)), Setting("b", base, changes))
    names = [f"payoff_{player.name}" for player in family.form.players]
    side = st.builds(Value, st.sampled_from(names), st.sampled_from(["a", "b"]))
    comparison = st.builds(
        Comparison,
        side,
        st.sampled_from(sorted(TRUE)),
        st.none() | side,
        st.sampled_from([1.0, 0.5]),
        st.sampled_from([0.0, -2.5, -9.0, 3.0]),
    )
    statement = Statement("random", both, tuple(draw(st.lists(comparison, min_size=1, max_size=2))))
    ends = st.sampled_from([(-0.25, 0.25), (-0.5, 0.0), (-1.5, 1.0), (0.0, 2.5)])
    ranges = {name: draw(ends) for name in draw(st.lists(st.sampled_from(sorted(values)), min_size=1, unique=True))}
    return family, statement, ranges


def failures(family, statement, displacement, concept):
    """The combinations of equilibria with which some comparison fails, and whether every setting has an equilibrium."""
    values = {s.label: setting_values(family, s, displacement) for s in statement.settings}
    stable = {s.label: equilibria(family, values[s.label], concept, s.scenario.held) for s in statement.settings}
    pay = {label: payoffs_at(family, at) for label, at in values.items()}
    shape = family.form.shape
    bad = []
    for comparison in statement.comparisons:
        labels = list(dict.fromkeys(side.setting for side in comparison.sides))
        for chosen in product(*(stable[label] for label in labels)):
            at = dict(zip(labels, chosen, strict=True))
            numbers = [
                pay[side.setting][family.form.index(side.measure.removeprefix("payoff_"))][
                    tuple(map(int, np.unravel_index(at[side.setting], shape)))
                ]
                for side in comparison.sides
            ]
            right = exact(comparison.factor) * numbers[1] if len(numbers) > 1 else 0
            if not TRUE[comparison.relation](numbers[0] - right - exact(comparison.offset)):
                bad.append((str(comparison), at))
    return bad, all(stable.values())


@given(questions(), st.sampled_from(["nash", "pairwise"]), st.integers(0, 2**32 - 1))
def test_what_is_certified_holds_and_what_is_refuted_fails_by_the_definition(question, concept, seed):
    family, statement, ranges = question
    found = certify(family, None, statement, ranges, budget=48, concept=concept)
    if isinstance(found, Undecided):
        assert 0 < found.share_left <= 1
        assert found.reason == "the budget is spent" or found.reason.startswith("the checker refused")
        return
    assert check_certificate(family, found, statement)
    if isinstance(found, Counterexample):
        bad, exists = failures(family, statement, found.displacement, concept)
        assert not exists if found.fails == "existence" else found.fails in [name for name, _ in bad]
        assert not found.tie
        return
    rng = np.random.default_rng(seed)
    for _ in range(12):  # points at which nothing is a tie unless it is one all around
        moved = {
            n: exact(low) + F(int(rng.integers(1, 9973)), 9973) * (exact(high) - exact(low))
            for n, (low, high) in ranges.items()
        }
        bad, exists = failures(family, statement, moved, concept)
        assert not bad
        assert exists or not found.exists


# --- the chapter ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["C05", "C08", "C10", "C18", "C70", "C84", "C102"])
def test_claims_proved_on_the_default_box(key):
    found = certify(MODEL, None, claim(key).statement)
    assert isinstance(found, Certificate)
    assert found.exists
    assert check_certificate(MODEL, found, claim(key).statement)
    assert (found.tie is not None) == (key == "C70")


@pytest.mark.parametrize(
    ("key", "fails"),
    [
        ("C03", "intensity[pressed_crisis] > intensity[pressed]"), ("C12", "intensity[after] > intensity[before]"),
        ("C88", "relation_West_Russia[after] == 2"), ("C89", "share[more] < share[less]"),
    ],
)  # fmt: skip
def test_claims_refuted_on_the_default_box_by_a_rational_point(key, fails):
    """Sampling finds no failure of C03, C88 and C89 in 2¹³ points."""
    statement = claim(key).statement
    found = certify(MODEL, None, statement)
    assert isinstance(found, Counterexample)
    assert found.fails == fails
    assert not found.tie
    assert 0 < found.distance <= 1
    assert check_certificate(MODEL, found, statement)
    assert not Judge(MODEL, statement).truth(found.displacement).holds


@pytest.mark.parametrize(("key", "proved", "fails"), [("C12", 0.15, 0.18), ("C06", 0.10, 0.13), ("C26", 0.42, 0.46)])
def test_the_largest_box_of_a_claim_is_the_known_one(key, proved, fails):
    found = largest_box(MODEL, claim(key).statement, precision=1 / 32)
    assert proved - 0.03 < float(found.proved) < float(found.fails) < fails + 0.03
    assert found.certificate.factor == found.proved
    assert check_certificate(MODEL, found.certificate)
    assert check_certificate(MODEL, found.counterexample)


def test_the_failure_of_no_alliance_at_a_corner_is_a_tie():
    found = certify(MODEL, None, claim("C17").statement)
    assert isinstance(found, Certificate)
    assert found.tie.tie
    assert found.tie.fails == "depth[PC] == 1"
    moved = {name: float(abs(found.tie.displacement[name])) for name in ("primacy", "threat", "autonomy")}
    assert moved == {"primacy": 0.2, "threat": 0.2, "autonomy": 0.1}
    assert check_certificate(MODEL, found.tie)


def test_a_claim_can_be_certified_from_another_scenario():
    found = certify(MODEL, "baseline_2008", claim("C10").statement, 0.5)
    assert isinstance(found, Certificate)
    assert found.written["statement"]["settings"][0]["values"]["energy"] == "1/4"


def test_without_a_budget_it_says_what_is_left():
    found = certify(MODEL, None, claim("C86").statement, budget=5)
    assert isinstance(found, Undecided)
    assert 0 < found.share_left <= 1
    assert "of the box left" in str(found)


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ({"sanction": (0, 1)}, "did you mean 'sanctions'"),
        ({"sanctions": (1, 0)}, "lower end first"),
        (-1, "must not be negative"),
    ],
)
def test_faulty_boxes_are_refused(box, message):
    with pytest.raises(ValueError, match=message):
        certify(MODEL, None, claim("C10").statement, box)


def test_commitment_is_to_be_stated_as_settings():
    with pytest.raises(ValueError, match="state each commitment as a setting"):
        certify(MODEL, None, claim("C10").statement, concept="commitment")


def test_a_box_may_be_given_by_its_ranges():
    box = Box({"territory": (-0.1, 0.1), "crisis": (0.0, 0.05)}, "by hand")
    found = certify(MODEL, None, claim("C10").statement, box)
    assert found.factor is None
    assert set(found.written["box"]["ranges"]) == {"territory", "crisis"}


# --- saving, and tampering --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate():
    found = certify(MODEL, None, claim("C08").statement)
    assert found.boxes == 3
    return found


@pytest.fixture(scope="module")
def rooted():
    return certify(MODEL, None, claim("C04").statement, 0.15)


@pytest.fixture(scope="module")
def chorded():
    return certify(MODEL, None, claim("C91").statement, 0.25)


def test_a_certificate_survives_saving_and_loading(certificate, tmp_path):
    path = tmp_path / "C08.json"
    certificate.save(path)
    loaded = Certificate.load(path)
    assert loaded.written == certificate.written
    assert check_certificate(MODEL, loaded)
    assert [each.name for each in tmp_path.iterdir()] == ["C08.json"]


def test_a_file_that_is_no_certificate_is_told(tmp_path):
    path = tmp_path / "other.json"
    path.write_text("[1, 2]")
    with pytest.raises(ValueError, match="this is no certificate"):
        Certificate.load(path)


def leaves(node):
    return [leaf for child in node["split"][2:] for leaf in leaves(child)] if "split" in node else [node]


def widen(written):
    for name, (low, high) in written["box"]["ranges"].items():
        written["box"]["ranges"][name] = [str(3 * F(low)), str(3 * F(high))]
        if name in written["box"]["kept"]:
            written["box"]["kept"][name] = written["box"]["ranges"][name]


def flip(written):
    shown = leaves(written["proof"])[0]["shown"][0]
    steps = next(each for each in shown[4] if len(each) > 1)
    steps[1] = steps[1][:-1] + ("+" if steps[1][-1] == "-" else "-")


def split_outside(written):
    written["proof"]["split"][1] = "7"


def drop_pair(written):
    leaves(written["proof"])[0]["shown"].pop()


def drop_profile(written):
    leaves(written["proof"])[0]["out"]["less"].pop()


def drop_box(written):
    written["proof"] = written["proof"]["split"][2]


def no_such_move(written):
    leaves(written["proof"])[0]["out"]["less"][0][1] = 143


def another_model(written):
    written["model"]["digest"] = "0" * 16


def another_name(written):
    written["statement"]["name"] = "C09"


def another_factor(written):
    written["statement"]["comparisons"][0]["factor"] = "9/10"


def another_value(written):
    written["statement"]["settings"][0]["values"]["energy"] = "1/2"


def another_route(written):
    leaves(written["proof"])[0]["shown"][0][2] = "root"


def invented_route(written):
    leaves(written["proof"])[0]["shown"][0][2] = "trust me"


def no_witness(written):
    node = leaves(written["existence"])[0]
    del node["witness"]["less"]


def weak_witness(written):
    leaves(written["existence"])[0]["witness"]["less"]["profiles"][0][0] = 0


def weak_condition(written):
    leaves(written["existence"])[0]["witness"]["less"]["profiles"][0][1].pop()


def future_format(written):
    written["format"] = 2


def no_box(written):
    del written["box"]


def another_concept(written):
    written["concept"] = "core"


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (widen, "bends inside"), (flip, "not monotone"), (split_outside, "not inside it"),
        (drop_pair, "is not shown for profiles"), (drop_profile, "is not shown for profiles"),
        (drop_box, "bends inside"), (no_such_move, "no move from"), (another_model, "another family"),
        (another_name, "was changed"), (another_factor, "was changed"), (another_value, "was changed"),
        (another_route, "for a first root alone"), (invented_route, "no such route"),
        (no_witness, "without an equilibrium"), (weak_witness, "not open"),
        (weak_condition, "left out"), (future_format, "format 1"), (no_box, "broken"),
        (another_concept, "no such concept"),
    ],
)  # fmt: skip
def test_a_tampered_certificate_is_refused(certificate, tamper, reason):
    written = copy.deepcopy(certificate.to_dict())
    tamper(written)
    with pytest.raises(Refused, match=reason):
        check_certificate(MODEL, written)


def test_every_step_of_a_proof_is_needed(certificate):
    """Leaving out any profile or any comparison of any leaf is refused."""
    count = 0
    for kind in ("out", "shown"):
        for k, leaf in enumerate(leaves(certificate.to_dict()["proof"])):
            places = (
                [(label, j) for label, items in leaf["out"].items() for j in range(len(items))]
                if kind == "out"
                else list(range(len(leaf["shown"])))
            )
            for place in places[::20]:
                written = copy.deepcopy(certificate.to_dict())
                found = leaves(written["proof"])[k][kind]
                del (found[place[0]] if kind == "out" else found)[place[1] if kind == "out" else place]
                with pytest.raises(Refused):
                    check_certificate(MODEL, written)
                count += 1
    assert count > 8


@pytest.mark.parametrize("numbers", [["0"], ["-3/7"], [], ["1", "1"], ["1000"]])
def test_a_tangent_with_a_number_that_makes_it_invalid_is_refused(rooted, numbers):
    _with_numbers(rooted, "tangent", numbers)


@pytest.mark.parametrize("numbers", [["-1", "1/2"], ["0", "0"], [], ["9", "9"], ["1"]])
def test_a_chord_with_numbers_that_make_it_invalid_is_refused(chorded, numbers):
    _with_numbers(chorded, "chord", numbers)


def _with_numbers(certificate, route, numbers):
    written = copy.deepcopy(certificate.to_dict())
    entries = [entry for leaf in leaves(written["proof"]) for entry in leaf["shown"] if entry[2] == route]
    assert entries
    assert check_certificate(MODEL, written)
    for entry in entries:
        entry[3] = numbers
    with pytest.raises(Refused):
        check_certificate(MODEL, written)


def test_a_certificate_is_about_one_statement_and_one_family(certificate):
    with pytest.raises(Refused, match="another statement"):
        check_certificate(MODEL, certificate, claim("C10").statement)
    with pytest.raises(Refused, match="another family"):
        check_certificate(tri.chapter_model(without=["elites"]), certificate)
    stronger = MODEL.replace(
        tri.Term("arms_trade", "arms", {"Russia": 2 * MODEL.term("arms_trade").payoffs["Russia"]}, role="product")
    )
    with pytest.raises(Refused, match="another family"):
        check_certificate(stronger, certificate)


def test_what_is_not_even_a_mapping_is_refused():
    with pytest.raises(Refused, match="a certificate is a mapping"):
        check_certificate(MODEL, [1, 2])


@pytest.fixture(scope="module")
def refutation():
    return certify(MODEL, None, claim("C12").statement)


def home(written):
    written["point"] = {}


def far(written):
    written["point"]["sanctions"] = "9"


def other_profile(written):
    written["refutes"]["profiles"]["after"] = 100


def other_comparison(written):
    written["refutes"]["comparison"] = 2


def nothing_stable(written):
    written["refutes"] = {"comparison": None, "profiles": {"after": -1}, "tie": False}


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (home, "the comparison holds"), (far, "outside the box"), (other_profile, "is not stable"),
        (other_comparison, "the comparison holds"), (nothing_stable, "has an equilibrium"),
        (another_model, "another family"), (another_name, "was changed"), (no_box, "broken"),
    ],
)  # fmt: skip
def test_a_tampered_counterexample_is_refused(refutation, tamper, reason):
    written = copy.deepcopy(refutation.to_dict())
    tamper(written)
    with pytest.raises(Refused, match=reason):
        check_certificate(MODEL, written)


def test_the_checker_shares_nothing_with_the_search():
    folder = Path(triangle.exact.checker.__file__).parent
    allowed = {"triangle.family", "triangle.parts"}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level > 1:
                assert node.level == 3, path
                assert f"triangle.{node.module}" in allowed
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1 or not node.module.startswith("triangle")
            elif isinstance(node, ast.Import):
                assert not any(alias.name.startswith(("triangle", "numpy")) for alias in node.names)


# --- the nearest change -----------------------------------------------------------------------------------------------


def held(code):
    return replace(tri.scenario("baseline_2016"), held={"West": COMMITMENTS[code]})


def test_the_nearest_change_of_the_equilibria_is_proved_and_solved_on_both_sides():
    found = nearest_change(MODEL, held("AE"), most=2, precision=1 / 16)
    assert 0.4 < float(found.proved) < float(found.flips) < 0.62
    assert found.before["now"] != found.after["now"]
    here = found.before["now"][0]
    assert here == ("accommodate/engage", "cooperate/partner", "cooperate/partner")
    statement = Statement(
        "turns", (Setting("now", held("AE")),), (Comparison(Value("relation_West_Russia", "now"), "==", offset=2.0),)
    )
    assert not Judge(MODEL, statement).truth(found.point).holds
    single = {change.parameter: change for change in found.singles}
    assert single["detente"].value == F(337, 1129)
    assert float(single["assertion"].value) == 0.5775
    assert [change.half_widths for change in found.singles] == sorted(change.half_widths for change in found.singles)


def test_a_proof_that_an_outcome_stays_is_refused_on_a_wider_box():
    found = nearest_change(MODEL, held("AE"), most=0.25)
    assert found.flips is None
    assert found.proved == F(1, 4)
    triangle.exact.checker.check_outcome(MODEL, found.proof)
    written = copy.deepcopy(found.proof)
    widen(written)
    with pytest.raises(Refused):
        triangle.exact.checker.check_outcome(MODEL, written)
    written = copy.deepcopy(found.proof)
    written["stays_out"].pop()
    with pytest.raises(Refused, match="was changed"):
        triangle.exact.checker.check_outcome(MODEL, written)


def test_the_nearest_change_of_a_profile_is_where_it_ceases_to_be_stable():
    profile = ("accommodate/engage", "cooperate/partner", "cooperate/partner")
    found = nearest_change(MODEL, held("AE"), profile, most=1, precision=1 / 8)
    assert profile in found.before["now"]
    assert profile not in found.after["now"]
    confront = ("accommodate/engage", "confront/partner", "cooperate/partner")
    there = nearest_change(MODEL, held("AE"), confront, most=1, precision=1 / 8)
    assert confront not in there.before["now"]
    assert confront in there.after["now"]


def test_a_single_parameter_flips_a_statement_at_the_known_values():
    statement = claim("C12").statement
    only = replace(statement, comparisons=statement.comparisons[:1])
    found = nearest_change(MODEL, None, only, most=0.25, precision=1 / 16)
    near = {change.parameter: float(change.value) for change in found.singles[:4]}
    known = {"isolation": 0.2494, "sensitivity": 0.3507, "offset": 0.5616, "lock_in": 0.0297}
    assert near == pytest.approx(known, abs=6e-5)
    assert 0.1 < float(found.proved) < float(found.flips) < 0.25


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("equilibrium", "did you mean 'equilibria'"),
        (("pressure/engage", "confront/partner", "cooperate/partner"), "does not fit"),
    ],
)
def test_an_outcome_that_cannot_be_asked_about_is_refused(until, message):
    with pytest.raises(ValueError, match=message):
        nearest_change(MODEL, held("AE"), until)


def test_a_statement_that_does_not_hold_has_no_nearest_end():
    statement = Statement(
        "false", (Setting("now", held("AE")),), (Comparison(Value("depth", "now"), "==", offset=2.0),)
    )
    with pytest.raises(ValueError, match="does not hold to begin with"):
        nearest_change(MODEL, None, statement)


def test_a_loss_of_a_move_can_be_certified():
    leaving = Loss("leaving", "Russia", (("Russia", "China", "distance"),), "now")
    statement = Statement(
        "Russia would lose by leaving", (Setting("now", held("PE")),), (Comparison(leaving, ">", offset=0.25),)
    )
    found = certify(MODEL, None, statement, 0.5)
    assert isinstance(found, Certificate)
    assert check_certificate(MODEL, found)
