"""Writes a first policy from a few answers, with tests on the edges of its time limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from string import Template
from typing import Final

from engine.money import digits_of
from takeback.layout import formatted


class Remedy(StrEnum):
    """What the retailer gets."""

    CREDIT = "credit"
    REFUND = "refund"


class Payer(StrEnum):
    """Who pays for the way back."""

    CONSUMER = "consumer"
    RETAILER = "retailer"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers that a typical policy needs."""

    policy: str
    currency: str
    first_day: date
    days: int
    remedy: Remedy
    payer: Payer
    packaging: bool


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
window: {days: $days, counted_from: delivered}

# What the retailer gets for the goods: `credit` on its account, or a `refund`.
remedy: {to_retailer: $remedy, of: item_price}

# Who pays for the way back: consumer, retailer or supplier.
shipping: {return_paid_by: $payer}

# Whether goods must come back in their original packaging, opened or not.
packaging: {original_required: $packaging}

# What you do not write has a default: no fees, and the goods are shipped back.

tests:
  usual:                             # what every test below is given
    ordered: $first_day
    delivered: $delivered
    requested: $last_day
    item_price: $price
$usual_packaging  cases:
    - name: the last day of the window still counts
      expect:
        answer: accept
        last_day: $last_day
        remedy: $give
        net: $price
        return_paid_by: $payer
    - name: one day later is too late
      given: {requested: $day_after}
      expect: {answer: refuse, code: outside_window, decided_by: E-LATE}
$packaging_case""")

_PACKAGING_CASE: Final = """\
    - name: goods in another box do not come back
      given: {packaging: substitute_box}
      expect: {answer: refuse, code: packaging_not_met}
"""


def policy_text(answers: Answers) -> str:
    """The YAML text of a policy whose own tests pass."""
    delivered = answers.first_day + timedelta(days=4)
    last_day = delivered + timedelta(days=answers.days)
    text = _POLICY.substitute(
        policy=answers.policy,
        currency=answers.currency,
        first_day=answers.first_day,
        days=answers.days,
        remedy=answers.remedy,
        give="account_credit" if answers.remedy is Remedy.CREDIT else "refund",
        payer=answers.payer,
        packaging=str(answers.packaging).lower(),
        delivered=delivered,
        last_day=last_day,
        day_after=last_day + timedelta(days=1),
        price=_price(answers.currency),
        usual_packaging="    packaging: opened_original\n" if answers.packaging else "",
        packaging_case=_PACKAGING_CASE if answers.packaging else "",
    )
    return formatted(text, answers.policy)


def _price(currency: str) -> str:
    digits = digits_of(currency)
    return f"{currency} 40.{'0' * digits}" if digits else f"{currency} 4000"
