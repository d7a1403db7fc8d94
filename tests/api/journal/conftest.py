"""The story, told once for each kind of database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.gateways.simulated.server import SimulatedStripe
from adapters.identity.vault import new_master_key
from adapters.store.connection.address import Address, SqliteFile
from takeback.settings import Profile
from tests.api.conftest import NOW, serve
from tests.api.journal.chapters import CHAPTERS
from tests.api.journal.world import Told, World, told
from tests.conftest import KINDS, there_or_skipped
from tests.postgres import url
from tests.receiver import receiving


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The world after everything happened, and what the journals got of each chapter."""

    world: World
    told: tuple[Told, ...]


@pytest.fixture(scope="package", params=KINDS)
def story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    if request.param == "sqlite":
        yield from _story(SqliteFile(path=folder / "takeback.sqlite"), folder)
        return
    server = there_or_skipped(request.getfixturevalue("server"), request.node.nodeid)
    with server.with_tables() as address:
        yield from _story(address, folder)


def _story(address: Address, folder: Path) -> Iterator[Story]:
    passed, key = [timedelta()], new_master_key()
    clock = lambda: NOW + passed[0]  # noqa: E731
    seconds = lambda: int(clock().timestamp())  # noqa: E731
    with SimulatedStripe(later=3_600, now=seconds) as stripe, receiving() as receiver:
        environment = {
            **os.environ,
            "TAKEBACK_DATABASE_URL": url(address),
            "TAKEBACK_MASTER_KEY": key,
            "TAKEBACK_STRIPE_API_BASE": stripe.address,
        }
        serving = contextmanager(serve)
        said = (address, Profile.DEVELOPMENT, stripe.address, clock, key)
        with serving(*said, files=str(folder / "files")) as served:
            world = World(
                served=served,
                stripe=stripe,
                receiver=receiver,
                passed=passed,
                environment=environment,
            )
            yield Story(world=world, told=tuple(told(world, each) for each in CHAPTERS))
