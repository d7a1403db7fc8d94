"""Answers stored under idempotency keys, so that a repeated request changes nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final

import msgspec
import orjson

from adapters.identity.principal import Principal
from adapters.store.connection.statements import Statements
from adapters.store.timestamps import written
from engine.errors import RequestFault

MOST_CHARACTERS: Final = 100
_LEFT: Final = (datetime, date, time)
"""Types that orjson encodes itself."""
_FOUND: Final = "SELECT operation, asked, answer FROM answered WHERE tenant = ? AND key = ?"
_KEPT: Final = """INSERT INTO answered (tenant, key, operation, asked, answer, at)
    VALUES (?, ?, ?, ?, ?, ?)"""


class IdempotencyKeys:
    """Every call runs inside a session of the store."""

    def __init__(self, statements: Statements, now: Callable[[], datetime]) -> None:
        self._statements = statements
        self._now = now

    def before(
        self, principal: Principal, key: str, operation: str, asked: object
    ) -> object | None:
        """Returns the earlier answer, or None; raises `idempotency_key_reused` for a different
        request.
        """
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
                "This was sent before with other values, and done then; now nothing was done. To do"
                " this as well, send it again with a new idempotency key.",
                "input.idempotencyKey",
            )
        found: object = orjson.loads(answer)
        return found

    def knows(self, principal: Principal, key: str) -> bool:
        """Whether an answer is stored under a key."""
        return bool(self._statements.rows(_FOUND, principal.tenant, key))

    def keep(
        self, principal: Principal, key: str, asked: tuple[str, object], answer: object
    ) -> None:
        """Stores the answer to `asked`, which is an operation and its input."""
        operation, what = asked
        digest, said = _digest(what), orjson.dumps(answer).decode()
        at = written(self._now())
        self._statements.write_later(_KEPT, principal.tenant, key, operation, digest, said, at)


def _digest(asked: object) -> str:
    """Digest of an input, or of plain values; equal contents have equal digests in both forms.

    The version that a caller was shown is no part of what it asks for.
    """
    plain = msgspec.to_builtins(asked, builtin_types=_LEFT)
    if isinstance(plain, dict):
        plain.pop("if_unchanged", None)
    try:
        said = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer of more than 64 bits, with which no stored answer was asked
        said = repr(plain).encode()
    return hashlib.sha256(said).hexdigest()
