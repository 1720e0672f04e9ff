"""Random small families for the property tests of whatever reads the stability conditions."""

import numpy as np
from hypothesis import strategies as st

import triangle as tri

SIZES = st.lists(st.integers(1, 3), min_size=2, max_size=4)
GAMES = 4


@st.composite
def families(draw):
    """A family, arrays of its parameters, and its coalition; integer payoffs and half steps make exact ties common."""
    sizes = draw(SIZES)
    players = tuple(tri.Player(f"P{i}", [f"a{k}" for k in range(n)]) for i, n in enumerate(sizes))
    form = tri.GameForm(players)
    count = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    width = draw(st.integers(1, 3))
    parameters = tuple(tri.Parameter(f"x{k}", 1.0, 0.0, 4.0) for k in range(count))
    terms = tuple(
        tri.Term(
            f"t{k}",
            {f"x{k}": int(rng.integers(1, 3))},
            {p.name: rng.integers(-width, width + 1, form.shape) for p in players},
        )
        for k in range(count)
    )
    pair = tuple(sorted(rng.choice(len(sizes), 2, replace=False)))
    coalition = tri.Coalition(tuple((players[m].name, ("",)) for m in pair))
    values = {f"x{k}": rng.integers(0, 5, GAMES) / 2 for k in range(count)}
    family = tri.GameFamily(form, parameters, terms, (coalition,), leader="P0")
    return family, values, tuple(int(m) for m in pair)
