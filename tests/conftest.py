import pytest

from sweeping import small_sweep


@pytest.fixture
def stored(tmp_path):
    """The folder of a finished sweep of the small family."""
    small_sweep(store=tmp_path / "sweep")
    return tmp_path / "sweep"
