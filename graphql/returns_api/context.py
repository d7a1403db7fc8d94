"""What a request works with: who asks, the store, the policies, the clock, and its budget.

Made for one operation in one thread, inside one session of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import strawberry

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.records import Edition
from adapters.store.withdrawals import ByEdition
from engine.decision.decide import Decider
from engine.errors import RequestFault
from engine.policy.editions import FindBase, PolicyFile
from engine.policy.model import Policy
from engine.policy.selection import Candidate
from returns_api.serving.bodies import Refused
from returns_api.serving.endpoint import OpenContext

MOST_DECISIONS: Final = 1_000
"""Decisions in one operation, terms for possible reasons included."""

Clock = Callable[[], datetime]
"""Gives the present moment, with its offset."""


class Library(Protocol):
    """Policies read and made ready to decide; shared by all threads."""

    def edition(self, store: Store, key: str) -> Edition:
        """A published edition by id."""
        ...

    def file(self, store: Store, edition: Edition, terms: Mapping[str, object]) -> PolicyFile:
        """An edition read under agreed terms; raises `PolicyFaults`."""
        ...

    def lent(self, policy: Policy, *, native: bool) -> AbstractContextManager[Decider]:
        """A decider, kept open until it is given back."""
        ...

    def shipped(self) -> FindBase:
        """Finds the bases that come with Takeback."""
        ...


@dataclass(slots=True, kw_only=True)
class Context:
    """Handed to every resolver."""

    principal: Principal
    store: Store
    library: Library
    now: Clock
    decisions_left: int = field(default=MOST_DECISIONS)
    _published: dict[str, tuple[Candidate, ...]] = field(default_factory=dict)
    _withdrawn: dict[str, ByEdition] = field(default_factory=dict)

    def published(self, owner: str) -> tuple[Candidate, ...]:
        """All editions of an owner, looked up once; `known` gives those of a moment."""
        if owner not in self._published:
            self._published[owner] = self.store.editions.candidates(owner)
        return self._published[owner]

    def candidates(self, owner: str, retailer: str) -> tuple[Candidate, ...]:
        """The editions of an owner that matter for what a retailer sold, looked up once."""
        key = f"{owner} {retailer}"
        if key not in self._published:
            found = self.store.editions.candidates_for(owner, [retailer])
            self._published[key] = found
        return self._published[key]

    def withdrawn(self, owner: str) -> ByEdition:
        """What an owner has withdrawn, looked up once."""
        if owner not in self._withdrawn:
            self._withdrawn[owner] = self.store.withdrawals.of_owner(owner)
        return self._withdrawn[owner]

    def spend(self, decisions: int) -> None:
        """Counts decisions; raises `RequestFault` `too_much_asked` when there are too many."""
        self.decisions_left -= decisions
        if self.decisions_left < 0:
            raise RequestFault(
                "too_much_asked",
                f"One request takes at most {MOST_DECISIONS:,} decisions; ask for fewer lines, or "
                "for `termsByReason` apart.",
            )


Info = strawberry.Info[Context, None]


def opener(store: Store, library: Library, now: Clock) -> OpenContext:
    """Opens a session for the owner of an API key."""

    @contextmanager
    def opened(authorization: str | None) -> Iterator[Context]:
        with store.session():
            principal = store.partners.principal(_bearer(authorization))
            if principal is None:
                raise Refused(
                    401,
                    "unauthenticated",
                    "Send your API key: `Authorization: Bearer tb_...`.",
                    www_authenticate="Bearer",
                )
            yield Context(principal=principal, store=store, library=library, now=now)

    return opened


def _bearer(authorization: str | None) -> str:
    scheme, _, key = (authorization or "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
