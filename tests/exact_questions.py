"""Random statements about small families, and where they fail by the definition of an equilibrium."""

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import strategies as st

from exact_oracle import equilibria, payoffs_at
from strategies import families
from triangle.exact.displaced import setting_values
from triangle.exact.rational import exact
from triangle.scenario import Scenario
from triangle.statement import Comparison, Setting, Statement, Value

TRUE = {
    ">": lambda x: x > 0,
    ">=": lambda x: x >= 0,
    "<": lambda x: x < 0,
    "<=": lambda x: x <= 0,
    "==": lambda x: x == 0,
}


@st.composite
def questions(draw):
    """A family, a statement about payoffs in two settings, and ranges that are cut by the bounds now and then."""
    family, values, _ = draw(families())
    base = Scenario("here", "", "", {name: float(array[0]) for name, array in values.items()})
    held = {"P0": "a0"} if draw(st.booleans()) else {}
    how, number = draw(st.sampled_from([("plus", 1.0), ("times", 0.5), ("set", 3.0), ("set", 0.0)]))
    changes = {draw(st.sampled_from(sorted(values))): (how, number)}
    both = (Setting("a", replace(base, held=held)), Setting("b", base, changes))
    names = [f"payoff_{player.name}" for player in family.form.players]
    side = st.builds(Value, st.sampled_from(names), st.sampled_from(["a", "b"]))
    comparison = st.builds(
        Comparison,
        side,
        st.sampled_from(sorted(TRUE)),
        st.none() | side,
        st.sampled_from([1.0, 0.5]),
        st.sampled_from([0.0, -2.5, -9.0, 3.0]),
    )
    statement = Statement("random", both, tuple(draw(st.lists(comparison, min_size=1, max_size=2))))
    ends = st.sampled_from([(-0.25, 0.25), (-0.5, 0.0), (-1.5, 1.0), (0.0, 2.5)])
    ranges = {name: draw(ends) for name in draw(st.lists(st.sampled_from(sorted(values)), min_size=1, unique=True))}
    return family, statement, ranges


def failures(family, statement, displacement, concept):
    """The combinations of equilibria with which some comparison fails, and whether every setting has an equilibrium."""
    values = {s.label: setting_values(family, s, displacement) for s in statement.settings}
    stable = {s.label: equilibria(family, values[s.label], concept, s.scenario.held) for s in statement.settings}
    pay = {label: payoffs_at(family, at) for label, at in values.items()}
    shape = family.form.shape
    bad = []
    for comparison in statement.comparisons:
        labels = list(dict.fromkeys(side.setting for side in comparison.sides))
        for chosen in product(*(stable[label] for label in labels)):
            at = dict(zip(labels, chosen, strict=True))
            numbers = [
                pay[side.setting][family.form.index(side.measure.removeprefix("payoff_"))][
                    tuple(map(int, np.unravel_index(at[side.setting], shape)))
                ]
                for side in comparison.sides
            ]
            right = exact(comparison.factor) * numbers[1] if len(numbers) > 1 else 0
            if not TRUE[comparison.relation](numbers[0] - right - exact(comparison.offset)):
                bad.append((str(comparison), at))
    return bad, all(stable.values())
