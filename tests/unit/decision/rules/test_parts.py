"""No part of a cut can reach a limit of the native code, and names cannot collide."""

import json
from itertools import groupby, pairwise
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.encoding import Op, Rule, Test
from engine.decision.rules import parts as cutting
from engine.decision.rules.parts import NAMES, PENDING, RULES, SENTINEL, Part, Path, cut, pending
from engine.decision.rules.trial import holds


def rule(row: int, *tests: tuple[int, Op, int]) -> Rule:
    return Rule(row, tuple(Test(*test) for test in tests))


def native_hash(name: str) -> int:
    """FNV-1a with 32 bits: all that the native code compares of a name."""
    found = 0x811C9DC5
    for byte in name.encode():
        found = (found ^ byte) * 16_777_619 % 2**32
    return found


def conditions(part: Part) -> list[list[tuple[str, str, int]]]:
    rules = json.loads(part.source)
    return [
        [(op, *next(iter(test.items()))) for each in chain for op, test in each.items()]
        for chain in (rule["all"][0]["m"]["$and"] for rule in rules.values())
    ]


def waiting(paths: list[Path], message: list[int]) -> int:
    """The largest native stack: a true condition gives way to the true ones that follow it."""
    stack, most = [(paths, 0)], 1
    while stack:
        below, depth = stack.pop()
        longer = sorted(path for path in below if len(path) > depth)
        for (field, op, value), group in groupby(longer, itemgetter(depth)):
            if holds(Test(field, op, value), message[field]):
                stack.append((list(group), depth + 1))
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
    (part,) = cut([rule(row, (0, "eq", row), (1, "le", 9)) for row in range(20)], width=2)

    assert {chain[0] for chain in conditions(part)[:-1]} == {("$lte", NAMES[1], 9)}


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
        paths = list(cutting._merge(rules, equal_first=equal_first))

        assert waiting(paths, message) <= max(1, pending(paths))


@settings(max_examples=200, deadline=None)
@given(many_rules)
def test_paths_stand_so_that_equal_beginnings_are_neighbours(rules: list[Rule]) -> None:
    paths = list(cutting._merge(rules, equal_first=False))

    beginnings = [path[0] for path in paths]
    changes = sum(a != b for a, b in pairwise(beginnings))

    assert len(set(beginnings)) == (changes + 1 if paths else 0)
