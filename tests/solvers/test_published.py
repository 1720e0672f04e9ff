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


def test_the_majority_game_pays_two_of_three():
    payoffs = GAMES["majority"]
    for profile in SOME_PAIR:
        assert sorted(payoffs[(slice(None), *profile)]) == [0.0, 1.5, 1.5]
    assert not payoffs[:, 0, 0, 0].any()
    assert not np.any(payoffs[:, 1, 1, 1])
