"""Games small enough to write proofs about them by hand, and what is said of them."""

import json

import pytest

import triangle as tri
from triangle.exact import Refused, check_certificate
from triangle.scenario import as_scenario
from triangle.statement import Comparison, Setting, Statement, Value


def linear(quantity):
    return 1 * quantity


def turning(low, default, high, loss=1, **admissible):
    """One player, who takes a where w > 0 and b where w < 0; what is played is the payoff of another: 0 or 1."""
    form = tri.GameForm((tri.Player("F", ["a", "b"]), tri.Player("N", ["-"])))
    terms = (tri.Term("t", "w", {"F": [[loss], [0]]}), tri.Term("mark", "", {"N": [[0], [1]]}))
    measures = (tri.Measure("mark", ("payoff_N",), linear),)
    return tri.GameFamily(form, (tri.Parameter("w", default, low, high, **admissible),), terms, measures=measures)


def saying(model, *comparisons):
    here = as_scenario(model, None)
    labels = {side.setting for comparison in comparisons for side in comparison.sides}
    return Statement("forged", tuple(Setting(label, here) for label in sorted(labels)), comparisons)


def mark(relation, right=None, offset=0.0, setting="now"):
    return Comparison(Value("mark", setting), relation, right, offset=offset)


def leading(best=2):
    """The follower does what the leader does, and the leader gets 1 from a and ``best`` from b."""
    form = tri.GameForm((tri.Player("L", ["a", "b"]), tri.Player("F", ["a", "b"])))
    terms = (
        tri.Term("t", "w", {"L": [[1, 0], [0, best]], "F": [[1, 0], [0, 1]]}),
        tri.Term("c", "", {"F": [[1, 1], [0, 0]]}),
    )
    measures = (tri.Measure("worth", ("payoff_L",), linear),)
    return tri.GameFamily(form, (tri.Parameter("w", 1.0, 0.5, 2.0),), terms, leader="L", measures=measures)


def refused(model, written, reason, statement=None):
    with pytest.raises(Refused, match=reason):
        check_certificate(model, json.loads(json.dumps(written)), statement)
