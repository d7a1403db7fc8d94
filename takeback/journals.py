"""The journal of the store of a server, for those who run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.store.database import Store, open_store
from engine.journal import Broken, Entry
from takeback.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Journals:
    """All tenants' journals."""

    store: Store

    def sizes(self) -> dict[str, int]:
        """How many entries each tenant has."""
        with self.store.session():
            return self.store.journal.tenants()

    def broken(self, tenant: str, seen: Callable[[], None]) -> Broken | None:
        """The first entry of a tenant that was changed."""
        with self.store.session():
            return self.store.journal.broken(tenant, seen)

    def about(self, subject: str) -> tuple[Entry, ...]:
        """What happened to one thing; a partner may be named by its handle."""
        with self.store.session():
            partner = self.store.partners.by_handle(subject)
            return self.store.journal.everywhere(partner.id if partner else subject)


@contextmanager
def opened(settings: Settings) -> Iterator[Journals]:
    """The journals of a database."""
    store = open_store(settings.database)
    try:
        yield Journals(store=store)
    finally:
        store.close()
