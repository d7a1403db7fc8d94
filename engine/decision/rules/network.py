"""Asks native rule sets which rows hold; the only module that imports durable-rules.

It calls the native module and never its `Host`, which is slower, starts threads that do not stop
and loses work. It must not know what fields and rows mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from engine.decision.encoding import LIMIT, UNKNOWN, Op, Rule, Test
from engine.decision.rules.native import cannot_be_loaded
from engine.decision.rules.parts import Part, cut
from engine.decision.rules.ruleset import NativeCalls, RuleSet, shared
from engine.errors import NetworkFault

try:
    import durable_rules_engine
except ImportError as error:
    raise cannot_be_loaded(error) from error

__all__ = ["Network", "Op", "Rule", "Test"]


class Network:
    """Compiled rules; answers which rows hold for a sequence of integers. Safe under threads.

    Networks whose rules differ only in thresholds share their native rule sets.
    """

    def __init__(
        self, rules: Sequence[Rule], width: int, *, native: NativeCalls = durable_rules_engine
    ) -> None:
        """`width` is the number of fields.

        Raises `ValueError` for a wrong rule, `NetworkFault` if the native code fails.
        """
        self._width = width
        self._parts: tuple[_Question, ...] | None = tuple(
            _Question(part, shared(part.source, native), width) for part in cut(rules, width)
        )

    def matches(self, values: Sequence[int]) -> int:
        """Returns the mask of the rows with a rule that is true.

        Raises `ValueError` if there are not as many values as fields, or if a tested value is
        beyond `LIMIT`; `NetworkFault` if the native code fails, after which the next call works.
        """
        if len(values) != self._width:
            raise ValueError(f"{len(values)} values, but the rules know {self._width} fields")
        parts = self._parts  # holds the rule sets open while they are asked
        if parts is None:
            raise NetworkFault("this network is closed; take the one that replaced it")
        found = 0
        for part in parts:
            picked = part.pick(values)
            message = part.message % picked
            # A message this short holds no value of 19 digits, so none beyond the limit.
            if len(message) > part.short and not UNKNOWN <= min(picked) <= max(picked) <= LIMIT:
                raise ValueError(f"a value is not between {UNKNOWN} and {LIMIT}: {picked}")
            found |= part.rules.ask(message, part.masks)
        return found

    def close(self) -> None:
        """Frees the native memory that no other network uses; a second call does nothing."""
        self._parts = None


class _Question:
    """How one network asks a native rule set, and which rows the names in its answers mean."""

    __slots__ = ("masks", "message", "pick", "rules", "short")

    def __init__(self, part: Part, rules: RuleSet, width: int) -> None:
        self.rules = rules
        self.message = part.message
        self.short = len(part.message % ((0,) * len(part.fields))) + 17
        self.pick = tuple if part.fields == tuple(range(width)) else _picker(part.fields)
        self.masks = part.masks


def _picker(fields: tuple[int, ...]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    if len(fields) > 1:
        return itemgetter(*fields)
    only = fields[0]
    return lambda values: (values[only],)
