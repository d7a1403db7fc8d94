"""Keeps policies that were read and deciders that were compiled, for all threads of a server."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from adapters.store.database import Store
from adapters.store.records import Edition
from adapters.store.terms import canonical, with_terms
from engine.decision.decide import Decider
from engine.policy.editions import FindBase, PolicyFile, load
from engine.policy.model import Policy
from takeback.bases import Bases

MOST: Final = 500
T = TypeVar("T")


class Library:
    """Editions never change, so what is kept of them never goes stale."""

    def __init__(self, shipped: Path, most: int = MOST) -> None:
        self._bases = Bases((shipped,))
        self._editions: Kept[Edition] = Kept(most)
        self._files: Kept[PolicyFile] = Kept(most)
        self._deciders: Lender[Decider] = Lender(most)

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

    @contextmanager
    def lent(self, policy: Policy, *, native: bool) -> Iterator[Decider]:
        """A decider, kept open until it is given back.

        Deciders are known by the policy itself: of two with the same digest, one may have its rows
        from a partner's terms, and its decisions point to another place.
        """
        key = (id(policy), native)  # a decider holds its policy, so no other gets this id
        with self._deciders.lent(key, lambda: Decider(policy, native=native)) as decider:
            yield decider

    @property
    def deciders(self) -> tuple[int, int]:
        """How many deciders were lent since the start, and how many of them had to be made."""
        return self._deciders.lent_count, self._deciders.made_count

    def shipped(self) -> FindBase:
        """Finds the bases that come with Takeback."""
        return self._bases.find

    def close(self) -> None:
        """Closes every decider that is not in use."""
        self._deciders.close()


class Kept(Generic[T]):
    """The values that were used last, up to a number; thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made if it is not there; of those that threads make, the first."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            value = self._values.setdefault(key, value)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class Closable(Protocol):
    """What a `Lender` lends."""

    def close(self) -> None:
        """Frees what it holds."""
        ...


C = TypeVar("C", bound=Closable)


@dataclass(slots=True)
class _Held(Generic[C]):
    """One value with its borrowers; `making` lets only one thread make it."""

    value: C | None = None
    users: int = 0
    dropped: bool = False
    making: threading.Lock = field(default_factory=threading.Lock)


class Lender(Generic[C]):
    """Lends values that must be closed; one that is dropped closes when the last gives it back."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, _Held[C]] = OrderedDict()
        self.lent_count = 0
        self.made_count = 0

    @contextmanager
    def lent(self, key: Hashable, make: Callable[[], C]) -> Iterator[C]:
        """The value of a key, made if it is not there."""
        held = self._taken(key)
        try:
            with held.making:
                if held.value is None:
                    held.value = make()
                    self.made_count += 1
                value = held.value
            yield value
        finally:
            self._given_back(held)

    def close(self) -> None:
        """Drops everything."""
        with self._lock:
            for held in self._held.values():
                self._drop(held)
            self._held.clear()

    def _taken(self, key: Hashable) -> _Held[C]:
        with self._lock:
            self.lent_count += 1
            held = self._held.setdefault(key, _Held())
            self._held.move_to_end(key)
            held.users += 1
            while len(self._held) > self._most:
                self._drop(self._held.popitem(last=False)[1])
            return held

    def _given_back(self, held: _Held[C]) -> None:
        with self._lock:
            held.users -= 1
            if held.dropped and held.users == 0 and held.value is not None:
                held.value.close()

    def _drop(self, held: _Held[C]) -> None:
        held.dropped = True
        if held.users == 0 and held.value is not None:
            held.value.close()
