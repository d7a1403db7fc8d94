"""Writes a first policy from a few answers, with tests at the edges of its return window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from string import Template
from typing import Final

from engine.errors import RequestFault
from engine.money import Money, digits_of
from engine.policy.layout.formatting import formatted


class Remedy(StrEnum):
    """What the retailer gets."""

    CREDIT = "credit"
    """Credit on its account."""
    REFUND = "refund"
    """Money back."""


class Payer(StrEnum):
    """Who pays for return shipping."""

    CONSUMER = "consumer"
    """The person who sends the goods back."""
    RETAILER = "retailer"
    """The partner who sold them."""
    SUPPLIER = "supplier"
    """The partner who shipped them."""


class Start(StrEnum):
    """The event that the days are counted from."""

    DELIVERED = "delivered"
    """The goods arrived."""
    SHIPPED = "shipped"
    """The goods were sent."""
    ORDERED = "ordered"
    """The goods were bought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers from which a typical policy is written."""

    policy: str
    currency: str
    first_day: date
    days: int
    remedy: Remedy
    payer: Payer
    packaging: bool
    counted_from: Start = Start.DELIVERED
    percent: int = 100
    """Percentage of the price of the goods that is credited or refunded."""
    fee_percent: int = 0
    """Percentage of the price of the goods kept as a fee if the consumer changed its mind."""


MOST_PERCENT: Final = 100
_PRICE: Final = 40
_POLICY: Final = Template("""\
# A returns policy: what may come back, until when, and who pays.
# `takeback check` finds mistakes in it, `takeback test` runs the tests at its end.
policy: $policy
version: 1
title: Standard returns
effective: {from: $first_day}        # no `until`: open-ended; both days included
applies_by: ordered                  # the edition in force on the order date decides
time_zone: UTC                       # days begin and end here; `America/Chicago`, say
currency: $currency

# The last day still counts; a request on the day after it is refused.
window: {days: $days, counted_from: $counted_from}

# What the retailer gets for the goods: `credit` on its account, or a `refund`.
remedy: {to_retailer: $remedy, of: $worth}

# Who pays for the way back: consumer, retailer or supplier.
shipping: {return_paid_by: $payer}

# Whether goods must come back in their original packaging, opened or not.
packaging: {original_required: $packaging}

$fees# What you do not write has a default: $defaults.

tests:
  usual:                             # what every test below is given
    ordered: $first_day
$shipped    delivered: $delivered
    requested: $last_day
    item_price: $price
$usual_reason$usual_packaging  cases:
    - name: the last day of the window still counts
      expect:
        answer: accept
        last_day: $last_day
        remedy: $give
        net: $net
        return_paid_by: $payer
    - name: one day later is too late
      given: {requested: $day_after}
      expect: {answer: refuse, code: outside_window, decided_by: E-LATE}
$packaging_case$fee_case""")

_FEES: Final = """\
# The fee where the consumer has changed its mind; nothing where something is wrong.
fees:
  restocking:
    rows:
      - {id: F-MIND, when: {reason: change_of_mind}, fee: $fee% of item_price}
      - {id: F-NONE, otherwise: true, fee: none}

"""
_FEE_CASE: Final = """\
    - name: who has changed its mind pays the fee
      given: {reason: change_of_mind}
      expect: {answer: accept, net: $less, decided_by: F-MIND}
"""
_PACKAGING_CASE: Final = """\
    - name: goods in another box do not come back
      given: {packaging: substitute_box}
      expect: {answer: refuse, code: packaging_not_met}
"""


def policy_text(answers: Answers) -> str:
    """Returns the YAML text of a policy whose own tests pass.

    Raises `RequestFault` for percentages out of range.
    """
    if not (0 <= answers.fee_percent <= answers.percent and 1 <= answers.percent <= MOST_PERCENT):
        said = "The share of the price is 1 to 100 percent, and the fee no more than that."
        raise RequestFault("wrong_number", said, "percent")
    words = _days(answers) | _money(answers) | _packaging(answers)
    text = _POLICY.substitute(
        policy=answers.policy,
        currency=answers.currency,
        first_day=answers.first_day,
        days=answers.days,
        counted_from=answers.counted_from,
        remedy=answers.remedy,
        payer=answers.payer,
        **words,
    )
    return formatted(text, answers.policy)


def _days(answers: Answers) -> dict[str, str]:
    first = answers.first_day
    ahead = {Start.ORDERED: 0, Start.SHIPPED: 1, Start.DELIVERED: 4}[answers.counted_from]
    last_day = first + timedelta(days=ahead + answers.days)
    shipped = f"    shipped: {first + timedelta(days=1)}\n"
    return {
        "shipped": shipped if answers.counted_from == Start.SHIPPED else "",
        "delivered": str(min(first + timedelta(days=4), last_day)),
        "last_day": str(last_day),
        "day_after": str(last_day + timedelta(days=1)),
    }


def _money(answers: Answers) -> dict[str, str]:
    price = _PRICE * max(100, 10 ** digits_of(answers.currency))
    given, fee = price * answers.percent // 100, price * answers.fee_percent // 100
    written = [str(Money(each, answers.currency)) for each in (price, given, given - fee)]
    words = {"fee": str(answers.fee_percent), "less": written[2]}
    asked, share = bool(answers.fee_percent), f"{answers.percent}% of item_price"
    return {
        "worth": "item_price" if answers.percent == MOST_PERCENT else share,
        "give": "account_credit" if answers.remedy is Remedy.CREDIT else "refund",
        "price": written[0],
        "net": written[1],
        "usual_reason": "    reason: defective\n" if asked else "",
        "fees": Template(_FEES).substitute(words) if asked else "",
        "fee_case": Template(_FEE_CASE).substitute(words) if asked else "",
        "defaults": f"{'' if asked else 'no fees, and '}the goods are shipped back",
    }


def _packaging(answers: Answers) -> dict[str, str]:
    return {
        "packaging": str(answers.packaging).lower(),
        "usual_packaging": "    packaging: opened_original\n" if answers.packaging else "",
        "packaging_case": _PACKAGING_CASE if answers.packaging else "",
    }
