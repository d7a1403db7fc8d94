"""Explains a test of a row: whether it holds for a value, with test and value in words.

The words depend only on the value, so they are worked out once for each value.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.record import Seen
from engine.policy.model import Leaf, Op
from engine.policy.vocabulary import FactType, as_sent

if TYPE_CHECKING:
    from engine.decision.slots import Slots

_MOST_KEPT: Final = 128
"""The most values per test whose words are cached."""

Truth = Callable[[list[int]], bool | None]
"""Says whether a test holds for the values of a request; None if an unknown fact decides that."""

_SIZES: Final = {
    Op.OVER: operator.gt,
    Op.AT_LEAST: operator.ge,
    Op.UNDER: operator.lt,
    Op.AT_MOST: operator.le,
}


class ExplainedTest:
    """One leaf of a row's condition; `slot` holds its value."""

    __slots__ = ("_is_word", "_kept", "_slots", "fact", "leaf", "slot", "truth")

    def __init__(self, leaf: Leaf, slot: int, truth: Truth, slots: Slots) -> None:
        self.leaf = leaf
        self.fact = leaf.fact
        self.slot = slot
        self.truth = truth
        self._slots = slots
        self._is_word = leaf.op not in (Op.HAS, Op.LACKS) and (
            slots.fact(leaf.fact).type is FactType.WORD
        )
        self._kept: dict[tuple[int, bool | None], Seen] = {}

    @property
    def kept(self) -> int:
        """The number of values whose words are cached."""
        return len(self._kept)

    def see(self, values: list[int], sent: Mapping[str, object], holds: bool | None) -> Seen:
        """Returns the test with the value that it saw."""
        value = values[self.slot]
        found = self._kept.get((value, holds))
        if found is None:
            found = Seen(
                fact=self.fact, test=self.leaf.written, value=self.shown(values, sent), holds=holds
            )
            if self.tells(values) and len(self._kept) < _MOST_KEPT:
                self._kept[value, holds] = found
        return found

    def tells(self, values: list[int]) -> bool:
        """Whether the value determines its words: code 0 is any word without a code."""
        return values[self.slot] != 0 or not self._is_word

    def shown(self, values: list[int], sent: Mapping[str, object]) -> str:
        """Returns the value as a person would write it."""
        value = values[self.slot]
        if value == UNKNOWN:
            return "not sent"
        if value == ABSENT:
            return "absent"
        if self.leaf.op in (Op.HAS, Op.LACKS):
            return f"{'has' if value else 'lacks'} {self.leaf.words[0]}"
        fact = self._slots.fact(self.fact)
        if self._is_word:
            said = sent.get(self.fact) if value == 0 else None
            return str(said) if said is not None else self._slots.word(self.fact, value)
        return number_text(fact.type, value, self._slots.policy.currency)


def truth(leaf: Leaf, slot: int, codes: tuple[int, ...]) -> Truth:
    """Returns a function that says whether a test holds; None if an unknown fact decides that."""
    if leaf.op in (Op.KNOWN, Op.UNKNOWN):
        return lambda values: (values[slot] > ABSENT) is (leaf.op is Op.KNOWN)
    passes = _passing(leaf, codes)
    open_ = (ABSENT, UNKNOWN) if leaf.op in (Op.HAS, Op.LACKS) else (UNKNOWN,)
    return lambda values: None if values[slot] in open_ else passes(values[slot])


def _passing(leaf: Leaf, codes: tuple[int, ...]) -> Callable[[int], bool]:
    if leaf.op in _SIZES:
        compare, number = _SIZES[leaf.op], leaf.number
        return lambda value: value > ABSENT and compare(value, number)
    if leaf.op in (Op.HAS, Op.LACKS):
        return lambda value: value == int(leaf.op is Op.HAS)
    if leaf.op in (Op.IN, Op.NOT_IN):
        return lambda value: (value in codes) is (leaf.op is Op.IN)
    return lambda value: (value == ABSENT) is (leaf.op is Op.ABSENT)


def number_text(type_: FactType, value: int, currency: str) -> str:
    """Returns the text of a value of any type but a word."""
    said = as_sent(type_, value, currency)
    return str(said).lower() if isinstance(said, bool) else str(said)
