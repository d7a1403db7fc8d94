"""Rules are tried in a separate process, once for each native source."""

from __future__ import annotations

import pytest

from engine.caches import LruCache
from engine.decision.encoding import UNKNOWN, Op, Rule, Test
from engine.decision.rules import trying
from engine.decision.rules.network import Network
from engine.decision.rules.trying import compile_safely
from engine.errors import NetworkFault

NO_PROGRAM = "engine.decision.rules.no_such_program"


@pytest.fixture(autouse=True)
def nothing_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "_PASSED", LruCache(100))


def rule(row: int, *tests: tuple[int, Op, int]) -> Rule:
    return Rule(row, tuple(Test(*test) for test in tests))


def rules_with(threshold: int) -> list[Rule]:
    return [
        rule(0, (0, "eq", 1), (1, "lt", threshold)),
        rule(1, (1, "gt", threshold), (2, "ne", UNKNOWN)),
    ]


def test_sound_rules_pass_their_trial() -> None:
    compile_safely([(rules_with(30), 3), (rules_with(30)[:1], 3)])


def test_a_wrong_rule_is_refused_without_a_trial() -> None:
    with pytest.raises(ValueError, match="needs a field from 0 to 0"):
        compile_safely([([rule(0, (0, "eq", 1))], 1), ([rule(0, (1, "eq", 1))], 1)])


def test_rules_of_a_shape_that_passed_need_no_other_process() -> None:
    with pytest.raises(NetworkFault, match="No module named"):
        compile_safely([(rules_with(30), 3)], module=NO_PROGRAM)
    compile_safely([(rules_with(30), 3)])

    compile_safely([(rules_with(45), 3)], module=NO_PROGRAM)

    with pytest.raises(NetworkFault, match="No module named"):
        compile_safely([(rules_with(45), 3), ([rule(0, (0, "eq", 2))], 1)], module=NO_PROGRAM)


def test_rules_of_a_shape_that_passed_are_still_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_safely([(rules_with(30), 3)])
    monkeypatch.setattr(Network, "matches", lambda *_: 0)

    with pytest.raises(NetworkFault, match=r"failed their trial: for .* the rows 0x0 hold"):
        compile_safely([(rules_with(45), 3)])


def test_many_rules_are_tried_in_another_process_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trying, "MOST_HERE", 1)
    compile_safely([(rules_with(30), 3)])

    with pytest.raises(NetworkFault, match="No module named"):
        compile_safely([(rules_with(45), 3)], module=NO_PROGRAM)
