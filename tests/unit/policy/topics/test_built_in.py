"""A policy has rows that it does not write: late is refused, all else accepted."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Goods, Outbound, Policy, Shipping, Value

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]

WINDOW = "window: {days: 30, counted_from: delivered}\n"
BUILT_IN = ["E-EARLY", "E-LATE", "E-DISPUTED", "E-SILENT"]


def ids(policy: Policy) -> list[str]:
    return [row.id for row in policy.eligibility.rows]


def eligibility(*rows: str) -> str:
    return "eligibility:\n  rows:\n" + "".join(f"    - {{{row}}}\n" for row in rows)


def test_without_a_word_deadlines_refuse_and_all_else_is_accepted(read: Read) -> None:
    assert ids(read(WINDOW)) == [*BUILT_IN, "E-YES"]


def test_own_rows_are_asked_before_the_built_in_ones(read: Read) -> None:
    own = eligibility(
        "id: A, when: {final_sale: true}, answer: refuse, code: final_sale",
        "id: Z, otherwise: true, answer: accept",
    )

    assert ids(read(WINDOW + own)) == ["A", *BUILT_IN, "Z"]


def test_a_row_that_asks_deadlines_leaves_no_built_in_row(read: Read) -> None:
    own = eligibility("id: LATE, when: {deadlines: late}, answer: refuse, code: from_deadline")

    assert ids(read(WINDOW + own)) == ["LATE", "E-YES"]


@pytest.mark.parametrize("when", ["{days_left: {under: 0}}", "{request: late}"])
def test_an_own_row_about_a_deadline_takes_the_place_of_the_built_in_one(
    read: Read, when: str
) -> None:
    own = eligibility(f"id: E-LATE, when: {when}, answer: refuse, code: outside_window")

    assert ids(read(WINDOW + own)) == ["E-LATE", "E-EARLY", "E-DISPUTED", "E-SILENT", "E-YES"]


def test_the_id_of_a_built_in_row_is_not_for_other_rows(faults: Faults) -> None:
    own = eligibility("id: E-LATE, when: {final_sale: true}, answer: refuse, code: final_sale")
    elsewhere = "fees: {a: {rows: [{id: E-LATE, otherwise: true, fee: none}]}}\n"

    assert [fault.code for fault in faults(WINDOW + own)] == ["id_reserved"]
    assert [fault.code for fault in faults(WINDOW + elsewhere)] == ["id_reserved"]


def test_goods_go_back_at_the_claimants_cost_for_their_price(read: Read) -> None:
    policy = read("parties: {owner: retailer, claimant: consumer}\n")

    assert policy.goods.rows[0].body == Goods(do="ship_back")
    assert policy.return_shipping.rows[0].body == Shipping(paid_by="consumer")
    assert policy.value.rows[0].body == Value()
    assert policy.outbound_shipping.rows[0].body == Outbound(refund="none")
    assert policy.remedies[0].part == "consumer"
    assert (policy.deadlines, policy.fees, policy.demands.rows) == ((), (), ())
