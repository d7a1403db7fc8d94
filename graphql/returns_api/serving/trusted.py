"""Documents by the SHA-256 of their text: registered ones, and those that clients sent before.

The hash is in `extensions.persistedQuery` (automatic persisted queries) or in `documentId`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from engine.caches import LruCache
from returns_api.serving.bodies import Ask, Refused

MOST_TOLD: Final = 8_000_000
"""Characters of texts that clients sent; the least recently used are dropped."""
NOT_FOUND: Final = "PersistedQueryNotFound"
NOT_FOUND_CODE: Final = "PERSISTED_QUERY_NOT_FOUND"
"""Tells clients that they have to send the text as well."""


class Texts:
    """The texts that a server knows; thread-safe. With `only`, nothing but `registered` runs."""

    def __init__(
        self, registered: Iterable[str] = (), *, only: bool = False, most: int = MOST_TOLD
    ) -> None:
        self._registered = {hash_of(text): text for text in registered}
        self._free = frozenset(self._registered.values())
        self._only = only
        self._told: LruCache[str] = LruCache(most, weigh=len)

    def of(self, ask: Ask) -> str | None:
        """Returns the text of a request; None for an unknown hash.

        Raises `Refused` `document_not_registered`, or `wrong_hash` for a text with another hash.
        """
        if not ask.query:
            known = self._registered.get(ask.sha256) or self._told.find(ask.sha256)
            if known is None and self._only:
                raise _not_registered()
            return known
        sha256 = hash_of(ask.query) if ask.sha256 or self._only else ""
        if ask.sha256 not in ("", sha256):
            raise Refused(400, "wrong_hash", "`query` has another SHA-256 than the one sent.")
        if self._only and sha256 not in self._registered:
            raise _not_registered()
        return ask.query

    def is_registered(self, ask: Ask) -> bool:
        """Whether a request names a registered document by its hash, or sends its text."""
        return ask.sha256 in self._registered or ask.query in self._free

    def keep(self, ask: Ask) -> None:
        """Stores the text of a request that may run, if it was sent with its hash."""
        if ask.query and ask.sha256 and ask.sha256 not in self._registered:
            self._told.get(ask.sha256, lambda: ask.query)


def hash_of(text: str) -> str:
    """Returns the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _not_registered() -> Refused:
    said = "This server answers registered documents alone; ask whoever runs it to add yours."
    return Refused(403, "document_not_registered", said)
