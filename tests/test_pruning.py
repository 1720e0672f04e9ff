"""Bounds of polynomials over boxes: never beaten by a point of the box, and met at its corners where they can be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from triangle.pruning import Box

NAMES = ("x", "y", "z")


@st.composite
def boxes(draw):
    """A box of three parameters of any sign, monomials of degree at most six, and rows of whole coefficients."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ends = np.sort(rng.integers(-4, 5, (2, 3)) / 2, axis=0)
    monomials = [
        tuple((name, int(rng.integers(1, 4))) for name in NAMES if rng.random() < 0.6)
        for _ in range(rng.integers(1, 6))
    ]
    rows = rng.integers(-3, 4, (4, len(monomials))).astype(float)
    points = rng.uniform(ends[0], ends[1], (200, 3))
    return monomials, ends[0], ends[1], rows, points


def values(monomials, points, slope=None):
    """Each monomial at each point, or its derivative by one parameter, by the definition."""
    out = np.ones((len(points), len(monomials)))
    for m, product in enumerate(monomials):
        powers = dict(product)
        for k, name in enumerate(NAMES):
            power = powers.get(name, 0)
            if k == slope:
                out[:, m] *= power * points[:, k] ** max(power - 1, 0)
            else:
                out[:, m] *= points[:, k] ** power
    return out


@given(boxes())
def test_no_point_of_the_box_beats_a_bound(drawn):
    monomials, low, high, rows, points = drawn
    box = Box(monomials, NAMES, low, high)
    at = values(monomials, points) @ rows.T
    least, most = box.interval(rows)
    assert (at >= least - 1e-9).all()
    assert (at <= most + 1e-9).all()
    assert (at >= box.lower(rows) - 1e-9).all()
    assert (box.lower(rows) >= least - 1e-9).all(), "the sharper bound is no blunter"


@given(boxes())
def test_no_point_of_the_box_beats_a_bound_of_a_slope(drawn):
    monomials, low, high, rows, points = drawn
    box = Box(monomials, NAMES, low, high)
    ends = [np.repeat(end[None], len(rows), axis=0) for end in (box.low, box.high)]
    least, most = box._slopes(rows, *ends)
    for k in range(len(NAMES)):
        at = values(monomials, points, slope=k) @ rows.T
        assert (at >= least[:, k] - 1e-9).all()
        assert (at <= most[:, k] + 1e-9).all()


@given(boxes())
def test_bounds_of_one_product_and_of_its_slopes_are_met(drawn):
    """Each factor is monotone on each side of zero, so corners and zeros hold the extremes."""
    monomials, low, high, _, _ = drawn
    box = Box(monomials, NAMES, low, high)
    marks = [sorted({a, b, *([0.0] if a < 0 < b else [])}) for a, b in zip(low, high, strict=True)]
    corners = np.array(np.meshgrid(*marks)).reshape(3, -1).T
    rows = np.eye(len(monomials))
    at = values(monomials, corners)
    least, most = box.interval(rows)
    np.testing.assert_allclose(least, at.min(axis=0), atol=1e-9)
    np.testing.assert_allclose(most, at.max(axis=0), atol=1e-9)
    ends = [np.repeat(end[None], len(rows), axis=0) for end in (box.low, box.high)]
    least, most = box._slopes(rows, *ends)
    for k in range(len(NAMES)):
        at = values(monomials, corners, slope=k)
        np.testing.assert_allclose(least[:, k], at.min(axis=0), atol=1e-9)
        np.testing.assert_allclose(most[:, k], at.max(axis=0), atol=1e-9)
