"""The native code keeps its memory and its head: under load, under threads, past its limits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import durable_rules_engine
import pytest

from engine.decision.encoding import LIMIT, UNKNOWN, Op
from engine.decision.rules.agreement import messages, plainly
from engine.decision.rules.network import Network, Rule, Test
from engine.errors import NetworkFault

OPS: tuple[Op, ...] = ("eq", "ne", "lt", "le", "gt", "ge")
STATM = Path("/proc/self/statm")
needs_statm = pytest.mark.skipif(
    not STATM.exists(), reason="resident memory is read from /proc/self/statm, which Linux has"
)


def rule(row: int, *tests: tuple[int, Op, int]) -> Rule:
    return Rule(row, tuple(Test(*test) for test in tests))


def some_rules(count: int, width: int, seed: int = 1) -> list[Rule]:
    random = Random(seed)
    return [
        rule(
            row,
            *(
                (field, random.choice(OPS), random.randrange(6))
                for field in random.sample(range(width), 3)
            ),
        )
        for row in range(count)
    ]


def some_messages(count: int, width: int) -> list[list[int]]:
    random = Random(2)
    return [[random.choice([UNKNOWN, *range(6)]) for _ in range(width)] for _ in range(count)]


def resident_megabytes() -> float:
    pages = int(STATM.read_text().split()[1])
    return pages * 4096 / 2**20


@needs_statm
def test_2_000_networks_built_used_and_closed_leave_no_memory_behind() -> None:
    rules, batch = some_rules(25, 12), some_messages(5, 12)

    def live() -> None:
        network = Network(rules, 12)
        for each in batch:
            network.matches(each)
        network.close()

    for _ in range(200):
        live()
    before = resident_megabytes()
    for _ in range(2_000):
        live()

    assert resident_megabytes() - before < 2


@needs_statm
def test_200_000_decisions_leave_no_memory_behind() -> None:
    network, batch = Network(some_rules(25, 12), 12), some_messages(500, 12)

    for each in batch:
        network.matches(each)
    before = resident_megabytes()
    for _ in range(400):
        for each in batch:
            network.matches(each)

    assert resident_megabytes() - before < 1


def in_threads(count: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def often() -> Iterator[None]:
    """Threads take turns a thousand times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("often")
def test_8_threads_on_one_network_get_the_answers_of_plain_python() -> None:
    rules, batch = some_rules(25, 12), some_messages(400, 12)
    expected = [plainly(rules, message) for message in batch]
    network = Network(rules, 12)
    wrong: list[int] = []

    def ask(number: int) -> None:
        for turn in range(2_000):
            place = (turn * 7 + number) % len(batch)
            if network.matches(batch[place]) != expected[place]:
                wrong.append(place)

    in_threads(8, ask)

    assert wrong == []


@pytest.mark.usefixtures("often")
def test_threads_that_ask_while_another_closes_get_an_answer_or_a_fault() -> None:
    rules, batch = some_rules(10, 5), some_messages(50, 5)
    expected = [plainly(rules, message) for message in batch]
    others: list[BaseException | int] = []

    def live(network: Network, number: int) -> None:
        if number == 0:
            network.close()
            return
        try:
            if [network.matches(each) for each in batch] != expected:
                others.append(number)
        except NetworkFault as fault:
            if "closed" not in str(fault):
                others.append(fault)

    for _ in range(50):
        network = Network(rules, 5)
        in_threads(4, lambda number, network=network: live(network, number))

    assert others == []


def of_one_shape(numbers: range) -> list[list[Rule]]:
    """The same rules with other thresholds, one list for each number."""
    usual = some_rules(25, 12)
    return [
        [
            Rule(each.row, tuple(replace(test, value=moved(test, n)) for test in each.tests))
            for each in usual
        ]
        for n in numbers
    ]


def moved(test: Test, number: int) -> int:
    return test.value if test.op in ("eq", "ne") else test.value + number


@pytest.mark.usefixtures("often")
def test_8_threads_on_4_networks_of_one_shape_never_get_the_answer_of_another() -> None:
    every, batch = of_one_shape(range(4)), some_messages(200, 12)
    expected = [[plainly(rules, message) for message in batch] for rules in every]
    networks = [Network(rules, 12) for rules in every]
    assert len({id(part.rules) for network in networks for part in network._parts or ()}) == 1
    wrong: list[int] = []

    def ask(number: int) -> None:
        for turn in range(2_000):
            which, place = (turn + number) % 4, (turn * 7 + number) % len(batch)
            if networks[which].matches(batch[place]) != expected[which][place]:
                wrong.append(place)

    in_threads(8, ask)

    assert wrong == []
    assert expected[0] != expected[1]


@pytest.mark.usefixtures("often")
def test_networks_of_one_shape_come_and_go_under_threads_and_answer_right() -> None:
    every, batch = of_one_shape(range(8)), some_messages(3, 12)
    expected = [[plainly(rules, message) for message in batch] for rules in every]
    wrong: list[int] = []

    def live(number: int) -> None:
        for _ in range(150):
            network = Network(every[number], 12)
            if [network.matches(each) for each in batch] != expected[number]:
                wrong.append(number)
            network.close()

    in_threads(8, live)

    assert wrong == []


@needs_statm
def test_100_networks_of_one_shape_take_the_native_memory_of_one() -> None:
    every, batch = of_one_shape(range(100)), some_messages(5, 12)
    first = Network(every[0], 12)
    before = resident_megabytes()

    others = [Network(rules, 12) for rules in every]
    for network in others:
        for each in batch:
            network.matches(each)

    assert resident_megabytes() - before < 3  # 100 alone take 60
    assert first.matches(batch[0]) == plainly(every[0], batch[0])


HARD: dict[str, tuple[list[Rule], int]] = {
    "600 first conditions that all hold": ([rule(r, (r, "ge", 0)) for r in range(600)], 600),
    "600 first conditions on one field": ([rule(r, (0, "ne", r)) for r in range(600)], 1),
    "600 rules after one condition": ([rule(r, (0, "ge", 0), (1, "le", r)) for r in range(600)], 2),
    "600 rules of the same tests": ([rule(r, (0, "ge", 0), (1, "ge", 0)) for r in range(600)], 2),
    "600 categories": ([rule(r, (0, "eq", r), (1, "ge", 0)) for r in range(600)], 2),
    "a rule of 240 fields": ([rule(0, *((f, "ge", 0) for f in range(240)))], 240),
    "a rule of 2,000 exceptions": ([rule(0, *((0, "ne", value) for value in range(2_000)))], 1),
    "rules that begin alike for long": (
        [rule(r, *((0, "ne", value) for value in range(r + 1))) for r in range(300)],
        1,
    ),
    "tests that exclude each other": ([rule(0, (0, "eq", 1), (0, "eq", 2), (0, "lt", 0))], 1),
    "constants at the limits": (
        [rule(r, (0, op, v)) for r, op in enumerate(OPS) for v in (UNKNOWN, -LIMIT, LIMIT)],
        1,
    ),
    "5,000 rules": (some_rules(5_000, 40), 40),
}


@pytest.mark.parametrize("shape", HARD)
def test_rules_past_every_native_limit_are_answered_right(shape: str) -> None:
    rules, width = HARD[shape]
    network = Network(rules, width)
    batch = [[0] * width, [1] * width, [LIMIT] * width, [UNKNOWN] * width, list(range(width))]
    batch += [message for message, _ in zip(messages(rules, width), range(60), strict=False)]

    assert [network.matches(each) for each in batch] == [
        plainly(rules, message) for message in batch
    ]


def code_of(conditions: list[str]) -> int:
    """What the native code says of a fact for rules of one condition each, or two joined."""
    rules = ",".join(f'"r{row}":{{"all":[{{"m":{each}}}]}}' for row, each in enumerate(conditions))
    handle = durable_rules_engine.create_ruleset("limit", f"{{{rules}}}")
    try:
        return durable_rules_engine.assert_fact(handle, '{"id":1,"f":1000,"g":1}')[0]
    finally:
        durable_rules_engine.delete_ruleset(handle)


def test_the_native_stack_holds_64_conditions_and_no_more() -> None:
    first = [f'{{"$gte":{{"f":{row}}}}}' for row in range(65)]

    assert code_of(first[:64]) == 0
    with pytest.raises(Exception, match="error code: 303"):
        code_of(first)


def test_native_rules_share_a_condition_with_a_constant_but_none_with_a_field() -> None:
    def after(shared: str) -> list[str]:
        return [f'{{"$and":[{shared},{{"$eq":{{"f":{row}}}}}]}}' for row in range(936, 1001)]

    assert code_of(after('{"$gte":{"f":1}}')) == 0
    with pytest.raises(Exception, match="error code: 303"):
        code_of(after('{"$gte":{"f":{"$m":"g"}}}'))
