"""What holds of a line says how its return goes on, what is to come back, and when it is paid."""

from dataclasses import replace

import pytest

from engine.decision.decide import Decider
from engine.money import Money
from engine.policy.editions import load
from engine.returns.lifecycle import Step
from engine.returns.outcome import Due, LineOutcome, outcome_of, step_of

POLICY = """
policy: acme/standard
version: 1
effective: {from: 2025-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
remedy:
  rows:
    - {id: R-SWAP, when: {wanted: replacement}, give: replacement}
    - {id: R-NOW,  when: {channel: store}, give: refund, timing: immediate}
    - {id: R-DROP, when: {channel: kiosk}, give: refund, timing: at_drop_off}
    - {id: R-ELSE, otherwise: true, give: refund, timing: after_receipt}
goods:
  rows:
    - {id: G-KEEP, when: {item_price: {under: USD 15.00}}, do: keep}
    - {id: G-BACK, otherwise: true, do: ship_back}
eligibility:
  rows:
    - {id: E-ASK, when: {tags: {has: fragile}}, answer: review, to_settle: may it travel}
"""


def decided(**more: object) -> LineOutcome:
    given = {
        "ordered": "2025-03-01",
        "delivered": "2025-03-05",
        "requested": "2025-03-10",
        "item_price": "USD 40.00",
        "wanted": "refund",
        "channel": "online",
        **more,
    }
    decision = Decider(load(POLICY, "standard.yaml").policy, native=False).decide(given)
    return outcome_of(decision, "d_1", decision.net, 4_000)


FINE = decided()
LATE = decided(requested="2025-06-01")
UNSURE = decided(tags=["fragile"])
OPEN_NOW = replace(decided(channel="store"), amount=None)


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        ([FINE], Step.APPROVE),
        ([FINE, LATE], Step.APPROVE),
        ([LATE, LATE], Step.REFUSE),
        ([FINE, UNSURE], Step.HOLD),
        ([LATE, UNSURE], Step.HOLD),
        ([OPEN_NOW], Step.HOLD),
        ([replace(FINE, amount=None)], Step.APPROVE),
    ],
)
def test_one_line_that_needs_a_person_holds_the_return(
    lines: list[LineOutcome], step: Step
) -> None:
    assert step_of(lines) is step


def test_nothing_is_expected_of_a_refused_line_or_where_goods_stay() -> None:
    assert FINE.expected(2) == 2
    assert LATE.expected(2) == 0
    assert decided(item_price="USD 12.00").expected(2) == 0


def test_money_is_due_when_the_policy_says_and_at_once_where_nothing_is_waited_for() -> None:
    assert FINE.due is Due.RECEIPT
    assert decided(channel="store").due is Due.APPROVAL
    assert decided(channel="kiosk").due is Due.DROP_OFF
    assert decided(item_price="USD 12.00").due is Due.APPROVAL


def test_a_line_made_good_in_kind_owes_no_money() -> None:
    assert FINE.owes_money
    assert not decided(wanted="replacement").owes_money
    assert not decided(wanted="replacement").unsettled


def test_an_open_way_or_amount_is_a_persons_to_name() -> None:
    assert not FINE.unsettled
    assert replace(FINE, remedy=None).unsettled
    assert replace(FINE, amount=None).unsettled
    assert not replace(UNSURE, answer="accept", amount=Money(1, "USD")).unsettled
