"""What a `when` says becomes a tree of tests; what it cannot say is a fault."""

from collections.abc import Callable

import pytest

from engine.dates import parse_day
from engine.policy.conditions import leaves
from engine.policy.faults import Fault
from engine.policy.model import All, AnyOf, Condition, Op, Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

OWN = """\
window: {days: 30, counted_from: delivered}
values:
  condition: {best_first: [new, used, worn]}
  packaging: [sealed, open]
  category: [shoes, hats]
facts: {score: {type: number}}
groups:
  broken: {reason: [defective, arrived_dead]}
  cheap: {item_price: {under: USD 15.00}}
  both: {is: [broken, cheap]}
  bad_sale: {is: broken, final_sale: true}
fees:
  a:
    rows:
      - id: ROW
        when: %s
        fee: none
"""


def condition(read: Read, when: str) -> Condition:
    policy = read(OWN % when)
    return policy.fees[0].rows[0].when


def asked(read: Read, when: str) -> list[tuple[str, Op, tuple[str, ...] | int]]:
    found = leaves(condition(read, when))
    return [(each.fact, each.op, each.words or each.number) for each in found]


@pytest.mark.parametrize(
    ("when", "tests"),
    [
        ("{reason: defective}", [("reason", Op.IN, ("defective",))]),
        ("{reason: [defective, expired]}", [("reason", Op.IN, ("defective", "expired"))]),
        ("{category: {not: shoes}}", [("category", Op.NOT_IN, ("shoes",))]),
        ("{category: {not: [shoes, hats]}}", [("category", Op.NOT_IN, ("shoes", "hats"))]),
        ("{delivered: known}", [("delivered", Op.KNOWN, 0)]),
        ("{delivered: unknown}", [("delivered", Op.UNKNOWN, 0)]),
        ("{delivered: {not: known}}", [("delivered", Op.UNKNOWN, 0)]),
        ("{mobile_carrier: null}", [("mobile_carrier", Op.ABSENT, 0)]),
        ("{mobile_carrier: {not: null}}", [("mobile_carrier", Op.PRESENT, 0)]),
        ("{final_sale: true}", [("final_sale", Op.OVER, 0)]),
        ("{final_sale: false}", [("final_sale", Op.UNDER, 1)]),
        ("{final_sale: {not: true}}", [("final_sale", Op.AT_MOST, 0)]),
        ("{item_price: {at_least: USD 15.00}}", [("item_price", Op.AT_LEAST, 1500)]),
        ("{quantity: {over: 3}}", [("quantity", Op.OVER, 3)]),
        ("{quantity: {not: {over: 3}}}", [("quantity", Op.AT_MOST, 3)]),
        ("{discount_percent: {under: 12.5%}}", [("discount_percent", Op.UNDER, 125_000)]),
        ("{score: {at_most: 2.5}}", [("score", Op.AT_MOST, 2_500_000)]),
        ("{ordered: {over: 2024-05-01}}", [("ordered", Op.OVER, parse_day("2024-05-01"))]),
        ("{condition: {worse_than: used}}", [("condition", Op.OVER, 2)]),
        ("{condition: {no_worse_than: used}}", [("condition", Op.AT_MOST, 2)]),
        ("{condition: {better_than: used}}", [("condition", Op.UNDER, 2)]),
        ("{condition: {no_better_than: used}}", [("condition", Op.AT_LEAST, 2)]),
        ("{tags: {has: gift}}", [("tags", Op.HAS, ("gift",))]),
        ("{tags: {lacks: gift}}", [("tags", Op.LACKS, ("gift",))]),
        ("{days_left: {under: 0}}", [("request.days_left", Op.UNDER, 0)]),
        ("{request: late}", [("request.state", Op.IN, ("late",))]),
        ("{deadlines: late}", [("deadlines", Op.HAS, ("late",))]),
        ("{days_since.delivered: {over: 5}}", [("days_since.delivered", Op.OVER, 5)]),
    ],
)
def test_a_test_of_one_fact(read: Read, when: str, tests: list[tuple[str, Op, object]]) -> None:
    assert asked(read, when) == tests


def test_keys_are_joined_by_and(read: Read) -> None:
    found = condition(read, "{reason: defective, final_sale: true}")

    assert isinstance(found, All)
    assert [each.fact for each in leaves(found)] == ["reason", "final_sale"]


def test_between_includes_both_ends(read: Read) -> None:
    found = asked(read, "{quantity: {between: [2, 5]}}")

    assert found == [("quantity", Op.AT_LEAST, 2), ("quantity", Op.AT_MOST, 5)]
    assert asked(read, "{quantity: {between: [3, 3]}}")


def test_an_equal_number_is_neither_under_nor_over(read: Read) -> None:
    same = asked(read, "{quantity: 3}")
    other = condition(read, "{quantity: {not: 3}}")

    assert same == [("quantity", Op.AT_LEAST, 3), ("quantity", Op.AT_MOST, 3)]
    assert isinstance(other, AnyOf)
    assert [each.op for each in leaves(other)] == [Op.UNDER, Op.OVER]


@pytest.mark.parametrize(
    ("when", "shape", "ops"),
    [
        ("{tags: {has_any: [a, b]}}", AnyOf, [Op.HAS, Op.HAS]),
        ("{tags: {has_all: [a, b]}}", All, [Op.HAS, Op.HAS]),
        ("{tags: {has_none: [a, b]}}", All, [Op.LACKS, Op.LACKS]),
    ],
)
def test_sets_are_tested_for_several_words(
    read: Read, when: str, shape: type, ops: list[Op]
) -> None:
    found = condition(read, when)

    assert isinstance(found, shape)
    assert [each.op for each in leaves(found)] == ops


def test_null_in_a_list_is_one_of_the_answers(read: Read) -> None:
    found = condition(read, "{mobile_carrier: [null, att]}")

    assert isinstance(found, AnyOf)
    assert [each.op for each in leaves(found)] == [Op.ABSENT, Op.IN]


def test_a_list_of_groups_is_any_of_them_and_none_of_them(read: Read) -> None:
    any_, none = (
        condition(read, "{is: [broken, cheap]}"),
        condition(read, "{is_not: [broken, cheap]}"),
    )

    assert isinstance(any_, AnyOf)
    assert isinstance(none, All)
    assert [each.op for each in leaves(none)] == [Op.NOT_IN, Op.AT_LEAST]


def test_a_group_may_use_groups_and_is_negated_as_a_whole(read: Read) -> None:
    used, negated = condition(read, "{is: both}"), condition(read, "{is_not: bad_sale}")

    assert isinstance(used, AnyOf)
    assert isinstance(negated, AnyOf)
    assert [each.op for each in leaves(negated)] == [Op.NOT_IN, Op.AT_MOST]


def test_any_of_nests(read: Read) -> None:
    found = condition(
        read, "{any_of: [{reason: expired}, {any_of: [{quantity: {over: 1}}, {final_sale: true}]}]}"
    )

    assert isinstance(found, AnyOf)
    assert isinstance(found.parts[1], AnyOf)
    assert [each.fact for each in leaves(found)] == ["reason", "quantity", "final_sale"]


@pytest.mark.parametrize(
    ("when", "code", "said"),
    [
        ("{resaon: defective}", "unknown_fact", "Did you mean `reason`?"),
        ("{reqest: late}", "unknown_fact", "Did you mean `request`?"),
        ("{category: boots}", "unknown_word", "`boots` is not a word of `category`."),
        ("{category: hat}", "unknown_word", "Did you mean `hats`?"),
        ("{request: lat}", "unknown_word", "Did you mean `late`?"),
        ("{packaging: {worse_than: open}}", "wrong_operator", "declare `best_first`"),
        ("{quantity: {has: 3}}", "wrong_operator", "It takes `not`, `under`"),
        ("{category: {at_least: shoes}}", "wrong_operator", "does not go with `category`, a word"),
        ("{category: {has: shoes}}", "wrong_operator", "does not go with"),
        ("{tags: gift}", "wrong_operator", "`tags` is a set; write `tags: {has: ..}`"),
        ("{tags: {not: gift}}", "wrong_operator", "`not` does not go with `tags`"),
        ("{tags: {has: [a, b]}}", "wrong_shape", "use `has_any`"),
        ("{quantity: {between: [5, 2]}}", "reversed", "`between` is reversed"),
        ("{ordered: {between: [2024-05-02, 2024-05-01]}}", "reversed", "reversed"),
        ("{quantity: {between: [5]}}", "wrong_shape", "two values"),
        ("{item_price: {over: 15}}", "bare_number", "write `USD 15`"),
        ("{final_sale: yes}", "wrong_type", "write `true`"),
        ("{is: brokn}", "unknown_group", "Did you mean `broken`?"),
        ("{goods: keep, fee_total: {over: USD 1.00}}", "too_soon", "`fee_total` is not known yet"),
        ("{fees.a: {over: USD 1.00}}", "too_soon", "`fees.a` is not known yet"),
        ("{}", "empty", "tests nothing"),
        ("{category: []}", "empty", "empty list"),
        ("{category: {}}", "empty", "is empty"),
        ("{tags: {has_all: []}}", "empty", "empty list"),
        ("{is: []}", "empty", "names no group"),
        ("{any_of: []}", "wrong_shape", "a list of conditions"),
        ("{any_of: {reason: expired}}", "wrong_shape", "a list of conditions"),
        ("[reason]", "wrong_shape", "A condition must be a map"),
        ("{any_of: [{}]}", "empty", "tests nothing"),
        ("{reason: }", "wrong_type", "A word"),
    ],
)
def test_what_cannot_be_meant_is_a_fault(faults: Faults, when: str, code: str, said: str) -> None:
    (fault,) = faults(OWN % when)

    assert fault.code == code or (when == "{reason: }" and fault.code == "unknown_word")
    assert said in fault.sentence or when == "{reason: }"
    assert fault.source.line == 20


def test_any_of_does_not_nest_without_end(faults: Faults) -> None:
    deep = "{any_of: [" * 8 + "{reason: expired}" + "]}" * 8

    (fault,) = faults(OWN % deep)

    assert fault.code == "too_deep"


def test_a_group_is_asked_only_where_all_that_it_tests_is_known(faults: Faults) -> None:
    early = """\
window: {days: 30, counted_from: delivered}
groups: {kept: {goods: keep}}
eligibility:
  rows:
    - {id: A, when: {is: kept}, answer: refuse, code: final_sale}
"""

    (fault,) = faults(early)

    assert (fault.code, fault.source.line) == ("too_soon", 9)
