"""The journals in the store of a server, for operators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from adapters.identity.signing import PublicKeys, Signer, check_signed
from adapters.store.database import Store, open_store
from adapters.store.records import Edition
from engine.errors import RequestFault
from engine.journal import Broken, Checkpoint, Entry
from returns_api.types.ids import decode
from takeback.sealing import vault_of
from takeback.settings import Settings

REFERENCE: Final = re.compile(r"([\x21-\x7e]{1,200})@([0-9]{1,9})\Z")

_NUMBER: Final = re.compile(r"[Rr]-[0-9A-Za-z]{1,38}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journals:
    """The journals of all tenants."""

    store: Store
    settings: Settings

    @property
    def signer(self) -> Signer:
        """The signer by the master keys."""
        return Signer.of(vault_of(self.settings))

    def checkpoints(self, handle: str | None) -> tuple[Checkpoint, ...]:
        """Signs, stores and returns a checkpoint of a partner's journal, or of each partner's.

        Raises `RequestFault` `no_master_key` or `unknown_partner`.
        """
        with self.store.session():
            tenants = sorted(self.store.journal.tenants())
            found = self.store.partners.by_handle(handle) if handle is not None else None
        if handle is not None and found is None:
            raise RequestFault("unknown_partner", f"There is no partner `{handle[:60]}`.")
        made, sign = [], self.signer.sign
        for tenant in [found.id] if found else tenants:
            with self.store.writing():
                made.append(self.store.checkpoints.add(tenant, sign))
        return tuple(each for each in made if each is not None)

    def against(self, said: Checkpoint, keys: PublicKeys) -> Broken | None:
        """Compares the journal with a checkpoint that was kept elsewhere.

        Raises `RequestFault` `unknown_key` or `wrong_signature`.
        """
        check_signed(said, keys)
        with self.store.session():
            return self.store.checkpoints.broken(said)

    def sizes(self) -> dict[str, int]:
        """Returns the number of entries of each tenant."""
        with self.store.session():
            return self.store.journal.tenants()

    def broken(self, tenant: str, seen: Callable[[], None]) -> Broken | None:
        """Returns the first changed entry of a tenant, also against its newest checkpoint."""
        with self.store.session():
            found = self.store.journal.broken(tenant, seen)
            return found or self.store.checkpoints.broken_behind(tenant)

    def about(self, subject: str) -> tuple[tuple[str, Entry], ...]:
        """Returns the entries about one thing, each with the handle of the partner whose journal it
        is in.

        The thing is named by its key or its id of the API; a partner by its handle, an edition as
        `policy@version`, a return by the number on its parcel, an order by its number. If several
        orders have the number, the entries of all of them are returned.
        """
        with self.store.session():
            keys = self._keys(subject)
            found = [each for key in keys for each in self.store.journal.everywhere(key)]
            handles = self.store.partners.handles({each.tenant for each in found})
            return tuple((handles.get(each.tenant, each.tenant), each) for each in found)

    def _keys(self, subject: str) -> tuple[str, ...]:
        found = self.store.partners.by_handle(subject) or self._edition(subject)
        if found:
            return (found.id,)
        decoded = decode(subject)
        keys = (decoded[1],) if decoded else self._return(subject)
        return keys or self.store.orders.keys_of(subject) or (subject,)

    def _return(self, number: str) -> tuple[str, ...]:
        """Returns the keys of a return that some partner knows by this number, and of what its
        consumer returned with it.
        """
        if not _NUMBER.match(number):
            return ()
        partners, returns = self.store.partners, self.store.tenant_returns
        for handle in partners.handles([*self.store.journal.tenants()]).values():
            partner = partners.by_handle(handle)
            found = returns.numbered(partners.acting(partner), number) if partner else None
            if found:
                return found.id, found.part_of
        return ()

    def _edition(self, subject: str) -> Edition | None:
        match = REFERENCE.match(subject)
        return self.store.editions.named(match[1], int(match[2])) if match else None


@contextmanager
def opened(settings: Settings) -> Iterator[Journals]:
    """Opens the journals of a database."""
    store = open_store(settings.database)
    try:
        yield Journals(store=store, settings=settings)
    finally:
        store.close()
