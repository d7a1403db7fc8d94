"""What a conjunction of tests leaves open of each fact: a box of values."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Final

from engine.decision.rules.lens import number_text
from engine.decision.rules.stages import alternatives
from engine.policy.model import Condition, Leaf, Op, Policy
from engine.policy.vocabulary import Fact, FactType

_LOW: Final = -(10**30)
_HIGH: Final = 10**30


@dataclass(slots=True)
class Box:
    """Values per fact: ranges, words (`words` legal, `without` barred), set members, presence."""

    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    without: dict[str, set[str]] = field(default_factory=dict)
    members: dict[tuple[str, str], bool] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)


def box_of(tests: tuple[Leaf, ...], policy: Policy) -> Box | None:
    """The values that pass all tests; None when none can."""
    box = Box()
    return box if all(_narrow(box, leaf) for leaf in tests) and _fits(box, policy) else None


def meeting(one: Condition, other: Condition, policy: Policy) -> str | None:
    """A return for which both conditions hold, in words, or None when there is none."""
    for first, second in product(alternatives(one) or [], alternatives(other) or []):
        box = box_of((*first, *second), policy)
        if box is not None:
            return described(box, policy)
    return None


def described(box: Box, policy: Policy) -> str:
    """A return out of the box, in words."""
    parts = [
        f"{fact} {_number(fact, low if low > _LOW else high, policy)}"
        for fact, (low, high) in box.ranges.items()
        if fact not in box.words
    ]
    parts += [f"{fact} {min(legal)}" for fact, legal in box.words.items()]
    parts += [
        f"{fact} other than {', '.join(sorted(barred))}"
        for fact, barred in box.without.items()
        if fact not in box.words
    ]
    parts += [
        f"{fact} with{'' if there else 'out'} {word}" for (fact, word), there in box.members.items()
    ]
    parts += [
        f"{fact} {'sent' if there else 'not sent'}"
        for fact, there in box.known.items()
        if fact not in box.words and fact not in box.ranges
    ]
    return f"a return with {', '.join(sorted(parts))}" if parts else "every return"


def _narrow(box: Box, leaf: Leaf) -> bool:
    """Applies one test; False when it contradicts what came before."""
    if leaf.op in (Op.UNDER, Op.AT_MOST, Op.OVER, Op.AT_LEAST):
        low, high = box.ranges.get(leaf.fact, (_LOW, _HIGH))
        if leaf.op in (Op.UNDER, Op.AT_MOST):
            high = min(high, leaf.number - (leaf.op is Op.UNDER))
        else:
            low = max(low, leaf.number + (leaf.op is Op.OVER))
        box.ranges[leaf.fact] = (low, high)
        return low <= high
    if leaf.op is Op.IN:
        before = box.words.get(leaf.fact)
        box.words[leaf.fact] = set(leaf.words) if before is None else before & set(leaf.words)
        return True
    if leaf.op is Op.NOT_IN:
        box.without.setdefault(leaf.fact, set()).update(leaf.words)
        return True
    if leaf.op in (Op.HAS, Op.LACKS):
        wanted = leaf.op is Op.HAS
        return box.members.setdefault((leaf.fact, leaf.words[0]), wanted) == wanted
    wanted = leaf.op in (Op.KNOWN, Op.PRESENT)
    return box.known.setdefault(leaf.fact, wanted) == wanted


def _fits(box: Box, policy: Policy) -> bool:
    """Closes the lists of words, and holds words against ranks and presence."""
    for fact in {*box.words, *box.without}:
        definition = policy.facts.get(fact)
        closed = definition is not None and definition.words is not None and not definition.open
        if fact not in box.words and definition is not None and closed:
            box.words[fact] = set(definition.words or ())
        if fact in box.words:
            box.words[fact] -= box.without.get(fact, set())
            low, high = box.ranges.get(fact, (_LOW, _HIGH))
            order = list(definition.words or ()) if definition else []
            box.words[fact] = {
                word
                for word in box.words[fact]
                if word not in order or low <= order.index(word) + 1 <= high
            }
            if not box.words[fact]:
                return False
    for fact, (low, high) in box.ranges.items():
        least, most = _limits(policy.facts.get(fact))
        if high < least or low > most:
            return False
    absent = {fact for fact, there in box.known.items() if not there}
    return not absent & {*box.words, *box.ranges}


def _limits(fact: Fact | None) -> tuple[int, int]:
    """The least and the greatest value that a fact can have."""
    if fact is None or fact.name == "price_difference":
        return _LOW, _HIGH
    if fact.type is FactType.WORD:
        return 1, len(fact.words or ())
    if fact.type is FactType.YES_NO:
        return 0, 1
    return (0 if fact.type in (FactType.COUNT, FactType.MONEY) else _LOW), _HIGH


def _number(fact: str, value: int, policy: Policy) -> str:
    definition = policy.facts.get(fact)
    if definition is None:
        return str(value)
    if definition.best_first and definition.words and 1 <= value <= len(definition.words):
        return definition.words[value - 1]
    return number_text(definition.type, value, policy.currency)
