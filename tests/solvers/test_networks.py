"""Stable and efficient networks: brute force, and the propositions of Jackson and Wolinsky (1996)."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangle.solvers import (
    coauthor_utilities,
    connections_utilities,
    efficient_networks,
    network_utilities,
    pairwise_stable_networks,
)
from triangle.solvers.networks import adjacency, links


def as_graph(network, players):
    return frozenset(pair for bit, pair in enumerate(links(players)) if network >> bit & 1)


def as_number(graph, players):
    return sum(1 << bit for bit, pair in enumerate(links(players)) if pair in graph)


def stable_by_definition(utilities, players, transferable):
    """Networks as sets of links, the definition of Jackson and Wolinsky or of Bloch and Jackson word for word."""
    found = set()
    for network in range(2 ** len(links(players))):
        graph = as_graph(network, players)
        worth = lambda g: utilities[as_number(g, players)]  # noqa: E731 -- a formula
        kept = added = True
        for i, j in links(players):
            here = worth(graph)
            if (i, j) in graph:
                there = worth(graph - {(i, j)})
                if transferable:
                    kept &= here[i] + here[j] >= there[i] + there[j]
                else:
                    kept &= here[i] >= there[i] and here[j] >= there[j]
            else:
                there = worth(graph | {(i, j)})
                if transferable:
                    added &= there[i] + there[j] <= here[i] + here[j]
                else:
                    added &= not (there[i] > here[i] and there[j] >= here[j])
                    added &= not (there[j] > here[j] and there[i] >= here[i])
        if kept and added:
            found.add(network)
    return found


def components(network, players):
    linked = adjacency(players)[network] | np.eye(players, dtype=bool)
    for _ in range(players):
        linked = linked @ linked
    return {frozenset(np.flatnonzero(row).tolist()) for row in linked}


def is_star(network, players):
    degrees = sorted(adjacency(players)[network].sum(axis=1))
    return degrees == [1] * (players - 1) + [players - 1]


@given(st.integers(1, 4), st.integers(0, 2**32 - 1), st.integers(1, 3), st.booleans())
def test_stability_is_what_the_definition_says(players, seed, width, transferable):
    rng = np.random.default_rng(seed)
    utilities = rng.integers(-width, width + 1, (2 ** len(links(players)), players)).astype(float)
    found = set(np.flatnonzero(pairwise_stable_networks(utilities, transferable)).tolist())
    assert found == stable_by_definition(utilities, players, transferable)
    best = utilities.sum(axis=1)
    assert set(np.flatnonzero(efficient_networks(utilities))) == set(np.flatnonzero(best == best.max()))


def test_distances_in_the_connections_model_are_shortest_paths():
    line = as_number({(0, 1), (1, 2), (2, 3)}, 4)
    worth = connections_utilities(4, delta=0.5, cost=0.1)[line]
    assert worth == pytest.approx([0.5 + 0.25 + 0.125 - 0.1, 1.0 + 0.25 - 0.2, 1.0 + 0.25 - 0.2, 0.875 - 0.1])


def test_the_connections_model_takes_worths_of_its_own():
    worth = np.array([[0, 2, 0], [1, 0, 3], [0, 0, 0]])
    found = connections_utilities(3, 0.5, 0.0, worth)[as_number({(0, 1), (1, 2)}, 3)]
    assert found == pytest.approx([1.0, 0.5 + 1.5, 0.0])


CONNECTIONS = [(delta, cost) for delta in (0.3, 0.6, 0.9) for cost in (0.05, 0.2, 0.4, 0.7, 1.0, 1.7, 3.0)]


@pytest.mark.parametrize("players", [3, 4, 5])
def test_efficient_connections_are_complete_a_star_or_empty(players):
    """Proposition 1."""
    complete = 2 ** len(links(players)) - 1
    for delta, cost in CONNECTIONS:
        found = np.flatnonzero(efficient_networks(connections_utilities(players, delta, cost)))
        if cost < delta - delta**2:
            assert found.tolist() == [complete]
        elif cost < delta + (players - 2) / 2 * delta**2:
            assert len(found) == players
            assert all(is_star(network, players) for network in found)
        else:
            assert found.tolist() == [0]


@pytest.mark.parametrize("players", [3, 4, 5])
def test_stable_connections_are_as_jackson_and_wolinsky_prove(players):
    """Proposition 2."""
    complete = 2 ** len(links(players)) - 1
    linked = adjacency(players)
    for delta, cost in CONNECTIONS:
        found = np.flatnonzero(pairwise_stable_networks(connections_utilities(players, delta, cost)))
        for network in found:
            assert sum(len(part) > 1 for part in components(network, players)) <= 1
        if cost < delta - delta**2:
            assert found.tolist() == [complete]
        elif cost < delta:
            assert all(network in found for network in range(complete + 1) if is_star(network, players))
        elif cost > delta:
            degrees = linked[found].sum(axis=-1)
            assert ((degrees == 0) | (degrees >= 2)).all()


@pytest.mark.parametrize("players", [4, 6])
def test_efficient_co_authors_work_in_separate_pairs(players):
    """Proposition 4 (i), for an even number of authors."""
    found = np.flatnonzero(efficient_networks(coauthor_utilities(players)))
    degrees = adjacency(players)[found].sum(axis=-1)
    assert (degrees == 1).all()
    assert len(found) == {4: 3, 6: 15}[players]


@pytest.mark.parametrize("players", [3, 4, 5, 6])
def test_stable_co_authors_form_full_circles_of_very_different_size(players):
    """Proposition 4 (ii): within a component all are linked, and a larger one is as large as the next one squared.

    The proposition is quoted with a strict inequality; the boundary is stable too. A pair beside four: one of the
    pair has 1 + 1 + 1 = 3, and with a link to one of the four 2 + (1/2 + 1/4 + 1/8) = 23/8, so it declines.
    """
    linked = adjacency(players)
    found = np.flatnonzero(pairwise_stable_networks(coauthor_utilities(players)))
    assert len(found)
    for network in found:
        parts = sorted(map(len, components(network, players)), reverse=True)
        assert linked[network].sum() == sum(size * (size - 1) for size in parts)
        assert all(larger >= smaller**2 for larger, smaller in pairwise(parts))
    if players == 6:
        assert [2, 4] in [sorted(map(len, components(network, 6))) for network in found]


def test_with_transfers_a_link_is_judged_by_what_it_brings_its_two_ends_together():
    alone = network_utilities(lambda linked: linked.sum(axis=1) * (linked.sum() == 2), 3)
    assert np.flatnonzero(pairwise_stable_networks(alone, transferable=True)).tolist() == [1, 2, 4, 7]


def test_transfers_let_a_costly_link_be_paid_for_by_the_one_who_gains():
    utilities = np.array([[0.0, 0.0], [3.0, -1.0]])
    assert pairwise_stable_networks(utilities).tolist() == [True, False]
    assert pairwise_stable_networks(utilities, transferable=True).tolist() == [False, True]


def test_a_network_is_left_for_a_better_one_that_is_one_link_away():
    utilities = np.zeros((8, 3))
    circle = [1, 3, 2, 6, 4, 5]  # each differs from the next by one link
    for step, network in enumerate(circle):
        utilities[network] = step % 2
    for network in (0, 7):
        utilities[network] = -1.0
    rising = np.flatnonzero(pairwise_stable_networks(utilities))
    assert rising.tolist() == [3, 5, 6]


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_units_do_not_matter(factor):
    utilities = np.random.default_rng(2).integers(0, 3, (4, 64, 4)).astype(float)
    for transferable in (False, True):
        expected = pairwise_stable_networks(utilities, transferable)
        assert (pairwise_stable_networks(utilities * factor, transferable) == expected).all()
    assert (efficient_networks(utilities * factor) == efficient_networks(utilities)).all()


def test_batches_come_first_and_may_be_empty():
    utilities = connections_utilities(4, np.array([[0.3], [0.6]]), np.array([0.1, 0.4, 2.0]))
    assert utilities.shape == (2, 3, 64, 4)
    assert pairwise_stable_networks(utilities).shape == (2, 3, 64)
    alone = pairwise_stable_networks(connections_utilities(4, 0.6, 0.4))
    assert (pairwise_stable_networks(utilities)[1, 1] == alone).all()
    assert pairwise_stable_networks(np.zeros((0, 8, 3))).shape == (0, 8)
    assert pairwise_stable_networks(np.zeros((1, 1))).tolist() == [True]


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (lambda: pairwise_stable_networks(np.zeros((4, 3))), r"2\*\*\(n\*\(n-1\)/2\)"),
        (lambda: pairwise_stable_networks(np.zeros(8)), "must have shape"),
        (lambda: pairwise_stable_networks(np.full((8, 3), np.nan)), "finite"),
        (lambda: efficient_networks(np.zeros((8, 7))), "must have shape"),
        (lambda: links(7), "players must be 1–6"),
        (lambda: links(0), "players must be 1–6"),
        (lambda: network_utilities(lambda linked: [1.0], 3), "one per player"),
        (lambda: connections_utilities(3, 1.0, 0.1), r"delta must be in \[0, 1\)"),
        (lambda: connections_utilities(3, 0.5, -0.1), "cost 0 or more"),
        (lambda: connections_utilities(3, 0.5, 0.1, np.ones((2, 2))), r"worth must have shape \(3, 3\)"),
    ],
)
def test_what_is_no_value_of_networks_is_refused(work, told):
    with pytest.raises(ValueError, match=told):
        work()
