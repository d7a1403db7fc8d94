"""The facts of one return line as integers by slot, and as they were sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from engine.decision.encoding import UNKNOWN
from engine.decision.slots import Slots
from engine.money import Money


class Facts:
    """`values` by slot; `unknown_words` holds fact, word and hint of words that no rule knows.

    `ahead` is what earlier lines of the same return add to a counter; its value has it in it.
    `ignored` are facts that were sent and that the policy does not look at, by name; `not_plain`
    are those whose values may be other than plain data.
    """

    __slots__ = ("ahead", "ignored", "not_plain", "sent", "slots", "unknown_words", "values")

    def __init__(
        self,
        values: list[int],
        sent: dict[str, Any],
        slots: Slots,
        ignored: tuple[str, ...] = (),
        not_plain: tuple[str, ...] = (),
    ) -> None:
        self.values = values
        self.sent = sent
        self.slots = slots
        self.ignored = ignored
        self.not_plain = not_plain
        self.unknown_words: list[tuple[str, str, str]] = []
        self.ahead: dict[str, int] = {}

    def copied(self, values: list[int]) -> Facts:
        """The same facts with other values."""
        other = Facts(values.copy(), self.sent, self.slots, self.ignored, self.not_plain)
        other.ahead = self.ahead
        return other

    def without_ahead(self) -> Facts:
        """The same facts, with counters as they stood before the return."""
        other = self.copied(self.values)
        for name, ahead in self.ahead.items():
            other.write(name, other.value(name) - ahead)
        return other

    def value(self, fact: str) -> int:
        """The integer of a fact; `UNKNOWN` where it has no slot."""
        slot = self.slots.numbers.get(fact)
        return self.values[slot] if slot is not None else UNKNOWN

    def was_sent(self, fact: str) -> bool:
        """Whether the fact was sent, if only as absent."""
        return self.value(fact) != UNKNOWN

    @property
    def today(self) -> str:
        """The fact that can still say what day it is: that of the request, from which `now`
        follows, or `now` where there was no request."""
        return "now" if self.was_sent("requested") else "requested"

    def write(self, fact: str, value: int) -> None:
        """Writes a derived fact, where some row or amount looks at it."""
        slot = self.slots.numbers.get(fact)
        if slot is not None:
            self.values[slot] = value
            seen = self.slots.presence.get(fact)
            if seen is not None:
                self.values[seen] = value

    def plain(self) -> dict[str, Any]:
        """What was sent as plain data for the record."""
        found = self.sent.copy()
        for name in self.not_plain:
            found[name] = plain(found[name])
        return found


def plain(value: object) -> Any:
    """A sent value as plain data."""
    if isinstance(value, str):
        return value
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
