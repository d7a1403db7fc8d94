"""The policies of the walks, each as text for the services and as terms for the oracle."""

from __future__ import annotations

from dataclasses import dataclass

from tests.properties.units.terms import Fee, FeeRow, Terms, Waiver, When

REST = """
deadlines:
  arrival:
    event: received_back
    within: 14 days
    counted_from: rma_issued
    if_late: authorization_expired
  look:
    by: supplier
    event: seller_acted
    within: 3 days
    counted_from: received_back
    if_late: go_on
    if_silent: accept
eligibility:
  rows:
    - {id: E-LOOK, when: {condition: soiled}, answer: review, to_settle: whether it is}
tests:
  usual:
    ordered: 2025-03-01
    delivered: 2025-03-05
    requested: 2025-03-10
    item_price: USD 10.00
    quantity: 1
    outbound_paid: USD 6.00
    condition: new_unused
    whole_order_back: false
    now: 2025-03-10
  cases:
    - {name: look, given: {condition: soiled}, expect: {answer: review}}
    - name: arrived late
      given: {rma_issued: 2025-03-10, received_back: 2025-03-25}
      expect: {answer: refuse, code: authorization_expired}
    - name: nobody looked
      given: {rma_issued: 2025-03-10, received_back: 2025-03-12, now: 2025-03-16}
      expect: {answer: accept, on_silence: accept}
"""
FEES = """
remedy: {give: account_credit}
value:
  rows:
    - {id: V-WORN, when: {condition: worn}, percent: 33.333%}
    - {id: V-ELSE, otherwise: true, percent: 100%}
fees:
  handling:
    rows:
      - {id: F-WORN, when: {condition: worn}, fee: 10% of item_price}
      - {id: F-MANY, when: {quantity: {at_least: 2}}, fee: USD 1.00}
      - {id: F-ELSE, otherwise: true, fee: USD 5.00}
  label: {fee: USD 6.00, per: order}
outbound_shipping: {refund: full}
"""
FEES_CASES = """
    - {name: worn, given: {condition: worn}, expect: {fees.handling: USD 1.00}}
    - {name: one, expect: {fees.handling: USD 5.00, fees.label: USD 6.00}}
    - {name: many, given: {quantity: 2}, expect: {fees.handling: USD 1.00}}
"""
EARLY = """
remedy: {give: account_credit, timing: immediate}
fees:
  wear: {when: {condition: worn}, fee: 40% of item_price}
  wrapping: {fee: USD 0.02, per: unit}
  label: {fee: USD 4.00, per: return}
whole_return:
  rows:
    - {id: W-WHOLE, when: {whole_order_back: true}, waive: [fees.label]}
"""
EARLY_CASES = """
    - {name: worn, given: {condition: worn}, expect: {fees.wear: USD 4.00}}
    - {name: fine, expect: {net: USD 5.98}}
    - {name: whole, given: {whole_order_back: true}, expect: {net: USD 9.98}}
"""
SUITE = """
remedy: {give: account_credit}
values: {category: [lighting, furniture]}
groups: {suite: {category: [lighting, furniture]}}
fees:
  label:
    rows:
      - {id: F-WORN, when: {condition: worn}, fee: 25% of item_price, per: return}
      - {id: F-ELSE, otherwise: true, fee: USD 1.00, per: return}
outbound_shipping:
  rows:
    - {id: O-WHOLE, when: {whole_order_back: true}, refund: full}
    - {id: O-ELSE, otherwise: true, refund: none}
whole_return: {sets: {all_of: suite, else: refuse, code: quantity_rule}}
"""
SUITE_CASES = """
    - {name: worn, given: {condition: worn, category: lighting}, expect: {fees.label: USD 2.50}}
    - name: whole
      given: {whole_order_back: true, category: lighting}
      expect: {outbound_refunded: USD 6.00}
    - name: part
      given: {category: lighting}
      expect: {outbound_refunded: none, fees.label: USD 1.00}
"""
STAYING = """
remedy: {give: account_credit}
goods:
  rows:
    - {id: G-WORN, when: {condition: worn}, do: ship_back}
    - {id: G-ELSE, otherwise: true, do: keep}
outbound_shipping: {refund: full}
"""
STAYING_CASES = """
    - {name: worn, given: {condition: worn}, expect: {goods: ship_back}}
    - {name: fine, expect: {goods: keep, outbound_refunded: USD 6.00}}
"""
SOME_STAY = """
remedy: {give: refund}
fees:
  handling: {fee: USD 3.00, per: order}
  wear: {when: {condition: worn}, fee: 10% of item_price}
goods:
  rows:
    - {id: G-SOFA, when: {category: furniture}, do: ship_back}
    - {id: G-ELSE, otherwise: true, do: keep}
outbound_shipping: {refund: full}
overpaid: {by: billed}
"""
SOME_STAY_CASES = """
    - {name: comes, given: {category: furniture}, expect: {goods: ship_back}}
    - {name: stays, given: {category: lighting}, expect: {goods: keep}}
    - {name: worn, given: {condition: worn, category: furniture}, expect: {fees.wear: USD 1.00}}
"""


ALWAYS = When()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A policy; `early`: money is due at approval."""

    name: str
    text: str
    terms: Terms
    early: bool = False


def flat(name: str, amount: int, when: When = ALWAYS) -> FeeRow:
    return FeeRow(id=name, when=when, kind="flat", amount=amount)


def percent(name: str, amount: int, when: When) -> FeeRow:
    return FeeRow(id=name, when=when, kind="percent", amount=amount)


def fee(name: str, per: str, *rows: FeeRow) -> Fee:
    return Fee(name=name, per=per, decide="first", rows=rows)


WORN = When(state="worn")
POLICIES = (
    Walked(
        name="acme-fees",
        text=FEES + REST + FEES_CASES.lstrip("\n"),
        terms=Terms(
            value=((WORN, "33.333%"), (When(), "100%")),
            fees=(
                fee(
                    "handling",
                    "line",
                    percent("F-WORN", 10, WORN),
                    flat("F-MANY", 100, When(quantity=2)),
                    flat("F-ELSE", 500),
                ),
                fee("label", "order", flat("F-LABEL", 600)),
            ),
            outbound=((When(), "full"),),
            waivers=(),
            sets=False,
            days=10,
        ),
    ),
    Walked(
        name="acme-early",
        text=EARLY + REST + EARLY_CASES.lstrip("\n"),
        terms=Terms(
            value=((When(), "100%"),),
            fees=(
                fee("wear", "line", percent("F-WEAR", 40, WORN), flat("F-NONE", 0)),
                fee("wrapping", "unit", flat("F-WRAP", 2)),
                fee("label", "return", flat("F-LABEL", 400)),
            ),
            outbound=((When(), "none"),),
            waivers=(Waiver(id="W-WHOLE", worth=0, whole=True, fee="label"),),
            sets=False,
            days=10,
        ),
        early=True,
    ),
    Walked(
        name="acme-suite",
        text=SUITE + REST + SUITE_CASES.lstrip("\n"),
        terms=Terms(
            value=((When(), "100%"),),
            fees=(fee("label", "return", percent("F-WORN", 25, WORN), flat("F-ELSE", 100)),),
            outbound=((When(whole=True), "full"), (When(), "none")),
            waivers=(),
            sets=True,
            days=10,
        ),
    ),
)
STAYS = Walked(
    name="acme-stays",
    text=STAYING + REST + STAYING_CASES.lstrip("\n"),
    terms=Terms(
        value=((When(), "100%"),),
        fees=(),
        outbound=((When(), "full"),),
        waivers=(),
        sets=False,
        days=10,
    ),
)
"""Goods stay where they are; the oracle of units does not know it."""
SOME = Walked(
    name="acme-some",
    text=SOME_STAY + REST + SOME_STAY_CASES.lstrip("\n"),
    terms=STAYS.terms,
)
"""As `STAYS`, for some goods only, and what was paid too much is billed."""
