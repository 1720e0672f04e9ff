"""Settings of the whole test suite: the Hypothesis profile, and figures without a screen."""

import os
import sys

import pytest
from hypothesis import settings

# An environment variable, so that commands started by a test inherit it and tests without figures stay light.
os.environ["MPLBACKEND"] = "Agg"

PROFILES = {
    "fast": settings(max_examples=50, deadline=None, derandomize=True, print_blob=True),
    "deep": settings(max_examples=5_000, deadline=None, print_blob=True),
}

for name, profile in PROFILES.items():
    settings.register_profile(name, profile)

chosen = os.environ.get("HYPOTHESIS_PROFILE", "fast")
if chosen not in PROFILES:
    raise pytest.UsageError(f"HYPOTHESIS_PROFILE: {chosen!r} is not one of {', '.join(sorted(PROFILES))}")
settings.load_profile(chosen)


@pytest.fixture(autouse=True)
def figures_are_closed():
    """Figures made by tests and examples must not pile up in a process that runs hundreds of them."""
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
