"""What was answered under an idempotency key, so that a repeated request changes nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

import orjson

from adapters.identity.principal import Principal
from adapters.store.moments import kept
from adapters.store.tables import Tables
from engine.errors import RequestFault

MOST_CHARACTERS = 100


class Answered:
    """Every call runs inside a session of the store."""

    def __init__(self, tables: Tables, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def before(
        self, principal: Principal, key: str, operation: str, asked: object
    ) -> object | None:
        """The earlier answer; raises `idempotency_key_reused` if something else was asked."""
        if not 1 <= len(key) <= MOST_CHARACTERS:
            raise RequestFault(
                "wrong_idempotency_key",
                f"An idempotency key has 1 to {MOST_CHARACTERS} characters.",
                "input.idempotencyKey",
            )
        row = self._tables.Answered.get(tenant=principal.tenant, key=key)
        if row is None:
            return None
        if (row.operation, row.asked) != (operation, _digest(asked)):
            raise RequestFault(
                "idempotency_key_reused",
                "This key was used for another request; take a new one for a new request.",
                "input.idempotencyKey",
            )
        found: object = orjson.loads(row.answer)
        return found

    def knows(self, principal: Principal, key: str) -> bool:
        """Whether anything was answered under a key."""
        return bool(self._tables.Answered.exists(tenant=principal.tenant, key=key))

    def keep(
        self, principal: Principal, key: str, asked: tuple[str, object], answer: object
    ) -> None:
        """Remembers what was answered to `asked`, an operation and its input."""
        operation, what = asked
        self._tables.Answered(
            tenant=principal.tenant,
            key=key,
            operation=operation,
            asked=_digest(what),
            answer=orjson.dumps(answer).decode(),
            at=kept(self._now()),
        )


def _digest(asked: object) -> str:
    try:
        said = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number of more than 64 bits, which no answer that is kept was asked with
        said = repr(asked).encode()
    return hashlib.sha256(said).hexdigest()
