"""Many small linear systems at once, against LAPACK one by one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from triangle.solvers.elimination import solve


def check(matrix, right, identity=slice(0, 0)):
    found, sign = solve(matrix, right, identity)
    for k in range(matrix.shape[-1]):
        assert_allclose(found[..., k], np.linalg.solve(matrix[..., k], right[..., k]), rtol=1e-6, atol=1e-8)
        assert sign[k] == np.linalg.slogdet(matrix[..., k])[0]


@pytest.mark.parametrize("games", [1, 50, 300])
@pytest.mark.parametrize("size", [1, 2, 9])
def test_solutions_and_orientations_are_those_of_lapack(size, games):
    rng = np.random.default_rng(size)
    check(rng.standard_normal((size, size, games)), rng.standard_normal((size, 2, games)))


def test_rows_change_places_where_the_diagonal_is_zero():
    rng = np.random.default_rng(1)
    orders = np.array([rng.permutation(6) for _ in range(300)])
    matrix = np.moveaxis(np.eye(6)[orders], 0, -1) * rng.choice([-1.0, 2.0], (6, 1, 300))
    check(matrix, rng.standard_normal((6, 1, 300)))


@pytest.mark.parametrize("identity", [slice(0, 3), slice(2, 6), slice(4, 7)])
def test_a_known_identity_changes_nothing(identity):
    rng = np.random.default_rng(2)
    matrix = rng.standard_normal((7, 7, 200))
    matrix[identity, identity] = np.eye(7)[identity, identity][..., None]
    check(matrix, rng.standard_normal((7, 2, 200)), identity)


def test_singular_systems_are_solved_in_the_least_squares_sense_and_spoil_no_other():
    rng = np.random.default_rng(3)
    matrix, right = rng.standard_normal((4, 4, 200)), rng.standard_normal((4, 1, 200))
    matrix[..., 17] = 0.0
    found, sign = solve(matrix, right)
    assert sign[17] == 0.0
    assert (found[..., 17] == 0.0).all()
    rest = np.delete(np.arange(200), 17)
    check(matrix[..., rest], right[..., rest])
    assert_allclose(found[..., rest], solve(matrix[..., rest], right[..., rest])[0])
