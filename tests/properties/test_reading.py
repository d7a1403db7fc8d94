"""However a good policy's text is broken, it is read, or refused with faults that name places."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import PolicyFaults
from engine.policy.editions import load
from tests.timing import within

WHOLESALE = """\
policy: acme/wholesale
version: 2
title: Wholesale returns
effective: {from: 2024-01-01, until: 2024-12-31}
applies_by: delivered
time_zone: America/Chicago
currency: USD
business_days: {weekend: [saturday, sunday], holidays: us_federal}
values:
  category: [hats, shoes]
  condition: {best_first: [new, used, worn]}
groups:
  our_fault: {reason: [defective, wrong_item]}
  winter: {ordered: {between: [2024-11-15, 2024-12-24]}}
facts:
  remakes: {type: count, counter: remakes delivered, per: household, over: lifetime}
deadlines:
  request:
    decide: longest
    counted_from: {first_known: [delivered, {date: shipped, plus: 7 days}]}
    rows:
      - {id: W-FAULT, when: {is: our_fault}, within: 5 business days}
      - {id: W-WINTER, when: {is: winter}, until: 2025-01-31}
      - {id: W-ELSE, otherwise: true, within: 30 days, counting: start_day_is_first}
  arrival: {event: received_back, within: 30 days, counted_from: rma_issued}
limits:
  pieces: {used: remakes, adds: 1, at_most: 4, if_over: review, to_settle: one more}
fees:
  restocking:
    rows:
      - {id: F-NONE, when: {is: our_fault}, fee: none}
      - {id: F-STD, otherwise: true, fee: {greater_of: [25% of item_price, USD 5.00]}}
  label: {when: {return_paid_by: consumer}, fee: label_cost}
must:
  - {id: M-CAP, outcome: {fees.restocking: {at_most: 50% of item_price}}, clause: s4}
"""

RETAIL = """\
policy: shop/retail
version: 1
parties: {owner: retailer, claimant: consumer}
effective: {from: 2024-01-01}
currency: EUR
for: {country: [DE, NO], channel: online}
codes: {too_worn: Too worn.}
agreed:
  rate: {type: percent, default: 15%, at_least: 0%, at_most: 25%}
window: {days: 30, counted_from: delivered}
eligibility:
  rows:
    - id: E-WORN
      when: {condition: {worse_than: used_clean}, any_of: [{channel: store}, {final_sale: false}]}
      answer: refuse
      code: too_worn
      because: The last day was <last_day>, but it is worn.
    - id: E-TWO
      when: {days_left: {between: [0, 3]}}
      answer: two_readings
      code: conflict_in_text
      readings:
        - {id: A, answer: refuse}
        - {id: B, answer: accept, sets: {fees.fee: agreed.rate of item_price}}
      we_take: B
      why: the buyer is favoured
remedy: {to_consumer: refund}
fees: {rows: [{id: F, otherwise: true, fee: agreed.rate of item_price}]}
packaging: {original_required: true}
disposition: {goods: keep}
tests:
  usual: {ordered: 2024-05-01, delivered: 2024-05-04, item_price: EUR 40.00}
  cases:
    - {name: a day late, given: {requested: 2024-06-04}, expect: {answer: refuse}}
"""

PARTNER = """\
policy: acme/wholesale--shop
version: 1
extends: acme/wholesale@2
for: {retailer: shop}
effective: {from: 2024-03-01}
changes:
  - {set: deadlines.request.W-ELSE.within, to: 45 days, why: contract}
  - {set: fees.F-STD.fee, to: 10% of item_price, why: contract, effective: {from: 2024-07-01}}
  - add: {id: F-HATS, when: {category: hats}, fee: none}
    into: fees.restocking
    before: F-STD
    why: hats are free
  - {drop: fees.label, why: we pay}
"""
TEXTS = {"acme/wholesale@2": WHOLESALE, "shop/retail@1": RETAIL, "partner": PARTNER}

WORDS = sorted({word for text in TEXTS.values() for word in text.split()})
MARKS = "\n:{}[]'\"#|>%?~\t\x00\u202e"
SNIPPETS = [
    *("", " ", ": ", ", ", "- ", "&a ", "*a", "!x ", "<<", "null", "true", "yes", "-1", "1e9"),
    *("9" * 30, "agreed.rate", "<last_day>", "no_limit: true", "otherwise: true", "when: {}"),
]
NOISE = st.sampled_from([*MARKS, *SNIPPETS])


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """One of the policies with a few words, lines or characters changed, moved or gone."""
    text = draw(st.sampled_from(list(TEXTS.values())))
    for _ in range(draw(st.integers(1, 5))):
        change = draw(st.sampled_from([_at_a_place, _a_word, _a_line, _two_lines]))
        text = change(draw, text)
    return text


def _at_a_place(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    gone = draw(st.integers(0, 3))
    return text[:at] + draw(NOISE) + text[at + gone :]


def _a_word(draw: st.DrawFn, text: str) -> str:
    word = draw(st.sampled_from(text.split() or [" "]))
    return text.replace(word, draw(st.sampled_from(WORDS) | NOISE), draw(st.integers(1, 2)))


def _a_line(draw: st.DrawFn, text: str) -> str:
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    lines[at : at + 1] = draw(st.sampled_from([[], [lines[at]] * 2, [f"  {lines[at]}"]]))
    return "\n".join(lines)


def _two_lines(draw: st.DrawFn, text: str) -> str:
    lines = text.split("\n")
    one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def outcome(text: str) -> object:
    try:
        file = load(text, "a.yaml", lambda name, version: TEXTS.get(f"{name}@{version}"))
    except PolicyFaults as error:
        return error.faults
    return [edition.digest for edition in file.editions]


@pytest.mark.parametrize("name", list(TEXTS))
def test_the_policies_are_good_before_they_are_changed(name: str) -> None:
    assert isinstance(outcome(TEXTS[name]), list)


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(mutated())
def test_a_changed_text_is_read_or_refused_the_same_way_each_time_and_soon(text: str) -> None:
    first = within(2, lambda _: outcome(text))

    assert outcome(text) == first
    for fault in first if isinstance(first, tuple) else ():
        assert fault.code
        assert fault.sentence.endswith((".", "?"))
        assert fault.source.line >= 1
        assert fault.source.column >= 1
        assert len(fault.sentence) < 1_500
