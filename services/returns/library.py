"""Policies that are read and compiled, for everyone who decides."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from adapters.store.database import Store
from adapters.store.records import Edition
from engine.decision.decide import Decider
from engine.policy.editions import FindBase, PolicyFile
from engine.policy.model import Policy


class Library(Protocol):
    """Shared by all threads."""

    def edition(self, store: Store, key: str) -> Edition:
        """Returns a published edition by id."""
        ...

    def file(self, store: Store, edition: Edition, terms: Mapping[str, object]) -> PolicyFile:
        """Returns an edition read under agreed terms; raises `PolicyFaults`."""
        ...

    def lent(self, policy: Policy, *, native: bool) -> AbstractContextManager[Decider]:
        """Lends a decider until the block ends."""
        ...

    def shipped(self) -> FindBase:
        """Returns a finder of the bases that come with Takeback."""
        ...
