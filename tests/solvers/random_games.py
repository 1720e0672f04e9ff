"""Random games for property tests and second opinions: small whole numbers, so that ties are common and exact."""

import numpy as np
from hypothesis import strategies as st

SHAPES = [(2, 2), (3, 3), (2, 4), (1, 3), (2, 2, 2), (3, 2, 2), (2, 1, 3), (2, 2, 2, 2)]


@st.composite
def games(draw, shapes=SHAPES, width=3):
    """One game (N, A_1, …, A_N) of whole numbers; few different ones, or many."""
    shape = draw(st.sampled_from(shapes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    most = draw(st.sampled_from([1, width, 50]))
    return rng.integers(-most, most + 1, (len(shape), *shape)).astype(float)


def batch(count, shape, seed, width=2):
    """Many games of one form, whole numbers with many ties."""
    rng = np.random.default_rng(seed)
    return rng.integers(-width, width + 1, (count, len(shape), *shape)).astype(float)
