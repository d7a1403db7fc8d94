"""Boxes of returns: for each fact the values that are left; exact, and so without a solver.

A box names only the facts that it narrows. `Space` knows which values a fact can have where a
topic is asked, and which values cannot come together. It must not decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from engine.decision.encoding import ABSENT, LIMIT, UNKNOWN
from engine.decision.plan import Plan
from engine.decision.rules.stages import alternatives
from engine.meaning.spans import Span, common, one, union, without
from engine.policy.model import PRESENCE, Condition, Effective, Leaf, Op
from engine.policy.vocabulary import Fact, FactType
from engine.policy.words import ACCEPTED_ALONE
from engine.publishing.checks.space.outcomes import Words, may_hold, words_found
from engine.publishing.checks.space.together import can_come_together
from engine.stopping import go_on

Box = dict[str, Span]
"""The values that are left of each fact, by the name of its slot (`tags#clearance`)."""

NULL: Final = one(ABSENT)
_LAST_DAY: Final = 3_652_059
_DAYS: Final = (-_LAST_DAY, _LAST_DAY)


class TooMuch(Exception):
    """More boxes would be needed than are worked through."""


@dataclass(slots=True)
class Budget:
    """How many boxes may still be made before a check gives up and says so."""

    left: int

    def spend(self, boxes: int = 1) -> None:
        """Counts boxes; raises `TooMuch` when there were too many."""
        go_on()
        self.left -= boxes
        if self.left < 0:
            raise TooMuch


@dataclass(slots=True)
class Space:
    """The values of facts as a topic sees them, on the days on which the policy is in force."""

    plan: Plan
    topic: str
    days: Effective
    budget: Budget
    presence: frozenset[str] = frozenset()
    _domains: dict[str, Span] = field(default_factory=dict)
    _words: dict[str, Words] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._words = words_found(self.plan)

    # --- values ---------------------------------------------------------------------------------

    def domain(self, key: str) -> Span:
        """Every value that a slot can have; unknown only where some test asks what was sent."""
        found = self._domains.get(key)
        if found is None:
            found = self._domains[key] = self._domain(key)
        return found

    def _domain(self, key: str) -> Span:
        name, _, member = key.partition("#")
        facts = self.plan.policy.facts
        unsent = one(UNKNOWN) if key in self.presence else ()
        if member:
            derived = name not in facts
            return ((0, int(not derived or may_hold(key, self.plan))),)
        if name not in facts:
            return union(self._found(name), unsent)
        fact = facts[name]
        if fact.type is FactType.SET:
            return union(one(1), unsent if fact.if_not_sent is None else ())
        return union(self._sent(fact), NULL, unsent if fact.if_not_sent is None else ())

    def _sent(self, fact: Fact) -> Span:
        if fact.type is FactType.WORD:
            closed = fact.words is not None and not fact.open
            return ((1 if closed else 0, len(self.plan.slots.codes(fact.name))),)
        if fact.type is FactType.DATE:
            return common(((1, _LAST_DAY),), self._in_force(fact.name))
        if fact.type is FactType.YES_NO:
            return ((0, 1),)
        if fact.type is FactType.COUNT:
            return ((1 if fact.name == "quantity" else 0, 10**12),)
        below = fact.type in (FactType.NUMBER, FactType.PERCENT) or fact.name == "price_difference"
        return ((-LIMIT if below else 0, LIMIT),)

    def _in_force(self, fact: str) -> Span:
        if fact != self.plan.policy.applies_by:
            return ((1, _LAST_DAY),)
        return ((self.days.first, self.days.last or _LAST_DAY),)

    def _found(self, name: str) -> Span:
        """The values of a fact that a topic derives."""
        definition, codes = self.plan.slots.fact(name), self.plan.slots.codes
        if definition.type is FactType.WORD:
            words = self._words.get(name, frozenset(codes(name)))
            if name == "answer" and self.topic in (*ACCEPTED_ALONE, "after_refusal"):
                refused = self.topic == "after_refusal"
                words = frozenset(each for each in words if (each == "refuse") is refused)
            nobody = [ABSENT] if name.endswith(".row") else []
            return union(*(one(codes(name).get(str(word), 0)) for word in words), *map(one, nobody))
        if definition.type is FactType.DATE:
            return union(((1, _LAST_DAY),), NULL)
        if definition.type is FactType.MONEY:
            return union(((0, LIMIT),), NULL)
        if name == "days_since.ordered":
            return union(((0, _LAST_DAY),), NULL)
        return union(((-LIMIT, LIMIT),) if name.endswith(".left") else (_DAYS,), NULL)

    # --- tests ----------------------------------------------------------------------------------

    def span(self, leaf: Leaf) -> Span:
        """The values that pass a test."""
        if leaf.op in PRESENCE:
            return ((UNKNOWN, ABSENT),) if leaf.op is Op.UNKNOWN else ((ABSENT + 1, LIMIT),)
        return self._passing(leaf)

    def _passing(self, leaf: Leaf) -> Span:
        if leaf.op in (Op.HAS, Op.LACKS):
            return one(int(leaf.op is Op.HAS))
        if leaf.op in (Op.IN, Op.NOT_IN):
            named = union(*(one(self.plan.slots.code(leaf.fact, word)) for word in leaf.words))
            return named if leaf.op is Op.IN else without(((ABSENT, LIMIT),), named)
        ranges = {
            Op.UNDER: (ABSENT + 1, leaf.number - 1),
            Op.AT_MOST: (ABSENT + 1, leaf.number),
            Op.OVER: (leaf.number + 1, LIMIT),
            Op.AT_LEAST: (leaf.number, LIMIT),
            Op.ABSENT: (ABSENT, ABSENT),
            Op.PRESENT: (ABSENT + 1, LIMIT),
        }
        return (ranges[leaf.op],)

    def boxes(self, condition: Condition) -> list[Box]:
        """The boxes of all returns for which a condition holds; none where it never can."""
        each = alternatives(condition)
        if each is None:
            raise TooMuch
        made = (self.box(tests) for tests in each)
        return [box for box in made if box is not None]

    def box(self, tests: Iterable[Leaf]) -> Box | None:
        """The box of tests that all hold; None when they never can."""
        self.budget.spend()
        box: Box = {}
        for leaf in tests:
            key = key_of(leaf)
            left = common(box.get(key) or self.domain(key), self.span(leaf))
            if not left:
                return None
            box[key] = left
        return box if can_come_together(box, self.plan) else None

    # --- boxes ----------------------------------------------------------------------------------

    def meet(self, first: Box, second: Box) -> Box | None:
        """The returns of both boxes; None when there are none."""
        found = dict(first)
        for key, span in second.items():
            left = common(found[key], span) if key in found else span
            if not left:
                return None
            found[key] = left
        self.budget.spend()
        return found if can_come_together(found, self.plan) else None


def key_of(leaf: Leaf) -> str:
    """The name of the slot that a test looks at."""
    return f"{leaf.fact}#{leaf.words[0]}" if leaf.op in (Op.HAS, Op.LACKS) else leaf.fact
