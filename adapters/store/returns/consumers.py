"""Consumers' identities: sealed, in a table of their own, deleted when a consumer is erased.

Returns, decisions, journal, settlements and feeds know a consumer only by an opaque key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters.identity.principal import Principal
from adapters.store.connection.statements import Statements
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.returns.documents import Documents
from adapters.store.returns.tables import ReturnTables

_KEPT: Final = "INSERT INTO consumer (id, part_of, sealed) VALUES (?, ?, ?)"


class Consumers:
    """Every call runs inside a session of the store; only for the consumer's retailer."""

    def __init__(
        self,
        reads: tuple[Statements, ReturnTables],
        documents: Documents,
        journal: Journal,
    ) -> None:
        self._statements, self._tables = reads
        self._documents = documents
        self._journal = journal

    def keep(self, whole: str, key: str, sealed: str, words: Iterable[str] = ()) -> None:
        """Stores a consumer's identity; `sealed` was sealed for `key`, `words` are hashes."""
        self._statements.write_later(_KEPT, key, whole, sealed)
        found = [(word, key) for word in dict.fromkeys(words)]
        self._statements.insert_later("consumer_word", ("word", "consumer"), found)

    def retailer_of(self, whole: str) -> str:
        """The retailer of a consumer's return; raises LookupError."""
        return str(self._tables.ConsumerReturn[whole].retailer)

    def search_key(self, retailer: str) -> str | None:
        """A retailer's sealed key for hashing consumers' words; None before the first consumer."""
        row = self._tables.SearchKey.get(retailer=retailer)
        return row.sealed if row else None

    def keep_search_key(self, retailer: str, sealed: str) -> None:
        """Stores a retailer's first key."""
        self._tables.SearchKey(retailer=retailer, sealed=sealed)

    def of(self, principal: Principal, whole: str) -> tuple[str, str] | None:
        """The key and sealed identity of a consumer; None for another retailer's or if erased."""
        row = self._tables.Consumer.get(part_of=whole)
        if row is None or row.part_of.retailer != principal.tenant:
            return None
        return row.id, row.sealed

    def erase(self, principal: Principal, whole: str, by: str) -> bool:
        """Erases a consumer's identity, the retailer's own reference, and all photos and papers.

        Returns whether there was such a return.
        """
        row = self._tables.ConsumerReturn.get(id=whole)
        if row is None or row.retailer != principal.tenant:
            return False
        self._documents.erase(whole)
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
    """The name that a consumer's identity is sealed for."""
    return f"consumer:{key}"


def search_key_of(retailer: str) -> str:
    """The name that a retailer's search key is sealed for."""
    return f"search:{retailer}"
