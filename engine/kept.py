"""Keeps what was used last, up to a total weight, and lends what must be closed.

Both are safe under threads.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key, each of weight 1 unless told; `dropped` hears of a value that had to go.

    A value heavier than all that may be kept is kept alone until the next.
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
        """The value of a key, if it is still there."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made if it is not there; of those that threads make, the first."""
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
    """What a `Lender` lends."""

    def close(self) -> None:
        """Frees what it holds."""
        ...


C = TypeVar("C", bound=Closable)
WEIGHED_AT_FIRST: Final = 4
WEIGHED_EVERY: Final = 32
"""Uses after which a value is weighed again; weighing one may take as long as using it."""


@dataclass(slots=True)
class _Held(Generic[C]):
    """One value with its borrowers; `making` lets only one thread make it."""

    value: C | None = None
    users: int = 0
    uses: int = 0
    weight: float = 0.0
    dropped: bool = False
    making: Lock = field(default_factory=Lock)


class Lender(Generic[C]):
    """Keeps what was lent last; what is dropped closes when the last borrower gives it back.

    A value is weighed when it is given back, for it may grow in use: after its first uses, and then
    after every `WEIGHED_EVERY`. One that is heavier than all that may be kept is kept alone until
    the next.
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
        """How often a value was lent, and how often it had to be made for that."""
        with self._lock:
            return self._lent, self._made

    def lent(self, key: Hashable, make: Callable[[], C]) -> Loan[C]:
        """The value of a key while the block lasts, made if it is not there."""
        return Loan(self, key, make)

    def take(self, key: Hashable, make: Callable[[], C]) -> tuple[C, _Held[C]]:
        """For a loan, which gives it back whatever happens."""
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
        """Keeps the value of a key no longer."""
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


class Loan(Generic[C]):
    """A value that is lent for a block; no generator, for there is one for each decision."""

    __slots__ = ("_held", "_key", "_lender", "_make")

    def __init__(self, lender: Lender[C], key: Hashable, make: Callable[[], C]) -> None:
        self._lender, self._key, self._make = lender, key, make

    def __enter__(self) -> C:
        value, self._held = self._lender.take(self._key, self._make)
        return value

    def __exit__(self, *_: object) -> None:
        self._lender.give_back(self._key, self._held)
