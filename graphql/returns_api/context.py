"""The context of a request: the principal, the store, the policies, the clock, and its budget.

Made for one operation in one thread, inside one session of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import strawberry

from adapters.channels.opening import ChannelOpener
from adapters.identity.principal import Principal
from adapters.identity.vault import Vault
from adapters.store.connection.deadline import Deadline, within
from adapters.store.database import Store
from adapters.store.records import Partnership
from adapters.store.withdrawals import ByEdition
from engine.errors import RequestFault
from engine.policy.selection import Candidate
from returns_api.serving.bodies import Refused
from returns_api.serving.endpoint import OpenContext
from returns_api.serving.guesses import bearer_of
from services.payments.gateways import Gateways
from services.returns.decision_service import PRESENT, DecisionService, View
from services.returns.library import Library

MOST_DECISIONS: Final = 1_000
"""Decisions in one operation, including those of `termsByReason`."""

Clock = Callable[[], datetime]
"""Returns the present time, with its offset."""


@dataclass(slots=True, kw_only=True)
class Context:
    """Passed to every resolver."""

    principal: Principal
    store: Store
    library: Library
    vault: Vault
    gateways: Gateways
    channels: ChannelOpener
    now: Clock
    decisions_left: int = field(default=MOST_DECISIONS)
    _published: dict[str, tuple[Candidate, ...]] = field(default_factory=dict)
    _withdrawn: dict[str, ByEdition] = field(default_factory=dict)
    _partnerships: tuple[Partnership, ...] | None = None

    @property
    def payer(self) -> str:
        """The tenant whose allowance pays: all keys of a partner share one."""
        return self.principal.tenant

    def published(self, owner: str) -> tuple[Candidate, ...]:
        """Returns all editions of an owner, read once; `known` filters those of an earlier time."""
        if owner not in self._published:
            self._published[owner] = self.store.editions.candidates(owner)
        return self._published[owner]

    def partnerships(self) -> tuple[Partnership, ...]:
        """Returns the partnerships of the principal, read once."""
        if self._partnerships is None:
            self._partnerships = self.store.partnerships.all_of(self.principal)
        return self._partnerships

    def service(self, view: View = PRESENT) -> DecisionService:
        """Returns the service that decides for this request, within its budget."""
        return DecisionService(self.store, self.library, view=view, spend=self.spend)

    def withdrawn(self, owner: str) -> ByEdition:
        """Returns what an owner has withdrawn, read once."""
        if owner not in self._withdrawn:
            self._withdrawn[owner] = self.store.withdrawals.of_owner(owner)
        return self._withdrawn[owner]

    def spend(self, decisions: int) -> None:
        """Counts decisions; raises `RequestFault` `too_much_asked` if there are too many."""
        self.decisions_left -= decisions
        if self.decisions_left < 0:
            raise RequestFault(
                "too_much_asked",
                f"One request takes at most {MOST_DECISIONS:,} decisions; ask for fewer lines, or "
                "for `termsByReason` apart.",
            )


Info = strawberry.Info[Context, None]


class Shared(Protocol):
    """The services that all requests of a process share."""

    @property
    def store(self) -> Store: ...
    @property
    def library(self) -> Library: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def gateways(self) -> Gateways: ...
    @property
    def channels(self) -> ChannelOpener: ...
    @property
    def now(self) -> Clock: ...


_NO_KEY: Final = "Send your API key: `Authorization: Bearer tb_...`."
_WRONG_KEY: Final = (
    "This API key is not right, or it was revoked; ask whoever gave it to you for another."
)


def opener(shared: Shared) -> OpenContext:
    """Returns a function that opens a session for the owner of an API key."""

    @contextmanager
    def opened(authorization: str | None, deadline: Deadline | None = None) -> Iterator[Context]:
        with within(deadline or Deadline()), shared.store.session():
            key = bearer_of(authorization)
            principal = _principal(shared.store, key)
            if principal is None:
                said = _WRONG_KEY if key else _NO_KEY
                raise Refused(401, "unauthenticated", said, www_authenticate="Bearer")
            yield Context(
                principal=principal,
                store=shared.store,
                library=shared.library,
                vault=shared.vault,
                gateways=shared.gateways,
                channels=shared.channels,
                now=shared.now,
            )

    return opened


def _principal(store: Store, bearer: str) -> Principal | None:
    """Returns the owner of an API key or of a session token."""
    return store.partners.principal(bearer) or store.sessions.principal(bearer)
