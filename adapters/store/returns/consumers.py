"""Who a consumer is: sealed, in one row apart from everything else, and gone when it is erased.

Returns, decisions, journal, settlements and feeds know a consumer by no more than an opaque key.
"""

from __future__ import annotations

from adapters.identity.principal import Principal
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.partners import new_id
from adapters.store.returns.tables import ReturnTables


class Consumers:
    """Every call runs inside a session of the store; for the retailer of the consumer alone."""

    def __init__(self, tables: ReturnTables, journal: Journal) -> None:
        self._tables = tables
        self._journal = journal

    def keep(self, whole: str, key: str, sealed: str) -> None:
        """Keeps who gave something back; `sealed` was sealed for `key`."""
        self._tables.Consumer(id=key, part_of=whole, sealed=sealed)

    def of(self, principal: Principal, whole: str) -> tuple[str, str] | None:
        """The key and the sealed data of a consumer; None for another's, or once erased."""
        row = self._tables.Consumer.get(part_of=whole)
        if row is None or row.part_of.retailer != principal.tenant:
            return None
        return row.id, row.sealed

    def erase(self, principal: Principal, whole: str, by: str) -> bool:
        """Removes who it was, and the retailer's own reference; whether there was anything."""
        row = self._tables.ConsumerReturn.get(id=whole)
        if row is None or row.retailer != principal.tenant:
            return False
        if row.consumer is not None:
            row.consumer.delete()
        row.reference = ""
        self._journal.tell(Sides(own=row.retailer), by, row.id, "consumer_erased")
        return True


def new_consumer() -> tuple[str, str]:
    """A key for a consumer, and the name that its data is sealed for."""
    key = new_id()
    return key, sealed_for(key)


def sealed_for(key: str) -> str:
    """What a consumer's data is sealed for."""
    return f"consumer:{key}"
