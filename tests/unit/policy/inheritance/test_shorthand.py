"""A short form says the same as the full one, and stands alone."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        (
            "window: {days: 30, counted_from: delivered}",
            "deadlines: {request: {within: 30 days, counted_from: delivered}}",
        ),
        (
            "window: {counted_from: delivered, rows: [{id: A, otherwise: true, days: 3}]}",
            "deadlines: {request: {counted_from: delivered, "
            "rows: [{id: A, otherwise: true, within: 3 days}]}}",
        ),
        ("remedy: {to_retailer: credit}", "remedies: {retailer: {give: account_credit}}"),
        ("remedy: {to_consumer: refund}", "remedies: {consumer: {give: refund}}"),
        ("remedy: {give: repair}", "remedies: {retailer: {give: repair}}"),
        ("shipping: {return_paid_by: consumer}", "return_shipping: {paid_by: consumer}"),
        ("disposition: {goods: keep}", "goods: {do: keep}"),
        ("fees: {fee: USD 5.00}", "fees: {fee: {fee: USD 5.00}}"),
        (
            "eligibility: {rows: [{id: A, otherwise: true, eligible: true}]}",
            "eligibility: {rows: [{id: A, otherwise: true, answer: accept}]}",
        ),
    ],
)
def test_a_short_form_says_what_the_full_one_says(read: Read, short: str, full: str) -> None:
    assert read(short + "\n").digest == read(full + "\n").digest


def test_other_deadlines_stand_beside_the_window(read: Read) -> None:
    policy = read("window: {no_limit: true}\ndeadlines: {arrival: {no_limit: true}}\n")

    assert [table.part for table in policy.deadlines] == ["arrival", "request"]


@pytest.mark.parametrize(
    "topics",
    [
        "window: {no_limit: true}\ndeadlines: {request: {no_limit: true}}\n",
        "shipping: {return_paid_by: nobody}\nreturn_shipping: {paid_by: nobody}\n",
        "disposition: {goods: keep}\ngoods: {do: keep}\n",
        "window: {days: 3, within: 4 days, counted_from: delivered}\n",
        "eligibility: {rows: [{id: A, otherwise: true, answer: accept, eligible: true}]}\n",
    ],
)
def test_a_short_form_beside_its_full_form_is_a_fault(faults: Faults, topics: str) -> None:
    (fault,) = faults(topics)

    assert (fault.code, fault.source.line) == ("written_twice", 5)


@pytest.mark.parametrize(
    "topics",
    [
        "remedy: credit\n",
        "remedy: {give: refund}\nremedies: {retailer: {give: refund}}\n",
        "remedy: {to_retailer: credit, to_consumer: refund}\n",
        "remedy: {to_retailer: credit, give: refund}\n",
    ],
)
def test_a_remedy_that_is_no_short_form_is_a_fault(faults: Faults, topics: str) -> None:
    assert [fault.code for fault in faults(topics)] == ["wrong_shape"]


def test_days_must_be_a_number(faults: Faults) -> None:
    assert faults("window: {days: 30 days, counted_from: delivered}\n") == []
    assert faults("window: {days: many, counted_from: delivered}\n")[0].code == "wrong_type"


def test_a_fault_in_a_short_form_stands_where_it_was_written(faults: Faults) -> None:
    (fault,) = faults("shipping: {return_paid_by: nobdy}\n")

    assert (fault.source.line, fault.source.column) == (5, 28)


@pytest.mark.parametrize(
    ("topic", "meant"),
    [
        ("shipping: {return_payed_by: consumer}", "return_paid_by"),
        (
            "shipping: {rows: [{id: A, otherwise: true, return_payed_by: consumer}]}",
            "return_paid_by",
        ),
        ("remedy: {to_retailer: credti}", "account_credit"),
        ("eligibility: {eligable: true}", "eligible"),
    ],
)
def test_a_misspelt_short_form_is_told_the_short_form(
    faults: Faults, topic: str, meant: str
) -> None:
    assert any(fault.sentence.endswith(f" Did you mean `{meant}`?") for fault in faults(topic))
