"""The answers of the lines say how a return goes on, and what is to come back."""

import pytest

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import load
from engine.returns.answers import moves_money, pays_at_approval, step_of, units_expected
from engine.returns.lifecycle import Step

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
    - {id: R-ELSE, otherwise: true, give: refund, timing: after_receipt}
goods:
  rows:
    - {id: G-KEEP, when: {item_price: {under: USD 15.00}}, do: keep}
    - {id: G-BACK, otherwise: true, do: ship_back}
eligibility:
  rows:
    - {id: E-ASK, when: {tags: {has: fragile}}, answer: review, to_settle: may it travel}
"""


def decided(**more: object) -> Decision:
    given = {
        "ordered": "2025-03-01",
        "delivered": "2025-03-05",
        "requested": "2025-03-10",
        "item_price": "USD 40.00",
        "wanted": "refund",
        "channel": "online",
        **more,
    }
    return Decider(load(POLICY, "standard.yaml").policy, native=False).decide(given)


FINE = decided()
LATE = decided(requested="2025-06-01")
UNSURE = decided(tags=["fragile"])


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        ([FINE], Step.APPROVE),
        ([FINE, LATE], Step.APPROVE),
        ([LATE, LATE], Step.REFUSE),
        ([FINE, UNSURE], Step.HOLD),
        ([LATE, UNSURE], Step.HOLD),
    ],
)
def test_one_line_that_needs_a_person_holds_the_return(lines: list[Decision], step: Step) -> None:
    assert step_of(lines) is step


def test_nothing_is_expected_of_a_refused_line_or_where_goods_stay() -> None:
    assert units_expected(FINE, 2) == 2
    assert units_expected(LATE, 2) == 0
    assert units_expected(decided(item_price="USD 12.00"), 2) == 0


def test_money_moves_at_once_where_nothing_is_waited_for() -> None:
    assert not pays_at_approval(FINE, 2)
    assert pays_at_approval(decided(channel="store"), 2)
    assert pays_at_approval(decided(item_price="USD 12.00"), 0)
    assert not pays_at_approval(LATE, 0)


def test_a_line_made_good_in_kind_moves_no_money() -> None:
    assert moves_money(FINE)
    assert not moves_money(decided(wanted="replacement"))
