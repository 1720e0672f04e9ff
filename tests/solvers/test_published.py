"""Every published game with every fact recorded of it."""

import numpy as np
import pytest

from solvers.brute import chosen
from solvers.games import GAMES, RECORDS, SOME_PAIR
from triangle import solvers


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: f"{r.game}-{r.solver}-{'-'.join(map(str, r.arguments))}")
def test_a_published_game_has_its_published_solution(record):
    found = getattr(solvers, record.solver)(GAMES[record.game], **record.arguments, tolerance=record.tolerance)
    if isinstance(record.expected, set):
        found = getattr(found, "outcomes", found)
        assert chosen(found) == record.expected, record.source
    else:
        assert [mask.tolist() for mask in found] == [[bool(x) for x in e] for e in record.expected], record.source


def test_announced_mixing_beats_a_dominant_action():
    found = solvers.mixed_commitment(GAMES["conitzer_sandholm"])
    assert found.strategy == pytest.approx([0.5, 0.5])
    assert found.value == pytest.approx(3.5)
    assert found.pessimistic_value == pytest.approx(3.5)


def test_an_inspector_announces_to_inspect_one_time_in_ten():
    found = solvers.mixed_commitment(GAMES["inspection"])
    assert found.strategy == pytest.approx([0.9, 0.1])
    assert found.value == pytest.approx(-0.1)
    assert found.response == 0


def test_all_equilibria_of_kohlberg_and_mertens_form_a_hexagon():
    found = solvers.mixed_nash(GAMES["kohlberg_mertens"])
    (sides,) = found.components()
    assert found.complete
    assert len(found) == len(sides) == 6
    # Each side lets one player mix two actions; each corner is the end of two sides.
    ends = [tuple(map(tuple, np.concatenate(np.broadcast_arrays(*side.strategies), axis=1))) for side in sides]
    assert all(len(pair) == 2 for pair in ends)
    corners = [corner for pair in ends for corner in pair]
    assert {corners.count(corner) for corner in corners} == {2}


def test_no_path_leads_to_two_of_shapleys_three_equilibria():
    game = GAMES["shapley_hidden"]
    assert [np.concatenate(profile).tolist() for profile in solvers.mixed_nash(game)] == [
        pytest.approx([1 / 3, 2 / 3, 0, 1 / 3, 2 / 3, 0]),
        pytest.approx([1 / 6, 1 / 3, 1 / 2, 1 / 6, 1 / 3, 1 / 2]),
        [0, 0, 1, 0, 0, 1],
    ]
    for label in range(6):
        (end,) = solvers.mixed_nash(game, "lemke_howson", initial_label=label)
        assert np.concatenate(end).tolist() == [0, 0, 1, 0, 0, 1]


def test_paths_with_different_labels_lead_to_two_equilibria_of_shapleys_first_game():
    found = solvers.mixed_nash(GAMES["shapley_found"], "lemke_howson")
    assert [np.concatenate(profile).tolist() for profile in found] == [[0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 1]]
    assert len(solvers.mixed_nash(GAMES["shapley_found"])) == 3


def test_seltens_horse_has_a_line_of_reasonable_and_a_line_of_unreasonable_equilibria():
    found = solvers.mixed_nash(GAMES["seltens_horse"])
    assert found.degenerate
    assert not found.complete
    for first, second, third in found:
        if first[0] == 1.0:  # all stay, as the third is likely enough to answer L
            assert second[0] == 1.0
            assert third[1] >= 3 / 4 - 1e-9
        else:
            assert first[1] == third[0] == 1.0
            assert second[0] >= 1 / 3 - 1e-9
    assert {tuple(profile[0]) for profile in found} == {(1.0, 0.0), (0.0, 1.0)}


@pytest.mark.parametrize(("name", "corners", "dimension"), [("nau_continuum", 8, 7), ("nau_inside", 6, 4)])
def test_the_correlated_equilibria_of_nau_have_the_published_number_of_corners(name, corners, dimension):
    game = GAMES[name]
    rng = np.random.default_rng(0)
    found = []
    for _ in range(60):
        best = solvers.correlated_equilibrium(game, rng.standard_normal(game.shape[1:]))
        assert best.status == "optimal"
        found.append(best.distribution.ravel())
    apart = [row for k, row in enumerate(found) if all(np.abs(row - before).max() > 1e-6 for before in found[:k])]
    assert len(apart) == corners
    assert (np.linalg.svd(np.array(apart[1:]) - apart[0])[1] > 1e-6).sum() == dimension


def test_nash_equilibria_of_three_can_lie_inside_the_correlated_ones():
    # Section 6: a segment along which the third mixes its first two actions with its last two, all else evenly.
    for first, second, third in solvers.mixed_nash(GAMES["nau_inside"]):
        assert first == pytest.approx([0.5, 0.5])
        assert second == pytest.approx([0.5, 0.5])
        assert third == pytest.approx([third[0], third[0], third[2], third[2]])


def test_a_lottery_that_players_are_bound_to_beats_all_that_they_follow_freely():
    # By hand: 7 is the largest sum of payoffs, and two of five and two against one of two and five bind both.
    game = GAMES["moulin_vial"]
    assert solvers.correlated_range(game).values == pytest.approx((6.0, 6.0))
    assert solvers.correlated_range(game, kind="coarse").values[1] == pytest.approx(7.0)


def test_the_majority_game_pays_two_of_three():
    payoffs = GAMES["majority"]
    for profile in SOME_PAIR:
        assert sorted(payoffs[(slice(None), *profile)]) == [0.0, 1.5, 1.5]
    assert not payoffs[:, 0, 0, 0].any()
    assert not np.any(payoffs[:, 1, 1, 1])
