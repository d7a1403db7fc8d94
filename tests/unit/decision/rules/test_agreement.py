"""The messages with which a network is checked lie at the thresholds of its rules."""

from __future__ import annotations

import pytest

from engine.decision.encoding import LIMIT, UNKNOWN, Rule, Test
from engine.decision.rules.agreement import difference, messages, plainly
from engine.decision.rules.network import Network


def rules_of(count: int) -> list[Rule]:
    return [
        Rule(row, (Test(0, "eq", row * 10), Test(1, "gt", 500 + row), Test(2, "le", 7)))
        for row in range(count)
    ]


def test_messages_make_every_rule_true_and_false() -> None:
    rules = rules_of(40)

    seen = [plainly(rules, message) for message in messages(rules, width=3)]

    assert all(any(found >> row & 1 for found in seen) for row in range(40))
    assert 0 in seen


def test_messages_hold_the_neighbours_of_each_constant_and_the_limits() -> None:
    rules = [Rule(0, (Test(0, "ge", 30),))]

    values = {message[0] for message in messages(rules, width=1)}

    assert {29, 30, 31, UNKNOWN, -LIMIT, LIMIT} <= values


def test_many_rules_are_tried_with_fewer_messages() -> None:
    assert len(list(messages(rules_of(5_000), width=3))) == 120


def test_a_network_that_agrees_differs_in_nothing() -> None:
    assert difference(rules_of(40), width=3) == ""


def test_a_difference_is_told_with_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "matches", lambda *_: 0)

    assert "the rows 0x0 hold, but should" in difference(rules_of(4), width=3)
