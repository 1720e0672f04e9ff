"""Certificates are saved, loaded and checked on their own; whatever was changed in one is refused."""

import ast
import copy
from fractions import Fraction as F
from importlib import import_module
from math import isqrt
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import triangle as tri
import triangle.exact.checker
from triangle.chapter.claims import claim
from triangle.exact import Certificate, Refused, certify, check_certificate
from triangle.exact.checker.refutation import _sign
from triangle.exact.rational import root_sign

MODEL = tri.chapter_model()


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
    written["box"]["factor"] = None
    for name, (low, high) in written["box"]["ranges"].items():
        written["box"]["ranges"][name] = [str(3 * F(low)), str(3 * F(high))]
        if name in written["box"]["kept"]:
            written["box"]["kept"][name] = written["box"]["ranges"][name]


def flip(written):
    shown = leaves(written["proof"])[0]["shown"][0]
    steps = next(each for each in shown[4] if len(each) > 1)
    steps[1] = steps[1][:-1] + ("+" if steps[1][-1] == "-" else "-")


def other_factor(written):
    written["box"]["factor"] = "2"


def other_meaning(written):
    written["semantics"] = "It holds at ties, too."


def split_outside(written):
    written["proof"]["split"][1] = "7"


def split_at_an_end(k):
    def tamper(written):
        name = written["proof"]["split"][0]
        written["proof"]["split"][1] = str(F(written["box"]["kept"][name][k]) + F(written["box"]["origins"][name]))

    return tamper


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
        (widen, "bends inside"), (other_factor, "not 2 times the plausible"), (other_meaning, "something else"),
        (flip, "not monotone"), (split_outside, "not inside it"),
        (split_at_an_end(0), "not inside it"), (split_at_an_end(1), "not inside it"),
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


def missing_profile(written):
    del written["refutes"]["profiles"]["after"]


def nothing_stable(written):
    written["refutes"] = {"comparison": None, "profiles": {"after": -1}, "tie": False}


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (home, "the comparison holds"), (far, "outside the box"), (other_profile, "is not stable"),
        (other_comparison, "the comparison holds"), (nothing_stable, "has an equilibrium"),
        (another_concept, "no such concept"), (future_format, "format 1"),
        (missing_profile, "profiles of the settings compared"),
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


def test_a_tree_with_too_many_nodes_is_refused(certificate, monkeypatch):
    monkeypatch.setattr(import_module("triangle.exact.checker.check"), "MOST_NODES", 2)
    with pytest.raises(Refused, match="too large"):
        check_certificate(MODEL, certificate)


@pytest.mark.parametrize("digits", [3, 20, 70])
def test_the_sign_of_a_number_close_to_a_root_is_found(digits):
    below = F(isqrt(2 * 10 ** (2 * digits)), 10**digits)
    assert _sign(-below, (F(1), F(2)), (F(0), F(0))) == 1
    assert _sign(-below - F(1, 10**digits), (F(1), F(2)), (F(0), F(0))) == -1


SMALL, UNDER = st.integers(-4, 4).map(F), st.sampled_from([F(k) for k in (0, 1, 2, 4, 8, 9)] + [F(1, 2), F(9, 4)])


@settings(max_examples=400)
@example(F(-1), (F(1), F(4)), (F(-1), F(1)))
@example(F(-3), (F(1), F(4)), (F(1), F(1)))
@example(F(0), (F(2), F(2)), (F(-1), F(8)))
@given(SMALL, st.tuples(SMALL, UNDER), st.tuples(SMALL, UNDER))
def test_the_checker_finds_the_sign_that_the_search_finds(plain, first, second):
    assert _sign(plain, first, second) == root_sign(plain, *first, *second)
