"""What the supplier of the trial promises: money at once, by what was found, for whole orders."""

from __future__ import annotations

from typing import Final

_HEAD: Final = """
policy: {owner}/{channel}
version: {version}
title: Lamps by {channel}
effective: {{from: 2020-01-01}}
applies_by: ordered
currency: USD
for: {{channel: [{channel}]}}
"""

_TESTS: Final = """
tests:
  usual:
    ordered: 2025-03-01
    delivered: 2025-03-05
    requested: 2025-03-10
    quantity: 1
    unit_price: USD 40.00
    reason: change_of_mind
    condition: new_unused
    outbound_paid: USD 6.00
    order_lines: 1
  cases:
"""

_CASES: Final = {
    "web": """
    - {name: dear, expect: {answer: accept, net: USD 46.00}}
    - {name: cheap, given: {reason: defective, unit_price: USD 10.00}, expect: {goods: keep}}
""",
    "phone": """
    - {name: a fee, expect: {net: USD 36.00}}
    - {name: no fee, given: {reason: defective}, expect: {net: USD 46.00}}
    - {name: worn, given: {condition: worn}, expect: {answer: refuse, decided_by: E-BROKEN}}
    - {name: parts, given: {missing_value: USD 1.00}, expect: {net: USD 35.00}}
""",
    "app": """
    - {name: all of it, expect: {net: USD 41.00}}
    - {name: a part, given: {order_lines: 2}, expect: {net: USD 35.00}}
    - {name: much, given: {unit_price: USD 200.00}, expect: {net: USD 206.00}}
""",
    "desk": """
    - name: open
      given: {supplier_decision: null, agreed_before: false, evidence: []}
      expect: {answer: review}
    - {name: yes, given: {supplier_decision: approved}, expect: {decided_by: E-YES}}
    - name: known
      given: {agreed_before: true, supplier_decision: other}
      expect: {answer: accept, decided_by: E-KNOWN}
    - name: shown
      given: {evidence: [approval], supplier_decision: other, agreed_before: false}
      expect: {decided_by: E-SHOWN}
    - name: dear
      given: {supplier_decision: approved, unit_price: USD 200.00}
      expect: {answer: review}
""",
}

AT_ONCE: Final = """
window: {days: 30, counted_from: delivered}
remedy: {give: account_credit, timing: immediate}
goods:
  rows:
    - {id: G-CHEAP, when: {reason: defective, item_price: {under: USD 15.00}}, do: keep}
    - {id: G-BACK, otherwise: true, do: ship_back}
outbound_shipping: {refund: full}
shipping: {return_paid_by: consumer}
"""

AS_FOUND: Final = """
window: {days: 30, counted_from: delivered}
eligibility:
  rows:
    - {id: E-BROKEN, when: {condition: worn}, answer: refuse, code: excluded_condition}
remedy: {give: account_credit, timing: after_receipt}
fees:
  restocking:
    rows:
      - {id: F-NONE, when: {reason: defective}, fee: none}
      - {id: F-ALL, otherwise: true, fee: {greater_of: [10% of base, USD 2.00]}}
  parts: {when: {missing_value: known}, fee: missing_value}
outbound_shipping:
  rows:
    - {id: O-FAULT, when: {reason: defective}, refund: full}
    - {id: O-ELSE, otherwise: true, refund: none}
shipping: {return_paid_by: consumer}
"""

WHOLE: Final = """
window: {days: 30, counted_from: delivered}
remedy: {give: account_credit, timing: immediate}
fees: {handling: {fee: USD 5.00, per: return}}
outbound_shipping:
  rows:
    - {id: O-ALL, when: {whole_order_back: true}, refund: full}
    - {id: O-ELSE, otherwise: true, refund: none}
whole_return:
  rows:
    - {id: T-FREE, when: {return_value: {at_least: USD 100.00}}, waive: [fees.handling]}
shipping: {return_paid_by: consumer}
"""

BY_PERSON: Final = """
facts:
  agreed_before: {type: yes_no, told_by: supplier}
  spent: {type: money, told_by: supplier}
window: {days: 30, counted_from: delivered}
limits:
  dear: {adds: return_value, at_most: USD 150.00, if_over: review, to_settle: whether it is taken}
eligibility:
  rows:
    - {id: E-YES, when: {supplier_decision: approved}, answer: accept}
    - {id: E-KNOWN, when: {agreed_before: true}, answer: accept}
    - {id: E-SHOWN, when: {evidence: {has: approval}}, answer: accept}
    - {id: E-LOOK, otherwise: true, answer: review, to_settle: whether it is taken}
remedy: {give: account_credit, timing: immediate}
outbound_shipping: {refund: full}
shipping: {return_paid_by: consumer}
"""

POLICIES: Final = {"web": AT_ONCE, "phone": AS_FOUND, "app": WHOLE, "desk": BY_PERSON}
"""By the channel in which they hold."""


def text_of(owner: str, channel: str, version: int = 1) -> str:
    """A policy to publish; a later version says the same."""
    head = _HEAD.format(owner=owner, channel=channel, version=version)
    return head + POLICIES[channel] + _TESTS + _CASES[channel].lstrip("\n")
