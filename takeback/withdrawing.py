"""Withdraws editions in the store of a server, for operators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.identity.actors import COMMAND_LINE
from adapters.store.database import Store, open_store
from adapters.store.lifetime.withdrawing import WithdrawalRequest, Withdrawn
from adapters.store.records import Edition
from engine.errors import RequestFault
from takeback.settings import Settings


@contextmanager
def opened(settings: Settings, policy: str, version: int) -> Iterator[tuple[Store, Edition]]:
    """Opens the store and an edition in it; raises `RequestFault` if there is none."""
    store = open_store(settings.database)
    try:
        with store.session():
            found = store.editions.named(policy, version)
        if found is None:
            raise RequestFault("not_found", f"`{policy}@{version}` is not published here.")
        yield store, found
    finally:
        store.close()


def withdraw(store: Store, edition: Edition, first: int | None, why: str) -> Withdrawn:
    """Withdraws it, from an ordinal day on or entirely; raises `RequestFault` with the reason."""
    with store.session(), store.atomic():
        said = WithdrawalRequest(edition=edition, first=first, why=why, by=COMMAND_LINE)
        return store.withdrawing.withdraw(said)
