"""A decision is held against every key that a corpus case expects."""

from typing import Any

import clocks
import expects
import pytest

from engine.decision.decide import Decider
from engine.policy.editions import load

TEXT = """
policy: acme/test
version: 1
title: Test
effective: {from: 2024-01-01}
currency: USD
deadlines:
  request:
    rows:
      - id: W-OLD
        when: {category: old}
        code: anchor_not_stated
        readings:
          - {id: A, within: 10 days, counted_from: ordered}
          - {id: B, within: 10 days, counted_from: delivered}
        we_take: none
      - id: W-WAIT
        when: {category: slow}
        opens: {after: 45 days, counted_from: departed}
        no_limit: true
      - {id: W-ELSE, otherwise: true, within: 12 months, counted_from: delivered}
demands:
  rows:
    - {id: D-RECEIPT, need: [proof_of_purchase]}
    - {id: D-BOX, original_required: true}
remedies:
  retailer:
    from: supplier
    rows:
      - {id: R-PICK, when: {reason: defective}, choice: [replacement, refund], chosen_by: retailer}
      - {id: R-CREDIT, otherwise: true, give: credit_memo}
fees:
  restocking: {fee: {lesser_of: [15% of item_price, 10% of item_price]}, certainty: at_least}
  handling: {when: {reason: overstock}, fee: USD 3.00, taken: billed, owed_by: retailer}
return_shipping: {paid_by: retailer}
goods: {to: country IE}
"""

USUAL = {
    "ordered": "2024-02-25",
    "delivered": "2024-03-01",
    "requested": "2024-03-10",
    "category": "lamp",
    "reason": "change_of_mind",
    "item_price": "USD 50.00",
}


def said(expect: dict[str, Any], **facts: Any) -> list[str]:
    policy = load(TEXT, "test.yaml").policy
    given = {**USUAL, **facts}
    decider = Decider(policy, native=False)
    decision = decider.decide(given)
    ends = tuple(clocks.ends_of(decision, policy, given))
    decider.close()
    return expects.differences(expect, expects.Outcome(whole=decision, policy=policy, ends=ends))


@pytest.mark.parametrize(
    "expect",
    [
        {"decision": "accept", "reason_code": "ok"},
        {"window": {"anchor": "delivery_date", "length": 1, "unit": "year"}},
        {"last_eligible_date": "2025-03-01", "deadline_event": "request"},
        {"settlement": "credit_memo", "settle_to": "retailer", "settle_from": "supplier"},
        {"net_amount": "45.00", "settlement_percent": 100},
        {"fees": [{"type": "restocking", "percent": 10, "amount": "5.00", "minimum": True}]},
        {"return_shipping_paid_by": "retailer", "original_shipping_refunded": False},
        {"return_to": "country:IE", "goods_disposition": "return"},
        {"requires": ["receipt", "original_packaging"]},
        {"note": "words", "because": ["c1"]},
    ],
)
def test_what_comes_out_as_expected_is_no_difference(expect: dict[str, Any]) -> None:
    assert said(expect) == []


@pytest.mark.parametrize(
    "expect",
    [
        {"decision": "deny"},
        {"reason_code": "outside_window"},
        {"window": {"anchor": "order_date", "length": 12, "unit": "month"}},
        {"window": {"length": 365, "unit": "day"}},
        {"window": {"length": 12, "unit": "month"}, "last_eligible_date": "2025-03-02"},
        {"last_eligible_date": None},
        {"settlement": "refund"},
        {"net_amount": "45.01"},
        {"fees": []},
        {"fees": [{"type": "restocking", "percent": 15}]},
        {"fees": [{"type": "service"}]},
        {"return_shipping_paid_by": "customer"},
        {"requires": ["video"]},
        {"colour": "red"},
    ],
)
def test_what_comes_out_otherwise_is_a_difference(expect: dict[str, Any]) -> None:
    assert said(expect)


def test_a_denial_may_be_a_refusal_or_a_question() -> None:
    assert said({"decision": "deny"}, lacking=["proof_of_purchase"]) == []


def test_a_choice_is_compared_as_a_set() -> None:
    assert said({"settlement_options": ["refund", "replacement"]}, reason="defective") == []
    assert said({"settlement_options": ["refund"]}, reason="defective")


def test_a_fee_that_is_billed_says_who_pays_it() -> None:
    fee = {"type": "handling", "amount": "3.00", "deducted_from_settlement": False}
    restocking = {"type": "restocking"}

    assert said({"fees": [restocking, {**fee, "paid_by": "retailer"}]}, reason="overstock") == []
    assert said({"fees": [restocking, {**fee, "paid_by": "customer"}]}, reason="overstock")


def test_a_wait_is_compared_by_its_length_and_its_first_day() -> None:
    wait = {"anchor": "departure_date", "length": 45, "unit": "day"}
    facts = {"category": "slow", "departed": "2024-01-10", "ordered": "2024-01-02"}
    first = "2024-02-24"

    assert said({"min_window": wait, "first_eligible_date": first}, **facts) == []
    assert said({"min_window": {**wait, "length": 60}}, **facts)


def test_readings_are_matched_one_to_one_in_any_order() -> None:
    deny, accept = {"decision": "deny", "why": "late"}, {"decision": "accept"}

    assert said({"decision": "ambiguous", "readings": [accept, deny]}, category="old") == []
    assert said({"readings": [deny, deny]}, category="old")
    assert said({"readings": [{**accept, "net_amount": "1.00"}, deny]}, category="old")


def test_each_reading_of_a_clock_counts_as_a_deadline() -> None:
    window = {"anchor": "delivery_date", "length": 10, "unit": "day"}

    assert said({"window": window, "last_eligible_date": "2024-03-11"}, category="old") == []
