"""Who a consumer is: sealed, in one row apart from everything else, and gone when it is erased.

Returns, decisions, journal, settlements and feeds know a consumer by no more than an opaque key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters.identity.principal import Principal
from adapters.store.ids import new_id
from adapters.store.journal.chains import Journal
from adapters.store.journal.kinds import Sides
from adapters.store.place.statements import Statements
from adapters.store.returns.documents import Documents
from adapters.store.returns.tables import ReturnTables

_KEPT: Final = "INSERT INTO consumer (id, part_of, sealed) VALUES (?, ?, ?)"


class Consumers:
    """Every call runs inside a session of the store; for the retailer of the consumer alone."""

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
        """Keeps who gave something back; `sealed` was sealed for `key`, `words` are hashes."""
        self._statements.write_later(_KEPT, key, whole, sealed)
        found = [(word, key) for word in dict.fromkeys(words)]
        self._statements.insert_later("consumer_word", ("word", "consumer"), found)

    def retailer_of(self, whole: str) -> str:
        """Whose consumer gave something back; raises LookupError."""
        return str(self._tables.ConsumerReturn[whole].retailer)

    def search_key(self, retailer: str) -> str | None:
        """The key by which a retailer's consumers are hashed, sealed; None before the first."""
        row = self._tables.SearchKey.get(retailer=retailer)
        return row.sealed if row else None

    def keep_search_key(self, retailer: str, sealed: str) -> None:
        """Keeps a retailer's first key."""
        self._tables.SearchKey(retailer=retailer, sealed=sealed)

    def of(self, principal: Principal, whole: str) -> tuple[str, str] | None:
        """The key and the sealed data of a consumer; None for another's, or once erased."""
        row = self._tables.Consumer.get(part_of=whole)
        if row is None or row.part_of.retailer != principal.tenant:
            return None
        return row.id, row.sealed

    def erase(self, principal: Principal, whole: str, by: str) -> bool:
        """Removes who it was, the retailer's own reference, and all photos and papers.

        Whether there was such a return.
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
    """What a consumer's data is sealed for."""
    return f"consumer:{key}"


def search_key_of(retailer: str) -> str:
    """What the key for a retailer's search is sealed for."""
    return f"search:{retailer}"
