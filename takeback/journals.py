"""The journal of the store of a server, for those who run it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from adapters.store.database import Store, open_store
from adapters.store.records import Edition
from engine.journal import Broken, Entry
from takeback.settings import Settings

REFERENCE: Final = re.compile(r"([\x21-\x7e]{1,200})@([0-9]{1,9})\Z")


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
        """What happened to one thing; a partner by its handle, an edition as `policy@version`."""
        with self.store.session():
            found = self.store.partners.by_handle(subject) or self._edition(subject)
            return self.store.journal.everywhere(found.id if found else subject)

    def _edition(self, subject: str) -> Edition | None:
        match = REFERENCE.match(subject)
        return self.store.editions.named(match[1], int(match[2])) if match else None


@contextmanager
def opened(settings: Settings) -> Iterator[Journals]:
    """The journals of a database."""
    store = open_store(settings.database)
    try:
        yield Journals(store=store)
    finally:
        store.close()
