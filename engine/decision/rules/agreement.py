"""Compares a network with plain Python, over messages near the thresholds of its rules."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from engine.decision.encoding import LIMIT, UNKNOWN, Rule, Test
from engine.decision.rules.network import Network

_COMPARE: Final = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def plainly(rules: Sequence[Rule], values: Sequence[int]) -> int:
    """Returns in plain Python what `Network.matches` must answer."""
    found = 0
    for rule in rules:
        if all(holds(test, values[test.field]) for test in rule.tests):
            found |= 1 << rule.row
    return found


def holds(test: Test, value: int) -> bool:
    """Whether the comparison is true for `value`."""
    return bool(_COMPARE[test.op](value, test.value))


def messages(rules: Sequence[Rule], width: int) -> Iterator[list[int]]:
    """Yields 200 messages of values near the constants, and two near each of 200 rules.

    For more than 1,000 rules there are fewer, because plain Python takes a second to check a
    million rules.
    """
    count = min(200, 200_000 // max(1, len(rules)))
    random = Random(count)  # noqa: S311 - the same messages each time, no secret
    values = _near(rules, width)

    def any_message() -> list[int]:
        return [random.choice(near) for near in values]

    for _ in range(count):
        yield any_message()
    for rule in random.sample(list(rules), min(count, len(rules))):
        message = any_message()
        for field in {test.field for test in rule.tests}:
            tests = [test for test in rule.tests if test.field == field]
            good = [v for v in values[field] if all(holds(test, v) for test in tests)]
            message[field] = random.choice(good or values[field])
        yield message
        missed = random.choice(rule.tests).field
        yield [*message[:missed], random.choice(values[missed]), *message[missed + 1 :]]


def _near(rules: Sequence[Rule], width: int) -> list[list[int]]:
    near = [{UNKNOWN, -LIMIT, -1, 0, 1, LIMIT} for _ in range(width)]
    for test in (test for rule in rules for test in rule.tests):
        around = (test.value - 1, test.value, test.value + 1)
        near[test.field].update(value for value in around if UNKNOWN <= value <= LIMIT)
    return [sorted(values) for values in near]


def difference(rules: Sequence[Rule], width: int) -> str:
    """Returns a sentence about the first message with a wrong answer, or an empty string."""
    network = Network(rules, width)
    for message in messages(rules, width):
        expected, found = plainly(rules, message), network.matches(message)
        if found != expected:
            return f"for {message} the rows {found:#x} hold, but should {expected:#x}"
    network.close()
    return ""
