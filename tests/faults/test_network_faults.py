"""A native call that fails costs one decision: the next is right, and nothing is left behind."""

from __future__ import annotations

from pathlib import Path

import durable_rules_engine
import pytest

from engine.decision.encoding import Op
from engine.decision.rules.network import Network, Rule, Test
from engine.errors import NetworkFault

STATM = Path("/proc/self/statm")
needs_statm = pytest.mark.skipif(
    not STATM.exists(), reason="resident memory is read from /proc/self/statm, which Linux has"
)


def rule(row: int, *tests: tuple[int, Op, int]) -> Rule:
    return Rule(row, tuple(Test(*test) for test in tests))


def resident_megabytes() -> float:
    pages = int(STATM.read_text().split()[1])
    return pages * 4096 / 2**20


class Faulty:
    """The native module; one call of one function fails, before or after it did its work."""

    def __init__(self) -> None:
        self.alive = 0
        self._name, self._calls, self._after = "", 0, False
        self._error: type[BaseException] = RuntimeError

    def fail_at(
        self,
        name: str,
        calls: int,
        *,
        after: bool,
        error: type[BaseException] = RuntimeError,
    ) -> None:
        self._name, self._calls, self._after, self._error = name, calls, after, error

    def _call(self, name: str, *arguments: object) -> object:
        fails = name == self._name and self._calls == 1
        self._calls -= name == self._name
        if fails and not self._after:
            raise self._error("a native call failed")
        answer = getattr(durable_rules_engine, name)(*arguments)
        if fails:
            raise self._error("a native call failed")
        return answer

    def create_ruleset(self, name: str, rules: str) -> int:
        handle = self._call("create_ruleset", name, rules)
        self.alive += 1
        return handle

    def delete_ruleset(self, handle: int) -> None:
        self._call("delete_ruleset", handle)
        self.alive -= 1

    def assert_fact(self, *arguments: object) -> tuple[int, int]:
        return self._call("assert_fact", *arguments)

    def start_action_for_state(self, *arguments: object) -> tuple[str, str] | None:
        return self._call("start_action_for_state", *arguments)

    def complete_and_start_action(self, *arguments: object) -> str | None:
        return self._call("complete_and_start_action", *arguments)

    def retract_fact(self, *arguments: object) -> tuple[int, int]:
        return self._call("retract_fact", *arguments)

    def delete_state(self, *arguments: object) -> None:
        self._call("delete_state", *arguments)


CALLS = [
    ("assert_fact", 1),
    ("start_action_for_state", 1),
    ("complete_and_start_action", 1),
    ("complete_and_start_action", 2),
    ("complete_and_start_action", 3),
    ("retract_fact", 1),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_native_call_that_fails_leaves_the_next_decision_right(
    name: str, call: int, after: bool
) -> None:
    native = Faulty()
    network = Network([rule(row, (0, "ge", row)) for row in range(3)], 1, native=native)
    native.fail_at(name, call, after=after)

    with pytest.raises(NetworkFault, match="failed in a decision: a native call failed"):
        network.matches([2])

    assert [network.matches(each) for each in [[2], [-1], [1], [0]]] == [7, 0, 3, 1]
    assert native.alive == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("name", "call"), CALLS)
def test_an_interrupted_decision_leaves_the_next_one_right(
    name: str, call: int, after: bool
) -> None:
    native = Faulty()
    network = Network([rule(row, (0, "ge", row)) for row in range(3)], 1, native=native)
    native.fail_at(name, call, after=after, error=KeyboardInterrupt)

    with pytest.raises(KeyboardInterrupt):
        network.matches([2])

    assert [network.matches(each) for each in [[2], [-1], [1], [0]]] == [7, 0, 3, 1]
    assert native.alive == 1


def test_a_network_that_cannot_be_built_again_at_once_is_built_by_the_next_decision() -> None:
    class Broken(Faulty):
        broken = False

        def create_ruleset(self, name: str, rules: str) -> int:
            if self.broken:
                raise MemoryError
            return super().create_ruleset(name, rules)

    native = Broken()
    network = Network([rule(0, (0, "eq", 1))], 1, native=native)
    native.fail_at("retract_fact", 1, after=False)
    native.broken = True
    for _ in range(2):
        with pytest.raises(NetworkFault):
            network.matches([1])
    native.broken = False

    assert network.matches([1]) == 1
    assert native.alive == 1


@pytest.mark.parametrize("name", ["create_ruleset", "assert_fact", "retract_fact"])
def test_a_network_that_cannot_be_built_is_a_fault_and_keeps_nothing(name: str) -> None:
    native = Faulty()
    native.fail_at(name, 2, after=False)

    with pytest.raises(NetworkFault, match="cannot be built: a native call failed"):
        Network([rule(row, (0, "ne", row)) for row in range(200)], 1, native=native)

    assert native.alive == 0


@needs_statm
def test_500_faults_leave_no_memory_behind() -> None:
    native = Faulty()
    network = Network([rule(row, (0, "ge", row)) for row in range(25)], 1, native=native)

    def fail() -> None:
        native.fail_at("complete_and_start_action", 1, after=True)
        with pytest.raises(NetworkFault):
            network.matches([2])

    for _ in range(50):
        fail()
    before = resident_megabytes()
    for _ in range(500):
        fail()

    assert resident_megabytes() - before < 2
