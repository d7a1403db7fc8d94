"""One world for all tests of the dashboard; a test that changes it makes its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.world import World, opened


@pytest.fixture(scope="session")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(migrated, tmp_path_factory.mktemp("dashboard")) as made:
        yield made


@pytest.fixture(scope="session")
def busy(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that tests change: each makes an order of its own in it, by `making`."""
    with opened(migrated, tmp_path_factory.mktemp("busy")) as made:
        yield made
