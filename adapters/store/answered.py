"""What was answered under an idempotency key, so that a repeated request changes nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final

import msgspec
import orjson

from adapters.identity.principal import Principal
from adapters.store.moments import written
from adapters.store.place.statements import Statements
from engine.errors import RequestFault

MOST_CHARACTERS: Final = 100
_LEFT: Final = (datetime, date, time)
"""What is left to orjson to write."""
_FOUND: Final = "SELECT operation, asked, answer FROM answered WHERE tenant = ? AND key = ?"
_KEPT: Final = """INSERT INTO answered (tenant, key, operation, asked, answer, at)
    VALUES (?, ?, ?, ?, ?, ?)"""


class Answered:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements, now: Callable[[], datetime]) -> None:
        self._statements = statements
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
        rows = self._statements.rows(_FOUND, principal.tenant, key)
        if not rows:
            return None
        known, digest, answer = rows[0]
        if (known, digest) != (operation, _digest(asked)):
            raise RequestFault(
                "idempotency_key_reused",
                "This key was used for another request; take a new one for a new request.",
                "input.idempotencyKey",
            )
        found: object = orjson.loads(answer)
        return found

    def knows(self, principal: Principal, key: str) -> bool:
        """Whether anything was answered under a key."""
        return bool(self._statements.rows(_FOUND, principal.tenant, key))

    def keep(
        self, principal: Principal, key: str, asked: tuple[str, object], answer: object
    ) -> None:
        """Remembers what was answered to `asked`, an operation and its input."""
        operation, what = asked
        digest, said = _digest(what), orjson.dumps(answer).decode()
        at = written(self._now())
        self._statements.write_later(_KEPT, principal.tenant, key, operation, digest, said, at)


def _digest(asked: object) -> str:
    """Of an input, or of plain values: the same of both where they say the same."""
    plain = msgspec.to_builtins(asked, builtin_types=_LEFT)
    try:
        said = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number of more than 64 bits, which no answer that is kept was asked with
        said = repr(plain).encode()
    return hashlib.sha256(said).hexdigest()
