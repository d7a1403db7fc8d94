"""The trial compares every rule, and reports if the network disagrees."""

import io
import json

import pytest

from engine.decision.encoding import Rule, Test
from engine.decision.rules import agreement, trial
from engine.decision.rules.trial import main


def rules_of(count: int) -> list[Rule]:
    return [
        Rule(row, (Test(0, "eq", row * 10), Test(1, "gt", 500 + row), Test(2, "le", 7)))
        for row in range(count)
    ]


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lifts the limits, which are meant for a process of its own, not for the tests' process."""
    monkeypatch.setattr(trial.resource, "setrlimit", lambda *_: None)


def job(rules: list[Rule]) -> io.StringIO:
    plain = [[rule.row, [[t.field, t.op, t.value] for t in rule.tests]] for rule in rules]
    stages = [{"width": 3, "rules": plain[:1]}, {"width": 3, "rules": plain}]
    return io.StringIO(json.dumps({"seconds": 5.0, "stages": stages}))


@pytest.mark.usefixtures("unlimited")
def test_a_network_that_answers_right_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", job(rules_of(4)))

    assert main() == "agreed"


@pytest.mark.usefixtures("unlimited")
def test_a_network_that_answers_wrong_is_told_with_the_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", job(rules_of(4)))
    monkeypatch.setattr(agreement.Network, "matches", lambda *_: 0)

    assert "the rows 0x0 hold, but should" in main()


@pytest.mark.usefixtures("unlimited")
def test_every_stage_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []
    monkeypatch.setattr("sys.stdin", job(rules_of(4)))
    monkeypatch.setattr(trial, "difference", lambda rules, _: widths.append(len(rules)) or "")

    assert main() == "agreed"
    assert widths == [1, 4]
