"""The network answers like plain Python, for every list of rules."""

import gc
from itertools import combinations
from typing import Any

import durable_rules_engine
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.encoding import LIMIT, UNKNOWN, Op
from engine.decision.rules.agreement import plainly
from engine.decision.rules.network import Network, Rule, Test
from engine.errors import NetworkFault

OPS: tuple[Op, ...] = ("eq", "ne", "lt", "le", "gt", "ge")
WIDTH = 5


def rule(row: int, *tests: tuple[int, Op, int]) -> Rule:
    return Rule(row, tuple(Test(*test) for test in tests))


@pytest.mark.parametrize(
    ("op", "answers"),
    [
        ("eq", [0, 1, 0]),
        ("ne", [1, 0, 1]),
        ("lt", [1, 0, 0]),
        ("le", [1, 1, 0]),
        ("gt", [0, 0, 1]),
        ("ge", [0, 1, 1]),
    ],
)
@pytest.mark.parametrize("constant", [-LIMIT + 1, -7, 0, 30, LIMIT - 1])
def test_each_operator_compares_the_field_with_the_constant(
    op: Op, answers: list[int], constant: int
) -> None:
    network = Network([rule(0, (0, op, constant))], width=1)

    found = [network.matches(each) for each in [[constant - 1], [constant], [constant + 1]]]

    assert found == answers


def test_a_row_holds_when_one_of_its_rules_is_true() -> None:
    network = Network([rule(4, (0, "eq", 1)), rule(4, (1, "eq", 1))], width=2)

    assert [network.matches(each) for each in [[0, 0], [1, 0], [0, 1], [1, 1]]] == [0, 16, 16, 16]


def test_a_rule_is_true_when_all_its_tests_are() -> None:
    network = Network([rule(0, (0, "ge", 3), (1, "lt", 5), (0, "ne", 4))], width=2)

    assert [network.matches(each) for each in [[3, 4], [4, 4], [3, 5], [2, 4]]] == [1, 0, 0, 0]


def test_rows_with_the_same_tests_hold_together() -> None:
    network = Network(
        [rule(0, (0, "eq", 1), (1, "gt", 2)), rule(9, (1, "gt", 2), (0, "eq", 1))], width=2
    )

    assert network.matches([1, 3]) == 1 | 1 << 9


def test_an_unknown_value_is_compared_like_any_number() -> None:
    network = Network([rule(0, (0, "lt", -LIMIT)), rule(1, (0, "ne", UNKNOWN))], width=1)

    assert [network.matches(each) for each in [[UNKNOWN], [-LIMIT]]] == [1, 2]


def test_a_network_without_rules_answers_that_no_row_holds() -> None:
    assert Network([], width=0).matches([]) == 0


def test_one_answer_leaves_nothing_behind_for_the_next() -> None:
    network = Network([rule(row, (0, "ge", row)) for row in range(10)], width=1)

    answers = [network.matches([value]).bit_count() for value in (9, -1, 3, 9, 0)]

    assert answers == [10, 0, 4, 10, 1]


@pytest.mark.parametrize("value", [LIMIT + 1, UNKNOWN - 1, 10**40, -(10**40)])
def test_a_value_beyond_the_limit_is_refused(value: int) -> None:
    network = Network([rule(0, (1, "gt", 0))], width=2)

    with pytest.raises(ValueError, match="not between"):
        network.matches([0, value])

    assert network.matches([0, LIMIT]) == 1


def test_another_number_of_values_than_fields_is_refused() -> None:
    network = Network([rule(0, (0, "gt", 0))], width=2)

    with pytest.raises(ValueError, match="3 values, but the rules know 2 fields"):
        network.matches([1, 1, 1])


@pytest.mark.parametrize(
    "wrong",
    [
        rule(0),
        rule(-1, (0, "eq", 1)),
        rule(0, (2, "eq", 1)),
        rule(0, (-1, "eq", 1)),
        rule(0, (0, "in", 1)),  # type: ignore[arg-type]
        rule(0, (0, "eq", LIMIT + 1)),
        rule(0, (0, "eq", UNKNOWN - 1)),
    ],
    ids=str,
)
def test_a_wrong_rule_is_refused_before_the_native_code_sees_it(wrong: Rule) -> None:
    with pytest.raises(ValueError, match=r"needs"):
        Network([wrong], width=2)


def test_a_rule_on_more_fields_than_a_message_can_hold_is_refused() -> None:
    tests = [(field, "eq", 1) for field in range(300)]

    with pytest.raises(ValueError, match="tests more than 240 fields"):
        Network([rule(0, *tests)], width=300)


def test_a_closed_network_answers_with_a_fault_and_can_be_closed_again() -> None:
    network = Network([rule(0, (0, "eq", 1))], width=1)
    network.close()
    network.close()

    with pytest.raises(NetworkFault, match="closed"):
        network.matches([1])


class Counting:
    """The native module with a count of live rule sets; `fails` makes one retraction fail."""

    alive = 0
    fails = False

    def __getattr__(self, name: str) -> Any:
        return getattr(durable_rules_engine, name)

    def create_ruleset(self, name: str, rules: str) -> int:
        self.alive += 1
        return durable_rules_engine.create_ruleset(name, rules)

    def delete_ruleset(self, handle: int) -> None:
        self.alive -= 1
        durable_rules_engine.delete_ruleset(handle)

    def retract_fact(self, handle: int, message: str) -> tuple[int, int]:
        if self.fails:
            self.fails = False
            raise RuntimeError
        return durable_rules_engine.retract_fact(handle, message)


def test_a_forgotten_network_frees_its_native_rule_sets() -> None:
    native = Counting()
    network = Network([rule(0, (0, "eq", 1))], width=1, native=native)
    assert native.alive == 1

    del network
    gc.collect()

    assert native.alive == 0


def test_a_rule_set_that_two_networks_share_is_freed_with_the_second() -> None:
    native = Counting()
    one, other = (Network([rule(0, (0, "gt", n))], 1, native=native) for n in (3, 5))
    assert native.alive == 1

    one.close()
    assert [native.alive, other.matches([5]), other.matches([6])] == [1, 0, 1]
    other.close()

    assert native.alive == 0


def test_a_failure_of_a_shared_rule_set_costs_its_other_networks_nothing() -> None:
    native = Counting()
    one, other = (Network([rule(0, (0, "gt", n))], 1, native=native) for n in (3, 5))
    native.fails = True

    with pytest.raises(NetworkFault):
        one.matches([9])

    assert [other.matches([5]), other.matches([6]), one.matches([4])] == [0, 1, 1]


def test_a_field_that_no_rule_tests_is_not_looked_at() -> None:
    network = Network([rule(0, (1, "eq", 1))], width=2_000)

    assert network.matches([7, 1, *["never read"] * 1_998]) == 1  # type: ignore[list-item]


values = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([UNKNOWN, -LIMIT, -LIMIT + 1, LIMIT - 1, LIMIT]),
    st.integers(UNKNOWN, LIMIT),
)
tests = st.builds(Test, st.integers(0, WIDTH - 1), st.sampled_from(OPS), values)
rules_of_tests = st.builds(
    Rule, st.integers(0, 70), st.lists(tests, min_size=1, max_size=5).map(tuple)
)
messages = st.lists(values, min_size=WIDTH, max_size=WIDTH)


@settings(max_examples=1_000, deadline=None)
@given(st.lists(rules_of_tests, max_size=12), st.lists(messages, min_size=1, max_size=6))
def test_a_network_answers_like_plain_python(rules: list[Rule], batch: list[list[int]]) -> None:
    network = Network(rules, WIDTH)

    found = [network.matches(each) for each in batch]
    network.close()

    assert found == [plainly(rules, message) for message in batch]


def test_every_pair_of_operators_on_one_field_answers_like_plain_python() -> None:
    pairs = list(combinations([(op, value) for op in OPS for value in (-1, 0, 1)], 2))
    rules = [rule(row, (0, *a), (0, *b)) for row, (a, b) in enumerate(pairs)]
    network = Network(rules, width=1)

    for value in (UNKNOWN, -2, -1, 0, 1, 2, LIMIT):
        assert network.matches([value]) == plainly(rules, [value])
