"""Caches policies that were read and deciders that were compiled, for all threads of a server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from adapters.store.database import Store
from adapters.store.records import Edition
from adapters.store.terms import canonical, with_terms
from engine.caches import LruCache, ResourcePool
from engine.decision.decide import Decider
from engine.policy.editions import FindBase, PolicyFile, load
from engine.policy.model import Policy
from takeback.bases import Bases


class Library:
    """A cache of editions, which never change, so that nothing in it goes stale.

    Drops what was used longest ago when policies and deciders exceed `megabytes`; a dropped edition
    is read and compiled again when needed.
    """

    def __init__(self, shipped: Path, megabytes: int = 256) -> None:
        share = megabytes * 1024 / 8
        self._bases = Bases((shipped,))
        self._editions: LruCache[Edition] = LruCache(share, lambda each: 2 + len(each.text) / 1024)
        self._files: LruCache[PolicyFile] = LruCache(
            4 * share, lambda file: file.kilobytes, self._forget
        )
        self._deciders: ResourcePool[Decider] = ResourcePool(
            3 * share, lambda decider: decider.kilobytes
        )

    def edition(self, store: Store, key: str) -> Edition:
        """Returns a published edition by id."""
        return self._editions.get(key, lambda: store.editions.by_id(key))

    def file(self, store: Store, edition: Edition, terms: Mapping[str, object]) -> PolicyFile:
        """Returns an edition read under agreed terms; raises `PolicyFaults`."""
        key = (edition.id, hashlib.sha256(canonical(terms).encode()).digest())
        return self._files.get(key, lambda: self._read(store, edition, terms))

    def _read(self, store: Store, edition: Edition, terms: Mapping[str, object]) -> PolicyFile:
        def find(policy: str, version: int) -> str | None:
            own = store.editions.text_of_base(edition, policy, version)
            return own or self._bases.find(policy, version)

        return with_terms(load(edition.text, edition.reference, find), terms)

    def _forget(self, file: PolicyFile) -> None:
        """Drops the deciders of a file: if it is read again, it has new policies."""
        for policy in file.editions:
            for native in (True, False):
                self._deciders.drop((id(policy), native))

    def lent(self, policy: Policy, *, native: bool) -> AbstractContextManager[Decider]:
        """Lends a decider until the block ends.

        Deciders are keyed by the policy object: of two with the same digest, one may have its rows
        from a partner's terms, and its decisions name another source.
        """
        key = (id(policy), native)  # a decider holds its policy, so no other gets this id
        return self._deciders.lent(key, lambda: Decider(policy, native=native))

    @property
    def counts(self) -> tuple[int, int]:
        """The number of deciders lent since the start, and how many of them were
        compiled for it.
        """
        return self._deciders.counts

    @property
    def megabytes(self) -> float:
        """The estimated memory of everything cached."""
        return (self._editions.weight + self._files.weight + self._deciders.weight) / 1024

    def shipped(self) -> FindBase:
        """Returns a finder of the bases that come with Takeback."""
        return self._bases.find

    def close(self) -> None:
        """Closes every decider that is not in use."""
        self._deciders.close()
