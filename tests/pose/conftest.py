"""What the tests of the pose room share."""

from pathlib import Path

import pytest

from repose.pose.bundle import ensure_bundle


@pytest.fixture(scope="session")
def full_bundle() -> Path:
    return ensure_bundle("full")
