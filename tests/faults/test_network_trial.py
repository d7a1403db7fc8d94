"""Rules that hang, crash or disagree are found in a process of their own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.caches import LruCache
from engine.decision.encoding import Rule, Test
from engine.decision.rules import trying
from engine.decision.rules.trying import compile_safely
from engine.errors import NetworkFault


@pytest.fixture(autouse=True)
def nothing_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "_PASSED", LruCache(100))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Makes a module that takes the place of the trial."""

    def write(text: str) -> str:
        (tmp_path / "stand_in_for_trial.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        return "stand_in_for_trial"

    return write


ONE = [Rule(0, (Test(0, "eq", 1),))]


def test_rules_that_hang_are_killed_and_a_fault(program: Callable[[str], str]) -> None:
    hangs = program(
        "import pathlib, os\n"
        "pathlib.Path(__file__).with_name('pid').write_text(str(os.getpid()))\n"
        "while True: pass\n"
    )

    with pytest.raises(NetworkFault, match=r"no answer within 0\.5 s"):
        compile_safely([(ONE, 1)], seconds=0.5, module=hangs)

    pid = Path(sys.path[0], "pid").read_text()
    assert subprocess.run(["kill", "-0", pid], capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import ctypes; ctypes.string_at(0)", "crashed the rule network with signal 11"),
        ("import os; os.abort()", "crashed the rule network with signal 6"),
        ("print('for [1] the rows 0x0 hold'); raise SystemExit(1)", r"trial: for \[1\] the rows"),
        ("raise MemoryError('no memory')", "trial: MemoryError: no memory"),
        ("pass", "trial: no answer"),
    ],
)
def test_rules_that_crash_or_disagree_are_a_fault(
    text: str, words: str, program: Callable[[str], str]
) -> None:
    with pytest.raises(NetworkFault, match=words):
        compile_safely([(ONE, 1)], module=program(text))


def test_a_trial_that_takes_all_memory_ends_as_a_fault(program: Callable[[str], str]) -> None:
    greedy = program(
        "import durable_rules_engine as native\n"
        "from engine.decision.rules import trial\n"
        "open_for_ever = native.create_ruleset\n"
        "def leak(name, rules):\n"
        "    while True: open_for_ever(name, rules)\n"
        "native.create_ruleset = leak\n"
        "print(trial.main())\n"
    )

    with pytest.raises(NetworkFault, match=r"crashed|trial: "):
        compile_safely([(ONE, 1)], seconds=30, module=greedy)


def rules_of(count: int, fields: int) -> list[Rule]:
    return [
        Rule(row, (Test(row % fields, "ne", row), Test((row + 1) % fields, "lt", row)))
        for row in range(count)
    ]


def test_trials_in_4_threads_do_not_disturb_each_other() -> None:
    faults: list[BaseException] = []

    def attempt(number: int) -> None:
        try:
            compile_safely([(rules_of(10 + number, 5), 5)], seconds=30)
        except NetworkFault as fault:
            faults.append(fault)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []


def test_5_000_rules_pass_their_trial() -> None:
    compile_safely([(rules_of(5_000, 40), 40)], seconds=60)
