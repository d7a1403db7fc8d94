"""Numbers the facts of a policy (slots) and their words (codes), so that all are integers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.policy.model import PRESENCE, Clock, Leaf, Op, Opens, Policy
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType

AHEAD: Final = "ahead."
"""Prefix of a counter's name: what earlier lines of the same return add to it."""

EARLY: Final = "eligibility."
"""Prefix of `answer` and `code` as eligibility gave them, which limits and demands see."""

NOW_CAME: Final = "now!"
"""Known if `now` itself was sent, and does not follow from the request."""

TOO_EARLY: Final = "too_early!"
"""Prefix of what is never sent, only supposed: whether a clock opens after its event, if the date
from which it opens was not sent."""

_SINCE: Final = "days_since."
_FOLLOWS: Final = {
    "now": ("requested",),
    "request_sent": ("requested",),
    "item_price": ("unit_price",),
    "return_value": ("item_price", "unit_price"),
    "loose_units": ("case_pack",),
    "whole_order_back": ("order_lines",),
}
"""Facts that follow from others if they are not sent themselves."""


def is_figure(name: str) -> bool:
    """Whether a fact is an amount that topics work out for each line."""
    return name in ("base", "fee_total") or name.startswith("fees.")


@dataclass(slots=True)
class Slots:
    """The slots of one policy.

    The moment of a date is in the slot after its day, named `NAME@`; each word of a set has a slot
    of its own, `tags#clearance`. A fact that a row tests for being known has another slot,
    `?category`, which keeps what was sent while values are supposed for unknown facts.
    """

    policy: Policy
    numbers: dict[str, int] = field(default_factory=dict)
    presence: dict[str, int] = field(default_factory=dict)
    words: dict[str, dict[str, int]] = field(default_factory=dict)
    openings: dict[tuple[str, Opens], str] = field(default_factory=dict)
    """What is supposed of each event and the opening of its clock, by name: 1 if it is early."""
    supposed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The dates on which depends what is supposed of an opening, by its name."""

    def __post_init__(self) -> None:
        for name, fact in self.policy.facts.items():
            self.slot(name)
            if fact.type is FactType.DATE:
                self.slot(f"{name}@")
            if fact.own_counter is not None:
                self.slot(AHEAD + name)
        for name in (
            NOW_CAME,
            "base",
            "fee_total",
            *(f"fees.{table.part}" for table in self.policy.fees),
        ):
            self.slot(name)
        for clock in _clocks_of(self.policy):
            if clock.opens is not None:
                name = f"{TOO_EARLY}{len(self.openings)}"
                name = self.openings.setdefault((clock.event, clock.opens), name)
                self.supposed[name] = clock.opens.start.names
                self.slot(name)

    def slot(self, name: str) -> int:
        """Returns the number of a slot; a new name gets the next number."""
        return self.numbers.setdefault(name, len(self.numbers))

    def named(self, slot: int) -> str:
        """Returns the name of a slot."""
        return next(name for name, number in self.numbers.items() if number == slot)

    def of_leaf(self, leaf: Leaf) -> int:
        """Returns the slot that a leaf reads: the fact's own, its presence, or a word of a set."""
        if leaf.op in (Op.HAS, Op.LACKS):
            return self.slot(f"{leaf.fact}#{leaf.words[0]}")
        own = self.slot(leaf.fact)
        if leaf.op not in PRESENCE or not self.can_be_sent(leaf.fact):
            return own
        return self.presence.setdefault(leaf.fact, self.slot(f"?{leaf.fact}"))

    def leaf(self, leaf: Leaf) -> tuple[int, tuple[int, ...]]:
        """Returns the slot of a leaf, and the codes of its words."""
        words = leaf.words if leaf.op in (Op.IN, Op.NOT_IN) else ()
        return self.of_leaf(leaf), tuple(self.code(leaf.fact, word) for word in words)

    def can_be_sent(self, fact: str) -> bool:
        """Whether a request sends the fact, and no topic derives it."""
        return fact in self.policy.facts or fact.startswith(_SINCE)

    def noticed(self) -> Iterator[str]:
        """Yields facts that rows test for being known: sending them may change an outcome."""
        for name in self.presence:
            date = name.removeprefix(_SINCE)
            yield from (date, *_FOLLOWS.get(date, ()))
            if date != name:
                yield "requested"

    def codes(self, fact: str) -> dict[str, int]:
        """Returns the codes of a fact's words, from 1; declared words first, in their order."""
        known = self.words.get(fact)
        if known is None:
            declared = self.fact(fact).words or ()
            known = self.words[fact] = {word: index + 1 for index, word in enumerate(declared)}
        return known

    def code(self, fact: str, word: str) -> int:
        """Returns the code of a word; a new word gets the next one. 0 is any unnamed word."""
        known = self.codes(fact)
        return known.setdefault(word, len(known) + 1)

    def word(self, fact: str, code: int) -> str:
        """Returns the word of a code, for explanations."""
        found = (word for word, each in self.codes(fact).items() if each == code)
        return next(found, "another word")

    def fact(self, name: str) -> Fact:
        """Returns the definition of a sent or derived fact."""
        name = name.removeprefix(EARLY)
        if name in self.policy.facts:
            return self.policy.facts[name]
        if name in DERIVED:
            return DERIVED[name]
        part, _, tail = name.partition(".")
        if part == "fees":
            return Fact(name=name, type=FactType.MONEY)
        known = DEADLINE_FACTS.get(tail)
        if known is not None and any(table.part == part for table in self.policy.deadlines):
            return Fact(name=name, type=known.type, words=known.words)
        return Fact(name=name, type=FactType.WORD if tail == "state" else FactType.COUNT)

    def starting(self, prefix: str) -> tuple[tuple[str, int], ...]:
        """Returns the slots whose names start with a prefix, with the rest of their names."""
        size = len(prefix)
        return tuple(
            (name[size:], slot) for name, slot in self.numbers.items() if name.startswith(prefix)
        )


def _clocks_of(policy: Policy) -> Iterator[Clock]:
    """Yields every clock of a deadline that is read."""
    for table in policy.deadlines:
        for row in table.rows:
            if isinstance(row.body, Clock):
                yield from row.body.counted
