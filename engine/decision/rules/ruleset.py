"""Builds, asks and frees native rule sets, and replaces them after a failure.

Networks with the same source share one. It must not know what the names in an answer mean.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import Final, Protocol
from weakref import WeakValueDictionary

from engine.decision.rules.parts import NAMES, SENTINEL
from engine.errors import NetworkFault

_MATCHED: Final = 0  # codes of assert_fact: some rule matched, none did
_NOT_MATCHED: Final = 1
_SESSION: Final = None  # the one session of a rule set, which the native code names "0"
_BIRTH: Final = f'{{"id":1,"{SENTINEL}":1}}'
_RETRACTION: Final = '{"id":1}'


class NativeCalls(Protocol):
    """The functions of `durable_rules_engine` that are called; they raise its own error."""

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def assert_fact(self, handle: int, message: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, state: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, state: int, /) -> str | None: ...
    def retract_fact(self, handle: int, message: str, /) -> tuple[int, int]: ...
    def delete_state(self, handle: int, session: str | None, /) -> None: ...
    def delete_ruleset(self, handle: int, /) -> None: ...


_SHARED: Final[WeakValueDictionary[tuple[int, str], RuleSet]] = WeakValueDictionary()
"""The rule sets that any network holds, by native module and source."""

_SHARING: Final = Lock()


def shared(source: str, native: NativeCalls) -> RuleSet:
    """Returns the rule set of a source, built if no network holds it; raises `NetworkFault`."""
    with _SHARING:
        key = (id(native), source)
        found = _SHARED.get(key)
        if found is None:
            found = _SHARED[key] = RuleSet(source, native)
        return found


class RuleSet:
    """One native rule set with one session; freed when no network holds it."""

    def __init__(self, source: str, native: NativeCalls) -> None:
        self._opened = opened = _Opened(source, native)
        self.ask = opened.ask
        weakref.finalize(self, opened.free).atexit = False
        opened.open()


class _Opened:
    """The native calls of one rule set; a lock lets one question through at a time."""

    def __init__(self, source: str, native: NativeCalls) -> None:
        self._lock = Lock()
        self._source = source
        self._native = native
        self._assert = native.assert_fact
        self._start = native.start_action_for_state
        self._complete = native.complete_and_start_action
        self._retract = native.retract_fact
        self._handle = 0  # no native rule set; handles count from 1
        self._state = 0

    def ask(self, message: str, masks: Mapping[str, int]) -> int:
        """Returns the mask of the rows that hold; after a `NetworkFault` the rule set is new."""
        with self._lock:
            handle = self._handle or self.open()
            try:
                code, state = self._assert(handle, message)
                if code == _NOT_MATCHED:
                    return 0
                found = self._fired(handle, code, state, masks)
                self._retract(handle, _RETRACTION)
            except BaseException as error:
                self._replace()
                if isinstance(error, Exception):
                    raise NetworkFault(f"the rule network failed in a decision: {error}") from error
                raise
            return found

    def _fired(self, handle: int, code: int, state: int, masks: Mapping[str, int]) -> int:
        started = self._start(handle, state)
        if code != _MATCHED or started is None:
            raise NetworkFault(f"a fact was taken with code {code} and started {started}")
        complete = self._complete
        found = masks[started[1][2:4]]  # {"AA":{"m":...
        while (fired := complete(handle, state)) is not None:
            found |= masks[fired[2:4]]
        return found

    def open(self) -> int:
        """Builds the native rule set; raises `NetworkFault` if that fails.

        The sentinel fires once, because deleting a session in which nothing has fired crashes.
        """
        handle = 0
        try:
            handle = self._native.create_ruleset("network", self._source)
            code, self._state = self._assert(handle, _BIRTH)
            self._fired(handle, code, self._state, {SENTINEL: 0})
            self._retract(handle, _RETRACTION)
        except Exception as error:
            if handle:
                self._native.delete_ruleset(handle)
            raise NetworkFault(f"the rule network cannot be built: {error}") from error
        self._handle = handle
        return handle

    def _replace(self) -> None:
        """Discards the rule set and builds another; if that fails, the next question retries."""
        handle = self._handle
        with suppress(Exception):
            self._start(handle, self._state)
        with suppress(Exception):
            for _ in range(len(NAMES) + 1):
                if self._complete(handle, self._state) is None:
                    break
        self.free()
        with suppress(NetworkFault):
            self.open()

    def free(self) -> None:
        """Frees the session, then the rule set: in the other order the session leaks."""
        handle, self._handle = self._handle, 0
        if handle:
            with suppress(Exception):
                self._native.delete_state(handle, _SESSION)
                self._native.delete_ruleset(handle)
