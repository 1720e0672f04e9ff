import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from strategies import families
from triangle import blocks
from triangle import kernel as kernels
from triangle.conditions import CONCEPTS, conditions
from triangle.kernel import compile_kernel, solve_batch, solve_grid

MODEL = tri.chapter_model()


def unpacked(result, family):
    return np.unpackbits(result.stable, axis=1, count=family.form.size).astype(bool)


def points(kind, games, seed=0):
    rng = np.random.default_rng(seed)
    if kind == "box":
        return {p.name: rng.uniform(p.low, p.high, games) for p in MODEL.parameters}
    if kind == "unit box":
        return {p.name: rng.random(games) for p in MODEL.parameters}
    return {p.name: rng.integers(0, 6, games) / 5 for p in MODEL.parameters}


def assert_solved(family, values, result, concept, held=None):
    """The stable profiles are those of the conditions, and the ranges those of the measures at every profile."""
    stable = conditions(family, concept, held).stable(family.monomials(values))
    np.testing.assert_array_equal(unpacked(result, family), stable)
    np.testing.assert_array_equal(result.count, stable.sum(axis=1))
    for name, whole in family.evaluate(values).items():
        at = np.where(stable, whole.reshape(stable.shape), np.nan)
        known = ~np.isnan(at).all(axis=1)
        for found, ends in ((result.low, np.fmin), (result.high, np.fmax)):
            if found[name].dtype == np.int8:
                expected = np.where(known, ends.reduce(at, axis=1), -1)
                # A category may turn on a comparison of two equal numbers, which rounding decides.
                assert (found[name] == expected).mean() > 0.99
            else:
                expected = np.where(known, ends.reduce(at, axis=1), np.nan)
                # Square roots make 1e-8 of the last digit.
                np.testing.assert_allclose(found[name], expected, atol=1e-7)


@given(families(), st.sampled_from(CONCEPTS))
def test_small_families_with_ties_are_solved_as_the_conditions_say(drawn, concept):
    family, values, _ = drawn
    assert_solved(family, values, solve_batch(compile_kernel(family, concept), values), concept)


@given(families(), st.sampled_from(CONCEPTS), st.integers(0, 2))
def test_a_held_player_stays(drawn, concept, action):
    family, values, _ = drawn
    held = {"P1": f"a{action % family.form.shape[1]}"}
    assert_solved(family, values, solve_batch(compile_kernel(family, concept, held), values), concept, held)


@given(families(), st.sampled_from(CONCEPTS))
def test_negative_parameters_are_solved_too(drawn, concept):
    family, values, _ = drawn
    negative = {name: array - 1.0 for name, array in values.items()}
    wide = family.replace(*(tri.Parameter(p.name, 1.0, -4.0, 4.0) for p in family.parameters))
    assert_solved(wide, negative, solve_batch(compile_kernel(wide, concept), negative), concept)


@given(families(), st.sampled_from(CONCEPTS), st.sampled_from(kernels.FLOAT_TYPES), st.booleans())
def test_a_box_that_is_pruned_changes_no_bit_of_what_is_stable(drawn, concept, dtype, thorough):
    family, values, _ = drawn
    ranges = {name: (float(array.min()), float(array.max())) for name, array in values.items()}
    kernel = compile_kernel(family, concept, measures=[], ranges=ranges, dtype=dtype)
    if thorough:
        kernel.__dict__["quick"] = kernel.thorough
    stable = conditions(family, concept).stable(family.monomials(values))
    np.testing.assert_array_equal(unpacked(solve_batch(kernel, values), family), stable)


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0, 4.0])
def test_boxes_of_any_width_give_the_same_stable_profiles(factor):
    ranges = {p.name: p.range_at(p.default, factor) for p in MODEL.parameters}
    rng = np.random.default_rng(3)
    values = {name: rng.choice(np.linspace(*ends, 4), 600) for name, ends in ranges.items()}
    stable = conditions(MODEL).stable(MODEL.monomials(values))
    for kernel in (compile_kernel(MODEL, measures=[]), compile_kernel(MODEL, measures=[], ranges=ranges)):
        for held in (kernel.quick, kernel.thorough):
            kernel.__dict__["quick"] = held
            np.testing.assert_array_equal(unpacked(solve_batch(kernel, values), MODEL), stable)


def test_points_outside_the_box_are_solved_as_well():
    inside = {p.name: (p.default, p.default) for p in MODEL.parameters}
    values = points("unit box", 50)
    assert_solved(MODEL, values, solve_batch(compile_kernel(MODEL, ranges=inside), values), "pairwise")


@pytest.mark.parametrize("scale", [1e-9, 1e9, 1e40])
def test_the_scale_of_the_payoffs_does_not_matter(scale):
    terms = [tri.Term(t.name, t.weight, {k: v * scale for k, v in t.payoffs.items()}, role=t.role) for t in MODEL.terms]
    scaled = MODEL.replace(*terms)
    values = points("lattice", 300)
    np.testing.assert_array_equal(
        solve_batch(compile_kernel(scaled, measures=[]), values).stable,
        solve_batch(compile_kernel(MODEL, measures=[]), values).stable,
    )


def test_single_precision_moves_measures_in_the_seventh_digit_and_no_equilibrium():
    values = points("unit box", 2000)
    double, single = (solve_batch(compile_kernel(MODEL, dtype=p), values) for p in kernels.FLOAT_TYPES)
    np.testing.assert_array_equal(double.stable, single.stable)
    assert single.low["transfer"].dtype == np.float32
    np.testing.assert_allclose(single.low["transfer"], double.low["transfer"], atol=1e-5)


def test_a_grid_is_the_batch_of_all_its_points():
    axes = {"sanctions": np.linspace(0, 1, 7), "ambition": np.linspace(0, 0.5, 5), "recognition": np.array([0.0, 1.0])}
    kernel = compile_kernel(MODEL, varying=list(axes))
    mesh = np.meshgrid(*axes.values(), indexing="ij")
    grid = solve_grid(kernel, axes)
    batch = solve_batch(kernel, {name: values.ravel() for name, values in zip(axes, mesh, strict=True)})
    np.testing.assert_array_equal(grid.stable, batch.stable)
    for name in batch.low:
        np.testing.assert_array_equal(grid.low[name], batch.low[name])


@pytest.mark.parametrize("concept", CONCEPTS)
@pytest.mark.parametrize("kind", ["box", "unit box", "lattice"])
def test_the_chapters_model_is_solved_as_the_conditions_say(kind, concept):
    values = points(kind, 700)
    assert_solved(MODEL, values, solve_batch(compile_kernel(MODEL, concept), values), concept)


@pytest.mark.parametrize("commitment", MODEL.form.player("West").actions)
def test_commitments_are_solved_as_the_conditions_say(commitment):
    held, values = {"West": commitment}, points("lattice", 300)
    result = solve_batch(compile_kernel(MODEL, "pairwise", held), values)
    assert_solved(MODEL, values, result, "pairwise", held)


def test_fixed_parameters_are_contracted_to_the_same_answer():
    base = dict(tri.scenario("baseline_2001").values)
    grid = np.meshgrid(np.linspace(0, 1, 21), np.linspace(0, 1, 21))
    varied = {"sanctions": grid[0].ravel(), "power_gap": grid[1].ravel()}
    narrow = compile_kernel(MODEL, fixed=base, varying=list(varied))
    assert len(narrow.monomials) < 10
    whole = {name: np.broadcast_to(varied.get(name, np.float64(value)), 441) for name, value in base.items()}
    assert_solved(MODEL, whole, solve_batch(narrow, varied), "pairwise")


def test_the_bits_do_not_depend_on_the_threads(monkeypatch):
    monkeypatch.setattr(kernels, "BLOCK", 64)
    kernel, values = compile_kernel(MODEL), points("box", 1000)
    one, three = (solve_batch(kernel, values, threads) for threads in (1, 3))
    np.testing.assert_array_equal(one.stable, three.stable)
    for name in one.low:
        assert one.low[name].tobytes() == three.low[name].tobytes()
        assert one.high[name].tobytes() == three.high[name].tobytes()


@pytest.mark.parametrize("block", [8, 64])
def test_the_bits_do_not_depend_on_the_blocks(monkeypatch, block):
    kernel, values = compile_kernel(MODEL), points("lattice", 200)
    usual = solve_batch(kernel, values)
    monkeypatch.setattr(kernels, "BLOCK", block)
    small = solve_batch(kernel, values)
    np.testing.assert_array_equal(small.stable, usual.stable)
    for name in usual.low:
        np.testing.assert_allclose(small.low[name], usual.low[name], atol=1e-12)
        np.testing.assert_allclose(small.high[name], usual.high[name], atol=1e-12)


@pytest.mark.parametrize("concept", ["nash", "pairwise"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_loss_within_the_tolerance_is_none_and_one_beyond_it_counts(concept, sign):
    form = tri.GameForm((tri.Player("Row", ["a", "b"]), tri.Player("Column", ["only"])))
    family = tri.GameFamily(
        form,
        (tri.Parameter("size", 1.0, 0.0, 2.0), tri.Parameter("other", 1.0, 0.0, 2.0)),
        (
            tri.Term("size", "size", {"Row": [[sign], [0.0]]}),
            tri.Term("other", "other", {"Row": [[-sign], [0.0]]}),
        ),
    )
    # The scale is about 2, so differences up to about 2e-9 are ties; the last game widens the block's own bound.
    values = {"size": np.array([1.0, 1.0 + 1e-9, 1.0 - 1e-9, 1.0 + 4e-9, 1.0 - 4e-9, 2.0]), "other": np.ones(6)}
    result = solve_batch(compile_kernel(family, concept), values)
    above, below = ([True, False], [False, True]) if sign > 0 else ([False, True], [True, False])
    assert unpacked(result, family).tolist() == [[True, True], [True, True], [True, True], above, below, above]


def test_a_single_solve_and_a_batch_agree():
    for name in tri.scenarios():
        setting = tri.scenario(name)
        kernel = compile_kernel(MODEL, held=setting.held, fixed=setting.values, varying=["energy"])
        result = solve_batch(kernel, {"energy": [setting.values["energy"]]})
        (found,) = tri.solve(MODEL, setting).equilibria
        assert result.low["intensity"][0] == pytest.approx(found.measures["intensity"])
        assert unpacked(result, MODEL)[0, found.index]


def test_a_game_without_an_equilibrium_has_no_measures():
    form = tri.GameForm((tri.Player("Row", ["H", "T"]), tri.Player("Column", ["H", "T"])))
    match = np.array([[1.0, -1.0], [-1.0, 1.0]])
    family = tri.GameFamily(
        form, (tri.Parameter("x", 1.0, 0.0, 2.0),), (tri.Term("pennies", "x", {"Row": match, "Column": -match}),)
    )
    result = solve_batch(compile_kernel(family, "nash"), {"x": [0.0, 1.0]})
    assert result.count.tolist() == [4, 0]
    assert np.isnan(result.low["payoff_Row"]).tolist() == [False, True]


def test_empty_batches_and_stability_alone():
    result = solve_batch(compile_kernel(MODEL, measures=[]), {p.name: [] for p in MODEL.parameters})
    assert result.count.shape == (0,)
    assert result.low == {}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compile_kernel(MODEL, "nsah"), "did you mean 'nash'"),
        (lambda: compile_kernel(MODEL, varying=["sanction"]), "did you mean 'sanctions'"),
        (lambda: compile_kernel(MODEL, measures=["depht"]), "did you mean 'depth'"),
        (lambda: compile_kernel(MODEL, fixed={"sanctions": 3}), "outside"),
        (lambda: solve_batch(compile_kernel(MODEL, varying=["arms"]), {"energy": [0.1]}), "varies arms; got"),
        (
            lambda: solve_batch(compile_kernel(MODEL, varying=["arms", "energy"]), {"arms": [0.1], "energy": [0, 1]}),
            "one length: arms",
        ),
        (lambda: solve_batch(compile_kernel(MODEL, varying=["arms"]), {"arms": [[0.1]]}), "one dimension"),
    ],
)
def test_bad_calls_are_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_hardly_any_game_is_looked_at_again(monkeypatch):
    again, whole = [], blocks._reference
    monkeypatch.setattr(blocks, "_reference", lambda *given: (again.append(given[2]), whole(*given))[1])
    solve_batch(compile_kernel(MODEL, measures=[]), points("unit box", 4000))
    assert sum(again) < 40


def test_a_kernel_for_many_games_is_pruned_thoroughly_whatever_the_batch():
    kernel = compile_kernel(MODEL, varying=["energy"], measures=[], games=kernels.THOROUGH)
    solve_batch(kernel, {"energy": [0.1]})
    assert "thorough" in vars(kernel)


def test_a_block_with_one_equilibrium_each_has_its_ranges_beside_a_block_with_several(monkeypatch):
    monkeypatch.setattr(kernels, "BLOCK", 8)
    form = tri.GameForm((tri.Player("Row", ["a", "b"]), tri.Player("Column", ["a", "b"])))
    meet = {"Row": np.diag([0.0, 1.0]), "Column": np.diag([0.0, 1.0])}
    one = {"Row": np.diag([1.0, 0.0]), "Column": np.diag([1.0, 0.0])}
    family = tri.GameFamily(
        form, (tri.Parameter("x", 1.0, -2.0, 2.0),), (tri.Term("one", "", one), tri.Term("meet", "x", meet))
    )
    result = solve_batch(compile_kernel(family, "nash"), {"x": np.repeat([-1.0, 2.0], 8)})
    assert result.count.tolist() == [1] * 8 + [2] * 8
    assert result.high["payoff_Row"].tolist() == [1.0] * 8 + [2.0] * 8
