"""What a test case expects is held against an outcome, field by field."""

import pytest

from engine.decision.record import ReturnDecision
from engine.publishing.expectations import LISTS, PLAIN, differences
from tests.unit.decision.building import decide, decide_return

POLICY = """
window: {days: 30, counted_from: delivered}
deadlines:
  arrival: {event: received_back, within: 14 days, counted_from: rma_issued}
limits: {size: {adds: return_value, at_most: USD 150.00}}
demands: {rows: [{id: D-RMA, need: [rma], subject_to: [inspection]}]}
remedies: {retailer: {give: credit_memo, from: supplier, timing: after_receipt}}
fees:
  restocking: {fee: 10% of item_price, clause: c4}
  label: {fee: none}
"""


def missed(expect: dict[str, object], **given: object) -> list[str]:
    given = {"evidence": ["rma"], "rma_issued": "2024-05-21", **given}
    return differences(expect, decide(POLICY, **given))


@pytest.mark.parametrize(
    "expect",
    [
        {"answer": "accept", "code": "ok", "net": "USD 90.00"},
        {"eligible": True, "amount": "USD 90.00", "fee": "USD 10.00"},
        {"fees": {"restocking": "USD 10.00"}, "fees.restocking": "USD 10.00", "fees.label": "none"},
        {"last_day": "2024-06-09", "request.last_day": "2024-06-09", "days_left": 20},
        {"arrival.state": "pending", "arrival.last_day": "2024-06-04", "state": "in_time"},
        {"counted_from": "delivered", "length": "30 days", "counting": "next_day"},
        {"remedies.retailer.from": "supplier", "remedies.retailer.amount": "USD 90.00"},
        {"remedies.consumer.give": "none", "size.left": "USD 50.00", "size.state": "inside"},
        {"decided_by": "E-YES", "missing": "none", "requires": ["rma"], "unsettled": None},
        {"decided_by": ["E-YES", "RESTOCKING"], "clauses": "c4", "subject_to": ["inspection"]},
        {"curable": False, "original_required": False, "percent": "100%", "base": "USD 100.00"},
        {"open": [], "readings": []},
    ],
)
def test_what_came_out_as_expected_is_no_difference(expect: dict[str, object]) -> None:
    assert missed(expect) == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"answer": "refuse"}, "answer: expected refuse, got accept"),
        ({"eligible": False}, "eligible: expected false, got accept"),
        ({"net": "USD 90.01"}, "net: expected USD 90.01, got USD 90.00"),
        ({"net": "none"}, "net: expected none, got USD 90.00"),
        ({"fees": "none"}, "fees: expected none, got {restocking: USD 10.00}"),
        ({"fees.label": "USD 1.00"}, "fees.label: expected USD 1.00, got none"),
        ({"requires": ["rma", "photos"]}, "requires: expected [rma, photos], got [rma]"),
        ({"requires": "none"}, "requires: expected none, got [rma]"),
        ({"last_day": "2024-06-08"}, "last_day: expected 2024-06-08, got 2024-06-09"),
        ({"arrival.last_day": "none"}, "arrival.last_day: expected none, got 2024-06-04"),
        ({"size.left": "USD 49.99"}, "size.left: expected USD 49.99, got USD 50.00"),
        ({"curable": True}, "curable: expected true, got false"),
        ({"readings": ["accept"]}, "readings: expected [accept], got []"),
        ({"lines": []}, "lines: the number of lines is not the one expected"),
    ],
)
def test_a_difference_is_said(expect: dict[str, object], said: str) -> None:
    assert missed(expect) == [said]


def test_a_row_that_had_no_part_is_a_difference() -> None:
    assert missed({"decided_by": "E-LATE"})[0].startswith("decided_by: expected E-LATE, got [E-YES")


def test_an_unknown_field_is_named_with_the_nearest() -> None:
    expected = "`anwser` is not a field of an outcome. Did you mean `answer`?"

    assert missed({"anwser": "accept"}) == [expected]


def test_every_difference_is_said() -> None:
    assert len(missed({"answer": "refuse", "net": "none", "goods": "keep"})) == 3


def test_an_open_fee_is_to_be_assessed() -> None:
    decision = decide("fees: {label: {fee: label_cost}}")

    assert differences({"fees.label": "to_be_assessed", "net": "none"}, decision) == []


TWO = [{"item_price": "USD 10.00"}, {"item_price": "USD 30.00"}]


def test_a_whole_return_is_held_against_its_lines_and_its_sums() -> None:
    whole = decide_return(
        "fees: {wear: {fee: USD 1.00}, label: {fee: USD 5.00, per: return}}", *TWO
    )
    expect: dict[str, object] = {
        "answer": "accept",
        "net": "USD 33.00",
        "fee_total": "USD 7.00",
        "fees": {"wear": "USD 2.00", "label": "USD 5.00"},
        "lines": [{"net": "USD 9.00"}, {"net": "USD 29.00", "base": "USD 30.00"}],
        "goods": "ship_back",
    }

    assert differences(expect, whole) == []
    assert differences({"lines": [{"net": "USD 9.00"}, {"net": "USD 0.00"}]}, whole) == [
        "lines[1].net: expected USD 0.00, got USD 29.00"
    ]
    assert differences({"lines": [{}]}, whole) == [
        "lines: the number of lines is not the one expected"
    ]


UNLIKE = """
window: {days: 30, counted_from: delivered}
demands:
  rows:
    - {id: D-A, when: {category: a}, need: [photos], subject_to: [inspection]}
    - {id: D-B, when: {category: b}, need: [photos, rma], if_not: go_on}
remedy:
  rows:
    - {id: R-A, when: {category: a}, give: refund, timing: immediate, clause: c1}
    - {id: R-B, otherwise: true, give: store_credit, creates: [new_order]}
goods:
  rows:
    - {id: G-A, when: {category: a}, do: keep, proof: [photos]}
    - {id: G-B, otherwise: true, do: ship_back, to: manufacturer}
return_shipping:
  rows:
    - {id: S-A, when: {category: a}, paid_by: supplier, label_by: supplier}
    - {id: S-B, otherwise: true, paid_by: consumer, reshipment_paid_by: consumer}
value:
  rows:
    - {id: V-A, when: {category: a}, percent: 50%}
    - {id: V-B, otherwise: true, percent: 100%}
fees: {wear: {when: {category: b}, fee: to_be_assessed}}
outbound_shipping:
  rows:
    - {id: O-A, when: {category: a}, refund: full}
    - {id: O-B, otherwise: true, refund: standard_part}
whole_return:
  rows:
    - {id: T-TWO, when: {line_count: 2}, waive: [fees.label]}
"""
A = {"category": "a", "item_price": "USD 10.00", "outbound_paid": "USD 3.00"}
B = {
    "category": "b",
    "item_price": "USD 30.00",
    "outbound_paid": "USD 5.00",
    "outbound_standard": "USD 4.00",
    "delivered": "2024-05-12",
}
OF_THE_RETURN = {
    "answer",
    "code",
    "net",
    "net_certainty",
    "fee_total",
    "base",
    "outbound_refunded",
    "waived",
}


def unlike() -> ReturnDecision:
    fees = UNLIKE.replace("wear:", "label: {fee: USD 1.00, per: return}, wear:")
    return decide_return(fees, {**A, "evidence": ["photos"]}, {**B, "evidence": []})


@pytest.mark.parametrize("field", [*PLAIN, *LISTS])
def test_what_one_line_has_is_not_what_the_return_has(field: str) -> None:
    whole = unlike()
    mine = [getattr(line, field) for line in whole.lines]
    if field in OF_THE_RETURN or mine[0] == mine[1]:
        return

    said = [differences({field: value or "none"}, whole) for value in mine]

    assert all(said), f"`{field}` is {mine[0]} in one line and {mine[1]} in the other"


def test_lines_that_are_alike_are_expected_at_once_and_others_are_named() -> None:
    whole = unlike()

    assert differences({"chosen_by": "none", "first_day": "none"}, whole) == []
    assert differences({"goods": "keep", "last_day": "2024-06-09"}, whole) == [
        "lines[1].goods: expected keep, got ship_back",
        "lines[1].last_day: expected 2024-06-09, got 2024-06-11",
    ]
    assert differences({"gods": "keep"}, whole) == [
        "`gods` is not a field of an outcome. Did you mean `goods`?"
    ]


def test_amounts_of_the_lines_are_added_up_and_rows_of_all_lines_decided() -> None:
    whole = unlike()

    assert differences({"base": "USD 40.00", "outbound_refunded": "USD 7.00"}, whole) == []
    assert differences({"decided_by": ["R-A", "R-B", "T-TWO"], "clauses": "c1"}, whole) == []
