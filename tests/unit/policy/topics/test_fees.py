"""Fees have a value, a base and a cap; what is waived must be a fee of the policy."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Fee, Policy, Value

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


@pytest.mark.parametrize(
    ("topics", "code", "said"),
    [
        ("fees: {a: {per: line}}\n", "missing_key", "write `fee: none`"),
        ("fees: {a: {fee: USD 5.00, certainty: may}}\n", "missing_key", "`to_settle`"),
        ("fees: {a: {fee: USD 5.00, per: box}}\n", "unknown_word", "line, unit, return or order"),
        ("fees: {a: {fee: 150% of item_price}}\n", "over_base", "150%"),
        ("fees: {a: {fee: 200% of 60% of item_price}}\n", "over_base", "120%"),
        ("fees: {A: {fee: none}}\n", "wrong_type", "not a name for a part"),
        ("outbound_shipping: {refund: half}\n", "unknown_word", "standard_part"),
        ("whole_return: {waive: [fees.b]}\nfees: {a: {fee: none}}\n", "unknown_fee", "`fees.a`"),
    ],
)
def test_what_cannot_be_meant_of_money(faults: Faults, topics: str, code: str, said: str) -> None:
    (fault,) = faults(topics)

    assert fault.code == code
    assert said in fault.sentence


@pytest.mark.parametrize(
    "fee",
    [
        "100% of item_price",
        "150% of label_cost",
        "{lesser_of: [150% of item_price, item_price]}",
        "{amount: 150% of item_price, at_most: USD 50.00}",
    ],
)
def test_a_fee_that_is_capped_or_no_share_of_the_price_may_be_high(
    faults: Faults, fee: str
) -> None:
    assert faults(f"fees: {{a: {{fee: {fee}}}}}\n") == []


def test_a_later_fee_may_be_a_share_of_an_earlier_one(faults: Faults) -> None:
    assert faults("fees: {a: {fee: USD 5.00}, b: {fee: 10% of fees.a}}\n") == []
    assert faults("fees: {a: {fee: 10% of fees.b}, b: {fee: USD 5.00}}\n")[0].code == (
        "unknown_amount"
    )


def test_a_fee_may_be_taken_once_over_all_returns_of_an_order(read: Read) -> None:
    (table,) = read("fees: {label: {fee: USD 5.00, per: order}}\n").fees

    assert isinstance(body := table.rows[0].body, Fee)
    assert body.per == "order"


def test_one_fee_needs_no_name(read: Read) -> None:
    policy = read("fees: {rows: [{id: F, otherwise: true, fee: USD 5.00}]}\n")

    assert [table.name for table in policy.fees] == ["fees.fee"]


def test_a_return_is_worth_its_price_unless_said_otherwise(read: Read) -> None:
    assert read("").value.rows[0].body == Value()
    assert read("value: {percent: 0%}\n").value.rows[0].body == Value(percent=0)


def test_a_set_needs_no_rows_and_may_stand_beside_a_line(faults: Faults) -> None:
    group = "groups: {sofa: {category: sofa}}\nfees: {a: {fee: none}}\n"

    assert faults(group + "whole_return: {sets: {all_of: sofa}}\n") == []
    assert faults(group + "whole_return: {sets: {all_of: sofa}, waive: [fees.a]}\n") == []
    assert faults(group + "whole_return: {sets: {all_of: sof}}\n")[0].code == "unknown_word"
