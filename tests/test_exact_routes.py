"""What suffices for a comparison: the search and the checker say the same, and what they say is true."""

from fractions import Fraction as F
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triangle.exact.checker import Refused
from triangle.exact.checker.arithmetic import P, shown
from triangle.exact.checker.required import Expression, Inequality, required
from triangle.exact.forms import Form
from triangle.exact.rational import Polynomial, root_sign
from triangle.exact.routes import Atom, routes

ROOTED = ["plain", "root", "product", "plain product", "below", "tangent", "chord", "falling chord"]
NUMBER = st.builds(F, st.integers(-12, 12), st.integers(1, 3))
POSITIVE = st.builds(F, st.integers(0, 12), st.integers(1, 3))


def constant(value):
    return P({(): F(value)})


def value(form):
    """(plain, factor, under) of an expression of constants; None if it is undefined."""
    numbers = [part.constant() for part in (form.top, form.bottom, form.lift, form.drop, form.one, form.two)]
    top, bottom, lift, drop, one, two = numbers
    if bottom <= 0:
        return None
    plain = top / bottom
    plain = min(max(plain, F(0)), F(1)) if form.cut else plain
    return (plain, lift / drop, one * two) if lift and one > 0 and two > 0 else (plain, F(0), F(0))


def holds(asked, a, b):
    one, two = value(a), value(b)
    if one is None or two is None:
        return False
    plain = asked.more * one[0] - asked.less * two[0] + asked.plus
    told = root_sign(plain, asked.more * one[1], one[2], -asked.less * two[1], two[2])
    return told > 0 or (told == 0 and not asked.strict)


asked = st.builds(Inequality, st.just(0), st.booleans(), st.booleans(), POSITIVE, POSITIVE, NUMBER)


@settings(max_examples=800)
@given(
    asked,
    st.sampled_from(ROOTED),
    st.lists(NUMBER, min_size=8, max_size=8),
    st.lists(POSITIVE, min_size=4, max_size=4),
    st.booleans(),
)
def test_where_a_route_for_roots_is_satisfied_the_inequality_holds(asked, route, numbers, positive, equal):
    top_a, top_b, one, two, three, four, *_ = map(constant, numbers)
    if equal:
        three, four = one, two
    a = Expression(top_a, lift=constant(positive[0]), one=one, two=two)
    b = Expression(top_b, lift=constant(positive[1]), one=three, two=four)
    chosen = {"below": positive[2:3], "tangent": positive[2:3], "chord": positive[2:], "falling chord": positive[2:]}
    try:
        needs = required(route, chosen.get(route, []), asked, a, b)
    except Refused:
        return
    if all(shown(polynomial, {}, ["terms"], strict) for polynomial, strict in needs):
        assert holds(asked, a, b)


@settings(max_examples=800)
@given(asked, st.lists(NUMBER, min_size=4, max_size=4), st.booleans(), st.booleans())
def test_where_ratios_are_compared_the_inequality_holds(asked, numbers, cut_a, cut_b):
    a = Expression(constant(numbers[0]), constant(numbers[1]), cut=cut_a)
    b = Expression(constant(numbers[2]), constant(numbers[3]), cut=cut_b)
    try:
        needs = required("ratio", [], asked, a, b)
    except Refused:
        return
    if all(shown(polynomial, {}, ["terms"], strict) for polynomial, strict in needs):
        assert holds(asked, a, b)


@settings(max_examples=300)
@given(asked, st.sampled_from(["rising", "falling"]), st.lists(NUMBER, min_size=6, max_size=6))
def test_where_one_root_counts_the_right_way_the_inequality_holds(asked, route, numbers):
    top_a, top_b, lift, drop, one, two = map(constant, numbers)
    rooted = {"lift": lift, "drop": drop, "one": one, "two": two}
    a = Expression(top_a, **(rooted if route == "rising" else {}))
    b = Expression(top_b, **(rooted if route == "falling" else {}))
    if drop.constant() == 0:
        return
    try:
        needs = required(route, [], asked, a, b)
    except Refused:
        return
    if all(shown(polynomial, {}, ["terms"], strict) for polynomial, strict in needs):
        assert holds(asked, a, b)


@pytest.mark.parametrize(("route", "lift"), [("product", 1), ("root", 0)])
def test_a_root_that_is_not_there_is_no_greater_than_one_that_counts_as_zero(route, lift):
    """0·√1 > √(1·−1), which counts as 0, is false, although 0² − 1·−1 is positive; so is 0·√1 > 0."""
    none = Expression(constant(0), one=constant(1), two=constant(1))
    counted = Expression(constant(0), lift=constant(lift), one=constant(1), two=constant(-1))
    with pytest.raises(Refused, match="first root"):
        required(route, [], Inequality(0, False, True, F(1), F(1), F(0)), none, counted)


@pytest.mark.parametrize("route", ROOTED)
@pytest.mark.parametrize("signs", [(-1, 1), (1, -1)])
def test_a_root_with_a_negative_number_before_it_is_not_bounded_like_one_with_a_positive(route, signs):
    a, b = (Expression(constant(9), lift=constant(F(s, 2)), one=constant(1), two=constant(1)) for s in signs)
    with pytest.raises(Refused, match="needs roots with numbers before them"):
        required(route, [F(1), F(1)], Inequality(0, False, True, F(1), F(1), F(0)), a, b)


@pytest.mark.parametrize("numbers", [[-1, 2], [2, -1], [0, 0], [], [1], [1, 1, 1]])
@pytest.mark.parametrize("route", ["chord", "falling chord"])
def test_a_chord_has_two_numbers_not_negative_and_not_both_zero(route, numbers):
    """√0 − √0 − 1 is negative; yet with c = d = 0 nothing that is needed for a falling chord would fail."""
    a = Expression(constant(-1), lift=constant(1), one=constant(0), two=constant(1))
    b = Expression(constant(0), lift=constant(1), one=constant(0), two=constant(1))
    with pytest.raises(Refused, match="two numbers, not negative"):
        required(route, list(map(F, numbers)), Inequality(0, False, False, F(1), F(1), F(0)), a, b)


@pytest.mark.parametrize("numbers", [[], [0], [-1], [1, 1]])
@pytest.mark.parametrize("route", ["below", "tangent"])
def test_a_tangent_touches_at_one_positive_number(route, numbers):
    one = Expression(constant(1), lift=constant(1), one=constant(1), two=constant(1))
    with pytest.raises(Refused, match="one positive number"):
        required(route, list(map(F, numbers)), Inequality(0, False, True, F(1), F(1), F(0)), one, one)


NAMES = st.sampled_from(["x", "y"])
POWERS = st.dictionaries(NAMES, st.integers(1, 3)).map(lambda powers: tuple(sorted(powers.items())))
POLYNOMIALS = st.dictionaries(POWERS, NUMBER, max_size=5).map(P)
SIDES = st.tuples(st.builds(F, st.integers(-6, 6), st.just(3)), POSITIVE).map(lambda ends: (ends[0], ends[0] + ends[1]))
FIXED = st.lists(st.sampled_from(["x-", "x+", "y-", "y+", "z-"]), max_size=2)


@settings(max_examples=400)
@given(POLYNOMIALS, SIDES, SIDES, st.sampled_from(["terms", "bernstein"]), FIXED, st.booleans())
def test_what_is_shown_on_a_box_holds_at_its_points(polynomial, first, second, how, fixed, strict):
    ends = {"x": first, "y": second}
    try:
        told = shown(polynomial, ends, [how, *fixed], strict)
    except Refused:
        return
    points = [
        [low + (high - low) * F(k, 4) for k in range(5)] + [F(0)] * (low < 0 < high) for low, high in (first, second)
    ]
    least = min(at(polynomial, {"x": x, "y": y}) for x in points[0] for y in points[1])
    assert not told or least > 0 or (least == 0 and not strict)


def at(polynomial, values):
    return sum((c * prod(values[n] ** p for n, p in key) for key, c in polynomial.terms.items()), F(0))


@given(st.lists(NUMBER, min_size=4, max_size=4), SIDES, SIDES, st.booleans())
def test_what_is_linear_in_each_variable_is_shown_whenever_it_is_so_at_the_corners(numbers, first, second, strict):
    x, y = (("x", 1),), (("y", 1),)
    polynomial = P(dict(zip([(), x, y, x + y], numbers, strict=True)))
    least = min(at(polynomial, {"x": x, "y": y}) for x in first for y in second)
    told = shown(polynomial, {"x": first, "y": second}, ["bernstein"], strict)
    assert told == (least > 0 or (least == 0 and not strict))


@pytest.mark.parametrize("power", [2, 4])
def test_an_even_power_is_zero_within_a_box_about_zero(power):
    polynomial, ends = P({(("x", power),): F(1), (): F(-1, 9)}), {"x": (F(-1), F(2))}
    assert not shown(polynomial, ends, ["terms"], False)
    assert shown(polynomial + F(1, 9), ends, ["terms"], False)
    assert shown(polynomial, {"x": (F(2, 3), F(2))}, ["bernstein", "x-"], True)


@pytest.mark.parametrize("how", ["terms", "bernstein"])
def test_zero_is_not_negative_and_not_positive(how):
    assert shown(constant(0), {}, [how], False)
    assert not shown(constant(0), {}, [how], True)


@pytest.mark.parametrize("steps", [["sharp"], ["terms", "x*"], ["terms", "x"]])
def test_steps_of_no_known_kind_are_refused(steps):
    with pytest.raises(Refused, match=r"no such bound|fixed at"):
        shown(P({(("x", 1),): F(1)}), {"x": (F(1), F(2))}, steps, True)


class Fixed:
    """Numbers for routes, chosen once."""

    def ratio(self, first, second):
        return F(3, 7)

    def root_floor(self, squared):
        return F(1, 3)

    def root_ceiling(self, squared):
        return F(5, 2)


X, Y = Polynomial.variable("x"), Polynomial.variable("y")
SHARE = Form(X * 2 - 1, X + Y, clipped=True)
OTHER = Form(Y - X, X + 1, clipped=True)
ROOT = Form(X + 2, factor=Polynomial.constant(2), takes=(X, Y + 1))
LESS = Form(Y * Y, factor=Polynomial.constant(1), takes=(Y, X + Y))
DIVIDED = Form(X, factor=Y - X, factor_divisor=X + Y, takes=(X, Y))
PLAIN = Form(X * Y - 3)


@pytest.mark.parametrize(
    ("big", "small"),
    [
        (PLAIN, PLAIN), (PLAIN, SHARE), (SHARE, PLAIN), (SHARE, OTHER), (ROOT, LESS), (LESS, ROOT), (ROOT, ROOT),
        (ROOT, PLAIN), (PLAIN, LESS), (DIVIDED, PLAIN), (PLAIN, DIVIDED),
    ],
)  # fmt: skip
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("beta", "sigma", "gamma"), [(1, 1, 0), (1, F(19, 20), 0), (F(17, 20), 1, 0), (1, 1, F(-1, 4)), (2, 1, 1)]
)
def test_the_checker_asks_for_what_the_search_offers(big, small, strict, beta, sigma, gamma):
    atom = Atom(0, 1, strict, F(beta), F(sigma), F(gamma))
    asked = Inequality(0, False, strict, F(beta), F(sigma), F(gamma))
    offered = list(routes(atom, big, small, Fixed()))
    for route in offered:
        wanted = required(route.name, route.numbers, asked, expression(big), expression(small))
        assert [strict for _, strict in wanted] == [strict for _, strict in route.needs]
        for (theirs, _), (ours, _) in zip(wanted, route.needs, strict=True):
            assert theirs.terms == lifted(ours).terms
    assert len({route.name for route in offered}) == len(offered)
    if (beta, sigma, gamma) == (1, 1, 0) and (not strict or (big, small) != (ROOT, ROOT)):
        assert offered


def lifted(part):
    return P(part.terms) if isinstance(part, Polynomial) else constant(part)


def expression(form):
    first, second = form.takes
    parts = map(lifted, (form.factor, form.factor_divisor, first, second))
    return Expression(lifted(form.base), lifted(form.divisor), form.clipped, *parts)


@pytest.mark.parametrize(("more", "less"), [(-1, 1), (1, -1)])
def test_a_measure_that_is_cut_is_not_compared_with_a_negative_factor(more, less):
    cut = Expression(constant(1), constant(2), cut=True)
    with pytest.raises(Refused, match="factors that are not negative"):
        required("ratio", [], Inequality(0, False, True, F(more), F(less), F(0)), cut, cut)
