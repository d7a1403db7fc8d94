"""The facts of one return line: as integers by slot, and as they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from engine.decision.encoding import UNKNOWN
from engine.decision.slots import Slots
from engine.money import Money

_NONE: Final[Mapping[str, int]] = MappingProxyType({})


class Facts:
    """The values by slot; `unknown_words` holds fact, word and hint of each unknown word.

    `ahead` is what earlier lines of the same return add to a counter, and is part of its value.
    `ignored` names the facts that were sent but that the policy does not read, `not_plain` those
    whose values may not be plain data.
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
        self.unknown_words: tuple[tuple[str, str, str], ...] = ()
        self.ahead: Mapping[str, int] = _NONE

    def copied(self, values: list[int]) -> Facts:
        """Returns the same facts with a copy of other values."""
        other = Facts(values.copy(), self.sent, self.slots, self.ignored, self.not_plain)
        other.ahead = self.ahead
        return other

    def without_ahead(self) -> Facts:
        """Returns the same facts, with counters as they stood before the return."""
        other = self.copied(self.values)
        for name, ahead in self.ahead.items():
            other.write(name, other.value(name) - ahead)
        return other

    def value(self, fact: str) -> int:
        """Returns the integer of a fact; `UNKNOWN` if it has no slot."""
        slot = self.slots.numbers.get(fact)
        return self.values[slot] if slot is not None else UNKNOWN

    def was_sent(self, fact: str) -> bool:
        """Whether the fact was sent, even as absent."""
        return self.value(fact) != UNKNOWN

    @property
    def today(self) -> str:
        """The fact to ask for if the day matters: `requested`, from which `now` follows, or `now`
        if `requested` was sent."""
        return "now" if self.was_sent("requested") else "requested"

    def write(self, fact: str, value: int) -> None:
        """Writes a derived fact, if it has a slot."""
        slot = self.slots.numbers.get(fact)
        if slot is not None:
            self.values[slot] = value
            seen = self.slots.presence.get(fact)
            if seen is not None:
                self.values[seen] = value

    def plain(self) -> dict[str, Any]:
        """Returns what was sent as plain data, for the record."""
        found = self.sent.copy()
        for name in self.not_plain:
            if found[name].__class__ is not str:
                found[name] = plain(found[name])
        return found


def plain(value: object) -> Any:
    """Returns a sent value as plain data: text, numbers and lists."""
    if isinstance(value, str):
        return value
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
