"""No part of a cut can reach a limit of the native code, and names cannot collide."""

import json
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.encoding import ABSENT, UNKNOWN, Op, Rule, Test
from engine.decision.rules import parts as cutting
from engine.decision.rules.agreement import holds
from engine.decision.rules.parts import (
    NAMES,
    NUMBER,
    PENDING,
    RULES,
    SENTINEL,
    Condition,
    Part,
    Path,
    cut,
    pending,
)


def rule(row: int, *tests: tuple[int, Op, int]) -> Rule:
    return Rule(row, tuple(Test(*test) for test in tests))


def native_hash(name: str) -> int:
    """Returns the 32-bit FNV-1a hash of a name, which is all that the native code compares."""
    found = 0x811C9DC5
    for byte in name.encode():
        found = (found ^ byte) * 16_777_619 % 2**32
    return found


def conditions(part: Part) -> list[list[tuple[str, str, int | str]]]:
    """Returns the conditions of every native rule: operator, field, constant or number's name."""
    rules = json.loads(part.source)
    return [
        [(op, *plain(test)) for each in chain for op, test in each.items()]
        for chain in (rule["all"][0]["m"]["$and"] for rule in rules.values())
    ]


def plain(test: dict[str, int | dict[str, str]]) -> tuple[str, int | str]:
    ((name, value),) = test.items()
    return name, value["$m"] if isinstance(value, dict) else value


def alone(condition: Condition) -> bool:
    return condition[2] >= NUMBER


def waiting(paths: list[Path], message: list[int], thresholds: list[int]) -> int:
    """Returns the largest native stack: true conditions replace the true one before them.

    Rules share equal conditions with constants, never those with numbers.
    """
    stack, most = [(paths, 0)], 1
    while stack:
        below, depth = stack.pop()
        longer = sorted(path for path in below if len(path) > depth)
        for _, group in groupby(
            longer, lambda path, at=depth: path[at:] if alone(path[at]) else path[at]
        ):
            following = list(group)
            field, op, value = following[0][depth]
            known = value if value < NUMBER else thresholds[value - NUMBER]
            if holds(Test(field, op, known), message[field]):
                stack.append((following, depth + 1))
                most = max(most, len(stack))
    return most


def test_our_hash_is_that_of_the_native_code() -> None:
    assert native_hash("orenalpo") == native_hash("final_sale")


def test_names_collide_with_no_other_name_and_no_word_of_the_native_code() -> None:
    words = ["id", "sid", "m", "name", "all", "any", "pri", "count", "cap", "dist"]
    words += ["$s", "$and", "$or", "$eq", "$neq", "$lt", "$lte", "$gt", "$gte", "$ex", "$nex"]
    words += ["$mt", "$imt", "$iall", "$iany", "$m", "$i", "$add", "$sub", "$mul", "$div"]
    words += ["$l", "$r", "$forward", "$not", "$all", "$any", "$time", "$timerName", "$baseTime"]

    hashes = {native_hash(name) for name in (*NAMES, SENTINEL, *words)}

    assert len(hashes) == len(NAMES) + 1 + len(words)
    assert len(NAMES) == RULES


def test_names_are_the_same_few_for_2_000_fields() -> None:
    parts = cut([rule(0, (field, "eq", field)) for field in range(2_000)], width=2_000)

    used = {name for part in parts for chain in conditions(part) for _, name, _ in chain}

    assert used <= {*NAMES, SENTINEL}
    assert sorted(field for part in parts for field in part.fields) == list(range(2_000))


def test_rules_of_the_same_tests_become_one_native_rule() -> None:
    same = [rule(row, (0, "eq", 1), (1, "gt", 2)) for row in range(300)]

    (part,) = cut(same, width=2)

    assert len(part.masks) == 2
    assert part.masks[NAMES[0]] == 2**300 - 1


def test_conditions_that_most_rules_share_come_first() -> None:
    (part,) = cut([rule(row, (0, "eq", row), (1, "ne", 9)) for row in range(20)], width=2)

    assert {chain[0] for chain in conditions(part)[:-1]} == {("$neq", NAMES[1], 9)}


def test_comparisons_with_a_threshold_come_last_for_rules_do_not_share_them() -> None:
    (part,) = cut([rule(row, (0, "eq", row), (1, "le", 9)) for row in range(20)], width=2)

    assert {chain[-1] for chain in conditions(part)[:-1]} == {("$lte", NAMES[1], NAMES[2])}


def test_rules_on_one_category_each_share_a_part() -> None:
    rules = [rule(row, (0, "eq", row), (1, "gt", row % 7)) for row in range(255)]

    assert len(cut(rules, width=2)) == 1


def test_rules_that_may_all_hold_are_cut_below_the_native_stack() -> None:
    rules = [rule(row, (row % 9, "ne", row)) for row in range(200)]

    sizes = [len(part.masks) - 1 for part in cut(rules, width=9)]

    assert sizes == [PENDING, PENDING, PENDING, 11]


def test_a_message_names_the_fields_of_its_part_only() -> None:
    rules = [rule(row, (row, "eq", 1)) for row in range(500)]

    for part in cut(rules, width=500):
        assert len(part.fields) <= cutting.FIELDS
        assert len(json.loads(part.message % part.fields)) == len(part.fields) + 1


def test_a_message_holds_as_many_fields_and_numbers_as_the_native_code_takes() -> None:
    rules = [rule(row, (row, "ge", row)) for row in range(63)]
    rules += [rule(row, *((field, "lt", row) for field in range(100))) for row in range(63, 90)]

    for part in cut(rules, width=100):
        assert len(json.loads(part.message % part.fields)) <= cutting.FIELDS + 1


@pytest.mark.parametrize("op", ["lt", "le", "gt", "ge"])
def test_rules_that_differ_in_thresholds_only_have_the_same_source(op: Op) -> None:
    one, other = (cut([rule(0, (0, op, number)), rule(1, (1, op, 5))], 2) for number in (3, 5))

    assert [part.source for part in one] == [part.source for part in other]
    assert [part.message for part in one] != [part.message for part in other]


@pytest.mark.parametrize(
    "other",
    [
        [(0, "ge", 3), (1, "eq", 8)],
        [(0, "gt", 3), (1, "eq", 7)],
        [(0, "ge", 3), (0, "ge", 4), (1, "eq", 7)],
        [(0, "ge", ABSENT), (1, "eq", 7)],
        [(0, "ge", UNKNOWN), (1, "eq", 7)],
        [(0, "ge", 3), (1, "ne", 7)],
    ],
    ids=["another word", "another operator", "one test more", "absent", "unknown", "not the word"],
)
def test_rules_that_differ_in_more_have_another_source(other: list[tuple[int, Op, int]]) -> None:
    (usual,) = cut([rule(0, (0, "ge", 3), (1, "eq", 7))], width=2)

    assert cut([rule(0, *other)], width=2)[0].source != usual.source


def test_a_rule_with_more_thresholds_than_a_message_holds_keeps_them_as_constants() -> None:
    (part,) = cut([rule(0, *((0, "gt", value) for value in range(300)))], width=1)

    assert json.loads(part.message % (1,)) == {"id": 1, NAMES[0]: 1}


@pytest.mark.parametrize("depth", [1, 30, 2_000])
def test_rules_of_many_tests_are_weighed(depth: int) -> None:
    shared = [(0, "ne", value) for value in range(depth)]
    rules = [rule(row, *shared, (1, "ge", row)) for row in range(3)]

    (part,) = cut(rules, width=2)

    assert len(part.masks) == 4


small = st.builds(Test, st.integers(0, 3), st.sampled_from(["eq", "ne", "lt", "ge"]), st.just(0))
small = st.one_of(small, st.builds(Test, st.integers(0, 3), st.just("eq"), st.integers(0, 5)))
many_rules = st.lists(
    st.builds(Rule, st.just(0), st.lists(small, min_size=1, max_size=4).map(tuple)), max_size=40
)


@settings(max_examples=500, deadline=None)
@given(many_rules, st.lists(st.integers(-1, 5), min_size=4, max_size=4))
def test_no_message_makes_more_conditions_wait_than_foreseen(
    rules: list[Rule], message: list[int]
) -> None:
    for equal_first in (False, True):
        numbers = cutting.numbers_of(rules)
        paths = list(cutting._merge(rules, numbers, equal_first=equal_first))
        thresholds = [threshold for _, threshold in numbers]

        assert waiting(paths, message, thresholds) <= max(1, pending(paths))


@settings(max_examples=200, deadline=None)
@given(many_rules)
def test_paths_stand_so_that_equal_beginnings_are_neighbours(rules: list[Rule]) -> None:
    paths = list(cutting._merge(rules, cutting.numbers_of(rules), equal_first=False))

    beginnings = [path[0] for path in paths]
    changes = sum(a != b for a, b in pairwise(beginnings))

    assert len(set(beginnings)) == (changes + 1 if paths else 0)
