"""The hull keeps every real corner, also where points on one side differ by rounding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from triangle.solvers.polygon import convex_hull


def corners(points):
    return {tuple(np.round(point, 9)) for point in points.tolist()}


@pytest.mark.parametrize("noise", [0.0, 1e-17, 1e-15, -1e-15])
def test_corners_of_an_upright_side_survive_rounding(noise):
    points = np.array([[0.0, 0.0], [noise, 1.0], [0.0, 2.0], [1.0, 0.0], [1.0 - noise, 1.0], [1.0, 2.0]])
    assert corners(convex_hull(points)) == {(0.0, 0.0), (0.0, 2.0), (1.0, 0.0), (1.0, 2.0)}


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-9, 1.0, 1e9]))
def test_the_hull_is_that_of_qhull(seed, scale):
    points = np.random.default_rng(seed).normal(size=(20, 2)) * scale
    hull = convex_hull(points)
    assert corners(hull / scale) == corners(points[ConvexHull(points).vertices] / scale)
    turned = np.roll(hull, -1, axis=0)
    assert (hull[:, 0] * turned[:, 1] - hull[:, 1] * turned[:, 0]).sum() > 0  # counter-clockwise


@pytest.mark.parametrize(("points", "count"), [([[1.0, 1.0]] * 3, 1), ([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]], 2)])
def test_points_and_segments(points, count):
    assert len(convex_hull(np.array(points))) == count
