"""A topic is a line or a table, and a plural topic a map of them."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy, Table

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]
FindTable = Callable[[Policy, str], Table]


def test_a_line_is_one_row_that_always_applies(read: Read, table: FindTable) -> None:
    (row,) = table(read("shipping: {return_paid_by: consumer}\n"), "return_shipping").rows

    assert (row.id, row.otherwise) == ("RETURN-SHIPPING", True)


def test_a_line_with_a_condition_is_not_always_there(read: Read, table: FindTable) -> None:
    found = table(read("goods: {when: {final_sale: true}, do: keep}\n"), "goods")

    assert found.optional
    assert not found.rows[0].otherwise


@pytest.mark.parametrize(
    ("topic", "optional"),
    [("deadlines", True), ("limits", True), ("fees", True), ("remedies", False)],
)
def test_some_topics_need_not_cover_every_case(
    read: Read, table: FindTable, topic: str, optional: bool
) -> None:
    line = {
        "deadlines": "request: {no_limit: true}",
        "limits": "request: {adds: 1, at_most: 4}",
        "fees": "request: {fee: none}",
        "remedies": "retailer: {give: refund}",
    }[topic]
    part = line.partition(":")[0]

    assert table(read(f"{topic}: {{{line}}}\n"), f"{topic}.{part}").optional is optional


def test_a_tie_rule_belongs_to_its_topic(read: Read, table: FindTable, faults: Faults) -> None:
    window = "window: {decide: longest, rows: [{id: A, otherwise: true, no_limit: true}]}\n"
    goods = "goods: {decide: longest, rows: [{id: A, otherwise: true, do: keep}]}\n"

    assert table(read(window), "deadlines.request").decide == "longest"
    assert faults(goods)[0].code == "unknown_word"
    assert "`decide` has no meaning" in faults("goods: {decide: first, do: keep}\n")[0].sentence


@pytest.mark.parametrize(
    ("topics", "code"),
    [
        ("goods: keep\n", "wrong_shape"),
        ("goods: {rows: {A: keep}}\n", "wrong_shape"),
        ("goods: {rows: [keep]}\n", "wrong_shape"),
        ("fees: {a: 5}\n", "wrong_shape"),
        ("fees: [a]\n", "wrong_shape"),
        ("goods: {doo: keep}\n", "unknown_key"),
        ("goods: {rows: [], until: 3}\n", "unknown_key"),
        ("fees: {" + ", ".join(f"a{n}: {{fee: none}}" for n in range(61)) + "}\n", "too_large"),
    ],
)
def test_a_topic_of_another_shape_is_a_fault(faults: Faults, topics: str, code: str) -> None:
    assert faults(topics)[0].code == code


def test_a_policy_has_only_so_many_rows(faults: Faults) -> None:
    rows = ", ".join(f"{{id: R-{n}, when: {{quantity: {n}}}, fee: none}}" for n in range(1001))

    found = faults(f"fees: {{a: {{rows: [{rows}]}}}}\n")

    assert [fault.code for fault in found] == ["too_large"]


def test_rows_may_be_none_where_nothing_must_be_said(faults: Faults) -> None:
    assert faults("demands: {rows: []}\nfees: {a: {rows: []}}\n") == []


@pytest.mark.parametrize(
    "rows", ["[]", "[{id: A, otherwise: true, within: 3 days, counted_from: ordered}]"]
)
def test_a_fault_beside_rows_is_told_though_no_row_takes_the_value(
    faults: Faults, rows: str
) -> None:
    found = faults(f"window: {{counted_from: deliverd, rows: {rows}}}\n")

    assert [fault.code for fault in found] == ["unknown_word"]


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("fees: {restocking: USD 9.00}", "`{fee: USD 9.00}`"),
        ("limits: {quota: 3}", "`{used: .., at_most: 3}`"),
        ("deadlines: {arrival: 30 days}", "`{within: 30 days, counted_from: ..}`"),
        ("goods: keep", "`{do: keep}`"),
        ("remedies: refund", "`{NAME: {give: refund}}`"),
    ],
)
def test_one_value_where_a_map_belongs_is_shown_as_a_map(
    faults: Faults, line: str, written: str
) -> None:
    (fault,) = faults(f"{line}\n")

    assert fault.code == "wrong_shape"
    assert fault.sentence.endswith(f"must be a map of `key: value`, not a value. Write {written}.")


def test_a_list_where_a_map_belongs_is_not_shown_as_one(faults: Faults) -> None:
    (fault,) = faults("goods: [keep]\n")

    assert fault.sentence == "`goods` must be a map of `key: value`, not a list."


@pytest.mark.parametrize("bound", ["at_least", "at_most"])
def test_a_bound_beside_an_amount_is_shown_inside_of_it(faults: Faults, bound: str) -> None:
    (fault,) = faults(f"fees: {{restocking: {{fee: 10% of item_price, {bound}: USD 3.00}}}}\n")

    assert fault.code == "unknown_key"
    assert fault.sentence.endswith(
        f"write `fee: {{amount: 10% of item_price, {bound}: USD 3.00}}`."
    )
