"""The only door to durable-rules: builds native rule sets, asks them, frees them.

It calls the native module and never its `Host`, which is slower, starts threads that do not stop
and loses work. It must not know what fields and rows mean.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from operator import itemgetter
from threading import Lock
from typing import Final, Protocol

import durable_rules_engine

from engine.decision.encoding import LIMIT, UNKNOWN, Op, Rule, Test
from engine.decision.rules.parts import SENTINEL, Part, cut
from engine.errors import NetworkFault

__all__ = ["Network", "Op", "Rule", "Test", "compile_safely"]

_MATCHED: Final = 0  # codes of assert_fact: some rule matched, none did
_NOT_MATCHED: Final = 1
_SESSION: Final = None  # the one session of a rule set, which the native code names "0"
_BIRTH: Final = f'{{"id":1,"{SENTINEL}":1}}'
_RETRACTION: Final = '{"id":1}'


class NativeCalls(Protocol):
    """The functions of `durable_rules_engine` that are used; they raise its own error."""

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def assert_fact(self, handle: int, message: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, state: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, state: int, /) -> str | None: ...
    def retract_fact(self, handle: int, message: str, /) -> tuple[int, int]: ...
    def delete_state(self, handle: int, session: str | None, /) -> None: ...
    def delete_ruleset(self, handle: int, /) -> None: ...


class Network:
    """Compiled rules; answers which rows hold for a tuple of integers. Safe under threads."""

    def __init__(
        self, rules: Sequence[Rule], width: int, *, native: NativeCalls = durable_rules_engine
    ) -> None:
        """`width` is the number of fields; `ValueError` for a wrong rule, else `NetworkFault`."""
        parts = [_NativePart(part, native) for part in cut(rules, width)]
        self._width = width
        self._lock = Lock()
        self._parts = parts
        self._release = weakref.finalize(self, _free, parts)
        self._release.atexit = False
        for part in parts:
            part.open()

    def matches(self, values: Sequence[int]) -> int:
        """Bits of the rows with a rule that is true.

        `ValueError` for another number of values than fields, and for one that some rule tests and
        that is beyond `LIMIT`; `NetworkFault` when the native code failed, the next call is sound.
        """
        if len(values) != self._width:
            raise ValueError(f"{len(values)} values, but the rules know {self._width} fields")
        with self._lock:
            if not self._release.alive:
                raise NetworkFault("this network is closed; take the one that replaced it")
            found = 0
            for part in self._parts:
                found |= part.ask(values)
            return found

    def close(self) -> None:
        """Frees the native memory; a second call does nothing."""
        with self._lock:
            self._release()


class _NativePart:
    """One native rule set with its one session; the caller holds the lock."""

    def __init__(self, part: Part, native: NativeCalls) -> None:
        self._source = part.source
        self._message = part.message
        self._short = len(part.message % ((0,) * len(part.fields))) + 17
        self._pick = _picker(part.fields)
        self._masks = part.masks
        self._native = native
        self._assert = native.assert_fact
        self._start = native.start_action_for_state
        self._complete = native.complete_and_start_action
        self._retract = native.retract_fact
        self._handle = 0  # no native rule set; handles count from 1
        self._state = 0

    def ask(self, values: Sequence[int]) -> int:
        """Bits of the rows that hold; after `NetworkFault` the rule set is a new one."""
        picked = self._pick(values)
        message = self._message % picked
        # A message this short holds no value of 19 digits, so none beyond the limit.
        if len(message) > self._short and not UNKNOWN <= min(picked) <= max(picked) <= LIMIT:
            raise ValueError(f"a value is not between {UNKNOWN} and {LIMIT}: {picked}")
        handle = self._handle or self.open()
        try:
            code, state = self._assert(handle, message)
            if code == _NOT_MATCHED:
                return 0
            found = self._fired(handle, code, state)
            self._retract(handle, _RETRACTION)
        except BaseException as error:
            self._replace()
            if isinstance(error, Exception):
                raise NetworkFault(f"the rule network failed in a decision: {error}") from error
            raise
        return found

    def _fired(self, handle: int, code: int, state: int) -> int:
        started = self._start(handle, state)
        if code != _MATCHED or started is None:
            raise NetworkFault(f"a fact was taken with code {code} and started {started}")
        complete, masks = self._complete, self._masks
        found = masks[started[1][2:4]]  # {"AA":{"m":...
        while (fired := complete(handle, state)) is not None:
            found |= masks[fired[2:4]]
        return found

    def open(self) -> int:
        """Builds the native rule set; `NetworkFault` when that fails.

        The sentinel fires once, for deleting a session in which nothing has fired crashes.
        """
        handle = 0
        try:
            handle = self._native.create_ruleset("network", self._source)
            code, self._state = self._assert(handle, _BIRTH)
            self._fired(handle, code, self._state)
            self._retract(handle, _RETRACTION)
        except Exception as error:
            if handle:
                self._native.delete_ruleset(handle)
            raise NetworkFault(f"the rule network cannot be built: {error}") from error
        self._handle = handle
        return handle

    def _replace(self) -> None:
        """Gives the rule set up and builds another; if that fails, the next question tries."""
        handle = self._handle
        with suppress(Exception):
            self._start(handle, self._state)
        with suppress(Exception):
            for _ in range(len(self._masks) + 1):
                if self._complete(handle, self._state) is None:
                    break
        self.free()
        with suppress(NetworkFault):
            self.open()

    def free(self) -> None:
        """Frees session, then rule set: the other way round the session is lost."""
        handle, self._handle = self._handle, 0
        if handle:
            with suppress(Exception):
                self._native.delete_state(handle, _SESSION)
                self._native.delete_ruleset(handle)


def _free(parts: list[_NativePart]) -> None:
    for part in parts:
        part.free()


def _picker(fields: tuple[int, ...]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    if len(fields) > 1:
        return itemgetter(*fields)
    only = fields[0]
    return lambda values: (values[only],)


def compile_safely(
    rules: Sequence[Rule],
    width: int,
    seconds: float = 5.0,
    *,
    module: str = "engine.decision.rules.trial",
) -> None:
    """Tries the rules in another process, before this one loads what may hang or crash it.

    `ValueError` for a wrong rule; `NetworkFault` when they do not answer in `seconds`, crash, or
    answer otherwise than plain Python does. `module` is the program that tries them.
    """
    cut(rules, width)
    plain = [[rule.row, [[t.field, t.op, t.value] for t in rule.tests]] for rule in rules]
    try:
        trial = subprocess.run(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-S", "-P", "-m", module],
            input=json.dumps({"width": width, "seconds": seconds, "rules": plain}),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise NetworkFault(f"the rules gave no answer within {seconds:g} s") from late
    if trial.returncode < 0:
        raise NetworkFault(f"the rules crashed the rule network with signal {-trial.returncode}")
    if trial.returncode or trial.stdout.strip() != "agreed":
        words = (trial.stdout.strip() or trial.stderr.strip()).splitlines()
        raise NetworkFault(f"the rules failed their trial: {words[-1] if words else 'no answer'}")
