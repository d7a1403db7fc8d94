"""Lends tables that are mapped already to the stores of tests, each on a database of its own.

To map every table takes longer than most tests, and what Pony has translated of queries stays with
the mapping. So one is bound to a database for as long as a test has it, and to another one after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pony.orm import Database
from pony.orm.core import local

from adapters.store import database as stores
from adapters.store.connection.address import Address
from adapters.store.mapping import Mapped, binding

Mapping = tuple[Database, Mapped]

_IDLE: dict[type, list[Mapping]] = {}
_LENT: dict[str, list[Mapping]] = {}


def lend() -> None:
    """From now on a store that is opened at a lent address takes an idle mapping, if any."""
    stores.mapped_at = _lending(stores.mapped_at)


@contextmanager
def lent(address: Address) -> Iterator[None]:
    """Until the end stores at this address, which has Takeback's tables, are opened quickly."""
    _LENT[str(address)] = lent = []
    yield
    del _LENT[str(address)]
    _IDLE.setdefault(type(address), []).extend(each for each in lent if _is_idle(each[0]))


def _lending(mapped_at: Callable[[Address], Mapping]) -> Callable[[Address], Mapping]:
    def found(address: Address) -> Mapping:
        lent, idle = _LENT.get(str(address)), _IDLE.get(type(address))
        if lent is None:
            return mapped_at(address)
        mapping = _bound(idle.pop(), address) if idle else mapped_at(address)
        lent.append(mapping)
        return mapping

    return found


def _bound(mapping: Mapping, address: Address) -> Mapping:
    """Pony binds a database once; what it connects to is known to its provider's pool alone."""
    provider: Any = mapping[0].provider
    options = binding(address)
    del options["provider"]
    if "filename" in options:
        options["is_shared_memory_db"] = False
    provider.pool = provider.get_pool(**options)
    return mapping


def _is_idle(database: Database) -> bool:
    """Whether no session on it is left open by this thread, nor a turn to write by any."""
    turn = getattr(database.provider, "transaction_lock", None)
    return database not in local.db2cache and not (turn and turn.locked())
