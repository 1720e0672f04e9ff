from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangle.exact.rational import Polynomial, exact, root_sign
from triangle.exact.rough import Rough, lower_bound
from triangle.exact.univariate import compare, roots_in, value_sign

SMALL = st.integers(-6, 6)
RATIONAL = st.builds(F, SMALL, st.integers(1, 4))
X = Polynomial.variable("x")


def test_a_float_stands_for_the_decimal_it_is_written_as():
    assert exact(0.1) == F(1, 10)
    assert exact(np.float64(0.3)) == F(3, 10)
    assert exact("2/7") == F(2, 7)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "many", None])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="is needed"):
        exact(bad)


@given(RATIONAL, RATIONAL, st.integers(0, 9), RATIONAL, st.integers(0, 9))
def test_the_sign_of_two_roots_and_a_number_is_exact(plain, first, under_first, second, under_second):
    told = root_sign(plain, first, F(under_first), second, F(under_second))
    value = float(plain) + float(first) * under_first**0.5 + float(second) * under_second**0.5
    assert told == (0 if abs(value) < 1e-9 else (1 if value > 0 else -1))


def test_roots_that_cancel_are_told_from_roots_that_nearly_do():
    assert root_sign(F(0), F(2), F(2), F(-1), F(8)) == 0
    assert root_sign(F(1, 10**30), F(2), F(2), F(-1), F(8)) == 1


@given(st.lists(RATIONAL, min_size=1, max_size=5), st.booleans())
def test_every_root_is_found_once_and_rational_ones_exactly(given_roots, with_irrational):
    polynomial = Polynomial.constant(1)
    for root in given_roots:
        polynomial = polynomial * (X - root)
    if with_irrational:
        polynomial = polynomial * (X * X - 2)
    found = roots_in(polynomial.univariate("x"), F(-2), F(2))
    assert [root.value for root in found if root.value is not None] == sorted({r for r in given_roots if -2 <= r <= 2})
    irrational = [root for root in found if root.value is None]
    assert len(irrational) == 2 * with_irrational
    for root in irrational:
        assert abs(abs(float(root)) - 2**0.5) < 1e-12
        assert root.high - root.low <= F(1, 10**13)
        assert value_sign(root.polynomial, root.low) * value_sign(root.polynomial, root.high) < 0


def test_equal_irrational_roots_of_different_polynomials_are_one():
    (first,) = roots_in((-2, 0, 1), F(0), F(2))
    second = next(root for root in roots_in(((X * X - 2) * (X - F(1, 3)) * (X + 5)).univariate("x"), F(1), F(2)))
    (near,) = roots_in(((X * X - 2) * 10**30 - 1).univariate("x"), F(0), F(2))
    assert compare(first, second) == 0
    assert compare(first, near) == -1


def test_a_polynomial_that_is_zero_has_no_isolated_roots():
    with pytest.raises(ValueError, match="identically zero"):
        roots_in((0, 0), F(0), F(1))


@given(st.lists(st.tuples(SMALL, st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=7))
def test_a_lower_bound_is_never_above_the_polynomial(terms):
    polynomial = Rough.of(np.array([t[1:] for t in terms], dtype=np.int64), np.array([float(t[0]) for t in terms]))
    low, high = np.array([0.0, 0.5, 0.2]), np.array([1.0, 0.9, 0.2])
    bound = lower_bound(polynomial, low, high).value
    points = low + np.random.default_rng(0).random((200, 3)) * (high - low)
    corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, -1).T
    least = min(polynomial.at(point) for point in np.vstack([points, corners]))
    assert bound <= least + 1e-9


def test_a_bound_is_exact_for_a_polynomial_of_degree_one_in_each_variable():
    exponents = np.array([[1, 1], [1, 0], [0, 1], [0, 0]])
    polynomial = Rough.of(exponents, np.array([2.0, -1.0, -1.0, 0.3]))
    bound = lower_bound(polynomial, np.zeros(2), np.ones(2))
    assert bound.value == pytest.approx(-0.7)
    assert bound.by == "bernstein"
