import json
import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from triangle.studies.design import Grid, LatinHypercube, Sobol, design_from

RANGES = {"x": (0.0, 1.0), "y": (-2.0, 3.0), "z": (0.3, 0.4)}


def scipy_points(seed, start, stop):
    """SciPy's own points, drawn one after the other."""
    low, high = np.array(list(RANGES.values())).T
    drawn = qmc.Sobol(len(RANGES), bits=52, rng=seed).random(1 << (stop - 1).bit_length())
    return low + drawn[start:stop] * (high - low)


@pytest.mark.parametrize("seed", [0, 1, 2**40])
@pytest.mark.parametrize(("start", "stop"), [(0, 1), (0, 64), (1, 2), (8191, 8193), (8192, 24576), (99_999, 131_072)])
def test_sobol_points_are_those_of_scipy_to_the_bit_from_any_place(seed, start, stop):
    found = Sobol(RANGES, 2**30, seed).points(start, stop)
    expected = scipy_points(seed, start, stop)
    for k, name in enumerate(RANGES):
        assert np.array_equal(found[name], expected[:, k])


@pytest.mark.parametrize("place", [2**33, 3 * 2**40, 2**51])
def test_far_sobol_points_fill_every_stratum_once(place):
    # A net in base 2: of 2^m consecutive points from a multiple of 2^m, each of 2^m equal intervals holds one.
    points = Sobol(RANGES, 2**52, seed=5).points(place, place + 2**12)
    for name, (low, high) in RANGES.items():
        strata = np.floor((points[name] - low) / (high - low) * 2**12).astype(int)
        assert sorted(strata) == list(range(2**12))


def designs():
    grid = Grid({"x": np.array([0.5, 0.1, 0.9]), "y": np.linspace(0, 1, 700), "z": np.arange(11.0)})
    return [grid, Sobol(RANGES, 2**20, 3), LatinHypercube(RANGES, 23_100, 3)]


DESIGNS = designs()


@given(st.sampled_from(DESIGNS), st.lists(st.integers(0, 23_100), min_size=2, max_size=5))
def test_points_do_not_depend_on_where_they_are_cut(design, cuts):
    cuts = sorted(cuts)
    whole = design.points(cuts[0], cuts[-1])
    parts = [design.points(first, last) for first, last in pairwise(cuts)]
    for name in design.names:
        assert np.array_equal(np.concatenate([part[name] for part in parts]), whole[name])
        assert np.array_equal(design.points(cuts[0], cuts[-1], [name])[name], whole[name])


@given(st.sampled_from(DESIGNS[1:]), st.lists(st.integers(0, 23_099), max_size=6))
def test_single_points_can_be_read_in_any_order(design, places):
    whole = design.points(0, 23_100)
    for name in design.names:
        assert np.array_equal(design.at(name, np.array(places, dtype=np.intp)), whole[name][places])


def test_a_grid_lists_every_combination_with_the_last_axis_fastest():
    grid = DESIGNS[0]
    expected = np.meshgrid(*grid.axes.values(), indexing="ij")
    for values, axis in zip(grid.points(0, grid.size).values(), expected, strict=True):
        assert np.array_equal(values, axis.ravel())


def test_a_latin_hypercube_fills_every_stratum_once():
    for name, values in DESIGNS[2].points(0, 23_100).items():
        low, high = RANGES[name]
        assert sorted(np.floor((values - low) / (high - low) * 23_100).astype(int)) == list(range(23_100))


def test_a_latin_hypercube_too_large_for_memory_says_so():
    with pytest.raises(ValueError, match=r"1,000,000,000 points in 3 parameters are 22.4 GiB; use design='sobol'"):
        LatinHypercube(RANGES, 10**9, 0)


@pytest.mark.parametrize("design", [*DESIGNS, Grid({"x": np.linspace(0, 1, 9)}, {"x": (0.0, 1.0, 9)})])
def test_a_description_and_a_pickle_give_the_same_points(design):
    design.points(0, 9)
    described = design_from(json.loads(json.dumps(design.describe())))
    sent = pickle.dumps(design)
    assert len(sent) < 10_000
    for other in (described, pickle.loads(sent)):
        assert other.names == design.names
        assert all(np.array_equal(other.points(2, 9)[n], design.points(2, 9)[n]) for n in design.names)


def test_one_point_and_one_parameter_are_a_design():
    assert Sobol({"x": (2.0, 3.0)}, 1, 0).points(0, 1)["x"].shape == (1,)
