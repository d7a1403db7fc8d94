"""Notes which of the store's methods ran on which database, so that none is left out of one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from adapters.store.database import Store

RAN: dict[str, set[str]] = {"SQLite": set(), "PostgreSQL": set()}
KNOWN: set[str] = set()


def note_every_call() -> None:
    """From now on each store that is made notes the calls of its groups."""
    make = Store.__init__

    @functools.wraps(make)
    def made(store: Store, *arguments: Any, **more: Any) -> None:
        make(store, *arguments, **more)
        _watch_within(store, store, set())

    Store.__init__ = made  # type: ignore[method-assign]


def missing(kind: str) -> list[str]:
    """The methods of stores that never ran on a database."""
    return sorted(KNOWN - RAN[kind])


def noted() -> dict[str, list[str]]:
    """What this process has noted, for another one."""
    return {"known": sorted(KNOWN), **{kind: sorted(ran) for kind, ran in RAN.items()}}


def add(other: dict[str, list[str]]) -> None:
    """What another process has noted."""
    KNOWN.update(other.get("known", []))
    for kind, ran in RAN.items():
        ran.update(other.get(kind, []))


def _watch_within(store: Store, holder: object, seen: set[int]) -> None:
    """Groups hold others, which are not always the store's own."""
    for group in list(getattr(holder, "__dict__", {}).values()):
        if type(group).__module__.startswith("adapters.store.") and id(group) not in seen:
            seen.add(id(group))
            _watch_within(store, group, seen)
            if hasattr(group, "__dict__"):
                _watch(store, group)


def _watch(store: Store, group: Any) -> None:
    for name, function in _methods(type(group)):
        setattr(group, name, _noting(store, function.__get__(group)))


@functools.cache
def _methods(kind: type) -> list[tuple[str, Any]]:
    """The public methods of a group, which are known from now on."""
    found = [
        (name, function)
        for name, function in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]
    KNOWN.update(f"{kind.__name__}.{name}" for name, _ in found)
    return found


def _noting(store: Store, method: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any, **more: Any) -> Any:
        RAN[store._database.provider.dialect].add(method.__qualname__)
        return method(*arguments, **more)

    return noted
