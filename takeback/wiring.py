"""Keeps policies that were read and deciders that were compiled, for all threads of a server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from adapters.store.database import Store
from adapters.store.records import Edition
from adapters.store.terms import canonical, with_terms
from engine.decision.decide import Decider
from engine.kept import Kept, Lender
from engine.policy.editions import FindBase, PolicyFile, load
from engine.policy.model import Policy
from takeback.bases import Bases


class Library:
    """Editions never change, so what is kept of them never goes stale.

    What was used longest ago is dropped when policies and deciders take `megabytes`; asked again,
    an edition is read and compiled again.
    """

    def __init__(self, shipped: Path, megabytes: int = 256) -> None:
        share = megabytes * 1024 / 8
        self._bases = Bases((shipped,))
        self._editions: Kept[Edition] = Kept(share, lambda each: 2 + len(each.text) / 1024)
        self._files: Kept[PolicyFile] = Kept(4 * share, lambda file: file.kilobytes, self._forget)
        self._deciders: Lender[Decider] = Lender(3 * share, lambda decider: decider.kilobytes)

    def edition(self, store: Store, key: str) -> Edition:
        """A published edition by id."""
        return self._editions.get(key, lambda: store.editions.by_id(key))

    def file(self, store: Store, edition: Edition, terms: Mapping[str, object]) -> PolicyFile:
        """An edition read under agreed terms; raises `PolicyFaults`."""
        key = (edition.id, hashlib.sha256(canonical(terms).encode()).digest())
        return self._files.get(key, lambda: self._read(store, edition, terms))

    def _read(self, store: Store, edition: Edition, terms: Mapping[str, object]) -> PolicyFile:
        def find(policy: str, version: int) -> str | None:
            own = store.editions.text_of_base(edition, policy, version)
            return own or self._bases.find(policy, version)

        return with_terms(load(edition.text, edition.reference, find), terms)

    def _forget(self, file: PolicyFile) -> None:
        """A file that is read again is made of new policies, so nobody asks these deciders."""
        for policy in file.editions:
            for native in (True, False):
                self._deciders.drop((id(policy), native))

    def lent(self, policy: Policy, *, native: bool) -> AbstractContextManager[Decider]:
        """A decider, kept open until it is given back.

        Deciders are known by the policy itself: of two with the same digest, one may have its rows
        from a partner's terms, and its decisions point to another place.
        """
        key = (id(policy), native)  # a decider holds its policy, so no other gets this id
        return self._deciders.lent(key, lambda: Decider(policy, native=native))

    @property
    def counts(self) -> tuple[int, int]:
        """How many deciders were lent since the start, and how many of them had to be made."""
        return self._deciders.counts

    @property
    def megabytes(self) -> float:
        """The memory of all that is kept, estimated."""
        return (self._editions.weight + self._files.weight + self._deciders.weight) / 1024

    def shipped(self) -> FindBase:
        """Finds the bases that come with Takeback."""
        return self._bases.find

    def close(self) -> None:
        """Closes every decider that is not in use."""
        self._deciders.close()
