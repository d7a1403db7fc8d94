"""An LRU cache limited by weight, and a pool that lends values which must be closed.

Both are thread-safe.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

T = TypeVar("T")


class LruCache(Generic[T]):
    """Caches the values used last, by key, each of weight 1 unless `weigh` says otherwise.

    `dropped` is called with each evicted value. A value heavier than the limit stays, alone, until
    the next one is added.
    """

    def __init__(
        self,
        most: float,
        weigh: Callable[[T], float] = lambda _: 1,
        dropped: Callable[[T], None] = lambda _: None,
    ) -> None:
        self._most = most
        self._weigh = weigh
        self._dropped = dropped
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[T, float]] = OrderedDict()
        self.weight = 0.0

    def find(self, key: Hashable) -> T | None:
        """Returns the value of a key and marks it as just used; None if it is not cached."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Returns the value of a key, made if missing; of concurrent values the first stays."""
        found = self.find(key)
        return self._put(key, make()) if found is None else found

    def _put(self, key: Hashable, value: T) -> T:
        gone: list[T] = []
        weight = self._weigh(value)
        with self._lock:
            if key in self._values:
                return self._values[key][0]
            self._values[key] = (value, weight)
            self.weight += weight
            while self.weight > self._most and len(self._values) > 1:
                old, its_weight = self._values.popitem(last=False)[1]
                self.weight -= its_weight
                gone.append(old)
        for old in gone:
            self._dropped(old)
        return value


class Closable(Protocol):
    """A value that a `ResourcePool` can lend."""

    def close(self) -> None:
        """Frees what it holds."""


C = TypeVar("C", bound=Closable)
WEIGHED_AT_FIRST: Final = 4
WEIGHED_EVERY: Final = 32
"""Uses between weighings of a value; weighing one may take as long as using it."""


@dataclass(slots=True)
class _Held(Generic[C]):
    """One value with its borrowers; `making` lets only one thread make it."""

    value: C | None = None
    users: int = 0
    uses: int = 0
    weight: float = 0.0
    dropped: bool = False
    making: Lock = field(default_factory=Lock)


class ResourcePool(Generic[C]):
    """Keeps the values lent last; a dropped value is closed when its last borrower returns it.

    A value is weighed when it is returned, since it may grow in use: after each of its first
    `WEIGHED_AT_FIRST` uses, then after every `WEIGHED_EVERY`. A value heavier than the limit stays,
    alone, until the next one is weighed.
    """

    def __init__(self, most: float, weigh: Callable[[C], float]) -> None:
        self._most = most
        self._weigh = weigh
        self._lock = Lock()
        self._held: OrderedDict[Hashable, _Held[C]] = OrderedDict()
        self._lent = 0
        self._made = 0
        self.weight = 0.0

    @property
    def counts(self) -> tuple[int, int]:
        """How often a value was lent, and how often one had to be made for it."""
        with self._lock:
            return self._lent, self._made

    def lent(self, key: Hashable, make: Callable[[], C]) -> Lease[C]:
        """Lends the value of a key for a `with` block, made if missing."""
        return Lease(self, key, make)

    def take(self, key: Hashable, make: Callable[[], C]) -> tuple[C, _Held[C]]:
        """Takes a value for a `Lease`, which always gives it back."""
        held = self._taken(key)
        if held.value is not None:
            return held.value, held
        try:
            with held.making:
                if held.value is None:
                    held.value = make()
                    with self._lock:
                        self._made += 1
                return held.value, held
        except BaseException:
            self.give_back(key, held)
            raise

    def drop(self, key: Hashable) -> None:
        """Removes the value of a key from the pool."""
        with self._lock:
            if key in self._held:
                self._drop(self._held.pop(key))

    def close(self) -> None:
        """Drops everything."""
        with self._lock:
            while self._held:
                self._drop(self._held.popitem()[1])

    def _taken(self, key: Hashable) -> _Held[C]:
        with self._lock:
            self._lent += 1
            held = self._held.get(key)
            if held is None:
                held = self._held[key] = _Held()
            self._held.move_to_end(key)
            held.users += 1
            return held

    def give_back(self, key: Hashable, held: _Held[C]) -> None:
        with self._lock:
            held.users -= 1
            held.uses += 1
            if held.dropped:
                self._close(held)
            elif held.value is not None:
                if held.uses <= WEIGHED_AT_FIRST or held.uses % WEIGHED_EVERY == 0:
                    self._weighed(held, held.value)
            elif held.users == 0:
                del self._held[key]

    def _weighed(self, held: _Held[C], value: C) -> None:
        weight = self._weigh(value)
        self.weight += weight - held.weight
        held.weight = weight
        while self.weight > self._most and len(self._held) > 1:
            self._drop(self._held.popitem(last=False)[1])

    def _drop(self, held: _Held[C]) -> None:
        self.weight -= held.weight
        held.weight, held.dropped = 0.0, True
        self._close(held)

    def _close(self, held: _Held[C]) -> None:
        if held.users == 0 and held.value is not None:
            held.value.close()


class Lease(Generic[C]):
    """A value lent for a `with` block; a class and no generator, since each decision makes one."""

    __slots__ = ("_held", "_key", "_lender", "_make")

    def __init__(self, lender: ResourcePool[C], key: Hashable, make: Callable[[], C]) -> None:
        self._lender, self._key, self._make = lender, key, make

    def __enter__(self) -> C:
        value, self._held = self._lender.take(self._key, self._make)
        return value

    def __exit__(self, *_: object) -> None:
        self._lender.give_back(self._key, self._held)
